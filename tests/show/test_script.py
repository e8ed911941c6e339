"""The deck of lines: order, languages, wordings."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, pairwise

import pytest

from sosie.shop.learned import Way
from sosie.show.rundown import Rundown, Turns
from sosie.show.script import Aside, Line, script
from sosie.types import Language

from .playbook import sample

RUNDOWN = sample()[0]


def lines_of(rundown: Rundown, n: int) -> list[Line]:
    return list(islice((step for step in script(rundown) if isinstance(step, Line)), n))


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
    lines = lines_of(replace(RUNDOWN, turns=turns, order="fixed"), 200)
    assert turns_of(lines)[:9] == list(zip(["mug", "lamp", "scarf"] * 3, languages, strict=True))


def test_each_round_greets_and_words_its_lines_anew() -> None:
    lines = lines_of(replace(RUNDOWN, languages=("zh",), order="fixed"), 30 * 22)
    openings = [line.text for line in lines if line.product_id is None]
    greetings = RUNDOWN.greeting["zh"]
    assert openings[: len(greetings)] == list(greetings)
    hooks = [lines[place + 1].text for place, line in enumerate(lines[:-1]) if line.product_id is None]
    wordings = RUNDOWN.segments[0].lines["zh"][0]
    assert hooks[: len(wordings)] == list(wordings)
    assert hooks[len(wordings)] == hooks[0]


@pytest.mark.parametrize("turns", ["segment", "round", "none"])
def test_the_first_telling_is_the_writers_own_and_later_ones_change_places(turns: Turns) -> None:
    lines = lines_of(replace(RUNDOWN, turns=turns), 600)
    tellings = told_of(lines, "lamp", "zh")
    points = [list(wordings) for wordings in RUNDOWN.segments[1].lines["zh"]]

    def order(telling: list[str]) -> list[int]:
        return [next(n for n, wordings in enumerate(points) if text in wordings) for text in telling]

    assert order(tellings[0]) == list(range(len(points)))
    later = [order(telling) for telling in tellings[1:-1]]
    assert all(each[0] == 0 and each[-1] == len(points) - 1 for each in later), (
        "what opens and what closes keep their places"
    )
    assert all(len(set(each)) == len(each) < len(points) for each in later)
    assert all(before != after for before, after in pairwise(later))
    assert {point for each in later for point in each} == set(range(len(points))), "nothing is left out for good"


def told_of(lines: list[Line], product_id: str, language: Language) -> list[list[str]]:
    """The texts of each telling of a product in a language."""
    tellings: list[list[str]] = []
    before: Line | None = None
    for line in lines:
        if (line.product_id, line.language) == (product_id, language):
            if before is None or (before.product_id, before.language) != (product_id, language):
                tellings.append([])
            tellings[-1].append(line.text)
        before = line
    return tellings


def test_rounds_change_but_no_product_follows_itself_and_each_comes_once_in_every_language() -> None:
    turns = turns_of(lines_of(RUNDOWN, 2000))
    rounds = [turns[start : start + 3] for start in range(0, len(turns) - 3, 3)]
    assert all({product for product, _ in each} == {"mug", "lamp", "scarf"} for each in rounds)
    assert len({tuple(product for product, _ in each) for each in rounds}) >= 5
    for start in range(0, len(rounds) - 3, 3):
        assert len({turn for each in rounds[start : start + 3] for turn in each}) == 9
    assert all(before[0] != after[0] for before, after in pairwise(turns))


def test_a_fixed_order_stays_and_leaves_nothing_out() -> None:
    lines = lines_of(replace(RUNDOWN, languages=("en",), order="fixed"), 220)
    assert [len(telling) for telling in told_of(lines, "mug", "en")[:-1]] == [7] * (
        len(told_of(lines, "mug", "en")) - 1
    )


def test_there_are_places_for_asides_within_segments() -> None:
    steps = list(islice(script(RUNDOWN), 400))
    places = [step for step in steps if isinstance(step, Aside)]
    assert len(places) > 40
    assert {place.product_id for place in places} == {None, "mug", "lamp", "scarf"}


def test_the_same_rundown_gives_the_same_script() -> None:
    assert list(islice(script(RUNDOWN), 500)) == list(islice(script(RUNDOWN), 500))


def test_without_a_loop_it_is_told_once() -> None:
    lines = [step for step in script(replace(RUNDOWN, loop=False)) if isinstance(step, Line)]
    assert [product_id for product_id, _ in turns_of(lines)] == ["mug", "lamp", "scarf"]


def first_product(ways: Sequence[Way]) -> int | None:
    return 0 if ways[0].kind == "turn" else None


def test_where_nothing_is_chosen_it_is_the_script_as_it_ever_was() -> None:
    assert list(islice(script(RUNDOWN, lambda ways: None), 3000)) == list(islice(script(RUNDOWN), 3000))


@pytest.mark.parametrize("turns", ["segment", "round", "none"])
def test_a_chosen_product_has_one_turn_more_and_every_other_its_own(turns: Turns) -> None:
    rundown = replace(RUNDOWN, turns=turns)
    steps = islice(script(rundown, first_product), 6000)
    lines = [step for step in steps if isinstance(step, Line)]
    rounds: list[list[str]] = []
    for line in lines:
        if line.product_id is None:
            rounds.append([])
        elif not rounds[-1] or rounds[-1][-1] != line.product_id:
            rounds[-1].append(line.product_id)
    for number, each in list(enumerate(rounds))[:-1]:
        more = number >= len(RUNDOWN.languages) and number % 2 == 0
        assert sorted(each) == (["lamp", "mug", "mug", "scarf"] if more else ["lamp", "mug", "scarf"])
    told = [product for each in rounds for product in each]
    assert all(before != after for before, after in pairwise(told)), "never twice in a row"
    assert {(line.product_id, line.language) for line in lines} == {
        (product_id, language)
        for product_id in ("mug", "lamp", "scarf", None)
        for language in (RUNDOWN.languages if turns != "none" else RUNDOWN.languages[:1])
    }


def test_a_story_keeps_its_order_whatever_sells() -> None:
    fixed = replace(RUNDOWN, order="fixed")
    assert list(islice(script(fixed, first_product), 1000)) == list(islice(script(fixed), 1000))


def test_a_chosen_wording_is_said_and_nothing_that_is_not_written() -> None:
    chance = random.Random(1)
    lines = [
        step
        for step in islice(script(RUNDOWN, lambda ways: chance.randrange(len(ways))), 4000)
        if isinstance(step, Line)
    ]
    for line in lines:
        segment = next((each for each in RUNDOWN.segments if each.product_id == line.product_id), None)
        points = (RUNDOWN.greeting[line.language],) if segment is None else segment.lines[line.language]
        assert any(line.text in wordings for wordings in points)
    last = [step for step in islice(script(RUNDOWN, lambda ways: len(ways) - 1), 300) if isinstance(step, Line)]
    written = {wordings[-1] for each in RUNDOWN.segments for points in each.lines.values() for wordings in points}
    assert {line.text for line in last if line.product_id} <= written
