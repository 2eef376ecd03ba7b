"""The trained GAN in a real browser: what Python made and judged, the nearest image, the walk, the row, the link, the keyboard."""

import json
import math
import re

import pytest
from playwright.sync_api import expect

from tests.conftest import ROOT

PARITY = json.loads((ROOT / "docs/demos/gan/parity.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def engine(modules):
    page = modules("gan/model")
    page.evaluate("async () => { demo.nets = demo.model.networks(await demo.weights('gan')) }")
    return page


def card(figure, name):
    """Title and verdict of one of the two images in the middle."""
    return figure.at.locator(".gan-card").filter(has_text=name)


def ready(figure):
    """Everything that is worked out in the background is there."""
    expect(figure.at.locator(".gan-line").last).to_contain_text("of all pairs")
    return figure


# ---- Mathematics


def test_generator_and_discriminator_give_what_python_gives(engine):
    made, judged = engine.evaluate(
        """({ labels, noise, images, image_labels }) => [
          labels.map((digit, i) => [...demo.nets.generate(noise[i], digit)]),
          images.map((image, i) => demo.nets.judge(Float32Array.from(image), image_labels[i]))]""",
        PARITY,
    )
    assert len(made) == len(judged) == 10
    for mine, theirs in zip(made, PARITY["drawn"], strict=True):
        assert mine == pytest.approx(theirs, abs=1e-4)
    assert judged == pytest.approx(PARITY["verdicts"], abs=1e-4)


def test_the_plane_goes_through_the_sample_and_its_axes_are_square(engine):
    space, here, there = engine.evaluate("""() => {
      const space = demo.model.latent(6), noise = space.samples[3], [x, y] = demo.model.coordinates(space, noise)
      const far = demo.model.onPlane(space, noise, 1, -2)
      return [[[...space.across], [...space.down]], [[...noise], [...demo.model.onPlane(space, noise, x, y)]], demo.model.coordinates(space, far)] }""")
    across, down = space
    dot = lambda a, b: sum(p * q for p, q in zip(a, b, strict=True))  # noqa: E731
    assert (dot(across, across), dot(down, down), dot(across, down)) == (pytest.approx(1, abs=1e-5), pytest.approx(1, abs=1e-5), pytest.approx(0, abs=1e-5))
    assert here[0] == pytest.approx(here[1], abs=1e-5) and there == pytest.approx([1, -2], abs=1e-5)


def test_the_nearest_image_is_that_of_an_independent_count(engine):
    found, made, images, train = engine.evaluate("""() => {
      const made = [...Array(10).keys()].map(digit => demo.nn.rounded(demo.nets.generate(demo.model.latent(2).samples[digit], digit)))
      return [made.map(image => demo.nn.nearest(image, demo.data.images, demo.data.train)), made.map(image => [...image]), [...demo.data.images], demo.data.train] }""")
    known = [images[at : at + 64] for at in range(0, 64 * train, 64)]
    for one, image in zip(found, made, strict=True):
        assert set(round(16 * v, 4) % 1 for v in image) == {0}
        far = [math.dist(image, other) for other in known]
        assert one["distance"] == pytest.approx(min(far), abs=1e-5) and far[one["index"]] == pytest.approx(min(far), abs=1e-6)


# ---- What a reader can do


def test_what_stands_beside_the_image_is_what_the_networks_say(living, engine):
    figure = living("gan", "gan.digit=3&gan.seed=5&gan.sample=2")
    verdict, distance = engine.evaluate("""() => {
      const space = demo.model.latent(5), noise = space.samples[1], [x, y] = demo.model.coordinates(space, noise).map(v => Math.round(Math.max(-2.5, Math.min(2.5, v)) * 20) / 20)
      const image = demo.nets.generate(demo.model.onPlane(space, noise, x, y), 3)
      return [demo.nets.judge(image, 3), demo.nn.nearest(demo.nn.rounded(image), demo.data.images, demo.data.train).distance] }""")
    shown = f"{'−' if verdict < -0.004 else '+'}{abs(verdict):.2f} “{'real' if verdict > 0 else 'made'}”"
    expect(card(figure, "Made 3")).to_contain_text(f"Discriminator: {shown}")
    figure.says(f"is {distance:.2f} away")
    expect(figure.at.locator(".gan-line").first).to_contain_text(f": {distance:.2f} (1 is one pixel")


def test_the_row_leads_the_plane_and_the_digit_changes_all(living):
    figure = ready(living("gan", "gan.digit=7"))
    row = figure.at.get_by_role("group", name="Made images").get_by_role("button")
    assert row.count() == 10 and row.first.get_attribute("aria-pressed") == "true"
    before = figure.labelled("Across").input_value()
    row.nth(4).click()
    expect(row.nth(4)).to_have_attribute("aria-pressed", "true")
    assert figure.labelled("Across").input_value() != before
    figure.labelled("Digit").select_option("2")
    expect(card(figure, "Made 2")).to_be_visible()
    expect(figure.at.get_by_text("Ten real 2s")).to_be_visible()
    text = ready(figure).at.locator(".gan-line").last.inner_text()
    assert re.search(r"calls \d+ of these ten made images real, and \d+ of the ten real ones", text)


def test_other_noise_gives_other_images(living):
    figure = ready(living("gan"))
    images = "all => all.map(one => one.getContext('2d').getImageData(0, 0, 8, 8).data.join())"
    row = figure.at.get_by_role("group", name="Made images").locator("canvas")
    before = row.evaluate_all(images)
    figure.press("Other noise")
    figure.page.wait_for_timeout(100)
    after = ready(figure) and row.evaluate_all(images)
    assert len(set(before)) == 10 and not set(before) & set(after)


def test_the_walk_moves_stops_and_rests_out_of_sight(living):
    figure = living("gan")
    across = figure.labelled("Across")
    start = across.input_value()
    figure.press("Walk")
    figure.page.wait_for_function("([id, v]) => document.getElementById(id).value !== v", arg=[across.get_attribute("id"), start])
    figure.rests_out_of_sight(across.input_value, 400)
    figure.press("Stop")
    figure.says("The discriminator says")


def test_a_link_brings_the_state_back_and_nonsense_is_named(living):
    figure = living("gan", "gan.digit=8&gan.seed=6&gan.x=0.5&gan.y=-1.25")
    expect(figure.labelled("Down")).to_have_value("-1.25")
    link = figure.link()
    assert "gan.x=0.5" in link and "gan.seed=6" in link
    other = living("gan", link)
    other.says("to this made 8")
    assert card(other, "Made 8").inner_text() == card(figure, "Made 8").inner_text()
    lost = living("gan", "gan.digit=77&gan.seed=-3&gan.x=9&gan.y=&gan.sample=two")
    lost.says("Not understood in the address, and left out: digit=77, seed=-3, sample=two, x=9, y=. The discriminator says")
    expect(card(lost, "Made 7")).to_be_visible()


def test_keyboard_alone(living):
    figure = living("gan", reduced_motion="reduce")
    figure.labelled("Digit").focus()
    assert figure.stops(4) == ["Other noise", "Across", "Down", "Walk a step"]
    before = figure.labelled("Down").input_value()
    figure.page.keyboard.press("Enter")
    figure.page.wait_for_function("([id, v]) => document.getElementById(id).value !== v", arg=[figure.labelled("Down").get_attribute("id"), before])
    figure.page.keyboard.press("Shift+Tab")
    value = float(figure.labelled("Down").input_value())
    figure.page.keyboard.press("ArrowRight")
    assert float(figure.labelled("Down").input_value()) == pytest.approx(value + 0.05)


@pytest.mark.parametrize("width", [320, 1440])
def test_it_fits_and_axe_is_content(living, width):
    ready(living("gan", viewport={"width": width, "height": 900})).fits_and_is_accessible()
