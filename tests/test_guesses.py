"""Guesses: the tiny fence in, the exact form and folded result out; and what a reader hears in a browser, with and without JavaScript."""

import pytest
from lxml import html
from markdown import Markdown

from scripts import content, sources
from tests.conftest import write
from tests.test_sources import CLEAN

RANGE = 'id: guess-x\nquestion: How many?\nrange: {from: 0, to: 100, step: 1, unit: "%"}\nresult: gan.judge.mean\nanswer: Because.\n'
OPTIONS = 'id: guess-x\nquestion: How many?\noptions:\n  - {text: "few %", below: 50}\n  - {text: "many %"}\nresult: gan.judge.mean\nanswer: Because.\n'


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "docs", CLEAN)


@pytest.fixture
def made(folder, monkeypatch):
    monkeypatch.setattr(content, "DOCS", folder)
    return lambda source: html.fragment_fromstring(Markdown(extensions=["attr_list", "md_in_html", "scripts.authoring"]).convert(f"```guess\n{source}```\n"), create_parent="div")


def test_a_range_is_a_labelled_slider_and_a_folded_result(made):
    found = made(RANGE)
    assert found.xpath("//div[@class='guess']/@id") == ["guess-x"] and found.xpath("string(//p[@class='guess-question'])") == "How many?"
    slider = found.xpath("//input")[0]
    assert found.xpath("string(//label[input])").strip() == "Your guess" and [slider.get(name) for name in ("type", "min", "max", "step", "value")] == ["range", "0", "100", "1", "50"]
    assert found.xpath("//form/@data-value") == ["98.4"] and found.xpath("string(//details/p)") == "Measured: 98.4 %. Because."


def test_the_right_option_is_found_from_the_result(made, folder):
    assert made(OPTIONS).xpath("//form/@data-right") == ["1"] and made(OPTIONS).xpath("//fieldset/legend")
    (folder / "results/gan.json").write_text('{"judge": {"mean": 0.484}}', "utf-8")
    assert made(OPTIONS).xpath("//form/@data-right") == ["0"]


@pytest.mark.parametrize(
    "old, new, line, message",
    [
        ("result: gan.judge.mean", "result: gan.jury.mean", 14, "gan.json has no 'jury' at this place (it has judge)"),
        ("result: gan.judge.mean", "result: gan.judge", 14, "gan.judge is {'mean': 0.984}, not a number"),
        ("to: 100", "to: 90", 13, "gan.judge.mean is 98.4, outside 0 … 90"),
        ("step: 1, ", "", 13, "a range says from, to and step (and unit)"),
        ("from: 0", "from: none", 13, "from, to and step of a range should be numbers, and step above nought"),
        ("step: 1", "step: 0", 13, "from, to and step of a range should be numbers, and step above nought"),
        ("range: {from: 0, to: 100, step: 1, unit: \"%\"}", "range: 5", 13, "range should be `key: value` pairs; it is 5"),
        ("range: {from: 0, to: 100, step: 1, unit: \"%\"}", "range:", 13, "a range says from, to and step (and unit)"),
        ("answer: Because.", "answer: 5", 15, "answer should be text (in quotes, if YAML takes it for something else); it is 5"),
        ("answer: Because.\n", "", 10, "it has no answer"),
        ("range:", "ranges:", 13, "'ranges' is not known. Did you mean range?"),
        ("id: guess-x", "id: quess-x", 11, "the id 'quess-x' should be lower-case words with hyphens that begin with guess-"),
        ("answer: Because.", "answer: Because.\nchart: {id: fig-x}", 10, "it has no results"),
    ],
)
def test_one_fault_one_sentence_at_its_line(folder, old, new, line, message):
    assert old in RANGE
    page = folder / "gans.md"
    page.write_text(page.read_text("utf-8").replace("Text", f"```guess\n{RANGE.replace(old, new, 1)}```\n\nText"), "utf-8")
    assert [str(finding) for finding in sources.check(folder)[0]] == [f"docs/gans.md:{line}: guess: {message}"]


@pytest.mark.parametrize("limit", ["", ", below: none", ", below: true"])
def test_options_without_order_are_refused(folder, limit):
    page = folder / "gans.md"
    page.write_text(page.read_text("utf-8").replace("Text", f"```guess\n{OPTIONS.replace(', below: 50', limit)}```\n\nText"), "utf-8")
    assert [str(finding) for finding in sources.check(folder)[0]] == ["docs/gans.md:13: guess: each option but the last says `below` which number it holds, in rising order"]


def test_the_reader_hears_how_far_off_the_guess_was(browser, address):
    tab = browser.new_page()
    tab.goto(f"{address}data/#guess-half-the-labels")
    box = tab.locator("#guess-half-the-labels")
    tab.wait_for_selector("#guess-half-the-labels[data-live]")
    measured = float(box.locator("form").get_attribute("data-value"))
    slider = box.get_by_role("slider", name="Your guess")
    slider.focus()
    tab.keyboard.press("Home")
    tab.keyboard.press("ArrowRight")
    assert box.locator("output").text_content() == "1 %" and not box.locator("details p").first.is_visible()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert box.locator("p[role=status]").text_content() == f"You said 1 %; measured: {measured:.1f} %. Your guess was {measured - 1:.1f} points too low."
    assert box.locator("details p").first.is_visible() and slider.is_disabled()
    assert tab.evaluate("[document.cookie, ...Object.values(localStorage), ...Object.values(sessionStorage)].join()").count("guess") == 0
    tab.close()


def test_an_option_is_asked_for_compared_and_can_be_skipped(browser, address):
    tab = browser.new_page()
    tab.goto(f"{address}techniques/#guess-draw-then-name")
    box = tab.locator("#guess-draw-then-name")
    tab.wait_for_selector("#guess-draw-then-name[data-live]")
    box.get_by_role("button", name="Compare with the result").click()
    assert box.get_by_role("status").text_content() == "Choose one of the answers first, or skip."
    box.get_by_label("nearly as well").check()
    box.get_by_role("button", name="Compare with the result").click()
    assert box.get_by_role("status").text_content() == "Your guess was right."
    tab.reload()
    tab.wait_for_selector("#guess-draw-then-name[data-live]")
    box.locator("summary").click()
    assert box.locator("details p").first.is_visible() and box.get_by_role("status").text_content() == "" and box.get_by_label("nearly as well").is_disabled()
    tab.close()


def test_nothing_is_fetched_for_a_guess_before_the_reader_does_something(browser, address):
    tab = browser.new_page()
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{address}data/", wait_until="networkidle")
    tab.wait_for_function("document.readyState === 'complete'")  # under load the network can rest before the scripts have run
    assert not [url for url in asked if "guess" in url]
    tab.keyboard.press("Tab")
    tab.wait_for_selector(".guess[data-live]")
    tab.close()


def test_without_javascript_there_is_the_question_and_the_folded_result(browser, address):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{address}data/")
    box = tab.locator("#guess-half-the-labels")
    assert not box.locator("form").is_visible() and box.locator("summary").inner_text().lower() == "show the result"
    box.locator("summary").click()
    assert box.locator("details p").first.is_visible()
    context.close()
