"""Permanent links: the published list is as its schema says, and each short address is a small page that says where it leads."""

import json
import re

import jsonschema
import pytest
from lxml import html

from scripts import catalogue, permalinks
from scripts.catalogue import Entry

SITE = "https://example.org/x/"
SECTION = Entry("cats-sleep", "section", "cats", "How they “sleep” & dream", "Long.", "", ("nap",))
PRESET = Entry("preset-old-cat", "preset", "cats", "an old cat", "Try an old cat.", "", target="cats/?cat.age=19&cat.fur=1#demo-cat")


@pytest.fixture(scope="session")
def listed(site) -> dict:
    return json.loads((site / "permalinks.json").read_text("utf-8"))


def test_the_list_is_as_its_published_schema_says(site, listed):
    schema = json.loads((site / "permalinks.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(listed, schema, cls=jsonschema.Draft202012Validator)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**listed, "entries": [{**listed["entries"][0], "short": ""}]}, schema)


def test_the_list_holds_everything_that_has_an_address(site, listed):
    assert [entry["id"] for entry in listed["entries"]] == [entry.id for entry in catalogue.entries(site)]
    assert len(listed["entries"]) > 500


def test_every_short_address_is_a_small_page_that_says_where_it_leads(site, listed):
    faults = []
    for entry in listed["entries"]:
        path = site / "go" / entry["id"] / "index.html"
        tree = html.fromstring(path.read_bytes())
        leads = [tree.xpath("string(//a/@href)"), tree.xpath("string(//noscript/meta/@content)").removeprefix("0;url=")]
        if leads != ["../../" + entry["address"].removeprefix(listed["site"])] * 2 or not tree.xpath("string(//a)") or not tree.xpath("string(//title)"):
            faults.append(f"{entry['id']}: {leads}")
        if path.stat().st_size > permalinks.MOST:
            faults.append(f"{entry['id']}: {path.stat().st_size} bytes")
    assert faults == []


def test_a_forwarding_page_keeps_the_query_and_escapes_words():
    page = permalinks.forwarding(SECTION, SITE)
    assert '<script>location.replace("../../cats/"+location.search+"#cats-sleep")</script>' in page
    assert "<title>How they “sleep” &amp; dream</title>" in page and 'content="Long."' in page
    assert f'rel="canonical" href="{SITE}cats/"' in page
    assert re.search(r'location.replace\("../../cats/\?cat.age=19&cat.fur=1"\+location.search.replace\("\?","&"\)\+"#demo-cat"\)', permalinks.forwarding(PRESET, SITE))
    assert 'href="../../cats/?cat.age=19&amp;cat.fur=1#demo-cat"' in permalinks.forwarding(PRESET, SITE)
