"""Learns which of several allowed wordings sells or holds viewers, and chooses by it; never a word that is not written.

    told(line or answer) ──► waits three minutes for what comes of it ──► counts of that wording, product and part of the day
    bought, watched ───────► shared out among what waits                         │
    choose(ways) ◄─────── a draw for each way from what is known of it ◄─────────┘   (Thompson sampling)

An order comes when its buyer has heard, thought and paid, so it is not counted for the words on air at that moment but shared out
among what was said of its product shortly before. What else was said in that time differs from telling to telling, so it adds
noise to a comparison of two wordings of one point and favours neither. Orders are compared with what as many usual sentences
about the product brought at that time: a wording that was told in a busy hour is not a better one.

Variety is a bound, not a wish: of n ways the last (n - 1) / 2 are not chosen again, and each comes at least once in ``OVERDUE`` n
tellings. Where too little is known, nothing is chosen here and the ways take turns as they would without it.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sosie.shop.learned import Counted, News, Part, Tally, Way, WayKind
from sosie.show.daytime import part_of_day
from sosie.types import Language

WINDOW_SECONDS = 180.0
"""After its last word; an order that comes later is of something else."""
SHARED_SECONDS = 60.0
"""An order's shares fall by a factor of e in this time: what was said just now counts for more than what was said before it."""
HELD_AFTER_SECONDS = 20.0
"""Platforms tell of viewers every few seconds, and viewers see the show some seconds late."""
STALE_SECONDS = 120.0
"""Older numbers of viewers are not of this moment."""
LEAST_SOLD = 5.0
"""Orders at a point before it is more than chance which of its wordings they came after."""
LEAST_SEEN = 50.0
"""Tellings of a point with a known audience, likewise."""
OVERDUE = 4
"""Each of n ways is told at least once in so many times n tellings: tastes change, and nothing is left out for good."""
BELIEF = 4.0
"""Before anything is known, ways are taken to differ by about half (1 / sqrt(4)); worth so many orders of evidence."""
CARRIED = 12.0
"""What other parts of the day tell of a way counts here for so many orders at most: in the morning others may buy."""
HELD_WORTH = 20.0
"""A hundredth of the audience held is worth a fifth of a sentence's orders: they go on watching for some twenty sentences."""
HELD_SPREAD = 0.005
"""By such a share of the audience ways are taken to differ in holding it."""
KEPT_ORDERS = 40.0
"""For each way of a point: older ones fade, so that what stopped selling loses its place."""
KEPT_TELLINGS = 2000.0
"""Of a point in a part of the day; the same for a show that sells little."""
LATELY = {"line": 60.0, "answer": 60.0, "turn": 30.0}
"""Tellings of a product (turns of all products) over which it is counted what a usual one brings."""
NEWS_EVERY_SECONDS = 60.0


@dataclass(slots=True, eq=False)
class _Told:
    """A way that was told not long ago."""

    way: Way
    part: Part
    ended_at: float
    viewers: int | None
    sold: float = 0.0
    change: float | None = None
    """Of the audience, logarithm."""


@dataclass(slots=True)
class _Lately:
    """What a telling brings of late."""

    memory: float
    told: float = 0.0
    sold: float = 0.0

    def count(self) -> None:
        fade = 1 - 1 / self.memory
        self.told, self.sold = self.told * fade + 1, self.sold * fade

    @property
    def usual(self) -> float:
        return self.sold / self.told if self.told else 0.0


@dataclass(slots=True)
class _Turns:
    """When each of the ways of a point was chosen last."""

    number: int = 0
    last: dict[Way, int] = field(default_factory=dict)


class Learning:
    """One show. Deterministic: the same events give the same choices."""

    def __init__(self, learned: Sequence[Counted] = (), *, seed: int = 0) -> None:
        """``learned``: what earlier shows of the shop counted."""
        self._chance = random.Random(f"learning {seed}")
        self._tallies: dict[Way, dict[Part, Tally]] = defaultdict(dict)
        self._rivals: dict[object, set[Way]] = defaultdict(set)
        for row in learned:
            self._tallies[row.way][row.part] = row.tally
        self._points: dict[Way, Way] = {}
        """Ways that were to be chosen from, with the point that they have in this show."""
        self._turns: dict[object, _Turns] = defaultdict(_Turns)
        self._waiting: deque[_Told] = deque()
        self._turn: _Told | None = None
        """The product whose turn it is."""
        self._lately: dict[tuple[WayKind, str | None], _Lately] = {}
        self._viewers: tuple[float, int] | None = None
        """When, and how many."""
        self._drift, self._noise = 0.0, 0.05**2
        """Usual change of the audience around a sentence, and its variance."""
        self._local_time: datetime | None = None
        self._part: Part = "any"
        self._news: dict[tuple[Way, Part], tuple[float, Tally]] = {}
        self._news_at = 0.0

    def start(self, local_time: datetime | None) -> None:
        """``local_time`` at second 0 of the show; None where the time of day is not known, and does not count."""
        self._local_time = local_time
        self._part = part_of_day(local_time, 0.0) or "any"

    # What happens

    def told(self, now: float, way: Way) -> None:
        """Its last word was heard at ``now``. A way that was never to be chosen from is not counted."""
        known = self._points.get(way)
        if known is None:
            return
        self._take_turn(now, known)
        viewers = None
        if self._viewers is not None and now - self._viewers[0] <= STALE_SECONDS:
            viewers = self._viewers[1]
        self._waiting.append(_Told(known, self._part, now, viewers))
        self._usual(known).count()

    def bought(self, now: float, product_id: str) -> None:
        """Somebody ordered this at ``now``."""
        recent = [one for one in self._waiting if one.way.product_id == product_id and one.way.kind != "turn"]
        shares = [math.exp(-(now - one.ended_at) / SHARED_SECONDS) for one in recent]
        for one, share in zip(recent, shares, strict=True):
            one.sold += share / sum(shares)
            self._usual(one.way).sold += share / sum(shares)
        turns = [one for one in (*self._waiting, self._turn) if one is not None and one.way.kind == "turn"]
        turn = next((one for one in reversed(turns) if one.way.product_id == product_id), None)
        if turn is not None:
            turn.sold += 1
            self._usual(turn.way).sold += 1

    def watched(self, now: float, viewers: int) -> None:
        """So many watch at ``now``, 0 or more."""
        self._viewers = now, viewers
        for one in self._waiting:
            if one.change is None and one.viewers is not None and now - one.ended_at >= HELD_AFTER_SECONDS:
                # A few are added, or one who leaves an almost empty room would be a landslide.
                one.change = math.log((viewers + 5) / (one.viewers + 5))
                self._noise += ((one.change - self._drift) ** 2 - self._noise) / 100
                self._drift += (one.change - self._drift) / 100

    def tick(self, now: float) -> tuple[News, ...]:
        """Time passes. What changed of what is to be kept, about once a minute; else nothing."""
        self._part = part_of_day(self._local_time, now) or "any"
        while self._waiting and now > self._waiting[0].ended_at + WINDOW_SECONDS:
            self._settle(self._waiting.popleft())
        if now < self._news_at + NEWS_EVERY_SECONDS:
            return ()
        self._news_at = now
        return self._take_news()

    def stop(self) -> tuple[News, ...]:
        """The show is over: what has waited less than its time is counted as it is."""
        for one in (*self._waiting, *((self._turn,) if self._turn else ())):
            self._settle(one)
        self._waiting.clear()
        self._turn = None
        return self._take_news()

    # What to choose

    def choose(self, ways: Sequence[Way], can_say: Callable[[Way], bool] = lambda way: True) -> int | None:
        """Which of ``ways`` is next; None where too little is known of them, and they are to take turns.

        ``can_say``: whether it has words just now; a line about a sale has none while there is no sale.
        """
        if len(ways) < 2:
            return None
        for way in ways:
            self._points[way] = way
        rivals = ways[0].rivals
        self._rivals[rivals].update(ways)
        turns = self._turns[rivals]
        values = self._values(ways)
        if values is None:
            return None
        turns.number += 1
        rests, last = (len(ways) - 1) // 2, turns.last
        sayable = [place for place, way in enumerate(ways) if can_say(way)] or list(range(len(ways)))
        # What was not told in this show counts as told at its start: nothing is overdue at its second line.
        overdue = [place for place in sayable if turns.number - last.get(ways[place], 0) >= OVERDUE * len(ways)]
        rested = [place for place in sayable if turns.number - last.get(ways[place], -rests) > rests]
        if overdue:
            chosen = min(overdue, key=lambda place: last.get(ways[place], 0))
        else:
            chosen = max(rested or sayable, key=lambda place: values[place])
        turns.last[ways[chosen]] = turns.number
        return chosen

    def _values(self, ways: Sequence[Way]) -> list[float] | None:
        """A draw of what each is worth, against what is usual; None where that would be made up."""
        totals = [self._total(way) for way in ways]
        sold, usual = sum(each.sold for each in totals), sum(each.usual for each in totals)
        by_orders = sold >= LEAST_SOLD and usual > 0
        by_viewers = sum(each.seen for each in totals) >= LEAST_SEEN
        if not by_orders and not by_viewers:
            return None
        values = []
        for way, total in zip(ways, totals, strict=True):
            here = self._tallies[way].get(self._part, Tally()) if way in self._tallies else Tally()
            sells = self._sells(here, total, sold / usual) if by_orders else 1.0
            holds = self._holds(total) if by_viewers else 0.0
            values.append(sells * math.exp(HELD_WORTH * holds))
        return values

    def _sells(self, here: Tally, total: Tally, rate: float) -> float:
        """A draw of its orders over the usual ones; ``rate``: of all ways of the point together."""
        shape = BELIEF + max(0.0, total.sold - here.sold)
        elsewhere = shape / (BELIEF / rate + max(0.0, total.usual - here.usual))
        shape = min(shape, CARRIED)
        return self._chance.gammavariate(shape + here.sold, 1 / (shape / elsewhere + here.usual)) / rate

    def _holds(self, total: Tally) -> float:
        """A draw of by which share more of the audience than usual it holds."""
        weight = total.seen + self._noise / HELD_SPREAD**2
        return self._chance.gauss(total.held / weight, math.sqrt(self._noise / weight))

    def _total(self, way: Way) -> Tally:
        total = Tally()
        for tally in self._tallies[way].values() if way in self._tallies else ():
            total = total.then(1.0, tally)
        return total

    # Counting

    def _take_turn(self, now: float, way: Way) -> None:
        """A product's turn begins with its first line after another's, and ends with its last one."""
        if way.kind != "line" or way.product_id is None:
            return
        if self._turn is not None and self._turn.way.product_id == way.product_id:
            self._turn.ended_at = now
            return
        if self._turn is not None:
            self._waiting.append(self._turn)
        turn = turn_of(way.product_id)
        self._rivals[turn.rivals].add(turn)
        self._turn = _Told(turn, self._part, now, None)
        self._usual(turn).count()

    def _usual(self, way: Way) -> _Lately:
        key = (way.kind, None if way.kind == "turn" else way.product_id)
        if key not in self._lately:
            self._lately[key] = _Lately(LATELY[way.kind])
        return self._lately[key]

    def _settle(self, one: _Told) -> None:
        usual = self._usual(one.way).usual
        rivals = self._rivals[one.way.rivals]
        kept = 1 - max(usual / (KEPT_ORDERS * len(rivals)), 1 / KEPT_TELLINGS)
        for way in rivals:
            if one.part in self._tallies[way]:
                self._count(way, one.part, max(0.0, kept), Tally())
        seen = one.change is not None
        held = one.change - self._drift if one.change is not None else 0.0
        self._count(one.way, one.part, 1.0, Tally(1.0, one.sold, usual, float(seen), held))

    def _count(self, way: Way, part: Part, kept: float, more: Tally) -> None:
        self._tallies[way][part] = self._tallies[way].get(part, Tally()).then(kept, more)
        kept_before, before = self._news.get((way, part), (1.0, Tally()))
        self._news[way, part] = kept_before * kept, before.then(kept, more)

    def _take_news(self) -> tuple[News, ...]:
        news = tuple(News(way, part, kept, more) for (way, part), (kept, more) in self._news.items())
        self._news.clear()
        return news


def turn_of(product_id: str) -> Way:
    """A product's turn, as a way to spend the next minute."""
    return Way("turn", product_id, None, "", "turns")


def line_of(product_id: str | None, language: Language, words: str) -> Way:
    """A line of the script, by its words alone."""
    return Way("line", product_id, language, words, "")
