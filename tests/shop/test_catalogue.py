"""Numbers come from the catalogue, at the moment of speaking, and from nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sosie.errors import YourInput
from sosie.shop.catalogue import Catalogue, Product, SaleTerms, Variant, check_line
from sosie.shop.feed import open_shop

from .making import shop_file


@pytest.fixture
def tea(tmp_path: Path) -> Product:
    return open_shop(shop_file(tmp_path))["tea"]


def test_templates_are_filled_from_the_product(tea: Product) -> None:
    line = "{name}: {sale_price} instead of {price}, {discount} off, {stock} left"
    assert tea.fill(line, "en") == "green tea: €19.90 instead of €24.50, 18% off, 7 left"
    assert tea.fill("{name}{price}", "zh") == "绿茶24.50欧元"
    assert (tea.price_now("en"), tea.price_before("en")) == ("€19.90", "€24.50")


def test_a_line_whose_number_does_not_exist_now_is_not_said(tea: Product) -> None:
    full = replace(tea, sale_price=None)
    assert full.fill("now {sale_price}", "en") is None
    assert full.fill("{discount}", "en") is None
    assert full.fill("{price}", "en") == "€24.50"
    assert replace(tea, stock=0).fill("{stock} left", "en") is None
    assert (full.price_now("en"), full.price_before("en")) == ("€24.50", None)


@pytest.mark.parametrize(
    "line",
    [
        "only €19.90 today", "just 20 euros", "24,50 € seulement", "a hundred dollars", "只要20元", "¥199", "￥199拿走",
        "二十块钱一罐", "两百元", "20% off everything", "20 % de remise", "全场8折", "今天打八折", "24.5 tonight",
        "only 24,50 tonight",
        "now 19.9!", "USD 5", "只要24.5哦",
    ],
)  # fmt: skip
def test_a_price_by_hand_is_refused_with_advice(line: str, tea: Product) -> None:
    with pytest.raises(YourInput, match="by hand") as problem:
        check_line(line, tea, "line 3")
    assert "line 3" in str(problem.value)
    assert "{price}" in str(problem.value)


@pytest.mark.parametrize(
    "line",
    [
        "One tin holds 100 g.", "95 degrees for 3 minutes", "100% green tea", "百分之百绿茶", "一百克", "折叠起来",
        "Keep it 24.5 cm away", "24.5度", "24.50 ml", "元旦快乐", "2700 to 5000 kelvin", "{price} for 100 g", "一块儿喝茶",
    ],
)  # fmt: skip
def test_other_numbers_may_be_said(line: str, tea: Product) -> None:
    check_line(line, tea, "line 3")


@pytest.mark.parametrize(
    "line", ["{prise}", "{price.real}", "{0}", "{", "{price", "{}", "!!!", "{price:d}", "{name!x}", "{name:{y}}"]
)
def test_lines_that_cannot_be_filled_or_spoken(line: str, tea: Product) -> None:
    with pytest.raises(YourInput):
        check_line(line, tea, "line 3")


def test_a_product_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(YourInput, match="'cake'.*tea, pot"):
        open_shop(shop_file(tmp_path))["cake"]


NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def kind(colour: str, price: str, sale: str | None, stock: int | None, terms: SaleTerms | None = None) -> Variant:
    return Variant(colour, {"colour": colour}, Decimal(price), Decimal(sale) if sale else None, stock, sale=terms)


def test_a_product_whose_variants_cost_alike_is_priced_like_any_other(tea: Product) -> None:
    both = tea.with_variants((kind("green", "30", "24", 3), kind("black", "30", "24", 0)))
    assert both.fill("{sale_price}, not {price}; {discount}; {stock}", "en") == "€24, not €30; 20%; 3"
    assert (both.price_now("en"), both.price_before("en")) == ("€24", "€30")


def test_of_variants_that_cost_differently_only_the_least_price_is_told(tea: Product) -> None:
    mixed = tea.with_variants((kind("green", "30", None, 3), kind("black", "40", "25", None)))
    assert mixed.fill("{price}", "en") == "€25 and up"
    assert mixed.fill("{price}", "zh") == "25欧元起"
    assert mixed.price_now("fr") == "à partir de 25\u00a0€"
    assert mixed.fill("{sale_price}", "en") is None
    assert mixed.fill("{discount}", "en") is None
    assert mixed.fill("{stock}", "en") is None, "nobody counts the black ones"
    assert mixed.offered
    assert mixed.reduced
    with pytest.raises(YourInput, match="by hand"):
        check_line("just 40 today", mixed, "line 3")


def test_a_variant_that_is_sold_out_has_no_say_in_the_price(tea: Product) -> None:
    left = tea.with_variants((kind("green", "30", None, 3), kind("black", "20", None, 0)))
    assert left.price_now("en") == "€30"
    none = tea.with_variants((kind("green", "30", None, 0), kind("black", "20", None, 0)))
    assert (none.offered, none.price_now("en")) == (False, "€20 and up")


def test_variants_differ_and_a_product_without_any_left_is_not_offered(tea: Product) -> None:
    assert not replace(tea.with_variants((kind("green", "30", None, 3),)), stock=0).offered
    with pytest.raises(ValueError, match="differ"):
        tea.with_variants((kind("green", "30", None, 3), kind("green", "31", None, 3)))


def test_a_sale_holds_from_its_beginning_until_its_end(tea: Product) -> None:
    timed = replace(tea, sale=SaleTerms(since=NOON, until=NOON + HOUR))
    told = {hours: timed.at(NOON + hours * HOUR).price_now("en") for hours in (-1, 0, 1)}
    assert told == {-1: "€24.50", 0: "€19.90", 1: "€24.50"}
    assert tea.at(NOON) == tea, "a sale without times is on"
    with pytest.raises(ValueError, match="before it ends"):
        SaleTerms(since=NOON, until=NOON)
    with pytest.raises(ValueError, match="offset"):
        SaleTerms(since=datetime(2026, 12, 1))


def test_each_variant_has_its_own_sale(tea: Product) -> None:
    ends = kind("black", "30", "24", 3, SaleTerms(until=NOON))
    both = tea.with_variants((kind("green", "30", "24", 3), ends))
    assert both.at(NOON - HOUR).price_now("en") == "€24"
    assert both.at(NOON).fill("{price}", "en") == "€24 and up"


def test_what_lapsed_is_not_offered(tea: Product) -> None:
    lapses = replace(tea, valid_until=NOON)
    assert lapses.at(NOON - HOUR).offered
    assert not lapses.at(NOON).offered
    assert lapses.at(NOON).lapsed
    varied = replace(tea.with_variants((kind("green", "30", None, 3), kind("black", "40", None, 3))), valid_until=NOON)
    assert not varied.at(NOON).offered
    assert not Catalogue({}, (lapses,), ()).at(NOON).products[0].offered
