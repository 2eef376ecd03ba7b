"""Every diagram, chart and figure of the lessons as PNG in double size and, where it is drawn by lines, as SVG that stands alone."""

from dataclasses import dataclass
from pathlib import Path

from scripts import catalogue
from scripts.lessons import Lesson
from scripts.pack import archive
from scripts.pack.browser import still

WIDTH = 760  # CSS pixels of the window in which figures are drawn
# On the picture stands the figure alone: no caption (it goes into the list), no button, no table.
BARE = """
  figure :is(figcaption, details, button, .demo-live, .headerlink) { display: none !important; }
  .md-typeset figure { width: fit-content !important; margin: 0 !important; padding: 10px !important; border: 0 !important; background: #fff !important; }
  body, html { background: #fff !important; }
"""
IN_WORDS = "figure => [...figure.querySelectorAll('img, svg > desc')].map(one => one.alt ?? one.textContent).join(' ')"
STANDALONE = """figure => {
  const svg = figure.querySelector("svg[role]") // not the small ones of a key
  if (!svg) return ""
  const copy = svg.cloneNode(true), from = [svg, ...svg.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")]
  const names = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "opacity", "color", "display", "font-family", "font-size", "font-weight",
    "text-anchor", "dominant-baseline", "text-align", "line-height", "margin", "white-space", "background-color"]
  const home = document.querySelector("link[rel=canonical]").href
  from.forEach((element, index) => {
    const style = getComputedStyle(element)
    for (const { name, value } of [...to[index].attributes]) if (value.includes("var(")) to[index].removeAttribute(name) // the style says it with its value
    to[index].setAttribute("style", names.map(name => `${name}:${style.getPropertyValue(name)}`).join(";"))
    if (element.localName === "a") to[index].setAttribute("href", new URL(element.getAttribute("href"), home).href)
  })
  const box = svg.viewBox.baseVal
  copy.setAttribute("width", box.width), copy.setAttribute("height", box.height)
  return new XMLSerializer().serializeToString(copy)
}"""


@dataclass(frozen=True)
class Picture:
    """A figure as it was drawn: PNG bytes with its size in CSS pixels, SVG or "", what it shows, and the page it is from."""

    id: str
    page: str
    title: str
    alternative: str
    png: bytes
    width: float
    height: float
    svg: str


def drawn(browser, address: str, taught: list[Lesson]) -> dict[str, Picture]:
    """Open each lesson and draw its pictures. Light colours, no live parts."""
    found, context = {}, still(browser, viewport={"width": WIDTH, "height": 900}, device_scale_factor=2)
    tab = context.new_page()
    for lesson in filter(lambda one: one.pictures, taught):
        tab.goto(address + ("" if lesson.page == "index" else f"{lesson.page}/"))
        entries = {entry.id: entry for entry in catalogue.of_page(tab.content(), lesson.page)}
        tab.add_style_tag(content=BARE)
        tab.evaluate("for (const folded of document.querySelectorAll('article details')) folded.open = true")
        for identity in lesson.pictures:
            figure = tab.locator(f"#{identity}")
            box, svg = figure.bounding_box(), figure.evaluate(STANDALONE)
            words = " ".join(figure.evaluate(IN_WORDS).split()) or entries[identity].summary
            found[identity] = Picture(identity, lesson.page, entries[identity].title, words, figure.screenshot(), box["width"], box["height"], svg)
    context.close()
    return found


def write(path: Path, pictures: dict[str, Picture], start: str) -> None:
    """All pictures with their licence, their sources and what each says in words."""
    files, listed = {}, []
    for picture in pictures.values():
        files[f"{picture.id}.png"] = picture.png
        if picture.svg:
            files[f"{picture.id}.svg"] = picture.svg.encode()
        listed.append(f"{picture.id}\n  {picture.title}\n  In words: {picture.alternative}\n  From: {start}go/{picture.id}/\n")
    head = (f"Figures of “How machine learning and generative AI relate”, {start}\nLicence: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/\n"
            "Cite as: “TITLE”, from “How machine learning and generative AI relate”, ADDRESS, CC BY 4.0.\n\n")
    archive.write(path, {"README.txt": (head + "\n".join(listed)).encode(), **files})


