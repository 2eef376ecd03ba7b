"""Each fault of tests/faults.py, alone in a copy of the real site or of its sources, is found where it stands; and nothing else is."""

import os
import shutil
import subprocess
import sys

import pytest

from scripts import collect, links, sources
from tests.conftest import BASE, ROOT
from tests.faults import IN_PAGES, IN_SITE, World, copy
from tests.source_faults import IN_BUILD, IN_SOURCES

BUILT = IN_PAGES + IN_SITE
ALL = BUILT + IN_SOURCES + IN_BUILD
IN_THE_THEME = ("next_link", "navigation", "style_sheet")  # what no author wrote


def named(faults):
    return pytest.mark.parametrize("fault", faults, ids=lambda fault: fault.name)


@pytest.fixture(scope="module")
def originals(site, tmp_path_factory):
    """The site and the project, copied once to where hard links can be made."""
    folder = tmp_path_factory.mktemp("originals")
    shutil.copytree(site, folder / "site")
    for name in ("docs", "scripts", "overrides"):
        shutil.copytree(ROOT / name, folder / "project" / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", folder / "project")
    return folder


@pytest.fixture
def world(originals, tmp_path):
    return World(copy(originals / "site", tmp_path / "site"))


@pytest.fixture
def project(originals, tmp_path):
    return World(copy(originals / "project", tmp_path / "project"))


def judge(findings, says: str, file: str, line: int) -> None:
    """Something is found, nothing else is, and the broken place is named. Line 0: any line of this file."""
    shown = "\n".join(map(str, findings))
    assert findings, "not found"
    assert all(says in finding.message for finding in findings), f"{says!r} is not in each of:\n{shown}"
    assert any(finding.file == file and line in (finding.line, 0) for finding in findings), f"{file}:{line} is not named in:\n{shown}"


def test_there_are_enough_of_many_kinds():
    assert len(ALL) >= 120 and len({fault.kind for fault in ALL}) >= 60
    assert len({fault.name for fault in ALL}) == len(ALL)


def test_the_clean_site_has_no_findings(site):
    findings, looked_at = links.check(site, BASE, ROOT / "docs")
    assert [str(finding) for finding in findings] == [] and looked_at > 4000


def test_a_copy_elsewhere_has_no_findings(world):
    assert links.check(world.root)[0] == []


@named(BUILT)
def test_fault_in_the_built_site(world, fault, monkeypatch):
    file, line = fault.change(world)
    broken = collect.read(world.root)
    monkeypatch.chdir(world.root.parent)
    judge(links.checked(broken, BASE, None).findings, fault.says, f"site/{file}", line)
    found = links.checked(broken, BASE, ROOT / "docs").findings  # with the sources at hand, findings name these
    if fault in IN_PAGES and fault.name not in IN_THE_THEME:
        named_files = {finding.file for finding in found}
        assert named_files & {f"docs/{file.split('/')[0]}.md", "docs/claims.yml"}, named_files
    for finding in found:
        opened = (world.root.parent if finding.file.startswith("site/") else ROOT) / finding.file
        assert finding.line <= opened.read_bytes().count(b"\n") + 1, f"{finding} names no line of {opened}"


@named(IN_SOURCES)
def test_fault_in_the_sources(project, fault):
    file, line = fault.change(project)
    judge(sources.check(project.root / "docs")[0], fault.says, file, line)


@named(IN_BUILD)
def test_fault_that_mkdocs_finds(project, fault):
    file, _ = fault.change(project)
    command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(project.root / "site")]
    environment = {**os.environ, "PYTHONPATH": str(project.root), "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=project.root, env=environment, capture_output=True, text=True)
    assert done.returncode == 1 and fault.says in done.stderr, done.stderr
    assert file == "mkdocs.yml" or file.removeprefix("docs/") in done.stderr, done.stderr


@named([fault for fault in BUILT if fault.name in ("page_mistyped", "id_twice", "diagram_link", "sitemap_not_xml", "import_static")])
def test_fault_on_the_command_line(world, fault):
    file, line = fault.change(world)
    done = subprocess.run([sys.executable, "-m", "scripts.links", str(world.root)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1 and fault.says in done.stdout, done.stdout + done.stderr
    assert done.stdout.rstrip().endswith("FAILED")


def test_clean_copy_on_the_command_line(world):
    done = subprocess.run([sys.executable, "-m", "scripts.links", str(world.root)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.rstrip().endswith("0 faults. OK"), done.stdout + done.stderr
