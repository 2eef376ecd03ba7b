"""A conditional variational autoencoder: squeeze images into 8 numbers that look like noise, then draw from noise (Kingma & Welling 2014).

Data      1,297 digits of 8×8 pixels with their labels.
Encoder   image and digit → for each of 8 hidden numbers a mean and a spread: where this image may lie.
Decoder   8 numbers and a digit → the 64 pixels. Only it is needed to draw, and only it is shipped.
Loss      how badly the image is restored + how far the encoder's cloud is from standard normal noise (together the negative ELBO,
          an upper bound of −log p(image | digit)). The first wants precision, the second wants room: hence the soft images.

docs/demos/vae/weights.safetensors.gz: decoder.0, .2, .4 are linear maps y = W x + b with ReLU between them and a sigmoid at the end;
the input is the 8 numbers, then the digit as one-hot of 10.
"""

from functools import partial

import torch
from torch import nn
from torch.nn import functional as F

from scripts.train import digits, kit, measures, runs

SEEDS = range(5)
SHIPPED = 0
HIDDEN, WIDTH = 8, 128
STEPS, BATCH, RATE = 4000, 64, 2e-3


def one_hot(labels):
    return F.one_hot(torch.as_tensor(labels), 10).float()


class Autoencoder(nn.Module):
    """Encoder (N, 64 + 10) → means and log variances (N, 2 × 8); decoder (N, 8 + 10) → pixels before the sigmoid (N, 64)."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64 + 10, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 2 * HIDDEN))
        self.decoder = nn.Sequential(
            nn.Linear(HIDDEN + 10, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 64)
        )
        self.log_spread = nn.Parameter(torch.full((64,), -1.5))  # how exactly each pixel is meant: learnt with the rest

    def loss(self, images, digit):
        """Mean negative ELBO of (N, 64) images with their digits one-hot (N, 10), without its constant."""
        mean, log_variance = self.encoder(torch.cat([images, digit], 1)).chunk(2, 1)
        hidden = mean + torch.randn_like(mean) * (log_variance / 2).exp()
        log_spread = self.log_spread.clamp(-3.5, 0)
        missed = (images - self.draw(hidden, digit)) / log_spread.exp()
        restored = (missed**2 / 2 + log_spread).sum(1)
        surprise = (mean**2 + log_variance.exp() - 1 - log_variance).sum(1) / 2
        return (restored + surprise).mean()

    def draw(self, hidden, digit):
        """8 numbers (N, 8) and one-hot digits (N, 10) → images (N, 64): the mean of each pixel; its spread is not drawn."""
        return self.decoder(torch.cat([hidden, digit], 1)).sigmoid()


@runs.once
def train(seed, data):
    kit.seed_everything(seed)
    images, asked = torch.tensor(data.train_images), one_hot(data.train_labels)
    model = Autoencoder()
    optimiser = torch.optim.Adam(model.parameters(), RATE, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=STEPS, pct_start=0.05)
    for _ in runs.steps(STEPS, f"vae {seed}", model, optimiser, schedule):
        rows = torch.randint(len(images), (BATCH,))
        loss = model.loss(images[rows], asked[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return model.eval()


@torch.no_grad()
def sample(model, labels, seed):
    """Draw images of the digits `labels` (N,) as (N, 64) in 0..1."""
    return model.draw(torch.randn(len(labels), HIDDEN, generator=torch.Generator().manual_seed(seed)), one_hot(labels)).numpy()


def measure(seed, data):
    """The scores of the run with this seed."""
    row = measures.measure(partial(sample, train(seed, data)), seed)
    print(f"seed {seed}: {measures.said(row)}")
    return row


@torch.no_grad()
def parity(model):
    """Noise and digits in, images out."""
    labels = torch.arange(10)
    hidden = torch.randn(10, HIDDEN, generator=torch.Generator().manual_seed(3))
    return {"labels": labels, "hidden": hidden, "drawn": model.draw(hidden, one_hot(labels))}


def ship():
    exact = train(SHIPPED, digits.load())
    model = kit.stored(exact)
    distance = [measures.measure(partial(sample, one), SHIPPED)["frechet_distance"] for one in (model, exact)]
    kit.save_weights(
        "vae",
        {f"decoder.{name}": tensor for name, tensor in exact.decoder.state_dict().items()},
        {
            "seed": SHIPPED,
            "split": "random",
            "score": -distance[0],
            "float32_score": -distance[1],
            "score_of": "minus Fréchet distance to the test images",
        },
    )
    kit.write_parity("vae", parity(model))
    measures.sample_sheet(partial(sample, model), "vae")


def report():
    data = digits.load()
    rows, model = [measure(seed, data) for seed in SEEDS], Autoencoder()
    kit.write_results(
        "vae",
        question="What does a generator draw that must pass every image through 8 numbers?",
        method="Encoder and decoder are trained on 1,297 images by the evidence lower bound, five times from different random starts. "
        "To draw, the decoder gets 8 numbers from a standard normal distribution and the digit.",
        command="python3 scripts/build.py train --seeds vae",
        seeds=SEEDS,
        limits="The images shown are the decoder's means, without the spread that the model gives each pixel: hence they are clean and "
        "a little soft. The judge likes that: it reads them better than sharper ones, while diversity shows what is missing.",
        parameters=kit.parameter_count(model.decoder),
        encoder_parameters=kit.parameter_count(model.encoder),
        **measures.summaries(rows),
    )
