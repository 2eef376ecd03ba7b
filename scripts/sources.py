"""Checks on what authors write, before anything is built: pure functions from a docs folder to findings with file and line.

Looked at: ids of headings, front matter, diagrams, quizzes, boxes, figures, citations, claims, glossary, measured numbers.
"""

import re
from collections import defaultdict
from pathlib import Path

import yaml

from scripts import charts, content, diagrams, fences, guesses, ledger, numbers, sheets
from scripts.authoring import CITATION, KEYS
from scripts.experiments import experiment
from scripts.findings import Finding, nearest

FRONT = {"title", "description", "minutes", "reviewed", "objectives"}
NO_LESSON = {"claims", "glossary", "references", "for-trainers", "catalogue", "pack", "about"}  # pages without objectives and minutes
ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
DIRECTIVES = ("claim", "claims", "measurements", "results", "contradictions", "softened", "references", "objectives")
DIAGRAM = re.compile(r"^```mermaid\n(.*?)^```\s*$", re.M | re.S)


class Page:
    """One Markdown file with its lines; `prose` is the text with fences and comments blanked, so that line numbers stay right."""

    def __init__(self, path: Path, docs: Path):
        self.path, self.name = path, path.stem
        self.file = f"{docs.name}/{path.relative_to(docs).as_posix()}"
        self.text = path.read_text("utf-8")
        self.prose = re.sub(r"^(`{3,}|~{3,}).*?^\1\s*$|<!--.*?-->|`[^`\n]+`", lambda m: re.sub(r"[^\n]", " ", m[0]), self.text, flags=re.M | re.S)

    def line(self, position: int) -> int:
        return self.text.count("\n", 0, position) + 1

    def find(self, position: int, message: str, kind: str) -> Finding:
        return Finding(self.file, self.line(position), message, kind)


def check(docs: Path) -> tuple[list[Finding], int]:
    """All findings in a docs folder, and the number of pages looked at."""
    pages = [Page(path, docs) for path in sorted(docs.glob("*.md"))]
    checks = (front_matter, headings, boxes, figures, diagram_faults, quiz_faults, fence_faults, citations, claims, glossary, measured, outdated, aliases)
    return [finding for one in checks for finding in one(pages, docs)], len(pages)


def front_matter(pages, docs):
    for page in pages:
        try:
            meta, _, _ = content.front_matter(page.text)
        except yaml.YAMLError as fault:
            yield Finding(page.file, 1, f"the front matter is not YAML: {fault}".replace("\n", " "), "front-matter")
            continue
        wanted = FRONT - {"objectives", "minutes"} if page.name in NO_LESSON else FRONT
        for name in sorted(wanted - set(meta)):
            yield Finding(page.file, 1, f"the front matter lacks {name!r}", "front-matter")
        if len(str(meta.get("description", ""))) > 155:
            yield Finding(page.file, 1, f"the description has {len(meta['description'])} characters; search results show 155", "front-matter")


def headings(pages, docs):
    """Each heading has an explicit id, well formed, once in the whole site; there is one h1, whose id is the file's name."""
    places = defaultdict(list)
    for page in pages:
        tops = []
        for number, line in enumerate(page.prose.split("\n"), 1):
            if not (found := re.match(r"#{1,6}\s", line) and content.HEADING.match(line)):
                continue
            where = lambda message: Finding(page.file, number, message, "heading")  # noqa: E731, B023
            if not found[3]:
                yield where(f"the heading {found[2]!r} has no explicit id; write {{ #short-id }} after it")
                continue
            name = found[3][1:]
            places[name].append((page, number))
            if not ID.fullmatch(name):
                yield where(f"the id {name!r} should be lower-case words with hyphens")
            if len(found[1]) == 1:
                tops.append(name)
        if len(tops) != 1:
            yield Finding(page.file, 1, f"a page has one h1; this has {len(tops)}", "heading")
        elif tops[0] != ("home" if page.name == "index" else page.name):
            yield Finding(page.file, 1, f"the h1's id is {tops[0]!r}; it should be the file's name, {page.name!r}", "heading")
        for pattern in (r'<[^>]+\bid="([^"]+)"', r"attrs:\s*\{[^}]*\bid:\s*['\"]?([\w-]+)"):
            for found in re.finditer(pattern, page.prose):
                places[found[1]].append((page, page.line(found.start())))
        for found in DIAGRAM.finditer(page.text):
            if told := diagrams.labels(found[1]).id:
                places[told].append((page, page.line(found.start())))
        for line, source in fences.on(page.text, *fences.KINDS):
            for told in re.finditer(r"^\s*id:\s*(\S+)", source, re.M):
                places[told[1]].append((page, line))
    for name, standing in places.items():
        for page, number in standing[1:]:
            first = standing[0]
            yield Finding(page.file, number, f"the id {name!r} stands already at {first[0].file}:{first[1]}; ids stand once in the whole site", "duplicate-id")


def boxes(pages, docs):
    """Misconception boxes have an id of their own, and every box is closed."""
    for page in pages:
        opened = []
        for number, line in enumerate(page.prose.split("\n"), 1):
            if found := re.match(r"(/{3,})\s*(\S+)?", line):
                if found[2]:
                    opened.append((found[2], number))
                elif opened:
                    opened.pop()
                else:
                    yield Finding(page.file, number, "this /// closes a box that was never opened", "box")
        for kind, number in opened:
            yield Finding(page.file, number, f"the box /// {kind} is never closed", "box")
        for found in re.finditer(r"^/// myth.*\n(.*)", page.prose, re.M):
            if not re.search(r"id:\s*myth-", found[1]):
                yield page.find(found.start(), "a myth box needs an address: write `    attrs: {id: myth-…}` on the next line", "box")
    listed = next((page for page in pages if page.name == "for-trainers"), None)
    for page in pages if listed else []:
        for found in re.finditer(r"id:\s*(myth-[\w-]+)", page.prose):
            if f"{page.name}.md#{found[1]})" not in listed.text:
                yield page.find(found.start(), f"the misconception {found[1]!r} is not in the list of for-trainers.md", "box")


def figures(pages, docs):
    """Pictures say what they show and how large they are."""
    for page in pages:
        for found in re.finditer(r"!\[([^\]]*)\]\(([^)\s]+)[^)]*\)(\{[^}]*\})?", page.prose):
            if not found[1].strip():
                yield page.find(found.start(), f"the picture {found[2]} has no alternative text", "figure")
            if not re.search(r"width=.*height=", found[3] or ""):
                yield page.find(found.start(), f"the picture {found[2]} needs width and height, so that nothing jumps while it loads", "figure")


def diagram_faults(pages, docs):
    """Each diagram has an id, a title and a description, and Mermaid can read it."""
    for page in pages:
        for found in DIAGRAM.finditer(page.text):
            told = diagrams.labels(found[1])
            for missing, hint in (("id", "%% id: diagram-…"), ("title", "accTitle: …"), ("description", "accDescr: …")):
                if not getattr(told, missing):
                    yield page.find(found.start(), f"the diagram has no {missing}; write a line `{hint}`", "diagram")
            try:
                diagrams.draw(found[1])
            except diagrams.SyntaxFault as fault:
                yield page.find(found.start(), f"Mermaid cannot read this diagram: {fault}", "diagram")


def quiz_faults(pages, docs):
    """Each quiz has an id, a question, at least two options of which one or more are right, and an explanation for each."""
    for page in pages:
        for line, source in fences.on(page.text, "quiz"):
            where = lambda message: Finding(page.file, line, f"quiz: {message}", "quiz")  # noqa: E731, B023
            try:
                data = yaml.safe_load(source)
                options = data["options"]
                if not str(data["id"]).startswith("quiz-"):
                    yield where(f"the id {data['id']!r} should begin with quiz-")
                if not str(data["question"]).strip() or len(options) < 2:
                    yield where("it needs a question and at least two options")
                if not any(option.get("right") or option.get("depends") for option in options):
                    yield where("no option is marked `right: true` (or `depends: true`)")
                for option in options:
                    if not option.get("text") or not option.get("why"):
                        yield where(f"the option {option.get('text')!r} needs a text and an explanation (why)")
            except (yaml.YAMLError, KeyError, TypeError, AttributeError) as fault:
                yield where(f"it is not as CONTRIBUTING.md says: {str(fault)}".replace("\n", " "))


def fence_faults(pages, docs):
    """Charts, guesses and sheets name results and pictures that there are, and are complete."""
    for page in pages:
        for kind, read in (("chart", charts.read), ("guess", guesses.read), ("sheets", sheets.read)):
            for line, source in fences.on(page.text, kind):
                try:
                    read(source, docs / "results")
                except fences.Fault as fault:
                    yield Finding(page.file, line + fault.line(source), f"{kind}: {fault}", kind)


def citations(pages, docs):
    """Each cited key has an entry, each entry is cited, and each entry says who, what, when and where."""
    bib = docs / "references.bib"
    file = f"{docs.name}/{bib.name}"
    try:
        known = content.references(bib)
    except Exception as fault:  # pybtex has its own family of faults; each carries the line
        yield Finding(file, getattr(fault, "lineno", 0) or 0, f"this is not BibTeX: {fault}".replace("\n", " "), "citation")
        return
    lines = {found[1]: bib.read_text("utf-8").count("\n", 0, found.start()) + 1 for found in re.finditer(r"^@\w+\{([^,\s]+),", bib.read_text("utf-8"), re.M)}
    cited = set()
    for page in pages:
        for found in re.finditer(CITATION, page.prose):
            for key in KEYS.findall(found[1]):
                cited.add(key)
                if key not in known:
                    yield page.find(found.start(), f"the reference {key!r} is not in {file}.{nearest(key, known)}", "citation")
    data = (docs / "claims.yml").read_text("utf-8")
    for key in {*KEYS.findall(data), *(k for c in content.claims(docs / "claims.yml").values() for k in c.references)}:
        cited.add(key)
        if key not in known:
            line = data[: data.find(key)].count("\n") + 1
            yield Finding(f"{docs.name}/claims.yml", line, f"the reference {key!r} is not in {file}.{nearest(key, known)}", "citation")
    for key, entry in known.items():
        if key not in cited:
            yield Finding(file, lines.get(key, 0), f"the reference {key!r} is cited nowhere; cite it or take it out", "citation")
        for name in ("authors", "title", "year", "address", "checked"):
            if not getattr(entry, name):
                yield Finding(file, lines.get(key, 0), f"the reference {key!r} has no {name}", "citation")


def claims(pages, docs):
    """Every claim is complete and has its box on just the page that the data names."""
    path = docs / "claims.yml"
    text, known = path.read_text("utf-8"), content.claims(path)
    where = lambda key, message: Finding(f"{docs.name}/claims.yml", text[: text.find(f"{key}:")].count("\n") + 1, message, "claim")  # noqa: E731
    boxes = defaultdict(list)
    for page in pages:
        for found in re.finditer(r"^\{\{\s*(\w+)\s*(\S*)\s*\}\}", page.prose, re.M):
            name, key = found[1], found[2]
            if name not in DIRECTIVES:
                yield page.find(found.start(), f"{{{{ {name} }}}} is not known.{nearest(name, DIRECTIVES)}", "claim")
            elif name == "claim" and key not in known:
                yield page.find(found.start(), f"the claim {key!r} is not in claims.yml.{nearest(key, known)}", "claim")
            elif name == "claim":
                boxes[key].append((page, found.start()))
    for key, claim in known.items():
        for name in ("title", "page", "statement", "verdict", "evidence", "limits", "references"):
            if not getattr(claim, name):
                yield where(key, f"{key} has no {name}")
        if claim.verdict not in content.VERDICTS:
            yield where(key, f"{key}: the verdict {claim.verdict!r} is none of {', '.join(content.VERDICTS)}.{nearest(claim.verdict, content.VERDICTS)}")
        for message in ledger.faults(claim, docs):
            yield where(key, message)
        standing = [page.name for page, _ in boxes[key]]
        if standing != [claim.page]:
            yield where(key, f"{key} should have one box, on {claim.page}.md; it stands on {', '.join(standing) or 'no page'}")


def glossary(pages, docs):
    """Each term says which section explains it, and no spelling belongs to two terms."""
    page = next((page for page in pages if page.name == "glossary"), None)
    if page is None:
        yield Finding(f"{docs.name}/glossary.md", 0, "there is no glossary", "glossary")
        return
    lines, owner = page.text.splitlines(), {}
    for term in content.glossary(page.path):
        upto = next((i for i, line in enumerate(lines[term.line:], term.line) if line.startswith("#")), len(lines))
        if not re.search(r"\]\([\w-]+\.md", "\n".join(lines[term.line:upto])):
            yield Finding(page.file, term.line, f"the term {term.name!r} links to no section that explains it", "glossary")
        if len(term.definition) > 220:
            yield Finding(page.file, term.line, f"the tooltip of {term.name!r} has {len(term.definition)} characters; 220 is the most", "glossary")
        for spelling in term.spellings:
            if owner.setdefault(spelling.casefold(), term.name) != term.name:
                yield Finding(page.file, term.line, f"the spelling {spelling!r} belongs to {owner[spelling.casefold()]!r} already", "glossary")


def measured(pages, docs):
    """Each number marked with data-result is the number of the results file, at the shown precision."""
    for path in [page.path for page in pages] + [docs / "claims.yml"]:
        text = path.read_text("utf-8")
        for mark in numbers.marks(text):
            line = text.count("\n", 0, mark.start) + 1
            try:
                right = numbers.wording(mark.shown, content.result(mark.source, docs / "results"))
            except (KeyError, ValueError) as fault:
                yield Finding(f"{docs.name}/{path.name}", line, f"{mark.source}: {fault.args[0]}", "number")
                continue
            if right != mark.shown:
                yield Finding(f"{docs.name}/{path.name}", line, f"the text says {mark.shown}, and {mark.source} is {right}; `build.py numbers` puts it right", "number")


def outdated(pages, docs):
    """Results of experiments were made from the weights and results that are published now."""
    for path, name in experiment.outdated(docs):
        yield Finding(f"{docs.name}/results/{path.name}", 0, f"was made from another docs/{name}; `build.py experiments {path.stem}` makes it again", "number")


def aliases(pages, docs):
    """Words for the search belong to something on their page, and none is the title of another section, which would then come second."""
    titles = {content.plain(found[2]): found[3][1:] for page in pages for line in page.prose.splitlines() if (found := content.HEADING.match(line)) and found[3] and not found[3].startswith("#term-")}
    texts = {page.path.name: page.text for page in pages}
    for identity, (words, name, line) in content.aliases(docs).items():
        where = lambda message: Finding(f"{docs.name}/{name}", line, message, "alias")  # noqa: E731, B023
        there = re.findall(r"(?:\{ ?#|\bid=\"|\bid: ?)([\w-]+)", texts[name]) + [f"claim-{key.lower()}" for key in re.findall(r"\{\{ claim (\w+)", texts[name])]
        if identity not in there:
            yield where(f"there is no {identity!r} on this page to have aliases.{nearest(identity, there)}")
        for word in words:
            if titles.get(content.plain(word), identity) != identity:
                yield where(f"the alias {word!r} of {identity!r} is the title of {titles[content.plain(word)]!r}, which would then come second")
