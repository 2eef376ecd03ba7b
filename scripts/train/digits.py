"""The data of every demonstration: 1,797 handwritten digits of 8×8 pixels in 17 grey levels.

Source: scikit-learn's `load_digits`, which is the test half of "Optical Recognition of Handwritten Digits" (Alpaydin & Kaynak, 1998).
Each pixel counts the dark points in a 4×4 cell of a 32×32 scan, so it has one of 17 values, 0 to 16. Here they are divided by 16.

Two ways to hold images back for the test:

* `random`: 500 images drawn at random with the same share of each digit. Rows stand in the order in which people wrote,
  so most test images have a neighbour by the same hand among the training images.
* `other_writers`: the last 500 rows. Their hands are mostly absent from the training images: nearer to what a new user will draw.
"""

import gzip
from typing import NamedTuple

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from scripts.train import kit

TEST_SIZE = 500
GREY_LEVELS = 17


class Split(NamedTuple):
    """Images as (N, 64) float32, row by row, 0 = paper and 1 = full ink; labels as (N,) int64, 0 to 9."""

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def load(split="random"):
    """The digits as a Split of 1,297 training and 500 test images; `split` is "random" or "other_writers"."""
    data = load_digits()
    images = (data.data / (GREY_LEVELS - 1)).astype(np.float32)
    labels = data.target.astype(np.int64)
    if split == "random":
        train, test = train_test_split(np.arange(len(images)), test_size=TEST_SIZE, random_state=0, stratify=labels)
    elif split == "other_writers":
        train, test = np.split(np.arange(len(images)), [len(images) - TEST_SIZE])
    else:
        raise ValueError(f'split is "random" or "other_writers", not {split!r}')
    return Split(images[train], labels[train], images[test], labels[test])


def balanced_subset(labels, size, seed):
    """Row numbers of `size` images, size/10 of each digit, drawn without repetition by `seed`; every row if `size` is all of them."""
    if size == len(labels):
        return np.arange(size)
    draw = np.random.default_rng(seed)
    return np.concatenate([draw.permutation(np.flatnonzero(labels == digit))[: size // 10] for digit in range(10)])


def pack(data):
    """The images and labels for the demos in the page: one byte a pixel (0 to 16), training images first, then the labels; gzip."""
    images = np.concatenate([data.train_images, data.test_images]) * (GREY_LEVELS - 1)
    labels = np.concatenate([data.train_labels, data.test_labels])
    content = images.round().astype(np.uint8).tobytes() + labels.astype(np.uint8).tobytes()
    return gzip.compress(content, 9, mtime=0)


def ship():
    data = load()
    kit.write(kit.DOCS / "demos" / "digits.bin.gz", pack(data))
    levels = np.unique(np.concatenate([data.train_images, data.test_images]) * (GREY_LEVELS - 1))
    columns = [data.test_images[data.test_labels == digit][:4] for digit in range(10)]
    kit.sheet(np.stack(columns, axis=1).reshape(-1, 64), 10, kit.FIGURES / "digits.png")
    kit.write_results(
        "data",
        question="What do the models learn from?",
        method="scikit-learn's load_digits; 500 images held back for the test, drawn with random_state=0 and the same share of each digit.",
        command="python3 scripts/build.py train digits",
        seeds=[0],
        limits="Small, centred, size-normalised digits. The random split puts images by the same writers on both sides; "
        "the other split keeps back the last 500 rows: rows stand in order of writing, so most of these are by other writers.",
        images=len(data.train_images) + len(data.test_images),
        train=len(data.train_images),
        test=len(data.test_images),
        grey_levels=len(levels),
        pixels=data.train_images.shape[1],
    )
