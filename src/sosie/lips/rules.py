"""What is put right after the predictor: lips shut at p, b, m; the person's own rest in pauses.

Both were measured (docs/experiments.md): closures found rose from 29 to 42 of 42 at no cost in error, and without a rest the
lips of a synthetic voice keep moving in its silences. A rule for f and v made things worse, so there is none. The lips blend
to the person's *rest*, not to *closed*: many people rest with their lips apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sosie.lips.shape import OPENING
from sosie.types import FPS, VOICE_HZ, Audio, Floats, Phone

CLOSED_SOUNDS = ("p", "b", "m")
"""A phone whose symbol begins with one of them shuts the lips: also pʰ of Chinese and pʲ, bʱ and the like."""
VOWELS = tuple("aeiouyɑɒæɐəɛɜɪʊʌɔøœɚɨɯAIOWYQᵊ")
PARTED = 0.6
"""In vowels the lips are at least this far from the person's mean towards closed."""
PRESSED = 1.2
"""At p, b, m the lips are asked to go this far towards closed: what is rendered moves nine tenths of what is asked."""
SNAP_REACH_SECONDS = 0.02
"""The lips shut where they are predicted narrowest, within this of the phone."""
SNAP_HOLD_SECONDS, SNAP_RAMP_SECONDS = 0.03, 0.04
PAUSE_SECONDS = 0.16
REST_RAMP_SECONDS = 0.08

_LEVEL_HZ = 100
_OVER_NOISE_DB, _UNDER_SPEECH_DB, _LEAST_UNDER_SPEECH_DB = 6.0, 35.0, 20.0


def close_lips(numbers: Floats, phones: Sequence[Phone], closed: Floats) -> Floats:
    """``numbers`` (n, 16) drawn to ``closed`` (16,), and a little beyond, at each p, b, m. Phones in samples at VOICE_HZ."""
    times = np.arange(len(numbers)) / FPS
    share = np.zeros(len(numbers), np.float32)
    for phone in phones:
        if not phone.symbol.startswith(CLOSED_SOUNDS):
            continue
        start, end = phone.start / VOICE_HZ - SNAP_REACH_SECONDS, phone.end / VOICE_HZ + SNAP_REACH_SECONDS
        near = np.flatnonzero((times >= start) & (times <= end))
        if len(near):
            narrowest = times[near[numbers[near, OPENING].argmin()]]
            away = np.clip((np.abs(times - narrowest) - SNAP_HOLD_SECONDS) / SNAP_RAMP_SECONDS, 0, 1)
            share = np.maximum(share, (0.5 + 0.5 * np.cos(np.pi * away)).astype(np.float32))
    pressed = closed * np.float32(PRESSED)
    share[numbers[:, OPENING] <= pressed[OPENING]] = 0  # already tighter than that
    return numbers + share[:, None] * (pressed - numbers)


def part_lips(numbers: Floats, phones: Sequence[Phone], closed: Floats) -> Floats:
    """``numbers`` (n, 16) opened to PARTED in the middle of each vowel, where they are narrower.

    On the way from ``closed`` to the person's mean (which is 0) the lips are shaped as this person's are.
    """
    times = np.arange(len(numbers)) / FPS
    parted = closed * np.float32(PARTED)
    lacking = np.zeros(len(numbers), np.float32)
    for phone in phones:
        if not phone.symbol.startswith(VOWELS):
            continue
        start, end = phone.start / VOICE_HZ, phone.end / VOICE_HZ
        near = np.abs(times - (start + end) / 2) <= max((end - start) / 4, 0.5 / FPS)
        lacking[near] = np.maximum(parted[OPENING] - numbers[near, OPENING], 0)
    opened: Floats = (numbers + (lacking / closed[OPENING])[:, None] * closed).astype(np.float32)
    return opened


def rest_in_pauses(numbers: Floats, pauses: Sequence[tuple[float, float]], rest: Floats) -> Floats:
    """``numbers`` (n, 16) drawn to ``rest`` (16,) inside ``pauses`` (seconds, half-open), with ramps inside the pause."""
    times = np.arange(len(numbers)) / FPS
    share = np.zeros(len(numbers), np.float32)
    for start, end in pauses:
        inside = np.minimum(times - start, end - times) / REST_RAMP_SECONDS
        share = np.maximum(share, np.clip(inside, 0, 1).astype(np.float32))
    return numbers + share[:, None] * (rest - numbers)


def pauses(audio: Audio, *, silent_outside: bool) -> list[tuple[float, float]]:
    """Silences of PAUSE_SECONDS or more, as (start, end) in seconds.

    Silent is what lies near the sound's own noise floor, or 35 dB under its speech, and at least 20 dB under it.
    ``silent_outside``: the sound is a clause with silence before and after it, so a silence at its edge is never too short.
    """
    quiet = _quiet(audio)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(np.int8), [0]])))
    found = []
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        start_seconds, end_seconds = int(first) / _LEVEL_HZ, int(end) / _LEVEL_HZ
        if silent_outside and first == 0:
            start_seconds = -1.0
        if silent_outside and end == len(quiet):
            end_seconds += 1.0
        if end_seconds - start_seconds >= PAUSE_SECONDS - 1e-9:
            found.append((start_seconds, end_seconds))
    return found


def _quiet(audio: Audio) -> NDArray[np.bool_]:
    """One row every 10 ms, from the level of 20 ms around it."""
    hop = audio.rate_hz // _LEVEL_HZ
    n = -(-len(audio.samples) // hop)
    power = (
        np.pad(audio.samples.astype(np.float64) ** 2, (0, n * hop - len(audio.samples))).reshape(n, hop).mean(axis=1)
    )
    if n == 0 or power.max() < 1e-10:
        return np.ones(n, bool)
    around = np.convolve(np.pad(power, 1, mode="edge"), np.ones(3) / 3, mode="valid")
    level = 10 * np.log10(around + 1e-10)
    noise, speech = np.percentile(level, [5, 95])
    threshold = max(noise + _OVER_NOISE_DB, speech - _UNDER_SPEECH_DB)
    quiet: NDArray[np.bool_] = level < min(threshold, speech - _LEAST_UNDER_SPEECH_DB)
    return quiet
