"""The glimpse demo's model in a real browser: its games against Python, its figures from the committed weights, and what the page says of them."""

import json

import pytest

from tests.conftest import ROOT

PARITY = json.loads((ROOT / "docs/demos/glimpse/parity.json").read_text("utf-8"))
RESULTS = json.loads((ROOT / "docs/results/glimpse.json").read_text("utf-8"))
RUN = """([stage, how]) => {
  let last
  for (last of demo.model.trial(demo.nets[stage], demo.data, how)) ;
  return { right: last.right / last.games, looks: last.looks / last.games, games: last.games, lost: last.lost.length }
}"""


@pytest.fixture(scope="module")
def engine(modules):
    page = modules("glimpse/model")
    page.evaluate("async () => { Object.assign(demo, demo.model.agents(await demo.file('glimpse'))) }")
    return page


def test_the_same_values_and_games_as_in_python(engine):
    games, values = engine.evaluate(
        """({ images, opened, values }) => [
          images.map(image => demo.model.play(demo.nets.after, image)),
          Object.keys(values).map(stage => images.map((image, i) => [...demo.model.values(demo.nets[stage], image, opened[i])])),
        ]""",
        PARITY,
    )
    assert [{"looks": game["path"], "says": game["says"]} for game in games] == PARITY["games"]
    assert list(PARITY["values"]) == ["early", "after"]
    for here, there in zip(values, PARITY["values"].values(), strict=True):
        assert sum(here, []) == pytest.approx(sum(there, []), abs=1e-4, rel=0)


def test_the_published_figures_from_the_committed_weights(engine):
    """The page ships the first of the five agents: its own figures stand first in each list."""
    first = {name: value["values"][0] for name, value in RESULTS.items() if isinstance(value, dict) and "values" in value}
    measured = {
        "test_accuracy": engine.evaluate(RUN, ["after", {}]),
        "fixed_order_accuracy": engine.evaluate(RUN, ["after", {"order": "same"}]),
        "learned_order_accuracy_3": engine.evaluate(RUN, ["after", {"looks": 3}]),
        "fixed_order_accuracy_5": engine.evaluate(RUN, ["after", {"order": "same", "looks": 5}]),
    }
    for name, run in measured.items():
        assert run["games"] == 500 and run["right"] == pytest.approx(first[name], abs=0.0021), name
    own = measured["test_accuracy"]
    assert own["right"] >= 0.974 and own["looks"] <= 4.3 and own["lost"] == round(500 * (1 - own["right"]))
    assert own["looks"] == pytest.approx(first["looks"], abs=0.01)
    assert measured["fixed_order_accuracy"]["looks"] == pytest.approx(first["fixed_order_looks"], abs=0.01)
    random = engine.evaluate(RUN, ["after", {"order": "random"}])  # another source of chance than in Python
    assert random["looks"] == pytest.approx(first["random_order_looks"], abs=0.5)


def test_training_and_the_price_change_what_it_does(engine):
    before, early = engine.evaluate(RUN, ["before", {}]), engine.evaluate(RUN, ["early", {}])
    assert before["right"] < 0.2 and before["looks"] == 0  # as the page says; with other random numbers it may look a few times
    assert 0.85 < early["right"] < 0.95 and early["looks"] > 12
    cheap, usual, dear = (engine.evaluate(RUN, ["after", {"extra": extra}])["looks"] for extra in (-0.03, 0, 0.08))
    assert cheap > usual + 0.3 and usual > dear + 0.3


def test_what_the_page_says_follows_from_the_results():
    runs = {name: RESULTS[name]["values"] for name in ("reward", "fixed_order_reward", "learned_order_accuracy_5", "test_accuracy")}
    assert all(own > fixed for own, fixed in zip(runs["reward"], runs["fixed_order_reward"], strict=True))  # "in each of the five agents"
    assert all(forced < free for forced, free in zip(runs["learned_order_accuracy_5"], runs["test_accuracy"], strict=True))
    mean = {name: value["mean"] for name, value in RESULTS.items() if isinstance(value, dict) and "mean" in value}
    assert mean["random_order_looks"] - mean["fixed_order_looks"] > 2 * (mean["fixed_order_looks"] - mean["looks"])  # "most"
    assert 1.1 < mean["fixed_order_looks"] - mean["looks"] < 1.5  # "a little over one"
    cheap, dear = RESULTS["cheap"], RESULTS["dear"]
    assert cheap["looks"]["mean"] > mean["looks"] > dear["looks"]["mean"]
    assert cheap["test_accuracy"]["mean"] > mean["test_accuracy"] > dear["test_accuracy"]["mean"]
    at_the_low_price = 2 * mean["test_accuracy"] - 1 - cheap["price"] * mean["looks"]
    assert at_the_low_price > cheap["reward"]["mean"]  # "the middle agent would earn more than the one trained for that price"
