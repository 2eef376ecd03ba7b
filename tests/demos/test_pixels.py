"""The pixel transformer in the page: the same numbers as in Python, the same reading of the test images, and a reader who can use it."""

import json

import pytest

from tests.conftest import ROOT

PARITY = json.loads((ROOT / "docs/demos/pixels/parity.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def engine(modules):
    page = modules("pixels/model")
    page.evaluate("async () => { demo.writer = demo.model.arrange(await demo.weights('pixels')) }")
    return page


def test_logits_are_those_of_python(engine):
    largest = engine.evaluate(
        """({labels, levels, logits}) => Math.max(...labels.map((label, i) => {
          const reader = demo.model.start(demo.writer, label)
          return Math.max(...levels[i].map((_, t) => {
            const {scores} = reader.step(levels[i][t - 1])
            return Math.max(...scores.map((v, k) => Math.abs(v - logits[i][t][k])))
          }))
        }))""",
        PARITY,
    )
    assert largest < 1e-4


def test_it_reads_test_images_by_likelihood(engine):
    """Every fifth test image; the published figure is over all 500 and five seeds."""
    right = engine.evaluate(
        """() => { let right = 0, n = 0
          for (let i = demo.data.train; i < demo.data.labels.length; i += 5, n++) {
            const levels = Array.from(demo.data.image(i), v => Math.round(16 * v))
            const logs = Array.from({length: 10}, (_, d) => demo.model.logLikelihood(demo.writer, d, levels))
            if (logs.indexOf(Math.max(...logs)) === demo.data.labels[i]) right++
          } return right / n }"""
    )
    assert right >= 0.95


def test_chances_are_a_distribution_and_top_keeps_the_likeliest(engine):
    kept = engine.evaluate("() => [...demo.model.chances(Float32Array.of(1, 3, 2, 0), 1, 2)]")
    assert sum(kept) == pytest.approx(1, abs=1e-6) and kept[0] == kept[3] == 0 and kept[1] > kept[2] > 0


def test_same_seed_same_digit(engine):
    twice = engine.evaluate("() => [1, 1, 2].map(seed => demo.model.draw(demo.writer, 7, demo.nn.random(seed)).join())")
    assert twice[0] == twice[1] != twice[2]


def test_a_reader_writes_one_pixel_and_then_the_rest(living):
    figure = living("pixels", viewport={"width": 390, "height": 844})
    figure.says("Pixel 36: it chose level")
    figure.button("One pixel").press("Enter")
    figure.says("Pixel 37: it chose level")
    figure.press("Write on")
    figure.says("Done: a 7, drawn with temperature 1")
    assert "64 pixels written" in figure.at.locator("canvas").first.get_attribute("aria-label")
    figure.press("From the start")
    figure.says("Ready to write a 7 from the top left")
    assert "0 of 64 pixels written" in figure.at.locator("canvas").first.get_attribute("aria-label")


def test_the_link_restores_the_state_and_nonsense_is_named(living):
    figure = living("pixels", "pixels.digit=3&pixels.temperature=0.5&pixels.seed=nonsense&pixels.layer=3&pixels.at=20")
    figure.says("Not understood in the address, and left out: seed=nonsense, layer=3. Pixel 20: it chose level")
    assert figure.at.locator(".demo-value").inner_text() == "0.5"
    figure.press("One pixel")
    figure.says("Pixel 21: it chose level")
    drawn = "all => all.map(one => one.getContext('2d').getImageData(0, 0, 8, 8).data.join())"
    other = living("pixels", figure.link())
    other.says("Pixel 21: it chose level")
    assert other.at.locator("canvas").evaluate_all(drawn) == figure.at.locator("canvas").evaluate_all(drawn)
