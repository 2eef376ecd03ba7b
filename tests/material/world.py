"""A small site and its register, and the files in which its addresses stand: made by other programs, or written by hand as those write them."""

import io
import json
import re
import struct
import zipfile
import zlib
from functools import cache
from pathlib import Path

import docx
import pptx
from pptx.util import Inches

SITE = "https://example.org/course/"
OLD, NEW = f"{SITE}gans/#gan-old", f"{SITE}gans/#gan-contest"
TITLES = {"index": "Home", "gans": "GANs", "gan-contest": "Two networks, one contest", "gan-game": "A game with an end", "data": "Data", "data-shift": "When the world shifts", "myth-lazy": "Cats are lazy"}
PAGES = {"index": "", "gans": "gans/", "gan-contest": "gans/#gan-contest", "gan-game": "gans/#gan-game", "data": "data/", "data-shift": "data/#data-shift", "myth-lazy": "data/#myth-lazy"}
FORMER = {"gan-contest": [f"{SITE}gans/#gan-old", f"{SITE}models/#gan-contest"], "data": [f"{SITE}numbers/"]}
RETIRED = [{"id": "gan-duel", "heir": "gan-match"}, {"id": "gan-match", "heir": "gan-contest"}, {"id": "gan-lost", "heir": None}]


def register() -> dict:
    entries = [
        {"id": i, "kind": "page" if not PAGES[i].count("#") else "section", "title": TITLES[i], "page": PAGES[i].partition("/")[0] or "index", "address": SITE + PAGES[i],
         "short": f"{SITE}go/{i}/", "summary": "", "since": "2026-11-25", "former": FORMER.get(i, []), "keywords": []}
        for i in TITLES
    ]  # fmt: skip
    return {"version": 1, "site": SITE, "updated": "2026-11-25", "entries": entries, "retired": RETIRED}


def built(root: Path) -> Path:
    """The pages of the site."""
    pages = {
        "index.html": '<h1 id="index">Home</h1>',
        "gans/index.html": '<h1 id="gans">GANs</h1><h2 id="gan-contest">Two networks, one contest</h2><p>The <b>first</b> paints.</p><p>The second judges, don’t you know.</p>'
        '<h2 id="gan-game">A game with an end</h2><a id="unpromised"></a>',
        "data/index.html": '<h1 id="data">Data</h1><h2 id="data-shift">When the world shifts</h2><p id="myth-lazy">Cats are lazy</p>',
        "permalinks.json": json.dumps(register()),
    }
    for name, text in pages.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


# ---- archives ------------------------------------------------------------------------------------


def zipped(members: dict[str, str | bytes], stored: tuple = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6))
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def differing(one: bytes, other: bytes) -> set[str]:
    """The members whose contents differ."""
    first, second = unzipped(one), unzipped(other)
    assert list(first) == list(second), "members were added, lost or moved"
    return {name for name in first if first[name] != second[name]}


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf(objects: dict[int, str], packed: bool = False) -> bytes:
    """A PDF of these objects; 1 is the catalogue. `packed`: as modern programs write it, in an object stream that a cross-reference stream tells of."""
    out, places = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"), {}

    def put(number: int, body: bytes) -> None:
        places[number] = len(out)
        out.extend(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    def stream(dictionary: str, data: bytes) -> bytes:
        return b"<< %s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (dictionary.encode(), len(zlib.compress(data)), zlib.compress(data))

    if not packed:
        for number, body in objects.items():
            put(number, body.encode())
        start, size = len(out), max(objects) + 1
        rows = "".join(f"{places.get(n, 0):010} {'00000 n' if n in places else '65535 f'} \n" for n in range(size))
        return bytes(out) + f"xref\n0 {size}\n{rows}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    bodies, heads = "", []
    for number, body in objects.items():
        heads.append(f"{number} {len(bodies)}")
        bodies += body + "\n"
    head, holder = " ".join(heads) + "\n", max(objects) + 1
    put(holder, stream(f"/Type /ObjStm /N {len(objects)} /First {len(head)}", (head + bodies).encode()))
    inside = {number: n for n, number in enumerate(objects)}
    rows = b"".join(struct.pack(">BHB", 2, holder, inside[n]) if n in inside else struct.pack(">BHB", 1, places[n], 0) if n in places else struct.pack(">BHB", 0, 0, 255) for n in range(holder + 1))
    start = len(out)
    rows += struct.pack(">BHB", 1, start, 0)
    put(holder + 1, stream(f"/Type /XRef /Size {holder + 2} /W [1 2 1] /Root 1 0 R", rows))
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start


def page(more: str = "", catalogue: str = "", objects: dict[int, str] | None = None, packed: bool = False) -> bytes:
    """A PDF of one page."""
    base = {1: f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>", 2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", 3: f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] {more} >>"}
    return pdf(base | (objects or {}), packed)


# ---- decks and documents: a real one, with parts written by hand put into it -----------------------

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    f'xmlns:r="{OFFICE}" xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'


def relation(identity: str, kind: str, target: str, external: bool = True) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="{identity}" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'


def put_in(data: bytes, part: str, before: str, xml: str = "", relations: str = "", extra: dict[str, str | bytes] | None = None) -> bytes:
    """A package with XML put into a part, relations into its relations, and parts added."""
    members = unzipped(data)
    text = members[part].decode()
    at = text.rindex(before)
    xml = re.sub(r"^<([\w:]+)", rf"<\1 {NAMESPACES}", xml)
    members[part] = text[:at] + xml + text[at:]
    rels = re.sub(r"([^/]+)$", r"_rels/\1.rels", part)
    if relations:
        old = members.get(rels, (HEAD + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>').encode()).decode()
        old = re.sub(r"(<Relationships[^>]*)/>\s*$", r"\1></Relationships>", old)
        members[rels] = old.replace("</Relationships>", relations + "</Relationships>")
    if extra:
        types = members["[Content_Types].xml"].decode()
        for name, content in extra.items():
            members[name] = content
            if name.endswith(".xml") and not name.startswith("docProps"):
                kind = TYPES[re.sub(r"\d", "", name.rpartition("/")[2])]
                types = types.replace("</Types>", f'<Override PartName="/{name}" ContentType="application/vnd.openxmlformats-officedocument.{kind}+xml"/></Types>')
            elif not name.endswith((".xml", ".rels")):
                types = types.replace("</Types>", f'<Default Extension="{name.rpartition(".")[2]}" ContentType="application/octet-stream"/></Types>')
        members["[Content_Types].xml"] = types
    return zipped(members)


TYPES = {
    "data.xml": "drawingml.diagramData", "chart.xml": "drawingml.chart", "comment.xml": "presentationml.comments", "comments.xml": "wordprocessingml.comments",
    "footnotes.xml": "wordprocessingml.footnotes", "header.xml": "wordprocessingml.header", "footer.xml": "wordprocessingml.footer", "endnotes.xml": "wordprocessingml.endnotes",
}  # fmt: skip


@cache
def plain_deck() -> bytes:
    """A deck by python-pptx: each of its three slides has a title and an empty text."""
    made = pptx.Presentation()
    for n in range(3):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = f"Slide {n + 1}"
    return saved(made)


@cache
def plain_document() -> bytes:
    """A document by python-docx with two paragraphs."""
    made = docx.Document()
    made.add_paragraph("One.")
    made.add_paragraph("Two.")
    return saved(made)


def deck():
    return pptx.Presentation(io.BytesIO(plain_deck()))


def on_slide(xml: str = "", relations: str = "", extra: dict | None = None) -> bytes:
    """A deck whose second slide holds the XML."""
    return put_in(plain_deck(), "ppt/slides/slide2.xml", "</p:spTree>", xml, relations, extra)


def in_document(xml: str = "", relations: str = "", extra: dict | None = None) -> bytes:
    """The document, with the XML as its third paragraph."""
    return put_in(plain_document(), "word/document.xml", "<w:sectPr", xml, relations, extra)


def shape(text: str, name: str = "TextBox 4", click: str = "") -> str:
    """A text box as PowerPoint writes it; `text` is the inside of its paragraph."""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="9" name="{name}">{click}</p:cNvPr><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p>{text}</a:p></p:txBody></p:sp>'
    )


def run(text: str, properties: str = "") -> str:
    return f'<a:r><a:rPr lang="en-GB">{properties}</a:rPr><a:t>{text}</a:t></a:r>'


def paragraph(inside: str) -> str:
    return f"<w:p>{inside}</w:p>"


def words(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def table_slide(address: str) -> bytes:
    made = deck()
    table = made.slides[1].shapes.add_table(3, 3, Inches(1), Inches(2), Inches(6), Inches(2)).table
    table.cell(1, 2).text_frame.paragraphs[0].add_run().text = "See"
    table.cell(1, 2).text_frame.paragraphs[0].runs[0].hyperlink.address = address
    return saved(made)
