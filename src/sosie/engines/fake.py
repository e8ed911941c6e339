"""A speaker without a voice, lips that rest and a grey face, for rehearsals and tests: no weights, no threads, no consent needed
for nobody is in them.

Read it first when you write an engine of your own: it does all that the port asks for and passes the same contract suite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from sosie.clock import Clock, VirtualClock
from sosie.types import (
    LANGUAGES,
    N_LIP_NUMBERS,
    SAMPLES_PER_FRAME,
    VOICE_HZ,
    Audio,
    Floats,
    Language,
    LipShapes,
    Phone,
    Speech,
    Utterance,
    Word,
    YuvFrame,
)
from sosie.voice.text import Clause, estimate_seconds, read

_EDGE_SAMPLES = VOICE_HZ // 200
_LEVEL = 0.2
_LOWEST_HZ = 160.0
TALKING_LUMA, LISTENING_LUMA = 150, 110


class ToneSpeaker:
    """Hums one tone a word, as long as the word would take; nobody could mistake it for a voice."""

    def __init__(
        self, *, latency_seconds: Callable[[Clause], float] = lambda clause: 0.0, clock: Clock | None = None
    ) -> None:
        """``latency_seconds`` says how long each clause takes to make; it is slept on ``clock``, by default a virtual one."""
        self._latency_seconds = latency_seconds
        self._clock = clock or VirtualClock()

    @property
    def languages(self) -> tuple[Language, ...]:
        return LANGUAGES

    def speak(self, utterance: Utterance) -> Iterator[Speech]:
        return self._clauses(utterance, read(utterance.text, utterance.language).clauses)

    def _clauses(self, utterance: Utterance, clauses: tuple[Clause, ...]) -> Iterator[Speech]:
        for clause in clauses:
            self._clock.sleep_until(self._clock.now() + self._latency_seconds(clause))
            samples, phones, words = _hummed(clause)
            yield Speech(
                utterance, clause.text.strip(), Audio(samples, VOICE_HZ), phones, words, last=clause is clauses[-1]
            )


def _hummed(clause: Clause) -> tuple[Floats, tuple[Phone, ...], tuple[Word, ...]]:
    """Each word is an m of a quarter of its length and an a of the rest."""
    tones: list[Floats] = []
    phones: list[Phone] = []
    words: list[Word] = []
    position = 0
    for piece in (piece for run in clause.runs for piece in run.pieces if piece.is_word):
        n = max(round(estimate_seconds(piece.written) * VOICE_HZ), 4 * _EDGE_SAMPLES)
        tones.append(_tone(n, _LOWEST_HZ + 20.0 * (len(words) % 5)))
        phones += [Phone("m", position, position + n // 4), Phone("a", position + n // 4, position + n)]
        words.append(Word(piece.written.strip(), position, position + n))
        position += n
    length = -(-(position + round(clause.pause_seconds * VOICE_HZ)) // SAMPLES_PER_FRAME) * SAMPLES_PER_FRAME
    if length > position:
        tones.append(np.zeros(length - position, np.float32))
        phones.append(Phone("", position, length))
    return np.concatenate(tones), tuple(phones), tuple(words)


def _tone(n: int, hz: float) -> Floats:
    edge = np.minimum(1.0, np.minimum(np.arange(n), np.arange(n)[::-1]) / _EDGE_SAMPLES)
    return (_LEVEL * edge * np.sin(2 * np.pi * hz * np.arange(n) / VOICE_HZ)).astype(np.float32)


class RestingLips:
    """Lips that never move; implements ports.LipEngine."""

    def shapes(self, speech: Speech) -> LipShapes:
        return LipShapes(np.zeros((speech.n_frames, N_LIP_NUMBERS), np.float32))


class GreyFace:
    """A grey picture that is lighter while there is something to say; implements ports.FaceEngine."""

    def __init__(self, size: tuple[int, int] = (360, 640)) -> None:
        self._size = size
        self._queued = 0

    @property
    def size(self) -> tuple[int, int]:
        return self._size

    def prepare(self, shapes: LipShapes) -> None:
        self._queued += len(shapes)

    def next_frame(self) -> YuvFrame:
        luma = TALKING_LUMA if self._queued else LISTENING_LUMA
        self._queued = max(0, self._queued - 1)
        width, height = self._size
        half = (height // 2, width // 2)
        return YuvFrame(
            np.full((height, width), luma, np.uint8), np.full(half, 128, np.uint8), np.full(half, 128, np.uint8)
        )
