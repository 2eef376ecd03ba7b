"""What the shipped classifier makes of drawings: digits drawn stroke by stroke, not in the data set and not written as in training.

The drawings are those of strokes.py. A test repeats the measurement in a browser, with the page's own code, and compares.
Read beside classifier.json, where the same drawings are given to networks that were trained in other ways.
"""

import numpy as np
import torch

from scripts import origins
from scripts.train import digits, kit, pen, strokes
from scripts.train.classifier import Classifier, drawings, probabilities

NAME = "drawings"


def share_of_each(read, labels):
    """For each digit, the share of its drawings that are read rightly."""
    return {digit: float(np.mean(read[labels == digit] == digit)) for digit in range(10)}


def ink(images):
    """How many of the 32×32 points are black: a check that drawings come out as dark as the data."""
    points = np.asarray(images).sum(axis=1) * 16
    return {"mean": float(points.mean()), "sd": float(points.std(ddof=1))}


def report():
    model = Classifier().eval()
    model.load_state_dict(kit.load_weights("classifier")[0])
    data = digits.load()
    images, labels = drawings()
    ways = sum(map(len, strokes.WAYS.values()))
    read = probabilities(model, torch.as_tensor(images)).argmax(axis=1)
    only_fitted = probabilities(model, torch.as_tensor(drawings(pen.fit_only)[0])).argmax(axis=1)
    kit.write_results(
        NAME,
        question="Does the classifier read drawings, or only what is like its data set?",
        method=f"{len(labels)} drawings: {ways} ways of writing, built from arcs and straight lines, {len(labels) // ways} times each with other slant, turn, "
        "width, size and shake; none of them was used in training. They are brought to 8×8 pixels by the steps by which the data set was made. only_fitted: "
        "centred and scaled, but not stretched, evened out and set upright. Weights as shipped.",
        command="python3 scripts/build.py train --seeds drawings",
        seeds=[1],
        reads=origins.reads([f"demos/classifier/{kit.WEIGHTS}"]),
        limits="The ways of writing were typed in by one author, and so were those used in training. Real hands are more varied than any "
        "such list.",
        drawings=len(labels),
        ways=ways,
        accuracy=float(np.mean(read == labels)),
        accuracy_of_each_digit=share_of_each(read, labels),
        accuracy_only_fitted=float(np.mean(only_fitted == labels)),
        ink_of_drawings=ink(images),
        ink_of_data=ink(np.concatenate([data.train_images, data.test_images])),
    )
