"""WooCommerce's webhooks, as its own source sends them (woocommerce/includes/class-wc-webhook.php, read 2026-11 at
00e1bc4).

X-WC-Webhook-Signature is the base64 of the HMAC-SHA256 of the body under the webhook's secret. The number of a delivery
is made of the webhook and the second: two deliveries of one second share it, so the body belongs to what one is known
again by. A failed delivery is not sent again, and more than five in a row switch the webhook off; so all that is well
signed is answered with success. When a webhook is saved, WooCommerce posts "webhook_id=N" without a signature, and
wants a 200.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

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

NAME = "woocommerce"
WHAT = "topics product.created, product.updated, product.restored, product.deleted, order.created, order.updated"
SIGNATURE = "x-wc-webhook-signature"
PLACED = ("processing", "completed", "on-hold")
"""States of an order that somebody has really placed; the others wait to be paid, or came to nothing."""
_PING = re.compile(rb"webhook_id=\d{1,20}")


def check(headers: Headers, body: bytes, secrets: Secrets, now: datetime) -> None:
    wanted = [in_base64(sha256_of(secret.encode(), body)) for secret in secrets.values]
    check_any(headers.get(SIGNATURE, ""), wanted)


def is_ping(body: bytes) -> bool:
    return len(body) < 100 and _PING.fullmatch(body.strip()) is not None


def read(headers: Headers, body: bytes, now: datetime) -> Delivery:
    keys = (f"{header(headers, 'x-wc-webhook-delivery-id')} {hashlib.sha256(body).hexdigest()}",)
    found = read_object(body)
    match header(headers, "x-wc-webhook-topic").lower():
        case "product.created" | "product.updated" | "product.restored":
            return _product(keys, found)
        case "product.deleted":
            if set(found) != {"id"}:
                raise Unreadable("a deleted product has a number and nothing else")
            number = needed(found["id"], "id")
            # It does not say whether this is a product or one of its variations.
            whole = ProductTold(Names(product=number), now, ())
            return Delivery(keys, (whole, OfferTold(Names(variant=number), now, stock=StockTold(0))))
        case "order.created" | "order.updated" | "order.restored":
            return _order(keys, found)
    return Delivery(keys, ())


def _product(keys: tuple[str, ...], found: dict[str, Json]) -> Delivery:
    number, sku = needed(found.get("id"), "id"), text_under(found, "sku")
    as_of = moment(found.get("date_modified_gmt"), "date_modified_gmt", zone=False)
    kind, parent = text_under(found, "type").lower(), number_of(found.get("parent_id"))
    whole = Names(product=number, handle=sku, sku=sku)
    if kind == "variation" or (not kind and parent):
        options = tuple(text_under(each, "option") for each in items(found, "attributes"))
        names = Names(product=parent, variant=number, sku=sku, options=options)
        if text_under(found, "status") not in ("", "publish"):
            return Delivery(keys, (OfferTold(names, as_of, stock=StockTold(0)),))
        offer = _offer(names, as_of, found)
        return Delivery(keys, (offer,), unread=int(offer.price is None))
    if text_under(found, "status") not in ("", "publish"):
        return Delivery(keys, (ProductTold(whole, as_of, ()),))
    if kind == "variable":
        # What its variations cost, each tells in a delivery of its own.
        return Delivery(keys, (ProductTold(whole, as_of, (), whole=False),))
    if kind not in ("simple", ""):
        return Delivery(keys, ())
    offer = _offer(Names(variant=number, sku=sku), as_of, found)
    return Delivery(keys, (ProductTold(whole, as_of, (offer,)),), unread=int(offer.price is None))


def _offer(names: Names, as_of: datetime, found: dict[str, Json]) -> OfferTold:
    state = text_under(found, "stock_status")
    counted = under(found, "manage_stock") is not False
    row = Row(
        where="",
        id="1",
        name="a",
        price=text_under(found, "regular_price"),
        sale_price=text_under(found, "sale_price"),
        stock=text_under(found, "stock_quantity") if counted else "",
        available={"instock": True, "outofstock": False, "onbackorder": False}.get(state),
        sale_from=_utc(found, "date_on_sale_from_gmt"),
        sale_until=_utc(found, "date_on_sale_to_gmt"),
    )
    price, stock = believed(row)
    return OfferTold(names, as_of, price, stock)


def _utc(found: dict[str, Json], key: str) -> str:
    text = text_under(found, key)
    return f"{text}+00:00" if text and "+" not in text and not text.endswith("Z") else text


def _order(keys: tuple[str, ...], found: dict[str, Json]) -> Delivery:
    number = needed(found.get("id"), "id")
    if text_under(found, "status").lower() not in PLACED:
        return Delivery(keys, ())
    lines = []
    for line in order_items(found, "line_items"):
        count = pieces(line.get("quantity"))
        names = Names(
            product=number_of(line.get("product_id")),
            variant=number_of(line.get("variation_id")) or number_of(line.get("product_id")),
            # An import of ours makes its ids of SKUs.
            handle=text_under(line, "sku"),
            sku=text_under(line, "sku"),
        )
        if count:
            lines.append(LineTold(names, count, money(line.get("total")) + money(text_under(line, "total_tax") or "0")))
    order = OrderTold(
        id=number,
        buyer=number_of(found.get("customer_id")) or text_under(found, "billing", "email").casefold(),
        placed_at=moment(found.get("date_created_gmt"), "date_created_gmt", zone=False),
        currency=currency_code(found.get("currency")),
        lines=tuple(lines),
    )
    return Delivery(keys, (order,))
