"""The second opinion on links: lychee (Rust, from PyPI), run over the built folder as it will lie on the host.

`run` checks what is in the site, without a network. `fetch` asks other hosts, with a cache and retries; lychee.toml holds the
exceptions, each with its reason.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from scripts.collect import Use
from scripts.findings import Finding, report

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ["--offline", "--include-fragments=full", "--include-verbatim", "--index-files", "index.html"]


def program() -> str | None:
    beside = Path(sys.executable).with_name("lychee.exe" if sys.platform == "win32" else "lychee")
    return str(beside) if beside.exists() else shutil.which("lychee")


def run(checker) -> int:
    """Check all files of the site against each other. Where lychee has no wheel, say so and go on: our own checks ran."""
    if program() is None:
        print("lychee: not available on this platform; its second opinion is left out.")
        return 0
    if not checker.linked:
        print("lychee: no link leads from one place of this folder to another; there is nothing for a second opinion.")
        return 0
    faults, looked_at = opinion(checker)
    return report(faults, "lychee (links)", looked_at)


def opinion(checker) -> tuple[list[Finding], int]:
    """What lychee finds in a site, and the number of links that it followed (not those that it left out)."""
    with tempfile.TemporaryDirectory() as folder:
        # Under an otherwise empty parent, so that links out of the site are seen; with the host mapped onto it, so that canonical
        # addresses and the sitemap are followed too. (With --base-url instead, lychee leaves everything out and says that all is well.)
        www = Path(folder).resolve() / "www"
        here = www / checker.base.strip("/")
        shutil.copytree(checker.site.root, here)
        files = [str(path) for pattern in ("*.html", "*.css", "sitemap.xml") for path in sorted(here.rglob(pattern))]
        remap = ["--remap", f"^{re.escape(checker.start.removesuffix(checker.base))}(/.*) {www.as_uri()}$1"]
        answer = ask([*OPTIONS, "--root-dir", str(www), *remap], files, Path(folder))
        faults = []
        for file, entry in failed(answer):
            name = Path(file).relative_to(here).as_posix()
            target = entry["url"].removeprefix(here.as_uri()).removeprefix(www.as_uri())
            line, fragment = (entry.get("span") or {}).get("line", 0), urlsplit(target).fragment
            same = [use for use in checker.site.uses if (use.file, use.line) == (name, line) and use.target.endswith(fragment)]
            place = checker.places.of(same[0] if len(same) == 1 else Use(name, line, f"#{fragment}" if fragment else target, "lychee"))
            faults.append(Finding(*place[:2], f"lychee: {target!r}: {entry['status']['text']}", "lychee"))
    return faults, answer["successful"] + answer["errors"]


def fetch(checker) -> int:
    """Ask other hosts for each address that the site leads to."""
    if program() is None:
        print("lychee: not available on this platform; links to other hosts were not fetched.")
        return 1
    cache = ROOT / ".cache"  # lychee keeps its answers in the folder in which it runs
    cache.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "external.md"
        listed.write_text("".join(f"<{address}>\n" for address in sorted(checker.external)), "utf-8")
        answer = ask(["--config", str(ROOT / "lychee.toml")], [str(listed)], Path(folder), cache)
    faults = []
    for _, entry in failed(answer):
        use = checker.external.get(entry["url"]) or checker.external.get(entry["url"].rstrip("/"))
        place = checker.places.of(use)[:2] if use else (str(checker.site.root), 0)
        faults.append(Finding(*place, f"{entry['url']}: {entry['status']['text'].partition(' (')[0]}", "external"))
    return report(faults, "Links to other hosts", answer["total"] - answer["excludes"])


def failed(answer: dict) -> list[tuple[str, dict]]:
    """(file, entry) for each link that lychee could not follow."""
    return [(file, entry) for kind in ("error_map", "timeout_map") for file, entries in answer[kind].items() for entry in entries]


def ask(options: list[str], files: list[str], folder: Path, cwd: Path | None = None) -> dict:
    """Run lychee with its answer in a file (its output is cut when it goes through a pipe), away from lychee.toml unless that is named."""
    answer, inputs = folder / "answer.json", folder / "files.txt"
    inputs.write_text("\n".join(files), "utf-8")
    command = [program(), *options, "--no-progress", "--format", "json", "--output", str(answer), "--files-from", str(inputs)]
    done = subprocess.run(command, cwd=cwd or folder, capture_output=True, text=True)
    if not answer.exists():
        raise SystemExit(f"lychee could not run: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
    return json.loads(answer.read_text("utf-8"))
