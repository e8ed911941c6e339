"""What was learned of words, as it is kept: how often each was told, what was ordered after it, how the audience changed.

Nothing here is of a viewer: words are the seller's and ours, all else is counted.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, get_args

from sosie.types import LANGUAGES, Language

WayKind = Literal["line", "answer", "turn"]
Part = Literal["night", "morning", "afternoon", "evening", "any"]
"""Of the shop's day; "any" where the show names no time zone."""
WAY_KINDS: tuple[WayKind, ...] = get_args(WayKind)
PARTS: tuple[Part, ...] = get_args(Part)


@dataclass(frozen=True, slots=True)
class Way:
    """One of several ways to do one thing: a wording of a point, a wording of an answer, or a product's turn."""

    kind: WayKind
    product_id: str | None
    language: Language | None
    """None for a turn."""
    words: str
    """As written, templates not filled in; "" for a turn."""
    point: str = field(compare=False)
    """What the ways that compete with this one have in common: id of a point's first wording, an intent, or "turns".
    A wording that is moved to another point stays the same way."""

    def __post_init__(self) -> None:
        if self.kind not in WAY_KINDS or (self.language is not None and self.language not in LANGUAGES):
            raise ValueError(f"no way to say anything: {self.kind!r} in {self.language!r}")
        if (self.kind == "turn") != (self.language is None) or bool(self.words) != (self.language is not None):
            raise ValueError("a turn has no words and no language, everything else has both")

    @property
    def id(self) -> str:
        """Of a wording, the same as an order has it (shop.orders.Said.wording_id); "" for a turn."""
        return wording_id(self.language, self.product_id, self.words) if self.language else ""

    @property
    def rivals(self) -> tuple[WayKind, str | None, Language | None, str]:
        """The same for all ways that compete with each other."""
        return self.kind, None if self.kind == "turn" else self.product_id, self.language, self.point


def wording_id(language: Language, product_id: str | None, wording: str) -> str:
    """Of a wording as it is written, choices written out and templates not filled in; the same in every show."""
    text = "\x1f".join((language, product_id or "", wording))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one way in one part of the day. What is older counts less, so none of them need be whole."""

    told: float = 0.0
    """Times, 0 or more."""
    sold: float = 0.0
    """Orders, 0 or more; an order is shared out among what was told of its product shortly before."""
    usual: float = 0.0
    """Orders that as many usual sentences about this product brought at those times, 0 or more."""
    seen: float = 0.0
    """Times told with a known number of viewers before and after, 0 or more."""
    held: float = 0.0
    """Sum over these: by which share the audience grew more, or less, than usual; logarithms, so small shares are shares."""

    def __post_init__(self) -> None:
        # Written out: some thousands of these are made a minute.
        good = 0 <= self.told < math.inf and 0 <= self.sold < math.inf and 0 <= self.usual < math.inf
        if not (good and 0 <= self.seen < math.inf and -math.inf < self.held < math.inf):
            raise ValueError(f"counts are 0 or more, got {self}")

    def then(self, kept: float, more: Tally) -> Tally:
        """``kept`` of these, a share in [0, 1], and ``more``."""
        return Tally(
            self.told * kept + more.told,
            self.sold * kept + more.sold,
            self.usual * kept + more.usual,
            self.seen * kept + more.seen,
            self.held * kept + more.held,
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """One row of what is kept."""

    way: Way
    part: Part
    tally: Tally


@dataclass(frozen=True, slots=True)
class News:
    """What became of a row since it was last told of. Two shows may tell of the same row in turn; neither undoes the other."""

    way: Way
    part: Part
    kept: float
    """Share of what was counted before that still counts, in [0, 1]."""
    more: Tally


def together(before: Iterable[News], later: Iterable[News]) -> tuple[News, ...]:
    """Both as one, a row at a time: what waits to be kept does not grow with the time it waits."""
    rows = {(one.way, one.part): one for one in before}
    for one in later:
        first = rows.get((one.way, one.part))
        if first is not None:
            one = News(one.way, one.part, first.kept * one.kept, first.more.then(one.kept, one.more))
        rows[one.way, one.part] = one
    return tuple(rows.values())
