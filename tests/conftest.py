"""What tests share: the real built site, a server with the rules of GitHub Pages, a browser, and a tiny world to break things in."""

import os
from pathlib import Path

import pytest

from scripts import environment, links, serve

ROOT = Path(__file__).resolve().parent.parent
BASE = links.base_path(ROOT / "mkdocs.yml")


def pytest_addoption(parser):
    parser.addoption("--slow", action="store_true", help="also run the proofs that take minutes")


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--slow"):
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="takes minutes; run with --slow"))


@pytest.fixture(scope="session")
def site() -> Path:
    """The site as `build.py` left it."""
    built = Path(os.environ.get("SITE", ROOT / "site"))
    assert (built / "index.html").exists(), "run `python3 scripts/build.py build` first"
    return built


@pytest.fixture(scope="session")
def pages(site) -> list[str]:
    """The addresses of all pages that a reader meets, relative to the site: "", "gans/", … (demos for iframes are in embed/, forwarding pages in go/)."""
    names = sorted(path.relative_to(site).as_posix().removesuffix("index.html") for path in site.rglob("index.html"))
    return [name for name in names if not name.startswith(("embed/", "go/"))]


@pytest.fixture(scope="session")
def address(site) -> str:
    """The site, served under its sub-path."""
    with serve.running(site, BASE) as started:
        yield started


@pytest.fixture(scope="session")
def browser():
    """Chromium, told to leave the network alone."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=environment.browser(), args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def programs() -> Path:
    """The folder of the programs that tests/npm names, as `build.py test` fetched them."""
    if not (environment.PROGRAMS / "node_modules").exists():
        pytest.skip("npm was not here, so programs from it are missing")
    return environment.PROGRAMS


def write(root: Path, files: dict[str, str]) -> Path:
    """A folder from a dictionary of names and texts."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root
