"""Stage: objects.inv, the table by which Sphinx, mkdocs-autorefs and mkdocstrings sites refer to our sections and terms by name.

Every entry of the catalogue is a label (`:ref:` in Sphinx, `[text][id]` in MkDocs); glossary entries are terms as well (`:term:`).
"""

import zlib
from pathlib import Path

from sphobjinv import DataObjStr, Inventory

from scripts import catalogue

PROJECT, VERSION = "Machine learning and generative AI", "1"


def run(site: Path) -> str:
    """In: the built site. Out: the same with objects.inv."""
    inventory = Inventory()
    inventory.project, inventory.version = PROJECT, VERSION
    for entry in catalogue.entries(site):
        address = entry.address or "index.html"
        inventory.objects.append(DataObjStr(name=entry.id, domain="std", role="label", priority="-1", uri=address, dispname=entry.title))
        if entry.kind == "term":
            inventory.objects.append(DataObjStr(name=entry.title, domain="std", role="term", priority="-1", uri=address, dispname="-"))
    head, text = inventory.data_file().split(b"zlib.\n", 1)
    (site / "objects.inv").write_bytes(head + b"zlib.\n" + zlib.compress(text, 9))
    return f"{inventory.count} names for other sites to refer to"
