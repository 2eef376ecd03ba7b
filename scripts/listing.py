"""Stage: the catalogue for trainers. Fills the table of the page catalogue.md with every address of the site, and writes it as permalinks.csv too."""

import csv
import html
import json
from pathlib import Path

from scripts import content
from scripts.permalinks import shorter

PLACE = '<div id="__catalogue"></div>'
COLUMNS = ("id", "kind", "title", "page", "address", "short", "summary", "since")
TABLE = """<form class="catalogue-filter" name="filter">
<label>Words <input type="search" name="words" spellcheck="false"></label>
<label>Kind <select name="kind"><option value="">all kinds</option>{kinds}</select></label>
<p role="status">{count} addresses</p></form>
<div class="table-scroll" tabindex="0" role="region" aria-label="All addresses">
<table class="catalogue"><thead><tr><th scope="col">What</th><th scope="col">Kind</th><th scope="col">Name</th></tr></thead>
{groups}
</table></div>"""
LONGEST = 50  # characters of a title in the table


def run(site: Path) -> str:
    """In: the built site with permalinks.json. Out: the same with the catalogue as a table and as a file for spreadsheets."""
    listed = json.loads((site / "permalinks.json").read_text("utf-8"))
    with open(site / "permalinks.csv", "w", encoding="utf-8-sig", newline="") as file:  # with a mark at its start, by which spreadsheets know UTF-8
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(map(harmless, listed["entries"]))
    page = site / "catalogue" / "index.html"
    text = page.read_text("utf-8")
    if text.count(PLACE) != 1:
        raise SystemExit(f"listing: {page.relative_to(site)} should hold {PLACE} once; it holds it {text.count(PLACE)} times.")
    page.write_text(text.replace(PLACE, table(listed)), "utf-8")
    return f"{len(listed['entries'])} addresses in the catalogue"


def harmless(entry: dict) -> dict:
    """A row whose text no spreadsheet takes for a formula."""
    return {name: "'" + value if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value for name, value in entry.items()}


def table(listed: dict) -> str:
    """All entries, a group for each page in the order of the navigation."""
    groups = []
    for page in content.page_order(content.ROOT / "mkdocs.yml"):
        rows = [entry for entry in listed["entries"] if entry["page"] == page]
        name = next(entry["title"] for entry in rows if entry["kind"] == "page")
        groups.append(f'<tbody><tr><th colspan="3" scope="rowgroup">{html.escape(name)}</th></tr>\n' + "\n".join(row(entry) for entry in rows) + "\n</tbody>")
    kinds = "".join(f"<option>{kind}</option>" for kind in dict.fromkeys(entry["kind"] for entry in listed["entries"]))
    return TABLE.format(groups="\n".join(groups), kinds=kinds, count=len(listed["entries"]))


def row(entry: dict) -> str:
    """One entry; without the closing tags that HTML does not need, because the page is long."""
    return f'<tr><td><a href="../go/{entry["id"]}/">{html.escape(shorter(entry["title"], LONGEST))}</a><td>{entry["kind"]}<td>{entry["id"]}'
