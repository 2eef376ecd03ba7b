"""Scores that lie: what judge accuracy, Fréchet distance, coverage, diversity and near-copies say of honest and of dishonest generators.

Question: Is there one score that tells a good generator of digits from a copier, a collapsed one, one that pleases the judge, and a spoiled one?

Prediction: No. Judge accuracy passes the copier, the collapsed and the guided generator; choosing images by the judge lifts it and lowers
diversity, and a second judge sees only part of the gain. Fréchet distance and coverage pass the copier. Diversity passes the copier and is
fooled by grain. Near-copies catch the plain copier only. Blur and grain pass the judge and are caught by the Fréchet distance.
Noise made to please the judge passes it, and no other score.

Method: Every row is 1,000 images (500 for real_500), 100 of each digit asked for, from eight random starts, scored as on the page of generators
(measures.py) against the 500 test images. Real images are training images that are left out of those that may not be copied. The copier draws
training images; touched up, it changes their inked pixels a little; the collapsed generator draws for each digit the one training image
nearest to the digit's mean. Grain adds to real images normal noise of 0.15 (2.4 grey levels), blur mixes each pixel with its
neighbours (weights 1-2-1 both ways). Fooling images are noise, changed by at most 0.3 a pixel along the judge's gradient until it reads the
digit. Generators: naive Bayes and the GAN of the page, plain, and guided: of eight images for each digit asked
for, the one is kept for which the judge gives that digit the highest probability. A second judge, of the same design from another random start,
reads all images too (second_judge).

Limits: Two judges that learned from the same images share their blind spots, so the second understates what pleasing the first one costs.
Guiding by choice of eight is a mild form of guidance. The GAN is one trained network (the page's); its seeds vary the images drawn only.
"""

from functools import cache, partial

import numpy as np
import torch

from scripts.experiments.experiment import Experiment
from scripts.train import attack, bayes, digits, families, gan, kit, measures

SECOND_JUDGE = 4343
CHOICES = 8
GRAIN = 0.15
REACH, STEPS = 0.3, 20  # of the images that are made to please the judge


def blurred(images):
    """Each pixel mixed with its neighbours, weights 1-2-1 in both directions; beyond the edge is paper."""
    square = np.pad(images.reshape(-1, 8, 8), ((0, 0), (1, 1), (1, 1)))
    rows = (square[:, :-2] + 2 * square[:, 1:-1] + square[:, 2:]) / 4
    return ((rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]) / 4).reshape(-1, 64)


@cache
def generators():
    """{name: sample(labels, seed)}"""
    data, network = digits.load(), gan.Generator().eval()
    tensors = kit.load_weights("gan")[0]
    network.load_state_dict({name.removeprefix("generator."): part for name, part in tensors.items() if name.startswith("generator.")})
    plain = bayes.NaiveBayes.fit(data.train_images.astype(np.float64), data.train_labels, 0)
    return {"naive_bayes": partial(bayes.sample, plain), "gan": partial(gan.sample, network)}


@torch.no_grad()
def guided(sample, labels, seed):
    """Of eight images for each digit asked for, the one that the judge is surest of."""
    drawn = np.stack([measures.rounded(sample(labels, 100 * seed + choice)) for choice in range(CHOICES)])
    sure = measures.judge()(torch.as_tensor(drawn).flatten(0, 1)).softmax(1).view(CHOICES, len(labels), 10)
    best = sure[:, torch.arange(len(labels)), torch.as_tensor(labels)].argmax(0).numpy()
    return drawn[best, np.arange(len(labels))]


def fooling(labels, dice):
    """Noise, changed by at most 0.3 a pixel until the judge reads the digit: what an optimiser makes of a score and nothing else."""
    start = torch.as_tensor(dice.random((len(labels), 64)), dtype=torch.float32)
    images, wanted = start, torch.as_tensor(labels)
    for _ in range(STEPS):
        images = images - 2.5 * REACH / STEPS * attack.gradient(measures.judge(), images, wanted).sign()
        images = images.maximum(start - REACH).minimum(start + REACH).clamp(0, 1)
    return images.numpy()


def images_of(source, seed):
    """(images, the digits asked for, the images that may not be copied)."""
    data, asked, dice = digits.load(), measures.asked_for(), np.random.default_rng(seed)
    known = families.impostors(data, seed)
    real, labels, rest = known["real_1000"]
    known["grain"] = real + GRAIN * dice.standard_normal(real.shape), labels, rest
    known["blur"] = blurred(real), labels, rest
    if source in known:
        return known[source]
    if source == "fooling":
        return fooling(asked, dice), asked, data.train_images
    sample = generators()[source.removesuffix("_guided")]
    images = guided(sample, asked, 1_000 + seed) if source.endswith("_guided") else sample(asked, 1_000 + seed)
    return images, asked, data.train_images


def run(seed, source):
    images, labels, known = images_of(source, seed)
    row = measures.scores(images, labels, known=known)
    second = measures.judged(measures.rounded(images), SECOND_JUDGE)[0]
    return row | {"second_judge": float((second == labels).mean())}


def message(rows):
    read = {name: f"{row['judge_accuracy']['mean']:.3f}" for name, row in rows.items()}
    far = {name: f"{row['frechet_distance']['mean']:.1f}" for name, row in rows.items()}
    return (
        f"The judge passes the copier ({read['copier']}), the collapsed generator ({read['one_image']}), naive Bayes with chosen images "
        f"({read['naive_bayes_guided']}; without choice {read['naive_bayes']}) and noise made to please it ({read['fooling']}; a second judge reads "
        f"{rows['fooling']['second_judge']['mean']:.3f}); the Fréchet distance passes the copier ({far['copier']}; real images {far['real_1000']}) and "
        f"real images under wrong digits ({far['wrong_labels']}); choosing the GAN's images by the judge lifts judge accuracy from {read['gan']} to "
        f"{read['gan_guided']}, raises the distance from {far['gan']} to {far['gan_guided']} and lowers diversity from "
        f"{rows['gan']['diversity']['mean']:.2f} to {rows['gan_guided']['diversity']['mean']:.2f}; the same choice brings naive Bayes nearer, from "
        f"{far['naive_bayes']} to {far['naive_bayes_guided']}."
    )


SOURCES = {
    "real": "500 real images",
    "real_1000": "1,000 real images",
    "copier": "copier",
    "touched_up": "copier, touched up",
    "one_image": "collapsed: one image a digit",
    "wrong_labels": "real images, wrong digit",
    "grain": "real images with grain",
    "blur": "real images, blurred",
    "half_noise": "half copies, half noise",
    "fooling": "noise made to please the judge",
    "naive_bayes": "naive Bayes",
    "naive_bayes_guided": "naive Bayes, chosen by the judge",
    "gan": "GAN",
    "gan_guided": "GAN, chosen by the judge",
}
SHARE = {"unit": "share", "better": "higher", "step": 0.001}

experiment = Experiment(
    __file__,
    run,
    arms=[{"source": source} for source in SOURCES],
    seeds=range(8),
    reads=["demos/gan/weights.safetensors.gz"],
    measures={
        "judge_accuracy": {"label": "judge accuracy", **SHARE},
        "second_judge": {"label": "accuracy of a second judge", **SHARE},
        "frechet_distance": {"label": "Fréchet distance", "unit": "squared features", "better": "lower", "step": 0.01},
        "coverage": {"label": "coverage", **SHARE},
        "diversity": {"label": "diversity, real = 1", "unit": "ratio", "better": "neither"},
        "near_copies": {"label": "near-copies", "unit": "share", "better": "lower", "step": 0.001},
        "worst_digit_accuracy": {"label": "judge accuracy of the worst digit", **SHARE},
    },
    conditions={"source": {"label": "images", "values": SOURCES}},
    message=message,
    quick={
        "arms": [{"source": source} for source in ("copier", "one_image", "naive_bayes", "gan", "gan_guided")],
        "seeds": range(100, 102),
        "measures": ["judge_accuracy", "frechet_distance", "coverage", "diversity", "near_copies"],
    },
)
main = experiment.main

if __name__ == "__main__":
    raise SystemExit(main())
