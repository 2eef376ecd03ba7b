"""The register of permanent links, docs/permalinks.yml: every id ever published, never to be lost, reused or led elsewhere.

Its lines stand under the page that holds the id, and read `id: KIND SINCE [was PAGE…] [heir ID] · TITLE`. `was`: it stood on that page before;
`heir`: it is retired, and its addresses lead to another id. scripts/permanence.py checks what they promise.
"""

import argparse
import json
import re
import subprocess
import sys
import urllib.request
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import yaml

from scripts import catalogue
from scripts.catalogue import KINDS, Entry
from scripts.findings import Finding, nearest, report

ROOT = Path(__file__).resolve().parent.parent
FILE = "docs/permalinks.yml"
WORDING = re.compile(r"(?P<kind>[a-z]+) (?P<since>\d{4}-\d\d-\d\d)(?: was (?P<was>[a-z][a-z0-9 -]*?))?(?: heir (?P<heir>[a-z][a-z0-9-]*))? · (?P<title>.+)")
HEAD = """\
# Every address that was ever published, so that none is lost. `python3 scripts/build.py permalinks` adds new ones; nothing else does.
#   id: KIND SINCE [was PAGE…] [heir ID] · title
# Below the page on which it stands (stood last). Renamed or removed: keep the line and write `heir ID` before the dot. Moved to another
# page: move the line below that page, and write `was OLD-PAGE`. Lines are never taken out; every build compares with all earlier versions.
"""
LONGEST = 32  # characters of a new id: with a short address of 78 its QR code is coarse enough for a projector


@dataclass(frozen=True)
class Line:
    """One id that was published: what it is, the page on which it stands or stood last, and where its addresses lead."""

    id: str
    kind: str
    page: str
    since: str
    title: str
    was: tuple[str, ...] = ()
    heir: str = ""
    number: int = 0

    def __str__(self) -> str:
        told = f"{self.kind} {self.since}" + (f" was {' '.join(self.was)}" if self.was else "") + (f" heir {self.heir}" if self.heir else "") + f" · {self.title}"
        quoted = "'" + told.replace("'", "''") + "'"
        return f"{self.id}: {quoted if re.search(r': | #|:$', told) else told}"

    @property
    def pages(self) -> set[str]:
        """All pages on which it ever stood."""
        return {self.page, *self.was}


def read(text: str) -> tuple[dict[str, Line], list[Finding]]:
    """The lines of a register by id, and what is wrong with its form."""
    lines, found, page = {}, [], ""
    for number, line in enumerate(text.splitlines(), 1):
        fault = lambda message: found.append(Finding(FILE, number, message, "register"))  # noqa: E731, B023
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if group := re.fullmatch(r"([a-z][a-z0-9-]*):\s*", line):
            page = group[1]
            continue
        entry = re.fullmatch(r"  ([a-z][a-z0-9-]*): (.*)", line)
        try:
            identity, wording = entry and entry[1], entry and WORDING.fullmatch(str(yaml.safe_load(entry[2])))
        except yaml.YAMLError:
            wording = None
        if not page or not wording:
            fault(f"{line.strip()!r} is not of the form `  id: kind 2026-11-25 · title`, below the name of its page")
        elif wording["kind"] not in KINDS:
            fault(f"{identity} has the kind {wording['kind']!r}, which there is not.{nearest(wording['kind'], KINDS)}")
        elif identity in lines:
            fault(f"{identity} stands already on line {lines[identity].number}; an id has one line")
        else:
            lines[identity] = Line(identity, wording["kind"], page, wording["since"], wording["title"], tuple((wording["was"] or "").split()), wording["heir"] or "", number)
    return lines, found


def final(lines: dict[str, Line], identity: str) -> str:
    """The living id to which an id leads, by way of its heirs. Raises ValueError with a sentence for a circle or an heir that is not registered."""
    way = [identity]
    while heir := lines[way[-1]].heir:
        if heir not in lines:
            raise ValueError(f"its heir {heir} is not registered.{nearest(heir, (name for name, line in lines.items() if not line.heir))}")
        if heir in way:
            raise ValueError(f"its heirs go round in a circle: {' → '.join([*way, heir])}; name as heir an id that stands in the site")
        way.append(heir)
    return way[-1]


def title(entry: Entry) -> str:
    """What a line calls it: so that people know what it is, and the check notices when two change places."""
    return entry.title if len(entry.title) <= 90 else entry.title[:90].rpartition(" ")[0] + " …"


def former(lines: dict[str, Line]) -> list[tuple[str, str, str]]:
    """(page, id, living id) for each place to which addresses lead that are no longer where their thing stands."""
    return [(page, identity, final(lines, identity)) for identity, line in lines.items() for page in sorted(line.pages) if line.heir or page != line.page]


# ---- Its past ------------------------------------------------------------------------------------


def history(root: Path, file: str = FILE) -> list[Line]:
    """The lines of every register that a commit holds, on this branch or on origin/main. Nothing where there is no git."""
    git = lambda *words, **more: subprocess.run(["git", *words], cwd=root, capture_output=True, **more).stdout  # noqa: E731
    tips = ["HEAD", *git("rev-parse", "--verify", "--quiet", "origin/main").decode().split()]
    commits = git("log", "--format=%H", *tips, "--", file).decode().split()
    texts = git("cat-file", "--batch=%(objecttype)", input="".join(f"{commit}:./{file}\n" for commit in commits).encode()).decode()
    return list({line for text in texts.split("blob\n")[1:] for line in map(unnumbered, read(text)[0].values())})


def published(address: str) -> list[Line]:
    """The lines that a published permalinks.json stands for; `address` is a file or an https address."""
    try:
        with urllib.request.urlopen(address if "://" in address else Path(address).resolve().as_uri(), timeout=30) as answer:
            return listed(json.load(answer))
    except OSError as fault:
        raise SystemExit(f"{address}: this cannot be read: {getattr(fault, 'reason', fault)}") from None
    except (ValueError, KeyError, TypeError):  # not JSON, or JSON of something else
        raise SystemExit(f"{address}: this is not a permalinks.json that was published; every built site holds one at its top") from None


def listed(told: dict) -> list[Line]:
    """The lines that the content of a permalinks.json stands for."""
    place = re.compile(re.escape(told["site"]) + r"(?:([\w-]+)/)?(?:\?[^#]*)?(?:#([\w-]+))?")
    pages, living = defaultdict(list), {entry["id"]: entry for entry in told["entries"]}
    for entry in told["entries"]:
        for address in entry["former"]:
            page, identity = (found := place.fullmatch(address))[1] or "index", found[2]
            pages[identity or page].append(page)
    lines = [Line(name, entry["kind"], entry["page"], entry["since"], entry["title"], tuple(pages[name])) for name, entry in living.items()]
    return lines + [Line(old["id"], old["kind"], old["page"], old["since"], old["id"], tuple(pages[old["id"]]), old["heir"]) for old in told["retired"]]


def unnumbered(line: Line) -> Line:
    return replace(line, number=0)


# ---- Writing it ----------------------------------------------------------------------------------


def extended(lines: dict[str, Line], entries: list[Entry], day: str) -> dict[str, Line]:
    """The register with new ids, each after the one that stands before it on its page, and with the titles of today."""
    order = {page: [line.id for line in lines.values() if line.page == page] for page in dict.fromkeys(line.page for line in lines.values())}
    after, before = dict(lines), {}
    for entry in entries:
        listed = order.setdefault(entry.page, [])
        if entry.id not in lines:
            listed.insert(listed.index(before[entry.page]) + 1 if entry.page in before else 0, entry.id)
            after[entry.id] = Line(entry.id, entry.kind, entry.page, day, title(entry))
        elif (known := lines[entry.id]).kind == entry.kind and known.page == entry.page and not known.heir:
            after[entry.id] = replace(known, title=title(entry))
        if entry.id in listed:
            before[entry.page] = entry.id
    return {identity: after[identity] for listed in order.values() for identity in listed}


def written(lines: dict[str, Line], head: str) -> str:
    """The text of a register."""
    groups = defaultdict(list)
    for line in lines.values():
        groups[line.page].append(f"  {line}\n")
    return head + "".join(f"\n{page}:\n" + "".join(group) for page, group in groups.items())


def agreed() -> bool:
    """Does the person at the keyboard want it? Nobody there to answer is said, and is no consent."""
    try:
        return input("An address that is published once is kept for good. Register these? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        sys.exit("\nNobody is here to answer, so nothing is written. `python3 scripts/build.py permalinks --yes` registers them without asking.")


def main() -> int:
    from scripts import permanence, pipeline

    asked = argparse.ArgumentParser(description="Build, show which ids are new, and register them.")
    asked.add_argument("--yes", action="store_true", help="do not ask")
    asked = asked.parse_args()
    if status := pipeline.mkdocs(pipeline.NEXT):
        return status
    path, entries = ROOT / FILE, catalogue.entries(pipeline.NEXT)
    text = path.read_text("utf-8") if path.exists() else ""
    lines, faults = read(text)
    if faults:
        print("\n".join(map(str, faults)))
        return 1
    after = extended(lines, entries, datetime.now(UTC).date().isoformat())
    new, reworded = [line for line in after.values() if line.id not in lines], [line for line in after.values() if line.id in lines and line.title != lines[line.id].title]
    print("\n".join([f"+ {line.page}: {line}" for line in new] + [f"~ {line.page}: {line}" for line in reworded]))
    print(f"{len(lines)} ids are registered; {len(new)} are new, {len(reworded)} have a new title.")
    if (new or reworded) and (asked.yes or agreed()):
        path.write_text(written(after, HEAD), "utf-8")
        print(f"{FILE} is written.")
    found, looked_at = permanence.verify(pipeline.NEXT)
    return report(found, "Permanent links (ids)", looked_at)


if __name__ == "__main__":
    sys.exit(main())
