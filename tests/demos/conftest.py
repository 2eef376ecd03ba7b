"""What the tests of the demos share: a living figure, used as a reader uses it, and a page in which modules of the site are loaded."""

from importlib.resources import files

import pytest
from playwright.sync_api import expect

from tests.conftest import ROOT

PATIENCE = 60_000  # milliseconds, for machines that are busy; how quick a demo is is measured by `build.py bench demos`
expect.set_options(timeout=PATIENCE)


class Figure:
    """A demo on its page. `.page` is the tab, `.at` the figure, `.fetched` the files asked of the server, `.faults` what went wrong in scripts."""

    def __init__(self, page, name):
        self.page, self.name, self.at, self.fetched, self.faults = page, name, page.locator(f"#demo-{name}"), [], []
        self.status = self.at.get_by_role("status")
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("request", lambda request: self.fetched.append(request.url))

    def button(self, name):
        return self.at.get_by_role("button", name=name, exact=True)

    def press(self, name):
        self.button(name).click()

    def labelled(self, name):
        return self.at.get_by_label(name, exact=True)

    def says(self, *words):
        for each in words:
            expect(self.status).to_contain_text(each)

    def link(self):
        """The state in the link that the copy button copies: "gan.digit=7&…"."""
        self.press("Copy link to this state")
        self.says("The link is copied")
        address = self.page.evaluate("navigator.clipboard.readText()")
        assert address.endswith(f"#demo-{self.name}")
        return address.partition("?")[2].partition("#")[0]

    def stops(self, count):
        """Where the focus goes with `count` presses of Tab: text or name of each control."""
        found = []
        for _ in range(count):
            self.page.keyboard.press("Tab")
            found.append(self.page.evaluate("(e => e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent)(document.activeElement)"))
        return found

    def rests_out_of_sight(self, read, milliseconds):
        """With the page scrolled to its end, `read()` gives the same now and after a while; that is returned."""
        self.page.evaluate("scrollTo(0, document.body.scrollHeight)")
        self.page.wait_for_timeout(400)
        before = read()
        self.page.wait_for_timeout(milliseconds)
        assert read() == before
        return before

    def holds(self, parts):
        """None of these parts, a selector, sticks out of the figure."""
        whole = self.at.bounding_box()
        for part in self.at.locator(parts).all():
            box = part.bounding_box()
            assert box["x"] >= whole["x"] and box["x"] + box["width"] <= whole["x"] + whole["width"] + 1

    def fits_and_is_accessible(self):
        """Nothing sticks out at the present width, and axe finds no fault, light and dark."""
        assert self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        self.page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            answer = self.page.evaluate(f"axe.run('#demo-{self.name}', {{resultTypes: ['violations']}})")
            assert len(answer["passes"]) > 5
            assert [f"{scheme}: {rule['id']}: {node['target']}" for rule in answer["violations"] for node in rule["nodes"]] == []


def flat(nested):
    """The numbers of nested lists, one after the other."""
    return [number for item in nested for number in flat(item)] if isinstance(nested, list) else [nested]


@pytest.fixture(scope="session")
def homes(site) -> dict[str, str]:
    """{demo: address of the page it stands on}."""
    found = {}
    for page in site.rglob("index.html"):
        folder = page.relative_to(site).as_posix().removesuffix("index.html")
        if folder.startswith("embed/"):
            found.setdefault(folder.split("/")[1], None)
    for name in found:
        here = next(page for page in site.rglob("index.html") if "embed" not in page.parts and f'data-demo="{name}"' in page.read_text("utf-8"))
        found[name] = here.relative_to(site).as_posix().removesuffix("index.html")
    return found


@pytest.fixture
def living(browser, address, homes):
    """living("gan", "gan.digit=7", block="**/x", change=("gan/model.js", old, new), …) → Figure, alive. No script may fail in it.
    `block` answers with 404; `change` replaces text of a file of docs/demos on its way."""
    opened = []

    def open_demo(name, state="", block=None, change=None, alive=True, **options):
        context = browser.new_context(**{"permissions": ["clipboard-read", "clipboard-write"], "viewport": {"width": 1000, "height": 900}, **options})
        context.set_default_timeout(PATIENCE)
        figure = Figure(context.new_page(), name)
        opened.append((context, figure))
        if block:
            figure.page.route(block, lambda route: route.fulfill(status=404))
        if change:
            file, old, new = change
            text = (ROOT / "docs/demos" / file).read_text("utf-8")
            assert old in text
            figure.page.route(f"**/demos/{file}", lambda route: route.fulfill(body=text.replace(old, new), content_type="text/javascript"))
        figure.page.goto(f"{address}{homes[name]}{'?' if state else ''}{state}#demo-{name}")
        if alive:
            figure.page.wait_for_selector(f"#demo-{name}[data-live]")
        return figure

    yield open_demo
    for context, _ in opened:
        context.close()
    assert [fault for _, figure in opened for fault in figure.faults] == []


@pytest.fixture(scope="session")
def modules(browser, address):
    """modules("gan/model", …) → a page where `demo.model`, … are these modules (also `demo["gan/model"]`), `demo.data` the digits,
    `demo.file(name)` reads weights as {tensors, notes}, `demo.weights(name)` only the tensors."""
    pages = []

    def load(*names):
        page = browser.new_page()
        pages.append(page)
        page.goto(f"{address}glossary/")
        page.evaluate(
            """async ([base, names]) => {
              const all = await Promise.all([...names, "nn", "data"].map(name => import(`${base}demos/${name}.js`)))
              window.demo = Object.fromEntries([...names, "nn"].flatMap((name, i) => [name, name.split("/").at(-1)].map(key => [key, all[i]])))
              demo.data = await all.at(-1).digits()
              const { file } = await import(`${base}demos/kit.js`)
              demo.file = async name => demo.nn.unpack(await file(`${base}demos/${name}/weights.safetensors.gz`))
              demo.weights = async name => (await demo.file(name)).tensors
            }""",
            [address, list(names)],
        )
        return page

    yield load
    for page in pages:
        page.close()
