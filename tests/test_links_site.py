"""The link check: what concerns a site as a whole, its files beside the pages, and the command. A tiny site in, the exact words out."""

import os
import subprocess
import sys

import pytest

from scripts import collect, links
from tests.conftest import ROOT, write
from tests.test_links import CLEAN, START, here, page, said, sitemap  # noqa: F401


@pytest.mark.parametrize(
    "changed, finding",
    [
        ({"assets/site.css": "a {}\nb { c: url(x.png) }"}, "site/assets/site.css:2: url() 'x.png' leads to no file. Did you mean pic.png?"),
        ({"assets/site.css": '\n@import "x.css";'}, "site/assets/site.css:2: @import 'x.css' leads to no file. Did you mean site.css?"),
        ({"assets/site.css": "@font-face { src: url('x.woff2') format('woff2') }"},
         "site/assets/site.css:1: url() 'x.woff2' leads to no file."),
        ({"assets/site.css": "a { b: url(mark.svg#lef) }"},
         "site/assets/site.css:1: url() 'mark.svg#lef': there is no #lef on site/assets/mark.svg. Did you mean leaf?"),
        ({"assets/mark.svg": '<svg xmlns="http://www.w3.org/2000/svg">\n<use href="#t"/></svg>'},
         "site/assets/mark.svg:2: href '#t': there is no #t on site/assets/mark.svg."),
        ({"assets/mark.svg": '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink">\n<a x:href="x/"/></svg>'},
         "site/assets/mark.svg:2: href 'x/' leads to no file."),
        ({"assets/mark.svg": '<svg xmlns="http://www.w3.org/2000/svg"><style>a { b: url(x.png) }</style></svg>'},
         "site/assets/mark.svg:1: url() 'x.png' leads to no file. Did you mean pic.png?"),
        ({"assets/mark.svg": '<svg xmlns="http://www.w3.org/2000/svg"><g fill="url(#t)"/></svg>'},
         "site/assets/mark.svg:1: url() '#t': there is no #t on site/assets/mark.svg."),
        ({"assets/mark.svg": "<svg><g></svg>"},
         "site/assets/mark.svg:1: Opening and ending tag mismatch: g line 1 and svg, line 1, column 15 (<string>, line 1)"),
        ({"demos/gan/view.js": '\nimport { x } from "../kitt.js"'},
         "site/demos/gan/view.js:2: import '../kitt.js' leads to no file. Did you mean ../kit.js?"),
        ({"demos/gan/view.js": 'const w = new URL("weights.bin", import.meta.url)'},
         "site/demos/gan/view.js:1: file beside a module 'weights.bin' leads to no file."),
        ({"demos/gan/view.js": 'fetch("https://cdn.org/x")'},
         "site/demos/gan/view.js:1: fetch 'https://cdn.org/x' is loaded from another host; the site serves everything itself"),
        ({"search/worker.js": 'importScripts("engine.js")'},
         "site/search/worker.js:1: importScripts 'engine.js' leads to no file. Did you mean worker.js?"),
        ({"search/worker.js": 'importScripts("../demos/kit.js"); fetch("index.json")'},
         "site/search/worker.js:1: fetch 'index.json' leads to no file. Did you mean full_index.json?"),
        ({"search/full_index.json": '{"docs": [{"location": "a/#tow"}]}'},
         "site/search/full_index.json: search index './a/#tow': there is no #tow on site/a/index.html. Did you mean two?"),
        ({"search/full_index.json": '{"location": ["aa/"], "title": [""]}'},
         "site/search/full_index.json: search index './aa/' leads to no file. Did you mean a/?"),
        ({"search/full_index.json": '{"docs": ['}, "site/search/full_index.json:1: Expecting value: line 1 column 11 (char 10)"),
        ({"sitemap.xml": sitemap(START, f"{START}a/")}, "site/sitemap.xml: the page https://e.org/repo/b/ is missing here"),
        ({"sitemap.xml": sitemap(START, f"{START}a/", f"{START}b/", f"{START}bb/")},
         "site/sitemap.xml:5: sitemap 'https://e.org/repo/bb/' leads to no file. Did you mean https://e.org/repo/b/?"),
        ({"sitemap.xml": sitemap(START, f"{START}a/", f"{START}b/", f"{START}old/")},
         "site/sitemap.xml:5: sitemap 'https://e.org/repo/old/' leads to a page that only forwards to '../a/'; link there"),
        ({"sitemap.xml": sitemap(START, f"{START}a/", f"{START}b/", "/repo/a/")},
         "site/sitemap.xml:5: sitemap '/repo/a/' should be a whole address, with https and host"),
        ({"sitemap.xml": "<urlset><url></urlset>"},
         "site/sitemap.xml:1: Opening and ending tag mismatch: url line 1 and urlset, line 1, column 23 (<string>, line 1)"),
        ({"404.html": '<a href="a/">x</a>'},
         "site/404.html:1: href 'a/' is relative, and 404.html is served at whatever address was asked for; write /repo/a/"),
        ({"404.html": '<img src="x.png">'},
         "site/404.html:1: src 'x.png' is relative, and 404.html is served at whatever address was asked for; write /repo/x.png"),
        ({"old/index.html": '<meta http-equiv="refresh" content="0;url=../aa/">'},
         "site/old/index.html:1: redirect '../aa/' leads to no file. Did you mean ../a/?"),
        ({"old/index.html": '<meta http-equiv="refresh" content="0;url=./">'},
         "site/old/index.html:1: redirect './' leads to a page that only forwards to './'; link there"),
        ({"older/index.html": '<meta http-equiv="refresh" content="0, ../old/">'},
         "site/older/index.html:1: redirect '../old/' leads to a page that only forwards to '../a/'; link there"),
        ({"b/index.html": page("a/")},
         "site/b/index.html:1: canonical 'https://e.org/repo/a/' is not this page's own address, https://e.org/repo/b/"),
        ({"b/index.html": "<p>x</p>"}, "site/b/index.html: this page does not say its canonical address"),
        ({"b/index.html": page("b/", head='<base href="https://e.org/repo/a/">') + '<a href="x/"></a><a href="#two"></a>'},
         "site/b/index.html:5: href 'x/' leads to no file. Did you mean /repo/a/?"),
        ({"index.html": page("", '<h1 id="home"></h1> <a href="a/"></a>')},
         "site/b/index.html: no way of links leads from the home page to this one"),
        ({"c.html": page("c.html"), "sitemap.xml": sitemap(START, f"{START}a/", f"{START}b/", f"{START}c.html")},
         "site/c.html: no way of links leads from the home page to this one"),
        ({"x.html": ""}, "site/x.html: the page is empty"),
        ({"x.html": "once upon a time"}, "site/x.html: this is not HTML"),
    ],
)
def test_one_fault_in_a_site(tmp_path, changed, finding):
    assert said(tmp_path, changed) == [finding]


def test_cut_off_page(tmp_path):
    cut = CLEAN["b/index.html"].partition("</main>")[0]
    assert said(tmp_path, {"b/index.html": cut}) == ["site/b/index.html:4: the page is cut off: it ends before </html>"]


def test_bytes_that_are_no_text(tmp_path):
    write(tmp_path / "site", CLEAN)
    (tmp_path / "site/assets/site.css").write_bytes(b"a { b: '\xff' }")
    assert [str(finding) for finding in links.check(tmp_path / "site")[0]] == [
        "site/assets/site.css: 'utf-8' codec can't decode byte 0xff in position 8: invalid start byte"
    ]


def test_without_canonical_and_sitemap(tmp_path):
    """Plain pages, written by hand: links from the root mean the folder itself, unless some address begins with the site's base."""
    site = write(tmp_path / "site", {"index.html": '<a href="/two.html">2</a>', "two.html": '<p id="x">', "x.css": ""})
    assert links.check(site, "/repo/") == ([], 1)
    write(site, {"two.html": '<p id="x"><a href="/repo/">home</a>'})
    assert str(links.check(site, "/repo/")[0][0]) == (
        "site/index.html:1: href '/two.html' is outside the site, which lives under /repo/. Did you mean /repo/two.html?"
    )


def test_without_canonical_the_configured_address_is_known_again(tmp_path):
    site = write(tmp_path / "site", {"index.html": '<a href="//e.org/repo/two.html">2</a> <a href="two.html">2</a>', "two.html": "<p>"})
    assert [str(finding) for finding in links.check(site, START)[0]] == [
        "site/index.html:1: href '//e.org/repo/two.html' names this site, and leaves the scheme out. Did you mean two.html?"
    ]


def test_one_wrong_canonical_does_not_move_the_site(tmp_path):
    assert said(tmp_path, {"index.html": CLEAN["index.html"].replace(START, "https://else.org/")}) == [
        "site/index.html:1: canonical 'https://else.org/' is not this page's own address, https://e.org/repo/"
    ]


def test_a_site_of_ours_lacks_no_file(tmp_path):
    files = {"docs/index.md": "# Home { #home }\n", "site/index.html": page("", '<h1 id="home"></h1><a href="#home"></a>')}
    findings, _ = links.check(write(tmp_path, files) / "site", None, tmp_path / "docs")
    assert [str(finding) for finding in findings] == [
        f"site/{name}: this file is missing in the built site" for name in ("404.html", "search/search_index.json", "sitemap.xml")
    ]


def test_an_unlisted_page_may_stand_apart_but_its_links_must_be_right(tmp_path):
    embed = page("a/", '<h2 id="two">Two</h2> <a href="../aa/">x</a>', '<meta name="robots" content="noindex">')
    assert said(tmp_path, {"embed/index.html": embed}) == ["site/embed/index.html:3: href '../aa/' leads to no file. Did you mean ../a/?"]


def test_other_hosts_are_listed(tmp_path):
    body = '<a href="https://x.org/a#b"></a> <a href="https://x.org/a#c"></a> <a href="//y.org/"></a>'
    checker = links.checked(collect.read(write(tmp_path / "site", {**CLEAN, "b/index.html": page("b/", body)})), None, None)
    assert checker.findings == [] and sorted(checker.external) == ["//y.org/", "https://x.org/a"]


def command(folder, **environ) -> subprocess.CompletedProcess:
    asked = [sys.executable, "-m", "scripts.links", str(folder), "--full"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "GITHUB_ACTIONS": "", **environ})


def test_command_on_a_clean_folder(tmp_path):
    done = command(write(tmp_path / "site", {**CLEAN, "b/index.html": page("b/", '<a href="https://x.org/">')}))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[:3] == [
        f"  on another host: https://x.org/ ({tmp_path}/site/b/index.html:3)",
        "5 pages, 13 files, 5 ids, 1 addresses on other hosts.",
        f"Links and ids (references) in {tmp_path}/site: 18 looked at, 0 faults. OK",
    ]


def test_command_on_a_broken_folder_annotates_in_ci(tmp_path):
    done = command(write(tmp_path / "site", {**CLEAN, "b/index.html": page("b/", '<a href="../100%/">')}), GITHUB_ACTIONS="true")
    assert done.returncode == 1
    message = "href '../100%25/' holds '%25', which not every browser and host reads alike"
    assert f"::error file={tmp_path}/site/b/index.html,line=3::{message}" in done.stdout.splitlines()


@pytest.mark.parametrize("files", [{"x.txt": ""}, {"index.html": "<h1>No address at all</h1>"}, {"site.css": "a { b: url(site.css) }"}])
def test_command_fails_when_it_saw_nothing(tmp_path, files):
    done = command(write(tmp_path / "site", files))
    assert done.returncode == 1 and "nothing was looked at, so nothing is proved. FAILED" in done.stderr
