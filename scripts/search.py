"""Stage: concept search. The theme's box and list of results stay; behind them stand MiniSearch, our index and our worker (scripts/search.js).

It costs a reader nothing until the first search: the page gets a stub index, and the worker fetches the rest with the first query.
Fails unless the theme is as expected: a silent miss would break the search box.
"""

import gzip
import json
import re
from collections import Counter
from pathlib import Path

import rjsmin
import yaml

from scripts import catalogue, content

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
ENGINE = ROOT / ".cache" / "served" / "node_modules" / "minisearch" / "dist" / "umd" / "index.js"
KINDS = ("page", "section", "term", "claim", "myth", "demo", "diagram", "figure", "quiz")
TEASER = {"page": 100, "section": 60}  # characters shown below a title; other kinds say enough by their title
SAID = (  # the count above the results, which is one of pages; it also stands above “Nothing found”
    ("1 matching document", "1 page to look at", "the count of one result"),
    ("# matching documents", "# pages to look at", "the count of results"),
)
CREDIT = "/* MiniSearch, https://github.com/lucaong/minisearch, © Luca Ongaro, MIT licence */\n"
WITHOUT = '<noscript><p class="no-search">Searching needs JavaScript. The <a href="{base}/catalogue/">catalogue</a> lists every section and term.</p></noscript>'
BUDGET = 34_850  # bytes of engine, worker and index together, compressed as a server would
NAME = re.compile(r"(?<=[a-z,;:–] )(?:\()?([^\W\d_]*[A-Z][^\W_]{2,})")  # a capital within a sentence: ImageNet, Shannon, FID
CITED = re.compile(r"\s*\([^()]*\d{4}[^()]*\)")
NAMED = ("", "claim")  # kinds whose names are searched; pages that list the names of others are not, nor is the glossary
LISTS = re.compile(r"(references|claims|glossary|for-trainers)/")
ROOM = ((1, 12), (1, 6), (1, 3), (1, 1), (0.8, 1), (0.6, 1), (0.4, 0), (0, 0))  # (length of teasers, how many entries may share a name): the first that fits is taken


def run(site: Path) -> str:
    """In: the built site with the theme's index and worker. Out: the same with ours."""
    theirs = list(site.glob("assets/javascripts/workers/search.*.min.js"))
    if len(theirs) != 1:
        raise SystemExit(f"search: the theme should hold one search worker; it holds {len(theirs)}. Has the theme changed?")
    if not ENGINE.exists():
        raise SystemExit("search: MiniSearch is not here; `python3 scripts/build.py build` fetches it")
    pages = [page for page in site.rglob("*.html") if "__config" in page.read_text("utf-8")]
    for page in pages:
        text = page.read_text("utf-8")
        for old, new, what in ((f"assets/javascripts/workers/{theirs[0].name}", "search/worker.js", "the theme's search worker"), *SAID):
            if text.count(old) != 1:
                raise SystemExit(f"search: {page.relative_to(site)} names {what} {text.count(old)} times, not once. Has the theme changed?")
            text = text.replace(old, new)
        base = re.search(r'"base": ?"([^"]*)"', text)
        page.write_text(re.sub(r"(<main[^>]*>)", rf"\1{WITHOUT.format(base=base[1].rstrip('/') if base else '.')}", text, count=1), "utf-8")
    folder = site / "search"
    stub = json.loads((folder / "search_index.json").read_text("utf-8"))
    texts = {entry["location"]: re.sub(r"<[^>]+>", " ", entry["text"]) for entry in stub["docs"]}
    engine = CREDIT + rjsmin.jsmin(ENGINE.read_text("utf-8").rpartition("//# sourceMappingURL")[0])
    worker = rjsmin.jsmin((ROOT / "scripts" / "search.js").read_text("utf-8"))
    found = entries(site)
    index, extent = fitting(found, texts, BUDGET - weight(engine) - weight(worker))
    for name, text in (("minisearch.js", engine), ("worker.js", worker), ("full_index.json", index), ("search_index.json", packed({**stub, "docs": []}))):
        (folder / name).write_text(text, "utf-8")
    theirs[0].unlink()
    size = sum(map(weight, (engine, worker, index))) / 1000
    return f"{len(found)} entries on {len(pages)} pages, {size:.1f} kB with the first query; {extent}"


def entries(site: Path) -> list[dict]:
    """What is searched: location, title, kind, first words of the text, aliases, and for a term the section that explains it."""
    aliases = content.aliases(DOCS)
    terms = {term.id: term for term in content.glossary(DOCS / "glossary.md")}
    found = []
    for entry in catalogue.entries(site):
        if entry.kind not in KINDS or re.fullmatch(r"glossary-.", entry.id):
            continue
        said = aliases.get(entry.id, ([], "", 0))[0] + (terms[entry.id].spellings[1:] if entry.id in terms else [])
        title = re.sub(r"^Claim C\d+: ", "", entry.title)
        found.append({"location": entry.address, "title": title, "kind": "" if entry.kind in ("page", "section") else entry.kind,
                      "text": shortened(CITED.sub("", entry.summary), TEASER.get(entry.kind, 0)), "aliases": said,
                      "of": terms[entry.id].explained if entry.id in terms else ""})
    return found


def fitting(found: list[dict], texts: dict[str, str], budget: int) -> tuple[str, str]:
    """The index as JSON, in columns, with as much of the text as fits into the budget; and in words how much that is."""
    vocabulary = yaml.safe_load((DOCS / "search.yml").read_text("utf-8"))
    ignored = set(vocabulary["ignored"].split())
    names = [set(NAME.findall(texts.get(entry["location"], ""))) if entry["kind"] in NAMED and not LISTS.match(entry["location"]) else set() for entry in found]
    shared = Counter(name for bag in names for name in bag)
    for teaser, spread in ROOM:
        rows = [{**entry, "text": shortened(entry["text"], int(teaser * len(entry["text"]))), "aliases": ", ".join(dict.fromkeys(filter(None, (bare(alias, ignored) for alias in entry["aliases"])))),
                 "names": " ".join(sorted(name.lower() for name in bag if shared[name] <= spread))} for entry, bag in zip(found, names, strict=True)]
        index = packed({**vocabulary, **{column: [row[column] for row in rows] for column in rows[0]}})
        if weight(index) <= budget:
            break
    return index, f"teasers {teaser:.0%}, names that at most {spread} entries share"


def bare(alias: str, ignored: set[str]) -> str:
    """An alias as it is searched: nobody reads it, so the words that the search ignores need not travel. Nothing, when too little of a question is left."""
    words = alias.lower().split()
    kept = [word for word in words if word.strip("?") not in ignored] or words
    return " ".join(kept) if len(kept) > 1 or len(words) < 3 else ""


def shortened(text: str, most: int) -> str:
    """At most so many characters, cut between two words."""
    return text if len(text) <= most else text[: max(most - 1, 0)].rpartition(" ")[0].rstrip(".,;:") + ("…" if most else "")


def weight(text: str) -> int:
    """Bytes on the wire."""
    return len(gzip.compress(text.encode(), 9))


def packed(value) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
