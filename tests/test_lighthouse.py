"""Lighthouse (as a phone) scores every page above what a plain Material site with one diagram scores: 92, 96, 91.

Its fourth score, performance, depends on the machine: `build.py bench pages` measures it beside a plain page.
"""

import pytest

from scripts import bench_pages

ABOVE = {"accessibility": 0.92, "best-practices": 0.96, "seo": 0.91}
FEW = ["", "families/", "glossary/"]  # the home page, and the two heaviest


def faults(address: str, names: list[str]) -> list[str]:
    """The categories in which a page is not above the plain site, with the audits that failed."""
    found = []
    for name in names:
        report = bench_pages.audit(address + name, ABOVE)
        failed = [audit["id"] for audit in report["audits"].values() if audit["score"] is not None and audit["score"] < 0.9]
        scores = {category: report["categories"][category]["score"] or 0 for category in ABOVE}
        found += [f"{name or 'home'}: {category} {scores[category]} ({', '.join(failed)})" for category, least in ABOVE.items() if scores[category] <= least]
    return found


def test_the_heaviest_pages_score_above_a_plain_site(programs, address):
    assert faults(address, FEW) == []


@pytest.mark.slow
def test_every_page_scores_above_a_plain_site(programs, address, pages):
    assert faults(address, pages) == []
