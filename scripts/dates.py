"""Which day it is, for a build: the day of the commit, so that one commit gives the same bytes on every machine."""

import os
import subprocess
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@cache
def commit_time() -> str:
    """Seconds of the last commit (or SOURCE_DATE_EPOCH, where that is set): the date that the build carries."""
    if told := os.environ.get("SOURCE_DATE_EPOCH"):
        return told
    asked = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True)
    if asked.returncode == 0 and asked.stdout.strip():
        return asked.stdout.strip()
    newest = max(int(path.stat().st_mtime) for path in (ROOT / "docs").rglob("*"))
    print("There is no commit here, so the pages carry the date of the newest source file.")
    return str(newest)


def today() -> str:
    """The day of the last commit, as 2026-11-25."""
    return datetime.fromtimestamp(int(commit_time()), UTC).date().isoformat()
