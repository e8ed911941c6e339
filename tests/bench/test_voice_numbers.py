"""What is counted in a voice measurement, each beside a sound that must fail it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sosie.bench.voice_numbers import badly_joined, click, faster, of_the_way
from sosie.types import VOICE_HZ, Audio
from sosie.voice.manner import melody_of
from sosie.voice.mix import faded


def hum(seconds: float = 1.0, pitch_hz: float = 140.0) -> np.ndarray:
    t = np.arange(round(seconds * VOICE_HZ)) / VOICE_HZ
    return (sum(np.sin(2 * np.pi * pitch_hz * k * t) / k for k in range(1, 12)) * 0.2).astype(np.float32)


def test_faded_joins_do_not_click_and_cut_ones_do() -> None:
    quiet = np.zeros(4800, np.float32)
    parts = [faded(hum(), VOICE_HZ), quiet, faded(hum(), VOICE_HZ), quiet]
    ends = np.cumsum([len(part) for part in parts])
    sound = np.concatenate(parts)
    assert click(sound, [0, *ends[:-1]]) < 0.5
    cut, joins = badly_joined(sound, 4)
    assert len(joins) == 4
    assert click(cut, joins) > 1
    assert click(np.zeros(4800, np.float32), [100]) == 0


def test_faster_is_higher() -> None:
    slow = Audio(hum(), VOICE_HZ)
    played = faster(slow, 1.25)
    assert played.seconds == pytest.approx(0.8, abs=0.01)
    assert melody_of(played).median_hz / melody_of(slow).median_hz == pytest.approx(1.25, rel=0.02)


def test_the_way_has_a_start_and_an_end() -> None:
    assert of_the_way(0.8, 0.6, 1.0) == pytest.approx(0.5)
    assert of_the_way(0.5, 0.6, 1.0) < 0
    assert math.isnan(of_the_way(0.8, 0.95, 0.96))
