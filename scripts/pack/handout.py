"""The handout: all lessons as one PDF by the print style sheet, with the short address of every section, bookmarks and tags for screen readers."""

import html
import io
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

from lxml import etree
from lxml import html as lxml_html
from pypdf import PdfReader, PdfWriter

from scripts import dates, lessons
from scripts.catalogue import HEADINGS
from scripts.lessons import Lesson
from scripts.pack.browser import still

LEFT_OUT = "//a[contains(@class, 'headerlink')] | //script | //button | //aside | //*[@hidden]"
SHEET = """
  html { font-size: 13px !important; } body, html { background: #fff !important; } body { --md-default-bg-color: #fff; }
  .md-container, .md-main, .md-main__inner, .md-content { display: block !important; margin: 0 !important; max-width: none !important; }
  .md-content__inner { margin: 0 !important; } .md-sidebar, .md-header, .md-footer, .md-skip, .md-path, [data-md-component=announce] { display: none !important; }
  .md-typeset.md-typeset { font-size: 9pt; line-height: 1.45; } .md-typeset :is(p, ul, ol, dl, h1, h2, h3, .admonition, details, .quiz, .claim, figure) { max-width: none; }
  .handout-lesson { break-before: page; } .handout-keep, .md-typeset figure, .md-typeset .quiz { break-inside: avoid; } .md-typeset p, .md-typeset li { orphans: 3; widows: 3; }
  .diagram svg { max-height: 105mm; } .md-typeset figure { margin: 1em 0; }
  .handout-address { display: block; font: 400 7pt/1.2 var(--md-code-font); color: #5a5f68; letter-spacing: 0; margin-top: .3em; } .handout-address a { color: inherit; text-decoration: none !important; }
"""
COVER = """<section><h1>{title}</h1><p>{summary}</p><p>This is the text of all lessons, on paper. Under each heading stands its short address, which leads to the section and its live
demonstration; it stays when a page is moved or renamed. Text and figures: CC BY 4.0.</p><ol>{lessons}</ol></section>"""
FOOT = '<div style="width:100%;font:7pt Arial;color:#5a5f68;padding:0 15mm;display:flex;justify-content:space-between"><span>TITLE · CC BY 4.0 · ADDRESS</span><span class="pageNumber"></span></div>'


def write(path: Path, site: Path, browser, address: str, start: str, taught: list[Lesson]) -> None:
    """Write the PDF. `address` is where the browser finds the site, `start` where it is published."""
    title = taught[0].title
    context = still(browser)
    tab = context.new_page()
    tab.goto(address, wait_until="networkidle")
    listed = "".join(f'<li><a href="#{identity(lesson)}">{html.escape(lesson.title)}</a>, {lesson.minutes} minutes</li>' for lesson in taught)
    body = COVER.format(title=html.escape(title), summary=html.escape(taught[0].summary), lessons=listed)
    body += "".join(f'<section class="handout-lesson">{article(site, lesson, address, start)}</section>' for lesson in taught)
    tab.evaluate("([body, title]) => { document.querySelector('article').innerHTML = body; document.title = title }", [body, title])
    tab.add_style_tag(content=SHEET)
    tab.wait_for_function("[...document.images].every(image => image.complete)")
    foot = FOOT.replace("TITLE", title).replace("ADDRESS", start.removeprefix("https://"))
    printed = tab.pdf(format="A4", tagged=True, outline=True, print_background=True, display_header_footer=True, header_template="<span></span>", footer_template=foot,
                      margin={"top": "16mm", "bottom": "16mm", "left": "17mm", "right": "17mm"})
    context.close()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(settled(printed, title, start))


def identity(lesson: Lesson) -> str:
    return "home" if lesson.page == "index" else lesson.page


def article(site: Path, lesson: Lesson, address: str, start: str) -> str:
    """A lesson's article for paper: each section with its short address, folded text open, pictures from the server, links to the published site."""
    tree = lessons.tree_of((site / ("" if lesson.page == "index" else lesson.page) / "index.html").read_text("utf-8"))
    found, here = tree.xpath("//article")[0], "" if lesson.page == "index" else f"{lesson.page}/"
    for element in found.xpath(LEFT_OUT):
        element.drop_tree()
    for heading in found.iter(*HEADINGS):
        if heading.get("id"):
            short = f"{start}go/{heading.get('id')}/"
            heading.append(lxml_html.fragment_fromstring(f'<span class="handout-address"><a href="{short}">{short.removeprefix("https://").rstrip("/")}</a></span>'))
    for heading in reversed(list(found.iter(*HEADINGS[1:]))):  # a heading stays with what follows it
        if (following := heading.getnext()) is not None and following.tag != "hr":
            keep = etree.Element("div", {"class": "handout-keep"})
            heading.addprevious(keep)
            keep.append(heading)
            keep.append(following)
    for folded in found.iter("details"):
        folded.set("open", "open")
    for element in found.xpath(".//*[@src]"):
        element.set("src", urljoin(address + here, element.get("src")))
        element.attrib.pop("loading", None)
    for element in found.xpath(".//a[@href]"):
        element.set("href", urljoin(start + here, element.get("href")))
    return etree.tostring(found, encoding="unicode", method="html", with_tail=False)


def settled(printed: bytes, title: str, start: str) -> bytes:
    """The same PDF with its language, title and licence, dated with the last commit."""
    writer, day = PdfWriter(clone_from=PdfReader(io.BytesIO(printed))), datetime.fromtimestamp(int(dates.commit_time()), UTC).strftime("D:%Y%m%d%H%M%SZ")
    writer.add_metadata({"/Title": title, "/Author": "The contributors", "/Subject": f"CC BY 4.0, {start}", "/CreationDate": day, "/ModDate": day})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
