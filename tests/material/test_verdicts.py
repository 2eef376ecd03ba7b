"""What is said of an address: every way to write one, and what became of it."""

import json

import pytest

from scripts.material.judge import DEAD, FINE, FORM, MOVED, TEXT, Judge
from scripts.material.register import Register, Unusable, register_from
from tests.material import world
from tests.material.world import NEW, OLD, SITE

SHORT = f"{SITE}go/gan-contest/"
SPELLINGS = [  # address, verdict, new address
    (NEW, FINE, ""),
    (SHORT, FINE, ""),
    (SITE, FINE, ""),
    ("https://example.org/course", FINE, ""),
    (f"{SITE}gans/", FINE, ""),
    (f"{SITE}gans/#gans", FINE, ""),
    (f"{SITE}gans/#", FINE, ""),
    (f"{SITE}gans/#top", FINE, ""),
    (f"{SITE}gans/?theme=dark#gan-contest", FINE, ""),
    ("HTTPS://EXAMPLE.ORG/course/gans/#gan-contest", FINE, ""),
    ("https://example.org:443/course/gans/#gan-contest", FINE, ""),
    (f"{SITE}g%61ns/#gan%2Dcontest", FINE, ""),
    ("//example.org/course/gans/#gan-contest", FINE, ""),
    ("example.org/course/gans/#gan-contest", FINE, ""),
    ("http://example.org/course/gans/#gan-contest", FORM, SHORT),
    ("https://www.example.org/course/gans/#gan-contest", FORM, SHORT),
    (f"{SITE}gans#gan-contest", FORM, SHORT),
    (f"{SITE}gans/index.html#gan-contest", FORM, SHORT),
    (f"{SITE}/gans/#gan-contest", FORM, SHORT),
    (f"{SITE}index.html", FORM, f"{SITE}go/index/"),
    ("www.example.org/course/gans?a=1#gan-contest", FORM, "example.org/course/go/gan-contest/?a=1"),
    (OLD, MOVED, NEW),
    ("http://www.example.org/course/gans/index.html#gan-old", MOVED, NEW),
    (f"{SITE}models/#gan-contest", MOVED, NEW),
    (f"{SITE}models/?a=1&b=2#gan-contest", MOVED, f"{SITE}gans/?a=1&b=2#gan-contest"),
    (f"{SITE}gans/#gan-old:~:text=paints", MOVED, f"{NEW}:~:text=paints"),
    (f"{SITE}numbers/", MOVED, f"{SITE}data/"),
    (f"{SITE}data/#gan-contest", MOVED, NEW),
    (f"{SITE}gans/#gan-duel", MOVED, NEW),
    (f"{SITE}go/gan-duel/", MOVED, SHORT),
    (f"{SITE}GANs/#gan-contest", MOVED, NEW),
    ("example.org/course/gans/#gan-old", MOVED, NEW.removeprefix("https://")),
    ("//example.org/course/gans/#gan-old", MOVED, NEW.removeprefix("https:")),
    (f"{SITE}gans/%23gan-contest", MOVED, NEW),
    (f"{SITE}gans/%23gan-old", MOVED, NEW),
    (f"{SITE}gans/%23never", DEAD, ""),
    (f"{SITE}gans/#gan-lost", DEAD, ""),
    (f"{SITE}go/gan-lost/", DEAD, ""),
    (f"{SITE}gans/#gan-contst", DEAD, ""),
    (f"{SITE}gaans/", DEAD, ""),
    (f"{SITE}gans/#unpromised", DEAD, ""),
]


@pytest.mark.parametrize("address, kind, new", SPELLINGS)
def test_spelling(judge, address, kind, new):
    verdict = judge.judge(address)
    assert (verdict.kind, verdict.new) == (kind, new)


@pytest.mark.parametrize("address", [a for a, kind, _ in SPELLINGS if kind in (MOVED, FORM)])
def test_what_is_offered_is_fine(judge, address):
    assert judge.judge(judge.judge(address).new).kind == FINE


@pytest.mark.parametrize("address, kind, new", [
    ("https://old.example.net/ai/gans/#gan-contest", MOVED, NEW),
    ("http://old.example.net/ai/go/gan-contest/", MOVED, SHORT),
    ("https://older.example.net/gans/#gan-old", MOVED, NEW),
    ("https://old.example.net/ai/gans/#never", DEAD, ""),
])  # fmt: skip
def test_former_domains(judge_with_pages, address, kind, new):
    assert (judge_with_pages.judge(address).kind, judge_with_pages.judge(address).new) == (kind, new)


@pytest.mark.parametrize("text, kind", [
    ("paints", FINE), ("THE%20FIRST%20PAINTS", FINE), ("The%20first,judges", FINE), ("first-,paints", FINE), ("The,-first", FINE), ("paints&text=judges", FINE),
    ("don%E2%80%99t%20you%20know", FINE), ("paint", TEXT), ("the%20first%20sculpts", TEXT), ("second-,paints", TEXT), ("paints&text=sculpts", TEXT),
])  # fmt: skip
def test_text_fragments(judge_with_pages, text, kind):
    verdict = judge_with_pages.judge(f"{NEW}:~:text={text}")
    assert (verdict.kind, verdict.new) == (kind, NEW if kind == TEXT else "")


def test_text_fragment_without_an_id(judge_with_pages):
    assert judge_with_pages.judge(f"{SITE}gans/#:~:text=judges").kind == FINE
    assert judge_with_pages.judge(f"{SITE}gans/#:~:text=dances").new == f"{SITE}gans/"


def test_text_that_cannot_be_told(judge):
    verdict = judge.judge(f"{NEW}:~:text=paints")
    assert verdict.kind == FINE and "cannot be told without the built site" in verdict.note


def test_what_stands_in_the_site_without_a_promise(judge_with_pages):
    assert judge_with_pages.judge(f"{SITE}gans/#unpromised").kind == FORM
    assert judge_with_pages.judge(f"{SITE}permalinks.json").kind == FORM
    assert judge_with_pages.judge(f"{SITE}../../etc/passwd").kind == DEAD
    assert judge_with_pages.judge(f"{SITE}gans/#never").kind == DEAD


@pytest.mark.parametrize("address, first", [
    (f"{SITE}gans/#gan-contst", "gan-contest"), (f"{SITE}gans/#two-networks-one-contest", "gan-contest"), (f"{SITE}data/#cats-are-lazy", "myth-lazy"), (f"{SITE}gaans/", "gans"),
    (f"{SITE}go/gan-contess/", "gan-contest"),
])  # fmt: skip
def test_nearest_candidates(judge, address, first):
    assert judge.judge(address).candidates[0].id == first


@pytest.mark.parametrize("text", [
    "https://example.org/", "https://example.org/courses/gans/", "https://notexample.org/course/", "https://example.org.evil.net/course/", "ada@example.org/course/",
    "https://sub.example.org/course/", "https://example.org/other/#gan-old", "file:///course/gans/", "https://example.organic/course/",
])  # fmt: skip
def test_other_sites_are_left_alone(ask, text):
    assert ask("a.txt", text.encode()).found == []


def test_a_site_that_is_a_whole_host():
    register = {**world.register(), "site": "https://example.org/"}
    for entry in register["entries"]:
        entry.update({key: entry[key].replace("/course/", "/") for key in ("address", "short")})
    judge = Judge(Register(json.dumps(register), "r"))
    assert [judge.judge(a).kind for a in ("https://example.org", "https://example.org/gans/#gan-contest", "http://example.org", "https://example.org/nix/")] == [FINE, FINE, FORM, DEAD]


@pytest.mark.parametrize("text, sentence", [
    ("{", "is not a register"), ("[]", "is not a register"), ('{"version": 1}', "it has no “site”"), ('{"version": 2, "site": "https://a.b/", "entries": []}', "version"),
    ('{"version": 1, "site": "https://a.b/", "entries": []}', "holds no addresses"), ("[" * 100_000, "is not a register"),
])  # fmt: skip
def test_a_register_that_is_none(text, sentence):
    with pytest.raises(Unusable, match=sentence):
        Register(text, "a.json")


def test_only_https_is_fetched():
    with pytest.raises(Unusable, match="is not fetched: give its https address"):
        register_from("http://example.org/permalinks.json")
