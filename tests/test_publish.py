"""Publishing to a local bare repository: the branch holds the old site or the new one, never anything else."""

import json
import subprocess

import pytest

from scripts import publish
from tests.conftest import write


def git(folder, *arguments) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A project with one commit and a checked site, and a host to publish to."""
    root = write(tmp_path / "project", {"docs/index.md": "# A", ".gitignore": "site/\n.build/\n", "site/index.html": "<h1 id='a'>one</h1>", "site/x/index.html": "<h1 id='x'>x</h1>"})
    git(root, "init", "-q", "-b", "main")
    for name, value in (("user.name", "Ada"), ("user.email", "ada@example.org")):
        git(root, "config", name, value)
    git(root, "add", ".")
    git(root, "commit", "-qm", "one")
    host = tmp_path / "host.git"
    git(tmp_path, "init", "-q", "--bare", str(host))
    git(root, "remote", "add", "origin", str(host))
    publish.record(root, root / "site")
    monkeypatch.setattr(publish, "ROOT", root)

    def run(*flags) -> int:
        monkeypatch.setattr("sys.argv", ["publish", *flags])
        return publish.main()

    return root, host, run


def on_branch(host) -> dict[str, str]:
    names = git(host, "ls-tree", "-r", "--name-only", "gh-pages").splitlines()
    return {name: git(host, "show", f"gh-pages:{name}") for name in names}


def test_publishes_the_folder_and_nothing_else(world):
    root, host, run = world
    assert run() == 0
    assert on_branch(host) == {".nojekyll": "", "index.html": "<h1 id='a'>one</h1>", "x/index.html": "<h1 id='x'>x</h1>"}
    assert git(root, "branch", "--list") == "* main", "the project's own branches stay as they are"


def test_second_time_replaces_the_whole_folder_and_keeps_the_history(world):
    root, host, run = world
    run()
    (root / "site/x/index.html").unlink()
    (root / "site/index.html").write_text("<h1 id='b'>two</h1>")
    publish.record(root, root / "site")
    assert run() == 0
    assert on_branch(host) == {".nojekyll": "", "index.html": "<h1 id='b'>two</h1>"}
    assert git(host, "rev-list", "--count", "gh-pages") == "2"


def test_dry_run_shows_pages_and_lost_ids_and_changes_nothing(world, capsys):
    root, host, run = world
    run()
    before = git(host, "rev-parse", "gh-pages")
    capsys.readouterr()
    write(root / "site", {"index.html": "<h1 id='b'>two</h1>", "y/index.html": "<p>y"})
    (root / "site/x/index.html").unlink()
    publish.record(root, root / "site")
    assert run("--dry-run") == 0
    assert capsys.readouterr().out == (
        "  + y/index.html\n  − x/index.html\n  ~ index.html\n  ! index.html loses #a\nDry run: 4 differences to gh-pages; nothing was pushed.\n"
    )
    assert git(host, "rev-parse", "gh-pages") == before


@pytest.mark.parametrize(
    "spoil, reason",
    [
        (lambda root: (root / "site/index.html").write_text("changed"), "site/ is not the folder that was checked: run `build.py check` again."),
        (lambda root: (root / "docs/index.md").write_text("changed"), "The working tree differs from the last commit: commit (or put aside) your changes, then run `build.py check` again."),
        (lambda root: (root / ".build/checked.json").unlink(), "The site was not checked yet: run `build.py check` first."),
        (lambda root: git(root, "commit", "-q", "--allow-empty", "-m", "later"), "The site was checked at another commit: run `build.py check` again."),
        (lambda root: (root / ".git").rename(root / "git"), "This folder is not a git checkout, so there is no commit to publish."),
        (lambda root: git(root, "remote", "set-url", "origin", "/nowhere/at/all"), None),
    ],
)
def test_refusals(world, capsys, spoil, reason):
    root, host, run = world
    spoil(root)
    assert run() == 1
    said = capsys.readouterr().err
    assert said == f"Not published. {reason}\n" if reason else said.startswith("Not published. git ls-remote failed: fatal:")
    assert git(host, "branch", "--list", "gh-pages") == ""


def test_a_site_that_breaks_a_permanent_link_is_not_published(world, capsys):
    """Compared with what the branch holds, so that a register whose history was rewritten is noticed too."""
    root, host, run = world
    entry = {"id": "x", "kind": "page", "title": "X", "page": "x", "since": "2026-11-25", "former": []}
    told = lambda *entries: write(root / "site", {"permalinks.json": json.dumps({"site": "https://example.org/", "entries": entries, "retired": []})})  # noqa: E731
    told(entry)
    publish.record(root, root / "site")
    assert run() == 0
    before = git(host, "rev-parse", "gh-pages")
    told()
    publish.record(root, root / "site")
    assert run() == 1 and git(host, "rev-parse", "gh-pages") == before
    assert capsys.readouterr().err.endswith("It would break permanent links:\n  x was published, and its line is gone. Put it back below `x:`: `x: page 2026-11-25 · X`\n")


def test_refused_push_leaves_the_branch_whole(world, capsys):
    """The host says no to the push itself: what readers see stays as it was."""
    root, host, run = world
    run()
    before = on_branch(host)
    hook = host / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)
    (root / "site/index.html").write_text("<p>new")
    publish.record(root, root / "site")
    assert run() == 1
    assert "Not published. git push failed" in capsys.readouterr().err
    assert on_branch(host) == before


def test_interrupted_push_leaves_the_branch_whole(world, monkeypatch):
    """The connection breaks while objects travel: git kills the push, and the branch still points at the old commit."""
    root, host, run = world
    run()
    before = on_branch(host)
    hook = host / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nkill -9 $PPID\n")  # the receiving side dies before it has taken the branch
    hook.chmod(0o755)
    (root / "site/index.html").write_text("<p>new")
    publish.record(root, root / "site")
    assert run() == 1
    assert on_branch(host) == before
    assert git(host, "fsck", "--no-dangling") == ""


def test_somebody_else_published_in_the_meantime(world, monkeypatch):
    root, host, run = world
    run()
    real = publish.published

    def late(remote, branch, into):
        work = real(remote, branch, into)
        monkeypatch.setattr(publish, "published", real)
        (root / "site/index.html").write_text("<p>theirs")
        publish.record(root, root / "site")
        assert run() == 0
        (root / "site/index.html").write_text("<p>mine")
        return work

    monkeypatch.setattr(publish, "published", late)
    assert run() == 1
    assert on_branch(host)["index.html"] == "<p>theirs"
