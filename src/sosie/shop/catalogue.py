"""The catalogue: products with their facts in every language, and the only source of prices and stock.

Lines and answers carry templates such as ``{price}``; ``Product.fill`` puts the numbers in at the moment of speaking.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from string import Formatter

from sosie.errors import YourInput
from sosie.shop.money import Currency, discount, money
from sosie.types import Language

TEMPLATES = ("name", "price", "sale_price", "discount", "stock")
"""What may stand in braces. A line with ``{sale_price}`` or ``{discount}`` is said only while there is a sale."""

_MONEY = re.compile(
    r"[¥￥€$£]|\b(?:euros?|dollars?|yuans?|rmb|cny|eur|usd)\b|欧元|美元|英镑|人民币|[\d一二三四五六七八九十百千万两零.]+\s*(?:元|块钱)",
    re.IGNORECASE,
)
_DISCOUNT = re.compile(
    r"\d+\s*%\s*(?:off|discount|de (?:réduction|remise|rabais))|[\d.一二三四五六七八九]+\s*折(?!叠|扣|痕)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\d.,])(\d+(?:[.,]\d+)?)(?!\d)")
_UNIT = re.compile(
    r"\s*(?:[%°]|(?:ml|cl|l|mg|g|kg|mm|cm|m|w|lm|k|h|min|microns?|lumens?|watts?|kelvins?|degrees?|degrés?|hours?|heures?|minutes?"
    r"|days?|jours?|years?|ans?|steps?|times?|fois)\b|毫升|升|克|千克|公斤|毫米|厘米|米|微米|瓦|流明|开|度|小时|分钟|天|年|档|次)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something true that may be said."""

    topic: str
    """What it is about, e.g. "material"; those in show/intents.toml are understood in every wording."""
    text: Mapping[Language, str]
    """A whole sentence for each language."""
    asked: tuple[str, ...] = ()
    """Further ways in which viewers ask for it, any language."""


@dataclass(frozen=True, slots=True)
class Product:
    id: str
    name: Mapping[Language, str]
    called: Mapping[Language, tuple[str, ...]]
    """Short words by which viewers mean this product: "mug", "cup"."""
    price: Decimal
    sale_price: Decimal | None
    """Below ``price``; None while there is no sale."""
    currency: Currency
    stock: int
    """Pieces left; a product with none is not offered."""
    picture: Path
    facts: tuple[Fact, ...]
    claims: Mapping[Language, tuple[str, ...]]
    """Praise that the seller can prove and allows to be said."""

    @property
    def offered(self) -> bool:
        return self.stock > 0

    def fill(self, text: str, language: Language) -> str | None:
        """``text`` with its templates filled in; None if one cannot be, so that the line is not said now."""
        values: dict[str, str | None] = {
            "name": self.name[language],
            "price": money(self.price, self.currency, language),
            "stock": str(self.stock) if self.offered else None,
            "sale_price": money(self.sale_price, self.currency, language) if self.sale_price is not None else None,
            "discount": discount(self.price, self.sale_price, language) if self.sale_price is not None else None,
        }
        wanted = {field for _, field, _, _ in Formatter().parse(text) if field}
        if any(values[field] is None for field in wanted):
            return None
        return text.format_map(values)

    def price_now(self, language: Language) -> str:
        """What one pays at this moment, for the card."""
        return money(self.price if self.sale_price is None else self.sale_price, self.currency, language)

    def price_before(self, language: Language) -> str | None:
        """The struck-out price of the card; None without a sale."""
        return None if self.sale_price is None else money(self.price, self.currency, language)


@dataclass(frozen=True, slots=True)
class Catalogue:
    shop: Mapping[Language, str]
    """The shop's name."""
    products: tuple[Product, ...]
    facts: tuple[Fact, ...]
    """True of every order: shipping, returns, payment."""

    def __getitem__(self, product_id: str) -> Product:
        for product in self.products:
            if product.id == product_id:
                return product
        known = ", ".join(product.id for product in self.products)
        raise YourInput(f"the catalogue has no product {product_id!r}", wanted=f"one of {known}")


def check_line(text: str, product: Product | None, where: str) -> None:
    """Raises YourInput if the line cannot be said, or states by hand what only the catalogue may state.

    ``where`` names the line to its writer. Without a product, a line may carry no template at all.
    """
    try:
        # With ":d" or "!r" a template is another one, which filling would stumble over.
        fields = [
            field + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            for _, field, spec, conversion in Formatter().parse(text)
            if field is not None
        ]
    except ValueError:
        raise YourInput(
            f"{where}: a brace is left open or empty in {text[:60]!r}", wanted="{price} and the like"
        ) from None
    known = TEMPLATES if product else ()
    for field in fields:
        if field not in known:
            raise YourInput(
                f"{where}: the template {{{field}}} is unknown here",
                wanted=f"one of {', '.join('{' + name + '}' for name in known)}"
                if known
                else "a line without templates",
            )
    if not any(letter.isalnum() for letter in text):
        raise YourInput(f"{where}: there is nothing to say in {text[:60]!r}", wanted="words")
    if found := _handwritten_price(text, product):
        raise YourInput(
            f"{where}: {found!r} states a price by hand",
            wanted="prices from the catalogue only, right at the second they are spoken",
            try_this="{price}, {sale_price} or {discount} in its place",
        )


def _handwritten_price(text: str, product: Product | None) -> str:
    """Money signs and words, discounts, and bare numbers that are this product's price; "" if there are none."""
    bare = re.sub(r"\{[^}]*\}", "\u2423", text)
    if found := _MONEY.search(bare) or _DISCOUNT.search(bare):
        return found.group().strip()
    prices = {product.price, product.sale_price} if product else set()
    for number in _NUMBER.finditer(bare):
        # "350 ml" measures something even where a price happens to be 350.
        if not _UNIT.match(bare, number.end()) and Decimal(number[1].replace(",", ".")) in prices:
            return number[1]
    return ""
