"""The glimpse demo in a real browser: its arithmetic, its figures from the committed weights, and what a reader can do with it."""

import gzip
import json
import re
import struct
from pathlib import Path

import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "docs" / "demos" / "glimpse"
RESULTS = json.loads((ROOT / "docs" / "results" / "glimpse.json").read_text("utf-8"))
LOAD = """async base => {
  const [model, nn, { digits }] = await Promise.all(["glimpse/model", "nn", "data"].map(name => import(`${base}demos/${name}.js`)))
  const weights = await (await import(`${base}demos/kit.js`)).file(`${base}demos/glimpse/weights.safetensors.gz`)
  window.glimpse = { model, data: await digits(), ...model.agents(nn.unpack(weights)) }
}"""
RUN = """([stage, how]) => {
  let last
  for (last of glimpse.model.trial(glimpse.nets[stage], glimpse.data, how)) ;
  return { right: last.right / last.games, looks: last.looks / last.games, games: last.games, lost: last.lost.length }
}"""


@pytest.fixture(scope="module")
def context(browser):
    opened = browser.new_context(viewport={"width": 1100, "height": 900}, permissions=["clipboard-read", "clipboard-write"])
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def engine(context, address):
    """A page with the model loaded, and nothing else of the demo."""
    page = context.new_page()
    page.goto(f"{address}glossary/")
    page.evaluate(LOAD, address)
    yield page
    page.close()


@pytest.fixture
def show(context, address):
    """Open the demo with this state in the address."""
    pages = []

    def opened(state="", **size):
        page = context.new_page()
        pages.append(page)
        page.faults = []
        page.on("pageerror", lambda fault: page.faults.append(str(fault)))
        if size:
            page.set_viewport_size(size)
        page.goto(f"{address}reinforcement/{'?' if state else ''}{state}#demo-glimpse")
        page.wait_for_selector("#demo-glimpse[data-live]")
        return page

    yield opened
    faults = [fault for page in pages for fault in page.faults]
    for page in pages:
        page.close()
    assert not faults


def button(page, name):
    return page.locator("#demo-glimpse").get_by_role("button", name=name, exact=True)


def status(page):
    return page.locator("#demo-glimpse .demo-status")


def facts(page):
    return page.locator("#demo-glimpse .glimpse-line").filter(has_text=re.compile(r"^\d+ look"))


# ---- Mathematics


def test_the_same_values_and_games_as_in_python(engine):
    parity = json.loads((DEMO / "parity.json").read_text("utf-8"))
    games, values = engine.evaluate(
        """({ images, opened, values }) => [
          images.map(image => glimpse.model.play(glimpse.nets.after, image)),
          Object.keys(values).map(stage => images.map((image, i) => [...glimpse.model.values(glimpse.nets[stage], image, opened[i])])),
        ]""",
        parity,
    )
    assert [{"looks": game["path"], "says": game["says"]} for game in games] == parity["games"]
    assert list(parity["values"]) == ["early", "after"]
    for here, there in zip(values, parity["values"].values(), strict=True):
        assert sum(here, []) == pytest.approx(sum(there, []), abs=1e-4, rel=0)


def test_the_published_figures_from_the_committed_weights(engine):
    """The page ships the first of the five agents: its own figures stand first in each list."""
    first = {name: value["values"][0] for name, value in RESULTS.items() if isinstance(value, dict) and "values" in value}
    measured = {
        "test_accuracy": engine.evaluate(RUN, ["after", {}]),
        "fixed_order_accuracy": engine.evaluate(RUN, ["after", {"order": "same"}]),
        "learned_order_accuracy_3": engine.evaluate(RUN, ["after", {"looks": 3}]),
        "fixed_order_accuracy_5": engine.evaluate(RUN, ["after", {"order": "same", "looks": 5}]),
    }
    for name, run in measured.items():
        assert run["games"] == 500 and run["right"] == pytest.approx(first[name], abs=0.0021), name
    own = measured["test_accuracy"]
    assert own["right"] >= 0.974 and own["looks"] <= 4.3 and own["lost"] == round(500 * (1 - own["right"]))
    assert own["looks"] == pytest.approx(first["looks"], abs=0.01)
    assert measured["fixed_order_accuracy"]["looks"] == pytest.approx(first["fixed_order_looks"], abs=0.01)
    random = engine.evaluate(RUN, ["after", {"order": "random"}])  # another source of chance than in Python
    assert random["looks"] == pytest.approx(first["random_order_looks"], abs=0.5)


def test_training_and_the_price_change_what_it_does(engine):
    before, early = engine.evaluate(RUN, ["before", {}]), engine.evaluate(RUN, ["early", {}])
    assert before["right"] < 0.2 and before["looks"] == 0  # as the page says; with other random numbers it may look a few times
    assert 0.85 < early["right"] < 0.95 and early["looks"] > 12
    cheap, usual, dear = (engine.evaluate(RUN, ["after", {"extra": extra}])["looks"] for extra in (-0.03, 0, 0.08))
    assert cheap > usual + 0.3 and usual > dear + 0.3


def test_what_the_page_says_follows_from_the_results():
    runs = {name: RESULTS[name]["values"] for name in ("reward", "fixed_order_reward", "learned_order_accuracy_5", "test_accuracy")}
    assert all(own > fixed for own, fixed in zip(runs["reward"], runs["fixed_order_reward"], strict=True))  # "in each of the five agents"
    assert all(forced < free for forced, free in zip(runs["learned_order_accuracy_5"], runs["test_accuracy"], strict=True))
    mean = {name: value["mean"] for name, value in RESULTS.items() if isinstance(value, dict) and "mean" in value}
    assert mean["random_order_looks"] - mean["fixed_order_looks"] > 2 * (mean["fixed_order_looks"] - mean["looks"])  # "most"
    assert 1.1 < mean["fixed_order_looks"] - mean["looks"] < 1.5  # "a little over one"
    cheap, dear = RESULTS["cheap"], RESULTS["dear"]
    assert cheap["looks"]["mean"] > mean["looks"] > dear["looks"]["mean"]
    assert cheap["test_accuracy"]["mean"] > mean["test_accuracy"] > dear["test_accuracy"]["mean"]
    at_the_low_price = 2 * mean["test_accuracy"] - 1 - cheap["price"] * mean["looks"]
    assert at_the_low_price > cheap["reward"]["mean"]  # "the middle agent would earn more than the one trained for that price"


# ---- Use


def test_step_by_step(show):
    page = show()
    expect(status(page)).to_have_text("Test image 22, all covered. Step, or play, to watch the agent.")
    expect(page.locator("#demo-glimpse > p").first).to_be_hidden()
    for looks in range(1, 7):
        button(page, "Step").click()
        expect(page.locator(".glimpse-open")).to_have_count(looks)
        expect(facts(page)).to_have_text(f"{looks} look{'s' if looks > 1 else ''}, reward so far −{looks * 0.04:.2f}.")
        expect(page.locator("#demo-glimpse")).not_to_contain_text("It is a 7.")
    button(page, "Step").click()
    promised = r"That promised \+0\.\d\d, another look \+0\.\d\d\."
    expect(status(page)).to_have_text(re.compile(rf"The agent says 7\. {promised} The digit is a 7: right\. Reward \+0\.76\."))
    expect(page.locator("#demo-glimpse")).to_contain_text("It is a 7.")
    expect(page.locator("#demo-glimpse [data-marked]")).to_have_text(re.compile("^7"))
    button(page, "Another digit").click()
    expect(page.locator(".glimpse-open")).to_have_count(0)
    expect(status(page)).to_have_text(re.compile(r"Test image (?!22)\d+, all covered"))
    page.get_by_label("Training").select_option("before")
    button(page, "Step").click()
    expect(status(page)).to_contain_text("The agent says 9.")


def test_play_runs_stops_by_itself_and_only_in_sight(show):
    page = show("glimpse.image=8")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(200)
    page.evaluate("[...document.querySelectorAll('#demo-glimpse button')].find(node => node.textContent === 'Play').click()")
    page.wait_for_timeout(1300)
    expect(page.locator(".glimpse-open")).to_have_count(0)
    page.evaluate("document.querySelector('#demo-glimpse').scrollIntoView()")
    expect(page.locator(".glimpse-open")).to_have_count(1)
    expect(status(page)).to_have_attribute("aria-live", "off")
    expect(button(page, "Play")).to_be_visible()  # it has become "Pause", and "Play" again when the game is over
    expect(status(page)).to_contain_text("The digit is a")
    expect(status(page)).to_have_attribute("aria-live", "polite")


def test_play_it_yourself_by_keyboard_alone(show):
    page = show("glimpse.image=22")
    page.get_by_label("Who plays").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#demo-glimpse table.demo-bars")).to_be_hidden()
    for _ in range(4):
        if not page.evaluate("document.activeElement.matches('.glimpse-patch')"):
            page.keyboard.press("Tab")
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "Enter", "ArrowLeft", "ArrowLeft", "ArrowUp", "Space"):
        page.keyboard.press(key)
    opened = page.locator(".glimpse-open")
    labels = [node.get_attribute("aria-label") for node in opened.all()]
    assert labels == ["row 2, column 1: opened by look 2", "row 3, column 2: opened by look 1"]
    page.keyboard.press("Enter")  # open already: no look, no price
    expect(facts(page)).to_have_text("2 looks, reward so far −0.08.")
    page.keyboard.press("7")
    expect(status(page)).to_contain_text("You say 7 after 2 looks. The digit is a 7: right. Reward +0.92.")
    expect(status(page)).to_contain_text("The agent, on this digit, says 7 after 6 looks: right, reward +0.76.")
    expect(facts(page)).to_contain_text("1 game of yours: +0.92 a game; the agent: +0.76.")
    page.keyboard.press("3")  # the game is over
    expect(facts(page)).to_contain_text("1 game of yours")


def test_a_wrong_answer_by_button(show):
    page = show("glimpse.image=22&glimpse.who=you&glimpse.price=0.12")
    expect(page.locator("#demo-glimpse")).to_contain_text("This agent was trained at 0.04 a look.")
    page.locator(".glimpse-patch").nth(5).click()
    button(page, "1").click()
    expect(status(page)).to_contain_text("The digit is a 7: wrong. Reward −1.12.")


def test_all_test_images_live_without_a_long_task(show):
    page = show()
    page.evaluate("""() => {
      window.tasks = []
      new PerformanceObserver(list => tasks.push(...list.getEntries().map(task => task.duration))).observe({ type: "longtask" })
    }""")
    row, longest = page.locator(".glimpse-runs tbody tr").first, []
    accuracy, looks = RESULTS["test_accuracy"]["values"][0], RESULTS["looks"]["values"][0]
    for run in range(1, 4):  # a task that is long of itself is long in each run; one that is long because the machine is busy is not
        page.evaluate("() => { tasks.length = 0 }")
        button(page, "Play all 500").click()
        expect(page.locator(".glimpse-runs tbody tr")).to_have_count(run)
        expect(button(page, "Play all 500")).to_be_visible()
        expect(row).to_have_text(re.compile(rf"^after training, 0\.04 a look, own choice{100 * accuracy:.1f} %{looks:.2f}\+0\.81$"))
        longest.append(max(page.evaluate("tasks"), default=0))
        if longest[-1] <= 50:
            break
    assert min(longest) <= 50
    expect(status(page)).to_contain_text("500 games, after training")
    page.get_by_label("Games it lost").select_option("106")
    expect(status(page)).to_contain_text("Test image 106")
    page.get_by_label("Training").select_option("early")
    button(page, "Play all 500").click()
    page.get_by_role("button", name=re.compile(r"Stop \(\d+ of 500\)")).click()
    expect(row).to_contain_text(re.compile(r"stopped: \d+ of 500"))


# ---- State, faults, small screens


def test_the_link_brings_the_state_back(show):
    page = show()
    page.get_by_label("A look costs").select_option("0.12")
    for _ in range(2):
        button(page, "Step").click()
    button(page, "Copy link to this state").click()
    expect(status(page)).to_have_text("The link is copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    words = facts(page).text_content()
    again = show(link.partition("?")[2].partition("#")[0])
    assert link.endswith("#demo-glimpse") and facts(again).text_content() == words == "2 looks, reward so far −0.24."
    assert again.get_by_label("A look costs").input_value() == "0.12"
    yours = show("glimpse.who=you&glimpse.path=9-6-0")
    expect(status(yours)).to_contain_text("3 looks taken")
    expect(yours.locator(".glimpse-open")).to_have_count(3)


@pytest.mark.parametrize("nonsense", ["image=500 stage=later price=0.05 who=me moves=-1 path=16", "image=x moves=1.5 path=9-9"])
def test_nonsense_in_the_address_is_ignored_and_named(show, nonsense):
    page = show("&".join(f"glimpse.{one}" for one in nonsense.split()))
    expect(status(page)).to_contain_text(f"Not understood in the address, and ignored: {', '.join(nonsense.split())}. Test image 22,")


def damaged():
    """The committed weights with one bias that is not a number."""
    content = bytearray(gzip.decompress((DEMO / "weights.safetensors.gz").read_bytes()))
    size = struct.unpack("<Q", content[:8])[0]
    at = 8 + size + json.loads(content[8 : 8 + size])["after.layer1.bias"]["data_offsets"][0]
    content[at : at + 2] = struct.pack("<H", 0x7E00)
    return gzip.compress(content)


@pytest.mark.parametrize("answer", [{"status": 404}, {"body": b"\x10"}, {"body": b"\x1f\x8b\x10"}, {"body": damaged()}], ids=["missing", "cut short", "damaged", "not a number"])
def test_without_weights_the_picture_stays(context, address, answer):
    page = context.new_page()
    page.route("**/glimpse/weights.safetensors.gz", lambda route: route.fulfill(**answer))
    page.goto(f"{address}reinforcement/#demo-glimpse")
    expect(page.locator("#demo-glimpse .demo-fault")).to_contain_text("could not start")
    expect(page.locator("#demo-glimpse img")).to_be_visible()
    assert page.locator("#demo-glimpse .demo-live").count() == 0
    page.close()


def test_a_narrow_phone(show):
    page = show("glimpse.moves=3", width=320, height=700)
    page.get_by_label("Order of the looks").select_option("same")
    button(page, "Play all 500").click()
    expect(page.locator(".glimpse-runs td").first).to_contain_text("%", timeout=60_000)
    button(page, "Start again").click()
    page.get_by_label("Who plays").select_option("you")
    wide = """() => [...document.querySelectorAll('#demo-glimpse *')].filter(
      node => node.offsetParent && node.getBoundingClientRect().right > 320).map(node => node.outerHTML.slice(0, 80))"""
    assert page.evaluate(wide) == [] and page.evaluate("document.documentElement.scrollWidth") == 320
    assert min(page.locator(".glimpse-patch").first.bounding_box()[side] for side in ("width", "height")) >= 44
