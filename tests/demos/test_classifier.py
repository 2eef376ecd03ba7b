"""The classifier demo in a real browser: arithmetic, the pad's way to pixels, gradients, and drawing and training as a reader does it."""

import json
import random
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.demos import strokes

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "docs" / "demos" / "classifier"
RESULTS = {name: json.loads((ROOT / "docs" / "results" / f"{name}.json").read_text("utf-8")) for name in ("classifier", "drawings")}
LOAD = """async base => {
  const [model, pad, train, nn, { digits }] = await Promise.all(
    ["classifier/model", "classifier/pad", "classifier/train", "nn", "data"].map(name => import(`${base}demos/${name}.js`)))
  const weights = nn.unpack(await (await import(`${base}demos/kit.js`)).file(`${base}demos/classifier/weights.safetensors.gz`)).tensors
  window.demo = { model, pad, train, nn, weights, data: await digits() }
}"""


@pytest.fixture(scope="module")
def context(browser):
    opened = browser.new_context(viewport={"width": 1100, "height": 1000}, permissions=["clipboard-read", "clipboard-write"])
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def engine(context, address):
    """A page with the modules loaded, and nothing else of the demo."""
    page = context.new_page()
    page.goto(f"{address}glossary/")
    page.evaluate(LOAD, address)
    yield page
    page.close()


@pytest.fixture
def show(context, address):
    """Open the demo with this state in the address."""
    pages, faults = [], []

    def opened(state="", within=context, **size):
        page = within.new_page()
        pages.append(page)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        if size:
            page.set_viewport_size(size)
        page.goto(f"{address}supervised/{'?' if state else ''}{state}#demo-classifier")
        page.wait_for_selector("#demo-classifier[data-live]")
        return page

    yield opened
    for page in pages:
        page.close()
    assert not faults


def draw(page, drawing):
    """Draw with the mouse, as a hand does: each place of each stroke, with moves between."""
    press(page, "Clear")
    box = page.locator(".demo-pad").bounding_box()
    for stroke in drawing:
        places = [(box["x"] + x / strokes.PAD * box["width"], box["y"] + y / strokes.PAD * box["height"]) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place)
        page.mouse.up()


def marked(page):
    return page.locator("#demo-classifier .demo-bars tr[data-marked] th").inner_text()


def status(page):
    return page.locator("#demo-classifier .demo-status")


def press(page, name):
    page.locator("#demo-classifier").get_by_role("button", name=name, exact=True).click()


# The arithmetic


def test_network_gives_what_python_gives(engine):
    parity = json.loads((DEMO / "parity.json").read_text("utf-8"))
    code = "images => images.map(x => [[...demo.model.logits(demo.weights, x)], [...demo.model.probabilities(demo.weights, x)]])"
    got = engine.evaluate(code, parity["images"])
    for (logits, probabilities), wanted, chances in zip(got, parity["logits"], parity["probabilities"], strict=True):
        assert logits == pytest.approx(wanted, abs=1e-4)
        assert probabilities == pytest.approx(chances, abs=1e-4)


def test_pad_turns_strokes_into_the_pixels_of_python(engine):
    parity = json.loads((DEMO / "parity.json").read_text("utf-8"))
    got = engine.evaluate("drawings => drawings.map(one => [...demo.pad.see(one)])", parity["strokes"])
    assert len(got) == 65 and any(0 < pixel < 1 for image in got for pixel in image)
    for image, wanted in zip(got, parity["seen"], strict=True):
        assert image == pytest.approx(wanted, abs=1e-6)


def test_test_images_are_read_as_the_results_say(engine):
    share = engine.evaluate("""() => {
      const { data, model, weights } = demo, rows = [...Array(500).keys()].map(i => data.train + i)
      return rows.filter(row => model.best(model.logits(weights, data.image(row))) === data.labels[row]).length / 500
    }""")
    assert share == pytest.approx(RESULTS["classifier"]["test_accuracy"]["values"][0], abs=1e-9)
    assert share >= 0.985


def test_drawings_in_ways_that_training_never_met_are_read(engine):
    drawings = strokes.drawings()
    code = "all => all.map(one => demo.model.best(demo.model.logits(demo.weights, demo.pad.see(one))))"
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


# As a reader uses it


def test_draw_with_the_mouse(show):
    page, right = show(), 0
    drawings = random.Random(7).sample(strokes.drawings(seed=9), 14)
    for digit, drawing in drawings:
        draw(page, drawing)
        right += marked(page) == str(digit)
    assert right >= 13, f"{right} of {len(drawings)}"
    expect(status(page)).to_have_text(re.compile(r"^The network reads \d, \d+ % probable\.$"))
    press(page, "Undo")
    press(page, "Clear")
    expect(status(page)).to_have_text("The pad is empty. Draw a digit.")


def test_probabilities_change_while_one_draws(show):
    page, seen = show(), []
    box = page.locator(".demo-pad").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 30)
    page.mouse.down()
    for x, y in ((150, 30), (120, 90), (90, 180)):
        page.mouse.move(box["x"] + x, box["y"] + y)
        seen.append(page.locator("#demo-classifier .demo-bars td:last-child").all_inner_texts())
    page.mouse.up()
    assert len({tuple(each) for each in seen}) > 1 and marked(page) == "7"


def test_draw_with_a_finger(browser, show):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = show(within=context)
    page.locator(".demo-pad").scroll_into_view_if_needed()
    box, client = page.locator(".demo-pad").bounding_box(), context.new_cdp_session(page)
    top = page.evaluate("scrollY")
    for kind, places in (("touchStart", [(70, 30)]), ("touchMove", [(72, 100)]), ("touchMove", [(70, 190)]), ("touchEnd", [])):
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": box["x"] + x, "y": box["y"] + y} for x, y in places]})
    assert marked(page) == "1"
    assert page.evaluate("scrollY") == top, "drawing must not scroll the page"
    context.close()


def test_draw_with_the_keyboard_alone(show):
    page = show()
    page.locator(".demo-pad").focus()
    for key, times in (("ArrowLeft", 6), ("Space", 1), ("ArrowRight", 12), ("ArrowDown", 14), ("Space", 1)):
        for _ in range(times):
            page.keyboard.press(key)
    assert marked(page) == "7"
    page.keyboard.press("Backspace")
    page.keyboard.press("Delete")
    expect(page.locator("#demo-classifier .demo-bars tr[data-marked]")).to_have_count(0)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Clear", "the pad must not hold the keyboard"


def test_train_from_scratch_and_let_it_read(show):
    page = show("classifier.labels=200&classifier.ink=hcLcrQ.pwHv")
    assert marked(page) == "7"
    press(page, "Train")
    expect(page.locator(".demo-outcome")).to_contain_text("Done: 1,500 steps.", timeout=60_000)
    words = page.locator(".demo-outcome").inner_text()
    share = float(re.search(r"reads ([\d.]+) % of the 500 test images", words)[1])
    assert 85 < share < 97, words
    assert page.locator("#demo-classifier .demo-chart polyline").count() == 2
    assert page.get_by_label("Who reads?").input_value() == "own"
    expect(status(page)).to_contain_text("1,500 steps")
    page.get_by_label("Who reads?").select_option("shipped")
    expect(status(page)).to_contain_text("The network reads 7")


def test_an_error_that_follows_a_rule_is_learnt(show):
    page = show("classifier.wrong=7")
    press(page, "Train")
    expect(page.locator(".demo-outcome")).to_contain_text("Done", timeout=60_000)
    words = page.locator(".demo-outcome").inner_text()
    of, ones = map(int, re.search(r"Of the (\d+) test images of a 7 it calls (\d+) a 1", words).groups())
    assert of == 50 and ones > 40, words


def test_steps_that_are_too_large_are_told(show):
    page = show("classifier.rate=large")
    press(page, "Train")
    expect(page.locator(".demo-outcome")).to_contain_text("It fell apart at step")
    expect(page.locator("#demo-classifier").get_by_role("button", name="Train", exact=True)).to_be_visible()
    page.get_by_label("Size of each step").select_option("good")
    press(page, "Train")
    press(page, "Stop")
    expect(page.locator(".demo-outcome")).to_contain_text("Stopped after")


def test_nothing_runs_out_of_sight(show):
    page = show(width=390, height=700)
    press(page, "Train")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(300)
    first = page.locator(".demo-outcome").inner_text()
    page.wait_for_timeout(400)
    assert page.locator(".demo-outcome").inner_text() == first and "Done" not in first
    page.locator("#demo-classifier .demo-outcome").scroll_into_view_if_needed()
    expect(page.locator(".demo-outcome")).to_contain_text("Done", timeout=60_000)


def test_link_brings_the_state_back(show):
    page = show()
    draw(page, strokes.drawings(each=1)[20][1])
    page.get_by_label("Labelled images").select_option("50")
    before = marked(page), page.locator("#demo-classifier .demo-bars").inner_text()
    press(page, "Copy link to this state")
    expect(status(page)).to_contain_text("link")
    copied = page.evaluate("navigator.clipboard.readText()")
    page.goto("about:blank")
    page.goto(copied)
    page.wait_for_selector("#demo-classifier[data-live]")
    assert page.get_by_label("Labelled images").input_value() == "50"
    assert (marked(page), page.locator("#demo-classifier .demo-bars").inner_text()) == before


def test_test_image_and_nonsense_in_the_address(show):
    page = show("classifier.labels=7&classifier.ink=*&classifier.test=9999&classifier.wrong=99&classifier.rate=constructor")
    expect(status(page)).to_have_text(re.compile("^Not understood and left out: .*ink=.*test=.*labels=7.*wrong=99.*rate=constructor"))
    press(page, "Show a test image")
    expect(status(page)).to_contain_text("Its writer meant")


def test_without_weights_the_still_figure_stays(context, address):
    page = context.new_page()
    page.route("**/classifier/weights.safetensors.gz", lambda route: route.fulfill(status=404, body=""))
    page.goto(f"{address}supervised/#demo-classifier")
    expect(page.locator("#demo-classifier .demo-fault")).to_contain_text("could not start")
    expect(page.locator("#demo-classifier img")).to_be_visible()
    assert page.locator("#demo-classifier .demo-pad").count() == 0
    page.close()


def test_fits_a_small_phone(show):
    page = show("classifier.ink=hcLcrQ.pwHv", width=320, height=640)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    figure = page.locator("#demo-classifier").bounding_box()
    for part in page.locator("#demo-classifier :is(button, select, canvas, table, svg)").all():
        box = part.bounding_box()
        assert box["x"] >= figure["x"] and box["x"] + box["width"] <= figure["x"] + figure["width"] + 1
