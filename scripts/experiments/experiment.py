"""What every experiment shares: runs by seed that survive an interruption, rows of one shape, and the comparison with what was published.

A file in this folder is one experiment. It reads like one: its docstring has four paragraphs, "Question:", "Prediction:" (written before the
first run, and never changed after it), "Method:" and "Limits:"; then a function that runs one seed of one arm, a function `message` that says
in one sentence what came out, and an `Experiment` that binds them. docs/results/<name>.json holds these texts and then

    "measures":   {name: {"label", "unit", "better": "higher" | "lower" | "neither"}}
    "conditions": {name: {"label", "values": {value: label}}}    values only where they are words
    "message":    one sentence
    "rows":       [{"id", <condition>: value, …, <measure>: {"mean", "sd", "n", "low", "high", "values"}, …}]

so that a chart and a table can be made from any of them in the same way. `id` joins the row's conditions by hyphens ("network-100"); prose
shows a number as data-result="learning_curves.rows.network-100.accuracy.mean". A row leaves out a measure that makes no sense for it.

Standard library only, until results are written: tests need no PyTorch.
"""

import argparse
import ast
import hashlib
import json
import re
import sys
import time
from importlib import metadata
from pathlib import Path

from scripts import intervals, origins

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "docs" / "results"
CACHE = ROOT / ".cache" / "experiments"
PARAGRAPHS = ("question", "prediction", "method", "limits")
DESCRIPTION = {"experiment", "message", "main"}  # what says nothing about how a run is made: may change without a new run
NO_MODEL = {"runs"}  # keeps runs of trainers, and decides nothing in them
FALSE_ALARM = 0.01  # how often a quick run may disagree though nothing changed


def description(source):
    """The paragraphs of an experiment's docstring: {"question": …, "prediction": …, "method": …, "limits": …}, each on one line."""
    text = ast.get_docstring(ast.parse(source)) or ""
    parts = re.split(rf"^({'|'.join(PARAGRAPHS)}):", text, flags=re.M | re.I)
    found = {name.lower(): " ".join(part.split()) for name, part in zip(parts[1::2], parts[2::2])}
    missing = [name for name in PARAGRAPHS if not found.get(name)]
    if missing:
        raise ValueError(f'the docstring has no paragraph "{missing[0].capitalize()}:"')
    return {name: found[name] for name in PARAGRAPHS}


def code_of(path):
    """What a Python file does, as text: without comments, docstrings and the parts that only describe."""
    kept = []
    for node in ast.parse(path.read_text("utf-8")).body:
        names = {getattr(node, "name", None)} | {target.id for target in getattr(node, "targets", []) if isinstance(target, ast.Name)}
        if not names & DESCRIPTION and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            kept.append(node)
    for node in (inner for outer in kept for inner in ast.walk(outer)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return "\n".join(map(ast.dump, kept))


def sources(path, seen=None):
    """The file and every file of scripts/ whose models or scores it uses, directly or not."""
    seen = {} if seen is None else seen
    seen[path] = True
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("scripts"):
            folder = ROOT / node.module.replace(".", "/")
            for used in [folder.with_suffix(".py"), *(folder / f"{name.name}.py" for name in node.names)]:
                if used.exists() and used not in seen and used.stem not in NO_MODEL and used != Path(__file__).resolve():
                    sources(used, seen)
    return sorted(seen)


class Experiment:
    """One experiment. `arms` are dicts of keyword arguments of `run(seed, **arm)`, which returns {measure: number} for the arm, or a list of
    such dicts with further conditions in them where one run gives several rows (one for each generation, say). It seeds everything itself.

    `compare` adds paired differences: {"gain": ("accuracy", {"data": "real"})} gives each row the measure gain = its accuracy − that of the
    row which has data = real and is alike otherwise, seed by seed. `unvaried` names arms that chance does not touch: they run once.
    `reads` are the files of docs/ that decide what comes out: weights, and results of trainers. They are published with the results, so that
    the build notices when one has changed.
    With `together`, `run(seeds, **arm)` trains all seeds at once (see side_by_side.py) and returns a list of what each seed gave.
    `quick` is what a quick run does: {"arms": some of the arms, "seeds": others than the published ones, "measures": those to compare,
    "rows": the ids of the rows to compare, if not all: the fewer, the sharper each comparison}.
    """

    def __init__(self, file, run, *, arms, seeds, measures, conditions, message, quick, reads=(), compare=None, unvaried=lambda arm: False, together=False):
        self.file, self.name, self.run = Path(file).resolve(), Path(file).stem, run
        self.arms, self.seeds, self.measures, self.conditions = list(arms), list(seeds), measures, conditions
        self.message, self.quick, self.compare, self.unvaried = message, quick, compare or {}, unvaried
        self.reads, self.together = reads, together
        self.text = description(self.file.read_text("utf-8"))

    def key(self):
        """Names the code that makes the runs, the packages that it computes with and the files that it reads."""
        code = "\n".join(map(code_of, sources(self.file)))
        packages = [f"{name} {metadata.version(name)}" for name in ("numpy", "scikit-learn", "torch", "rdkit") if name_is_installed(name)]
        return hashlib.sha256("\n".join([code, *packages, *origins.reads(self.reads).values()]).encode()).hexdigest()[:16]

    def runs(self, arms, seeds, keep=True):
        """[{"rows", "seconds" of CPU}] of all runs; each is kept in .cache as soon as it is done, and not made again."""
        folder, done, wanted = CACHE / self.name / self.key(), [], []
        for arm in arms:
            needed = list(seeds)[:1] if self.unvaried(arm) else list(seeds)
            wanted += [(arm, needed)] if self.together else [(arm, [seed]) for seed in needed]
        for number, (arm, group) in enumerate(wanted, 1):
            path = folder / f"{identifier(arm)}-seed-{'_'.join(map(str, group))}.json"
            if keep and path.exists():
                done.append(json.loads(path.read_text("utf-8")))
                continue
            start = time.process_time()
            found = self.run(group, **arm) if self.together else [self.run(group[0], **arm)]
            rows = [arm | row for one in found for row in ([one] if isinstance(one, dict) else one)]
            done.append({"rows": rows, "seconds": time.process_time() - start})
            said = f"{self.name}: {number} of {len(wanted)}, {identifier(arm)}, seed {', '.join(map(str, group))}, {done[-1]['seconds']:.0f} s"
            print(said, file=sys.stderr, flush=True)
            if keep:
                folder.mkdir(parents=True, exist_ok=True)
                path.with_suffix(".part").write_text(json.dumps(done[-1]))
                path.with_suffix(".part").replace(path)
        return done

    def rows(self, runs):
        """One row for each setting of the conditions, in the order in which they first came: figures over its seeds, then the differences."""
        groups = {}
        for run in runs:
            for row in run["rows"]:
                groups.setdefault(identifier(self.setting(row)), []).append(row)
        rows = {}
        for name, group in groups.items():
            values = {measure: [row[measure] for row in group] for measure in self.measures if measure in group[0]}
            rows[name] = {"id": name, **self.setting(group[0]), **{measure: intervals.figure(found) for measure, found in values.items()}}
        for name, (measure, against) in self.compare.items():
            for row in rows.values():
                other = rows.get(identifier(self.setting(row) | against))
                if other and other is not row and measure in row and measure in other and other[measure]["n"] in (1, row[measure]["n"]):
                    row[name] = intervals.difference(row[measure]["values"], other[measure]["values"])
        return list(rows.values())

    def setting(self, row):
        return {name: row[name] for name in self.conditions if name in row}

    def record(self):
        """All that is published, as keyword arguments of `kit.write_results`."""
        runs = self.runs(self.arms, self.seeds)
        rows = self.rows(runs)
        return {
            **self.text,
            "command": f"python3 scripts/build.py experiments {self.name}",
            "seeds": self.seeds,
            **({"reads": origins.reads(self.reads)} if self.reads else {}),
            "cpu_seconds": round(sum(run["seconds"] for run in runs)),
            "measures": self.measures,
            "conditions": self.conditions,
            "message": self.message({row["id"]: row for row in rows}),
            "rows": rows,
        }

    def disagreements(self, published):
        """Run the quick part with new seeds and print each figure beside the interval that the published runs foresee for it.

        The mean of the new runs agrees if it lies in the prediction interval of the published ones. All intervals together miss in 1 % of
        quick runs if nothing has changed, so each is wider the more there are (Bonferroni). A measure's "step" (one test image, say) is
        added on both sides. Returns what disagrees.
        """
        known = {row["id"]: row for row in published["rows"]}
        found = self.rows(self.runs(self.quick["arms"], self.quick["seeds"], keep=False))
        found = [row for row in found if row["id"] in self.quick.get("rows", known)]
        pairs = [(row, name) for row in found for name in self.quick["measures"] if name in row and known.get(row["id"], {}).get(name, {}).get("n", 0) > 1]
        if not pairs:
            return [f"{self.name}: none of the quick figures is among the published ones"]
        outside = []
        for row, name in pairs:
            step = self.measures[name].get("step", 0)
            low, high = intervals.foreseen(known[row["id"]][name], row[name]["n"], 1 - FALSE_ALARM / len(pairs))
            agrees = low - step <= row[name]["mean"] <= high + step
            line = f"{self.name}.rows.{row['id']}.{name}: {row[name]['mean']:.4g}, foreseen {low - step:.4g} … {high + step:.4g}"
            print(line + ("" if agrees else "  OUTSIDE"), flush=True)
            outside += [] if agrees else [line]
        return outside

    def main(self):
        """Run everything and write docs/results/<name>.json; with --quick run a part and compare. Returns the exit status."""
        options = argparse.ArgumentParser(prog=self.name, description=self.text["question"])
        options.add_argument("--quick", action="store_true", help="a few runs with new seeds, compared with the published figures")
        if options.parse_args().quick:
            path = RESULTS / f"{self.name}.json"
            if not path.exists():
                print(f"There is no {path.relative_to(ROOT)} to compare with: run the experiment without --quick first.")
                return 1
            return 1 if self.disagreements(json.loads(path.read_text("utf-8"))) else 0
        from scripts.train import kit  # only here: it needs PyTorch

        record = self.record()
        kit.write_results(self.name, **record)
        print(record["message"])
        return 0


def identifier(setting):
    """The values of a row's conditions, joined: "network-100". Only what may stand in data-result and in a file name."""
    return "-".join(re.sub(r"[^\w]+", "_", str(value)) for value in setting.values()) or "all"


def name_is_installed(name):
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
