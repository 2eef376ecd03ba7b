"""Stories: one model of text that writes, that classifies, and that says false things fluently.

The model learns p(next word | words so far) from 20,000 short stories (story_world.py), each opened by a token that names its
teller: a report or a joke.

* It writes: start from a teller's token and draw one word after the other.
* It classifies: p(story | report) against p(story | joke), with nothing trained anew.
* It hallucinates: the claim that ends a story can be checked. What holds in every story (four is less than seven) it learns;
  what has to be looked up in this one (whose digit was it?) it says with the same fluency, right or wrong.

Run: python3 scripts/build.py train stories
"""

import copy
import math

import torch

from scripts.train import kit, runs
from scripts.train.language import Transformer, encode, over_seeds, surprise, train, write
from scripts.train.story_world import CLAIMS, NUMBER, TELLERS, VOCABULARY, chances, numbers, opening, parse, stories, verdict

TRAINING, FRESH, WRITTEN = 20_000, 1_000, 1_000
STEPS, BATCH = 3_000, 64
SEEDS = range(5)
SHIPPED = 0
WATCHED = (100, 250, 500, 1_000, 2_000, 3_000)  # steps at which form and truth are looked at


# Measures


def say(model, tellers, seed, temperature=1.0):
    """One story for each teller in the list, as text."""
    start = torch.tensor(opening(tellers))[:, None]
    rows = write(model, start, torch.Generator().manual_seed(seed), temperature)
    return [" ".join(VOCABULARY[word] for word in row) for row in rows]


def checked(texts):
    """Shares of stories that follow the grammar, and of those the shares with a true, false and invented claim."""
    verdicts = [verdict(text) for text in texts]
    stories_only = [(kind, found) for kind, found in verdicts if kind]
    share = {found: sum(found == other for _, other in stories_only) / len(stories_only) for found in ("true", "false", "invented")}
    by_claim = {}
    for claim in CLAIMS:
        of_kind = [found for kind, found in stories_only if kind == claim]
        by_claim[claim] = of_kind.count("true") / max(1, len(of_kind))
    grammatical = len(stories_only) / len(texts)
    return {
        "grammatical": grammatical,
        "facts_right": share["true"],
        "facts_false": share["false"],
        "facts_invented": share["invented"],
        "facts_right_by_claim": by_claim,
    }


@torch.no_grad()
def surprises(model, texts):
    """−ln p(text | teller) for both tellers: (number of texts, 2), in nats."""
    columns = []
    for teller in range(len(TELLERS)):
        tokens, weight = encode(numbers(texts), opening([teller] * len(texts)))
        columns.append(surprise(model, tokens, weight))
    return torch.stack(columns, dim=1)


@torch.no_grad()
def looked_up(model, texts, tellers):
    """Share of claims about who drew what in which the model finds the true last word likelier than the other one of the story."""
    right = {"maker": [], "reader": []}
    for text, teller in zip(texts, tellers, strict=True):
        part = parse(text)
        if part["word"]:
            continue
        kind, true = ("maker", part["maker"]) if part["made"] else ("reader", part["read"])
        pair = ("who_1", "who_2") if part["made"] else ("digit_1", "digit_2")
        words = text.split()
        before = words[: max(place for place, word in enumerate(words) if word == true)]
        logits = model(torch.tensor([opening([teller]) + [NUMBER[word] for word in before]]))[0, -1]
        other = next(part[name] for name in pair if part[name] != true)
        right[kind].append(float(logits[NUMBER[true]] > logits[NUMBER[other]]))
    return {kind: sum(answers) / len(answers) for kind, answers in right.items()}


def best_teller(texts):
    """The more probable teller of each text under the grammar: the best that any classifier can do."""
    return [int(chances(text, 1) > chances(text, 0)) for text in texts]


def share(found, asked):
    return sum(a == b for a, b in zip(found, asked, strict=True)) / len(asked)


def measure(model, training, fresh, seed):
    """Everything that is measured on one trained model."""
    texts, tellers = fresh
    asked = [number % 2 for number in range(WRITTEN)]
    written = say(model, asked, seed)
    told = [(text, teller) for text, teller in zip(written, asked, strict=True) if parse(text)]
    nats = surprises(model, texts)
    return {
        **checked(written),
        "novel": sum(text not in training for text in written) / WRITTEN,
        "told_as_asked": share(best_teller([text for text, _ in told]), [teller for _, teller in told]),
        "classifier_accuracy": share(nats.argmin(1).tolist(), tellers),
        "bits_per_story": float(nats[torch.arange(len(texts)), tellers].mean()) / math.log(2),
        "looked_up": looked_up(model, texts, tellers),
        "temperature_half": checked(say(model, asked, seed, temperature=0.5)),
    }


# Experiment


@runs.once
def learn(seed, tokens, weight):
    """One model, and {step: the model at that moment} for WATCHED."""
    kit.seed_everything(seed)
    model = Transformer(len(VOCABULARY), tokens.shape[1] - 1, width=48, layers=2, heads=4, hidden=96)
    kept = {}

    def batch():
        rows = torch.randint(len(tokens), (BATCH,))
        return tokens[rows], weight[rows]

    def watch(step, model):
        if step in WATCHED:
            kept[step] = copy.deepcopy(model).eval()

    return train(model, batch, STEPS, f"stories {seed}", watch=watch, noted=kept), kept


def curve(kept, seed):
    """How form and truth of what one model writes grew while it learnt."""
    found = {step: checked(say(model, [number % 2 for number in range(WRITTEN)], seed)) for step, model in kept.items()}
    return {step: {name: shares[name] for name in ("grammatical", "facts_right", "facts_right_by_claim")} for step, shares in found.items()}


@torch.no_grad()
def parity(model, texts):
    rows = torch.tensor([opening([0]) + numbers(texts)[0], opening([1]) + numbers(texts)[0]])
    logits, weights = model.look(rows)
    return {
        "tokens": rows,
        "logits": logits[:, [0, 5, -1]],  # at these places
        "attention": [layer[:, :, -1] for layer in weights],  # of the last place, for each layer: (texts, heads, places)
        "classify": [{"text": text, "nats": pair} for text, pair in zip(texts, surprises(model, texts), strict=True)],
    }


def material():
    """What is read: (tokens, weight) of the training stories, their texts, and stories that are not among them with their tellers."""
    told, tellers = stories(TRAINING, seed=0)
    training = set(told)
    texts, by = stories(2 * FRESH, seed=1)
    kept = [(text, teller) for text, teller in zip(texts, by, strict=True) if text not in training][:FRESH]
    return encode(numbers(told), opening(tellers)), training, kept, sum(text not in training for text in texts) / len(texts)


def ship():
    read, _, kept, _ = material()
    exact = learn(SHIPPED, *read)[0]
    model = kit.stored(exact)
    texts, tellers = zip(*kept, strict=True)
    bits = [float(surprises(one, texts)[torch.arange(FRESH), list(tellers)].mean()) / math.log(2) for one in (model, exact)]
    notes = {"seed": SHIPPED, "split": f"{FRESH:,} fresh stories", "score": -bits[0], "float32_score": -bits[1]}
    notes |= {"score_of": "minus bits per story", "shape": model.shape, "vocabulary": VOCABULARY}
    kit.save_weights("stories", exact.state_dict(), notes)
    kit.write_parity("stories", parity(model, texts[:4]))


def report():
    read, training, kept, novel = material()
    fresh = tuple(zip(*kept, strict=True))
    learnt = [learn(seed, *read) for seed in SEEDS]
    models = [model for model, _ in learnt]
    curves = [curve(kept, seed) for seed, (_, kept) in enumerate(learnt)]
    rows = [measure(model, training, fresh, seed) for seed, model in enumerate(models)]
    samples = say(models[SHIPPED], [number % 2 for number in range(16)], seed=100)
    kit.write_results(
        "stories",
        question="Can one model of text write and classify? Is what it writes true?",
        method=f"{TRAINING:,} stories from a small grammar: two people draw digits, then one claim about them; two tellers with other "
        f"habits of word choice. A decoder-only transformer (2 layers, width 48, 4 heads) reads them for {STEPS:,} steps of {BATCH}. "
        f"{WRITTEN:,} stories are written at temperature 1 and checked by a parser; facts are counted among the grammatical ones. "
        f"Classifier: argmax over the tellers of p(story given teller) on {FRESH:,} fresh stories. Looked up: before the last word of a "
        "claim about who drew what, is the true person or digit likelier than the other one of the story (chance 0.5)? Samples: the first "
        "sixteen that the shipped model wrote with seed 100.",
        command="python3 scripts/build.py train --seeds stories",
        seeds=SEEDS,
        limits=f"A world of {len(VOCABULARY)} words made for this page. How often this model errs says nothing about large models; that "
        "form is learnt sooner than truth, and that nothing in the loss asks for truth, carries over. Novelty is easy here: a story hardly "
        "ever repeats.",
        parameters=kit.parameter_count(models[SHIPPED]),
        vocabulary=len(VOCABULARY),
        **over_seeds(rows),
        best_classifier_accuracy=share(best_teller(fresh[0]), fresh[1]),
        least_bits_per_story=-sum(chances(text, teller) for text, teller in kept) / len(kept) / math.log(2),
        novel_if_drawn_from_the_grammar=novel,
        curve=over_seeds(curves),
        samples=samples,
        checked_samples=[
            {"text": text, "teller": TELLERS[number % 2], "verdict": verdict(text)[1], "in_training": text in training}
            for number, text in enumerate(samples)
        ],
    )
