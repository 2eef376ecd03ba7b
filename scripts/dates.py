"""What git knows about days: that of the last commit, which the build carries so that one commit gives the same bytes, and that of each page."""

import os
import subprocess
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from scripts import content

ROOT = Path(__file__).resolve().parent.parent


def git(*arguments: str) -> str:
    """What a git command prints; nothing when there is no git or no repository."""
    try:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:
        return ""


@cache
def commit_time() -> str:
    """Seconds of the last commit (or SOURCE_DATE_EPOCH, where that is set): the date that the build carries."""
    if told := os.environ.get("SOURCE_DATE_EPOCH"):
        return told
    if said := git("log", "-1", "--format=%ct"):
        return said
    newest = max(int(path.stat().st_mtime) for path in (ROOT / "docs").rglob("*"))
    print("There is no commit here, so the pages carry the date of the newest source file.")
    return str(newest)


def today() -> str:
    """The day of the last commit, as 2026-11-25."""
    return datetime.fromtimestamp(int(commit_time()), UTC).date().isoformat()


def page_dates() -> dict[str, str]:
    """For each page (the name of its file without .md) the day of the last commit that changed it, as 2026-11-25.

    In a shallow clone, and for a page that was never committed, git cannot tell: then it is the day of the page's last review.
    """
    days = {path.stem: str(content.front_matter(path).get("reviewed", "")) for path in content.DOCS.glob("*.md")}
    if git("rev-parse", "--is-shallow-repository") == "true":
        return days
    seen, day = set(), ""
    for line in git("log", "--format=%x00%cs", "--name-only", "--", "docs/*.md").splitlines():
        if line.startswith("\0"):
            day = line[1:]
        elif (name := Path(line).stem) in days and line == f"docs/{name}.md" and name not in seen:
            seen.add(name)
            days[name] = day
    return days
