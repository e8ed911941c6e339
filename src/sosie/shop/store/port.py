"""What a store is asked for. Two engines keep to it, SQLite and PostgreSQL, and pass tests/contracts/test_store.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from sosie.shop.catalogue import Catalogue, Product
from sosie.shop.changes import Change
from sosie.shop.learned import Counted, News
from sosie.shop.news import Delivery
from sosie.shop.orders import Order, Said

Edit = Callable[[Catalogue | None], Catalogue]
"""Makes of what the store holds (None: nothing yet) what it is to hold. Pure; called while nobody else writes."""
Note = Literal[
    "older", "unknown product", "unknown variant", "other currency", "several places", "unread price", "known order"
]
"""Why something of a delivery was not taken, or only in part."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a delivery."""

    again: bool
    """It was heard before; nothing was done."""
    products: tuple[Product, ...] = ()
    """Those that it changed, as they are now."""
    orders: tuple[Order, ...] = ()
    """Those that were new."""
    notes: tuple[Note, ...] = ()


class ShopStore(Protocol):
    """Any thread and any process may call it. Raises Theirs where the database cannot be had; then nothing was kept."""

    def catalogue(self) -> Catalogue:
        """Raises YourInput while nothing was put in."""
        ...

    def edit(self, make: Edit, *, by: str, now: datetime) -> tuple[Change, ...]:
        """What ``make`` makes is kept, and each difference with its day; returns these. ``by`` is who or what did it."""
        ...

    def history(self, product_id: str | None = None, *, most: int = 100) -> tuple[Change, ...]:
        """Newest first; of one product ("" for the shop itself) or of all."""
        ...

    def changed_since(self, seen: int | None) -> tuple[int, tuple[Product, ...], frozenset[str]]:
        """What changed after ``seen`` (None: all there is): a number to ask with next time, products, ids of those gone."""
        ...

    def hear(self, source: str, delivery: Delivery, *, said: Said | None, now: datetime) -> Heard:
        """Takes what a platform tells, once, whole or not at all; what is older than what is known does not win.

        ``source``: name of the webhook; ``said``: what was on air when it came, for the orders in it.
        """
        ...

    def orders(self, *, since: datetime | None = None, most: int = 100) -> tuple[Order, ...]:
        """Newest first, by when they were received; ``since`` that moment on."""
        ...

    def learned(self) -> tuple[Counted, ...]:
        """What all shows of this shop counted together."""
        ...

    def learn(self, news: Sequence[News]) -> None:
        """Takes what a show counted since it told last; several shows may tell in turn."""
        ...

    def link(self, source: str, theirs: str, product_id: str, variant_id: str) -> None:
        """From now on ``theirs``, a number of the platform behind ``source``, means this. Raises YourInput if that is nothing."""
        ...
