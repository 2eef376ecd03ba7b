"""PDF: every string that names an address, wherever it hangs (links, bookmarks, forms, actions); the text of the pages; QR codes. Corrected by appending."""

import io
import logging
import re
import warnings
from dataclasses import dataclass, replace
from urllib.parse import urljoin

import pypdf
from pypdf.generic import ArrayObject, ByteStringObject, DictionaryObject, IndirectObject, NameObject, StreamObject, TextStringObject

from scripts.material.pictures import Image, decode
from scripts.material.search import MAX_DEPTH, MAX_PIXELS, Link, Reading, Refused, Search, Slot
from scripts.material.words import Piece, Span

MAX_OBJECTS = 500_000
MAX_CONTENT = 16 << 20  # bytes of what one page draws
MAX_IMAGES = 300  # pictures looked at for codes
FOOT = 0.1  # this part of a page's height, at the bottom, is its footer
UP = {"/Parent", "/P", "/Prev", "/StructParents", "/Pg", "/Font"}  # these lead back, or to nothing that holds addresses
STRINGS = {"/URI": "link", "/Contents": "comment", "/Title": "title", "/F": "link", "/UF": "link", "/Alt": "alternative text", "/ActualText": "alternative text", "/TU": "tooltip"}
FAULTS = (pypdf.errors.PyPdfError, pypdf.errors.DependencyError, ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError, OSError, RecursionError, NotImplementedError, OverflowError, MemoryError)  # fmt: skip


def read_pdf(data: bytes, search: Search, path: tuple, place: str) -> None:
    """Search a PDF. Raises Refused when it cannot be opened."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with warnings.catch_warnings(action="ignore"):
        reader = opened(data)
        try:
            pages = list(reader.pages)
        except FAULTS as fault:
            raise Refused(f"is a damaged PDF ({short(fault)}); not read") from None
        objects(reader, pages, search, path, place)
        for number, page in enumerate(pages, 1):
            search.still()
            at = f"{place}, page {number}" if place else f"page {number}"
            try:
                if (contents := page.get_contents()) and len(contents.get_data()) > MAX_CONTENT:
                    raise ValueError(f"more than {MAX_CONTENT >> 20} MB of drawing")
                search.scan(f"{at}, text", [Piece(page.extract_text(), 0)], None, broken=True, stuck="the text of a PDF cannot be changed; change the source of the handout")
            except FAULTS as fault:
                search.remark(at, f"has text that cannot be read ({short(fault)})")
            images(page, search, at)


def opened(data: bytes) -> pypdf.PdfReader:
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("is protected by a password; not read")
    except pypdf.errors.DependencyError:
        raise Refused("is encrypted; print it to a new PDF without protection and check that") from None
    except FAULTS as fault:
        raise Refused(f"is a damaged PDF ({short(fault)}); not read") from None
    return reader


def short(fault: BaseException) -> str:
    return " ".join(str(fault).split())[:80] or type(fault).__name__


@dataclass
class Thing:
    """Something in a PDF: the object that holds it, the keys that lead to it there, and what a person calls the place."""

    value: object
    number: int
    keys: tuple
    place: str
    bottom: float = 0.0  # below this height things belong to the footer of the page
    named: tuple = ()  # (name of a destination in another document, the keys that lead to the name)

    def inner(self, value, key) -> "Thing":
        name = self.value.get("/D") if isinstance(self.value, DictionaryObject) and key == "/F" else None
        return replace(self, value=value, keys=(*self.keys, key), named=(str(name), (self.number, *self.keys, "/D")) if isinstance(name, str) else self.named)


def objects(reader, pages: list, search: Search, path: tuple, place: str) -> None:
    """Go through everything that can be reached, pages first, so that what hangs on a page is known by it."""
    before, base, seen = f"{place}, " if place else "", base_of(reader), set()
    waiting = [Thing(page.indirect_reference or page, 0, (), f"{before}page {n}", foot(page)) for n, page in enumerate(pages, 1)]
    waiting = [Thing(reader.trailer, 0, (), f"{before}document"), *reversed(waiting)]
    for count in range(MAX_OBJECTS):
        if not waiting:
            return
        if count % 1_000 == 0:
            search.still()
        thing = waiting.pop()
        try:
            if isinstance(thing.value, IndirectObject):
                if thing.value.idnum in seen:
                    continue
                seen.add(thing.value.idnum)
                thing = replace(thing, value=thing.value.get_object(), number=thing.value.idnum, keys=())
            thing.place = place_in(thing)
            if isinstance(thing.value, StreamObject) and thing.value.get("/Type") == "/EmbeddedFile":
                attached(thing.value, search, path, f"{thing.place}, attached file")
            if isinstance(thing.value, DictionaryObject):
                strings(thing, search, path, base)
                inside = [(value, key) for key, value in thing.value.items() if key not in UP]
            else:
                inside = [(value, n) for n, value in enumerate(thing.value)] if isinstance(thing.value, ArrayObject) else []
            waiting += [thing.inner(value, key) for value, key in reversed(inside) if isinstance(value, IndirectObject | DictionaryObject | ArrayObject)]
        except FAULTS as fault:
            search.remark(thing.place, f"has a damaged object ({short(fault)})")
    search.remark(place, f"has more than {MAX_OBJECTS} objects; the rest was not read")


def attached(stream: StreamObject, search: Search, path: tuple, at: str) -> None:
    """A file that the PDF carries."""
    known = len(search.links)
    try:
        search.unpacked(len(data := stream.get_data()))
        if len(path) < MAX_DEPTH:
            search.read("", data, search, (*path, 0), at, part=True)
    except Refused as refusal:
        search.remark(at, str(refusal))
    for link in search.links[known:]:
        link.stuck = "it stands in a file that is attached to the PDF"


def foot(page) -> float:
    """The height below which things belong to the footer."""
    try:
        box = page.mediabox
        return float(box.bottom) + FOOT * float(box.height)
    except FAULTS:
        return 0.0


def place_in(thing: Thing) -> str:
    """A place within the place: a bookmark, a form field, the footer of a page."""
    value, at = thing.value, thing.place
    if isinstance(value, DictionaryObject) and not isinstance(value, StreamObject):
        title = value.get("/Title")
        if isinstance(title, str) and ("/Parent" in value or "/Dest" in value):
            return f"{at.rpartition('document')[0]}bookmark ‘{' '.join(str(title).split())[:60]}’"
        if value.get("/Subtype") in ("/Link", "/Widget", "/Text", "/FreeText"):
            rect = value.get("/Rect")
            low = isinstance(rect, list) and len(rect) == 4 and max(float(rect[1]), float(rect[3])) <= thing.bottom
            field = f"form field ‘{value['/T']}’" if value.get("/T") and value["/Subtype"] == "/Widget" else ""
            return ", ".join(part for part in (at, "footer" if low else "", field) if part)
    return at


def strings(thing: Thing, search: Search, path: tuple, base: str) -> None:
    """The strings of one dictionary. `base`: the address to which the links of the document are relative."""
    path = path if thing.number else None  # nothing is written into the trailer
    for key, value in thing.value.items():
        value = value.get_object() if key in STRINGS and isinstance(value, IndirectObject) else value
        said = f"{thing.place}, {STRINGS.get(key, key.strip('/'))}"
        for step, text in enumerate(value) if isinstance(value, ArrayObject) else [(None, value)]:
            text = text.decode("latin-1") if isinstance(text, ByteStringObject) else text
            if not isinstance(text, str) or isinstance(text, NameObject):
                continue
            member = (thing.number, *thing.keys, key, *([] if step is None else [step]))
            if key == "/URI" and base and not re.match(r"[a-z][\w+.-]*:|//", text, re.I) and search.finder.home(urljoin(base, text)) is not None:
                search.links.append(Link(said, [Reading(urljoin(base, text), Slot((Span(path, 0, len(text), (), member),)))]))
                continue
            links = search.scan(said, [Piece(str(text), 0)], path, whole=True, member=member)
            if links and key == "/F" and path is not None and (named := thing.inner(None, key).named):
                links[0].readings = [with_name(links[0].readings[0], *named, path)]


def base_of(reader) -> str:
    """The address to which the links of the document are relative, if it names one."""
    try:
        return str(reader.trailer["/Root"]["/URI"]["/Base"])
    except FAULTS:
        return ""


def with_name(reading: Reading, name: str, member: tuple, path: tuple) -> Reading:
    """A link to a named place in another document: the name is what stands after #."""
    name = name.strip("/")
    span = Span(path, 0, len(name), (), member)
    return Reading(f"{reading.address}#{name}", replace(reading.slot, fragment=(span,), around=(span,)))


def images(page, search: Search, at: str) -> None:
    """QR codes in the pictures of a page."""
    try:
        names = list(page.images.keys())[:MAX_IMAGES]
    except FAULTS:
        names = []
    for name in names:
        search.still()
        if Image is None:
            search.pictures += 1
            continue
        try:
            stream = page["/Resources"]["/XObject"][name] if isinstance(name, str) and name.startswith("/") else {}
            if int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) <= MAX_PIXELS:
                decode(page.images[name].image, search, f"{at}, picture")
        except FAULTS + (SyntaxError, EOFError):
            search.remark(f"{at}, picture", "cannot be read; not looked at for QR codes", grave=False)


def corrected_pdf(data: bytes, edits: list[tuple[Span, str]]) -> bytes:
    """The same file with an appended update in which some strings are others. Raises Refused when that cannot be done."""
    if b"/Encrypt" in data and opened(data).is_encrypted:
        raise Refused("is encrypted; a corrected copy cannot be made")
    try:
        with warnings.catch_warnings(action="ignore"):
            writer = pypdf.PdfWriter(io.BytesIO(data), incremental=True)
            for span, text in sorted(edits, key=lambda edit: edit[0].start, reverse=True):
                number, *keys, last = span.member
                holder = writer.get_object(number)
                for key in keys:
                    holder = holder[key]
                old = holder[last].get_object() if isinstance(holder[last], IndirectObject) else holder[last]
                old = old.decode("latin-1") if isinstance(old, ByteStringObject) else str(old)
                kind = NameObject if isinstance(holder[last], NameObject) else TextStringObject
                start, end = (0, len(old)) if last == "/D" else (span.start, span.end)
                holder[NameObject(last) if isinstance(last, str) else last] = kind(old[:start] + text + old[end:])
            out = io.BytesIO()
            writer.write(out)
    except FAULTS as fault:
        raise Refused(f"is a PDF to which nothing can be appended ({short(fault)})") from None
    if not out.getvalue().startswith(data):
        raise Refused("is a PDF to which nothing can be appended without changing what stands there")
    return out.getvalue()
