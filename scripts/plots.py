"""The drawing of a chart (scripts/charts.py): from its rows to an SVG, by Vega-Lite.

Sizes are fixed here and nothing is laid out by the width of a text, so that all machines give the same bytes, whatever fonts they have.
Colours are names of the style sheet's variables, so that light, dark and print all work. Series differ in dash and shape as well.
"""

import html
import json
import re
import textwrap
from functools import lru_cache
from math import log

from scripts import numbers

HUES = ("recognise", "make", "ink", "quiet", "good", "warn", "bad")
DASHES = ([1, 0], [7, 4], [2, 3], [9, 3, 2, 3], [5, 2], [1, 2])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
MARKERS = {  # the same shapes for the key, within a box of 10 × 10
    "circle": "M9 5A4 4 0 1 1 1 5A4 4 0 1 1 9 5Z", "square": "M1.5 1.5H8.5V8.5H1.5Z", "triangle-up": "M5 1L9.5 9H.5Z", "diamond": "M5 .5L8.5 5L5 9.5L1.5 5Z",
    "cross": "M3.5 .5H6.5V3.5H9.5V6.5H6.5V9.5H3.5V6.5H.5V3.5H3.5Z", "triangle-down": "M5 9L9.5 1H.5Z",
}
WIDTH, SIZE = 440, 13.5  # units of the drawing; the page shows a unit as .8 to 1.2 pixels


def sentence(text: str) -> str:
    """The same with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def ends(row: dict, measure: str) -> dict:
    """Mean and interval of a row's measure; without an interval both ends are the mean."""
    figure = row[measure] if isinstance(row[measure], dict) else {"mean": row[measure]}
    mean = figure["mean"]
    return {"mean": mean, "low": mean if figure.get("low") is None else figure["low"], "high": mean if figure.get("high") is None else figure["high"]}


def styles(chart) -> dict:
    """For each series (or the one that there is): its hue, dash and shape."""
    names = chart.shown(chart.series) if chart.series else [""]
    return {name: (chart.hues.get(name, HUES[at % len(HUES)]), DASHES[at % len(DASHES)], SHAPES[at % len(SHAPES)]) for at, name in enumerate(names)}


def ticks(values: list, scale: str, width: float) -> list:
    """The values to write under an axis: as many of those measured as have room, the last among them."""
    at = [log(v) if scale == "log" else v for v in values]
    unit = width / ((at[-1] - at[0]) or 1)
    kept = [len(values) - 1]
    for index in reversed(range(len(values) - 1)):
        room = (at[kept[-1]] - at[index]) * unit
        if room > (len(f"{values[index]:,}") + len(f"{values[kept[-1]]:,}")) * SIZE * .3 + 10:
            kept.append(index)
    return [values[index] for index in reversed(kept)]


def specification(chart, measure: str) -> dict:
    """The Vega-Lite specification of one panel: lines over a numeric condition, else a row of points for each value."""
    data = [{"x": row[chart.x] if chart.numeric else chart.word(chart.x, row[chart.x]), "series": str(row.get(chart.series, "")), **ends(row, measure)} for row in chart.rows if measure in row]
    left, bottom, height, shared, layers = (lines if chart.numeric else points)(chart, data, value_axis(chart, measure), looks(chart))
    ink = {"labelColor": "var(--ink)", "titleColor": "var(--ink)", "domainColor": "var(--quiet)", "tickColor": "var(--quiet)", "gridColor": "var(--rule)", "labelFontSize": SIZE, "titleFontSize": SIZE,
           "titleFontWeight": "normal", "labelOverlap": False, "labelFlush": False, "labelLimit": 0, "titleLimit": 0, "tickSize": 4}
    return {
        "background": None, "width": WIDTH - left - 22, "height": height, "autosize": {"type": "none"}, "padding": {"left": left, "right": 22, "top": 10, "bottom": bottom},
        "data": {"values": data}, "encoding": shared, "layer": layers, "config": {"view": {"stroke": None}, "axis": ink, "font": "sans-serif"},
    }


def value_axis(chart, measure: str) -> dict:
    """The channel of what is measured."""
    unit = chart.record["measures"][measure].get("unit", "")
    domain = {"domain": chart.range[measure], "clamp": True, "nice": False} if measure in chart.range else {"zero": False, "nice": True}
    hundredths = {"share": "format(datum.value * 100, '.3~r') + ' %'", "points": "format(datum.value * 100, '+.3~r')"}
    axis = {"labelExpr": hundredths[unit], "tickCount": 5} if unit in hundredths else {"format": ",~r", "tickCount": 5}
    return {"type": "quantitative", "title": None, "scale": domain, "axis": axis}


def looks(chart) -> dict:
    """The channels that tell the series apart: colour, and shape and dashes for those who do not see it."""
    look = styles(chart)
    of = lambda values: {"field": "series", "type": "nominal", "legend": None, "scale": {"domain": [str(name) for name in look], "range": values}}  # noqa: E731
    hues, dashes, shapes = zip(*look.values(), strict=True)
    return {"color": of([f"var(--{hue})" for hue in hues]), "strokeDash": of(list(dashes)), "shape": of(list(shapes))}


def lines(chart, data, value, look):
    """Margins, height, shared channels and layers: a line for each series over a number, in the band of its interval."""
    left, places = 54, sorted(chart.shown(chart.x))
    x = {"field": "x", "type": "quantitative", "scale": {"type": chart.scale, "domain": [places[0], places[-1]], "nice": False},
         "axis": {"values": ticks(places, chart.scale, WIDTH - left - 22), "grid": False, "title": sentence(chart.label(chart.x)), "titlePadding": 9, "format": ",~r"}}
    mean = {"field": "mean", **value}
    return left, 46, 230, {"x": x}, [
        {"mark": {"type": "area", "opacity": .15}, "encoding": {"y": {"field": "low", **value}, "y2": {"field": "high"}, "color": look["color"]}},
        {"mark": {"type": "line", "strokeWidth": 2}, "encoding": {"y": mean, "color": look["color"], "strokeDash": look["strokeDash"]}},
        {"mark": {"type": "point", "filled": True, "opacity": 1, "size": 46}, "encoding": {"y": mean, "color": look["color"], "shape": look["shape"]}},
    ]


def points(chart, data, value, look):
    """The same for words: a row for each, with a point and the line of its interval for each series."""
    names = look["color"]["scale"]["domain"]
    words = {point["x"]: "\n".join(textwrap.wrap(point["x"], 19)) for point in data}
    for point in data:
        point["x"] = words[point["x"]]
    y = {"field": "x", "type": "nominal", "sort": None, "title": None, "axis": {"labelExpr": "split(datum.label, '\\n')", "grid": False, "domain": False, "ticks": False, "labelPadding": 8,
         "labelBaseline": {"condition": {"test": "length(split(datum.label, '\\n')) == 2", "value": "bottom"}, "value": "middle"}}}
    offset = {"yOffset": {"field": "series", "sort": names, "scale": {"paddingOuter": .7}}} if len(names) > 1 else {}
    height = sum(14 + max(17 * (text.count("\n") + 1), 15 * len(names)) for text in words.values())
    return 148, 26, height, {"y": y, **offset}, [
        {"mark": {"type": "rule", "strokeWidth": 2.4}, "encoding": {"x": {"field": "low", **value}, "x2": {"field": "high"}, "color": look["color"]}},
        {"mark": {"type": "point", "filled": True, "opacity": 1, "size": 64}, "encoding": {"x": {"field": "mean", **value}, "color": look["color"], "shape": look["shape"]}},
    ]


def tenths(svg: str, where: str) -> str:
    """A drawing whose numbers, in the places that the pattern `where` finds, have one decimal: a tenth of a unit is finer than a pixel."""
    return re.sub(where, lambda place: re.sub(r"-?\d+\.\d+", lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), place[0]), svg)


@lru_cache(maxsize=128)
def draw(specified: str) -> str | None:
    """An SVG from a specification (JSON); None on a platform for which the library has no wheel."""
    try:
        import vl_convert
    except ImportError:
        return None
    svg = vl_convert.vegalite_to_svg(specified, vl_version="6.4")
    svg = re.sub(r' (?:role|aria-[\w-]+|class|pointer-events|font-family|xmlns:xlink|opacity)="(?:[^"]*)"(?<!opacity="0\.15")', "", svg)
    svg = re.sub(r'<path d="[^"]*"(?: display="none")?></path>|<path d="M0,0[^"]*"/>|<path d=""[^>]*/>|<g/>|<g></g>', "", svg)
    return tenths(svg, r"<[^>]+>")  # the words between the tags stay


def panel(chart, measure: str) -> str | None:
    """One drawing with its title and description for those who cannot see it."""
    if (svg := draw(json.dumps(specification(chart, measure)))) is None:
        return None
    name = chart.id if measure == chart.y[0] else f"{chart.id}-{measure.replace('_', '-')}"
    told = f'<title id="{name}-title">{html.escape(chart.title)}: {html.escape(chart.label(measure))}</title><desc id="{name}-desc">{html.escape(numbers.plain(chart.message))}</desc>'
    return re.sub(r"<svg[^>]*?(viewBox=\"[^\"]*\")[^>]*>", rf'<svg xmlns="http://www.w3.org/2000/svg" \1 role="img" aria-labelledby="{name}-title" aria-describedby="{name}-desc">{told}', svg, count=1)


def key(chart) -> str:
    """What the lines and points stand for."""
    if not chart.series:
        return ""
    items = [] if any(isinstance(name, str) for name in styles(chart)) else [f"<li>{html.escape(sentence(chart.label(chart.series)))}:</li>"]
    for name, (hue, dash, shape) in styles(chart).items():
        line = f'<path d="M0 6H30" stroke-width="2" stroke-dasharray="{" ".join(map(str, dash))}" stroke="var(--{hue})"/>' if chart.numeric else ""
        items.append(f'<li><svg viewBox="0 0 30 12" width="30" height="12" aria-hidden="true">{line}<path transform="translate(10 1)" d="{MARKERS[shape]}" fill="var(--{hue})"/></svg>{html.escape(chart.word(chart.series, name))}</li>')
    return f'<ul class="chart-key">{"".join(items)}</ul>'
