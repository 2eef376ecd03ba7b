"""The game of the glimpse agent: 16 patches of 2×2 pixels hide a digit; each turn opens a patch or says a digit.

A look costs a small price. Saying a digit ends the game: +1 if it is right, −1 if not. How the agent learns to play: glimpse.py.
"""

import torch
from torch import nn
from torch.nn import functional as F

PATCHES, ANSWERS = 16, 10
PRICE = 0.04  # of a look, in units of the reward for a right answer

# Which pixels lie under which patch, (16, 64): patch 0 is top left, patch 3 top right.
UNDER = torch.zeros(PATCHES, 64)
for row in range(8):
    for column in range(8):
        UNDER[row // 2 * 4 + column // 2, row * 8 + column] = 1


class Values(nn.Module):
    """(N, 64) seen pixels and (N, 16) open patches (0 or 1) → (N, 26) values of 16 looks and 10 answers."""

    def __init__(self, width=128):
        super().__init__()
        self.layer1 = nn.Linear(64 + PATCHES, width)
        self.layer2 = nn.Linear(width, width)
        self.layer3 = nn.Linear(width, PATCHES + ANSWERS)

    def forward(self, images, opened):
        seen = images * (opened @ UNDER)  # what is covered is zero
        units = F.relu(self.layer1(torch.cat([seen, opened], dim=1)))
        return self.layer3(F.relu(self.layer2(units)))


def allowed(values, opened):
    """The values with those of patches that are open already at −∞: nobody looks there twice."""
    closed = F.pad(opened, (0, ANSWERS)) == 0
    return values.masked_fill(~closed, -torch.inf)


@torch.no_grad()
def play(net, images, order=None, looks=None):
    """Play one game on each image, always taking the action of highest value.

    Returns the digits said (N,), and when each patch was opened (N, 16): 1 for the first look, 2 for the second, 0 for never.
    `order` (N, 16) makes the agent look in that order; `looks` makes it answer after exactly so many looks.
    """
    when, said = torch.zeros(len(images), PATCHES), torch.full((len(images),), -1)
    for step in range(PATCHES + 1):
        opened = (when > 0).float()
        values = allowed(net(images, opened), opened)
        look, say = values[:, :PATCHES], values[:, PATCHES:]
        ready = say.amax(1) >= look.amax(1) if looks is None else torch.full((len(images),), step >= looks)
        now = ready & (said < 0)
        said[now] = say.argmax(1)[now]
        going = torch.nonzero(said < 0)[:, 0]
        if not len(going):
            break
        patch = look.argmax(1) if order is None else order[:, step]
        when[going, patch[going]] = step + 1
    return said, when


def score(net, images, labels, price=PRICE, **how):
    """{"test_accuracy", "looks", "reward"}: means over one game on each image."""
    said, when = play(net, images, **how)
    right, looked = (said == labels).float(), (when > 0).float().sum(1)
    reward = 2 * right - 1 - price * looked
    return {"test_accuracy": float(right.mean()), "looks": float(looked.mean()), "reward": float(reward.mean())}


def choose(net, images, opened, curiosity):
    """One action for each game: the best by value or, with probability `curiosity`, a random one (three looks for each answer)."""
    with torch.no_grad():
        action = allowed(net(images, opened), opened).argmax(1)
    closed = 1 - opened
    look = torch.multinomial(closed + 1e-9, 1)[:, 0]
    answer = PATCHES + torch.randint(0, ANSWERS, (len(images),))
    anything = torch.where((torch.rand(len(images)) < 0.75) & (closed.sum(1) > 0), look, answer)
    return torch.where(torch.rand(len(images)) < curiosity, anything, action)
