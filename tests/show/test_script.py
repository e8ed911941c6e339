"""The deck of lines: order, languages, wordings."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import pytest

from sosie.show.rundown import Turns
from sosie.show.script import Line, script
from sosie.types import Language

from .playbook import sample

RUNDOWN = sample()[0]


def turns_of(lines: list[Line]) -> list[tuple[str | None, Language]]:
    turns = [(line.product_id, line.language) for line in lines if line.product_id]
    return [turn for place, turn in enumerate(turns) if place == 0 or turn != turns[place - 1]]


@pytest.mark.parametrize(
    ("turns", "languages"),
    [
        ("segment", ["zh", "en", "fr", "en", "fr", "zh", "fr", "zh", "en"]),
        ("round", ["zh", "zh", "zh", "en", "en", "en", "fr", "fr", "fr"]),
        ("none", ["zh"] * 9),
    ],
)
def test_languages_take_turns(turns: Turns, languages: list[Language]) -> None:
    lines = list(islice(script(replace(RUNDOWN, turns=turns)), 200))
    assert turns_of(lines)[:9] == list(zip(["mug", "lamp", "scarf"] * 3, languages, strict=True))


def test_each_round_greets_and_words_its_lines_anew() -> None:
    zh_only = replace(RUNDOWN, languages=("zh",))
    lines = list(islice(script(zh_only), 3 * 20))
    openings = [line.text for line in lines if line.product_id is None]
    assert openings[:2] == list(RUNDOWN.greeting["zh"])
    hooks = [lines[place + 1].text for place, line in enumerate(lines[:-1]) if line.product_id is None]
    assert hooks[:2] == list(RUNDOWN.segments[0].lines["zh"][0])
    assert hooks[2] == hooks[0]


def test_without_a_loop_it_is_told_once() -> None:
    lines = list(script(replace(RUNDOWN, loop=False)))
    assert [product_id for product_id, _ in turns_of(lines)] == ["mug", "lamp", "scarf"]
