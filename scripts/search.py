"""Stage: concept search. The theme's box and list of results stay; behind them stand MiniSearch's dictionary, our index and our worker (scripts/search.js).

It costs a reader nothing until the first search: the page gets a stub index, and the worker fetches the rest with the first query.
Fails unless the theme is as expected: a silent miss would break the search box.
"""

import gzip
import json
import re
from pathlib import Path

import minify

from scripts import catalogue, content

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
ENGINE = ROOT / ".cache" / "served" / "node_modules" / "minisearch" / "dist" / "umd" / "SearchableMap.js"
KINDS = ("page", "section", "term", "claim", "myth", "demo", "diagram", "figure", "quiz")
SAID = (  # the count above the results, which is one of pages; it also stands above “Nothing found”
    ("1 matching document", "1 page to look at", "the count of one result"),
    ("# matching documents", "# pages to look at", "the count of results"),
)
CREDIT = "/* MiniSearch, https://github.com/lucaong/minisearch, © Luca Ongaro, MIT licence */\n"
WITHOUT = '<noscript><p class="no-search">Searching needs JavaScript. The <a href="{base}/catalogue/">catalogue</a> lists every section and term.</p></noscript>'
ENDING = re.compile(r"(ations?|ated?|ing|ed|ions?|ly|es|s|e)$")


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
        # before the main part: the theme takes the first thing in that for the page, and tells by its place which section is in view
        page.write_text(re.sub(r"(<main[^>]*>)", rf"{WITHOUT.format(base=base[1].rstrip('/') if base else '.')}\1", text, count=1), "utf-8")
    folder = site / "search"
    stub = json.loads((folder / "search_index.json").read_text("utf-8"))
    found = entries(site)
    parts = {"minisearch.js": CREDIT + short(ENGINE.read_text("utf-8")), "worker.js": short((ROOT / "scripts" / "search.js").read_text("utf-8")), "full_index.json": index_of(found)}
    for name, text in {**parts, "search_index.json": packed({**stub, "docs": []})}.items():
        (folder / name).write_text(text, "utf-8")
    theirs[0].unlink()
    return f"{len(found)} entries on {len(pages)} pages, {sum(map(weight, parts.values())) / 1000:.1f} kB with the first query"


def entries(site: Path) -> list[dict]:
    """What is searched: location, title, aliases, and for a term the section that explains it."""
    aliases = content.aliases(DOCS)
    terms = {term.id: term for term in content.glossary(DOCS / "glossary.md")}
    found = []
    for entry in catalogue.entries(site):
        if entry.kind not in KINDS or re.fullmatch(r"glossary-.", entry.id):
            continue
        said = aliases.get(entry.id, ([], "", 0))[0] + (terms[entry.id].spellings[1:] if entry.id in terms else [])
        title = re.sub(r"^Claim C\d+: ", "", entry.title)
        found.append({"location": entry.address, "title": title, "aliases": said, "of": terms[entry.id].explained if entry.id in terms else ""})
    return found


def index_of(found: list[dict]) -> str:
    """The index as JSON, in columns; the location of what stands on the same page as the one before is its fragment alone."""
    vocabulary = content.vocabulary(DOCS / "search.yml")
    ignored = set(vocabulary["ignored"].split())
    pages = [entry["location"].partition("#")[0] for entry in found]
    location = [entry["location"].removeprefix(page if page == before else "") for entry, page, before in zip(found, pages, [None, *pages], strict=False)]
    aliases = [", ".join({frozenset(map(stem, alias.split())): alias for alias in reversed([bare(alias, ignored) for alias in entry["aliases"]]) if alias}.values()) for entry in found]
    return packed({**vocabulary, "location": location, **{name: [entry[name] for entry in found] for name in ("title", "of")}, "aliases": aliases})


def stem(word: str) -> str:
    """What related forms of a word share, roughly."""
    return ENDING.sub("", word) if len(word) > 4 else word


def bare(alias: str, ignored: set[str]) -> str:
    """An alias as it is searched: nobody reads it, so the words that the search ignores need not travel. Nothing, when too little of a question is left."""
    words = alias.lower().split()
    kept = [word for word in words if word.strip("?") not in ignored] or words
    return " ".join(kept) if len(kept) > 1 or len(words) < 3 else ""


def short(script: str) -> str:
    """JavaScript without comments and blanks, local names shortened."""
    return minify.string("application/javascript", script)


def weight(text: str) -> int:
    """Bytes on the wire."""
    return len(gzip.compress(text.encode(), 9))


def packed(value) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
