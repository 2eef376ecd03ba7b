"""Recursive training: what becomes of generators that learn from generators?

Question: What happens to a generator over ten generations if each learns from what the one before it drew?

Prediction: Fed on its own output alone, a generator loses diversity in every generation and its Fréchet distance grows at least threefold
in ten, while the judge still reads nine digits in ten as asked: whoever only looks whether the digits are right does not notice. Keeping
all earlier images slows the drift but does not stop it within ten generations; keeping half of the diet real makes it level off.

Method: Generation 0 learns from the 1,297 training images and draws as many, with the same digits. "Replaced": each later generation learns
from the last drawn set alone. "Accumulated": from the real images and all sets drawn so far. "Half real": from 1,297 images, half of them
real, drawn anew each time, half from the last set. Two families that are fitted exactly or by EM, so that no budget of training steps
enters: one Gaussian with full covariance for each digit, and a mixture of four Gaussians for each in 16 directions of PCA. Images are
rounded to 17 grey levels, as real ones are. Eight seeds; in each generation 1,000 images are scored. For reference: 1,000 real images.

Limits: Small classical generators on small images; how fast a large model drifts is not measured here. The drift is the sum of three errors
that we do not separate: chance in a finite sample, what the family cannot express, and clipping to 0 … 16. Images are never selected:
people publish what they like, and that selection can slow the drift.
"""

import numpy as np

from scripts.experiments import scores
from scripts.experiments.experiment import Experiment
from scripts.train import bayes, digits, kit, measures

GENERATIONS = 10
SHOWN = 0  # the seed whose images are shown
FAMILIES = {"gaussian": "full Gaussian", "mixture": "Gaussian mixture"}
DIETS = {"replaced": "own output alone", "accumulated": "real + all output so far", "half_real": "half real, half output"}


def meal(diet, data, drawn, dice):
    """Images (N, 64) and labels (N,) that the next generation learns from; `drawn` are the sets drawn so far, with the labels of the data."""
    real, labels = data.train_images, data.train_labels
    if diet == "replaced":
        return drawn[-1], labels
    if diet == "accumulated":
        return np.concatenate([real, *drawn]), np.tile(labels, 1 + len(drawn))
    of_real = dice.permutation(len(real)) < len(real) // 2
    return np.where(of_real[:, None], real, drawn[-1]), labels


def sheet(model, family, diet, generation):
    """20 images by this generation, for which the same noise is used in all, so that one sees each image change."""
    images = measures.rounded(bayes.sample(model, np.tile(np.arange(10), 2), 7))
    kit.sheet(images, 10, kit.FIGURES / "recursion" / f"{family}-{diet}-{generation}.png")


def run(seed, family, diet):
    """The scores of generations 0 to 10."""
    if family == "real":
        return {"generation": 0} | scores.of_real_images(seed)
    kit.seed_everything(seed)
    data, dice = digits.load(), np.random.default_rng(seed)
    images, labels = data.train_images, data.train_labels
    drawn, rows = [], []
    for generation in range(GENERATIONS + 1):
        model = bayes.MODELS[family].fit(images.astype(np.float64), labels, seed)
        rows.append({"generation": generation} | scores.of(bayes.sample, model, 100 * seed + generation))
        if seed == SHOWN:
            sheet(model, family, diet, generation)
        drawn.append(measures.rounded(bayes.sample(model, data.train_labels, int(dice.integers(2**32)))))
        images, labels = meal(diet, data, drawn, dice)
    return rows


def message(rows):
    def course(name, measure, digits):
        return f"{rows[f'{name}-0'][measure]['mean']:.{digits}f} to {rows[f'{name}-{GENERATIONS}'][measure]['mean']:.{digits}f}"

    return (
        f"Fed on its own output, the Gaussian goes in ten generations from Fréchet distance {course('gaussian-replaced', 'frechet_distance', 0)} while "
        f"the judge's accuracy stays ({course('gaussian-replaced', 'judge_accuracy', 2)}) and diversity falls "
        f"({course('gaussian-replaced', 'diversity', 2)}); the mixture goes from {course('mixture-replaced', 'frechet_distance', 0)}, keeps its "
        f"diversity ({course('mixture-replaced', 'diversity', 2)}) and loses coverage ({course('mixture-replaced', 'coverage', 2)}) and accuracy "
        f"({course('mixture-replaced', 'judge_accuracy', 2)}); with all earlier images kept the Gaussian still drifts, from "
        f"{course('gaussian-accumulated', 'frechet_distance', 0)}, and with half real it levels off ({course('gaussian-half_real', 'frechet_distance', 0)})."
    )


experiment = Experiment(
    __file__,
    run,
    arms=[*({"family": family, "diet": diet} for family in FAMILIES for diet in DIETS), {"family": "real", "diet": "none"}],
    seeds=range(8),
    measures=scores.MEASURES | {"change": {"label": "Fréchet distance − that of generation 0", "unit": "", "better": "lower"}},
    conditions={
        "family": {"label": "generator", "values": FAMILIES | {"real": "1,000 real images"}},
        "diet": {"label": "learns from", "values": DIETS | {"none": "nothing"}},
        "generation": {"label": "generation"},
    },
    compare={"change": ("frechet_distance", {"generation": 0})},
    message=message,
    quick={
        "arms": [{"family": "gaussian", "diet": diet} for diet in DIETS],
        "seeds": range(100, 103),
        "measures": ["frechet_distance", "diversity"],
        "rows": [f"gaussian-{diet}-{GENERATIONS}" for diet in DIETS],
    },
)
main = experiment.main

if __name__ == "__main__":
    raise SystemExit(main())
