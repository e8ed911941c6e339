"""Which part of the shop's day it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

DayPart = Literal["night", "morning", "afternoon", "evening"]


def part_of_day(local_time: datetime | None, now: float) -> DayPart | None:
    """``now`` seconds after ``local_time``, which has its zone; None where that is not known."""
    if local_time is None:
        return None
    # In UTC and back, or an hour would be missing on the day the clocks change.
    utc = local_time.astimezone(UTC) + timedelta(seconds=now)
    hour = utc.astimezone(local_time.tzinfo).hour
    if hour < 5 or hour >= 23:
        return "night"
    return "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
