"""Slides: two for each lesson. The first holds its answer and a QR code, the second a picture and its key points; the notes say how to teach them."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import segno
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from scripts import dates
from scripts.lessons import Lesson
from scripts.pack import archive
from scripts.pack.figures import Picture

QUIET = RGBColor.from_string("5A5F68")
WIDE, HIGH, EDGE, COLUMN = 13.333, 7.5, 0.7, 5.3  # inches
TITLE, TEXT, TWO = 0, 1, 3  # layouts of the library's template that are kept
THEME = {rb'(<a:majorFont>\s*<a:latin typeface=")[^"]*': rb"\1Georgia", rb'(<a:minorFont>\s*<a:latin typeface=")[^"]*': rb"\1Arial",
         rb"(<a:dk1>).*?(</a:dk1>)": rb'\1<a:srgbClr val="1D2330"/>\2', rb"(<a:hlink>).*?(</a:hlink>)": rb'\1<a:srgbClr val="0B5F8A"/>\2'}
BAR = ('<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:nvSpPr><p:cNvPr id="99" name="Bar"/>'
       '<p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="100000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
       '<a:solidFill><a:srgbClr val="A83F14"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>')
SITE = "How machine learning and generative AI relate"


def write(path: Path, taught: list[Lesson], pictures: dict[str, Picture], start: str) -> None:
    """Write the deck."""
    deck = master()
    opening(deck, start)
    for lesson in taught:
        name = "home" if lesson.page == "index" else lesson.page
        answer_slide(deck, lesson, f"{start}go/{name}/")
        shown = [pictures[identity] for identity in lesson.pictures]
        picture_slide(deck, lesson, next((one for one in shown if one.id.startswith("diagram-")), shown[0] if shown else None), start, f"{start}go/{name}/")
    day = datetime.fromtimestamp(int(dates.commit_time()), UTC).replace(tzinfo=None)
    about = deck.core_properties
    about.title, about.author, about.comments, about.language = SITE, "The contributors", f"CC BY 4.0, {start}", "en-GB"
    about.created = about.modified = day
    path.parent.mkdir(parents=True, exist_ok=True)
    deck.save(path)
    archive.settle(path)


# ---- The master ------------------------------------------------------------------------------------


def master() -> Presentation:
    """The library's template made 16:9, with our colours and type and only the layouts that are used."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    sheet = deck.slide_master
    theme = next(relation.target_part for relation in sheet.part.rels.values() if relation.reltype.endswith("/theme"))
    for old, new in THEME.items():
        theme._blob, count = re.subn(old, new, theme.blob, flags=re.S)
        assert count == 1, f"the template has another theme than expected: {old}"
    sheet.shapes._spTree.insert(2, parse_xml(BAR.format(width=deck.slide_width)))
    for layout in [layout for number, layout in enumerate(deck.slide_layouts) if number not in (TITLE, TEXT, TWO)]:
        deck.slide_layouts.remove(layout)
    title, text, two = deck.slide_layouts
    heading = (EDGE, 0.45, WIDE - 2 * EDGE, 1.1)
    arrange(sheet, {0: heading, 1: (EDGE, 1.8, 8, 4.8)})
    arrange(title, {0: (EDGE, 1.9, 8.2, 1.9), 1: (EDGE, 4.0, 8.2, 1.8)})
    arrange(text, {0: heading, 1: (EDGE, 1.8, 8, 4.8)})
    arrange(two, {0: (EDGE, 0.45, COLUMN, 1.5), 1: (EDGE, 2.15, COLUMN, 4.2)})
    for shape in [shape for shape in two.placeholders if shape.placeholder_format.idx == 2]:
        shape._element.getparent().remove(shape._element)
    for kind, size in (("p:titleStyle", 3400), ("p:bodyStyle", 2400)):
        level = sheet._element.find(f"{qn('p:txStyles')}/{qn(kind)}/{qn('a:lvl1pPr')}")
        level.set("algn", "l")
        level.find(qn("a:defRPr")).set("sz", str(size))
    return deck


def arrange(holder, boxes: dict[int, tuple]) -> None:
    """Put the placeholders of a master or layout in place (inches: left, top, width, height); take out those for date, footer and number."""
    for shape in list(holder.placeholders):
        index = shape.placeholder_format.idx if holder.__class__.__name__ != "SlideMaster" else {"TITLE": 0, "BODY": 1}.get(shape.placeholder_format.type.name, 9)
        if index in boxes:
            shape.left, shape.top, shape.width, shape.height = map(Inches, boxes[index])
            for frame in shape._element.iter(qn("a:bodyPr")):
                frame.set("anchor", "b" if index == 0 else "t")
        elif index >= 9:
            shape._element.getparent().remove(shape._element)


# ---- The slides ------------------------------------------------------------------------------------


def opening(deck, start: str) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    fill(slide.shapes.title, [SITE], 40)
    fill(slide.placeholders[1], ["Slides for each lesson: its answer, a picture, its key points.", "Notes say what to ask first, how long it takes, and where it is from. CC BY 4.0."], 20, QUIET)
    code(slide, start, WIDE - EDGE - 2.6, 2.3, 2.6)
    slide.notes_slide.notes_text_frame.text = f"Text and figures: CC BY 4.0, from {start}\nEvery link in this deck is a short address that stays when a page moves.\nLeave out what you do not need."


def answer_slide(deck, lesson: Lesson, address: str) -> None:
    """The question the lesson answers, its answer, and where to go on."""
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    fill(slide.shapes.title, [lesson.title], 34)
    fill(slide.placeholders[1], [lesson.answer], 26 if len(lesson.answer) < 320 else 23)
    code(slide, address, WIDE - EDGE - 2.6, 1.9, 2.6)
    notes = [f"About {lesson.minutes} minutes, and as much again with the demonstration.", f"Ask before you show this slide: {lesson.prediction}" if lesson.prediction else "",
             "Afterwards, learners can:", *(f"- {goal}" for goal in lesson.objectives), f"Live demonstration and text: {address}"]
    slide.notes_slide.notes_text_frame.text = "\n".join(filter(None, notes))


def picture_slide(deck, lesson: Lesson, picture: Picture | None, start: str, address: str) -> None:
    """The key points beside a picture of the lesson."""
    slide = deck.slides.add_slide(deck.slide_layouts[2])
    heading = picture.title if picture else f"Key points: {lesson.title}"
    fill(slide.shapes.title, [heading], 28 if len(heading) < 60 else 22)
    characters = sum(map(len, lesson.keypoints))
    fill(slide.placeholders[1], list(lesson.keypoints), 18 if characters < 330 else 16 if characters < 430 else 15, bullets=True)
    source = f"{start}go/{picture.id}/" if picture else address
    notes = [f"In words: {picture.alternative}" if picture else "", f"From: {source}",
             f"Sources cited in this lesson: {'; '.join(lesson.sources)}. Full list: {start}go/references/" if lesson.sources else ""]
    if picture:
        left, top, width, height = EDGE + COLUMN + 0.4, 0.5, WIDE - 2 * EDGE - COLUMN - 0.4, HIGH - 1
        scale = min(width / picture.width, height / picture.height)
        image = slide.shapes.add_picture(io.BytesIO(picture.png), *map(Inches, (left + (width - picture.width * scale) / 2, top + (height - picture.height * scale) / 2)), Inches(picture.width * scale), Inches(picture.height * scale))
        image._element.nvPicPr.cNvPr.set("descr", picture.alternative)
        image.name = picture.title
        image.click_action.hyperlink.address = source
    link(slide, source, EDGE - 0.1, HIGH - 0.85, COLUMN + 0.4)
    slide.notes_slide.notes_text_frame.text = "\n".join(filter(None, notes))


def fill(shape, paragraphs: list[str], size: float, colour=None, bullets: bool = False) -> None:
    """Write paragraphs into a placeholder."""
    frame = shape.text_frame
    frame.text = "\n".join(paragraphs)
    for paragraph in frame.paragraphs:
        paragraph.line_spacing, paragraph.space_after = 1.05, Pt(size * 0.5 if len(paragraphs) > 1 else 0)
        paragraph.font.size = Pt(size)
        if colour is not None:
            paragraph.font.color.rgb = colour
        settings = paragraph._p.get_or_add_pPr()
        indent = str(int(Inches(0.28))) if bullets else "0"
        settings.set("marL", indent)
        settings.set("indent", f"-{indent}" if bullets else "0")
        settings.append(parse_xml(f'<a:{"buChar" if bullets else "buNone"} xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"{" char=" + chr(34) + "•" + chr(34) if bullets else ""}/>'))


def code(slide, address: str, left: float, top: float, side: float) -> None:
    """A QR code with its address beneath, both of them links."""
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="png", scale=16, border=2, dark="#1d2330", light="#fbf9f4")
    image = slide.shapes.add_picture(out, Inches(left), Inches(top), Inches(side), Inches(side))
    image._element.nvPicPr.cNvPr.set("descr", f"QR code that leads to {address}")
    image.name, image.click_action.hyperlink.address = "QR code", address
    link(slide, address, left - 1.6, top + side + 0.05, side + 1.7, right=True)


def link(slide, address: str, left: float, top: float, width: float, right: bool = False) -> None:
    """The address as a line of text that is a link."""
    box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(0.4))
    box.name = "Address"
    box.text_frame.word_wrap = True
    paragraph = box.text_frame.paragraphs[0]
    run = paragraph.add_run()
    run.text, run.hyperlink.address, run.font.size = address.removeprefix("https://").rstrip("/"), address, Pt(12)
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
