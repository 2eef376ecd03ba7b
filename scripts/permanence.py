"""Is every promise of the register of permanent links kept? Compares docs/permalinks.yml with the built site and with its own past.

A finding says which id is missing, moved without an heir, used for something else, not registered, called otherwise, or taken out, and what to write.
"""

from dataclasses import replace
from pathlib import Path

from scripts import catalogue, collect, registry
from scripts.catalogue import Entry
from scripts.findings import Finding, nearest
from scripts.places import Places
from scripts.registry import Line

ROOT = Path(__file__).resolve().parent.parent


def check(entries: list[Entry], lines: dict[str, Line], past: list[Line], place) -> list[Finding]:
    """In: what the built site holds, the register, lines of earlier registers, and `place(page, id)` → (file, line). Out: every broken promise, with its cure."""
    standing = {entry.id: entry for entry in entries}
    found = [Finding(registry.FILE, line.number, message, "permalink") for line in lines.values() for message in faults_of(line, lines, standing)]
    for entry in entries:
        if not entry.kind:
            found.append(Finding(*place(entry.page, entry.id), f"the id {entry.id} begins like one of another kind of thing; see CONTRIBUTING.md", "permalink"))
        elif entry.id not in lines:
            much = f"; and it is longer than {registry.LONGEST} characters, so choose a shorter one" if len(entry.id) > registry.LONGEST else ""
            found.append(Finding(*place(entry.page, entry.id), f"the id {entry.id} is not registered yet; `python3 scripts/build.py permalinks` adds it{much}", "permalink"))
    for old in past:
        if message := rewritten(old, lines.get(old.id), lines):
            found.append(Finding(registry.FILE, lines[old.id].number if old.id in lines else 0, message, "permalink"))
    return sorted(set(found))


def verify(site: Path, root: Path = ROOT, against: str = "") -> tuple[list[Finding], int]:
    """All broken promises in a built site, and the number of ids looked at. `against`: a published permalinks.json to compare with as well."""
    lines, found = registry.read((root / registry.FILE).read_text("utf-8") if (root / registry.FILE).exists() else "")
    places, entries = Places(collect.Site(site), root / "docs"), catalogue.entries(site)
    place = lambda page, identity: _place(places, root / "docs" / f"{page}.md", identity)  # noqa: E731
    past = [*registry.history(root), *(registry.published(against) if against else [])]
    return found or check(entries, lines, past, place), len(entries)


def _place(places: Places, page: Path, identity: str) -> tuple[str, int]:
    file, line = places.section(page, identity)
    return file.relative_to(page.parent.parent).as_posix(), line


def faults_of(line: Line, lines: dict[str, Line], standing: dict[str, Entry]):
    """Is what was promised for this id still true?"""
    entry, what = standing.get(line.id), f"{line.id} (published {line.since} as a {line.kind} on {line.page}.md)"
    for page in line.pages:
        if not any(other.kind == "page" and other.page == page for other in lines.values()):
            yield f"{line.id} was on {page}.md, which is no page of this register.{nearest(page, {other.page for other in lines.values()})}"
    if line.heir:
        try:
            registry.final(lines, line.id)
        except ValueError as fault:
            yield f"{line.id}: {fault}"
        if entry:
            yield f"{what} is retired, and its addresses lead to {line.heir}; yet it stands on {entry.page}.md again. Choose another id there"
    elif entry is None:
        fresh = [other.id for other in standing.values() if other.id not in lines]
        same = [name for name in fresh if registry.title(standing[name]) == line.title and standing[name].kind == line.kind]
        heir = (same + [nearest(line.id, fresh, "{}").strip()])[0] or "ID"
        yield f"{what} stands nowhere in the site. Put it back, or name its heir: write `{replace(line, heir=heir)}`"
    elif entry.kind != line.kind:
        yield f"{what} is a {entry.kind or 'thing of another kind'} on {entry.page}.md now. An id is never used for another thing: give that one an id of its own"
    elif entry.page != line.page:
        moved = replace(line, page=entry.page, was=tuple(dict.fromkeys((*line.was, line.page))))
        yield f"{what} stands on {entry.page}.md now. If it moved there, move this line below `{entry.page}:` and write `{moved}`"
    elif registry.title(entry) != line.title:
        taken = [other for other in lines.values() if other.page == line.page and other.title == registry.title(entry) and other.id != line.id]
        if lost := [other.id for other in taken if other.id not in standing or registry.title(standing[other.id]) != other.title]:
            yield f"{what} was {line.title!r}, and now stands where {lost[0]} stood, at {registry.title(entry)!r}. Give both their own places back"
        else:
            yield f"{line.id} is called {registry.title(entry)!r} now, and {line.title!r} here; `python3 scripts/build.py permalinks` writes it down"


def rewritten(old: Line, new: Line | None, lines: dict[str, Line]) -> str:
    """How a line of an earlier register was changed in a way that breaks its promise; "" if it was not."""
    if new is None:
        return f"{old.id} was published, and its line is gone. Put it back below `{old.page}:`: `{old}`"
    if new.kind != old.kind or new.since != old.since:
        return f"{old.id} was published as a {old.kind} on {old.since}; this line says otherwise. Write `{replace(new, kind=old.kind, since=old.since)}`"
    if lost := old.pages - new.pages:
        return f"{old.id} stood on {', '.join(sorted(lost))}.md, and addresses lead there. Write `{replace(new, was=tuple(dict.fromkeys((*new.was, *sorted(lost)))))}`"
    if old.heir and not new.heir and getattr(lines.get(old.heir), "heir", "") != old.id:
        return f"{old.id} was retired in favour of {old.heir}; an id is not used again. Write `{replace(new, heir=old.heir)}`"
    return ""
