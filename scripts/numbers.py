"""Measured numbers in prose: `**98.5 %**{ data-result="classifier.test_accuracy.mean" }` shows a value of docs/results/classifier.json.

The shown text sets the form: "%" and "points" multiply by 100, the digits after the point set the rounding, a comma groups thousands.
`python3 scripts/build.py numbers` rewrites every marked number; the check on the sources fails on one that is stale.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from scripts import content, fences, intervals

MARK = re.compile(r"""\*\*([^*\n]+)\*\*\{:?[^}\n]*?data-result=["']([\w.\-]+)["'][^}\n]*\}""")

PARTS = re.compile(r"%|points?\b")  # words after a number that is kept as 0…1 and shown times 100


@dataclass
class Mark:
    """A marked number in a text: where its digits stand, what they say, and which result they show."""

    start: int
    end: int
    shown: str
    source: str


def marks(text: str) -> list[Mark]:
    return [Mark(m.start(1), m.end(1), m[1], m[2]) for m in MARK.finditer(text)]


def plain(text: str) -> str:
    """A text without its marks: only the numbers stay."""
    return MARK.sub(r"\1", text)


def rounded(value: float, places: int) -> Decimal:
    """The one way to round on this site: of two equally near numbers the even one, by what is written (5.45 → 5.4), not by its binary neighbour."""
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


def written(found: Decimal, places: int, grouped: bool = True) -> str:
    """The one way to write a rounded number: a true minus sign, and none before nought."""
    return f"{found or 0:{',' if grouped else ''}.{places}f}".replace("-", "−")


def wording(shown: str, value) -> str:
    """The text that `shown` should be for this value, in the same form. Raises ValueError when there is no number in either.

    "98.4 % [98.1, 98.7]" shows a figure, {"mean", "low", "high"} or {"mean", "values"}, with its 95 % interval.
    """
    if "[" in shown:
        return with_interval(shown, value)
    if not fences.fits(value, float):
        raise ValueError(f"is {value!r:.60}, not a number")
    digits = re.search(r"[−-]?\d[\d,]*(?:\.(\d+))?|[−-]?\.(\d+)|…", shown)
    if not digits:
        raise ValueError(f"the marked text {shown!r} holds no number")
    places = len(digits[1] or digits[2] or "")
    found = rounded(value, places + 2) * 100 if PARTS.search(shown) else rounded(value, places)
    return shown[: digits.start()] + written(found, places, grouped="," in digits[0] or abs(found) >= 10_000) + shown[digits.end():]


def with_interval(shown: str, figure) -> str:
    if not isinstance(figure, dict) or not {"mean", "values"} <= set(figure):
        raise ValueError(f"is {figure!r:.60}, not a figure with an interval")
    ends = figure if "low" in figure else intervals.figure(figure["values"])
    mean = wording(shown.partition("[")[0].rstrip(), figure["mean"])
    form = mean.partition(" ")[0]
    low, high = (wording(form + "%" * bool(PARTS.search(mean)), ends[name]).removesuffix("%") for name in ("low", "high"))
    return f"{mean} [{low}, {high}]"


def rewrite(text: str) -> tuple[str, int]:
    """The text with every marked number brought up to date, and how many changed. Marks without a result stay."""
    changed = 0
    for mark in reversed(marks(text)):
        try:
            right = wording(mark.shown, content.result(mark.source))
        except (KeyError, ValueError):
            continue
        if right != mark.shown:
            text, changed = text[: mark.start] + right + text[mark.end:], changed + 1
    return text, changed


def main() -> None:
    for path in [*sorted(content.DOCS.glob("*.md")), content.DOCS / "claims.yml"]:
        text, changed = rewrite(path.read_text("utf-8"))
        if changed:
            path.write_text(text, "utf-8")
            print(f"docs/{path.name}: {changed} numbers")


if __name__ == "__main__":
    main()
