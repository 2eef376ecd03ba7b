"""The attack demo as a reader uses it, in a real browser: the opening state, size, steps and digit, the run over many images, the link."""

import re

from playwright.sync_api import expect


def answers(figure):
    """Six cards: what is read, how surely, the verdict."""
    return [tuple(card.locator("p").all_inner_texts()[1:]) for card in figure.at.locator(".attack-card").all()]


def test_the_opening_state_misleads_one_network_only(living):
    figure = living("attack", "attack.image=2")
    figure.says("Standard network: noise does not mislead it, the attack misleads it: it reads a 1 with over 99 %")
    figure.says("Trained with attacks: noise does not mislead it, the attack does not mislead it")
    assert answers(figure)[2] == ("reads 1", "over 99 %", "misled")
    assert [verdict for *_, verdict in answers(figure)] == ["right", "right", "misled", "right", "right", "right"]
    expect(figure.at.locator("table").last).to_be_visible()  # the measured table stays


def test_keyboard_alone_sets_size_steps_and_digit(living):
    figure = living("attack", "attack.image=2")
    keyboard = figure.page.keyboard
    figure.says("misleads it: it reads a 1")
    figure.labelled("Largest change of a pixel (ε)").focus()
    keyboard.press("Home")
    figure.says("at most 0.00")
    assert {verdict for *_, verdict in answers(figure)} == {"right"}
    keyboard.press("End")
    figure.says("at most 0.30")
    keyboard.press("Tab")
    keyboard.press("ArrowUp")
    assert figure.labelled("The attack takes").input_value() == "5"
    keyboard.press("Tab")
    keyboard.press("Enter")
    figure.says("A 3,", "even unchanged")
    assert answers(figure)[0][2] == "wrong anyway"


def test_the_run_over_200_images_is_measured_live(living):
    figure = living("attack", "attack.steps=1&attack.size=0.15")
    button = figure.at.get_by_role("button", name=re.compile("Attack 200|Stop"))
    button.click()
    expect(button).to_contain_text("Attack 200")
    figure.says("200 images. With noise the standard network still reads")
    cells = figure.at.locator(".attack-runs tbody tr").evaluate_all("rows => rows.map(row => [...row.cells].map(cell => cell.textContent))")
    assert cells[0][:2] == ["0.15, 1", "standard"]
    noise, attacked = (float(cell.removesuffix(" %")) for cell in cells[0][2:])
    assert noise > 90 and attacked < 50
    assert float(cells[1][2].removesuffix(" %")) > attacked + 20


def test_link_is_copied_restored_and_nonsense_is_named(living):
    figure = living("attack", "attack.image=2")
    figure.labelled("The attack takes").select_option("5")
    figure.press("Other chance")
    link = figure.link()
    assert "attack.steps=5" in link and "attack.seed=6" in link
    other = living("attack", link)
    other.says("An 8,")
    assert answers(other) == answers(figure)
    lost = living("attack", "attack.image=7000&attack.steps=x&attack.size=9")
    lost.says("Not understood in the address, and left out:", "image=7000", "steps=x", "size=9")


def test_fits_a_narrow_phone(living):
    figure = living("attack", "attack.steps=1", viewport={"width": 320, "height": 700}, reduced_motion="reduce", color_scheme="dark")
    figure.press("Attack 200 test images")
    figure.says("200 images.")
    figure.fits_and_is_accessible()
