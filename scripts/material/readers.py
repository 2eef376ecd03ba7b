"""Which reader reads a file: told by what it holds, not by its name. And the readers of plain text, Markdown, HTML, JSON and notebooks."""

import base64
import binascii
import json
import re
from bisect import bisect_right
from urllib.parse import urljoin

from scripts.material.addresses import Match
from scripts.material.kinds import ARCHIVES, MAX_PART, PICTURES, READ, TEXTS, extension, kind_of, unread
from scripts.material.markup import local, tokens, well_formed
from scripts.material.office import read_archive
from scripts.material.pdf import read_pdf
from scripts.material.pictures import read_picture
from scripts.material.search import Link, Refused, Search
from scripts.material.walk import Walk
from scripts.material.words import Piece, Words, decoded, text_of

INLINE = {"a", "abbr", "b", "bdi", "cite", "code", "em", "font", "i", "kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "tt", "u", "var", "wbr"}
JSON = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*+)"|(?P<sign>[{}\[\],:])|[^\s{}\[\],:"]+', re.S)
PICTURE = re.compile(r"data:image/[\w.+-]+;base64,([\w+/=%\s]{40,})")


def read_file(name: str, data: bytes, search: Search, path: tuple, place: str, part: bool = False) -> None:
    """Search a file. `part`: it is a part of a document, of which some kinds are nobody's business. Raises Refused when it cannot be read."""
    ending, kind = extension(name), kind_of(data)
    if reason := unread(data) or (not data and not part and "is empty"):
        raise Refused(reason)
    expected = {"archive": ARCHIVES, "PDF": {"pdf"}, "picture": PICTURES, "text": TEXTS}.get(kind, READ)
    if not part and ending in READ - expected and kind:
        search.remark(place, f"is {'an' if kind == 'archive' else 'a'} {kind} in spite of its name; read as such", grave=False)
    if kind == "archive":
        read_archive(data, search, path, place)
    elif kind == "PDF":
        read_pdf(data, search, path, place)
    elif kind == "picture":
        read_picture(data, search, place)
    elif kind == "text":
        if len(data) > MAX_PART:
            raise Refused(f"has more than {MAX_PART >> 20} MB of text; not read")
        read_text(ending, data, search, path, place)
    elif not part:
        raise Refused("is of a kind that is not read")


def read_text(ending: str, data: bytes, search: Search, path: tuple, place: str) -> None:
    words = text_of(data)[0]
    start = words.lstrip("\ufeff \t\r\n")
    if ending in ("html", "htm", "xhtml") or re.match(r"<!doctype html|<html", start, re.I):
        read_html(words, search, path, place)
    elif ending in ("ipynb", "json") or ending not in TEXTS and start[:1] in "{[" and is_json(words):
        read_json(words, search, path, place, strict=ending in ("ipynb", "json"))
    elif ending in ("xml", "svg", "fodp", "fodt", "fods") or start.startswith("<?xml"):
        well_formed(data)
        Walk(search, words, path, place, body=ending.startswith("f")).run()
    else:
        lines = Lines(words, place)
        layers = ("markdown",) if ending in ("md", "markdown") else ()
        cells = re.finditer(r'[^,;\t"\r\n]+', words) if ending in ("csv", "tsv") else re.finditer(r"(?s).+", words)
        for cell in cells:
            for link in search.scan(place, [Piece(cell[0], cell.start(), layers)], path, broken=True):
                link.place = lines.place(link.readings[0].slot.spans[0].start)
        embedded(words, search, place)


class Lines:
    """Where lines begin."""

    def __init__(self, text: str, place: str):
        self.begins, self.before = [match.end() for match in re.finditer("\n", text)], f"{place}, " if place else ""

    def place(self, position: int, *more: str) -> str:
        return ", ".join((f"{self.before}line {bisect_right(self.begins, position) + 1}", *filter(None, more)))


def read_html(text: str, search: Search, path: tuple, place: str) -> None:
    """Every attribute, and the running text; relative addresses too when <base> says that they are ours."""
    lines, pieces, base = Lines(text, place), [], ""

    def flush():
        for link in search.scan(place, pieces, path, broken=True):
            link.place = lines.place(link.readings[0].slot.spans[0].start, "text")
        pieces.clear()

    for token in tokens(text, search, html=True):
        name = local(token.name).lower()
        if token.kind == "text":
            pieces.append(Piece(token.raw, token.start, token.layers))
        elif name not in INLINE:
            flush()
        for attribute in token.attributes:
            piece, at = Piece(attribute.value, attribute.start, ("xml",)), lines.place(attribute.start, f"{name} {attribute.name.lower()}")
            found = search.scan(at, [piece], path, whole=True)
            value = decoded(attribute.value, ("xml",))[0].strip()
            if name == "base" and attribute.name.lower() == "href":
                base = value if search.finder.home(value) is not None and "//" in value else base
            elif base and not found and value and attribute.name.lower() in ("href", "src") and not re.match(r"[a-z][\w+.-]*:|//", value, re.I):
                address, words = urljoin(base, value), Words([piece], path)
                if search.finder.home(address) is not None:
                    search.links.append(Link(at, [search.reading(words, Match(address, ((0, len(words.text)),)), path)]))
    flush()
    embedded(text, search, place)


def embedded(text: str, search: Search, place: str) -> None:
    """Pictures that a text carries inside of it."""
    for match in PICTURE.finditer(text):
        read_embedded(match[1], search, place)


def read_embedded(text: str, search: Search, place: str) -> None:
    try:
        read_picture(base64.b64decode(re.sub(r"\s|\\n", "", text)), search, place)
    except (binascii.Error, ValueError, Refused):
        search.remark(place, "holds a picture that cannot be read", grave=False)


def is_json(text: str) -> bool:
    try:
        json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return False
    return True


def read_json(text: str, search: Search, path: tuple, place: str, strict: bool) -> None:
    """JSON: every string, with the keys that lead to it; in a notebook these are cells and outputs."""
    if strict and not is_json(text):
        raise Refused("is damaged (not JSON, or nested too deeply); not read")
    keys, value = [], False  # of each open object a key, of each open array a number
    for count, match in enumerate(JSON.finditer(text)):
        if count % 5_000 == 0:
            search.still()
        if sign := match["sign"]:
            if sign in "{[":
                keys.append("" if sign == "{" else 0)
            elif sign in "}]" and keys:
                keys.pop()
            elif sign == "," and keys and isinstance(keys[-1], int):
                keys[-1] += 1
            value = sign == ":"
        elif match["text"]:
            raw = match["text"]
            if keys and isinstance(keys[-1], str) and not value:
                keys[-1] = raw
            at = ", ".join(part for part in (place, key_place(keys)) if part)
            if len(keys) and str(keys[-1]).startswith("image/"):
                read_embedded(raw, search, at)
                continue
            layers = ("json", "json") if "\\\\/" in raw or '\\\\\\"' in raw else ("json",)
            search.scan(at, [Piece(raw, match.start("text"), layers)], path, whole=True)
            embedded(raw, search, at)


def key_place(keys: list) -> str:
    """The keys as a person would say them."""
    if keys[:1] == ["cells"] and len(keys) > 1:
        output = keys[2:3] == ["outputs"] and ", output"
        return f"cell {keys[1] + 1}{output or ''}"
    return ", ".join(str(key + 1) if isinstance(key, int) else key for key in keys if key != "")
