"""The stories demo as a reader uses it, in a real browser. Seed 17 is what the demo opens with and what the page links to: a false claim about who
drew the five. After a new training choose such a seed again: in view.js, in content-creation.md and here."""

import pytest
from playwright.sync_api import expect


def words(figure):
    """The story as far as it is written, without the teller and what stands at its end."""
    return figure.at.locator(".demo-words button").all_inner_texts()[1:-1]


def verdict(figure):
    return figure.at.locator(".demo-verdict").first.inner_text()


def test_word_by_word_to_the_end_and_again(living):
    figure = living("stories", "stories.seed=17")
    whole = words(figure)
    assert "✘ “the five is by ines” is false; in fact omar drew the five." in verdict(figure)
    assert figure.at.locator("[data-wrong]").inner_text() == "ines"
    figure.says("The end. The statement is false.")
    figure.press("Start again, same seed")
    assert words(figure) == []
    for _ in range(3):
        figure.press("Next word")
    assert words(figure) == whole[:3] and "waits" in verdict(figure)
    figure.says("Word 3 is")
    figure.press("To the end")
    expect(figure.at.locator(".demo-verdict").first).to_contain_text("Grammatical")
    assert words(figure) == whole


def test_another_word_can_be_taken_and_the_checker_follows(living):
    figure = living("stories", "stories.seed=17&stories.words=16", reduced_motion="reduce")
    table = figure.at.locator(".stories-next tbody tr")
    shares = [float(text.split(" %")[0].lstrip("<")) for text in table.locator("td:last-child").all_inner_texts()]
    assert sum(shares) == pytest.approx(100, abs=2.5) and table.count() == 10
    figure.at.locator(".stories-next").get_by_role("button", name="omar").click()
    figure.says("Word 17 is now “omar”, your choice")
    figure.press("To the end")
    assert "✔ “the five is by omar” is true: omar drew the five." in verdict(figure)
    assert "✔ yours" in figure.at.locator(".stories-next").inner_text()
    figure.at.get_by_label("Look at word").fill("5")
    assert figure.at.locator(".demo-title").first.inner_text() == "What could be word 5, after “… draws a narrow”?"


def test_temperature_changes_the_draw_and_attention_follows_the_head(living):
    figure = living("stories", "stories.seed=17&stories.words=2&stories.look=2")
    share = figure.at.locator(".stories-next td:last-child").first
    assert 40 < float(share.inner_text().split(" %")[0]) < 60, "a report draws in half the cases"
    figure.press("To the end")
    figure.at.locator(".demo-verdict", has_text="Grammatical").wait_for()
    before = words(figure)
    figure.at.get_by_label("Temperature").fill("0.1")
    figure.at.get_by_label("Look at word").fill("2")
    assert words(figure) != before and float(share.inner_text().split(" %")[0]) > 95
    figure.at.get_by_label("Look at word").fill("12")
    looks, seen = figure.at.locator(".stories-looks"), set()
    for head in ("mean", "1.1", "2.4"):
        figure.at.get_by_label("Attention of").select_option(head)
        seen.add(looks.inner_text())
    assert len(seen) == 3 and all("%" in text for text in seen)


def test_it_counts_in_slices_and_forgets_when_the_temperature_changes(living):
    figure = living("stories")
    figure.page.evaluate("""() => {
        const figure = document.querySelector('#demo-stories')
        window.seen = new Set()
        const look = new MutationObserver(() => seen.add(figure.textContent.match(/(\\d+) stories of/)?.[1]))
        look.observe(figure, {subtree: true, childList: true, characterData: true})
    }""")
    assert figure.at.locator(".stories-count tbody tr").count() == 3
    figure.press("Write 100 stories and check them")
    figure.says("100 stories:")
    assert figure.page.evaluate("seen.size") > 5, "the count is shown as it grows, so the page is never blocked"
    cells = [[int(cell) for cell in row.locator("td").all_inner_texts()] for row in figure.at.locator(".stories-count tbody tr").all()]
    assert all(row[0] == sum(row[1:]) for row in cells) and 90 <= sum(row[0] for row in cells) <= 100
    assert cells[0][1] > 0.8 * cells[0][0], "which is more: nearly always true"
    assert cells[1][1] < 0.8 * cells[1][0], "who drew it: not"
    figure.at.get_by_label("Temperature").fill("0.5")
    expect(figure.at).to_contain_text("No stories of the teller “report” at temperature 0.5 counted yet.")


def test_the_same_model_reads(living):
    figure = living("stories")
    field, answer = figure.at.get_by_label("yours to change"), figure.at.locator(".stories-answer .demo-verdict")
    start = "ben {} a {} two . mina {} a {} six . two is less than six . {} ."
    field.fill(start.format("draws", "neat", "draws", "plain", "nobody objects"))
    figure.says("The model answers: report")
    field.fill(start.format("doodles", "sleepy", "scribbles", "wobbly", "everyone laughs"))
    figure.says("The model answers: joke")
    assert "A perfect reader" in figure.at.locator(".stories-answer").inner_text()
    field.fill("ben scribles a 2")
    figure.says("does not know “scribles” (nearest: “scribbles”)")
    field.fill("")
    figure.says("Nothing to read")
    field.fill("ben " * 40)
    figure.says("at most 29 words")
    figure.press("A fresh true story")
    figure.at.locator(".stories-answer", has_text="It was told as a").wait_for()
    figure.press("Let it read 100 fresh stories")
    figure.says("Right on")
    assert 75 <= float(figure.status.inner_text().split()[2]) <= 98 and answer.inner_text()


def test_a_link_brings_the_state_back(living):
    figure = living("stories", "stories.seed=3&stories.teller=joke&stories.temperature=0.7&stories.words=16")
    figure.at.locator(".stories-next button").nth(1).click()
    figure.at.get_by_label("Attention of").select_option("2.1")
    figure.at.get_by_label("yours to change").fill("ben draws a neat two .")
    figure.says("The model answers")
    other = living("stories", figure.link())
    told = [one.at.locator(".demo-words").inner_html() for one in (figure, other)]
    assert told[0] == told[1] and "data-taken" in told[0]
    assert other.at.get_by_label("yours to change").input_value() == "ben draws a neat two ."


def test_nonsense_in_the_address_is_named_and_left_out(living):
    figure = living("stories", "stories.temperature=hot&stories.teller=liar&stories.words=-3&stories.taken=4-elephant")
    figure.says("left out: teller=liar, temperature=hot, words=-3, taken=4-elephant")
    assert len(words(figure)) > 15


def test_keyboard_alone(living):
    figure = living("stories", "stories.seed=17&stories.words=16")
    figure.at.get_by_role("button", name="Next word").focus()
    figure.page.keyboard.press("Enter")
    assert words(figure)[-1] == "ines"
    for _ in range(20):
        figure.page.keyboard.press("Tab")
        if figure.page.evaluate("document.activeElement.closest('.stories-next') !== null"):
            break
    figure.page.keyboard.press("Enter")
    assert figure.at.locator("[data-taken]").count() == 1


def test_phone_fits_and_axe_is_content(living):
    living("stories", viewport={"width": 320, "height": 900}).fits_and_is_accessible()
