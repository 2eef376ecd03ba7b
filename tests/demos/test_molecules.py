"""The molecules demo's model in a real browser: its arithmetic against Python and a direct solution, its loop, and what the page says of the teams."""

import json
from statistics import fmean

import pytest

from tests.conftest import ROOT

PARITY, TABLE = (json.loads((ROOT / f"docs/demos/molecules/{name}.json").read_text("utf-8")) for name in ("parity", "table"))
RESULTS = json.loads((ROOT / "docs/results/molecules.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def engine(modules):
    page = modules("molecules/model")
    page.evaluate("""async table => {
      const { generator, laboratory } = demo.model
      Object.assign(demo, { writer: generator(await demo.file("molecules")), lab: laboratory(table) })
    }""", TABLE)
    return page


def test_same_logits_and_surprise_as_in_python(engine):
    sample = [row for row in PARITY if "line" in row]
    found = engine.evaluate(
        """lines => lines.map(line => {
            const tokens = [0, ...[...line].map(c => demo.writer.vocabulary.indexOf(c)), 0], read = demo.writer.readAll(tokens.slice(0, -1))
            return {logits: [read[0], read.at(-1)].map(r => [...r.logits]), nats: demo.writer.surprises(tokens).reduce((a, b) => a + b, 0)}})""",
        [row["line"] for row in sample],
    )
    assert len(sample) == 4
    for mine, theirs in zip(found, sample, strict=True):
        assert sum(mine["logits"], []) == pytest.approx(sum(theirs["logits"], []), abs=1e-4)
        assert mine["nats"] == pytest.approx(theirs["nats"], abs=1e-4)


def test_the_ranker_is_the_trainers(engine):
    (sample,) = [row for row in PARITY if "learnt" in row]
    found = engine.evaluate("s => { const r = demo.model.learn(s.learnt, s.values); return s.asked.map(r.predict) }", sample)
    assert found == pytest.approx(sample["expected"], abs=1e-4)


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def solved(matrix, right):
    """The x of matrix · x = right, by elimination (the matrix is symmetric and positive, so no rows need to change places)."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, pivot in enumerate(rows):
        for row in rows[i + 1 :]:
            factor = row[i] / pivot[i]
            if factor:
                row[i:] = [a - factor * b for a, b in zip(row[i:], pivot[i:], strict=True)]
    x = [0.0] * len(rows)
    for i in reversed(range(len(rows))):
        x[i] = (rows[i][-1] - dot(rows[i][i + 1 : -1], x[i + 1 :])) / rows[i][i]
    return x


def test_the_ranker_is_the_direct_solution(engine):
    """The page solves for one unknown a molecule; here is the form with one unknown a snippet; and the loss is flat there."""
    rows = TABLE["rows"][:840:20]
    lines, values = [row[0] for row in rows], [row[1] / 1000 for row in rows]
    learn = "([l, v]) => { const r = demo.model.learn(l, v); return {weights: Object.fromEntries(r.weights), offset: r.offset} }"
    found = engine.evaluate(learn, [lines, values])
    cut = [[f"^{line}$"[i : i + size] for size in (1, 2, 3) for i in range(len(line) + 3 - size)] for line in lines]
    names = sorted({snippet for snippets in cut for snippet in snippets})
    means = [fmean(snippets.count(name) for snippets in cut) for name in names]
    centred = [[snippets.count(name) - mean for name, mean in zip(names, means, strict=True)] for snippets in cut]
    columns, aim = list(zip(*centred, strict=True)), [value - fmean(values) for value in values]
    matrix = [[dot(a, b) + 3 * (i == j) for j, b in enumerate(columns)] for i, a in enumerate(columns)]
    direct = solved(matrix, [dot(a, aim) for a in columns])
    mine = [found["weights"][name] for name in names]
    assert set(found["weights"]) == set(names)
    assert mine == pytest.approx(direct, abs=1e-8)
    assert found["offset"] == pytest.approx(fmean(values) - dot(means, direct), abs=1e-8)

    def loss(weights):
        return sum((dot(row, weights) - value) ** 2 for row, value in zip(centred, aim, strict=True)) + 3 * dot(weights, weights)

    for place in range(0, len(mine), len(mine) // 12):
        up, down = ([w + step * (i == place) for i, w in enumerate(mine)] for step in (1e-4, -1e-4))
        assert (loss(up) - loss(down)) / 2e-4 == pytest.approx(0, abs=1e-7)


def test_the_table_covers_what_was_published(engine):
    """300 lines of the page's own draw: the share in the table is the measured one, within four standard errors."""
    share = engine.evaluate("""() => { const luck = demo.nn.random(5), lines = Array.from({length: 300}, () => demo.model.write(demo.writer, luck))
        return lines.filter(demo.lab.find).length / 300 }""")
    assert share == pytest.approx(RESULTS["table_covers"], abs=0.09)


def test_the_loop_keeps_its_rules(engine):
    run = """options => { const s = demo.model.search({model: demo.writer, lab: demo.lab, seed: 4, lines: 60, ...options})
        while (s.steps < 8) s.work()
        return s.rounds.map(r => ({...r, lines: r.written.map(w => w.line), best: r.best.qed, written: 0})) }"""
    teams = {team: engine.evaluate(run, {"team": team}) for team in ("guided", "random_pick", "list_only", "with_rules")}
    assert teams["guided"] == engine.evaluate(run, {"team": "guided"}), "a seed is a search"
    assert teams["guided"] != engine.evaluate(run, {"team": "guided", "seed": 5})
    assert [r["lines"] for r in teams["guided"]] == [r["lines"] for r in teams["random_pick"]], "both are offered the same lines"
    scores = {(row[4] or row[0]): row[1] / 1000 for row in TABLE["rows"]}
    start = {row[0] for row in TABLE["rows"][: TABLE["start"]]}
    for name, rounds in teams.items():
        tested = [one["line"] for r in rounds for one in r["chosen"]]
        assert len(tested) == len(set(tested)) == 40, "nothing is tested twice"
        for r in rounds:
            assert r["mean"] == pytest.approx(fmean([scores[one["line"]] for one in r["chosen"]]))
            assert {one["line"] for one in r["chosen"]} <= {one["line"] for one in r["options"]}
            expected, found = ([one.get("expected", 0) for one in r[key]] for key in ("options", "chosen"))
            assert found == sorted(expected, reverse=True)[:20]
        assert [r["best"] for r in rounds] == sorted(r["best"] for r in rounds)
        if name == "list_only":
            assert set(tested) <= start and rounds[-1]["best"] <= RESULTS["start_best"] + 1e-3
        else:
            assert not set(tested) <= start
        if name == "with_rules":
            assert not any(one["doubtful"] for r in rounds for one in r["options"])
    assert [r["learnt"] for r in teams["guided"]] == [120, 140]


def test_what_the_page_says_of_the_teams(engine):
    """The ranker gains with the lines it can choose from; it beats chance; only the generator passes the ceiling of the list."""
    first = """options => [1, 2].map(seed => { const s = demo.model.search({model: demo.writer, lab: demo.lab, seed, lines: 300, ...options})
        while (s.steps < 3) s.work()
        return [s.rounds[0].mean, s.rounds[0].best.qed] })"""
    teams = {"team": "guided", "lines": 60}, {"team": "guided"}, {"team": "random_pick"}
    few, much, chance = (engine.evaluate(first, team) for team in teams)
    assert fmean(mean for mean, _ in much) > fmean(mean for mean, _ in few) + 0.01
    assert fmean(mean for mean, _ in much) > fmean(mean for mean, _ in chance) + 0.03
    assert min(best for _, best in much) > RESULTS["start_best"]
