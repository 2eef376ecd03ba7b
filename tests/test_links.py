"""The link check: a tiny site in, the exact words out. One row for each rule, and as many for what is right."""

import subprocess
import sys

import pytest

from scripts import collect, links, lychee
from scripts.addresses import in_script, in_srcset
from tests.conftest import ROOT, write

START = "https://e.org/repo/"


def page(address: str, body: str = "", head: str = "") -> str:
    """A page whose body begins on line 3."""
    return f'<!doctype html><html><head><link rel="canonical" href="{START}{address}">{head}\n</head><body><main>\n{body}\n</main></body></html>\n'


def sitemap(*addresses: str) -> str:
    return "<urlset>\n" + "\n".join(f"<url><loc>{address}</loc></url>" for address in addresses) + "\n</urlset>"


CLEAN = {
    "index.html": page("", '<h1 id="home">Home</h1> <a href="a/#two">A</a> <a href="b/">B</a>'),
    "a/index.html": page("a/", '<h1 id="a">A</h1> <h2 id="two">Two</h2> <h2 id="drei-größen">Three</h2> <a name="four">Four</a>'),
    "b/index.html": page("b/"),
    "old/index.html": '<!doctype html><meta http-equiv="refresh" content="0; url=../a/">',
    "404.html": '<!doctype html><html><body><a href="/repo/">Home</a></body></html>',
    "sitemap.xml": sitemap(START, f"{START}a/", f"{START}b/"),
    "search/full_index.json": '{"docs": [{"location": ""}, {"location": "#home"}, {"location": "a/#two"}]}',
    "assets/site.css": "body { background: url(pic.png); fill: url(#anything) }",
    "assets/pic.png": "",
    "assets/mark.svg": '<svg xmlns="http://www.w3.org/2000/svg"><g id="leaf"/></svg>',
    "demos/kit.js": "export const x = 1",
    "demos/gan/view.js": 'import { x } from "../kit.js"',
}


def said(folder, changed: dict[str, str], docs=None, gone=()) -> list[str]:
    files = {name: text for name, text in {**CLEAN, **changed}.items() if name not in gone}
    return [str(finding) for finding in links.check(write(folder / "site", files), "/repo/", docs)[0]]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Findings name files as seen from here."""
    monkeypatch.chdir(tmp_path)


def test_clean_world(tmp_path):
    assert said(tmp_path, {}) == []
    assert links.check(tmp_path / "site")[1] == 15


RIGHT = """
<a href="">x</a> is wrong, all others are right
<a href="../a/#two">x</a> <a href="../a/?q=1#two">x</a> <a href="../a/index.html#two">x</a> <a href="/repo/a/#two">x</a> <a href="https://e.org/repo/a/#two">x</a>
<a href="HTTPS://E.ORG:443/repo/a/">x</a>
<a href="../a/#drei-gr%C3%B6%C3%9Fen">x</a> <a href="../a/#drei-größen">x</a> <a href="../a/#four">x</a>
<a href="#top">x</a> <a href="../a/#TOP">x</a> <a href="?q">x</a> <a href="../../repo/../repo/a/">wrong: climbs out</a>
<a href="../a/#:~:text=three%20words">x</a> <a href="../a/#two:~:text=three words">x</a>
<a href="mailto:a@b.org?subject=two words">x</a> <a href="tel:1">x</a> <img src="data:image/svg+xml,<svg xmlns='http://x.y'/>">
<a href="https://other.org/a b">wrong: a space</a> <a href="https://other.org/a?u=b%2Fc//d">x</a> <a>x</a> <iframe src="about:blank"></iframe>
<img src="../assets/pic.png" srcset="../assets/pic.png 1x, ../assets/mark.svg 2x"> <img srcset="../assets/pic.png">
<template><a href="nowhere/">x</a><b id="in-template"></b></template> <!-- <a href="nowhere/"> -->
<svg><use href="#here"/><use xlink:href="../assets/mark.svg#leaf"/><g id="here" fill="url(#here)" style="filter: url('#here')"/></svg>
<label for="field">x</label><input id="field" list="choices" aria-describedby="field choices"><datalist id="choices"></datalist>
<style>@namespace url(http://www.w3.org/1999/xhtml); @import "../assets/site.css"; a { b: url("../assets/pic.png") }</style>
<script>const text = "import('./nowhere.js')" // import "./nowhere.js"</script>
<script type="module">import "../demos/kit.js"; /* import "./nowhere.js" */ new URL("../assets/pic.png", import.meta.url)</script>
<script type="application/json">{"href": "nowhere/"}</script> <pre>import "./nowhere.js"</pre>
<figure data-demo="gan"></figure> <form action="../a/"><button formaction="../a/">x</button></form> <blockquote cite="../a/">x</blockquote>
<a href="../assets/pic.png#t=3">x</a> <a href="javascript:void(0)" data-md-component="search-share">x</a>
"""


def test_what_is_right_is_not_found(tmp_path):
    assert said(tmp_path, {"b/index.html": page("b/", RIGHT.strip())}) == [
        "site/b/index.html:3: an empty href leads nowhere",
        "site/b/index.html:7: href '../../repo/../repo/a/' climbs out of the site. Did you mean ../a/?",
        "site/b/index.html:10: href 'https://other.org/a b' holds a space; write / or %20",
    ]


@pytest.mark.parametrize(
    "body, finding",
    [
        # Pages and anchors
        ('<a href="../aa/">', "href '../aa/' leads to no file. Did you mean ../a/?"),
        ('<a href="/repo/aa/">', "href '/repo/aa/' leads to no file. Did you mean /repo/a/?"),
        ('<a href="https://e.org/repo/aa/">', "href 'https://e.org/repo/aa/' leads to no file. Did you mean ../a/?"),
        ('<a href="../assets/">', "href '../assets/' leads to a folder that has no index.html."),
        ('<a href="../a.md">', "href '../a.md' leads to no file. Did you mean ../a/?"),
        ('<a href="../a/#tow">', "href '../a/#tow': there is no #tow on site/a/index.html. Did you mean two?"),
        ('<a href="../a/#Two">', "href '../a/#Two': there is no #Two on site/a/index.html. Did you mean two?"),
        ('<a href="#two">', "href '#two': there is no #two on site/b/index.html. It stands on site/a/index.html."),
        ('<a href="../a/#drei-gr%C3%B6ssen">', "href '../a/#drei-gr%C3%B6ssen': there is no #drei-grössen on site/a/index.html. Did you mean drei-größen?"),
        ('<a href="#t"></a><template><b id="t"></b></template>', "href '#t': there is no #t on site/b/index.html."),
        ('<a href="#t"></a><noscript><b id="t"></b></noscript>', "href '#t': there is no #t on site/b/index.html."),
        ('<a href="#t"></a><!-- <b id="t"></b> -->', "href '#t': there is no #t on site/b/index.html."),
        ('<a href="../A/">', "href '../A/' differs from '../a/' in upper and lower case"),
        ('<img src="../assets/Pic.PNG">', "src '../assets/Pic.PNG' differs from '../assets/pic.png' in upper and lower case"),
        ('<a href="../a">', "href '../a' names a folder without its slash; write ../a/"),
        ('<a href="../a?q=1#two">', "href '../a?q=1#two' names a folder without its slash; write ../a/"),
        ('<a href="/repo">', "href '/repo' names a folder without its slash; write /repo/"),
        ('<a href="../old/">', "href '../old/' leads to a page that only forwards to '../a/'; link there"),
        # Out of the site, and this site by another name
        ('<a href="/a/">', "href '/a/' is outside the site, which lives under /repo/. Did you mean /repo/a/?"),
        ('<a href="https://e.org/a/">', "href 'https://e.org/a/' is outside the site, which lives under /repo/. Did you mean ../a/?"),
        ('<a href="../../a/">', "href '../../a/' climbs out of the site. Did you mean ../a/?"),
        ('<a href="//e.org/repo/a/">', "href '//e.org/repo/a/' names this site, and leaves the scheme out. Did you mean ../a/?"),
        ('<a href="http://e.org/repo/a/">', "href 'http://e.org/repo/a/' names this site, and is not https. Did you mean ../a/?"),
        # Other hosts
        ('<script src="https://cdn.org/x.js"></script>', "src 'https://cdn.org/x.js' is loaded from another host; the site serves everything itself"),
        ('<link rel="preconnect" href="//cdn.org">', "preconnect '//cdn.org' is loaded from another host; the site serves everything itself"),
        ('<b style="background: url(https://cdn.org/x.png)">', "url() 'https://cdn.org/x.png' is loaded from another host; the site serves everything itself"),
        ('<a href="http://localhost:8000/a/">', "href 'http://localhost:8000/a/' names the author's own machine"),
        # Not addresses
        ('<a href="">', "an empty href leads nowhere"),
        ('<img src=" ">', "an empty src leads nowhere"),
        ('<a href="#">', "an empty href leads nowhere; write #top for the start of the page"),
        ('<a href="javascript:go()">', "href 'javascript:go()' is a script, not an address"),
        ('<a href=" ../a/">', "href ' ../a/' holds a space; write / or %20"),
        (r'<a href="..\a\">', r"href '..\\a\\' holds a backslash; write / or %20"),
        ('<a href="../a%2F#two">', "href '../a%2F#two' holds '%2F', which not every browser and host reads alike"),
        ('<a href="../100%/">', "href '../100%/' holds '%', which not every browser and host reads alike"),
        ('<a href="..//a/">', "href '..//a/' holds '//', which not every browser and host reads alike"),
        ('<a href="htps://e.org/">', "href 'htps://e.org/' has no scheme that a browser follows"),
        ('<a href="https:a/">', "href 'https:a/' has no scheme that a browser follows"),
        ('<a href="https://[e.org/">', "href 'https://[e.org/' is not an address: Invalid IPv6 URL"),
        # All the places where an address can stand
        ('<img src="x.png">', "src 'x.png' leads to no file."),
        ('<img srcset="../assets/pic.png 1x, ../assets/pic-2.png 2x">', "srcset '../assets/pic-2.png' leads to no file. Did you mean ../assets/pic.png?"),
        ('<img srcset="../assets/pic.png 1x, , ../assets/pic.png 2x">', "an empty srcset leads nowhere"),
        ('<source srcset="x.png">', "srcset 'x.png' leads to no file."),
        ('<video poster="x.png"></video>', "poster 'x.png' leads to no file."),
        ('<iframe src="../aa/"></iframe>', "src '../aa/' leads to no file. Did you mean ../a/?"),
        ('<object data="x.pdf"></object>', "data 'x.pdf' leads to no file."),
        ('<script src="x.js"></script>', "src 'x.js' leads to no file."),
        ('<link rel="stylesheet" href="../assets/sit.css">', "stylesheet '../assets/sit.css' leads to no file. Did you mean ../assets/site.css?"),
        ('<form action="../aa/"></form>', "action '../aa/' leads to no file. Did you mean ../a/?"),
        ('<q cite="../aa/"></q>', "cite '../aa/' leads to no file. Did you mean ../a/?"),
        ('<map name="m"><area href="../aa/"></map><img usemap="#n">', "href '../aa/' leads to no file. Did you mean ../a/?|usemap '#n': there is no #n on site/b/index.html."),
        ('<style>a { b: url(x.png) }</style>', "url() 'x.png' leads to no file."),
        ('<style>@import "x.css";</style>', "@import 'x.css' leads to no file."),
        ('<b style="b: image-set(\'x.png\' 1x)">', "url() 'x.png' leads to no file."),
        ('<b style="b: url(x y)">', "this style sheet is broken: bad URL token"),
        ('<svg><use href="#t"/></svg>', "href '#t': there is no #t on site/b/index.html."),
        ('<svg><use xlink:href="../assets/mark.svg#lef"/></svg>', "xlink:href '../assets/mark.svg#lef': there is no #lef on site/assets/mark.svg. Did you mean leaf?"),
        ('<svg><image href="x.png"/></svg>', "href 'x.png' leads to no file."),
        ('<svg><a xlink:href="../aa/">x</a></svg>', "xlink:href '../aa/' leads to no file. Did you mean ../a/?"),
        ('<svg><path marker-end="url(#t)"/></svg>', "url() '#t': there is no #t on site/b/index.html."),
        ('<label for="t">x</label>', "for (id) '#t': there is no #t on site/b/index.html."),
        ('<b aria-labelledby="home t">', "aria-labelledby (id) '#home': there is no #home on site/b/index.html. It stands on site/index.html.|aria-labelledby (id) '#t': there is no #t on site/b/index.html."),
        ('<script type="module">import "./x.js"</script>', "import './x.js' leads to no file."),
        ('<script type="module">import x from "three"</script>', "import 'three': a browser knows no bare module names; begin with ./"),
        ('<figure data-demo="gna"></figure>', "data-demo 'demos/gna/view.js' leads to no file. Did you mean demos/gan/view.js?"),
        ('<script id="__config" type="application/json">{"base": "..", "search": "../search/worker.js"}</script>', "search worker '../search/worker.js' leads to no file."),
        ('<meta property="og:image" content="/repo/assets/pic.png">', "og:image '/repo/assets/pic.png' should be a whole address, with https and host"),
        ('<meta property="og:image" content="https://e.org/repo/x.png">', "og:image 'https://e.org/repo/x.png' leads to no file."),
        ('<meta property="og:url" content="https://e.org/repo/a/">', "og:url 'https://e.org/repo/a/' is not this page's own address, https://e.org/repo/b/"),
        # Ids
        ('<b id="t"></b><b id="t"></b>', "the id 't' stands 2 times on this page"),
        ('<b id="t"></b><svg><g id="t"/></svg>', "the id 't' stands 2 times on this page"),
        ('<b id="two"></b>', "the id 'two' stands also on site/a/index.html; ids stand once in the whole site"),
        ('<b id="t u"></b>', "the id 't u' is empty or holds a space"),
    ],
)
def test_one_fault_in_a_page(tmp_path, body, finding):
    assert said(tmp_path, {"b/index.html": page("b/", body)}) == [f"site/b/index.html:3: {words}" for words in finding.split("|")]


@pytest.mark.parametrize(
    "changed, finding",
    [
        ({"assets/site.css": "a {}\nb { c: url(x.png) }"}, "site/assets/site.css:2: url() 'x.png' leads to no file. Did you mean pic.png?"),
        ({"assets/site.css": '\n@import "x.css";'}, "site/assets/site.css:2: @import 'x.css' leads to no file. Did you mean site.css?"),
        ({"assets/site.css": "@font-face { src: url('x.woff2') format('woff2') }"}, "site/assets/site.css:1: url() 'x.woff2' leads to no file."),
        ({"assets/site.css": "a { b: url(mark.svg#lef) }"}, "site/assets/site.css:1: url() 'mark.svg#lef': there is no #lef on site/assets/mark.svg. Did you mean leaf?"),
        ({"assets/mark.svg": '<svg xmlns="http://www.w3.org/2000/svg">\n<use href="#t"/></svg>'}, "site/assets/mark.svg:2: href '#t': there is no #t on site/assets/mark.svg."),
        ({"assets/mark.svg": '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"><image x:href="x.png"/></svg>'}, "site/assets/mark.svg:1: href 'x.png' leads to no file. Did you mean pic.png?"),
        ({"assets/mark.svg": '<svg xmlns="http://www.w3.org/2000/svg"><style>a { b: url(x.png) }</style></svg>'}, "site/assets/mark.svg:1: url() 'x.png' leads to no file. Did you mean pic.png?"),
        ({"assets/mark.svg": '<svg xmlns="http://www.w3.org/2000/svg"><g fill="url(#t)"/></svg>'}, "site/assets/mark.svg:1: url() '#t': there is no #t on site/assets/mark.svg."),
        ({"assets/mark.svg": "<svg><g></svg>"}, "site/assets/mark.svg:1: Opening and ending tag mismatch: g line 1 and svg, line 1, column 15 (<string>, line 1)"),
        ({"demos/gan/view.js": '\nimport { x } from "../kitt.js"'}, "site/demos/gan/view.js:2: import '../kitt.js' leads to no file. Did you mean ../kit.js?"),
        ({"demos/gan/view.js": 'const w = new URL("weights.bin", import.meta.url)'}, "site/demos/gan/view.js:1: file beside a module 'weights.bin' leads to no file."),
        ({"demos/gan/view.js": 'fetch("https://cdn.org/x")'}, "site/demos/gan/view.js:1: fetch 'https://cdn.org/x' is loaded from another host; the site serves everything itself"),
        ({"search/worker.js": 'importScripts("engine.js")'}, "site/search/worker.js:1: importScripts 'engine.js' leads to no file. Did you mean worker.js?"),
        ({"search/worker.js": 'importScripts("../demos/kit.js"); fetch("index.json")'}, "site/search/worker.js:1: fetch 'index.json' leads to no file. Did you mean full_index.json?"),
        ({"search/full_index.json": '{"docs": [{"location": "a/#tow"}]}'}, "site/search/full_index.json: search index './a/#tow': there is no #tow on site/a/index.html. Did you mean two?"),
        ({"search/full_index.json": '{"docs": [{"location": "aa/"}]}'}, "site/search/full_index.json: search index './aa/' leads to no file. Did you mean a/?"),
        ({"search/full_index.json": '{"docs": ['}, "site/search/full_index.json:1: Expecting value: line 1 column 11 (char 10)"),
        ({"sitemap.xml": sitemap(START, f"{START}a/")}, "site/sitemap.xml: the page https://e.org/repo/b/ is missing here"),
        ({"sitemap.xml": sitemap(START, f"{START}a/", f"{START}b/", f"{START}bb/")}, "site/sitemap.xml:5: sitemap 'https://e.org/repo/bb/' leads to no file. Did you mean https://e.org/repo/b/?"),
        ({"sitemap.xml": sitemap(START, f"{START}a/", f"{START}b/", f"{START}old/")}, "site/sitemap.xml:5: sitemap 'https://e.org/repo/old/' leads to a page that only forwards to '../a/'; link there"),
        ({"sitemap.xml": sitemap(START, f"{START}a/", f"{START}b/", "/repo/a/")}, "site/sitemap.xml:5: sitemap '/repo/a/' should be a whole address, with https and host"),
        ({"sitemap.xml": "<urlset><url></urlset>"}, "site/sitemap.xml:1: Opening and ending tag mismatch: url line 1 and urlset, line 1, column 23 (<string>, line 1)"),
        ({"404.html": '<a href="a/">x</a>'}, "site/404.html:1: href 'a/' is relative, and 404.html is served at whatever address was asked for; write /repo/a/"),
        ({"404.html": '<b style="c: url(assets/pic.png)">'}, "site/404.html:1: url() 'assets/pic.png' is relative, and 404.html is served at whatever address was asked for; write /repo/assets/pic.png"),
        ({"old/index.html": '<meta http-equiv="refresh" content="0;url=../aa/">'}, "site/old/index.html:1: redirect '../aa/' leads to no file. Did you mean ../a/?"),
        ({"old/index.html": '<meta http-equiv="refresh" content="0;url=./">'}, "site/old/index.html:1: redirect './' leads to a page that only forwards to './'; link there"),
        ({"older/index.html": '<meta http-equiv="refresh" content="0, ../old/">'}, "site/older/index.html:1: redirect '../old/' leads to a page that only forwards to '../a/'; link there"),
        ({"b/index.html": page("a/")}, "site/b/index.html:1: canonical 'https://e.org/repo/a/' is not this page's own address, https://e.org/repo/b/"),
        ({"b/index.html": "<p>x</p>"}, "site/b/index.html: this page does not say its canonical address"),
        ({"b/index.html": page("b/", head='<base href="https://e.org/repo/a/">') + '<a href="x/"></a><a href="#two"></a>'}, "site/b/index.html:5: href 'x/' leads to no file. Did you mean /repo/a/?"),
        ({"index.html": page("", '<h1 id="home"></h1> <a href="a/"></a>')}, "site/b/index.html: no way of links leads from the home page to this one"),
        ({"c.html": page("c.html"), "sitemap.xml": sitemap(START, f"{START}a/", f"{START}b/", f"{START}c.html")}, "site/c.html: no way of links leads from the home page to this one"),
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


def test_one_wrong_canonical_does_not_move_the_site(tmp_path):
    assert said(tmp_path, {"index.html": CLEAN["index.html"].replace(START, "https://else.org/")}) == [
        "site/index.html:1: canonical 'https://else.org/' is not this page's own address, https://e.org/repo/"
    ]


def test_other_hosts_are_listed(tmp_path):
    body = '<a href="https://x.org/a#b"></a> <a href="https://x.org/a#c"></a> <a href="//y.org/"></a>'
    checker = links.checked(collect.read(write(tmp_path / "site", {**CLEAN, "b/index.html": page("b/", body)})), None, None)
    assert checker.findings == [] and sorted(checker.external) == ["//y.org/", "https://x.org/a"]


# ---- Where the fault was written ----------------------------------------------------------------------


DOCS = {
    "docs/gans.md": "# GANs { #gans }\n\nIn [one](nowhere.md).\n\n## Two { #gan-two }\n\n[x](other.md#gone) [@a2020x]\n\n{{ claim C9 }}\n",
    "docs/claims.yml": "C8:\n  title: T\nC9:\n  evidence: See [x](other.md).\n",
    "docs/references.bib": "@book{a2020x,\n url = {x}}\n",
    "mkdocs.yml": "nav:\n  - gans.md\n  - Old: old.md\n",
    "overrides/main.html": "\n<meta content=\"{{ base }}assets/preview.png\">\n",
    "docs/assets/site.css": "a {}",
}


@pytest.mark.parametrize(
    "body, place",
    [
        ('<a href="nowhere.md">', "docs/gans.md:3"),
        ('<h2 id="gan-two">2</h2><a href="../other/#gone">', "docs/gans.md:7"),
        ('<h2 id="gan-two">2</h2><a href="../references/#ref-a2020x">', "docs/gans.md:7"),
        ('<h2 id="gan-two">2</h2><a href="../not-in-the-text/">', "docs/gans.md:5"),  # the heading before it
        ('<h3 id="claim-c9">9</h3><a href="../other/">', "docs/claims.yml:4"),
        ('<h3 id="claim-c9">9</h3><a href="../not-in-the-text/">', "docs/claims.yml:3"),
        ('</article><nav><a href="../old/"></nav>', "mkdocs.yml:3"),
        ('</article><nav><a href="#gan-two"></nav>', "docs/gans.md:5"),
        ('</article><img src="../assets/preview.png">', "overrides/main.html:2"),
        ('</article><nav><a href="../not-in-the-text/"></nav>', "site/gans/index.html:2"),
    ],
)
def test_findings_name_the_markdown(tmp_path, body, place):
    write(tmp_path, {**DOCS, "site/gans/index.html": f'<article><h1 id="gans">G</h1>\n{body}</article>'})
    assert {str(finding).rpartition(": ")[0].split(": ")[0] for finding in links.check(tmp_path / "site", None, tmp_path / "docs")[0]} == {place}


def test_a_page_that_was_not_built_from_docs_is_named_itself(tmp_path):
    write(tmp_path, {**DOCS, "site/gans/index.html": '<article><h1 id="other">G</h1>\n<a href="nowhere.md"></article>'})
    assert [str(finding) for finding in links.check(tmp_path / "site", None, tmp_path / "docs")[0]] == ["site/gans/index.html:2: href 'nowhere.md' leads to no file."]


# ---- Readers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, found",
    [
        ("a.png", ["a.png"]),
        ("a.png 1x,b.png 2x", ["a.png", "b.png"]),
        ("a.png, b.png 2x", ["a.png", "b.png"]),
        ("a,b.png 1x", ["a,b.png"]),
        ("data:image/png;base64,AAAA 1x, b.png 2x", ["data:image/png;base64,AAAA", "b.png"]),
        ("a.png (min-width: 1px, x) 1x, b.png", ["a.png", "b.png"]),
        ("", [""]),
        (", a.png", ["", "a.png"]),
        ("a.png 1x,", ["a.png", ""]),
        ("a.png,, b.png", ["a.png", "", "b.png"]),
    ],
)
def test_srcset(text, found):
    assert in_srcset(text) == found


@pytest.mark.parametrize(
    "text, found",
    [
        ('import "./a.js"', ["./a.js"]),
        ("import a from './a.js'", ["./a.js"]),
        ('import a, { b as c } from "./a.js"', ["./a.js"]),
        ('import * as a\nfrom "./a.js" with { type: "json" }', ["./a.js"]),
        ('import{a}from"./a.js";import{b}from"./b.js"', ["./a.js", "./b.js"]),
        ('export { a } from "./a.js"; export * from "./b.js"', ["./a.js", "./b.js"]),
        ('await import("./a.js")', ["./a.js"]),
        ("import(`./a.js`)", ["./a.js"]),
        ("import(`./${name}.js`)", []),
        ('new URL("a.bin", import.meta.url); import.meta.resolve("./b.js")', ["a.bin", "./b.js"]),
        ('new URL("a.bin", base)', []),
        ('// import "./a.js"\n/* import "./b.js" */', []),
        ("""const a = "import './a.js'", b = 'import "./b.js"', c = `import "./c.js"`""", []),
        (r"""const a = "\\" ; import "./a.js" """, ["./a.js"]),
        (r"""const a = /["'`]/g; import "./a.js" """, ["./a.js"]),
        (r"""const a = "https://x.org"; import "./a.js" """, ["./a.js"]),
        ('const a = b / c; import "./a.js"; d / e', ["./a.js"]),
        ('page.import("a"); reimport("b")', []),
        ('fetch("a.json")', []),
        ('importScripts("a.js"); fetch("b.json")', ["a.js", "b.json"]),
    ],
)
def test_scripts(text, found):
    assert [address for address, _, _ in in_script(text)] == found


# ---- The command ---------------------------------------------------------------------------------------------


def command(folder, **environ) -> subprocess.CompletedProcess:
    import os

    asked = [sys.executable, "-m", "scripts.links", str(folder), "--full"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "GITHUB_ACTIONS": "", **environ})


def test_command_on_a_clean_folder(tmp_path):
    done = command(write(tmp_path / "site", {**CLEAN, "b/index.html": page("b/", '<a href="https://x.org/">')}))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[:3] == [
        f"  on another host: https://x.org/ ({tmp_path}/site/b/index.html:3)",
        "5 pages, 12 files, 5 ids, 1 addresses on other hosts.",
        f"Links and ids (references) in {tmp_path}/site: 16 looked at, 0 faults. OK",
    ]


def test_command_on_a_broken_folder_annotates_in_ci(tmp_path):
    done = command(write(tmp_path / "site", {**CLEAN, "b/index.html": page("b/", '<a href="../100%/">')}), GITHUB_ACTIONS="true")
    assert done.returncode == 1
    message = "href '../100%25/' holds '%25', which not every browser and host reads alike"
    assert f"::error file={tmp_path}/site/b/index.html,line=3::{message}" in done.stdout.splitlines()


@pytest.mark.parametrize("files", [{"x.txt": ""}, {"index.html": "<h1>No address at all</h1>"}, {"site.css": "a { b: url(site.css) }"}])
def test_command_fails_when_it_saw_nothing(tmp_path, files):
    done = command(write(tmp_path / "site", files))
    assert done.returncode == 1 and "0 looked at" not in done.stdout and "nothing was looked at, so nothing is proved. FAILED" in done.stderr


# ---- The second opinion ------------------------------------------------------------------------------------------


def test_lychee_agrees_on_a_clean_folder_and_sees_faults(tmp_path):
    if lychee.program() is None:
        pytest.skip("lychee has no wheel for this platform")
    world = write(tmp_path / "site", CLEAN)
    assert lychee.opinion(links.checked(collect.read(world), None, None)) == ([], 11)
    body = '<a href="../aa/"></a>\n<a href="../a/#tow"></a>\n<a href="/a/"></a>\n<a href="https://e.org/repo/x/"></a>'
    write(world, {"b/index.html": page("b/", body)})
    faults, looked_at = lychee.opinion(links.checked(collect.read(world), None, None))
    assert sorted(map(str, faults)) == [
        "site/b/index.html:3: lychee: '/aa': File not found. Check if file exists and path is correct",
        "site/b/index.html:4: lychee: '/a#tow': Cannot find fragment",
        "site/b/index.html:5: lychee: '/a': File not found. Check if file exists and path is correct",
        "site/b/index.html:6: lychee: '/x/': File not found. Check if file exists and path is correct",
    ]
    assert looked_at == 15


def test_lychee_can_be_absent(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lychee, "program", lambda: None)
    assert lychee.run(None) == 0 and lychee.fetch(None) == 1
    assert capsys.readouterr().out.splitlines() == [
        "lychee: not available on this platform; its second opinion is left out.",
        "lychee: not available on this platform; links to other hosts were not fetched.",
    ]
