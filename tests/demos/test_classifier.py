"""The classifier's modules in a real browser: the network and the pad against Python, quality of the committed weights, gradients."""

import json

import pytest

from tests.conftest import ROOT
from scripts.train import strokes

PARITY = json.loads((ROOT / "docs/demos/classifier/parity.json").read_text("utf-8"))
RESULTS = {name: json.loads((ROOT / f"docs/results/{name}.json").read_text("utf-8")) for name in ("classifier", "drawings")}


@pytest.fixture(scope="module")
def engine(modules):
    page = modules("classifier/model", "classifier/pad", "classifier/train")
    page.evaluate("async () => { demo.net = await demo.weights('classifier') }")
    return page


def test_network_gives_what_python_gives(engine):
    code = "images => images.map(x => [[...demo.model.logits(demo.net, x)], [...demo.model.probabilities(demo.net, x)]])"
    got = engine.evaluate(code, PARITY["images"])
    for (logits, probabilities), wanted, chances in zip(got, PARITY["logits"], PARITY["probabilities"], strict=True):
        assert logits == pytest.approx(wanted, abs=1e-4)
        assert probabilities == pytest.approx(chances, abs=1e-4)


def test_pad_turns_strokes_into_the_pixels_of_python(engine):
    got = engine.evaluate("drawings => drawings.map(one => [...demo.pad.see(one)])", PARITY["strokes"])
    assert len(got) == 65 and any(0 < pixel < 1 for image in got for pixel in image)
    for image, wanted in zip(got, PARITY["seen"], strict=True):
        assert image == pytest.approx(wanted, abs=1e-6)


def test_test_images_are_read_as_the_results_say(engine):
    share = engine.evaluate("""() => {
      const { data, model, net } = demo, rows = [...Array(500).keys()].map(i => data.train + i)
      return rows.filter(row => demo.nn.argmax(model.logits(net, data.image(row))) === data.labels[row]).length / 500
    }""")
    assert share == pytest.approx(RESULTS["classifier"]["test_accuracy"]["values"][0], abs=1e-9)
    assert share >= 0.985


def test_drawings_in_ways_that_training_never_met_are_read(engine):
    drawings = strokes.drawings()
    code = "all => all.map(one => demo.nn.argmax(demo.model.logits(demo.net, demo.pad.see(one))))"
    read = engine.evaluate(code, [one for _, one in drawings])
    share = sum(digit == seen for (digit, _), seen in zip(drawings, read, strict=True)) / len(drawings)
    assert len(drawings) >= 200
    assert share == pytest.approx(RESULTS["drawings"]["accuracy"], abs=1e-5)
    assert share >= 0.95


def test_a_bare_line_and_a_dot_do_not_become_a_block(engine):
    marks = [[[[9, 9], [9, 200]]], [[[9, 9], [200, 9]]], [[[50, 50]]]]
    ink = engine.evaluate("all => all.map(one => demo.pad.see(one).reduce((a, b) => a + b) * 16)", marks)
    assert all(60 < amount < 420 for amount in ink), ink
    assert engine.evaluate("Math.max(...demo.pad.see([]))") == 0


def test_a_drawing_survives_the_address_and_nonsense_does_not(engine):
    drawings = [drawing for _, drawing in strokes.drawings(each=1)]
    again, texts = engine.evaluate("""all => {
      const texts = all.map(one => demo.pad.pack(one))
      return [texts.map(text => demo.pad.unpack(text)), texts]
    }""", drawings)
    assert engine.evaluate("all => all.map(one => demo.pad.pack(one))", again) == texts
    for drawing, other in zip(drawings, again, strict=True):
        assert other[0][0] == pytest.approx(drawing[0][0], abs=2.1) and other[-1][-1] == pytest.approx(drawing[-1][-1], abs=2.1)
    assert engine.evaluate("['', 'a', 'ab.', 'a!', '<b>', 'ab..cd', 'é1'].map(text => demo.pad.unpack(text))") == [None] * 7


def test_gradients_agree_with_finite_differences(engine):
    worst = engine.evaluate("""() => {
      const { train, data } = demo, net = train.begin(3), step = 1e-5
      const images = [1, 5, 9, 40].map(row => data.image(row)), told = [3, 1, 7, 0]
      for (const weights of Object.values(net)) for (let i = 0; i < weights.length; i++) weights[i] += .01 * Math.sin(i)
      const { slope } = train.gradients(net, images, told)
      let worst = 0, seen = 0
      for (const [name, weights] of Object.entries(net)) for (let i = 0; i < weights.length; i += name === "w1" ? 37 : 3) {
        const kept = weights[i]
        weights[i] = kept + step
        const above = train.gradients(net, images, told).loss
        weights[i] = kept - step
        const below = train.gradients(net, images, told).loss
        weights[i] = kept
        worst = Math.max(worst, Math.abs((above - below) / (2 * step) - slope[name][i]))
        seen += Math.abs(slope[name][i]) > 1e-3
      }
      return [worst, seen]
    }""")
    assert worst[0] < 1e-6 and worst[1] > 50


def test_training_sets_are_as_described(engine):
    got = engine.evaluate("""() => {
      const { train, data } = demo, choose = size => train.choose(data.labels, data.train, size, 5), rows = choose(100)
      const told = train.spoil(data.labels, rows, "20", 5), sevens = train.spoil(data.labels, rows, "7", 5)
      const of = rows.map(row => data.labels[row])
      return { rows, of, told: [...told], sevens: [...sevens], again: choose(100), all: choose(1297).length }
    }""")
    assert got["rows"] == got["again"] and max(got["rows"]) < 1297 and got["all"] == 1297
    assert all(got["of"].count(digit) == 10 for digit in range(10))
    assert sum(a != b for a, b in zip(got["of"], got["told"], strict=True)) == 20
    assert got["sevens"] == [1 if digit == 7 else digit for digit in got["of"]]
