"""Says what was found: for people as lines, for programs as JSON."""

import json
from collections import Counter
from dataclasses import dataclass, field

from scripts.material.judge import DEAD, FINE, Verdict


@dataclass
class Found:
    """A link with its verdict."""

    place: str
    address: str
    verdict: Verdict
    stuck: str  # why it cannot be corrected, or ""

    @property
    def fixable(self) -> bool:
        return bool(self.verdict.new) and not self.stuck


@dataclass
class Outcome:
    """Everything that is known of one file."""

    file: str
    found: list[Found] = field(default_factory=list)
    remarks: list[tuple[str, str, bool]] = field(default_factory=list)
    pictures: int = 0
    copy: str = ""  # the corrected copy
    corrected: int = 0

    @property
    def unread(self) -> bool:
        return any(grave for _, _, grave in self.remarks)

    @property
    def faults(self) -> list[Found]:
        return [found for found in self.found if found.verdict.kind != FINE]


def lines(outcome: Outcome, everything: bool = False) -> list[str]:
    """One file, as a person reads it."""
    kinds = Counter(found.verdict.kind for found in outcome.found)
    said = ", ".join(f"{number} {kind}" for kind, number in kinds.items()) or "no link to the site"
    if outcome.found:
        said = f"{len(outcome.found)} link{'s' * (len(outcome.found) != 1)} to the site: {said}"
    shown = [f"{outcome.file}: {said if outcome.found or not outcome.unread else 'not read to the end, no link found'}"]
    for place, sentence, _ in outcome.remarks:
        shown.append(f"  {place or 'the file'} {sentence}")
    for found in outcome.found:
        verdict = found.verdict
        if verdict.kind == FINE and not verdict.note and not everything:
            continue
        shown.append(f"  {found.place or 'the file'}: {verdict.kind}" + (f" ({verdict.note})" if verdict.note else ""))
        shown.append(f"      {found.address}")
        if verdict.new:
            shown.append(f"    → {verdict.new}" + (f"  [by hand: {found.stuck}]" if found.stuck else ""))
        for entry in verdict.candidates:
            shown.append(f"    {'perhaps' if verdict.kind == DEAD else 'near it'}: {entry.short}  “{entry.title[:70]}” ({entry.kind})")
    if outcome.pictures:
        shown.append(f"  {outcome.pictures} pictures were not looked at for QR codes: zxing-cpp and Pillow are not installed")
    if outcome.copy:
        shown.append(f"  corrected copy: {outcome.copy} ({outcome.corrected} changed)")
    return shown


def as_data(outcome: Outcome) -> dict:
    """One file, as a program reads it."""
    return {
        "file": outcome.file,
        "links": [
            {
                "place": found.place, "address": found.address, "verdict": found.verdict.kind, "note": found.verdict.note, "new": found.verdict.new or None,
                "candidates": [{"id": e.id, "title": e.title, "address": e.address, "short": e.short} for e in found.verdict.candidates], "fixable": found.fixable,
            }
            for found in outcome.found
        ],
        "remarks": [{"place": place, "text": sentence, "unread": grave} for place, sentence, grave in outcome.remarks],
        "unread": outcome.unread, "pictures_not_looked_at": outcome.pictures, "copy": outcome.copy or None, "corrected": outcome.corrected,
    }  # fmt: skip


def as_json(outcomes: list[Outcome], site: str) -> str:
    counts = Counter(found.verdict.kind for outcome in outcomes for found in outcome.found)
    return json.dumps({"version": 1, "site": site, "counts": dict(counts), "files": [as_data(outcome) for outcome in outcomes]}, ensure_ascii=False, indent=1)


def closing(outcomes: list[Outcome]) -> str:
    """The counts and the verdict."""
    found = sum(len(outcome.found) for outcome in outcomes)
    faults, unread = sum(len(outcome.faults) for outcome in outcomes), sum(outcome.unread for outcome in outcomes)
    mended = sum(outcome.corrected for outcome in outcomes)
    said = f"{len(outcomes)} file{'s' * (len(outcomes) != 1)}, {found} link{'s' * (found != 1)} to the site: {faults} to look at"
    return said + (f", {mended} of them corrected in copies" if mended else "") + (f"; {unread} not read, or not to the end" if unread else "") + "."


def status(outcomes: list[Outcome]) -> int:
    """0: all fine. 1: something to do. 2: something could not be read."""
    return 2 if any(outcome.unread for outcome in outcomes) or not outcomes else int(any(outcome.faults for outcome in outcomes))
