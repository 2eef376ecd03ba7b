"""Stage: put Mermaid's library beside the pages, but only when some diagram was left to the browser.

The library comes out of the locked package mermaidx (Mermaid 11, MIT), so nothing is fetched from another host, at build time or by the reader.
docs/assets/diagrams.js loads it on demand.
"""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

TARGET = "assets/library/diagrams.min.js"


def left_to_the_browser(site: Path) -> list[Path]:
    """The pages on which a diagram is still text."""
    return [page for page in site.rglob("*.html") if '<pre class="mermaid">' in page.read_text("utf-8")]


def run(site: Path) -> str:
    """In: the built site. Out: the same, with the library when a page needs it and without its loader when none does."""
    pages = left_to_the_browser(site)
    if not pages:
        (site / "assets/diagrams.js").unlink(missing_ok=True)
        return "every diagram is drawn; no library needed"
    with as_file(files("mermaidx") / "assets" / "mermaid.js") as library:
        (site / TARGET).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(library, site / TARGET)
    return f"library added for {len(pages)} pages whose diagrams the browser draws"
