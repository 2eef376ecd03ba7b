"""Every kind of file × every place: found and named as a person would, moved, and corrected in a copy in which nothing else differs."""

import io
import warnings
from urllib.parse import unquote_to_bytes

import docx
import pptx
import pytest

from scripts.material.__main__ import check
from scripts.material.judge import FINE, MOVED
from tests.material import cases, world
from tests.material.conftest import corrected


@pytest.mark.parametrize("case", cases.CASES, ids=str)
def test_case(case, judge, tmp_path):
    data = case.make(world.OLD)
    (tmp_path / case.name).write_bytes(data)
    outcome = check(tmp_path / case.name, judge, fix=True, replace=False)
    moved = [found for found in outcome.found if found.place != "document, Base"]
    assert [(found.place, found.verdict.kind) for found in moved] == [(case.place, MOVED)]
    assert moved[0].verdict.new == world.NEW
    assert not outcome.unread, outcome.remarks
    assert (tmp_path / case.name).read_bytes() == data
    assert bool(outcome.copy) == case.fixed
    if case.fixed:
        copy = corrected(outcome)
        again = check(tmp_path / outcome.copy, judge, fix=False, replace=False)
        assert [(found.verdict.kind, found.address) for found in again.found if found.place != "document, Base"] == [(FINE, world.NEW)]
        if case.parts:
            assert world.differing(data, copy) == case.parts
        elif case.name.endswith(".pdf"):
            assert copy.startswith(data)
        else:
            assert same(copy) == same(case.make(world.NEW))
        opened(case.name, copy)


def same(data: bytes) -> bytes:
    """Two ways to write one address: JSON may put a backslash before a slash, a query may carry an address with % or without."""
    return unquote_to_bytes(data.replace(b"\\/", b"/"))


def opened(name: str, data: bytes) -> None:
    """The copy opens in the library for its kind."""
    with warnings.catch_warnings(action="ignore"):
        if name.endswith((".pptx", ".pptm")):
            assert len(pptx.Presentation(io.BytesIO(data)).slides) == 3
        elif name.endswith((".docx", ".docm")):
            docx.Document(io.BytesIO(data))
