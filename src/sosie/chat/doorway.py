"""The rim of the chat: what a platform sends becomes one of our events here, cleaned, limited and without anyone's id."""

from __future__ import annotations

import hashlib
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Literal

from sosie.chat.events import Commented, Gifted, Origin, Paid, PaidMessage, Viewer
from sosie.chat.message import LONGEST_NAME, clean
from sosie.chat.message import comment as clean_comment
from sosie.chat.post import begins_with_mark
from sosie.errors import YourInput

PassedBy = Literal["says nothing we can read", "written by a machine"]
MOST_AT_ONCE = 1_000_000
"""Of gifts, likes or viewers in one event: what is above is a mistake or a joke, and becomes this."""


class Doorway:
    """One for each room. Counts what it does not let in."""

    def __init__(self, platform: str, room: str, salt: bytes) -> None:
        """``salt``: random for each show, at least 16 bytes, so that hashes of two shows cannot be compared."""
        if len(salt) < 16:
            raise YourInput(f"a salt of {len(salt)} bytes", wanted="at least 16 random ones")
        self.platform, self.room, self._salt = platform, room, salt
        self.passed_by: Counter[PassedBy] = Counter()

    def origin(self, event_id: str, at: float) -> Origin:
        return Origin(self.platform, self.room, event_id, at)

    def viewer(self, user_id: str, name: str) -> Viewer:
        """``user_id``: the platform's own, which does not change when the name does."""
        digest = hashlib.blake2b(
            f"{self.platform}/{user_id}".encode(errors="replace"), key=self._salt[:64], digest_size=8
        )
        return Viewer(digest.hexdigest(), clean(name[: 4 * LONGEST_NAME])[:LONGEST_NAME].strip())

    def commented(self, origin: Origin, viewer: Viewer, text: str) -> Commented | None:
        """None, and counted, for what nobody could answer.

        What begins with the AI mark was posted by a host like ours, or by ours: two of them must never answer each other.
        """
        if (cleaned := self._readable(text)) is None:
            return None
        return Commented(origin, viewer, cleaned)

    def paid_message(self, origin: Origin, viewer: Viewer, text: str, paid: Paid) -> PaidMessage:
        """A message that cannot be read stays a payment, to be thanked for."""
        return PaidMessage(origin, viewer, self._readable(text) or "", paid)

    def gifted(self, origin: Origin, viewer: Viewer, gift: str, count: int, paid: Paid | None) -> Gifted:
        return Gifted(origin, viewer, clean(gift[: 4 * LONGEST_NAME])[:LONGEST_NAME].strip(), at_least_one(count), paid)

    def _readable(self, text: str) -> str | None:
        if begins_with_mark(clean(text)):
            self.passed_by["written by a machine"] += 1
            return None
        try:
            return clean_comment("", text, "", 0.0).text
        except YourInput:
            self.passed_by["says nothing we can read"] += 1
            return None


def at_least_one(count: int) -> int:
    return min(max(count, 1), MOST_AT_ONCE)


def paid(amount: str | int, currency: str, *, units_in_one: int = 1) -> Paid | None:
    """``amount`` in parts of which ``units_in_one`` make one of the currency; None where nothing was paid."""
    try:
        value = Decimal(amount) / units_in_one
        return Paid(value, currency.upper()) if value > 0 else None
    except (InvalidOperation, YourInput):
        return None
