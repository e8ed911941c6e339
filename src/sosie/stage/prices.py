"""Money as people of each language write it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from sosie.errors import YourInput
from sosie.types import Language

_SIGNS = {"CNY": "¥", "JPY": "¥", "EUR": "€", "USD": "$", "GBP": "£", "KRW": "₩", "INR": "₹"}
_WITHOUT_CENTS = ("JPY", "KRW")
_NARROW_SPACE = "\u202f"
_TIED_SPACE = "\u00a0"


def price_text(amount: Decimal, currency: str, language: Language) -> str:
    """``amount`` as it stands on a price tag: ¥299 or ¥299.50, $19.99, €24.50 in English and 24,50 € in French.

    ``currency`` is an ISO 4217 code. Whole amounts stand without cents. Raises YourInput for a negative or endless amount
    and for something that is no currency code.
    """
    if not amount.is_finite() or amount < 0:
        raise YourInput(f"a price of {amount}", wanted="an amount of 0 or more")
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        raise YourInput(f"the currency {currency!r}", wanted="three capital letters of ISO 4217, as in EUR")
    places = 0 if currency in _WITHOUT_CENTS or amount == amount.to_integral_value() else 2
    number = f"{amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,f}"
    sign = _SIGNS.get(currency, currency)
    if language == "fr":
        french = number.replace(",", _NARROW_SPACE).replace(".", ",")
        return f"{french}{_TIED_SPACE}{sign}"
    gap = _TIED_SPACE if sign == currency else ""
    return f"{sign}{gap}{number}"
