"""Every clause is equally loud, and no edge clicks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.signal import resample_poly

from sosie.voice.mix import PEAK, TARGET_LUFS, TRUE_PEAK, at_loudness, bent, faded, limited, loudness, sounding

HZ = 24_000


def sine(hz: float, level: float, seconds: float = 2.0, rate_hz: int = HZ) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate_hz)) / rate_hz)).astype(np.float32)


@pytest.mark.parametrize("rate_hz", [16_000, 24_000, 48_000])
def test_loudness_of_the_reference_tone(rate_hz: int) -> None:
    """BS.1770-4: a 997 Hz sine of full scale on one channel reads -3.01; 0.1 is left for rates other than its 48 kHz."""
    assert loudness(sine(997, 1.0, rate_hz=rate_hz), rate_hz) == pytest.approx(-3.01, abs=0.1)


def test_pauses_do_not_count() -> None:
    tone = sine(997, 0.1)
    with_pause = np.concatenate([tone, np.zeros(4 * HZ, np.float32), tone])
    assert loudness(with_pause, HZ) == pytest.approx(loudness(tone, HZ), abs=0.6)


def test_silence_has_no_loudness_and_stays_silent() -> None:
    silence = np.zeros(HZ, np.float32)
    assert loudness(silence, HZ) == -math.inf
    assert not at_loudness(silence, HZ).any()
    assert loudness(np.zeros(0, np.float32), HZ) == -math.inf


@pytest.mark.parametrize("level", [0.04, 0.1, 0.3, 0.9])
def test_soft_and_loud_clauses_come_to_the_same_loudness(level: float) -> None:
    assert loudness(at_loudness(sine(300, level), HZ), HZ) == pytest.approx(TARGET_LUFS, abs=0.5)


def test_very_soft_sound_is_not_blown_up() -> None:
    assert loudness(at_loudness(sine(300, 0.0008), HZ), HZ) < TARGET_LUFS - 15


def test_peaks_are_bent_below_full_scale_and_the_rest_is_left_alone() -> None:
    loud = np.linspace(-4, 4, 1001, dtype=np.float32)
    result = bent(loud)
    assert np.abs(result).max() <= PEAK + 1e-6
    assert (np.diff(result) >= 0).all()
    inside = np.abs(loud) <= 0.6
    np.testing.assert_array_equal(result[inside], loud[inside])


def test_no_wave_between_the_samples_goes_beyond_what_broadcasters_take() -> None:
    # A burst whose samples miss its crests by an eighth of a turn: 3 dB higher between them.
    burst = (1.1 * np.sin(2 * np.pi * 6000 * np.arange(240) / HZ + np.pi / 4)).astype(np.float32)
    sound = bent(np.concatenate([sine(300, 0.5), burst, sine(300, 0.5)]))
    assert np.abs(resample_poly(sound, 8, 1)).max() > 1.0
    result = limited(sound, HZ)
    assert np.abs(resample_poly(result, 8, 1)).max() < TRUE_PEAK * 1.02
    np.testing.assert_array_equal(result[: 2 * HZ - 100], sound[: 2 * HZ - 100])


def test_what_is_low_enough_is_left_alone() -> None:
    sound = sine(300, 0.5)
    assert limited(sound, HZ) is sound
    assert len(limited(np.zeros(0, np.float32), HZ)) == 0


def test_edges_go_to_zero_over_a_few_milliseconds() -> None:
    result = faded(np.ones(HZ, np.float32), HZ)
    assert result[0] == 0
    assert result[-1] == 0
    assert result[200] == 1
    assert np.abs(np.diff(result)).max() < 0.02


def test_silence_around_speech_is_found() -> None:
    samples = np.concatenate([np.zeros(HZ, np.float32), sine(200, 0.3, 1.0), np.zeros(HZ, np.float32)])
    start, end = sounding(samples, HZ)
    assert start == pytest.approx(HZ - 0.03 * HZ, abs=240)
    assert end == pytest.approx(2 * HZ + 0.06 * HZ, abs=240)
    assert sounding(np.zeros(HZ, np.float32), HZ) == (0, 0)
