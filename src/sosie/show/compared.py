"""What was learned, for people: how each wording sold beside the others of its point, and whether that is more than chance.

Of the orders that came after a point, some came after one wording and some after all others. If it made no difference, they would
be shared as the orders that were usual at those times are; the interval (Jeffreys, for a share of orders) says between which
factors the truth lies. It is made wider for the number of wordings that are compared (Bonferroni): of twenty equal ones, one
would else look better by chance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from scipy.special import betaincinv

from sosie.shop.learned import Counted, Part, Tally, Way
from sosie.show.learning import LEAST_SOLD

SURE = 0.95
"""That every interval of a point holds the truth, if orders come independently."""
Verdict = Literal["sells more", "sells less", "too few to say"]


@dataclass(frozen=True, slots=True)
class Compared:
    way: Way
    part: Part | None
    """None: of all parts of the day together."""
    tally: Tally
    share: float | None
    """Of the orders of its point, in [0, 1]; None where there were none."""
    factor: tuple[float, float, float] | None
    """How many times as many orders as the others of its point, each for what was usual when it was told: lowest, likeliest,
    highest. None where too few orders came to speak of one."""
    held: float | None
    """Change of the audience beyond the usual, mean of a telling, as a share; None where viewers are not counted."""

    @property
    def verdict(self) -> Verdict:
        if self.factor is None or self.factor[0] <= 1 <= self.factor[2]:
            return "too few to say"
        return "sells more" if self.factor[0] > 1 else "sells less"


def compared(learned: Iterable[Counted], *, by_part: bool = False) -> tuple[Compared, ...]:
    """Points in the order of their ids, in each the way that sold most first; a point with one way is no comparison."""
    points: dict[object, dict[Way, Tally]] = defaultdict(dict)
    for row in learned:
        point = points[row.way.rivals, row.part if by_part else None]
        point[row.way] = point.get(row.way, Tally()).then(1.0, row.tally)
    found: list[Compared] = []
    for key, tallies in sorted(points.items(), key=lambda item: repr(item[0])):
        part: Part | None = key[1] if isinstance(key, tuple) else None
        if len(tallies) > 1:
            rows = [_row(way, part, tallies) for way in tallies]
            found += sorted(rows, key=lambda row: row.factor[1] if row.factor else 1.0, reverse=True)
    return tuple(found)


def _row(way: Way, part: Part | None, tallies: dict[Way, Tally]) -> Compared:
    own = tallies[way]
    others = Tally()
    for other, tally in tallies.items():
        if other != way:
            others = others.then(1.0, tally)
    sold = own.sold + others.sold
    return Compared(
        way,
        part,
        own,
        own.sold / sold if sold else None,
        _factor(own, others, len(tallies)),
        own.held / own.seen if own.seen else None,
    )


def _factor(own: Tally, others: Tally, n: int) -> tuple[float, float, float] | None:
    if own.sold + others.sold < LEAST_SOLD or not own.usual or not others.usual:
        return None
    miss = (1 - SURE) / n / 2
    a, b = own.sold + 0.5, others.sold + 0.5
    odds = others.usual / own.usual

    def factor(share: float) -> float:
        return odds * share / (1 - share) if share < 1 else float("inf")

    return factor(float(betaincinv(a, b, miss))), factor(a / (a + b)), factor(float(betaincinv(a, b, 1 - miss)))


def table(rows: Sequence[Compared]) -> str:
    """Lines of text, a point under another."""
    lines: list[str] = []
    before: object = None
    for row in rows:
        here = (row.way.rivals, row.part)
        if here != before:
            lines += ["", _head(row)] if lines else [_head(row)]
            lines.append(f"  {'told':>6} {'orders':>7} {'share':>6}  {'times the others':<22} {'viewers':>8}  ")
        before = here
        share = "" if row.share is None else f"{100 * row.share:.0f} %"
        factor = "" if row.factor is None else f"{row.factor[1]:.2f} ({row.factor[0]:.2f} to {row.factor[2]:.2f})"
        held = "" if row.held is None else f"{100 * row.held:+.2f} %"
        words = row.way.words or row.way.product_id or ""
        lines.append(
            f"  {row.tally.told:6.0f} {row.tally.sold:7.1f} {share:>6}  {factor:<22} {held:>8}  {row.verdict:<14}  {words}"
        )
    return "\n".join(lines)


def _head(row: Compared) -> str:
    way = row.way
    when = f", {row.part}" if row.part and row.part != "any" else ""
    if way.kind == "turn":
        return f"products{when}"
    what = f"answer to {way.point.split()[0]!r}" if way.kind == "answer" else f"point {way.point}"
    return f"{way.product_id or 'greeting'} {way.language}, {what}{when}"
