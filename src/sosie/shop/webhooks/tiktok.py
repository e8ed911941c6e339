"""TikTok Shop's webhooks. Authorization is the hex HMAC-SHA256 of app key and body under the app secret, without
"Bearer".

Its own pages (partner.tiktokshop.com) ask for an account, so this was read from others: the package tiktok-shop-api
0.1.0, made of those pages, and hookdeck's guide, which agree on the signature; neither was tried against TikTok. The
event's time is in the body but may be of days ago (failed deliveries are sent again), so there is no window of time;
what makes a replay harmless is that the number of the event is signed. No event tells a price, and an order does not
say what was bought.
"""

from __future__ import annotations

from datetime import datetime

from sosie.shop.importing.document import Json, under
from sosie.shop.news import Delivery, OfferTold, StockTold
from sosie.shop.orders import Names, OrderTold
from sosie.shop.webhooks.reading import (
    Headers,
    Secrets,
    Unreadable,
    check_any,
    items,
    moment,
    needed,
    number_of,
    read_object,
    sha256_of,
    text_under,
    unix_moment,
)

NAME = "tiktok-shop"
WHAT = "events 1 (order), 27 and 71 (inventory), 50 (SKU); numbers of SKUs are told by `sosie shop link`"
SIGNATURE = "authorization"
ORDER, INVENTORY_STATUS, SKU_STATUS, INVENTORY_CHANGED = 1, 27, 50, 71
PLACED = ("ON_HOLD", "AWAITING_SHIPMENT")
"""First states of an order that was paid."""


def check(headers: Headers, body: bytes, secrets: Secrets, now: datetime) -> None:
    wanted = [sha256_of(secret.encode(), secrets.app_key.encode(), body).hex() for secret in secrets.values]
    check_any(headers.get(SIGNATURE, ""), wanted)


def is_ping(body: bytes) -> bool:
    return False


def read(headers: Headers, body: bytes, now: datetime) -> Delivery:
    found = read_object(body)
    keys = (needed(found.get("tts_notification_id"), "tts_notification_id"),)
    data = found.get("data")
    if not isinstance(data, dict):
        raise Unreadable("data is missing")
    match found.get("type"):
        case 1:
            return _order(keys, data)
        case 27:
            return Delivery(keys, (_status(data),))
        case 71:
            left = under(data, "quantity_snapshot_after_change", "in_shop_quantity")
            as_of = moment(data.get("occurred_at"), "occurred_at", zone=False)
            return Delivery(keys, (OfferTold(_names(data), as_of, stock=StockTold(_count(left))),))
        case 50:
            return _skus(keys, data)
    return Delivery(keys, ())


def _order(keys: tuple[str, ...], data: dict[str, Json]) -> Delivery:
    if text_under(data, "order_status") not in PLACED:
        return Delivery(keys, ())
    placed_at = unix_moment(data.get("update_time"), "update_time")
    return Delivery(keys, (OrderTold(needed(data.get("order_id"), "order_id"), "", placed_at, "", ()),))


def _status(data: dict[str, Json]) -> OfferTold:
    as_of = unix_moment(data.get("update_time"), "update_time")
    left = _count(under(data, "inventory_distribution", "available_quantity"))
    sold_out = text_under(data, "current_inventory_status") == "OUT_OF_STOCK"
    return OfferTold(_names(data), as_of, stock=StockTold(0 if sold_out else left))


def _skus(keys: tuple[str, ...], data: dict[str, Json]) -> Delivery:
    as_of = unix_moment(data.get("update_time"), "update_time")
    gone = [each for each in items(data, "skus") if text_under(each, "status") in ("DELETED", "DEACTIVATED")]
    names = [Names(product=number_of(data.get("product_id")), variant=number_of(each.get("sku_id"))) for each in gone]
    return Delivery(keys, tuple(OfferTold(each, as_of, stock=StockTold(0)) for each in names))


def _names(data: dict[str, Json]) -> Names:
    return Names(product=number_of(data.get("product_id")), variant=needed(data.get("sku_id"), "sku_id"))


def _count(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unreadable("a number of pieces is missing")
    return max(0, value)
