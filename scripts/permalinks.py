"""Stage: permanent links. Writes `permalinks.json`, which says everything that has an address, `go/<id>/`, a short address for each, and
keeps every former address alive: a second anchor beside the first, or a few lines that forward from the page on which the thing once stood.

All of it is static and works wherever the site lies: it forwards by relative addresses and keeps the visitor's query.
"""

import html
import json
import re
from collections import defaultdict
from pathlib import Path

from scripts import catalogue, content, dates, links, registry
from scripts.catalogue import Entry

ROOT = Path(__file__).resolve().parent.parent
MOST = 1024  # bytes of a page of go/
GO = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><link rel="canonical" href="{canonical}">
<meta property="og:title" content="{title}"><meta name="description" property="og:description" content="{summary}">
<script>location.replace({script})</script><noscript><meta http-equiv="refresh" content="0;url={target}"></noscript>
<p>This leads to <a href="{target}">{title}</a>.</p></html>
"""
# Forwards by the fragment, which no server sees: to the heir of that id, else to the heir of the page ("").
FORWARD = """<script>{{const heirs={heirs},go=()=>{{const id=decodeURIComponent(location.hash.slice(1)),to=heirs[id]??heirs[""]
if(to==null)return;const[,path,query,place]=/^([^?#]*)(\\?[^#]*)?(#.*)?$/.exec(to)
location.replace(path+(query?query+location.search.replace("?","&"):location.search)+(place??(id in heirs?"":location.hash)))}}
go();addEventListener("hashchange",go)}}</script>"""
MOVED = '<noscript><ul class="moved">{notes}</ul></noscript>'
STUB = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><link rel="canonical" href="{canonical}">
{script}</head><body><p>This page is now <a href="{target}">{title}</a>.</p>
{moved}</body></html>
"""


def run(site: Path, register: Path = ROOT / registry.FILE) -> str:
    """In: the built site. Out: the same with permalinks.json, a folder go/, anchors for former ids, and forwarding from former pages."""
    address, entries = links.site_address(ROOT / "mkdocs.yml"), {entry.id: entry for entry in catalogue.entries(site)}
    lines, _ = registry.read(register.read_text("utf-8"))
    places = [(page, identity, entries[living]) for page, identity, living in registry.former(lines)]
    (site / "permalinks.json").write_text(json.dumps(listed(entries, lines, places, address), ensure_ascii=False, indent=0, separators=(",", ":")) + "\n", "utf-8")
    for identity in {*entries, *lines}:
        target = site / "go" / identity / "index.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(forwarding(entries[registry.final(lines, identity)], address), "utf-8")
    keep(site, places, address)
    return f"{len(entries)} permanent links, each with a short address; {len(places)} former addresses lead on"


def listed(entries: dict[str, Entry], lines: dict[str, registry.Line], places: list, site: str) -> dict:
    """What permalinks.json says, as docs/permalinks.schema.json describes it."""
    former, aliases = defaultdict(list), content.aliases(ROOT / "docs")  # the theme leaves these out of the page
    for page, identity, entry in places:
        former[entry.id].append(site + Entry(identity, lines[identity].kind, page, "", "", "").address)
    return {
        "$schema": "permalinks.schema.json", "version": 1, "site": site, "updated": dates.today(),
        "entries": [
            {"id": entry.id, "kind": entry.kind, "title": entry.title, "page": entry.page, "address": site + entry.address, "short": f"{site}go/{entry.id}/",
             "summary": entry.summary, "since": lines[entry.id].since, "former": former[entry.id], "keywords": list(dict.fromkeys([*entry.keywords, *aliases.get(entry.id, [[]])[0]]))}
            for entry in entries.values()],
        "retired": [{"id": line.id, "heir": registry.final(lines, line.id), "kind": line.kind, "page": line.page, "since": line.since} for line in lines.values() if line.heir],
    }


def forwarding(entry: Entry, site: str) -> str:
    """The page go/<id>/ of an entry, at most MOST bytes long. A preset's own query stands before the visitor's."""
    path, mark, fragment = ("../../" + entry.address).partition("#")
    query = '.replace("?","&")' if "?" in path else ""
    script = json.dumps(path) + "+location.search" + query + ("+" + json.dumps(mark + fragment) if mark else "")
    fields = {"title": html.escape(shorter(entry.title, 80)), "canonical": site + path.removeprefix("../../").partition("?")[0],
              "target": html.escape(path + mark + fragment), "script": script}
    room = MOST - len(GO.format(**fields, summary="").encode())
    return GO.format(**fields, summary=html.escape(shorter(entry.summary, room - 60)))  # 60: signs that take more than a byte


def shorter(words: str, most: int) -> str:
    """At most so many characters, cut between two words."""
    return words if len(words) <= most else words[: most - 1].rpartition(" ")[0].rstrip(",;:") + "…"


# ---- Former addresses ------------------------------------------------------------------------------


def keep(site: Path, places: list[tuple[str, str, Entry]], address: str) -> None:
    """Make each former place lead on: (page, id, the entry that it leads to)."""
    gone = defaultdict(list)
    for page, identity, entry in places:
        if entry.page == page and (path := file(site, page)).exists():
            path.write_text(anchored(path.read_text("utf-8"), entry.id, identity), "utf-8")
        else:
            gone[page].append((identity, entry))
    for page, moved in gone.items():
        path, up = file(site, page), "" if page == "index" else "../"
        if path.exists():
            text, notes = path.read_text("utf-8"), forward(moved, up, page) + MOVED.format(notes=note(moved, up))
            path.write_text(text.replace("</article>", "</article>" + notes, 1), "utf-8")
        else:
            path.parent.mkdir(parents=True)
            path.write_text(stub(moved, page, address), "utf-8")


def file(site: Path, page: str) -> Path:
    return site / "index.html" if page == "index" else site / page / "index.html"


def anchored(text: str, identity: str, former: str) -> str:
    """A page with a second anchor inside the element that has an id. Raises SystemExit if the element is not there just once."""
    tags = re.findall(rf'<[a-z]\w*\s[^<>]*?\bid="{re.escape(identity)}"[^<>]*>', text)
    if len(tags) != 1:
        raise SystemExit(f"permalinks: {len(tags)} elements have the id {identity}, not one; its former id {former} has no place.")
    return text.replace(tags[0], f'{tags[0]}<span class="former" id="{former}"></span>')


def forward(moved: list[tuple[str, Entry]], up: str, page: str) -> str:
    """The script that forwards from a page; the page's own id stands for the page without a fragment as well."""
    heirs = {identity: up + entry.address for identity, entry in moved}
    return FORWARD.format(heirs=json.dumps(heirs | ({"": heirs[page]} if page in heirs else {}), separators=(",", ":")))


def note(moved: list[tuple[str, Entry]], up: str) -> str:
    """Without JavaScript, the fragment leads to one of these links."""
    return "".join(f'<li id="{identity}">Moved: <a href="{html.escape(up + entry.address)}">{html.escape(entry.title)}</a></li>' for identity, entry in moved)


def stub(moved: list[tuple[str, Entry]], page: str, address: str) -> str:
    """What stands where a page was."""
    heir = dict(moved)[page]
    return STUB.format(title=html.escape(heir.title), canonical=address + heir.address.partition("#")[0], script=forward(moved, "../", page),
                       target=html.escape("../" + heir.address), moved=MOVED.format(notes=note(moved, "../")))
