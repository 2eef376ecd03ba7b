"""The ledger: a tiny claim in, exact rows and faults out; and on the real site the box, the ledger and the data say the same."""

import json
import re

import pytest
from lxml import html

from scripts import content, ledger, numbers, sources
from tests.conftest import ROOT, write
from tests.test_sources import CLEAN

MEASURED = '  measured: Judged **98.4 % [97.1, 99.7]**{ data-result="gan.judge" }.\n  experiments: [gan]\n'
GAN = '{"question": "How | well?", "date": "2026-11-20", "seeds": [0, 1], "versions": {"python": "3.11.7"}, "command": "python3 scripts/build.py train gan", "judge": {"mean": 0.984, "values": [0.983, 0.985]}}'


@pytest.fixture
def docs(tmp_path):
    return write(tmp_path / "docs", {**CLEAN, "claims.yml": CLEAN["claims.yml"].replace("  limits: L\n", MEASURED + "  limits: L\n"), "results/gan.json": GAN})


def test_a_claim_leads_to_its_runs_and_the_runs_to_their_command(docs):
    claim = content.claims(docs / "claims.yml")["C9"]
    assert "(Runs: [gan](claims.md#result-gan).)" in ledger.claim_box(claim, docs)
    assert ledger.measurements(docs).splitlines()[2] == '| [C9](gans.md#claim-c9) | Judged **98.4 % [97.1, 99.7]**{ data-result="gan.judge" }. | [gan](#result-gan) | – |'
    assert ledger.results(docs).splitlines()[2] == "| [gan](results/gan.json){ #result-gan } | How &#124; well? | 2026-11-20 | 2 | `build.py train gan` | python 3.11.7 |"


def test_a_chart_of_the_runs_is_found_wherever_it_stands(docs):
    page = docs / "gans.md"
    page.write_text(page.read_text("utf-8") + "\n```guess\nid: guess-x\nchart:\n  id: fig-one\n  results: gan\n  title: One\n```\n\n```chart\nid: fig-two\nresults: gan\ntitle: Two\n```\n", "utf-8")
    assert ledger.charts_of(docs) == {"gan": [("fig-one", "gans", "One"), ("fig-two", "gans", "Two")]}


def test_an_interval_is_checked_like_a_number():
    figure = {"mean": .984, "sd": .01, "n": 2, "values": [.983, .985]}
    assert numbers.wording("98.4 % [97.1, 99.7]", figure) == "98.4 % [97.1, 99.7]" == numbers.wording("1.0 % [0, 0]", figure)
    assert numbers.wording("3.25 [1, 2]", {"mean": -3.5, "low": -4.001, "high": -3, "values": []}) == "−3.50 [−4.00, −3.00]"
    assert numbers.wording("1.0 points [0, 0]", {"mean": .048, "low": .029, "high": .068, "values": []}) == "4.8 points [2.9, 6.8]"
    with pytest.raises(ValueError, match="not a figure with an interval"):
        numbers.wording("1 [0, 2]", .5)


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("[97.1, 99.7]", "[97.2, 99.7]", "docs/claims.yml:7: the text says 98.4 % [97.2, 99.7], and gan.judge is 98.4 % [97.1, 99.7]; `build.py numbers` puts it right"),
        ("experiments: [gan]", "experiments: []", "docs/claims.yml:1: C9 shows numbers of 'gan', which is not among its experiments"),
        ("experiments: [gan]", "experiments: [gan, gam]", "docs/claims.yml:1: C9: there is no results file gam.json"),
        ("experiments: [gan]", "experiments: [gan]\n  demos: [gun]", "docs/claims.yml:1: C9: there is no demo 'gun'"),
        ('**98.4 % [97.1, 99.7]**{ data-result="gan.judge" }', "well", "docs/claims.yml:1: C9: what was measured holds no number marked data-result"),
    ],
)
def test_one_fault_one_sentence(docs, old, new, message):
    text = (docs / "claims.yml").read_text("utf-8")
    assert [str(finding) for finding in sources.check(docs)[0]] == [] and old in text
    (docs / "claims.yml").write_text(text.replace(old, new), "utf-8")
    assert [str(finding) for finding in sources.check(docs)[0]] == [message]


def test_box_ledger_and_data_of_every_claim_agree_on_the_site(site):
    words = lambda element: re.sub(r"\s+", " ", element.text_content()).strip()  # noqa: E731
    page = lambda name: html.parse(str(site / name / "index.html")).getroot()  # noqa: E731
    tables = page("claims").xpath("//table")
    rows = {table.xpath("string(.//th)"): {words(line[0]): [words(cell) for cell in line] for line in table.iter("tr") if line.find("td") is not None} for table in tables}
    assert set(rows) >= {"Claim", "Results"}
    listed = [{words(line[0]): [words(cell) for cell in line] for line in table.iter("tr") if line.find("td") is not None} for table in tables if table.xpath("string(.//th)") == "Claim"]
    judged, measured = listed
    known = content.claims(ROOT / "docs/claims.yml")
    assert list(judged) == list(known) and len(known) == 25
    for key, claim in known.items():
        box = page("" if claim.page == "index" else claim.page).xpath(f"//div[@class='claim'][.//*[@id='{claim.id}']]")[0]
        said = words(box)
        assert judged[key][2] == words(box.xpath(".//a[contains(@class, 'verdict')]")[0]) and claim.verdict in judged[key][2]
        assert judged[key][1] in said and judged[key][3] in said, key
        assert (key in measured) == bool(claim.measured) and (not claim.measured or measured[key][1] in said), key
    assert {path.stem.replace("_", " ") for path in (ROOT / "docs/results").glob("*.json")} == set(rows["Results"])
    for name in rows["Results"]:
        record = json.loads((ROOT / f"docs/results/{name.replace(' ', '_')}.json").read_text("utf-8"))
        assert rows["Results"][name][2] == record["date"], name
