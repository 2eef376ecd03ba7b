"""The arithmetic of the GAN that trains in the page: its gradients, what it reaches from five seeds, its collapse."""

import json
import math

import pytest

from tests.conftest import ROOT

SEEDS = [1, 2, 3, 4, 5]
RUN = """([seed, moves, length = 1]) => {
  const { course, model, points, yard } = demo, run = course.course(yard, { seed, length })
  run.ask(course.parsed(moves))
  while (run.work()) ;
  const [now, mean] = [run.curve.now.at(-1), run.curve.mean.at(-1)]
  return { moves: run.moves, ...run.news, energy: now.energy, mean: mean.energy, apart: now.spread, points: [...run.points()],
    right: model.rightShare(run.game.discriminator.layers, points, run.points()) }
}"""


@pytest.fixture(scope="module")
def engine(modules):
    page = modules("gan-plane/model", "gan-plane/course")
    page.evaluate("""async () => {
      const { course, data, model } = demo, { mean, axes } = await demo.weights("clusters")
      const { points } = model.onPlane(data.images.subarray(0, 64 * data.train), mean, axes)
      Object.assign(demo, { mean, axes, points, yard: model.finish(course.yardstick(points)) })
    }""")
    return page


@pytest.fixture(scope="module")
def even(engine):
    """An even contest from each seed, to its end."""
    return [engine.evaluate(RUN, [seed, "r"]) for seed in SEEDS]


# ---- Mathematics


def test_points_are_where_the_trainer_puts_them(engine):
    parity = json.loads((ROOT / "docs/demos/clusters/parity.json").read_text("utf-8"))
    mine = engine.evaluate("images => [...demo.model.onPlane(Float32Array.from(images.flat()), demo.mean, demo.axes, 1).points]", parity["images"])
    assert mine == pytest.approx([v for point in parity["plane"] for v in point], abs=1e-4)
    assert engine.evaluate("demo.points.reduce((sum, v) => sum + v * v, 0) / demo.points.length") == pytest.approx(1)


def test_a_network_computes_what_its_weights_say(engine):
    layers, x, out = engine.evaluate("""() => {
      const { model, nn } = demo, draw = nn.normal(nn.random(5)), layers = model.network([4, 32, 32, 2], draw), x = Float64Array.from({ length: 12 }, draw)
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


def test_gradients_of_both_players_agree_with_finite_differences(engine):
    """Every weight and bias of both networks is moved a little, and the loss is computed again."""
    worst, checked = engine.evaluate("""() => {
      const { model, points } = demo, game = model.contest(points, 3), { generator, discriminator, draw } = game, step = 1e-6, worst = []
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


def test_no_layer_of_the_discriminator_stretches_more_than_the_bound(engine):
    matrices = engine.evaluate("""() => { const { model, points } = demo, game = model.contest(points, 2); for (let i = 0; i < 200; i++) model.playRound(game)
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


def test_energy_distance_by_the_book(engine):
    left, right = [(0, 0), (1, 2), (3, 1)], [(1, 1), (2, 2), (0, 3), (2, 0)]
    mean = lambda a, b: sum(math.dist(p, q) for p in a for q in b) / (len(a) * len(b))  # noqa: E731
    flat = lambda group: [v for point in group for v in point]  # noqa: E731
    measure = """([a, b]) => { const { compare, finish, meanDistance } = demo.model, m = (x, y) => finish(meanDistance(x, y))
      return finish(compare(a, b, m(a, a))) }"""
    mine = engine.evaluate(measure, [flat(left), flat(right)])
    assert mine["energy"] == pytest.approx(2 * mean(left, right) - mean(left, left) - mean(right, right))
    assert mine["spread"] == pytest.approx(mean(right, right) / mean(left, left))
    assert engine.evaluate(measure, [flat(left), flat(left)])["energy"] == pytest.approx(0, abs=1e-12)


def test_what_chance_makes_of_the_energy_distance(engine):
    """The mark “by chance” against many pairs of samples from one Gaussian."""
    found, told = engine.evaluate("""() => {
      const { model, nn } = demo, draw = nn.normal(nn.random(9)), m = (x, y) => model.finish(model.meanDistance(x, y))
      const cloud = n => Float64Array.from({ length: 2 * n }, draw)
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


def test_five_seeds_reach_the_real_points(even, engine):
    """The floor is .006; one Gaussian stays at more than twice that."""
    assert [run["moves"] for run in even] == ["r2000"] * 5 and {run["why"] for run in even} == {"rounds"}
    assert max(run["mean"] for run in even) <= 0.006
    assert engine.evaluate("demo.yard.gaussian") > 0.012
    assert all(0.9 < run["apart"] < 1.1 for run in even)
    assert all(run["right"] < 0.58 for run in even), "in the end the discriminator can hardly tell"


def test_the_same_seed_gives_the_same_numbers_in_slices_or_at_once(engine):
    once, twice, other = (engine.evaluate(RUN, [seed, "r40d5g5a1"])["points"] for seed in (4, 4, 6))
    assert once == twice != other
    straight = engine.evaluate("""() => { const { course, model, nn, points } = demo, game = model.contest(points, 4)
      const still = course.inPairs(nn.normal(nn.random(7)), 4, 300)
      for (let i = 0; i < 40; i++) model.playRound(game)
      for (let i = 0; i < 5; i++) model.discriminatorStep(game)
      for (let i = 0; i < 5; i++) model.generatorStep(game)
      model.playRound(game, true)
      return [...model.forward(game.generator.layers, still, 300).out] }""")
    assert straight == once


@pytest.mark.parametrize("seed", SEEDS)
def test_the_collapse_preset_collapses(engine, seed):
    run = engine.evaluate(RUN, [seed, "r300a"])
    assert run["why"] == "collapsed" and run["spread"] < 0.25
    assert run["energy"] > 0.1


def test_it_recovers_when_both_take_turns_again(engine):
    run = engine.evaluate(RUN, [1, "r300a8r300"])
    assert run["moves"] == "r300a8r300" and run["apart"] > 0.8 and run["energy"] < 0.1


def test_too_long_steps_are_found_out(engine):
    assert engine.evaluate(RUN, [1, "r", 1000])["why"] == "lost"
    assert engine.evaluate(RUN, [1, "r", math.nan])["why"] == "overflow"


def test_what_a_link_may_ask_for(engine):
    told = "all => all.map(moves => demo.course.parsed(moves).map(({ kind, count }) => kind + count).join(' '))"
    assert engine.evaluate(told, ["r300a16", "r300a", "", "r", "d5g5"]) == ["r300 a16", "r300 aInfinity", "", "rInfinity", "d5 g5"]
    refused = "all => all.map(moves => demo.course.parsed(moves) === undefined)"
    assert engine.evaluate(refused, ["x", "r99999", "a501", "ra3", "300", "d", "r-1", "r1e9"]) == [True] * 8
