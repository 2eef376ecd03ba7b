"""The catalogue for trainers: complete without JavaScript, filtered with it, and the same as a file for spreadsheets."""

import csv
import json

import pytest

from scripts import listing


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def test_every_address_stands_in_the_catalogue_and_in_the_file(site):
    listed = json.loads((site / "permalinks.json").read_text("utf-8"))
    text = (site / "catalogue" / "index.html").read_text("utf-8")
    assert [entry["id"] for entry in listed["entries"] if f'<td><a href="../go/{entry["id"]}/">' not in text] == []
    rows = list(csv.DictReader((site / "permalinks.csv").read_text("utf-8-sig").splitlines()))
    assert [row["short"] for row in rows] == [entry["short"] for entry in listed["entries"]] and list(rows[0]) == list(listing.COLUMNS)


def test_no_cell_is_a_formula():
    assert listing.harmless({"title": "=1+1", "keywords": []}) == {"title": "'=1+1", "keywords": []}


def test_a_site_without_the_place_is_refused(tmp_path):
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "index.html").write_text("<article></article>")
    (tmp_path / "permalinks.json").write_text('{"site": "https://example.org/", "entries": []}')
    with pytest.raises(SystemExit, match="should hold .* once; it holds it 0 times"):
        listing.run(tmp_path)


def test_the_reader_filters_by_words_and_kind(page, address):
    page.goto(address + "catalogue/?kind=demo")
    status, shown = page.locator(".catalogue-filter [role=status]"), page.locator(".catalogue tbody tr:has(td):visible")
    status.wait_for()
    assert page.get_by_label("Kind").input_value() == "demo" and shown.count() == 12 and status.inner_text().startswith("12 of ")
    page.goto(address + "catalogue/")
    page.get_by_label("Words").fill("generative adversarial contest")
    page.wait_for_url("**/catalogue/?words=generative+adversarial+contest")
    assert "Two networks, one contest" in shown.all_inner_texts()[0]
    page.get_by_label("Words").fill("zebra crossing")
    page.wait_for_function("document.querySelector('.catalogue-filter [role=status]').textContent.startsWith('No address fits')")
    assert shown.count() == 0
    page.get_by_label("Words").fill("gan-contest section")
    page.wait_for_url("**/catalogue/?words=gan-contest*")
    shown.first.locator("a").click()
    page.wait_for_url("**/gans/#gan-contest")
