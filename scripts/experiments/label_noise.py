"""Wrong labels and duplicates: what does bad data do to a classifier, and what to a generator?

Question: How much do wrong labels, and how much do duplicates, harm a classifier and a generator that learn from the same images?

Prediction: A classifier shrugs off wrong labels that are spread evenly: with two labels in five wrong it loses less than five points. A
generator does not: it draws a wrong digit at least as often as the labels were wrong. Duplicates do the reverse: ten images that make up
half of the training set cost the classifier less than two points, while the generator gives near-copies of those ten back.

Method: 1,297 training images. "Wrong labels": that percentage of labels, drawn at random, is replaced by another digit, drawn at random.
"Duplicates": that percentage of the images is replaced by copies of ten images, one of each digit, drawn by the seed. Classifiers: the
convolutional network of the site (600 batches of 64), nearest neighbour, the full Gaussian read by Bayes' rule. Generators: the full
Gaussian, and the conditional autoencoder of the site with 1,500 steps instead of 4,000. Accuracy is on the 500 test images with their right
labels; the generators draw 1,000 images. "Copies of the ten" is the share of drawn images that are nearer to one of the ten than 99 % of
the test images are to any training image. Eight seeds.

Limits: Wrong labels are uniform and independent. Systematic ones (every 4 called a 9) are learnt by any model, and were not measured.
Training is short: a larger network trained for longer could learn the wrong labels by heart and lose more. Duplicates are exact copies; a
near-duplicate set, as web crawls hold, is not tried.
"""

import numpy as np

from scripts.experiments import scores, side_by_side
from scripts.experiments.experiment import Experiment
from scripts.train import bayes, classifier, digits, measures, vae

GENERATOR_STEPS = 1500


def spoilt(data, fault, percent, seed):
    """The Split with its training half spoilt, and the ten images that were copied (10, 64)."""
    dice = np.random.default_rng(seed)
    ten = np.array([dice.choice(np.flatnonzero(data.train_labels == digit)) for digit in range(10)])
    if fault == "wrong_labels":
        return data._replace(train_labels=classifier.with_wrong_labels(data.train_labels, percent, seed)), data.train_images[ten]
    rows = np.arange(len(data.train_labels))
    replaced = dice.permutation(rows)[: round(len(rows) * percent / 100)]
    rows[replaced] = ten[np.arange(len(replaced)) % 10]
    return data._replace(train_images=data.train_images[rows], train_labels=data.train_labels[rows]), data.train_images[ten]


def of_generator(sample, model, seed, ten, data):
    """The scores of a generator, and how much it gives back of the ten images."""
    usual = np.percentile(measures.distances(data.test_images, data.train_images).min(1), 1)
    drawn = measures.rounded(sample(model, measures.asked_for(), 2000 + seed))
    return scores.of(sample, model, seed) | {"copies_of_ten": float((measures.distances(drawn, ten).min(1) < usual).mean())}


def run(seeds, model, fault, percent):
    data = digits.load()
    sets, tens = zip(*(spoilt(data, fault, percent, seed) for seed in seeds))
    pairs = [split[:2] for split in sets]
    if model == "cnn":
        networks = side_by_side.classifiers(seeds, pairs)
        return [{"accuracy": classifier.accuracy(network, data.test_images, data.test_labels)} for network in networks]
    if model == "nearest":
        return [{"accuracy": classifier.nearest_accuracy(*split)} for split in sets]
    if model == "vae":
        models = side_by_side.autoencoders(seeds, pairs, GENERATOR_STEPS)
        return [of_generator(vae.sample, one, seed, ten, data) for one, seed, ten in zip(models, seeds, tens)]
    fitted = [bayes.Gaussian.fit(images.astype(np.float64), labels, seed) for seed, (images, labels) in zip(seeds, pairs)]
    reading = [{"accuracy": bayes.classifier_accuracy(one, data.test_images, data.test_labels)} for one in fitted]
    return [read | of_generator(bayes.sample, one, seed, ten, data) for read, one, seed, ten in zip(reading, fitted, seeds, tens)]


def message(rows):
    def mean(name, measure):
        return 100 * rows[name][measure]["mean"]

    return (
        f"With 40 % of the labels wrong the network still reads {mean('cnn-wrong_labels-40', 'accuracy'):.1f} % of the test images "
        f"({mean('cnn-wrong_labels-0', 'accuracy'):.1f} % with none wrong), while the autoencoder draws the digit asked for in "
        f"{mean('vae-wrong_labels-40', 'judge_accuracy'):.0f} % of its images and the Gaussian in "
        f"{mean('gaussian-wrong_labels-40', 'judge_accuracy'):.0f} %; with half of the set copies of ten images the network reads "
        f"{mean('cnn-duplicates-50', 'accuracy'):.1f} %, and {mean('vae-duplicates-50', 'copies_of_ten'):.0f} % of the autoencoder's images "
        f"are near-copies of the ten."
    )


MODELS = {"cnn": "network", "nearest": "nearest neighbour", "gaussian": "full Gaussian", "vae": "conditional autoencoder"}
FAULTS = {"wrong_labels": "wrong labels", "duplicates": "copies of ten images"}
WRONG = {"cnn": (0, 20, 40, 50, 80), "nearest": (0, 20, 40, 60), "gaussian": (0, 20, 40, 60), "vae": (0, 20, 40)}

experiment = Experiment(
    __file__,
    run,
    together=True,
    arms=[{"model": model, "fault": "wrong_labels", "percent": percent} for model, percents in WRONG.items() for percent in percents]
    + [{"model": model, "fault": "duplicates", "percent": 50} for model in MODELS],
    seeds=range(8),
    measures={"accuracy": {"label": "test accuracy", "unit": "share", "better": "higher", "step": 0.002}}
    | scores.MEASURES
    | {"copies_of_ten": {"label": "near-copies of the ten copied images", "unit": "share", "better": "lower", "step": 0.002}},
    conditions={
        "model": {"label": "model", "values": MODELS},
        "fault": {"label": "fault", "values": FAULTS},
        "percent": {"label": "percentage of the training set"},
    },
    message=message,
    quick={
        "arms": [{"model": model, "fault": "wrong_labels", "percent": 40} for model in ("nearest", "gaussian", "cnn")],
        "seeds": [100, 101],
        "measures": ["accuracy", "judge_accuracy"],
    },
)
main = experiment.main

if __name__ == "__main__":
    raise SystemExit(main())
