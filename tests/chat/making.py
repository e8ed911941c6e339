"""Events for tests."""

from __future__ import annotations

from decimal import Decimal

from sosie.chat.doorway import Doorway
from sosie.chat.events import Commented, Deleted, Gifted, Liked, Ordered, Origin, Paid, PaidMessage

DOOR = Doorway("own", "room", b"a salt of sixteen")
SALT = b"a salt of sixteen bytes and more"


def origin(event_id: str = "e-1", at: float = 100.0, room: str = "room") -> Origin:
    return Origin("own", room, event_id, at)


def commented(event_id: str = "c-1", text: str = "how much is it", user: str = "42", at: float = 100.0) -> Commented:
    return Commented(origin(event_id, at), DOOR.viewer(user, "Ada"), text)


def paid_message(event_id: str = "p-1", text: str = "how much is it") -> PaidMessage:
    return PaidMessage(origin(event_id), DOOR.viewer("42", "Ada"), text, Paid(Decimal(5), "EUR"))


def liked(event_id: str) -> Liked:
    return Liked(origin(event_id), None, 1)


def ordered(event_id: str) -> Ordered:
    return Ordered(origin(event_id), None, "mug", 1, None)


def gifted(event_id: str) -> Gifted:
    return Gifted(origin(event_id), DOOR.viewer("42", "Ada"), "a rose", 1, None)


def deleted(*comment_ids: str, event_id: str = "d-1") -> Deleted:
    return Deleted(origin(event_id), comment_ids)
