"""Who sent this? HMAC-SHA256 over the raw body, compared in constant time, within a window against replays.

The form of the generic webhook is the common one of signed webhooks: hex(HMAC-SHA256(secret, timestamp + "." + body)). The
bytes are those that arrived: parsing and writing JSON again would be another text.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

REPLAY_SECONDS = 300.0
"""How far a timestamp may be from our clock, either way (rules.md 5)."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A key or token. Nothing prints it; what needs it calls ``reveal`` at the last moment."""

    _value: str = field(repr=False)

    def reveal(self) -> str:
        return self._value

    def __str__(self) -> str:
        return "a secret"


def signature(secret: Secret, timestamp: str, body: bytes) -> str:
    """64 hex digits. ``timestamp``: Unix seconds as they stand in the request."""
    return hmac.new(secret.reveal().encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_signed(secrets: Sequence[Secret], timestamp: str, body: bytes, signed: str, now: float) -> bool:
    """By one of ``secrets`` (an old and a new one, while they change), and not too long ago. ``now``: Unix seconds."""
    return is_recent(timestamp, now) and matches((signature(secret, timestamp, body) for secret in secrets), signed)


def is_recent(timestamp: str, now: float, *, units_in_second: int = 1) -> bool:
    """``timestamp``: digits only, in parts of a second of which there are ``units_in_second``."""
    if not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 20:
        return False
    return abs(int(timestamp) / units_in_second - now) <= REPLAY_SECONDS


def matches(expected: Iterable[str], signed: str) -> bool:
    """Whether ``signed`` is one of ``expected``; takes as long for a wrong one as for a right one."""
    found = False
    for one in expected:
        found |= hmac.compare_digest(one.encode(), signed.encode(errors="replace"))
    return found
