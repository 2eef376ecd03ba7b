"""The GAN that trains in the page, in the hands of a reader: play, one player alone, slow motion, collapse, divergence, the link."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def demo(living):
    """demo("gan-plane.seed=3", …) → the living figure, measured once."""

    def opened(state="", **options):
        figure = living("gan-plane", state, **options)
        expect(figure.at.locator(".gan-plane-facts tr")).to_have_count(7)
        return figure

    return opened


def facts(figure):
    """The table as {name: value}."""
    return dict(figure.at.locator(".gan-plane-facts tr").evaluate_all("rows => rows.map(row => [row.firstChild.textContent, row.lastChild.textContent])"))


def past(figure, round_number):
    """Wait until the table stands at a later round."""
    figure.page.wait_for_function(f"+document.querySelector('#demo-gan-plane .gan-plane-facts td').textContent.replace(',', '') > {round_number}")


def acting(figure):
    return figure.at.locator("[data-acting]").evaluate_all("parts => parts.map(part => part.textContent)")


def test_play_pause_step_and_the_stop_by_itself(demo):
    figure = demo(change=("gan-plane/model.js", "rounds: 2000", "rounds: 150"))
    figure.says("Press Play")
    figure.press("Play")
    figure.says("one step of the discriminator, one of the generator")
    figure.says("Stopped by itself after 150 rounds")
    assert facts(figure)["Round"] == "150"
    figure.press("Step")
    figure.says("Round 160.")
    figure.at.get_by_label("A press is").select_option("1 step")
    figure.press("Step")
    figure.says("Round 161.")
    figure.press("Same seed again")
    expect(figure.at.locator(".gan-plane-facts td").first).to_have_text("0")


def test_pause_ends_a_round_and_rests(demo):
    figure = demo()
    figure.press("Play")
    past(figure, 100)
    figure.press("Pause")
    figure.says("Energy distance")
    before = facts(figure)
    figure.page.wait_for_timeout(400)
    assert facts(figure) == before and int(before["Round"]) < 2000


def test_one_player_alone(demo):
    figure = demo("gan-plane.moves=r50")
    figure.says("Round 50.")
    start = facts(figure)
    figure.press("Discriminator only")
    figure.says("the border moved, the points stayed")
    after_d = facts(figure)
    assert after_d["Energy distance of the generator"] == start["Energy distance of the generator"]
    assert after_d["Mean verdict on real; on made"] != start["Mean verdict on real; on made"]
    assert acting(figure) == ["right or wrong", "Discriminator"]
    figure.press("Generator only")
    figure.says("its points moved to where they are believed")
    after_g = facts(figure)
    assert after_g["Energy distance of the generator"] != after_d["Energy distance of the generator"]
    assert after_g["Round"] == "50"
    assert acting(figure) == ["how to look more real", "Generator"]


def test_slow_motion_names_who_acts(demo):
    figure = demo()
    figure.at.get_by_label("Slow motion").check()
    for words, part in [("points come out", "Generator"), ("not told which is which", "Discriminator"), ("told which were real", "right or wrong"),
                        ("makes new points", "Generator"), ("would look more real", "how to look more real"), ("its points move that way", "Generator")]:  # fmt: skip
        figure.press("Next phase")
        figure.says(words)
        assert part in acting(figure)
    expect(figure.at.locator(".gan-plane-facts td").first).to_have_text("1")
    figure.press("Play")
    figure.says("not told which is which")
    figure.press("Pause")
    figure.says("Paused in the middle of a round")


def test_collapse_is_shown_and_explained(demo):
    figure = demo()
    figure.press("Collapse")
    figure.says("Mode collapse.")
    figure.says("All points ran to where the discriminator believed them last")
    assert int(facts(figure)["Spread of the made points"].split(" ")[0]) < 25
    assert figure.at.get_by_label("Generator ahead").is_checked() and figure.at.get_by_role("button", name="Play", exact=True).is_visible()
    figure.at.get_by_label("Generator ahead").uncheck()
    figure.at.get_by_label("A press is").select_option("100 steps")
    figure.press("Step")
    figure.says("Round 4")
    assert int(facts(figure)["Spread of the made points"].split(" ")[0]) > 50


@pytest.mark.parametrize(("length", "change", "words"), [(1000, None, "steps this long overshoot every goal"), (1, ("gan-plane/model.js", "rateG: 1e-3", "rateG: NaN"), "have overflowed")])
def test_divergence_stops_and_is_explained(demo, length, change, words):
    figure = demo(f"gan-plane.length={length}&gan-plane.moves=r", change=change)
    figure.says(words)
    assert figure.at.get_by_role("button", name="Play", exact=True).is_visible()
    figure.press("Same seed again")
    figure.says("the same random start")


def test_a_link_brings_the_state_back(demo):
    figure = demo("gan-plane.seed=3")
    figure.press("Step")
    figure.says("Round 10.")
    figure.press("Generator only")
    figure.says("Only the generator")
    link = figure.link()
    assert "moves=r10g10" in link
    other = demo(link)
    other.says("Only the generator")
    assert facts(other) == facts(figure)


def test_nonsense_in_the_address_is_named_and_left_out(demo):
    figure = demo("gan-plane.seed=0&gan-plane.length=abc&gan-plane.moves=r99999999")
    figure.says("left out: seed=0, length=abc, moves=r99999999")
    assert facts(figure)["Round"] == "0"


def test_nothing_runs_out_of_sight(demo):
    figure = demo()
    figure.press("Play")
    past(figure, 0)
    before = figure.rests_out_of_sight(lambda: facts(figure), 500)
    figure.at.locator(".gan-plane-map").scroll_into_view_if_needed()
    past(figure, before["Round"].replace(",", ""))


def test_keyboard_alone(demo):
    figure = demo()
    figure.button("Play").focus()
    figure.page.keyboard.press("Tab")
    figure.page.keyboard.press("Enter")
    figure.says("Round 10.")
    stops = figure.stops(12)
    wanted = ["Discriminator only", "Generator only", "Same seed again", "Collapse", "Slow motion", "Points of its running mean", "Seed", "Copy link to this state"]
    assert [stop for stop in stops if stop in wanted] == wanted


@pytest.mark.parametrize("width", [320, 1440])
def test_it_fits_and_axe_is_content(demo, width):
    figure = demo("gan-plane.moves=r20", viewport={"width": width, "height": 900}, reduced_motion="reduce")
    figure.says("Round 20.")
    figure.fits_and_is_accessible()
