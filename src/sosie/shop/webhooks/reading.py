"""What the platforms share: signatures compared in constant time, JSON read strictly, prices believed by the rules of imports."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from sosie.errors import YourInput
from sosie.shop.importing.document import Json, read_json, under, written
from sosie.shop.importing.gather import gather
from sosie.shop.importing.listing import Given, Listing, Row
from sosie.shop.news import PriceTold, StockTold
from sosie.shop.orders import MOST_LINES, MOST_PIECES

_AMOUNT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,10})?")
MOST_TEXT = 500
MOST_KEY = 200
"""Letters of a header that names a delivery; more of them are none."""


class BadSignature(Exception):
    """The delivery was not signed with our secret, or too long ago. Says nothing more, to nobody."""


class Unreadable(Exception):
    """Well signed, and yet not what its platform sends; the message holds nothing of the content."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """By which a delivery's signature is made; any of several, while one is being replaced."""

    values: tuple[str, ...] = field(repr=False)
    app_key: str = field(default="", repr=False)
    """TikTok Shop's; part of what is signed."""


Headers = Mapping[str, str]
"""Names in small letters."""


def sha256_of(secret: bytes, *parts: bytes) -> bytes:
    made = hmac.new(secret, digestmod=hashlib.sha256)
    for part in parts:
        made.update(part)
    return made.digest()


def in_base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def check_any(given: str, wanted: list[str]) -> None:
    """Raises BadSignature unless ``given`` is one of ``wanted``; takes as long whichever letter is wrong."""
    told = given.encode("utf-8", "replace")
    # Every one is compared, so that not even their number is told by the time it takes.
    if sum(hmac.compare_digest(told, each.encode()) for each in wanted) == 0:
        raise BadSignature


def header(headers: Headers, name: str) -> str:
    """Raises Unreadable where it is missing or absurdly long."""
    value = headers.get(name, "").strip()
    if not value or len(value) > MOST_KEY:
        raise Unreadable(f"the header {name} is missing or too long")
    return value


def read_object(body: bytes) -> dict[str, Json]:
    """The JSON object of a body. Raises Unreadable."""
    try:
        found = read_json(body.decode("utf-8"))
    except (UnicodeDecodeError, YourInput):
        raise Unreadable("the body is no JSON in UTF-8") from None
    if not isinstance(found, dict):
        raise Unreadable("the body is no JSON object")
    return found


def number_of(value: Json) -> str:
    """A platform's number of something: digits, whether sent as a number or as text; "" for none, and for 0."""
    text = written(value).strip()
    return text if text.isascii() and text.isdigit() and len(text) <= 40 and text.strip("0") else ""


def needed(value: Json, name: str) -> str:
    number = number_of(value)
    if not number:
        raise Unreadable(f"{name} is missing")
    return number


def moment(value: Json, name: str, *, zone: bool = True) -> datetime:
    """ISO 8601; with an offset, or, where the platform writes UTC without saying so, with ``zone`` False."""
    try:
        found = datetime.fromisoformat(written(value))
    except ValueError:
        raise Unreadable(f"{name} is no moment") from None
    if found.tzinfo is None:
        if zone:
            raise Unreadable(f"{name} has no offset")
        found = found.replace(tzinfo=UTC)
    return _our_time(found, name)


def unix_moment(value: Json, name: str) -> datetime:
    """Whole seconds since 1970."""
    text = number_of(value)
    if not text or len(text) > 11:
        raise Unreadable(f"{name} is no Unix time in seconds")
    return _our_time(datetime.fromtimestamp(int(text), UTC), name)


def _our_time(found: datetime, name: str) -> datetime:
    if not 2000 <= found.year <= 2100:
        raise Unreadable(f"{name} is not of our time")
    return found.astimezone(UTC)


def believed(row: Row) -> tuple[PriceTold | None, StockTold]:
    """Price and stock of a row, as an import would take them; no price, and nothing to be had, where it would leave it out."""
    try:
        # Its currency is the shop's, whichever: platforms do not repeat it with every product.
        listings = gather([row], Given("EUR")).listings
    except YourInput:
        listings = ()
    if not listings:
        return None, StockTold(0)
    listing: Listing = listings[0]
    return PriceTold(listing.price, listing.sale_price, listing.sale), StockTold(listing.stock)


def money(value: Json) -> Decimal:
    """An amount as systems write it, "24.50" or "24.504132", rounded to cents; 0 or more. Raises Unreadable."""
    text = written(value).strip()
    if not _AMOUNT.fullmatch(text):
        raise Unreadable("an amount cannot be read")
    return round(Decimal(text), 2)


def pieces(value: Json) -> int:
    """0 where there are none, or not to be read."""
    text = number_of(value)
    return min(int(text), MOST_PIECES) if text and len(text) <= 9 else 0


def currency_code(value: Json) -> str:
    code = written(value).strip().upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise Unreadable("the order's currency is none")
    return code


def items(body: dict[str, Json], key: str) -> list[dict[str, Json]]:
    """The objects of a list; Unreadable where there is no list."""
    found = body.get(key)
    if not isinstance(found, list):
        raise Unreadable(f"{key} is missing")
    return [each for each in found if isinstance(each, dict)]


def order_items(body: dict[str, Json], key: str) -> list[dict[str, Json]]:
    return items(body, key)[:MOST_LINES]


def text_under(value: Json, *keys: str) -> str:
    """A string or number as text that any database can hold, cut at ``MOST_TEXT``; "" for everything else."""
    text = written(under(value, *keys))[:MOST_TEXT].replace("\0", "")
    # JSON may hold halves of characters, which are no text.
    return text.encode("utf-8", "replace").decode().strip()
