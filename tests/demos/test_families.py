"""The families demo in a real browser: the same images as in Python from the same noise, the copier found out, and a reader who draws."""

import json
import math
import statistics

import pytest
from playwright.sync_api import expect

from tests.conftest import ROOT

PARITY = {name: json.loads((ROOT / f"docs/demos/{name}/parity.json").read_text("utf-8")) for name in ("bayes", "vae", "gan")}
SIX = ["Naive Bayes", "Gaussian", "Mixture", "VAE", "GAN", "Pixel transformer"]
LOAD = """async base => {
  const paths = ["families/model", "gan/model", "nn", "data"]
  const [model, gan, nn, { digits }] = await Promise.all(paths.map(name => import(`${base}demos/${name}.js`)))
  const read = async name => nn.unpack(await (await import(`${base}demos/kit.js`)).file(`${base}demos/${name}/weights.safetensors.gz`)).tensors
  window.demo = { model, gan, nn, data: await digits(), bayes: await read("bayes"), vae: await read("vae"), weights: await read("gan") }
  window.far = (ours, theirs) => Math.max(...theirs.map((row, i) => Math.max(...row.map((v, k) => Math.abs(v - ours[i][k])))))
}"""


@pytest.fixture(scope="module")
def engine(browser, address):
    page = browser.new_page()
    page.goto(f"{address}glossary/")
    page.evaluate(LOAD, address)
    yield page
    page.close()


@pytest.fixture
def show(browser, address):
    """Open the demo with this state in the address; no script may fail. `.fetched`: what was asked of the server."""
    contexts, faults = [], []

    def opened(state="", block=None, **options):
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"], **options)
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.fetched = []
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("request", lambda request: page.fetched.append(request.url.split("/demos/")[-1]))
        if block:
            page.route(block, lambda route: route.fulfill(status=404))
        page.goto(f"{address}families/{'?' if state else ''}{state}#demo-families")
        page.wait_for_selector("#demo-families[data-live]")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults


def status(page):
    return page.locator("#demo-families [role=status]")


def card(page, name):
    return page.locator(f'#demo-families .families-card[aria-label="{name}"]')


def pixels(page, name):
    """The images of a family as drawn on its canvases."""
    read = "all => all.map(one => one.getContext('2d').getImageData(0, 0, 8, 8).data.join())"
    return card(page, name).locator("canvas").evaluate_all(read)


# ---- Mathematics


def test_classical_models_draw_what_python_draws(engine):
    off = engine.evaluate(
        """({labels, noise, chance, ...theirs}) => ["naive_bayes", "gaussian", "mixture"].map((name, kind) => {
          const own = demo.nn.part(demo.bayes, name), draw = [demo.model.naiveBayes, demo.model.gaussian, demo.model.mixture][kind]
          return far(labels.map((label, i) => draw(own, label, noise[i], chance[i])), theirs[name].drawn) })""",
        PARITY["bayes"],
    )
    assert len(off) == 3 and max(off) < 1e-4


def test_decoder_and_generator_draw_what_python_draws(engine):
    off = engine.evaluate(
        "({labels, hidden, drawn}) => far(labels.map((d, i) => demo.model.decode(demo.vae, d, hidden[i])), drawn)",
        PARITY["vae"],
    )
    assert off < 1e-4
    off = engine.evaluate(
        """({labels, noise, drawn, images, image_labels, verdicts}) => {
          const { generate, judge } = demo.gan.networks(demo.weights), made = labels.map((d, i) => generate(noise[i], d))
          const judged = images.map((image, i) => [judge(Float32Array.from(image), image_labels[i])])
          return Math.max(far(made, drawn), far(judged, verdicts.map(v => [v]))) }""",
        PARITY["gan"],
    )
    assert off < 1e-4


def test_the_nearest_image_and_the_limit_are_those_of_an_independent_count(engine):
    limit, found, images, train = engine.evaluate(
        """() => { const work = demo.model.usual(demo.data); let step; do step = work.next(); while (!step.done)
          const found = Array.from({length: 20}, (_, i) => demo.model.nearest(demo.data.image(demo.data.train + i), demo.data))
          return [step.value, found, Array.from(demo.data.images, v => Math.round(16 * v)), demo.data.train] }"""
    )
    rows = [[level / 16 for level in images[at : at + 64]] for at in range(0, len(images), 64)]
    far = [[math.dist(new, known) for known in rows[:train]] for new in rows[train:]]
    least = sorted(min(row) for row in far)
    assert limit == pytest.approx(statistics.quantiles(least, n=100, method="inclusive")[0], abs=1e-5)
    assert [one["index"] for one in found] == [row.index(min(row)) for row in far[:20]]
    assert [one["distance"] for one in found] == pytest.approx([min(row) for row in far[:20]], abs=1e-5)


# ---- The reader


def test_no_weights_before_the_reader_draws(show):
    page = show()
    expect(status(page)).to_contain_text("Press “Draw”")
    assert not [name for name in page.fetched if "safetensors" in name or "digits.bin" in name]
    assert card(page, "VAE").locator("img").is_visible()  # the still picture stands until then
    expect(page.locator("#demo-families table").first).to_be_visible()
    page.get_by_role("button", name="Draw: VAE").click()
    expect(card(page, "VAE").locator("canvas")).to_have_count(6)
    expect(status(page)).to_contain_text("Asked for a 7, seed 1: VAE.")
    assert [name for name in page.fetched if "safetensors" in name] == ["vae/weights.safetensors.gz"]


def test_all_six_by_keyboard_and_a_new_seed(show):
    page = show("families.digit=3")
    page.get_by_role("button", name="Draw with all six").press("Enter")
    for name in SIX:
        expect(card(page, name).locator("canvas")).to_have_count(6)
    expect(status(page)).to_contain_text(", ".join(SIX))
    before = {name: pixels(page, name) for name in SIX}
    assert all(len(set(images)) == 6 for images in before.values())
    page.get_by_role("button", name="New seed").press("Enter")
    expect(status(page)).to_contain_text("seed 2")
    assert all(pixels(page, name) != before[name] for name in SIX)


def test_the_copier_is_found_out(show):
    page = show("families.digit=3&families.of=vae-copier")
    expect(status(page)).to_contain_text("VAE, A copier")
    page.get_by_role("button", name="Nearest training images").click()
    expect(card(page, "A copier")).to_contain_text("6 of 6 are near copies; mean distance 0.0")
    drawn = pixels(page, "A copier")
    assert drawn[0::2] == drawn[1::2]
    expect(card(page, "VAE")).to_contain_text("of 6 are near copies; mean distance")
    drawn = pixels(page, "VAE")
    assert len(drawn) == 12 and all(made != near for made, near in zip(drawn[0::2], drawn[1::2], strict=True))


def test_link_is_copied_restored_and_nonsense_is_named(show):
    page = show("families.digit=4&families.seed=5&families.of=gan-mixture&families.nearest=1")
    expect(card(page, "GAN")).to_contain_text("mean distance")
    expect(card(page, "Mixture")).to_contain_text("mean distance")
    page.get_by_role("button", name="Copy link").first.click()
    expect(status(page)).to_contain_text("The link is copied")
    link = page.evaluate("navigator.clipboard.readText()")
    other = show(link.split("?")[1].split("#")[0])
    expect(card(other, "GAN")).to_contain_text("mean distance")
    assert pixels(other, "GAN") == pixels(page, "GAN")
    lost = show("families.digit=12&families.of=dall-e&families.seed=x")
    expect(status(lost)).to_contain_text("Not understood in the address:")
    assert all(said in status(lost).inner_text() for said in ("digit=12", "of=dall-e", "seed=x"))


def test_one_family_without_weights_says_so_and_the_others_draw(show):
    page = show(block="**/vae/weights.safetensors.gz")
    page.get_by_role("button", name="Draw with all six").click()
    expect(card(page, "VAE")).to_contain_text("Cannot draw here: weights.safetensors.gz could not be fetched (404)")
    assert card(page, "VAE").locator("img").is_visible()
    expect(card(page, "GAN").locator("canvas")).to_have_count(6)


def test_fits_a_narrow_phone(show):
    page = show("families.of=all&families.nearest=1", viewport={"width": 320, "height": 700}, color_scheme="dark", reduced_motion="reduce")
    expect(card(page, "A copier")).to_contain_text("mean distance")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
