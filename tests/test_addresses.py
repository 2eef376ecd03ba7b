"""Addresses in scripts and in srcset: text in, addresses out."""

import pytest

from scripts.addresses import in_script, in_srcset


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
