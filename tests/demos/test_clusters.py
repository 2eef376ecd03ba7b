"""The k-means demo in a real browser: arithmetic, what the groups are worth, and stepping, naming and linking as a reader does it."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "docs" / "demos" / "clusters"
RESULTS = json.loads((ROOT / "docs" / "results" / "clusters.json").read_text("utf-8"))
LOAD = """async base => {
  const [model, nn, { digits }] = await Promise.all(["clusters/model", "nn", "data"].map(name => import(`${base}demos/${name}.js`)))
  const { tensors, notes } = nn.unpack(await (await import(`${base}demos/kit.js`)).file(`${base}demos/clusters/weights.safetensors.gz`))
  const centres = Array.from({ length: 10 }, (_, c) => tensors.centres.subarray(64 * c, 64 * c + 64))
  window.demo = { model, tensors, centres, names: JSON.parse(notes.names), data: await digits() }
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

    def opened(state="", **size):
        page = context.new_page()
        pages.append(page)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        if size:
            page.set_viewport_size(size)
        page.goto(f"{address}unsupervised/{'?' if state else ''}{state}#demo-clusters")
        page.wait_for_selector("#demo-clusters[data-live]")
        return page

    yield opened
    for page in pages:
        page.close()
    assert not faults


def button(page, name):
    return page.locator("#demo-clusters").get_by_role("button", name=name, exact=True)


def status(page):
    return page.locator("#demo-clusters .demo-status")


def facts(page):
    return page.locator("#demo-clusters .demo-outcome")


# The arithmetic


def test_map_and_distances_are_those_of_python(engine):
    parity = json.loads((DEMO / "parity.json").read_text("utf-8"))
    got = engine.evaluate("""images => images.map(image => {
      const { model, tensors, centres } = demo
      const far = centres.map(centre => model.distance(image, centre))
      return { plane: model.plane(image, tensors.mean, tensors.axes), far, group: model.nearest(image, centres).group }
    })""", parity["images"])
    wanted = zip(parity["plane"], parity["squared_distances"], parity["group"], strict=True)
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


# As a reader uses it


def test_step_by_step_to_the_end(show):
    page = show()
    assert button(page, "Step: give images to centres").is_visible()
    button(page, "Step: give images to centres").click()
    expect(status(page)).to_contain_text("Round 1, first half: each image was given")
    button(page, "Step: move centres").click()
    expect(status(page)).to_contain_text("Round 1, second half")
    button(page, "Step: give images to centres").click()
    expect(status(page)).to_have_text(re.compile(r"Round 2, first half: \d+ images changed their group"))
    sizes = page.locator("#demo-clusters .clusters-one button span").all_inner_texts()
    assert sum(int(size.split()[0]) for size in sizes) == 1297 and len(sizes) == 10
    button(page, "To the end").click()
    expect(button(page, "Ended")).to_be_disabled()
    expect(status(page)).to_contain_text("Ended after")
    expect(button(page, "Play")).to_be_disabled()
    button(page, "Another start").click()
    expect(button(page, "Step: give images to centres")).to_be_enabled()


def test_play_pause_and_the_same_start_again(show):
    page = show("clusters.k=2&clusters.seed=4")
    button(page, "Play").click()
    expect(status(page)).to_contain_text("Round 2")
    button(page, "Pause").click()
    page.wait_for_timeout(1100)
    words = status(page).inner_text()
    page.wait_for_timeout(1000)
    assert status(page).inner_text() == words
    button(page, "Same start again").click()
    expect(status(page)).to_contain_text("2 images, drawn by chance (start 4)")


def test_labels_are_hidden_until_asked_for(show):
    page = show("clusters.steps=300&clusters.seed=9")
    expect(button(page, "Ended")).to_be_visible()
    live = page.locator("#demo-clusters .demo-live")
    assert not re.search(r"% are \ds|Purity", live.inner_text())
    page.get_by_label("Show true digits").check()
    expect(facts(page)).to_contain_text("Purity: 80.")
    assert len(re.findall(r"% are \ds", live.inner_text())) == 10
    expect(page.locator(".clusters-map")).to_have_attribute("aria-label", re.compile("true digits"))


def test_names_make_a_classifier(show):
    page = show("clusters.steps=300&clusters.seed=9")
    expect(button(page, "Ended")).to_be_visible()
    page.get_by_label("Name of group A").select_option("0")
    expect(facts(page)).to_contain_text("with 1 of 10 groups named, they read")
    button(page, "Let the most typical image name each group").click()
    expect(facts(page)).to_contain_text("As a classifier they read 79.0 % of the 500 test images right.")
    page.get_by_label("Name of group B").select_option("")
    lower = float(re.search(r"read ([\d.]+) %", facts(page).inner_text())[1])
    assert lower < 79
    button(page, "Clear names").click()
    expect(facts(page)).to_contain_text("Name the groups")


def test_best_of_ten_starts(show):
    page = show()
    button(page, "Best of 10 starts").click()
    expect(status(page)).to_contain_text("ended nearest to its images: mean squared distance 2.508")
    expect(button(page, "Ended")).to_be_visible()


def test_keyboard_alone(show):
    page = show()
    page.get_by_label("Groups (k)").focus()
    page.keyboard.press("ArrowLeft")
    expect(status(page)).to_contain_text("9 images, drawn by chance")
    assert page.locator(".clusters-one").count() == 9
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(status(page)).to_contain_text("Round 1, first half")
    page.locator(".clusters-one button").first.focus()
    page.keyboard.press("Space")
    assert page.locator(".clusters-one[data-chosen]").count() == 1
    expect(page.locator(".clusters-map")).to_have_attribute("aria-label", re.compile("group A is marked"))


def test_link_brings_the_state_back(show):
    page = show("clusters.k=5&clusters.seed=3")
    for _ in range(2):
        button(page, "Step: give images to centres").click()
        button(page, "Step: move centres").click()
    page.get_by_label("Name of group C").select_option("7")
    centres = page.locator("#demo-clusters .clusters-one").all_inner_texts()
    button(page, "Copy link to this state").click()
    expect(status(page)).to_contain_text("link")
    copied = page.evaluate("navigator.clipboard.readText()")
    page.goto("about:blank")
    page.goto(copied)
    page.wait_for_selector("#demo-clusters[data-live]")
    expect(page.get_by_label("Name of group C")).to_have_value("7")
    assert page.locator("#demo-clusters .clusters-one").all_inner_texts() == centres
    assert "steps=4" in copied and button(page, "Step: give images to centres").is_visible()


def test_nonsense_in_the_address_is_told(show):
    page = show("clusters.k=99&clusters.seed=-3&clusters.steps=abc&clusters.labels=2&clusters.names=xyz")
    expect(status(page)).to_have_text(re.compile("^Not understood and left out: .*steps=abc.*k=99.*seed=-3.*labels=2.*names=xyz"))
    assert page.locator(".clusters-one").count() == 10


def test_without_weights_the_still_figure_stays(context, address):
    page = context.new_page()
    page.route("**/clusters/weights.safetensors.gz", lambda route: route.abort())
    page.goto(f"{address}unsupervised/#demo-clusters")
    expect(page.locator("#demo-clusters .demo-fault")).to_contain_text("could not start")
    expect(page.locator("#demo-clusters img")).to_be_visible()
    assert page.locator("#demo-clusters canvas").count() == 0
    page.close()


def test_fits_a_small_phone(show):
    page = show("clusters.k=20&clusters.steps=3", width=320, height=640)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    figure = page.locator("#demo-clusters").bounding_box()
    for part in page.locator("#demo-clusters :is(button, select, canvas)").all():
        box = part.bounding_box()
        assert box["x"] >= figure["x"] and box["x"] + box["width"] <= figure["x"] + figure["width"] + 1
