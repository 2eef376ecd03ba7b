"""Stage: permanent links. Writes `permalinks.json`, which says everything that has an address, and `go/<id>/`, a short address for each.

A page in go/ is static and works wherever the site lies: it forwards by a relative address and keeps the visitor's query.
"""

import html
import json
from pathlib import Path

from scripts import catalogue, dates, links

ROOT = Path(__file__).resolve().parent.parent
SINCE = "2026-11-25"
MOST = 1024  # bytes of a page of go/
GO = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><link rel="canonical" href="{canonical}">
<meta property="og:title" content="{title}"><meta name="description" property="og:description" content="{summary}">
<script>location.replace({script})</script><noscript><meta http-equiv="refresh" content="0;url={target}"></noscript>
<p>This leads to <a href="{target}">{title}</a>.</p></html>
"""


def run(site: Path) -> str:
    """In: the built site. Out: the same with permalinks.json and a folder go/."""
    address, entries = links.site_address(ROOT / "mkdocs.yml"), catalogue.entries(site)
    value = {"$schema": "permalinks.schema.json", "version": 1, "site": address, "updated": dates.today(),
             "entries": [described(entry, address) for entry in entries], "retired": []}
    (site / "permalinks.json").write_text(json.dumps(value, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n", "utf-8")
    for entry in entries:
        target = site / "go" / entry.id / "index.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(forwarding(entry, address), "utf-8")
    return f"{len(entries)} permanent links, each with a short address"


def described(entry: catalogue.Entry, site: str) -> dict:
    """One entry as permalinks.json tells it."""
    return {"id": entry.id, "kind": entry.kind, "title": entry.title, "page": entry.page, "address": site + entry.address, "short": f"{site}go/{entry.id}/",
            "summary": entry.summary, "since": SINCE, "former": [], "keywords": list(entry.keywords)}


def forwarding(entry: catalogue.Entry, site: str) -> str:
    """The page go/<id>/ of an entry, at most MOST bytes long. A preset's own query stands before the visitor's."""
    path, mark, fragment = ("../../" + entry.address).partition("#")
    query = '.replace("?","&")' if "?" in path else ""
    script = json.dumps(path) + "+location.search" + query + ("+" + json.dumps(mark + fragment) if mark else "")
    fields = {"title": html.escape(shorter(entry.title, 80)), "canonical": site + path.removeprefix("../../").partition("?")[0],
              "target": html.escape(path + mark + fragment), "script": script}
    room = MOST - len(GO.format(**fields, summary="").encode())
    return GO.format(**fields, summary=html.escape(shorter(entry.summary, room - 60)))  # 60: signs that take more than a byte


def shorter(words: str, most: int) -> str:
    """At most so many characters, cut between two words."""
    return words if len(words) <= most else words[: most - 1].rpartition(" ")[0].rstrip(",;:") + "…"
