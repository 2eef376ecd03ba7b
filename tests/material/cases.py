"""Every kind of file × every place in which an address stands. A case makes a file that says the given address once (or as often as `links` says)."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

import docx
import segno
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from PIL import Image
from pptx.util import Inches

from tests.material import world as w

CASES: list["Case"] = []


@dataclass(frozen=True)
class Case:
    """`name`: of the file. `place`: what the checker must call the place. `parts`: the members that a correction may change; None when the file is no archive."""

    name: str
    what: str
    place: str
    make: Callable[[str], bytes]
    parts: set[str] | None = None
    fixed: bool = True

    def __str__(self) -> str:
        return f"{self.name.rpartition('.')[2]}: {self.what}"


def case(name: str, what: str, place: str, *parts: str, fixed: bool = True):
    def add(make):
        CASES.append(Case(name, what, place, make, set(parts) or None, fixed))
        return make

    return add


def split(address: str) -> tuple[str, str]:
    base, _, fragment = address.partition("#")
    return base, fragment


LINK = '<a:hlinkClick xmlns:r="%s" r:id="rId77"/>' % w.OFFICE
SLIDE, RELS = "ppt/slides/slide2.xml", "ppt/slides/_rels/slide2.xml.rels"
DOCUMENT, DOCUMENT_RELS = "word/document.xml", "word/_rels/document.xml.rels"

# ---- slides --------------------------------------------------------------------------------------


@case("deck.pptx", "run (python-pptx)", "slide 2, shape ‘Content Placeholder 2’, link", RELS)
def _(u):
    made = w.deck()
    run = made.slides[1].placeholders[1].text_frame.paragraphs[0].add_run()
    run.text, run.hyperlink.address = "here", u
    return w.saved(made)


@case("deck.pptx", "shape click (python-pptx)", "slide 2, shape ‘Title 1’, link", RELS)
def _(u):
    made = w.deck()
    made.slides[1].shapes.title.click_action.hyperlink.address = u
    return w.saved(made)


@case("deck.pptx", "table cell (python-pptx)", "slide 2, table, row 2, cell 3, link", RELS)
def _(u):
    return w.table_slide(u)


@case("deck.pptx", "group in a group (python-pptx)", "slide 2, group ‘Group 3’, group ‘Group 4’, shape ‘TextBox 5’, link", RELS)
def _(u):
    made = w.deck()
    inner = made.slides[1].shapes.add_group_shape().shapes.add_group_shape()
    run = inner.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.paragraphs[0].add_run()
    run.text, run.hyperlink.address = "here", u
    return w.saved(made)


@case("deck.pptx", "notes (python-pptx)", "notes of slide 2, shape ‘Notes Placeholder 2’, link", "ppt/notesSlides/_rels/notesSlide1.xml.rels")
def _(u):
    made = w.deck()
    run = made.slides[1].notes_slide.notes_text_frame.paragraphs[0].add_run()
    run.text, run.hyperlink.address = "here", u
    return w.saved(made)


@case("deck.pptx", "layout", "layout ‘Title and Content’, shape ‘TextBox 4’, link", "ppt/slideLayouts/_rels/slideLayout2.xml.rels")
def _(u):
    return w.put_in(w.plain_deck(), "ppt/slideLayouts/slideLayout2.xml", "</p:spTree>", w.shape(w.run("x", LINK)), w.relation("rId77", "hyperlink", escape(u)))


@case("deck.pptx", "master", "slide master, shape ‘TextBox 4’", "ppt/slideMasters/slideMaster1.xml")
def _(u):
    return w.put_in(w.plain_deck(), "ppt/slideMasters/slideMaster1.xml", "</p:spTree>", w.shape(w.run(escape(u))))


@case("deck.pptx", "footer placeholder", "slide 2, footer", SLIDE)
def _(u):
    return w.on_slide(w.shape(w.run(escape(u)), "Footer Placeholder 4").replace("<p:nvPr/>", '<p:nvPr><p:ph type="ftr" sz="quarter" idx="11"/></p:nvPr>'))


@case("deck.pptx", "plain text split over runs", "slide 2, shape ‘TextBox 4’", SLIDE)
def _(u):
    return w.on_slide(w.shape(w.run(f"See {u[:9]}") + w.run(u[9:21], "<a:solidFill/>") + w.run(f"{u[21:]}, please.")))


@case("deck.pptx", "picture that is a link", "slide 2, picture ‘Picture 8’, link", RELS)
def _(u):
    picture = f'<p:pic><p:nvPicPr><p:cNvPr id="8" name="Picture 8" descr="A cat">{LINK}</p:cNvPr><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill/><p:spPr/></p:pic>'
    return w.on_slide(picture, w.relation("rId77", "hyperlink", escape(u)))


@case("deck.pptx", "alt text", "slide 2, shape ‘TextBox 4’, alt text", SLIDE)
def _(u):
    return w.on_slide(w.shape(w.run("x")).replace('name="TextBox 4"', f'name="TextBox 4" descr="QR code of {escape(u)}"'))


@case("deck.pptx", "link on hover", "slide 2, shape ‘TextBox 4’, link on hover", RELS)
def _(u):
    return w.on_slide(w.shape(w.run("x", LINK.replace("hlinkClick", "hlinkMouseOver"))), w.relation("rId77", "hyperlink", escape(u)))


@case("deck.pptx", "mc:AlternateContent", "slide 2, shape ‘TextBox 4’, link", RELS)
def _(u):
    new = w.shape(w.run("x", LINK))
    return w.on_slide(f'<mc:AlternateContent><mc:Choice xmlns:p14="urn:p14" Requires="p14">{new}</mc:Choice></mc:AlternateContent>', w.relation("rId77", "hyperlink", escape(u)))


@case("deck.pptx", "SmartArt", "slide 2, SmartArt", "ppt/diagrams/data1.xml")
def _(u):
    frame = (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="5" name="Diagram 4"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></p:xfrm><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/diagram"><dgm:relIds r:dm="rId77"/></a:graphicData></a:graphic></p:graphicFrame>'
    )
    data = f'{w.HEAD}<dgm:dataModel {w.NAMESPACES}><dgm:ptLst><dgm:pt modelId="1"><dgm:t><a:bodyPr/><a:p>{w.run(escape(u))}</a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>'
    return w.on_slide(frame, w.relation("rId77", "diagramData", "../diagrams/data1.xml", False), {"ppt/diagrams/data1.xml": data})


@case("deck.pptx", "chart title", "slide 2, chart", "ppt/charts/chart1.xml")
def _(u):
    frame = (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="5" name="Chart 4"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></p:xfrm><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart r:id="rId77"/></a:graphicData></a:graphic></p:graphicFrame>'
    )
    data = f"{w.HEAD}<c:chartSpace {w.NAMESPACES}><c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:p>{w.run(escape(u))}</a:p></c:rich></c:tx></c:title><c:plotArea/></c:chart></c:chartSpace>"
    return w.on_slide(frame, w.relation("rId77", "chart", "../charts/chart1.xml", False), {"ppt/charts/chart1.xml": data})


@case("deck.pptx", "comment", "slide 2, comment 1", "ppt/comments/comment1.xml")
def _(u):
    data = f'{w.HEAD}<p:cmLst {w.NAMESPACES}><p:cm authorId="0" idx="1"><p:pos x="1" y="1"/><p:text>{escape(u)}</p:text></p:cm></p:cmLst>'
    return w.on_slide("", w.relation("rId77", "comments", "../comments/comment1.xml", False), {"ppt/comments/comment1.xml": data})


@case("deck.pptx", "QR picture", "slide 2, picture ‘Picture 2’, QR code", fixed=False)
def _(u):
    made, picture = w.deck(), io.BytesIO()
    segno.make(u).save(picture, kind="png", scale=6)
    made.slides[1].shapes.add_picture(picture, 0, 0).name = "Picture 2"
    return w.saved(made)


@case("macros.pptm", "run in a deck with macros", "slide 2, shape ‘TextBox 4’, link", RELS)
def _(u):
    return w.put_in(w.on_slide(w.shape(w.run("x", LINK)), w.relation("rId77", "hyperlink", escape(u))), "ppt/presentation.xml", "</p:presentation>", "", "", {"ppt/vbaProject.bin": b"\xd0\xcf"})


@case("deck.pptx", "inside an embedded document", "slide 2, embedded file, paragraph 1, link", "ppt/embeddings/Document1.docx")
def _(u):
    inner = docx.Document()
    linked(inner.add_paragraph(), u)
    return w.on_slide("", w.relation("rId77", "package", "../embeddings/Document1.docx", False), {"ppt/embeddings/Document1.docx": w.saved(inner)})


# ---- documents -----------------------------------------------------------------------------------


def linked(paragraph, address: str, anchor: str = "", text: str = "") -> None:
    """A link as python-docx users make it."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, f"{w.OFFICE}/hyperlink", is_external=True))
    if anchor:
        link.set(qn("w:anchor"), anchor)
    if text:
        run = OxmlElement("w:r")
        run.append(OxmlElement("w:t"))
        run[0].text = text
        link.append(run)
    paragraph._p.append(link)


@case("text.docx", "whole address in the relation (python-docx)", "paragraph 1, link", DOCUMENT_RELS)
def _(u):
    made = docx.Document()
    linked(made.add_paragraph(), u)
    return w.saved(made)


@case("text.docx", "part after # in w:anchor, as Word writes it", "paragraph 3, link (“See the contest”)", DOCUMENT)
def _(u):
    base, fragment = split(u)
    link = f'<w:hyperlink r:id="rId77" w:anchor="{fragment}" w:history="1">{w.words("the contest")}</w:hyperlink>'
    return w.in_document(w.paragraph(w.words("See ") + link), w.relation("rId77", "hyperlink", base))


@case("text.docx", "w:docLocation", "paragraph 3, link (“x”)", DOCUMENT)
def _(u):
    base, fragment = split(u)
    return w.in_document(w.paragraph(f'<w:hyperlink r:id="rId77" w:docLocation="{fragment}">{w.words("x")}</w:hyperlink>'), w.relation("rId77", "hyperlink", base))


def field(*codes: str) -> str:
    inside = "".join(f'<w:r><w:instrText xml:space="preserve">{escape(code)}</w:instrText></w:r>' for code in codes)
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return mark.format("begin") + inside + mark.format("separate") + w.words("here") + mark.format("end")


@case("text.docx", "field code", "paragraph 3, field (“here”)", DOCUMENT)
def _(u):
    base, fragment = split(u)
    return w.in_document(w.paragraph(field(f' HYPERLINK "{base}" \\l "{fragment}" \\o "A tip" ')))


@case("text.docx", "field code split over runs", "paragraph 3, field (“here”)", DOCUMENT)
def _(u):
    base, fragment = split(u)
    return w.in_document(w.paragraph(field(" HYPER", f'LINK "{base[:15]}', f'{base[15:]}" \\l', f' "{fragment[:4]}', f'{fragment[4:]}" ')))


@case("text.docx", "simple field", "paragraph 3, field (“x”)", DOCUMENT)
def _(u):
    base, fragment = split(u)
    return w.in_document(w.paragraph(f'<w:fldSimple w:instr=" HYPERLINK &quot;{base}&quot; \\l &quot;{fragment}&quot; ">{w.words("x")}</w:fldSimple>'))


@case("text.docx", "plain text split over runs", "paragraph 3 (“See https://example.org/course/gans/#gan…”)", DOCUMENT)
def _(u):
    return w.in_document(w.paragraph(w.words(f"See {u[:12]}") + '<w:proofErr w:type="spellStart"/>' + w.words(u[12:30]) + w.words(f"{u[30:]}.")))


@case("text.docx", "no-break hyphen in the address", "paragraph 3 (“See https://example.org/course/gans/#gan…”)", DOCUMENT)
def _(u):
    before, _, after = u.rpartition("-")
    return w.in_document(w.paragraph(f"<w:r><w:t>See {before}</w:t><w:noBreakHyphen/><w:t>{after}</w:t></w:r>"))


@case("text.docx", "table cell (python-docx)", "table, row 2, cell 2, link", DOCUMENT_RELS)
def _(u):
    made = docx.Document()
    linked(made.add_table(2, 2).cell(1, 1).paragraphs[0], u)
    return w.saved(made)


@case("text.docx", "header (python-docx)", "header, link", "word/_rels/header1.xml.rels")
def _(u):
    made = docx.Document()
    linked(made.sections[0].header.paragraphs[0], u)
    return w.saved(made)


@case("text.docx", "footer with w:anchor", "footer, link", "word/footer1.xml")
def _(u):
    made = docx.Document()
    linked(made.sections[0].footer.paragraphs[0], *split(u))
    return w.saved(made)


def notes(name: str, element: str, u: str) -> bytes:
    ids = "".join(f'<w:{element} w:type="separator" w:id="{n}"><w:p/></w:{element}>' for n in (-1, 0))
    data = f'{w.HEAD}<w:{element}s {w.NAMESPACES}>{ids}<w:{element} w:id="1"><w:p>{w.words(escape(u))}</w:p></w:{element}></w:{element}s>'
    return w.in_document(w.paragraph(f'<w:r><w:{element}Reference w:id="1"/></w:r>'), w.relation("rId77", f"{element}s", name, False), {f"word/{name}": data})


@case("text.docx", "footnote", "footnote 1", "word/footnotes.xml")
def _(u):
    return notes("footnotes.xml", "footnote", u)


@case("text.docx", "endnote", "endnote 1", "word/endnotes.xml")
def _(u):
    return notes("endnotes.xml", "endnote", u)


@case("text.docx", "comment", "comment 1 by Ada", "word/comments.xml")
def _(u):
    data = f'{w.HEAD}<w:comments {w.NAMESPACES}><w:comment w:id="0" w:author="Ada"><w:p>{w.words(escape(u))}</w:p></w:comment></w:comments>'
    return w.in_document(w.paragraph(""), w.relation("rId77", "comments", "comments.xml", False), {"word/comments.xml": data})


@case("text.docx", "text box", "paragraph 3, text box", DOCUMENT)
def _(u):
    return w.in_document(w.paragraph(f"<w:r><w:pict><w:txbxContent><w:p>{w.words(escape(u))}</w:p></w:txbxContent></w:pict></w:r>"))


@case("text.docx", "alt text of a drawing", "paragraph 3, object ‘Picture 1’, alt text", DOCUMENT)
def _(u):
    inline = f'<wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><wp:docPr id="1" name="Picture 1" descr="{escape(u)}"/></wp:inline>'
    return w.in_document(w.paragraph(f"<w:r><w:drawing>{inline}</w:drawing></w:r>"))


@case("text.docx", "deleted text", "paragraph 3 (“https://example.org/course/gans/#gan-old”)", DOCUMENT)
def _(u):
    return w.in_document(w.paragraph(f'<w:del w:id="1" w:author="Ada"><w:r><w:delText>{escape(u)}</w:delText></w:r></w:del>'))


@case("text.docx", "property of the document", "properties", "docProps/core.xml")
def _(u):
    made = docx.Document()
    made.core_properties.comments = u
    return w.saved(made)


@case("text.docx", "content control", "paragraph 3, link (“x”)", DOCUMENT)
def _(u):
    base, fragment = split(u)
    link = f'<w:hyperlink r:id="rId77" w:anchor="{fragment}">{w.words("x")}</w:hyperlink>'
    return w.in_document(f"<w:sdt><w:sdtContent><w:p>{link}</w:p></w:sdtContent></w:sdt>", w.relation("rId77", "hyperlink", base))


@case("macros.docm", "relation that nothing uses", "a relation that nothing uses", DOCUMENT_RELS)
def _(u):
    return w.in_document(w.paragraph(""), w.relation("rId77", "hyperlink", escape(u)))


# ---- sheets, written by hand ------------------------------------------------------------------------


def workbook(sheet: str = "", relations: str = "", strings: str = "") -> bytes:
    package = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return w.zipped({
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": package.format(w.relation("rId1", "officeDocument", "xl/workbook.xml", False)),
        "xl/workbook.xml": f'{w.HEAD}<workbook {main} xmlns:r="{w.OFFICE}"><sheets><sheet name="Week 1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": package.format(w.relation("rId1", "worksheet", "worksheets/sheet1.xml", False) + w.relation("rId2", "sharedStrings", "sharedStrings.xml", False)),
        "xl/worksheets/sheet1.xml": f'{w.HEAD}<worksheet {main} xmlns:r="{w.OFFICE}">{sheet}</worksheet>',
        "xl/worksheets/_rels/sheet1.xml.rels": package.format(relations),
        "xl/sharedStrings.xml": f"{w.HEAD}<sst {main}>{strings}</sst>",
    })  # fmt: skip


@case("plan.xlsx", "link with location", "sheet ‘Week 1’, cell B4, link", "xl/worksheets/sheet1.xml")
def _(u):
    base, fragment = split(u)
    return workbook(f'<hyperlinks><hyperlink ref="B4" r:id="rId1" location="{fragment}"/></hyperlinks>', w.relation("rId1", "hyperlink", base))


@case("plan.xlsx", "formula", "sheet ‘Week 1’, cell B5", "xl/worksheets/sheet1.xml")
def _(u):
    return workbook(f'<sheetData><row r="5"><c r="B5"><f>HYPERLINK("{u}","x")</f></c></row></sheetData>')


@case("plan.xlsx", "text of a cell, in two styles", "sheet ‘Week 1’, cell C6", "xl/sharedStrings.xml")
def _(u):
    cells = '<sheetData><row r="6"><c r="B6" t="s"><v>0</v></c><c r="C6" t="s"><v>1</v></c></row></sheetData>'
    return workbook(cells, strings=f"<si><t>x</t></si><si><r><t>{u[:20]}</t></r><r><t>{u[20:]}</t></r></si>")


# ---- OpenDocument, written by hand -------------------------------------------------------------------

ODF = " ".join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for p, n in (
    ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("presentation", "presentation"), ("style", "style"), ("svg", "svg-compatible")))  # fmt: skip
ODF += ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'


def opendocument(kind: str, body: str, styles: str = "", extra: dict | None = None) -> bytes:
    inner = {"presentation": "presentation", "text": "text", "spreadsheet": "spreadsheet"}[kind]
    members = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {ODF}><office:body><office:{inner}>{body}</office:{inner}></office:body></office:document-content>',
        "styles.xml": f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-styles {ODF}><office:master-styles>{styles}</office:master-styles></office:document-styles>',
        "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
    }
    return w.zipped(members | (extra or {}), ("mimetype",))


def slide(inside: str) -> str:
    return f'<draw:page draw:name="one"/><draw:page draw:name="two">{inside}</draw:page>'


@case("deck.odp", "link in a text box", "slide 2, shape ‘Box’, link", "content.xml")
def _(u):
    return opendocument("presentation", slide(f'<draw:frame draw:name="Box"><draw:text-box><text:p>See <text:a xlink:href="{escape(u)}">it</text:a></text:p></draw:text-box></draw:frame>'))


@case("deck.odp", "shape that is a link", "slide 2, link", "content.xml")
def _(u):
    return opendocument("presentation", slide(f'<draw:a xlink:href="{escape(u)}"><draw:frame/></draw:a>'))


@case("deck.odp", "notes", "notes of slide 2", "content.xml")
def _(u):
    return opendocument("presentation", slide(f"<presentation:notes><draw:frame><draw:text-box><text:p>{escape(u)}</text:p></draw:text-box></draw:frame></presentation:notes>"))


@case("deck.odp", "action of a shape", "slide 2, shape ‘Box’, link", "content.xml")
def _(u):
    return opendocument("presentation", slide(f'<draw:custom-shape draw:name="Box"><office:event-listeners><presentation:event-listener xlink:href="{escape(u)}"/></office:event-listeners></draw:custom-shape>'))


@case("deck.odp", "master page", "master page ‘Default’", "styles.xml")
def _(u):
    return opendocument("presentation", slide(""), f'<style:master-page style:name="Default"><draw:frame><draw:text-box><text:p>{escape(u)}</text:p></draw:text-box></draw:frame></style:master-page>')


@case("deck.odp", "QR picture", "slide 2, shape ‘Code’, QR code", fixed=False)
def _(u):
    picture = io.BytesIO()
    segno.make(u).save(picture, kind="png", scale=5)
    return opendocument("presentation", slide('<draw:frame draw:name="Code"><draw:image xlink:href="Pictures/1.png"/></draw:frame>'), extra={"Pictures/1.png": picture.getvalue()})


@case("text.odt", "plain text over spans", "paragraph 2 (“See https://example.org/course/gans/#gan…”)", "content.xml")
def _(u):
    return opendocument("text", f"<text:h>Title</text:h><text:p>See {u[:11]}<text:span>{u[11:24]}</text:span>{u[24:]}.</text:p>")


@case("text.odt", "table cell", "table ‘Plan’, row 3, cell 2, link", "content.xml")
def _(u):
    cell = f'<table:table-cell><text:p><text:a xlink:href="{escape(u)}">x</text:a></text:p></table:table-cell>'
    rows = f'<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row><table:table-row><table:table-cell/>{cell}</table:table-row>'
    return opendocument("text", f'<table:table table:name="Plan">{rows}</table:table>')


@case("text.odt", "footnote", "paragraph 1, footnote 1", "content.xml")
def _(u):
    return opendocument("text", f'<text:p>Text<text:note text:note-class="footnote"><text:note-body><text:p>{escape(u)}</text:p></text:note-body></text:note></text:p>')


@case("text.odt", "comment", "paragraph 1, comment 1", "content.xml")
def _(u):
    return opendocument("text", f"<text:p>Text<office:annotation><dc:creator>Ada</dc:creator><text:p>{escape(u)}</text:p></office:annotation></text:p>")


@case("text.odt", "footer", "master page ‘Standard’, footer, link", "styles.xml")
def _(u):
    return opendocument("text", "", f'<style:master-page style:name="Standard"><style:footer><text:p><text:a xlink:href="{escape(u)}">x</text:a></text:p></style:footer></style:master-page>')


@case("plan.ods", "cell", "table ‘Week 1’, row 1, cell 2, link", "content.xml")
def _(u):
    row = f'<table:table-row><table:table-cell/><table:table-cell><text:p><text:a xlink:href="{escape(u)}">x</text:a></text:p></table:table-cell></table:table-row>'
    return opendocument("spreadsheet", f'<table:table table:name="Week 1">{row}</table:table>')


# ---- text ------------------------------------------------------------------------------------------


def plain(name: str, what: str, place: str, template: str, encoding: str = "utf-8") -> None:
    CASES.append(Case(name, what, place, lambda u: template.replace("@", u).encode(encoding)))


plain("page.md", "inline link", "line 3", "# Title\n\nSee [it](@).\n")
plain("page.md", "reference link", "line 3", 'See [it][1].\n\n[1]: <@> "Title"\n')
plain("page.md", "autolink, emphasised", "line 1", "**<@>** and more\n")
plain("page.md", "in brackets at the end of a sentence", "line 1", "(see @).\n")
plain("page.md", "raw HTML", "line 2", 'Text\n<a href="@">it</a>\n')
plain("page.md", "Windows line ends and a byte order mark", "line 2", "\ufeffText\r\n@\r\n")
plain("page.html", "href", "line 2, a href", '<!doctype html>\n<p><a class=x href="@">it</a></p>')
plain("page.html", "href without quotes", "line 1, a href", "<!doctype html><a href=@>it</a>")
plain("page.html", "iframe", "line 1, iframe src", "<!doctype html><iframe src='@'></iframe>")
plain("page.html", "srcset", "line 1, img srcset", '<!doctype html><img srcset="@ 2x">')
plain("page.html", "text over elements", "line 1, text", "<!doctype html><p>See <b>https:</b>//<i>@</i>.</p>".replace("https:</b>//<i>@", "@</b><i>"))
plain("page.html", "meta refresh", "line 1, meta content", '<!doctype html><meta http-equiv=refresh content="0; url=@">')
plain("page.html", "script", "line 1, text", "<!doctype html><script>if (a < b) location = '@'</script>")
plain("page.html", "comment is not shown, link behind it is", "line 1, a href", "<!doctype html><!-- <a href=x> --><a href='@'>x</a>")
plain("page.html", "Latin-1", "line 1, a href", '<!doctype html><meta charset=iso-8859-1><p>Café <a href="@">x</a>', "latin-1")
plain("list.txt", "typed", "line 2", "Links:\n@\n")
plain("list.txt", "UTF-16", "line 2", "\ufeffLinks:\r\n@\r\n", "utf-16-le")
CASES.append(Case("list.txt", "wrapped by a mail service", "line 1", lambda u: f"https://eur01.safelinks.example.com/?url={quote(u, safe='')}&data=05\n".encode()))
plain("list.csv", "quoted cell", "line 2", 'a,b\n1,"@"\n')
plain("list.csv", "cell before a semicolon", "line 1", "@;2\n")


def notebook(*cells: dict) -> bytes:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1).encode()


@case("work.ipynb", "Markdown cell", "cell 2")
def _(u):
    return notebook({"cell_type": "code", "source": [], "outputs": []}, {"cell_type": "markdown", "source": ["Text\n", f"See [it]({u})."]})


@case("work.ipynb", "output", "cell 1, output")
def _(u):
    return notebook({"cell_type": "code", "source": [], "outputs": [{"data": {"text/html": [f'<a href="{u}">"it"</a>']}, "output_type": "display_data"}]})


@case("work.ipynb", "escaped slashes", "cell 1")
def _(u):
    return notebook({"cell_type": "markdown", "source": f"See {u}"}).replace(b"/", b"\\/")


@case("work.ipynb", "QR picture in an output", "cell 1, output, QR code", fixed=False)
def _(u):
    data = segno.make(u).png_data_uri(scale=5).partition(",")[2]
    return notebook({"cell_type": "code", "source": [], "outputs": [{"data": {"image/png": data}, "output_type": "display_data"}]})


@case("code.png", "QR picture", "QR code", fixed=False)
def _(u):
    picture = io.BytesIO()
    segno.make(u).save(picture, kind="png", scale=5)
    return picture.getvalue()


# ---- courses and archives ----------------------------------------------------------------------------

MANIFEST = """<?xml version="1.0"?><manifest xmlns="http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"><organizations><organization><item identifier="m"><title>Module</title>
<item identifier="i" identifierref="r1"><title>Week 1: the contest</title></item></item></organization></organizations>
<resources><resource identifier="r1" type="imswl_xmlv1p3"><file href="links/one.xml"/></resource></resources></manifest>"""


@case("course.imscc", "web link", "links/one.xml (“Week 1: the contest”), link", "links/one.xml")
def _(u):
    link = f'<?xml version="1.0"?><webLink xmlns="http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3"><title>x</title><url href="{escape(u)}" target="_blank"/></webLink>'
    return w.zipped({"imsmanifest.xml": MANIFEST, "links/one.xml": link})


@case("course.imscc", "escaped HTML in a quiz", "quiz.xml", "quiz.xml")
def _(u):
    quiz = f"<?xml version='1.0'?><questestinterop><mattext texttype='text/html'>&lt;p&gt;&lt;a href=&quot;{u}&quot;&gt;it&lt;/a&gt;</mattext></questestinterop>"
    return w.zipped({"imsmanifest.xml": MANIFEST, "quiz.xml": quiz})


@case("course.imscc", "page", "web/page.html, line 1, a href", "web/page.html")
def _(u):
    return w.zipped({"imsmanifest.xml": MANIFEST, "web/page.html": f'<html><a href="{escape(u)}">x</a></html>'})


@case("quiz.h5p", "content", "content/content.json, text", "content/content.json")
def _(u):
    return w.zipped({"h5p.json": "{}", "content/content.json": json.dumps({"text": f'<p>See <a href="{u}">it</a></p>'})})


@case("week.zip", "deck in an archive in an archive", "in.zip › decks/a.pptx, slide 2, table, row 2, cell 3, link", "in.zip")
def _(u):
    return w.zipped({"in.zip": w.zipped({"decks/a.pptx": w.table_slide(u)})})


@case("week.zip", "text in an archive", "read me.md, line 1", "read me.md")
def _(u):
    return w.zipped({"cat.bin": b"\0", "read me.md": f"[x]({u})"})


# ---- PDF -----------------------------------------------------------------------------------------------

ANNOTATION = "<< /Type /Annot /Subtype /Link /Rect [10 100 90 120] /A << /S /URI /URI ({}) >> >>"


@case("handout.pdf", "link", "page 1, link")
def _(u):
    return w.page("/Annots [4 0 R]", objects={4: ANNOTATION.format(u)})


@case("handout.pdf", "link in an object stream", "page 1, link")
def _(u):
    return w.page("/Annots [4 0 R]", objects={4: ANNOTATION.format(u)}, packed=True)


@case("handout.pdf", "link written into the page itself", "page 1, link")
def _(u):
    return w.page(f"/Annots [{ANNOTATION.format(u)}]")


@case("handout.pdf", "action and address in objects of their own", "page 1, link")
def _(u):
    return w.page("/Annots 4 0 R", objects={4: "[5 0 R]", 5: "<< /Subtype /Link /Rect [10 100 90 120] /A 6 0 R >>", 6: "<< /S /URI /URI 7 0 R >>", 7: f"<{u.encode().hex()}>"}, packed=True)


@case("handout.pdf", "link at the foot of the page", "page 1, footer, link")
def _(u):
    return w.page("/Annots [4 0 R]", objects={4: ANNOTATION.format(u).replace("[10 100 90 120]", "[10 5 90 20]")})


@case("handout.pdf", "named destination in a file on the web", "page 1, link")
def _(u):
    base, fragment = split(u)
    return w.page("/Annots [4 0 R]", objects={4: f"<< /Subtype /Link /Rect [10 100 90 120] /A << /S /GoToR /F << /FS /URL /F ({base}) >> /D ({fragment}) >> >>"})


@case("handout.pdf", "relative to the base of the document", "page 1, link")
def _(u):
    return w.page("/Annots [4 0 R]", f"/URI << /Base ({w.SITE}) >>", {4: ANNOTATION.format(u.removeprefix(w.SITE))})


@case("handout.pdf", "bookmark", "bookmark ‘The contest’, link")
def _(u):
    return w.page("", "/Outlines 4 0 R", {4: "<< /First 5 0 R /Last 5 0 R /Count 1 >>", 5: f"<< /Title (The contest) /Parent 4 0 R /A << /S /URI /URI ({u}) >> >>"})


@case("handout.pdf", "button of a form", "page 1, form field ‘go’, link")
def _(u):
    return w.page("/Annots [4 0 R]", "/AcroForm << /Fields [4 0 R] >>", {4: f"<< /Subtype /Widget /FT /Btn /T (go) /Rect [10 100 90 120] /AA << /U << /S /URI /URI ({u}) >> >> >>"})


@case("handout.pdf", "when the document is opened", "document, link")
def _(u):
    return w.page("", f"/OpenAction << /S /URI /URI ({u}) >>")


@case("handout.pdf", "note on a page", "page 1, comment")
def _(u):
    return w.page("/Annots [4 0 R]", objects={4: f"<< /Subtype /Text /Rect [10 100 90 120] /Contents (See {u}.) >>"})


@case("handout.pdf", "typed text", "page 1, text", fixed=False)
def _(u):
    text = f"BT /F1 9 Tf 10 200 Td (See {u[:26]}) Tj 0 -12 Td ({u[26:]}, please.) Tj ET"
    return w.page("/Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>", objects={4: f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"})


@case("handout.pdf", "attached file", "document, attached file, line 1", fixed=False)
def _(u):
    return w.page("", "/Names << /EmbeddedFiles << /Names [(a.md) 4 0 R] >> >>", {4: "<< /Type /Filespec /F (a.md) /EF << /F 5 0 R >> >>", 5: f"<< /Type /EmbeddedFile /Length {len(u)} >>\nstream\n{u}\nendstream"})


@case("handout.pdf", "QR picture", "page 1, picture, QR code", fixed=False)
def _(u):
    picture = io.BytesIO()
    segno.make(u).save(picture, kind="png", scale=5)
    made = io.BytesIO()
    Image.open(picture).convert("RGB").save(made, "PDF")
    return made.getvalue()


# ---- addresses that are carried by others ------------------------------------------------------------------

GOOGLE = "https://www.google.com/url?q={}&amp;sa=D&amp;source=editors"


@case("text.docx", "as Google Docs exports it", "paragraph 3, link (“x”)", DOCUMENT_RELS)
def _(u):
    link = f'<w:hyperlink r:id="rId77">{w.words("x")}</w:hyperlink>'
    return w.in_document(w.paragraph(link), w.relation("rId77", "hyperlink", GOOGLE.format(quote(u, safe=":/"))))


plain("page.html", "as Google Docs exports it", "line 1, a href", '<!doctype html><a href="https://www.google.com/url?q=@&amp;sa=D">x</a>')


@case("deck.pptx", "typed over a line break", "slide 2, shape ‘TextBox 4’", SLIDE)
def _(u):
    return w.on_slide(w.shape(w.run(u[:31]) + "<a:br/>" + w.run(u[31:])))


@case("deck.pptx", "UTF-16", "slide 2, shape ‘TextBox 4’", SLIDE)
def _(u):
    members = w.unzipped(w.on_slide(w.shape(w.run(u))))
    members[SLIDE] = ("\ufeff" + members[SLIDE].decode().replace("UTF-8", "UTF-16").replace("utf-8", "UTF-16")).encode("utf-16-le")
    return w.zipped(members)


@case("deck.fodp", "flat OpenDocument", "slide 1, shape ‘Box’, link")
def _(u):
    return f'<?xml version="1.0"?><office:document {ODF}><office:body><office:presentation><draw:page><draw:frame draw:name="Box"><text:p><text:a xlink:href="{u}">x</text:a></text:p></draw:frame></draw:page></office:presentation></office:body></office:document>'.encode()


CASES.append(Case("page.md", "in the body of a mail link", "line 1", lambda u: f"[m](mailto:a@b.c?subject=x&body={quote(u, safe='')})".encode()))


@case("text.docx", "field over two paragraphs, its switch first", "paragraph 4, field", DOCUMENT)
def _(u):
    base, fragment = split(u)
    codes = [f'<w:r><w:instrText xml:space="preserve">{escape(code)}</w:instrText></w:r>' for code in (f' HYPERLINK \\l "{fragment}"', f' "{base}" ')]
    marks = ['<w:r><w:fldChar w:fldCharType="%s"/></w:r>' % kind for kind in ("begin", "end")]
    return w.put_in(w.plain_document(), DOCUMENT, "<w:sectPr", f"<w:p>{marks[0]}{codes[0]}</w:p><w:p>{codes[1]}{marks[1]}</w:p>")


@case("quiz.h5p", "JSON inside JSON", "content/content.json, params", "content/content.json")
def _(u):
    return w.zipped({"h5p.json": "{}", "content/content.json": json.dumps({"params": json.dumps({"text": f'<a href="{u}">'})})})


plain("page.html", "typed in two elements", "line 1, text", "<!doctype html><p>See <b>@</b><wbr>.</p>")
