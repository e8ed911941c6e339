"""Amounts as they are written in each language. How they are pronounced is the voice's affair."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Literal

from sosie.types import Language

Currency = Literal["CNY", "EUR", "USD", "GBP"]

_FORMS: dict[Currency, dict[Language, str]] = {
    # In Chinese and English the foreign sign is spelt out where a reader, or a voice, could take it for another currency.
    "CNY": {"zh": "¥{}", "en": "{} yuan", "fr": "{} yuans"},
    "EUR": {"zh": "{}欧元", "en": "€{}", "fr": "{}\u00a0€"},
    "USD": {"zh": "{}美元", "en": "${}", "fr": "{}\u00a0dollars"},
    "GBP": {"zh": "{}英镑", "en": "£{}", "fr": "{}\u00a0livres sterling"},
}
_AND_UP: dict[Language, str] = {"zh": "{}起", "en": "{} and up", "fr": "à partir de {}"}
_NARROW_SPACE = "\u202f"


def money(amount: Decimal, currency: Currency, language: Language) -> str:
    """Such as "¥299", "€24.50", "24,50 €": no decimals when there are none to tell."""
    whole = amount == amount.to_integral_value()
    text = f"{amount:,.0f}" if whole else f"{amount:,.2f}"
    if language == "fr":
        text = text.replace(",", _NARROW_SPACE).replace(".", ",")
    elif language == "zh":
        text = text.replace(",", "")
    return _FORMS[currency][language].format(text)


def and_up(amount: str, language: Language) -> str:
    """``amount`` as the least of several prices: "€24 and up", "à partir de 24 €", "24欧元起"."""
    return _AND_UP[language].format(amount)


def discount(price: Decimal, sale_price: Decimal, language: Language) -> str:
    """Such as "20%", "20 %", "8折": rounded so that it never promises more than the prices do."""
    percent = int(((price - sale_price) / price * 100).to_integral_value(ROUND_DOWN))
    if language == "zh":
        return f"{(100 - percent) / 10:g}折"
    return f"{percent}\u00a0%" if language == "fr" else f"{percent}%"
