"""Mermaid fences become inline SVG while Markdown is converted: no browser, no Node, nothing to load for the reader.

In:  the text of a ```mermaid fence whose first line is `%% id: diagram-…` and that holds accTitle and accDescr.
Out: <figure class="diagram" id="diagram-…"> with the drawing (real text, live links, title and description) and accTitle as its caption.

What merman cannot draw, and platforms without its wheel, are left to mkdocs-mermaid2-plugin, which draws in the reader's browser.
Colours are not in the drawing: docs/assets/site.css gives them, so that light, dark and print all work.
"""

import html
import json
import re
from dataclasses import dataclass
from functools import cache

from pymdownx.superfences import SuperFencesException

from scripts.plots import tenths

ID = re.compile(r"^\s*%%\s*id:\s*(\S+)\s*$", re.M)
TITLE = re.compile(r"^\s*accTitle\s*:\s*(.+?)\s*$", re.M)
DESCRIPTION = re.compile(r"^\s*accDescr\s*:\s*(.+?)\s*$|^\s*accDescr\s*\{\s*(.+?)\s*\}", re.M | re.S)
OPTIONS = {"layout": "dagre", "look": "classic", "theme": "base", "flowchart": {"wrappingWidth": 190, "padding": 12, "nodeSpacing": 30, "rankSpacing": 36}}


class SyntaxFault(ValueError):
    """The text of a diagram is not Mermaid."""


@dataclass
class Labels:
    """What a diagram says of itself; an empty string where it says nothing."""

    id: str
    title: str
    description: str


def labels(source: str) -> Labels:
    """Read id, accTitle and accDescr of a diagram's text."""
    found = DESCRIPTION.search(source)
    first = lambda pattern: (pattern.search(source) or ["", ""])[1]  # noqa: E731
    return Labels(first(ID), first(TITLE), " ".join(((found[1] or found[2]) if found else "").split()))


@cache
def _engine():
    """merman's renderer, or None on a platform for which it has no wheel."""
    try:
        import merman
    except ImportError:
        return None
    return merman.Merman()


def draw(source: str) -> str | None:
    """Draw a diagram as an SVG element without colours; None when it must be left to the browser.

    Raises SyntaxFault with Mermaid's own words when the text cannot be parsed.
    """
    if (engine := _engine()) is None:
        return None
    name = labels(source).id or "diagram"
    try:
        svg = engine.render_svg(source, json.dumps({"site_config": OPTIONS, "svg": {"diagram_id": name + "-svg"}}))
    except Exception as fault:  # merman's generated binding has one class for all faults; its text tells them apart
        text = str(fault)
        if "PARSE_ERROR" in text:
            message = re.search(r"message='(.*)'", text, re.S)
            raise SyntaxFault(message[1] if message else text) from None
        return None
    return _bare(svg)


def _bare(svg: str) -> str:
    """Take out the built-in colours, shadows and fixed width: the style sheet of the site does that, for all diagrams at once."""
    svg = re.sub(r"<style>.*?</style>|<defs><filter.*?</filter></defs>|<linearGradient.*?</linearGradient>", "", svg, flags=re.S)
    svg = re.sub(r' data-look="\w+"| class=""| style=""', "", svg)
    used = set(re.findall(r"url\(#([^)]+)\)", svg))  # of twelve heads of arrows, a diagram needs one or two
    svg = re.sub(r'<marker id="([^"]+)".*?</marker>', lambda marker: marker[0] if marker[1] in used else "", svg, flags=re.S)
    svg = re.sub(r' data-(?:points|et|edge)="[^"]*"', "", svg)  # for Mermaid's editor; the points are repeated in base64, which no host can compress
    svg = tenths(svg, r' (?:d|transform|x|y|width|height|viewBox)="[^"]*"')
    svg = svg.replace("xlink:href=", "href=").replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    svg = re.sub(r'style="max-width: ([\d.]+)px;"', r'style="max-width: \1px; --width: \1"', svg, count=1)
    return re.sub(r"<(?!br\b)(\w+)([^<>]*?)\s*/>", r"<\1\2></\1>", svg)


def fence(source, language, css_class, options, md, **kwargs):
    """Superfences formatter for ```mermaid fences."""
    told = labels(source)
    try:
        drawing = draw(source)
    except SyntaxFault as fault:
        raise SuperFencesException(f"{told.id or 'a diagram'}: {fault}") from None
    if drawing is None:
        from mermaid2 import fence_mermaid_custom

        drawing = fence_mermaid_custom(source, language, css_class, options, md, **kwargs)
    return (
        f'<figure class="diagram" id="{html.escape(told.id)}" data-search-exclude><div class="diagram-scroll" tabindex="0" role="region" '
        f'aria-label="Diagram: {html.escape(told.title)}">{drawing}</div><figcaption>{html.escape(told.title)}</figcaption></figure>'
    )


fence.__name__ = "fence_mermaid_custom"  # mkdocs-mermaid2-plugin looks for this name
