"""The program as a person runs it: options, what it says, exit status; and the one file that the site publishes."""

import json
import os
import subprocess
import sys

import pytest

from scripts import standalone
from scripts.material import __main__ as program
from tests.conftest import ROOT
from tests.material import world
from tests.material.world import NEW, OLD, SITE


@pytest.fixture
def run(tmp_path, pages, monkeypatch, capsys):
    """Run in a folder with the register; returns the exit status, and what was printed."""
    (tmp_path / "permalinks.json").write_bytes((pages / "permalinks.json").read_bytes())
    monkeypatch.chdir(tmp_path)

    def runs(*arguments) -> tuple[int, str]:
        status = program.main(list(arguments))
        return status, "".join(capsys.readouterr())

    return runs


def test_all_fine(run, tmp_path):
    (tmp_path / "a.md").write_text(NEW)
    assert run("a.md") == (0, "a.md: 1 link to the site: 1 fine\n1 file, 1 link to the site: 0 to look at.\n")


def test_moved_and_dead(run, tmp_path):
    (tmp_path / "a.md").write_text(f"# A\n{OLD}\n{SITE}gans/#gan-contst\n")
    assert run("a.md") == (1, f"""a.md: 2 links to the site: 1 moved, 1 dead
  line 2: moved
      {OLD}
    → {NEW}
  line 3: dead (the page is there, but nothing in it has this name)
      {SITE}gans/#gan-contst
    perhaps: {SITE}go/gan-contest/  “Two networks, one contest” (section)
    perhaps: {SITE}go/gans/  “GANs” (page)
1 file, 2 links to the site: 2 to look at.
""")  # fmt: skip


def test_fix_and_again(run, tmp_path):
    (tmp_path / "a.md").write_text(OLD)
    status, said = run("--fix", "a.md")
    assert status == 1 and "corrected copy: a.fixed.md (1 changed)" in said and "1 of them corrected in copies." in said
    assert run("a.fixed.md")[0] == 0


def test_json(run, tmp_path):
    (tmp_path / "a.md").write_text(f"{OLD} {SITE}go/gan-contst/")
    status, said = run("--json", "a.md")
    told = json.loads(said)
    assert status == 1 and told["counts"] == {"moved": 1, "dead": 1}
    moved, dead = told["files"][0]["links"]
    assert (moved["place"], moved["address"], moved["new"], moved["fixable"]) == ("line 1", OLD, NEW, True)
    assert (dead["new"], dead["fixable"], dead["candidates"][0]["id"]) == (None, False, "gan-contest")


def test_folder(run, tmp_path):
    world_files = {"week 1/a.pptx": world.table_slide(OLD), "week 2/b.txt": NEW.encode(), "week 2/.hidden/c.txt": OLD.encode(), "week 2/~$d.docx": b"", "e.exe": OLD.encode()}
    for name, data in world_files.items():
        (tmp_path / "all" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "all" / name).write_bytes(data)
    assert run("all")[1].endswith("2 files, 2 links to the site: 1 to look at.\n")


def test_nothing_to_check(run, tmp_path):
    (tmp_path / "none").mkdir()
    assert run("none") == (2, "There is no file to check.\n")


def test_no_link_is_said(run, tmp_path):
    (tmp_path / "a.md").write_text("Nothing here.")
    assert run("a.md")[1].startswith("a.md: no link to the site\n")


@pytest.mark.parametrize("arguments, sentence", [
    (("--permalinks", "none.json", "a.md"), "The register none.json could not be read: No such file or directory. Name another with --permalinks."),
    (("--site", ".", "a.md"), ". is not the folder of a built site: it has no index.html."),
])  # fmt: skip
def test_what_is_asked_for_in_vain(run, arguments, sentence):
    assert run(*arguments) == (2, sentence + "\n")


def test_no_register(run, tmp_path):
    (tmp_path / "permalinks.json").unlink()
    assert run("a.md")[1].startswith("There is no permalinks.json or site/permalinks.json here. Name the register with --permalinks: a file, or its address")


def test_links_that_share_a_relation_part_without_harm(ask, tmp_path, judge):
    """Two links of Word to one page share a relation; one of them moves to another page, the other stays."""
    base = f"{SITE}models/"
    links = "".join(f'<w:hyperlink r:id="rId77" w:anchor="{anchor}">{world.words(anchor)}</w:hyperlink>' for anchor in ("gan-contest", "nothing-here", "gan-contest"))
    data = world.in_document(world.paragraph(links), world.relation("rId77", "hyperlink", base))
    (tmp_path / "a.docx").write_bytes(data)
    outcome = program.check(tmp_path / "a.docx", judge, True, False)
    assert [f.verdict.kind for f in outcome.found] == ["moved", "dead", "moved"]
    again = ask("a.docx", (tmp_path / "a.fixed.docx").read_bytes())
    assert [(f.address, f.verdict.kind) for f in again.found] == [(NEW, "fine"), (f"{base}#nothing-here", "dead"), (NEW, "fine")]


def test_a_fragment_that_is_no_longer_needed(tmp_path, judge, ask):
    """A link whose part after # stands apart, and whose new address has none."""
    for link in ('<w:hyperlink r:id="rId77" w:anchor="gan-contest">', '<w:hyperlink w:anchor="gan-contest" r:id="rId77">'):
        data = world.in_document(world.paragraph(f"{link}{world.words('x')}</w:hyperlink>"), world.relation("rId77", "hyperlink", "http://example.org/course/gans/"))
        (tmp_path / "a.docx").write_bytes(data)
        program.check(tmp_path / "a.docx", judge, True, True)
        assert [f.address for f in ask("a.docx", (tmp_path / "a.fixed.docx").read_bytes()).found] == [f"{SITE}go/gan-contest/"]


# ---- the published file ----------------------------------------------------------------------------


def test_published_file_runs_alone(tmp_path, pages):
    standalone.run(tmp_path)
    (tmp_path / "permalinks.json").write_bytes((pages / "permalinks.json").read_bytes())
    (tmp_path / "a.pptx").write_bytes(world.table_slide(OLD))
    done = subprocess.run([sys.executable, "-I", "material.py", "--fix", "a.pptx"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and "slide 2, table, row 2, cell 3, link: moved" in done.stdout and "a.fixed.pptx" in done.stdout, done.stderr
    head = (tmp_path / "material.py").read_text("utf-8").split("# ///")
    assert "pypdf==" in head[1] and "/permalinks.json" in head[2]


def test_published_file_is_the_same_each_time(tmp_path):
    """Whatever order sets of names come in."""
    code = "import sys; from pathlib import Path; from scripts import standalone; standalone.run(Path(sys.argv[1]))"
    for seed in ("1", "2", "3"):
        (tmp_path / seed).mkdir()
        subprocess.run([sys.executable, "-c", code, tmp_path / seed], cwd=ROOT, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
    assert len({(tmp_path / seed / "material.py").read_bytes() for seed in ("1", "2", "3")}) == 1


def test_names_that_would_collide_stop_the_build():
    with pytest.raises(SystemExit, match="scripts/material/b.py and a.py both define look"):
        standalone.joined({"a": '"""A."""\ndef look(): pass', "b": '"""B."""\nfrom scripts.material.a import look as x\nlook = 1', "__main__": '"""M."""'}, [])


def test_build_py_runs_it_where_you_are(tmp_path, pages):
    (tmp_path / "a.md").write_text(OLD)
    done = subprocess.run([sys.executable, ROOT / "scripts/build.py", "material", "--permalinks", str(pages / "permalinks.json"), "a.md"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and "a.md: 1 link to the site: 1 moved" in done.stdout, done.stdout + done.stderr


def test_addresses_relative_to_a_base(ask, tmp_path, judge):
    """HTML may say once where it belongs; then `gans/#gan-old` is an address of ours, too, and is corrected in full."""
    (tmp_path / "a.html").write_text(f"<!doctype html><base href={SITE}>\n<a href='gans/#gan-old'>x</a><a href=https://other.org/>y</a>")
    outcome = program.check(tmp_path / "a.html", judge, True, False)
    assert [(f.place, f.address, f.verdict.kind) for f in outcome.found] == [("line 1, base href", SITE, "fine"), ("line 2, a href", OLD, "moved")]
    assert f"<a href='{NEW}'>x</a>" in (tmp_path / "a.fixed.html").read_text()
