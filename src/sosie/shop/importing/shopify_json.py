"""The answer of Shopify's Admin GraphQL to a query for products with their variants, as a JSON file.

https://shopify.dev/docs/api/admin-graphql/latest/objects/Product: connections as ``nodes`` or ``edges { node }``, money as
strings. One file may hold the whole answer (``{"data": {"products": …}}``), several of them in a list, or only the products. The
currency is told where ``shop { currencyCode }`` was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from sosie.errors import YourInput
from sosie.shop.importing import shopify
from sosie.shop.importing.document import Json, entries, read_json, under, written
from sosie.shop.importing.gather import gather
from sosie.shop.importing.listing import MOST_PICTURES, MOST_VARIANTS, Given, Imported, Problem, Row

NAME = "shopify-json"
WHAT = "Shopify Admin GraphQL answer, JSON"
_COLUMNS = {
    "id": "handle",
    "name": "title",
    "stock": "inventoryQuantity",
    "available": "inventoryPolicy",
    "pictures": "featuredImage",
    "options": "selectedOptions",
    "currency": "currencyCode",
}


def looks_like(text: str) -> bool:
    head = text[: 256 * 1024]
    return head.lstrip()[:1] in ("{", "[") and '"variants"' in head and ('"edges"' in head or '"nodes"' in head)


def read(text: str, given: Given) -> Imported:
    found = read_json(text)
    return gather(_rows(found), given)


def _rows(found: Json) -> Iterator[Row | Problem]:
    number = 0
    handles: set[str] = set()
    for answer in entries(found):
        errors = entries(under(answer, "errors"))
        data = under(answer, "data") or answer
        products = _nodes(under(data, "products")) or entries(under(data, "product"))
        if not products and under(answer, "variants") is not None:
            products = [answer]
        currency = written(under(data, "shop", "currencyCode"))
        if errors and not products:
            raise YourInput(
                f"Shopify answered with an error ({written(under(errors[0], 'message'))[:120]})",
                wanted="products",
                try_this="the query again, with the scope read_products",
            )
        for product in products:
            number += 1
            handle = _handle(product)
            where = f"item {number} {handle[:40]!r}"
            if handle in handles:
                yield Problem(where, "handle", "is there already", "one product for each handle")
                continue
            handles.add(handle)
            yield from _product_rows(where, handle, product, currency)
        if under(data, "products", "pageInfo", "hasNextPage") is True:
            yield Problem(
                f"item {number}",
                "pageInfo",
                "is the last one here, and the shop has more",
                "all pages",
                "the next page too",
                True,
            )


def _nodes(connection: Json) -> list[Json]:
    if isinstance(connection, list):
        return connection
    nodes = entries(under(connection, "nodes"))
    return nodes or [under(edge, "node") for edge in entries(under(connection, "edges"))]


def _handle(product: Json) -> str:
    # "gid://shopify/Product/10079785100" names it in the whole of Shopify; the number is enough in one shop.
    return written(under(product, "handle")) or written(under(product, "id")).rpartition("/")[2]


def _product_rows(where: str, handle: str, product: Json, currency: str) -> Iterator[Row | Problem]:
    title = written(under(product, "title"))
    status = written(under(product, "status")).lower()
    if status and status != "active":
        yield Problem(where, "status", f"is {status[:20]}", "active, to be shown")
        return
    variants = _nodes(under(product, "variants"))
    if not variants:
        yield Problem(where, "variants", "are missing", "variants(first: 100) { nodes { … } } in the query")
    if under(product, "variants", "pageInfo", "hasNextPage") is True:
        yield Problem(
            where, "variants", "are not all there", f"up to {MOST_VARIANTS}", "a larger first: in the query", True
        )
    pictures = _pictures(product)
    for number, variant in enumerate(variants, 1):
        here = where if len(variants) == 1 else f"{where}, variant {number}"
        price = _money(under(variant, "price"))
        asked = shopify.asked(here, price, _money(under(variant, "compareAtPrice")), "compareAtPrice")
        if asked.problem:
            yield asked.problem
        quantity = written(under(variant, "inventoryQuantity"))
        told = under(variant, "inventoryItem", "tracked")
        tracked = told if isinstance(told, bool) else bool(quantity)
        goes_on = written(under(variant, "inventoryPolicy")).upper() == "CONTINUE"
        stock, available, untold = shopify.stock_of(quantity, tracked=tracked, goes_on=goes_on)
        if not tracked and under(variant, "availableForSale") is False:
            stock, available = "0", False
        picture = written(under(variant, "image", "url"))
        pairs = [
            (written(under(option, "name")), written(under(option, "value")))
            for option in entries(under(variant, "selectedOptions"))
        ]
        yield Row(
            where=here,
            id=f"{handle} {number}" if handle else "",
            name=title,
            price=asked.price,
            sale_price=asked.sale_price,
            currency=_currency(variant) or currency,
            stock=stock,
            available=available,
            untold=untold,
            description=written(under(product, "descriptionHtml")) or written(under(product, "description")),
            pictures=(*pictures, *([picture] if picture else [])),
            sku=written(under(variant, "sku")),
            group=handle,
            group_name=title,
            options=shopify.options_of(pairs),
            basis="unstated",
            columns={**_COLUMNS, "price": "compareAtPrice", "sale_price": "price"} if asked.sale_price else _COLUMNS,
        )


def _pictures(product: Json) -> tuple[str, ...]:
    first = written(under(product, "featuredImage", "url")) or written(
        under(product, "featuredMedia", "preview", "image", "url")
    )
    more = [written(under(image, "url")) for image in _nodes(under(product, "images"))]
    media = [
        written(under(one, "image", "url")) or written(under(one, "preview", "image", "url"))
        for one in _nodes(under(product, "media"))
    ]
    return tuple(address for address in (first, *more, *media) if address)[:MOST_PICTURES]


def _money(value: Json) -> str:
    """The amount of "25.00" or of {"amount": "25.00", "currencyCode": "EUR"}."""
    return written(under(value, "amount")) if isinstance(value, dict) else written(value)


def _currency(variant: Json) -> str:
    return written(under(variant, "price", "currencyCode"))
