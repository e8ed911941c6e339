"""The line in: what a microphone sends becomes frames of sound as the show has them. Pure; one for each time it is opened."""

from __future__ import annotations

import math
from collections import deque

import av
import numpy as np
from av.audio.frame import AudioFrame

from sosie.errors import YourInput
from sosie.types import FPS, SAMPLES_PER_FRAME, VOICE_HZ, Floats
from sosie.voice.mix import MAX_GAIN_DB, TARGET_LUFS, bent, loudness

LOWEST_HZ, HIGHEST_HZ = 8_000, 96_000
"""Rates that browsers and sound cards have."""
_HEARD_FRAMES = 3 * FPS
"""Of which the loudness is measured: long enough not to follow every word."""
_MEASURE_EVERY = 10
_STEP_DB = 3.0
"""The gain moves by no more at once, so that nobody hears it move."""
_LEAST_LUFS = -50.0
"""Softer is a room in which nobody speaks: it is not raised, so its noise never swells and no gate is needed."""


class LineIn:
    """PCM of any rate in, frames of 960 samples at VOICE_HZ out, as loud as the clone is (voice/mix.py)."""

    def __init__(self, rate_hz: int) -> None:
        """Raises YourInput for a rate that no microphone has."""
        if not LOWEST_HZ <= rate_hz <= HIGHEST_HZ:
            raise YourInput(f"a microphone at {rate_hz} Hz", wanted=f"{LOWEST_HZ} to {HIGHEST_HZ} Hz")
        self._rate_hz = rate_hz
        self._resampler = av.AudioResampler("flt", "mono", VOICE_HZ)
        self._waiting: Floats = np.zeros(0, np.float32)
        self._level = Level()

    def push(self, pcm: bytes) -> list[Floats]:
        """``pcm``: 16-bit little-endian mono. Frames of float32 (960,), in [-1, 1]. Raises YourInput for half a sample."""
        if len(pcm) % 2:
            raise YourInput(f"{len(pcm)} bytes of sound", wanted="whole samples of 16 bits")
        if not pcm:
            return []
        block = AudioFrame.from_ndarray(np.frombuffer(pcm, "<i2").astype(np.int16)[None], format="s16", layout="mono")
        block.sample_rate = self._rate_hz
        self._waiting = np.concatenate(
            [self._waiting, *(part.to_ndarray()[0] for part in self._resampler.resample(block))]
        )
        frames = []
        while len(self._waiting) >= SAMPLES_PER_FRAME:
            frames.append(self._level.push(self._waiting[:SAMPLES_PER_FRAME]))
            self._waiting = self._waiting[SAMPLES_PER_FRAME:]
        return frames


class Level:
    """Brings a voice to TARGET_LUFS, slowly, by what it was in the last seconds."""

    def __init__(self) -> None:
        self._heard: deque[Floats] = deque(maxlen=_HEARD_FRAMES)
        self._pushed = 0
        self._gain_db = 0.0

    def push(self, frame: Floats) -> Floats:
        """float32 (n,) -> the same, raised or lowered, its peaks bent; the gain changes inside the frame, without a step."""
        self._heard.append(frame)
        self._pushed += 1
        before = self._gain_db
        if self._pushed % _MEASURE_EVERY == 0:
            now = loudness(np.concatenate(self._heard), VOICE_HZ)
            if now > _LEAST_LUFS:
                wanted = min(TARGET_LUFS - now, MAX_GAIN_DB)
                self._gain_db += max(-_STEP_DB, min(_STEP_DB, wanted - self._gain_db))
        ramp = np.linspace(_factor(before), _factor(self._gain_db), len(frame), dtype=np.float32)
        return bent(frame * ramp)


def _factor(db: float) -> float:
    return math.pow(10.0, db / 20)
