"""Induction: how two layers of attention find out what comes next by looking back, and why one layer cannot.

A sequence repeats itself with a period that changes from one sequence to the next: b k e s o b k e s o b k … After the
first period the next symbol is certain, if one can look up what followed the last time. Two attention-only layers do this:
a head of the first layer copies into each place the symbol *before* it, and a head of the second layer looks for the place
whose "symbol before" is the present symbol. Random symbols and a random period leave nothing else to learn.

Source: Olsson et al., In-context learning and induction heads, 2022.
Run: python3 scripts/build.py train induction
"""

import torch
from PIL import Image

from scripts.train import kit, runs
from scripts.train.language import Transformer, train

SYMBOLS = 32
LENGTH = 33  # tokens of a sequence: 32 read, 32 guessed
PERIODS = range(5, 15)
POOL = 20_000  # training sequences
STEPS = 1_200
BATCH = 64
SEEDS = range(5)
SHIPPED = 0
NAMES = {1: "one_layer", 2: "two_layers"}
PICTURE_PERIOD = 9


# Data


def sequences(count, seed, periods=PERIODS):
    """Tokens (count, LENGTH), and a weight (count, LENGTH − 1): 1 where the token that comes next can be known."""
    draw = torch.Generator().manual_seed(seed)
    tokens = torch.zeros(count, LENGTH, dtype=torch.long)
    weight = torch.zeros(count, LENGTH - 1)
    for row in range(count):
        period = periods[int(torch.randint(len(periods), (1,), generator=draw))]
        word = torch.randperm(SYMBOLS, generator=draw)[:period]
        tokens[row] = word.repeat(LENGTH // period + 1)[:LENGTH]
        weight[row, period:] = 1  # at the end of the first period nothing tells yet that it is the end
    return tokens, weight


# Measures


@torch.no_grad()
def accuracy(model, tokens, weight):
    """Share of the knowable next tokens that the model ranks first."""
    right = (model(tokens[:, :-1]).argmax(-1) == tokens[:, 1:]).float()
    return float((right * weight).sum() / weight.sum())


@torch.no_grad()
def head_scores(model, tokens):
    """For each layer and head: mean attention to the place before, and to the places after an earlier sighting of the same symbol.

    The first is measured in the first PERIODS[-1] places: whatever the period, all that needs to be remembered has been seen by then.
    """
    read = tokens[:, :-1]
    same = read[:, :, None] == read[:, None, :]  # (B, T, T): place t holds the symbol of place s
    earlier = torch.ones(read.shape[1], read.shape[1], dtype=torch.bool).tril(-1)
    after = (same & earlier).roll(1, dims=2)  # one to the right: what followed each earlier sighting
    seen = after.any(2)
    scores = {}
    for layer, weights in enumerate(model.look(read)[1], 1):
        for head in range(weights.shape[1]):
            looks = weights[:, head]
            scores[f"layer_{layer}_head_{head + 1}"] = {
                "previous_token": float(looks.diagonal(-1, 1, 2)[:, : PERIODS[-1]].mean()),
                "after_sighting": float((looks * after).sum(2)[seen].mean()),
            }
    return scores


def without_head(model, layer, head):
    """The same model in which one head is silent: its columns of the mixing matrix are zero."""
    copy = Transformer(**model.shape)
    copy.load_state_dict(model.state_dict())
    size = model.shape["width"] // model.shape["heads"]
    with torch.no_grad():
        copy.blocks[layer].mix.weight[:, head * size : (head + 1) * size] = 0
    return copy.eval()


def silenced(model, tokens, weight):
    """Accuracy of the model when each head in turn is silent."""
    shape = model.shape
    return {
        f"layer_{layer + 1}_head_{head + 1}": accuracy(without_head(model, layer, head), tokens, weight)
        for layer in range(shape["layers"])
        for head in range(shape["heads"])
    }


# Experiment


@runs.once
def learn(layers, seed, pool):
    kit.seed_everything(seed)
    model = Transformer(SYMBOLS, LENGTH - 1, width=32, layers=layers, heads=2, hidden=0)
    tokens, weight = pool

    def batch():
        rows = torch.randint(len(tokens), (BATCH,))
        return tokens[rows], weight[rows]

    return train(model, batch, STEPS, f"induction, {NAMES[layers]} {seed}")


@torch.no_grad()
def picture(model, path):
    """The second layer's clearest head on one sequence, as 32×32 pixels: row = the reading place, column = where it looks, ink = weight."""
    tokens, _ = sequences(1, seed=7, periods=[PICTURE_PERIOD])
    scores = head_scores(model, sequences(200, seed=8)[0])
    best = max(range(model.shape["heads"]), key=lambda head: scores[f"layer_2_head_{head + 1}"]["after_sighting"])
    looks = model.look(tokens[:, :-1])[1][1][0, best]
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray((255 * (1 - looks)).round().byte().numpy()).save(path, optimize=True)


def parity(models):
    tokens = sequences(3, seed=11)[0][:, :-1]
    for name, model in models.items():
        logits, weights = model.look(tokens)
        for row in range(len(tokens)):
            yield {
                "model": name,
                "tokens": tokens[row],
                "logits": logits[row, [0, -1]],  # at the first and at the last place
                "attention": [layer[row, :, -1] for layer in weights],  # of the last place: one row for each head
            }


def ship():
    pool, fresh = sequences(POOL, seed=5), sequences(2_000, seed=99)
    exact = {name: learn(layers, SHIPPED, pool) for layers, name in NAMES.items()}
    models = {name: kit.stored(model) for name, model in exact.items()}
    right = [accuracy(kind["two_layers"], *fresh) for kind in (models, exact)]
    notes = {"seed": SHIPPED, "split": "2,000 fresh sequences", "score": right[0], "float32_score": right[1]}
    notes |= {"score_of": "accuracy of the two layers on knowable tokens", "shapes": {name: model.shape for name, model in exact.items()}}
    kit.save_weights("induction", {f"{name}.{key}": value for name, model in exact.items() for key, value in model.state_dict().items()}, notes)
    with torch.no_grad():
        kit.write_parity("induction", list(parity(models)))
    picture(models["two_layers"], kit.FIGURES / "induction-attention.png")


def report():
    pool, (tokens, weight) = sequences(POOL, seed=5), sequences(2_000, seed=99)
    results = {}
    for layers, name in NAMES.items():
        models = [learn(layers, seed, pool) for seed in SEEDS]
        results[name] = {
            "parameters": kit.parameter_count(models[SHIPPED]),
            "accuracy": kit.summary(accuracy(model, tokens, weight) for model in models),
            "heads": head_scores(models[SHIPPED], tokens),
            "accuracy_with_silent_head": silenced(models[SHIPPED], tokens, weight),
        }
    kit.write_results(
        "induction",
        question="Can a model learn to look up, in what it has just read, what came next the last time? How many layers does that take?",
        method=f"Sequences of {LENGTH} symbols out of {SYMBOLS} that repeat with a random period of {PERIODS[0]} to {PERIODS[-1]}. "
        f"Attention-only decoders of width 32 with 2 heads a layer, trained for {STEPS:,} steps of {BATCH} sequences. Accuracy: share of "
        "the knowable next symbols (from the second symbol of the second period on) ranked first, on 2,000 fresh sequences. Heads: mean "
        f"attention weights of seed 0 (to the place before: in the first {PERIODS[-1]} places; to the places after an earlier sighting: "
        "everywhere). Silent head: the accuracy of seed 0 when the output of one head is removed.",
        command="python3 scripts/build.py train --seeds induction",
        seeds=SEEDS,
        limits="A made-up task that nothing but looking back can solve; large models do more than this. One recipe; one width.",
        **results,
    )
