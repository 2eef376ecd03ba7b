"""The molecules demo as a reader uses it, in a real browser: the steps of a round, the teams, the link, what goes wrong, no long task."""

import re


def test_step_round_teams_and_link(living):
    figure = living("molecules", "molecules.lines=60&molecules.seed=2")
    figure.says("Generator + ranking, seed 2: nothing tested yet.")
    assert figure.at.locator("img").is_visible() and figure.at.locator("[data-result]").first.is_visible()
    said = {"propose": "60 lines written", "rank": "expected QED 0.", "test": "best found so far 0.", "learn": "learned from 120 molecules"}
    for name, words in said.items():
        figure.button(f"Next step: {name}").focus()
        figure.page.keyboard.press("Enter")
        figure.says(words)
    lines = figure.at.locator(".molecules-lines tbody tr").all_inner_texts()
    assert len(lines) == 60 and sum("tested: 0." in text for text in lines) == 20
    figure.press("One round")
    figure.says("Round 2, learn: the ranker has learned from 140 molecules")
    assert len(re.findall(r"0\.\d{3}", figure.at.locator("svg.demo-chart").get_attribute("aria-label"))) == 3
    figure.labelled("Team").select_option("list_only")
    figure.press("Five rounds")
    figure.says("Round 5, learn: the ranker has learned from 200 molecules")
    table = figure.at.locator(".molecules-teams tbody tr").all_inner_texts()
    assert [row.split("\t")[:2] for row in table] == [["generator + ranking", "2"], ["ranking of a fixed list", "5"]]
    again = living("molecules", figure.link())
    again.says("Round 5, learn")
    steps = [one.at.locator(".molecules-steps li").all_inner_texts() for one in (figure, again)]
    assert steps[0] == steps[1]
    again.press("Start again, next seed")
    again.says("seed 3: nothing tested yet")


def test_pause_leaves_a_sound_state(living):
    figure = living("molecules")
    figure.press("Five rounds")
    figure.press("Pause")
    figure.button("Five rounds").wait_for()
    assert not re.search("undefined|NaN", figure.at.inner_text())
    figure.press("One round")
    figure.says("Round 1, learn: the ranker has learned from 120")


def test_nonsense_in_the_address_is_told(living):
    figure = living("molecules", "molecules.team=wizards&molecules.lines=7&molecules.steps=-3&molecules.seed=x")
    figure.says("Not understood in the address, and left out:", "team=wizards", "lines=7", "steps=-3", "seed=x")


def test_missing_table_leaves_the_picture_and_a_sentence(living):
    figure = living("molecules", block="**/molecules/table.json", alive=False)
    figure.at.get_by_text("The live version could not start here").wait_for()
    assert figure.at.locator("img").is_visible()


def test_narrow_screen(living):
    figure = living("molecules", "molecules.steps=4&molecules.lines=60", viewport={"width": 320, "height": 900})
    figure.says("Round 1, learn")
    figure.fits_and_is_accessible()


def test_no_long_task(living):
    """The longest task while a round of 300 lines runs: the best of three tries, since a busy machine alone stretches tasks. The budget is 50 ms;
    three times that is allowed."""
    longest = []
    for _ in range(3):
        figure = living("molecules")
        figure.page.evaluate("""() => { window.long = []
            new PerformanceObserver(l => long.push(...l.getEntries().map(e => e.duration))).observe({type: 'longtask'}) }""")
        figure.press("One round")
        figure.says("Round 1, learn")
        longest.append(max(figure.page.evaluate("long"), default=0))
        if longest[-1] < 150:
            break
    assert min(longest) < 150
