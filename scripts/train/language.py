"""A small decoder-only transformer, and how it learns: read a row of tokens, guess the next one, at every place at once.

Three experiments share it: induction (symbols), stories (words) and molecules (characters). A token is a number that
stands for one symbol of a fixed vocabulary. The model turns each token and each place into a vector, lets the places
exchange information by attention, and ends in one score (logit) for every token that could come next.

Source: Vaswani et al., Attention is all you need, 2017 (the decoder without its encoder, layer norm moved to the front).
In the file of weights: `token` (V, D), `place` (T, D), `blocks.N.{norm, qkv, mix, norm_mlp, up, down}`, `norm`, `out`; a matrix is
(out, in), a layer norm has eps 1e-5, and the bend in the small network is GELU in its tanh form.
Shapes: B sequences, T places, V tokens in the vocabulary, D width, H heads, K = D / H width of a head.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from scripts.train import kit, runs

END = 0  # the token that ends a text; every vocabulary here keeps place 0 for it


class Block(nn.Module):
    """One layer: attention moves information between places, then a small network works on each place by itself.

    With `hidden=0` the second half is left out: an attention-only layer.
    """

    def __init__(self, width, heads, hidden, dropout):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)  # query, key and value of all heads, one after the other
        self.mix = nn.Linear(width, width)
        if hidden:
            self.norm_mlp = nn.LayerNorm(width)
            self.up = nn.Linear(width, hidden)
            self.down = nn.Linear(hidden, width)
        self.hidden = hidden
        self.dropout = nn.Dropout(dropout)

    def attend(self, x, past=None, look=False):
        """x (B, T, D) → what attention adds (B, T, D); with `look` the attention weights (B, H, T, T), row looks at column, else None.

        `past`, if given, holds the keys and values (B, H, P, K) of the P places before the one in x. Returned last: the same with it.
        """
        batch, places, width = x.shape
        query, key, value = (
            part.view(batch, places, self.heads, width // self.heads).transpose(1, 2)
            for part in self.qkv(self.norm(x)).chunk(3, dim=-1)
        )
        if past is not None:
            key, value = torch.cat([past[0], key], 2), torch.cat([past[1], value], 2)
        if look:
            score = query @ key.transpose(-1, -2) / math.sqrt(width // self.heads)
            future = torch.ones(places, places, dtype=torch.bool).triu(1)
            weight = score.masked_fill(future, float("-inf")).softmax(-1)  # nobody looks at what comes later
            mixed = weight @ value
        else:  # the same in one call, which is faster and does not tell the weights
            weight, mixed = None, F.scaled_dot_product_attention(query, key, value, is_causal=past is None)
        return self.mix(mixed.transpose(1, 2).reshape(batch, places, width)), weight, (key, value)

    def forward(self, x, past=None, look=False):
        added, weight, kept = self.attend(x, past, look)
        x = x + self.dropout(added)
        if self.hidden:
            x = x + self.dropout(self.down(F.gelu(self.up(self.norm_mlp(x)), approximate="tanh")))
        return x, weight, kept


class Transformer(nn.Module):
    """Tokens (B, T) → logits of the next token (B, T, V). `hidden=0` makes it attention-only."""

    def __init__(self, vocabulary, context, width, layers, heads, hidden, dropout=0.0):
        super().__init__()
        self.shape = {"vocabulary": vocabulary, "context": context, "width": width, "layers": layers, "heads": heads, "hidden": hidden}
        self.token = nn.Parameter(torch.randn(vocabulary, width) * 0.3)
        self.place = nn.Parameter(torch.randn(context, width) * 0.3)
        self.blocks = nn.ModuleList(Block(width, heads, hidden, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, vocabulary)

    def forward(self, tokens):
        return self.look(tokens, weights=False)[0]

    def look(self, tokens, weights=True):
        """Logits (B, T, V) and, for each layer, the attention weights (B, H, T, T)."""
        x = self.token[tokens] + self.place[: tokens.shape[1]]
        seen = []
        for block in self.blocks:
            x, weight, _ = block(x, look=weights)
            seen.append(weight)
        return self.out(self.norm(x)), seen

    def go_on(self, tokens, before, past):
        """Logits (B, V) of what comes next, when `tokens` (B, T) stand after `before` places (T is 1, or `before` is 0). `past` is a list
        of the keys and values in each layer, and is brought up to date: so each place is computed once, not once for every token after it."""
        x = self.token[tokens] + self.place[before : before + tokens.shape[1]]
        for number, block in enumerate(self.blocks):
            x, _, past[number] = block(x, past[number])
        return self.out(self.norm(x[:, -1]))


def over_seeds(runs):
    """The numbers of several runs, nested alike → the same nest with the summary of each number."""
    if isinstance(runs[0], dict):
        return {name: over_seeds([run[name] for run in runs]) for name in runs[0]}
    return kit.summary(runs)


def encode(texts, first):
    """Lists of tokens → one table (N, L + 2): first token, text, END, filled up with END; and a weight (N, L + 1).

    `first` is one start token for all texts or a list with one for each. The weight is 1 where a token is to be
    guessed and 0 in the filling. L is the length of the longest text.
    """
    starts = [first] * len(texts) if isinstance(first, int) else first
    longest = max(len(text) for text in texts)
    tokens = torch.full((len(texts), longest + 2), END)
    weight = torch.zeros(len(texts), longest + 1)
    for row, (start, text) in enumerate(zip(starts, texts, strict=True)):
        tokens[row, : len(text) + 1] = torch.tensor([start, *text])
        weight[row, : len(text) + 1] = 1
    return tokens, weight


def surprise(model, tokens, weight):
    """Surprise of each sequence at itself, −ln p(tokens after the first | first), in nats: (B, T + 1) → (B,)."""
    logits = model(tokens[:, :-1])
    nats = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten(), reduction="none").view_as(weight)
    return (nats * weight).sum(1)


def train(model, batch, steps, label, rate=3e-3, warm_up=100, watch=None, noted=None):
    """The training loop. `batch()` gives tokens (B, T + 1) and weight (B, T); the loss is the mean surprise at a token.

    The step size rises for `warm_up` steps and then falls along a cosine. `watch(step, model)`, if given, is called after each step;
    what it notes down goes into the dict `noted`.
    """
    optimiser = torch.optim.AdamW(model.parameters(), rate, betas=(0.9, 0.98), weight_decay=1e-2, fused=True)
    model.train()
    for step in runs.steps(steps, label, model, optimiser, {} if noted is None else noted):
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1, (step + 1) / warm_up) * (0.03 + 0.97 * (1 + math.cos(math.pi * step / steps)) / 2)
        tokens, weight = batch()
        loss = surprise(model, tokens, weight).sum() / weight.sum()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if watch:
            watch(step + 1, model)
    return model.eval()


@torch.no_grad()
def write(model, start, generator, temperature=1.0):
    """Continue start (B, T) one drawn token at a time, until END or the end of the context: B lists of new tokens."""
    tokens, new, past = start, start, [None] * model.shape["layers"]
    ended = torch.zeros(len(start), dtype=torch.bool)
    while tokens.shape[1] < model.shape["context"] and not ended.all():
        chance = (model.go_on(new, tokens.shape[1] - new.shape[1], past) / temperature).softmax(-1)
        new = torch.multinomial(chance, 1, generator=generator).masked_fill(ended[:, None], END)
        ended |= new[:, 0] == END
        tokens = torch.cat([tokens, new], dim=1)
    rows = tokens[:, start.shape[1] :].tolist()
    return [row[: row.index(END)] if END in row else row for row in rows]
