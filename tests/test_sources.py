"""The checks on what authors write: one fault in a tiny world, the exact finding out."""

import re
import shutil
import subprocess
import sys

import pytest

from scripts import sources
from tests.conftest import ROOT, write

FRONT = "---\ntitle: T\ndescription: D.\nminutes: 5\nreviewed: 2026-11-20\nobjectives: [say it]\n---\n"
CLEAN = {
    "gans.md": FRONT + "# GANs { #gans }\n\nText [@a2020x].\n\n{{ claim C9 }}\n\n```mermaid\n%% id: diagram-x\nflowchart TB\n  accTitle: T\n  accDescr: D\n  A --> B\n```\n",
    "glossary.md": "---\ntitle: G\ndescription: D.\nreviewed: 2026-11-20\n---\n# Glossary { #glossary }\n\n### Generator { #term-generator }\n\nIt makes. Explained in [GANs](gans.md#gans).\n",
    "references.bib": "@article{a2020x,\n author = {A, B}, title = {T}, year = {2020}, doi = {10.1/x}, checked = {by hand}}\n",
    "claims.yml": "C9:\n  title: T\n  page: gans\n  statement: S\n  verdict: holds\n  evidence: E\n  limits: L\n  references: [a2020x]\n",
    "search.yml": "ignored: a the\nbroad: ai\nasks: {quiz: quiz}\nsynonyms: [big large]\n",
    "results/gan.json": '{"judge": {"mean": 0.984}}',
}


@pytest.fixture
def world(tmp_path):
    return write(tmp_path / "docs", CLEAN)


def said(docs) -> list[str]:
    return [str(finding) for finding in sources.check(docs)[0]]


def test_clean_world_has_no_findings(world):
    assert said(world) == [] and sources.check(world)[1] == 2


def test_the_real_pages_have_no_findings():
    findings, pages = sources.check(ROOT / "docs")
    assert [str(finding) for finding in findings] == [] and pages > 20


@pytest.mark.parametrize(
    "file, old, new, finding",
    [
        ("gans.md", "# GANs { #gans }", '# GANs { #gans data-search-aliases="contest, glossary" }', "docs/gans.md:8: the alias 'glossary' of 'gans' is the title of 'glossary', which would then come second"),
        ("gans.md", "minutes: 5", "minutes: 5\naliases:\n  diagram-y: loop", "docs/gans.md:6: there is no 'diagram-y' on this page to have aliases. Did you mean diagram-x?"),
        ("gans.md", "minutes: 5\n", "", "docs/gans.md:1: the front matter lacks 'minutes'"),
        ("gans.md", "title: T", "title: [", "docs/gans.md:2: in the front matter: it is not YAML: while parsing a flow sequence, "),
        ("gans.md", "# GANs { #gans }", "# GANs { #gans }\n\n## Part", "docs/gans.md:10: the heading 'Part' has no explicit id; write { #short-id } after it"),
        ("gans.md", "# GANs { #gans }", "# GANs { #gans }\n\n## Part { #Part_1 }", "docs/gans.md:10: the id 'Part_1' should be lower-case words with hyphens"),
        ("gans.md", "{ #gans }", "{ #gan }", "docs/gans.md:8: the h1's id is 'gan'; it should be the file's name, 'gans'".replace(":8:", ":1:")),
        ("gans.md", "# GANs { #gans }", "# GANs { #gans }\n\n## X { #glossary }", "docs/glossary.md:6: the id 'glossary' stands already at docs/gans.md:10; ids stand once in the whole site"),
        ("gans.md", "Text", "/// myth | M\n    attrs: {id: gan-x}\n\nX\n///\n\nText", "docs/gans.md:10: a myth box needs an address: write `    attrs: {id: myth-…}` on the next line"),
        ("gans.md", "Text", "/// note\nText", "docs/gans.md:10: the box /// note is never closed"),
        ("gans.md", "Text", "![](x.png){ width=1 height=1 } Text", "docs/gans.md:10: the picture x.png has no alternative text"),
        ("gans.md", "Text", "![A](x.png) Text", "docs/gans.md:10: the picture x.png needs width and height, so that nothing jumps while it loads"),
        ("gans.md", "  accDescr: D\n", "", "docs/gans.md:14: the diagram has no description; write a line `accDescr: …`"),
        ("gans.md", "%% id: diagram-x\n", "", "docs/gans.md:14: the diagram has no id; write a line `%% id: diagram-…`"),
        ("gans.md", "A --> B", "A[ --> B", "docs/gans.md:14: Mermaid cannot read this diagram:"),
        ("gans.md", "Text", "```quiz\nid: quiz-x\nquestion: Q\noptions:\n  - {text: a, why: b}\n  - {text: c, why: d}\n```\nText", "docs/gans.md:13: quiz: no option is marked `right: true` (or `depends: true`)"),
        ("gans.md", "Text", "```quiz\nid: quiz-x\nquestion: Q\noptions:\n  - {text: a, right: true}\n  - {text: c, why: d}\n```\nText", "docs/gans.md:13: quiz: the option 'a' needs a text and an explanation (why)"),
        ("gans.md", "@a2020x", "@a2020", "docs/gans.md:10: the reference 'a2020' is not in docs/references.bib. Did you mean a2020x?"),
        ("references.bib", "@article{a2020x", "@article{b2021y,\n author = {A, B}, title = {T}, year = {2020}, doi = {10.1/x}, checked = {by hand}}\n@article{a2020x", "docs/references.bib:1: the reference 'b2021y' is cited nowhere; cite it or take it out"),
        ("references.bib", "checked = {by hand}", "note = {}", "docs/references.bib:1: the reference 'a2020x' has no checked"),
        ("references.bib", "title = {T},", "title = {T,", "docs/references.bib"),
        ("claims.yml", "verdict: holds", "verdict: hold", "docs/claims.yml:1: C9: the verdict 'hold' is none of holds, holds within limits, misleading, wrong as told. Did you mean holds?"),
        ("claims.yml", "references: [a2020x]", "references: [a2020z]", "docs/claims.yml:8: the reference 'a2020z' is not in docs/references.bib. Did you mean a2020x?"),
        ("claims.yml", "page: gans", "page: home", "docs/claims.yml:1: C9 should have one box, on home.md; it stands on gans"),
        ("gans.md", "{{ claim C9 }}", "{{ claim C9 }}\n\n{{ claim C99 }}", "docs/gans.md:14: the claim 'C99' is not in claims.yml. Did you mean C9?"),
        ("gans.md", "{{ claim C9 }}", "{{ claims }}\n\n{{ clam C9 }}\n\n{{ claim C9 }}", "docs/gans.md:14: {{ clam }} is not known. Did you mean claim?"),
        ("gans.md", "{{ claim C9 }}", "{{ claims }} for all\n\n{{ claim C9 }}", "docs/gans.md:12: {{ claims … }} is left as it is here; it needs a line of its own, and nothing else on it"),
        ("gans.md", "{{ claim C9 }}", "See {{claims}}\n\n{{ claim C9 }}", "docs/gans.md:12: {{ claims … }} is left as it is here"),
        ("gans.md", "{{ claim C9 }}", "{{ results C9 }}\n\n{{ claim C9 }}", "docs/gans.md:12: {{ results }} takes no 'C9'; write {{ results }}, or {{ claim C9 }}"),
        ("gans.md", "title: T", "- T", "docs/gans.md:3: in the front matter: it is not YAML"),
        ("gans.md", "minutes: 5", "minutes: five", "docs/gans.md:4: in the front matter: minutes should be a whole number; it is 'five'"),
        ("gans.md", "objectives: [say it]", "objectives: say it", "docs/gans.md:6: in the front matter: objectives should be a list, each text"),
        ("gans.md", "2026-11-20", "2026-13-20", "docs/gans.md:1: in the front matter: it is not YAML: month must be in 1..12"),
        ("gans.md", "minutes: 5", "minutes: 5\nalias: {gans: x}", "docs/gans.md:5: in the front matter: 'alias' is not known. Did you mean aliases?"),
        ("gans.md", "minutes: 5", "minutes: 5\naliases: [x]", "docs/gans.md:5: in the front matter: aliases should be `key: value` pairs, each text"),
        ("gans.md", "Text", "<<<<<<< HEAD\nText", "docs/gans.md:10: a merge left its mark <<<<<<< here; keep one of the two sides"),
        ("gans.md", "Text", "```quiz\nid: quiz-x\nquestion: 5\noptions:\n  - {text: a, why: b, right: true}\n  - {text: c, why: d}\n```\nText", "docs/gans.md:12: quiz: question should be text (in quotes, if YAML takes it for something else); it is 5"),
        ("gans.md", "Text", "```quiz\nid: quiz-x\nquestion: Q\noptions:\n  - {text: a, why: b, rigth: true}\n  - {text: c, why: d}\n```\nText", "docs/gans.md:13: quiz: the option 'a': 'rigth' is not known. Did you mean right?"),
        ("claims.yml", "  title: T", "  title: [", "docs/claims.yml:2: it is not YAML: "),
        ("claims.yml", "limits: L", "limits: 5", "docs/claims.yml:7: C9: limits should be text"),
        ("claims.yml", "limits: L", "limts: L", "docs/claims.yml:7: C9: 'limts' is not known. Did you mean limits?"),
        ("claims.yml", "references: [a2020x]", "references: a2020x", "docs/claims.yml:8: C9: references should be a list, each text"),
        ("claims.yml", "C9:", "C8: none\nC9:", "docs/claims.yml:1: C8: it should hold `key: value` lines with title, "),
        ("claims.yml", "C9:", ">>>>>>> theirs\nC9:", "docs/claims.yml:1: a merge left its mark >>>>>>> here; keep one of the two sides"),
        ("search.yml", "broad: ai\n", "", "docs/search.yml: it has no broad"),
        ("search.yml", "[big large]", "[big large, no]", "docs/search.yml:4: synonyms should be a list, each text"),
        ("search.yml", "[big large]", "[big", "docs/search.yml:4: it is not YAML"),
        ("results/gan.json", '{"judge"', '\n"judge"', "docs/results/gan.json:2: this is not JSON: Extra data; the run that wrote it writes it again"),
        ("results/gan.json", "{", "<<<<<<< HEAD\n{", "docs/results/gan.json:1: a merge left its mark <<<<<<< here; keep one of the two sides"),
        ("results/gan.json", '{"judge": {"mean": 0.984}}', "[0.984]", "docs/results/gan.json:1: this should hold the measures of one experiment by name"),
        ("glossary.md", "Explained in [GANs](gans.md#gans).", "", "docs/glossary.md:8: the term 'Generator' links to no section that explains it"),
        ("glossary.md", "### Generator", "### Generators { #term-generators data-also=\"generator\" }\n\nX [y](gans.md)\n\n### Generator", "docs/glossary.md:12: the spelling 'Generator' belongs to 'Generators' already"),
        ("gans.md", "Text", '**98.1 %**{ data-result="gan.judge.mean" } Text', "docs/gans.md:10: the text says 98.1 %, and gan.judge.mean is 98.4 %; `build.py numbers` puts it right"),
        ("gans.md", "Text", '**98.1 %**{ data-result="gan.jury.mean" } Text', "docs/gans.md:10: gan.jury.mean: gan.json has no 'jury' at this place (it has judge)"),
        ("gans.md", "Text", '**98.1 %**{ data-result="gam.judge" } Text', "docs/gans.md:10: gam.judge: there is no results file gam.json"),
    ],
)
def test_one_fault_one_finding(world, file, old, new, finding):
    text = (world / file).read_text("utf-8")
    assert old in text
    (world / file).write_text(text.replace(old, new, 1), "utf-8")
    found = said(world)
    assert [line for line in found if line.startswith(finding)], found
    assert len({line.split(": ")[0] for line in found}) == 1, f"only the broken place is named: {found}"


@pytest.mark.parametrize("file", ["claims.yml", "search.yml", "references.bib"])
def test_missing_data_is_said(world, file):
    (world / file).unlink()
    assert said(world) == [f"docs/{file}: this file is missing"]


def test_another_encoding_is_said(world):
    page = world / "gans.md"
    page.write_bytes(page.read_bytes().replace(b"Text", b"Caf\xe9"))
    assert said(world) == ["docs/gans.md:10: this is not UTF-8; save the file in this encoding"]


def test_front_matter_that_is_a_list_is_said(world):
    page = world / "gans.md"
    page.write_text(re.sub(r"(?s)^---.*?\n---", "---\n- T\n---", page.read_text("utf-8")), "utf-8")
    assert said(world) == ["docs/gans.md:1: in the front matter: it should hold `key: value` lines"]


def test_who_reports_nothing_ends_with_one_sentence(world):
    """Beside the checks too: numbers, the register and the preview read the same files."""
    (world / "results/gan.json").write_text("{", "utf-8")
    done = subprocess.run([sys.executable, "-c", f"from pathlib import Path; from scripts import content; content.result('gan.judge', Path({str(world / 'results')!r}))"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1 and re.fullmatch(r"\S+/docs/results/gan\.json:1: this is not JSON: .*\n", done.stderr)


def test_missing_glossary_is_said(world):
    shutil.copy(world / "glossary.md", world / "terms.md")
    (world / "glossary.md").unlink()
    assert "docs/glossary.md: there is no glossary" in said(world)
