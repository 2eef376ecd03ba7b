"""Synthetic training data: do images drawn by a generator help a classifier that has few real ones?

Question: A classifier has N labelled images. Does it read better if a generator draws 2,000 more for it to learn from?

Prediction: Not if the generator learnt from the same N images: it holds nothing that they do not, so at no N does accuracy rise by a point,
and from 500 images on it falls. It helps at 20 images if the generator learnt from images without labels that the classifier has not used,
and about half of that gain needs no generator: labelling those images with the classifier's own guesses (pseudo-labels) gives it too. A
generator that secretly learnt from all labels looks like a triumph, and is an error of the experiment.

Method: A network with one hidden layer of 64 units learns from N images, as many of each digit, for 600 batches of 64; with further images,
half of each batch is drawn from them. The generator is the conditional autoencoder of the site, 1,200 steps. "Same N": it learns from the N
images. "Unlabelled too": it learns from all 1,297 training images; those beyond N get the label that the classifier trained on N images
guesses. Controls: the pseudo-labelled images themselves, without a generator; the N images moved, turned and thickened a little at each
showing (augmentation). "Leak": the generator learns from all 1,297 true labels. Eight seeds, which also choose the N images; gains are
paired by seed. The 500 test images are used for nothing else.

Limits: A small network and a small generator; a fixed recipe for all N, tuned for none; half synthetic was not varied. A larger generator
with outside data (text-to-image models, say) holds information that this one lacks: that is the leak's honest cousin, and is not measured
here.
"""

from functools import cache

import numpy as np
import torch
from torch import nn

from scripts.experiments import side_by_side
from scripts.experiments.experiment import Experiment
from scripts.train import classifier, digits, measures, vae

GENERATOR_STEPS = 1200
DRAWN = np.repeat(np.arange(10), 200)


def perceptron():
    """(N, 64) → (N, 10) logits, 4,810 parameters."""
    return nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))


def classifiers(seeds, *sources, **settings):
    return side_by_side.classifiers(seeds, *sources, make=perceptron, **settings)


def drawn_by(seeds, sets):
    """For each seed 2,000 images with labels, drawn by a generator that learnt from its set."""
    models = side_by_side.autoencoders(seeds, sets, GENERATOR_STEPS)
    return [(measures.rounded(vae.sample(model, DRAWN, 5000 + seed)), DRAWN) for seed, model in zip(seeds, models)]


@cache  # the same for every N
def leaked(seeds):
    data = digits.load()
    return drawn_by(seeds, [(data.train_images, data.train_labels)] * len(seeds))


def guessed(network, rows, data):
    """All training images with the classifier's guesses as labels, but the true ones where `rows` says that they are known."""
    with torch.no_grad():
        labels = network(torch.as_tensor(data.train_images)).argmax(1).numpy()
    labels[rows] = data.train_labels[rows]
    return data.train_images, labels


def run(seeds, size):
    """The accuracy of each way to add images, for each seed."""
    data = digits.load()
    rows = [digits.balanced_subset(data.train_labels, size, seed) for seed in seeds]
    real = [(data.train_images[own], data.train_labels[own]) for own in rows]
    base = classifiers(seeds, real)
    pseudo = [guessed(network, own, data) for network, own in zip(base, rows)]
    trained = {
        "real": base,
        "same": classifiers(seeds, real, drawn_by(seeds, real)),
        "unlabelled": classifiers(seeds, real, drawn_by(seeds, pseudo)),
        "pseudo": classifiers(seeds, real, pseudo),
        "moved": classifiers(seeds, real, change=classifier.move),
        "leak": classifiers(seeds, real, leaked(tuple(seeds))),
    }
    return [
        [{"added": added, "accuracy": classifier.accuracy(networks[number], data.test_images, data.test_labels)} for added, networks in trained.items()]
        for number in range(len(seeds))
    ]


def message(rows):
    def gain(size, added):
        found = rows[f"{size}-{added}"]["gain"]
        return f"{100 * found['mean']:+.1f} points ({100 * found['low']:+.1f} to {100 * found['high']:+.1f})"

    return (
        f"Images by a generator that learnt from the same N images change accuracy by {gain(20, 'same')} at N = 20 and by {gain(500, 'same')} at 500; "
        f"if it also learnt from unlabelled images, by {gain(20, 'unlabelled')} at 20, where their pseudo-labels alone give {gain(20, 'pseudo')}; "
        f"the leak would have shown {gain(20, 'leak')}."
    )


ADDED = {
    "real": "nothing",
    "same": "generator, same N images",
    "unlabelled": "generator, unlabelled images too",
    "pseudo": "pseudo-labelled images, no generator",
    "moved": "the N images moved",
    "leak": "generator that saw all labels (leak)",
}

experiment = Experiment(
    __file__,
    run,
    together=True,
    arms=[{"size": size} for size in (20, 100, 500)],
    seeds=range(8),
    measures={
        "accuracy": {"label": "test accuracy", "unit": "share", "better": "higher", "step": 0.002},
        "gain": {"label": "accuracy − that of real images alone", "unit": "points", "better": "higher", "step": 0.002},
    },
    conditions={"size": {"label": "labelled images"}, "added": {"label": "added", "values": ADDED}},
    compare={"gain": ("accuracy", {"added": "real"})},
    message=message,
    quick={"arms": [{"size": 20}], "seeds": range(100, 102), "measures": ["gain"]},
)
main = experiment.main

if __name__ == "__main__":
    raise SystemExit(main())
