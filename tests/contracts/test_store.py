"""What every store keeps to, SQLite and PostgreSQL alike: it gives back what was put in, and says when it came to be so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from shop.making import VARIED, shop_file
from shop.store.making import ENGINES, engine
from sosie.errors import YourInput
from sosie.shop.catalogue import Catalogue, SaleTerms
from sosie.shop.feed import open_shop
from sosie.shop.learned import Counted, News, Tally, Way
from sosie.shop.store.engine import Engine
from sosie.shop.store.sql import SqlStore

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with engine(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def store(database: Engine, tmp_path: Path) -> SqlStore:
    return SqlStore(database, tmp_path)


@pytest.fixture
def shop(tmp_path: Path) -> Catalogue:
    return open_shop(shop_file(tmp_path, VARIED))


def put(
    store: SqlStore, catalogue: Catalogue, by: str = "hand", now: datetime = NOW
) -> dict[tuple[str, str, str], object]:
    """Puts it in the place of everything; gives (before, after) by place."""
    changes = store.edit(lambda before: catalogue, by=by, now=now)
    return {(each.product_id, each.variant_id, each.field): (each.before, each.after) for each in changes}


def test_what_was_put_in_comes_back_to_the_last_digit(store: SqlStore, shop: Catalogue) -> None:
    put(store, shop)
    kept = store.catalogue()
    assert kept == shop
    assert str(kept["tea"].sale_price) == "19.90"
    assert list(kept.shop) == ["en", "zh"]
    assert list(kept["tee"].variants[0].options) == ["Colour", "Size"]


def test_an_empty_store_says_what_to_do(store: SqlStore) -> None:
    with pytest.raises(YourInput, match="sosie shop import"):
        store.catalogue()
    assert store.history() == ()


def test_every_field_has_the_day_on_which_it_came(store: SqlStore, shop: Catalogue) -> None:
    told = put(store, shop)
    assert told["tea", "", "price"] == (None, "24.50")
    assert told["tea", "", "fact.weight.zh"] == (None, "一罐100克。")
    assert told["tee", "red", "sale"] == (None, "list until 2026-11-30T23:00:00+00:00")
    assert told["tee", "blue", "stock"] == (None, "in stock")
    assert told["", "", "fact.shipping.en"] == (None, "Orders leave within 48 hours.")
    assert put(store, shop) == {}, "what is the same is no change"


def test_a_change_says_what_was_who_did_it_and_when(store: SqlStore, shop: Catalogue) -> None:
    put(store, shop)
    tea = replace(shop["tea"], price=Decimal(30), sale_price=None, stock=None)
    later = NOW + timedelta(days=1)
    changed = put(store, replace(shop, products=(tea, *shop.products[1:])), by="import tea.csv (ada)", now=later)
    assert changed == {
        ("tea", "", "price"): ("24.50", "30.00"),
        ("tea", "", "sale_price"): ("19.90", None),
        ("tea", "", "stock"): ("7", "in stock"),
    }
    newest = store.history("tea", most=3)
    assert {each.by for each in newest} == {"import tea.csv (ada)"}
    assert {each.at for each in newest} == {later}
    assert store.history("pot", most=1)[0].at == NOW
    assert all(each.product_id == "" for each in store.history(""))
    assert store.catalogue()["tea"] == tea


def test_the_history_outlives_the_product(store: SqlStore, shop: Catalogue) -> None:
    put(store, shop)
    put(store, replace(shop, products=shop.products[:1]), now=NOW + timedelta(days=1))
    assert [product.id for product in store.catalogue().products] == ["tea"]
    gone = {each.field: each for each in store.history("pot")}
    assert (gone["price"].before, gone["price"].after) in {("350.00", None), (None, "350.00")}
    assert sum(each.field == "price" for each in store.history("pot")) == 2


def test_products_keep_their_order(store: SqlStore, shop: Catalogue) -> None:
    put(store, shop)
    put(store, replace(shop, products=shop.products[::-1]))
    assert [product.id for product in store.catalogue().products] == ["pot", "tee", "tea"]


def test_a_shop_may_change_its_currency_and_its_languages(store: SqlStore, shop: Catalogue) -> None:
    put(store, shop)
    for changed in (
        replace(shop, products=tuple(replace(product, currency="CNY") for product in shop.products)),
        replace(shop, shop={language: shop.shop[language] for language in ("zh", "en")}),
    ):
        assert put(store, changed)
        assert store.catalogue() == changed
        assert list(store.catalogue().shop) == list(changed.shop)


def test_what_fails_halfway_leaves_nothing(store: SqlStore, shop: Catalogue) -> None:
    put(store, shop)

    def fail(before: Catalogue | None) -> Catalogue:
        raise YourInput("no")

    with pytest.raises(YourInput, match="no"):
        store.edit(fail, by="hand", now=NOW)
    with pytest.raises(YourInput, match="without products"):
        store.edit(lambda before: replace(shop, products=()), by="hand", now=NOW)
    assert store.catalogue() == shop


def test_two_writers_do_not_undo_each_other(store: SqlStore, shop: Catalogue) -> None:
    put(store, shop)

    def one_less(before: Catalogue | None) -> Catalogue:
        assert before is not None
        pot = before["pot"]
        return replace(before, products=(*before.products[:-1], replace(pot, stock=(pot.stock or 0) + 1)))

    writers = [
        threading.Thread(target=lambda: [store.edit(one_less, by="hand", now=NOW) for _ in range(5)]) for _ in range(4)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert store.catalogue()["pot"].stock == 22


def test_words_of_all_kinds_are_data(store: SqlStore, shop: Catalogue) -> None:
    name = "'; DROP TABLE product; -- ? %s {serial} \" \\ 😀"
    tea = replace(shop["tea"], name={"en": name, "zh": name}, sale=SaleTerms("before", NOW, NOW + timedelta(hours=1)))
    put(store, replace(shop, products=(tea,)))
    assert store.catalogue()["tea"] == tea


def test_what_was_learned_outlives_the_show_and_shows_may_tell_in_turn(
    store: SqlStore, database: Engine, tmp_path: Path
) -> None:
    line = Way("line", "tea", "zh", "茶，{price}。", "a point")
    turn, hello = Way("turn", "tea", None, "", "turns"), Way("line", None, "en", "Hello, '; DROP TABLE learned", "hi")
    assert store.learned() == ()
    store.learn([])
    store.learn([News(line, "night", 1.0, Tally(3, 0.1, 0.7)), News(turn, "any", 1.0, Tally(1, 1, 1))])
    again = SqlStore(database, tmp_path)
    again.learn([News(line, "night", 0.5, Tally(1, 0.2, 0.1, 1, -0.3)), News(hello, "any", 1.0, Tally(told=1))])
    kept = {(row.way, row.part): row.tally for row in store.learned()}
    assert kept == {
        (line, "night"): Tally(3, 0.1, 0.7).then(0.5, Tally(1, 0.2, 0.1, 1, -0.3)),
        (turn, "any"): Tally(1, 1, 1),
        (hello, "any"): Tally(told=1),
    }, "to the last bit"
    moved = Way("line", "tea", "zh", "茶，{price}。", "another point")
    store.learn([News(moved, "night", 1.0, Tally())])
    assert Counted(line, "night", kept[line, "night"]) in store.learned()
    assert {row.way.point for row in store.learned() if row.way == line} == {"another point"}
