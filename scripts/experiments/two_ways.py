"""Two ways with one model: reading digits and drawing them, with classical models and with one network body that has two heads.

Question: Can one model both read and draw? What does a network body gain or lose when it must do both? And with few labels, does the generative
or the discriminative way of reading learn faster (Ng & Jordan 2001)?

Prediction: Yes; the better a model fits p(image | digit), the better it reads, and the best generative readers match the network that was trained
to read. A body trained for both tasks reads within a point of one trained to read alone and draws as well as one trained to draw alone.
With 10 to 50 labels naive Bayes reads better than its discriminative counterpart, logistic regression; with 500 and more it is the other way.

Method: Every generative model reads by Bayes' rule: the digit under which the image is the most probable. Naive Bayes, full Gaussian, Gaussian
mixture and pixel transformer are those of their pages; the figures of the transformer are those of its trainer's five runs (pixels.json), not
repeated here. The body is a network of two hidden layers whose connections are masked so that the guess of each pixel's grey level depends on
the digit and on the pixels before it only (Germain et al. 2015, "MADE"); one head gives the chances of the 17 grey levels of each pixel, the
other those of the ten digits. It is trained to read, to draw, or for both at once (sum of the two losses), each with 700 batches of 64, from eight
random starts. The probe is a linear (ridge) classifier on the hidden layers of the body, which it leaves as they are; "untrained" is the probe's reference.
Few labels: subsets with equally many images of each digit; naive Bayes with one spread for each pixel, common to all digits, decides by a linear
rule just as logistic regression does, so the two differ in how they learn only; nearest neighbour is the reference.

Limits: Small models, one data set. Logistic regression is regularised (scikit-learn's default), which helps it with few labels. The masked body
reads pixels in one order and is neither the best reader nor the best drawer of this site. Training is equally long for all, so a body that does
both has spent as many batches on each task as the specialists.
"""

import json

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from torch import nn
from torch.nn import functional as F

from scripts.experiments.experiment import RESULTS, Experiment
from scripts.train import bayes, digits, kit, measures
from scripts.train.classifier import nearest_accuracy

PIXELS, LEVELS, WIDTH = 64, digits.GREY_LEVELS, 128
STEPS, BATCH, RATE, DROPOUT, FORGET = 700, 64, 3e-3, 0.2, 0.1  # FORGET: how often the drawer is not told the digit
ALL = 1297


class Masked(nn.Linear):
    """A linear map in which `mask` (out, in) cuts connections."""

    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask.float())

    def forward(self, units):
        return F.linear(units, self.weight * self.mask, self.bias)


class Body(nn.Module):
    """Two hidden layers and two heads. Hidden unit j knows the pixels up to its place; the head of pixel t listens to units before t."""

    def __init__(self):
        super().__init__()
        pixel, unit = torch.arange(PIXELS), torch.arange(WIDTH) % (PIXELS - 1)
        self.digit = nn.Linear(10, WIDTH, bias=False)  # all zeros: not told
        self.first, self.second = Masked(unit[:, None] >= pixel), Masked(unit[:, None] >= unit)
        self.levels = Masked((pixel[:, None] > unit).repeat_interleave(LEVELS, 0))
        self.told = nn.Linear(10, PIXELS * LEVELS, bias=False)  # what the digit says of a pixel before any other is seen
        self.read = nn.Linear(2 * WIDTH, 10)
        self.dropout = nn.Dropout(DROPOUT)

    def features(self, images, told):
        """(N, 64) pixels in 0..1 and one-hot digits (N, 10), or zeros → both hidden layers, (N, 256)."""
        first = F.relu(self.first(images) + self.digit(told))
        second = F.relu(self.second(self.dropout(first)))
        return torch.cat([first, second], 1)

    def level_logits(self, images, told):
        """Logits of each pixel's grey level from the digit and the pixels before it: (N, 64, 17)."""
        second = self.dropout(self.features(images, told)[:, WIDTH:])
        return (self.levels(second) + self.told(told)).view(-1, PIXELS, LEVELS)

    def digit_logits(self, images):
        return self.read(self.dropout(self.features(images, torch.zeros(len(images), 10))))


def one_hot(labels):
    return F.one_hot(torch.as_tensor(labels), 10).float()


def surprise(body, images, told):
    """−log p of every pixel of (N, 64) images, in nats: (N, 64)."""
    levels = (images * measures.GREY).round().long()
    return F.cross_entropy(body.level_logits(images, told).flatten(0, 1), levels.flatten(), reduction="none").view(-1, PIXELS)


def train(seed, task):
    """A body trained to "read", to "draw" or for "both"; "untrained" as it starts."""
    kit.seed_everything(seed)
    data, body = digits.load(), Body()
    images, labels = torch.tensor(data.train_images), torch.tensor(data.train_labels)
    optimiser = torch.optim.AdamW(body.parameters(), RATE, weight_decay=0.02, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=STEPS, pct_start=0.1)
    for _ in range(0 if task == "untrained" else STEPS):
        rows = torch.randint(len(images), (BATCH,))
        loss = torch.zeros(())
        if task in ("draw", "both"):
            told = one_hot(labels[rows]) * (torch.rand(BATCH, 1) > FORGET)
            loss = loss + surprise(body, images[rows], told).mean()
        if task in ("read", "both"):
            loss = loss + F.cross_entropy(body.digit_logits(images[rows]), labels[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return body.eval()


@torch.no_grad()
def likelihoods(body, images):
    """log p(image | digit) in nats of (N, 64) images, for each of the ten digits: (N, 10)."""
    images, told = torch.as_tensor(images), torch.eye(10)
    return -torch.stack([surprise(body, images, told[digit].expand(len(images), 10)).sum(1) for digit in range(10)], 1)


@torch.no_grad()
def draw(body, labels, seed):
    """Pixel after pixel, with the body's chances: digits (N,) → (N, 64) in 0..1."""
    dice, told, images = torch.Generator().manual_seed(seed), one_hot(labels), torch.zeros(len(labels), PIXELS)
    for pixel in range(PIXELS):
        own = slice(pixel * LEVELS, (pixel + 1) * LEVELS)  # of all logits, those of this pixel are enough
        second = body.features(images, told)[:, WIDTH:]
        weights = body.levels.weight[own] * body.levels.mask[own]
        chances = (F.linear(second, weights, body.levels.bias[own]) + told @ body.told.weight[own].T).softmax(1)
        images[:, pixel] = torch.multinomial(chances, 1, generator=dice)[:, 0] / measures.GREY
    return images.numpy()


@torch.no_grad()
def hidden(body, images):
    return body.features(torch.as_tensor(images), torch.zeros(len(images), 10)).numpy()


def drawn_scores(images):
    found = measures.scores(images, measures.asked_for())
    return {name: found[name] for name in ("judge_accuracy", "frechet_distance", "coverage", "diversity")}


def body_row(seed, task):
    data, body = digits.load(), train(seed, task)
    probe = RidgeClassifier().fit(hidden(body, data.train_images), data.train_labels)
    row = {"probe": float(probe.score(hidden(body, data.test_images), data.test_labels))}
    if task in ("read", "both"):
        with torch.no_grad():
            said = body.digit_logits(torch.as_tensor(data.test_images)).argmax(1).numpy()
        row["accuracy"] = float((said == data.test_labels).mean())
    if task in ("draw", "both"):
        known = likelihoods(body, data.test_images).numpy()
        row["by_likelihood"] = float((known.argmax(1) == data.test_labels).mean())
        row["bits_per_pixel"] = float(-known[np.arange(len(known)), data.test_labels].mean() / PIXELS / np.log(2))
        row |= drawn_scores(draw(body, measures.asked_for(), 1_000 + seed))
    return row


def classical_row(seed, model):
    data = digits.load()
    fitted = bayes.MODELS[model].fit(data.train_images.astype(np.float64), data.train_labels, seed)
    row = {"by_likelihood": bayes.classifier_accuracy(fitted, data.test_images, data.test_labels)}
    return row | drawn_scores(bayes.sample(fitted, measures.asked_for(), 1_000 + seed))


def transformer_row(seed):
    """What its trainer measured in the run of this seed; nothing if there was none."""
    found = json.loads((RESULTS / "pixels.json").read_text("utf-8"))
    names = {"by_likelihood": "classifier_accuracy", "bits_per_pixel": "bits_per_pixel"}
    names |= {name: name for name in ("judge_accuracy", "frechet_distance", "coverage", "diversity")}
    return [{name: found[source]["values"][seed] for name, source in names.items()}] if seed in found["seeds"] else []


def few_labels_row(seed, model, labels):
    data = digits.load()
    rows = digits.balanced_subset(data.train_labels, labels, seed)
    images, names = data.train_images[rows].astype(np.float64), data.train_labels[rows]
    if model == "nearest":
        return {"accuracy": nearest_accuracy(images, names, data.test_images, data.test_labels)}
    if model == "logistic":
        return {"accuracy": float(LogisticRegression(max_iter=1_000).fit(images, names).score(data.test_images, data.test_labels))}
    mean = np.stack([images[names == digit].mean(0) for digit in range(10)])
    spread = np.sqrt(((images - mean[names]) ** 2).mean(0) + bayes.ROUNDING**2)
    return {"accuracy": bayes.classifier_accuracy(bayes.NaiveBayes(mean, np.tile(spread, (10, 1))), data.test_images, data.test_labels)}


def run(seed, model, labels=ALL):
    if model.startswith("body_"):
        return body_row(seed, model.removeprefix("body_"))
    if model == "pixels":
        return transformer_row(seed)
    return classical_row(seed, model) if model in bayes.MODELS else few_labels_row(seed, model, labels)


def message(rows):
    both, read, drew = rows["body_both"], rows["body_read"], rows["body_draw"]
    pair = {labels: 100 * rows[f"linear_bayes-{labels}"]["over_logistic"]["mean"] for labels in SIZES}
    return (
        f"By likelihood alone, naive Bayes reads {rows['naive_bayes']['by_likelihood']['mean']:.1%}, the full Gaussian "
        f"{rows['gaussian']['by_likelihood']['mean']:.1%}, the pixel transformer {rows['pixels']['by_likelihood']['mean']:.1%}; one body trained for "
        f"both tasks reads {both['accuracy']['mean']:.1%} (trained to read alone {read['accuracy']['mean']:.1%}; to draw alone, by likelihood, "
        f"{drew['by_likelihood']['mean']:.1%}) and draws with {both['bits_per_pixel']['mean']:.2f} bits a pixel (to draw alone "
        f"{drew['bits_per_pixel']['mean']:.2f}); naive Bayes with common spreads differs from logistic regression by "
        + ", ".join(f"{gain:+.1f} points with {labels} labels".replace("-", "−") for labels, gain in pair.items())
        + "."
    )


SIZES = (10, 20, 50, 100, 200, 500, ALL)
LABELS = {
    "naive_bayes": "naive Bayes",
    "gaussian": "full Gaussian",
    "mixture": "Gaussian mixture",
    "pixels": "pixel transformer",
    "body_untrained": "body, untrained",
    "body_read": "body trained to read",
    "body_draw": "body trained to draw",
    "body_both": "body trained for both",
    "linear_bayes": "naive Bayes, common spread",
    "logistic": "logistic regression",
    "nearest": "nearest neighbour",
}
SHARE = {"unit": "share", "better": "higher", "step": 0.002}

experiment = Experiment(
    __file__,
    run,
    arms=[{"model": model} for model in LABELS if model not in ("linear_bayes", "logistic", "nearest")]
    + [{"model": model, "labels": labels} for model in ("linear_bayes", "logistic", "nearest") for labels in SIZES],
    seeds=range(8),
    reads=["results/pixels.json"],
    unvaried=lambda arm: arm.get("labels") == ALL,
    measures={
        "accuracy": {"label": "test accuracy as a classifier", **SHARE},
        "by_likelihood": {"label": "test accuracy by likelihood", **SHARE},
        "probe": {"label": "test accuracy of a probe on the hidden layers", **SHARE},
        "bits_per_pixel": {"label": "bits a pixel, test images", "unit": "bits", "better": "lower"},
        "judge_accuracy": {"label": "judge accuracy of what it draws", **SHARE},
        "frechet_distance": {"label": "Fréchet distance", "unit": "squared features", "better": "lower"},
        "coverage": {"label": "coverage", **SHARE},
        "diversity": {"label": "diversity, real = 1", "unit": "ratio", "better": "neither"},
        "over_logistic": {"label": "accuracy − that of logistic regression", "unit": "points", "better": "higher"},
        "both_gain": {"label": "accuracy − that of the body trained to read", "unit": "points", "better": "higher"},
        "bits_gain": {"label": "bits a pixel − those of the body trained to draw", "unit": "bits", "better": "lower"},
    },
    conditions={"model": {"label": "model", "values": LABELS}, "labels": {"label": "labels"}},
    compare={
        "over_logistic": ("accuracy", {"model": "logistic"}),
        "both_gain": ("accuracy", {"model": "body_read"}),
        "bits_gain": ("bits_per_pixel", {"model": "body_draw"}),
    },
    message=message,
    quick={
        "arms": [{"model": "body_both"}] + [{"model": model, "labels": 50} for model in ("linear_bayes", "logistic")],
        "seeds": range(100, 101),
        "measures": ["accuracy", "by_likelihood", "bits_per_pixel"],
    },
)
main = experiment.main

if __name__ == "__main__":
    raise SystemExit(main())
