"""Stage: the trainer's pack, `pack/` in the site: slides, handout, cartridge, quizzes, figures, glossary, all made from the built pages.

It needs a browser and a few packages more than the site does, so it runs for `build.py pack`, for the tests and when the site is published.
In other builds the page of the pack says that it was left out.
"""

import re
from pathlib import Path

from lxml import etree

from scripts import content, lessons, links, serve

PAGE = "pack/index.html"


def run(site: Path) -> str:
    """In: the built site with its permanent links. Out: the same with the files of the pack, each linked from the page of the pack."""
    from scripts.pack import cartridge, figures, glossary, handout, question_banks, slides
    from scripts.pack.browser import started

    start, taught, folder = links.site_address(content.ROOT / "mkdocs.yml"), lessons.lessons(site), site / "pack"
    with serve.running(site, links.base_path(content.ROOT / "mkdocs.yml")) as address, started() as browser:
        pictures = figures.drawn(browser, address, taught)
        handout.write(folder / "handout.pdf", site, browser, address, start, taught)
    figures.write(folder / "figures.zip", pictures, start)
    slides.write(folder / "slides.pptx", taught, pictures, start)
    cartridge.write(folder / "course.imscc", taught, start)
    question_banks.write_moodle(folder / "quizzes.moodle.xml", taught, start)
    question_banks.write_gift(folder / "quizzes.gift.txt", taught)
    glossary.write(folder / "glossary.csv", folder / "glossary.anki.txt", site, start)
    return f"{link_files(site / PAGE)} files for trainers from {len(taught)} lessons, {len(pictures)} pictures"


def link_files(page: Path) -> int:
    """Turn each name of a file on the page of the pack into a link with its size."""
    text = page.read_text("utf-8")

    def linked(found):
        size = (page.parent / found[1]).stat().st_size
        return f'<a href="{found[1]}" download>{found[1]}</a> ({size / 1e6:.1f} MB)' if size > 99_999 else f'<a href="{found[1]}" download>{found[1]}</a> ({size / 1e3:.0f} kB)'

    text, count = re.subn(r'<span data-pack="([\w.-]+)">[^<]*</span>', linked, text)
    if not count:
        raise SystemExit(f"pack: {page.name} names no file with data-pack; see docs/pack.md")
    page.write_text(re.sub(r"<p data-pack-missing.*?</p>", "", text, flags=re.S), "utf-8")
    return count


def xml(element) -> bytes:
    """An XML document, indented."""
    etree.indent(element)
    return etree.tostring(element, xml_declaration=True, encoding="utf-8") + b"\n"
