"""What a result was made from: weights, and results of others. Results keep a digest of each in "reads", so that the build notices when one has changed.

Standard library only.
"""

import gzip
import hashlib
import json
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
PROVENANCE = {"date", "versions", "command", "cpu_seconds"}  # of a results file: may change though all numbers stay


def head(content):
    """(what a safetensors file says of itself, {"__metadata__": notes, name of a tensor: its kind, shape and place, …}; where its numbers begin)."""
    start = 8 + int.from_bytes(content[:8], "little")
    return json.loads(content[8:start]), start


def digest(path):
    """Twelve hexadecimal digits for what a file of docs/ holds: results and weights without when and with what they were made, or any other file."""
    held = path.read_bytes()
    if path.parent.name == "results":
        held = json.dumps({name: value for name, value in json.loads(held).items() if name not in PROVENANCE}, sort_keys=True).encode()
    elif path.name.endswith(".safetensors.gz"):
        held = gzip.decompress(held)
        told, start = head(held)
        del told["__metadata__"]
        held = json.dumps(told, sort_keys=True).encode() + held[start:]
    return hashlib.sha256(held).hexdigest()[:12]


def reads(names, docs=None):
    """{name: digest} of files of docs/, as a results file keeps it."""
    return {name: digest((docs or DOCS) / name) for name in names}
