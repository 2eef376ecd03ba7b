"""The GAN that trains in the page: its gradients, what it reaches from five seeds, its collapse, and what a reader can do with it."""

import json
import math
from importlib.resources import files

import pytest

from tests.conftest import ROOT

PLACE = "#demo-gan-plane"
SEEDS = [1, 2, 3, 4, 5]
LOAD = """async base => {
  const [model, course, nn, { digits }] = await Promise.all(["gan-plane/model", "gan-plane/course", "nn", "data"].map(n => import(`${base}demos/${n}.js`)))
  const { mean, axes } = nn.unpack(await (await fetch(`${base}demos/clusters/weights.safetensors`)).arrayBuffer()).tensors
  const data = await digits(), { points } = model.onPlane(data.images.subarray(0, 64 * data.train), mean, axes)
  Object.assign(window, { model, course, nn, mean, axes, points, yard: model.finish(course.yardstick(points)) })
}"""
RUN = """([seed, moves, length = 1]) => {
  const run = course.course(yard, { seed, length })
  run.ask(course.parsed(moves))
  while (run.work()) ;
  const [now, mean] = [run.curve.now.at(-1), run.curve.mean.at(-1)]
  return { moves: run.moves, ...run.news, energy: now.energy, mean: mean.energy, apart: now.spread, points: [...run.points()],
    right: model.rightShare(run.game.discriminator.layers, points, run.points()) }
}"""


@pytest.fixture(scope="module")
def maths(browser, address):
    page = browser.new_page()
    page.goto(f"{address}about/")
    page.evaluate(LOAD, address)
    yield page
    page.close()


@pytest.fixture(scope="module")
def even(maths):
    """An even contest from each seed, to its end."""
    return [maths.evaluate(RUN, [seed, "r"]) for seed in SEEDS]


@pytest.fixture
def demo(browser, address):
    """demo(query, …) → the page, at the living figure. `change` is text of the model to be replaced."""
    contexts = []

    def opened(query="", width=1000, change=None, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, permissions=["clipboard-read", "clipboard-write"], **options)
        context.set_default_timeout(60_000)
        page, faults = context.new_page(), []
        contexts.append((context, faults))
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        if change:
            text = (ROOT / "docs/demos/gan-plane/model.js").read_text("utf-8")
            assert change[0] in text
            page.route("**/gan-plane/model.js", lambda route: route.fulfill(body=text.replace(*change), content_type="text/javascript"))
        page.goto(f"{address}gans/{query}{PLACE}")
        page.wait_for_selector(f"{PLACE}[data-live]")
        page.wait_for_function(f"document.querySelectorAll('{PLACE} .gan-plane-facts tr').length > 5")
        return page

    yield opened
    for context, _ in contexts:
        context.close()
    assert [fault for _, faults in contexts for fault in faults] == []


def press(page, name):
    page.locator(PLACE).get_by_role("button", name=name, exact=True).click()


def says(page, words):
    page.locator(f"{PLACE} .demo-status").get_by_text(words).wait_for()


def facts(page):
    """The table as {name: value}."""
    rows = f"[...document.querySelectorAll('{PLACE} .gan-plane-facts tr')].map(row => [row.firstChild.textContent, row.lastChild.textContent])"
    return dict(page.evaluate(rows))


# ---- Mathematics


def test_points_are_where_the_trainer_puts_them(maths):
    parity = json.loads((ROOT / "docs/demos/clusters/parity.json").read_text("utf-8"))
    mine = maths.evaluate("images => [...model.onPlane(Float32Array.from(images.flat()), mean, axes, 1).points]", parity["images"])
    assert mine == pytest.approx([v for point in parity["plane"] for v in point], abs=1e-4)
    assert maths.evaluate("points.reduce((sum, v) => sum + v * v, 0) / points.length") == pytest.approx(1)


def test_a_network_computes_what_its_weights_say(maths):
    layers, x, out = maths.evaluate("""() => {
      const draw = nn.normal(nn.random(5)), layers = model.network([4, 32, 32, 2], draw), x = Float64Array.from({ length: 12 }, draw)
      layers.forEach(layer => layer.bias.set(layer.bias.map(draw)))
      return [layers.map(({ ins, weight, bias }) => ({ ins, weight: [...weight], bias: [...bias] })), [...x], [...model.forward(layers, x, 3).out]]
    }""")
    expected = []
    for start in range(0, 12, 4):
        values = x[start : start + 4]
        for depth, layer in enumerate(layers):
            rows = [layer["weight"][i : i + layer["ins"]] for i in range(0, len(layer["weight"]), layer["ins"])]
            values = [sum(w * v for w, v in zip(row, values, strict=True)) + b for row, b in zip(rows, layer["bias"], strict=True)]
            if depth < 2:
                values = [max(v, 0.2 * v) for v in values]
        expected += values
    assert out == pytest.approx(expected, rel=1e-9)


def test_gradients_of_both_players_agree_with_finite_differences(maths):
    """Every weight and bias of both networks is moved a little, and the loss is computed again."""
    worst, checked = maths.evaluate("""() => {
      const game = model.contest(points, 3), { generator, discriminator, draw } = game, step = 1e-6, worst = []
      for (let i = 0; i < 30; i++) model.playRound(game)
      const z = model.noise(draw, 16), real = points.subarray(0, 32), made = model.forward(generator.layers, z, 16).out
      const losses = [
        [generator.layers, () => model.generatorLoss(generator.layers, discriminator.layers, z, 16)],
        [discriminator.layers, () => model.discriminatorLoss(discriminator.layers, real, made, 16)],
      ]
      let checked = 0
      for (const [layers, lossOf] of losses) {
        const { gradients } = lossOf(), scale = Math.max(...gradients.flatMap(g => [...g.weight].map(Math.abs)))
        let most = 0
        layers.forEach((layer, depth) => { for (const kind of ["weight", "bias"]) for (let i = 0; i < layer[kind].length; i++) {
          const kept = layer[kind][i], at = v => { layer[kind][i] = v; return lossOf().loss }
          const slope = (at(kept + step) - at(kept - step)) / (2 * step)
          layer[kind][i] = kept
          most = Math.max(most, Math.abs(slope - gradients[depth][kind][i]) / scale)
          checked++
        } })
        worst.push(most)
      }
      const way = model.pull(discriminator.layers, made)
      worst.push(Math.max(...way.map((slope, i) => {
        const at = v => { const moved = made.slice(); moved[i] += v; return model.verdicts(discriminator.layers, moved)[i >> 1] }
        return Math.abs((at(step) - at(-step)) / (2 * step) - slope)
      })))
      return [worst, checked]
    }""")
    assert checked == 1282 + 1185, "parameters of generator and discriminator"
    assert max(worst) < 1e-5


def test_no_layer_of_the_discriminator_stretches_more_than_the_bound(maths):
    matrices = maths.evaluate("""() => { const game = model.contest(points, 2); for (let i = 0; i < 200; i++) model.playRound(game)
      return game.discriminator.layers.map(({ ins, weight }) => [ins, [...weight]]) }""")
    for ins, weight in matrices:
        rows = [weight[i : i + ins] for i in range(0, len(weight), ins)]
        v = [math.sin(i + 1) for i in range(ins)]
        for _ in range(200):
            u = [sum(a * b for a, b in zip(row, v, strict=True)) for row in rows]
            v = [sum(rows[o][i] * u[o] for o in range(len(rows))) for i in range(ins)]
            length = math.hypot(*v)
            v = [x / length for x in v]
        assert math.sqrt(length) <= 1.6 * 1.02


def test_energy_distance_by_the_book(maths):
    left, right = [(0, 0), (1, 2), (3, 1)], [(1, 1), (2, 2), (0, 3), (2, 0)]
    mean = lambda a, b: sum(math.dist(p, q) for p in a for q in b) / (len(a) * len(b))  # noqa: E731
    flat = lambda group: [v for point in group for v in point]  # noqa: E731
    measure = "([a, b]) => { const m = (x, y) => model.finish(model.meanDistance(x, y)); return model.finish(model.compare(a, b, m(a, a))) }"
    mine = maths.evaluate(measure, [flat(left), flat(right)])
    assert mine["energy"] == pytest.approx(2 * mean(left, right) - mean(left, left) - mean(right, right))
    assert mine["spread"] == pytest.approx(mean(right, right) / mean(left, left))
    assert maths.evaluate(measure, [flat(left), flat(left)])["energy"] == pytest.approx(0, abs=1e-12)


def test_what_chance_makes_of_the_energy_distance(maths):
    """The mark “by chance” against many pairs of samples from one Gaussian."""
    found, told = maths.evaluate("""() => {
      const draw = nn.normal(nn.random(9)), cloud = n => Float64Array.from({ length: 2 * n }, draw), m = (x, y) => model.finish(model.meanDistance(x, y))
      let found = 0, told = 0
      for (let i = 0; i < 60; i++) {
        const a = cloud(200), b = cloud(150), within = m(a, a)
        found += model.finish(model.compare(a, b, within)).energy / 60
        told += model.byChance(a, b, within) / 60
      }
      return [found, told]
    }""")
    assert found == pytest.approx(told, rel=0.15)


# ---- The contest


def test_five_seeds_reach_the_real_points(even, maths):
    """The floor is .006; one Gaussian stays at more than twice that."""
    assert [run["moves"] for run in even] == ["r2000"] * 5 and {run["why"] for run in even} == {"rounds"}
    assert max(run["mean"] for run in even) <= 0.006
    assert maths.evaluate("yard.gaussian") > 0.012
    assert all(0.9 < run["apart"] < 1.1 for run in even)
    assert all(run["right"] < 0.58 for run in even), "in the end the discriminator can hardly tell"


def test_the_same_seed_gives_the_same_numbers_in_slices_or_at_once(maths):
    once, twice, other = (maths.evaluate(RUN, [seed, "r40d5g5a1"])["points"] for seed in (4, 4, 6))
    assert once == twice != other
    straight = maths.evaluate("""() => { const game = model.contest(points, 4), still = course.inPairs(nn.normal(nn.random(7)), 4, 300)
      for (let i = 0; i < 40; i++) model.playRound(game)
      for (let i = 0; i < 5; i++) model.discriminatorStep(game)
      for (let i = 0; i < 5; i++) model.generatorStep(game)
      model.playRound(game, true)
      return [...model.forward(game.generator.layers, still, 300).out] }""")
    assert straight == once


@pytest.mark.parametrize("seed", SEEDS)
def test_the_collapse_preset_collapses(maths, seed):
    run = maths.evaluate(RUN, [seed, "r300a"])
    assert run["why"] == "collapsed" and run["spread"] < 0.25
    assert run["energy"] > 0.1


def test_it_recovers_when_both_take_turns_again(maths):
    run = maths.evaluate(RUN, [1, "r300a8r300"])
    assert run["moves"] == "r300a8r300" and run["apart"] > 0.8 and run["energy"] < 0.1


def test_too_long_steps_are_found_out(maths):
    assert maths.evaluate(RUN, [1, "r", 1000])["why"] == "lost"
    assert maths.evaluate(RUN, [1, "r", math.nan])["why"] == "overflow"


def test_what_a_link_may_ask_for(maths):
    parsed = maths.evaluate("""["r300a16", "r300a", "", "r", "d5g5"].map(moves => course.parsed(moves).map(({ kind, count }) => kind + count).join(" "))""")
    assert parsed == ["r300 a16", "r300 aInfinity", "", "rInfinity", "d5 g5"]
    assert maths.evaluate("""["x", "r99999", "a501", "ra3", "300", "d", "r-1", "r1e9"].map(moves => course.parsed(moves) === undefined)""") == [True] * 8


# ---- What a reader can do


def test_play_pause_step_and_the_stop_by_itself(demo):
    page = demo(change=("rounds: 2000", "rounds: 150"))
    says(page, "Press Play")
    press(page, "Play")
    says(page, "one step of the discriminator, one of the generator")
    says(page, "Stopped by itself after 150 rounds")
    assert facts(page)["Round"] == "150"
    press(page, "Step")
    says(page, "Round 160.")
    page.get_by_label("A press is").select_option("1 step")
    press(page, "Step")
    says(page, "Round 161.")
    press(page, "Same seed again")
    page.wait_for_function(f"document.querySelector('{PLACE} .gan-plane-facts td').textContent === '0'")


def test_pause_ends_a_round_and_rests(demo):
    page = demo()
    press(page, "Play")
    page.wait_for_function(f"+document.querySelector('{PLACE} .gan-plane-facts td').textContent > 100")
    press(page, "Pause")
    says(page, "Energy distance")
    before = facts(page)
    page.wait_for_timeout(400)
    assert facts(page) == before and int(before["Round"]) < 2000


def test_one_player_alone(demo):
    page = demo("?gan-plane.moves=r50")
    says(page, "Round 50.")
    start = facts(page)
    press(page, "Discriminator only")
    says(page, "the border moved, the points stayed")
    after_d = facts(page)
    assert after_d["Energy distance of the generator"] == start["Energy distance of the generator"]
    assert after_d["Mean verdict on real; on made"] != start["Mean verdict on real; on made"]
    assert page.locator(f"{PLACE} [data-acting]").evaluate_all("parts => parts.map(p => p.textContent)") == ["right or wrong", "Discriminator"]
    press(page, "Generator only")
    says(page, "its points moved to where they are believed")
    after_g = facts(page)
    assert after_g["Energy distance of the generator"] != after_d["Energy distance of the generator"]
    assert after_g["Round"] == "50"
    assert page.locator(f"{PLACE} [data-acting]").evaluate_all("parts => parts.map(p => p.textContent)") == ["how to look more real", "Generator"]


def test_slow_motion_names_who_acts(demo):
    page = demo()
    page.get_by_label("Slow motion").check()
    for words, part in [("points come out", "Generator"), ("not told which is which", "Discriminator"), ("told which were real", "right or wrong"),
                        ("makes new points", "Generator"), ("would look more real", "how to look more real"), ("its points move that way", "Generator")]:  # fmt: skip
        press(page, "Next phase")
        says(page, words)
        assert part in page.locator(f"{PLACE} [data-acting]").evaluate_all("parts => parts.map(p => p.textContent)")
    page.wait_for_function(f"document.querySelector('{PLACE} .gan-plane-facts td').textContent === '1'")
    press(page, "Play")
    says(page, "not told which is which")
    press(page, "Pause")
    says(page, "Paused in the middle of a round")


def test_collapse_is_shown_and_explained(demo):
    page = demo()
    press(page, "Collapse")
    says(page, "Mode collapse.")
    says(page, "All points ran to where the discriminator believed them last")
    assert int(facts(page)["Spread of the made points"].split(" ")[0]) < 25
    assert page.get_by_label("Generator ahead").is_checked() and page.get_by_role("button", name="Play", exact=True).is_visible()
    page.get_by_label("Generator ahead").uncheck()
    page.get_by_label("A press is").select_option("100 steps")
    press(page, "Step")
    says(page, "Round 4")
    assert int(facts(page)["Spread of the made points"].split(" ")[0]) > 50


@pytest.mark.parametrize(("length", "change", "words"), [(1000, None, "steps this long overshoot every goal"), (1, ("rateG: 1e-3", "rateG: NaN"), "have overflowed")])
def test_divergence_stops_and_is_explained(demo, length, change, words):
    page = demo(f"?gan-plane.length={length}&gan-plane.moves=r", change=change)
    says(page, words)
    assert page.get_by_role("button", name="Play", exact=True).is_visible()
    press(page, "Same seed again")
    says(page, "the same random start")


def test_a_link_brings_the_state_back(demo):
    page = demo("?gan-plane.seed=3")
    press(page, "Step")
    says(page, "Round 10.")
    press(page, "Generator only")
    says(page, "Only the generator")
    press(page, "Copy link to this state")
    says(page, "The link is copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert "moves=r10g10" in link and link.endswith(PLACE)
    other = demo("?" + link.split("?")[1].split("#")[0])
    says(other, "Only the generator")
    assert facts(other) == facts(page)


def test_nonsense_in_the_address_is_named_and_left_out(demo):
    page = demo("?gan-plane.seed=0&gan-plane.length=abc&gan-plane.moves=r99999999")
    says(page, "left out: length=abc, seed=0, moves=r99999999")
    assert facts(page)["Round"] == "0"


def test_nothing_runs_out_of_sight(demo):
    page = demo()
    press(page, "Play")
    page.wait_for_function(f"+document.querySelector('{PLACE} .gan-plane-facts td').textContent > 0")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(300)
    before = facts(page)
    page.wait_for_timeout(500)
    assert facts(page) == before
    page.locator(f"{PLACE} .gan-plane-map").scroll_into_view_if_needed()
    page.wait_for_function(f"+document.querySelector('{PLACE} .gan-plane-facts td').textContent.replace(',', '') > {before['Round']}")


def test_keyboard_alone(demo):
    page = demo()
    page.locator(PLACE).get_by_role("button", name="Play", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    says(page, "Round 10.")
    stops = []
    for _ in range(13):
        stops.append(page.evaluate("document.activeElement.textContent || document.activeElement.labels[0].textContent"))
        page.keyboard.press("Tab")
    wanted = ["Step", "Discriminator only", "Generator only", "Same seed again", "Collapse", "Slow motion", "Points of its running mean", "Seed", "Copy link to this state"]
    assert [stop for stop in stops if stop in wanted] == wanted


@pytest.mark.parametrize("width", [320, 1440])
def test_it_fits_and_axe_is_content(demo, width):
    page = demo("?gan-plane.moves=r20", width=width, reduced_motion="reduce")
    says(page, "Round 20.")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        answer = page.evaluate(f"axe.run('{PLACE}', {{resultTypes: ['violations']}})")
        assert len(answer["passes"]) > 10
        assert [f"{scheme}: {rule['id']}: {node['target']}" for rule in answer["violations"] for node in rule["nodes"]] == []


def test_without_the_axes_the_table_stays(browser, address):
    page = browser.new_page()
    page.route("**/clusters/weights.safetensors", lambda route: route.fulfill(status=404))
    page.goto(f"{address}gans/{PLACE}")
    page.locator(f"{PLACE} .demo-fault").wait_for()
    assert page.locator(f"{PLACE} table").is_visible() and not page.locator(f"{PLACE} .demo-live").count()
    page.close()
