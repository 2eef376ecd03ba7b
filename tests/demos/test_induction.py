"""The induction demo in a real browser: its arithmetic, its quality, and what a reader can do with it."""

import json
from importlib.resources import files

import pytest

from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "demos" / "induction"
PLACE = "#demo-induction"
LOADED = """async address => {
    const [{unpack}, model] = await Promise.all([import(address + "demos/nn.js"), import(address + "demos/induction/model.js")])
    const weights = await (await import(address + "demos/kit.js")).file(address + "demos/induction/weights.safetensors.gz")
    Object.assign(window, {model, both: model.models(unpack(weights))})
}"""


@pytest.fixture(scope="module")
def maths(browser, address):
    """A page without a demo in view, in which `model` is the module and `both` the two models."""
    page = browser.new_page()
    page.goto(address + "about/")
    page.evaluate(LOADED, address)
    yield page
    page.close()


@pytest.fixture
def demo(browser, address):
    """demo(query, …) → the page, at the living figure."""
    contexts = []

    def opened(query="", width=1000, **options):
        may = ["clipboard-read", "clipboard-write"]
        context = browser.new_context(viewport={"width": width, "height": 900}, permissions=may, **options)
        contexts.append(context)
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda fault: page.faults.append(str(fault)))
        page.goto(f"{address}transformers/{query}{PLACE}")
        page.wait_for_selector(f"{PLACE}[data-live]")
        return page

    yield opened
    for context in contexts:
        assert [fault for page in context.pages for fault in getattr(page, "faults", [])] == []
        context.close()


def press(page, name):
    page.locator(PLACE).get_by_role("button", name=name).click()


def says(page, words):
    page.locator(f"{PLACE} [role=status]", has_text=words).wait_for(timeout=60_000)


def place(page):
    return int(page.get_by_label("Read to place").input_value())


# Arithmetic


def test_same_numbers_as_in_python(maths):
    samples = json.loads((FOLDER / "parity.json").read_text())
    assert {sample["model"] for sample in samples} == {"one_layer", "two_layers"}
    found = maths.evaluate(
        """samples => samples.map(({model, tokens}) => {
            const read = both[model === "one_layer" ? "one" : "two"].readAll(tokens)
            return {logits: [read[0], read.at(-1)].map(r => [...r.logits]), attention: read.at(-1).looks.map(l => l.map(h => [...h]))}
        })""",
        samples,
    )
    for mine, theirs in zip(found, samples, strict=True):
        assert flat(mine["logits"]) == pytest.approx(flat(theirs["logits"]), abs=1e-4)
        assert flat(mine["attention"]) == pytest.approx(flat(theirs["attention"]), abs=1e-4)


def flat(nested):
    return [number for item in nested for number in flat(item)] if isinstance(nested, list) else [nested]


def test_memory_can_be_rewound_and_weights_are_shares_of_the_past(maths):
    again, sums, sizes = maths.evaluate("""() => {
        const tokens = model.fromSeed(7, 3).slice(0, 20), memory = both.two.begin(), first = tokens.map(t => both.two.read(memory, t))
        both.two.rewind(memory, 8)
        const second = tokens.slice(8).map(t => both.two.read(memory, t))
        const heads = first.flatMap(({looks}) => looks.flat())
        return [second.every((s, i) => s.logits.every((v, j) => v === first[8 + i].logits[j])),
            heads.map(h => h.reduce((a, b) => a + b)), first.map(({looks}) => looks[1][0].length)]
    }""")
    assert again
    assert sums == pytest.approx([1] * len(sums), abs=1e-5)
    assert sizes == list(range(1, 21)), "nobody looks at what comes later"


def test_what_can_be_known_is_what_the_trainer_counts(maths):
    for period in (5, 9, 14):
        tokens, known, sighted = maths.evaluate(
            """p => {
                const t = model.fromSeed(p, 4)
                return [t, model.guesses(both.one, t).map(g => g.answerable), [12, 20].map(i => model.sighting(t, i))]
            }""",
            period,
        )
        assert len(tokens) == 33 and len(set(tokens[:period])) == period and tokens[period:] == tokens[:-period]
        assert known == [at >= period for at in range(32)]
        assert sighted == [at - period if at >= period else -1 for at in (12, 20)]


def test_quality_of_the_committed_weights(maths):
    """Floors: two layers .99, one layer at most .30. A silent head costs what the results say."""
    results = json.loads((ROOT / "docs/results/induction.json").read_text())
    run = """([count, silent]) => { const grow = model.test(both, 2, silent ? {two: new Set([silent])} : {}); let c
        for (let i = 0; i < count; i++) c = grow(); return [c.one / c.asked, c.two / c.asked, c.asked] }"""
    one, two, asked = maths.evaluate(run, [200, None])
    assert asked > 4_000
    assert two >= 0.99 and one <= 0.30
    assert one == pytest.approx(results["one_layer"]["accuracy"]["values"][0], abs=0.03)
    crippled = maths.evaluate(run, [60, "0.1"])[1]
    assert crippled == pytest.approx(results["two_layers"]["accuracy_with_silent_head"]["layer_1_head_2"], abs=0.08)


# What a reader can do


def test_step_back_play_and_the_stop_at_the_end(demo):
    page = demo("?induction.place=29")
    here, marks = page.locator(f"{PLACE} .induction-tiles [data-here]"), page.locator(f"{PLACE} .induction-tiles button:nth-child(31) i")
    assert place(page) == 29 and marks.all_inner_texts() == ["", ""], "what is not read yet has no sign"
    press(page, "Step ▶")
    assert place(page) == 30 and marks.last.inner_text() == "✔"
    press(page, "◀ Back")
    assert place(page) == 29 and here.count() == 1
    press(page, "Play")
    page.wait_for_function("document.querySelector('#demo-induction').textContent.includes('Place 32:')", timeout=60_000)
    assert place(page) == 32 and page.get_by_role("button", name="Play").is_visible()
    says(page, "two layers guess")


def test_nothing_plays_out_of_sight(demo):
    page = demo("?induction.place=5")
    press(page, "Play")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(300)
    before = place(page)
    page.wait_for_timeout(1_500)
    assert place(page) == before
    page.locator(f"{PLACE} .induction-tiles").scroll_into_view_if_needed()
    page.wait_for_function(f"document.querySelectorAll('{PLACE} input[type=range]')[1].value > {before}")


def test_it_tells_where_a_head_looks_and_what_both_models_guess(demo):
    page = demo("?induction.period=9&induction.place=14&induction.head=two.2.2")
    assert page.locator(f"{PLACE} .induction-list li").first.inner_text().endswith("which followed the last B")
    one, two = page.locator(f"{PLACE} .induction-pair > div").all()
    assert "So far 5 of 5" in two.inner_text() and "✔ Right" in two.inner_text() and "Wrong" in one.inner_text()
    page.get_by_label("Show the attention of").select_option("two.1.2")
    page.locator(f"{PLACE} .induction-list li").first.get_by_text("the place just before").wait_for()
    page.locator(f"{PLACE} .induction-map").click(position={"x": 100, "y": 200})
    assert place(page) != 14, "a row of the map was pressed"


def test_a_silent_head_ruins_the_test_and_the_test_grows_in_slices(demo):
    page = demo("?induction.head=two.1.2")
    page.evaluate("""() => {
        const figure = document.querySelector('#demo-induction')
        window.seen = []
        const look = new MutationObserver(() => seen.push(figure.textContent.match(/in (\\d+) new/)?.[1]))
        look.observe(figure, {subtree: true, childList: true, characterData: true})
    }""")
    shares = page.locator(f"{PLACE} .demo-live table", has_text="Right where an answer exists").locator("td:last-child")
    assert shares.all_inner_texts() == ["–", "–"]
    press(page, "Test both on 50")
    says(page, "two layers 100.0 %")
    assert len({count for count in page.evaluate("seen") if count}) > 3, "the count is shown as it grows, so the page is never blocked"
    page.get_by_label("Silence this head").check()
    says(page, "silent: it still looks")
    assert "Not tested yet." in page.locator(PLACE).inner_text()
    press(page, "Test both on 50")
    says(page, "On 50 fresh sequences")
    assert 50 < float(shares.last.inner_text().removesuffix(" %")) < 85


def test_a_sequence_of_ones_own(demo):
    page = demo()
    field = page.get_by_label("yours to change")
    field.fill("kdfqz kdfqz kdf9 q")
    says(page, "9 is not among the 32 symbols")
    assert page.locator(f"{PLACE} .induction-tiles button").all_inner_texts()[0].startswith("K")
    assert page.locator(f"{PLACE} .induction-tiles button").count() == 14
    field.fill("7")
    says(page, "at least two symbols")
    press(page, "New sequence")
    assert page.locator(f"{PLACE} .induction-tiles button").count() == 33


def test_a_link_brings_the_state_back(demo):
    page = demo("?induction.head=one.1.1")
    page.get_by_label("Silence this head").check()
    page.get_by_label("yours to change").fill("ABCABCABCABC")
    page.get_by_label("Read to place").fill("7")
    page.wait_for_function("document.querySelectorAll('#demo-induction .induction-tiles button').length === 12")
    press(page, "Copy link")
    says(page, "The link is copied")
    link = page.evaluate("navigator.clipboard.readText()")
    other = demo("?" + link.split("?")[1].split("#")[0])
    told = [tab.locator(f"{PLACE} .induction-tiles").inner_html() for tab in (page, other)]
    assert told[0] == told[1] and place(other) == 7 and other.get_by_label("Silence this head").is_checked()


def test_nonsense_in_the_address_is_named_and_left_out(demo):
    page = demo("?induction.period=99&induction.head=x&induction.place=abc&induction.text=!!")
    says(page, "left out: place=abc, period=99, head=x, text=!!")
    assert page.locator(f"{PLACE} .induction-tiles button").count() == 33


def test_keyboard_alone(demo):
    page = demo("?induction.place=10")
    page.get_by_label("Read to place").focus()
    page.keyboard.press("ArrowRight")
    assert place(page) == 11
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert place(page) == 10, "Back is the next stop"
    stops = set()
    for _ in range(12):
        stops.add(page.evaluate("document.activeElement.textContent || document.activeElement.type"))
        page.keyboard.press("Tab")
    assert {"Step ▶", "Play", "checkbox", "Test both on 50 fresh sequences", "Copy link to this state"} <= stops


def test_phone_fits_and_axe_is_content(demo):
    page = demo(width=320)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        answer = page.evaluate(f"axe.run('{PLACE}', {{resultTypes: ['violations']}})")
        assert len(answer["passes"]) > 10
        assert [f"{scheme}: {rule['id']}: {node['target']}" for rule in answer["violations"] for node in rule["nodes"]] == []


def test_without_weights_the_still_picture_stays(browser, address):
    page = browser.new_page()
    page.route("**/induction/weights.safetensors.gz", lambda route: route.fulfill(status=404))
    page.goto(f"{address}transformers/{PLACE}")
    page.locator(f"{PLACE} .demo-fault").wait_for()
    assert page.locator(f"{PLACE} img").is_visible() and not page.locator(f"{PLACE} .demo-live").count()
    page.close()
