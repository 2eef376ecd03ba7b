"""Random split against other writers: does it matter which images are kept for the test?

Question: How much of a classifier's test accuracy is owed to knowing the hands that wrote the test images?

Prediction: Every method reads the last 500 images, whose writers are mostly not in the training set, worse than 500 drawn at random; by two
points or more. Most of the loss is the unknown hand: with other images by the same hands in training, the very same images are read well.

Method: Rows of the data set stand in the order of writing. "Random" holds back 500 images drawn at random with the same share of each
digit. "Other writers" holds back the last 500 rows. The control "same images, hands known" tests on the same last 500 rows, half of them at
a time; the other half joins the training set, from which as many earlier rows are taken away, so that 1,297 images are learnt from each
time. The network is the small convolutional one of the page on supervised learning, 600 batches of 64, from five random starts. Nearest
neighbour, naive Bayes and the full Gaussian have no random start; in the control the seed chooses the halves and the rows taken away.
Differences are paired by seed.

Limits: One data set, one boundary between writers, and nobody recorded who wrote which row: the order of writing is all that is known. 500
test images: one is 0.2 points, and seeds do not vary the two held-back sets, so the intervals say nothing about other test images.
"""

import numpy as np

from scripts.experiments import side_by_side
from scripts.experiments.experiment import Experiment
from scripts.train import bayes, classifier, digits

CLASSICAL = {"naive_bayes": bayes.NaiveBayes, "gaussian": bayes.Gaussian}


def hands_known(data, seed):
    """Two Splits: train on one half of the last 500 rows and on 1,047 earlier ones, test on the other half."""
    dice = np.random.default_rng(seed)
    halves = np.array_split(dice.permutation(len(data.test_images)), 2)
    for tested, learnt in (halves, halves[::-1]):
        earlier = dice.permutation(len(data.train_images))[len(learnt) :]
        images = np.concatenate([data.train_images[earlier], data.test_images[learnt]])
        labels = np.concatenate([data.train_labels[earlier], data.test_labels[learnt]])
        yield digits.Split(images, labels, data.test_images[tested], data.test_labels[tested])


def accuracies(model, seeds, splits):
    """Test accuracy for each seed on its own Split."""
    if model == "cnn":
        networks = side_by_side.classifiers(seeds, [split[:2] for split in splits])
        return [classifier.accuracy(network, *split[2:]) for network, split in zip(networks, splits)]
    if model == "nearest":
        return [classifier.nearest_accuracy(*split) for split in splits]
    fitted = [CLASSICAL[model].fit(split.train_images.astype(np.float64), split.train_labels, seed) for seed, split in zip(seeds, splits)]
    return [bayes.classifier_accuracy(one, *split[2:]) for one, split in zip(fitted, splits)]


def run(seeds, model, test):
    if test == "hands_known":
        folds = zip(*(hands_known(digits.load("other_writers"), seed) for seed in seeds))
        found = np.mean([accuracies(model, seeds, splits) for splits in folds], axis=0)
    else:
        found = accuracies(model, seeds, [digits.load(test)] * len(seeds))
    return [{"accuracy": float(accuracy)} for accuracy in found]


def message(rows):
    loss = {model: -100 * rows[f"{model}-other_writers"]["gain"]["mean"] for model in MODELS}
    known = {model: 100 * rows[f"{model}-hands_known"]["gain"]["mean"] for model in MODELS}
    return (
        f"On the last 500 rows each method loses {min(loss.values()):.1f} to {max(loss.values()):.1f} points against the random split "
        f"(network: {loss['cnn']:.1f}); on the very same images, with other images by the same hands in training, the difference from the "
        f"random split is {min(known.values()):+.1f} to {max(known.values()):+.1f} points (network: {known['cnn']:+.1f})."
    )


MODELS = {"cnn": "network", "nearest": "nearest neighbour", "gaussian": "full Gaussian", "naive_bayes": "naive Bayes"}
TESTS = {"random": "random 500", "other_writers": "other writers", "hands_known": "same images, hands known"}

experiment = Experiment(
    __file__,
    run,
    together=True,
    arms=[{"model": model, "test": test} for model in MODELS for test in TESTS],
    seeds=range(8),
    unvaried=lambda arm: arm["model"] != "cnn" and arm["test"] != "hands_known",
    measures={
        "accuracy": {"label": "test accuracy", "unit": "share", "better": "higher", "step": 0.002},
        "gain": {"label": "accuracy − that on the random 500", "unit": "points", "better": "higher"},
    },
    conditions={"model": {"label": "method", "values": MODELS}, "test": {"label": "test images", "values": TESTS}},
    compare={"gain": ("accuracy", {"test": "random"})},
    message=message,
    quick={"arms": [{"model": "nearest", "test": "hands_known"}, {"model": "cnn", "test": "other_writers"}], "seeds": [100], "measures": ["accuracy"]},
)
main = experiment.main

if __name__ == "__main__":
    raise SystemExit(main())
