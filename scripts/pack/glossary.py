"""The glossary as a table, and as cards that Anki imports."""

import csv
import io
from pathlib import Path

from scripts import catalogue, lessons


def write(table: Path, cards: Path, site: Path, start: str) -> None:
    """Write term, definition and short address: as CSV with a head, and as tabbed text with Anki's own head."""
    tree = lessons.tree_of((site / "glossary/index.html").read_text("utf-8"))
    terms = tree.xpath("//article//*[self::h2 or self::h3 or self::h4][starts-with(@id, 'term-')]")
    rows = [(catalogue.title_of(term, "term"), definition(term), f"{start}go/{term.get('id')}/") for term in terms]
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([("term", "definition", "address"), *rows])
    table.write_text("\ufeff" + out.getvalue(), "utf-8", newline="")  # the mark by which spreadsheets know UTF-8
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(rows)
    cards.write_text("#separator:tab\n#html:false\n#notetype:Basic\n#columns:Front\tBack\tAddress\n#tags:machine-learning\n" + out.getvalue(), "utf-8")


def definition(term) -> str:
    """The definition below a term, without the line that says where it is explained."""
    return catalogue.first_paragraph(term).partition(" Explained in ")[0]
