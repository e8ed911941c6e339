"""Orders as they are kept: what was bought, for how much, when, and what the host was saying; nothing that names the buyer.

Numbers of orders and buyers are kept as salted hashes only, so that the same order counts once and a buyer who comes back can be
told from a new one. Names, addresses, e-mails and notes are never read out of what a platform sends.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sosie.types import LANGUAGES, Language

MOST_LINES = 200
MOST_PIECES = 10_000
MARK_LETTERS = 32
"""Of a salted hash: 128 bits in hex."""
_MARK = re.compile(rf"[0-9a-f]{{{MARK_LETTERS}}}")


def _want(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Said:
    """What was on air at one moment, and which words."""

    show: str
    """Which show: the rundown's file and the moment it began."""
    seconds: float
    """Time on air, by what was really encoded; viewers see it some seconds later."""
    product_id: str | None
    """The product whose card was on screen."""
    segment: str | None
    """The product whose turn it was; another one while a question is answered."""
    sentence_id: int | None
    """Of the utterance that was being said; None in a pause."""
    kind: str | None
    """Of that utterance: "line", "answer", "notice"."""
    language: Language
    wording_id: str | None
    """Which wording of the rundown it is, the same in every show that has it; None for what is not written there."""

    def __post_init__(self) -> None:
        _want(bool(self.show), "a show needs a name")
        _want(self.seconds >= 0, f"seconds must not be negative, got {self.seconds}")
        _want(self.language in LANGUAGES, f"language must be one of {LANGUAGES}, got {self.language!r}")
        _want((self.sentence_id is None) == (self.kind is None), "a sentence has a kind, and a pause has neither")


@dataclass(frozen=True, slots=True)
class OrderLine:
    product_id: str | None
    """Ours; None for what the store does not know."""
    variant_id: str
    """ "" for a product without variants, or where that is not known."""
    quantity: int
    """Pieces, 1 or more."""
    amount: Decimal
    """Paid for all pieces together, discounts taken off; shipping is not in it."""

    def __post_init__(self) -> None:
        _want(1 <= self.quantity <= MOST_PIECES, f"quantity must be 1 to {MOST_PIECES}, got {self.quantity}")
        _want(self.amount.is_finite() and self.amount >= 0, f"amount must be 0 or more, got {self.amount}")


@dataclass(frozen=True, slots=True)
class Order:
    source: str
    """Name of the webhook that it came by."""
    id: str
    """Salted hash of the platform's number, 32 hex digits."""
    buyer: str
    """Salted hash of who bought, 32 hex digits; "" where the platform does not say."""
    placed_at: datetime
    """With offset, by the platform."""
    received_at: datetime
    """With offset, by us."""
    currency: str
    """ISO 4217; that of the order, which need not be the shop's. "" where the platform does not say."""
    lines: tuple[OrderLine, ...]
    """Empty where the platform tells of an order but not of what (TikTok Shop)."""
    said: Said | None
    """None where no show was on air."""

    def __post_init__(self) -> None:
        _want(bool(self.source), "an order comes from somewhere")
        _want(_MARK.fullmatch(self.id) is not None, "id must be a salted hash, never a number of an order")
        _want(not self.buyer or _MARK.fullmatch(self.buyer) is not None, "buyer must be a salted hash, never a name")
        _want(self.placed_at.tzinfo is not None and self.received_at.tzinfo is not None, "moments must have an offset")
        _want(
            not self.currency or re.fullmatch("[A-Z]{3}", self.currency) is not None, f"got currency {self.currency!r}"
        )
        _want(len(self.lines) <= MOST_LINES, f"an order has at most {MOST_LINES} lines, got {len(self.lines)}")
        _want(bool(self.currency) or not self.lines, "amounts need a currency")

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)


def mark(salt: str, source: str, kind: str, number: str) -> str:
    """A salted hash of a platform's number; "" of nothing. The same number of another source or kind has another."""
    if not number:
        return ""
    text = "\x1f".join((source, kind, number))
    return hmac.new(salt.encode(), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:MARK_LETTERS]


@dataclass(frozen=True, slots=True)
class Names:
    """How a platform names one thing for sale: all that it says, "" for what it does not."""

    product: str = ""
    """Its number, or our id."""
    variant: str = ""
    item: str = ""
    """Its number in the platform's stock-keeping."""
    handle: str = ""
    sku: str = ""
    options: tuple[str, ...] = ()
    """Such as ("blue", "M")."""


@dataclass(frozen=True, slots=True)
class LineTold:
    """A line of an order as a platform tells it."""

    names: Names
    quantity: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class OrderTold:
    """An order as a platform tells it, on its way to becoming an ``Order``. Not kept, not logged, not shown."""

    id: str = field(repr=False)
    buyer: str = field(repr=False)
    """The platform's number of the buyer, else an address; becomes a hash."""
    placed_at: datetime
    currency: str
    lines: tuple[LineTold, ...]
