"""```chart fences become inline SVG, drawn while Markdown is converted, with a table of the same numbers beneath.

In:  a fence of YAML that names an experiment of docs/results and what to show of it (see CONTRIBUTING.md).
Out: Markdown of a <figure class="chart" id="fig-…">: key, drawing, caption, and the numbers with their intervals, date and command.

The drawing is made in scripts/plots.py.
"""

import html
from dataclasses import dataclass, field

from scripts import content, fences, numbers, plots
from scripts.fences import Fault
from scripts.findings import nearest

REQUIRED = {"id": str, "results": str, "x": str, "y": str | list[str], "title": str, "message": str}
OPTIONAL = {"series": str, "only": dict, "scale": str, "range": dict[str, list[float]], "hues": dict[str, str], "note": str}


@dataclass
class Chart:
    """A fence that has been read: what it says, and the rows of results that it shows."""

    id: str
    results: str
    x: str
    y: list[str]
    title: str
    message: str
    rows: list[dict]
    record: dict  # the whole results file
    series: str = ""
    scale: str = "linear"
    range: dict = field(default_factory=dict)
    hues: dict = field(default_factory=dict)
    note: str = ""

    def label(self, name: str) -> str:
        """How a condition or a measure is called in the page."""
        return {**self.record["conditions"], **self.record["measures"]}[name]["label"]

    def word(self, condition: str, value) -> str:
        """How a value of a condition is called in the page."""
        return str(self.record["conditions"][condition].get("values", {}).get(str(value), f"{value:,}" if isinstance(value, int) else value))

    def shown(self, condition: str) -> list:
        """The values of a condition, each once, in the order of the rows."""
        return list(dict.fromkeys(row[condition] for row in self.rows))

    @property
    def numeric(self) -> bool:
        return all(isinstance(row[self.x], (int, float)) for row in self.rows)


# ---- Reading -------------------------------------------------------------------------------------


def read(source: str | dict, folder=None) -> Chart:
    """The chart that a fence asks for. Raises Fault at the first thing that is wrong."""
    folder = folder or content.DOCS / "results"
    asked = fences.load(source, REQUIRED, OPTIONAL, "fig")
    known = sorted(path.stem for path in folder.glob("*.json") if "rows" in content.record(path))
    if asked["results"] not in known:
        raise Fault("results", f"{asked['results']!r} is not an experiment of {folder.name}/.{nearest(asked['results'], known)}")
    record = content.record(folder / f"{asked['results']}.json")
    conditions, measures = record["conditions"], record["measures"]
    measured = asked["y"] if isinstance(asked["y"], list) else [asked["y"]]
    only = asked.get("only") or {}
    for key, names, there, what in (("x", [asked["x"]], conditions, "condition"), ("series", [asked.get("series")], conditions, "condition"),
                                    ("only", only, conditions, "condition"), ("y", measured, measures, "measure"), ("range", asked.get("range") or {}, measures, "measure")):
        for name in filter(None, names):
            if name not in there:
                raise Fault(key, f"{name!r} is not a {what} of {asked['results']}.{nearest(str(name), there)} It has {', '.join(there)}")
    rows = record["rows"]
    for name, ends in (asked.get("range") or {}).items():
        if len(ends) != 2 or ends[0] >= ends[1]:
            raise Fault("range", f"the ends of {name}'s scale should be two rising numbers, as [0, 1]; they are {ends}")
    for name, wanted in only.items():
        wanted = wanted if isinstance(wanted, list) else [wanted]
        for value in wanted:
            if value not in (there := list(dict.fromkeys(row.get(name) for row in rows))):
                raise Fault("only", f"no row has {name} {value!r}.{nearest(str(value), map(str, there))} There are {', '.join(map(str, there))}")
        rows = sorted((row for row in rows if row.get(name) in wanted), key=lambda row: wanted.index(row[name]))  # in the order asked for
    axes = [name for name in (asked["x"], asked.get("series")) if name]
    rows = [row for row in rows if all(name in row for name in axes) and any(name in row for name in measured)]
    if not rows:
        raise Fault("only", f"no row of {asked['results']} has all of {', '.join([*axes, *measured])}")
    places = [tuple(row[name] for name in axes) for row in rows]
    if twice := next((place for place in places if places.count(place) > 1), None):
        varied = [name for name in conditions if name not in axes and len({str(row.get(name)) for row, place in zip(rows, places) if place == twice}) > 1]
        raise Fault("series", f"several rows have {' and '.join(f'{name} {value}' for name, value in zip(axes, twice))}; choose one by `only: {{{', '.join(varied)}: …}}`")
    for value, hue in (asked.get("hues") or {}).items():
        if hue not in plots.HUES:
            raise Fault("hues", f"{hue!r} is none of the hues {', '.join(plots.HUES)}.{nearest(str(hue), plots.HUES)}")
        if value not in {row[asked.get("series") or asked["x"]] for row in rows}:
            raise Fault("hues", f"no row shown has {value!r}")
    if asked.get("scale", "linear") not in ("linear", "log"):
        raise Fault("scale", f"{asked['scale']!r} is none of linear, log")
    options = {name: asked[name] for name in ("series", "scale", "range", "hues", "note") if asked.get(name)}
    return Chart(asked["id"], asked["results"], asked["x"], measured, asked["title"].strip(), " ".join(asked["message"].split()), rows, record, **options)


# ---- Numbers -------------------------------------------------------------------------------------


def number(value: float, unit: str = "") -> str:
    """A measured number as the page writes it: shares in per cent, differences of shares in points, others with three figures or more."""
    if unit in ("share", "points"):
        found, places = 100 * numbers.rounded(value, 3), 1
    else:
        places = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
        found = numbers.rounded(value, places)
    sign = "+" if unit == "points" and found > 0 else ""
    return f"{sign}{numbers.written(found, places)}{' %' if unit == 'share' else ''}"


def measured(figure: dict | float | None, unit: str) -> str:
    """"98.4 % [98.1, 98.7]", without an interval where chance plays no part."""
    if figure is None:
        return "–"
    if not isinstance(figure, dict):
        return number(figure, unit)
    if figure.get("low") is None or figure.get("n", 1) == 1:
        return number(figure["mean"], unit)
    low, high = (number(figure[name], unit).removesuffix(" %") for name in ("low", "high"))
    return f"{number(figure['mean'], unit)} [{low}, {high}]"


def table(chart: Chart) -> str:
    """All numbers of the chart as a Markdown table: a column for each series, or for each measure."""
    units = {name: chart.record["measures"][name].get("unit", "") for name in chart.y}
    groups = chart.shown(chart.series) if chart.series else [None]
    columns = [(measure, group) for measure in chart.y for group in groups if any(measure in row and (group is None or row[chart.series] == group) for row in chart.rows)]
    cell = lambda text: html.escape(text).replace("|", "&#124;")  # noqa: E731
    heads = [", ".join(filter(None, [chart.label(measure) if len(chart.y) > 1 or not chart.series else "", chart.word(chart.series, group) if chart.series else ""])) for measure, group in columns]
    places = {(row[chart.x], row.get(chart.series) if chart.series else None): row for row in chart.rows}
    lines = [f"| {cell(plots.sentence(chart.label(chart.x)))} | {' | '.join(map(cell, heads))} |", "|---|" + "---:|" * len(columns)]
    for value in sorted(chart.shown(chart.x)) if chart.numeric else chart.shown(chart.x):
        found = [measured(places.get((value, group), {}).get(measure), units[measure]) for measure, group in columns]
        lines.append(f"| {cell(chart.word(chart.x, value))} | {' | '.join(found)} |")
    return "\n".join(lines)


def provenance(chart: Chart) -> str:
    """How often, when, with what and by which command."""
    runs = sorted({row[name]["n"] for row in chart.rows for name in chart.y if isinstance(row.get(name), dict) and "n" in row[name]})
    often = f"Means of {' or '.join(map(str, runs))} runs with 95 % intervals. " if runs and runs[-1] > 1 else ""
    versions = ", ".join(f"{name} {version}" for name, version in chart.record.get("versions", {}).items())
    return f"{often}Run on {chart.record['date']} with {versions}: `{chart.record['command']}`. [All values](results/{chart.results}.json)."


# ---- The figure ----------------------------------------------------------------------------------


def measure_line(chart: Chart, measure: str) -> str:
    """What a panel's scale shows, and which way is better."""
    about = chart.record["measures"][measure]
    unit = "" if about.get("unit", "") in ("", "share", "ratio") else f" ({about['unit']})"
    return plots.sentence(about['label']) + unit + {"higher": ", higher is better", "lower": ", lower is better"}.get(about.get("better"), "")


def markdown(source: str | dict, store) -> str:
    """The figure as Markdown. `store` keeps ready HTML away from the parser and returns what stands for it (Python-Markdown's `htmlStash.store`)."""
    try:
        chart = read(source)
    except Fault as fault:  # scripts/sources.py names the line and fails the build; the preview goes on
        return f"**This chart cannot be drawn:** {fault}"
    drawings = [plots.panel(chart, measure) for measure in chart.y]
    parts = [f'<div><p class="chart-measure">{html.escape(measure_line(chart, measure))}</p>{drawing}</div>' for measure, drawing in zip(chart.y, drawings) if drawing]
    shown = f'<div class="chart-panels" data-search-exclude>{plots.key(chart)}{"".join(parts)}</div>' if parts else ""
    unfolded = "" if parts else " open"
    caption = f"**{chart.title.rstrip('.')}.** {' '.join(chart.note.split())}"
    return (
        f'<figure class="chart" id="{chart.id}" markdown="1">\n\n{store(shown)}\n\n<figcaption markdown="span">{caption}</figcaption>\n\n'
        f'<details markdown="1"{unfolded} data-search-exclude><summary>The numbers</summary>\n\n{table(chart)}\n\n{provenance(chart)}\n\n</details>\n\n</figure>'
    )
