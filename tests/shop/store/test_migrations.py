"""A store of any earlier Sosie opens, with all that was in it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from shop.store.making import ENGINES, engine
from sosie.errors import YourInput
from sosie.shop.learned import Tally
from sosie.shop.store.engine import Engine
from sosie.shop.store.migrations import VERSION, migrate
from sosie.shop.store.sql import SqlStore

WRITTEN: tuple[tuple[str, ...], ...] = (
    (),
    (
        "INSERT INTO shop (id, currency, languages) VALUES (1, 'EUR', 'en zh')",
        "INSERT INTO label (product_id, kind, language, place, words) VALUES ('', 'name', 'en', 0, 'the shop'),"
        " ('', 'name', 'zh', 0, '店'), ('tea', 'name', 'en', 0, 'tea'), ('tea', 'name', 'zh', 0, '茶'),"
        " ('tea', 'claim', 'en', 0, 'fresh')",
        "INSERT INTO product (id, place, sku, picture, valid_until) VALUES ('tea', 0, 'T1', 'pictures/tea.png', NULL)",
        "INSERT INTO offer (product_id, variant_id, place, sku, options, price, sale_price, sale_basis, sale_since, sale_until,"
        " stock) VALUES ('tea', '', 0, 'T1', '{}', '24.50', '19.90', 'before', NULL, '2026-12-01T00:00:00.000000+00:00', 7)",
        "INSERT INTO fact (product_id, topic, place, asked) VALUES ('tea', 'weight', 0, '[]')",
        "INSERT INTO fact_text (product_id, topic, language, words) VALUES ('tea', 'weight', 'en', 'It holds 100 g.')",
        "INSERT INTO change (changed_at, as_of, changed_by, product_id, variant_id, field, was, became) VALUES"
        " ('2026-11-01T00:00:00.000000+00:00', NULL, 'hand', 'tea', '', 'price', NULL, '24.50')",
    ),
    (
        "INSERT INTO told (product_id, variant_id, what, as_of) VALUES ('tea', '', 'price', '2026-11-20T00:00:00.000000+00:00')",
        "INSERT INTO link (source, kind, theirs, product_id, variant_id) VALUES ('shopify', 'variant', '49148385', 'tea', '')",
        "INSERT INTO stock_place (source, name) VALUES ('shopify', '905684977')",
        "INSERT INTO delivery (source, id, received_at) VALUES ('shopify', 'b54557e4', '2026-11-20T00:00:00.000000+00:00')",
        "INSERT INTO salt (value) VALUES ('00112233445566778899aabbccddeeff')",
        "INSERT INTO orders (source, id, buyer, placed_at, received_at, currency, show_name, show_ms, shown_product_id, segment,"
        " sentence_id, sentence_kind, language, wording_id) VALUES ('shopify', '00112233445566778899aabbccddeeff', '',"
        " '2026-11-20T00:00:00.000000+00:00', '2026-11-20T00:00:01.000000+00:00', 'EUR', 'show.toml', 61500, 'tea', 'tea', 17,"
        " 'line', 'en', 'a1b2c3d4e5f6')",
        "INSERT INTO order_line (source, order_id, place, product_id, variant_id, quantity, amount) VALUES ('shopify',"
        " '00112233445566778899aabbccddeeff', 0, 'tea', '', 2, '39.80')",
    ),
    (
        "INSERT INTO learned (kind, product_id, language, wording_id, part, point, words, told, sold, usual, seen, held) VALUES"
        " ('line', 'tea', 'en', 'a1b2c3d4e5f6', 'evening', 'b2c3d4e5f6a1', 'It is {price}.', '12.5', '3.25', '2.0', '4.0',"
        " '-0.01')",
    ),
)
"""What a Sosie of each version wrote beyond what the one before had, word for word; never edited, only added to."""


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with engine(request.param, tmp_path) as made:
        yield made


def build(database: Engine, version: int) -> None:
    with database.writing() as transaction:
        for each in range(1, version + 1):
            migrate(transaction, database.serial, until=each)
            for statement in WRITTEN[each]:
                transaction.run(statement)


def test_every_version_is_tried() -> None:
    assert len(WRITTEN) == VERSION + 1


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_a_store_of_an_earlier_version_opens_with_all_that_was_in_it(
    database: Engine, version: int, tmp_path: Path
) -> None:
    build(database, version)
    for _ in range(2):  # to open it again is to do nothing
        store = SqlStore(database, tmp_path)
        tea = store.catalogue()["tea"]
        assert (tea.name["zh"], tea.price_now("en"), tea.stock) == ("茶", "€19.90", 7)
        assert tea.sale is not None
        assert tea.facts[0].text["en"] == "It holds 100 g."
        assert tea.claims["en"] == ("fresh",)
        assert tea.picture == tmp_path / "pictures/tea.png"
        (change,) = store.history("tea")
        assert (change.by, change.after) == ("hand", "24.50")
        orders = store.orders()
        assert len(orders) == (version >= 2)
        for order in orders:
            assert (order.amount, order.lines[0].product_id) == (Decimal("39.80"), "tea")
            assert order.said is not None
            assert (order.said.seconds, order.said.sentence_id) == (61.5, 17)
        learned = store.learned()
        assert len(learned) == (version >= 3)
        for row in learned:
            assert (row.way.words, row.part, row.tally) == ("It is {price}.", "evening", Tally(12.5, 3.25, 2, 4, -0.01))
    store.edit(lambda before: before, by="hand", now=change.at)  # type: ignore[arg-type, return-value]


def test_a_store_of_a_newer_version_is_left_alone(database: Engine, tmp_path: Path) -> None:
    SqlStore(database, tmp_path)
    with database.writing() as transaction:
        transaction.run("UPDATE schema_version SET version = ?", VERSION + 1)
    with pytest.raises(YourInput, match=f"version {VERSION + 1}"):
        SqlStore(database, tmp_path)
