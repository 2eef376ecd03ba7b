"""Everything in the built site that has an address of its own: sections, terms, claims, misconceptions, figures, diagrams, demos and their presets, quizzes, guesses, references.

One reader for all who need to know: the register of permanent links, the search, the trainer's catalogue and the pack.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from lxml import html as lxml_html

HEADINGS = ("h1", "h2", "h3", "h4")
KINDS = ("page", "section", "term", "claim", "myth", "figure", "diagram", "demo", "preset", "quiz", "guess", "reference")
HEADING = " or ".join(f"self::{name}" for name in HEADINGS)
CLASS = "contains(concat(' ', @class, ' '), ' {} ')"
PREFIXES = {  # of an id: the kind that it says, and the elements that can be one
    "term": ("term", HEADING), "claim": ("claim", HEADING), "ref": ("reference", "self::li"), "preset": ("preset", "self::a[@href]"),
    "myth": ("myth", CLASS.format("myth")), "quiz": ("quiz", CLASS.format("quiz")), "guess": ("guess", CLASS.format("guess")),
    "demo": ("demo", "self::figure[@data-demo]"), "diagram": ("diagram", f"self::figure[{CLASS.format('diagram')}]"),
    "fig": ("figure", f"self::figure[not(@data-demo or {CLASS.format('diagram')})]"),
}
OWN = " or ".join(f"starts-with(@id, '{prefix}-')" for prefix in PREFIXES)  # also when it stands where its kind cannot be, for the register to notice
ADDRESSABLE = f"//article//*[@id][not(ancestor-or-self::svg)][{HEADING} or self::figure or {OWN}]"
SUMMARY = 200  # characters of a summary, at most


@dataclass(frozen=True)
class Entry:
    """One thing with an address. `page` is the name of its file ("index" for the home page), `section` the id of the heading above it.

    `target` is where a preset leads: a demo, with the query that sets it.
    """

    id: str
    kind: str  # one of KINDS
    page: str
    title: str
    summary: str
    section: str
    keywords: tuple[str, ...] = ()
    target: str = ""

    @property
    def address(self) -> str:
        """Its address relative to the start of the site. A page's own id needs no fragment."""
        folder = "" if self.page == "index" else f"{self.page}/"
        return self.target or (folder if self.kind == "page" else f"{folder}#{self.id}")


def entries(site: Path) -> list[Entry]:
    """In: a built site. Out: all entries, page by page in the order of the text."""
    pages = [path for path in sorted(site.glob("index.html")) + sorted(site.glob("*/index.html"))]
    return [entry for path in pages for entry in of_page(path.read_text("utf-8"), "index" if path.parent == site else path.parent.name)]


def of_page(text: str, page: str) -> list[Entry]:
    """The entries of one built page."""
    tree = lxml_html.document_fromstring(text.encode(), parser=lxml_html.HTMLParser(encoding="utf-8"))
    for link in tree.xpath("//a[@class='headerlink']"):
        link.drop_tree()
    found, section = [], ""
    for element in tree.xpath(ADDRESSABLE):
        identity, kind = element.get("id"), kind_of(element)
        found.append(Entry(identity, kind, page, title_of(element, kind), summary_of(element, kind, tree), section if element.tag not in HEADINGS else "", keywords_of(element), target_of(element, kind, page)))
        section = identity if element.tag in HEADINGS else section
    return found


def kind_of(element) -> str:
    """What it is, by its element and the beginning of its id; "" for an id that promises what the element cannot be."""
    kind, form = PREFIXES.get(element.get("id").partition("-")[0], ("section", HEADING))
    return "page" if element.tag == "h1" else kind if element.xpath(f"boolean({form})") else ""


def keywords_of(element) -> tuple[str, ...]:
    """Other words for it: spellings of a term, and aliases that are searched and never shown."""
    listed = ",".join(element.get(name, "") for name in ("data-also", "data-search-aliases"))
    return tuple(dict.fromkeys(word.strip() for word in listed.split(",") if word.strip()))


def target_of(element, kind: str, page: str) -> str:
    """Where a preset's link leads, relative to the start of the site: the page of a demo, the query that sets it, and its id."""
    return urljoin("/" if page == "index" else f"/{page}/", element.get("href", ""))[1:] if kind == "preset" else ""


def title_of(element, kind: str) -> str:
    """What a person would call it."""
    if element.tag in HEADINGS:
        return words(element)
    if kind == "reference":
        return words(element.find("em"))
    inner = {"quiz": ".//p[contains(@class, 'quiz-question')]", "guess": ".//p[contains(@class, 'guess-question')]", "myth": "./p[contains(@class, 'admonition-title')]", "diagram": ".//svg/title"}.get(kind, ".//figcaption")
    whole = words(next(iter(element.xpath(inner)), element))
    return sentence(whole) if kind in ("figure", "demo") else whole


def summary_of(element, kind: str, tree) -> str:
    """One or two sentences: the page's description, the first paragraph below a heading, a caption, a description in words, the options."""
    if kind == "page":
        text = tree.xpath("string(//meta[@name='description']/@content)")
    elif element.tag in HEADINGS:
        text = first_paragraph(element)
    elif kind == "diagram":
        text = words(next(iter(element.xpath(".//svg/desc")), None))
    elif kind == "guess":
        text = " · ".join(words(option) for option in element.xpath("./form//label[input/@type='radio']")) or "A number to guess before the measurement is shown."
    elif kind == "quiz":
        text = " · ".join(words(option) for option in element.xpath(".//summary"))
    elif kind == "reference":
        text = words(element).partition(" Cited on:")[0]
    elif kind == "preset":
        text = words(element.getparent())
    else:
        text = words(next(iter(element.xpath("./figcaption" if element.tag == "figure" else "./p[not(@class)]")), None))
    return shortened(text)


def first_paragraph(heading) -> str:
    """The first running text between a heading and the next, or else the first caption there."""
    captions = []
    for following in heading.itersiblings():
        if following.tag in HEADINGS:
            break
        if following.tag == "p" and len(words(following)) > 30:
            return words(following)
        captions += following.xpath(".//figcaption")
    return words(captions[0]) if captions else ""


def words(element) -> str:
    """The text of an element as one line."""
    return "" if element is None else " ".join(element.text_content().split())


def sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s+(?=[A-Z“])", text)[0].rstrip(".")


def shortened(text: str) -> str:
    """At most SUMMARY characters, cut between two words."""
    return text if len(text) <= SUMMARY else text[: SUMMARY - 1].rpartition(" ")[0].rstrip(",;:") + "…"
