"""What the site ships: parameters, bytes and quality of all weights, as their own files tell it. Each quality was measured with the
numbers in the file, and before they were rounded for it."""

import json

from scripts.train import kit


def row(path):
    """The row of one file of weights."""
    notes = kit.load_weights(path.parent.name)[1]
    numbers = {name: json.loads(notes[name]) for name in ("parameters", "score", "float32_score")}
    return {"bytes": path.stat().st_size, "score_of": notes["score_of"], **numbers}


def ship():
    rows = {path.parent.name: row(path) for path in sorted((kit.DOCS / "demos").glob(f"*/{kit.WEIGHTS}"))}
    kit.write_results(
        "shipped",
        question="How large are the models of this site, and what did rounding them cost?",
        method="Read from the files of weights: int8 with a float16 scale for each row of a matrix, float16 for vectors. score is measured "
        "with the numbers in the file, float32_score with those that training gave.",
        command="python3 scripts/build.py train shipped",
        seeds=[0],
        limits="One seed: the one that is shipped, not the best. The spread over seeds stands in the results of each model.",
        bytes=sum(one["bytes"] for one in rows.values()),
        parameters=sum(one["parameters"] for one in rows.values()),
        models=len(rows),
        **rows,
    )
