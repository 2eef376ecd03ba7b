"""How good is a machine that draws digits? Five scores and a judge, and what fools each of them.

Every generator is asked for 1,000 images, 100 of each digit, rounded to the 17 grey levels of the data; five times, and the mean counts.
No score suffices alone; `families.py` prints the table with the impostors that prove it:

| score | what it asks | what fools it |
|---|---|---|
| judge accuracy | is it the digit that was asked for? | one image repeated for ever; blur or grain that keeps the digit |
| Fréchet distance | is the crowd of images like the real crowd? | a copier; right images under wrong labels; the number of images |
| coverage | is there an image near each real one? | a copier; images of nothing *beside* the good ones (it never looks at those) |
| diversity | do the images of one digit differ as much as real ones do? | noise: every speck is a difference |
| near-copies | is a training image given back? | any image that is new, however bad; a copy moved by one pixel |

The features are those of the judge, a small network trained on the same 1,297 images. So the distance is in this judge's eyes, and may be
compared within this project only; published Fréchet distances (FID) use another network, other images and far more of them.
"""

from functools import cache

import numpy as np
import torch
from safetensors.torch import save
from torch import nn
from torch.nn import functional as F

from scripts.train import digits, kit, runs

GREY = digits.GREY_LEVELS - 1  # the darkest of the grey levels 0 … 16
PER_DIGIT, DRAWS = 100, 5
NEIGHBOURS = 5
JUDGE_SEED = 4242  # no generator uses it


# The judge


class Judge(nn.Module):
    """Convolutional classifier, 21,546 parameters. Its 32 last hidden numbers are the features in which images are compared."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.hidden = nn.Linear(32 * 4 * 4, 32)
        self.out = nn.Linear(32, 10)
        self.dropout = nn.Dropout(0.3)

    def features(self, images):
        """(N, 64) in 0..1 → (N, 32), none below 0."""
        maps = F.relu(self.conv1(images.view(-1, 1, 8, 8)))
        maps = F.max_pool2d(F.relu(self.conv2(maps)), 2)
        return F.relu(self.hidden(self.dropout(maps.flatten(1))))

    def forward(self, images):
        return self.out(self.dropout(self.features(images)))


@runs.once
@torch.enable_grad()  # it may be asked for while somebody draws
def train_judge(seed, steps=2500, batch=64, rate=3e-3):
    """A judge that has seen the training images with their labels, and no generated image."""
    kit.seed_everything(seed)
    data = digits.load()
    images, labels = torch.tensor(data.train_images), torch.tensor(data.train_labels)
    model = Judge()
    optimiser = torch.optim.AdamW(model.parameters(), rate, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.1)
    for _ in runs.steps(steps, f"judge {seed}", model, optimiser, schedule):
        rows = torch.randint(len(images), (batch,))
        loss = F.cross_entropy(model(images[rows]), labels[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return model.eval()


@cache
def judge(seed=JUDGE_SEED):
    """The judge."""
    with torch.random.fork_rng():  # whoever asks for a judge keeps the chance it had
        return train_judge(seed)


@torch.no_grad()
def judged(images, seed=JUDGE_SEED):
    """(N, 64) images → the digit the judge reads in each (N,), and its features (N, 32) as float64."""
    model = judge(seed)
    features = model.features(torch.as_tensor(images, dtype=torch.float32))
    return model.out(features).argmax(1).numpy(), features.numpy().astype(np.float64)


def judge_test_accuracy(seed=JUDGE_SEED):
    data = digits.load()
    return float((judged(data.test_images, seed)[0] == data.test_labels).mean())


# The distances


def distances(left, right):
    """Euclidean distance of each row of `left` (N, D) to each row of `right` (M, D): (N, M)."""
    left, right = np.asarray(left, np.float64), np.asarray(right, np.float64)
    squares = (left**2).sum(1)[:, None] + (right**2).sum(1) - 2 * left @ right.T
    return np.sqrt(squares.clip(min=0))


def frechet_distance(left, right):
    """Squared Fréchet distance of two clouds of points (N, D), each taken for a Gaussian: |m−n|² + tr(A + B − 2 (A½ B A½)½).

    Dowson & Landau 1982; with the features of a classifier it is how Heusel et al. 2017 compare real and made images.
    It sees means and covariances only, and it grows when a cloud has few points: compare equal numbers of images.
    """
    mean_left, mean_right = left.mean(0), right.mean(0)
    cov_left, cov_right = np.cov(left.T), np.cov(right.T)
    values, vectors = np.linalg.eigh(cov_left)
    root = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    cross = np.sqrt(np.linalg.eigvalsh(root @ cov_right @ root).clip(min=0)).sum()
    return float(((mean_left - mean_right) ** 2).sum() + np.trace(cov_left) + np.trace(cov_right) - 2 * cross)


def coverage(made, real, neighbours=NEIGHBOURS):
    """Share of the real points with a made one nearer than their fifth real neighbour (Naeem et al. 2020).

    Twice as many made as real points stand here, so nearly 1 is reached by anything good: it tells bad from good, not good from very good.
    """
    among_real = np.sort(distances(real, real), axis=1)[:, neighbours]  # column 0 is the point itself
    return float((distances(real, made).min(1) < among_real).mean())


def mean_distance(images):
    """Mean distance of two different images out of (N, 64)."""
    return distances(images, images)[np.triu_indices(len(images), 1)].mean()


# The scores


def asked_for(per_digit=PER_DIGIT):
    """The digits that a generator is asked for: 0 … 0, 1 … 1, …, 9 … 9, as (1000,) int64."""
    return np.repeat(np.arange(10), per_digit)


def rounded(images):
    """Any numbers (N, 64) → the 17 grey levels of the data, 0/16 … 16/16, float32."""
    return ((np.asarray(images) * GREY).round().clip(0, GREY) / GREY).astype(np.float32)


def scores(images, labels, seed=JUDGE_SEED, known=None):
    """The scores of (N, 64) images drawn for the digits `labels` (N,).

    `seed` chooses the judge; `known` are the images that may not be copied, the training images if nothing else is said.

    judge_accuracy    share in which the judge reads the digit asked for; worst_digit_accuracy: of the digit where it is lowest
    frechet_distance  to the 500 test images, in the judge's features
    coverage          of the 500 test images, in the judge's features
    diversity         mean distance in pixels of two images of one digit, over that of two test images, mean of the ten digits;
                      worst_digit_diversity: of the digit where it is lowest
    near_copies       share nearer to a known (training) image, in pixels, than 99 % of the test images are: new real images score .01
    """
    data, images = digits.load(), rounded(images)
    read, made = judged(images, seed)
    real = judged(data.test_images, seed)[1]
    right = [(read[labels == digit] == digit).mean() for digit in range(10)]
    spread = [mean_distance(images[labels == d]) / mean_distance(data.test_images[data.test_labels == d]) for d in range(10)]
    known = data.train_images if known is None else known
    usual = np.percentile(distances(data.test_images, data.train_images).min(1), 1)
    return {
        "judge_accuracy": float((read == labels).mean()),
        "frechet_distance": frechet_distance(made, real),
        "coverage": coverage(made, real),
        "diversity": float(np.mean(spread)),
        "near_copies": float((distances(images, known).min(1) < usual).mean()),
        "worst_digit_accuracy": float(np.min(right)),
        "worst_digit_diversity": float(np.min(spread)),
    }


def collapsed(row):
    """Has it given up a digit? For one of the ten: less than half are read as asked, or they are less than half as diverse as real ones."""
    return row["worst_digit_accuracy"] < 0.5 or row["worst_digit_diversity"] < 0.5


def measure(sample, seed):
    """Mean scores of five times 1,000 images; a single 1,000 may be off by 2 in Fréchet distance. `sample(labels, seed)` → (N, 64)."""
    rows = [scores(sample(asked_for(), 1000 * draw + seed), asked_for()) for draw in range(1, DRAWS + 1)]
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def summaries(rows):
    """Scores of several runs [{score: number}] → {score: mean, sd, n, values}."""
    return {name: kit.summary([row[name] for row in rows]) for name in rows[0]}


def ship():
    """The judge itself for the tests, which take these scores again in the page's own arithmetic: tests/demos/judge.safetensors."""
    content = save(kit.encode(judge().state_dict(), exact=("",)), metadata={"seed": str(JUDGE_SEED)})
    kit.write(kit.ROOT / "tests" / "demos" / "judge.safetensors", kit.in_order(content))


def said(row):
    """One line for the terminal."""
    return " · ".join(f"{name.replace('_', ' ')} {value:.3f}" for name, value in row.items())


def sample_sheet(sample, name, rows=4, seed=7):
    """The figure of a generator, docs/figures/<name>-samples.png: columns 0 … 9. Not chosen: whatever `seed` gives.

    `sample(labels, seed)` → images (N, 64), as every generator here has it.
    """
    labels = np.tile(np.arange(10), rows)
    return kit.sheet(rounded(sample(labels, seed)), 10, kit.FIGURES / f"{name}-samples.png")
