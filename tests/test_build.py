"""The one command: what it says when something is missing, and that the last good site survives a bad build."""

import os
import re
import subprocess
import sys

import pytest

from scripts import build as command
from scripts import environment, findings, pipeline, prune, vendor
from tests.conftest import ROOT, write


def build(*arguments, **environ) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "scripts/build.py", *arguments], cwd=ROOT, capture_output=True, text=True, env={**os.environ, **environ})


def test_help_and_readme_name_every_verb():
    verbs = next(action.choices for action in command.parser()._actions if action.dest == "verb")
    shown, told = build("--help").stdout, (ROOT / "README.md").read_text("utf-8")
    assert len(verbs) > 10 and [verb for verb in verbs if not re.search(rf"^    {verb}\s", shown, re.M) or not re.search(rf"`{verb}`|build\.py {verb}\b", told)] == []


def test_unknown_verb_is_an_error():
    done = build("biuld")
    assert done.returncode == 2 and "invalid choice: 'biuld'" in done.stderr and "Traceback" not in done.stderr


def test_old_python_is_one_sentence(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    with pytest.raises(environment.Trouble, match="This needs Python 3.11.5 or newer, and this is Python 3.10.1."):
        environment.python_is_new_enough()


def test_missing_venv_is_one_sentence(monkeypatch, tmp_path):
    def incomplete(*_, **__):
        raise SystemExit("ensurepip is not available")

    monkeypatch.setattr(environment.venv, "create", incomplete)
    with pytest.raises(environment.Trouble, match=r"On Debian or Ubuntu: apt install python3-venv\."):
        environment.prepare("site", folder=tmp_path / "venv")


@pytest.mark.parametrize(
    "pip_says, sentence",
    [
        ("ERROR: No matching distribution found for mkdocs==1.6.1", "could not be fetched: is there a network"),
        ("Temporary failure in name resolution", "could not be fetched: is there a network"),
        ("Something went wrong\n", "The packages of requirements.txt could not be installed. pip says: Something went wrong"),
        ("", "The packages of requirements.txt could not be installed. pip says: "),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "its hash is another"),
    ],
)
def test_pip_faults_are_one_sentence(pip_says, sentence):
    said = environment._why_pip_failed(pip_says, "requirements.txt")
    assert sentence in said and "['" not in said


def test_no_network_is_one_sentence(tmp_path):
    """A real pip, pointed at nothing."""
    lock = write(tmp_path, {"lock.txt": "no-such-package-at-all==1.0\n"}) / "lock.txt"
    code = f"from pathlib import Path; from scripts import environment as e; e.LOCKS['x'] = {str(lock)!r}\ntry: e.install(Path({sys.executable!r}), 'x', Path({str(tmp_path)!r}))\nexcept e.Trouble as t: print(t)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env={**os.environ, "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull})
    assert "is there a network" in done.stdout, done.stderr


def test_missing_browser_is_one_sentence(monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(environment, "_find_browser", lambda: None)
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    with pytest.raises(environment.Trouble, match="This needs Chromium or Chrome, and none was found. Install it"):
        environment.browser()


def test_wrongly_named_browser_is_one_sentence():
    done = build("test", CHROMIUM="/nowhere/chromium")
    assert done.returncode == 1 and done.stdout.endswith("CHROMIUM names /nowhere/chromium, which does not exist.\n") and not done.stderr


def test_checking_a_missing_or_empty_folder_fails(tmp_path):
    done = build("check", "--site", str(tmp_path / "none"))
    assert done.returncode and "is not a folder." in done.stderr
    done = build("check", "--site", str(tmp_path))
    assert done.returncode and "nothing was looked at, so nothing is proved. FAILED" in done.stderr


def test_report_fails_when_it_looked_at_nothing(capsys):
    assert findings.report([], "Links", 0) == 1
    assert findings.report([], "Links", 7) == 0


def test_findings_are_annotations_in_ci(monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    findings.report([findings.Finding("docs/gans.md", 12, "100 % wrong")], "Links", 1)
    assert "::error file=docs/gans.md,line=12::100 %25 wrong" in capsys.readouterr().out


def test_replace_swaps_whole_folders(tmp_path):
    write(tmp_path, {"next/index.html": "new", "site/index.html": "old", "site/gone.html": "old"})
    pipeline.replace(tmp_path / "next", tmp_path / "site", tmp_path / "aside")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["index.html", "site"] and (tmp_path / "site/index.html").read_text() == "new"


def test_failed_build_keeps_the_last_good_site(tmp_path, monkeypatch, capsys):
    site = write(tmp_path / "site", {"index.html": "good"})
    monkeypatch.setattr(pipeline, "SITE", site)
    monkeypatch.setattr(pipeline, "NEXT", tmp_path / "next")
    monkeypatch.setattr(pipeline, "mkdocs", lambda target: 1)
    monkeypatch.setattr(sys, "argv", ["scripts.pipeline"])
    assert pipeline.main() == 1
    assert "The last good site/ stays as it was." in capsys.readouterr().out and (site / "index.html").read_text() == "good"


def test_prune_takes_out_maps_and_word_lists(tmp_path):
    site = write(tmp_path, {"a.js": "x()\n//# sourceMappingURL=a.js.map\n", "a.js.map": "{}", "a.css": "a{}\n/*# sourceMappingURL=a.css.map */", "assets/javascripts/lunr/min/lunr.de.min.js": ""})
    assert prune.run(site) == "2 files taken out"
    assert (site / "a.js").read_text() == "x()\n" and (site / "a.css").read_text() == "a{}\n" and not list(site.rglob("*.map"))


def test_library_comes_only_with_a_diagram_that_needs_it(tmp_path):
    write(tmp_path, {"index.html": "<p>", "assets/diagrams.js": ""})
    assert vendor.run(tmp_path) == "every diagram is drawn; no library needed" and not (tmp_path / "assets/diagrams.js").exists()
    write(tmp_path, {"index.html": '<pre class="mermaid"><code>x</code></pre>'})
    assert vendor.run(tmp_path) == "library added for 1 pages whose diagrams the browser draws"
    assert (tmp_path / vendor.TARGET).stat().st_size > 1e6


def test_readme_maps_every_folder_and_script():
    """The README's map is the truth: each name in it exists, and each top-level folder and script is in it."""
    text = (ROOT / "README.md").read_text("utf-8")
    table = "\n".join(line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
    named = set(re.findall(r"`([\w./-]+)`", table))
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    assert tracked, "not a git checkout"
    missing = [name for name in named if not ((ROOT / name).exists() or (ROOT / "scripts" / name).exists() or (ROOT / "docs" / name).exists())]
    assert missing == []
    for folder in {path.split("/")[0] + "/" for path in tracked if "/" in path} - {".ci/", ".github/"}:
        assert any(name.startswith(folder) for name in named), f"{folder} is not in the README's map"
    for path in tracked:
        if re.fullmatch(r"scripts/\w+\.py", path):
            assert re.search(rf"`(scripts/)?{path.split('/')[1]}`", table), f"{path} is not in the README's map"


def test_workflows_have_no_finding():
    done = subprocess.run([str(environment.Path(sys.executable).with_name("zizmor")), "--offline", "--persona", "auditor", ".github/workflows"], cwd=ROOT, capture_output=True, text=True)
    assert "No findings to report" in done.stdout + done.stderr, done.stdout
    assert done.returncode == 0
