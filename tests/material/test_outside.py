"""Files that LibreOffice and Chromium write, and what they make of corrected copies."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pptx
import pypdf
import pytest
import segno
from pptx.util import Inches

from scripts.material.__main__ import check
from tests.material import cases, world
from tests.material.conftest import corrected
from tests.material.world import OLD

OFFICE = shutil.which("soffice")
pytestmark = pytest.mark.slow


def converted(folder: Path, name: str, data: bytes, kind: str) -> Path:
    """A file as LibreOffice writes it. Raises AssertionError when it does not open."""
    (folder / name).write_bytes(data)
    made = folder / "made"
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    done = subprocess.run([OFFICE, profile, "--headless", "--convert-to", kind, "--outdir", made, folder / name], capture_output=True, text=True, timeout=240)
    found = made / f"{Path(name).stem}.{kind.partition(':')[0]}"
    assert found.exists(), done.stderr
    return found


def rich_deck() -> bytes:
    """One slide with a link in a run, in a cell, on a shape, in the notes, and as typed text."""
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Links"
    run = slide.shapes.add_textbox(0, Inches(1), Inches(4), Inches(1)).text_frame.paragraphs[0].add_run()
    run.text, run.hyperlink.address = "here", OLD
    run = slide.shapes.add_table(2, 2, 0, Inches(2), Inches(5), Inches(1)).table.cell(1, 1).text_frame.paragraphs[0].add_run()
    run.text, run.hyperlink.address = "there", OLD
    box = slide.shapes.add_textbox(0, Inches(4), Inches(8), Inches(1))
    box.text_frame.text = f"Typed: {OLD}"
    box.click_action.hyperlink.address = OLD
    run = slide.notes_slide.notes_text_frame.paragraphs[0].add_run()
    run.text, run.hyperlink.address = "noted", OLD
    picture = io.BytesIO()
    segno.make(OLD).save(picture, kind="png", scale=6, border=4)
    slide.shapes.add_picture(picture, Inches(5), Inches(4))
    return world.saved(made)


def rich_document() -> bytes:
    made = docx.Document()
    cases.linked(made.add_paragraph("See "), *cases.split(OLD), text="the contest")
    cases.linked(made.add_table(2, 2).cell(1, 0).paragraphs[0], OLD, text="in a cell")
    made.add_paragraph(f"Typed: {OLD}.")
    cases.linked(made.sections[0].footer.paragraphs[0], OLD, text="in the footer")
    return world.saved(made)


@pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed (apt install libreoffice-impress libreoffice-writer)")
@pytest.mark.parametrize("name, make, kind, links", [
    ("a.pptx", rich_deck, "odp", 6), ("a.pptx", rich_deck, "pptx", 6), ("a.pptx", rich_deck, "pdf", 4),
    ("a.docx", rich_document, "odt", 4), ("a.docx", rich_document, "docx", 4), ("a.docx", rich_document, "html", 4),
])  # fmt: skip
def test_libreoffice(tmp_path, judge, name, make, kind, links):
    """What LibreOffice writes is found and corrected, and it opens the corrected copy again."""
    path = converted(tmp_path, name, make(), kind)
    data, outcome = path.read_bytes(), check(path, judge, True, False)
    print(kind, *[f"\n    {found.place}: {found.verdict.kind} {found.address}" for found in outcome.found])
    assert len(outcome.found) >= links and {found.address for found in outcome.found if found.verdict.kind != "fine"} == {OLD}
    copy = corrected(outcome)
    left = [found for found in check(Path(outcome.copy), judge, False, False).found if found.fixable]
    assert left == [] and outcome.corrected >= 2
    if kind in ("odp", "pptx", "odt", "docx"):
        assert untouched(data, copy) and converted(tmp_path / "made", Path(outcome.copy).name, copy, "pdf").stat().st_size > 1000
    elif kind == "pdf":
        assert copy.startswith(data) and len(pypdf.PdfReader(io.BytesIO(copy)).pages) == len(pypdf.PdfReader(io.BytesIO(data)).pages)


def untouched(one: bytes, other: bytes) -> bool:
    """Whether all members but those with links have the same raw bytes, headers included."""
    first, second = (raw_members(data) for data in (one, other))
    changed = world.differing(one, other)
    return list(first) == list(second) and 0 < len(changed) < len(first) and all(first[name] == second[name] for name in first if name not in changed)


def raw_members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = sorted(archive.infolist(), key=lambda member: member.header_offset)
        ends = [member.header_offset for member in members[1:]] + [archive.start_dir]
        return {member.filename: data[member.header_offset : end] for member, end in zip(members, ends)}


@pytest.mark.parametrize("width", [90, 130, 200, 700])
def test_chromium(tmp_path, judge, browser, width):
    """A page printed to PDF: the link as an annotation, the typed address as text, broken over lines as the column asks."""
    page = browser.new_page()
    page.set_content(f'<p style="width:{width}px;font:16px sans-serif">See <a href="{OLD}">it</a>, or type {OLD}. Then <b>go on</b>.</p><div style="position:fixed;bottom:0"><a href="{OLD}">foot</a></div>')
    page.pdf(path=tmp_path / "a.pdf")
    page.close()
    data, outcome = (tmp_path / "a.pdf").read_bytes(), check(tmp_path / "a.pdf", judge, True, False)
    assert sorted((found.place, found.address, found.fixable) for found in outcome.found) == [("page 1, footer, link", OLD, True), ("page 1, link", OLD, True), ("page 1, text", OLD, False)]
    assert corrected(outcome).startswith(data)
    assert sorted(found.verdict.kind for found in check(Path(outcome.copy), judge, False, False).found) == ["fine", "fine", "moved"]
