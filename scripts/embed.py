"""Stage: each demo alone on a page of its own, `embed/<name>/`, for an iframe on a slide or in a course.

The page holds the same figure as the lesson (static first state, then live), the address it came from, and nothing else.
"""

import html
import posixpath
import re
from pathlib import Path

from lxml import etree
from lxml import html as lxml_html

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="canonical" href="{canonical}">
<link rel="icon" href="../../assets/favicon.svg">
{styles}
</head>
<body data-md-color-scheme="default" data-md-color-primary="custom" data-md-color-accent="custom">
<script>if (matchMedia("(prefers-color-scheme: dark)").matches) document.body.dataset.mdColorScheme = "slate"</script>
<main class="md-typeset embedded">
<h1 class="embedded-title">{title}</h1>
{figure}
<p class="embedded-source">From <a href="{back}" target="_top">{source}</a>, CC BY 4.0</p>
</main>
<script type="module" src="../../demos/main.js"></script>
</body>
</html>
"""
WIDTH, HEIGHT = 720, 760  # of an iframe, in pixels; a demo that is taller scrolls inside
ADDRESSES = ("href", "src", "srcset", "poster")


def run(site: Path) -> str:
    """In: the built site. Out: the same, with one page for each figure that has data-demo."""
    made = []
    for page in sorted(site.glob("**/index.html")):
        if "data-demo" not in (text := page.read_text("utf-8")):
            continue
        tree = lxml_html.document_fromstring(text)
        for figure in tree.xpath("//figure[@data-demo]"):
            name = figure.get("data-demo")
            target = site / "embed" / name / "index.html"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(alone(tree, figure, page.relative_to(site).parent.as_posix()), "utf-8")
            made.append(name)
    return f"{len(made)} demos have a page of their own"


def alone(tree, figure, folder: str) -> str:
    """The embed page of one figure that stands on the page of `folder` ("." for the home page)."""
    canonical, heading = tree.xpath("string(//link[@rel='canonical']/@href)"), tree.xpath("string(//article//h1)").rstrip("#¶ ")
    styles = "\n".join(f'<link rel="stylesheet" href="{rebase(link.get("href"), folder)}">' for link in tree.xpath("//head/link[@rel='stylesheet']"))
    identity, markup = figure.get("id"), etree.tostring(figure, encoding="unicode", method="html", with_tail=False)
    markup = re.sub(rf'\b({"|".join(ADDRESSES)})="([^"]*)"', lambda found: f'{found[1]}="{rebase(found[2], folder)}"', markup)
    back = rebase(f"#{identity}", folder)
    return PAGE.format(title=html.escape(f"Live demo “{figure.get('data-demo')}”: {heading}"), canonical=canonical, styles=styles, figure=markup, back=back, source=html.escape(heading))


def rebase(address: str, folder: str) -> str:
    """An address relative to the lesson's page, as seen from embed/<name>/."""
    if re.match(r"[a-z]+:|//|/", address):
        return address
    path, mark, fragment = address.partition("#")
    inner = posixpath.normpath(posixpath.join(folder, path))
    slash = "/" if not path or path.endswith("/") else ""
    return ("../../" + ("" if inner == "." else inner + slash)) + mark + fragment
