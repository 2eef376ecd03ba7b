"""The reader of everything that has an address: a tiny page in, exact entries out; and the real site."""

from collections import Counter

from scripts import catalogue

PAGE = """<html><head><meta name="description" content="What cats do."></head><body><article>
<h1 id="cats">Cats<a class="headerlink" href="#cats">#</a></h1>
<h2 id="cats-sleep">How they sleep<a class="headerlink" href="#cats-sleep">#</a></h2>
<figure id="fig-cat"><img alt="A cat."><figcaption>A cat asleep. It is grey.</figcaption></figure>
<div class="admonition myth" id="myth-lazy"><p class="admonition-title">“Cats are lazy”</p><p>They are not.</p></div>
<div class="quiz" id="quiz-cats"><p class="quiz-question">How long?</p><details><summary>An hour</summary></details><details><summary>A day</summary></details></div>
<div class="guess" id="guess-cats"><p class="guess-question">How many lives?</p><form><label><input type="radio"> seven</label><label><input type="radio"> nine</label></form></div>
<div class="guess" id="guess-mice"><p class="guess-question">How many mice?</p><form><label>Your guess <input type="range"></label></form></div>
<h2 id="cats-eat">What they eat<a class="headerlink" href="#cats-eat">#</a></h2><p>They eat mice, and whatever the cook has left on the table.</p>
</article><aside><p id="__toc">not ours</p></aside></body></html>"""


def test_entries_of_a_page():
    found = [(e.id, e.kind, e.address, e.title, e.summary, e.section) for e in catalogue.of_page(PAGE, "cats")]
    assert found == [
        ("cats", "page", "cats/", "Cats", "What cats do.", ""),
        ("cats-sleep", "section", "cats/#cats-sleep", "How they sleep", "A cat asleep. It is grey.", ""),
        ("fig-cat", "figure", "cats/#fig-cat", "A cat asleep", "A cat asleep. It is grey.", "cats-sleep"),
        ("myth-lazy", "myth", "cats/#myth-lazy", "“Cats are lazy”", "They are not.", "cats-sleep"),
        ("quiz-cats", "quiz", "cats/#quiz-cats", "How long?", "An hour · A day", "cats-sleep"),
        ("guess-cats", "guess", "cats/#guess-cats", "How many lives?", "seven · nine", "cats-sleep"),
        ("guess-mice", "guess", "cats/#guess-mice", "How many mice?", "A number to guess before the measurement is shown.", "cats-sleep"),
        ("cats-eat", "section", "cats/#cats-eat", "What they eat", "They eat mice, and whatever the cook has left on the table.", ""),
    ]


def test_every_entry_of_the_site_has_a_title_and_one_place(site):
    found = catalogue.entries(site)
    assert {e.kind for e in found} >= {"page", "section", "term", "claim", "myth", "figure", "diagram", "demo", "quiz", "guess", "reference"}
    assert [e.id for e in found if not e.title or "\n" in e.title] == []
    assert [identity for identity, times in Counter(e.id for e in found).items() if times > 1] == []
