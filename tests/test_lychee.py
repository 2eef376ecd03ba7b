"""The second opinion agrees on a clean folder, sees faults, and can be absent."""

import pytest

from scripts import collect, links, lychee
from tests.conftest import write
from tests.test_links import CLEAN, here, page  # noqa: F401


def test_lychee_agrees_on_a_clean_folder_and_sees_faults(tmp_path):
    if lychee.program() is None:
        pytest.skip("lychee has no wheel for this platform")
    world = write(tmp_path / "site", CLEAN)
    assert lychee.opinion(links.checked(collect.read(world), None, None)) == ([], 11)
    body = '<a href="../aa/"></a>\n<a href="../a/#tow"></a>\n<a href="/a/"></a>\n<a href="https://e.org/repo/x/"></a>'
    write(world, {"b/index.html": page("b/", body)})
    faults, looked_at = lychee.opinion(links.checked(collect.read(world), None, None))
    assert sorted(map(str, faults)) == [
        "site/b/index.html:3: lychee: '/aa': File not found. Check if file exists and path is correct",
        "site/b/index.html:4: lychee: '/a#tow': Cannot find fragment",
        "site/b/index.html:5: lychee: '/a': File not found. Check if file exists and path is correct",
        "site/b/index.html:6: lychee: '/x/': File not found. Check if file exists and path is correct",
    ]
    assert looked_at == 15


def test_lychee_can_be_absent(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lychee, "program", lambda: None)
    assert lychee.run(None) == 0 and lychee.fetch(None) == 1
    assert capsys.readouterr().out.splitlines() == [
        "lychee: not available on this platform; its second opinion is left out.",
        "lychee: not available on this platform; links to other hosts were not fetched.",
    ]
