"""The script as an endless deck of lines: rounds, segments, languages and wordings in turn. Knows nothing of time or chat."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sosie.shop.learned import Way
from sosie.show.learning import turn_of
from sosie.show.onair import ways_of
from sosie.show.rundown import Rundown, Segment, Wordings
from sosie.types import Language

LEFT_OUT = 3
"""Once a segment was told in a language, one in so many of its middle points is left out of each further telling."""
ASIDE_EVERY = 3
"""Lines of a segment between places for an aside."""
Choose = Callable[[Sequence[Way]], int | None]
"""Which of several ways is next; None where they are to take turns (show/learning.py)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the script, templates not yet filled in."""

    text: str
    language: Language
    product_id: str | None
    """None for a greeting."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A place where the host may say something of the moment (show/asides.py)."""

    language: Language
    product_id: str | None


def script(rundown: Rundown, choose: Choose | None = None) -> Iterator[Line | Aside]:
    """All lines in order; without end if the rundown loops.

    Each round begins with a greeting, for those who came in meanwhile, and a line takes its next wording. With
    ``turns = "segment"`` the language changes with every segment, and each round begins one language later, so that every product
    is told in every language within as many rounds as there are languages.

    The first telling is the writer's own, point by point. With ``order = "changing"`` the later ones keep a segment's first
    point, which opens it, and its last, which closes it; what lies between comes in another order and not all of it, and the
    segments change places. The same rundown always gives the same script.

    ``choose`` may choose among the wordings of a point, and, where the order changes, the product that gets one turn more in a
    round. Every product has its own turn in every round all the same.
    """
    wordings = _Wordings(choose)
    n_languages = len(rundown.languages)
    told: Counter[tuple[int, Language]] = Counter()
    round_number, before = 0, -1
    segments = list(range(len(rundown.segments)))
    while round_number == 0 or rundown.loop:
        if rundown.order == "changing" and round_number >= n_languages:
            segments = _other_order(segments, before, round_number)
        turns = [(index, 0) for index in segments]
        if choose is not None and rundown.order == "changing" and round_number >= n_languages:
            _add_turn(turns, before, rundown, choose)
        for turn, (index, more) in enumerate(turns):
            segment = rundown.segments[index]
            match rundown.turns:
                case "segment":
                    language = rundown.languages[(round_number + index + more) % n_languages]
                case "round":
                    language = rundown.languages[round_number % n_languages]
                case "none":
                    language = rundown.languages[0]
            if turn == 0:
                yield Line(wordings.next(rundown.greeting[language], "greeting", language, None), language, None)
                if round_number:
                    yield Aside(language, None)
            points = _points(segment, language, told[index, language], rundown)
            told[index, language] += 1
            for n_told, point in enumerate(points):
                if n_told and n_told % ASIDE_EVERY == 0:
                    yield Aside(language, segment.product_id)
                wording = wordings.next(segment.lines[language][point], (index, point), language, segment.product_id)
                yield Line(wording, language, segment.product_id)
        before = turns[-1][0]
        round_number += 1


class _Wordings:
    """Counts what was told and not the rounds: a language comes back to a segment every few rounds only."""

    def __init__(self, choose: Choose | None) -> None:
        self._choose = choose
        self._told: Counter[tuple[object, Language]] = Counter()
        self._ways: dict[tuple[object, Language], tuple[Way, ...]] = {}

    def next(self, wordings: Wordings, key: object, language: Language, product_id: str | None) -> str:
        number = self._told[key, language]
        self._told[key, language] += 1
        if self._choose is not None:
            if (key, language) not in self._ways:
                self._ways[key, language] = ways_of(language, product_id, wordings)
            chosen = self._choose(self._ways[key, language])
            number = number if chosen is None else chosen
        return wordings[number % len(wordings)]


def _add_turn(turns: list[tuple[int, int]], before: int, rundown: Rundown, choose: Choose) -> None:
    """One turn more, in another language, for the product that is chosen; never beside another turn of it.

    ``before``: the segment that was told last.
    """
    products = list(dict.fromkeys(segment.product_id for segment in rundown.segments))
    chosen = choose([turn_of(product_id) for product_id in products])
    if chosen is None:
        return
    index = next(n for n, segment in enumerate(rundown.segments) if segment.product_id == products[chosen])
    order = [before, *(index for index, _ in turns)]
    own = order.index(index, 1)
    places = [place for place in range(1, len(order) + 1) if index not in order[place - 1 : place + 1]]
    if places:
        turns.insert(max(places, key=lambda place: abs(place - own)) - 1, (index, 1))


def _points(segment: Segment, language: Language, n_told: int, rundown: Rundown) -> Sequence[int]:
    points = list(range(len(segment.lines[language])))
    if rundown.order == "fixed" or n_told == 0 or len(points) < 4:
        return points
    first, *middle, last = points
    order = _middle(middle, segment, language, n_told)
    if order == _middle(middle, segment, language, n_told - 1):
        order.reverse()
    return [first, *order, last]


def _middle(points: list[int], segment: Segment, language: Language, n_told: int) -> list[int]:
    order = points.copy()
    random.Random(f"{segment.product_id} {language} {n_told}").shuffle(order)
    return order[: len(order) - len(order) // LEFT_OUT]


def _other_order(segments: list[int], before: int, round_number: int) -> list[int]:
    """Shuffled, but never the segment first that has just been last."""
    others = segments.copy()
    random.Random(f"round {round_number}").shuffle(others)
    if others[0] == before:
        others.append(others.pop(0))
    return others
