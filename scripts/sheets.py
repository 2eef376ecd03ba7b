"""```sheets fences: pictures that change with a knob (a generation, a number of images). Complete without JavaScript: all of them, with captions.

In:  a fence of YAML (see CONTRIBUTING.md): the values of the knob, and for each row of pictures a file and a result for each value ("{}" stands for it).
Out: Markdown of <figure class="sheets" id="fig-…">. docs/assets/sheets.js shows one value at a time, chosen with a slider.
"""

import struct

from scripts import charts, content, fences
from scripts.fences import Fault
from scripts.findings import nearest

REQUIRED = {"id": str, "knob": str, "values": list[float | str], "sheets": list[dict[str, str]], "title": str, "note": str}
ROW = ("label", "image", "alt", "result", "says", "unit")
SCALE = 4  # pixels of the page for one of the picture: a sheet of ten digits fits a phone


def read(source: str, folder=None) -> dict:
    """The fence's values, with "pictures": for each value of the knob, a list of (label, file, alternative text, width, height, what was measured)."""
    folder = folder or content.DOCS / "results"
    asked = fences.load(source, REQUIRED, {}, "fig")
    if len(asked["values"]) < 2:
        raise Fault("values", "a knob has two values or more")
    for row in asked["sheets"]:
        for name in row:
            if name not in ROW:
                raise Fault(name, f"{name!r} is not known.{nearest(str(name), ROW)}")
        for name in ("label", "image", "alt"):
            if not row.get(name):
                raise Fault("sheets", f"a row of sheets has no {name}")
    pictures = {value: [picture(row, str(value), folder) for row in asked["sheets"]] for value in asked["values"]}
    return {**asked, "pictures": pictures}


def picture(row: dict, value: str, folder) -> tuple:
    """One picture of a row. Raises Fault when its file or its result is missing."""
    file = row["image"].replace("{}", value)
    try:
        head = (folder.parent / file).read_bytes()[:24]
    except OSError:
        raise Fault("image", f"there is no {file}.{nearest(file.rpartition('/')[2], [path.name for path in (folder.parent / file).parent.glob('*')])}") from None
    if not head.startswith(b"\x89PNG") or len(head) < 24:
        raise Fault("image", f"{file} is not a PNG")
    width, height = (round(SCALE * size) for size in struct.unpack(">II", head[16:24]))
    said = ""
    if row.get("result"):
        try:
            number = content.result(row["result"].replace("{}", value), folder)
        except KeyError as fault:
            raise Fault("result", fault.args[0]) from None
        if not fences.fits(number, float):
            raise Fault("result", f"{row['result'].replace('{}', value)} is {number!r:.60}, not a number")
        said = f"{row.get('says', '')} {charts.number(number, row.get('unit', ''))}".strip()
    return row["label"], file, row["alt"].replace("{}", value), width, height, said


def markdown(source: str, store) -> str:
    """The figure: a slider, one group of pictures for each of its values, and the caption. `store` as in charts.markdown."""
    try:
        asked = read(source)
    except Fault as fault:  # scripts/sources.py names the line and fails the build; the preview goes on
        return f"**These sheets cannot be shown:** {fault}"
    groups = []
    for value, pictures in asked["pictures"].items():
        shown = "\n\n".join(f"**{label}**{f' · {said}' if said else ''}\n\n![{alt}]({file}){{ .pixels width=\"{width}\" height=\"{height}\" loading=lazy }}" for label, file, alt, width, height, said in pictures)
        groups.append(f'<div class="sheet" markdown="1">\n\n{asked["knob"]} {value}\n{{ .sheet-value }}\n\n{shown}\n\n</div>')
    last = len(groups) - 1
    slider = f'<div class="sheets-knob"><label><span>{asked["knob"]}</span> <input type="range" min="0" max="{last}" step="1" value="0" autocomplete="off"></label> <output>{asked["values"][0]}</output></div>'
    return (
        f'<figure class="sheets" id="{asked["id"]}" markdown="1">\n\n{store(slider)}\n\n<div class="sheets-all" markdown="1">\n\n' + "\n\n".join(groups)
        + f'\n\n</div>\n\n<figcaption markdown="span">**{asked["title"].rstrip(".")}.** {" ".join(asked["note"].split())}</figcaption>\n\n</figure>'
    )
