"""What a result was made from: weights, and results of others. Results keep a digest of each in "reads", so that the build notices when one has changed.

Standard library only.
"""

import gzip
import hashlib
import json
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
PROVENANCE = {"date", "versions", "command", "cpu_seconds"}  # of a results file: may change though all numbers stay


def digest(path):
    """Twelve hexadecimal digits for what a file of docs/ holds: results and weights without when and with what they were made, or any other file."""
    held = path.read_bytes()
    if path.parent.name == "results":
        held = json.dumps({name: value for name, value in json.loads(held).items() if name not in PROVENANCE}, sort_keys=True).encode()
    elif path.name.endswith(".safetensors.gz"):
        held = gzip.decompress(held)
        start = 8 + int.from_bytes(held[:8], "little")
        tensors = {name: place for name, place in json.loads(held[8:start]).items() if name != "__metadata__"}
        held = json.dumps(tensors, sort_keys=True).encode() + held[start:]
    return hashlib.sha256(held).hexdigest()[:12]


def reads(names, docs=None):
    """{name: digest} of files of docs/, as a results file keeps it."""
    return {name: digest((docs or DOCS) / name) for name in names}


def outdated(docs):
    """(results file, file of docs/ that it was made from and that is another one now, the command that makes it again)."""
    for path in sorted((docs / "results").glob("*.json")):
        record = json.loads(path.read_text("utf-8"))
        for name, known in record.get("reads", {}).items():
            if not (docs / name).exists() or digest(docs / name) != known:
                yield path, name, record["command"]
