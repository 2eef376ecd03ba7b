"""Charts: a tiny results file in, exact words, shapes and numbers out."""

import json
import re

import pytest
from lxml import html
from markdown import Markdown

from scripts import charts, content, plots, sources
from tests.conftest import write
from tests.test_sources import CLEAN


def figure(mean, half, n=5):
    return {"mean": mean, "low": mean - half, "high": mean + half, "n": n, "values": [mean] * n}


def row(method, images, accuracy, **more):
    return {"id": f"{method}-{images}", "method": method, "images": images, "accuracy": accuracy, **more}


RECORD = {
    "date": "2026-11-25", "versions": {"python": "3.11.7"}, "command": "python3 scripts/build.py experiments curves", "message": "More is better.",
    "measures": {"accuracy": {"label": "test accuracy", "unit": "share", "better": "higher"}, "distance": {"label": "distance", "unit": "", "better": "lower"}},
    "conditions": {"method": {"label": "method", "values": {"cnn": "network <small>"}}, "images": {"label": "labelled images"}},
    "rows": [row("cnn", 10, figure(.622, .02)), row("cnn", 1297, figure(.984, .001)), row("nearest", 10, figure(.635, .03), distance=12.25), row("nearest", 1297, figure(.982, 0, 1), distance=4.0)],
}
CHART = "id: fig-curves\nresults: curves\nx: images\ny: accuracy\nseries: method\nscale: log\ntitle: More helps\nmessage: Both rise to **98 %**{ data-result=\"curves.rows.x\" }.\nnote: See [there](gans.md#gans).\n"
UNMARKED = CHART.replace('**98 %**{ data-result="curves.rows.x" }', "98 %")


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "docs", {**CLEAN, "results/curves.json": json.dumps(RECORD), "results/other.json": '{"question": "an older shape"}'})


@pytest.fixture
def drawn(folder, monkeypatch):
    """Convert a page with one chart fence, and read what comes out."""
    monkeypatch.setattr(content, "DOCS", folder)
    convert = lambda source: Markdown(extensions=["attr_list", "md_in_html", "tables", "scripts.authoring"]).convert(f"```chart\n{source}```\n")  # noqa: E731
    return lambda source=CHART: html.fragment_fromstring(convert(source), create_parent="div")


def test_a_chart_is_a_figure_with_an_address_and_says_its_message(drawn):
    found = drawn()
    assert found.xpath("//figure/@id") == ["fig-curves"]
    assert found.xpath("string(//svg[@role='img']/title)") == "More helps: test accuracy" and found.xpath("string(//svg[@role='img']/desc)") == "Both rise to 98 %."
    assert found.xpath("//svg[@role='img']/@aria-labelledby") == ["fig-curves-title"]
    assert found.xpath("string(//figcaption)") == "More helps. See there." and found.xpath("//figcaption/a/@href") == ["gans.md#gans"]


def test_the_table_holds_the_same_numbers_with_their_intervals(drawn):
    cells = [[cell.text_content() for cell in line] for line in drawn().iter("tr")]
    assert cells == [
        ["Labelled images", "network <small>", "nearest"],
        ["10", "62.2 % [60.2, 64.2]", "63.5 % [60.5, 66.5]"],
        ["1,297", "98.4 % [98.3, 98.5]", "98.2 %"],
    ]
    assert "Means of 1 or 5 runs with 95 % intervals. Run on 2026-11-25 with python 3.11.7: python3 scripts/build.py experiments curves" in drawn().text_content()


def test_text_is_text_and_colours_come_from_the_style_sheet(drawn):
    svg = drawn().xpath("//svg[@role='img']")[0]
    words = [text.text_content() for text in svg.iter("text")]
    assert {"10", "1,297", "Labelled images", "100 %"} <= set(words)
    paints = {paint for name in ("fill", "stroke") for paint in svg.xpath(f".//@{name}")} - {"none"}
    assert paints and all(re.fullmatch(r"var\(--(recognise|make|ink|quiet|rule)\)", paint) for paint in paints), paints


def test_series_differ_in_dash_and_shape_as_well(drawn):
    found = drawn()
    assert [" ".join(item.text_content().split()) for item in found.xpath("//ul[@class='chart-key']/li")] == ["network <small>", "nearest"]
    key, plot = found.xpath("//ul/li//path/@stroke-dasharray"), found.xpath("//svg[@role='img']//path/@stroke-dasharray")
    assert len(set(key)) == 2 and [dash.replace(" ", ",") for dash in key] == plot
    assert len(set(found.xpath("//ul/li//path[@fill]/@d"))) == 2


def test_points_stand_where_the_numbers_say(drawn):
    ends = re.findall(r"[ML](-?[\d.]+),(-?[\d.]+)", drawn().xpath("//svg[@role='img']//path[@stroke-dasharray]/@d")[0])
    (left, low), (right, high) = [(float(x), float(y)) for x, y in ends]
    assert (left, right) == (0, plots.WIDTH - 76) and low > high, "x from end to end, and more is higher up"
    # the scale runs from 60 % (230 down) to 100 % (0)
    assert low == pytest.approx(230 * (1 - .622) / .4, abs=.2) and high == pytest.approx(230 * (1 - .984) / .4, abs=.2)


def test_words_give_rows_of_points_and_two_measures_give_two_panels(drawn):
    found = drawn(CHART.replace("x: images", "x: method").replace("y: accuracy", "y: [accuracy, distance]").replace("series: method\nscale: log\n", "only: {images: 10}\n"))
    assert found.xpath("//svg/@aria-labelledby") == ["fig-curves-title", "fig-curves-distance-title"]
    assert [panel.text for panel in found.xpath("//p[@class='chart-measure']")] == ["Test accuracy, higher is better", "Distance, lower is better"]
    assert [[cell.text_content() for cell in line] for line in found.iter("tr")][1:] == [["network <small>", "62.2 % [60.2, 64.2]", "–"], ["nearest", "63.5 % [60.5, 66.5]", "12.2"]]


def test_the_words_of_the_drawing_are_not_rounded_with_its_places(folder):
    close = {**RECORD, "measures": {"accuracy": {"label": "ratio", "unit": ""}}, "rows": [row("cnn", 1, figure(.84, .01)), row("cnn", 2, figure(.86, .01))]}
    write(folder, {"results/curves.json": json.dumps(close)})
    svg = plots.panel(charts.read(UNMARKED, folder / "results"), "accuracy")
    assert {"0.84", "0.86"} <= set(re.findall(r">([\d.]+)</text>", svg)) and not re.search(r"<[^>]*\d\.\d\d[^>]*>", svg)


def test_the_same_fence_gives_the_same_bytes_and_they_are_few(folder):
    chart = charts.read(CHART, folder / "results")
    first = plots.panel(chart, "accuracy")
    plots.draw.cache_clear()
    assert plots.panel(chart, "accuracy") == first and len(first) < 9_000


def test_where_the_library_has_no_wheel_the_table_stands_open(drawn, monkeypatch):
    monkeypatch.setattr(plots, "draw", lambda specified: None)
    assert drawn().xpath("//details/@open") and not drawn().xpath("//svg") and len(list(drawn().iter("tr"))) == 3


def test_the_preview_says_what_is_wrong(drawn):
    assert "This chart cannot be drawn: 'acuracy' is not a measure of curves." in drawn(CHART.replace("y: accuracy", "y: acuracy")).text_content()


@pytest.mark.parametrize(
    "old, new, line, message",
    [
        ("results: curves", "results: curve", 12, "'curve' is not an experiment of results/. Did you mean curves?"),
        ("results: curves", "results: other", 12, "'other' is not an experiment of results/."),
        ("x: images", "x: image", 13, "'image' is not a condition of curves. Did you mean images? It has method, images"),
        ("y: accuracy", "y: acuracy", 14, "'acuracy' is not a measure of curves. Did you mean accuracy? It has accuracy, distance"),
        ("y: accuracy\n", "", 10, "it has no y"),
        ("scale: log", "scales: log", 16, "'scales' is not known. Did you mean scale?"),
        ("scale: log", "scale: lag", 16, "'lag' is none of linear, log"),
        ("id: fig-curves", "id: curves", 11, "the id 'curves' should be lower-case words with hyphens that begin with fig-"),
        ("series: method\n", "", 10, "several rows have images 10; choose one by `only: {method: …}`"),
        ("scale: log", "only: {method: near}", 16, "no row has method 'near'. Did you mean nearest? There are cnn, nearest"),
        ("scale: log", "hues: {cnn: teal}", 16, "'teal' is none of the hues recognise, make"),
        ("title: More helps", "title: [", 17, "it is not YAML: while parsing a flow sequence, expected ',' or ']'"),
        ("scale: log", "range: 5", 16, "range should be `key: value` pairs, each a list, each a number; it is 5"),
        ("scale: log", "range: {accuracy: [1, 0]}", 16, "the ends of accuracy's scale should be two rising numbers, as [0, 1]; they are [1, 0]"),
        ("scale: log", "only: method", 16, "only should be `key: value` pairs; it is 'method'"),
        ("scale: log", "only: {method: {a: b}}", 16, "no row has method {'a': 'b'}."),
        ("scale: log", "hues: {cnn: [ink]}", 16, "hues should be `key: value` pairs, each text"),
        ("x: images", "x: [images]", 13, "x should be text"),
        ("title: More helps", "title: 5", 17, "title should be text"),
    ],
)
def test_one_fault_one_sentence_at_its_line(folder, old, new, line, message):
    assert old in UNMARKED
    page = folder / "gans.md"
    page.write_text(page.read_text("utf-8").replace("Text", f"```chart\n{UNMARKED.replace(old, new, 1)}```\n\nText"), "utf-8")
    found = [str(finding) for finding in sources.check(folder)[0]]
    assert len(found) == 1 and found[0].startswith(f"docs/gans.md:{line}: chart: {message}"), found


def test_an_address_of_a_chart_stands_once(folder):
    page = folder / "gans.md"
    page.write_text(page.read_text("utf-8").replace("Text", f"```chart\n{UNMARKED}```\n\n```chart\n{UNMARKED}```\n\nText"), "utf-8")
    assert [finding.message for finding in sources.check(folder)[0]] == ["the id 'fig-curves' stands already at docs/gans.md:10; ids stand once in the whole site"]
