"""Does the body repeat itself? An hour of the walk through the footage, and its likeness to itself later on. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sosie.face.motion import MotionGraph, State, Walk
from sosie.face.places import NOSE, SIDES, Places, rows
from sosie.types import FPS, Floats

HOUR_FRAMES = 3600 * FPS
LONG_SECONDS = 55.0
"""Of footage: about the minute that is asked for; less cannot but repeat."""
SHORTEST_LAG = 20 * FPS
"""Frames; a movement that lasts is like itself for a while."""
TALKING_FRAMES, STILL_FRAMES = 14 * FPS, 3 * FPS
"""A host's day: a line, a pause."""


@dataclass(frozen=True, slots=True)
class Repetition:
    worst: float
    """Highest autocorrelation of the pose at any lag from 20 s to half the walk, in [-1, 1]."""
    lag_seconds: float
    """Where it is."""


def walked(graph: MotionGraph, places: Places, n_frames: int = HOUR_FRAMES, seed: int = 0) -> Floats:
    """float32, (n_frames, 5): pose of the body frames that a performer would show."""
    walk, poses = Walk(graph, seed), pose(places)
    shown = np.empty(n_frames, np.int64)
    for number in range(n_frames):
        state: State = "talking" if number % (TALKING_FRAMES + STILL_FRAMES) < TALKING_FRAMES else "still"
        shown[number] = walk.next(state).main
    return np.asarray(poses[shown], np.float32)


def pose(places: Places) -> Floats:
    """float32, (n, 5): pitch, yaw, roll in radians, and place of the head in eye distances."""
    eyes = float(np.median(places.eyes))
    head = places.points[:, rows((*NOSE, *SIDES))].mean(axis=1) / eyes
    return np.concatenate([places.angles, head], axis=1).astype(np.float32)


def there_and_back(places: Places, n_frames: int = HOUR_FRAMES) -> Floats:
    """Control: the loop that the field plays, forwards and backwards."""
    poses = pose(places)
    loop = np.concatenate([poses, poses[-2:0:-1]])
    return np.asarray(np.resize(np.tile(loop, (-(-n_frames // len(loop)), 1)), (n_frames, poses.shape[1])), np.float32)


def repetition(poses: Floats) -> Repetition:
    """``poses`` (n, d), more than 80 s; every column counts alike."""
    n = len(poses)
    if n <= 4 * SHORTEST_LAG:
        raise ValueError(f"repetition needs more than {4 * SHORTEST_LAG / FPS:.0f} s, got {n / FPS:.0f} s")
    centred = poses - poses.mean(axis=0)
    centred = centred / np.maximum(centred.std(axis=0), 1e-9)
    spectrum = np.fft.rfft(centred, 2 * n, axis=0)
    together = np.fft.irfft((np.abs(spectrum) ** 2).mean(axis=1))[: n // 2] / (n - np.arange(n // 2))
    lag = SHORTEST_LAG + int(np.argmax(together[SHORTEST_LAG:]))
    return Repetition(float(together[lag] / together[0]), lag / FPS)
