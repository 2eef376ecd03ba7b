"""How light and how quick is each live demo? In Chromium, on the built site, with the processor as it is and four times slower.

For each demo the reader's way is gone: the page is opened, the figure comes near, it comes to life, it is used for some seconds.
Tasks of the page's main thread are taken from Chromium's own trace, as time on the processor, so that a busy machine does not count.
"""

import argparse
import gzip
import json
import os
import statistics
import sys
from pathlib import Path

from scripts import links, serve

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "docs/results"
USE = {  # what a reader presses first: names of buttons, in order
    "both": ["Draw me a 4", "Read it"],
    "classifier": ["Show a test image", "Train"],
    "clusters": ["To the end", "Another start"],
    "glimpse": ["Play"],
    "gan": ["Other noise", "Walk"],
    "gan-plane": ["Play"],
    "pixels": ["Write on"],
    "induction": ["New sequence", "Play"],
    "stories": ["New story"],
    "attack": ["Another digit"],
    "molecules": ["Five rounds"],
    "families": ["Draw with all six", "Nearest training images"],
}
STEPS = {  # name of a step, and how to make one: a function of `get` (a module) and `read` (an unpacked file of weights)
    "both": ("an image read", "const m = await get('pixels/model'), w = m.arrange((await read('pixels')).tensors), d = await digits(), l = Array.from(d.image(1303), v => 16 * v); return () => { for (let k = 0; k < 10; k++) m.logLikelihood(w, k, l) }"),
    "classifier": ("a training step", "const m = await get('classifier/train'), d = await digits(), rows = [...Array(1297).keys()], t = m.training({ data: d, rows, told: d.labels, rate: .05, seed: 1, steps: 1e6 }); return () => t.step()"),
    "clusters": ("half a round", "const m = await get('clusters/model'), d = await digits(), c = m.start(d, d.train, 10, 1); return () => m.assign(d, d.train, c, null)"),
    "glimpse": ("a decision", "const m = await get('glimpse/model'), { nets } = m.agents(await read('glimpse')), d = await digits(), o = m.openedBy([5, 6]); return () => m.decide(m.values(nets.after, d.image(1300), o), o)"),
    "gan": ("an image, judged", "const m = await get('gan/model'), n = m.networks((await read('gan')).tensors), z = m.latent(1).samples[0]; return () => n.judge(n.generate(z, 7), 7)"),
    "gan-plane": ("a round", "const m = await get('gan-plane/model'), { tensors: { mean, axes } } = await read('clusters'), d = await digits(), g = m.contest(m.onPlane(d.images.subarray(0, 64 * d.train), mean, axes).points, 1); return () => m.playRound(g)"),
    "pixels": ("a pixel", "const m = await get('pixels/model'), w = m.arrange((await read('pixels')).tensors); let r; return () => { if (!r || r.position === 64) r = m.start(w, 7); r.step(r.position ? 3 : undefined) }"),
    "induction": ("a sequence read", "const m = await get('induction/model'), { two } = m.models(await read('induction')), s = m.fromSeed(5, 1); return () => m.guesses(two, s)"),
    "stories": ("a word", "const m = await get('stories/model'), t = m.storyteller(await read('stories')); let w; return () => { if (!w?.next) w = m.writer(t, { teller: 0, seed: 1, temperature: 1 }); w.step() }"),
    "attack": ("a gradient", "const m = await get('attack/model'), n = m.networks((await read('attack')).tensors), d = await digits(); return () => m.gradient(n.standard, d.image(1300), 3)"),
    "molecules": ("a line written", "const m = await get('molecules/model'), g = m.generator(await read('molecules')), u = (await get('nn')).random(1); return () => m.write(g, u)"),
    "families": ("a VAE image", "const m = await get('families/model'), { tensors } = await read('vae'), u = (await get('nn')).random(1); return () => m.decode(tensors, 7, m.noise(m.HIDDEN, u))"),
}  # fmt: skip
QUALITY = {  # where docs/results keeps the figure of quality, and what it is
    "both": ("pixels.classifier_accuracy", "names test images"), "classifier": ("classifier.test_accuracy", "names test images"),
    "clusters": ("clusters.purity", "purity"), "glimpse": ("glimpse.test_accuracy", "names test images"), "gan": ("gan.judge_accuracy", "judge"),
    "pixels": ("pixels.judge_accuracy", "judge"), "induction": ("induction.two_layers.accuracy", "next symbol"),
    "stories": ("stories.grammatical", "grammatical"), "attack": ("attack.adversarial.pgd_15", "right under attack"),
    "molecules": ("molecules.guided.round_5", "QED, round 5"), "families": ("vae.judge_accuracy", "judge of the VAE"),
}  # fmt: skip
ALIVE = """async name => {
  const figure = document.getElementById(`demo-${name}`), frame = () => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)))
  const live = new Promise(resolve => new MutationObserver(() => {
    figure.querySelector(".demo-start")?.click()
    if (figure.hasAttribute("data-live")) resolve()
  }).observe(figure, { attributes: true, childList: true }))
  const began = performance.now()
  dispatchEvent(new Event("pointermove"))
  figure.scrollIntoView({ block: "center" })
  await live
  await frame()
  const now = performance.now(), files = performance.getEntriesByType("resource").filter(file => file.startTime >= began && file.name.includes("/demos/"))
  return { all: now - began, start: now - Math.max(...files.map(file => file.responseEnd)) }
}"""
PACE = """async ([base, body]) => {
  const get = name => import(`${base}demos/${name}.js`), { unpack } = await get("nn"), { digits } = await get("data")
  const read = async name => unpack(await (await import(`${base}demos/kit.js`)).file(`${base}demos/${name}/weights.safetensors.gz`))
  const step = await new (async () => {}).constructor("get", "read", "digits", body)(get, read, digits), found = []
  for (let batch = 0; batch < 8; batch++) {
    let count = 0
    const began = performance.now()
    do { step(); count++ } while (performance.now() - began < 60)
    found.push((performance.now() - began) / count)
  }
  return Math.min(...found)
}"""


def longest(trace: bytes) -> float:
    """Milliseconds on the processor of the longest task of the page's main thread."""
    events = json.loads(trace)["traceEvents"]
    main = {(event["pid"], event["tid"]) for event in events if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"}
    tasks = [event.get("tdur", event["dur"]) for event in events if event["name"] == "RunTask" and "dur" in event and (event["pid"], event["tid"]) in main]
    if not tasks:
        raise SystemExit("The trace holds no task of the page: this Chromium names them otherwise.")
    return max(tasks) / 1000


def measure(browser, base: str, home: str, name: str, slower: int, seconds: float) -> dict:
    """Bring one demo to life and use it."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    try:
        wire, talk = [], page.context.new_cdp_session(page)
        talk.send("Network.enable")
        page.goto(base + home, wait_until="networkidle")
        talk.on("Network.loadingFinished", lambda event: wire.append(event["encodedDataLength"]))
        talk.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        browser.start_tracing(page=page, categories=["devtools.timeline", "disabled-by-default-devtools.timeline"])
        times = page.evaluate(ALIVE, name)
        page.wait_for_timeout(800)
        birth, first = longest(browser.stop_tracing()), sum(wire)
        browser.start_tracing(page=page, categories=["devtools.timeline", "disabled-by-default-devtools.timeline"])
        for label in USE[name]:
            press = page.locator(f"#demo-{name}").get_by_role("button", name=label, exact=True)
            if not press.count():
                raise SystemExit(f"{name} has no button “{label}”: USE, above, is out of date.")
            press.first.evaluate("button => button.click()")
            page.wait_for_timeout(1000 * seconds / len(USE[name]))
        return {**times, "bytes": first, "birth": birth, "use": longest(browser.stop_tracing())}
    finally:
        page.close()


def quality(name: str) -> str:
    """“.994 ± .001 names test images”, from docs/results."""
    if name not in QUALITY:
        return "–"
    (file, *keys), what = QUALITY[name][0].split("."), QUALITY[name][1]
    value = json.loads((RESULTS / f"{file}.json").read_text("utf-8"))
    for key in keys:
        value = value[key]
    return f"{value['mean']:.3f} ± {value['sd']:.3f} {what}"


def parameters(name: str) -> str:
    """How many numbers the weights of a demo hold (scales of int8 not counted), read from the head of the file."""
    path = ROOT / "docs/demos" / {"both": "pixels", "gan-plane": "clusters", "families": "vae"}.get(name, name) / "weights.safetensors.gz"
    if name == "gan-plane":
        return "2,435"  # trained in the page: 4-32-32-2 and 2-32-32-1
    data = gzip.decompress(path.read_bytes())
    head = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    sizes = [entry["data_offsets"][1] - entry["data_offsets"][0] for key, entry in head.items() if key != "__metadata__" and not key.endswith(".scale")]
    width = {"F32": 4, "F16": 2, "I8": 1}
    kinds = [width[entry["dtype"]] for key, entry in head.items() if key != "__metadata__" and not key.endswith(".scale")]
    return f"{sum(size // kind for size, kind in zip(sizes, kinds, strict=True)):,}"


def main() -> int:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(prog="build.py bench demos", description=__doc__)
    parser.add_argument("names", nargs="*", help="demos (all)")
    parser.add_argument("--seconds", type=float, default=5, help="how long each is used (5)")
    asked = parser.parse_args()
    site = ROOT / "site"
    if not (site / "embed").exists():
        raise SystemExit("There is no built site here: run `python3 scripts/build.py build` first.")
    names = asked.names or list(USE)
    if unknown := [name for name in names if name not in USE]:
        raise SystemExit(f"There is no demo named {unknown[0]}. There are: {', '.join(USE)}.")
    sources = {page.relative_to(site).parent.as_posix(): page.read_text("utf-8") for page in site.rglob("index.html") if "embed" not in page.parts}
    homes = {name: next(f"{folder}/".removeprefix("./") for folder, text in sources.items() if f'id="demo-{name}"' in text) for name in names}
    print("| demo | parameters | kB on the wire | to life, ms (after the last file) | longest task, ms: coming to life, in use | the same, 4× slower | a step | ms | quality, mean ± sd |")
    print("|---|---|---|---|---|---|---|---|---|")
    rows = []
    with sync_playwright() as playwright, serve.running(site, links.base_path(ROOT / "mkdocs.yml")) as base:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox", "--disable-gpu"])
        for name in names:
            plain, slow = (measure(browser, base, homes[name], name, slower, asked.seconds) for slower in (1, 4))
            page = browser.new_page()
            page.goto(base + "glossary/")
            pace = page.evaluate(PACE, [base, STEPS[name][1]])
            page.close()
            rows.append(plain)
            print(f"| {name} | {parameters(name)} | {plain['bytes'] / 1000:.0f} | {plain['all']:.0f} ({plain['start']:.0f}) | {plain['birth']:.0f}, {plain['use']:.0f} "
                  f"| {slow['birth']:.0f}, {slow['use']:.0f} | {STEPS[name][0]} | {pace:.3g} | {quality(name)} |", flush=True)  # fmt: skip
        print(f"\nOf {len(rows)} demos, {sum(row['birth'] < 50 and row['use'] < 50 for row in rows)} keep every task below 50 ms, and {sum(row['start'] < 200 for row in rows)} "
              f"answer within 200 ms of their last file; median {statistics.median(row['start'] for row in rows):.0f} ms. Chromium {browser.version}.")  # fmt: skip
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
