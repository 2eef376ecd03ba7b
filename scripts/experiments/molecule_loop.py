"""Molecules: a loop of a model that proposes and a model that ranks, its parts alone, and what the loop exploits.

Question: Does the loop of generator and ranker find better molecules than either alone, how new and how different are they, and what does
the loop learn that nobody wanted?

Prediction: (The figures of molecules.json were known; the prediction is about diversity, novelty and paired differences.) Guided proposals are
better than random picks in every round, and for every random start in the last. The best molecule of all differs less between the two than
their means do. Guiding narrows: the molecules that it tests are less different from each other. Most of what the loop tests is new.

Method: The loop of the page (molecules.py): the start list is the worse half, by computed QED, of an enumerated list without doubtful groups;
100 of it are known at first; in each of five rounds 20 molecules are tested (RDKit computes QED) and both models learn on. Arms: the ranker
picks from 300 lines of the generator (guided); chance picks (the generator still learns from the best found); the ranker picks from the start
list; guided without doubtful groups. The trainer runs ten loops of each arm, which share the first generator and the molecules known at
first; their figures are read from docs/results/molecules.json, not repeated, and differences are paired. Diversity (mean Tanimoto distance of two
tested molecules, Morgan fingerprints of radius 2) and the share of tested molecules outside the start list are computed from the one
loop of each arm that the page shows. A quick run makes a whole new loop.

Limits: Everything is computed; nothing was made or measured. QED is a likeness to known oral drugs, not an effect, and knows nothing of
stability or safety. A tiny chemistry; the patterns for doubtful groups are coarse and ours. Five rounds of 20 tests: longer loops may differ.
Diversity and novelty are those of one loop of each arm, without an interval.
"""

import json

import numpy as np
from rdkit import DataStructs
from rdkit.Chem import rdFingerprintGenerator

from scripts.experiments.experiment import RESULTS, ROOT, Experiment
from scripts.train import chemistry, kit
from scripts.train.molecules import ARMS, FIRST_STEPS, ROUNDS, Generator, figures, loop

PAGE = ROOT / "docs" / "demos" / "molecules"
FINGERPRINT = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)


def read(path):
    return json.loads(path.read_text("utf-8"))


def diversity(lines):
    """Mean Tanimoto distance of two different molecules: 0 the same, 1 nothing in common."""
    prints = [FINGERPRINT.GetFingerprint(chemistry.read(line)) for line in lines]
    likeness = [DataStructs.BulkTanimotoSimilarity(one, prints[:row]) for row, one in enumerate(prints)]
    return 1 - float(np.mean(np.concatenate(likeness)))


def new_loop(arm, seed):
    """A whole loop from the beginning; the numbers of `molecules.figures`."""
    molecules = chemistry.library()
    start = sorted(molecules, key=chemistry.qed)[: len(molecules) // 2]
    kit.seed_everything(seed)
    generator = Generator(chemistry.characters(molecules), max(map(len, molecules))).learn(start, FIRST_STEPS)
    return figures(loop(arm, generator, start, seed))


def of_seed(numbers, seed):
    """One run out of the nested summaries that a trainer writes."""
    return numbers["values"][seed] if "values" in numbers else {name: of_seed(part, seed) for name, part in numbers.items()}


def rows_of(arm, numbers):
    """What is shown of one loop: each round, and the whole."""
    for at in range(1, ROUNDS + 1):
        row = {"round": at, "qed": numbers[f"round_{at}"], "doubtful": numbers["doubtful_tested"][f"round_{at}"]}
        yield row | ({"optimism": numbers["expected"][f"round_{at}"] - row["qed"]} if "expected" in numbers else {})
    total = {"best": numbers["best"], "best_stable": numbers["best_stable"], "doubtful": numbers["doubtful_tested"]["all"]}
    yield total | ({} if arm == "list_only" else {"doubtful_proposed": numbers["doubtful_options"]["all"]})


def page_row(arm):
    """Diversity and novelty in the loop that the page shows; "start_list" for the list itself."""
    table = read(PAGE / "table.json")
    start = [row[0] for row in table["rows"][: table["start"]]]
    if arm == "start_list":
        scores = [row[1] / 1000 for row in table["rows"][: table["start"]]]
        return {"qed": float(np.mean(scores)), "best": max(scores), "diversity": diversity(start), "doubtful": chemistry.doubtful(start)["doubtful"]}
    tested = [row[0] for record in read(PAGE / "loop.json")[arm] for row in record["tested"]]
    return {"diversity": diversity(tested), "new": float(np.mean([line not in start for line in tested]))}


def run(seed, arm, source):
    if source == "page":
        return page_row(arm)
    found = read(RESULTS / "molecules.json")
    if arm == "before":
        return {name: found[name]["values"][seed] for name in ("valid", "unique", "novel")} | {"doubtful_proposed": found["novel_doubtful"]["values"][seed]}
    return list(rows_of(arm, of_seed(found[arm], seed) if seed in found["seeds"] else new_loop(arm, seed)))


def message(rows):
    last = {arm: rows[f"{arm}-loops-{ROUNDS}"] for arm in ARMS}
    whole = {arm: rows[f"{arm}-loops"] for arm in ARMS}
    qed = {arm: f"{row['qed']['mean']:.3f}" for arm, row in last.items()}
    gain, best = last["guided"]["gain"], whole["guided"]["best_gain"]
    varied = {arm: f"{rows[f'{arm}-page']['diversity']['mean']:.2f}" for arm in ("guided", "random_pick", "start_list")}
    return (
        f"In the last round guided proposals have a mean computed QED of {qed['guided']}, random picks {qed['random_pick']}, the list alone "
        f"{qed['list_only']} (guided − random {gain['mean']:+.3f} [{gain['low']:+.3f}, {gain['high']:+.3f}]; best found {best['mean']:+.3f} "
        f"[{best['low']:+.3f}, {best['high']:+.3f}]); diversity is {varied['guided']} guided, {varied['random_pick']} at random and "
        f"{varied['start_list']} in the start list; {last['guided']['doubtful']['mean']:.0%} of what the guided loop tests in the last round holds "
        f"a doubtful group ({rows['guided-loops-1']['doubtful']['mean']:.0%} in the first, none in the start list), and without such groups it "
        f"reaches {qed['with_rules']}."
    )


LABELS = {
    "start_list": "start list",
    "before": "generator before the loop",
    "guided": "guided: generator and ranker",
    "random_pick": "generator, random picks",
    "list_only": "ranker, start list only",
    "with_rules": "guided, doubtful groups thrown away",
}
QED, SHARE = {"unit": "QED, computed", "better": "higher"}, {"unit": "share"}

experiment = Experiment(
    __file__,
    run,
    arms=[{"arm": arm, "source": "loops"} for arm in ("before", *ARMS)] + [{"arm": arm, "source": "page"} for arm in ("start_list", *ARMS)],
    seeds=range(10),
    reads=["results/molecules.json", "demos/molecules/loop.json", "demos/molecules/table.json"],
    unvaried=lambda arm: arm["source"] == "page",
    measures={
        "qed": {"label": "mean QED of the molecules tested", **QED},
        "gain": {"label": "mean QED − that of random picks", **QED},
        "best": {"label": "best found", **QED},
        "best_stable": {"label": "best without doubtful group", **QED},
        "best_gain": {"label": "best found − that of random picks", **QED},
        "optimism": {"label": "QED that the ranker expects − QED computed", "unit": "QED, computed", "better": "neither"},
        "valid": {"label": "readable lines, of 1,000", **SHARE, "better": "higher"},
        "unique": {"label": "distinct among the readable", **SHARE, "better": "higher"},
        "novel": {"label": "new among the distinct", **SHARE, "better": "higher"},
        "new": {"label": "tested molecules not in the start list", **SHARE, "better": "higher"},
        "diversity": {"label": "mean Tanimoto distance of tested molecules", "unit": "distance", "better": "higher"},
        "doubtful": {"label": "tested molecules with a doubtful group", **SHARE, "better": "lower", "step": 0.05},
        "doubtful_proposed": {"label": "new proposals with a doubtful group", **SHARE, "better": "lower"},
    },
    conditions={
        "arm": {"label": "arm", "values": LABELS},
        "source": {"label": "loops", "values": {"loops": "ten loops of the trainer", "page": "the loop on the page"}},
        "round": {"label": "round"},
    },
    compare={"gain": ("qed", {"arm": "random_pick"}), "best_gain": ("best", {"arm": "random_pick"})},
    message=message,
    quick={"arms": [{"arm": "guided", "source": "loops"}], "seeds": range(100, 101), "measures": ["qed", "best"]},
)
main = experiment.main

if __name__ == "__main__":
    raise SystemExit(main())
