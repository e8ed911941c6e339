"""What happens in a room, in one form, whatever platform it came from.

A user's id never gets here: ``doorway.Doorway`` hashes it with the show's salt. Names are for a greeting: they are left out of
``repr``, so that no log and no error holds them, and the intake forgets them when a greeting would come too late.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, Literal, get_args

from sosie.chat.message import LONGEST_COMMENT, LONGEST_NAME, clean
from sosie.errors import YourInput

Kind = Literal[
    "comment", "gift", "paid_message", "follow", "subscribe", "like", "share", "enter", "viewers", "order", "delete",
    "stream_state",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
LONGEST_ID = 200
_NAMED = re.compile(r"[a-z][a-z0-9-]{0,39}")
_HASHED = re.compile(r"[0-9a-f]{16}")
_CURRENCY = re.compile(r"[A-Z]{3,8}")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an event came from, and when."""

    platform: str
    """Such as "twitch": small letters, digits and hyphens."""
    room: str
    """The platform's name of the room."""
    event_id: str
    """The platform's own; the same event delivered twice has the same one. Unique in platform, room and kind."""
    at: float
    """Unix seconds, as the platform says; of its arrival where the platform does not say."""

    def __post_init__(self) -> None:
        if not _NAMED.fullmatch(self.platform):
            raise YourInput("an event of a platform whose name is not one", wanted="small letters, digits and hyphens")
        for what, text in (("room", self.room), ("event id", self.event_id)):
            if not text or len(text) > LONGEST_ID or not text.isprintable():
                raise YourInput(
                    f"an event of {self.platform} whose {what} has {len(text)} letters",
                    wanted=f"1 to {LONGEST_ID} printable ones",
                )
        if not math.isfinite(self.at) or self.at < 0:
            raise YourInput(f"an event of {self.platform} at {self.at}", wanted="Unix seconds")

    @property
    def key(self) -> str:
        """Of a comment, for all who speak of it: the same on every delivery, another one for every platform and room."""
        return f"{self.platform}/{self.room}/{self.event_id}"


@dataclass(frozen=True, slots=True)
class Viewer:
    user_hash: str
    """16 hex digits: knows the same viewer again within a show, and tells nothing else."""
    name: str = field(repr=False)
    """As shown by the platform, cleaned, at most LONGEST_NAME; empty where it is unknown or was forgotten."""

    def __post_init__(self) -> None:
        if not _HASHED.fullmatch(self.user_hash):
            raise YourInput("a viewer whose id was not hashed", wanted="16 hex digits (Doorway.viewer)")
        if len(self.name) > LONGEST_NAME or clean(self.name) != self.name:
            raise YourInput("a viewer whose name was not cleaned", wanted=f"{LONGEST_NAME} plain letters at most")


@dataclass(frozen=True, slots=True)
class Paid:
    """What a viewer paid for a gift or to be read; never a price of ours."""

    amount: Decimal
    """Above 0."""
    currency: str
    """ISO 4217 where it is money ("EUR"); else the platform's coin in capitals ("BITS")."""

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or self.amount <= 0:
            raise YourInput(f"an amount of {self.amount}", wanted="more than 0")
        if not _CURRENCY.fullmatch(self.currency):
            raise YourInput("an amount in a currency of another form", wanted='such as "EUR" or "BITS"')


@dataclass(frozen=True, slots=True)
class Commented:
    kind: ClassVar[Kind] = "comment"
    origin: Origin
    viewer: Viewer
    text: str = field(repr=False)
    """Cleaned by message.clean, 1 to LONGEST_COMMENT letters. Data: compared, never obeyed, never spoken, never logged."""

    def __post_init__(self) -> None:
        _check_text(self.text)


@dataclass(frozen=True, slots=True)
class Gifted:
    kind: ClassVar[Kind] = "gift"
    origin: Origin
    viewer: Viewer
    gift: str = field(repr=False)
    """The platform's name of it, cleaned; empty where it tells none."""
    count: int
    """How many at once, from 1."""
    paid: Paid | None
    """Of all together; None for a free one, or where the platform does not say."""

    def __post_init__(self) -> None:
        _check_count(self.kind, self.count)
        if len(self.gift) > LONGEST_NAME or clean(self.gift) != self.gift:
            raise YourInput("a gift whose name was not cleaned", wanted=f"{LONGEST_NAME} plain letters at most")


@dataclass(frozen=True, slots=True)
class PaidMessage:
    kind: ClassVar[Kind] = "paid_message"
    origin: Origin
    viewer: Viewer
    text: str = field(repr=False)
    """As of a comment, or empty: some pay to be seen and write nothing."""
    paid: Paid

    def __post_init__(self) -> None:
        if self.text:
            _check_text(self.text)


@dataclass(frozen=True, slots=True)
class Followed:
    kind: ClassVar[Kind] = "follow"
    origin: Origin
    viewer: Viewer


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A paid membership, begun, renewed, or given away."""

    kind: ClassVar[Kind] = "subscribe"
    origin: Origin
    viewer: Viewer
    """Who gets it, or who gave ``given`` of them away."""
    months: int
    """How many in all, from 1; 1 where the platform does not say."""
    given: int = 0
    """How many the viewer gave to others; 0 for one's own."""

    def __post_init__(self) -> None:
        _check_count(self.kind, self.months)
        if self.given < 0:
            raise YourInput(f"{self.given} given subscriptions", wanted="0 or more")


@dataclass(frozen=True, slots=True)
class Liked:
    kind: ClassVar[Kind] = "like"
    origin: Origin
    viewer: Viewer | None
    """None where the platform tells sums only."""
    count: int

    def __post_init__(self) -> None:
        _check_count(self.kind, self.count)


@dataclass(frozen=True, slots=True)
class Shared:
    kind: ClassVar[Kind] = "share"
    origin: Origin
    viewer: Viewer


@dataclass(frozen=True, slots=True)
class Entered:
    kind: ClassVar[Kind] = "enter"
    origin: Origin
    viewer: Viewer


@dataclass(frozen=True, slots=True)
class Watched:
    """How many watch at this moment."""

    kind: ClassVar[Kind] = "viewers"
    origin: Origin
    count: int
    """From 0."""

    def __post_init__(self) -> None:
        if self.count < 0:
            raise YourInput(f"{self.count} viewers", wanted="0 or more")


@dataclass(frozen=True, slots=True)
class Ordered:
    kind: ClassVar[Kind] = "order"
    origin: Origin
    viewer: Viewer | None
    """None where the shop tells no buyer."""
    product_id: str
    """As in the shop's file, where the platform knows it; else empty."""
    count: int
    paid: Paid | None

    def __post_init__(self) -> None:
        _check_count(self.kind, self.count)
        if len(self.product_id) > LONGEST_ID or not (self.product_id.isprintable() or not self.product_id):
            raise YourInput("an order of a product whose id is not one", wanted=f"at most {LONGEST_ID} letters")


@dataclass(frozen=True, slots=True)
class Deleted:
    """Comments that are to be seen and answered no more: some, all of one viewer, or all."""

    kind: ClassVar[Kind] = "delete"
    origin: Origin
    comment_ids: tuple[str, ...] = ()
    """``event_id`` of comments and paid messages of the same platform and room."""
    user_hash: str = ""
    """All of this viewer, who was sent away; empty otherwise."""
    everything: bool = False

    def __post_init__(self) -> None:
        if (bool(self.comment_ids), bool(self.user_hash), self.everything).count(True) != 1:
            raise YourInput("a deletion that names not one thing", wanted="comments, one viewer, or everything")
        if self.user_hash and not _HASHED.fullmatch(self.user_hash):
            raise YourInput("a deletion of a viewer whose id was not hashed", wanted="16 hex digits (Doorway.viewer)")

    def covers(self, said: Commented | PaidMessage) -> bool:
        """Whether this comment is deleted by it."""
        here = (self.origin.platform, self.origin.room) == (said.origin.platform, said.origin.room)
        return here and (
            self.everything
            or said.origin.event_id in self.comment_ids
            or (bool(self.user_hash) and said.viewer.user_hash == self.user_hash)
        )


@dataclass(frozen=True, slots=True)
class StreamState:
    """The platform says that the stream began or ended."""

    kind: ClassVar[Kind] = "stream_state"
    origin: Origin
    live: bool


RoomEvent = (
    Commented | Gifted | PaidMessage | Followed | Subscribed | Liked | Shared | Entered | Watched | Ordered | Deleted
    | StreamState
)  # fmt: skip


def _check_text(text: str) -> None:
    if not text or len(text) > LONGEST_COMMENT or clean(text) != text:
        raise YourInput("a comment that was not cleaned", wanted=f"1 to {LONGEST_COMMENT} plain letters in one line")


def _check_count(kind: Kind, count: int) -> None:
    if count < 1:
        raise YourInput(f"{count} of kind {kind}", wanted="1 or more")
