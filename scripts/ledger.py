"""What is claimed, what was judged and what was measured: boxes and tables, all made from docs/claims.yml and docs/results/, so that they cannot differ.

Each function returns Markdown, so that every link in it is an ordinary link, checked like all others.
"""

import re

from scripts import content, fences, numbers
from scripts.content import VERDICTS


def verdict(claim: content.Claim) -> str:
    """The verdict as a link to the ledger: a sign, words and (by style sheet) a colour."""
    name = claim.verdict.replace(" ", "-")
    return f"[{VERDICTS.get(claim.verdict, '?')} {claim.verdict}](claims.md){{ .verdict .verdict-{name} }}"


def claim_box(claim: content.Claim, docs) -> str:
    """A claim as a box with its own heading and address."""
    parts = [f"*{claim.statement.strip()}*", f"**What the evidence says.** {claim.evidence.strip()}", f"**Limits.** {claim.limits.strip()}"]
    if claim.measured:  # folded: charts and the ledger show it openly
        parts.append(f"/// details | Measured here\n{claim.measured.strip()}{sources_of(claim, docs)}\n///")
    heading = f"### Claim {claim.key}: {claim.title} {{ #{claim.id} }}"
    return '<div class="claim" markdown="1">\n\n' + "\n\n".join([heading, verdict(claim), *parts]) + "\n\n</div>"


def sources_of(claim: content.Claim, docs) -> str:
    """Links from a claim to the runs that its numbers come from."""
    links = [f"[{name.replace('_', ' ')}](claims.md#result-{name.replace('_', '-')})" for name in claim.experiments if (docs / f"results/{name}.json").exists()]
    return f" (Runs: {', '.join(links)}.)" if links else ""


def claims(docs) -> str:
    """The table of all claims."""
    rows = [
        f"| [{c.key}]({c.page}.md#{c.id}) | {line(c.statement)} | {VERDICTS.get(c.verdict, '?')} {c.verdict} | {line(c.evidence)} |"
        for c in content.claims(docs / "claims.yml").values()
    ]
    return "\n".join(["| Claim | What is claimed | Verdict | Evidence in short |", "|---|---|---|---|", *rows])


def measurements(docs) -> str:
    """The table claim → what was measured → runs → figure."""
    shown, rows = charts_of(docs), []
    for claim in content.claims(docs / "claims.yml").values():
        if not claim.measured:
            continue
        runs = ", ".join(f"[{name.replace('_', ' ')}](#result-{name.replace('_', '-')})" for name in claim.experiments)
        figures = [f"[{title}]({page}.md#{name})" for experiment in claim.experiments for name, page, title in shown.get(experiment, [])]
        figures += [f"[live]({page}.md#demo-{name})" for name in claim.demos for page in [demo_page(name, docs)]]
        rows.append(f"| [{claim.key}]({claim.page}.md#{claim.id}) | {line(claim.measured)} | {runs} | {'; '.join(figures) or '–'} |")
    return "\n".join(["| Claim | Measured, with 95 % intervals in brackets | Runs | To see |", "|---|---|---|---|", *rows])


def results(docs) -> str:
    """The table of all results files: the question, when and with what they were made, and the command that makes them again."""
    rows = []
    for path in sorted((docs / "results").glob("*.json")):
        record = content.record(path)
        seeds = record.get("seeds", [])
        versions = ", ".join(f"{name} {version}" for name, version in record.get("versions", {}).items())
        command = record.get("command", "").removeprefix("python3 scripts/")
        name = f"[{path.stem.replace('_', ' ')}](results/{path.name}){{ #result-{path.stem.replace('_', '-')} }}"
        rows.append(f"| {name} | {line(record.get('question', ''))} | {record.get('date', '')} | {len(seeds) or '–'} | `{command}` | {versions} |")
    return "\n".join(["| Results | Question | Run on | Seeds | Command | Versions |", "|---|---|---|---:|---|---|", *rows])


def contradictions(docs) -> str:
    """The list of claims that our own measurements contradict or narrow."""
    return listed(docs, "contradicted")


def softened(docs) -> str:
    """The list of statements of the account that could not be checked, and what this site says instead."""
    return listed(docs, "unchecked")


def listed(docs, name: str) -> str:
    found = [(claim, getattr(claim, name)) for claim in content.claims(docs / "claims.yml").values()]
    return "\n".join(f"* [{claim.key}: {claim.title}]({claim.page}.md#{claim.id}): {line(text)}" for claim, text in found if text)


def charts_of(docs) -> dict[str, list[tuple[str, str, str]]]:
    """For each experiment the charts that show it: (id, page, title)."""
    found: dict[str, list] = {}
    for path in sorted(docs.glob("*.md")):
        for _, source in fences.on(path.read_text("utf-8"), "chart", "guess"):
            for told in re.finditer(r"^(\s*)id:\s*(fig-\S+)\n(?:\1\S.*\n|\1\s+.*\n)*?\1results:\s*(\S+)", source, re.M):
                title = re.search(r"^\s*title:\s*(.+)$", source[told.start():], re.M)
                found.setdefault(told[3], []).append((told[2], path.stem, title[1].strip(" \"'") if title else told[2]))
    return found


def demo_page(name: str, docs) -> str:
    """The page on which a demo stands; "" when there is none."""
    return next((path.stem for path in sorted(docs.glob("*.md")) if f'id="demo-{name}"' in path.read_text("utf-8")), "")


def faults(claim: content.Claim, docs):
    """Sentences about runs and demos that a claim names and that are not there, and about numbers from runs that it does not name."""
    files = {path.stem for path in (docs / "results").glob("*.json")}
    for name in claim.experiments:
        if name not in files:
            yield f"{claim.key}: there is no results file {name}.json"
    used = {mark.source.split(".")[0] for mark in numbers.marks(claim.measured)} - {"data"}
    for name in sorted(used - set(claim.experiments)):
        yield f"{claim.key} shows numbers of {name!r}, which is not among its experiments"
    if claim.measured and not numbers.marks(claim.measured):
        yield f"{claim.key}: what was measured holds no number marked data-result"
    for name in claim.demos:
        if not demo_page(name, docs):
            yield f"{claim.key}: there is no demo {name!r}"


def line(text: str) -> str:
    """A text as one line of a table."""
    return " ".join(text.split()).replace("|", "&#124;")
