"""What sells is told more often, never alone, and nothing is learned from chance."""

from __future__ import annotations

import heapq
import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from sosie.shop.learned import Counted, News, Tally, Way, together, wording_id
from sosie.show.compared import compared, table
from sosie.show.learning import KEPT_ORDERS, LEAST_SEEN, OVERDUE, Learning, line_of, turn_of
from sosie.show.onair import ways_of

EVERY = 200.0
"""Seconds from one telling of a point to the next; a round of a few products takes as long."""
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)


def ways(n: int, product: str = "mug") -> tuple[Way, ...]:
    return ways_of("en", product, tuple(f"wording {number}" for number in range(n)))


class Room:
    """Tells one point over and over to shoppers who buy by chance; a filler between, as a show has other points."""

    def __init__(self, learning: Learning, n: int, *, seed: int = 1) -> None:
        self.learning, self.ways = learning, ways(n)
        self.chance = random.Random(seed)
        self.now, self.number = 0.0, 0
        self.chosen: list[int] = []
        self.buying: list[float] = []
        self.news: list[News] = []
        self.sold: Counter[int] = Counter()

    def tell(self, times: int, worth: Callable[[int, float], float], *, turns: bool = False) -> Room:
        """``worth``: orders that a wording brings at a time, mean. ``turns``: nothing is chosen."""
        for _ in range(times):
            chosen = self.learning.choose(self.ways)
            place = self.number % len(self.ways) if chosen is None or turns else chosen
            self.number += 1
            self.now += EVERY
            self._pass()
            self.learning.told(self.now, line_of("mug", "en", self.ways[place].words))
            self.chosen.append(place)
            orders = self._poisson(worth(place, self.now))
            self.sold[place] += orders
            for _ in range(orders):
                heapq.heappush(self.buying, self.now + 5 + self.chance.expovariate(1 / 30))
        return self

    def _pass(self) -> None:
        while self.buying and self.buying[0] <= self.now:
            self.learning.bought(heapq.heappop(self.buying), "mug")
        self.news += self.learning.tick(self.now)

    def _poisson(self, mean: float) -> int:
        n, left = 0, self.chance.expovariate(1)
        while left < mean:
            n, left = n + 1, left + self.chance.expovariate(1)
        return n

    def shares(self, last: int) -> list[float]:
        counts = Counter(self.chosen[-last:])
        return [counts[place] / last for place in range(len(self.ways))]

    def counted(self) -> list[Counted]:
        self.news += self.learning.stop()
        return [Counted(one.way, one.part, one.more) for one in together((), self.news)]


def test_a_wording_that_sells_is_told_more_often_but_never_alone() -> None:
    room = Room(Learning(), 6).tell(1500, lambda place, now: 0.6 if place == 2 else 0.15)
    shares = room.shares(1000)
    assert shares[2] > 1.5 / 6
    assert shares[2] == max(shares)
    assert min(shares) >= 0.9 / (OVERDUE * 6), "each has its turn all the same"
    assert shares[2] <= 1 / 3 + 0.01, "two others lie between"


@pytest.mark.parametrize("n", [2, 3, 6, 12])
def test_no_wording_comes_again_before_half_of_the_others_and_none_is_left_out(n: int) -> None:
    room = Room(Learning(), n).tell(1500, lambda place, now: 0.8 if place == 0 else 0.1)
    learned = room.chosen[300:]
    rests = (n - 1) // 2
    for place, each in enumerate(learned):
        assert each not in learned[max(0, place - rests) : place]
    for place in range(n):
        told = [at for at, each in enumerate(learned) if each == place]
        # Where several are overdue at once, one waits for another.
        assert max(after - before for before, after in pairwise(told)) <= (OVERDUE + 1) * n


def test_equal_wordings_stay_equal() -> None:
    """No superstition: over many rooms none is favoured for good, and nobody is told that one sells more."""
    told: list[list[float]] = []
    verdicts: Counter[str] = Counter()
    for seed in range(12):
        room = Room(Learning(seed=seed), 4, seed=seed).tell(500, lambda place, now: 0.3)
        told.append(room.shares(500))
        verdicts.update(row.verdict for row in compared(room.counted()))
    assert max(max(each) for each in told) < 0.45
    assert min(min(each) for each in told) > 0.08
    means = [sum(each[place] for each in told) / len(told) for place in range(4)]
    assert all(abs(mean - 0.25) < 0.03 for mean in means)
    assert verdicts["too few to say"] >= 0.95 * verdicts.total()


def test_a_busy_hour_is_no_merit() -> None:
    """Ten times as many shoppers every other hour: whatever was told then is not better for it."""
    verdicts: Counter[str] = Counter()
    for seed in range(8):
        room = Room(Learning(seed=seed), 4, seed=seed)
        room.tell(500, lambda place, now: 1.0 if now // 3600 % 2 else 0.1)
        verdicts.update(row.verdict for row in compared(room.counted()))
    assert verdicts["too few to say"] >= 0.9 * verdicts.total()


def test_a_wording_that_stopped_selling_loses_its_place() -> None:
    room = Room(Learning(), 4).tell(800, lambda place, now: 0.9 if place == 0 else 0.2)
    before = room.shares(500)
    assert before[0] == max(before)
    room.tell(1200, lambda place, now: 0.9 if place == 3 else 0.2)
    after = room.shares(500)
    assert after[3] == max(after)
    assert after[0] < 0.3 < before[0]


def test_what_sells_in_the_morning_need_not_sell_at_night() -> None:
    def worth(place: int, now: float) -> float:
        night = (now // 3600 % 24) < 5
        return 0.8 if place == (0 if night else 1) else 0.15

    learning = Learning()
    learning.start(MIDNIGHT)
    room = Room(learning, 4)
    nights, mornings = Counter[int](), Counter[int]()
    for _ in range(20):  # days, of a night hour and a morning hour each
        for start, counts in ((2, nights), (8, mornings)):
            days = math.floor(room.now / 86400) + (start * 3600 < room.now % 86400)
            room.now = days * 86400 + start * 3600.0
            room.buying.clear()
            told = len(room.chosen)
            room.tell(40, worth)
            counts.update(room.chosen[told:])
    assert nights[0] > 1.2 * nights[1]
    assert mornings[1] > 1.2 * mornings[0]


def test_words_that_hold_viewers_are_told_more_often_where_nobody_buys() -> None:
    learning, chance = Learning(), random.Random(1)
    four, now, viewers = ways(4), 0.0, 500.0
    chosen = Counter[int]()
    for number in range(3000):
        place = learning.choose(four)
        assert place is None or number >= LEAST_SEEN
        place = number % 4 if place is None else place
        now += 40
        learning.watched(now, round(viewers))
        learning.told(now, line_of("mug", "en", four[place].words))
        viewers = 500 * math.exp(chance.gauss(0.02 if place == 1 else 0.0, 0.02))
        learning.watched(now + 25, round(viewers))
        viewers = 500.0
        learning.tick(now + 30)
        if number > 1500:
            chosen[place] += 1
    assert chosen.most_common(1)[0][0] == 1
    assert chosen[1] > 1.3 * chosen.total() / 4


def test_with_nothing_known_nothing_is_chosen() -> None:
    learning = Learning()
    for number in range(200):
        assert learning.choose(ways(4)) is None
        learning.told(20.0 * number, ways(4)[number % 4])
        learning.tick(20.0 * number)
    assert learning.choose(ways(1)) is None


def test_what_has_no_words_now_is_not_chosen() -> None:
    rows = [Counted(way, "any", Tally(50, 20 if n == 1 else 5, 10)) for n, way in enumerate(ways(4))]
    learning = Learning(rows)
    chosen = {learning.choose(ways(4), lambda way: way.words != "wording 1") for _ in range(100)}
    assert chosen == {0, 2, 3}
    assert learning.choose(ways(4), lambda way: False) in range(4), "where none has words the line is left out as ever"


def test_the_same_events_give_the_same_choices() -> None:
    rooms = [Room(Learning(), 5).tell(600, lambda place, now: 0.2 + 0.1 * place) for _ in range(2)]
    assert rooms[0].chosen == rooms[1].chosen


def test_what_was_learned_is_known_to_the_next_show() -> None:
    first = Room(Learning(), 6).tell(1000, lambda place, now: 0.6 if place == 2 else 0.15)
    second = Room(Learning(first.counted()), 6, seed=2).tell(120, lambda place, now: 0.0)
    third = Room(Learning(), 6, seed=2).tell(120, lambda place, now: 0.0)
    assert second.shares(120)[2] == max(second.shares(120)) > 1.5 / 6
    assert third.shares(120) == pytest.approx([1 / 6] * 6)


def test_what_is_remembered_is_bounded() -> None:
    room = Room(Learning(), 3).tell(2000, lambda place, now: 1.0)
    rows = [row for row in room.counted() if row.way.kind == "line"]
    assert len(rows) == 3
    assert sum(row.tally.usual for row in rows) < 1.2 * 3 * KEPT_ORDERS


def test_an_order_is_shared_out_among_what_was_said_of_its_product() -> None:
    learning = Learning()
    mugs, lamps = ways(3), ways(3, "lamp")
    learning.choose(mugs)
    learning.choose(lamps)
    learning.told(10, mugs[0])
    learning.told(70, lamps[0])
    learning.told(130, mugs[1])
    learning.bought(130, "mug")
    learning.bought(131, "scarf")
    counted = {one.way.words: one.more for one in learning.stop() if one.way.product_id == "mug" and one.way.words}
    assert sum(each.sold for each in counted.values()) == pytest.approx(1, rel=0.01)
    assert counted["wording 1"].sold == pytest.approx(1 / (1 + math.exp(-2)), rel=0.01)


def test_a_products_turn_is_one_telling_however_many_lines_it_has() -> None:
    learning = Learning()
    mugs, lamps = ways(3), ways(3, "lamp")
    learning.choose(mugs)
    learning.choose(lamps)
    for start in range(0, 600, 120):
        for step, way in enumerate([*mugs, *lamps]):
            learning.told(start + 10 * step, way)
        learning.bought(start + 70, "mug")
    turns = {one.way.product_id: one.more for one in learning.stop() if one.way.kind == "turn"}
    assert {key: round(tally.told) for key, tally in turns.items()} == {"mug": 5, "lamp": 5}
    assert turns["mug"].sold == pytest.approx(5, rel=0.1)
    assert turns["lamp"].sold == 0


def test_two_shows_of_one_shop_do_not_undo_each_other() -> None:
    way = ways(2)[0]
    first, second = News(way, "any", 0.9, Tally(10, 2, 1)), News(way, "any", 0.5, Tally(4, 1, 1))
    (both,) = together([first], [second])
    assert (both.kept, both.more.told) == (pytest.approx(0.45), 9)
    start = Tally(100, 10, 10)
    assert start.then(both.kept, both.more) == start.then(first.kept, first.more).then(second.kept, second.more)


def compared_of(*tallies: Tally) -> Sequence[str]:
    return [
        row.verdict for row in compared(Counted(way, "any", each) for way, each in zip(ways(9), tallies, strict=False))
    ]


def test_the_table_says_when_there_is_too_little_to_say() -> None:
    assert compared_of(Tally(10, 2, 1), Tally(10, 0, 1)) == ["too few to say"] * 2
    assert compared_of(Tally(10, 12, 10), Tally(10, 9, 10)) == ["too few to say"] * 2
    assert compared_of(Tally(90, 60, 20), Tally(90, 20, 20), Tally(90, 20, 20))[0] == "sells more"
    # The same of twenty, nineteen of which nobody looked for: chance finds one such.
    assert compared_of(Tally(9, 9, 3.3), *[Tally(9, 3, 3.3)] * 8) == ["too few to say"] * 9
    rows = compared([Counted(way, "any", Tally(90, 9, 9)) for way in ways(2)])
    assert "1.00 (0.3" in table(rows)
    assert "wording 1" in table(rows)


def test_a_way_is_known_by_its_words_wherever_its_point_stands() -> None:
    moved = Way("line", "mug", "en", "wording 1", "another point")
    assert moved == ways(3)[1]
    assert moved.id == wording_id("en", "mug", "wording 1")
    assert turn_of("mug").id == ""
    for wrong in (("turn", "mug", "en", "x"), ("line", "mug", None, ""), ("joke", "mug", "en", "x")):
        with pytest.raises(ValueError):
            Way(*wrong, "point")  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        Tally(told=-1)
