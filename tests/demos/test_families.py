"""The families demo in a real browser: the same images as in Python from the same noise, the copier found out, and a reader who draws."""

import json
import math
import statistics

import pytest
from playwright.sync_api import expect

from tests.conftest import ROOT

PARITY = {name: json.loads((ROOT / f"docs/demos/{name}/parity.json").read_text("utf-8")) for name in ("bayes", "vae", "gan")}
SIX = ["Naive Bayes", "Gaussian", "Mixture", "VAE", "GAN", "Pixel transformer"]


@pytest.fixture(scope="module")
def engine(modules):
    page = modules("families/model", "gan/model")
    page.evaluate("""async () => {
      const [bayes, vae, gan] = await Promise.all(["bayes", "vae", "gan"].map(demo.weights))
      Object.assign(demo, { bayes, vae, model: demo["families/model"], gan: demo["gan/model"].networks(gan) })
      demo.far = (ours, theirs) => Math.max(...theirs.map((row, i) => Math.max(...row.map((v, k) => Math.abs(v - ours[i][k])))))
    }""")
    return page


def card(figure, name):
    return figure.at.locator(f'.families-card[aria-label="{name}"]')


def pixels(figure, name):
    """The images of a family as drawn on its canvases."""
    read = "all => all.map(one => one.getContext('2d').getImageData(0, 0, 8, 8).data.join())"
    return card(figure, name).locator("canvas").evaluate_all(read)


# ---- Mathematics


def test_classical_models_draw_what_python_draws(engine):
    off = engine.evaluate(
        """({labels, noise, chance, ...theirs}) => ["naive_bayes", "gaussian", "mixture"].map((name, kind) => {
          const own = demo.nn.part(demo.bayes, name), draw = [demo.model.naiveBayes, demo.model.gaussian, demo.model.mixture][kind]
          return demo.far(labels.map((label, i) => draw(own, label, noise[i], chance[i])), theirs[name].drawn) })""",
        PARITY["bayes"],
    )
    assert len(off) == 3 and max(off) < 1e-4


def test_decoder_and_generator_draw_what_python_draws(engine):
    off = engine.evaluate(
        "({labels, hidden, drawn}) => demo.far(labels.map((d, i) => demo.model.decode(demo.vae, d, hidden[i])), drawn)",
        PARITY["vae"],
    )
    assert off < 1e-4
    off = engine.evaluate(
        """({labels, noise, drawn, images, image_labels, verdicts}) => {
          const { generate, judge } = demo.gan, made = labels.map((d, i) => generate(noise[i], d))
          const judged = images.map((image, i) => [judge(Float32Array.from(image), image_labels[i])])
          return Math.max(demo.far(made, drawn), demo.far(judged, verdicts.map(v => [v]))) }""",
        PARITY["gan"],
    )
    assert off < 1e-4


def test_the_nearest_image_and_the_limit_are_those_of_an_independent_count(engine):
    limit, found, images, train = engine.evaluate(
        """() => { const work = demo.nn.usualDistances(demo.data); let step; do step = work.next(); while (!step.done)
          const found = Array.from({length: 20}, (_, i) => demo.nn.nearest(demo.data.image(demo.data.train + i), demo.data.images, demo.data.train))
          return [demo.nn.quantile(step.value, .01), found, Array.from(demo.data.images, v => Math.round(16 * v)), demo.data.train] }"""
    )
    rows = [[level / 16 for level in images[at : at + 64]] for at in range(0, len(images), 64)]
    far = [[math.dist(new, known) for known in rows[:train]] for new in rows[train:]]
    least = sorted(min(row) for row in far)
    assert limit == pytest.approx(statistics.quantiles(least, n=100, method="inclusive")[0], abs=1e-5)
    assert [one["index"] for one in found] == [row.index(min(row)) for row in far[:20]]
    assert [one["distance"] for one in found] == pytest.approx([min(row) for row in far[:20]], abs=1e-5)


# ---- The reader


def test_no_weights_before_the_reader_draws(living):
    figure = living("families")
    figure.says("Press “Draw”")
    assert not [address for address in figure.fetched if "safetensors" in address or "digits.bin" in address]
    assert card(figure, "VAE").locator("img").is_visible()  # the still picture stands until then
    expect(figure.at.locator("table").first).to_be_visible()
    figure.press("Draw: VAE")
    expect(card(figure, "VAE").locator("canvas")).to_have_count(6)
    figure.says("Asked for a 7, seed 1: VAE.")
    assert [address.split("/demos/")[-1] for address in figure.fetched if "safetensors" in address] == ["vae/weights.safetensors.gz"]


def test_all_six_by_keyboard_and_a_new_seed(living):
    figure = living("families", "families.digit=3")
    figure.button("Draw with all six").press("Enter")
    for name in SIX:
        expect(card(figure, name).locator("canvas")).to_have_count(6)
    figure.says(", ".join(SIX))
    before = {name: pixels(figure, name) for name in SIX}
    assert all(len(set(images)) == 6 for images in before.values())
    figure.button("New seed").press("Enter")
    figure.says("seed 2")
    assert all(pixels(figure, name) != before[name] for name in SIX)


def test_the_copier_is_found_out(living):
    figure = living("families", "families.digit=3&families.of=vae-copier")
    figure.says("VAE, A copier")
    figure.press("Nearest training images")
    expect(card(figure, "A copier")).to_contain_text("6 of 6 are near copies; mean distance 0.0")
    drawn = pixels(figure, "A copier")
    assert drawn[0::2] == drawn[1::2]
    expect(card(figure, "VAE")).to_contain_text("of 6 are near copies; mean distance")
    drawn = pixels(figure, "VAE")
    assert len(drawn) == 12 and all(made != near for made, near in zip(drawn[0::2], drawn[1::2], strict=True))


def test_link_is_copied_restored_and_nonsense_is_named(living):
    figure = living("families", "families.digit=4&families.seed=5&families.of=gan-mixture&families.nearest=1")
    expect(card(figure, "GAN")).to_contain_text("mean distance")
    expect(card(figure, "Mixture")).to_contain_text("mean distance")
    other = living("families", figure.link())
    expect(card(other, "GAN")).to_contain_text("mean distance")
    assert pixels(other, "GAN") == pixels(figure, "GAN")
    lost = living("families", "families.digit=12&families.of=dall-e&families.seed=x")
    lost.says("Not understood in the address, and left out:", "digit=12", "of=dall-e", "seed=x")


def test_one_family_without_weights_says_so_and_the_others_draw(living):
    figure = living("families", block="**/vae/weights.safetensors.gz")
    figure.press("Draw with all six")
    expect(card(figure, "VAE")).to_contain_text("Cannot draw here: weights.safetensors.gz could not be fetched (404)")
    assert card(figure, "VAE").locator("img").is_visible()
    expect(card(figure, "GAN").locator("canvas")).to_have_count(6)


def test_fits_a_narrow_phone(living):
    phone = {"viewport": {"width": 320, "height": 700}, "color_scheme": "dark", "reduced_motion": "reduce"}
    figure = living("families", "families.of=all&families.nearest=1", **phone)
    expect(card(figure, "A copier")).to_contain_text("mean distance")
    figure.fits_and_is_accessible()
