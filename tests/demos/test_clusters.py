"""The k-means demo's model in a real browser: the map against Python, what the shipped groups are worth, and that its rounds come to an end."""

import json

import pytest

from tests.conftest import ROOT

PARITY = json.loads((ROOT / "docs/demos/clusters/parity.json").read_text("utf-8"))
RESULTS = json.loads((ROOT / "docs/results/clusters.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def engine(modules):
    page = modules("clusters/model")
    page.evaluate("""async () => {
      const { tensors, notes } = await demo.file("clusters")
      const centres = Array.from({ length: 10 }, (_, c) => tensors.centres.subarray(64 * c, 64 * c + 64))
      Object.assign(demo, { tensors, centres, names: JSON.parse(notes.names) })
    }""")
    return page


def test_map_and_distances_are_those_of_python(engine):
    got = engine.evaluate("""images => images.map(image => {
      const { model, tensors, centres } = demo
      const far = centres.map(centre => model.distance(image, centre))
      return { plane: model.plane(image, tensors.mean, tensors.axes), far, group: model.nearest(image, centres).group }
    })""", PARITY["images"])
    wanted = zip(PARITY["plane"], PARITY["squared_distances"], PARITY["group"], strict=True)
    for one, (plane, far, group) in zip(got, wanted, strict=True):
        assert one["plane"] == pytest.approx(plane, abs=1e-4)
        assert one["far"] == pytest.approx(far, abs=1e-4)
        assert one["group"] == group


def test_shipped_centres_are_worth_what_the_results_say(engine):
    got = engine.evaluate("""() => {
      const { model, data, centres, names } = demo, { groups } = model.assign(data, data.train, centres, null)
      const typical = model.typical(data, data.train, centres).map(row => data.labels[row])
      const share = model.accuracy(data, data.labels, data.train, 1797, centres, typical)
      return { purity: model.purity(groups, data.labels, 10).fit, typical, names, share }
    }""")
    assert got["typical"] == got["names"] == RESULTS["names"]
    assert got["purity"] == pytest.approx(RESULTS["purity"]["values"][0], abs=0.002)  # the centres are stored in half precision
    assert got["share"] == pytest.approx(RESULTS["named_10_accuracy"]["values"][0], abs=0.004)


def test_every_half_round_shortens_the_distance_until_nothing_changes(engine):
    runs = engine.evaluate("""() => [[10, 1], [3, 5], [20, 2]].map(([k, seed]) => {
      const { model, data } = demo, it = model.grouping(data, data.train, k, seed), spreads = []
      while (!it.over && it.steps < 300) {
        it.step()
        spreads.push([...it.groups].reduce((sum, g, row) => sum + model.distance(data.image(row), it.centres[g]), 0) / data.train)
      }
      const { changed } = model.assign(data, data.train, model.move(data, it.groups, it.centres), it.groups)
      const sizes = model.purity(it.groups, data.labels, k).each.map(one => one.size)
      return { spreads, over: it.over, changed, said: it.spread, sizes }
    })""")
    for run in runs:
        assert run["over"] and run["changed"] == 0, "a fixed point: another round changes nothing"
        assert all(after <= before + 1e-9 for before, after in zip(run["spreads"], run["spreads"][1:]))
        assert run["said"] == pytest.approx(run["spreads"][-1], abs=1e-9)
        assert sum(run["sizes"]) == 1297 and len(run["spreads"]) > 5


def test_a_centre_without_images_stays(engine):
    moved = engine.evaluate("""() => {
      const { model, data } = demo, far = new Float32Array(64).fill(9), near = Float32Array.from(data.image(0))
      const { groups } = model.assign(data, data.train, [near, far], null), [first, second] = model.move(data, groups, [near, far])
      return { kept: second.every(v => v === 9), mean: [...first] }
    }""")
    assert moved["kept"] and all(0 <= pixel <= 1 for pixel in moved["mean"])
