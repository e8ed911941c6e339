"""The store in SQL: what is asked of ``port.ShopStore``, in plain statements for either engine (docs/decisions/0008)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import cast

from sosie.errors import YourInput
from sosie.shop.catalogue import Catalogue, Product
from sosie.shop.changes import Change, between
from sosie.shop.learned import Counted, News
from sosie.shop.news import Delivery
from sosie.shop.orders import Order, OrderLine, Said
from sosie.shop.store.engine import Engine, Transaction, Value
from sosie.shop.store.hearing import Hearing, connect, remember
from sosie.shop.store.learning import read_learned, write_learned
from sosie.shop.store.migrations import migrate
from sosie.shop.store.port import Edit, Heard
from sosie.shop.store.rows import (
    Pictures,
    moment_of,
    moment_text,
    read_catalogue,
    read_product,
    remove_products,
    write_products,
    write_shop,
)
from sosie.types import Language


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
            self._remember(transaction, changes, now.replace(microsecond=0))
            keep_changes(transaction, changes)
        return changes

    def _remember(self, transaction: Transaction, changes: tuple[Change, ...], now: datetime) -> None:
        """A delivery that was under way while people made these changes must not undo them."""
        whats = {"price": "price", "sale_price": "price", "sale": "price", "stock": "stock"}
        told = {(each.product_id, each.variant_id, whats[each.field]) for each in changes if each.field in whats}
        remember(transaction, sorted(told), now)

    def _write(self, transaction: Transaction, before: Catalogue | None, after: Catalogue) -> None:
        old = {} if before is None else {product.id: (n, product) for n, product in enumerate(before.products)}
        if before is None or _head(before) != _head(after):
            write_shop(transaction, after)
        kept = {product.id for product in after.products}
        remove_products(transaction, [product_id for product_id in old if product_id not in kept])
        others = {n: product for n, product in enumerate(after.products) if old.get(product.id) != (n, product)}
        write_products(transaction, others, self._pictures)

    def history(self, product_id: str | None = None, *, most: int = 100) -> tuple[Change, ...]:
        where, values = ("", ()) if product_id is None else (" WHERE product_id = ?", (product_id,))
        with self._engine.reading() as transaction:
            rows = transaction.run(
                "SELECT changed_at, changed_by, product_id, variant_id, field, was, became, as_of"
                f" FROM change{where} ORDER BY id DESC LIMIT {int(most)}",
                *values,
            )
        return tuple(_change(*row) for row in rows)

    def changed_since(self, seen: int | None) -> tuple[int, tuple[Product, ...], frozenset[str]]:
        with self._engine.reading() as transaction:
            newest = int(transaction.run("SELECT COALESCE(MAX(id), 0) FROM change")[0][0] or 0)
            if seen is None:
                whole = read_catalogue(transaction, self._pictures)
                return newest, () if whole is None else whole.products, frozenset()
            rows = transaction.run("SELECT DISTINCT product_id FROM change WHERE id > ? AND product_id <> ''", seen)
            ids = [str(row[0]) for row in rows]
            found = [read_product(transaction, product_id, self._pictures) for product_id in ids]
        products = tuple(product for product in found if product is not None)
        return newest, products, frozenset(ids) - {product.id for product in products}

    def hear(self, source: str, delivery: Delivery, *, said: Said | None, now: datetime) -> Heard:
        with self._engine.writing() as transaction:
            heard, changes = Hearing(transaction, self._pictures, source, now).keep(delivery, said)
            keep_changes(transaction, changes)
        return heard

    def orders(self, *, since: datetime | None = None, most: int = 100) -> tuple[Order, ...]:
        where, values = ("", ()) if since is None else (" WHERE received_at >= ?", (moment_text(since),))
        with self._engine.reading() as transaction:
            rows = transaction.run(
                "SELECT source, id, buyer, placed_at, received_at, currency, show_name, show_ms, shown_product_id, segment,"
                " sentence_id, sentence_kind, language, wording_id"
                f" FROM orders{where} ORDER BY received_at DESC, id LIMIT {int(most)}",
                *values,
            )
            return tuple(_order(transaction, row) for row in rows)

    def learned(self) -> tuple[Counted, ...]:
        with self._engine.reading() as transaction:
            return read_learned(transaction)

    def learn(self, news: Sequence[News]) -> None:
        if news:
            with self._engine.writing() as transaction:
                write_learned(transaction, news)

    def link(self, source: str, theirs: str, product_id: str, variant_id: str) -> None:
        with self._engine.writing() as transaction:
            product = read_product(transaction, product_id, self._pictures)
            if product is None:
                raise YourInput(f"the store has no product {product_id!r}", wanted="one of `sosie shop show`")
            kinds = [each.id for each in product.variants] or [""]
            if variant_id not in kinds:
                raise YourInput(
                    f"{product_id} has no variant {variant_id!r}", wanted=f"one of {', '.join(kinds) or 'none'}"
                )
            connect(transaction, source, "variant", theirs, (product_id, variant_id))


def _head(catalogue: Catalogue) -> object:
    """All that it says beside its products."""
    return tuple(catalogue.shop.items()), catalogue.facts, catalogue.products[0].currency


def _change(*row: str | int | None) -> Change:
    at, by, product_id, variant_id, field, was, became, as_of = (None if each is None else str(each) for each in row)
    moment = moment_of(at)
    assert moment is not None
    return Change(moment, by or "", product_id or "", variant_id or "", field or "", was, became, moment_of(as_of))


def _order(transaction: Transaction, row: tuple[Value, ...]) -> Order:
    source, number, buyer, placed_at, received_at, currency, *on_air = row
    show, ms, product_id, segment, sentence_id, kind, language, wording_id = on_air
    lines = transaction.run(
        "SELECT product_id, variant_id, quantity, amount FROM order_line WHERE source = ? AND order_id = ? ORDER BY place",
        source,
        number,
    )
    said = (
        None
        if show is None
        else Said(
            str(show),
            int(ms or 0) / 1000,
            _text(product_id),
            _text(segment),
            None if sentence_id is None else int(sentence_id),
            _text(kind),
            cast(Language, language),
            _text(wording_id),
        )
    )
    return Order(
        source=str(source),
        id=str(number),
        buyer=str(buyer),
        placed_at=datetime.fromisoformat(str(placed_at)),
        received_at=datetime.fromisoformat(str(received_at)),
        currency=str(currency),
        lines=tuple(
            OrderLine(_text(product_id), str(variant_id), int(quantity or 0), Decimal(str(amount)))
            for product_id, variant_id, quantity, amount in lines
        ),
        said=said,
    )


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


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
