"""Intervals against known tables; and the frame of the experiments on a tiny one, which needs no PyTorch."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import content, intervals, origins
from scripts.experiments import experiment as frame

ROOT = Path(__file__).resolve().parent.parent
TINY = '''"""Dice.

Question: Which die shows more?

Prediction: The big one.

Method: Throw it, {faces} faces.

Limits: Not real dice.
"""
FACES = {faces}
def run(seed, die):  # a remark
    """What one throw gives."""
    return FACES + seed
def message(rows):
    return "{message}"
'''


# Figures such as printed tables have them (Fisher & Yates 1963, table III)
@pytest.mark.parametrize(("freedom", "level", "expected"), [
    (1, 0.95, 12.706), (2, 0.95, 4.303), (3, 0.95, 3.182), (4, 0.95, 2.776), (7, 0.95, 2.365), (9, 0.95, 2.262), (30, 0.95, 2.042),
    (4, 0.99, 4.604), (7, 0.999, 5.408), (120, 0.95, 1.980),
])
def test_quantiles_of_student_are_those_of_the_tables(freedom, level, expected):
    assert round(intervals.quantile(level, freedom), 3) == expected
    assert intervals.share_within(intervals.quantile(level, freedom), freedom) == pytest.approx(level, abs=1e-10)


def test_a_figure_by_hand():
    figure = intervals.figure([1, 2, 3, 4, 5])  # sd √2.5, half width 2.776 · √2.5 / √5
    assert (figure["mean"], figure["n"], figure["values"]) == (3, 5, [1, 2, 3, 4, 5])
    assert figure["sd"] == pytest.approx(1.58114, abs=1e-5)
    assert (figure["low"], figure["high"]) == pytest.approx((1.03676, 4.96324), abs=1e-4)
    assert intervals.figure([7]) == {"mean": 7, "sd": 0, "n": 1, "low": 7, "high": 7, "values": [7]}


def test_a_paired_difference_loses_what_the_seeds_share():
    paired = intervals.difference([10, 20, 30], [9, 19, 29])
    assert (paired["mean"], paired["low"], paired["high"]) == (1, 1, 1)
    assert intervals.difference([3, 5], [1])["values"] == [2, 4]
    with pytest.raises(ValueError):
        intervals.difference([1, 2, 3], [1, 2])


def test_foreseen_holds_a_new_mean_as_often_as_it_says():
    import random

    dice, inside, trials = random.Random(0), 0, 4000
    for _ in range(trials):
        known = intervals.figure(dice.gauss(0, 1) for _ in range(5))
        low, high = intervals.foreseen(known, 2, 0.9)
        inside += low <= (dice.gauss(0, 1) + dice.gauss(0, 1)) / 2 <= high
    assert inside / trials == pytest.approx(0.9, abs=0.015)


@pytest.fixture
def dice(tmp_path, monkeypatch):
    """Two dice; a throw shows the number of faces + the seed, and the second eye is twice that. `thrown` lists the throws that were made."""
    monkeypatch.setattr(frame, "CACHE", tmp_path / "cache")
    path = tmp_path / "dice.py"
    path.write_text(TINY.format(faces=6, message="even"))
    thrown = []

    def make(**changes):
        def run(seed, die):
            thrown.append((die, seed))
            return [{"eye": eye, "points": eye * (die + seed)} for eye in (1, 2)]

        settings = {
            "arms": [{"die": 6}, {"die": 20}],
            "seeds": range(3),
            "measures": {"points": {"label": "points"}, "more": {"label": "more"}},
            "conditions": {"die": {"label": "die"}, "eye": {"label": "eye"}},
            "compare": {"more": ("points", {"die": 6})},
            "message": lambda rows: f"The big die shows {rows['20-1']['more']['mean']:.0f} more.",
            "quick": {"arms": [{"die": 20}], "seeds": [1], "measures": ["points"]},
        }
        return frame.Experiment(path, run, **settings | changes)

    make.path, make.thrown = path, thrown
    return make


def test_rows_have_one_shape_and_paired_differences(dice):
    record = dice().record()
    assert [row["id"] for row in record["rows"]] == ["6-1", "6-2", "20-1", "20-2"]
    assert record["rows"][2] == {"id": "20-1", "die": 20, "eye": 1, "points": intervals.figure([20, 21, 22]), "more": intervals.figure([14, 14, 14])}
    assert "more" not in record["rows"][0]
    assert record["message"] == "The big die shows 14 more."
    assert {name: record[name] for name in frame.PARAGRAPHS} == {
        "question": "Which die shows more?", "prediction": "The big one.", "method": "Throw it, 6 faces.", "limits": "Not real dice."
    }
    assert list(record["rows"][0]) == ["id", "die", "eye", "points"]


def test_an_interrupted_run_goes_on_and_other_code_starts_anew(dice):
    dice().runs([{"die": 6}], [0, 1])
    assert dice.thrown == [(6, 0), (6, 1)]
    record = dice().record()
    assert dice.thrown == [(6, 0), (6, 1), (6, 2), (20, 0), (20, 1), (20, 2)]
    assert dice().record() == record and len(dice.thrown) == 6
    dice.path.write_text(TINY.format(faces=6, message="odd").replace("a remark", "another").replace("one throw", "a throw"))
    assert dice().record()["rows"] == record["rows"] and len(dice.thrown) == 6  # words only
    dice.path.write_text(TINY.format(faces=7, message="even"))
    dice().record()
    assert len(dice.thrown) == 12


def test_what_chance_does_not_touch_runs_once(dice):
    rows = dice(unvaried=lambda arm: arm["die"] == 6).record()["rows"]
    assert [row["points"]["n"] for row in rows] == [1, 1, 3, 3]
    assert rows[2]["more"]["values"] == [14, 15, 16]


def test_seeds_that_run_together_give_the_same_rows(dice, tmp_path):
    def throw(seeds, die):
        return [[{"eye": eye, "points": eye * (die + seed)} for eye in (1, 2)] for seed in seeds]

    apart = dice().record()
    frame.CACHE = tmp_path / "another cache"
    together = frame.Experiment(dice.path, throw, **{**vars_of(dice()), "together": True})
    assert together.record()["rows"] == apart["rows"]


def vars_of(made):
    return {name: getattr(made, name) for name in ("arms", "seeds", "measures", "conditions", "message", "quick", "compare")}


def test_a_quick_run_agrees_with_itself_and_not_with_other_figures(dice, capsys):
    published = dice().record()
    assert dice().disagreements(published) == []
    assert capsys.readouterr().out.splitlines()[0].startswith("dice.rows.20-1.points: 21, foreseen ")
    for row in published["rows"]:
        row["points"]["mean"] += 100
    found = dice().disagreements(published)
    assert len(found) == 2 and found[0].startswith("dice.rows.20-1.points: 21, foreseen 1")
    one_row = {"arms": [{"die": 20}], "seeds": [1], "measures": ["points"], "rows": ["20-2"]}
    assert [line.split(":")[0] for line in dice(quick=one_row).disagreements(published)] == ["dice.rows.20-2.points"]
    assert dice().disagreements({"rows": []}) == ["dice: none of the quick figures is among the published ones"]


def test_an_experiment_without_a_prediction_is_none(dice):
    dice.path.write_text(TINY.format(faces=6, message="").replace("Prediction: The big one.\n\n", ""))
    with pytest.raises(ValueError, match='the docstring has no paragraph "Prediction:"'):
        dice()


def test_runs_are_made_again_when_what_they_read_is_another(tmp_path, monkeypatch, dice):
    (tmp_path / "results").mkdir()
    read = tmp_path / "results/cup.json"
    monkeypatch.setattr(origins, "DOCS", tmp_path)
    for text, thrown in (('{"date": "2026-11-01", "size": 1}', 6), ('{"size": 1, "date": "2026-11-02"}', 6), ('{"size": 2, "date": "2026-11-02"}', 12)):
        read.write_text(text)
        record = dice(reads=["results/cup.json"]).record()
        assert len(dice.thrown) == thrown and record["reads"] == {"results/cup.json": origins.digest(read)}


def test_prose_finds_a_row_by_its_id(tmp_path, dice):
    (tmp_path / "dice.json").write_text(json.dumps(dice().record(), default=list))
    assert content.result("dice.rows.20-2.points.mean", tmp_path) == 42
    with pytest.raises(KeyError, match="it has 6-1, 6-2, 20-1, 20-2"):
        content.result("dice.rows.20.points", tmp_path)


EXPERIMENTS = [path for path in sorted((ROOT / "scripts/experiments").glob("[a-z]*.py")) if "if __name__" in path.read_text("utf-8")]


@pytest.mark.parametrize("path", EXPERIMENTS, ids=lambda path: path.stem)
def test_published_results_are_those_of_the_experiment_and_of_one_shape(path):
    published = json.loads((frame.RESULTS / f"{path.stem}.json").read_text("utf-8"))
    text = frame.description(path.read_text("utf-8"))
    assert {name: published[name] for name in text} == text, "run the experiment again: its text has changed"
    assert published["message"].count(". ") == 0 and published["message"].endswith(".")
    assert len({row["id"] for row in published["rows"]}) == len(published["rows"]) > 1
    for row in published["rows"]:
        figures = {name: value for name, value in row.items() if name not in {"id", *published["conditions"]}}
        assert figures and set(figures) <= set(published["measures"]), row["id"]
        for name, found in figures.items():
            again = intervals.figure(found["values"])
            assert list(found) == list(again) and found["n"] in (1, *range(5, 100)), f"{row['id']}: {name}"
            scale = max(map(abs, found["values"])) + 1e-12
            assert [found[part] / scale for part in ("mean", "low", "high")] == pytest.approx([again[part] / scale for part in ("mean", "low", "high")], abs=2e-4)
    assert all({"label", "unit", "better"} <= set(measure) for measure in published["measures"].values())


@pytest.mark.parametrize("verb, kind, known", [("experiments", "experiment", "split"), ("train", "trainer", "gan")])
def test_an_unknown_name_is_named_and_the_known_are_listed(verb, kind, known):
    done = subprocess.run([sys.executable, "scripts/build.py", verb, "spilt"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1 and f"There is no {kind} named spilt. There are: " in done.stdout and f" {known}," in done.stdout
