"""The store in SQL: what is asked of ``port.ShopStore``, in plain statements for either engine (docs/decisions/0008)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sosie.errors import YourInput
from sosie.shop.catalogue import Catalogue
from sosie.shop.changes import Change, between
from sosie.shop.store.engine import Engine, Transaction
from sosie.shop.store.migrations import migrate
from sosie.shop.store.port import Edit
from sosie.shop.store.rows import (
    Pictures,
    moment_of,
    moment_text,
    read_catalogue,
    remove_product,
    write_product,
    write_shop,
)


class SqlStore:
    """Brings an older store to the newest version when it is opened."""

    def __init__(self, engine: Engine, pictures: Path) -> None:
        """``pictures``: the folder that names of pictures are taken from. Raises YourInput for a newer store, Theirs for none."""
        self._engine = engine
        self._pictures = Pictures(pictures)
        with engine.writing() as transaction:
            migrate(transaction, engine.serial)

    def catalogue(self) -> Catalogue:
        with self._engine.reading() as transaction:
            found = read_catalogue(transaction, self._pictures)
        if found is None:
            raise YourInput("the store is empty", wanted="products", try_this="sosie shop import FILE --store WHERE")
        return found

    def edit(self, make: Edit, *, by: str, now: datetime) -> tuple[Change, ...]:
        with self._engine.writing() as transaction:
            before = read_catalogue(transaction, self._pictures)
            after = make(before)
            if not after.products:
                raise YourInput("a store without products", wanted="at least one")
            changes = between(before, after, at=now, by=by)
            self._write(transaction, before, after)
            keep_changes(transaction, changes)
        return changes

    def _write(self, transaction: Transaction, before: Catalogue | None, after: Catalogue) -> None:
        old = {} if before is None else {product.id: (n, product) for n, product in enumerate(before.products)}
        if before is None or (before.shop, before.facts) != (after.shop, after.facts):
            write_shop(transaction, after)
        kept = {product.id for product in after.products}
        for product_id in old:
            if product_id not in kept:
                remove_product(transaction, product_id)
        for place, product in enumerate(after.products):
            if old.get(product.id) != (place, product):
                write_product(transaction, product, place, self._pictures)

    def history(self, product_id: str | None = None, *, most: int = 100) -> tuple[Change, ...]:
        where, values = ("", ()) if product_id is None else (" WHERE product_id = ?", (product_id,))
        with self._engine.reading() as transaction:
            rows = transaction.run(
                "SELECT changed_at, changed_by, product_id, variant_id, field, was, became, as_of"
                f" FROM change{where} ORDER BY id DESC LIMIT {int(most)}",
                *values,
            )
        return tuple(_change(*row) for row in rows)


def _change(*row: str | int | None) -> Change:
    at, by, product_id, variant_id, field, was, became, as_of = (None if each is None else str(each) for each in row)
    moment = moment_of(at)
    assert moment is not None
    return Change(moment, by or "", product_id or "", variant_id or "", field or "", was, became, moment_of(as_of))


def keep_changes(transaction: Transaction, changes: tuple[Change, ...]) -> None:
    transaction.many(
        "INSERT INTO change (changed_at, as_of, changed_by, product_id, variant_id, field, was, became)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                moment_text(each.at),
                None if each.as_of is None else moment_text(each.as_of),
                each.by,
                each.product_id,
                each.variant_id,
                each.field,
                each.before,
                each.after,
            )
            for each in changes
        ],
    )
