"""Amounts as each language writes them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosie.shop.money import Currency, discount, money
from sosie.types import LANGUAGES, Language


@pytest.mark.parametrize(
    ("amount", "currency", "language", "text"),
    [
        ("299", "CNY", "zh", "¥299"),
        ("299", "CNY", "en", "299 yuan"),
        ("299.00", "CNY", "fr", "299 yuans"),
        ("24.5", "EUR", "fr", "24,50\u00a0€"),
        ("24.50", "EUR", "en", "€24.50"),
        ("24.50", "EUR", "zh", "24.50欧元"),
        ("1299.9", "USD", "en", "$1,299.90"),
        ("1299.9", "EUR", "fr", "1\u202f299,90\u00a0€"),
        ("12999", "CNY", "zh", "¥12999"),
        ("5", "GBP", "en", "£5"),
    ],
)
def test_forms(amount: str, currency: Currency, language: Language, text: str) -> None:
    assert money(Decimal(amount), currency, language) == text


@pytest.mark.parametrize(
    ("price", "sale", "zh", "en", "fr"),
    [
        ("100", "80", "8折", "20%", "20\u00a0%"),
        ("129", "99", "7.7折", "23%", "23\u00a0%"),
        ("299", "239", "8折", "20%", "20\u00a0%"),
    ],
)
def test_discounts(price: str, sale: str, zh: str, en: str, fr: str) -> None:
    said = [discount(Decimal(price), Decimal(sale), language) for language in LANGUAGES]
    assert said == [zh, en, fr]


prices = st.decimals(min_value=1, max_value=10_000, places=2)


@given(prices, prices)
def test_a_discount_never_promises_more_than_the_prices_do(one: Decimal, other: Decimal) -> None:
    price, sale = max(one, other), min(one, other)
    promised = int(discount(price, sale, "en").rstrip("%"))
    assert (price - sale) / price * 100 >= promised
