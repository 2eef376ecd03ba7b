"""requirements/train.txt, which `build.py lock` does not write, pins what its group in pyproject.toml asks for, and nothing else."""

import tomllib

from tests.conftest import ROOT


def test_the_pins_for_training_are_those_of_their_group():
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]["train"]
    pins = [line for line in (ROOT / "requirements/train.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert all("==" in pin for pin in pins) and pins == asked
