"""Reinforcement learning: what the price of a look teaches, and what the agent does not learn.

Question: An agent uncovers a digit patch by patch, is paid for the right answer and charged for each look. What does it learn as the price
changes: when to stop, where to look, or both?

Prediction: (The figures of glimpse.json were known.) The dearer a look, the fewer looks and the lower the accuracy. Knowing when to stop is
worth several points against the same mean number of looks for every image. Where to look is learned in the sense of one good order for all
images; at a forced number of looks the agent's own choice of patches is at most two points better than the best fixed order.

Method: The agents are those of the page and of its trainer (double deep Q-learning, 12,000 updates; glimpse.py): five random starts at a price
of 0.04, two each at 0.01 and 0.12; a right answer earns 1, a wrong one costs 1. Their figures on the 500 test images are read from
docs/results/glimpse.json, not repeated here: with its own order of looks, with one order for all (patches it used most in training first)
and with a random order; and when it must answer after exactly 3 or 5 looks. The agent of the page (one start) is
then examined with more numbers of looks and with the best fixed order (each next patch is the one after which a reader finds the training labels
most probable). An agent knows its own order best; so a reader apart (five random starts), a network of like size that has learned from labels
with random sets of open patches, reads what each order has uncovered. accuracy_same_looks: the agent may not decide when to stop but gets, on
average, as many looks as it took by itself, the same number (or one more) for every image.

Limits: One small game; settings of the agent were chosen with the test images in view. Two starts at the other prices are few, and the agent
examined is one: the reader's random start varies, not the agent's. A better learner might choose patches better: what is not learned here need
not be unlearnable. The reader apart has seen random sets of patches, so no order is favoured, but it reads each a little worse than a
specialist would.
"""

import json
import re
import statistics

import torch
from torch import nn
from torch.nn import functional as F

from scripts.experiments.experiment import RESULTS, Experiment
from scripts.train import digits, kit
from scripts.train.glimpse import orders
from scripts.train.glimpse_game import PATCHES, PRICE, UNDER, Values, play, score

LOOKS = (2, 3, 5, 8)
NAMED = {PRICE: "", 0.01: "cheap", 0.12: "dear"}  # how glimpse.json calls the prices


class Reader(nn.Module):
    """(N, 64) pixels and (N, 16) open patches (0 or 1) → (N, 10) logits."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(64 + PATCHES, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10))

    def forward(self, images, opened):
        return self.layers(torch.cat([images * (opened @ UNDER), opened], dim=1))


@torch.enable_grad()
def train_reader(images, labels, seed, steps=2_000, batch=128, rate=2e-3):
    """A reader that has learned from labels, with 1 to 16 random patches open."""
    kit.seed_everything(seed)
    reader = Reader()
    optimiser = torch.optim.AdamW(reader.parameters(), rate, weight_decay=1e-2, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.1)
    for _ in range(steps):
        rows = torch.randint(len(images), (batch,))
        opened = (torch.rand(batch, PATCHES).argsort(1) < torch.randint(1, PATCHES + 1, (batch, 1))).float()
        loss = F.cross_entropy(reader(images[rows], opened), labels[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return reader


@torch.no_grad()
def best_fixed_order(reader, images, labels):
    """One order of the 16 patches for all images, found patch by patch on the training images."""
    order = []
    for _ in range(PATCHES):
        losses = {}
        for patch in [patch for patch in range(PATCHES) if patch not in order]:
            opened = torch.zeros(len(images), PATCHES)
            opened[:, [*order, patch]] = 1
            losses[patch] = float(F.cross_entropy(reader(images, opened), labels))
        order.append(min(losses, key=losses.get))
    return torch.tensor(order)


def same_looks(net, images, labels, looks):
    """Accuracy with `looks` looks on average, the whole number below or above it by chance and not by what was seen."""
    few = int(looks)
    low, high = (score(net, images, labels, looks=number)["test_accuracy"] for number in (few, few + 1))
    return low + (looks - few) * (high - low)


def trained(seed, price):
    """What the trainer measured of its agent of this seed; no rows if there was none."""
    found = json.loads((RESULTS / "glimpse.json").read_text("utf-8"))
    part = found[NAMED[price]] if NAMED[price] else found
    if seed >= part["looks"]["n"]:
        return []
    alone = {"start": seed} if part["looks"]["n"] < 5 else {}  # too few for an interval: each is shown as it is
    rows = [{"order": "learned"} | alone | {name: part[key]["values"][seed] for name, key in FREE.items()}]
    if price == PRICE:
        for order, name in (("most_used", "fixed"), ("random", "random")):
            keys = {measure: f"{name}_order_{measure}" for measure in FREE}
            rows.append({"order": order} | {measure: part[key]["values"][seed] for measure, key in keys.items()})
        for order, name in (("learned", "learned"), ("most_used", "fixed"), ("random", "random")):
            forced = {looks: part[f"{name}_order_accuracy_{looks}"]["values"][seed] for looks in (3, 5)}
            rows += [{"order": order, "looks_allowed": looks, "accuracy": right} for looks, right in forced.items()]
    return rows


def page_agent():
    """The agent that the page loads: the trained one in the file."""
    net = Values()
    tensors = kit.load_weights("glimpse")[0]
    net.load_state_dict({name.removeprefix("after."): part for name, part in tensors.items() if name.startswith("after.")})
    return net


@torch.no_grad()
def examined(seed, agent):
    """Accuracy at forced numbers of looks in four orders: what the page's agent says, or a reader apart that sees what the agent has opened."""
    images, labels, test_images, test_labels = map(torch.as_tensor, digits.load())
    net, reader = page_agent(), train_reader(images, labels, seed)
    used, random = orders(net, images, len(test_images), seed)
    best = best_fixed_order(reader, images, labels).expand(len(test_images), -1)
    rows = []
    for name, order in {"learned": None, "most_used": used, "best_fixed": best, "random": random}.items():
        for looks in LOOKS:
            said, when = play(net, test_images, order=order, looks=looks)
            if agent == "reader":
                said = reader(test_images, (when > 0).float()).argmax(1)
            rows.append({"order": name, "looks_allowed": looks, "accuracy": float((said == test_labels).float().mean())})
    if agent == "page":
        own = score(net, test_images, test_labels)
        own = {"accuracy": own["test_accuracy"], "looks": own["looks"], "reward": own["reward"]}
        rows.append({"order": "learned"} | own | {"accuracy_same_looks": same_looks(net, test_images, test_labels, own["looks"])})
    return rows


def run(seed, price, agent):
    return trained(seed, price) if agent == "trained" else examined(seed, agent)


def message(rows):
    def at(price):
        found = [row for name, row in rows.items() if re.fullmatch(rf"{price}-trained-learned(-\d)?", name) and "looks" in row]
        looks, right = (statistics.fmean(row[measure]["mean"] for row in found) for measure in ("looks", "accuracy"))
        return f"{looks:.1f} looks and {right:.1%}"

    page = rows["0_04-page-learned"]
    stop = 100 * (page["accuracy"]["mean"] - page["accuracy_same_looks"]["mean"])
    used, best = ({looks: 100 * rows[f"0_04-{agent}-learned-{looks}"][gain]["mean"] for looks in (3, 5)} for agent, gain in (("trained", "used_gain"), ("reader", "best_gain")))
    return (
        f"At a price of 0.01, 0.04 and 0.12 the agent reaches {at('0_01')}, {at('0_04')} and {at('0_12')} right; deciding itself when to stop is worth "
        f"{stop:.1f} points to the page's agent against the same mean number of looks for all; forced to answer after 3 (5) looks, five agents do "
        f"{used[3]:+.1f} ({used[5]:+.1f}) points better in their own order than in the order of use, but to a reader apart the page's agent's choice of "
        f"patches is worth {best[3]:+.1f} ({best[5]:+.1f}) points against the best fixed order."
    )


ORDERS = {"learned": "the agent's choice", "most_used": "patches it used most first", "best_fixed": "best fixed order", "random": "random order"}
FREE = {"accuracy": "test_accuracy", "looks": "looks", "reward": "reward"}
SHARE = {"unit": "share", "better": "higher", "step": 0.002}

experiment = Experiment(
    __file__,
    run,
    arms=[{"price": price, "agent": "trained"} for price in (0.01, PRICE, 0.12)] + [{"price": PRICE, "agent": agent} for agent in ("page", "reader")],
    unvaried=lambda arm: arm["agent"] == "page",
    seeds=range(5),
    reads=["results/glimpse.json", "demos/glimpse/weights.safetensors.gz"],
    measures={
        "accuracy": {"label": "test accuracy", **SHARE},
        "looks": {"label": "looks, of 16", "unit": "looks", "better": "neither"},
        "reward": {"label": "mean reward", "unit": "reward", "better": "higher"},
        "accuracy_same_looks": {"label": "test accuracy with as many looks for every image", **SHARE},
        "used_gain": {"label": "accuracy − that in the order of use", "unit": "points", "better": "higher"},
        "best_gain": {"label": "accuracy − that with the best fixed order", "unit": "points", "better": "higher"},
    },
    conditions={
        "price": {"label": "price of a look"},
        "agent": {"label": "agent", "values": {"trained": "agents of the trainer", "page": "the page's agent", "reader": "a reader apart, patches opened by the page's agent"}},
        "order": {"label": "order of looks", "values": ORDERS},
        "looks_allowed": {"label": "looks allowed (none: the agent decides)"},
        "start": {"label": "random start, where there are few"},
    },
    compare={
        "used_gain": ("accuracy", {"order": "most_used"}),
        "best_gain": ("accuracy", {"order": "best_fixed"}),
    },
    message=message,
    quick={"arms": [{"price": PRICE, "agent": "reader"}], "seeds": range(100, 102), "measures": ["accuracy"]},
)
main = experiment.main

if __name__ == "__main__":
    raise SystemExit(main())
