"""What a check has to say: one place, one sentence, and if possible the likely right thing."""

import os
import sys
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Finding:
    """A fault. `file` is the file a person would open (a Markdown file where there is one), `line` counts from 1; 0 means the whole file."""

    file: str
    line: int
    message: str
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


def nearest(wrong: str, known, wording: str = "Did you mean {}?") -> str:
    """" Did you mean …?", or nothing when no known name is similar."""
    close = get_close_matches(wrong, list(known), n=1, cutoff=0.6)
    return " " + wording.format(close[0]) if close else ""


def report(findings: list[Finding], what: str, looked_at: int) -> int:
    """Print findings, and the verdict with what was looked at. Returns the exit status. Looking at nothing is a failure."""
    for finding in sorted(set(findings)):
        print(finding, flush=True)
        if os.environ.get("GITHUB_ACTIONS"):
            place = f"file={finding.file}" + (f",line={finding.line}" if finding.line else "")
            print(f"::error {place}::{finding.message.replace('%', '%25')}", flush=True)
    if not looked_at:
        print(f"{what}: nothing was looked at, so nothing is proved. FAILED", file=sys.stderr)
        return 1
    print(f"{what}: {looked_at} looked at, {len(set(findings))} faults. {'FAILED' if findings else 'OK'}", flush=True)
    return 1 if findings else 0
