"""A store of any earlier Sosie opens, with all that was in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shop.store.making import ENGINES, engine
from sosie.errors import YourInput
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
    store.edit(lambda before: before, by="hand", now=change.at)  # type: ignore[arg-type, return-value]


def test_a_store_of_a_newer_version_is_left_alone(database: Engine, tmp_path: Path) -> None:
    SqlStore(database, tmp_path)
    with database.writing() as transaction:
        transaction.run("UPDATE schema_version SET version = ?", VERSION + 1)
    with pytest.raises(YourInput, match=f"version {VERSION + 1}"):
        SqlStore(database, tmp_path)
