"""What all fences of YAML in a page share: finding them, reading them, and saying what is wrong at which line."""

import re

import yaml

from scripts.findings import nearest

KINDS = ("quiz", "chart", "guess", "sheets")
FENCE = re.compile(rf"^```({'|'.join(KINDS)})\n(.*?)^```\s*$", re.M | re.S)


class Fault(ValueError):
    """What is wrong with a fence, and at which of its keys ("" for the whole)."""

    def __init__(self, key: str, message: str):
        super().__init__(message)
        self.key = key

    def line(self, source: str) -> int:
        """The line of the key, counted from the fence's own line."""
        found = re.search(rf"^\s*{re.escape(self.key)}\s*:", source, re.M) if self.key else None
        return source.count("\n", 0, found.start()) + 1 if found else 0


def on(markdown: str, *kinds: str) -> list[tuple[int, str]]:
    """All fences of these kinds on a page: (line of the fence, its YAML)."""
    return [(markdown.count("\n", 0, m.start()) + 1, m[2]) for m in FENCE.finditer(markdown) if m[1] in kinds]


def load(source: str | dict, required: tuple, optional: tuple, prefix: str) -> dict:
    """The values of a fence, all known and none missing. Raises Fault at the first thing that is wrong."""
    try:
        values = yaml.safe_load(source) if isinstance(source, str) else source
    except yaml.YAMLError as fault:
        raise Fault("", f"it is not YAML: {' '.join(str(fault).split())}") from None
    if not isinstance(values, dict):
        raise Fault("", f"it should hold `key: value` lines with {', '.join(required)}")
    for name in values:
        if name not in (*required, *optional):
            raise Fault(name, f"{name!r} is not known.{nearest(str(name), (*required, *optional))}")
    for name in required:
        if values.get(name) in (None, "", [], {}):
            raise Fault("", f"it has no {name}")
    if not re.fullmatch(rf"{prefix}(-[a-z0-9]+)+", str(values["id"])):
        raise Fault("id", f"the id {values['id']!r} should be lower-case words with hyphens that begin with {prefix}-")
    return values
