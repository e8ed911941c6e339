"""Deadlines without drift, and what is done when something is late."""

from __future__ import annotations

from sosie.broadcast.timeline import CATCH_UP_SECONDS, Send, Slip, Timeline, Wait
from sosie.clock import VirtualClock
from sosie.types import FPS


def test_a_frame_is_sent_at_its_deadline() -> None:
    timeline = Timeline(t0=100.0)
    assert timeline.step(24, 100.5) == Wait(101.0)
    assert timeline.step(24, 101.0) == Send()


def test_short_lateness_is_made_up_without_waiting() -> None:
    timeline = Timeline(t0=0.0)
    sent = [n for n in range(1, 25) if timeline.step(n, 0.9) == Send()]
    assert sent == list(range(1, 22))


def test_a_machine_that_slept_goes_on_from_now() -> None:
    step = Timeline(t0=0.0).step(10, 3600.0)
    assert isinstance(step, Slip)
    assert step.lost_seconds == 3600.0 - 11 / FPS
    assert step.timeline.step(10, 3600.0) == Send()
    assert step.timeline.lateness(10, 3600.0) <= CATCH_UP_SECONDS


def test_fifteen_hours_on_a_virtual_clock_end_on_the_second() -> None:
    clock, timeline = VirtualClock(50.0), Timeline(50.0)
    for frame in range(15 * 3600 * FPS):
        clock.sleep_until(timeline.deadline(frame))
    assert abs(clock.now() - 50.0 - 15 * 3600) < 1e-6
