from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from sosie.types import VOICE_HZ, Audio, Floats, Word
from sosie.voice.align import STEP, UNIT, Told, align, clip_of, cut_at_pauses, energy_curve, warp

TONES_HZ = (300.0, 900.0, 1800.0, 3000.0, 4500.0)


def tones(units: tuple[int, ...], loudness: float = 0.2) -> Audio:
    """A different tone for each symbol, silence at both ends."""
    parts = []
    for n, hertz in zip(units, (0.0, *TONES_HZ, 0.0), strict=True):
        parts.append(loudness * np.sin(2 * np.pi * hertz * np.arange(n * UNIT) / VOICE_HZ))
    return Audio(np.concatenate(parts).astype(np.float32), VOICE_HZ)


def spectrum_rows(audio: Audio) -> Floats:
    """A row every 20 ms (320 samples): which tones sound, heard in 40 ms."""
    padded = np.pad(audio.samples, (160, 480))
    frames = np.lib.stride_tricks.sliding_window_view(padded, 640)[::320][: -(-len(audio.samples) // 320)]
    rows: Floats = (np.abs(np.fft.rfft(frames * np.hanning(640), axis=1)) + 0.1).astype(np.float32)
    return rows


def test_phonemes_are_found_where_the_person_says_them() -> None:
    told = Told(tones((4, 8, 6, 10, 5, 7, 4)), np.array((4, 8, 6, 10, 5, 7, 4)))
    true = np.array((2, 12, 5, 8, 9, 10, 6))
    aligned = align("abcde", tones(tuple(true), loudness=0.05), told, spectrum_rows)
    assert aligned is not None
    units, cost = aligned
    assert units.sum() == true.sum()
    # Two rows of 20 ms are one unit and a half.
    assert np.abs(np.cumsum(units) - np.cumsum(true)).max() <= 2
    assert cost < 0.2


def test_other_sounds_than_the_transcript_says_cost_more() -> None:
    told = Told(tones((4, 8, 6, 10, 5, 7, 4)), np.array((4, 8, 6, 10, 5, 7, 4)))
    noise = np.random.default_rng(0).standard_normal(40 * UNIT).astype(np.float32)
    aligned = align("abcde", Audio(noise * np.float32(0.1), VOICE_HZ), told, spectrum_rows)
    assert aligned is not None
    assert aligned[1] > 0.4


def test_every_symbol_keeps_a_unit_and_too_short_speech_has_no_alignment() -> None:
    told = Told(tones((4, 8, 6, 10, 5, 7, 4)), np.array((4, 8, 6, 10, 5, 7, 4)))
    aligned = align("abcde", tones((1, 1, 1, 20, 1, 1, 1)), told, spectrum_rows)
    assert aligned is not None
    assert aligned[0].min() >= 1
    assert align("abcde", Audio(np.zeros(5 * UNIT, np.float32), VOICE_HZ), told, spectrum_rows) is None


def test_warping_follows_a_valley_from_corner_to_corner() -> None:
    distance = np.ones((6, 9), np.float32)
    for i, j in ((0, 0), (1, 1), (1, 2), (2, 3), (3, 4), (3, 5), (4, 6), (5, 7), (5, 8)):
        distance[i, j] = 0
    path = warp(distance)
    assert tuple(path[0]) == (0, 0)
    assert tuple(path[-1]) == (5, 8)
    assert distance[path[:, 0], path[:, 1]].sum() == 0
    assert (np.diff(path, axis=0) >= 0).all()


def test_clips_end_at_pauses_and_share_no_sample() -> None:
    rate = 16_000
    times = [(0.5, 1.0), (1.1, 2.0), (2.1, 3.2), (3.9, 4.5), (4.6, 6.5), (6.55, 7.0)]
    words = [Word(f"w{i}", round(a * rate), round(b * rate)) for i, (a, b) in enumerate(times)]
    clips = cut_at_pauses(words, 8 * rate, rate)
    assert [[word.text for word in clip[0]] for clip in clips] == [["w0", "w1", "w2"], ["w3", "w4", "w5"]]
    assert all(end <= following[1] for (_, _, end), following in pairwise(clips))
    assert all(start <= clip[0].start and clip[-1].end <= end for clip, start, end in clips)
    assert cut_at_pauses([], rate, rate) == []


def test_energy_is_logarithmic_and_has_a_value_each_step() -> None:
    loud, soft = tones((0, 9, 9, 9, 9, 9, 0), 0.2), tones((0, 9, 9, 9, 9, 9, 0), 0.02)
    loud_curve, soft_curve = energy_curve(loud.samples), energy_curve(soft.samples)
    assert len(loud_curve) == len(loud.samples) // STEP
    # A tenth of the amplitude is a hundredth of the power.
    assert np.median(loud_curve - soft_curve) == pytest.approx(np.log(100), abs=0.1)


def test_a_clip_is_as_long_as_its_units_and_quiet_where_only_the_room_is_heard() -> None:
    rng = np.random.default_rng(0)
    speech = tones((20, 10, 10, 10, 10, 10, 20)).samples + 0.002 * rng.standard_normal(90 * UNIT).astype(np.float32)
    units = np.array((20, 10, 10, 10, 10, 10, 19))
    clip = clip_of("abcde", Audio(speech.astype(np.float32), VOICE_HZ), units, gain=0.5)
    assert len(clip.samples) == 89 * UNIT
    assert len(clip.pitch) == len(clip.energy) == 2 * 89
    assert np.median(clip.energy[2:36]) < -4
    assert np.median(clip.energy[44:130]) > 0
