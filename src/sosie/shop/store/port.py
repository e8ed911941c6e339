"""What a store is asked for. Two engines keep to it, SQLite and PostgreSQL, and pass tests/contracts/test_store.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from sosie.shop.catalogue import Catalogue
from sosie.shop.changes import Change

Edit = Callable[[Catalogue | None], Catalogue]
"""Makes of what the store holds (None: nothing yet) what it is to hold. Pure; called while nobody else writes."""


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
