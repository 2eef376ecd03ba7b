"""Findings name the line that an author would open."""

import pytest

from scripts import links
from tests.conftest import write
from tests.test_links import here  # noqa: F401

DOCS = {
    "docs/gans.md": "# GANs { #gans }\n\nIn [one](nowhere.md).\n\n## Two { #gan-two }\n\n[x](other.md#gone) [@a2020x]\n\n{{ claim C9 }}\n",
    "docs/claims.yml": "C8:\n  title: T\nC9:\n  evidence: See [x](other.md).\n",
    "docs/references.bib": "@book{a2020x,\n url = {x}}\n",
    "mkdocs.yml": "nav:\n  - gans.md\n  - Old: old.md\n",
    "overrides/main.html": "\n<meta content=\"{{ base }}assets/preview.png\">\n",
    "docs/assets/site.css": "a {}",
}


@pytest.mark.parametrize(
    "body, place",
    [
        ('<a href="nowhere.md">', "docs/gans.md:3"),
        ('<h2 id="gan-two">2</h2><a href="../other/#gone">', "docs/gans.md:7"),
        ('<h2 id="gan-two">2</h2><a href="../references/#ref-a2020x">', "docs/gans.md:7"),
        ('<h2 id="gan-two">2</h2><a href="../not-in-the-text/">', "docs/gans.md:5"),  # the heading before it
        ('<h3 id="claim-c9">9</h3><a href="../other/">', "docs/claims.yml:4"),
        ('<h3 id="claim-c9">9</h3><a href="../not-in-the-text/">', "docs/claims.yml:3"),
        ('<h2 id="gan-two">2</h2><b id="gan-two"></b>', "docs/gans.md:5"),
        ('<h2 id="gan-two">2</h2><b id="not-in-the-text"></b><b id="not-in-the-text"></b>', "docs/gans.md:5"),
        ('<h2 id="gan-two">2</h2><aside><a href="../old/"></aside>', "mkdocs.yml:3"),
        ('</article><nav><a href="../old/"></nav>', "mkdocs.yml:3"),
        ('</article><nav><a href="#gan-two"></nav>', "docs/gans.md:5"),
        ('</article><img src="../assets/preview.png">', "overrides/main.html:2"),
        ('</article><nav><a href="../not-in-the-text/"></nav>', "site/gans/index.html:2"),
    ],
)
def test_findings_name_the_markdown(tmp_path, body, place):
    write(tmp_path, {**DOCS, "site/gans/index.html": f'<article><h1 id="gans">G</h1>\n{body}</article>'})
    findings, _ = links.check(tmp_path / "site", None, tmp_path / "docs")
    assert {f"{finding.file}:{finding.line}" for finding in findings} == {place}


def test_findings_in_404_name_its_template(tmp_path):
    template = {"overrides/404.html": "\n<a href=\"{{ 'lost/' | url }}\">", "site/404.html": '<a href="/lost/">'}
    write(tmp_path, {**DOCS, **template, "site/gans/index.html": '<h1 id="gans">G</h1>'})
    findings, _ = links.check(tmp_path / "site", None, tmp_path / "docs")
    assert [str(finding) for finding in findings] == ["overrides/404.html:2: href '/lost/' leads to no file."]


def test_a_page_that_was_not_built_from_docs_is_named_itself(tmp_path):
    write(tmp_path, {**DOCS, "site/gans/index.html": '<article><h1 id="other">G</h1>\n<a href="nowhere.md"></article>'})
    findings, _ = links.check(tmp_path / "site", None, tmp_path / "docs")
    assert [str(finding) for finding in findings] == ["site/gans/index.html:2: href 'nowhere.md' leads to no file."]
