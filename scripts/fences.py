"""What all fences of YAML in a page share, and the data files too: finding them, reading them, and saying what is wrong at which line."""

import re
from datetime import date
from types import UnionType
from typing import get_args, get_origin

import yaml

from scripts.findings import nearest

KINDS = ("quiz", "chart", "guess", "sheets")
FENCE = re.compile(r"^(?P<marks>[ \t]*(?:`{3,}|~{3,}))(?P<kind>[^\n`]*)\n(?P<source>.*?)^(?P=marks)[ \t]*$", re.M | re.S)  # any fence, so that what stands inside another is passed over
WORDS = {str: "text (in quotes, if YAML takes it for something else)", int: "a whole number", float: "a number", bool: "true or false", list: "a list", dict: "`key: value` pairs", date: "a day, as 2026-11-20"}


class Fault(ValueError):
    """What is wrong with a YAML text, and at which of its keys, or at which of its lines ("" and 0 for the whole)."""

    def __init__(self, key: str, message: str, at: int = 0):
        super().__init__(message)
        self.key, self.at = key, at

    def line(self, source: str) -> int:
        """The line of the fault, counted from 1; for a fence this is the distance from the fence's own line."""
        found = re.search(rf"^[ \t]*{re.escape(str(self.key))}[ \t]*:", source, re.M) if self.key else None
        return source.count("\n", 0, found.start()) + 1 if found else self.at


def on(markdown: str, *kinds: str) -> list[tuple[int, str]]:
    """All fences of these kinds on a page: (line of the fence, its text)."""
    return [(markdown.count("\n", 0, m.start()) + 1, m["source"]) for m in FENCE.finditer(markdown) if m["marks"] == "```" and m["kind"].rstrip() in kinds]


def fits(value, wanted) -> bool:
    """Is a value of this type? A type is written as Python writes it: str, list[str], str | list[str]. A whole number is a number, and neither is true or false."""
    if isinstance(wanted, UnionType):
        return any(fits(value, one) for one in get_args(wanted))
    if get_origin(wanted) is list:
        return isinstance(value, list) and all(fits(one, get_args(wanted)[0]) for one in value)
    if get_origin(wanted) is dict:
        return isinstance(value, dict) and all(fits(one, get_args(wanted)[1]) for one in value.values())
    return isinstance(value, (int, float) if wanted is float else wanted) and (wanted is bool or not isinstance(value, bool))


def called(wanted) -> str:
    """A type in words."""
    if isinstance(wanted, UnionType):
        return " or ".join(map(called, get_args(wanted)))
    return WORDS[get_origin(wanted) or wanted] + (f", each {called(get_args(wanted)[-1])}" if get_args(wanted) else "")


def parsed(source: str) -> dict:
    """The keys and values of a YAML text. Raises Fault."""
    try:
        values = yaml.safe_load(source)
    except (yaml.YAMLError, ValueError) as fault:  # ValueError: a day that the calendar does not have
        if not isinstance(fault, yaml.MarkedYAMLError):
            raise Fault("", f"it is not YAML: {' '.join(str(fault).split())}") from None
        begun = fault.context and "block" not in fault.context  # a bracket or a quotation mark that is never closed: say where it stands, and not where that was noticed
        raise Fault("", f"it is not YAML: {', '.join(filter(None, [fault.context, fault.problem]))}", (fault.context_mark if begun else fault.problem_mark).line + 1) from None
    if not isinstance(values, dict):
        raise Fault("", "it should hold `key: value` lines")
    return values


def typed(values, required: dict[str, type], optional: dict[str, type]) -> dict:
    """The same values, when all are known, none is missing and each is of its type. Raises Fault at the first thing that is wrong."""
    known = {**required, **optional}
    if not isinstance(values, dict):
        raise Fault("", f"it should hold `key: value` lines with {', '.join(required or known)}")
    for name in values:
        if name not in known:
            raise Fault(name, f"{name!r} is not known.{nearest(str(name), known)}")
    for name in required:
        if values.get(name) in (None, "", [], {}):
            raise Fault("", f"it has no {name}")
    for name, value in values.items():
        if value is not None and not fits(value, known[name]):
            raise Fault(name, f"{name} should be {called(known[name])}; it is {value!r:.60}")
    return values


def load(source: str | dict, required: dict[str, type], optional: dict[str, type], prefix: str) -> dict:
    """The values of a fence, or of a part of one. Raises Fault at the first thing that is wrong."""
    values = typed(parsed(source) if isinstance(source, str) else source, required, optional)
    if not re.fullmatch(rf"{prefix}(-[a-z0-9]+)+", values["id"]):
        raise Fault("id", f"the id {values['id']!r} should be lower-case words with hyphens that begin with {prefix}-")
    return values
