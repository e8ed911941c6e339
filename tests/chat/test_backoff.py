"""Waiting before the next try, and posting no faster than a platform allows."""

from __future__ import annotations

import pytest

from sosie.chat.backoff import LONGEST_SECONDS, Pace, Turnstile, delay
from sosie.errors import YourInput


def test_waits_double_up_to_a_minute_and_are_spread() -> None:
    assert [delay(failures, 0.0) for failures in (1, 2, 3, 4, 7, 50)] == [1, 2, 4, 8, LONGEST_SECONDS, LONGEST_SECONDS]
    assert delay(3, 0.999) == pytest.approx(2.0, abs=0.01)


def test_a_turnstile_never_lets_more_through_than_the_platform_allows() -> None:
    turnstile, gone, now = Turnstile(Pace(20, 30.0, 500)), [], 0.0
    while now < 200:
        if (wait := turnstile.wait(now)) == 0:
            gone.append(now)
        now += wait or 0.1
    for begin in gone:
        assert sum(begin <= at < begin + 29.999 for at in gone) <= 20
    assert len(gone) >= 120


def test_a_pace_says_something() -> None:
    with pytest.raises(YourInput):
        Pace(0, 30.0, 500)
