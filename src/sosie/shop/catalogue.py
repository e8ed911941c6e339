"""The catalogue: products with their facts in every language, and the only source of prices and stock.

Lines and answers carry templates such as ``{price}``; ``Product.fill`` puts the numbers in at the moment of speaking.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from string import Formatter
from typing import Literal

from sosie.errors import YourInput
from sosie.shop.money import Currency, and_up, discount, money
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
_FIRST_DAYLIGHT = timedelta(hours=14)
"""By how much the earliest clocks of the world are ahead of UTC."""
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
    of_show: bool = False
    """Of the show itself rather than of every order: who, when, what it costs to come."""
    as_of: date | None = None
    """It is true from that day on; None where nobody said so."""
    until: datetime | None = None
    """With offset: from then on it is neither told nor proof of anything; None where it does not end."""

    def __post_init__(self) -> None:
        if self.until is not None and self.until.tzinfo is None:
            raise ValueError(f"until must have an offset, got {self.until}")

    def holds(self, now: datetime) -> bool:
        """``now`` with offset. A day has begun when it has begun anywhere."""
        begun = self.as_of is None or self.as_of <= (now.astimezone(UTC) + _FIRST_DAYLIGHT).date()
        return begun and (self.until is None or now < self.until)


Basis = Literal["regular", "before", "list", "unstated"]
"""What the struck-out price is: the seller's own ordinary price, the one asked before, a recommended price that perhaps nobody
ever asked, or a price of which the source does not say what it is (Shopify's compare-at price). In the EU a reduction is told
against the lowest price of the last 30 days (98/6/EC, art. 6a); only the seller knows whether this is that one."""


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """What is known of a sale beside its price."""

    basis: Basis = "regular"
    since: datetime | None = None
    """With offset: the sale price holds from then on; None when the source does not say."""
    until: datetime | None = None
    """With offset: it holds no longer at that moment; None when the source does not say."""

    def __post_init__(self) -> None:
        for name, moment in (("since", self.since), ("until", self.until)):
            if moment is not None and moment.tzinfo is None:
                raise ValueError(f"{name} must have an offset, got {moment}")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ValueError(f"a sale must begin before it ends, got {self.since} to {self.until}")

    def hold(self, now: datetime) -> bool:
        return (self.since is None or self.since <= now) and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class Variant:
    """One of several kinds in which a product is sold."""

    id: str
    """Ours, unique within the product."""
    options: Mapping[str, str]
    """Such as {"colour": "blue", "size": "M"}, as the seller names them; not empty, and another for every variant."""
    price: Decimal
    sale_price: Decimal | None
    """Below ``price``; None while there is no sale."""
    stock: int | None
    """Pieces left; None where there are some and nobody counts them."""
    sku: str = ""
    """The seller's own number; "" if there is none."""
    sale: SaleTerms | None = None

    @property
    def offered(self) -> bool:
        return self.stock is None or self.stock > 0

    @property
    def pays(self) -> Decimal:
        return self.price if self.sale_price is None else self.sale_price


@dataclass(frozen=True, slots=True)
class Product:
    """What is sold under one name. Where there are variants, ``with_variants`` makes price, sale and stock follow from them."""

    id: str
    name: Mapping[Language, str]
    called: Mapping[Language, tuple[str, ...]]
    """Short words by which viewers mean this product: "mug", "cup"."""
    price: Decimal
    sale_price: Decimal | None
    """Below ``price``; None while there is no sale."""
    currency: Currency
    stock: int | None
    """Pieces left; a product with none is not offered. None where there are some and nobody counts them."""
    picture: Path
    facts: tuple[Fact, ...]
    claims: Mapping[Language, tuple[str, ...]]
    """Praise that the seller can prove and allows to be said."""
    sku: str = ""
    """The seller's own number, by which his system names it; "" if there is none."""
    sale: SaleTerms | None = None
    """None where nothing is known of the sale beside its price, or it differs between the variants."""
    valid_until: datetime | None = None
    """With offset: from then on nothing of this is offered; None when the source does not say."""
    variants: tuple[Variant, ...] = ()
    lapsed: bool = False
    """``valid_until`` has passed; set by ``at``."""

    def __post_init__(self) -> None:
        if not self.variants:
            return
        ids = [variant.id for variant in self.variants]
        kinds = [tuple(sorted(variant.options.items())) for variant in self.variants]
        if len(set(ids)) < len(ids) or len(set(kinds)) < len(kinds) or () in kinds:
            raise ValueError(f"the variants of {self.id} must differ in id and options")

    @property
    def offered(self) -> bool:
        return self.stock is None or self.stock > 0

    @property
    def price_varies(self) -> bool:
        """One variant costs more than another; ``price`` is then the least that one can pay, and there is no ``sale_price``."""
        return len({(variant.price, variant.sale_price) for variant in _for_sale(self.variants)}) > 1

    @property
    def reduced(self) -> bool:
        """Something of it is on sale, be it one variant."""
        return self.sale_price is not None or any(each.sale_price is not None for each in _for_sale(self.variants))

    def with_variants(self, variants: tuple[Variant, ...]) -> Product:
        """The same with these variants, and with the price, sale price and stock that follow from them."""
        price, sale_price, stock = together(variants)
        terms = {variant.sale for variant in _for_sale(variants)}
        sale = terms.pop() if sale_price is not None and len(terms) == 1 else None
        return replace(self, variants=variants, price=price, sale_price=sale_price, stock=stock, sale=sale)

    def at(self, now: datetime) -> Product:
        """The same as it is offered at ``now`` (with offset): without a sale that is not on, not at all once it lapsed."""
        if self.valid_until is not None and now >= self.valid_until:
            return replace(self, stock=0, sale_price=None, lapsed=True)
        if self.variants:
            return self.with_variants(
                tuple(
                    replace(each, sale_price=None) if each.sale is not None and not each.sale.hold(now) else each
                    for each in self.variants
                )
            )
        if self.sale is not None and not self.sale.hold(now):
            return replace(self, sale_price=None)
        return self

    def fill(self, text: str, language: Language) -> str | None:
        """``text`` with its templates filled in; None if one cannot be, so that the line is not said now."""
        values: dict[str, str | None] = {
            "name": self.name[language],
            "price": self._money(self.price, language),
            "stock": str(self.stock) if self.offered and self.stock is not None else None,
            "sale_price": money(self.sale_price, self.currency, language) if self.sale_price is not None else None,
            "discount": discount(self.price, self.sale_price, language) if self.sale_price is not None else None,
        }
        wanted = {field for _, field, _, _ in Formatter().parse(text) if field}
        if any(values[field] is None for field in wanted):
            return None
        return text.format_map(values)

    def price_now(self, language: Language) -> str:
        """What one pays at this moment, for the card."""
        return self._money(self.price if self.sale_price is None else self.sale_price, language)

    def price_before(self, language: Language) -> str | None:
        """The struck-out price of the card; None without a sale."""
        return None if self.sale_price is None else money(self.price, self.currency, language)

    def _money(self, amount: Decimal, language: Language) -> str:
        text = money(amount, self.currency, language)
        return and_up(text, language) if self.price_varies else text


def _for_sale(variants: tuple[Variant, ...]) -> tuple[Variant, ...]:
    """Those that can be had; all of them when none can, so that a sold-out product still has its price."""
    return tuple(variant for variant in variants if variant.offered) or variants


def together(variants: tuple[Variant, ...]) -> tuple[Decimal, Decimal | None, int | None]:
    """The price, sale price and stock of a product with these variants.

    Where they cost differently, the price is the least that one can pay and no sale price is told: "€19 instead of €25" would be
    true of one of them only.
    """
    counts = [variant.stock for variant in variants]
    stock = None if None in counts else sum(count for count in counts if count is not None)
    costs = {(variant.price, variant.sale_price) for variant in _for_sale(variants)}
    if len(costs) == 1:
        price, sale_price = costs.pop()
        return price, sale_price, stock
    return min(variant.pays for variant in _for_sale(variants)), None, stock


@dataclass(frozen=True, slots=True)
class Catalogue:
    shop: Mapping[Language, str]
    """The shop's name."""
    products: tuple[Product, ...]
    facts: tuple[Fact, ...]
    """True of every order (shipping, returns, payment), or of the show itself (``Fact.of_show``)."""
    show: Mapping[Language, str] = field(default_factory=dict)
    """Title of the show that is told from it."""

    def own_words(self, text: str, language: Language) -> str:
        """``text`` that speaks of no product, with the names of shop and show filled in."""
        return text.replace("{shop}", self.shop[language]).replace("{show}", self.show.get(language, ""))

    def __getitem__(self, product_id: str) -> Product:
        for product in self.products:
            if product.id == product_id:
                return product
        known = ", ".join(product.id for product in self.products)
        raise YourInput(f"the catalogue has no product {product_id!r}", wanted=f"one of {known}")

    def at(self, now: datetime) -> Catalogue:
        """The catalogue as it is to be spoken from at ``now`` (with offset): see ``Product.at`` and ``Fact.holds``."""
        return replace(
            self,
            products=tuple(product.at(now) for product in self.products),
            facts=tuple(fact for fact in self.facts if fact.holds(now)),
        )


def check_line(text: str, product: Product | None, where: str, *, dated: bool = False) -> None:
    """Raises YourInput if the line cannot be said, or states by hand what only the catalogue may state.

    ``where`` names the line to its writer. Without a product, a line may carry no template at all. ``dated``: it is of the
    show itself, where a dated fact may state an amount of money; the firewall holds the line against those facts.
    """
    try:
        # With ":d" or "!r" a template is another one, which filling would stumble over.
        names = [
            name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            for _, name, spec, conversion in Formatter().parse(text)
            if name is not None
        ]
    except ValueError:
        raise YourInput(
            f"{where}: a brace is left open or empty in {text[:60]!r}", wanted="{price} and the like"
        ) from None
    known = TEMPLATES if product else ()
    for name in names:
        if name not in known:
            raise YourInput(
                f"{where}: the template {{{name}}} is unknown here",
                wanted=f"one of {', '.join('{' + each + '}' for each in known)}"
                if known
                else "a line without templates",
            )
    if not any(letter.isalnum() for letter in text):
        raise YourInput(f"{where}: there is nothing to say in {text[:60]!r}", wanted="words")
    if not dated and (found := _handwritten_price(text, product)):
        raise YourInput(
            f"{where}: {found!r} states a price by hand",
            wanted="prices from the catalogue only, right at the second they are spoken",
            try_this="{price}, {sale_price} or {discount} in its place",
        )


def states_a_price(text: str) -> str:
    """The first words that state an amount of money or a discount, such as "20 euros" or "8折"; "" if there are none."""
    found = _MONEY.search(text) or _DISCOUNT.search(text)
    return found.group().strip() if found else ""


def _handwritten_price(text: str, product: Product | None) -> str:
    """Money signs and words, discounts, and bare numbers that are this product's price; "" if there are none."""
    bare = re.sub(r"\{[^}]*\}", "\u2423", text)
    if found := states_a_price(bare):
        return found
    prices = {product.price, product.sale_price} if product else set()
    for variant in product.variants if product else ():
        prices |= {variant.price, variant.sale_price}
    for number in _NUMBER.finditer(bare):
        # "350 ml" measures something even where a price happens to be 350.
        if not _UNIT.match(bare, number.end()) and Decimal(number[1].replace(",", ".")) in prices:
            return number[1]
    return ""
