"""Readers of what the site keeps as data: references, claims, glossary, quizzes and measured results.

Each reader takes a path and returns plain values, of the types that it promises, or raises Unreadable with file and line.
What the values say is not judged here: scripts/sources.py reports all that is wrong with them.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from scripts import fences
from scripts.findings import Finding

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
VERDICTS = {"holds": "✔", "holds within limits": "◐", "misleading": "⚠", "wrong as told": "✘"}
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*(?:\{\s*(#[^\s}]+)?([^}]*)\})?\s*$")
DIRECTIVES = ("claim", "claims", "measurements", "results", "contradictions", "softened", "references", "objectives")
DIRECTIVE = re.compile(r"^\{\{[ \t]*(\w+)(?:[ \t]+(\S+?))?[ \t]*\}\}[ \t]*$", re.M)
FRONT = {"title": str, "description": str, "minutes": int, "reviewed": date, "objectives": list[str], "aliases": dict[str, str], "hide": list[str]}
VOCABULARY = {"ignored": str, "broad": str, "asks": dict[str, str], "synonyms": list[str]}


class Unreadable(SystemExit):
    """A file that is not what it should be. Where nobody reports it beside other findings, Python ends with this sentence, and without a traceback."""

    def __init__(self, path: Path, line: int, message: str):
        self.path, self.line, self.message = path, line, message
        super().__init__(str(self.finding(ROOT)))

    def finding(self, root: Path) -> Finding:
        """The finding, which names the file as one sees it from this folder."""
        name = self.path.relative_to(root) if self.path.is_relative_to(root) else self.path
        return Finding(name.as_posix(), self.line, self.message, "unreadable")


def text_of(path: Path) -> str:
    """The text of a file that people keep."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise Unreadable(path, 0, "this file is missing") from None
    except UnicodeDecodeError as fault:
        raise Unreadable(path, fault.object.count(b"\n", 0, fault.start) + 1, "this is not UTF-8; save the file in this encoding") from None
    if left := re.search(r"^(<{7}|>{7}) ", text, re.M):
        raise Unreadable(path, text.count("\n", 0, left.start()) + 1, f"a merge left its mark {left[1]} here; keep one of the two sides")
    return text


def cached(read):
    """Keep a reader's answer until the file changes, so that the live preview sees edits."""
    keep = lru_cache(maxsize=64)(lambda path, stamp: read(path))
    return lambda path: keep(path, path.stat().st_mtime_ns if path.exists() else 0)


@dataclass
class Reference:
    """One entry of references.bib, with LaTeX already turned into text."""

    key: str
    authors: list[str]
    surnames: list[str]
    year: str
    title: str
    venue: str
    address: str
    label: str
    checked: str

    @property
    def short(self) -> str:
        """Author and year as cited in the text: "Goodfellow et al. 2014"."""
        match self.surnames:
            case [one]:
                names = one
            case [one, two]:
                names = f"{one} & {two}"
            case [one, *_]:
                names = f"{one} et al."
            case _:
                names = self.title
        return f"{names} {self.year}"


@cached
def references(path: Path) -> dict[str, Reference]:
    """Read a BibTeX file; keys keep their order in the file."""
    from pybtex.database import parse_string
    from pybtex.exceptions import PybtexError

    try:
        return {key: _reference(key, entry) for key, entry in parse_string(text_of(path), "bibtex").entries.items()}
    except PybtexError as fault:
        raise Unreadable(path, getattr(fault, "lineno", 0) or 0, f"this is not BibTeX: {' '.join(str(fault).split())}") from None


def _reference(key: str, entry) -> Reference:
    from pybtex.richtext import Text

    plain = lambda text: str(Text.from_latex(text)).replace("\xa0", " ")  # noqa: E731
    get = lambda name: plain(entry.fields[name]) if name in entry.fields else ""  # noqa: E731
    people = [p for p in entry.persons.get("author", []) if str(p) != "others"]
    surname = lambda p: plain(" ".join(p.prelast_names + p.last_names))  # noqa: E731
    initials = lambda p: " ".join(plain(n)[:1] + "." for n in p.first_names + p.middle_names)  # noqa: E731
    authors = [f"{surname(p)}, {initials(p)}".rstrip(", ") for p in people]
    surnames = [surname(p) for p in people]
    if any(str(p) == "others" for p in entry.persons.get("author", [])):
        authors.append("et al.")
        surnames.append("others")
    venue = get("journal") or get("booktitle") or get("institution") or get("howpublished") or get("publisher")
    if volume := get("volume"):
        venue += f" {volume}" + (f"({get('number')})" if get("number") else "")
    if pages := get("pages"):
        venue += f", {pages.replace('--', '–')}"
    if doi := get("doi"):
        address, label = f"https://doi.org/{doi}", f"doi:{doi}"
    elif arxiv := get("eprint"):
        address, label = f"https://arxiv.org/abs/{arxiv}", f"arXiv:{arxiv}"
    else:
        address, label = get("url"), re.sub(r"^https?://(www\.)?", "", get("url"))
    return Reference(key, authors, surnames, get("year"), get("title"), venue, address, label, get("checked"))


@dataclass
class Claim:
    """One claim of the article with our verdict on it (docs/claims.yml)."""

    key: str
    title: str = ""
    page: str = ""
    statement: str = ""
    verdict: str = ""
    evidence: str = ""
    measured: str = ""
    limits: str = ""
    references: list[str] = field(default_factory=list)
    experiments: list[str] = field(default_factory=list)  # names of files in docs/results
    demos: list[str] = field(default_factory=list)
    contradicted: str = ""  # how our measurement goes against the account
    unchecked: str = ""  # what could not be verified, and what is said instead

    @property
    def id(self) -> str:
        return f"claim-{self.key.lower()}"


@cached
def claims(path: Path) -> dict[str, Claim]:
    """Read the claims, in the order of the file."""
    text, key = text_of(path), ""
    known = {name: kind for name, kind in Claim.__annotations__.items() if name != "key"}
    try:
        return {(key := name): Claim(name, **fences.typed(entry, {}, known)) for name, entry in fences.parsed(text).items()}
    except fences.Fault as fault:
        start = fences.Fault(key, "").line(text)
        raise Unreadable(path, start + fault.line("\n".join(text.splitlines()[start:])), f"{key}: {fault}" if key else str(fault)) from None


@dataclass
class Term:
    """One glossary entry: its definition's first sentence is the tooltip; `explained` is the id of the section that explains it."""

    id: str
    name: str
    spellings: list[str]
    definition: str
    line: int
    explained: str = ""


@cached
def glossary(path: Path) -> list[Term]:
    """Read the terms of the glossary page: each heading whose id starts with `term-`, with the paragraph after it."""
    lines, terms = path.read_text("utf-8").splitlines(), []
    for number, line in enumerate(lines, 1):
        found = HEADING.match(line)
        if not (found and found[3] and found[3].startswith("#term-")):
            continue
        also = re.search(r'data-also="([^"]*)"', found[4] or "")
        name = found[2]
        bare = re.sub(r"\s*\(.*?\)", "", name)
        inside = re.findall(r"\(([^)]+)\)", name)
        spellings = [bare, *(i for i in inside if i.isupper()), *(s.strip() for s in also[1].split(","))] if also else [bare]
        text = next((paragraph for paragraph in lines[number:] if paragraph.strip()), "")
        upto = next((at for at, below in enumerate(lines[number:], number) if below.startswith("#")), len(lines))
        linked = re.findall(r"\]\(([\w-]+)\.md(?:#([\w-]+))?\)", "\n".join(lines[number:upto]))
        explained = (linked[-1][1] or linked[-1][0]) if linked else ""
        terms.append(Term(found[3][1:], name, [s for s in spellings if s], first_sentence(text), number, explained))
    return terms


def aliases(docs: Path) -> dict[str, tuple[list[str], str, int]]:
    """Words that are searched and never shown, by id: (words, page, line). They stand at a heading, and in the front matter for what has no heading and
    for what else readers ask."""
    found = {}
    for path in sorted(docs.glob("*.md")):
        lines = path.read_text("utf-8").splitlines()
        said = [(mark[1], mark[2], number) for number, line in enumerate(lines, 1) for mark in re.finditer(r'^#.*\{ ?#([\w-]+)[^}]*data-search-aliases="([^"]*)"', line)]
        for identity, words in (front_matter(path).get("aliases") or {}).items():
            line = next((number for number, line in enumerate(lines, 1) if line.strip().startswith(f"{identity}:")), 1)
            said.append((identity, words, line))
        for identity, words, line in said:
            known, page, first = found.get(identity, ([], path.name, line))
            found[identity] = (known + [word.strip() for word in words.split(",") if word.strip()], page, first)
    return found


def plain(title: str) -> str:
    """A title as it is compared: small letters, no marks at its ends."""
    return title.lower().strip(" .?!“”*_")


def first_sentence(text: str) -> str:
    """The first sentence of a paragraph, without Markdown."""
    plain = re.sub(r"\[([^\]]+)\]\([^)]*\)|[*`]|\{[^}]*\}", lambda m: m[1] or "", text).strip()
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", plain)[0]


@cached
def record(path: Path) -> dict:
    """One results file: what was measured, when, with what and by which command."""
    text = text_of(path)
    try:
        told = json.loads(text)
    except json.JSONDecodeError as fault:
        raise Unreadable(path, fault.lineno, f"this is not JSON: {fault.msg}; the run that wrote it writes it again") from None
    if not isinstance(told, dict):
        raise Unreadable(path, 1, "this should hold the measures of one experiment by name, in {…}")
    return told


def result(path: str, folder: Path = DOCS / "results"):
    """The measured value at `file.key.key…`; in a list of rows a key is the "id" of one. Raises KeyError with a sentence when there is none."""
    name, *keys = path.split(".")
    file = folder / f"{name}.json"
    if not file.exists():
        raise KeyError(f"there is no results file {name}.json")
    value = record(file)
    for key in keys:
        if isinstance(value, list) and all(isinstance(row, dict) for row in value):
            value = {row.get("id"): row for row in value}
        if not isinstance(value, dict) or key not in value:
            known = ", ".join(value) if isinstance(value, dict) else "nothing below"
            raise KeyError(f"{name}.json has no {key!r} at this place (it has {known})")
        value = value[key]
    return value


@cached
def front_matter(path: Path) -> dict:
    """What a page says of itself above its text."""
    found = re.match(r"---\n(.*?)\n---\n", text_of(path), re.S)
    return _values(path, found[1], {}, FRONT, above=1) if found else {}


@cached
def vocabulary(path: Path) -> dict:
    """The words for the search that stand in docs/search.yml."""
    return _values(path, text_of(path), VOCABULARY, {})


def _values(path: Path, source: str, required: dict[str, type], optional: dict[str, type], above: int = 0) -> dict:
    try:
        return fences.typed(fences.parsed(source), required, optional)
    except fences.Fault as fault:
        raise Unreadable(path, above + fault.line(source), ("in the front matter: " if above else "") + str(fault)) from None


def settings(config: Path) -> dict:
    """The settings in mkdocs.yml as plain text, without carrying out its !ENV and !!python tags."""
    return yaml.load(config.read_text("utf-8"), yaml.BaseLoader)


def page_order(config: Path) -> list[str]:
    """The names of all pages (without .md) in the order of the navigation in mkdocs.yml."""
    return re.findall(r"^\s+- (?:[^:\n]+:\s*)?([\w-]+)\.md\s*$", config.read_text("utf-8"), re.M)
