"""Push the checked site/ to a branch of any git host, in one piece: readers see the old site or the new one, never a mixture.

Refuses when site/ was not checked in full, changed since, or was built from files that no commit holds.
`check` leaves its word in .build/checked.json: the digest of the folder, and the commit it was built from.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts import links, permanence, registry

ROOT = Path(__file__).resolve().parent.parent


class Refusal(Exception):
    """Why the site is not published, in one sentence."""


def digest(site: Path) -> str:
    """One number for a folder's names and bytes."""
    total = hashlib.sha256()
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        total.update(path.relative_to(site).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def git(root: Path, *arguments) -> str:
    """Ask git. Raises Refusal with git's own words when it says no."""
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise Refusal(f"git {arguments[0]} failed: {next((line for line in lines if line.startswith(('fatal:', 'error:'))), lines[-1])}")
    return done.stdout


def record(root: Path, site: Path) -> None:
    """Note that `site` passed the full check, for `publish` to read later."""
    try:
        commit, dirty = git(root, "rev-parse", "HEAD").strip(), bool(git(root, "status", "--porcelain").strip())
    except (Refusal, FileNotFoundError):
        commit, dirty = "", True
    note = root / ".build" / "checked.json"
    note.parent.mkdir(exist_ok=True)
    note.write_text(json.dumps({"digest": digest(site), "commit": commit, "dirty": dirty}))


def may_publish(root: Path, site: Path) -> str:
    """The commit that the site was built from. Raises Refusal unless the folder is the one that was checked, built from a commit."""
    if subprocess.run(["git", "rev-parse", "--git-dir"], cwd=root, capture_output=True).returncode:
        raise Refusal("This folder is not a git checkout, so there is no commit to publish.")
    note = root / ".build" / "checked.json"
    if not note.exists() or not site.exists():
        raise Refusal("The site was not checked yet: run `build.py check` first.")
    checked = json.loads(note.read_text())
    if checked["digest"] != digest(site):
        raise Refusal("site/ is not the folder that was checked: run `build.py check` again.")
    if checked["dirty"] or git(root, "status", "--porcelain").strip():
        raise Refusal("The working tree differs from the last commit: commit (or put aside) your changes, then run `build.py check` again.")
    if checked["commit"] != git(root, "rev-parse", "HEAD").strip():
        raise Refusal("The site was checked at another commit: run `build.py check` again.")
    return checked["commit"]


def address(root: Path, remote: str) -> str:
    """Where a named remote leads; anything else is taken as an address itself. Paths are made absolute."""
    known = subprocess.run(["git", "remote", "get-url", remote], cwd=root, capture_output=True, text=True).stdout.strip() or remote
    return str((root / known).resolve()) if (root / known).exists() else known


def published(remote: str, branch: str, into: Path) -> Path:
    """The files now on the branch, in a checkout of their own (empty when the branch does not exist yet)."""
    git(into, "init", "--quiet", "--initial-branch", "none")
    if git(into, "ls-remote", remote, f"refs/heads/{branch}").strip():
        git(into, "fetch", "--quiet", "--depth", "1", remote, f"refs/heads/{branch}:refs/heads/{branch}")
        git(into, "checkout", "--quiet", "--detach", branch)
    return into


def difference(old: Path, new: Path) -> list[str]:
    """What readers will notice: pages added, changed and removed, and ids that are gone."""
    pages = lambda site: {p.relative_to(site).as_posix(): p for p in site.rglob("*.html")}  # noqa: E731
    before, after = pages(old), pages(new)
    lines = [f"  + {name}" for name in sorted(after.keys() - before.keys())]
    lines += [f"  − {name}" for name in sorted(before.keys() - after.keys())]
    lines += [f"  ~ {name}" for name in sorted(before.keys() & after.keys()) if before[name].read_bytes() != after[name].read_bytes()]
    for name in sorted(before.keys() & after.keys()):
        lost = links.ids(before[name]) - links.ids(after[name])
        lines += [f"  ! {name} loses #{identity}" for identity in sorted(lost) if not identity.startswith("__")]
    return lines


def promises_broken(old: Path, new: Path) -> list[str]:
    """Which of the permanent links in the published permalinks.json the new one breaks, in the words of the check."""
    if not old.exists():
        return []
    before, after = registry.published(str(old)), {line.id: line for line in registry.published(str(new))} if new.exists() else {}
    return [said for line in before if (said := permanence.rewritten(line, after.get(line.id), after))]


def push(root: Path, work: Path, site: Path, remote: str, branch: str, commit: str) -> None:
    """One commit with the whole folder on top of what `work` fetched, pushed in one step: the host takes it whole or not at all.

    Not forced: if somebody else published in the meantime, the host refuses.
    """
    for name in ("user.name", "user.email"):
        git(work, "config", name, git(root, "log", "-1", f"--format=%{'an' if name == 'user.name' else 'ae'}").strip())
    command = [sys.executable, "-m", "ghp_import", "--no-jekyll", "--branch", branch, "--message", f"Publish {commit[:12]}", str(site)]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True)
    if done.returncode or not git(work, "ls-tree", "--name-only", branch, "index.html").strip():
        raise Refusal("The commit for the branch could not be made: " + (done.stderr.strip().splitlines() or ["no reason given"])[-1])
    git(work, "push", "--quiet", remote, f"refs/heads/{branch}:refs/heads/{branch}")


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--remote", default="origin")
    asked.add_argument("--branch", default="gh-pages")
    asked.add_argument("--dry-run", action="store_true")
    asked = asked.parse_args()
    site = ROOT / "site"
    try:
        commit = may_publish(ROOT, site)
        remote = address(ROOT, asked.remote)
        with tempfile.TemporaryDirectory() as folder:
            work = published(remote, asked.branch, Path(folder))
            lines = difference(work, site)
            print("\n".join(lines) if lines else "  nothing changes")
            if broken := promises_broken(work / "permalinks.json", site / "permalinks.json"):
                raise Refusal("It would break permanent links:\n  " + "\n  ".join(broken))
            if asked.dry_run:
                print(f"Dry run: {len(lines)} differences to {asked.branch}; nothing was pushed.")
                return 0
            push(ROOT, work, site, remote, asked.branch, commit)
        print(f"Published {commit[:12]} to {asked.branch}.")
        return 0
    except Refusal as refusal:
        print(f"Not published. {refusal}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
