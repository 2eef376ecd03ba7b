"""Stage: search costs a reader nothing until the first search.

The theme fetches its whole index and its search engine with every page. Here the page gets a stub index and a small worker,
which fetches both when the first query comes. Fails unless the theme is as expected: a silent miss would break the search box.
"""

import json
import re
from pathlib import Path

WORKER = """\
/* Stands in for the theme's search worker: answers "ready" at once, and fetches engine and index with the first query.
   Queries that come while they are fetched replace each other; the last one is answered when the engine is ready. */
const SETUP = 0, READY = 1, QUERY = 2, RESULT = 3
let setup = null, latest = null, loading = null
addEventListener("message", event => {
  const { type, data } = event.data
  if (type === SETUP && !data.docs.length) {
    event.stopImmediatePropagation()
    setup = data
    postMessage({ type: READY })
  } else if (type === QUERY && setup) {
    event.stopImmediatePropagation()
    if (!data.trim()) return postMessage({ type: RESULT, data: { items: [] } })
    latest = event.data
    loading ??= load()
  }
})

async function load() {
  importScripts("ENGINE")
  const { config, docs } = await (await fetch("full_index.json")).json(), tell = self.postMessage
  self.postMessage = message => {
    if (message.type !== READY) return tell.call(self, message)
    self.postMessage = tell
    setup = null // from here on the engine hears for itself
    dispatchEvent(new MessageEvent("message", { data: latest }))
  }
  dispatchEvent(new MessageEvent("message", { data: { type: SETUP, data: { ...setup, config, docs } } }))
}
"""


def run(site: Path) -> str:
    """In: the built site with the theme's index and worker. Out: the same with a lazy worker between page and engine."""
    engines = list(site.glob("assets/javascripts/workers/search.*.min.js"))
    if len(engines) != 1:
        raise SystemExit(f"search: the theme should hold one search worker; it holds {len(engines)}. Has the theme changed?")
    index = site / "search" / "search_index.json"
    full = json.loads(index.read_text("utf-8"))
    write(site / "search" / "full_index.json", full)
    write(index, {**full, "docs": []})
    (site / "search" / "worker.js").write_text(WORKER.replace("ENGINE", f"../assets/javascripts/workers/{engines[0].name}"), "utf-8")
    pages = [page for page in site.rglob("*.html") if "__config" in page.read_text("utf-8")]
    for page in pages:
        text, count = re.subn(rf"assets/javascripts/workers/{re.escape(engines[0].name)}", "search/worker.js", page.read_text("utf-8"))
        if count != 1:
            raise SystemExit(f"search: {page.relative_to(site)} names the theme's search worker {count} times, not once. Has the theme changed?")
        page.write_text(text, "utf-8")
    return f"{len(full['docs'])} sections, fetched with the first query, on {len(pages)} pages"


def write(path: Path, value) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), "utf-8")
