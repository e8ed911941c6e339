"""Time as a value. Everything that decides takes ``now`` as an argument; only live/ and the rim hold a clock."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> float:
        """Seconds that never go back; the zero is arbitrary."""
        ...

    def sleep_until(self, when: float) -> None:
        """Returns at ``when`` or at once if it has passed."""
        ...


class WallClock:
    """The machine's monotonic clock: jumps of the date and leap seconds do nothing to it."""

    def now(self) -> float:
        return time.monotonic()

    def sleep_until(self, when: float) -> None:
        left = when - time.monotonic()
        if left > 0:
            time.sleep(left)


class VirtualClock:
    """A clock that tests and offline renders move: sleeping costs nothing."""

    def __init__(self, now: float = 0.0) -> None:
        self._now = now

    def now(self) -> float:
        return self._now

    def sleep_until(self, when: float) -> None:
        self._now = max(self._now, when)

    def advance(self, seconds: float) -> None:
        self._now += seconds
