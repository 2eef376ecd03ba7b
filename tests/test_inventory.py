"""objects.inv, proved by three consumers that are not ours: sphobjinv, Sphinx, and MkDocs with mkdocstrings and autorefs."""

import subprocess
import sys

import pytest

from scripts import catalogue
from tests.conftest import write

SPHINX_PAGE = """
Lesson
======

:ref:`gan-contest`, :ref:`our words <claim-c9>`, :term:`Accuracy`, :ref:`quiz-gan-sees`
"""
MKDOCS = """
site_name: Lesson
plugins:
  - autorefs
  - mkdocstrings:
      handlers: {python: {inventories: [{url: "ADDRESSobjects.inv", base_url: "ADDRESS", domains: [std]}]}}
"""


def test_sphobjinv_reads_every_entry(site):
    from sphobjinv import Inventory

    inventory = Inventory(str(site / "objects.inv"))
    labels = {thing.name: thing for thing in inventory.objects if thing.role == "label"}
    assert {entry.id: entry.address or "index.html" for entry in catalogue.entries(site)} == {name: thing.uri for name, thing in labels.items()}
    assert labels["gan-contest"].dispname == "Two networks, one contest"


def test_sphinx_refers_to_us(site, tmp_path):
    pytest.importorskip("sphinx")
    write(tmp_path, {
        "index.rst": SPHINX_PAGE,
        "conf.py": f"extensions = ['sphinx.ext.intersphinx']\nintersphinx_mapping = {{'us': ('https://us.example/site/', {str(site / 'objects.inv')!r})}}\n",
    })
    done = subprocess.run([sys.executable, "-m", "sphinx", "-n", "-W", "-q", "-b", "html", tmp_path, tmp_path / "out"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    built = (tmp_path / "out/index.html").read_text()
    for address in ("gans/#gan-contest", "gans/#claim-c9", "glossary/#term-accuracy", "gans/#quiz-gan-sees"):
        assert f'href="https://us.example/site/{address}"' in built
    assert "Two networks, one contest" in built and "our words" in built


def test_mkdocs_refers_to_us(address, tmp_path):
    pytest.importorskip("mkdocstrings")
    write(tmp_path, {"mkdocs.yml": MKDOCS.replace("ADDRESS", address), "docs/index.md": "# Lesson\n\n[the contest][gan-contest], [accuracy][term-accuracy]\n"})
    done = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "-f", tmp_path / "mkdocs.yml"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    built = (tmp_path / "site/index.html").read_text()
    assert f'href="{address}gans/#gan-contest"' in built and f'href="{address}glossary/#term-accuracy"' in built
