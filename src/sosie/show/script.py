"""The script as an endless deck of lines: rounds, segments, languages and wordings in turn. Knows nothing of time or chat."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sosie.claims import Author
from sosie.shop.learned import Way
from sosie.show.learning import turn_of
from sosie.show.onair import ways_of
from sosie.show.rundown import Rundown, Segment, Wordings
from sosie.types import Language

LEFT_OUT = 3
"""Once a segment was told in a language, one in so many of its middle points is left out of each further telling."""
ASIDE_EVERY = 3
"""Lines of a segment between places for an aside."""
MORE_EVERY = 2
"""Rounds from one turn more for a product to the next. With one in every round 2.8 % of the script's sentences had been said in
the last ten minutes, in place of 1.8: the same product in the same language comes again too soon."""
Choose = Callable[[Sequence[Way]], int | None]
"""Which of several ways is next; None where they are to take turns (show/learning.py)."""
STORY_REST = 400
"""Lines of the script, about an hour on air, before a story is told again in a language where there is talk meanwhile."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the script, templates not yet filled in."""

    text: str
    language: Language
    product_id: str | None
    """None for a greeting, and in a segment without a product."""
    topic: str | None = None
    """Id of a segment without a product."""
    author: Author = "person"
    """As whose words the firewall takes it."""

    @property
    def segment_id(self) -> str | None:
        return self.product_id or self.topic


@dataclass(frozen=True, slots=True)
class Aside:
    """A place where the host may say something of the moment (show/asides.py)."""

    language: Language
    product_id: str | None
    topic: str | None = None

    @property
    def segment_id(self) -> str | None:
        return self.product_id or self.topic


def script(rundown: Rundown, choose: Choose | None = None) -> Iterator[Line | Aside]:
    """All lines in order; without end if the rundown loops.

    Each round begins with a greeting, for those who came in meanwhile, and a line takes its next wording. With
    ``turns = "segment"`` the language changes with every segment, and each round begins one language later, so that every product
    is told in every language within as many rounds as there are languages.

    The first telling is the writer's own, point by point. With ``order = "changing"`` the later ones keep a segment's first
    point, which opens it, and its last, which closes it; what lies between comes in another order and not all of it, and the
    segments change places. A story is told as it is written, nothing is put in between, and it comes again after an hour or so.
    The same rundown always gives the same script.

    ``choose`` may choose among the wordings of a point, and, where the order changes, the product that gets one turn more in
    every second round. Every product has its own turn in every round all the same.
    """
    wordings = _Wordings(choose)
    n_languages = len(rundown.languages)
    told: Counter[tuple[int, Language]] = Counter()
    has_talk = not all(segment.story for segment in rundown.segments)
    n_lines = 0
    rests_until: dict[tuple[int, Language], int] = {}
    round_number, before = 0, -1
    segments = list(range(len(rundown.segments)))
    while round_number == 0 or rundown.loop:
        if rundown.order == "changing" and round_number >= n_languages:
            segments = _other_order(segments, before, round_number)
        turns = [(index, 0) for index in segments]
        later = round_number >= n_languages and round_number % MORE_EVERY == 0
        if choose is not None and rundown.order == "changing" and later:
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
            if segment.story and has_talk:
                # Word for word twice within ten minutes is what nobody stays for.
                if n_lines < rests_until.get((index, language), 0):
                    continue
                rests_until[index, language] = n_lines + STORY_REST
            points = _points(segment, language, told[index, language], rundown)
            told[index, language] += 1
            for n_told, point in enumerate(points):
                if n_told and n_told % ASIDE_EVERY == 0 and not segment.story:
                    yield Aside(language, segment.product_id, segment.topic_id)
                n_lines += 1
                wording = wordings.next(segment.lines[language][point], (index, point), language, segment.product_id)
                yield Line(wording, language, segment.product_id, segment.topic_id, segment.author)
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
    products = list(dict.fromkeys(segment.product_id for segment in rundown.segments if segment.product_id))
    if not products:
        return
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
    if rundown.order == "fixed" or segment.story or n_told == 0 or len(points) < 4:
        return points
    first, *middle, last = points
    order = _middle(middle, segment, language, n_told)
    if order == _middle(middle, segment, language, n_told - 1):
        order.reverse()
    return [first, *order, last]


def _middle(points: list[int], segment: Segment, language: Language, n_told: int) -> list[int]:
    order = points.copy()
    random.Random(f"{segment.id} {language} {n_told}").shuffle(order)
    return order[: len(order) - len(order) // LEFT_OUT]


def _other_order(segments: list[int], before: int, round_number: int) -> list[int]:
    """Shuffled, but never the segment first that has just been last."""
    others = segments.copy()
    random.Random(f"round {round_number}").shuffle(others)
    if others[0] == before:
        others.append(others.pop(0))
    return others
