"""The real site in a real browser: every page, wide and narrow, light and dark, with and without JavaScript."""

from importlib.resources import files

import pytest

FIRST_VIEW = 90_000  # bytes on the wire for the first view of any page
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1440, "height": 900}}


@pytest.fixture
def tab(browser):
    """A new tab with an empty cache: tab(size, scheme, …) → page. All are closed at the end."""
    contexts = []

    def opened(size="desk", scheme="light", **options):
        context = browser.new_context(viewport=SIZES[size] if isinstance(size, str) else size, color_scheme=scheme, **options)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def visit(tab, address: str, pages: list[str]):
    """Open each page in the same tab, and yield its name."""
    for name in pages:
        tab.goto(address + name)
        yield name or "home"


def test_first_view_is_small_complete_and_from_this_site_alone(tab, address, pages):
    faults = []
    for name in pages:
        page = tab()
        wire, client = [], page.context.new_cdp_session(page)
        client.send("Network.enable")
        client.on("Network.loadingFinished", lambda event: wire.append(event["encodedDataLength"]))
        page.on("request", lambda request: faults.append(f"{name}: asks {request.url}") if not request.url.startswith((address, "data:")) else None)
        page.on("response", lambda answer: faults.append(f"{name}: {answer.status} {answer.url}") if answer.status >= 400 else None)
        page.on("console", lambda message: faults.append(f"{name}: {message.text}") if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda fault: faults.append(f"{name}: {fault}"))
        page.goto(address + name, wait_until="networkidle")
        if sum(wire) > FIRST_VIEW:
            faults.append(f"{name}: {sum(wire):.0f} bytes")
        assert len(wire) >= 5, "the count saw next to nothing"
        page.context.close()
    assert faults == []


CROSSED = [  # each size and each scheme once; all four with --slow
    pytest.param("desk", "light"), pytest.param("phone", "dark"),
    pytest.param("desk", "dark", marks=pytest.mark.slow), pytest.param("phone", "light", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("size", "scheme"), CROSSED)
def test_axe_finds_nothing(tab, address, pages, size, scheme):
    rules = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    page, faults = tab(size, scheme), []
    for name in visit(page, address, pages):
        page.evaluate(rules)
        answer = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert answer["passes"], "axe looked at nothing"
        for rule in answer["violations"]:
            faults += [f"{name}: {rule['id']}: {node['target']} {node['failureSummary'].splitlines()[1].strip()}" for node in rule["nodes"]]
    assert faults == []


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_nothing_sticks_out_or_jumps(tab, address, pages, width):
    page, faults = tab({"width": width, "height": 800}), []
    page.add_init_script("window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(e => window.shift += e.value)).observe({type: 'layout-shift', buffered: true})")
    for name in visit(page, address, pages):
        page.wait_for_timeout(60)
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        shift = page.evaluate("window.shift")
        faults += [f"{name}: {over} px too wide"] * (over > 0) + [f"{name}: layout shift {shift:.3f}"] * (shift > 0.01)
    assert faults == []


def test_everything_is_there_without_javascript(tab, address, pages):
    page, faults, diagrams = tab("phone", java_script_enabled=False), [], 0
    for name in visit(page, address, pages):
        faults += [f"{name}: no heading"] * (not page.locator("article h1").is_visible())
        for drawing in page.locator("figure.diagram svg").all():
            diagrams += 1
            faults += [f"{name}: an undrawn diagram"] * (not drawing.is_visible())
        faults += [f"{name}: a quiz without explanations"] * any(not quiz.locator("details").count() for quiz in page.locator(".quiz").all())
    assert faults == [] and diagrams >= 10
    page.goto(address + "gans/")
    page.locator(".quiz summary").first.click()
    assert page.locator(".quiz details").first.locator("p").first.is_visible()
    page.locator("label.md-header__button[for=__drawer]").click()
    assert page.locator(".md-nav--primary a[href$='transformers/']").is_visible()


def test_search_finds_with_the_keyboard_alone(tab, address):
    page, fetched = tab(), []
    page.on("response", lambda answer: fetched.append(answer.url))
    page.goto(address, wait_until="networkidle")
    assert not [url for url in fetched if url.endswith("full_index.json")], "the index waits for the first search"
    page.keyboard.press("/")
    page.keyboard.type("adversarial")
    result = page.locator(".md-search-result__item").first
    result.wait_for(timeout=10_000)
    assert [url for url in fetched if url.endswith("full_index.json")]
    page.keyboard.press("Enter")
    page.wait_for_url("**/?h=*", timeout=10_000)
    assert page.locator("h1").first.is_visible()


def test_lost_readers_get_the_whole_frame_at_any_depth(tab, address):
    page, faults = tab(), []
    page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 400 else None)
    wrong = address + "no/such/page"
    answer = page.goto(wrong)
    assert answer.status == 404 and faults == [wrong]
    assert page.locator("h1").inner_text() == "This page is not here"
    assert page.locator("header").bounding_box()["height"] < 100, "the style sheet arrived"
    page.locator("article a", has_text="glossary").click()
    assert page.url == address + "glossary/"


def test_keyboard_reaches_content_first_and_shows_where_it_is(tab, address):
    page = tab()
    page.goto(address + "gans/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('md-skip')")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article') !== null")
    page.locator(".quiz summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".quiz details").first.get_attribute("open") is not None


def test_tooltip_of_a_term_says_its_definition(tab, address):
    page = tab()
    page.goto(address + "gans/")
    term = page.locator("a.term").first
    definition = term.get_attribute("title")
    assert definition and definition.endswith(".")
    page.keyboard.press("Tab")  # from here on focus is shown
    term.focus()
    shown = page.evaluate("getComputedStyle(document.activeElement, '::after').content")
    assert shown.strip('"') == definition


def test_diagrams_follow_light_dark_and_print(tab, address):
    colours = {}
    for scheme in ("light", "dark"):
        page = tab(scheme=scheme)
        page.goto(address)
        colours[scheme] = page.evaluate("['.nodeLabel p', '.node rect'].map(s => {const c = getComputedStyle(document.querySelector('.diagram ' + s)); return [c.color, c.fill]})")
    assert colours["light"][0][0] != colours["dark"][0][0] and colours["light"][1][1] != colours["dark"][1][1]
    page.emulate_media(media="print", color_scheme="light")
    assert page.locator("figure.diagram svg").first.is_visible() and not page.locator(".md-header").is_visible()


def test_table_of_contents_marks_the_section_that_an_address_leads_to(tab, address):
    page = tab()
    for place in ("gans/#gan-contest", "claims/#claims-measured", "data/#data-quality"):
        page.goto("about:blank")
        page.goto(address + place)
        page.wait_for_function("[...document.querySelectorAll('.md-nav--secondary .md-nav__link--active')].at(-1)?.hash === location.hash", timeout=10_000)


def test_every_address_of_a_section_leads_to_it(tab, address, site):
    """Open each page at its last heading: the heading is in view and not under the header."""
    page, faults = tab("phone"), []
    for file in sorted(site.glob("*/index.html")):
        page.goto(address + file.parent.name + "/")
        last = page.evaluate("[...document.querySelectorAll('article :is(h2, h3)[id]')].at(-1)?.id")
        if last:
            page.goto(f"{address}{file.parent.name}/#{last}")
            page.wait_for_timeout(80)
            top = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", last)
            header = page.evaluate("document.querySelector('.md-header').getBoundingClientRect().bottom")
            if not (header - 1 <= top <= 844):
                faults.append(f"{file.parent.name}#{last}: at {top:.0f} px, header ends at {header:.0f} px")
    assert faults == []
