from __future__ import annotations

import numpy as np

from sosie.types import VOICE_HZ, Audio
from sosie.voice.pitch import HOP_SECONDS, median_pitch, pitch_curve


def buzz(pitch_hz: np.ndarray, noise: float = 0.003) -> Audio:
    """Ten harmonics of a pitch given for every sample."""
    phase = 2 * np.pi * np.cumsum(pitch_hz) / VOICE_HZ
    tone = sum(np.sin(k * phase) / k for k in range(1, 11)) * 0.1
    return Audio((tone + noise * np.random.default_rng(0).standard_normal(len(phase))).astype(np.float32), VOICE_HZ)


def test_a_glide_is_followed_within_a_quarter_tone() -> None:
    pitch = 110 * 2 ** np.linspace(0, 1, VOICE_HZ * 2)
    curve = pitch_curve(buzz(pitch))
    true = pitch[(np.arange(len(curve)) * HOP_SECONDS * VOICE_HZ).astype(int).clip(max=len(pitch) - 1)]
    inside = slice(4, -4)
    semitones = 12 * np.log2(curve[inside] / true[inside])
    assert np.abs(semitones).max() < 0.5


def test_high_and_low_voices_are_not_taken_an_octave_off() -> None:
    for hertz in (75.0, 130.0, 240.0, 400.0):
        median = median_pitch(pitch_curve(buzz(np.full(VOICE_HZ, hertz))))
        assert median is not None
        assert abs(12 * np.log2(median / hertz)) < 0.5


def test_noise_and_silence_have_no_pitch() -> None:
    noise = np.random.default_rng(1).standard_normal(VOICE_HZ).astype(np.float32) * np.float32(0.1)
    for samples in (noise, np.zeros(VOICE_HZ, np.float32)):
        curve = pitch_curve(Audio(samples, VOICE_HZ))
        assert (curve > 0).mean() < 0.05
        assert median_pitch(curve) is None


def test_the_curve_has_a_value_every_hop_at_any_length() -> None:
    for n in (0, 1, 299, 300, 12_345):
        assert len(pitch_curve(Audio(np.zeros(n, np.float32), VOICE_HZ))) == n // 300 + 1
