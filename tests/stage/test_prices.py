"""Money as people of each language write it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sosie.errors import YourInput
from sosie.stage.prices import price_text
from sosie.stage.text import uncovered
from sosie.types import Language


@pytest.mark.parametrize(
    ("amount", "currency", "language", "text"),
    [
        ("299", "CNY", "zh", "¥299"),
        ("299.00", "CNY", "zh", "¥299"),
        ("299.5", "CNY", "zh", "¥299.50"),
        ("24.5", "EUR", "en", "€24.50"),
        ("24.5", "EUR", "fr", "24,50\u00a0€"),
        ("1299", "EUR", "fr", "1\u202f299\u00a0€"),
        ("19.99", "USD", "en", "$19.99"),
        ("1234567.891", "USD", "en", "$1,234,567.89"),
        ("19.995", "USD", "en", "$20.00"),
        ("1980", "JPY", "zh", "¥1,980"),
        ("99.9", "SEK", "en", "SEK\u00a099.90"),
        ("0", "GBP", "en", "£0"),
    ],
)
def test_a_price_reads_as_at_home(amount: str, currency: str, language: Language, text: str) -> None:
    assert price_text(Decimal(amount), currency, language) == text
    assert uncovered(text) == ""


@pytest.mark.parametrize(("amount", "currency"), [("-1", "EUR"), ("NaN", "EUR"), ("Infinity", "EUR"), ("1", "euro")])
def test_nonsense_is_no_price(amount: str, currency: str) -> None:
    with pytest.raises(YourInput):
        price_text(Decimal(amount), currency, "en")
