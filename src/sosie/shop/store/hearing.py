"""What a store does with a delivery, inside one transaction of the only writer.

It is known again if it comes twice; what it is about is found; nothing older wins; what changed is kept with its day, and orders
without their buyers.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sosie.shop.catalogue import Product
from sosie.shop.changes import Change, between_products
from sosie.shop.importing.cells import our_id
from sosie.shop.news import (
    Delivery,
    OfferTold,
    PriceTold,
    ProductTold,
    StockTold,
    priced,
    stock_of,
    stocked,
    variant_of,
)
from sosie.shop.orders import LineTold, Names, Order, OrderLine, OrderTold, Said, mark
from sosie.shop.store.engine import Transaction
from sosie.shop.store.port import Heard, Note
from sosie.shop.store.rows import Pictures, moment_text, read_product, write_offers

DAYS_KNOWN = 30
"""How long a delivery is known again; platforms send one again for some hours, TikTok for three days."""
Offer = tuple[str, str]
"""Product and variant, "" for a product without variants."""


@dataclass(slots=True)
class _Result:
    products: dict[str, Product] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


class Hearing:
    """One delivery. ``keep`` is called once."""

    def __init__(self, transaction: Transaction, pictures: Pictures, source: str, now: datetime) -> None:
        self._transaction, self._pictures, self._source, self._now = transaction, pictures, source, now
        self._result = _Result()

    def keep(self, delivery: Delivery, said: Said | None) -> tuple[Heard, tuple[Change, ...]]:
        """What became of it, and the changes to be kept."""
        if self._is_known(delivery.keys):
            return Heard(again=True), ()
        for news in delivery.news:
            match news:
                case ProductTold():
                    self._product(news)
                case OfferTold():
                    self._offer(news)
                case OrderTold():
                    self._order(news, said)
        result = self._result
        result.notes += ["unread price"] * delivery.unread
        write_offers(self._transaction, list(result.products.values()))
        heard = Heard(False, tuple(result.products.values()), tuple(result.orders), tuple(result.notes))
        return heard, tuple(result.changes)

    def _is_known(self, keys: Sequence[str]) -> bool:
        run = self._transaction.run
        known = any(run("SELECT 1 FROM delivery WHERE source = ? AND id = ?", self._source, key) for key in keys)
        if not known:
            rows = [(self._source, key, moment_text(self._now)) for key in dict.fromkeys(keys)]
            self._transaction.many("INSERT INTO delivery (source, id, received_at) VALUES (?, ?, ?)", rows)
            run("DELETE FROM delivery WHERE received_at < ?", moment_text(self._now - timedelta(days=DAYS_KNOWN)))
        return known

    # Prices and stock

    def _product(self, told: ProductTold) -> None:
        product_id = self._product_id(told.names) or next(
            (found for offer in told.offers if (found := self._by_sku(offer.names.sku)[0])), ""
        )
        product = self._now_of(product_id)
        if product is None:
            self._result.notes.append("unknown product")
            return
        self._learn("product", told.names.product, (product_id, ""))
        alone = told.whole and len(told.offers) == 1
        met: set[str] = set()
        for offer in told.offers:
            linked = self._linked(offer.names)
            variant_id = linked[1] if linked[0] == product_id else variant_of(product, offer.names, alone=alone)
            if variant_id is None:
                self._result.notes.append("unknown variant")
                continue
            met.add(variant_id)
            self._learn("variant", offer.names.variant, (product_id, variant_id))
            self._learn("item", offer.names.item, (product_id, variant_id))
            self._take((product_id, variant_id), offer)
        if told.whole:
            # What its seller sells no more, or in ways whose prices are not known here, is not offered.
            for variant_id in [each.id for each in product.variants] or [""]:
                if variant_id not in met:
                    self._take((product_id, variant_id), OfferTold(told.names, told.as_of, stock=StockTold(0)))

    def _offer(self, told: OfferTold) -> None:
        place = self._place(told.names)
        if place is None:
            self._result.notes.append("unknown product")
            return
        self._learn("variant", told.names.variant, place)
        self._learn("item", told.names.item, place)
        self._take(place, told)

    def _take(self, place: Offer, told: OfferTold) -> None:
        # A clock that is ahead must not make us deaf to what it says later.
        as_of = min(told.as_of, self._now)
        if told.price is not None and self._is_news(place, "price", as_of):
            self._price(place, told.price, as_of)
        if told.stock is not None and self._counts(place, told.stock) and self._is_news(place, "stock", as_of):
            self._keep(place, "stock", as_of, stocked(self._known(place), place[1], told.stock.pieces))

    def _price(self, place: Offer, told: PriceTold, as_of: datetime) -> None:
        product = self._known(place)
        if told.currency not in (None, product.currency):
            self._result.notes.append("other currency")
            return
        self._keep(place, "price", as_of, priced(product, place[1], told))

    def _keep(self, place: Offer, what: str, as_of: datetime, after: Product) -> None:
        before = self._known(place)
        remember(self._transaction, [(*place, what)], as_of)
        changes = between_products(before, after, at=self._now, by=f"webhook {self._source}", as_of=as_of)
        if changes:
            self._result.products[place[0]] = after
            self._result.changes += changes

    def _is_news(self, place: Offer, what: str, as_of: datetime) -> bool:
        """Of two that are of the same moment, the one that comes later counts: clocks of shops count whole seconds."""
        rows = self._transaction.run(
            "SELECT as_of FROM told WHERE product_id = ? AND variant_id = ? AND what = ?", *place, what
        )
        is_news = not rows or moment_text(as_of) >= str(rows[0][0])
        if not is_news:
            self._result.notes.append("older")
        return is_news

    def _counts(self, place: Offer, stock: StockTold) -> bool:
        """Whether it is the whole stock, and one: what lies in one of several places says nothing about the others."""
        if not stock.counted and stock_of(self._known(place), place[1]) is None:
            return False
        if not stock.at:
            return True
        self._transaction.run(
            "INSERT INTO stock_place (source, name) VALUES (?, ?) ON CONFLICT (source, name) DO NOTHING",
            self._source,
            stock.at,
        )
        alone = len(self._transaction.run("SELECT name FROM stock_place WHERE source = ? LIMIT 2", self._source)) == 1
        if not alone:
            self._result.notes.append("several places")
        return alone

    # Which of our products is meant

    def _known(self, place: Offer) -> Product:
        product = self._now_of(place[0])
        assert product is not None
        return product

    def _now_of(self, product_id: str) -> Product | None:
        if product_id in self._result.products:
            return self._result.products[product_id]
        return read_product(self._transaction, product_id, self._pictures) if product_id else None

    def _place(self, names: Names) -> Offer | None:
        for linked in (self._linked(names), self._by_sku(names.sku)):
            if linked[0] and self._now_of(linked[0]) is not None:
                return linked
        product = self._now_of(self._product_id(names))
        if product is None:
            return None
        variant_id = variant_of(product, names, alone=True)
        return None if variant_id is None else (product.id, variant_id)

    def _product_id(self, names: Names) -> str:
        """Of the product that is meant; "" if there is none."""
        if linked := self._link("product", names.product)[0]:
            return linked
        candidates = (
            our_id(names.handle) if names.handle else "",
            names.product,
            our_id(names.product) if names.product else "",
        )
        for candidate in dict.fromkeys(each for each in candidates if each):
            if self._transaction.run("SELECT 1 FROM product WHERE id = ?", candidate):
                return candidate
        return ""

    def _linked(self, names: Names) -> Offer:
        found = self._link("variant", names.variant)
        return found if found[0] else self._link("item", names.item)

    def _link(self, kind: str, theirs: str) -> Offer:
        rows = (
            self._transaction.run(
                "SELECT product_id, variant_id FROM link WHERE source = ? AND kind = ? AND theirs = ?",
                self._source,
                kind,
                theirs,
            )
            if theirs
            else []
        )
        return (str(rows[0][0]), str(rows[0][1])) if rows else ("", "")

    def _by_sku(self, sku: str) -> Offer:
        rows = (
            self._transaction.run("SELECT product_id, variant_id FROM offer WHERE sku = ? LIMIT 2", sku) if sku else []
        )
        return (str(rows[0][0]), str(rows[0][1])) if len(rows) == 1 else ("", "")

    def _learn(self, kind: str, theirs: str, place: Offer) -> None:
        if theirs and self._link(kind, theirs) != place:
            connect(self._transaction, self._source, kind, theirs, place)

    # Orders

    def _order(self, told: OrderTold, said: Said | None) -> None:
        salt = self._salt()
        order = Order(
            source=self._source,
            id=mark(salt, self._source, "order", told.id),
            buyer=mark(salt, self._source, "buyer", told.buyer),
            placed_at=told.placed_at,
            received_at=self._now,
            currency=told.currency,
            lines=tuple(self._line(line) for line in told.lines),
            said=said,
        )
        if self._transaction.run("SELECT 1 FROM orders WHERE source = ? AND id = ?", order.source, order.id):
            self._result.notes.append("known order")
            return
        write_order(self._transaction, order)
        self._result.orders.append(order)

    def _line(self, told: LineTold) -> OrderLine:
        place = self._place(told.names)
        if place is None:
            # A kind that is not known here may still be of a product that is.
            product = self._now_of(self._product_id(told.names))
            place = None if product is None else (product.id, "")
        return OrderLine(place[0] if place else None, place[1] if place else "", told.quantity, told.amount)

    def _salt(self) -> str:
        rows = self._transaction.run("SELECT value FROM salt")
        if rows:
            return str(rows[0][0])
        salt = secrets.token_hex(16)
        self._transaction.run("INSERT INTO salt (value) VALUES (?)", salt)
        return salt


def remember(transaction: Transaction, whats: Sequence[tuple[str, str, str]], as_of: datetime) -> None:
    """Since when prices and stocks are so; each is a product, a variant, and "price" or "stock"."""
    transaction.many(
        "INSERT INTO told (product_id, variant_id, what, as_of) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (product_id, variant_id, what) DO UPDATE SET as_of = excluded.as_of",
        [(*what, moment_text(as_of)) for what in whats],
    )


def connect(transaction: Transaction, source: str, kind: str, theirs: str, place: Offer) -> None:
    """From now on ``theirs`` means this product or variant."""
    transaction.run(
        "INSERT INTO link (source, kind, theirs, product_id, variant_id) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (source, kind, theirs) DO UPDATE SET product_id = excluded.product_id, variant_id = excluded.variant_id",
        source,
        kind,
        theirs,
        *place,
    )


def write_order(transaction: Transaction, order: Order) -> None:
    said = order.said
    transaction.run(
        "INSERT INTO orders (source, id, buyer, placed_at, received_at, currency, show_name, show_ms, shown_product_id, segment,"
        " sentence_id, sentence_kind, language, wording_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        order.source,
        order.id,
        order.buyer,
        moment_text(order.placed_at),
        moment_text(order.received_at),
        order.currency,
        *(
            (None,) * 8
            if said is None
            else (
                said.show,
                round(1000 * said.seconds),
                said.product_id,
                said.segment,
                said.sentence_id,
                said.kind,
                said.language,
                said.wording_id,
            )
        ),
    )
    transaction.many(
        "INSERT INTO order_line (source, order_id, place, product_id, variant_id, quantity, amount) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (order.source, order.id, place, line.product_id, line.variant_id, line.quantity, f"{line.amount:f}")
            for place, line in enumerate(order.lines)
        ],
    )
