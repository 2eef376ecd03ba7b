"""What machines read: schema.org, citation tags, oEmbed, sitemap, Markdown copies, CITATION.cff. Each is held against somebody else's schema or reader."""

import json
import re
import subprocess
import sys
from urllib.request import urlopen

import pytest
from lxml import html as lxml_html

from scripts import content, dates, links
from tests.conftest import ROOT

START = links.site_address(ROOT / "mkdocs.yml")


def graph(site, page) -> dict:
    tree = lxml_html.parse(str(site / page / "index.html"))
    return {part["@type"]: part for part in json.loads(tree.xpath("string(//script[@type='application/ld+json'])"))["@graph"]}


def things(value):
    """Every object in a piece of JSON-LD that says its type."""
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        yield from things(inner)


def test_every_type_and_property_is_in_the_vocabulary(site):
    models = pytest.importorskip("msgspec_schemaorg.models")
    faults, seen = [], 0
    for page in content.page_order(ROOT / "mkdocs.yml"):
        for thing in things(list(graph(site, "" if page == "index" else page).values())):
            known = getattr(models, thing["@type"]).__struct_fields__
            faults += [f"{page}: {thing['@type']}.{name}" for name in thing if not name.startswith("@") and name not in known]
            seen += 1
    assert seen > 300 and faults == []


def test_a_lesson_says_what_it_teaches(site):
    lesson, quiz = graph(site, "gans")["LearningResource"], graph(site, "gans")["Quiz"]
    assert lesson["name"] == "Generative adversarial networks" and lesson["timeRequired"] == "PT9M" and len(lesson["teaches"]) == 4
    assert lesson["url"] == START + "gans/" and lesson["license"].endswith("/by/4.0/")
    sees = next(part for part in quiz["hasPart"] if part["text"].startswith("How does the generator get to know"))
    assert [answer["text"] for answer in sees["acceptedAnswer"]] == ["Through the discriminator, which has seen them"]
    assert len(sees["suggestedAnswer"]) == 2


def test_terms_and_data_sets_are_described(site):
    terms = graph(site, "glossary")["DefinedTermSet"]["hasDefinedTerm"]
    assert len(terms) == len(content.glossary(content.DOCS / "glossary.md")) and terms[0]["url"].startswith(START + "glossary/#term-")
    for page in ("data", "claims"):
        said = graph(site, page)["Dataset"]["distribution"]
        files = [part["contentUrl"] for part in (said if isinstance(said, list) else [said])]
        assert files and all((site / file.removeprefix(START)).is_file() for file in files)


def test_a_reference_manager_gets_a_web_page_with_author_and_date(site):
    """Zotero takes the item's type from DC.type and the fields from the Highwire tags (its translators "Embedded Metadata" and "RDF")."""
    tree = lxml_html.parse(str(site / "gans/index.html"))
    said = {meta.get("name"): meta.get("content") for meta in tree.xpath("//head/meta[@name]")}
    assert said["DC.type"] == "webpage" and said["citation_title"] == "Generative adversarial networks" and said["citation_author"]
    assert re.fullmatch(r"20\d\d/\d\d/\d\d", said["citation_publication_date"]) and said["citation_public_url"] == START + "gans/"
    assert "citation_journal_title" not in said


def test_a_consumer_of_oembed_finds_and_understands_every_demo(site, address):
    """micawber follows the link in the demo's own page, as a course platform would."""
    micawber = pytest.importorskip("micawber")
    for page in sorted(site.glob("embed/*/index.html")):
        link = lxml_html.parse(str(page)).xpath("string(//link[@type='application/json+oembed']/@href)")
        served = link.replace(START, address)
        with urlopen(served) as answer:
            assert "json" in answer.headers["content-type"]
        provider = micawber.Provider(served)
        said = provider.request(f"{START}embed/{page.parent.name}/")
        assert said["type"] == "rich" and said["version"] == "1.0" and said["title"] and f'src="{START}embed/{page.parent.name}/"' in said["html"]


def test_the_sitemap_has_the_day_of_each_page(site):
    text, days = (site / "sitemap.xml").read_text(), dates.page_dates()
    for name, day in days.items():
        assert re.search(rf"<loc>{re.escape(START + ('' if name == 'index' else name + '/'))}</loc>\s*<lastmod>{day}</lastmod>", text), name


def test_every_page_has_a_markdown_copy_whose_links_lead_somewhere(site):
    listed = re.findall(r"\]\((\S+?index\.html\.md)\)", (site / "llms.txt").read_text("utf-8"))
    assert len(listed) == len(content.page_order(ROOT / "mkdocs.yml"))
    for copy in listed:
        text = (site / copy.removeprefix(START)).read_text("utf-8")
        assert text.startswith("# ") and "<svg" not in text and "<script" not in text
        own = {found.partition("#")[0].partition("?")[0] for found in re.findall(rf"\]\(({re.escape(START)}[^)\s]*)", text)}
        assert [one for one in own if not (site / one.removeprefix(START)).exists()] == []
    quiz = (site / "gans/index.html.md").read_text("utf-8")
    assert "**A classifier**" in quiz and re.search(r"\*\*\d\d(\.\d)? %\*\*", quiz) and "The GAN loop: Random numbers go into the generator" in quiz


def test_the_citation_file_is_valid():
    pytest.importorskip("check_jsonschema")
    done = subprocess.run([sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.citation-file-format", str(ROOT / "CITATION.cff")], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
