"""The register of permanent links: what it says, and that every way to break a promise is found, in the words of the cure."""

import io
import json
import random
import re
import shutil
import subprocess
from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from lxml import html

from scripts import catalogue, links, permanence, pipeline, registry
from scripts.catalogue import Entry
from tests.conftest import ROOT, write

REGISTER = """# Words about the file.

cats:
  cats: page 2026-11-25 · Cats
  cats-sleep: section 2026-11-25 · How they sleep
  cats-eat: 'section 2026-11-25 was dogs · What they eat: mice'
  cats-dream: section 2026-11-20 heir cats-sleep · Dreams
  cats-nap: section 2026-11-20 heir cats-dream · Naps

dogs:
  dogs: page 2026-11-25 · Dogs
"""


def entry(identity: str, kind: str, page: str, title: str) -> Entry:
    return Entry(identity, kind, page, title, "", "")


SITE = [entry("cats", "page", "cats", "Cats"), entry("cats-sleep", "section", "cats", "How they sleep"),
        entry("cats-eat", "section", "cats", "What they eat: mice"), entry("dogs", "page", "dogs", "Dogs")]


def said(site=SITE, text=REGISTER, past=REGISTER) -> list[str]:
    """What the check says of a site, a register and the register before."""
    lines, faults = registry.read(text)
    assert not faults
    return [str(found) for found in permanence.check(site, lines, list(registry.read(past)[0].values()), lambda page, identity: (f"docs/{page}.md", 7))]


def without(identity: str, *more: Entry) -> list[Entry]:
    return [one for one in SITE if one.id != identity] + list(more)


def test_a_register_is_read_and_written_without_loss():
    lines, faults = registry.read(REGISTER)
    assert faults == [] and registry.written(lines, "# Words about the file.\n") == REGISTER
    assert lines["cats-eat"] == registry.Line("cats-eat", "section", "cats", "2026-11-25", "What they eat: mice", ("dogs",), "", 6)
    assert registry.final(lines, "cats-nap") == "cats-sleep"
    assert registry.former(lines) == [("dogs", "cats-eat", "cats-eat"), ("cats", "cats-dream", "cats-sleep"), ("cats", "cats-nap", "cats-sleep")]


def test_a_wrong_form_is_named_with_its_line():
    text = "cats:\n  cats: page 2026-11-25\n  cat-a: sektion 2026-11-25 · A\n  cat-b: section 2026-11-25 · B\n  cat-b: section 2026-11-25 · B\n"
    assert [str(found) for found in registry.read(text)[1]] == [
        "docs/permalinks.yml:2: 'cats: page 2026-11-25' is not of the form `  id: kind 2026-11-25 · title`, below the name of its page",
        "docs/permalinks.yml:3: cat-a has the kind 'sektion', which there is not. Did you mean section?",
        "docs/permalinks.yml:5: cat-b stands already on line 4; an id has one line",
    ]


def test_a_site_that_keeps_its_promises_has_no_faults():
    assert said() == []


@pytest.mark.parametrize(("site", "words"), [
    (without("cats-sleep"), "docs/permalinks.yml:5: cats-sleep (published 2026-11-25 as a section on cats.md) stands nowhere in the site. "
        "Put it back, or name its heir: write `cats-sleep: section 2026-11-25 heir ID · How they sleep`"),
    (without("cats-sleep", entry("cats-rest", "section", "cats", "How they sleep")), "docs/permalinks.yml:5: cats-sleep (published 2026-11-25 as a section on cats.md) "
        "stands nowhere in the site. Put it back, or name its heir: write `cats-sleep: section 2026-11-25 heir cats-rest · How they sleep`"),
    (without("cats-sleep", entry("cats-sleep", "term", "cats", "How they sleep")), "docs/permalinks.yml:5: cats-sleep (published 2026-11-25 as a section on cats.md) "
        "is a term on cats.md now. An id is never used for another thing: give that one an id of its own"),
    (without("cats-sleep", entry("cats-sleep", "section", "dogs", "How they sleep")), "docs/permalinks.yml:5: cats-sleep (published 2026-11-25 as a section on cats.md) "
        "stands on dogs.md now. If it moved there, move this line below `dogs:` and write `cats-sleep: section 2026-11-25 was cats · How they sleep`"),
    ([SITE[0], replace(SITE[1], title=SITE[2].title), replace(SITE[2], title=SITE[1].title), SITE[3]], "docs/permalinks.yml:5: cats-sleep (published 2026-11-25 as a section on cats.md) "
        "was 'How they sleep', and now stands where cats-eat stood, at 'What they eat: mice'. Give both their own places back"),
    ([*SITE, entry("cats-dream", "section", "cats", "Dreams")], "docs/permalinks.yml:7: cats-dream (published 2026-11-20 as a section on cats.md) is retired, "
        "and its addresses lead to cats-sleep; yet it stands on cats.md again. Choose another id there"),
    (without("cats-sleep", entry("cats-sleep", "section", "cats", "Sleep")), "docs/permalinks.yml:5: cats-sleep is called 'Sleep' now, and 'How they sleep' here; "
        "`python3 scripts/build.py permalinks` writes it down"),
    ([*SITE, entry("cats-purr", "section", "cats", "Purring")], "docs/cats.md:7: the id cats-purr is not registered yet; `python3 scripts/build.py permalinks` adds it"),
    ([*SITE, entry("term-purr", "", "cats", "Purring")], "docs/cats.md:7: the id term-purr begins like one of another kind of thing; see CONTRIBUTING.md"),
])
def test_a_broken_promise_is_found_with_its_cure(site, words):
    assert words in said(site)


@pytest.mark.parametrize(("old", "new", "words"), [
    ("  cats-nap: section 2026-11-20 heir cats-dream · Naps\n", "", "docs/permalinks.yml: cats-nap was published, and its line is gone. "
        "Put it back below `cats:`: `cats-nap: section 2026-11-20 heir cats-dream · Naps`"),
    ("dogs: page 2026-11-25", "dogs: page 2026-11-26", "docs/permalinks.yml:11: dogs was published as a page on 2026-11-25; this line says otherwise. Write `dogs: page 2026-11-25 · Dogs`"),
    (" was dogs", "", "docs/permalinks.yml:6: cats-eat stood on dogs.md, and addresses lead there. Write `cats-eat: 'section 2026-11-25 was dogs · What they eat: mice'`"),
    ("cats-nap: section 2026-11-20 heir cats-dream", "cats-nap: section 2026-11-20", "docs/permalinks.yml:8: cats-nap was retired in favour of cats-dream; an id is not used again. "
        "Write `cats-nap: section 2026-11-20 heir cats-dream · Naps`"),
    ("cats-dream: section 2026-11-20 heir cats-sleep", "cats-dream: section 2026-11-20 heir cats-nap",
        "docs/permalinks.yml:7: cats-dream: its heirs go round in a circle: cats-dream → cats-nap → cats-dream; name as heir an id that stands in the site"),
    ("heir cats-sleep", "heir cats-sleeps", "docs/permalinks.yml:7: cats-dream: its heir cats-sleeps is not registered. Did you mean cats-sleep?"),
    ("was dogs", "was dogs birds", "docs/permalinks.yml:6: cats-eat was on birds.md, which is no page of this register."),
])
def test_a_rewritten_register_is_noticed(old, new, words):
    assert old in REGISTER
    assert words in said(text=REGISTER.replace(old, new))


def test_a_renaming_may_be_taken_back():
    turned = REGISTER.replace("cats-dream: section 2026-11-20 heir cats-sleep", "cats-dream: section 2026-11-20").replace("cats-sleep: section 2026-11-25", "cats-sleep: section 2026-11-25 heir cats-dream")
    assert said(without("cats-sleep", entry("cats-dream", "section", "cats", "Dreams")), turned) == []


def test_every_committed_register_counts(tmp_path):
    """Also one that a later commit rewrote, and one that was only ever on origin/main."""
    git = lambda *words: subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words], cwd=tmp_path, check=True, capture_output=True)  # noqa: E731
    git("init", "--quiet")
    for text in (REGISTER, REGISTER.replace("cats-eat", "cats-feed")):
        write(tmp_path, {registry.FILE: text})
        git("add", ".")
        git("commit", "--quiet", "-m", "Register")
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    git("reset", "--quiet", "--hard", "HEAD~1")
    assert {line.id for line in registry.history(tmp_path)} == {"cats", "cats-sleep", "cats-eat", "cats-feed", "cats-dream", "cats-nap", "dogs"}


def test_a_published_list_says_what_the_register_says(site):
    lines, _ = registry.read((ROOT / registry.FILE).read_text("utf-8"))
    told = {line.id: line for line in registry.published(str(site / "permalinks.json"))}
    assert told.keys() == lines.keys()
    assert [name for name, line in lines.items() if permanence.rewritten(told[name], line, lines)] == []


@pytest.mark.parametrize(
    "text, sentence",
    [
        (None, "this cannot be read: "),
        ("cats:\n  cats: page 2026-11-25 · Cats\n", "this is not a permalinks.json that was published"),
        ("[]", "this is not a permalinks.json that was published"),
        ('{"site": "https://example.org/", "entries": [{"id": "cats"}], "retired": []}', "this is not a permalinks.json that was published"),
    ],
)
def test_what_is_no_published_list_is_one_sentence(tmp_path, text, sentence):
    file = write(tmp_path, {} if text is None else {"list": text}) / "list"
    with pytest.raises(SystemExit, match=re.escape(f"{file}: {sentence}")):
        registry.published(str(file))


@pytest.mark.parametrize("asked", [["scripts.links", "site", "--against"], ["scripts.pipeline", "--against"]])
def test_against_is_not_ignored(tmp_path, monkeypatch, capsys, site, asked):
    """With a folder that was built before and with a build of now: an id that was published and is lost is said."""
    told = json.loads((site / "permalinks.json").read_text("utf-8"))
    told["entries"].append({**told["entries"][0], "id": "gone-for-good", "kind": "section"})
    file = write(tmp_path, {"permalinks.json": json.dumps(told)}) / "permalinks.json"
    module, *options = asked
    monkeypatch.setattr("sys.argv", [module, *(str(site) if option == "site" else option for option in options), str(file)])
    monkeypatch.setattr(pipeline, "mkdocs", lambda target: shutil.copytree(site, target) and 0)
    monkeypatch.setattr(pipeline, "NEXT", tmp_path / "next")
    assert {"scripts.links": links, "scripts.pipeline": pipeline}[module].main() == 1
    said = capsys.readouterr().out
    assert "gone-for-good was published, and its line is gone." in said and re.search(r"Permanent links \(ids\): \d+ looked at, 1 faults\. FAILED", said)


def test_new_ids_take_their_place_in_the_order_of_the_page():
    lines, _ = registry.read(REGISTER)
    after = registry.extended(lines, [*SITE[:2], entry("cats-purr", "section", "cats", "Purring"), *SITE[2:], entry("birds", "page", "birds", "Birds")], "2027-01-01")
    assert list(after) == ["cats", "cats-sleep", "cats-purr", "cats-eat", "cats-dream", "cats-nap", "dogs", "birds"]
    assert str(after["cats-purr"]) == "cats-purr: section 2027-01-01 · Purring" and after["cats-dream"] == lines["cats-dream"]


def test_without_a_person_at_the_keyboard_nothing_is_registered(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(SystemExit, match="Nobody is here to answer, so nothing is written. `python3 scripts/build.py permalinks --yes` registers them"):
        registry.agreed()


# ---- Every id of the real site, broken in each way ---------------------------------------------------


def built(site) -> dict[str, str]:
    return {path.parent.name if path.parent != site else "index": path.read_text("utf-8") for path in [site / "index.html", *sorted(site.glob("*/index.html"))]}


def tag_of(text: str, identity: str) -> str:
    return re.search(rf'<[a-z]\w*\s[^<>]*?\bid="{re.escape(identity)}"[^<>]*>', text)[0]


def mutants(pages: dict[str, str], victim: Entry, entries: list[Entry], draw: random.Random):
    """(way, {page: new text}) for each way to break the promise of one id, in the HTML that MkDocs built."""
    text, mark = pages[victim.page], f'id="{victim.id}"'
    tag = tag_of(text, victim.id)
    yield "removed", {victim.page: text.replace(tag, tag.replace(mark, ""))}
    yield "renamed", {victim.page: text.replace(tag, tag.replace(mark, f'id="{victim.id}-x"'))}
    whole = html.tostring(html.document_fromstring(text).xpath(f"//*[@id='{victim.id}']")[0], encoding="unicode", with_tail=False)
    other = draw.choice([page for page in pages if page != victim.page and "</article>" in pages[page]])
    yield "moved", {victim.page: text.replace(tag, tag.replace(mark, "")), other: pages[other].replace("</article>", whole + "</article>", 1)}
    partner = draw.choice([one for one in entries if one.id != victim.id and one.page == victim.page and one.kind == victim.kind] or [one for one in entries if one.id != victim.id])
    swapped = dict(pages)
    for one, new in ((victim, f'id="__{partner.id}"'), (partner, f'id="{victim.id}"')):
        swapped[one.page] = swapped[one.page].replace(tag_of(swapped[one.page], one.id), tag_of(swapped[one.page], one.id).replace(f'id="{one.id}"', new), 1)
    swapped = {page: swapped[page].replace(f'id="__{partner.id}"', f'id="{partner.id}"') for page in {victim.page, partner.page}}
    yield "swapped", swapped
    yield "used for another kind", {victim.page: text.replace(tag, f"<{'h2' if tag.startswith('<h1') else 'h1'} {mark}>x</{'h2' if tag.startswith('<h1') else 'h1'}>" + tag.replace(mark, ""), 1)}


def test_each_way_to_break_the_promise_of_an_id_is_caught(site, request, capsys):
    """Removed, renamed, moved, swapped, used for another kind: sampled by a fixed seed, all of them with --slow."""
    draw, pages, lines = random.Random(25), built(site), registry.read((ROOT / registry.FILE).read_text("utf-8"))[0]
    of = {page: catalogue.of_page(text, page) for page, text in pages.items()}
    entries = [one for listed in of.values() for one in listed]
    assert permanence.check(entries, lines, [], lambda *place: ("", 0)) == [] and len(entries) > 500
    caught, tried = Counter(), Counter()
    kinds = defaultdict(list)
    for one in entries:
        kinds[one.kind].append(one)
    victims = entries if request.config.getoption("--slow") else [one for same in kinds.values() for one in draw.sample(same, min(4, len(same)))]
    missed = []
    for victim in victims:
        for way, changed in mutants(pages, victim, entries, draw):
            broken = [one for page, listed in of.items() for one in (catalogue.of_page(changed[page], page) if page in changed else listed)]
            hit = any(found.message.startswith(f"{victim.id} ") for found in permanence.check(broken, lines, [], lambda *place: ("", 0)))
            tried[victim.kind, way] += 1
            caught[victim.kind, way] += hit
            missed += [] if hit else [f"{victim.id} {way}"]
    ways = list(dict.fromkeys(way for _, way in tried))
    with capsys.disabled():
        print("\n" + "\n".join(["kind       " + "".join(f"{way:>24}" for way in ways)] + [f"{kind:<11}" + "".join(f"{f'{caught[kind, way]} of {tried[kind, way]}':>24}" for way in ways) for kind in kinds]))
    assert missed == []
