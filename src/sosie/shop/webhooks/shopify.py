"""Shopify's webhooks, as shopify.dev/docs/apps/build/webhooks tells (verify-deliveries, delivery-structure; read
2026-11).

"Each HTTPS delivery includes a base64-encoded HMAC signature in the X-Shopify-Hmac-SHA256 header, generated using your
app's client secret and the raw request body." Topic, number and time of a delivery are headers and not signed; so
whatever decides is read from the body. Shopify waits five seconds, sends again for hours, and gives up a webhook that
keeps failing: all that is well signed is answered with success, whatever becomes of it.

Since API version 2024-07 a product no longer says whether its stock is tracked (changelog "Product Variant Field
Cleanup").
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sosie.shop.importing import shopify
from sosie.shop.importing.document import Json, under
from sosie.shop.importing.listing import Row
from sosie.shop.news import Delivery, OfferTold, ProductTold, StockTold
from sosie.shop.orders import LineTold, Names, OrderTold
from sosie.shop.webhooks.reading import (
    Headers,
    Secrets,
    Unreadable,
    believed,
    check_any,
    currency_code,
    header,
    in_base64,
    items,
    moment,
    money,
    needed,
    number_of,
    order_items,
    pieces,
    read_object,
    sha256_of,
    text_under,
)

NAME = "shopify"
WHAT = "topics products/create, products/update, products/delete, inventory_levels/update, orders/create"
SIGNATURE = "x-shopify-hmac-sha256"
MOST_VARIANTS_TOLD = 100
"""A product with as many may have more that are not in the delivery."""


def check(headers: Headers, body: bytes, secrets: Secrets, now: datetime) -> None:
    wanted = [in_base64(sha256_of(secret.encode(), body)) for secret in secrets.values]
    check_any(headers.get(SIGNATURE, ""), wanted)


def is_ping(body: bytes) -> bool:
    return False


def read(headers: Headers, body: bytes, now: datetime) -> Delivery:
    keys = (header(headers, "x-shopify-webhook-id"),)
    topic = header(headers, "x-shopify-topic").lower()
    found = read_object(body)
    match topic:
        case "products/create" | "products/update":
            return _product(keys, found)
        case "products/delete":
            # A body that was sent with another topic, and is sent again with this one, says more than its number.
            if set(found) != {"id"}:
                raise Unreadable("a deleted product has a number and nothing else")
            return Delivery(keys, (ProductTold(Names(product=needed(found["id"], "id")), now, ()),))
        case "inventory_levels/update" | "inventory_levels/connect":
            return _level(keys, found)
        case "orders/create" | "orders/paid":
            return _order(keys, found)
    return Delivery(keys, ())


def _product(keys: tuple[str, ...], found: dict[str, Json]) -> Delivery:
    names = Names(product=needed(found.get("id"), "id"), handle=text_under(found, "handle"))
    as_of = moment(found.get("updated_at"), "updated_at")
    if text_under(found, "status").lower() not in ("", "active"):
        return Delivery(keys, (ProductTold(names, as_of, ()),))
    variants = items(found, "variants")
    offers = tuple(_variant(variant, as_of) for variant in variants)
    whole = len(variants) < MOST_VARIANTS_TOLD
    unread = sum(offer.price is None for offer in offers)
    return Delivery(keys, (ProductTold(names, as_of, offers, whole),), unread)


def _variant(found: dict[str, Json], as_of: datetime) -> OfferTold:
    asked = shopify.asked("", text_under(found, "price"), text_under(found, "compare_at_price"), "")
    quantity = text_under(found, "inventory_quantity")
    says = "inventory_management" in found
    tracked = bool(text_under(found, "inventory_management")) if says else bool(quantity)
    goes_on = text_under(found, "inventory_policy").lower() == "continue"
    stock, available, untold = shopify.stock_of(quantity, tracked=tracked, goes_on=goes_on)
    row = Row(
        where="",
        id="1",
        name="a",
        price=asked.price,
        sale_price=asked.sale_price,
        stock=stock,
        available=available,
        untold=untold,
        basis="unstated",
    )
    price, there = believed(row)
    if price is not None:
        there = StockTold(there.pieces, counted=says)
    names = Names(
        variant=number_of(found.get("id")),
        item=number_of(found.get("inventory_item_id")),
        sku=text_under(found, "sku"),
        options=tuple(text for n in (1, 2, 3) if (text := text_under(found, f"option{n}"))),
    )
    knows_stock = bool(quantity) or says or price is None
    return OfferTold(names, as_of, price, there if knows_stock else None)


def _level(keys: tuple[str, ...], found: dict[str, Json]) -> Delivery:
    names = Names(item=needed(found.get("inventory_item_id"), "inventory_item_id"))
    as_of = moment(found.get("updated_at"), "updated_at")
    there = found.get("available")
    count = None if there is None else int(there) if isinstance(there, int) and not isinstance(there, bool) else 0
    stock = StockTold(None if count is None else max(0, count), at=needed(found.get("location_id"), "location_id"))
    return Delivery(keys, (OfferTold(names, as_of, stock=stock),))


def _order(keys: tuple[str, ...], found: dict[str, Json]) -> Delivery:
    if found.get("test") is True:
        return Delivery(keys, ())
    lines = []
    for line in order_items(found, "line_items"):
        count = pieces(line.get("quantity"))
        discounts = line.get("discount_allocations")
        off = sum(money(text_under(each, "amount")) for each in (discounts if isinstance(discounts, list) else []))
        names = Names(
            product=number_of(line.get("product_id")),
            variant=number_of(line.get("variant_id")),
            sku=text_under(line, "sku"),
        )
        if count:
            lines.append(LineTold(names, count, max(money(line.get("price")) * count - off, Decimal(0))))
    order = OrderTold(
        id=needed(found.get("id"), "id"),
        buyer=number_of(under(found, "customer", "id")) or text_under(found, "email").casefold(),
        placed_at=moment(found.get("created_at"), "created_at"),
        currency=currency_code(found.get("currency")),
        lines=tuple(lines),
    )
    return Delivery(keys, (order,))
