"""What authors may write beyond Markdown: tiny page in, exact HTML out."""

import pytest
from markdown import Markdown

from scripts import authoring, content
from tests.conftest import write

BIB = """
@article{ada2020first, author = {Lovelace, Ada}, title = {First}, year = {2020}, journal = {J}, doi = {10.1/x}, checked = {by hand}}
@article{bob2021second, author = {Noether, Emmy and Turing, Alan}, title = {Second}, year = {2021}, journal = {J}, doi = {10.1/y}, checked = {by hand}}
@article{team2022third, author = {G{\\"o}del, Kurt and B, C and D, E}, title = {Third}, year = {2022}, journal = {J}, volume = {7}, number = {2}, pages = {1--9}, eprint = {2201.00001}, checked = {by hand}}
"""
GLOSSARY = """# Glossary { #glossary }

### Generator { #term-generator data-also="generator network" }

The half of a GAN that makes things. It starts from noise.

### Large language model (LLM) { #term-llm data-also="LLMs" }

A model of text. Big.
"""
CLAIMS = """
C9:
  title: Two networks
  page: gans
  statement: Two networks train together.
  verdict: holds within limits
  evidence: They do [@ada2020first].
  limits: Not always.
  references: [ada2020first]
"""


@pytest.fixture
def convert(tmp_path, monkeypatch):
    write(tmp_path, {"references.bib": BIB, "glossary.md": GLOSSARY, "claims.yml": CLAIMS, "gans.md": "# G { #gans }\n\n[@bob2021second]\n"})
    monkeypatch.setattr(authoring, "DOCS", tmp_path)
    return lambda text: Markdown(extensions=["attr_list", "md_in_html", "pymdownx.superfences", "scripts.authoring"]).convert(text)


def test_citation_becomes_a_link_with_author_and_year(convert):
    assert convert("Shown [@ada2020first; @team2022third].") == (
        '<p>Shown <span class="cite">(<a href="references.md#ref-ada2020first">Lovelace 2020</a>; '
        '<a href="references.md#ref-team2022third">Gödel et al. 2022</a>)</span>.</p>'
    )


def test_unknown_citation_is_visible(convert):
    assert "unknown reference nobody1999" in convert("[@nobody1999]")


def test_citation_in_code_is_left_alone(convert):
    assert convert("`[@ada2020first]`") == "<p><code>[@ada2020first]</code></p>"


def test_first_use_of_a_term_is_linked_and_only_the_first(convert):
    html = convert("A generator and another generator.")
    assert html == (
        '<p>A <a class="term" href="glossary.md#term-generator" title="The half of a GAN that makes things.">generator</a> and another generator.</p>'
    )


@pytest.mark.parametrize("text", ["## The generator", "`generator`", "[generator](x.md)", "regenerators"])
def test_terms_in_headings_code_and_links_are_left_alone(convert, text):
    assert 'class="term"' not in convert(text)


def test_abbreviation_matches_in_capitals_only(convert):
    assert 'href="glossary.md#term-llm"' in convert("An LLM writes.")
    assert 'href="glossary.md#term-llm"' in convert("Two LLMs write.")
    assert 'class="term"' not in convert("An llm writes.")


def test_terms_after_an_inline_element_are_linked_in_order(convert):
    html = convert("Some *words* about a generator and an LLM here.")
    assert html.index("term-generator") < html.index("term-llm") and html.endswith("here.</p>")


def test_claim_box_has_a_heading_a_verdict_and_citations(convert):
    html = convert("{{ claim C9 }}")
    assert '<h3 id="claim-c9">Claim C9: Two networks</h3>' in html
    assert '<a class="verdict verdict-holds-within-limits" href="claims.md">◐ holds within limits</a>' in html
    assert 'href="references.md#ref-ada2020first"' in html


def test_directive_inside_a_fence_is_left_alone(convert):
    assert "{{ claim C9 }}" in convert("```\n{{ claim C9 }}\n```")


@pytest.mark.parametrize("kind", ["quiz", "chart", "guess", "sheets"])
def test_a_fence_of_ours_inside_another_fence_is_left_alone(convert, kind):
    html = convert(f"````markdown\n```{kind}\nid: x\n```\n\n{{{{ claims }}}}\n````\n\n{{{{ claim C9 }}}}")
    assert f"```{kind}" in html and "{{ claims }}" in html and "cannot be" not in html and 'id="claim-c9"' in html


@pytest.mark.parametrize("text", ["{{ claims }} for all", "{{ clams }}", "{{ claim C99 }}", "{{ claims C9 }}", "{{ claim }}"])
def test_what_is_no_directive_stays_as_it_is(convert, text):
    assert convert(text) == f"<p>{text}</p>"


def test_references_name_the_pages_that_cite_them(convert):
    html = convert("{{ references }}")
    assert '<li id="ref-bob2021second">Noether, E., Turing, A. (2021). <em>Second</em>. J. <a class="identifier" href="https://doi.org/10.1/y">doi:10.1/y</a>. Cited on: <a href="gans.md">gans</a>.' in html
    assert "J 7(2), 1–9. " in html and "arXiv:2201.00001" in html


def test_quiz_explains_every_option(convert):
    html = convert("```quiz\nid: quiz-x\nquestion: What?\noptions:\n  - {text: This, right: true, why: Because.}\n  - {text: That, why: No.}\n```")
    assert html.count("<details>") == 1 and html.count('<details data-verdict="right"') == 1 and "<strong>Right.</strong> Because." in html and "<strong>Not quite.</strong> No." in html


def test_broken_quiz_does_not_stop_the_preview(convert):
    assert "This quiz cannot be read" in convert("```quiz\nid: [\n```")


def test_first_sentence_drops_markdown():
    assert content.first_sentence("A *model* of [text](x.md). It is big.") == "A model of text."
