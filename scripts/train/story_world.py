"""The world of the stories: a grammar that tells them, a parser that checks them, and the exact chance of each.

Two people draw digits, then somebody claims something about them; every story told here is true. Two tellers tell them, a
report and a joke, which differ only in how often they choose a verb, a look and an ending. Because the grammar is ours, three
things are known exactly that nobody knows of real text: whether a claim is true, which teller is the more probable one, and
how much surprise is left for a perfect model.
"""

import math
import random
import re

# The world. A teller's column gives the chance of each word; both tellers know all words.
DIGITS = "zero one two three four five six seven eight nine".split()
PEOPLE = "ben ines kofi lucia mina omar tom yara".split()
TELLERS = ["report", "joke"]
VERBS = {"draws": (0.5, 0.15), "sketches": (0.3, 0.15), "scribbles": (0.1, 0.35), "doodles": (0.1, 0.35)}
LOOKS = {
    "neat": (0.25, 0.05),
    "plain": (0.2, 0.05),
    "narrow": (0.15, 0.1),
    "slanted": (0.15, 0.1),
    "tiny": (0.1, 0.15),
    "giant": (0.05, 0.15),
    "wobbly": (0.05, 0.2),
    "sleepy": (0.05, 0.2),
}
ENDINGS = {
    "nobody objects .": (0.4, 0.1),
    "the page is full .": (0.4, 0.2),
    "everyone laughs .": (0.1, 0.4),
    "the pencil faints .": (0.1, 0.3),
}
CLAIMS = ("order", "maker", "reader")
VOCABULARY = ["<end>", *(f"<{teller}>" for teller in TELLERS)]
OTHER_WORDS = "a . is less more than the by model looks at digit of and says".split()
VOCABULARY += sorted({*DIGITS, *PEOPLE, *VERBS, *LOOKS, *" ".join(ENDINGS).split(), *OTHER_WORDS})
NUMBER = {word: number for number, word in enumerate(VOCABULARY)}


# Data


def pick(draw, table, teller):
    return draw.choices(list(table), [chance[teller] for chance in table.values()])[0]


def tell(draw, teller):
    """One true story as text. `teller` is 0 (report) or 1 (joke)."""
    people, digits = draw.sample(PEOPLE, 2), draw.sample(DIGITS, 2)
    sentences = [
        f"{who} {pick(draw, VERBS, teller)} a {pick(draw, LOOKS, teller)} {digit} ." for who, digit in zip(people, digits, strict=True)
    ]
    claim, chosen = draw.choice(CLAIMS), draw.randrange(2)
    if claim == "order":
        word = "less" if DIGITS.index(digits[chosen]) < DIGITS.index(digits[1 - chosen]) else "more"
        sentences.append(f"{digits[chosen]} is {word} than {digits[1 - chosen]} .")
    elif claim == "maker":
        sentences.append(f"the {digits[chosen]} is by {people[chosen]} .")
    else:
        sentences.append(f"the model looks at the digit of {people[chosen]} and says {digits[chosen]} .")
    return " ".join([*sentences, pick(draw, ENDINGS, teller)])


def stories(count, seed):
    """`count` stories and the number of the teller of each, half and half."""
    draw = random.Random(seed)
    tellers = [number % 2 for number in range(count)]
    return [tell(draw, teller) for teller in tellers], tellers


def numbers(texts):
    return [[NUMBER[word] for word in text.split()] for text in texts]


def opening(tellers):
    return [NUMBER[f"<{TELLERS[teller]}>"] for teller in tellers]


# What the grammar knows


def any_of(name, words):
    return f"(?P<{name}>{'|'.join(map(re.escape, words))})"


def sentence(number):
    parts = {"who": PEOPLE, "verb": VERBS, "look": LOOKS, "digit": DIGITS}
    return "{} {} a {} {}".format(*(any_of(f"{name}_{number}", words) for name, words in parts.items()))


FORM = re.compile(
    rf"{sentence(1)} \. {sentence(2)} \. "
    rf"({any_of('digit_a', DIGITS)} is {any_of('word', ('less', 'more'))} than {any_of('digit_b', DIGITS)}"
    rf"|the {any_of('made', DIGITS)} is by {any_of('maker', PEOPLE)}"
    rf"|the model looks at the digit of {any_of('owner', PEOPLE)} and says {any_of('read', DIGITS)}) \. {any_of('ending', ENDINGS)}"
)


def parse(text):
    """The parts of a story by name, or None if the text does not follow the grammar."""
    found = FORM.fullmatch(text)
    return found and found.groupdict()


def verdict(text):
    """(kind of claim, verdict) of a story; (None, "not a story") if it does not follow the grammar.

    The verdict is "true", "false" (people and digits of the claim are in the story, and it is not so) or "invented" (the
    claim names a person or a digit that the story does not hold).
    """
    part = parse(text)
    if not part:
        return None, "not a story"
    people, digits = [part["who_1"], part["who_2"]], [part["digit_1"], part["digit_2"]]
    if part["word"]:
        claimed = [part["digit_a"], part["digit_b"]]
        order = DIGITS.index(claimed[0]) - DIGITS.index(claimed[1])
        kind, known, right = "order", sorted(claimed) == sorted(digits), order < 0 if part["word"] == "less" else order > 0
    else:
        kind, who, what = ("maker", part["maker"], part["made"]) if part["made"] else ("reader", part["owner"], part["read"])
        known, right = who in people and what in digits, (who, what) in zip(people, digits, strict=True)
    return kind, ("true" if right else "false") if known else "invented"


def chances(text, teller):
    """ln p(text | teller) under the grammar that made the stories: what a perfect model would say."""
    part = parse(text)
    style = [(VERBS, "verb_1"), (LOOKS, "look_1"), (VERBS, "verb_2"), (LOOKS, "look_2"), (ENDINGS, "ending")]
    people, digits = len(PEOPLE) * (len(PEOPLE) - 1), len(DIGITS) * (len(DIGITS) - 1)
    plot = -math.log(people * digits * len(CLAIMS) * 2)  # two of each, the kind of claim, and which of the two it is about
    return plot + sum(math.log(table[part[name]][teller]) for table, name in style)
