"""A show on air whose shop changes: what is said and shown is what is so, and an order knows the words it came with."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from consent.making import DURING
from live.test_session import cast, show
from shop.webhooks.senders import Shopify, webhook
from sosie.clock import VirtualClock
from sosie.live.session import Session
from sosie.live.till import Till
from sosie.shop.learned import wording_id
from sosie.shop.orders import Said
from sosie.shop.store.engine import Sqlite
from sosie.shop.store.sql import SqlStore

pytestmark = pytest.mark.slow


class Calendar:
    """The date as the gate asks for it, each second of the show; ``at`` such a second something else happens."""

    def __init__(self, at: int) -> None:
        self.at, self.asked = at, 0
        self.then = lambda: None

    def __call__(self) -> datetime:
        self.asked += 1
        if self.asked == self.at:
            self.then()
        return DURING + timedelta(seconds=self.asked)


def test_a_price_that_a_webhook_brings_is_the_one_on_screen_and_an_order_knows_its_words(tmp_path: Path) -> None:
    opened = show()
    calendar = Calendar(at=100)
    on_air = Session(cast(), opened, (), clock=VirtualClock(), today=calendar, for_seconds=60)
    store = SqlStore(Sqlite(tmp_path / "shop.db"), tmp_path)
    store.edit(lambda before: opened.catalogue, by="hand", now=DURING - timedelta(days=1))
    sender = Shopify()
    till = Till(store, (webhook(sender),), on_air, lambda: DURING)
    said: list[Said] = []

    def ring() -> None:
        variant = {
            "id": 1,
            "title": "Default Title",
            "price": "88.00",
            "compare_at_price": None,
            "inventory_quantity": 3,
        }
        told = sender.product("", 0, handle="mug", id=5, updated_at=DURING.isoformat(), variants=[variant])
        for sent in (told, sender.order(1001, created_at=DURING.isoformat())):
            assert till.take("shopify", sent.headers, sent.body).outcome == "heard"
        till.look()
        said.append(on_air.said_now())
        # As TikTok Shop tells of one: not of what.
        on_air.order_placed(replace(store.orders()[0], id="2" * 32, lines=()))

    calendar.then = ring
    on_air.run()
    product = on_air.state().product
    assert product is not None
    assert (product.id, product.sale_price, product.stock) == ("mug", None, 3)
    assert "88" in product.price
    (order,) = store.orders()
    assert order.said is not None
    assert replace(order.said, seconds=0) == replace(said[0], seconds=0)
    assert order.said.show.startswith("show.toml 20")
    assert order.said.segment == order.said.product_id == "mug"
    lines = opened.rundown.segments[0].lines[order.said.language]
    if order.said.kind == "line":
        assert order.said.wording_id in {
            wording_id(order.said.language, "mug", text) for each in lines for text in each
        }
    assert on_air.orders == 2
    sold = sum(one.more.sold for one in on_air.learned() if one.way.kind == "turn")
    assert sold == pytest.approx(1, rel=0.1), "the order is counted for the product whose turn it was"
    assert on_air.learned() == (), "told of once"


def test_what_is_sold_no_more_is_not_told_of_any_more(tmp_path: Path) -> None:
    opened = show()
    calendar = Calendar(at=60)
    on_air = Session(cast(), opened, (), clock=VirtualClock(), today=calendar, for_seconds=60)
    stranger = replace(opened.catalogue["mug"], id="stranger", price=Decimal(1))
    english_only = replace(opened.catalogue["lamp"], name={"en": "lamp"})
    calendar.then = lambda: on_air.goods_changed((stranger, english_only), frozenset({"mug", "elsewhere"}))
    on_air.run()
    product = on_air.state().product
    assert product is not None
    assert product.id == "scarf"
