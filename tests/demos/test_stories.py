"""The stories demo in a real browser: its arithmetic and its checker against Python, its quality, and what a reader can do with it."""

import json
import random
from importlib.resources import files

import pytest

from scripts.train import story_world
from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "demos" / "stories"
PLACE = "#demo-stories"
LOADED = """async address => {
    const names = ["nn", "stories/model", "stories/checker"]
    const [{unpack}, ...modules] = await Promise.all(names.map(name => import(`${address}demos/${name}.js`)))
    const weights = await (await import(address + "demos/kit.js")).file(address + "demos/stories/weights.safetensors.gz")
    Object.assign(window, {model: modules[0], checker: modules[1], teller: modules[0].storyteller(unpack(weights))})
}"""


@pytest.fixture(scope="module")
def maths(browser, address):
    """A page without a demo in view, with `model`, `checker` and `teller`, the model of the committed weights."""
    page = browser.new_page()
    page.goto(address + "about/")
    page.evaluate(LOADED, address)
    yield page
    page.close()


@pytest.fixture
def demo(browser, address):
    """demo(query, …) → the page, at the living figure."""
    contexts, faults = [], []

    def opened(query="", width=1000, **options):
        may = ["clipboard-read", "clipboard-write"]
        context = browser.new_context(viewport={"width": width, "height": 900}, permissions=may, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto(f"{address}content-creation/{query}{PLACE}")
        page.wait_for_selector(f"{PLACE}[data-live]")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def press(page, name):
    page.locator(PLACE).get_by_role("button", name=name).click()


def says(page, words):
    page.locator(f"{PLACE} [role=status]", has_text=words).wait_for(timeout=60_000)


def words(page):
    """The story as far as it is written, without the teller and what stands at its end."""
    return page.locator(f"{PLACE} .demo-words button").all_inner_texts()[1:-1]


def verdict(page):
    return page.locator(f"{PLACE} .demo-verdict").first.inner_text()


def flat(nested):
    return [number for item in nested for number in flat(item)] if isinstance(nested, list) else [nested]


# Arithmetic


def test_same_numbers_as_in_python(maths):
    sample = json.loads((FOLDER / "parity.json").read_text())
    found = maths.evaluate(
        """({tokens, classify}) => ({
            logits: tokens.map(row => teller.readAll(row)).map(read => [read[0], read[5], read.at(-1)].map(r => [...r.logits])),
            attention: [0, 1].map(layer => tokens.map(row => teller.readAll(row).at(-1).looks[layer].map(head => [...head]))),
            nats: classify.map(({text}) => model.classify(teller, text.split(" ")).nats)})""",
        sample,
    )
    assert flat(found["logits"]) == pytest.approx(flat(sample["logits"]), abs=1e-4)
    assert flat(found["attention"]) == pytest.approx(flat(sample["attention"]), abs=1e-4)
    assert flat(found["nats"]) == pytest.approx([n for row in sample["classify"] for n in row["nats"]], abs=1e-4)


def test_a_seed_is_a_story_and_a_taken_word_stays(maths):
    first, again, colder, other, taken = maths.evaluate("""() => {
        const one = options => model.write(teller, {teller: 0, seed: 17, temperature: 1, ...options}).join(" ")
        return [one({}), one({}), one({temperature: .1}), one({seed: 18}), one({taken: {16: "omar"}})]
    }""")
    assert first == again != colder and first != other
    assert taken == first.replace("by ines", "by omar"), "the luck of the other places is untouched"


def test_the_checker_agrees_with_the_trainers(maths):
    """On true stories, on stories with one word changed, and on stories with their claim taken from another."""
    draw = random.Random(3)
    told, tellers = story_world.stories(1_200, seed=3)
    texts = list(told)
    for text in told:
        changed = text.split()
        place = draw.choice([draw.randrange(len(changed)), 12, 13, 16, min(22, len(changed) - 1)])
        changed[place] = draw.choice(story_world.PEOPLE + story_world.DIGITS + ["less", "more", "."])
        texts.append(" ".join(changed))
        other = draw.choice(told).split()
        texts.append(" ".join([*text.split()[:12], *other[12:]]))
    theirs = [list(story_world.verdict(text)) for text in texts]
    assert {found for _, found in theirs} == {"true", "false", "invented", "not a story"}
    mine, known = maths.evaluate(
        """texts => {
            const stories = texts.map(text => text.split(" "))
            return [stories.map(checker.check).map(found => [found.kind, found.verdict]), stories.slice(0, 50).map(checker.chances)]
        }""",
        texts,
    )
    assert mine == theirs
    assert flat(known) == pytest.approx([story_world.chances(text, teller) for text in told[:50] for teller in (0, 1)], abs=1e-9)


def test_the_checker_points_at_the_word_and_says_what_is_so(maths):
    start, end = "omar draws a narrow five . ines draws a slanted two . ", " . the page is full ."
    claims = {
        "the five is by ines": [16, "omar drew the five"],
        "the five is by yara": [16, "there is no yara in this story"],
        "the model looks at the digit of omar and says two": [22, "omar drew the five"],
        "the nine is by omar": [13, "nobody drew a nine"],
        "five is less than two": [14, "five is more than two"],
        "five is less than six": [16, "nobody drew a six"],
        "five is by omar": [14, "“by” cannot stand at word 15"],
    }
    for claim, expected in claims.items():
        found = maths.evaluate("text => checker.check(text.split(' '))", start + claim + end)
        assert [found["place"], found["why"]] == expected, claim


def test_stories_told_in_the_page_are_of_the_trainers_kind(maths):
    told = maths.evaluate(
        """async address => {
            const luck = (await import(address + "demos/nn.js")).random(1)
            return Array.from({length: 600}, (_, i) => checker.tell(i % 2, luck).join(" "))
        }""",
        maths.url.removesuffix("about/"),
    )
    verdicts = [story_world.verdict(text) for text in told]
    assert {found for _, found in verdicts} == {"true"}
    for claim in story_world.CLAIMS:
        assert sum(kind == claim for kind, _ in verdicts) == pytest.approx(200, abs=45)
    jokes = [text.split() for text in told[1::2]]
    assert sum(text[1] == "scribbles" for text in jokes) / 300 == pytest.approx(0.35, abs=0.1)


def test_quality_of_the_committed_weights(maths):
    """Measured again in the page: form, facts, and reports told from jokes, against the published figures."""
    results = json.loads((ROOT / "docs/results/stories.json").read_text())
    count = 250
    found = maths.evaluate(
        "n => Array.from({length: n}, (_, i) => model.write(teller, {teller: i % 2, seed: 5_000 + i, temperature: 1}).join(' '))", count
    )
    verdicts = [story_world.verdict(text) for text in found]
    told = [claim for kind, claim in verdicts if kind]
    assert len(told) / count >= 0.97
    assert told.count("true") / len(told) == pytest.approx(results["facts_right"]["mean"], abs=0.1)
    texts, tellers = story_world.stories(count, seed=77)
    nats = maths.evaluate("texts => texts.map(text => model.classify(teller, text.split(' ')).nats)", texts)
    answers = [int(joke < report) for report, joke in nats]
    right = sum(a == b for a, b in zip(answers, tellers, strict=True)) / count
    assert right == pytest.approx(results["classifier_accuracy"]["mean"], abs=0.05)


# What a reader can do. Seed 17 is what the demo opens with and what the page links to: a false claim about who drew the five.
# After a new training choose such a seed again: in view.js, in content-creation.md and here.


def test_word_by_word_to_the_end_and_again(demo):
    page = demo("?stories.seed=17")
    whole = words(page)
    assert "✘ “the five is by ines” is false; in fact omar drew the five." in verdict(page)
    assert page.locator(f"{PLACE} [data-wrong]").inner_text() == "ines"
    says(page, "The end. The statement is false.")
    press(page, "Start again")
    assert words(page) == []
    for _ in range(3):
        press(page, "Next word")
    assert words(page) == whole[:3] and "waits" in verdict(page)
    says(page, "Word 3 is")
    press(page, "To the end")
    page.wait_for_function("document.querySelector('#demo-stories .demo-verdict').textContent.includes('Grammatical')", timeout=60_000)
    assert words(page) == whole


def test_another_word_can_be_taken_and_the_checker_follows(demo):
    page = demo("?stories.seed=17&stories.words=16", reduced_motion="reduce")
    table = page.locator(f"{PLACE} .stories-next tbody tr")
    shares = [float(text.split(" %")[0].lstrip("<")) for text in table.locator("td:last-child").all_inner_texts()]
    assert sum(shares) == pytest.approx(100, abs=2.5) and table.count() == 10
    page.locator(f"{PLACE} .stories-next").get_by_role("button", name="omar").click()
    says(page, "Word 17 is now “omar”, your choice")
    press(page, "To the end")
    assert "✔ “the five is by omar” is true: omar drew the five." in verdict(page)
    assert "✔ yours" in page.locator(f"{PLACE} .stories-next").inner_text()
    page.get_by_label("Look at word").fill("5")
    assert page.locator(f"{PLACE} .demo-title").first.inner_text() == "What could be word 5, after “… draws a narrow”?"


def test_temperature_changes_the_draw_and_attention_follows_the_head(demo):
    page = demo("?stories.seed=17&stories.words=2&stories.look=2")
    share = page.locator(f"{PLACE} .stories-next td:last-child").first
    assert 40 < float(share.inner_text().split(" %")[0]) < 60, "a report draws in half the cases"
    press(page, "To the end")
    page.locator(f"{PLACE} .demo-verdict", has_text="Grammatical").wait_for(timeout=60_000)
    before = words(page)
    page.get_by_label("Temperature").fill("0.1")
    page.get_by_label("Look at word").fill("2")
    assert words(page) != before and float(share.inner_text().split(" %")[0]) > 95
    page.get_by_label("Look at word").fill("12")
    looks, seen = page.locator(f"{PLACE} .stories-looks"), set()
    for head in ("mean", "1.1", "2.4"):
        page.get_by_label("Attention of").select_option(head)
        seen.add(looks.inner_text())
    assert len(seen) == 3 and all("%" in text for text in seen)


def test_it_counts_in_slices_and_forgets_when_the_temperature_changes(demo):
    page = demo()
    page.evaluate("""() => {
        const figure = document.querySelector('#demo-stories')
        window.seen = new Set()
        const look = new MutationObserver(() => seen.add(figure.textContent.match(/(\\d+) stories of/)?.[1]))
        look.observe(figure, {subtree: true, childList: true, characterData: true})
    }""")
    assert page.locator(f"{PLACE} .stories-count tbody tr").count() == 3
    press(page, "Write 100 stories")
    says(page, "100 stories:")
    assert page.evaluate("seen.size") > 5, "the count is shown as it grows, so the page is never blocked"
    cells = [[int(cell) for cell in row.locator("td").all_inner_texts()] for row in page.locator(f"{PLACE} .stories-count tbody tr").all()]
    assert all(row[0] == sum(row[1:]) for row in cells) and 90 <= sum(row[0] for row in cells) <= 100
    assert cells[0][1] > 0.8 * cells[0][0], "which is more: nearly always true"
    assert cells[1][1] < 0.8 * cells[1][0], "who drew it: not"
    page.get_by_label("Temperature").fill("0.5")
    page.locator(PLACE, has_text="No stories of the teller “report” at temperature 0.5 counted yet.").wait_for()


def test_the_same_model_reads(demo):
    page = demo()
    field, answer = page.get_by_label("yours to change"), page.locator(f"{PLACE} .stories-answer .demo-verdict")
    start = "ben {} a {} two . mina {} a {} six . two is less than six . {} ."
    field.fill(start.format("draws", "neat", "draws", "plain", "nobody objects"))
    says(page, "The model answers: report")
    field.fill(start.format("doodles", "sleepy", "scribbles", "wobbly", "everyone laughs"))
    says(page, "The model answers: joke")
    assert "A perfect reader" in page.locator(f"{PLACE} .stories-answer").inner_text()
    field.fill("ben scribles a 2")
    says(page, "does not know “scribles” (nearest: “scribbles”)")
    field.fill("")
    says(page, "Nothing to read")
    field.fill("ben " * 40)
    says(page, "at most 29 words")
    press(page, "A fresh true story")
    page.locator(f"{PLACE} .stories-answer", has_text="It was told as a").wait_for()
    press(page, "Let it read 100")
    says(page, "Right on")
    assert 75 <= float(page.locator(f"{PLACE} [role=status]").inner_text().split()[2]) <= 98 and answer.inner_text()


def test_a_link_brings_the_state_back(demo):
    page = demo("?stories.seed=3&stories.teller=joke&stories.temperature=0.7&stories.words=16")
    page.locator(f"{PLACE} .stories-next button").nth(1).click()
    page.get_by_label("Attention of").select_option("2.1")
    page.get_by_label("yours to change").fill("ben draws a neat two .")
    says(page, "The model answers")
    press(page, "Copy link")
    says(page, "The link is copied")
    link = page.evaluate("navigator.clipboard.readText()")
    other = demo("?" + link.split("?")[1].split("#")[0])
    told = [tab.locator(f"{PLACE} .demo-words").inner_html() for tab in (page, other)]
    assert told[0] == told[1] and "data-taken" in told[0]
    assert other.get_by_label("yours to change").input_value() == "ben draws a neat two ."


def test_nonsense_in_the_address_is_named_and_left_out(demo):
    page = demo("?stories.temperature=hot&stories.teller=liar&stories.words=-3&stories.taken=4-elephant")
    says(page, "left out: temperature=hot, words=-3, teller=liar, taken=4-elephant")
    assert len(words(page)) > 15


def test_keyboard_alone(demo):
    page = demo("?stories.seed=17&stories.words=16")
    page.get_by_role("button", name="Next word").focus()
    page.keyboard.press("Enter")
    assert words(page)[-1] == "ines"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.stories-next') !== null"):
            break
    page.keyboard.press("Enter")
    assert page.locator(f"{PLACE} [data-taken]").count() == 1


def test_phone_fits_and_axe_is_content(demo):
    page = demo(width=320)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        answer = page.evaluate(f"axe.run('{PLACE}', {{resultTypes: ['violations']}})")
        assert len(answer["passes"]) > 10
        assert [f"{scheme}: {rule['id']}: {node['target']}" for rule in answer["violations"] for node in rule["nodes"]] == []


def test_without_weights_the_table_stays(browser, address):
    page = browser.new_page()
    page.route("**/stories/weights.safetensors.gz", lambda route: route.abort())
    page.goto(f"{address}content-creation/{PLACE}")
    page.locator(f"{PLACE} .demo-fault").wait_for()
    assert page.locator(f"{PLACE} table").is_visible() and not page.locator(f"{PLACE} .demo-live").count()
    page.close()
