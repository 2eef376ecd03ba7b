"""Addresses in the languages that stand in and beside a page: style sheets, scripts, srcset. Text in, (address, kind, line) out.

A line counts from 0 within the text. Kind "broken" carries, instead of an address, what is wrong.
"""

import re
from functools import lru_cache

import tinycss2

IMAGES = {"url", "src", "image-set", "-webkit-image-set"}  # functions of CSS whose strings are addresses


@lru_cache(maxsize=256)
def in_sheet(text: str) -> list:
    """Addresses in a style sheet."""
    return list(_in_nodes(tinycss2.parse_stylesheet(text)))


@lru_cache(maxsize=4096)
def in_style(text: str) -> list:
    """Addresses in a style attribute, or in an SVG attribute such as fill="url(#…)". The same few stand in every diagram."""
    return list(_in_nodes(tinycss2.parse_component_value_list(text)))


def _in_nodes(nodes, strings: str = ""):
    """url(…), image-set("…") and @import "…", at any depth. `strings`: what a bare string is here, if it is an address."""
    for node in nodes:
        line = node.source_line - 1
        if node.type == "error":
            yield f"this style sheet is broken: {node.message}", "broken", line
        elif node.type == "url" or (node.type == "string" and strings):
            yield node.value, strings or "url()", line
        rule = node.lower_at_keyword if node.type == "at-rule" else ""
        function = node.lower_name if node.type == "function" else ""
        if rule != "namespace":  # its url is a name, not a place
            for part in ("prelude", "content", "value", "arguments"):
                if isinstance(children := getattr(node, part, None), list):
                    imported = (rule, part) == ("import", "prelude")
                    yield from _in_nodes(children, "@import" if imported else "url()" if function in IMAGES else "")


# What is to be passed over stands first and is matched whole, so that an import named in a comment or a string is none.
SCRIPT = re.compile(
    r"""
    //[^\n]* | /\*.*?\*/ | `(?:\\.|[^`\\])*`
    | (?:(?<=[=(,:;!&|?{}\[\n])|(?<=\breturn))\s*/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*  # a regular expression
    | (?<![.\w$])(?:
        (?P<import>import\s*\(\s*|import\.meta\.resolve\(\s*|import\s*(?:[\w*{}\s,$]+?\s*from\s*)?|export\s*[\w*{}\s,$]+?\s*from\s*)
        | (?P<beside>new\s+URL\(\s*) | (?P<worker>importScripts\(\s*) | (?P<fetch>fetch\(\s*)
      )(?P<quote>["'`])(?P<address>[^"'`\n$]+)(?P=quote)(?P<meta>\s*,\s*import\.meta\.url)?
    | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
    """,
    re.S | re.X,
)


def in_script(text: str):
    """Imports, files named beside import.meta.url, and what a worker loads. (What a page's script fetches is relative to some page.)"""
    worker = "importScripts(" in text
    for found in SCRIPT.finditer(text):
        line = text.count("\n", 0, found.start())
        if found["import"]:
            yield found["address"], "import", line
        elif found["beside"] and found["meta"]:
            yield found["address"], "file beside a module", line
        elif found["worker"] or (found["fetch"] and (worker or "//" in found["address"])):
            yield found["address"], "importScripts" if found["worker"] else "fetch", line


def in_srcset(text: str) -> list[str]:
    """The addresses of a srcset, split as the HTML standard says; an empty one for each comma too many."""
    found, rest, more = [], text.strip(), True
    while more:
        address = "" if rest.startswith(",") else re.match(r"\S*", rest)[0]
        rest, bare = rest[len(address):], address.rstrip(",")
        found.append(bare)
        if more := bare != address:
            found += [""] * (len(address) - len(bare) - 1)
        else:
            rest = rest[re.match(r"[^,(]*(?:\([^)]*\)?[^,(]*)*", rest).end():]
            more, rest = rest.startswith(","), rest[1:]
        rest = rest.lstrip()
    return found
