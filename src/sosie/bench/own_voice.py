"""Do the lips follow the clone's own voice as well as they follow the person's? Pure but for the ports.

The clone's voice says what the person said in the footage. Both sounds are laid over each other by dynamic time warping, and the
lips that the clone's voice asks for, moved to the person's time, are compared with the person's own lips; so are those that the
person's own sound asks for. The difference is what a synthetic voice costs, errors of the alignment included.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sosie.bench.speaking import COLUMNS
from sosie.lips.fit import LipFit
from sosie.lips.pool import lip_pool
from sosie.lips.sync import correlation, shifted
from sosie.ports import SpeechEncoder
from sosie.types import FPS, LISTEN_HZ, Audio, FaceTrack, Floats, Word
from sosie.voice.align import ROW_SECONDS, WORST_COST, cut_at_pauses, directions, warp

SHORTEST_SECONDS = 4.0
"""Of aligned speech; less says nothing about correlation."""

Speak = Callable[[Sequence[Word]], Audio | None]
"""The clone's voice saying words of the transcript, at LISTEN_HZ; None where they cannot be read."""


@dataclass(frozen=True, slots=True)
class OwnVoice:
    """Correlations with the person's tracked lips, each phrase's own mean taken out; nan where too little could be aligned."""

    seconds: float
    """Of speech that was aligned."""
    real: dict[str, float]
    """Opening, width and jaw as driven by the person's own speech."""
    own: dict[str, float]
    """As driven by the clone's voice."""
    elsewhere: dict[str, float]
    """Control: as driven by the clone's voice saying another phrase."""

    @property
    def fall(self) -> float:
        """How much lower the three are on average with the clone's voice."""
        return float(np.mean([self.real[name] - self.own[name] for name in COLUMNS]))

    @property
    def fall_elsewhere(self) -> float:
        return float(np.mean([self.real[name] - self.elsewhere[name] for name in COLUMNS]))


def own_voice(
    track: FaceTrack,
    audio: Audio,
    lips: LipFit,
    encoder: SpeechEncoder,
    words: Sequence[Word],
    speak: Speak,
    features: Callable[[Audio], Floats],
) -> OwnVoice:
    """``audio`` at LISTEN_HZ from the track's start; ``words`` are heard in it, their times in its samples. ``encoder`` moves the
    lips; ``features`` says what is said every 20 ms, in any language, and lays the two sounds over each other.
    """
    pool = lip_pool()
    n = min(len(track), len(audio.samples) * FPS // LISTEN_HZ)
    tracked = shifted(lips.space.numbers(track), lips.lag_seconds)[:n]
    real = lips.reader.numbers(pool, encoder.encode(audio), n)
    rows: list[tuple[Floats, Floats, Floats]] = []
    for said, start, end in cut_at_pauses(words, len(audio.samples), LISTEN_HZ):
        sound = Audio(audio.samples[start:end], LISTEN_HZ)
        spoken = speak(said) if sound.seconds >= 1.0 else None
        if spoken is None:
            continue
        frames = np.arange(-(-start * FPS // LISTEN_HZ), min(end * FPS // LISTEN_HZ, n))
        seconds = _there(features(spoken), features(sound), frames / FPS - start / LISTEN_HZ)
        if seconds is None:
            continue
        driving = encoder.encode(spoken)
        asked = lips.reader.numbers(pool, driving, -(-len(driving) // 2))
        moved = np.stack([np.interp(seconds * FPS, np.arange(len(asked)), column) for column in asked.T], axis=1)
        rows.append((_centred(tracked[frames]), _centred(real[frames]), _centred(moved.astype(np.float32))))
    length = sum(len(truth) for truth, _, _ in rows) / FPS
    if length < SHORTEST_SECONDS:
        nothing = dict.fromkeys(COLUMNS, float("nan"))
        return OwnVoice(length, nothing, nothing, nothing)
    truth, by_person, by_clone = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    return OwnVoice(
        length,
        _like(by_person, truth),
        _like(by_clone, truth),
        _like(np.roll(by_clone, len(truth) // 2, axis=0), truth),
    )


def _there(spoken: Floats, sound: Floats, seconds: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Times in ``spoken`` of times in ``sound``, both given as features; None where they do not belong together."""
    distance = 1 - directions(spoken) @ directions(sound).T
    path = warp(distance)
    if float(distance[path[:, 0], path[:, 1]].mean()) > WORST_COST:
        return None
    columns = np.unique(path[:, 1])
    rows = np.array([path[path[:, 1] == column, 0].mean() for column in columns])
    there: NDArray[np.float64] = np.interp(seconds / ROW_SECONDS, columns, rows) * ROW_SECONDS
    return there


def _centred(rows: Floats) -> Floats:
    centred: Floats = rows - rows.mean(axis=0)
    return centred


def _like(one: Floats, other: Floats) -> dict[str, float]:
    return {name: correlation(one[:, k], other[:, k]) for name, k in COLUMNS.items()}
