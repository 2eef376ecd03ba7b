"""How often does the search box lead to the right section, and how fast? Every query is typed into the real box in Chromium, and Enter is pressed.

Queries: tests/search/queries.yml (half of them kept back from the tuning) or another file there, and a typo and a prefix of every heading, made here.
Engines, in one run on the same pages: ours, the theme's default, Zensical, and Pagefind where it is installed (it has no box in this theme, so it is asked by script).
"""

import argparse
import hashlib
import json
import random
import shutil
import statistics
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import yaml
from playwright.sync_api import sync_playwright

from scripts import catalogue, search
from scripts.boxes import Box, engines
from scripts.environment import ROOT, browser

ROUNDS = 5  # times that a keystroke is measured; the best counts, since other programs share the machine
EVERY = 12  # of how many queries one is typed letter by letter for the speed
UNSEEN = ("others.yml", "unseen.yml")  # nobody has looked at these, and what they miss is not shown
MADE = ("typos of headings", "prefixes of headings")
OFF_TOPIC = ("cheap flights", "pizza recipe", "bitcoin price", "football scores", "weather in paris", "kubernetes", "buy shoes online", "best restaurants near me", "horoscope", "train tickets to rome")


@dataclass(frozen=True)
class Query:
    """What is typed, and the ids that satisfy. `tuned`: it was looked at while the search was tuned."""

    kind: str
    text: str
    wanted: frozenset
    tuned: bool


def own(file: str = "queries.yml") -> list[Query]:
    """The queries of a data file; of our own, half were kept back, by a hash of their words."""
    told = yaml.safe_load((ROOT / "tests" / "search" / file).read_text("utf-8"))
    return [Query(kind, str(text), frozenset(ids.split()), tuned(file, str(text))) for kind, rows in told.items() if isinstance(rows, dict) for text, ids in rows.items()]


def tuned(file: str, text: str) -> bool:
    return file == "seen.yml" or file not in UNSEEN and hashlib.sha256(text.encode()).digest()[0] % 2 == 0


def off_topic() -> list[str]:
    """What has nothing to do with the site, and should bring little or nothing."""
    return [*OFF_TOPIC, *map(str, yaml.safe_load((ROOT / "tests" / "search" / "seen.yml").read_text("utf-8"))["off-topic"])]


def generated(site: Path) -> list[Query]:
    """A typo and a prefix of each heading that stands once: one letter lost, doubled, swapped or replaced in a word of six letters or more; the first three fifths."""
    headings = [entry for entry in catalogue.entries(site) if entry.kind in ("page", "section") and len(entry.id) > len("glossary-a")]
    titles = [entry.title for entry in headings]
    made = []
    for entry in headings:
        if titles.count(entry.title) > 1:
            continue
        chance = random.Random(entry.id)
        if long := [word for word in entry.title.split() if len(word) > 5 and word.isalpha()]:
            word = chance.choice(long)
            at = chance.randrange(1, len(word) - 1)
            wrong = chance.choice([word[:at] + word[at + 1:], word[:at] + word[at] + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2:], word[:at] + chance.choice("abcdefghiklmnoprstuw") + word[at + 1:]])
            made.append(Query("typos of headings", entry.title.replace(word, wrong), frozenset([entry.id]), False))
        made.append(Query("prefixes of headings", entry.title[: max(5, len(entry.title) * 3 // 5)], frozenset([entry.id]), False))
    return made


def ranks(box: Box, queries: list[Query]) -> tuple[dict[Query, int], dict[Query, list[str]]]:
    """The place of the first satisfying result, from 1; 0 when it is not among them; -1 when nothing was found. And what came instead, where it was not first."""
    places, instead = {}, {}
    for query in queries:
        found, any_at_all = box.ids(query.text)
        places[query] = next((place for place, identity in enumerate(found, 1) if identity in query.wanted), 0) if any_at_all else -1
        if places[query] != 1:
            instead[query] = found[:3]
    return places, instead


def line(name: str, places: list[int]) -> str:
    count = len(places)
    first, three, mean = sum(p == 1 for p in places) / count, sum(1 <= p <= 3 for p in places) / count, sum(1 / p for p in places if p > 0) / count
    return f"{name:34}{count:6}{first:9.1%}{three:9.1%}{mean:8.3f}{sum(p == -1 for p in places):8}"


def table(name: str, answers: dict[Query, int]) -> None:
    rows = defaultdict(list)
    for query, place in answers.items():
        rows[query.kind].append(place)
        if query.kind not in MADE:
            rows["all"].append(place)
            rows["all, tuned on" if query.tuned else "all, kept back"].append(place)
    print(f"\n{name:34}{'n':>6}{'first':>9}{'first 3':>9}{'MRR':>8}{'nothing':>8}")
    for kind, places in rows.items():
        print(line("  " + kind, places))


def speed(box: Box, queries: list[Query]) -> None:
    """Every keystroke of some queries: the worker's answer, and the list drawn and laid out; best of ROUNDS, then percentiles."""
    typed = [query.text[:end] for query in queries[::EVERY] for end in range(1, len(query.text) + 1)]
    best = {}
    for _ in range(ROUNDS):
        for text in typed:
            told = box.ask(text)
            worker, drawn = best.get(text, (1e9, 1e9))
            best[text] = min(worker, told["worker"]), min(drawn, told["drawn"])
    for what, times in zip(("worker", "drawn"), zip(*best.values(), strict=True), strict=True):
        cuts = statistics.quantiles(times, n=100)
        print(f"  {len(times)} keystrokes, {what:8} p50 {cuts[49]:6.2f} ms   p95 {cuts[94]:6.2f} ms   most {max(times):6.2f} ms")
    fresh = [box.first_query() for _ in range(ROUNDS)]
    print(f"  first query in a fresh tab: best {min(fresh):.0f} ms, median {statistics.median(fresh):.0f} ms")


def sizes(site: Path) -> str:
    parts = {name: search.weight((site / "search" / name).read_text("utf-8")) for name in ("worker.js", "minisearch.js", "full_index.json")}
    return f"  bytes: {', '.join(f'{name} {size:,}' for name, size in parts.items())}, together {sum(parts.values()):,}"


def grown(site: Path, folder: Path, times: int) -> Path:
    """The site with `times` as many entries: each copy has titles and aliases in words of its own (letters shifted), half of them left as they are, as another subject of the field would have."""
    copy = folder / f"grown-{times}"
    shutil.copytree(site, copy, ignore=shutil.ignore_patterns("go", "embed", "demos"))
    path = copy / "search" / "full_index.json"
    index = json.loads(path.read_text("utf-8"))
    columns = [name for name in index if isinstance(index[name], list) and name != "synonyms"]
    original = {name: list(index[name]) for name in columns}
    for number in range(1, times):
        chance = random.Random(number)
        other = defaultdict(lambda: chance.random() < 0.5)  # noqa: B023
        strange = lambda text: " ".join(shifted(word, number) if other[word.lower()] else word for word in text.split(" "))  # noqa: E731, B023
        for name in columns:
            changed = {"location": lambda place: ("" if place.startswith("#") else f"copy{number}/") + place + (f"-{number}" if "#" in place else ""), "of": lambda told: ""}.get(name, strange if name in ("title", "aliases") else str)  # noqa: B023
            index[name] += map(changed, original[name])
    path.write_text(search.packed(index), "utf-8")
    return copy


def shifted(word: str, number: int) -> str:
    """The word with its vowels and consonants moved on within their kind, so that it stays pronounceable and is another word."""
    for letters in ("aeiou", "bcdfghjklmnpqrstvwxyz"):
        word = "".join(letters[(letters.index(sign) + number) % len(letters)] if sign in letters else sign for sign in word)
    return word


def main() -> int:
    parser = argparse.ArgumentParser(prog="build.py bench search", description=__doc__)
    parser.add_argument("--engines", default="theme,zensical,pagefind", help="what to compare with (theme,zensical,pagefind); none compares with nothing")
    parser.add_argument("--queries", default="queries.yml", help="a file in tests/search: queries.yml (our own), others.yml (of others, in the manner of ours), seen.yml and unseen.yml (of simulated readers of many kinds, in their own words)")
    parser.add_argument("--no-growth", action="store_true", help="leave out ten and thirty times as many pages")
    options = parser.parse_args()
    site, queries = ROOT / "site", own(options.queries)
    everything = queries + generated(site)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as temporary:
        chromium = playwright.chromium.launch(executable_path=browser(), args=["--no-sandbox", "--disable-gpu"])
        for name, box in engines(chromium, site, Path(temporary), options.engines.split(",")):
            places, instead = ranks(box, everything)
            table(name, places)
            if name == "ours":
                print(sizes(site))
                speed(box, queries)
                print("  off topic, results: " + ", ".join(f"{text} {len(found) if any_at_all else 0}" for text in off_topic() for found, any_at_all in [box.ids(text)]))
                print("  not first:" if options.queries not in UNSEEN else "  not first: not shown, so that these queries stay unseen")
                for query, found in instead.items() if options.queries not in UNSEEN else ():
                    print(f"    {'' if query.tuned or query.kind in MADE else '(kept back) '}{query.kind}: {query.text} → {', '.join(found) or 'nothing'}; wanted {' or '.join(sorted(query.wanted))}")
            box.close()
        for times in () if options.no_growth else (10, 30):
            copy = grown(site, Path(temporary), times)
            box = Box(chromium, copy)
            table(f"ours, {times} times the entries", ranks(box, queries)[0])
            print(sizes(copy))
            speed(box, queries)
            box.close()
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
