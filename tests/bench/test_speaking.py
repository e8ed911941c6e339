"""Closures, pauses and correlations say what was put in."""

from __future__ import annotations

import numpy as np
import pytest

from sosie.bench.speaking import closed_below, closures, correlations, pause_movement
from sosie.lips.shape import JAW, OPENING, WIDTH
from sosie.types import FPS, VOICE_HZ, Phone


def phone(symbol: str, start: float, end: float) -> Phone:
    return Phone(symbol, round(start * VOICE_HZ), round(end * VOICE_HZ))


def test_a_p_counts_as_shut_only_when_the_lips_close_near_it() -> None:
    opening = np.full(50, 1.0, np.float32)
    opening[10:12] = -1.0
    phones = [phone("p", 0.4, 0.48), phone("a", 0.48, 0.8), phone("b", 1.2, 1.3), phone("o", 1.3, 1.6)]
    found = closures(opening, phones, closed_below=0.0)
    assert found.shut == 0.5
    assert found.wrongly == 0.0
    assert found.n == 2


def test_lips_that_never_open_are_wrongly_closed() -> None:
    found = closures(np.full(50, -1.0, np.float32), [phone("m", 0.1, 0.2), phone("a", 0.2, 1.0)], closed_below=0.0)
    assert found.shut == 1.0
    assert found.wrongly == 1.0


def test_who_always_closes_alike_may_be_tracked_a_pixel_off() -> None:
    always_alike = np.concatenate([np.full(300, -1.2), np.linspace(-1.2, 2, 700)]).astype(np.float32)
    assert -1.2 + 0.1 < closed_below(always_alike) < -1.2 + 0.2
    seldom = np.linspace(-2, 2, 1000).astype(np.float32)
    assert closed_below(seldom) == pytest.approx(np.percentile(seldom, 15))


def test_movement_is_counted_inside_long_pauses_only() -> None:
    numbers = np.zeros((100, 16), np.float32)
    numbers[::2, [OPENING, WIDTH, JAW]] = 1.0
    numbers[50:] = 0.0
    assert pause_movement(numbers, [(0.0, 1.5)]) == pytest.approx(1.0)
    assert pause_movement(numbers, [(2.4, 3.6)]) == 0.0
    assert np.isnan(pause_movement(numbers, [(0.5, 0.7)]))


def test_a_correlation_comes_with_the_interval_that_its_length_allows() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(size=(60 * FPS, 16)).astype(np.float32)
    said = (truth + rng.normal(size=truth.shape)).astype(np.float32)
    long, short = correlations(said, truth)["opening"], correlations(said[: 6 * FPS], truth[: 6 * FPS])["opening"]
    assert long.value == pytest.approx(0.707, abs=0.05)
    assert long.low < long.value < long.high
    assert short.high - short.low > 1.5 * (long.high - long.low)
