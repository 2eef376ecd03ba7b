"""The stories model in a real browser: its arithmetic and its checker against Python, and its quality from the committed weights."""

import json
import random

import pytest

from scripts.train import story_world
from tests.conftest import ROOT
from tests.demos.conftest import flat


@pytest.fixture(scope="module")
def engine(modules):
    page = modules("stories/model", "stories/checker", "stories/course")
    page.evaluate("async () => { demo.teller = demo.model.storyteller(await demo.file('stories')) }")
    return page


def test_same_numbers_as_in_python(engine):
    sample = json.loads((ROOT / "docs/demos/stories/parity.json").read_text("utf-8"))
    found = engine.evaluate(
        """({tokens, classify}) => ({
            logits: tokens.map(row => demo.teller.readAll(row)).map(read => [read[0], read[5], read.at(-1)].map(r => [...r.logits])),
            attention: [0, 1].map(layer => tokens.map(row => demo.teller.readAll(row).at(-1).looks[layer].map(head => [...head]))),
            nats: classify.map(({text}) => demo.model.classify(demo.teller, text.split(" ")).nats)})""",
        sample,
    )
    assert flat(found["logits"]) == pytest.approx(flat(sample["logits"]), abs=1e-4)
    assert flat(found["attention"]) == pytest.approx(flat(sample["attention"]), abs=1e-4)
    assert flat(found["nats"]) == pytest.approx([n for row in sample["classify"] for n in row["nats"]], abs=1e-4)


def test_a_seed_is_a_story_and_a_taken_word_stays(engine):
    first, again, colder, other, taken = engine.evaluate("""() => {
        const one = options => demo.model.write(demo.teller, {teller: 0, seed: 17, temperature: 1, ...options}).join(" ")
        return [one({}), one({}), one({temperature: .1}), one({seed: 18}), one({taken: {16: "omar"}})]
    }""")
    assert first == again != colder and first != other
    assert taken == first.replace("by ines", "by omar"), "the luck of the other places is untouched"


def test_the_course_of_a_story_keeps_its_state(engine):
    told, taken, ended, again = engine.evaluate("""() => {
        const state = {seed: 17, teller: "report", temperature: 1, words: 16, look: 0, taken: ""}, course = demo.course.course(demo.teller, state), seen = []
        const note = () => seen.push({...state, text: course.story.words.join(" "), found: course.verdict?.verdict})
        course.rewrite(); note()
        state.look = 5; course.take("omar"); note()
        while (course.more()); note()
        course.rewrite(); note()
        return seen
    }""")
    assert (told["words"], told["look"], len(told["text"].split())) == (16, 17, 16), "it looks at the word that comes next"
    assert (taken["words"], taken["look"], taken["taken"]) == (5, 6, "4-omar") and taken["text"].split()[4] == "omar"
    assert ended["text"].startswith(taken["text"]) and ended["words"] == 29 and ended == again


def test_choices_of_a_reader_name_places_and_words(engine):
    tried = ["", "4-omar_16-<end>", "4-elephant", "29-omar", "4", "x-omar", "4-omar-ines", "-omar"]
    assert engine.evaluate("tried => tried.map(taken => demo.course.isTaken(taken, demo.teller))", tried) == [True, True] + 6 * [False]


def test_the_checker_agrees_with_the_trainers(engine):
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
    mine, known = engine.evaluate(
        """texts => {
            const stories = texts.map(text => text.split(" "))
            return [stories.map(demo.checker.check).map(found => [found.kind, found.verdict]), stories.slice(0, 50).map(demo.checker.chances)]
        }""",
        texts,
    )
    assert mine == theirs
    assert flat(known) == pytest.approx([story_world.chances(text, teller) for text in told[:50] for teller in (0, 1)], abs=1e-9)


def test_the_checker_points_at_the_word_and_says_what_is_so(engine):
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
        found = engine.evaluate("text => demo.checker.check(text.split(' '))", start + claim + end)
        assert [found["place"], found["why"]] == expected, claim


def test_stories_told_in_the_page_are_of_the_trainers_kind(engine):
    told = engine.evaluate(
        """() => {
            const luck = demo.nn.random(1)
            return Array.from({length: 600}, (_, i) => demo.checker.tell(i % 2, luck).join(" "))
        }""",
    )
    verdicts = [story_world.verdict(text) for text in told]
    assert {found for _, found in verdicts} == {"true"}
    for claim in story_world.CLAIMS:
        assert sum(kind == claim for kind, _ in verdicts) == pytest.approx(200, abs=45)
    jokes = [text.split() for text in told[1::2]]
    assert sum(text[1] == "scribbles" for text in jokes) / 300 == pytest.approx(0.35, abs=0.1)


def test_quality_of_the_committed_weights(engine):
    """Measured again in the page: form, facts, and reports told from jokes, against the published figures."""
    results = json.loads((ROOT / "docs/results/stories.json").read_text("utf-8"))
    count = 250
    found = engine.evaluate(
        "n => Array.from({length: n}, (_, i) => demo.model.write(demo.teller, {teller: i % 2, seed: 5_000 + i, temperature: 1}).join(' '))", count
    )
    verdicts = [story_world.verdict(text) for text in found]
    told = [claim for kind, claim in verdicts if kind]
    assert len(told) / count >= 0.97
    assert told.count("true") / len(told) == pytest.approx(results["facts_right"]["mean"], abs=0.1)
    texts, tellers = story_world.stories(count, seed=77)
    nats = engine.evaluate("texts => texts.map(text => demo.model.classify(demo.teller, text.split(' ')).nats)", texts)
    answers = [int(joke < report) for report, joke in nats]
    right = sum(a == b for a, b in zip(answers, tellers, strict=True)) / count
    assert right == pytest.approx(results["classifier_accuracy"]["mean"], abs=0.05)
