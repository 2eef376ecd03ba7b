"""The same tree builds twice to the same bytes, builds under MkDocs' successor, and draws its diagrams without the build-time renderer."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import html

from scripts import pipeline, serve, vendor
from tests.conftest import BASE, ROOT, write

TREE = ["docs", "scripts", "overrides", "mkdocs.yml"]


@pytest.fixture
def tree(tmp_path) -> Path:
    """A copy of the sources."""
    for name in TREE:
        source = ROOT / name
        shutil.copytree(source, tmp_path / name) if source.is_dir() else shutil.copy(source, tmp_path)
    return tmp_path


def run(tree: Path, *command, **environ) -> subprocess.CompletedProcess:
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "1700000000", "PYTHONPATH": str(tree), **environ}
    done = subprocess.run([sys.executable, "-m", *command], cwd=tree, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_two_builds_of_one_tree_are_the_same_bytes(tree):
    built = []
    for name in ("one", "two"):
        run(tree, "mkdocs", "build", "--strict", "--site-dir", str(tree / name))
        for stage in pipeline.STAGES:
            stage.run(tree / name)
        built.append({path.relative_to(tree / name): path.read_bytes() for path in (tree / name).rglob("*") if path.is_file()})
    assert built[0].keys() == built[1].keys() and len(built[0]) > 40
    assert [str(name) for name in built[0] if built[0][name] != built[1][name]] == []


def content(page: Path) -> dict:
    """What a page says, whatever theme it wears: headings with ids, words, links, diagrams, boxes."""
    article = html.parse(str(page)).getroot().find(".//article")
    for noise in article.xpath(".//a[contains(@class,'headerlink')] | .//*[contains(@class,'page-facts')] | .//*[contains(@class,'md-content__button')] | .//nav | .//*[contains(@class,'catalogue')] | .//*[@data-pack-missing] | .//td[.//*[@data-pack]] | .//td[.//a[@download]]"):
        noise.drop_tree()
    return {
        "headings": [(h.tag, h.get("id")) for h in article.iter("h1", "h2", "h3", "h4")],
        "words": len(re.findall(r"\w+", article.text_content())),
        "diagrams": len(article.xpath(".//figure[@class='diagram']//*[local-name()='svg']")),
        "charts": len(article.xpath(".//figure[@class='chart']//*[local-name()='svg'][@role='img']")),
        "claims": len(article.find_class("claim")),
        "citations": len(article.find_class("cite")),
        "terms": [a.get("href").split("#")[1] for a in article.find_class("term")],
        "boxes": len(article.find_class("admonition")),
    }


def test_the_successor_builds_the_same_pages(tree, site):
    run(tree, "zensical", "build", "--clean")
    ours = {path.parent.name: path for path in site.rglob("index.html") if path.relative_to(site).parts[0] not in ("embed", "go")}
    theirs = {path.parent.name: path for path in (tree / "site").rglob("index.html")}
    assert {name for name in ours if name != "site"} == {name for name in theirs if name != "site"}
    different = []
    for name, path in ours.items():
        mine, other = content(path), content(theirs[name])
        different += [f"{name}: {key}: {mine[key]!r:.200} ≠ {other[key]!r:.200}" for key in mine if mine[key] != other[key]]
    assert different == []


def test_without_the_renderer_the_browser_draws_and_asks_no_other_host(tree, browser):
    """A platform for which merman has no wheel: mermaid2 draws, with the library that the site serves."""
    write(tree, {"merman.py": "raise ImportError('no wheel here')\n"})
    built = tree / "built"
    run(tree, "mkdocs", "build", "--strict", "--site-dir", str(built))
    assert "library added" in vendor.run(built)
    with serve.running(built, BASE) as address:
        page = browser.new_page()
        page.add_init_script("const real = Element.prototype.attachShadow; Element.prototype.attachShadow = function () { return real.call(this, {mode: 'open'}) }")
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        for name in ("", "gans/"):
            page.goto(address + name)
            page.locator("figure.diagram svg").first.wait_for(state="attached", timeout=20_000)
            drawn = page.evaluate("[...document.querySelectorAll('figure.diagram')].map(f => (f.querySelector('div.mermaid')?.shadowRoot ?? f).querySelectorAll('.node').length)")
            assert drawn and all(drawn), drawn
        assert [url for url in asked if not url.startswith(address)] == []
        page.close()
