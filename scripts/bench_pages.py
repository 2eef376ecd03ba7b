"""How quickly does a page appear on a phone? Lighthouse's performance score, beside a plain Material page with one diagram in the same run.

The score depends on the machine, so the plain page is the measure: the table shows the difference. Needs npm, for Lighthouse.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from scripts import links, serve
from scripts.environment import PROGRAMS, browser

ROOT = Path(__file__).resolve().parent.parent
PLAIN = {
    "mkdocs.yml": """
site_name: A plain page
site_url: https://plain.example/plain/
use_directory_urls: true
theme: {name: material, font: false}
markdown_extensions:
  - pymdownx.superfences:
      custom_fences: [{name: mermaid, class: mermaid, format: !!python/name:pymdownx.superfences.fence_code_format }]
""",
    "docs/index.md": "# A plain page\n\n" + "Four sentences stand here. They say little. They are short. That is all.\n\n" * 8
    + "```mermaid\nflowchart TD\n  A[AI] --> B[machine learning] --> C[deep learning] --> D[generative models]\n```\n",
}
METRICS = {"first-contentful-paint": "first paint", "largest-contentful-paint": "largest paint", "total-blocking-time": "blocked", "speed-index": "speed index"}  # milliseconds


def audit(address: str, categories: Iterable[str]) -> dict:
    """Lighthouse's report on one page, as a phone with its own throttling."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        flags = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
        command = ["node", PROGRAMS / "node_modules/lighthouse/cli/index.js", address, "--quiet", "--output=json", f"--output-path={out}", f"--chrome-flags={flags}", f"--only-categories={','.join(categories)}"]
        done = subprocess.run(command, env={**os.environ, "CHROME_PATH": browser()}, capture_output=True, text=True, timeout=180)
        if done.returncode:
            raise RuntimeError(f"Lighthouse could not look at {address}: {done.stderr[-2000:]}")
        return json.loads(out.read_text("utf-8"))


def plain_site(folder: Path) -> Path:
    for name, text in PLAIN.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "--quiet"], cwd=folder, check=True)
    return folder / "site"


def measured(address: str, runs: int) -> dict[str, float]:
    """The medians of some runs: the score, 0 to 100, and the metrics in milliseconds."""
    reports = [audit(address, ["performance"]) for _ in range(runs)]
    figures = {"score": statistics.median(100 * report["categories"]["performance"]["score"] for report in reports)}
    return figures | {name: statistics.median(report["audits"][name]["numericValue"] for report in reports) for name in METRICS}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="build.py bench pages", description=__doc__)
    parser.add_argument("pages", nargs="*", default=["", "gans/", "families/", "glossary/"], help="pages such as gans/ (the home page, one as most are, the two heaviest)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each page, of which the median counts (3)")
    options = parser.parse_args(arguments)
    if not (PROGRAMS / "node_modules").exists():
        sys.exit("npm is not here, so Lighthouse could not be fetched: install Node.js and run the command again.")
    print("| page | score | difference | " + " | ".join(f"{name}, ms" for name in METRICS.values()) + " |\n|---|---|---|" + "---|" * len(METRICS), flush=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serve.running(plain_site(Path(folder)), "/plain/") as bare,
        serve.running(ROOT / "site", links.base_path(ROOT / "mkdocs.yml")) as here,
    ):
        plain = None
        for name, address in [("a plain page", bare)] + [(page or "home", here + page) for page in options.pages]:
            figures = measured(address, options.runs)
            plain = plain or figures
            print(f"| {name} | {figures['score']:.0f} | {figures['score'] - plain['score']:+.0f} | " + " | ".join(f"{figures[metric]:.0f}" for metric in METRICS) + " |", flush=True)


if __name__ == "__main__":
    main()
