"""The baseline without learning: rules for reading a digit, written by hand while looking at training images.

They come from some ten rounds of writing, counting the mistakes on the training images, and mending: an honest attempt, and surely not
the best that rules can do. Each rule catches most of one digit and some of its neighbours, and most repairs break something else.
"""

import numpy as np


def read(image):
    """The digit that the rules see in one image, (64,) in 0..1. Rows and columns count from 0; the first rule that fits decides."""
    image = image.reshape(8, 8)
    ink = image > 0.35
    width = ink.sum(axis=1)  # dark pixels in each row
    strokes = (np.diff(ink.astype(int), axis=1, prepend=0) == 1).sum(axis=1)  # separate strokes in each row
    middle = image @ np.arange(8) / (image.sum(axis=1) + 1e-6)  # column in which each row has its centre of ink

    def dark(top, bottom, left, right):
        return image[top:bottom, left:right].mean()

    if min(strokes[3:6]) > 1:  # two sides with paper between them
        return 0
    if middle[2] < 2.9 and middle[3] < 3.1 and middle[7] > 3.7 and middle[5] < 4.2 and dark(1, 4, 5, 7) < 0.15:
        return 6  # a stroke down the left, nothing top right, a belly
    if middle[2] < 2.8 and middle[7] < 3.7 and middle[5] > middle[2] + 0.4 and dark(2, 4, 5, 7) < 0.35:
        return 5  # left at the top, then right
    if width[0] > 2 and width[6] < 5 and width[7] < 4 and middle[3] > max(3.4, middle[6] + 0.4) and middle[7] < 3.5:
        return 7  # broad top, narrow foot, leaning left on the way down
    if middle[5] > max(4, middle[2] + 0.5, middle[7] + 0.4):  # low down, the ink is on the right
        return 9 if dark(2, 4, 1, 3) > 0.25 else 3  # only the nine has a left side above
    narrow = max(width[2:7]) < 5 and max(strokes[:7]) < 2 and abs(middle[2] - middle[6]) < 1
    if narrow and dark(0, 8, 3, 5) > 0.55 and dark(5, 6, 2, 6) > 0.35:
        return 1  # one narrow upright stroke
    if max(width[3:6]) > 4 and width[0] < 4 and width[7] < 4 and max(strokes[5:7]) < 2:
        return 4  # broad in the middle only
    broad_foot = max(width[6:]) > 3 and (middle[7] > middle[5] or width[7] > 4)
    if broad_foot and dark(3, 5, 1, 3) < 0.25 and dark(5, 7, 5, 7) < 0.6 and strokes[5] < 2 and width[4] < 5:
        return 2  # no left side
    if dark(2, 4, 1, 3) > 0.35 and dark(5, 7, 1, 3) < 0.2:
        return 9  # a left side above, none below
    return 8 if dark(3, 5, 3, 5) > 0.35 else 0


def accuracy(images, labels):
    return float(np.mean([read(image) == label for image, label in zip(images, labels, strict=True)]))
