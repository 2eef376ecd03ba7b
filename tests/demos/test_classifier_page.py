"""The classifier demo as a reader uses it, in a real browser: drawing with mouse, finger and keyboard, training, the link, what goes wrong."""

import random
import re

from playwright.sync_api import expect

from scripts.train import strokes


def draw(figure, drawing):
    """Draw with the mouse, as a hand does: each place of each stroke, with moves between."""
    figure.press("Clear")
    box, mouse = pad(figure).bounding_box(), figure.page.mouse
    for stroke in drawing:
        places = [(box["x"] + x / strokes.PAD * box["width"], box["y"] + y / strokes.PAD * box["height"]) for x, y in stroke]
        mouse.move(*places[0])
        mouse.down()
        for place in places[1:]:
            mouse.move(*place)
        mouse.up()


def pad(figure):
    return figure.at.locator(".demo-pad")


def outcome(figure):
    return figure.at.locator(".demo-outcome")


def bars(figure):
    return figure.at.locator(".demo-bars")


def marked(figure):
    """The digit that the figure names."""
    return bars(figure).locator("tr[data-marked] th").inner_text()


def test_draw_with_the_mouse(living):
    figure, right = living("classifier"), 0
    drawings = random.Random(7).sample(strokes.drawings(seed=9), 14)
    for digit, drawing in drawings:
        draw(figure, drawing)
        right += marked(figure) == str(digit)
    assert right >= 13, f"{right} of {len(drawings)}"
    expect(figure.status).to_have_text(re.compile(r"^The network reads \d, \d+ % probable\.$"))
    figure.press("Undo")
    figure.press("Clear")
    expect(figure.status).to_have_text("The pad is empty. Draw a digit.")


def test_probabilities_change_while_one_draws(living):
    figure, seen = living("classifier"), []
    box, mouse = pad(figure).bounding_box(), figure.page.mouse
    mouse.move(box["x"] + 40, box["y"] + 30)
    mouse.down()
    for x, y in ((150, 30), (120, 90), (90, 180)):
        mouse.move(box["x"] + x, box["y"] + y)
        seen.append(bars(figure).locator("td:last-child").all_inner_texts())
    mouse.up()
    assert len({tuple(each) for each in seen}) > 1 and marked(figure) == "7"


def test_draw_with_a_finger(living):
    figure = living("classifier", viewport={"width": 390, "height": 844}, has_touch=True)
    pad(figure).scroll_into_view_if_needed()
    box, client = pad(figure).bounding_box(), figure.page.context.new_cdp_session(figure.page)
    top = figure.page.evaluate("scrollY")
    for kind, places in (("touchStart", [(70, 30)]), ("touchMove", [(72, 100)]), ("touchMove", [(70, 190)]), ("touchEnd", [])):
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": box["x"] + x, "y": box["y"] + y} for x, y in places]})
    assert marked(figure) == "1"
    assert figure.page.evaluate("scrollY") == top, "drawing must not scroll the page"


def test_draw_with_the_keyboard_alone(living):
    figure = living("classifier")
    keyboard = figure.page.keyboard
    pad(figure).focus()
    for key, times in (("ArrowLeft", 6), ("Space", 1), ("ArrowRight", 12), ("ArrowDown", 14), ("Space", 1)):
        for _ in range(times):
            keyboard.press(key)
    assert marked(figure) == "7"
    keyboard.press("Backspace")
    keyboard.press("Delete")
    expect(bars(figure).locator("tr[data-marked]")).to_have_count(0)
    assert figure.stops(1) == ["Clear"], "the pad must not hold the keyboard"


def test_train_from_scratch_and_let_it_read(living):
    figure = living("classifier", "classifier.labels=200&classifier.ink=hcLcrQ.pwHv")
    assert marked(figure) == "7"
    figure.press("Train")
    expect(outcome(figure)).to_contain_text("Done: 1,500 steps.")
    words = outcome(figure).inner_text()
    share = float(re.search(r"reads ([\d.]+) % of the 500 test images", words)[1])
    assert 85 < share < 97, words
    assert figure.at.locator(".demo-chart polyline").count() == 2
    assert figure.labelled("Who reads?").input_value() == "own"
    figure.says("1,500 steps")
    figure.labelled("Who reads?").select_option("shipped")
    figure.says("The network reads 7")


def test_an_error_that_follows_a_rule_is_learnt(living):
    figure = living("classifier", "classifier.wrong=7")
    figure.press("Train")
    expect(outcome(figure)).to_contain_text("Done")
    words = outcome(figure).inner_text()
    of, ones = map(int, re.search(r"Of the (\d+) test images of a 7 it calls (\d+) a 1", words).groups())
    assert of == 50 and ones > 40, words


def test_steps_that_are_too_large_are_told(living):
    figure = living("classifier", "classifier.rate=large")
    figure.press("Train")
    expect(outcome(figure)).to_contain_text("It fell apart at step")
    expect(figure.button("Train")).to_be_visible()
    figure.labelled("Size of each step").select_option("good")
    figure.press("Train")
    figure.press("Stop")
    expect(outcome(figure)).to_contain_text("Stopped after")


def test_nothing_runs_out_of_sight(living):
    figure = living("classifier", viewport={"width": 390, "height": 700})
    figure.press("Train")
    assert "Done" not in figure.rests_out_of_sight(outcome(figure).inner_text, 400)
    outcome(figure).scroll_into_view_if_needed()
    expect(outcome(figure)).to_contain_text("Done")


def test_link_brings_the_state_back(living):
    figure = living("classifier")
    draw(figure, strokes.drawings(each=1)[20][1])
    figure.labelled("Labelled images").select_option("50")
    other = living("classifier", figure.link())
    assert other.labelled("Labelled images").input_value() == "50"
    assert (marked(other), bars(other).inner_text()) == (marked(figure), bars(figure).inner_text())


def test_test_image_and_nonsense_in_the_address(living):
    figure = living("classifier", "classifier.labels=7&classifier.ink=*&classifier.test=9999&classifier.wrong=99&classifier.rate=constructor")
    expect(figure.status).to_have_text(re.compile("^Not understood in the address, and left out: .*ink=.*test=.*labels=7.*wrong=99.*rate=constructor"))
    figure.press("Show a test image")
    figure.says("Its writer meant")


def test_fits_a_small_phone(living):
    figure = living("classifier", "classifier.ink=hcLcrQ.pwHv", viewport={"width": 320, "height": 640})
    figure.fits_and_is_accessible()
    figure.holds(":is(button, select, canvas, table, svg)")
