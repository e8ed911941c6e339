"""What stands in a cell, read strictly: amounts, pieces, moments, plain text, ids. Each raises Unread with what was wanted."""

from __future__ import annotations

import hashlib
import html
import re
import string
import unicodedata
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?[0-9][0-9.,'\u2019\u00a0\u202f ]*")
_GAP = re.compile(r"['\u2019\u00a0\u202f ]")
_GAPPED = re.compile(r"[+-]?[0-9]{1,3}(?:['\u2019\u00a0\u202f ][0-9]{3})+(?:[.,][0-9]*)?")
_CODE = re.compile(r"(?<![A-Za-z])[A-Za-z]{3}(?![A-Za-z])")
_SIGNS = {"€": "EUR", "£": "GBP", "US$": "USD", "CN¥": "CNY", "RMB": "CNY", "元": "CNY"}
"""Signs that mean one currency; "$" and "¥" are those of several and say nothing."""
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_UNSAID = "$¥￥"

# Control characters, soft hyphen, zero width and direction marks, surrogates, private use, specials.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ue000-\uf8ff\ufeff\ufff0-\uffff"
    "\U000e0000-\U0010ffff]"
)
_LONGEST_AMOUNT = 40
_LONGEST_NUMBER = 18
_MOST_COUNTED = 100_000
"""From here on a number of pieces stands for "always", as in 999999."""
_ONE_DIGIT_HOUR = re.compile(r"^(\d{4}-\d\d-\d\d)[ T](\d):")


class Unread(Exception):
    """A cell that cannot be read: what was found and what was wanted."""

    def __init__(self, found: str, wanted: str) -> None:
        super().__init__(found)
        self.found = found
        self.wanted = wanted


def amount(cell: str) -> tuple[Decimal, str]:
    """Such as "15.00 USD", "USD 15", "15,00 €", "1,299.00": the amount and its currency code, "" where none is told.

    A point or comma before exactly three digits and nothing after them ("1,299") may part thousands or decimals: it is not
    guessed.
    """
    text = cell.strip()
    wanted = 'an amount above 0 such as "15.00 USD"'
    unread = Unread(f"{shown(cell)} is no amount", wanted)
    if len(text) > _LONGEST_AMOUNT:
        raise unread
    found = _NUMBER.search(text)
    if not found:
        raise unread
    rest = text[: found.start()] + " " + text[found.end() :]
    currency = ""
    for sign, code in _SIGNS.items():
        if sign in rest:
            currency, rest = code, rest.replace(sign, " ", 1)
            break
    if not currency and (code_found := _CODE.search(rest)):
        currency, rest = code_found.group().upper(), rest[: code_found.start()] + rest[code_found.end() :]
    if rest.strip(_UNSAID + " \u00a0\t"):
        raise unread
    digits = found.group().strip(" \u00a0\u202f'\u2019")
    if _GAP.search(digits):
        if not _GAPPED.fullmatch(digits):
            raise unread
        digits = _GAP.sub("", digits)
    number = _decimal(digits, cell)
    if not 0 < number < Decimal(10) ** 8:
        raise Unread(f"{shown(cell)} is {'not above 0' if number <= 0 else 'absurd'}", wanted)
    return number, currency


def _decimal(text: str, cell: str) -> Decimal:
    points, commas = text.count("."), text.count(",")
    if points and commas:
        decimal = max(".", ",", key=text.rfind)
        thousands = "," if decimal == "." else "."
        whole, _, cents = text.rpartition(decimal)
        if decimal in whole or not _in_thousands(whole, thousands):
            raise Unread(f"{shown(cell)} is no amount", "such as 1299.00")
        text = whole.replace(thousands, "") + "." + cents
    elif points + commas > 1:
        sign = "." if points else ","
        if not _in_thousands(text, sign):
            raise Unread(f"{shown(cell)} is no amount", "such as 1299000.00")
        text = text.replace(sign, "")
    elif points + commas == 1:
        whole, _, cents = text.replace(",", ".").partition(".")
        if len(cents) == 3 and whole.lstrip("+-") != "0":
            raise Unread(
                f"{shown(cell)} may be {whole}{cents} or {whole}.{cents}", f"{whole}{cents}.00 or {whole}.{cents[:2]}"
            )
        text = f"{whole}.{cents or '0'}"
    digits = text.lstrip("+-")
    if len(digits) > _LONGEST_NUMBER:
        raise Unread(f"{shown(cell)} is absurd", "an amount below 100 million")
    number = Decimal(text)
    if number != round(number, 2):
        raise Unread(f"{shown(cell)} has parts of a cent", "at most two decimals")
    return round(number, 2)


def _in_thousands(text: str, sign: str) -> bool:
    first, *groups = text.lstrip("+-").split(sign)
    return 1 <= len(first) <= 3 and all(len(group) == 3 for group in groups)


def pieces(cell: str) -> int | None:
    """Pieces in stock, fewer than none as 0; None where the number only stands for "always"."""
    text = cell.strip()
    wanted = "a whole number of pieces such as 12"
    if len(text) > _LONGEST_NUMBER or not re.fullmatch(r"[+-]?[0-9]+(?:\.0*)?", text):
        raise Unread(f"{shown(cell)} is no number of pieces", wanted)
    count = int(text.partition(".")[0])
    return None if count >= _MOST_COUNTED else max(0, count)


def moment(cell: str, zone: tzinfo, *, end: bool) -> datetime:
    """ISO 8601, with or without a time and offset; ``zone`` where there is none. As an ``end``, a date means its whole day."""
    text = cell.strip()
    wanted = "a date such as 2026-12-31, or 2026-12-31T23:59+0100"
    unread = Unread(f"{shown(cell)} is no date", wanted)
    if not re.match(r"\d{4}-\d\d-\d\d(?:$|[T ])", text) or len(text) > 40:
        raise unread
    try:
        found = datetime.fromisoformat(_ONE_DIGIT_HOUR.sub(r"\1 0\2:", text))
        if len(text) == 10 and end:
            found += timedelta(days=1)
        found = found if found.tzinfo else found.replace(tzinfo=zone)
        if not 2000 <= found.year <= 2100:
            raise Unread(f"{shown(cell)} is absurd", "a date of our time")
        found.astimezone(zone)
    except (ValueError, OverflowError):
        raise unread from None
    return found


def plain(cell: str) -> str:
    """One line of plain text: tags, entities, unseen characters and line breaks taken out."""
    text = cell
    for _ in range(2):  # feeds escape once for their own format and once more for HTML
        text = html.unescape(_without_tags(text))
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.split())


def _without_tags(text: str) -> str:
    """The text between tags, and nothing of scripts and styles. One pass, however the tags are broken."""
    kept: list[str] = []
    lower = lowered(text) if "<" in text else text
    at = 0
    while (start := text.find("<", at)) >= 0:
        kept.append(text[at:start])
        following = text[start + 1 : start + 2]
        if not (following.isalpha() or following in ("/", "!", "?")):
            kept.append("<")  # "smaller than", not a tag
            at = start + 1
            continue
        end = text.find(">", start)
        if end < 0:
            at = start
            break
        at = end + 1
        kept.append(" ")
        for name in ("script", "style"):
            if lower.startswith(name, start + 1):
                closing = lower.find(f"</{name}", end)
                end = text.find(">", closing) if closing >= 0 else -1
                if end < 0:
                    return "".join(kept)
                at = end + 1
    kept.append(text[at:])
    return "".join(kept)


def lowered(text: str) -> str:
    """With small Latin letters, as long as before: ``str.lower`` makes two letters of a Turkish İ, and shifts what follows."""
    return text.translate(_SMALL)


def our_id(source: str) -> str:
    """An id for shop.toml, the same one each time: "Tea Pot 2" gives "tea-pot-2"; what has no such letters gives its hash."""
    ascii_only = unicodedata.normalize("NFKD", source).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
    if not slug:
        return "p-" + mark_of(source)
    return slug if len(slug) <= 40 else f"{slug[:31].rstrip('-')}-{mark_of(source)}"


def mark_of(source: str) -> str:
    """Eight letters that tell two sources apart."""
    return hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()[:8]


def shown(cell: str) -> str:
    """The cell as it may stand in a message: short, quoted, on one line."""
    text = " ".join(_UNSEEN.sub("\N{REPLACEMENT CHARACTER}", cell[:80]).split())
    return repr(text if len(text) <= 40 else text[:39] + "…")
