"""Small networks trained side by side, one for each seed: matrices are stacked, so that eight cost about as much as three.

Every network starts from its own seed and draws its own batches from its own data; only the arithmetic is shared. The recipes
(size of a batch, step lengths, schedule) are those of scripts/train.
"""

import torch
from torch import nn
from torch.func import functional_call, stack_module_state, vmap
from torch.nn import functional as F

from scripts.train import classifier, kit, vae

STEPS = 600  # batches for a classifier: enough to compare, a fifth of what the shipped one gets


class Loss(nn.Module):
    """A network together with its loss, so that both are called with the network's own weights."""

    def __init__(self, network, loss):
        super().__init__()
        self.network, self.loss = network, loss

    def forward(self, *batch):
        return self.loss(self.network, *batch)


class Draw:
    """Batches (S, size, …) from S data sets, each a tuple of arrays with one row for each image."""

    def __init__(self, sets, size):
        self.parts = [torch.cat([torch.as_tensor(part) for part in parts]) for parts in zip(*sets)]
        lengths = torch.tensor([len(one[0]) for one in sets])
        self.lengths, self.starts, self.size = lengths[:, None], (lengths.cumsum(0) - lengths)[:, None], size

    def __call__(self):
        rows = self.starts + (torch.rand(len(self.lengths), self.size) * self.lengths).long()
        return [part[rows] for part in self.parts]


def fit(networks, loss, sources, steps, *, batch, rate, decay=0.0, warm=0.1, change=None):
    """Train `networks` in place by AdamW on a rising and falling step length. `loss(network, *batch)` gives one number.

    `sources`: one list of data sets (one for each network), or several, of which each batch takes equal shares. `change(images)` alters
    the images of a batch, (N, 64).
    """
    draws = [Draw(sets, batch // len(sources)) for sets in sources]
    whole = [Loss(network, loss) for network in networks]
    weights, buffers = stack_module_state(whole)
    weights = {name: tensor.detach().requires_grad_() for name, tensor in weights.items()}
    each = vmap(lambda own, rest, *parts: functional_call(whole[0], (own, rest), parts), randomness="different")
    optimiser = torch.optim.AdamW(weights.values(), rate, weight_decay=decay, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=warm)
    for _ in range(steps):
        images, *rest = (torch.cat(parts, 1) for parts in zip(*(draw() for draw in draws)))
        if change:
            images = change(images.flatten(0, 1)).view(images.shape)
        total = each(weights, buffers, images, *rest).sum()
        optimiser.zero_grad()
        total.backward()
        optimiser.step()
        schedule.step()
    for number, one in enumerate(whole):
        one.load_state_dict({name: tensor.detach()[number] for name, tensor in weights.items()})
    return [network.eval() for network in networks]


def start(seeds, make):
    """One new network for each seed; afterwards chance goes on from the first seed."""
    networks = []
    for seed in seeds:
        kit.seed_everything(seed)
        networks.append(make().train())
    kit.seed_everything(seeds[0])
    return networks


def autoencoders(seeds, sets, steps=vae.STEPS):
    """Variational autoencoders (scripts/train/vae.py), one for each seed and its (images, labels)."""
    asked = [(images, vae.one_hot(labels)) for images, labels in sets]
    networks = start(seeds, vae.Autoencoder)
    return fit(networks, vae.Autoencoder.loss, [asked], steps, batch=vae.BATCH, rate=vae.RATE, warm=0.05)


def classifiers(seeds, *sources, steps=STEPS, make=classifier.Classifier, change=None):
    """Classifiers (scripts/train/classifier.py), one for each seed and its (images, labels); of several sources each batch takes equal shares."""
    recipe = {"batch": classifier.BATCH, "rate": classifier.RATE, "decay": 1e-4, "change": change}
    return fit(start(seeds, make), lambda network, images, labels: F.cross_entropy(network(images), labels), sources, steps, **recipe)
