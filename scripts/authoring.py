"""A Python-Markdown extension: what authors may write beyond Markdown (see CONTRIBUTING.md).

* directives (`{{ claim C9 }}`, `{{ claims }}` …) and ```quiz, ```chart, ```guess and ```sheets fences expand to Markdown before anything else is parsed,
  so that every link in them is an ordinary link, checked like all others;
* `[@key]` becomes a link to the reference;
* the first use of a glossary term on a page becomes a link to it, with the definition as its tooltip;
* tables get a box in which they scroll.

An extension, and not an MkDocs hook, because MkDocs' successor runs extensions and knows no hooks.
"""

import re
import xml.etree.ElementTree as etree

from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from scripts import charts, content, fences, guesses, ledger, sheets
from scripts.content import DOCS
from scripts.fences import Fault

CITATION = r"\[(@[\w-]+(?:\s*;\s*@[\w-]+)*)\]"
KEYS = re.compile(r"@([\w-]+)")


# ---- Blocks that expand to Markdown --------------------------------------------------------------


def reference_list(references: dict[str, content.Reference], cited_on: dict[str, list[str]]) -> str:
    """All references as a list, each with its address, how it was checked, and the pages that cite it."""
    lines = []
    for ref in sorted(references.values(), key=lambda r: (r.short.casefold(), r.title)):
        pages = ", ".join(f"[{page}]({page}.md)" for page in cited_on.get(ref.key, []))
        lines.append(
            f'<li id="ref-{ref.key}" markdown="span">{", ".join(ref.authors)} ({ref.year}). *{ref.title.rstrip(".")}*. {ref.venue}{"." if ref.venue else ""} '
            f'<a class="identifier" href="{ref.address}">{ref.label}</a>. Cited on: {pages}. <span class="checked">Checked: {ref.checked.rstrip(".")}.</span></li>'
        )
    return '<ul class="references" markdown="1">\n' + "\n".join(lines) + "\n</ul>"


def cited_on(folder) -> dict[str, list[str]]:
    """For each key, the pages that cite it, directly or in a claim that stands on them."""
    pages: dict[str, list[str]] = {}
    texts = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.md"))}
    for claim in content.claims(folder / "claims.yml").values():
        texts[claim.page] = texts.get(claim.page, "") + " ".join(f"[@{key}]" for key in claim.references) + claim.evidence + claim.limits
    for page, text in texts.items():
        for citation in re.finditer(CITATION, text):
            for key in KEYS.findall(citation[1]):
                if page not in pages.setdefault(key, []):
                    pages[key].append(page)
    return pages


def objectives(folder) -> str:
    """The table of all lessons, in the order of the navigation: page, minutes, what learners can do afterwards."""
    rows = []
    for name in content.page_order(folder.parent / "mkdocs.yml"):
        meta = content.front_matter(folder / f"{name}.md")
        if meta.get("objectives"):
            rows.append(f"| [{meta['title']}]({name}.md) | {meta.get('minutes', '')} | {'; '.join(meta['objectives'])} |")
    return "\n".join(["| Page | Minutes | Afterwards, learners can |", "|---|---|---|", *rows])


def verdict_on(option: dict) -> str:
    """An attribute for programs that read the built page: is this option right, or does it depend?"""
    return "".join(f' data-verdict="{name}"' for name in ("right", "depends") if option.get(name))


def question(source: str, folder=None) -> dict:
    """The values of a quiz: an id, a question, and two options or more, of which one at least is right, with an explanation each."""
    asked = fences.load(source, {"id": str, "question": str, "options": list[dict]}, {}, "quiz")
    for option in asked["options"]:
        if not option.get("text") or not option.get("why"):
            raise Fault("options", f"the option {option.get('text')!r} needs a text and an explanation (why)")
        try:
            fences.typed(option, {"text": str, "why": str}, {"right": bool, "depends": bool})
        except Fault as fault:
            raise Fault("options", f"the option {option['text']!r}: {fault}") from None
    if len(asked["options"]) < 2:
        raise Fault("options", "it needs two options or more")
    if not any(option.get("right") or option.get("depends") for option in asked["options"]):
        raise Fault("options", "no option is marked `right: true` (or `depends: true`)")
    return asked


def quiz(source: str, store=None) -> str:
    """A question whose options open to an explanation: plain HTML, no script."""
    try:
        data = question(source)
    except Fault as fault:  # scripts/sources.py names the line and fails the build; the preview goes on
        return f"**This quiz cannot be read:** {fault}"
    options = "\n".join(
        f'<details{verdict_on(o)} markdown="1"><summary markdown="span">{o["text"]}</summary>\n\n'
        f'**{"Right." if o.get("right") else "It depends." if o.get("depends") else "Not quite."}** {o["why"]}\n\n</details>'
        for o in data["options"]
    )
    return f'<div class="quiz" id="{data["id"]}" markdown="1">\n\n**{data["question"].strip()}**\n{{ .quiz-question }}\n\n{options}\n\n</div>'


BLOCKS = {"quiz": quiz, "chart": charts.markdown, "guess": guesses.markdown, "sheets": sheets.markdown}  # each: (YAML, a place for ready HTML) → Markdown


class Directives(Preprocessor):
    """Expand directives and fences of YAML. What stands inside another fence is left alone."""

    def run(self, lines: list[str]) -> list[str]:
        text, out, end = "\n".join(lines) + "\n", [], 0
        for fence in fences.FENCE.finditer(text):
            ours = fence["marks"] == "```" and BLOCKS.get(fence["kind"].rstrip())
            out += [self.expanded(text[end:fence.start()]), ours(fence["source"], self.md.htmlStash.store) if ours else fence[0]]
            end = fence.end()
        return "".join([*out, self.expanded(text[end:])]).split("\n")

    def expanded(self, text: str) -> str:
        return content.DIRECTIVE.sub(lambda found: self.expand(*found.groups()) or found[0], text)

    @staticmethod
    def expand(name: str, key: str | None) -> str:
        """What a directive stands for; nothing when there is no such thing, which scripts/sources.py says."""
        if name == "claim":
            return ledger.claim_box(known[key], DOCS) if key in (known := content.claims(DOCS / "claims.yml")) else ""
        if name not in content.DIRECTIVES or key:
            return ""
        if name == "references":
            return reference_list(content.references(DOCS / "references.bib"), cited_on(DOCS))
        return objectives(DOCS) if name == "objectives" else getattr(ledger, name)(DOCS)


# ---- Citations -----------------------------------------------------------------------------------


class Citations(InlineProcessor):
    """`[@key; @key]` → (Author 2014; Author 2015), each a link to its reference."""

    def handleMatch(self, match, data):
        known = content.references(DOCS / "references.bib")
        span = etree.Element("span", {"class": "cite"})
        span.text = "("
        for key in KEYS.findall(match[1]):
            if len(span):
                span[-1].tail = "; "
            link = etree.SubElement(span, "a", {"href": f"references.md#ref-{key}"})
            link.text = known[key].short if key in known else f"unknown reference {key}"
        span[-1].tail = ")"
        return span, match.start(0), match.end(0)


# ---- Glossary tooltips ---------------------------------------------------------------------------


class Glossary(Treeprocessor):
    """Link the first use of each term in running text."""

    SKIP = {"a", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "summary", "figcaption", "th", "svg", "script", "style", "button"}

    def run(self, root):
        if any(el.get("id") == "glossary" for el in root.iter("h1")):
            for letter in (child for top in getattr(self.md, "toc_tokens", []) for child in top["children"]):
                letter["children"] = []  # a table of contents with every term would only repeat the page
            return
        self.terms, self.forms = {}, {}
        for term in content.glossary(DOCS / "glossary.md"):
            for spelling in term.spellings:
                self.forms[spelling if spelling.isupper() else spelling.casefold()] = term
        if self.forms:
            longest_first = sorted(self.forms, key=len, reverse=True)
            self.pattern = re.compile(r"(?<![\w-])(" + "|".join(re.escape(f) for f in longest_first) + r")s?(?![\w-])", re.I)
            self.walk(root)

    def walk(self, element) -> None:
        if element.tag in self.SKIP or element.get("class") == "chart":
            return
        self.link(element, None, element.text)
        for child in list(element):
            self.walk(child)
            self.link(element, child, child.tail)

    def link(self, parent, after, text) -> None:
        """Replace terms in one run of text: the text of `parent`, or the tail of its child `after`."""
        if not text or not text.strip():
            return
        position, pieces = 0, []
        for found in self.pattern.finditer(text):
            term = self.forms.get(found[1]) or self.forms.get(found[1].casefold())
            if term is None or term.id in self.terms:
                continue
            self.terms[term.id] = term
            link = etree.Element("a", {"class": "term", "href": f"glossary.md#{term.id}", "title": term.definition})
            link.text = found[0]
            pieces.append((text[position:found.start()], link))
            position = found.end()
        if not pieces:
            return
        index = 0 if after is None else list(parent).index(after) + 1
        for number, (before, link) in enumerate(pieces):
            if number:
                pieces[number - 1][1].tail = before
            elif after is None:
                parent.text = before
            else:
                after.tail = before
            parent.insert(index + number, link)
        pieces[-1][1].tail = text[position:]


class Tables(Treeprocessor):
    """Wide tables scroll in a box of their own, which the keyboard can reach."""

    def run(self, root):
        for parent in list(root.iter()):
            for index, child in enumerate(list(parent)):
                if child.tag == "table":
                    box = etree.Element("div", {"class": "table-scroll", "tabindex": "0"})
                    box.tail, child.tail = child.tail, None
                    parent[index] = box
                    box.append(child)


class Authoring(Extension):
    def extendMarkdown(self, md):
        md.treeprocessors.register(Tables(md), "tables", 3)
        md.preprocessors.register(Directives(md), "directives", 28)  # before fences (25) and HTML blocks (20)
        md.inlinePatterns.register(Citations(CITATION, md), "citations", 175)  # after code (190), before links (160)
        md.treeprocessors.register(Glossary(md), "glossary", 4)  # after inline text (20), before MkDocs resolves links (0)


def makeExtension(**settings):
    return Authoring(**settings)
