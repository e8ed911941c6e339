"""Numbers come from the catalogue, at the moment of speaking, and from nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sosie.errors import YourInput
from sosie.shop.catalogue import Product, check_line
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
