"""Prices and stock as they change while a show runs: orders, restocking, sales, and a while with nothing left."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from sosie.shop.catalogue import Catalogue, Product

ORDER_EVERY = 150.0
"""Seconds, mean, between orders of one to three pieces."""
SALE_EVERY = 2400.0
"""Seconds, mean, between sales that begin or end."""
RESTOCK_AFTER = 1500.0
"""Seconds, mean, until what is sold out comes in again."""
ALL_GONE_AT = 0.6
"""Share of the show after which everything is sold out at once, for ``ALL_GONE_SECONDS`` or a sixth of a short show."""
ALL_GONE_SECONDS = 1200.0


@dataclass(frozen=True, slots=True)
class Changed:
    at: float
    """Seconds since the start of the show."""
    catalogue: Catalogue
    ordered: bool = False
    """Somebody ordered, and is to be thanked."""


def changes(catalogue: Catalogue, *, seconds: float, seed: int) -> Iterator[Changed]:
    """The catalogue after each change, in order, for a show of so many seconds; none where nothing is sold.

    The same seed gives the same trade.
    """
    if not catalogue.products:
        return
    chance = random.Random(f"trade {seed}")
    products = {product.id: product for product in catalogue.products}
    opening = {product.id: None if product.stock is None else max(product.stock, 1) for product in catalogue.products}
    back_at: dict[str, float] = {}
    gone_at = seconds * ALL_GONE_AT
    gone_until = gone_at + min(ALL_GONE_SECONDS, seconds / 6)
    emptied = False
    now, next_sale = 0.0, chance.expovariate(1 / SALE_EVERY)
    while (now := now + chance.expovariate(1 / ORDER_EVERY)) < seconds:
        ordered = False
        if not emptied and now >= gone_at:
            emptied, now = True, gone_at
            products = {key: replace(product, stock=0) for key, product in products.items()}
            back_at = dict.fromkeys(products, gone_until)
        elif now >= next_sale:
            next_sale = now + chance.expovariate(1 / SALE_EVERY)
            key = chance.choice(sorted(products))
            products[key] = _sale(products[key], chance)
        else:
            ordered = _order(products, opening, back_at, now, chance)
        yield Changed(now, replace(catalogue, products=tuple(products.values())), ordered)


def _order(
    products: dict[str, Product],
    opening: dict[str, int | None],
    back_at: dict[str, float],
    now: float,
    chance: random.Random,
) -> bool:
    """Brings in what has come back, and takes an order if there is anything to order; whether there was one."""
    for key in [key for key, when in back_at.items() if when <= now]:
        products[key] = replace(products[key], stock=opening[key])
        del back_at[key]
    offered = [key for key, product in sorted(products.items()) if product.offered]
    if not offered:
        return False
    key = chance.choice(offered)
    stock = products[key].stock
    # Where nobody counts them, an order changes nothing.
    if stock is not None:
        products[key] = replace(products[key], stock=max(0, stock - chance.randint(1, 3)))
        if not products[key].offered:
            back_at[key] = now + chance.expovariate(1 / RESTOCK_AFTER)
    return True


def _sale(product: Product, chance: random.Random) -> Product:
    if product.sale_price is not None:
        return replace(product, sale_price=None)
    lower = (product.price * Decimal(chance.choice(["0.9", "0.8", "0.75"]))).quantize(Decimal(1), ROUND_HALF_UP)
    return replace(product, sale_price=lower) if 0 < lower < product.price else product
