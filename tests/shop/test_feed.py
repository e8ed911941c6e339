"""A shop file is read right, or its mistake is named with file, product and field."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import cv2
import pytest

import sosie
from sosie.errors import YourInput
from sosie.shop.catalogue import check_line
from sosie.shop.feed import open_shop
from sosie.types import LANGUAGES

from .making import SHOP, shop_file


def test_a_shop_is_read(tmp_path: Path) -> None:
    catalogue = open_shop(shop_file(tmp_path))
    tea = catalogue["tea"]
    assert (tea.price, tea.sale_price, tea.currency, tea.stock) == (Decimal("24.50"), Decimal("19.90"), "EUR", 7)
    assert tea.facts[0].text["zh"] == "一罐100克。"
    assert tea.picture == tmp_path / "tea.png"
    assert catalogue.shop["en"] == "the test shop"
    assert [product.id for product in catalogue.products] == ["tea", "pot"]


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("price = 350", 'price = "cheap"', ["shop.toml", "product 'pot'", "price", "'cheap'", "a number"]),
        ("price = 350", "price = nan", ["product 'pot'", "price"]),
        ("price = 350", "price = true", ["product 'pot'", "price"]),
        ("price = 350", "price = -1", ["product 'pot'", "price", "above 0"]),
        ("price = 350", "price = 0", ["product 'pot'", "price"]),
        ("price = 350", "price = 3.505", ["product 'pot'", "price", "two decimals"]),
        ("price = 350\n", "", ["product 'pot'", "price is missing"]),
        ("price = 350", "prise = 350", ["product 'pot'", "'prise'", "price"]),
        ("price = 350", "price = 350\nsale_price = 350", ["product 'pot'", "sale_price", "below"]),
        ("stock = 2", "stock = -2", ["product 'pot'", "stock"]),
        ("stock = 2", 'stock = "many"', ["product 'pot'", "stock", "'many'"]),
        ("stock = 2", "stock = 2.0", ["product 'pot'", "stock"]),
        ('id = "pot"', 'id = "tea"', ["product 'tea'", "twice"]),
        ('id = "pot"', 'id = "Tea Pot"', ["product 'Tea Pot'", "id"]),
        (
            'picture = "tea.png"\n\n[[product.fact]]',
            'picture = "no.png"\n\n[[product.fact]]',
            ["'tea'", "picture", "no.png"],
        ),
        ('zh = "一罐100克。"', "", ["product 'tea'", "fact 'weight'", "zh"]),
        ("holds 100 g.", "costs {prise}.", ["product 'tea'", "fact 'weight', en", "{prise}", "{price}"]),
        ("holds 100 g.", "costs {price:d}.", ["product 'tea'", "fact 'weight', en", "{price:d}"]),
        ("一罐100克。", "一罐24.50元。", ["product 'tea'", "fact 'weight', zh", "by hand"]),
        ("within 48 hours.", "for {price}.", ["shop, fact 'shipping', en", "{price}", "without templates"]),
        ("within 48 hours.", "for €5.", ["shop, fact 'shipping', en", "by hand"]),
        ("stock = 7", 'stock = 7\nclaims = { zh = ["好茶", "才20元"] }', ["product 'tea'", "claims, zh 2", "by hand"]),
        ('topic = "weight"', 'topic = "weight"\ncolor = "x"', ["product 'tea'", "'color'", "topic"]),
        ('currency = "EUR"', 'currency = "BTC"', ["shop", "currency", "BTC"]),
        ('languages = ["en", "zh"]', 'languages = ["en", "de"]', ["languages", "de"]),
        ("[shop]", "[shop", ["not TOML"]),
    ],
)
def test_mistakes_are_named(old: str, new: str, names: list[str], tmp_path: Path) -> None:
    assert old in SHOP
    with pytest.raises(YourInput) as problem:
        open_shop(shop_file(tmp_path, SHOP.replace(old, new, 1)))
    for name in names:
        assert name in str(problem.value)


VARIED = (
    SHOP.replace(
        "price = 350\nstock = 2\n",
        """sku = "POT"
valid_until = 2026-12-31T23:59:59+08:00
""",
    )
    + """
[[product.variant]]
id = "red"
sku = "POT-RED"
options = { colour = "red" }
price = 350
sale_price = 300
sale_basis = "list"
sale_from = 2026-12-01T00:00:00Z
sale_until = 2026-12-08T00:00:00Z
stock = "in stock"

[[product.variant]]
id = "blue"
options = { colour = "blue" }
price = 350
stock = 0
"""
)


def test_variants_sales_and_dates_are_read(tmp_path: Path) -> None:
    pot = open_shop(shop_file(tmp_path, VARIED))["pot"]
    red, blue = pot.variants
    assert (red.sku, red.options, red.price, red.sale_price, red.stock) == (
        "POT-RED",
        {"colour": "red"},
        350,
        300,
        None,
    )
    assert red.sale is not None
    assert red.sale.basis == "list"
    assert red.sale.until == datetime(2026, 12, 8, tzinfo=UTC)
    assert (blue.stock, blue.sale) == (0, None)
    assert (pot.price, pot.sale_price, pot.stock, pot.sku, pot.sale) == (350, 300, None, "POT", red.sale)
    assert pot.valid_until == datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('sku = "POT"', "price = 350", ["product 'pot'", "variants and a price of its own", "leave price out"]),
        ('sku = "POT"', "stock = 3", ["product 'pot'", "variants and a stock of its own"]),
        ('id = "blue"', 'id = "red"', ["product 'pot', variant 'red'", "another"]),
        ('{ colour = "blue" }', '{ colour = "red" }', ["variant 'blue'", "options of another"]),
        ('{ colour = "blue" }', "{}", ["variant 'blue'", "options"]),
        ("sale_price = 300", "sale_price = 400", ["variant 'red'", "sale_price is not below"]),
        ("sale_price = 300\n", "", ["variant 'red'", "without a sale_price"]),
        ("2026-12-08T00:00:00Z", "2026-11-08T00:00:00Z", ["variant 'red'", "sale_until is not after"]),
        ("2026-12-08T00:00:00Z", "2026-12-08", ["variant 'red'", "sale_until", "offset"]),
        ('"list"', '"cheap"', ["variant 'red'", "sale_basis", "cheap"]),
        ('stock = "in stock"', 'stock = "some"', ["variant 'red'", "stock", "in stock"]),
        ("price = 350\nstock = 0", "stock = 0", ["variant 'blue'", "price is missing"]),
        ("price = 24.50\n", "", ["product 'tea', price is missing"]),
        ("stock = 7\n", "", ["product 'tea', stock is missing"]),
    ],
)
def test_mistakes_with_variants_are_named(old: str, new: str, names: list[str], tmp_path: Path) -> None:
    assert old in VARIED
    with pytest.raises(YourInput) as problem:
        open_shop(shop_file(tmp_path, VARIED.replace(old, new, 1)))
    for name in names:
        assert name in str(problem.value)


def test_facts_and_claims_may_carry_templates(tmp_path: Path) -> None:
    text = SHOP.replace("holds 100 g.", "is {price}.").replace(
        "stock = 7", 'stock = 7\nclaims = { en = ["Now {discount} off"] }'
    )
    tea = open_shop(shop_file(tmp_path, text))["tea"]
    assert tea.fill(tea.facts[0].text["en"], "en") == "One tin is €24.50."
    assert tea.fill(tea.claims["en"][0], "en") == "Now 18% off"


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(YourInput, match="no file"):
        open_shop(tmp_path / "missing.toml")
    with pytest.raises(YourInput, match="cannot be read"):
        open_shop(tmp_path)
    (tmp_path / "shop.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(YourInput, match="UTF-8"):
        open_shop(tmp_path / "shop.toml")


def test_the_sample_shop_is_a_good_example() -> None:
    folder = Path(sosie.__file__).parent / "sample" / "shop"
    catalogue = open_shop(folder / "shop.toml")
    assert [product.id for product in catalogue.products] == ["mug", "lamp", "scarf"]
    for product in catalogue.products:
        picture = cv2.imread(str(product.picture))
        assert picture is not None
        assert picture.shape == (400, 400, 3)
        assert product.picture.stat().st_size < 60_000
        for language in LANGUAGES:
            assert product.claims[language]
            for fact in product.facts:
                check_line(fact.text[language], product, fact.topic)
