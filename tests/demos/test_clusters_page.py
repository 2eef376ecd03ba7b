"""The k-means demo as a reader uses it, in a real browser: stepping, playing, naming, the link, what goes wrong."""

import re

from playwright.sync_api import expect


def facts(figure):
    return figure.at.locator(".demo-outcome")


def test_step_by_step_to_the_end(living):
    figure = living("clusters")
    assert figure.button("Step: give images to centres").is_visible()
    figure.press("Step: give images to centres")
    figure.says("Round 1, first half: each image was given")
    figure.press("Step: move centres")
    figure.says("Round 1, second half")
    figure.press("Step: give images to centres")
    expect(figure.status).to_have_text(re.compile(r"Round 2, first half: \d+ images changed their group"))
    sizes = figure.at.locator(".clusters-one button span").all_inner_texts()
    assert sum(int(size.split()[0]) for size in sizes) == 1297 and len(sizes) == 10
    figure.press("To the end")
    expect(figure.button("Ended")).to_be_disabled()
    figure.says("Ended after")
    expect(figure.button("Play")).to_be_disabled()
    figure.press("Another start")
    expect(figure.button("Step: give images to centres")).to_be_enabled()


def test_play_pause_and_the_same_start_again(living):
    figure = living("clusters", "clusters.k=2&clusters.seed=4")
    figure.press("Play")
    figure.says("Round 2")
    figure.press("Pause")
    figure.page.wait_for_timeout(1100)
    words = figure.status.inner_text()
    figure.page.wait_for_timeout(1000)
    assert figure.status.inner_text() == words
    figure.press("Same start again")
    figure.says("2 images, drawn by chance (start 4)")


def test_labels_are_hidden_until_asked_for(living):
    figure = living("clusters", "clusters.steps=300&clusters.seed=9")
    expect(figure.button("Ended")).to_be_visible()
    live = figure.at.locator(".demo-live")
    assert not re.search(r"% are \ds|Purity", live.inner_text())
    figure.labelled("Show true digits").check()
    expect(facts(figure)).to_contain_text("Purity: 80.")
    assert len(re.findall(r"% are \ds", live.inner_text())) == 10
    expect(figure.at.locator(".clusters-map")).to_have_attribute("aria-label", re.compile("true digits"))


def test_names_make_a_classifier(living):
    figure = living("clusters", "clusters.steps=300&clusters.seed=9")
    expect(figure.button("Ended")).to_be_visible()
    figure.labelled("Name of group A").select_option("0")
    expect(facts(figure)).to_contain_text("with 1 of 10 groups named, they read")
    figure.press("Let the most typical image name each group")
    expect(facts(figure)).to_contain_text("As a classifier they read 79.0 % of the 500 test images right.")
    figure.labelled("Name of group B").select_option("")
    lower = float(re.search(r"read ([\d.]+) %", facts(figure).inner_text())[1])
    assert lower < 79
    figure.press("Clear names")
    expect(facts(figure)).to_contain_text("Name the groups")


def test_best_of_ten_starts(living):
    figure = living("clusters")
    figure.press("Best of 10 starts")
    figure.says("ended nearest to its images: mean squared distance 2.508")
    expect(figure.button("Ended")).to_be_visible()


def test_keyboard_alone(living):
    figure = living("clusters")
    keyboard = figure.page.keyboard
    figure.labelled("Groups (k)").focus()
    keyboard.press("ArrowLeft")
    figure.says("9 images, drawn by chance")
    assert figure.at.locator(".clusters-one").count() == 9
    for _ in range(4):
        keyboard.press("Tab")
    keyboard.press("Enter")
    figure.says("Round 1, first half")
    figure.at.locator(".clusters-one button").first.focus()
    keyboard.press("Space")
    assert figure.at.locator(".clusters-one[data-chosen]").count() == 1
    expect(figure.at.locator(".clusters-map")).to_have_attribute("aria-label", re.compile("group A is marked"))


def test_link_brings_the_state_back(living):
    figure = living("clusters", "clusters.k=5&clusters.seed=3")
    for _ in range(2):
        figure.press("Step: give images to centres")
        figure.press("Step: move centres")
    figure.labelled("Name of group C").select_option("7")
    link = figure.link()
    other = living("clusters", link)
    expect(other.labelled("Name of group C")).to_have_value("7")
    assert other.at.locator(".clusters-one").all_inner_texts() == figure.at.locator(".clusters-one").all_inner_texts()
    assert "steps=4" in link and other.button("Step: give images to centres").is_visible()


def test_nonsense_in_the_address_is_told(living):
    figure = living("clusters", "clusters.k=99&clusters.seed=-3&clusters.steps=abc&clusters.labels=2&clusters.names=xyz")
    expect(figure.status).to_have_text(re.compile("^Not understood in the address, and left out: k=99, seed=-3, steps=abc, labels=2, names=xyz"))
    assert figure.at.locator(".clusters-one").count() == 10


def test_fits_a_small_phone(living):
    figure = living("clusters", "clusters.k=20&clusters.steps=3", viewport={"width": 320, "height": 640})
    figure.fits_and_is_accessible()
    figure.holds(":is(button, select, canvas)")
