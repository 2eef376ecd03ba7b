"""Architectures: the same generator with a plain network, a convolutional one and one with attention, at equal parameters and equal computing.

Question: Does a better architecture make a better generator, and does the answer depend on the budget and on the score?

Prediction: At equal parameters and equal computing, convolution has the lowest Fréchet distance and the plain network the highest judge
accuracy at small budgets; attention comes last in Fréchet distance at every budget tried here (a prototype with four times the parameters came
out so). At an equal number of training steps convolution wins by more, for it computes more in each step.

Method: Flow matching (Lipman et al. 2023): a network learns, at every moment between noise and a digit, in which direction the pixels have to move;
drawing follows it from noise in five steps. Three networks of about 10,000 parameters differ in their architecture only: plain (three
hidden layers), convolutional (8×8 maps, one level of 4×4), attention (16 patches of 2×2 and three layers of four heads). Training, batches of 64
and step size are the same for all; the networks that draw are running means of the trained ones. Budgets are multiply-adds of training,
counted operation by operation, and not seconds: they are the same on every machine, while seconds depend on the machine, its other work and
on how well each operation is programmed; CPU seconds are given beside them. A budget buys the plain network some forty times as many steps
as the convolutional one. Each network is trained once for each of five random starts and drawn from as it passes each budget. Rows with
"steps" compare at equally many training images. For scale: real images, and the page's GAN and pixel transformer, with more
parameters and computing, as their trainers measured them.

Limits: One size of network, one way of training, small images and budgets: a design that wins when large need not win when small, nor the
other way round. Step sizes were not tuned for each network. Multiply-adds count neither memory traffic nor the cost of many small operations,
and the backward pass is counted as done by PyTorch.
"""

import copy
import json
import math
import time

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from scripts.experiments import scores
from scripts.experiments.experiment import RESULTS, Experiment
from scripts.train import digits, kit, measures

BATCH, RATE, WARM_UP, AVERAGE, FORGET = 64, 2e-3, 20, 0.998, 0.1
DRAW_STEPS = 5
BUDGETS = (6, 12, 24)  # thousand million multiply-adds
STEPS = 300  # for the rows at equal steps


def moment(time, digit):
    """Time (N,) in 0..1 and one-hot digit (N, 10) → (N, 18): sines and cosines of the time, and the digit."""
    angle = time[:, None] * 2 ** torch.arange(4) * math.pi / 2
    return torch.cat([angle.sin(), angle.cos(), digit], 1)


class Plain(nn.Module):
    """Pixels in, three hidden layers, directions out; (N, 64) pixels and (N, 18) moments → (N, 64), as in the other two."""

    def __init__(self, width=42):
        super().__init__()
        self.entry, self.exit = nn.Linear(64 + 18, width), nn.Linear(width, 64)
        self.hidden = nn.ModuleList(nn.Linear(width, width) for _ in range(2))

    def forward(self, pixels, moment):
        units = F.silu(self.entry(torch.cat([pixels, moment], 1)))
        for layer in self.hidden:
            units = units + F.silu(layer(units))
        return self.exit(units)


class Convolution(nn.Module):
    """Maps of 8×8 and, one level down, of 4×4; two extra input maps tell every place where it is."""

    def __init__(self, fine=10, coarse=16):
        super().__init__()
        self.moment_fine, self.moment_coarse = nn.Linear(18, fine), nn.Linear(18, coarse)
        self.entry, self.fine = nn.Conv2d(3, fine, 3, padding=1), nn.Conv2d(fine, fine, 3, padding=1)
        self.down, self.coarse = nn.Conv2d(fine, coarse, 4, stride=2, padding=1), nn.Conv2d(coarse, coarse, 3, padding=1)
        self.up, self.join = nn.Conv2d(coarse, fine, 3, padding=1), nn.Conv2d(2 * fine, fine, 3, padding=1)
        self.exit = nn.Conv2d(fine, 1, 3, padding=1)
        line = torch.linspace(-1, 1, 8)
        self.register_buffer("place", torch.stack([line[:, None].expand(8, 8), line.expand(8, 8)])[None])

    def forward(self, pixels, moment):
        maps = torch.cat([pixels.view(-1, 1, 8, 8), self.place.expand(len(pixels), -1, -1, -1)], 1)
        maps = F.silu(self.entry(maps) + self.moment_fine(moment)[:, :, None, None])
        maps = maps + F.silu(self.fine(maps))
        small = F.silu(self.down(maps) + self.moment_coarse(moment)[:, :, None, None])
        small = small + F.silu(self.coarse(small))
        back = F.silu(self.up(F.interpolate(small, scale_factor=2)))
        return self.exit(F.silu(self.join(torch.cat([maps, back], 1)))).flatten(1)


class Layer(nn.Module):
    def __init__(self, width, heads=4, hidden=30):
        super().__init__()
        self.heads = heads
        self.norm, self.norm_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.mix = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, hidden), nn.SiLU(), nn.Linear(hidden, width))

    def forward(self, tokens):
        count, length, width = tokens.shape
        query, key, value = self.qkv(self.norm(tokens)).view(count, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        weight = (query @ key.mT / math.sqrt(width // self.heads)).softmax(-1)
        tokens = tokens + self.mix((weight @ value).transpose(1, 2).reshape(count, length, width))
        return tokens + self.mlp(self.norm_mlp(tokens))


class Attention(nn.Module):
    """16 patches of 2×2 and one token for the moment, which is also added to every patch."""

    def __init__(self, width=20, layers=3):
        super().__init__()
        self.entry, self.moment, self.place = nn.Linear(4, width), nn.Linear(18, width), nn.Parameter(0.1 * torch.randn(17, width))
        self.layers, self.norm, self.exit = nn.ModuleList(Layer(width) for _ in range(layers)), nn.LayerNorm(width), nn.Linear(width, 4)

    def forward(self, pixels, moment):
        patches = pixels.view(-1, 4, 2, 4, 2).transpose(2, 3).reshape(-1, 16, 4)
        now = self.moment(moment)[:, None]
        tokens = torch.cat([now, self.entry(patches) + now], 1) + self.place
        for layer in self.layers:
            tokens = layer(tokens)
        return self.exit(self.norm(tokens[:, 1:])).view(-1, 4, 4, 2, 2).transpose(2, 3).reshape(-1, 64)


NETWORKS = {"plain": Plain, "convolution": Convolution, "attention": Attention}


def loss_of(net, images, digit):
    """Mean squared error of the direction, at a random moment on the straight line from noise to the image."""
    noise, now = torch.randn_like(images), torch.rand(len(images))
    between = noise + now[:, None] * (images - noise)
    digit = digit * (torch.rand(len(images), 1) > FORGET)
    return F.mse_loss(net(between, moment(now, digit)), images - noise)


def multiply_adds(net):
    """Of one training step, forward and backward."""
    with FlopCounterMode(display=False) as counter:
        loss_of(net, torch.rand(BATCH, 64), torch.zeros(BATCH, 10)).backward()
    net.zero_grad()
    return counter.get_total_flops() // 2


@torch.no_grad()
def sample(net, labels, seed):
    """Draw images of the digits `labels` (N,) as (N, 64) in 0..1: five midpoint steps from noise."""
    pixels = torch.randn(len(labels), 64, generator=torch.Generator().manual_seed(seed))
    digit = F.one_hot(torch.as_tensor(labels), 10).float()
    at = lambda time: moment(torch.full((len(labels),), time), digit)  # noqa: E731
    for step in range(DRAW_STEPS):
        middle = pixels + net(pixels, at(step / DRAW_STEPS)) / (2 * DRAW_STEPS)
        pixels = pixels + net(middle, at((step + 0.5) / DRAW_STEPS)) / DRAW_STEPS
    return ((pixels + 1) / 2).clamp(0, 1).numpy()


def flow_rows(seed, network):
    """One training run, drawn from as it passes each budget and the number of steps at which all are compared."""
    kit.seed_everything(seed)
    data, net = digits.load(), NETWORKS[network]()
    average, cost = copy.deepcopy(net), multiply_adds(net)
    stops = [(round(budget * 1e9 / cost), {"budget": budget}) for budget in BUDGETS] + [(STEPS, {"steps": STEPS})]
    images, digit = torch.tensor(data.train_images) * 2 - 1, F.one_hot(torch.tensor(data.train_labels), 10).float()
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=1e-3, fused=True)
    rows, seconds, start = [], 0.0, time.process_time()
    for step in range(1, max(at for at, _ in stops) + 1):
        optimiser.param_groups[0]["lr"] = RATE * min(1, step / WARM_UP)
        some = torch.randint(len(images), (BATCH,))
        grain = (torch.rand(BATCH, 64) - 0.5) * 2 / measures.GREY  # hides the grey steps
        loss = loss_of(net, images[some] + grain, digit[some])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        kit.follow(average, net, 1 - min(AVERAGE, step / (10 + step)))
        if settings := [setting for at, setting in stops if at == step]:
            seconds += time.process_time() - start
            row = {"parameters": kit.parameter_count(net), "steps_taken": step, "multiply_adds": step * cost / 1e9, "cpu_seconds": seconds}
            row |= scores.of(sample, average, seed)
            rows += [setting | row for setting in settings]
            start = time.process_time()
    return rows


def run(seed, network):
    if network in NETWORKS:
        return flow_rows(seed, network)
    if network == "real":
        return scores.of_real_images(seed)
    found = json.loads((RESULTS / f"{network}.json").read_text("utf-8"))
    return {"parameters": found["parameters"]} | {name: found[name]["values"][seed] for name in scores.PUBLISHED}


def message(rows):
    low, high = BUDGETS[0], BUDGETS[-1]
    said = lambda name, at: f"{rows[f'{name}-{at}']['frechet_distance']['mean']:.1f}"  # noqa: E731
    read = lambda name, at: f"{rows[f'{name}-{at}']['judge_accuracy']['mean']:.1%}"  # noqa: E731
    return (
        "With about 10,000 parameters each, the Fréchet distance of plain network, convolution and attention is "
        + "; ".join(f"{', '.join(said(name, at) for name in NETWORKS)} at {at} thousand million multiply-adds" for at in (low, high))
        + f"; {', '.join(said(name, STEPS) for name in NETWORKS)} at {STEPS} steps each; judge accuracy, in the same order, is "
        + "; ".join(f"{', '.join(read(name, at) for name in NETWORKS)} at {at}" for at in (low, high))
        + f"; {', '.join(read(name, STEPS) for name in NETWORKS)} at {STEPS} steps."
    )


LABELS = {
    "plain": "plain network",
    "convolution": "convolution",
    "attention": "attention",
    "real": "1,000 real images",
    "gan": "GAN of the page",
    "pixels": "pixel transformer of the page",
}
SHARE = {"unit": "share", "better": "higher", "step": 0.001}

experiment = Experiment(
    __file__,
    run,
    arms=[{"network": network} for network in LABELS],
    seeds=range(5),
    reads=["results/gan.json", "results/pixels.json"],
    measures={
        "frechet_distance": {"label": "Fréchet distance", "unit": "squared features", "better": "lower"},
        "judge_accuracy": {"label": "judge accuracy", **SHARE},
        "coverage": {"label": "coverage", **SHARE},
        "diversity": {"label": "diversity, real = 1", "unit": "ratio", "better": "neither"},
        "near_copies": {"label": "near-copies", "unit": "share", "better": "lower", "step": 0.001},
        "parameters": {"label": "parameters", "unit": "", "better": "neither"},
        "steps_taken": {"label": "training steps", "unit": "", "better": "neither"},
        "multiply_adds": {"label": "multiply-adds of training", "unit": "10⁹", "better": "neither"},
        "cpu_seconds": {"label": "CPU seconds of training, on a busy machine", "unit": "s", "better": "lower"},
        "distance_gain": {"label": "Fréchet distance − that of the plain network", "unit": "squared features", "better": "lower"},
        "judge_gain": {"label": "judge accuracy − that of the plain network", "unit": "points", "better": "higher"},
    },
    conditions={
        "network": {"label": "network", "values": LABELS},
        "budget": {"label": "multiply-adds of training, in thousand million"},
        "steps": {"label": "training steps, where they are equal"},
    },
    compare={"distance_gain": ("frechet_distance", {"network": "plain"}), "judge_gain": ("judge_accuracy", {"network": "plain"})},
    message=message,
    quick={"arms": [{"network": "convolution"}], "seeds": range(100, 101), "measures": ["frechet_distance", "judge_accuracy", "coverage"]},
)
main = experiment.main

if __name__ == "__main__":
    raise SystemExit(main())
