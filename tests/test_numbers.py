"""Measured numbers in prose keep their form and follow the results."""

import pytest

from scripts import numbers


@pytest.mark.parametrize(
    "shown, value, right",
    [
        ("98.1 %", 0.9852, "98.5 %"),
        ("98 %", 0.9852, "99 %"),
        (".98", 0.9852, "0.99"),
        ("4.3", 4.287, "4.3"),
        ("1,797", 1797, "1,797"),
        ("9802 parameters", 27841, "27,841 parameters"),
        ("−0.8", -0.0421, "0.0"),
        ("…%", 0.5, "50%"),
        ("5 of 5", 4, "4 of 5"),
    ],
)
def test_wording(shown, value, right):
    assert numbers.wording(shown, value) == right


@pytest.mark.parametrize("value", [True, "many", {"mean": 1}, None])
def test_only_numbers_are_numbers(value):
    with pytest.raises(ValueError, match="not a number"):
        numbers.wording("5", value)


def test_marks_find_source_and_place():
    text = 'It reads **98.5 %**{ data-result="classifier.test_accuracy.mean" } of them, **not this**.'
    (mark,) = numbers.marks(text)
    assert (mark.shown, mark.source, text[mark.start:mark.end]) == ("98.5 %", "classifier.test_accuracy.mean", "98.5 %")
