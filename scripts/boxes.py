"""Search boxes in a browser, for the benchmark: types a query into the real box of a built site, presses Enter, and says where that leads and how long it took."""

import importlib.util
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page

from scripts import links, serve
from scripts.environment import ROOT

BASE = links.base_path(ROOT / "mkdocs.yml")
START = "about/"  # the page on which the box is opened

# Runs in the page: notes how long the worker takes and how long until the list of results is drawn and laid out, and where Enter leads.
SPY = """
const real = Element.prototype.attachShadow
Element.prototype.attachShadow = function (options) { return real.call(this, { ...options, mode: "open" }) }
window.spy = { worker: 0, led: null }
window.Worker = class extends Worker {
  constructor(...all) { super(...all); this.addEventListener("message", ({ data }) => { if (data.type === 3) { spy.worker = performance.now() - spy.asked; spy.answered = true } }) }
  postMessage(...all) { if (all[0]?.type === 2) { spy.asked = performance.now(); spy.answered = false } super.postMessage(...all) }
}
addEventListener("click", event => {
  const link = event.composedPath().find(node => node.href)
  if (link && spy.catching) { spy.led = link.href; event.preventDefault(); event.stopImmediatePropagation() }
}, true)
"""
ASK = """async text => {
  const box = document.querySelector("[data-md-component=search-query]"), list = document.querySelector(".md-search-result__list")
  const started = performance.now()
  spy.answered = false
  spy.catching = true
  box.value = text
  box.dispatchEvent(new KeyboardEvent("keyup", { key: "a", bubbles: true }))
  while (!spy.answered && performance.now() - started < 8000) await new Promise(done => { const port = new MessageChannel(); port.port1.onmessage = done; port.port2.postMessage(0) })
  list.getBoundingClientRect()
  const drawn = performance.now() - started
  const found = [...list.querySelectorAll("a")].map(link => [link.href, parseFloat(link.firstElementChild.dataset.mdScore)]).filter(([, score]) => score > 0)
  return { found: found.sort((one, other) => other[1] - one[1]).map(([address]) => address), title: list.querySelector("h1")?.textContent ?? "", drawn, worker: spy.worker }
}"""
ZENSICAL = """async text => {
  const find = (root, wanted) => { for (const node of root.querySelectorAll("*")) { if (wanted(node)) return node; if (node.shadowRoot) { const inner = find(node.shadowRoot, wanted); if (inner) return inner } } }
  const box = find(document, node => node.matches("input[type=text]"))
  spy.answered = false
  box.value = text
  box.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }))
  for (let i = 0; i < 400 && !spy.answered; i++) await new Promise(done => setTimeout(done, 5))
  await new Promise(done => setTimeout(done, 30))
  return { found: [...box.getRootNode().querySelectorAll("a[href*='h=']")].map(link => link.href), title: "", drawn: 0, worker: spy.worker }
}"""
PAGEFIND = """async text => {
  window.engine ??= await import(new URL("../pagefind/pagefind.js", location.href))
  const started = performance.now(), { results } = await engine.search(text), took = performance.now() - started
  const pages = await Promise.all(results.slice(0, 5).map(result => result.data()))
  return { found: pages.flatMap(page => page.sub_results.sort((one, other) => other.locations.length - one.locations.length).slice(0, 2).map(part => new URL(part.url, location.href).href)), title: "", drawn: took, worker: took }
}"""


class Box:
    """The search of one built site, in a tab."""

    def __init__(self, chromium, site: Path, script: str = ASK):
        self.site, self.script = site, script
        self.serving = ExitStack()
        self.address = self.serving.enter_context(serve.running(site, BASE))
        self.chromium = chromium
        self.tab = self.opened()

    def opened(self) -> Page:
        tab = self.chromium.new_context().new_page()
        tab.add_init_script(SPY)
        tab.goto(self.address + START, wait_until="networkidle")
        if self.script != PAGEFIND:
            tab.keyboard.press("/")
            tab.wait_for_timeout(300)
        return tab

    def ask(self, text: str) -> dict:
        return self.tab.evaluate(self.script, text)

    def ids(self, text: str) -> tuple[list[str], bool]:
        """The ids of the results, the one that Enter leads to first; and whether anything was found."""
        told = self.ask(text)
        found = list(dict.fromkeys(map(self.identity, told["found"])))
        if self.script == ASK and found:
            self.tab.evaluate("spy.led = null; document.querySelector('[data-md-component=search-query]').focus()")
            self.tab.keyboard.press("Enter")
            led = self.identity(self.tab.wait_for_function("spy.led").json_value())
            found = [led, *(identity for identity in found if identity != led)]
        return found, bool(found) and not told["title"].startswith("Nothing found")

    def identity(self, address: str) -> str:
        path, _, anchor = address.removeprefix(self.address).partition("#")
        return anchor or path.partition("?")[0].strip("/") or "home"

    def first_query(self) -> float:
        """Milliseconds from the first keystroke in a fresh tab to the drawn list, engine and index included."""
        tab = self.opened()
        took = tab.evaluate(self.script, "transformer")["drawn"]
        tab.context.close()
        return took

    def close(self) -> None:
        self.tab.context.close()
        self.serving.close()


def engines(chromium, site: Path, folder: Path, names: list[str]):
    """The boxes to compare: (name, box). Builds what is needed in `folder`."""
    yield "ours", Box(chromium, site)
    if "theme" in names:
        quiet = {"cwd": ROOT, "check": True, "capture_output": True}
        subprocess.run([sys.executable, "-m", "mkdocs", "build", "--site-dir", folder / "theme"], **quiet)
        yield "theme's default", Box(chromium, folder / "theme")
    if "zensical" in names:
        for name in ("docs", "scripts", "overrides"):
            shutil.copytree(ROOT / name, folder / "tree" / name)
        shutil.copy(ROOT / "mkdocs.yml", folder / "tree")
        subprocess.run([sys.executable, "-m", "zensical", "build"], cwd=folder / "tree", check=True, capture_output=True)
        yield "Zensical", Box(chromium, folder / "tree" / "site", ZENSICAL)
    if "pagefind" in names and importlib.util.find_spec("pagefind"):
        shutil.copytree(site, folder / "pagefind", ignore=shutil.ignore_patterns("catalogue", "go", "embed"))  # to be fair: a list of all titles would come first for many
        subprocess.run([sys.executable, "-m", "pagefind", "--site", folder / "pagefind", "--root-selector", "article"], check=True, capture_output=True)
        yield "Pagefind", Box(chromium, folder / "pagefind", PAGEFIND)
    elif "pagefind" in names:
        print("Pagefind is left out: it is not installed (pip install 'pagefind[bin]').")
