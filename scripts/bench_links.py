"""Which tool finds which faults? Breaks copies of site/ and of the sources, one fault at a time, and asks each tool in turn.

Tools: our check, lychee alone, `mkdocs build --strict` alone, and linkinator, which tests/npm locks, when npm is there.
Each is set up as well as it can be: lychee and linkinator see the site under its base path, with its host mapped onto the copy.
"""

import argparse
import copy
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from scripts import collect, links, lychee, serve
from scripts.environment import PROGRAMS, Trouble, programs
from tests import faults
from tests.source_faults import IN_BUILD, IN_SOURCES

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ("docs", "scripts", "overrides", ".cache/served", "mkdocs.yml", "pyproject.toml")  # what a build reads: pages show excerpts of scripts/train, the search stage takes its engine from .cache, material.py its packages from pyproject.toml
PATIENCE = 90  # seconds, after which a program is taken to hang
IN_SITE = faults.IN_PAGES + faults.IN_SITE
IN_PROJECT = IN_SOURCES + IN_BUILD


@dataclass
class Tool:
    """A program that looks at a built site, at a project, or at both; each function returns how many faults it reports."""

    name: str
    site: Callable[[Path], int] | None = None
    project: Callable[[Path], int] | None = None
    seconds: dict[bool, list[float]] = field(default_factory=lambda: {False: [], True: []})  # for a site, for a project
    found: dict[str, bool] = field(default_factory=dict)
    false: int = 0

    def ask(self, folder: Path, project: bool) -> int | None:
        """How many faults the tool reports in this folder; None when this is not its business."""
        look = self.project if project else self.site
        if look is None:
            return None
        started = time.perf_counter()
        count = look(folder)
        self.seconds[project].append(time.perf_counter() - started)
        return count


def run(command: list, folder: Path) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PYTHONPATH": str(folder), "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "0", "GITHUB_ACTIONS": ""}
    words = [str(part) for part in command]
    try:
        return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, errors="replace", timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        print(f"  {words[0]} … did not end within {PATIENCE} s: nothing found", flush=True)
        return subprocess.CompletedProcess(words, 0, "", "")


def lines(done: subprocess.CompletedProcess, begin: tuple[str, ...]) -> int:
    """The number of faults that a program printed, and at least one when it ended with a fault."""
    said = sum(line.startswith(begin) for line in (done.stdout + done.stderr).splitlines())
    return max(said, 1) if done.returncode else 0


def ours_on_site(site: Path) -> int:
    return lines(run([sys.executable, "-m", "scripts.links", site], ROOT), (str(site), "docs/", "mkdocs.yml", "overrides/"))


def ours_on_project(project: Path) -> int:
    return lines(run([sys.executable, "-m", "scripts.pipeline"], project), ("docs/", "WARNING", "mkdocs.yml", ".build/"))


def mkdocs(project: Path) -> int:
    return lines(run([sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", project / "site"], project), ("WARNING", "ERROR"))


def lychee_on(clean: links.Checker) -> Callable[[Path], int]:
    """lychee, told what is right of the clean site: its address."""

    def look(site: Path) -> int:
        told = copy.copy(clean)
        told.site = collect.Site(site)
        return len(lychee.opinion(told)[0])

    return look


def linkinator_on(clean: links.Checker, program: Path) -> Callable[[Path], int]:
    """linkinator on the site as GitHub Pages would serve it, with all its checks on."""

    def look(site: Path) -> int:
        own = clean.start.removesuffix(clean.base) + "/"
        options = ["--recurse", "--check-css", "--check-fragments", "--format", "json", "--timeout", "30000", "--skip", "^https?://(?!127)"]
        with serve.running(site, clean.base) as address:
            mapped = ["--url-rewrite-search", own, "--url-rewrite-replace", address.removesuffix(clean.base) + "/"]
            done = run([program, address, *options, *mapped], site.parent)
        try:
            return sum(link["state"] == "BROKEN" for link in json.loads(done.stdout)["links"])
        except ValueError:
            return 1 if done.returncode else 0  # a crash is noticed too

    return look


def tools(clean: links.Checker) -> list[Tool]:
    """What can be compared here; says what is left out."""
    known = [Tool("our check", ours_on_site, ours_on_project), Tool("mkdocs --strict alone", project=mkdocs)]
    if lychee.program():
        known.insert(1, Tool("lychee alone", lychee_on(clean)))
    else:
        print("lychee is left out: there is no wheel for this platform.")
    try:
        programs()
    except Trouble as trouble:
        print(trouble)
    program = PROGRAMS / "node_modules" / ".bin" / ("linkinator.cmd" if os.name == "nt" else "linkinator")
    if program.exists():
        known.append(Tool("linkinator", linkinator_on(clean, program)))
    else:
        print("linkinator is left out: npm is not here, or could not fetch it.")
    return known


def measure(every: int, folder: Path, compared: list[Tool], site: Path) -> None:
    """Break, ask, next. Prints one line for each fault that some tool missed."""
    shutil.copytree(site, folder / "original" / "site")
    for name in PROJECT:
        target = folder / "original" / "project" / name
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, target)
    for kind, listed in (("site", IN_SITE), ("project", IN_PROJECT)):
        original, broken = folder / "original" / kind, folder / "broken" / kind
        clean = faults.copy(original, folder / "clean" / kind)
        before = {tool.name: tool.ask(clean, kind == "project") or 0 for tool in compared}
        for tool in compared:
            tool.false += before[tool.name]
        if compared[0].false:  # it stops at the first kind of fault, so each fault would count as found, or none
            sys.exit(f"{compared[0].name} has {compared[0].false} findings in the clean {kind}, so nothing can be measured: run `python3 scripts/build.py check`, or see whether PROJECT in bench_links.py lacks something that the build reads.")
        for fault in listed[::every]:
            shutil.rmtree(broken, ignore_errors=True)
            fault.change(faults.World(faults.copy(original, broken)))
            counts = {tool.name: tool.ask(broken, kind == "project") for tool in compared}
            for tool in compared:
                if (count := counts[tool.name]) is not None:
                    tool.found[fault.name] = count > before[tool.name]
            missed = [tool.name for tool in compared if tool.found.get(fault.name) is False]
            print(f"  {fault.name}: {'missed by ' + ', '.join(missed) if missed else 'found by all'}", flush=True)


def table(compared: list[Tool]) -> str:
    """The result as a Markdown table, and below it what each tool missed."""
    of_site, of_project = {fault.name for fault in IN_SITE}, {fault.name for fault in IN_PROJECT}
    kinds = {fault.name: fault.kind for fault in IN_SITE + IN_PROJECT}

    def share(tool: Tool, names: set[str]) -> str:
        asked = [found for name, found in tool.found.items() if name in names]
        return f"{sum(asked)} of {len(asked)}" if asked else "n/a"

    rows = ["| tool | faults in the site | median s | faults in the sources | median s | false positives |", "|---|---|---|---|---|---|"]
    notes = []
    for tool in compared:
        site, project = (f"{statistics.median(seconds):.2f}" if seconds else "n/a" for seconds in tool.seconds.values())
        rows.append(f"| {tool.name} | {share(tool, of_site)} | {site} | {share(tool, of_project)} | {project} | {tool.false} |")
        missed = sorted({kinds[name] for name, found in tool.found.items() if not found})
        notes.append(f"{tool.name} misses {len(missed)} kinds{': ' + ', '.join(missed) if missed else ''}.")
    return "\n".join([*rows, "", *notes])


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--site", type=Path, default=ROOT / "site", help="the clean built site (site/)")
    asked.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth fault, for a quick look")
    asked = asked.parse_args()
    if not (asked.site / "index.html").exists():
        sys.exit("There is no built site: run `python3 scripts/build.py build` first.")
    clean = links.checked(collect.read(asked.site), links.base_path(ROOT / "mkdocs.yml"), None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        compared = tools(clean)
        print(f"{len(IN_SITE[::asked.every]) + len(IN_PROJECT[::asked.every])} faults, {len(compared)} tools.", flush=True)
        measure(asked.every, folder, compared, asked.site)
    print("\n" + table(compared))
    return 0 if all(compared[0].found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
