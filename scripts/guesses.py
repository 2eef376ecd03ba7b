"""```guess fences: the reader guesses a number before the measurement is shown. Complete without JavaScript: the question, and the result folded away.

In:  a fence of YAML (see CONTRIBUTING.md): a question, a range or options, the result that it is compared with, and what explains it.
Out: Markdown of <div class="guess" id="guess-…">. docs/assets/guess.js says how far off the guess was; nothing is stored.
"""

import html

from scripts import charts, content, fences
from scripts.fences import Fault

REQUIRED, OPTIONAL = {"id": str, "question": str, "result": str, "answer": str}, {"range": dict, "options": list[dict], "chart": dict}


def read(source: str, folder=None) -> dict:
    """The fence's values, with "value" (the measured number, in the unit of the question), "shown" and "right" (the number of the right option)."""
    folder = folder or content.DOCS / "results"
    asked = fences.load(source, REQUIRED, OPTIONAL, "guess")
    if ("range" in asked) == ("options" in asked):
        raise Fault("", "it needs either a range or options")
    try:
        value = content.result(asked["result"], folder)
    except KeyError as fault:
        raise Fault("result", fault.args[0]) from None
    if not fences.fits(value, float):
        raise Fault("result", f"{asked['result']} is {value!r:.60}, not a number")
    unit = (asked.get("range") or {}).get("unit", "")
    percent = unit == "%" or any("%" in str(option) for option in asked.get("options", []))
    scaled = 100 * value if percent else value
    if "chart" in asked:
        charts.read(asked["chart"], folder)
    right = place(asked, scaled)
    return {**asked, "value": round(scaled, 3), "unit": unit, "shown": charts.number(value, "share" if percent else ""), "right": right}


def place(asked: dict, value: float) -> int:
    """The number of the option that the measured value falls into; each but the last says `below` which value it holds."""
    if "range" in asked:
        ends = asked["range"]
        if not ends or not {"from", "to", "step"} <= set(ends):
            raise Fault("range", "a range says from, to and step (and unit)")
        if not all(fences.fits(ends[name], float) for name in ("from", "to", "step")) or ends["step"] <= 0:
            raise Fault("range", "from, to and step of a range should be numbers, and step above nought")
        if not ends["from"] <= value <= ends["to"]:
            raise Fault("range", f"{asked['result']} is {value:g}, outside {ends['from']} … {ends['to']}")
        return 0
    options = asked["options"] or []
    if len(options) < 2 or not all(option.get("text") for option in options):
        raise Fault("options", "it needs two options or more, each with a text")
    limits = [option.get("below") for option in options]
    if limits[-1] is not None or not fences.fits(limits[:-1], list[float]) or sorted(limits[:-1]) != limits[:-1]:
        raise Fault("options", "each option but the last says `below` which number it holds, in rising order")
    return sum(value >= limit for limit in limits[:-1])


def markdown(source: str, store) -> str:
    """The question, the means to guess, and the folded result. `store` as in charts.markdown."""
    try:
        guess = read(source)
    except Fault as fault:  # scripts/sources.py names the line and fails the build; the preview goes on
        return f"**This question cannot be read:** {fault}"
    name, unit = guess["id"], f" {guess['unit']}" if guess["unit"] else ""
    if "range" in guess:
        ends = guess["range"]
        middle = ends["from"] + (ends["to"] - ends["from"]) / ends["step"] // 2 * ends["step"]
        means = (
            f'<label><span>Your guess</span> <input type="range" min="{ends["from"]}" max="{ends["to"]}" step="{ends["step"]}" value="{middle:g}"></label> '
            f"<output>{middle:g}{unit}</output>"
        )
    else:
        means = "<legend>Your guess</legend>" + "".join(
            f'<label><input type="radio" name="{name}-option" value="{at}"> {html.escape(str(option["text"]))}</label>' for at, option in enumerate(guess["options"])
        )
    form = (
        f'<form autocomplete="off" data-value="{guess["value"]:g}" data-unit="{guess["unit"]}" data-right="{guess["right"]}"><fieldset>{means}</fieldset>'
        f'<button type="button" class="md-button">Compare with the result</button></form><p class="guess-verdict" role="status"></p>'
    )
    chart = charts.markdown(guess["chart"], store) if "chart" in guess else ""
    return (
        f'<div class="guess" id="{name}" markdown="1">\n\n{guess["question"].strip()}\n{{ .guess-question }}\n\n{store(form)}\n\n'
        f'<details markdown="1"><summary><span class="guess-skip">Skip: </span>show the result</summary>\n\n'
        f"**Measured: {guess['shown']}.** {guess['answer'].strip()}\n\n{chart}\n\n</details>\n\n</div>"
    )
