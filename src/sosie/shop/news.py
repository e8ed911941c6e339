"""What a shop's system tells while a show is on: a price, a stock, an order; and what a product is after it.

Deliveries come twice, late and out of order, so each says since when it is so, and nothing older wins over what is newer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sosie.shop.catalogue import Product, SaleTerms, Variant
from sosie.shop.importing.cells import our_id
from sosie.shop.money import Currency
from sosie.shop.orders import Names, OrderTold


@dataclass(frozen=True, slots=True)
class PriceTold:
    price: Decimal
    sale_price: Decimal | None
    """Below ``price``; None while there is no sale."""
    sale: SaleTerms | None = None
    currency: Currency | None = None
    """None where the sender does not say: the shop's own."""

    def __post_init__(self) -> None:
        if not (self.price.is_finite() and self.price > 0):
            raise ValueError(f"a price must be above 0, got {self.price}")
        if self.sale_price is not None and not 0 < self.sale_price < self.price:
            raise ValueError(f"a sale price must be below the price {self.price}, got {self.sale_price}")
        if self.sale is not None and self.sale_price is None:
            raise ValueError("terms of a sale need a sale price")


@dataclass(frozen=True, slots=True)
class StockTold:
    pieces: int | None
    """0 for what cannot be had; None where there are some and nobody counts them."""
    at: str = ""
    """Which of several places this is the stock of; "" for all of them."""
    counted: bool = True
    """False where the sender does not say whether anybody counts: then it holds only for what is counted here already."""

    def __post_init__(self) -> None:
        if self.pieces is not None and self.pieces < 0:
            raise ValueError(f"there cannot be {self.pieces} pieces")


@dataclass(frozen=True, slots=True)
class OfferTold:
    """What is said of one thing for sale."""

    names: Names
    as_of: datetime
    """With offset: since when it is so, by the sender's clock."""
    price: PriceTold | None = None
    """None where nothing is said of it."""
    stock: StockTold | None = None

    def __post_init__(self) -> None:
        if self.as_of.tzinfo is None:
            raise ValueError(f"as_of must have an offset, got {self.as_of}")


@dataclass(frozen=True, slots=True)
class ProductTold:
    """What is said of all variants of a product at once."""

    names: Names
    as_of: datetime
    offers: tuple[OfferTold, ...]
    """Empty for a product that is sold no more."""
    whole: bool = True
    """These are all its variants: what is not among them is sold no more."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook, its signature found good, read."""

    keys: tuple[str, ...]
    """By any of these it is known again; never empty."""
    news: tuple[ProductTold | OfferTold | OrderTold, ...]
    """Empty where it is about something that is none of our business."""
    unread: int = 0
    """Prices in it that could not be believed; what they are of is not offered until they can."""

    def __post_init__(self) -> None:
        if not self.keys or not all(self.keys):
            raise ValueError("a delivery needs keys by which it is known again")


def priced(product: Product, variant_id: str, told: PriceTold) -> Product:
    """``product`` at its new price; ``variant_id`` "" for a product without variants."""
    if not product.variants:
        return replace(product, price=told.price, sale_price=told.sale_price, sale=told.sale)
    return _with(product, variant_id, price=told.price, sale_price=told.sale_price, sale=told.sale)


def stocked(product: Product, variant_id: str, pieces: int | None) -> Product:
    if not product.variants:
        return replace(product, stock=pieces)
    return _with(product, variant_id, stock=pieces)


def stock_of(product: Product, variant_id: str) -> int | None:
    """Pieces left of it; None where nobody counts them."""
    return next((each.stock for each in product.variants if each.id == variant_id), product.stock)


def _with(product: Product, variant_id: str, **what: Decimal | SaleTerms | int | None) -> Product:
    return product.with_variants(
        tuple(replace(each, **what) if each.id == variant_id else each for each in product.variants)  # type: ignore[arg-type]
    )


def variant_of(product: Product, names: Names, *, alone: bool) -> str | None:
    """Id of the variant that is meant, "" for a product without variants; None if it cannot be told.

    ``alone``: the sender has no other variant of this product.
    """
    if not product.variants:
        return "" if alone else None
    known = product.variants
    by_sku = [each for each in known if names.sku and each.sku == names.sku]
    wanted = tuple(option.strip().casefold() for option in names.options)
    by_options = [each for each in known if wanted and _options(each) == wanted]
    by_id = [each for each in known if each.id in (names.variant, our_id("-".join(names.options)) if wanted else "")]
    for found in (by_sku, by_options, by_id):
        if len(found) == 1:
            return found[0].id
    return None


def _options(variant: Variant) -> tuple[str, ...]:
    return tuple(value.strip().casefold() for value in variant.options.values())
