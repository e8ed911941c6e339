"""What a shop's own system tells reaches the store once, in the right order, and about the right product; both engines alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from shop.making import SHOP, VARIED, shop_file
from shop.store.making import ENGINES, engine
from shop.webhooks.senders import NOW, SENDERS, Generic, Sender, Sent, Shopify, TikTok, Woo, webhook
from sosie.errors import YourInput
from sosie.shop.feed import open_shop
from sosie.shop.orders import Said
from sosie.shop.store.engine import Engine
from sosie.shop.store.port import Heard
from sosie.shop.store.sql import SqlStore
from sosie.shop.webhooks.reading import Unreadable

SAID = Said("show.toml 2026-11-23T11:00:00Z", 61.52, "tea", "tea", 17, "line", "en", "a1b2c3d4e5f6")
with_prices = pytest.mark.parametrize("make", [Shopify, Woo, Generic])


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with engine(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def store(database: Engine, tmp_path: Path) -> SqlStore:
    made = SqlStore(database, tmp_path)
    put(made, tmp_path, SHOP)
    return made


def put(store: SqlStore, folder: Path, text: str) -> None:
    shop = open_shop(shop_file(folder, text))
    store.edit(lambda before: shop, by="hand", now=NOW - timedelta(days=1))


def hear(store: SqlStore, sender: Sender, sent: Sent, *, said: Said | None = None) -> Heard:
    delivery = webhook(sender).platform.read(sent.headers, sent.body, NOW)
    return store.hear(sender.name, delivery, said=said, now=NOW)


def tea(store: SqlStore) -> tuple[str, str | None]:
    product = store.catalogue()["tea"]
    return product.price_now("en"), product.price_before("en")


@with_prices
def test_a_new_price_is_the_price(store: SqlStore, make: type[Shopify | Woo | Generic]) -> None:
    heard = hear(store, make(), make().product("17.90", 5, was="22.00"))
    assert tea(store) == ("€17.90", "€22")
    assert [product.id for product in heard.products] == ["tea"]
    newest = {change.field: change for change in store.history("tea", most=4)}
    assert (newest["price"].before, newest["price"].after) == ("24.50", "22.00")
    assert newest["sale_price"].by == f"webhook {make().name}"
    assert newest["sale_price"].as_of == NOW
    assert hear(store, make(), make().product("22.00", 5)).products[0].sale_price is None


@with_prices
def test_an_older_price_does_not_win_over_a_newer_one(store: SqlStore, make: type[Shopify | Woo | Generic]) -> None:
    hear(store, make(), make().product("20.00", 5, minutes=1))
    late = hear(store, make(), make().product("30.00", 9, minutes=2))
    assert tea(store) == ("€20", None)
    assert set(late.notes) == {"older"}
    assert late.products == ()
    hear(store, make(), make().product("21.00", 5, minutes=1))
    assert tea(store) == ("€21", None), "of two of one moment the later one counts"


@with_prices
def test_a_delivery_that_comes_twice_is_heard_once(store: SqlStore, make: type[Shopify | Woo | Generic]) -> None:
    sender = make()
    first = sender.product("20.00", 5)
    assert not hear(store, sender, first).again
    hear(store, sender, sender.product("21.00", 4))
    assert hear(store, sender, first) == Heard(again=True)
    assert tea(store) == ("€21", None)


def test_what_people_put_in_is_not_undone_by_what_was_under_way(store: SqlStore, tmp_path: Path) -> None:
    shop = open_shop(shop_file(tmp_path, SHOP.replace("24.50", "26.00")))
    store.edit(lambda before: shop, by="hand", now=NOW)
    assert hear(store, Shopify(), Shopify().product("25.00", 7, minutes=30)).notes == ("older",)
    assert tea(store)[1] == "€26"


def test_a_clock_that_is_ahead_does_not_make_us_deaf(store: SqlStore) -> None:
    hear(store, Shopify(), Shopify().product("20.00", 5, minutes=-60 * 24 * 365))
    hear(store, Shopify(), Shopify().product("21.00", 5))
    assert tea(store) == ("€21", None)


def test_a_price_in_another_currency_is_not_taken(store: SqlStore) -> None:
    heard = hear(store, Generic(), Generic().product("17.90", 5, currency="USD"))
    assert (heard.notes, heard.products, tea(store)) == (("other currency",), (), ("€19.90", "€24.50"))


@pytest.mark.parametrize("price", ["free", "", "1,299", "-5", "0.00"])
@pytest.mark.parametrize("make", [Shopify, Woo])
def test_what_has_a_price_that_cannot_be_read_is_not_offered(
    store: SqlStore, make: type[Shopify | Woo], price: str
) -> None:
    heard = hear(store, make(), make().product(price, 5, minutes=1))
    assert heard.notes == ("unread price",)
    assert not store.catalogue()["tea"].offered
    hear(store, make(), make().product("24.50", 5))
    assert store.catalogue()["tea"].stock == 5


def test_what_is_sold_no_more_is_not_offered(store: SqlStore) -> None:
    hear(store, Shopify(), Shopify().product("24.50", 5, minutes=3))
    for gone in (
        Shopify().product("24.50", 5, minutes=2, status="archived"),
        Shopify().send("products/delete", {"id": 788032119674292922}),
    ):
        hear(store, Shopify(), gone)
        assert not store.catalogue()["tea"].offered
    hear(store, Woo(), Woo().product("24.50", 5, status="draft"))
    assert not store.catalogue()["tea"].offered


def test_shopify_s_stock_of_the_only_place_is_the_stock(store: SqlStore) -> None:
    sender = Shopify()
    assert hear(store, sender, sender.level(3, minutes=5)).notes == ("unknown product",), "its number was not heard yet"
    hear(store, sender, sender.product("24.50", 5, minutes=4))
    hear(store, sender, sender.level(3, minutes=3))
    assert store.catalogue()["tea"].stock == 3
    assert hear(store, sender, sender.level(9, minutes=4)).notes == ("older",)
    assert hear(store, sender, sender.level(1, minutes=1, location=77)).notes == ("several places",)
    assert hear(store, sender, sender.level(2)).notes == ("several places",)
    assert store.catalogue()["tea"].stock == 3
    hear(store, sender, sender.product("24.50", 12))
    assert store.catalogue()["tea"].stock == 12, "a product tells the sum of all places"


def test_what_nobody_counts_stays_uncounted_until_somebody_says_so(store: SqlStore, tmp_path: Path) -> None:
    put(store, tmp_path, SHOP.replace("stock = 7", 'stock = "in stock"'))
    hear(store, Shopify(), Shopify().product("24.50", 0))
    assert store.catalogue()["tea"].stock is None, "since 2024-07 Shopify's products do not say whether it is counted"
    hear(store, Shopify(), Shopify().level(None))
    assert store.catalogue()["tea"].stock is None
    hear(store, Shopify(), Shopify().level(0))
    assert store.catalogue()["tea"].stock == 0


def variants(*kinds: tuple[int, str, str, str, int]) -> list[dict[str, object]]:
    """Shopify's, each from (number, colour, SKU, price, pieces)."""
    names = ("id", "option1", "sku", "price", "inventory_quantity")
    fixed = {"option2": "M", "compare_at_price": None, "inventory_policy": "deny", "inventory_management": "shopify"}
    return [dict(zip(names, kind, strict=True)) | fixed | {"inventory_item_id": kind[0] + 1} for kind in kinds]


def test_variants_are_told_apart_by_number_sku_or_options(store: SqlStore, tmp_path: Path) -> None:
    put(store, tmp_path, VARIED)
    sender = Shopify()
    first = sender.product(
        "",
        0,
        minutes=3,
        id=5,
        handle="tee",
        variants=variants((51, "Blue", "T-B", "17.00", 4), (52, "RED", "", "19.00", 6)),
    )
    assert hear(store, sender, first).notes == ()
    blue, red = store.catalogue()["tee"].variants
    assert ((blue.price, blue.stock), (red.price, red.stock)) == ((17, 4), (19, 6))
    assert store.catalogue()["tee"].price_now("en") == "€17 and up"
    renamed = variants((52, "crimson", "X", "19.00", 2), (60, "green", "", "19.00", 9))
    heard = hear(store, sender, sender.product("", 0, minutes=2, id=5, handle="new-name", variants=renamed))
    assert heard.notes == ("unknown variant",)
    blue, red = store.catalogue()["tee"].variants
    assert (blue.stock, red.stock) == (0, 2), "blue is sold no more"
    hear(store, sender, sender.level(1, item=53))
    assert store.catalogue()["tee"].variants[1].stock == 1


def test_a_product_that_now_comes_in_kinds_we_do_not_know_is_not_offered(store: SqlStore) -> None:
    kinds = variants((51, "blue", "", "17.00", 4), (52, "red", "", "19.00", 6))
    assert hear(store, Shopify(), Shopify().product("", 0, variants=kinds)).notes == (
        "unknown variant",
        "unknown variant",
    )
    assert not store.catalogue()["tea"].offered


def test_woocommerce_s_variations_come_one_by_one(store: SqlStore, tmp_path: Path) -> None:
    put(store, tmp_path, VARIED)
    sender = Woo()
    hear(store, sender, sender.product("", 0, id=20, sku="tee", type="variable"))
    red: dict[str, object] = {
        "id": 22,
        "parent_id": 20,
        "type": "variation",
        "sku": "",
        "attributes": [{"name": "Colour", "option": "red"}, {"name": "Size", "option": "M"}],
    }
    assert hear(store, sender, sender.product("19.00", 3, **red)).notes == ()
    kind = store.catalogue()["tee"].variants[1]
    assert (kind.price, kind.sale_price, kind.stock) == (19, None, 3)
    hear(store, sender, sender.send("product.deleted", {"id": 22}))
    assert store.catalogue()["tee"].variants[1].stock == 0


def test_two_woocommerce_deliveries_of_one_second_are_two(store: SqlStore) -> None:
    sender = Woo()
    one, two = sender.product("20.00", 5), sender.product("21.00", 5)
    assert one.headers["x-wc-webhook-delivery-id"] == two.headers["x-wc-webhook-delivery-id"]
    hear(store, sender, one)
    hear(store, sender, two)
    assert tea(store) == ("€21", None)


def test_tiktok_s_numbers_are_told_by_hand(store: SqlStore) -> None:
    sender = TikTok()
    assert hear(store, sender, sender.inventory(4, minutes=1)).notes == ("unknown product",)
    with pytest.raises(YourInput, match="no product 'coffee'"):
        store.link(sender.name, "1729592969712207012", "coffee", "")
    with pytest.raises(YourInput, match="no variant 'blue'"):
        store.link(sender.name, "1729592969712207012", "tea", "blue")
    store.link(sender.name, "1729592969712207012", "tea", "")
    hear(store, sender, sender.inventory(4))
    assert store.catalogue()["tea"].stock == 4
    sku = {
        "product_id": "1",
        "skus": [{"sku_id": "1729592969712207012", "status": "DEACTIVATED"}],
        "update_time": 1795435200,
    }
    hear(store, sender, sender.send(50, sku))
    assert not store.catalogue()["tea"].offered


@pytest.mark.parametrize("make", SENDERS)
def test_an_order_is_kept_once_with_what_was_said_and_without_its_buyer(
    store: SqlStore, database: Engine, make: type[Sender]
) -> None:
    sender = make()
    if isinstance(sender, Shopify):
        hear(store, sender, sender.product("24.50", 7))
    heard = hear(store, sender, sender.order(1001), said=SAID)
    again = hear(store, sender, sender.order(1001), said=None)
    assert again.again or again.notes == ("known order",), "the same order in another delivery"
    assert again.orders == ()
    hear(store, sender, sender.order(1002))
    newest = store.orders()
    (order,) = (each for each in newest if each.said is not None)
    assert (order,) == heard.orders
    assert order.said == SAID
    assert order.received_at == NOW
    assert len(newest) == 2
    assert len({each.buyer for each in newest}) == 1, "a buyer who comes back is the same, whoever it is"
    if make is not TikTok:
        (line,) = order.lines
        assert (line.product_id, line.quantity, order.amount, order.currency) == ("tea", 2, Decimal("36.80"), "EUR")
    with database.reading() as transaction:
        tables = ("orders", "order_line", "delivery", "change", "link")
        kept = repr([transaction.run(f"SELECT * FROM {table}") for table in tables])
    for personal in ("jon", "Jon", "Doe", "Rue", "1001", "115310627314723954", "'26'"):
        assert personal not in kept


def test_an_order_of_what_we_do_not_know_is_kept_all_the_same(store: SqlStore) -> None:
    line = {"product_id": 1, "variant_id": 2, "sku": "no", "quantity": 1, "price": "5.00"}
    (order,) = hear(store, Shopify(), Shopify().order(7, currency="USD", line_items=[line])).orders
    assert (order.lines[0].product_id, order.currency, order.amount) == (None, "USD", 5)
    assert store.orders(since=NOW + timedelta(seconds=1)) == ()
    assert store.orders(since=NOW) == (order,)


def test_orders_that_nobody_placed_are_none(store: SqlStore) -> None:
    assert hear(store, Woo(), Woo().order(1, status="pending")).orders == ()
    assert hear(store, Woo(), Woo().order(1, status="processing", topic="order.updated")).orders != ()
    assert hear(store, TikTok(), TikTok().order(2, status="UNPAID")).orders == ()
    assert hear(store, Shopify(), Shopify().order(3, test=True)).orders == ()
    assert hear(store, Shopify(), Shopify().order(4)).orders != ()
    assert hear(store, Shopify(), Shopify().order(4, topic="orders/paid")).orders == ()


def test_deliveries_are_forgotten_after_a_month(store: SqlStore, database: Engine) -> None:
    sent = Shopify().product("20.00", 5)
    delivery = webhook(Shopify()).platform.read(sent.headers, sent.body, NOW)
    store.hear("shopify", delivery, said=None, now=NOW)
    hear(store, Shopify(), Shopify().order(1))
    store.hear(
        "shopify",
        webhook(Woo()).platform.read(Woo().order(1).headers, Woo().order(1).body, NOW),
        said=None,
        now=NOW + timedelta(days=31),
    )
    with database.reading() as transaction:
        assert len(transaction.run("SELECT id FROM delivery")) == 1


JUNK: tuple[object, ...] = (
    None, "", "x", 0, -1, 1e300, "1e9", "9" * 50, True, [], {}, [None], {"id": {}}, "\x00", "\ud800", "NaN", "0001-01-01",
    "9999-12-31T23:59:59-14:00", "2026-11-23T12:00:00", 10**30, "-5", "5.005", "99999999999",
)  # fmt: skip


def spoilt(value: object, random: Random) -> object:
    """``value`` with one of its parts, at any depth, made something else, or left out."""
    if isinstance(value, dict) and value and random.random() < 0.9:
        key = random.choice(list(value))
        if random.random() < 0.1:
            return {name: each for name, each in value.items() if name != key}
        return value | {key: spoilt(value[key], random)}
    if isinstance(value, list) and value and random.random() < 0.9:
        place = random.randrange(len(value))
        return [spoilt(each, random) if n == place else each for n, each in enumerate(value)]
    return random.choice(JUNK)


def good_ones(sender: Sender) -> list[Sent]:
    if isinstance(sender, TikTok):
        return [sender.order(1), sender.inventory(4)]
    return [sender.order(1), sender.product("5.00", 3), *([sender.level(3)] if isinstance(sender, Shopify) else [])]


@pytest.mark.parametrize("make", SENDERS)
def test_whatever_is_signed_nothing_breaks(store: SqlStore, make: type[Sender]) -> None:
    sender, random = make(), Random(4)
    unreadable = 0
    for number in range(120):
        sent = random.choice(good_ones(sender))
        body = json.dumps(spoilt(json.loads(sent.body), random)).encode()
        headers = {"x-shopify-webhook-id": str(number), "webhook-id": f"m{number}"}
        try:
            heard = hear(store, sender, Sent(sent.headers, body).with_headers(**headers))
        except Unreadable:
            unreadable += 1
            continue
        for product in heard.products:
            assert 0 < product.price < Decimal(10) ** 8
            assert product.sale_price is None or 0 < product.sale_price < product.price
    assert 10 < unreadable < 110
