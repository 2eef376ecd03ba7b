"""Faults in what authors write, for tests/test_faults.py and scripts/bench_links.py: as in tests/faults.py, on a copy of the project."""

from tests.faults import append, at, edit, faults, put

BIB, CLAIMS = "docs/references.bib", "docs/claims.yml"
BOOK = "@book{nobody1900x, author = {A, B}, title = {T}, year = {1900}, url = {https://example.com/}, checked = {by hand}"
LESSON = "---\ntitle: T\ndescription: D.\nreviewed: 2026-11-20\nminutes: 1\nobjectives: [say it]\n---\n"
QUIZ = "```quiz\nid: quiz-x\nquestion: Q\noptions:\n  - {text: a, why: b}\n  - {text: c, why: d}\n```"


def below(lines: int, change):
    """The place is so many lines below the one that is changed."""
    return lambda world: (lambda file, line: (file, line + lines))(*change(world))


IN_SOURCES = faults(
    reference_unknown=("unknown reference", "'nobody1900x'", put(1, "Text [@nobody1900x].")),
    reference_not_cited=("uncited reference", "is cited nowhere", append(BIB, BOOK + "}")),
    reference_not_checked=("incomplete reference", "has no checked", at(0, edit(BIB, r"^\s*checked = .*\n", ""))),
    bibliography_broken=("unreadable data", "not BibTeX", at(0, append(BIB, BOOK))),
    claim_unknown=("unknown claim", "'C99'", put(2, "{{ claim C99 }}")),
    claim_without_box=("claim without box", "should have one box", at(0, edit((r"^\{\{ claim C",), r"^\{\{ claim C.*", ""), file=CLAIMS)),
    claim_twice=("claim twice", "should have one box", at(0, put(3, "{{ claim C0 }}"), file=CLAIMS)),
    verdict_unknown=("unknown verdict", "'maybe'", at(0, edit(CLAIMS, "^  verdict: .*", "  verdict: maybe", 3))),
    heading_without_id=("heading without id", "no explicit id", put(5, "## Untitled")),
    heading_id_twice=("duplicate id across pages", "stands already at", lambda w: w.insert(6, f"## Again {{ #{w.anchor(1)} }}")),
    diagram_without_title=("diagram without title", "has no title", edit(("^```merm",), r"(^```merm(.*\n)*?) *accTitle.*\n", r"\1")),
    diagram_not_mermaid=("diagram not Mermaid", "cannot read", edit(("^```mermaid",), r"(^```mermaid\n(.*\n)*?.*)-->", r"\1--[")),
    quiz_without_answer=("broken quiz", "no option is marked", below(3, put(8, QUIZ))),
    quiz_not_yaml=("broken quiz", "not YAML", below(3, put(8, "```quiz\nid: quiz-x\nquestion: [\n```"))),
    quiz_in_other_types=("broken quiz", "question should be text", below(2, put(8, QUIZ.replace("question: Q", "question: 5")))),
    claims_not_yaml=("unreadable data", "it is not YAML", edit(CLAIMS, r"^  title: .*", "  title: [", 2)),
    claims_merged=("merge marks", "a merge left its mark <<<<<<<", edit(CLAIMS, r"^(?=C\d+:)", "<<<<<<< HEAD\n", 2)),
    claim_in_other_types=("unreadable data", "references should be a list", edit(CLAIMS, r"^  references: .*", "  references: a", 2)),
    results_not_json=("unreadable data", "this is not JSON", at(0, edit("docs/results/gan.json", r"\A\{", ""))),
    results_merged=("merge marks", "a merge left its mark >>>>>>>", at(0, append("docs/results/gan.json", ">>>>>>> theirs"))),
    chart_in_other_types=("broken chart", "x should be text", at(0, edit(("^```chart",), r"(^```chart\n(.*\n)*?x: )\S+", r"\1[5]"))),
    guess_in_other_types=("broken guess", "should be numbers", at(0, edit((r"^range: \{from: ",), r"^range: \{from: [^,]+", "range: {from: none"))),
    directive_in_a_sentence=("directive left as it is", "needs a line of its own", put(2, "{{ claims }} for all")),
    words_not_yaml=("unreadable data", "it is not YAML", at(0, edit("docs/search.yml", r"^synonyms:", "synonyms: ["))),
    words_lack_a_key=("unreadable data", "it has no synonyms", lambda w: (w.edit("docs/search.yml", r"^synonyms:\n(  - .*\n)*", "")[0], 0)),
    front_matter_a_list=("front matter", "it should hold `key: value` lines", at(1, edit(10, r"\A---\n(.*\n)*?---\n", "---\n- title\n---\n"))),
    front_matter_in_other_types=("front matter", "minutes should be a whole number", edit(10, "^minutes: .*", "minutes: few")),
    chart_of_nothing=("unknown results", "is not an experiment of results/", at(0, edit(("^```chart",), r"(^```chart\n(.*\n)*?results: )\S+", r"\1no_such"))),
    guess_of_nothing=("unknown results", "there is no results file no_such.json", at(0, edit(("^```guess",), r"(^```guess\n(.*\n)*?result: )\S+", r"\1no_such.mean"))),
    measure_unclaimed=("unclaimed runs", "is not among its experiments", at(0, edit(CLAIMS, r"^  experiments: \[(?!data)\w+.*", "  experiments: []"), file=CLAIMS)),
    results_outdated=("outdated results", "was made from another docs/", at(0, edit("docs/results/two_ways.json", r'(?<="results/pixels.json": ")\w+', "0"), file="docs/results/two_ways.json")),
    box_not_closed=("box not closed", "never closed", put(9, "/// note\nText")),
    myth_without_id=("myth without id", "needs an address", put(9, "/// myth | M\nText\n///")),
    picture_without_words=("picture without alt", "no alternative text", put(10, "![](figures/digits.png){ width=1 height=1 }")),
    term_without_link=("term without link", "links to no section", append("docs/glossary.md", "### Zebra { #term-zebra }\n\nAn animal.")),
    alias_of_nothing=("alias of nothing", "to have aliases", edit(("^aliases:",), r"(?<=\naliases:\n)", "  no-such: word\n")),
    front_matter_missing=("front matter", "lacks 'minutes'", at(1, edit(10, "^minutes: .*\n", ""))),
    number_stale=("stale number", "the text says", edit((r"\*\*\{[^}]*data-result",), r"\*\*[^*\n]+(?=\*\*\{[^}]*data-result)", "**12345")),
)

IN_BUILD = faults(  # what only MkDocs sees
    markdown_link=("dead Markdown link", "no-such.md", put(1, "[x](no-such.md)")),
    markdown_anchor=("dead Markdown anchor", "#no-such", put(2, "[x](gans.md#no-such)")),
    snippet=("unknown snippet", "no-such.py", put(4, '```python\n--8<-- "scripts/no-such.py"\n```')),
    navigation_entry=("dead navigation", "no-such.md", edit("mkdocs.yml", r"\bgans\.md", "no-such.md")),
    page_not_in_navigation=("page not in navigation", "extra.md", lambda w: w.add("docs/extra.md", LESSON + "# Extra { #extra }\n")),
)
