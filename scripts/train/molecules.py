"""Molecules: a loop in which a generative model proposes, a model ranks, a score is computed, and both learn from the result.

The start is the worse half of a list of molecules (chemistry.py). In each of five rounds an arm may have the score (QED, computed
by RDKit) of 20 molecules. The arms differ only in where the 20 come from:

    guided        the generator proposes 300 lines, the ranker picks those it expects the most of
    random_pick   the generator proposes 300 lines, chance picks
    list_only     the ranker picks from the start list; nothing new is made
    with_rules    like guided, but proposals with a doubtful group are thrown away first

The score knows nothing of stability. The start list holds no doubtful group (see DOUBTFUL in chemistry.py): each one that turns up
was invented by the generator, and whether the loop multiplies them is counted, arm by arm and round by round.

Run: python3 scripts/build.py train molecules
"""

import copy
import json
from functools import cache

import numpy as np
import torch

from scripts.train import chemistry, kit, runs
from scripts.train.language import END, Transformer, encode, over_seeds, surprise, train, write

ARMS = ("guided", "random_pick", "list_only", "with_rules")
ROUNDS, TESTED, PROPOSED, KNOWN = 5, 20, 300, 100
FIRST_STEPS, ROUND_STEPS = 800, 40
SAMPLED = 1_000  # lines to measure validity, uniqueness and novelty with
SEEDS = range(10)
SHIPPED = 0
DRAWN_FOR_TABLE = 20_000


# The character model: p(next character | line so far)


class Generator:
    """Writes lines of SMILES, one character after the other. The line starts and ends with END."""

    def __init__(self, characters, longest):
        self.vocabulary = ["<end>", *characters]
        self.number = {character: number for number, character in enumerate(self.vocabulary)}
        self.model = Transformer(len(self.vocabulary), longest + 1, width=32, layers=2, heads=4, hidden=64, dropout=0.05)

    def learn(self, molecules, steps, rate=3e-3, size=64):
        tokens, weight = encode([[self.number[character] for character in line] for line in molecules], END)

        def batch():
            rows = torch.randint(len(tokens), (size,))
            longest = int(weight[rows].sum(1).max())
            return tokens[rows, : longest + 1], weight[rows, :longest]

        train(self.model, batch, steps, "molecules", rate, warm_up=steps // 10)
        return self

    def propose(self, count, seed):
        rows = write(self.model, torch.full((count, 1), END), torch.Generator().manual_seed(seed))
        return ["".join(self.vocabulary[number] for number in row) for row in rows]

    def can_spell(self, line):
        return len(line) < self.model.shape["context"] and all(character in self.number for character in line)


def quality(generator, start, molecules, seed):
    """What the untuned generator makes: shares of readable lines, of distinct among these, and of new among the distinct."""
    lines = generator.propose(SAMPLED, seed)
    read = [line for line in map(chemistry.canonical, lines) if line]
    distinct = set(read)
    new = distinct - set(start)
    return {
        "valid": len(read) / SAMPLED,
        "unique": len(distinct) / len(read),
        "novel": len(new) / len(distinct),
        "novel_in_hidden_half": len(new & set(molecules)) / len(new),
        "novel_doubtful": sum(bool(chemistry.alarms(line)) for line in new) / len(new),
    }


# The loop


def candidates(arm, generator, start, tested, seed):
    """What an arm can choose from in this round: molecules not yet tested, in a fixed order."""
    if arm == "list_only":
        return [line for line in start if line not in tested]
    found = {chemistry.canonical(line) for line in generator.propose(PROPOSED, seed)} - {None} - tested.keys()
    return sorted(line for line in found if generator.can_spell(line) and not (arm == "with_rules" and chemistry.alarms(line)))


def choose(arm, options, tested, draw):
    """The 20 molecules to test, and what the ranker expects of them (None for chance)."""
    if arm == "random_pick":
        return list(draw.permutation(options)[:TESTED]), None
    expected = chemistry.ranker().fit(list(tested), list(tested.values())).predict(options)
    best = np.argsort(-expected, kind="stable")[:TESTED]
    return [options[row] for row in best], float(expected[best].mean())


def loop(arm, generator, start, seed):
    """Five rounds of one arm; `generator` is changed. Returns one record a round."""
    kit.seed_everything(seed)
    draw = np.random.default_rng(seed)
    tested = {line: chemistry.qed(line) for line in draw.permutation(start)[:KNOWN].tolist()}
    records = []
    for number in range(1, ROUNDS + 1):
        options = candidates(arm, generator, start, tested, seed=1_000 * seed + number)
        chosen, expected = choose(arm, options, tested, draw)
        scores = {str(line): chemistry.qed(line) for line in chosen}
        tested |= scores
        best = max(tested, key=tested.get)
        shares = {"options": chemistry.doubtful(options), "tested": chemistry.doubtful(chosen)}
        records.append({"scores": scores, "expected": expected, "best": best, **shares})
        if arm != "list_only":  # the generator learns from the best so far, mixed with what it knew
            best_60 = sorted(tested, key=tested.get)[-60:]
            generator.learn(best_60 * 2 + draw.permutation(start)[:40].tolist(), ROUND_STEPS, rate=1e-3, size=48)
    return records


def figures(records):
    """The numbers of one run of one arm."""
    last = records[-1]["best"]
    stable = [score for record in records for line, score in record["scores"].items() if not chemistry.alarms(line)]
    numbers = {f"round_{at}": float(np.mean(list(record["scores"].values()))) for at, record in enumerate(records, 1)}
    numbers |= {"best": chemistry.qed(last), "best_is_doubtful": float(bool(chemistry.alarms(last))), "best_stable": max(stable)}
    if records[0]["expected"] is not None:
        numbers["expected"] = {f"round_{at}": record["expected"] for at, record in enumerate(records, 1)}
    for kind in ("doubtful", "hydrazine"):
        numbers[f"{kind}_tested"] = {f"round_{at}": record["tested"][kind] for at, record in enumerate(records, 1)}
        numbers[f"{kind}_options"] = {f"round_{at}": record["options"][kind] for at, record in enumerate(records, 1)}
        for where in ("tested", "options"):
            numbers[f"{kind}_{where}"]["all"] = float(np.mean(list(numbers[f"{kind}_{where}"].values())))
    return numbers


def best_first(scores):
    return sorted(scores, key=scores.get, reverse=True)


def table(generator, molecules, start):
    """The laboratory of the page: what RDKit computes for the list and for every readable line among 20,000 that the model wrote."""
    written = {line for line in generator.propose(DRAWN_FOR_TABLE, seed=77) if chemistry.canonical(line)}
    return {
        "columns": ["smiles", "qed_thousandths", "logp_hundredths", "doubtful", "canonical"],
        "start": len(start),  # so many rows come first: the start list, worst first
        "rows": chemistry.described(start + sorted((written | set(molecules)) - set(start))),
    }


def trace(runs):
    """The recorded loop of one seed: for each arm and round what was tested, best first."""
    return {
        arm: [
            {"expected": record["expected"], "tested": chemistry.described(best_first(record["scores"]))} for record in records
        ]
        for arm, records in runs.items()
    }


def parity(generator, lines):
    """What JavaScript must reproduce: logits at a line's first and last place, its surprise in nats; and a ranker learnt from 30 lines."""
    for line in lines[:4]:
        tokens, weight = encode([[generator.number[character] for character in line]], END)
        with torch.no_grad():
            logits = generator.model(tokens[:, :-1])[0, [0, -1]]
            yield {"line": line, "logits": logits, "nats": surprise(generator.model, tokens, weight)[0]}
    learnt, asked = lines[:30], lines[30:34]
    values = [chemistry.qed(line) for line in learnt]
    yield {"learnt": learnt, "values": values, "asked": asked, "expected": chemistry.ranker().fit(learnt, values).predict(asked)}


@cache
def lists():
    """All molecules of the list; and the worse half of them, worst first, which is where everybody starts."""
    molecules = chemistry.library()
    return molecules, sorted(molecules, key=chemistry.qed)[: len(molecules) // 2]


@runs.once
def first_generator(seed, molecules, start):
    """The generator before the loop."""
    kit.seed_everything(seed)
    return Generator(chemistry.characters(molecules), max(map(len, molecules))).learn(start, FIRST_STEPS)


@runs.once
def whole_loop(arm, seed, molecules, start):
    return loop(arm, first_generator(seed, molecules, start), start, seed)


def stored(generator):
    """A copy of the generator with the weights that a reader of the file gets."""
    reader = copy.copy(generator)
    reader.model = kit.stored(generator.model)
    return reader


def put(name, content):
    """Write what the page reads."""
    text = json.dumps(kit.rounded(content), separators=(",", ":"))
    kit.write(kit.DOCS / "demos" / "molecules" / f"{name}.json", text.replace("],[", "],\n[") + "\n")


def ship():
    molecules, start = lists()
    exact = first_generator(SHIPPED, molecules, start)
    generator = stored(exact)
    valid = [quality(one, start, molecules, SHIPPED)["valid"] for one in (generator, exact)]
    notes = {"seed": SHIPPED, "split": "worse half of the list by QED", "score": valid[0], "float32_score": valid[1]}
    notes |= {"score_of": "share of readable lines", "shape": exact.model.shape, "vocabulary": exact.vocabulary}
    kit.save_weights("molecules", exact.model.state_dict(), notes)
    kit.write_parity("molecules", list(parity(generator, start[::25])))
    put("table", table(exact, molecules, start))


def report():
    molecules, start = lists()
    generators = [first_generator(seed, molecules, start) for seed in SEEDS]
    made = [quality(generator, start, molecules, seed) for seed, generator in enumerate(generators)]
    runs_of = {arm: [whole_loop(arm, seed, molecules, start) for seed in SEEDS] for arm in ARMS}
    arms = {arm: [figures(records) for records in runs_of[arm]] for arm in ARMS}
    put("loop", trace({arm: records[SHIPPED] for arm, records in runs_of.items()}))
    found = {line: score for record in runs_of["guided"][SHIPPED] for line, score in record["scores"].items()}
    kit.write(kit.FIGURES / "molecules.svg", chemistry.comparison(start[::-1], best_first(found)))
    rows = {row[0] for row in table(generators[SHIPPED], molecules, start)["rows"]}
    lines = stored(generators[SHIPPED]).propose(SAMPLED, seed=78)
    kit.write_results(
        "molecules",
        question="Do a model that proposes molecules and a model that ranks them find more together? What does their score not see?",
        method=f"{len(molecules):,} molecules enumerated from rings, linkers and end groups, none with a doubtful group; the half with "
        "the lower computed QED is the start list. A character transformer learns its lines; a ridge regression on snippets of 1 to 3 "
        f"characters learns QED from {KNOWN} of them. Five rounds: {PROPOSED} lines proposed, {TESTED} tested (RDKit computes QED), both "
        "models learn on. Arms: ranked proposals; proposals picked at random (the generator still learns from the best); ranked molecules "
        f"of the list only; ranked proposals without doubtful groups. Validity, uniqueness and novelty: {SAMPLED:,} lines before the loop. "
        "Doubtful groups: the SMARTS patterns below.",
        command="python3 scripts/build.py train --seeds molecules",
        seeds=SEEDS,
        limits="Everything is computed, nothing was made or measured. QED is a likeness to known oral drugs, not an effect. A tiny "
        "chemistry; the patterns for doubtful groups are coarse and ours. Higher QED here is no evidence of a better medicine.",
        parameters=kit.parameter_count(generators[SHIPPED].model),
        library=len(molecules),
        library_best=max(map(chemistry.qed, molecules)),
        start_mean=float(np.mean([chemistry.qed(line) for line in start])),
        start_best=chemistry.qed(start[-1]),
        **over_seeds(made),
        ranker_r2={
            name: chemistry.ranker_quality(molecules, [compute(line) for line in molecules], (50, 200, 800), range(5))
            for name, compute in (("qed", chemistry.qed), ("logp", chemistry.logp))
        },
        doubtful_groups=chemistry.DOUBTFUL,
        table_rows=len(rows),
        table_covers=sum(line in rows for line in lines) / SAMPLED,
        **{arm: over_seeds(arms[arm]) for arm in ARMS},
    )
