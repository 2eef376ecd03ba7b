"""What is taken out of the theme's style sheet: rules all of whose selectors name unused parts, and nothing else."""

import re

from scripts import prune


def test_only_rules_that_can_match_nothing_go():
    css = ".a{x:1}.tabbed-set>label{x:2}.tabbed-labels,.a{x:3}[dir=rtl] .a,[dir=rtl] .b{x:4}@media print{.md-banner{x:5}.b{x:6}}:root{--md-admonition-icon--note:url('data:,<svg/>');--y:7}"
    assert prune.without_unused(css) == ".a{x:1}.tabbed-labels,.a{x:3}@media print{.b{x:6}}:root{--y:7}"


def test_no_page_uses_a_part_whose_rules_went(site, pages):
    for name in pages:
        used = {word for names in re.findall(r'class="([^"]*)"', (site / name / "index.html").read_text("utf-8")) for word in names.split()}
        assert [word for word in used if prune.UNUSED_PARTS.search("." + word)] == [], name
