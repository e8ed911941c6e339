"""What rings at the till: who is believed, what is kept, what reaches the show, and what is told to whom."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from shop.making import SHOP, shop_file
from shop.webhooks.senders import NOW, SENDERS, Generic, Sender, Sent, Shopify, TikTok, Woo, webhook
from sosie.errors import Theirs
from sosie.live.till import STATUS, Outcome, Till
from sosie.shop.catalogue import Product
from sosie.shop.feed import open_shop
from sosie.shop.learned import News, Tally, Way
from sosie.shop.orders import Order, Said
from sosie.shop.store.engine import Sqlite
from sosie.shop.store.sql import SqlStore

SAID = Said("show.toml 2026-11-23T11:00:00Z", 61.52, "tea", "tea", 17, "line", "en", "a1b2c3d4e5f6")


class Show:
    """A show that remembers what reached it."""

    def __init__(self) -> None:
        self.goods: list[tuple[dict[str, Product], frozenset[str]]] = []
        self.orders: list[Order] = []
        self.stopped = False
        self.news: tuple[News, ...] = ()

    def said_now(self) -> Said:
        return SAID

    def order_placed(self, order: Order) -> None:
        self.orders.append(order)

    def goods_changed(self, products: tuple[Product, ...], gone: frozenset[str]) -> None:
        self.goods.append(({product.id: product for product in products}, gone))

    def learned(self) -> tuple[News, ...]:
        news, self.news = self.news, ()
        return news

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    made = SqlStore(Sqlite(tmp_path / "shop.db"), tmp_path)
    shop = open_shop(shop_file(tmp_path, SHOP))
    made.edit(lambda before: shop, by="hand", now=NOW - timedelta(days=1))
    return made


@pytest.fixture
def show() -> Show:
    return Show()


def till(store: SqlStore, show: Show, now: datetime = NOW) -> Till:
    made = Till(store, tuple(webhook(make()) for make in SENDERS), show, lambda: now)
    made.look()
    show.goods.clear()
    return made


def ring(at: Till, sender: Sender, sent: Sent) -> Outcome:
    return at.take(sender.name, sent.headers, sent.body).outcome


@pytest.mark.parametrize("make", [Shopify, Woo, Generic])
def test_a_new_price_reaches_the_show_at_the_next_look_and_not_again(
    store: SqlStore, show: Show, make: type[Shopify | Woo | Generic]
) -> None:
    at = till(store, show)
    assert ring(at, make(), make().product("17.90", 5, was="22.00")) == "heard"
    at.look()
    at.look()
    ((products, gone),) = show.goods
    assert products["tea"].price_now("en") == "€17.90"
    assert list(products) == ["tea"]
    assert not gone


def test_an_import_on_another_terminal_reaches_the_show_too(store: SqlStore, show: Show, tmp_path: Path) -> None:
    at = till(store, show)
    elsewhere = SqlStore(Sqlite(tmp_path / "shop.db"), tmp_path)
    kept = elsewhere.catalogue()
    elsewhere.edit(lambda before: replace(kept, products=(replace(kept["tea"], stock=1),)), by="import", now=NOW)
    at.look()
    ((products, gone),) = show.goods
    assert (products["tea"].stock, gone) == (1, {"pot"})


@pytest.mark.parametrize("make", SENDERS)
def test_an_order_reaches_the_show_once_with_what_was_being_said(
    store: SqlStore, show: Show, make: type[Sender]
) -> None:
    at = till(store, show)
    sent = make().order(1001)
    assert [ring(at, make(), sent) for _ in range(3)] == ["heard", "heard before", "heard before"]
    (order,) = show.orders
    assert order.said == SAID
    assert store.orders() == (order,)


@pytest.mark.parametrize("make", SENDERS)
def test_a_bad_signature_changes_nothing_and_is_counted_and_logged_without_content(
    store: SqlStore, show: Show, make: type[Sender], caplog: pytest.LogCaptureFixture
) -> None:
    at = till(store, show)
    sent = make("whsec_b3RoZXI=" if make is Generic else "another secret").order(1001)
    with caplog.at_level(logging.DEBUG):
        for _ in range(150):
            assert ring(at, make(), sent) == "bad signature"
    assert at.outcomes[make().name] == {"bad signature": 150}
    assert (show.orders, store.orders()) == ([], ())
    assert len(caplog.records) == 2, "the first, and the hundred and first"
    for told in ("jon", "1001", "another secret", *sent.headers.values()):
        assert told not in caplog.text
    assert ring(at, make(), make().order(1001)) == "heard", "the true one is not taken for one that was heard"


def test_what_is_replayed_later_is_not_believed_where_the_time_is_signed(store: SqlStore, show: Show) -> None:
    sent = Generic().order(1001)
    assert ring(till(store, show, NOW + timedelta(minutes=6)), Generic(), sent) == "bad signature"
    assert ring(till(store, show, NOW + timedelta(minutes=4)), Generic(), sent) == "heard"


def test_what_is_replayed_under_another_number_changes_nothing_where_numbers_are_not_signed(
    store: SqlStore, show: Show
) -> None:
    at = till(store, show)
    old, order = Shopify().product("17.90", 5, minutes=9), Shopify().order(1001)
    for sent in (old, order, Shopify().product("22.00", 4, minutes=1)):
        ring(at, Shopify(), sent)
    for number, replayed in enumerate((old, order)):
        assert ring(at, Shopify(), replayed.with_headers(x_shopify_webhook_id=f"new {number}")) == "heard"
    assert store.catalogue()["tea"].price_now("en") == "€22"
    assert len(show.orders) == 1
    assert at.notes == {"older": 2, "known order": 1}


@pytest.mark.parametrize("make", SENDERS)
def test_what_is_well_signed_but_is_nothing_is_answered_without_its_content(
    store: SqlStore, show: Show, make: type[Sender]
) -> None:
    sender = make()
    body = b'{"jon@example.com'
    sent = sender.send("order.created" if make is Woo else "orders/create", body) if make in (Shopify, Woo) else None
    if make is Generic:
        sent = Generic().send(body)
    if sent is not None:
        taken = till(store, show).take(sender.name, sent.headers, sent.body)
        assert taken.outcome == "unreadable"
        assert "jon" not in taken.why


def test_the_rest_is_told_apart(store: SqlStore, show: Show) -> None:
    at = till(store, show)
    assert ring(at, Woo(), Sent({}, b"webhook_id=3")) == "ping"
    assert ring(at, Woo(), Woo().send("coupon.created", {"id": 1})) == "not for us"
    assert at.take("nobody", {}, b"{}").outcome == "unknown address"
    assert at.signature_of("nobody") is None
    assert ring(at, TikTok(), TikTok().inventory(4)) == "heard"
    assert at.notes == {"unknown product": 1}
    assert at.outcomes == {
        "elsewhere": {"unknown address": 1},
        "tiktok-shop": {"heard": 1},
        "woocommerce": {"not for us": 1, "ping": 1},
    }


def test_while_the_store_cannot_be_had_the_sender_is_asked_to_come_again(
    store: SqlStore, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = till(store, show)
    sent = Shopify().order(1001)

    def fail(*arguments: object, **named: object) -> None:
        raise Theirs("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(store, "hear", fail)
        broken.setattr(store, "changed_since", fail)
        assert ring(at, Shopify(), sent) == "not now"
        at.look()
    assert STATUS["not now"] == 503
    assert ring(at, Shopify(), sent) == "heard"


def test_a_show_whose_prices_nobody_follows_any_more_is_stopped(
    store: SqlStore, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = till(store, show)

    def fail(seen: int | None) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(store, "changed_since", fail)
    with pytest.raises(RuntimeError, match="a bug"), at.watching():
        pass
    assert show.stopped


def test_nothing_that_may_work_another_time_is_refused_and_nothing_else_is_asked_for_again() -> None:
    # Platforms send again what fails, and give up a webhook that keeps failing.
    assert {outcome for outcome, status in STATUS.items() if status >= 500} == {"not now"}
    assert {outcome for outcome, status in STATUS.items() if status < 300} == {
        "heard",
        "heard before",
        "not for us",
        "ping",
    }
    assert STATUS["bad signature"] == 401


def test_what_a_show_learned_is_kept_also_after_the_store_was_away(store: SqlStore, show: Show) -> None:
    at = till(store, show)
    way = Way("line", "tea", "en", "Tea, anyone?", "a point")

    def away(news: object) -> None:
        raise Theirs("the store is away")

    learn, store.learn = store.learn, away  # type: ignore[method-assign, assignment]
    for _ in range(3):
        show.news = (News(way, "any", 1.0, Tally(2, 1, 0.5)),)
        at.look()
    store.learn = learn  # type: ignore[method-assign]
    assert store.learned() == ()
    with at.watching():
        show.news = (News(way, "any", 0.5, Tally(2, 1, 0.5)),)
    (row,) = store.learned()
    assert (row.way, row.way.point, row.tally) == (way, "a point", Tally(5, 2.5, 1.25))
