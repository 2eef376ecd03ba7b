"""Sheets that change with a knob: a tiny fence in, the exact figure out; and what a reader meets with and without JavaScript."""

import struct

import pytest
from lxml import html
from markdown import Markdown

from scripts import content, sources
from tests.conftest import write
from tests.test_sources import CLEAN

SHEETS = """id: fig-x
knob: Round
values: [0, 5]
sheets:
  - {label: Alone, image: "figures/x-{}.png", alt: "Digits of round {}.", result: "gan.round_{}", says: distance}
title: Worse and worse
note: Look at the [edges](gans.md#gans).
"""


@pytest.fixture
def folder(tmp_path):
    docs = write(tmp_path / "docs", {**CLEAN, "results/gan.json": '{"judge": {"mean": 0.984}, "round_0": 4.25, "round_5": 16.0}', "figures/.keep": ""})
    for value in (0, 5):
        (docs / f"figures/x-{value}.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 91, 19))
    return docs


def test_every_value_has_its_pictures_and_its_number(folder, monkeypatch):
    monkeypatch.setattr(content, "DOCS", folder)
    found = html.fragment_fromstring(Markdown(extensions=["attr_list", "md_in_html", "scripts.authoring"]).convert(f"```sheets\n{SHEETS}```\n"), create_parent="div")
    assert found.xpath("//figure[@class='sheets']/@id") == ["fig-x"] and found.xpath("string(//figcaption)") == "Worse and worse. Look at the edges."
    groups = [[" ".join(p.text_content().split()) for p in group.iter("p") if p.text_content().strip()] for group in found.xpath("//div[@class='sheet']")]
    assert groups == [["Round 0", "Alone · distance 4.25"], ["Round 5", "Alone · distance 16.0"]]
    assert [(img.get("src"), img.get("alt"), img.get("width"), img.get("height")) for img in found.iter("img")][1] == ("figures/x-5.png", "Digits of round 5.", "364", "76")
    assert [found.xpath("//input")[0].get(name) for name in ("min", "max", "value")] == ["0", "1", "0"]


@pytest.mark.parametrize(
    "old, new, line, message",
    [
        ("figures/x-{}.png", "figures/y-{}.png", 14, "there is no figures/y-0.png. Did you mean x-0.png?"),
        ("gan.round_{}", "gan.rounds_{}", 14, "gan.json has no 'rounds_0' at this place (it has judge, round_0, round_5)"),
        ("values: [0, 5]", "values: [0]", 13, "a knob has two values or more"),
        ("label: Alone, ", "", 14, "a row of sheets has no label"),
        ("values: [0, 5]", "values: [0, [5]]", 13, "values should be a list, each a number or text"),
        ("label: Alone", "label: 5", 14, "sheets should be a list, each `key: value` pairs, each text"),
        ("note: Look at", "note: 5\n# ", 16, "note should be text"),
        ("figures/x-{}.png", "gans.md", 14, "gans.md is not a PNG"),
        ("gan.round_{}", "gan.judge", 14, "gan.judge is {'mean': 0.984}, not a number"),
        ("knob: Round", "know: Round", 12, "'know' is not known. Did you mean knob?"),
    ],
)
def test_one_fault_one_sentence_at_its_line(folder, old, new, line, message):
    assert old in SHEETS
    page = folder / "gans.md"
    page.write_text(page.read_text("utf-8").replace("Text", f"```sheets\n{SHEETS.replace(old, new, 1)}```\n\nText"), "utf-8")
    found = [str(finding) for finding in sources.check(folder)[0]]
    assert len(found) == 1 and message in found[0] and found[0].startswith("docs/gans.md:1"), found


def test_the_knob_shows_one_value_at_a_time(browser, address):
    tab = browser.new_page()
    tab.goto(f"{address}image-synthesis/#fig-recursion-sheets")
    figure = tab.locator("#fig-recursion-sheets")
    tab.wait_for_selector("#fig-recursion-sheets [data-shown]")
    shown = lambda: [sheet.get_attribute("data-shown") is not None and sheet.is_visible() for sheet in figure.locator(".sheet").all()]  # noqa: E731
    assert shown() == [True] + [False] * 10
    figure.get_by_role("slider", name="Generation").focus()
    tab.keyboard.press("End")
    assert shown() == [False] * 10 + [True] and figure.locator("output").text_content() == "10"
    assert figure.get_by_role("slider").get_attribute("aria-valuetext").startswith("Generation 10; Learns from the last output alone")
    tab.close()


def test_without_javascript_all_values_stand_there(browser, address):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{address}image-synthesis/")
    assert all(sheet.is_visible() for sheet in tab.locator("#fig-recursion-sheets .sheet").all()) and not tab.locator(".sheets-knob").is_visible()
    context.close()
