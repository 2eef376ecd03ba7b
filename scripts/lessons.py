"""A built page as a lesson: its answer, prediction, key points, quizzes, pictures and sources, as plain text, for programs that make something else of it."""

from dataclasses import dataclass
from pathlib import Path

from lxml import html as lxml_html

from scripts import content
from scripts.catalogue import words


@dataclass(frozen=True)
class Option:
    """One answer to a question; verdict is "right", "depends" or ""."""

    text: str
    why: str
    verdict: str


@dataclass(frozen=True)
class Quiz:
    """A question with its options."""

    id: str
    question: str
    options: tuple[Option, ...]

    @property
    def accepted(self) -> tuple[Option, ...]:
        """The options that count as right; where none is simply right, those that depend."""
        right = tuple(option for option in self.options if option.verdict == "right")
        return right or tuple(option for option in self.options if option.verdict == "depends")


@dataclass(frozen=True)
class Lesson:
    """One page. `part` is its heading in the navigation, `pictures` the ids of its diagrams, charts and figures, in the order of the text."""

    page: str
    part: str
    title: str
    summary: str
    minutes: int
    objectives: tuple[str, ...]
    answer: str
    prediction: str
    keypoints: tuple[str, ...]
    quizzes: tuple[Quiz, ...]
    pictures: tuple[str, ...]
    sources: tuple[str, ...]


def lessons(site: Path) -> list[Lesson]:
    """In: a built site. Out: the pages that have objectives, in the order of the navigation."""
    return [lesson for page, part in parts(content.ROOT / "mkdocs.yml") if (lesson := read(site, page, part))]


def parts(config: Path) -> list[tuple[str, str]]:
    """(page, heading under which it stands in the navigation) in order."""
    found = []
    for entry in content.settings(config)["nav"]:
        for part, inner in entry.items():
            for one in inner if isinstance(inner, list) else [inner]:
                found.append(((one if isinstance(one, str) else next(iter(one.values()))).removesuffix(".md"), part))
    return found


def read(site: Path, page: str, part: str) -> Lesson | None:
    """One built page; None when it has no objectives, and so is no lesson."""
    meta = content.front_matter(content.DOCS / f"{page}.md")
    if not meta.get("objectives"):
        return None
    tree = tree_of((site / ("" if page == "index" else page) / "index.html").read_text("utf-8"))
    box = lambda kind: " ".join(words(p) for p in tree.xpath(f"//article//div[contains(@class, 'admonition {kind}')]/p[not(@class)]"))  # noqa: E731
    cited = dict.fromkeys(words(link) for link in tree.xpath("//article//span[@class='cite']/a"))
    return Lesson(
        page, part, meta["title"], tree.xpath("string(//meta[@name='description']/@content)"), meta["minutes"], tuple(meta["objectives"]), box("answer"), box("predict"),
        tuple(words(item) for item in tree.xpath("//article//div[contains(@class, 'keypoints')]//li")), tuple(quizzes(tree)),
        tuple(tree.xpath("//article//figure[starts-with(@id, 'diagram-') or starts-with(@id, 'fig-')]/@id")), tuple(cited),
    )


def quizzes(tree) -> list[Quiz]:
    """The quizzes of a built page."""
    found = []
    for element in tree.xpath("//article//*[contains(@class, 'quiz')][@id]"):
        options = tuple(Option(words(one.find("summary")), " ".join(words(p) for p in one.iter("p")), one.get("data-verdict", "")) for one in element.iter("details"))
        found.append(Quiz(element.get("id"), words(element.xpath(".//p[contains(@class, 'quiz-question')]")[0]), options))
    return found


def tree_of(text: str):
    """A built page, parsed, without the signs that lead to its sections."""
    tree = lxml_html.document_fromstring(text.encode(), parser=lxml_html.HTMLParser(encoding="utf-8"))
    for link in tree.xpath("//a[contains(@class, 'headerlink')]"):
        link.drop_tree()
    return tree
