"""The link check: a tiny site in, the exact words out. One row for each rule, and as many for what is right."""

import pytest

from scripts import links
from tests.conftest import write

START = "https://e.org/repo/"


def page(address: str, body: str = "", head: str = "") -> str:
    """A page whose body begins on line 3."""
    start = f'<!doctype html><html><head><link rel="canonical" href="{START}{address}">{head}\n</head><body><main>'
    return f"{start}\n{body}\n</main></body></html>\n"


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
    "demos/main.js": 'const views = {\n  gan: () => import("./gan/view.js"),\n  "gan-plane": () => import("./gan/view.js"),\n}',
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
    assert links.check(tmp_path / "site")[1] == 17


RIGHT = """
<a href="">x</a> is wrong, all others are right
<a href="../a/#two">x</a> <a href="../a/?q=1#two">x</a> <a href="../a/index.html#two">x</a> <a href="/repo/a/#two">x</a>
<a href="HTTPS://E.ORG:443/repo/a/">x</a> <a href="https://e.org/repo/a/#two">x</a>
<a href="../a/#drei-gr%C3%B6%C3%9Fen">x</a> <a href="../a/#drei-größen">x</a> <a href="../a/#four">x</a>
<a href="#top">x</a> <a href="../a/#TOP">x</a> <a href="?q">x</a> <a href="../../repo/../repo/a/">wrong: climbs out</a>
<a href="../a/#:~:text=three%20words">x</a> <a href="../a/#two:~:text=three words">x</a>
<a href="mailto:a@b.org?subject=two words">x</a> <a href="tel:1">x</a> <img src="data:image/svg+xml,<svg xmlns='http://x.y'/>">
<a href="https://x.org/a b">wrong: a space</a> <a href="https://x.org/a?u=b%2Fc//d">x</a> <a>x</a> <iframe src="about:blank"></iframe>
<img src="../assets/pic.png" srcset="../assets/pic.png 1x, ../assets/mark.svg 2x"> <img srcset="../assets/pic.png">
<template><a href="nowhere/">x</a><b id="in-template"></b></template> <!-- <a href="nowhere/"> -->
<svg><use href="#here"/><use xlink:href="../assets/mark.svg#leaf"/><g id="here" fill="url(#here)" style="filter: url('#here')"/></svg>
<label for="field">x</label><input id="field" list="choices" aria-describedby="field choices"><datalist id="choices"></datalist>
<style>@namespace url(http://www.w3.org/1999/xhtml); @import "../assets/site.css"; a { b: url("../assets/pic.png") }</style>
<script>const text = "import('./nowhere.js')" // import "./nowhere.js"</script>
<script type="module">import "../demos/kit.js"; /* import "./nowhere.js" */ new URL("../assets/pic.png", import.meta.url)</script>
<script type="application/json">{"href": "nowhere/"}</script> <pre>import "./nowhere.js"</pre>
<figure data-demo="gan-plane"></figure> <form action="../a/"><button formaction="../a/">x</button></form> <q cite="../a/">x</q>
<a href="../assets/pic.png#t=3">x</a> <a href="javascript:void(0)" data-md-component="search-share">x</a>
"""


def test_what_is_right_is_not_found(tmp_path):
    assert said(tmp_path, {"b/index.html": page("b/", RIGHT.strip())}) == [
        "site/b/index.html:3: an empty href leads nowhere",
        "site/b/index.html:7: href '../../repo/../repo/a/' climbs out of the site. Did you mean ../a/?",
        "site/b/index.html:10: href 'https://x.org/a b' holds a space; write / or %20",
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
        ('<a href="../a/#drei-gr%C3%B6ssen">',
         "href '../a/#drei-gr%C3%B6ssen': there is no #drei-grössen on site/a/index.html. Did you mean drei-größen?"),
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
        ('<script src="https://cdn.org/x.js"></script>',
         "src 'https://cdn.org/x.js' is loaded from another host; the site serves everything itself"),
        ('<link rel="preconnect" href="//cdn.org">',
         "preconnect '//cdn.org' is loaded from another host; the site serves everything itself"),
        ('<b style="background: url(https://cdn.org/x.png)">',
         "url() 'https://cdn.org/x.png' is loaded from another host; the site serves everything itself"),
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
        ('<img srcset="../assets/pic.png 1x, ../assets/pic-2.png 2x">',
         "srcset '../assets/pic-2.png' leads to no file. Did you mean ../assets/pic.png?"),
        ('<img srcset="../assets/pic.png 1x, , ../assets/pic.png 2x">', "an empty srcset leads nowhere"),
        ('<source srcset="x.png">', "srcset 'x.png' leads to no file."),
        ('<video poster="x.png"></video>', "poster 'x.png' leads to no file."),
        ('<iframe src="../aa/"></iframe>', "src '../aa/' leads to no file. Did you mean ../a/?"),
        ('<object data="x.pdf"></object>', "data 'x.pdf' leads to no file."),
        ('<script src="x.js"></script>', "src 'x.js' leads to no file."),
        ('<link rel="stylesheet" href="../assets/sit.css">',
         "stylesheet '../assets/sit.css' leads to no file. Did you mean ../assets/site.css?"),
        ('<form action="../aa/"></form>', "action '../aa/' leads to no file. Did you mean ../a/?"),
        ('<q cite="../aa/"></q>', "cite '../aa/' leads to no file. Did you mean ../a/?"),
        ('<map name="m"><area href="../aa/"></map><img usemap="#n">',
         "href '../aa/' leads to no file. Did you mean ../a/?|usemap '#n': there is no #n on site/b/index.html."),
        ('<style>a { b: url(x.png) }</style>', "url() 'x.png' leads to no file."),
        ('<style>@import "x.css";</style>', "@import 'x.css' leads to no file."),
        ('<b style="b: image-set(\'x.png\' 1x)">', "url() 'x.png' leads to no file."),
        ('<b style="b: url(x y)">', "this style sheet is broken: bad URL token"),
        ('<svg><use href="#t"/></svg>', "href '#t': there is no #t on site/b/index.html."),
        ('<svg><use xlink:href="../assets/mark.svg#lef"/></svg>',
         "xlink:href '../assets/mark.svg#lef': there is no #lef on site/assets/mark.svg. Did you mean leaf?"),
        ('<svg><image href="x.png"/></svg>', "href 'x.png' leads to no file."),
        ('<svg><a xlink:href="../aa/">x</a></svg>', "xlink:href '../aa/' leads to no file. Did you mean ../a/?"),
        ('<svg><path marker-end="url(#t)"/></svg>', "url() '#t': there is no #t on site/b/index.html."),
        ('<label for="t">x</label>', "for (id) '#t': there is no #t on site/b/index.html."),
        ('<b aria-labelledby="b-name t" id="b-name">',
         "aria-labelledby (id) '#t': there is no #t on site/b/index.html."),
        ('<script type="module">import "./x.js"</script>', "import './x.js' leads to no file."),
        ('<script type="module">import x from "three"</script>', "import 'three': a browser knows no bare module names; begin with ./"),
        ('<figure data-demo="gna"></figure>', "data-demo 'demos/main.js#gna': there is no #gna on site/demos/main.js. Did you mean gan?"),
        ('<script id="__config" type="application/json">{"base": "..", "search": "../search/worker.js"}</script>',
         "search worker '../search/worker.js' leads to no file."),
        ('<meta property="og:image" content="/repo/assets/pic.png">',
         "og:image '/repo/assets/pic.png' should be a whole address, with https and host"),
        ('<meta property="og:image" content="https://e.org/repo/x.png">', "og:image 'https://e.org/repo/x.png' leads to no file."),
        ('<meta property="og:url" content="https://e.org/repo/a/">',
         "og:url 'https://e.org/repo/a/' is not this page's own address, https://e.org/repo/b/"),
        # Ids
        ('<b id="t"></b><b id="t"></b>', "the id 't' stands 2 times on this page"),
        ('<b id="t"></b><svg><g id="t"/></svg>', "the id 't' stands 2 times on this page"),
        ('<b id="two"></b>', "the id 'two' stands also on site/a/index.html; ids stand once in the whole site"),
        ('<b id="t u"></b>', "the id 't u' is empty or holds a space"),
    ],
)
def test_one_fault_in_a_page(tmp_path, body, finding):
    assert said(tmp_path, {"b/index.html": page("b/", body)}) == [f"site/b/index.html:3: {words}" for words in finding.split("|")]
