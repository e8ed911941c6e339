"""What a feed tells goes into a store without taking away what people wrote there since: names, facts, claims, pictures, SKUs."""

from __future__ import annotations

from dataclasses import replace

from sosie.errors import YourInput
from sosie.shop.catalogue import Catalogue, Product
from sosie.types import Language


def merged(before: Catalogue | None, feed: Catalogue, own: Language) -> Catalogue:
    """``before`` with the prices, stock, variants and dates of ``feed``, and its name in the feed's ``own`` language.

    What is not in the feed stays as it is. A new product comes last. Raises YourInput where the two cannot be one shop.
    """
    if before is None:
        return feed
    currency, theirs = before.products[0].currency, feed.products[0].currency
    if currency != theirs:
        raise YourInput(f"the file is in {theirs} and the store in {currency}", wanted="one currency in a shop")
    if tuple(before.shop) != tuple(feed.shop):
        raise YourInput(
            f"the file is taken for {', '.join(feed.shop)} and the store has {', '.join(before.shop)}",
            wanted="the store's languages",
            try_this=f"--languages {','.join(dict.fromkeys((own, *before.shop)))}",
        )
    told = {product.id: product for product in feed.products}
    known = {product.id for product in before.products}
    kept = tuple(
        _told(product, told[product.id], own) if product.id in told else product for product in before.products
    )
    return replace(before, products=(*kept, *(product for product in feed.products if product.id not in known)))


def _told(product: Product, told: Product, own: Language) -> Product:
    skus = {variant.id: variant.sku for variant in product.variants}
    return replace(
        told,
        sku=told.sku or product.sku,
        variants=tuple(replace(each, sku=each.sku or skus.get(each.id, "")) for each in told.variants),
        name={**product.name, own: told.name[own]},
        picture=product.picture,
        called=product.called,
        facts=product.facts,
        claims=product.claims,
    )
