"""What the tests of the deck checker share: the judge over a small register, and what it says of some bytes."""

from pathlib import Path

import pytest

from scripts.material.__main__ import search_in, outcome_of
from scripts.material.judge import Judge
from scripts.material.register import Register
from scripts.material.report import Outcome
from tests.material import world
import json


@pytest.fixture(scope="session")
def pages(tmp_path_factory) -> Path:
    return world.built(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def judge() -> Judge:
    return Judge(Register(json.dumps(world.register()), "the register"))


@pytest.fixture(scope="session")
def judge_with_pages(pages) -> Judge:
    return Judge(Register(json.dumps(world.register()), "the register"), ["http://old.example.net/ai", "www.older.example.net"], pages)


@pytest.fixture
def ask(judge):
    """What is found in some bytes of a name."""
    return lambda name, data, by=judge: outcome_of(name, search_in(name, data, by), by)[0]


def corrected(outcome: Outcome) -> bytes:
    return Path(outcome.copy).read_bytes()
