"""What every trainer shares: seeds, the summary of several runs, and the files that the site reads.

    docs/results/<name>.json               measured numbers                       write_results
    docs/demos/<name>/weights.safetensors.gz  what a demo loads, with its provenance  save_weights
    docs/demos/<name>/parity.json          what its JavaScript must reproduce      write_parity
    docs/figures/<name>.png                sheets of 8×8 images                    sheet

Weights are stored as int8 with one float16 scale for each row, vectors and what int8 would harm as float16. `as_stored` gives the
float32 numbers that a reader gets back from the file: parity samples and the published figures are computed with those, so that they
hold for what is shipped.
"""

import copy
import gzip
import hashlib
import json
import math
import os
import random
import re
import subprocess
import sys
from datetime import date
from importlib import metadata as packages
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load, save

from scripts import origins
from scripts.intervals import figure as summary  # noqa: F401  what several runs gave: mean, sd, n, 95 % interval, values

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
FIGURES = DOCS / "figures"
WEIGHTS = "weights.safetensors.gz"  # packed: hosts pack text on its way, but no file of numbers
MAX_WEIGHTS = 110_000  # bytes of a file of weights: what a page may load for one demo
PAPER, GAP = 255, 217  # grey values of a sheet


def seed_everything(seed):
    """Make a run repeatable: every source of chance starts from `seed`, and sums are made in one order (one thread)."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # or every new tensor is written twice: a twentieth of the time


@torch.no_grad()
def follow(behind, ahead, share):
    """Move the weights of one network a share of the way to another's: a running mean, when it is done at each step."""
    torch._foreach_lerp_(list(behind.parameters()), list(ahead.parameters()), share)


def parameter_count(model):
    return sum(parameter.numel() for parameter in model.parameters())


# Results


def rounded(value, digits=5):
    """The same nested value made of plain Python, its floats at `digits` significant digits. A number that is not finite is a fault."""
    if isinstance(value, dict):
        return {str(key): rounded(item, digits) for key, item in value.items()}
    if isinstance(value, torch.Tensor):
        value = value.detach().numpy()
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [rounded(item, digits) for item in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"not a number to publish: {value}")
        return float(f"{value:.{digits}g}")
    return value


def versions():
    """Versions of the packages that a result depends on, of those that this run has loaded."""
    modules = {"numpy": "numpy", "rdkit": "rdkit", "scikit-learn": "sklearn", "scipy": "scipy", "torch": "torch"}
    loaded = [name for name, module in modules.items() if module in sys.modules]
    return {"python": sys.version.split()[0], **{name: packages.version(name).split("+")[0] for name in loaded}}


def write_results(name, *, question, method, command, seeds, limits, prediction=None, **numbers):
    """Write docs/results/<name>.json: first what was asked (and foretold, before the first run) and how, then the numbers in the order given."""
    content = {
        "question": question,
        **({"prediction": prediction} if prediction else {}),
        "method": method,
        "command": command,
        "seeds": list(seeds),
        "date": date.today().isoformat(),
        "versions": versions(),
        "limits": limits,
        **numbers,
    }
    text = json.dumps(rounded(content), indent=2, ensure_ascii=False)
    flat_list = re.compile(r"\[[^\[\]{}\"]*\]")  # lists of numbers stand on one line
    text = flat_list.sub(lambda found: "[" + ", ".join(found[0][1:-1].replace(",", " ").split()) + "]", text)
    return write(DOCS / "results" / f"{name}.json", text + "\n")


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    print(f"wrote {path.relative_to(DOCS.parent)}, {path.stat().st_size:,} bytes", file=sys.stderr, flush=True)
    return path


# Weights


def encode(tensors, exact=()):
    """The tensors as they go into the file. Row r of a matrix W is W[r] × W.scale[r], W in int8; vectors stay float16, and so does
    whatever has a name that starts like one of `exact`."""
    stored = {}
    for name, tensor in tensors.items():
        tensor = torch.as_tensor(tensor).detach().float().contiguous()
        if tensor.dim() < 2 or name.startswith(tuple(exact)):
            stored[name] = tensor.half()
            continue
        scale = (tensor.flatten(1).abs().amax(1) / 127).clamp(min=1e-6).half()
        by_row = scale.float().view(-1, *[1] * (tensor.dim() - 1))
        stored[name], stored[f"{name}.scale"] = (tensor / by_row).round().clamp(-127, 127).to(torch.int8), scale
    return stored


def decode(stored):
    """float32 tensors from what `encode` made: the arithmetic that a reader of the file does."""
    tensors = {}
    for name, tensor in stored.items():
        if tensor.dtype == torch.int8:
            tensor = tensor.float() * stored[f"{name}.scale"].float().view(-1, *[1] * (tensor.dim() - 1))
        if not name.endswith(".scale"):
            tensors[name] = tensor.float()
    return tensors


def as_stored(tensors, exact=()):
    """The float32 tensors that a reader of the file gets."""
    return decode(encode(tensors, exact))


def stored(model):
    """A copy of a model with the weights that a reader of the file gets."""
    reader = copy.deepcopy(model)
    reader.load_state_dict(as_stored(model.state_dict()))
    return reader.eval()


def load_weights(name):
    """(tensors, metadata) of docs/demos/<name>/weights.safetensors.gz."""
    content = gzip.decompress((DOCS / "demos" / name / WEIGHTS).read_bytes())
    return decode(load(content)), origins.head(content)[0]["__metadata__"]


def provenance(name):
    """Which code made the weights: the commit it started from, and the trainer's file with its hash as it was when it ran."""
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    trainer = Path(__file__).with_name(f"{name}.py")
    return {
        "commit": commit or "before the first commit",
        "trainer": trainer.name,
        "trainer_sha256": hashlib.sha256(trainer.read_bytes()).hexdigest(),
        "date": date.today().isoformat(),
    }


def save_weights(name, tensors, metadata, exact=()):
    """Write docs/demos/<name>/weights.safetensors.gz and return the tensors as a reader gets them.

    `metadata` says where the weights come from. Required: "seed", "split", "score" (a number, higher is better: give an error or a
    distance with a minus sign), "float32_score" (the same before the weights were rounded for the file) and "score_of" (what the score
    is). Everything else is kept too, as text. `exact`: see `encode`.
    Weights whose recorded score is better are not overwritten, unless TRAIN_FORCE=1 says so; other machines round otherwise, so two parts
    in a thousand do not count.
    """
    path = DOCS / "demos" / name / WEIGHTS
    missing = {"seed", "split", "score", "float32_score", "score_of"} - metadata.keys()
    if missing:
        raise ValueError(f"{name}: metadata lacks {', '.join(sorted(missing))}")
    if path.exists() and os.environ.get("TRAIN_FORCE") != "1":
        before = load_weights(name)[1] or {}
        if float(before.get("score", "-inf")) > metadata["score"] + 0.002 * abs(metadata["score"]):
            sys.exit(
                f"{path.relative_to(DOCS.parent)} holds better weights: {before['score_of']} {before['score']}, "
                f"now {metadata['score']:.5g}. Nothing was written. With --force they are replaced."
            )
    stored = encode(tensors, exact)
    numbers = sum(tensor.numel() for name, tensor in stored.items() if not name.endswith(".scale"))
    notes = {"model": name, "parameters": numbers, **provenance(name), **metadata}
    text = {key: value if isinstance(value, str) else json.dumps(rounded(value)) for key, value in notes.items()}
    content = gzip.compress(in_order(save(stored, metadata=text)), 9, mtime=0)
    if len(content) > MAX_WEIGHTS:
        sys.exit(f"{name}: {len(content):,} bytes of weights; a page may load {MAX_WEIGHTS:,}")
    write(path, content)
    return decode(stored)


def in_order(content):
    """The same safetensors file with its notes sorted: the library writes them in any order, we want the same bytes each time."""
    header, start = origins.head(content)
    notes = dict(sorted(header.pop("__metadata__").items()))
    text = json.dumps({"__metadata__": notes, **header}, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + content[start:]


def write_parity(name, samples):
    """Write docs/demos/<name>/parity.json: inputs and outputs of the model *with the stored weights*, which model.js must meet to 1e-4.

    `samples` is any nesting of dicts, lists, arrays and tensors; floats are kept at 7 significant digits.
    """
    text = json.dumps(rounded(samples, 7), separators=(",", ":"), ensure_ascii=False)
    return write(DOCS / "demos" / name / "parity.json", text + "\n")


# Figures


def sheet(images, columns, path):
    """Write 8×8 images, (N, 64) in 0..1, as one PNG: dark ink on paper, one image pixel per digit pixel, light grey gaps of one pixel."""
    images = np.asarray(images, dtype=np.float64).reshape(-1, 8, 8)
    rows = -(-len(images) // columns)
    canvas = np.full((rows * 9 + 1, columns * 9 + 1), GAP, dtype=np.uint8)
    for number, image in enumerate(images):
        top, left = number // columns * 9 + 1, number % columns * 9 + 1
        canvas[top : top + 8, left : left + 8] = np.round(PAPER * (1 - image.clip(0, 1)))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(canvas).save(path, optimize=True)
    print(f"wrote {path.relative_to(DOCS.parent)}, {canvas.shape[1]}×{canvas.shape[0]} px", file=sys.stderr, flush=True)
    return path
