"""Training runs that are not done twice (scripts/train/runs.py), and weights that are not made worse, tried with a tiny model in one process.
It needs PyTorch, which no other test does: without .venv-train it is skipped."""

import json
import os
import subprocess

import pytest

from tests.conftest import ROOT

PYTHON = ROOT / ".venv-train" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
TRIAL = """
import json, os, pathlib, sys, time, types
import torch
from scripts.train import kit, language, runs
folder, found, began = pathlib.Path(sys.argv[1]), {}, []
stop_at = None

@runs.once
def train(seed, rate):
    began.append(rate)
    kit.seed_everything(seed)
    model, noted, total = torch.nn.Linear(3, 1), {}, torch.zeros(1)
    optimiser = torch.optim.Adam(model.parameters(), rate)
    for step in runs.steps(20, "tiny", model, optimiser, noted, total):
        if step == stop_at:
            raise KeyboardInterrupt
        loss = (model(torch.rand(8, 3)) - 1).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        noted[step] = float(loss)
        total += loss.detach()
    return [model.weight.tolist(), noted, float(total)]

runs.CACHE = folder / "whole"
whole = train(0, 0.1)
found["read back"] = train(0, 0.1) == whole and len(began) == 1
train(0, 0.2)
found["other arguments"] = len(began) == 2
os.environ["TRAIN_CLEAN"] = str(time.time() + 1)
found["clean"] = train(0, 0.1) == whole and len(began) == 3
del os.environ["TRAIN_CLEAN"]

runs.CACHE, runs.EVERY, stop_at = folder / "cut", -1, 12
try:
    train(0, 0.1)
except KeyboardInterrupt:
    found["left"] = [path.suffix for path in runs.CACHE.iterdir()]
stop_at = 5  # a run that starts again from nothing would stop here
found["goes on"] = train(0, 0.1) == whole and [path.suffix for path in runs.CACHE.iterdir()] == [".pt"]

class Alike(torch.nn.Module):  # a model of language that finds all tokens equally likely but for a bias
    def __init__(self):
        super().__init__()
        self.bias = torch.nn.Parameter(torch.zeros(3))

    def forward(self, tokens):
        return self.bias.expand(*tokens.shape, 3)

@runs.once
def watched():
    noted = {}
    def watch(step, model):
        if step == stop_at:
            raise KeyboardInterrupt
        noted[step] = float(model.bias[0])
    language.train(Alike(), lambda: (torch.zeros(2, 4, dtype=torch.long), torch.ones(2, 3)), 4, "alike", watch=watch, noted=noted)
    return noted

stop_at = 3
try:
    watched()
except KeyboardInterrupt:
    stop_at = 1
found["notes survive"] = list(watched())

def made(body):
    module = sys.modules["scripts.train.made"] = types.ModuleType("scripts.train.made")
    exec(body, module.__dict__)
    return runs.fingerprint([module.train])

base = "RATE = 1\\ndef helper(x):\\n    return x.real + RATE\\ndef train():\\n    return helper(2)\\ndef other():\\n    return 1\\n"
same = ["# words\\n" + base, base.replace("def helper(x):", "def helper(x):\\n    'words'"), base.replace("return 1", "return 2")]
changed = [base.replace("RATE = 1", "RATE = 2"), base.replace("real + RATE", "real - RATE"), base.replace("x.real", "x.imag"), base.replace("helper(2)", "helper(3)")]
found["same code"], found["other code"] = len({made(text) for text in [base, *same]}), len({made(text) for text in [base, *changed]})

kit.DOCS = folder / "docs"
notes = {"seed": 0, "split": "none", "score_of": "luck"}
try:
    for score in (0.5, 0.6, 0.4):
        kit.save_weights("gan", {"w": torch.eye(3)}, notes | {"score": score, "float32_score": score})
except SystemExit as refusal:
    found["refusal"] = str(refusal)
print(json.dumps(found))
"""


@pytest.mark.skipif(not (ROOT / ".venv-train" / "train.installed").exists(), reason="PyTorch is not here; build.py train brings it")
def test_runs_are_kept_and_go_on_and_worse_weights_are_refused(tmp_path):
    done = subprocess.run([PYTHON, "-c", TRIAL, tmp_path], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("refusal").endswith("luck 0.6, now 0.4. Nothing was written. With --force they are replaced.")
    assert found == {
        "read back": True, "other arguments": True, "clean": True, "left": [".unfinished"], "goes on": True, "same code": 1, "other code": 5, "notes survive": [1, 2, 3, 4],
    }
