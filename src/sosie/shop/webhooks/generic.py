"""Any other system, by the open specification Standard Webhooks, for which most languages have a library.

github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md. Signed is
"webhook-id.webhook-timestamp.body": webhook-signature holds "v1," and the base64 of its HMAC-SHA256, or several of them
parted by spaces; the secret is "whsec_" and base64, or plain text. A timestamp more than five minutes from our clock is refused.

    {"type": "price", "product": "tea", "price": "24.50", "sale_price": "19.90", "currency": "EUR"}
    {"type": "stock", "sku": "T-B", "stock": 5, "as_of": "2026-11-23T12:00:00Z"}
    {"type": "order", "id": "1001", "buyer": "77", "currency": "EUR", "placed_at": "2026-11-23T12:00:00Z",
     "lines": [{"product": "tee", "variant": "blue", "quantity": 2, "amount": "36.00"}]}

"stock" is "in stock" where nobody counts. "as_of" says since when it is so; without it, since it was sent.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from decimal import Decimal
from typing import get_args

from sosie.shop.feed import UNCOUNTED
from sosie.shop.importing.document import Json, written
from sosie.shop.money import Currency
from sosie.shop.news import Delivery, OfferTold, PriceTold, StockTold
from sosie.shop.orders import MOST_LINES, MOST_PIECES, LineTold, Names, OrderTold
from sosie.shop.webhooks.reading import (
    BadSignature,
    Headers,
    Secrets,
    Unreadable,
    check_any,
    currency_code,
    header,
    in_base64,
    items,
    moment,
    money,
    read_object,
    sha256_of,
    text_under,
    unix_moment,
)

NAME = "generic"
WHAT = "Standard Webhooks: type price, stock or order"
SIGNATURE = "webhook-signature"
WINDOW = timedelta(minutes=5)
MOST_SIGNATURES = 10
_PREFIX = "whsec_"
_NAMES = {"product", "variant", "sku"}
_KNOWN = {
    "price": _NAMES | {"type", "price", "sale_price", "currency", "as_of"},
    "stock": _NAMES | {"type", "stock", "as_of"},
    "order": {"type", "id", "buyer", "currency", "placed_at", "lines"},
}


def check(headers: Headers, body: bytes, secrets: Secrets, now: datetime) -> None:
    signed = f"{headers.get('webhook-id', '')}.{headers.get('webhook-timestamp', '')}.".encode("utf-8", "replace")
    wanted = [f"v1,{in_base64(sha256_of(_key(secret), signed, body))}" for secret in secrets.values]
    given = headers.get(SIGNATURE, "").split()
    if not 1 <= len(given) <= MOST_SIGNATURES:
        raise BadSignature
    for each in given:
        try:
            check_any(each, wanted)
            break
        except BadSignature:
            continue
    else:
        raise BadSignature
    try:
        sent = unix_moment(headers.get("webhook-timestamp"), "webhook-timestamp")
    except Unreadable:
        raise BadSignature from None
    if abs(now - sent) > WINDOW:
        raise BadSignature


def _key(secret: str) -> bytes:
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        return secret.encode()


def is_ping(body: bytes) -> bool:
    return False


def read(headers: Headers, body: bytes, now: datetime) -> Delivery:
    keys = (header(headers, "webhook-id"),)
    found = read_object(body)
    kind = text_under(found, "type")
    known = _KNOWN.get(kind)
    if known is None:
        raise Unreadable("type is none of price, stock, order")
    if unknown := set(found) - known:
        raise Unreadable(f"{len(unknown)} keys are unknown; {kind} has {', '.join(sorted(known))}")
    if kind == "order":
        return Delivery(keys, (_order(found),))
    sent = unix_moment(header(headers, "webhook-timestamp"), "webhook-timestamp")
    as_of = moment(found["as_of"], "as_of") if "as_of" in found else sent
    if kind == "price":
        return Delivery(keys, (OfferTold(_names(found), as_of, price=_price(found)),))
    return Delivery(keys, (OfferTold(_names(found), as_of, stock=_stock(found.get("stock"))),))


def _names(found: dict[str, Json]) -> Names:
    names = Names(
        product=text_under(found, "product"), variant=text_under(found, "variant"), sku=text_under(found, "sku")
    )
    if not names.product and not names.sku:
        raise Unreadable("neither product nor sku is told")
    return names


def _price(found: dict[str, Json]) -> PriceTold:
    price = _above_zero(found.get("price"))
    sale_price = None if found.get("sale_price") is None else _above_zero(found["sale_price"])
    if sale_price is not None and sale_price >= price:
        raise Unreadable("sale_price is not below price")
    told = currency_code(found.get("currency"))
    for currency in get_args(Currency):
        if told == currency:
            return PriceTold(price, sale_price, None, currency)
    raise Unreadable(f"currency is none of {', '.join(get_args(Currency))}")


def _above_zero(value: Json) -> Decimal:
    found = money(value)
    if not 0 < found < 10**8 or found != Decimal(written(value).strip()):
        raise Unreadable("a price is not above 0, is absurd, or has parts of a cent")
    return found


def _stock(value: Json) -> StockTold:
    if value == UNCOUNTED:
        return StockTold(None)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
        raise Unreadable(f'stock is neither a number of pieces nor "{UNCOUNTED}"')
    return StockTold(value)


def _order(found: dict[str, Json]) -> OrderTold:
    lines = items(found, "lines")
    number = text_under(found, "id")
    if not number or not 1 <= len(lines) <= MOST_LINES:
        raise Unreadable(f"an order has an id and 1 to {MOST_LINES} lines")
    return OrderTold(
        id=number,
        buyer=written(found.get("buyer")),
        placed_at=moment(found.get("placed_at"), "placed_at"),
        currency=currency_code(found.get("currency")),
        lines=tuple(_line(line) for line in lines),
    )


def _line(line: dict[str, Json]) -> LineTold:
    if set(line) - _NAMES - {"quantity", "amount"}:
        raise Unreadable("a line of the order has unknown keys")
    quantity = line.get("quantity")
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= MOST_PIECES:
        raise Unreadable("a quantity of the order is no number of pieces")
    return LineTold(_names(line), quantity, money(line.get("amount")))
