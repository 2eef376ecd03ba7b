"""Filtering: clean a training set by machine, then train a generator on what is left.

Question: Does a generator draw better if a classifier or a clustering first removes the images whose labels look wrong, and what does the
filter remove that it should have kept?

Prediction: With one label in five wrong, the classifier finds more than nine wrong labels in ten and removes fewer than one right one in
twenty; the generator then draws nearly as well as on the set from which exactly the wrong ones are gone. Clusters do the same less well.
Removing as many at random does nothing. The right images that are removed are not a fair sample: unusual ways of writing go at least three
times as often as the rest, and some digits more than others.

Method: 20 % of the 1,297 labels are replaced by another digit, drawn at random. "Classifier": two networks, each trained on one half (500
batches), read the other half; an image stays if its label is what was read. "Clusters": k-means with 50 groups, without labels; an image
stays if its label is the commonest of its group. Controls: nothing removed; as many removed at random as the classifier removes; exactly
the wrong ones removed. On what is left a full Gaussian and the conditional autoencoder of the site (1,500 steps; not on the random control)
are trained, and draw 1,000 images. "Unusual" is the tenth of each digit's images with right labels that lies furthest from the digit's
mean. Eight seeds; differences are paired by seed.

Limits: Uniform wrong labels are the easy case: a filter cannot see errors that are systematic. The dirt, its share and the filters'
settings were chosen by us, and tuned for nothing. Real filters work on quality, language or taste, where right and wrong are opinions.
"""

from functools import cache

import numpy as np

from scripts.experiments import scores, side_by_side
from scripts.experiments.experiment import Experiment
from scripts.train import bayes, classifier, clusters, digits, vae

WRONG, GROUPS = 20, 50  # percent of the labels; groups of k-means
FILTER_STEPS, GENERATOR_STEPS = 500, 1500


def given_labels(data, seed):
    return classifier.with_wrong_labels(data.train_labels, WRONG, seed)


@cache
def read_by_others(seeds):
    """For each seed, what networks read in all training images (N,), each image read by the network that did not learn from it."""
    data, halves = digits.load(), []
    for seed in seeds:
        halves += np.array_split(np.random.default_rng(seed).permutation(len(data.train_labels)), 2)
    labels = [given_labels(data, seed) for seed in seeds for _ in range(2)]
    sets = [(data.train_images[half], given[half]) for half, given in zip(halves, labels)]
    networks = side_by_side.classifiers(range(len(sets)), sets, steps=FILTER_STEPS)
    read = np.zeros((len(seeds), len(data.train_labels)), np.int64)
    for number, network in enumerate(networks):
        other = halves[number ^ 1]
        read[number // 2, other] = classifier.probabilities(network, data.train_images[other]).argmax(1)
    return read


def kept(name, seeds, data):
    """For each seed which images stay (N,)."""
    given = [given_labels(data, seed) for seed in seeds]
    if name == "nothing":
        return [np.full(len(labels), True) for labels in given]
    if name == "exact":
        return [labels == data.train_labels for labels in given]
    if name == "clusters":
        groups = [clusters.groups(data.train_images, clusters.find_centres(data.train_images, GROUPS, seed)) for seed in seeds]
        commonest = [np.array([np.bincount(labels[group == k], minlength=10).argmax() for k in range(GROUPS)]) for labels, group in zip(given, groups)]
        return [labels == common[group] for labels, common, group in zip(given, commonest, groups)]
    agreed = [labels == read for labels, read in zip(given, read_by_others(tuple(seeds)))]
    if name == "random":
        return [np.random.default_rng(seed + 50).permutation(stay) for seed, stay in zip(seeds, agreed)]
    return agreed


def unusual(data):
    """Which training images are the tenth of their digit furthest from its mean, (N,)."""
    found = np.full(len(data.train_labels), False)
    for digit in range(10):
        own = data.train_labels == digit
        distance = np.linalg.norm(data.train_images[own] - data.train_images[own].mean(0), axis=1)
        found[own] = distance > np.quantile(distance, 0.9)
    return found


def removals(stay, given, data):
    """The filter's own rows: what share of the wrong and of the right labels it removed, and of which right ones."""
    right, odd = given == data.train_labels, unusual(data)
    shares = {"removed_wrong": ~right, "removed_right": right, "removed_unusual": right & odd, "removed_usual": right & ~odd}
    rows = [{name: float((~stay[which]).mean()) for name, which in shares.items()}]
    return rows + [{"digit": digit, "removed_right": float((~stay[right & (data.train_labels == digit)]).mean())} for digit in range(10)]


def run(seeds, filter):
    data = digits.load()
    stays, given = kept(filter, seeds, data), [given_labels(data, seed) for seed in seeds]
    sets = [(data.train_images[stay], labels[stay]) for stay, labels in zip(stays, given)]
    found = [removals(stay, labels, data) for stay, labels in zip(stays, given)] if filter != "nothing" else [[] for _ in seeds]
    for rows, seed, (images, labels) in zip(found, seeds, sets):
        rows.append({"generator": "gaussian"} | scores.of(bayes.sample, bayes.Gaussian.fit(images.astype(np.float64), labels, seed), seed))
    if filter != "random":
        for rows, seed, model in zip(found, seeds, side_by_side.autoencoders(seeds, sets, GENERATOR_STEPS)):
            rows.append({"generator": "vae"} | scores.of(vae.sample, model, seed))
    return found


def message(rows):
    removed = {name: 100 * figure["mean"] for name, figure in rows["classifier"].items() if name.startswith("removed")}
    by_digit = [100 * rows[f"classifier-{digit}"]["removed_right"]["mean"] for digit in range(10)]
    judge = {name: 100 * rows[f"{name}-vae"]["judge_accuracy"]["mean"] for name in ("nothing", "classifier", "clusters", "exact")}
    return (
        f"The classifier removes {removed['removed_wrong']:.1f} % of the wrong labels, and the autoencoder then draws the digit asked for in "
        f"{judge['classifier']:.1f} % of its images (unfiltered {judge['nothing']:.1f}, clusters {judge['clusters']:.1f}, exactly the wrong ones "
        f"removed {judge['exact']:.1f}); it also removes {removed['removed_right']:.1f} % of the right ones, {removed['removed_unusual']:.0f} % of "
        f"the unusual against {removed['removed_usual']:.1f} % of the usual, and from {min(by_digit):.1f} to {max(by_digit):.1f} % by digit."
    )


FILTERS = {
    "nothing": "nothing removed",
    "random": "as many removed at random",
    "clusters": "filtered by clusters",
    "classifier": "filtered by a classifier",
    "exact": "exactly the wrong ones removed",
}
SHARES = {
    "removed_wrong": "wrong labels removed",
    "removed_right": "right labels removed",
    "removed_unusual": "unusual images with right labels removed",
    "removed_usual": "usual images with right labels removed",
}

experiment = Experiment(
    __file__,
    run,
    together=True,
    arms=[{"filter": name} for name in FILTERS],
    seeds=range(8),
    measures=scores.MEASURES
    | {name: {"label": label, "unit": "share", "better": "higher" if name == "removed_wrong" else "lower", "step": 0.005} for name, label in SHARES.items()}
    | {"gain": {"label": "judge accuracy − that with nothing removed", "unit": "points", "better": "higher"}}
    | {"short_of_exact": {"label": "judge accuracy − that with exactly the wrong ones removed", "unit": "points", "better": "higher"}},
    conditions={
        "filter": {"label": "training set", "values": FILTERS},
        "generator": {"label": "generator", "values": {"gaussian": "full Gaussian", "vae": "conditional autoencoder"}},
        "digit": {"label": "digit"},
    },
    compare={"gain": ("judge_accuracy", {"filter": "nothing"}), "short_of_exact": ("judge_accuracy", {"filter": "exact"})},
    message=message,
    quick={
        "arms": [{"filter": "classifier"}],
        "seeds": [100],
        "measures": ["judge_accuracy", "removed_wrong", "removed_right"],
        "rows": ["classifier", "classifier-gaussian", "classifier-vae"],
    },
)
main = experiment.main

if __name__ == "__main__":
    raise SystemExit(main())
