"""The induction models in a real browser: their arithmetic against Python, and their quality from the committed weights."""

import json

import pytest

from tests.conftest import ROOT
from tests.demos.conftest import flat


@pytest.fixture(scope="module")
def engine(modules):
    page = modules("induction/model")
    page.evaluate("async () => { demo.both = demo.model.models(await demo.file('induction')) }")
    return page


def test_same_numbers_as_in_python(engine):
    samples = json.loads((ROOT / "docs/demos/induction/parity.json").read_text("utf-8"))
    assert {sample["model"] for sample in samples} == {"one_layer", "two_layers"}
    found = engine.evaluate(
        """samples => samples.map(({model, tokens}) => {
            const read = demo.both[model === "one_layer" ? "one" : "two"].readAll(tokens)
            return {logits: [read[0], read.at(-1)].map(r => [...r.logits]), attention: read.at(-1).looks.map(l => l.map(h => [...h]))}
        })""",
        samples,
    )
    for mine, theirs in zip(found, samples, strict=True):
        assert flat(mine["logits"]) == pytest.approx(flat(theirs["logits"]), abs=1e-4)
        assert flat(mine["attention"]) == pytest.approx(flat(theirs["attention"]), abs=1e-4)


def test_memory_can_be_rewound_and_weights_are_shares_of_the_past(engine):
    again, sums, sizes = engine.evaluate("""() => {
        const {both, model} = demo, tokens = model.fromSeed(7, 3).slice(0, 20), memory = both.two.begin(), first = tokens.map(t => both.two.read(memory, t))
        both.two.rewind(memory, 8)
        const second = tokens.slice(8).map(t => both.two.read(memory, t))
        const heads = first.flatMap(({looks}) => looks.flat())
        return [second.every((s, i) => s.logits.every((v, j) => v === first[8 + i].logits[j])),
            heads.map(h => h.reduce((a, b) => a + b)), first.map(({looks}) => looks[1][0].length)]
    }""")
    assert again
    assert sums == pytest.approx([1] * len(sums), abs=1e-5)
    assert sizes == list(range(1, 21)), "nobody looks at what comes later"


def test_what_can_be_known_is_what_the_trainer_counts(engine):
    for period in (5, 9, 14):
        tokens, known, sighted = engine.evaluate(
            """p => {
                const {both, model} = demo, t = model.fromSeed(p, 4)
                return [t, model.guesses(both.one, t).map(g => g.answerable), [12, 20].map(i => model.sighting(t, i))]
            }""",
            period,
        )
        assert len(tokens) == 33 and len(set(tokens[:period])) == period and tokens[period:] == tokens[:-period]
        assert known == [at >= period for at in range(32)]
        assert sighted == [at - period if at >= period else -1 for at in (12, 20)]


def test_quality_of_the_committed_weights(engine):
    """Floors: two layers .99, one layer at most .30. A silent head costs what the results say."""
    results = json.loads((ROOT / "docs/results/induction.json").read_text("utf-8"))
    run = """([count, silent]) => { const grow = demo.model.test(demo.both, 2, silent ? {two: new Set([silent])} : {}); let c
        for (let i = 0; i < count; i++) c = grow(); return [c.one / c.asked, c.two / c.asked, c.asked] }"""
    one, two, asked = engine.evaluate(run, [200, None])
    assert asked > 4_000
    assert two >= 0.99 and one <= 0.30
    assert one == pytest.approx(results["one_layer"]["accuracy"]["values"][0], abs=0.03)
    crippled = engine.evaluate(run, [60, "0.1"])[1]
    assert crippled == pytest.approx(results["two_layers"]["accuracy_with_silent_head"]["layer_1_head_2"], abs=0.08)
