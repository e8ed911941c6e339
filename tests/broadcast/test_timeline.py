"""Whole numbers of samples, deadlines without drift, and what is done when something is late."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sosie.broadcast.timeline import CATCH_UP_SECONDS, Fill, Send, Slip, Timeline, Wait, samples_due
from sosie.clock import VirtualClock
from sosie.types import FPS, SAMPLES_PER_FRAME, VOICE_HZ


@given(st.integers(0, 10_000_000))
def test_every_frame_of_a_voice_is_960_samples_however_long_the_show(frame: int) -> None:
    assert samples_due(frame, VOICE_HZ) == (frame + 1) * SAMPLES_PER_FRAME


@given(st.integers(0, 10_000_000), st.sampled_from([11_025, 22_050, 44_100, 48_000]))
def test_a_rate_that_does_not_divide_is_never_a_whole_sample_off(frame: int, rate_hz: int) -> None:
    assert 0 <= (frame + 1) * rate_hz - samples_due(frame, rate_hz) * FPS < FPS


def test_a_frame_is_sent_at_its_deadline_when_it_is_there_and_filled_when_it_is_not() -> None:
    timeline = Timeline(t0=100.0)
    assert timeline.step(24, 100.5, ready=True) == Wait(101.0)
    assert timeline.step(24, 101.0, ready=True) == Send()
    assert timeline.step(24, 101.0, ready=False) == Fill()


def test_short_lateness_is_made_up_without_waiting() -> None:
    timeline = Timeline(t0=0.0)
    sent = [n for n in range(1, 25) if timeline.step(n, 0.9, ready=True) == Send()]
    assert sent == list(range(1, 22))


def test_a_machine_that_slept_goes_on_from_now() -> None:
    step = Timeline(t0=0.0).step(10, 3600.0, ready=True)
    assert isinstance(step, Slip)
    assert step.lost_seconds == 3600.0 - 11 / FPS
    assert step.timeline.step(10, 3600.0, ready=True) == Send()
    assert step.timeline.lateness(10, 3600.0) <= CATCH_UP_SECONDS


def test_fifteen_hours_on_a_virtual_clock_end_on_the_second() -> None:
    clock, timeline = VirtualClock(50.0), Timeline(50.0)
    for frame in range(15 * 3600 * FPS):
        clock.sleep_until(timeline.deadline(frame))
    assert abs(clock.now() - 50.0 - 15 * 3600) < 1e-6
