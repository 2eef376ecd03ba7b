"""PDF: every string that names an address, wherever it hangs (links, bookmarks, forms, actions); the text of the pages; QR codes. Corrected by appending."""

import io
import logging
import warnings
from dataclasses import replace

import pypdf
from pypdf.generic import ArrayObject, ByteStringObject, DictionaryObject, IndirectObject, NameObject, StreamObject, TextStringObject

from scripts.material.pictures import Image, decode
from scripts.material.search import MAX_PIXELS, Reading, Refused, Search
from scripts.material.words import Piece, Span

MAX_OBJECTS = 500_000
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


def objects(reader, pages: list, search: Search, path: tuple, place: str) -> None:
    """Go through everything that can be reached, pages first, so that what hangs on a page is known by it."""
    before = f"{place}, " if place else ""
    waiting = [(reader.trailer, (), 0, f"{before}document", 0.0)]
    waiting += [(page, (), page.indirect_reference.idnum if page.indirect_reference else 0, f"{before}page {n}", foot(page)) for n, page in reversed(list(enumerate(pages, 1)))]
    seen = {item[2] for item in waiting}
    for count in range(MAX_OBJECTS):
        if not waiting:
            return
        if count % 1_000 == 0:
            search.still()
        thing, keys, number, at, bottom = waiting.pop()
        try:
            if isinstance(thing, IndirectObject):
                if thing.idnum in seen:
                    continue
                seen.add(thing.idnum)
                thing, keys, number = thing.get_object(), (), thing.idnum
            at = named_place(thing, at, bottom)
            if isinstance(thing, DictionaryObject):
                strings(thing, keys, number, at, search, path)
                waiting += [(value, (*keys, key), number, at, bottom) for key, value in reversed(list(thing.items())) if key not in UP and not isinstance(value, (str, int, float))]
            elif isinstance(thing, ArrayObject):
                waiting += [(value, (*keys, n), number, at, bottom) for n, value in reversed(list(enumerate(thing))) if isinstance(value, (IndirectObject, DictionaryObject, ArrayObject))]
        except FAULTS as fault:
            search.remark(at, f"has a damaged object ({short(fault)})")
    search.remark(place, f"has more than {MAX_OBJECTS} objects; the rest was not read")


def foot(page) -> float:
    """The height below which things belong to the footer."""
    try:
        box = page.mediabox
        return float(box.bottom) + FOOT * float(box.height)
    except FAULTS:
        return 0.0


def named_place(thing, at: str, bottom: float) -> str:
    """A place within the place: a bookmark, a form field, the footer of a page."""
    if isinstance(thing, DictionaryObject) and not isinstance(thing, StreamObject):
        title = thing.get("/Title")
        if isinstance(title, str) and ("/Parent" in thing or "/Dest" in thing):
            return f"{at.rpartition('document')[0]}bookmark ‘{' '.join(str(title).split())[:60]}’"
        if thing.get("/Subtype") in ("/Link", "/Widget", "/Text", "/FreeText"):
            rect = thing.get("/Rect")
            low = isinstance(rect, list) and len(rect) == 4 and max(float(rect[1]), float(rect[3])) <= bottom
            field = f"form field ‘{thing['/T']}’" if thing.get("/T") and thing["/Subtype"] == "/Widget" else ""
            return ", ".join(part for part in (at, "footer" if low else "", field) if part)
    return at


def strings(thing: DictionaryObject, keys: tuple, number: int, at: str, search: Search, path: tuple) -> None:
    """The strings of one dictionary. A link to a place in another document has its fragment in /D."""
    for key, value in thing.items():
        said = f"{at}, {STRINGS.get(key, key.strip('/'))}"
        for step, text in enumerate(value) if isinstance(value, ArrayObject) else [(None, value)]:
            if isinstance(text, ByteStringObject):
                text = text.decode("latin-1")
            if not isinstance(text, str) or isinstance(text, NameObject):
                continue
            member = (number, *keys, key) if step is None else (number, *keys, key, step)
            links = search.scan(said, [Piece(str(text), 0)], path if number else None, whole=True, member=member, stuck="" if number else "it stands in the trailer of the PDF")
            target = thing.get("/D")
            if key == "/F" and links and isinstance(target, str) and number:
                links[0].readings = [with_name(links[0].readings[0], str(target), path, (number, *keys, "/D"))]


def with_name(reading: Reading, name: str, path: tuple, member: tuple) -> Reading:
    name = name.strip("/")
    return Reading(f"{reading.address}#{name}", replace(reading.slot, fragment=(Span(path, 0, len(name), (), member),)))


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
            for span, text in edits:
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
