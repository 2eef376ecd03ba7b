"""The teaching pack: each file is opened by a reader that is not ours, and every link in it leads to a registered short address."""

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile

import pytest
from lxml import etree

from scripts import content, lessons, links
from scripts.pack import archive
from tests.conftest import ROOT

START = links.site_address(ROOT / "mkdocs.yml")


@pytest.fixture(scope="module")
def pack(site):
    if not (site / "pack/slides.pptx").exists():
        pytest.skip("the site was built without the pack; `build.py test` builds it")
    return site / "pack"


@pytest.fixture(scope="module")
def taught(site):
    return lessons.lessons(site)


@pytest.fixture(scope="module")
def short(site) -> set[str]:
    """All short addresses, and that of the site."""
    return {entry["short"] for entry in json.loads((site / "permalinks.json").read_text("utf-8"))["entries"]} | {START}


def test_no_sign_of_the_page_gets_into_the_pack(taught):
    words = [quiz.question for lesson in taught for quiz in lesson.quizzes] + [lesson.answer for lesson in taught]
    assert len(words) > 60 and [text for text in words if text.endswith(("#", "¶")) or "  " in text] == []


def test_the_page_links_every_file_with_its_size(pack):
    text = (pack / "index.html").read_text("utf-8")
    files = sorted(path.name for path in pack.iterdir() if path.suffix != ".html" and not path.name.endswith(".html.md"))
    assert files == sorted(re.findall(r'<a href="([\w.-]+)" download>', text)) and len(files) == 8
    assert "was built without" not in text


def test_a_file_that_the_page_does_not_name_is_an_error(tmp_path):
    from scripts.pack import link_files

    (tmp_path / "index.html").write_text("<p>nothing</p>")
    with pytest.raises(SystemExit, match="names no file with data-pack"):
        link_files(tmp_path / "index.html")


# ---- Slides ----------------------------------------------------------------------------------------


def test_slides_hold_titles_notes_alternatives_and_links_that_stay(pack, taught, short):
    pptx = pytest.importorskip("pptx")
    deck = pptx.Presentation(str(pack / "slides.pptx"))
    assert len(deck.slides) == 1 + 2 * len(taught) and deck.slide_width / deck.slide_height == pytest.approx(16 / 9, abs=.001)
    linked = set()
    for slide in deck.slides:
        assert slide.shapes.title.text_frame.text.strip() and len(slide.notes_slide.notes_text_frame.text) > 60
        for shape in slide.shapes:
            assert 0 <= shape.left and shape.left + shape.width <= deck.slide_width and 0 <= shape.top and shape.top + shape.height <= deck.slide_height, shape.name
            if shape.shape_type == 13:
                assert len(shape._element.nvPicPr.cNvPr.get("descr")) > 20
                linked.add(shape.click_action.hyperlink.address)
            if shape.has_text_frame:
                linked |= {run.hyperlink.address for paragraph in shape.text_frame.paragraphs for run in paragraph.runs} - {None}
    assert linked <= short and len(linked) > 2 * len(taught)


@pytest.mark.slow
def test_an_office_opens_the_slides_without_repair(pack, taught, tmp_path):
    office = shutil.which("soffice")
    if not office:
        pytest.skip("LibreOffice is not here")
    subprocess.run([office, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, pack / "slides.pptx"], check=True, capture_output=True, timeout=300)
    from pypdf import PdfReader

    assert len(PdfReader(tmp_path / "slides.pdf").pages) == 1 + 2 * len(taught)


# ---- Handout ---------------------------------------------------------------------------------------


def test_the_handout_is_tagged_and_shows_the_short_address_of_every_section(pack, taught, site):
    pypdf = pytest.importorskip("pypdf")
    paper = pypdf.PdfReader(pack / "handout.pdf")
    assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in paper.trailer["/Root"] and paper.metadata.title == taught[0].title
    titles = []

    def walk(outline):
        for one in outline:
            walk(one) if isinstance(one, list) else titles.append(one.title)

    walk(paper.outline)
    assert sum(any(title.startswith(lesson.title) for title in titles) for lesson in taught) == len(taught)
    linked = {str(note.get_object()["/A"]["/URI"]) for page in paper.pages for note in page.get("/Annots", []) if "/URI" in note.get_object().get("/A", {})}
    sections = [entry for entry in json.loads((site / "permalinks.json").read_text("utf-8"))["entries"]
                if entry["kind"] in ("page", "section", "claim") and entry["page"] in {lesson.page for lesson in taught}]
    assert len(sections) > 100 and [entry["id"] for entry in sections if entry["short"] not in linked] == []


# ---- Courses and quizzes ---------------------------------------------------------------------------


def test_the_cartridge_is_whole_and_its_links_stay(pack, taught, short):
    names = {"cp": "http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1", "wl": "http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3", "q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}
    with zipfile.ZipFile(pack / "course.imscc") as cartridge:
        files = {name: etree.fromstring(cartridge.read(name)) for name in cartridge.namelist()}
    manifest = files.pop("imsmanifest.xml")
    resources = {one.get("identifier"): one for one in manifest.iterfind(".//cp:resource", names)}
    items = manifest.findall(".//cp:item[@identifierref]", names)
    assert sorted(item.get("identifierref") for item in items) == sorted(resources)
    assert {one.find("cp:file", names).get("href") for one in resources.values()} == set(files)
    identifiers = manifest.xpath("//@identifier")
    assert len(identifiers) == len(set(identifiers))
    addresses = [file.find("wl:url", names).get("href") for file in files.values() if etree.QName(file).namespace == names["wl"]]
    assert len(addresses) == len(taught) and set(addresses) <= short
    asked = [item for file in files.values() for item in file.iterfind(".//q:item", names)]
    assert {item.get("ident") for item in asked} == {quiz.id for lesson in taught for quiz in lesson.quizzes}
    for item in asked:
        options, feedback = set(item.xpath(".//q:response_label/@ident", namespaces=names)), set(item.xpath("./q:itemfeedback/@ident", namespaces=names))
        assert {one.text for one in item.iterfind(".//q:varequal", names)} == options and set(item.xpath(".//@linkrefid")) == feedback and len(feedback) == len(options)
        first = item.find(".//q:respcondition", names)
        assert first.get("continue") == "No" and first.find("q:setvar", names).text == "100"


def test_moodle_gets_every_quiz_with_shares_that_add_up(pack, taught):
    bank = etree.parse(str(pack / "quizzes.moodle.xml"))
    asked = bank.findall("question[@type='multichoice']")
    assert [one.findtext("idnumber") for one in asked] == [quiz.id for lesson in taught for quiz in lesson.quizzes]
    assert len(bank.findall("question[@type='category']")) == sum(bool(lesson.quizzes) for lesson in taught)
    for question in asked:
        shares = [float(answer.get("fraction")) for answer in question.iterfind("answer")]
        if question.findtext("single") == "true":
            assert max(shares) == 100 and shares.count(100) == 1
        else:
            assert sum(share for share in shares if share > 0) == pytest.approx(100) and (min(shares) > 0 or sum(share for share in shares if share < 0) == pytest.approx(-100))
        assert all(answer.findtext("feedback/text") for answer in question.iterfind("answer"))


def test_gift_is_read_by_a_parser_of_others(pack, taught, programs):
    """gift-pegjs, which editors of the format use; from npm, like Lighthouse."""
    script = "const {parse} = require('gift-pegjs'); let s = ''; process.stdin.on('data', d => s += d).on('end', () => console.log(JSON.stringify(parse(s))))"
    done = subprocess.run(["node", "-e", script], input=(pack / "quizzes.gift.txt").read_text("utf-8"), capture_output=True, text=True, cwd=programs)
    assert done.returncode == 0, done.stderr
    read = {one["title"]: one for one in json.loads(done.stdout) if one["type"] == "MC"}
    for quiz in (quiz for lesson in taught for quiz in lesson.quizzes):
        choices = read[quiz.id]["choices"]
        assert [one["text"]["text"] for one in choices] == [option.text for option in quiz.options]
        assert [one["feedback"]["text"] for one in choices] == [option.why for option in quiz.options]
        if len(quiz.accepted) == 1:
            assert [one["text"]["text"] for one in choices if one["isCorrect"]] == [quiz.accepted[0].text]


# ---- Figures and glossary --------------------------------------------------------------------------


def test_figures_come_with_words_licence_and_source(pack, taught):
    with zipfile.ZipFile(pack / "figures.zip") as figures:
        files = {name: figures.read(name) for name in figures.namelist()}
    told = files.pop("README.txt").decode()
    wanted = [identity for lesson in taught for identity in lesson.pictures]
    assert {name.removesuffix(".png") for name in files if name.endswith(".png")} == set(wanted) and "CC BY 4.0" in told
    assert all(f"{START}go/{identity}/" in told for identity in wanted)
    drawings = {name: data for name, data in files.items() if name.endswith(".svg")}
    assert len(drawings) >= len([identity for identity in wanted if identity.startswith("diagram-")])
    for name, data in drawings.items():
        assert b"var(--" not in data and etree.fromstring(data).get("width"), name
        assert not re.search(rb'href="(?!https?:|#)', data), name


def test_glossary_holds_every_term_for_tables_and_cards(pack, short):
    terms = content.glossary(content.DOCS / "glossary.md")
    rows = list(csv.DictReader(io.StringIO((pack / "glossary.csv").read_text("utf-8-sig"))))
    assert [row["term"] for row in rows] == [term.name for term in terms] and all(len(row["definition"]) > 20 and row["address"] in short for row in rows)
    cards = (pack / "glossary.anki.txt").read_text("utf-8").splitlines()
    assert len([line for line in cards if not line.startswith("#")]) == len(terms) and cards[0] == "#separator:tab"


def test_archives_are_the_same_bytes_whenever_they_are_written(tmp_path):
    for name in ("one", "two"):
        archive.write(tmp_path / name, {"b": b"2" * 500, "a": b"1"})
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    with zipfile.ZipFile(tmp_path / "one") as made:
        assert made.namelist() == ["b", "a"] and made.testzip() is None
