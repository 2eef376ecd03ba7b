"""Unsupervised learning: k-means finds groups among the training images without seeing one label.

Start from k images as centres. Give each image to the nearest centre, move each centre to the mean of its images, and repeat until
nothing changes. Ten starts are made, and the one whose images lie nearest to their centres is kept.

What the groups are worth is measured with labels, afterwards:
* purity: the share of images that have the commonest digit of their group (it rises with k for free: one group for each image is pure),
* naming: a person names only the image nearest to each centre; each test image takes the name of its nearest centre.
  Control: the same number of labels on images drawn at random, as many of each digit, and the nearest of those decides.

For the map on the page, images are projected on the two directions in which they vary most (principal components).
"""

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from scripts.train import digits, kit
from scripts.train.classifier import nearest_accuracy

NAME = "clusters"
SEEDS = range(10)
SHIPPED = 0
STARTS = 10


def distances(images, centres):
    """(N, k) squared Euclidean distances between (N, 64) images and (k, 64) centres."""
    return ((images[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)


def groups(images, centres):
    """(N,) number of the nearest centre."""
    return distances(images, centres).argmin(axis=1)


def find_centres(images, k, seed):
    """(k, 64) centres, in the order of their mean grey so that the order does not depend on chance alone."""
    centres = KMeans(k, n_init=STARTS, random_state=seed).fit(images).cluster_centers_
    return centres[np.argsort(centres.sum(axis=1), kind="stable")].astype(np.float32)


def purity(group, labels):
    """Share of images whose label is the commonest one of their group."""
    return sum(np.bincount(labels[group == number]).max() for number in np.unique(group)) / len(labels)


# --8<-- [start:names]
def names(centres, images, labels):
    """(k,) the label of the training image nearest to each centre: the only labels that are looked at."""
    return labels[distances(images, centres).argmin(axis=0)]


def named_accuracy(centres, data):
    """Test accuracy when each image takes the name of its nearest centre."""
    name = names(centres, data.train_images, data.train_labels)
    return float(np.mean(name[groups(data.test_images, centres)] == data.test_labels))
# --8<-- [end:names]


def random_accuracy(count, data, seed):
    """Test accuracy when `count` images, drawn at random with as many of each digit, are named and the nearest of them decides."""
    rows = digits.balanced_subset(data.train_labels, count, seed)
    return nearest_accuracy(data.train_images[rows], data.train_labels[rows], data.test_images, data.test_labels)


def map_of(images):
    """The plane in which images vary most: sklearn's PCA, and its two directions (2, 64), with as much ink as not."""
    plane = PCA(2, svd_solver="full").fit(images)
    return plane, plane.components_ * np.sign(plane.components_.sum(axis=1, keepdims=True))  # a direction has no sign of its own


def ship():
    data = digits.load()
    centres, (plane, axes) = find_centres(data.train_images, 10, SHIPPED), map_of(data.train_images)
    name, found = names(centres, data.train_images, data.train_labels), purity(groups(data.train_images, centres), data.train_labels)
    stored = kit.save_weights(
        NAME,
        {"mean": plane.mean_, "axes": axes, "centres": centres},
        {
            "seed": SHIPPED,
            "split": "random",
            "score": found,
            "float32_score": found,
            "score_of": "purity of ten groups of training images",
            "names": name,
            "variance_kept": plane.explained_variance_ratio_.sum(),
        },
        exact=("axes", "centres"),  # 2 kB as they are
    )
    mean, axes, rounded = (stored[key].numpy() for key in ("mean", "axes", "centres"))
    sample = data.test_images[:12]
    kit.write_parity(
        NAME,
        {
            "images": sample,
            "plane": (sample - mean) @ axes.T,
            "squared_distances": distances(sample, rounded),
            "group": groups(sample, rounded),
            "names": name,
        },
    )
    kit.sheet(centres, 10, kit.FIGURES / "clusters-centres.png")


def report():
    data = digits.load()
    keys = ["purity", "named_10_accuracy", "random_10_accuracy", "named_50_accuracy", "random_50_accuracy", "purity_20"]
    measured = {key: [] for key in keys}
    for seed in SEEDS:
        centres = {k: find_centres(data.train_images, k, seed) for k in (10, 20, 50)}
        measured["purity"].append(purity(groups(data.train_images, centres[10]), data.train_labels))
        measured["purity_20"].append(purity(groups(data.train_images, centres[20]), data.train_labels))
        for count in (10, 50):
            measured[f"named_{count}_accuracy"].append(named_accuracy(centres[count], data))
            measured[f"random_{count}_accuracy"].append(random_accuracy(count, data, seed))

    name = names(find_centres(data.train_images, 10, SHIPPED), data.train_images, data.train_labels)
    kit.write_results(
        NAME,
        question="Which groups are there among the images if nobody says what they show, and how far do ten or fifty names then go?",
        method="k-means on the pixels of the 1,297 training images, ten starts, 10 seeds. Purity is measured on the training images, "
        "accuracies on the 500 test images. Named: only the image nearest to each of the 10 (50) centres has a label. "
        "Random: 10 (50) labels, the same number for each digit, on images drawn at random; the nearest labelled image decides.",
        command="python3 scripts/build.py train --seeds clusters",
        seeds=SEEDS,
        limits="Purity rises with the number of groups whatever they mean. Random labels are spread evenly over the digits, which a person "
        "who does not know the labels cannot do. The names are true labels: no one misread an image.",
        **{key: kit.summary(values) for key, values in measured.items()},
        distinct_names=len(set(name.tolist())),
        names=name,
        plane_variance=float(map_of(data.train_images)[0].explained_variance_ratio_.sum()),
    )
