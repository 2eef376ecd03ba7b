"""The opening figure in a real browser: the reader's own drawing, read by a classifier and by the model that draws; the switch; the link."""

import random

import pytest
from playwright.sync_api import expect

from scripts.train import strokes

SEVEN = strokes.drawing(strokes.WAYS[7][0], random.Random(4))


def draw(figure, drawing):
    box = figure.at.locator(".demo-pad").bounding_box()
    for stroke in drawing:
        places = [(box["x"] + x / strokes.PAD * box["width"], box["y"] + y / strokes.PAD * box["height"]) for x, y in stroke]
        figure.page.mouse.move(*places[0])
        figure.page.mouse.down()
        for place in places[1:]:
            figure.page.mouse.move(*place)
        figure.page.mouse.up()


def column(figure, number):
    """The texts of one column of the table: 2 is the classifier, 4 the model that draws."""
    return figure.at.locator(f".both-table tbody td:nth-of-type({number})").all_inner_texts()


def marked(figure):
    rows = figure.at.locator(".both-table tbody tr")
    return [[digit for digit in range(10) if rows.nth(digit).locator(f"td:nth-of-type({k})[data-marked]").count()] for k in (2, 4)]


@pytest.fixture(scope="module")
def engine(modules):
    page = modules("pixels/model", "classifier/pad")
    page.evaluate("async () => { demo.drawer = demo.model.arrange(await demo.weights('pixels')) }")
    return page


def test_a_drawing_of_ones_own_is_read_by_both(living, engine):
    figure = living("both")
    draw(figure, SEVEN)
    figure.says("Both say 7 (")
    assert marked(figure) == [[7], [7]]
    shares = [[int(text.removesuffix(" %")) for text in column(figure, k)] for k in (2, 4)]
    assert all(95 <= sum(each) <= 105 for each in shares)
    figure.press("Clear")
    figure.says("The pad is empty")
    assert column(figure, 2) == column(figure, 4) == ["–"] * 10


def test_the_switch_shows_what_the_model_computes(living, engine):
    figure = living("both", "both.image=1303")
    figure.says("Its writer meant")
    figure.at.get_by_role("button", name="Which image, given the digit?").click()
    figure.says("draws exactly the image on the left once in 10")
    logs = engine.evaluate("""() => { const levels = Array.from(demo.data.image(1303), v => Math.round(16 * v))
      return [...Array(10).keys()].map(digit => demo.model.logLikelihood(demo.drawer, digit, levels) / Math.LN10) }""")
    signs = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    assert [int(text.translate(signs)[2:]) for text in column(figure, 4)] == [pytest.approx(log, abs=0.51) for log in logs]
    assert column(figure, 2) == ["–"] * 10
    expect(figure.at.locator(".both-table thead")).to_contain_text("Classifier cannot say")


def test_it_draws_the_digit_asked_for_and_reads_it(living):
    figure = living("both", "both.digit=4")
    figure.press("Draw me a 4")
    figure.at.get_by_role("img", name="A 4, drawn by the model").wait_for()
    assert figure.button("Draw me a 4").get_attribute("aria-pressed") == "true"
    figure.press("Read it")
    figure.says("The model itself drew it as a 4.")


def test_a_link_brings_the_drawing_back_and_nonsense_is_named(living):
    figure = living("both", "both.ask=image&both.digit=3")
    draw(figure, SEVEN)
    figure.says("So it reads a 7")
    link = figure.link()
    other = living("both", link)
    other.says("So it reads a 7")
    assert other.link() == link
    other.at.get_by_role("img", name="A 3, drawn by the model").wait_for()
    lost = living("both", "both.ask=why&both.digit=12&both.image=5&both.ink=%3F")
    lost.says("ask=why", "digit=12", "image=5", "ink=?")
    expect(lost.at.locator(".both-table tbody td").nth(1)).not_to_have_text("–")


def test_keyboard_alone(living):
    figure = living("both")
    figure.at.get_by_role("button", name="Which digit, given the image?").focus()
    stops = figure.stops(17)
    assert stops[1].startswith("Draw a digit from 0 to 9") and stops[2:5] == ["Clear", "Undo", "Example"]
    assert stops[5:15] == [f"Draw me {'an' if digit == 8 else 'a'} {digit}" for digit in range(10)] and stops[15:] == ["Another", "Read it"]
    figure.at.locator(".demo-pad").focus()
    for key in ["Delete", "Space", *["Shift+ArrowDown"] * 4, "Space"]:
        figure.page.keyboard.press(key)
    figure.says("1 (")
    assert marked(figure) == [[1], [1]]


@pytest.mark.parametrize("width", [320, 1440])
def test_it_fits_and_axe_is_content(living, width):
    figure = living("both", "both.ask=image", viewport={"width": width, "height": 900}, reduced_motion="reduce")
    figure.at.get_by_role("img", name="A 7, drawn by the model").wait_for()
    figure.fits_and_is_accessible()
