"""The molecules demo in a real browser: its arithmetic against Python and a direct solution, its loop, its use."""

import json
import re
from statistics import fmean

import pytest

from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "demos" / "molecules"
PLACE = "#demo-molecules"
PARITY = json.loads((FOLDER / "parity.json").read_text())
TABLE = json.loads((FOLDER / "table.json").read_text())
RESULTS = json.loads((ROOT / "docs" / "results" / "molecules.json").read_text())
LOADED = """async address => {
    const [nn, maths] = await Promise.all(["nn", "molecules/model"].map(name => import(`${address}demos/${name}.js`)))
    const names = ["weights.safetensors.gz", "table.json"]
    const { file } = await import(`${address}demos/kit.js`)
    const [weights, table] = await Promise.all(names.map(name => file(`${address}demos/molecules/${name}`)))
    const writer = maths.generator(nn.unpack(weights))
    Object.assign(window, {nn, maths, writer, lab: maths.laboratory(JSON.parse(new TextDecoder().decode(table)))})
}"""


@pytest.fixture(scope="module")
def maths(browser, address):
    """A page without a demo in view, with the modules, `writer`, the generator of the committed weights, and `lab`."""
    page = browser.new_page()
    page.goto(address + "about/")
    page.evaluate(LOADED, address)
    yield page
    page.close()


@pytest.fixture
def demo(browser, address):
    """demo(query, …) → the page, at the living figure."""
    contexts, faults, allowed = [], [], ["clipboard-read", "clipboard-write"]

    def opened(query="", width=1000):
        context = browser.new_context(viewport={"width": width, "height": 900}, permissions=allowed)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto(f"{address}healthcare/{query}{PLACE}")
        page.wait_for_selector(f"{PLACE}[data-live]")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def press(page, name):
    page.locator(PLACE).get_by_role("button", name=name, exact=True).click()


def says(page, words):
    page.locator(f"{PLACE} [role=status]", has_text=words).wait_for(timeout=60_000)


# Arithmetic


def test_same_logits_and_surprise_as_in_python(maths):
    sample = [row for row in PARITY if "line" in row]
    found = maths.evaluate(
        """lines => lines.map(line => {
            const tokens = [0, ...[...line].map(c => writer.vocabulary.indexOf(c)), 0], read = writer.readAll(tokens.slice(0, -1))
            return {logits: [read[0], read.at(-1)].map(r => [...r.logits]), nats: writer.surprises(tokens).reduce((a, b) => a + b, 0)}})""",
        [row["line"] for row in sample],
    )
    assert len(sample) == 4
    for mine, theirs in zip(found, sample, strict=True):
        assert sum(mine["logits"], []) == pytest.approx(sum(theirs["logits"], []), abs=1e-4)
        assert mine["nats"] == pytest.approx(theirs["nats"], abs=1e-4)


def test_the_ranker_is_the_trainers(maths):
    (sample,) = [row for row in PARITY if "learnt" in row]
    found = maths.evaluate("s => { const r = maths.learn(s.learnt, s.values); return s.asked.map(r.predict) }", sample)
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


def test_the_ranker_is_the_direct_solution(maths):
    """The page solves for one unknown a molecule; here is the form with one unknown a snippet; and the loss is flat there."""
    rows = TABLE["rows"][:840:20]
    lines, values = [row[0] for row in rows], [row[1] / 1000 for row in rows]
    learn = "([l, v]) => { const r = maths.learn(l, v); return {weights: Object.fromEntries(r.weights), offset: r.offset} }"
    found = maths.evaluate(learn, [lines, values])
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


def test_the_table_covers_what_was_published(maths):
    """300 lines of the page's own draw: the share in the table is the measured one, within four standard errors."""
    share = maths.evaluate("""() => { const luck = nn.random(5), lines = Array.from({length: 300}, () => maths.write(writer, luck))
        return lines.filter(lab.find).length / 300 }""")
    assert share == pytest.approx(RESULTS["table_covers"], abs=0.09)


def test_the_loop_keeps_its_rules(maths):
    run = """options => { const s = maths.search({model: writer, lab, seed: 4, lines: 60, ...options})
        while (s.steps < 8) s.work()
        return s.rounds.map(r => ({...r, lines: r.written.map(w => w.line), best: r.best.qed, written: 0})) }"""
    teams = {team: maths.evaluate(run, {"team": team}) for team in ("guided", "random_pick", "list_only", "with_rules")}
    assert teams["guided"] == maths.evaluate(run, {"team": "guided"}), "a seed is a search"
    assert teams["guided"] != maths.evaluate(run, {"team": "guided", "seed": 5})
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


def test_what_the_page_says_of_the_teams(maths):
    """The ranker gains with the lines it can choose from; it beats chance; only the generator passes the ceiling of the list."""
    first = """options => [1, 2].map(seed => { const s = maths.search({model: writer, lab, seed, lines: 300, ...options})
        while (s.steps < 3) s.work()
        return [s.rounds[0].mean, s.rounds[0].best.qed] })"""
    teams = {"team": "guided", "lines": 60}, {"team": "guided"}, {"team": "random_pick"}
    few, much, chance = (maths.evaluate(first, team) for team in teams)
    assert fmean(mean for mean, _ in much) > fmean(mean for mean, _ in few) + 0.01
    assert fmean(mean for mean, _ in much) > fmean(mean for mean, _ in chance) + 0.03
    assert min(best for _, best in much) > RESULTS["start_best"]


# What a reader can do


def test_step_round_teams_and_link(demo):
    page = demo("?molecules.lines=60&molecules.seed=2")
    says(page, "Generator + ranking, seed 2: nothing tested yet.")
    assert page.locator(f"{PLACE} img").is_visible() and page.locator(f"{PLACE} [data-result]").first.is_visible()
    said = {"propose": "60 lines written", "rank": "expected QED 0.", "test": "best found so far 0.", "learn": "learned from 120 molecules"}
    for name, words in said.items():
        page.locator(PLACE).get_by_role("button", name=f"Next step: {name}").focus()
        page.keyboard.press("Enter")
        says(page, words)
    lines = page.locator(".molecules-lines tbody tr").all_inner_texts()
    assert len(lines) == 60 and sum("tested: 0." in text for text in lines) == 20
    press(page, "One round")
    says(page, "Round 2, learn: the ranker has learned from 140 molecules")
    assert len(re.findall(r"0\.\d{3}", page.locator(f"{PLACE} svg.demo-chart").get_attribute("aria-label"))) == 3
    page.locator(PLACE).get_by_label("Team", exact=True).select_option("list_only")
    press(page, "Five rounds")
    says(page, "Round 5, learn: the ranker has learned from 200 molecules")
    table = page.locator(".molecules-teams tbody tr").all_inner_texts()
    assert [row.split("\t")[:2] for row in table] == [["generator + ranking", "2"], ["ranking of a fixed list", "5"]]
    steps = f"{PLACE} .molecules-steps li"
    before = page.locator(steps).all_inner_texts()
    press(page, "Copy link to this state")
    says(page, "The link is copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    again = demo("?" + link.split("?")[1].split("#")[0])
    says(again, "Round 5, learn")
    assert again.locator(steps).all_inner_texts() == before
    press(again, "Start again, next seed")
    says(again, "seed 3: nothing tested yet")


def test_pause_leaves_a_sound_state(demo):
    page = demo()
    press(page, "Five rounds")
    press(page, "Pause")
    page.locator(PLACE).get_by_role("button", name="Five rounds").wait_for(timeout=60_000)
    assert not re.search("undefined|NaN", page.locator(PLACE).inner_text())
    press(page, "One round")
    says(page, "Round 1, learn: the ranker has learned from 120")


def test_nonsense_in_the_address_is_told(demo):
    page = demo("?molecules.team=wizards&molecules.lines=7&molecules.steps=-3&molecules.seed=x")
    says(page, "Not understood in the address, and left out:")
    for part in ("team=wizards", "lines=7", "steps=-3", "seed=x"):
        says(page, part)


def test_missing_table_leaves_the_picture_and_a_sentence(browser, address):
    page = browser.new_page()
    page.route("**/molecules/table.json", lambda route: route.fulfill(status=404))
    page.goto(f"{address}healthcare/{PLACE}")
    page.get_by_text("The live version could not start here").first.wait_for(timeout=60_000)
    assert page.locator(f"{PLACE} img").is_visible()
    page.close()


def test_narrow_screen(demo):
    page = demo("?molecules.steps=4&molecules.lines=60", width=320)
    says(page, "Round 1, learn")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_no_long_task(demo):
    """The longest task while a round of 300 lines runs: the best of three tries, since a busy machine alone stretches tasks. The budget is 50 ms; three times that is allowed."""
    longest = []
    for _ in range(3):
        page = demo()
        page.evaluate("""() => { window.long = []
            new PerformanceObserver(l => long.push(...l.getEntries().map(e => e.duration))).observe({type: 'longtask'}) }""")
        press(page, "One round")
        says(page, "Round 1, learn")
        longest.append(max(page.evaluate("long"), default=0))
        if longest[-1] < 150:
            break
    assert min(longest) < 150
