"""The quizzes for Moodle: as its XML, with an explanation for every option, and as GIFT, which other platforms read too."""

import html
import re
from pathlib import Path

from lxml.builder import E

from scripts.lessons import Lesson, Option, Quiz
from scripts.pack import xml


def shares(quiz: Quiz) -> dict[Option, float]:
    """What each option counts, in per cent. Several right ones share the whole; one that depends, beside a right one, counts half; wrong ones nothing or,
    where several may be chosen, as much below zero."""
    accepted, several = quiz.accepted, len(quiz.accepted) > 1
    wrong = len(quiz.options) - len(accepted)
    value = lambda option: 100 / len(accepted) if option in accepted else -100 / wrong if several else 50 if option.verdict == "depends" else 0  # noqa: E731
    return {option: value(option) for option in quiz.options}


def number(share: float) -> str:
    """A share as Moodle writes it: at most five digits after the point."""
    return f"{share:.5f}".rstrip("0").rstrip(".")


def write_moodle(path: Path, taught: list[Lesson], start: str) -> None:
    """Write all quizzes as Moodle XML, a category for each lesson."""
    text = lambda tag, words, **more: E(tag, E.text(words), **more)  # noqa: E731
    bank = E.quiz()
    for lesson in filter(lambda one: one.quizzes, taught):
        bank.append(E.question(text("category", f"$course$/Machine learning and generative AI/{lesson.title}"), type="category"))
        for quiz in lesson.quizzes:
            question = E.question(
                text("name", quiz.question), text("questiontext", f'<p>{html.escape(quiz.question)}</p><p><a href="{start}go/{quiz.id}/">Read about it</a></p>', format="html"),
                E.defaultgrade("1"), E.penalty("0.3333333"), E.hidden("0"), E.idnumber(quiz.id),
                E.single("false" if len(quiz.accepted) > 1 else "true"), E.shuffleanswers("true"), E.answernumbering("abc"), type="multichoice")
            for option, share in shares(quiz).items():
                question.append(E.answer(E.text(option.text), text("feedback", option.why, format="plain_text"), fraction=number(share), format="plain_text"))
            bank.append(question)
    path.write_bytes(xml(bank))


def write_gift(path: Path, taught: list[Lesson]) -> None:
    """Write all quizzes as GIFT."""
    escaped = lambda words: re.sub(r"([~=#{}:\\])", r"\\\1", words)  # noqa: E731
    blocks = []
    for lesson in filter(lambda one: one.quizzes, taught):
        blocks.append(f"$CATEGORY: $course$/Machine learning and generative AI/{lesson.title}\n")
        for quiz in lesson.quizzes:
            several = len(quiz.accepted) > 1
            sign = lambda option, share: "=" if option in quiz.accepted and not several else f"~%{number(share)}%" if share else "~"  # noqa: E731, B023
            options = "\n".join(f"  {sign(option, share)}{escaped(option.text)}#{escaped(option.why)}" for option, share in shares(quiz).items())
            blocks.append(f"::{quiz.id}:: {escaped(quiz.question)} {{\n{options}\n}}\n")
    path.write_text("\n".join(blocks), "utf-8")
