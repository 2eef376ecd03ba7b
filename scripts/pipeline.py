"""Sources → checked site/: check the sources, run MkDocs strictly, run the stages, check every link, and only then replace site/.

A failure anywhere leaves the last good site/ in place; what was built instead stays in .build/next to be looked at.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from scripts import embed, inventory, links, listing, metadata, pack, permalinks, permanence, prune, readable, repair, search, share, sources, standalone, vendor
from scripts.dates import commit_time
from scripts.findings import report

ROOT = Path(__file__).resolve().parent.parent
SITE, NEXT, LAST = ROOT / "site", ROOT / ".build" / "next", ROOT / ".build" / "last"
STAGES = (prune, repair, vendor, search, embed, metadata, permalinks, inventory, readable, standalone, listing, share)  # each: run(site: Path) -> str, which changes the folder and says in a few words what it did


def mkdocs(target: Path) -> int:
    """Run MkDocs strictly, and show its warnings. (Not with --quiet, under which it counts no warnings and strict means nothing.)"""
    print("$ python -m mkdocs build --strict", flush=True)
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": commit_time()}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(target)]
    done = subprocess.run(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    shown = [line for line in done.stderr.splitlines() if line.strip() and not line.startswith("INFO")]
    print("\n".join(shown), end="\n" if shown else "", flush=True)
    return done.returncode


def build(target: Path, packed: bool = False, against: str = "") -> int:
    """Build and check into `target`, with the teaching pack if that is wanted, and against a published permalinks.json if there is one. Returns the exit status."""
    found, pages = sources.check(ROOT / "docs")
    if status := report(found, "Sources (pages)", pages):
        return status
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if status := mkdocs(target):
        print("MkDocs found faults; they stand above. FAILED")
        return status
    found, ids = permanence.verify(target, ROOT, against)
    if status := report(found, "Permanent links (ids)", ids):
        return status
    for stage in (*STAGES, pack) if packed else STAGES:
        print(f"  {stage.__name__.rpartition('.')[2]}: {stage.run(target)}", flush=True)
    found, looked_at = links.check(target, links.base_path(ROOT / "mkdocs.yml"), ROOT / "docs")
    return report(found, "Links and ids (references)", looked_at)


def replace(new: Path, site: Path, aside: Path) -> None:
    """Put `new` where `site` is, by two renames; the old folder goes only when the new one stands."""
    shutil.rmtree(aside, ignore_errors=True)
    if site.exists():
        site.rename(aside)
    try:
        new.rename(site)
    except OSError:
        aside.rename(site)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pack", action="store_true", help="with the teaching pack")
    asked.add_argument("--against", default="", help="compare with a published permalinks.json too (a file or an address)")
    asked = asked.parse_args()
    started = time.monotonic()
    if status := build(NEXT, asked.pack, asked.against):
        kept = " The last good site/ stays as it was." if SITE.exists() else ""
        print(f"FAILED after {time.monotonic() - started:.1f} s.{kept}")
        return status
    replace(NEXT, SITE, LAST)
    files = [path for path in SITE.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"OK: site/ holds {sum(p.name == 'index.html' for p in files)} pages in {len(files)} files, {size:.1f} MB, built in {time.monotonic() - started:.1f} s.")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except OSError as fault:
        sys.exit("The disk is full: free some space and build again. The last good site/ stays as it was." if fault.errno == 28 else f"The system refused: {fault}.")
