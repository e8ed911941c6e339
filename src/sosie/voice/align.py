"""Where each phoneme of a transcript lies in the person's own speech, in the units that Kokoro counts in.

Kokoro says the same phonemes and knows when it says each. Its sound and the person's are laid over each other by dynamic time
warping on speech features that hear sounds rather than voices, and the ends of its phonemes are carried over. What comes out
forces the decoder to say the phrase exactly as the person did, so its sound can be compared with the recording frame by frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sosie.types import LISTEN_HZ, VOICE_HZ, Audio, Floats, Word
from sosie.voice.likeness_judge import at_listen_rate
from sosie.voice.pitch import pitch_curve

UNIT = 600
"""Samples of Kokoro's time unit, 25 ms."""
STEP = 300
"""Samples of its pitch and energy curves, 12.5 ms."""
ROW_SECONDS = 0.02
"""Between rows of speech features."""
SHORTEST, LONGEST = 2.0, 6.0
"""Seconds of a clip: shorter ones say little, longer ones align worse and need more memory."""
PAUSE = 0.25
"""Seconds of silence between words at which a clip of at least ``SHORTEST`` ends."""
MARGIN = 0.12
"""Seconds kept before the first and after the last word."""
WORST_COST = 0.65
"""Mean distance of aligned rows above which transcript and sound do not belong together. By Whisper base, right texts cost .22 to
.37 in English and .40 to .62 in four other languages, in a garden and a kitchen too; wrong ones .44 to .66 and .67 to .82."""
ENERGY_OFFSET = -0.2
"""Kokoro's predicted log energy less the one measured in what it then says: -0.30, -0.25, -0.09 for three stock voices."""
SILENCE_DB = -9.3
"""Kokoro's own log energy of silence."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What Kokoro made of phonemes."""

    audio: Audio
    """At VOICE_HZ."""
    units: NDArray[np.int64]
    """(T,), 25 ms: how long each symbol is, the silence before and after included."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A stretch of the person's speech and how to make Kokoro say it in the same time, pitch and strength."""

    phonemes: str
    samples: Floats
    """float32, (600 * sum(units),), at VOICE_HZ, as loud as Kokoro speaks."""
    units: NDArray[np.int64]
    """int64, (len(phonemes) + 2,), each at least 1."""
    pitch: Floats
    """float32, (2 * sum(units),), hertz, 0 unvoiced."""
    energy: Floats
    """float32, (2 * sum(units),), log energy as Kokoro's predictor gives it."""


def cut_at_pauses(words: Sequence[Word], n_samples: int, rate_hz: int) -> list[tuple[tuple[Word, ...], int, int]]:
    """(words, first sample, one past the last) of clips, cut at pauses or sentence ends, or at 6 s at the latest."""
    clips: list[tuple[tuple[Word, ...], int, int]] = []
    current: list[Word] = []
    margin = round(MARGIN * rate_hz)
    for i, word in enumerate(words):
        current.append(word)
        following = words[i + 1].start if i + 1 < len(words) else n_samples + rate_hz
        seconds = (word.end - current[0].start) / rate_hz
        gap = (following - word.end) / rate_hz
        ends = word.text.endswith((".", ",", ";", "!", "?", "。", "，", "！", "？"))
        if i + 1 == len(words) or (seconds > SHORTEST and (gap > PAUSE or ends)) or seconds > LONGEST:
            before = clips[-1][0][-1].end if clips else 0
            start = max(current[0].start - margin, (before + current[0].start) // 2 if clips else 0)
            end = min(word.end + margin, (word.end + following) // 2, n_samples)
            clips.append((tuple(current), start, end))
            current = []
    return clips


def align(
    phonemes: str, speech: Audio, told: Told, features: Callable[[Audio], Floats]
) -> tuple[NDArray[np.int64], float] | None:
    """(units of each symbol in ``speech``, mean cost of the alignment), or None where the speech is too short to hold them.

    ``features`` gives a row every 20 ms for audio at LISTEN_HZ.
    """
    n_units = len(speech.samples) // UNIT
    if n_units < len(told.units) or len(told.units) != len(phonemes) + 2:
        return None
    distance = 1 - directions(features(at_listen_rate(told.audio))) @ directions(features(at_listen_rate(speech))).T
    path = warp(distance)
    cost = float(distance[path[:, 0], path[:, 1]].mean())
    rows = np.unique(path[:, 0])
    there = np.array([path[path[:, 0] == row, 1].mean() for row in rows])
    unit_rows = UNIT / VOICE_HZ / ROW_SECONDS
    ends = np.interp(np.cumsum(told.units)[:-1] * unit_rows, rows + 0.5, there + 0.5) / unit_rows
    return _at_least_one_each(np.rint(ends).astype(np.int64), n_units), cost


def warp(distance: Floats) -> NDArray[np.int64]:
    """(n, 2): the cheapest path of (row, column) from corner to corner; staying in a row or column costs 1.6 times a step."""
    n, m = distance.shape
    total = np.full((n, m), np.inf)
    came = np.zeros((n, m), np.int8)
    total[0] = np.cumsum(distance[0]) * 1.6
    came[0] = 2
    for i in range(1, n):
        straight = np.concatenate([[np.inf], total[i - 1, :-1]]) + distance[i]
        down = total[i - 1] + 1.6 * distance[i]
        came[i] = down < straight
        best = np.minimum(straight, down)
        for j in range(1, m):
            across = best[j - 1] + 1.6 * distance[i, j]
            if across < best[j]:
                best[j] = across
                came[i, j] = 2
        total[i] = best
    path = [(n - 1, m - 1)]
    while path[-1] != (0, 0):
        i, j = path[-1]
        move = came[i, j] if i and j else (2 if not i else 1)
        path.append((i - (move != 2), j - (move != 1)))
    return np.array(path[::-1])


def energy_curve(samples: Floats) -> Floats:
    """float32, (n_samples // 300,): log length of 80 mel energies, as StyleTTS 2 measured what Kokoro's predictor learned.

    Its mel bank took 24 kHz for 16 kHz; that is kept, since the predictor learned from it.
    """
    padded = np.pad(samples.astype(np.float64), (1024, 1024), mode="reflect")
    window = np.pad(np.hanning(1201)[:-1], (424, 424))
    frames = np.lib.stride_tricks.sliding_window_view(padded, 2048)[::STEP][: len(samples) // STEP]
    power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
    curve: Floats = np.log(np.linalg.norm(power @ _MEL_BANK.T + 1e-5, axis=1)).astype(np.float32)
    return curve


def clip_of(phonemes: str, speech: Audio, units: NDArray[np.int64], gain: float) -> Clip:
    """``gain`` brings the speech to Kokoro's loudness."""
    n = int(units.sum())
    samples = (speech.samples[: n * UNIT] * np.float32(gain)).astype(np.float32)
    pitch = pitch_curve(Audio(samples, VOICE_HZ))[: 2 * n]
    energy = energy_curve(samples) + np.float32(ENERGY_OFFSET)
    # The room's noise is no effort of the speaker: it is taken off, or every pause would be breathed through.
    floor = np.exp(np.percentile(energy, 8) + 0.5)
    energy = np.log(np.maximum(np.exp(energy) - floor, np.exp(SILENCE_DB))).astype(np.float32)
    return Clip(phonemes, samples, units, pitch, energy)


def _at_least_one_each(ends: NDArray[np.int64], n_units: int) -> NDArray[np.int64]:
    """Whole units for each symbol from the ends of all but the last; they sum to ``n_units``."""
    units, previous = [], 0
    for i, end in enumerate(ends):
        end = min(max(int(end), previous + 1), n_units - (len(ends) - i))
        units.append(end - previous)
        previous = end
    return np.array([*units, n_units - previous], np.int64)


def directions(rows: Floats) -> Floats:
    """float32, unit length: rows of features, their mean taken out."""
    centred = rows - rows.mean(axis=0)
    unit: Floats = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    return unit


def _mel_bank() -> NDArray[np.float64]:
    """(80, 1025): triangles on the mel scale 2595 log10(1 + f / 700), of height 1, over what is taken for 0 to 8 kHz."""
    top = 2595 * np.log10(1 + LISTEN_HZ / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, 82) / 2595) - 1)
    bins = np.linspace(0, LISTEN_HZ / 2, 1025)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    return np.maximum(np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle)), 0)


_MEL_BANK = _mel_bank()
