"""A transformer that draws a digit pixel by pixel, and reads one with the same numbers.

Data    64 pixels of 17 grey levels, row by row from the top left: a text of 64 letters from an alphabet of 17.
Model   p(image | digit) = Π p(pixel t | digit, pixels before t). Each factor is the softmax over 17 levels at one position of a small
        transformer decoder (Vaswani et al. 2017); a mask keeps it from looking ahead. GPT-3 is built so too; here the prompt is the digit.
Loss    cross-entropy of the next pixel: labels that the data bring along (self-supervised learning).
Draw    choose pixel after pixel at random with the model's probabilities.
Read    a new image is the digit under which it is the most probable: argmax of p(image | digit), with no training as a classifier.

docs/demos/pixels/weights.safetensors.gz: a linear map is y = W x + b. Order of `qkv`: query, key, value, each of 4 heads × 10 numbers.
"""

import copy
import math
from functools import partial

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from scripts.train import digits, kit, measures, runs

SEEDS = range(5)
SHIPPED = 0
PIXELS, LEVELS = 64, digits.GREY_LEVELS
WIDTH, LAYERS, HEADS, WIDEN = 40, 3, 4, 3
STEPS, BATCH, RATE, DECAY = 2000, 48, 3e-3, 0.1
DROPPED = 22  # of 256 numbers, at random, are left out of what a layer adds in each step of training
COMPLETED = 7  # the seed of the picture with nine ends
AVERAGE = 0.99  # the published weights are a running mean of the trained ones over the last hundred steps or so


# Model


def attention(query, key, value, causal):
    """softmax(query · keyᵀ / √10) · value. Heads of 16 numbers are computed much faster than heads of 10, and six zeros more change nothing."""
    size = query.shape[-1]
    query, key, value = (F.pad(part, (0, 16 - size)) for part in (query, key, value))
    return F.scaled_dot_product_attention(query, key, value, is_causal=causal, scale=size**-0.5)[..., :size]


class Dropout(nn.Module):
    """nn.Dropout with a share in 256ths: eight bits of chance for a number, where PyTorch takes thirty-two. A tenth of a step is saved."""

    def forward(self, states):
        if not self.training:
            return states
        chance = torch.empty(states.numel() // 8, dtype=torch.int64).random_(-(2**63), None).view(torch.uint8)
        return states * (chance >= DROPPED).view(states.shape).float().mul_(256 / (256 - DROPPED))


class Block(nn.Module):
    """Every position looks at itself and at those before it (attention), then thinks alone (feed-forward). (N, T, 40) → (N, T, 40)."""

    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.widen, self.narrow = nn.Linear(WIDTH, WIDEN * WIDTH), nn.Linear(WIDEN * WIDTH, WIDTH)
        self.dropout = Dropout()

    def forward(self, states, past=None):
        """`past`: keys and values, each (N, 4, before, 10), of the positions before. Returns the states and the keys and values of all."""
        count, length, _ = states.shape
        query, key, value = self.qkv(self.norm1(states)).view(count, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        if past is not None:
            key, value = torch.cat([past[0], key], 2), torch.cat([past[1], value], 2)
        seen = attention(query, key, value, causal=past is None)
        states = states + self.dropout(self.out(seen.transpose(1, 2).reshape(count, length, WIDTH)))
        states = states + self.dropout(self.narrow(F.relu(self.widen(self.norm2(states)))))
        return states, (key, value)


class PixelTransformer(nn.Module):
    """Input at position t: the digit, the place (row and column) of the pixel to be guessed and, from the second on, the pixel before."""

    def __init__(self):
        super().__init__()
        self.digit, self.level = nn.Embedding(10, WIDTH), nn.Embedding(LEVELS, WIDTH)
        self.row, self.column = nn.Parameter(0.05 * torch.randn(8, WIDTH)), nn.Parameter(0.05 * torch.randn(8, WIDTH))
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm, self.logits = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, LEVELS)
        darkness = torch.linspace(-1, 1, LEVELS)[:, None]  # neighbouring grey levels start as neighbours
        with torch.no_grad():
            self.digit.weight.mul_(0.3)  # the digit is a hint at every position, and must not drown the rest
            self.level.weight.mul_(0.02).add_(0.3 * darkness * torch.randn(WIDTH) + 0.3 * darkness**2 * torch.randn(WIDTH))

    def places(self, labels):
        """What is known before a pixel is seen: place and digit, (N, 64, 40)."""
        return (self.row[:, None] + self.column).view(PIXELS, WIDTH) + self.digit(labels)[:, None]

    def forward(self, labels, levels):
        """Digits (N,) and grey levels (N, 64), both int64 → logits of every pixel (N, 64, 17), each from the pixels before it."""
        states = self.places(labels) + F.pad(self.level(levels[:, :-1]), (0, 0, 1, 0))
        for block in self.blocks:
            states, _ = block(states)
        return self.logits(self.norm(states))

    @torch.no_grad()
    def draw(self, labels, dice, given=None):
        """Draw pixel by pixel, remembering keys and values. Digits (N,), the first pixels (N, t) if given → grey levels (N, 64)."""
        given = torch.zeros(len(labels), 0, dtype=torch.int64) if given is None else given
        drawn, past, places, before = given, [None] * LAYERS, self.places(labels), 0
        for position in range(PIXELS):
            states = (before + places[:, position])[:, None]
            for number, block in enumerate(self.blocks):
                states, past[number] = block(states, past[number])
            if position >= given.shape[1]:
                chances = self.logits(self.norm(states))[:, 0].softmax(1)
                drawn = torch.cat([drawn, torch.multinomial(chances, 1, generator=dice)], 1)
            before = self.level(drawn[:, position])
        return drawn

    @torch.no_grad()
    def log_likelihood(self, levels, length=PIXELS):
        """Grey levels (N, 64) → log p(first `length` pixels | digit) in nats, for each of the ten digits: (N, 10)."""
        columns = []
        for digit in range(10):
            logits = self(torch.full((len(levels),), digit), levels)
            columns.append(-F.cross_entropy(logits.mT, levels, reduction="none")[:, :length].sum(1))
        return torch.stack(columns, 1)


# Training


def grey_levels(images):
    """Images (N, 64) in 0..1 → whole numbers 0 … 16."""
    return torch.as_tensor(images * measures.GREY).round().long()


@runs.once
def train(seed, data):
    """2,000 steps of AdamW with a cosine schedule; returns the running mean of the weights."""
    kit.seed_everything(seed)
    model = PixelTransformer()
    mean = copy.deepcopy(model)
    images, labels = grey_levels(data.train_images), torch.tensor(data.train_labels)
    optimiser = torch.optim.AdamW(model.parameters(), RATE, weight_decay=DECAY, betas=(0.9, 0.98), fused=True)
    # --8<-- [start:step]
    for step in runs.steps(STEPS, f"pixels {seed}", model, optimiser, mean):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / 100) * (0.02 + 0.49 * (1 + math.cos(math.pi * step / STEPS)))
        rows = torch.randint(len(images), (BATCH,))
        loss = F.cross_entropy(model(labels[rows], images[rows]).mT, images[rows])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        # --8<-- [end:step]
        keep = min(AVERAGE, (1 + step) / (10 + step))
        kit.follow(mean, model, 1 - keep)
    return mean.eval()


# Measuring


def sample(model, labels, seed):
    """Draw images of the digits `labels` (N,) as (N, 64) in 0..1."""
    return model.draw(torch.as_tensor(labels), torch.Generator().manual_seed(seed)).numpy() / measures.GREY


def reading(model, images, labels):
    """What the likelihood says of (N, 64) images: bits for each pixel under the right digit, and the share that is read rightly."""
    likelihood = model.log_likelihood(grey_levels(images)).double().numpy()
    bits = -likelihood[np.arange(len(labels)), labels].mean() / PIXELS / math.log(2)
    return {"bits_per_pixel": float(bits), "classifier_accuracy": float((likelihood.argmax(1) == labels).mean())}


def bits_without_neighbours(data):
    """Bits for each pixel if every pixel is guessed from the digit alone: counted frequencies of the 17 levels, one added to each."""
    counts = np.ones((10, PIXELS, LEVELS))
    np.add.at(counts, (data.train_labels[:, None], np.arange(PIXELS), grey_levels(data.train_images).numpy()), 1)
    shares = counts / counts.sum(2, keepdims=True)
    found = shares[data.test_labels[:, None], np.arange(PIXELS), grey_levels(data.test_images).numpy()]
    return float(-np.log2(found).mean())


def completions(model, data, seed, ways=9):
    """Nine ends for the top half of one test image: the first whose top half leaves a second digit a chance of one in four or more.

    First the digit is drawn by Bayes' rule from p(top half | digit), then the rest is drawn. Returns the pictures, top half first, and
    what to say about them.
    """
    dice, half, levels = torch.Generator().manual_seed(seed), PIXELS // 2, grey_levels(data.test_images)
    chances = model.log_likelihood(levels, length=half).softmax(1)
    row = int((chances.topk(2).values[:, 1] >= 0.25).nonzero()[0, 0])
    labels = torch.multinomial(chances[row], ways, replacement=True, generator=dice).sort().values
    ends = model.draw(labels, dice, levels[row, :half].expand(ways, -1))
    top = F.pad(levels[row, :half], (0, PIXELS - half))
    facts = {"test_image": row, "true_digit": data.test_labels[row], "chances": chances[row], "digits": labels}
    return torch.cat([top[None], ends]).numpy() / measures.GREY, facts


def measure(seed, data):
    """Train one model → the scores of its int8 numbers, and how float32 would have read."""
    model = train(seed, data)
    packed = kit.stored(model)
    exact = reading(model, data.test_images, data.test_labels)
    row = measures.measure(partial(sample, packed), seed) | reading(packed, data.test_images, data.test_labels)
    row |= {f"float32_{name}": value for name, value in exact.items()}
    row["train_bits_per_pixel"] = reading(packed, data.train_images, data.train_labels)["bits_per_pixel"]
    print(f"seed {seed}: {measures.said(row)}")
    return row


def parity(model, data):
    """Three test images: logits of all 64 positions under the right digit, and log p(image | digit) for all ten (per pixel)."""
    levels, labels = grey_levels(data.test_images[:3]), torch.tensor(data.test_labels[:3])
    with torch.no_grad():
        logits = model(labels, levels)
    return {"labels": labels, "levels": levels, "logits": logits, "log_likelihood_per_pixel": model.log_likelihood(levels) / PIXELS}


def ship():
    data = digits.load()
    exact = train(SHIPPED, data)
    model = kit.stored(exact)
    bits = [reading(one, data.test_images, data.test_labels)["bits_per_pixel"] for one in (model, exact)]
    kit.save_weights(
        "pixels",
        exact.state_dict(),
        {
            "seed": SHIPPED,
            "split": "random",
            "score": -bits[0],
            "float32_score": -bits[1],
            "score_of": "minus bits per pixel on the test images",
            "width": WIDTH,
            "layers": LAYERS,
            "heads": HEADS,
            "levels": LEVELS,
        },
    )
    kit.write_parity("pixels", parity(model, data))
    measures.sample_sheet(partial(sample, model), "pixels")
    kit.sheet(completions(model, data, COMPLETED)[0], 10, kit.FIGURES / "pixels-completions.png")


def report():
    data = digits.load()
    numbers = measures.summaries([measure(seed, data) for seed in SEEDS])
    facts = completions(kit.stored(train(SHIPPED, data)), data, COMPLETED)[1]
    kit.write_results(
        "pixels",
        question="Can a transformer that guesses the next pixel draw digits, and read them with the same numbers?",
        method="A decoder of 3 layers learns the 64 pixels of 1,297 images as a text of 17 letters, its prompt the digit. To read "
        "a test image, the ten values of p(image | digit) are compared. All numbers are for the stored int8 weights, unless their name "
        "says float32.",
        command="python3 scripts/build.py train --seeds pixels",
        seeds=SEEDS,
        limits="How long to train, dropout and weight decay were settled by these scores of one seed. Reading an image asks the model ten "
        "times, so it costs ten times as much as a classifier of the same size. The model knows its training images better than new ones "
        "(train_bits_per_pixel). "
        "The shipped weights are those of the first seed, not of the best.",
        parameters=kit.parameter_count(PixelTransformer()),
        bits_per_pixel_uniform=math.log2(LEVELS),
        bits_per_pixel_without_neighbours=bits_without_neighbours(data),
        completions=facts,
        **numbers,
    )
