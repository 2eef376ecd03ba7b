"""Adversarial examples: changes too small to mislead a person, chosen to mislead the classifier, and training against them.

Every pixel may change by at most ε (the largest change counts: the L∞ norm; pixels go from 0 to 1). Three ways to use that freedom:
* noise: each pixel up or down by ε at random,
* one step: each pixel up or down by ε, whichever raises the loss (fast gradient sign method, Goodfellow et al. 2015),
* many steps: small such steps from a random start, held within ε (projected gradient descent, PGD, Madry et al. 2018).

Three networks of one architecture (classifier.py), which differ only in what is done to each training batch: nothing, noise, or PGD
against the network as it is at that moment (adversarial training: no generator takes part).

A defence can look strong only because the attack is weak. So PGD is restarted and an image counts as read rightly only if every restart
fails; with a large ε it must break everything; and attacks made for another network must do less harm than attacks made for this one.
"""

import sys

import numpy as np
import torch
from torch.nn import functional as F

from scripts.train import digits, kit
from scripts.train.classifier import Classifier, accuracy, fit

NAME = "attack"
SEEDS = range(5)
SHIPPED = 0
TRAINED_AT, TRAINING_STEPS = 0.15, 4  # ε and steps of the attack in adversarial training
EPSILONS = (0.05, 0.10, 0.15, 0.30)
PGD_STEPS, RESTARTS = 20, 3


def gradient(model, images, labels):
    """(N, 64): how the loss of each image changes with each of its pixels."""
    images = images.detach().requires_grad_(True)
    loss = F.cross_entropy(model(images), labels, reduction="sum")
    return torch.autograd.grad(loss, images)[0]


def noisy(images, epsilon):
    return (images + epsilon * torch.sign(torch.rand_like(images) - 0.5)).clamp(0, 1)


def one_step(model, images, labels, epsilon):
    return (images + epsilon * gradient(model, images, labels).sign()).clamp(0, 1)


def many_steps(model, images, labels, epsilon, steps=PGD_STEPS):
    """Start anywhere within ε; in each step go up the loss by 2.5 ε / steps, then back to within ε and to real pixel values."""
    # --8<-- [start:attack]
    low, high = (images - epsilon).clamp(0, 1), (images + epsilon).clamp(0, 1)
    attacked = low + torch.rand_like(images) * (high - low)
    for _ in range(steps):
        attacked = attacked + 2.5 * epsilon / steps * gradient(model, attacked, labels).sign()
        attacked = attacked.maximum(low).minimum(high)
    # --8<-- [end:attack]
    return attacked


def add_noise(images, labels, model):
    return noisy(images, TRAINED_AT)


def add_attack(images, labels, model):
    model.eval()  # attack the network as it answers, without the chance of dropout
    attacked = many_steps(model, images, labels, TRAINED_AT, TRAINING_STEPS)
    model.train()
    return attacked


TRAINING = {"standard": None, "noise_trained": add_noise, "adversarial": add_attack}


@torch.no_grad()
def right(model, images, labels):
    return model(images).argmax(dim=1) == labels


def accuracy_under_attack(model, images, labels, epsilon):
    """Share of images that are read rightly after each of several PGD runs."""
    survives = torch.ones(len(images), dtype=torch.bool)
    for _ in range(RESTARTS):
        survives &= right(model, many_steps(model, images, labels, epsilon), labels)
    return float(survives.float().mean())


def evaluate(model, stranger, images, labels):
    """Every figure of one network. `stranger` is a standard network of another seed, for attacks that were not made for this one."""
    kit.seed_everything(0)
    figures = {"clean": accuracy(model, images, labels)}
    figures["noise_15"] = float(np.mean([accuracy(model, noisy(images, 0.15), labels) for _ in range(10)]))
    for epsilon in (0.10, 0.15):
        figures[f"fgsm_{epsilon * 100:02.0f}"] = accuracy(model, one_step(model, images, labels, epsilon), labels)
    for epsilon in EPSILONS:
        figures[f"pgd_{epsilon * 100:02.0f}"] = accuracy_under_attack(model, images, labels, epsilon)
    figures["pgd_50"] = accuracy_under_attack(model, images, labels, 0.50)
    figures["transfer_15"] = accuracy(model, many_steps(stranger, images, labels, 0.15), labels)
    return figures


def checks(figures):
    """What must hold if the gradients lead the attacks where they should (Athalye et al. 2018 name such signs). Returns name → bool."""
    mean = {key: value["mean"] for key, value in figures.items()}
    by_epsilon = [mean["clean"]] + [mean[f"pgd_{epsilon * 100:02.0f}"] for epsilon in EPSILONS] + [mean["pgd_50"]]
    return {
        "large_epsilon_breaks_everything": mean["pgd_50"] < 0.02,
        "more_epsilon_never_helps": all(more <= less + 0.005 for less, more in zip(by_epsilon, by_epsilon[1:], strict=False)),
        "many_steps_beat_one": mean["pgd_15"] <= mean["fgsm_15"],
        "own_gradients_beat_a_strangers": mean["pgd_15"] <= mean["transfer_15"],
        "attack_beats_noise": mean["pgd_15"] <= mean["noise_15"],
    }


def figure(models, images, labels):
    """Original, noise and attack of the same size: the first test image that only the attack makes the standard network misread,
    and that the adversarially trained network reads rightly even when it is attacked itself."""
    standard, adversarial = models["standard"], models["adversarial"]
    kit.seed_everything(SHIPPED)
    noise, attacked = noisy(images, TRAINED_AT), many_steps(standard, images, labels, TRAINED_AT)
    wanted = right(standard, images, labels) & right(standard, noise, labels) & ~right(standard, attacked, labels)
    wanted &= right(adversarial, many_steps(adversarial, images, labels, TRAINED_AT), labels)
    row = int(torch.nonzero(wanted)[0, 0])
    kit.sheet(torch.stack([images[row], noise[row], attacked[row]]), 3, kit.FIGURES / "attack.png")
    with torch.no_grad():
        sure = standard(torch.stack([images[row], noise[row], attacked[row]])).softmax(dim=1)
    best = sure.max(dim=1)
    return {"digit": int(labels[row]), "read": best.indices, "probability": best.values}


def trained(name, seed, data):
    """One network, trained in one of the three ways."""
    return fit(data.train_images, data.train_labels, seed, TRAINING[name])


def robust(model, images, labels):
    """The score by which weights are compared."""
    kit.seed_everything(0)
    return accuracy_under_attack(model, images, labels, TRAINED_AT)


def ship():
    data = digits.load()
    images, labels = torch.as_tensor(data.test_images), torch.as_tensor(data.test_labels)
    exact = {name: trained(name, SHIPPED, data) for name in ("standard", "adversarial")}
    models = {name: kit.stored(model) for name, model in exact.items()}
    kit.save_weights(
        NAME,
        {f"{name}.{key}": value for name, model in exact.items() for key, value in model.state_dict().items()},
        {
            "seed": SHIPPED,
            "split": "random",
            "score": robust(models["adversarial"], images, labels),
            "float32_score": robust(exact["adversarial"], images, labels),
            "score_of": "accuracy of the adversarially trained network under PGD, epsilon 0.15",
            "clean": {name: accuracy(model, images, labels) for name, model in models.items()},
        },
    )
    some, theirs = images[:8], labels[:8]
    with torch.no_grad():
        logits = {name: model(some) for name, model in models.items()}
    gradients = {name: gradient(model, some, theirs) for name, model in models.items()}
    kit.write_parity(NAME, {"images": some, "labels": theirs, "logits": logits, "gradients": gradients})
    figure(models, images, labels)


def report():
    data = digits.load()
    images, labels = torch.as_tensor(data.test_images), torch.as_tensor(data.test_labels)
    models = {(name, seed): trained(name, seed, data) for seed in SEEDS for name in TRAINING}
    results = {}
    for name in TRAINING:
        runs = [evaluate(models[name, seed], models["standard", (seed + 1) % len(SEEDS)], images, labels) for seed in SEEDS]
        results[name] = {key: kit.summary(run[key] for run in runs) for key in runs[0]}
    passed = {name: checks(figures) for name, figures in results.items()}
    for name, outcome in passed.items():
        for check in (check for check, holds in outcome.items() if not holds):
            print(f"{NAME}: {name} fails the check {check}: the attack may be weaker than it looks", file=sys.stderr)

    kit.write_results(
        NAME,
        question="How small a change misleads the classifier, and what does training against such changes buy and cost?",
        method="Convolutional network 8-16-32, 3,000 batches of 64, 5 seeds; no other change of the images. "
        "adversarial: trained on PGD with 4 steps at 0.15 in every batch. noise_trained: every pixel up or down by 0.15 at random. "
        "pgd_05 … pgd_50: accuracy on the 500 test images under PGD with 20 steps at 0.05 … 0.50; an image counts only if it survives "
        "3 random starts. fgsm: one step. noise_15: random signs, mean of 10 draws. transfer_15: PGD made for a standard network of "
        "another seed. checks: signs that the attacks are not weak by mistake.",
        command="python3 scripts/build.py train --seeds attack",
        seeds=SEEDS,
        limits="One attack, one norm, one small network, 8×8 pixels: 0.15 is 2.4 of 16 grey steps and can be seen. Robustness holds only "
        "near the size that was trained for. Gradient attacks bound the true robust accuracy from above.",
        epsilon_trained=TRAINED_AT,
        parameters=kit.parameter_count(Classifier()),
        **results,
        checks=passed,
        example=figure({name: models[name, SHIPPED] for name in TRAINING}, images, labels),
    )
