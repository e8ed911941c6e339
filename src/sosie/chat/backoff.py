"""How long to wait before a connection is tried again, and how fast posts may follow each other. Pure: time comes in."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from sosie.errors import Theirs, YourInput

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 60.0
STEADY_SECONDS = 30.0
"""A connection that held for so long was a good one: after it, waiting begins anew."""


class TryLater(Theirs):
    """The platform says when: waiting less would only be refused again."""

    def __init__(self, found: str, seconds: float) -> None:
        super().__init__(found, try_this=f"again in {seconds:.0f} s")
        self.seconds = seconds


def delay(failures: int, chance: float) -> float:
    """Seconds before the next try: 1, 2, 4 ... 60, each cut by up to half, so that rooms do not all come back at once.

    ``failures``: connections that did not hold, one after the other, from 1. ``chance``: in [0, 1).
    """
    most = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(failures - 1, 10))
    return most * (1 - chance / 2)


@dataclass(frozen=True, slots=True)
class Pace:
    """What a platform lets one account post."""

    posts: int
    """From 1, within any ``seconds``."""
    seconds: float
    longest: int
    """Letters of one post."""

    def __post_init__(self) -> None:
        if self.posts < 1 or self.seconds <= 0 or self.longest < 50:
            raise YourInput(f"a pace of {self.posts} posts in {self.seconds} s, {self.longest} letters each")


class Turnstile:
    """Lets posts through at a pace."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._gone: deque[float] = deque(maxlen=pace.posts)

    def wait(self, now: float) -> float:
        """Seconds until the next post may go; 0 lets it go now and counts it. ``now`` in seconds, never going back."""
        if len(self._gone) == self._pace.posts and (left := self._gone[0] + self._pace.seconds - now) > 0:
            return left
        self._gone.append(now)
        return 0.0
