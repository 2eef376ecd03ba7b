"""Checks on what authors write, before anything is built: pure functions from a docs folder to findings with file and line.

Looked at: ids of headings, front matter, diagrams, quizzes, boxes, figures, citations, claims, glossary, measured numbers.
"""

import re
from collections import defaultdict
from pathlib import Path

from scripts import authoring, charts, content, diagrams, fences, guesses, ledger, numbers, origins, sheets
from scripts.authoring import CITATION, KEYS
from scripts.findings import Finding, nearest

FRONT = ("description", "minutes", "objectives", "reviewed", "title")  # what every page says of itself
NO_LESSON = {"claims", "glossary", "references", "for-trainers", "catalogue", "pack", "about"}  # pages without objectives and minutes
ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
HIDDEN = re.compile(rf"{fences.FENCE.pattern}|<!--.*?-->|`[^`\n]+`", re.M | re.S)


class Page:
    """One Markdown file with its lines; `prose` is the text with fences and comments blanked, so that line numbers stay right."""

    def __init__(self, path: Path, docs: Path):
        self.path, self.name = path, path.stem
        self.file = f"{docs.name}/{path.relative_to(docs).as_posix()}"
        self.text = path.read_text("utf-8")
        self.prose = HIDDEN.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), self.text)

    def line(self, position: int) -> int:
        return self.text.count("\n", 0, position) + 1

    def find(self, position: int, message: str, kind: str) -> Finding:
        return Finding(self.file, self.line(position), message, kind)


def check(docs: Path) -> tuple[list[Finding], int]:
    """All findings in a docs folder, and the number of pages looked at. What the files say is looked at only when all of them can be read."""
    paths = sorted(docs.glob("*.md"))
    if found := list(unreadable(paths, docs)):
        return found, len(paths)
    pages = [Page(path, docs) for path in paths]
    checks = (front_matter, headings, boxes, figures, diagram_faults, fence_faults, citations, claims, glossary, measured, outdated, aliases)
    return [finding for one in checks for finding in one(pages, docs)], len(pages)


def unreadable(paths, docs):
    """The first fault of each file that is not what its reader expects."""
    data = [(content.references, docs / "references.bib"), (content.claims, docs / "claims.yml"), (content.vocabulary, docs / "search.yml")]
    for read, path in [*((content.front_matter, path) for path in paths), *data, *((content.record, path) for path in sorted((docs / "results").glob("*.json")))]:
        try:
            read(path)
        except content.Unreadable as fault:
            yield fault.finding(docs.parent)


def front_matter(pages, docs):
    for page in pages:
        meta = content.front_matter(page.path)
        for name in FRONT:
            if not meta.get(name) and not (page.name in NO_LESSON and name in ("minutes", "objectives")):
                yield Finding(page.file, 1, f"the front matter lacks {name!r}", "front-matter")
        if len(told := meta.get("description") or "") > 155:
            yield Finding(page.file, 1, f"the description has {len(told)} characters; search results show 155", "front-matter")


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
        for line, source in fences.on(page.text, "mermaid"):
            if told := diagrams.labels(source).id:
                places[told].append((page, line))
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
        for line, source in fences.on(page.text, "mermaid"):
            told = diagrams.labels(source)
            for missing, hint in (("id", "%% id: diagram-…"), ("title", "accTitle: …"), ("description", "accDescr: …")):
                if not getattr(told, missing):
                    yield Finding(page.file, line, f"the diagram has no {missing}; write a line `{hint}`", "diagram")
            try:
                diagrams.draw(source)
            except diagrams.SyntaxFault as fault:
                yield Finding(page.file, line, f"Mermaid cannot read this diagram: {fault}", "diagram")


def fence_faults(pages, docs):
    """Quizzes, charts, guesses and sheets are complete, and name results and pictures that there are."""
    for page in pages:
        for kind, read in (("quiz", authoring.question), ("chart", charts.read), ("guess", guesses.read), ("sheets", sheets.read)):
            for line, source in fences.on(page.text, kind):
                try:
                    read(source, docs / "results")
                except fences.Fault as fault:
                    yield Finding(page.file, line + fault.line(source), f"{kind}: {fault}", kind)


def citations(pages, docs):
    """Each cited key has an entry, each entry is cited, and each entry says who, what, when and where."""
    bib = docs / "references.bib"
    file, known = f"{docs.name}/{bib.name}", content.references(bib)
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
    where = lambda key, message: Finding(f"{docs.name}/claims.yml", fences.Fault(key, message).line(text), message, "claim")  # noqa: E731
    boxes = defaultdict(list)
    for page in pages:
        for found in re.finditer(r"^.*\{\{[ \t]*(\w+).*$", page.prose, re.M):
            name, key = whole.groups(default="") if (whole := content.DIRECTIVE.fullmatch(found[0])) else (found[1], "")
            if name not in content.DIRECTIVES:
                yield page.find(found.start(), f"{{{{ {name} }}}} is not known.{nearest(name, content.DIRECTIVES)}", "claim")
            elif not whole:
                yield page.find(found.start(), f"{{{{ {name} … }}}} is left as it is here; it needs a line of its own, and nothing else on it", "claim")
            elif key and name != "claim":
                yield page.find(found.start(), f"{{{{ {name} }}}} takes no {key!r}; write {{{{ {name} }}}}, or {{{{ claim {key} }}}}", "claim")
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
    """Results were made from the weights and the other results that are published now."""
    for path in sorted((docs / "results").glob("*.json")):
        record = content.record(path)
        for name, known in record.get("reads", {}).items():
            if not (docs / name).exists() or origins.digest(docs / name) != known:
                yield Finding(f"{docs.name}/results/{path.name}", 0, f"was made from another docs/{name}; `{record['command']}` makes it again", "number")


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
