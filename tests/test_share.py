"""The dialog behind each "#": by keyboard, heard by a screen reader, right in what it copies, harmless where it cannot work."""

import io
import json
import re
from importlib.resources import files

import pytest
from pybtex.database import parse_string

from scripts import share

OPENED = ["gan-contest", "claim-c9", "diagram-gan-loop", "demo-gan", "quiz-gan-discriminator", "myth-gan-likelihood", "gans"]


@pytest.fixture
def tab(browser):
    contexts = []

    def opened(width=1440, scheme="light", **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def opened(page, identity: str):
    """Open the dialog of a thing by keyboard."""
    link = page.locator(f"a.headerlink[href='#{identity}']")
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog.share[open]")
    dialog.wait_for(timeout=20_000)
    return dialog


def test_everything_has_its_link_once(site):
    listed = json.loads((site / "permalinks.json").read_text("utf-8"))["entries"]
    pages = {entry["page"] for entry in listed}
    text = {page: (site / ("" if page == "index" else page) / "index.html").read_text("utf-8") for page in pages}
    count = lambda entry: len(re.findall(rf'<a class="headerlink" href="#{entry["id"]}"', text[entry["page"]]))  # noqa: E731
    assert [entry["id"] for entry in listed if count(entry) != (entry["kind"] != "preset")] == []


def test_every_short_address_has_a_coarse_code(site):
    listed = json.loads((site / "permalinks.json").read_text("utf-8"))["entries"]
    codes = [(site / "go" / entry["id"] / "qr.svg").read_text("utf-8") for entry in listed]
    assert [entry["id"] for entry, code in zip(listed, codes, strict=True) if f"<title>{entry['short']}</title>" not in code] == []
    assert max(int(re.search(r"version (\d+)", code)[1]) for code in codes) <= share.COARSE and max(map(len, codes)) < 3000


def test_codes_are_read_by_a_program_that_is_not_ours(site, browser):
    """zxing-cpp reads what Chromium draws from the SVG, at the size of a slide's corner."""
    reader, image = pytest.importorskip("zxingcpp"), pytest.importorskip("PIL.Image")
    page = browser.new_page(viewport={"width": 400, "height": 400})
    listed = json.loads((site / "permalinks.json").read_text("utf-8"))["entries"]
    for entry in listed[::40]:
        page.set_content(f"<body style='margin:20px'>{(site / 'go' / entry['id'] / 'qr.svg').read_text('utf-8')}")
        assert [found.text for found in reader.read_barcodes(image.open(io.BytesIO(page.screenshot())))] == [entry["short"]]
    page.close()


def test_every_kind_opens_by_keyboard_and_gives_the_focus_back(tab, address):
    page = tab()
    page.goto(address + "gans/")
    for identity in OPENED:
        dialog = opened(page, identity)
        assert dialog.locator("input").first.input_value().endswith(f"/go/{identity}/")
        assert page.evaluate("document.activeElement.ariaLabel") == "Copy: short address"
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.hash") == f"#{identity}" and not page.locator("dialog[open]").count()
        page.keyboard.press("Space")
        page.locator("dialog.share[open]").wait_for()
        page.locator(".share-close").click()
    assert page.locator("a.headerlink[href='#quiz-gan-discriminator']").get_attribute("aria-label") == "Share or cite this quiz"


def test_copying_says_so(tab, address):
    page = tab(permissions=["clipboard-read", "clipboard-write"])
    page.goto(address + "gans/")
    dialog = opened(page, "gan-contest")
    page.keyboard.press("Enter")
    said = dialog.get_by_role("status")
    page.wait_for_function("document.querySelector('.share-said').textContent")
    assert said.inner_text() == "Copied: short address."
    short = page.evaluate("navigator.clipboard.readText()")
    assert short.endswith("/go/gan-contest/")
    dialog.locator("[type=radio]").first.focus()
    forms = {}
    for _ in range(5):
        name = page.evaluate("document.activeElement.parentNode.textContent")
        page.evaluate("document.querySelector('.share-said').textContent = ''")
        dialog.locator("fieldset .share-copy").click()
        page.wait_for_function("document.querySelector('.share-said').textContent")
        forms[name] = page.evaluate("navigator.clipboard.readText()")
        dialog.locator("[type=radio]:checked").focus()
        page.keyboard.press("ArrowRight")
    assert list(forms) == ["Markdown", "HTML", "APA", "BibTeX", "RIS"]
    assert forms["Markdown"] == f"[Two networks, one contest]({short})" and forms["HTML"] == f'<a href="{short}">Two networks, one contest</a>'
    assert re.fullmatch(rf"The contributors\. \(\d{{4}}, [A-Z][a-z]+ \d+\)\. Two networks, one contest\. In Generative adversarial networks\. Machine learning and generative AI\. {re.escape(short)}", forms["APA"])
    fields = parse_string(forms["BibTeX"], "bibtex").entries["gan-contest"].fields
    assert fields["title"] == "{Two networks, one contest}" and fields["url"] == short and re.fullmatch(r"\d{4}", fields["year"])
    assert [line[:6] for line in forms["RIS"].splitlines()] == ["TY  - ", "TI  - ", "T2  - ", "AU  - ", "PB  - ", "PY  - ", "DA  - ", "UR  - ", "ER  - "]


def test_where_copying_is_refused_the_text_is_selected(tab, address):
    page = tab()
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    page.goto(address + "gans/")
    dialog = opened(page, "gan-contest")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.share-said').textContent")
    assert "copy it with Ctrl+C" in dialog.get_by_role("status").inner_text()
    assert page.evaluate("getSelection().toString() || document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)").endswith("/go/gan-contest/")


def test_codes_are_saved_as_svg_and_png(tab, address):
    page = tab()
    page.goto(address + "gans/")
    dialog = opened(page, "gan-contest")
    for name, begins in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download() as saved:
            dialog.locator("figcaption").get_by_text(name).click()
        assert saved.value.suggested_filename == f"gan-contest.{name.lower()}" and saved.value.path().read_bytes().startswith(begins)


def test_a_demo_offers_its_frame_and_its_present_state(tab, address):
    page = tab()
    page.goto(address + "gans/?gan.digit=7#demo-gan")
    page.wait_for_function("document.getElementById('demo-gan').linkToState", timeout=30_000)
    dialog = opened(page, "demo-gan")
    state = dialog.locator("input").nth(2).input_value()
    assert "/gans/?" in state and "gan.digit=7" in state and state.endswith("#demo-gan") and "127.0.0.1" not in state
    dialog.get_by_label("Embed").check()
    assert re.search(r'<iframe src="https://.*/embed/gan/" title=', dialog.locator("textarea").input_value())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_axe_finds_nothing_and_nothing_sticks_out(tab, address, width, scheme):
    page = tab(width, scheme)
    page.goto(address + "gans/")
    dialog = opened(page, "demo-gan")
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    answer = page.evaluate("axe.run('dialog', {resultTypes: ['violations']})")
    assert answer["passes"] and [f"{rule['id']}: {node['target']}" for rule in answer["violations"] for node in rule["nodes"]] == []
    assert dialog.evaluate("e => e.scrollWidth - e.clientWidth") == 0 and dialog.bounding_box()["width"] <= width


def test_without_its_files_the_link_is_a_link(tab, address):
    page = tab()
    page.route("**/permalinks.json", lambda route: route.abort())
    page.goto(address + "gans/")
    page.locator("a.headerlink[href='#quiz-gan-discriminator']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/gans/#quiz-gan-discriminator")
    plain = tab(java_script_enabled=False)
    plain.goto(address + "gans/")
    plain.locator("a.headerlink[href='#demo-gan']").focus()
    plain.keyboard.press("Enter")
    assert plain.url == address + "gans/#demo-gan"
