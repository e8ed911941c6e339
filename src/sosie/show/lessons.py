"""What the director asks and tells show/learning.py; for a show that does not learn, nothing at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sosie.shop.learned import Counted, Way
from sosie.show.answers import Answer
from sosie.show.events import Bought, Learned, Watched
from sosie.show.learning import Learning, line_of
from sosie.show.sayable import Sayable
from sosie.show.script import Choose, Line
from sosie.show.under_way import Told


class Lessons:
    def __init__(self, sayable: Sayable, learned: Sequence[Counted], *, on: bool) -> None:
        self._sayable = sayable
        self._learning = Learning(learned) if on else None

    @property
    def choose(self) -> Choose | None:
        """For the script; None where everything takes turns."""
        return self._choose if self._learning is not None else None

    def number(self, answer: Answer, number: int) -> int:
        """Of the wording of an answer: the one that is chosen, else ``number``."""
        chosen = self._choose(answer.ways(self._sayable.catalogue)) if self._learning is not None else None
        return number if chosen is None else chosen

    def start(self, local_time: datetime | None) -> None:
        if self._learning is not None:
            self._learning.start(local_time)

    def heard(self, now: float, told: Told) -> None:
        """It was said to its end."""
        if self._learning is None:
            return
        if told.line is not None:
            self._learning.told(now, line_of(told.line.product_id, told.line.language, told.line.text))
        # Where the firewall had it declined, something else was said in its place, and without the product.
        elif told.answer is not None and told.answer.product_id == told.utterance.product_id:
            ways = told.answer.ways(self._sayable.catalogue)
            if ways:
                self._learning.told(now, ways[told.number % len(ways)])

    def learn(self, event: Bought | Watched) -> None:
        match event:
            case _ if self._learning is None:
                return
            case Bought(now, product_ids):
                for product_id in product_ids:
                    self._learning.bought(now, product_id)
            case Watched(now, viewers):
                self._learning.watched(now, viewers)

    def tick(self, now: float) -> list[Learned]:
        news = self._learning.tick(now) if self._learning is not None else ()
        return [Learned(news)] if news else []

    def stop(self) -> list[Learned]:
        news = self._learning.stop() if self._learning is not None else ()
        return [Learned(news)] if news else []

    def _choose(self, ways: Sequence[Way]) -> int | None:
        return None if self._learning is None else self._learning.choose(ways, self._has_words)

    def _has_words(self, way: Way) -> bool:
        if way.kind == "line" and way.language is not None:
            return self._sayable.line(Line(way.words, way.language, way.product_id)) is not None
        return way.product_id is None or self._sayable.is_offered(way.product_id)
