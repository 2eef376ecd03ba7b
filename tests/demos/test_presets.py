"""Presets whose words promise an outcome: with the weights as they are, it still comes out."""

import json
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

PROMISED = {  # preset: what the figure then says
    "attack-eight-to-one": "An 8, .* Standard network: noise does not mislead it, the attack misleads it: it reads a 1",
    "attack-one-step": "Standard network: noise does not mislead it, the attack does not mislead it",
    "attack-half-size": "Standard network: noise does not mislead it, the attack does not mislead it",
    "attack-both-fall": "the attack misleads it.*Trained with attacks: .*the attack misleads it",
    "attack-twice-size": "Trained with attacks: .*the attack misleads it",
    "attack-unchanged": "even unchanged",
    "stories-false-name": "The statement is false",
    "stories-reckless": "The grammar is broken",
    "gan-near-copy": r"The nearest training image, a 1, is 0\.[0-5]",
    "both-four": "Both say 4",
    "induction-changed": "two layers guess [^.]*, wrong",
}


@pytest.mark.parametrize("preset", PROMISED)
def test_a_preset_shows_what_its_words_promise(living, site, preset):
    listed = json.loads((site / "permalinks.json").read_text("utf-8"))["entries"]
    address = urlsplit(next(entry["address"] for entry in listed if entry["id"] == f"preset-{preset}"))
    name = address.fragment.removeprefix("demo-")
    figure = living(name, address.query, reduced_motion="reduce")
    expect(figure.page.locator(f"#demo-{name} [role=status]").first).to_have_text(re.compile(PROMISED[preset]))
