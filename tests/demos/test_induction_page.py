"""The induction demo as a reader uses it, in a real browser: step, play, look, silence a head, a sequence of one's own, the link."""


def place(figure):
    return int(figure.labelled("Read to place").input_value())


def test_step_back_play_and_the_stop_at_the_end(living):
    figure = living("induction", "induction.place=29")
    here, marks = figure.at.locator(".induction-tiles [data-here]"), figure.at.locator(".induction-tiles button:nth-child(31) i")
    assert place(figure) == 29 and marks.all_inner_texts() == ["", ""], "what is not read yet has no sign"
    figure.press("Step ▶")
    assert place(figure) == 30 and marks.last.inner_text() == "✔"
    figure.press("◀ Back")
    assert place(figure) == 29 and here.count() == 1
    figure.press("Play")
    figure.page.wait_for_function("document.querySelector('#demo-induction').textContent.includes('Place 32:')")
    assert place(figure) == 32 and figure.button("Play").is_visible()
    figure.says("two layers guess")


def test_nothing_plays_out_of_sight(living):
    figure = living("induction", "induction.place=5")
    figure.press("Play")
    before = figure.rests_out_of_sight(lambda: place(figure), 1_500)
    figure.at.locator(".induction-tiles").scroll_into_view_if_needed()
    figure.page.wait_for_function(f"document.querySelectorAll('#demo-induction input[type=range]')[1].value > {before}")


def test_it_tells_where_a_head_looks_and_what_both_models_guess(living):
    figure = living("induction", "induction.period=9&induction.place=14&induction.head=two.2.2")
    assert figure.at.locator(".induction-list li").first.inner_text().endswith("which followed the last B")
    one, two = figure.at.locator(".induction-pair > div").all()
    assert "So far 5 of 5" in two.inner_text() and "✔ Right" in two.inner_text() and "Wrong" in one.inner_text()
    figure.labelled("Show the attention of").select_option("two.1.2")
    figure.at.locator(".induction-list li").first.get_by_text("the place just before").wait_for()
    figure.at.locator(".induction-map").click(position={"x": 100, "y": 200})
    assert place(figure) != 14, "a row of the map was pressed"


def test_a_silent_head_ruins_the_test_and_the_test_grows_in_slices(living):
    figure = living("induction", "induction.head=two.1.2")
    figure.page.evaluate("""() => {
        const figure = document.querySelector('#demo-induction')
        window.seen = []
        const look = new MutationObserver(() => seen.push(figure.textContent.match(/in (\\d+) new/)?.[1]))
        look.observe(figure, {subtree: true, childList: true, characterData: true})
    }""")
    shares = figure.at.locator(".demo-live table", has_text="Right where an answer exists").locator("td:last-child")
    assert shares.all_inner_texts() == ["–", "–"]
    figure.press("Test both on 50 fresh sequences")
    figure.says("two layers 100.0 %")
    assert len({count for count in figure.page.evaluate("seen") if count}) > 3, "the count is shown as it grows, so the page is never blocked"
    figure.labelled("Silence this head").check()
    figure.says("silent: it still looks")
    assert "Not tested yet." in figure.at.inner_text()
    figure.press("Test both on 50 fresh sequences")
    figure.says("On 50 fresh sequences")
    assert 50 < float(shares.last.inner_text().removesuffix(" %")) < 85


def test_a_sequence_of_ones_own(living):
    figure = living("induction")
    field = figure.at.get_by_label("yours to change")
    field.fill("kdfqz kdfqz kdf9 q")
    figure.says("9 is not among the 32 symbols")
    assert figure.at.locator(".induction-tiles button").all_inner_texts()[0].startswith("K")
    assert figure.at.locator(".induction-tiles button").count() == 14
    field.fill("7")
    figure.says("at least two symbols")
    figure.press("New sequence")
    assert figure.at.locator(".induction-tiles button").count() == 33


def test_a_link_brings_the_state_back(living):
    figure = living("induction", "induction.head=one.1.1")
    figure.labelled("Silence this head").check()
    figure.at.get_by_label("yours to change").fill("ABCABCABCABC")
    figure.labelled("Read to place").fill("7")
    figure.page.wait_for_function("document.querySelectorAll('#demo-induction .induction-tiles button').length === 12")
    other = living("induction", figure.link())
    told = [one.at.locator(".induction-tiles").inner_html() for one in (figure, other)]
    assert told[0] == told[1] and place(other) == 7 and other.labelled("Silence this head").is_checked()


def test_nonsense_in_the_address_is_named_and_left_out(living):
    figure = living("induction", "induction.period=99&induction.head=x&induction.place=abc&induction.text=!!")
    figure.says("left out: period=99, place=abc, head=x, text=!!")
    assert figure.at.locator(".induction-tiles button").count() == 33


def test_keyboard_alone(living):
    figure = living("induction", "induction.place=10")
    figure.labelled("Read to place").focus()
    figure.page.keyboard.press("ArrowRight")
    assert place(figure) == 11
    figure.page.keyboard.press("Tab")
    figure.page.keyboard.press("Enter")
    assert place(figure) == 10, "Back is the next stop"
    assert {"Step ▶", "Play", "Silence this head", "Test both on 50 fresh sequences", "Copy link to this state"} <= set(figure.stops(11))


def test_phone_fits_and_axe_is_content(living):
    living("induction", viewport={"width": 320, "height": 900}).fits_and_is_accessible()
