"""Concept search: the index from a tiny world, and the real box in a real browser."""

import json
import re

import pytest

from scripts import catalogue, search
from scripts.collect import whole
from scripts.search import bare, index_of, weight
from tests.conftest import ROOT, write

MOST = 35_000  # bytes of engine, worker and index together


@pytest.fixture
def tab(browser):
    """A new tab with an empty cache; all are closed at the end."""
    contexts = []

    def opened(**options):
        contexts.append(browser.new_context(**options))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def box(tab, address):
    """Type a text into the box of a page: what stands in the list then, as (title, address within the site) of all links, the best first."""
    page = tab()
    page.goto(address + "about/", wait_until="networkidle")
    page.keyboard.press("/")

    def typed(text: str) -> list[tuple[str, str]]:
        page.evaluate("document.querySelector('.md-search-result__list').innerHTML = ''")
        page.locator("[data-md-component=search-query]").fill(text)
        page.keyboard.press("End")
        page.locator(".md-search-result__link").first.wait_for(state="attached", timeout=20_000)
        links = page.locator(".md-search-result__link").evaluate_all("links => links.map(a => [a.querySelector('h1, h2').textContent, a.href, +a.firstElementChild.dataset.mdScore])")
        return [(title, re.sub(r"\?h=[^#]*", "", href.removeprefix(address))) for title, href, score in sorted(links, key=lambda link: -link[2])]

    typed.page = page
    return typed


def test_alias_travels_without_the_words_that_the_search_ignores():
    assert bare("How does a GAN learn?", {"how", "does", "a"}) == "gan learn?"
    assert bare("what is AI", {"what", "is"}) == "", "too little of the question is left"
    assert bare("how", {"how"}) == "how" and bare("AI", {"is"}) == "ai"


def test_place_on_the_same_page_travels_as_its_fragment():
    entry = {"title": "A", "aliases": ["one", "two ones"], "of": ""}
    index = json.loads(index_of([{**entry, "location": place} for place in ("", "#a", "b/", "b/#c", "d/#e", "d/#f")]))
    assert index["location"] == ["", "#a", "b/", "#c", "d/#e", "#f"] and index["aliases"][0] == "two ones, one"
    assert whole(index["location"]) == ["", "#a", "b/", "b/#c", "d/#e", "d/#f"]


THEME = '<script id="__config">{"search": "assets/javascripts/workers/search.1.min.js", "a": "1 matching document", "b": "# matching documents"}</script>'


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("workers/search.1.min.js", "workers/other.js", "search: index.html names the theme's search worker 0 times, not once. Has the theme changed?"),
        ('"# matching documents"', '"# hits"', "search: index.html names the count of results 0 times, not once. Has the theme changed?"),
    ],
)
def test_changed_theme_stops_the_build(tmp_path, old, new, message):
    write(tmp_path, {"assets/javascripts/workers/search.1.min.js": "", "search/search_index.json": '{"config": {}, "docs": []}', "index.html": THEME.replace(old, new)})
    with pytest.raises(SystemExit, match=re.escape(message)):
        search.run(tmp_path)


def test_two_workers_stop_the_build(tmp_path):
    write(tmp_path, {f"assets/javascripts/workers/search.{n}.min.js": "" for n in (1, 2)})
    with pytest.raises(SystemExit, match="the theme should hold one search worker; it holds 2. Has the theme changed?"):
        search.run(tmp_path)


def test_all_that_a_first_search_fetches_is_small(site):
    parts = [(site / "search" / name).read_text("utf-8") for name in ("worker.js", "minisearch.js", "full_index.json")]
    assert sum(map(weight, parts)) <= MOST
    assert json.loads((site / "search/search_index.json").read_text("utf-8"))["docs"] == [], "the page itself gets a stub"


def test_every_section_has_aliases_and_none_is_shown(site):
    index = json.loads((site / "search/full_index.json").read_text("utf-8"))
    kinds = {entry.address: entry.kind for entry in catalogue.entries(site)}
    without = [place for place, aliases in zip(whole(index["location"]), index["aliases"], strict=True) if kinds[place] in ("page", "section") and not aliases]
    assert without == [] and len(index["location"]) > 400
    assert not [page for page in site.glob("*/index.html") if "data-search-aliases" in page.read_text("utf-8")]


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("llm", "transformers/"),
        ("tranformer", "transformers/"),
        ("generalization", "supervised/#supervised-generalisation"),
        ("k means", "unsupervised/#clusters-k-means"),
        ("what is a gan?", "gans/"),
        ("halluc", "content-creation/#content-hallucination"),
        ("claim c18", "synergy/#claim-c18"),
        ('"mode collapse"', "gans/#gan-collapse"),
        ("rewrad hacking", "reinforcement/#rl-reward-design"),  # two letters swapped
        ("modecollapse", "gans/#gan-collapse"),  # two words in one
        ("does it spy on me", "about/#about-privacy"),  # an everyday word of search.yml
    ],
)
def test_first_result(box, text, wanted):
    assert box(text)[0][1] == wanted


def test_results_are_grouped_by_page_with_a_label_for_the_kind(box):
    found = box("mode collapse")
    addresses = [place for _, place in found]
    assert addresses.index("gans/#gan-collapse") < addresses.index("glossary/#term-mode-collapse"), "a term comes after the section that explains it"
    page = box.page
    assert page.locator(".md-search-result__item").first.locator("h1").inner_text() == "Generative adversarial networks"
    assert "glossary" in page.locator("a[href*='term-mode-collapse'] .kind").first.text_content()
    box("claim 18")
    assert page.locator("a[href*='claim-c18'] .kind").first.text_content() == "claim 18"
    assert page.locator(".md-search-result__list mark").count(), "what was typed is marked"


def test_only_the_three_best_keep_company_on_their_page(box):
    """What is shown at once beyond the first of a page must not push the second or third best down."""
    for text in ("attention", "overfitting", "what is a gan", "training data"):
        box(text)
        at_once = box.page.evaluate("[...document.querySelectorAll('.md-search-result__item')].map(item => item.querySelectorAll(':scope > a').length)")
        assert len(at_once) > 1 and sum(max(0, links - 2) for links in at_once) <= 2, text  # the page and its best section always show


def test_nothing_found_leads_to_the_glossary_and_is_no_empty_box(box):
    assert box("asdfgh qwertz")[0] == ("Nothing found for “asdfgh qwertz”", "glossary/")
    assert box("pizza recipe")[0][0].startswith("Nothing found")
    assert box("<i>zzzzzz</i>")[0][0] == "Nothing found for “<i>zzzzzz</i>”", "what was typed is text, not markup"


def test_on_the_way_to_a_word_the_box_does_not_say_that_nothing_was_found(box):
    assert box("g")[0][0].startswith("GAN"), "a letter: what the glossary has under it"
    assert box("why is") == [("Type on: “why is”", "glossary/")]
    assert [place for _, place in box("overfitting tha")] == [place for _, place in box("overfitting")], "“tha” is on the way to “that”, which is ignored"


@pytest.mark.parametrize("text", ["bitcoin price", "cheap flights", "football scores", "best restaurants near me"])
def test_off_topic_brings_few(box, text):
    assert len([place for _, place in box(text) if "#" in place]) <= 5


def test_how_many_is_announced(box):
    box("attention")
    assert box.page.locator(".md-search-result__meta[role=status]").inner_text().endswith("to look at")


def test_keyboard_alone_goes_to_the_section_and_marks_the_words(box, address):
    box("mode collapse")
    box.page.locator("[data-md-component=search-query]").focus()
    box.page.keyboard.press("Enter")
    box.page.wait_for_url(re.compile(r"gans/\?h=.*#gan-collapse$"), timeout=20_000)
    box.page.locator("article mark").first.wait_for(timeout=20_000)


def test_query_in_the_address_is_answered(tab, address):
    page = tab()
    page.goto(address + "gans/?q=temperature")
    link = page.locator(".md-search-result__link[href*='#transformer-temperature']").first
    link.wait_for(timeout=20_000)
    assert link.get_attribute("href").startswith(address)


def test_without_javascript_a_plain_page_lists_every_section_and_term(tab, address):
    page = tab(java_script_enabled=False)
    for place in ("", "gans/"):
        page.goto(address + place)
        page.locator(".no-search a").click()
        page.wait_for_url(address + "catalogue/")
    for name in ("Two networks, one contest", "Mode collapse"):
        page.get_by_role("link", name=name, exact=True).first.wait_for(timeout=20_000)


def test_data_of_the_benchmark_names_only_ids_that_exist(site):
    from scripts.bench_search import own
    from scripts.catalogue import entries

    known = {entry.id for entry in entries(site)}
    for file in ("queries.yml", "others.yml", "seen.yml", "unseen.yml"):
        queries = own(file)
        assert len(queries) >= 80 and [(query.text, wanted) for query in queries for wanted in query.wanted if wanted not in known] == []
    assert 0.4 < sum(query.tuned for query in own()) / len(own()) < 0.6


def test_engine_comes_with_its_hash():
    lock = json.loads((ROOT / "requirements/npm/package-lock.json").read_text("utf-8"))
    assert lock["packages"]["node_modules/minisearch"]["integrity"].startswith("sha512-")
