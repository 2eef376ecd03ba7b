"""Stage: concept search. The theme's box and list of results stay; behind them stand MiniSearch's dictionary, our index and our worker (scripts/search.js).

It costs a reader nothing until the first search: the page gets a stub index, and the worker fetches the rest with the first query.
Fails unless the theme is as expected: a silent miss would break the search box.
"""

import gzip
import json
import math
import re
from bisect import bisect_right
from collections import Counter
from pathlib import Path

import rjsmin
import yaml

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
BUDGET = 34_850  # bytes of engine, worker and index together, compressed as a server would
WORD = re.compile(r"[^\W\d_]{3,}")
NAME = re.compile(r"(?<=[a-z,;:–] )[^\W\d_]*[A-Z][^\W_]{2,}")  # a capital within a sentence: ImageNet, Shannon, FID
CITED = re.compile(r"\s*\([^()]*\d{4}[^()]*\)")
TOLD = ("", "page", "section", "claim", "term")  # kinds of which words of the text are searched; a term's stand for the section that explains it
LISTS = re.compile(r"(references|claims|pack)/")  # pages that list what others say
ENDING = re.compile(r"(ations?|ated?|ing|ed|ions?|ly|es|s|e)$")
STEP = 20  # words of the texts that are taken or left together
RARE = 0.3  # how much it counts that few entries have a word, against how often one says it


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
    return f"{len(found)} entries on {len(pages)} pages, {size:.1f} kB with the first query; {extent} words of the texts"


def entries(site: Path) -> list[dict]:
    """What is searched: location, title, kind, aliases, and for a term the section that explains it."""
    aliases = content.aliases(DOCS)
    terms = {term.id: term for term in content.glossary(DOCS / "glossary.md")}
    found = []
    for entry in catalogue.entries(site):
        if entry.kind not in KINDS or re.fullmatch(r"glossary-.", entry.id):
            continue
        said = aliases.get(entry.id, ([], "", 0))[0] + (terms[entry.id].spellings[1:] if entry.id in terms else [])
        title = re.sub(r"^Claim C\d+: ", "", entry.title)
        found.append({"location": entry.address, "title": title, "kind": "" if entry.kind in ("page", "section") else entry.kind,
                      "aliases": said, "of": terms[entry.id].explained if entry.id in terms else ""})
    return found


def fitting(found: list[dict], texts: dict[str, str], budget: int) -> tuple[str, int]:
    """The index as JSON, in columns, with as many words of the texts as fit into the budget, the most telling first; and how many these are."""
    vocabulary = yaml.safe_load((DOCS / "search.yml").read_text("utf-8"))
    ignored = set(vocabulary["ignored"].split())
    told = telling(found, texts, ignored)
    aliases = [", ".join({frozenset(map(stem, alias.split())): alias for alias in reversed([bare(alias, ignored) for alias in entry["aliases"]]) if alias}.values()) for entry in found]

    def index(count: int) -> str:
        bodies = [[] for _ in found]
        for number, word in sorted(told[:count]):
            bodies[number].append(word)
        columns = {**{name: [entry[name] for entry in found] for name in ("location", "title", "of")}, "aliases": aliases, "body": [" ".join(body) for body in bodies]}
        return packed({**vocabulary, **columns})

    most = bisect_right(range(0, len(told) + 1, STEP), budget, key=lambda count: weight(index(count))) - 1
    return index(max(most, 0) * STEP), max(most, 0) * STEP


def telling(found: list[dict], texts: dict[str, str], ignored: set[str]) -> list[tuple[int, str]]:
    """(number of an entry, word of its text that its title and aliases lack): first names, and what it says often and few others say. Of a word's forms, the first in the alphabet stands for all."""
    saying = lambda text: [word for word in WORD.findall(text.lower().replace("’", "")) if word not in ignored]  # noqa: E731
    by_id = {entry["location"].partition("#")[2] or entry["location"].strip("/") or "home": number for number, entry in enumerate(found)}
    bags, forms, names = [Counter() for _ in found], {}, set()
    for number, entry in enumerate(found):
        if entry["kind"] in TOLD and not LISTS.match(entry["location"]):
            text = CITED.sub("", texts.get(entry["location"], ""))
            names.update(stem(name.lower()) for name in NAME.findall(text))
            for word in saying(text):
                bags[by_id.get(entry["of"], number)][stem(word)] += 1
                forms[stem(word)] = min(word, forms.get(stem(word), word))
    for bag, entry in zip(bags, found, strict=True):
        for word in saying(" ".join([entry["title"], *entry["aliases"]])):
            bag.pop(stem(word), None)
    shared = Counter(word for bag in bags for word in bag)
    worth = {(number, forms[word]): (1 + (word in names) + math.log(often)) / shared[word] ** RARE for number, bag in enumerate(bags) for word, often in bag.items()}
    return sorted(worth, key=lambda pair: (-worth[pair], pair))


def stem(word: str) -> str:
    """What related forms of a word share, roughly."""
    return ENDING.sub("", word) if len(word) > 4 else word


def bare(alias: str, ignored: set[str]) -> str:
    """An alias as it is searched: nobody reads it, so the words that the search ignores need not travel. Nothing, when too little of a question is left."""
    words = alias.lower().split()
    kept = [word for word in words if word.strip("?") not in ignored] or words
    return " ".join(kept) if len(kept) > 1 or len(words) < 3 else ""


def weight(text: str) -> int:
    """Bytes on the wire."""
    return len(gzip.compress(text.encode(), 9))


def packed(value) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
