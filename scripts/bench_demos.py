"""How light and how quick is each live demo? In Chromium, on the built site, with the processor as it is and four times slower.

For each demo the reader's way is gone: the page is opened, the figure comes near, it comes to life, it is used for some seconds.
Tasks of the page's main thread are taken from Chromium's own trace, as time on the processor, so that a busy machine does not count.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path

from scripts import environment, links, serve

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "docs/results"
IN_PAGE = Path(__file__).with_suffix(".js")
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
QUALITY = {  # where docs/results keeps the figure of quality, and what it is
    "both": ("pixels.classifier_accuracy", "names test images"), "classifier": ("classifier.test_accuracy", "names test images"),
    "clusters": ("clusters.purity", "purity"), "glimpse": ("glimpse.test_accuracy", "names test images"), "gan": ("gan.judge_accuracy", "judge"),
    "pixels": ("pixels.judge_accuracy", "judge"), "induction": ("induction.two_layers.accuracy", "next symbol"),
    "stories": ("stories.grammatical", "grammatical"), "attack": ("attack.adversarial.pgd_15", "right under attack"),
    "molecules": ("molecules.guided.round_5", "QED, round 5"), "families": ("vae.judge_accuracy", "judge of the VAE"),
}  # fmt: skip


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
    page.add_init_script(path=IN_PAGE)
    try:
        wire, talk = [], page.context.new_cdp_session(page)
        talk.send("Network.enable")
        page.goto(base + home, wait_until="networkidle")
        talk.on("Network.loadingFinished", lambda event: wire.append(event["encodedDataLength"]))
        talk.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        browser.start_tracing(page=page, categories=["devtools.timeline", "disabled-by-default-devtools.timeline"])
        times = page.evaluate("name => bench.live(name)", name)
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
        browser = playwright.chromium.launch(executable_path=environment.browser(), args=["--no-sandbox", "--disable-gpu"])
        for name in names:
            plain, slow = (measure(browser, base, homes[name], name, slower, asked.seconds) for slower in (1, 4))
            page = browser.new_page()
            page.add_init_script(path=IN_PAGE)
            page.goto(base + "glossary/")
            pace = page.evaluate("([base, name]) => bench.pace(base, name)", [base, name])
            page.close()
            rows.append(plain)
            print(f"| {name} | {pace['parameters']:,} | {plain['bytes'] / 1000:.0f} | {plain['all']:.0f} ({plain['start']:.0f}) | {plain['birth']:.0f}, {plain['use']:.0f} "
                  f"| {slow['birth']:.0f}, {slow['use']:.0f} | {pace['step']} | {pace['milliseconds']:.3g} | {quality(name)} |", flush=True)  # fmt: skip
        print(f"\nOf {len(rows)} demos, {sum(row['birth'] < 50 and row['use'] < 50 for row in rows)} keep every task below 50 ms, and {sum(row['start'] < 200 for row in rows)} "
              f"answer within 200 ms of their last file; median {statistics.median(row['start'] for row in rows):.0f} ms. Chromium {browser.version}.")  # fmt: skip
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
