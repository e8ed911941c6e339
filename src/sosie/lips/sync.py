"""Are sound and lips together? Found by comparing tracked lips with what the shared predictor expects from the sound.

Energy against opening does not tell (its best lags scatter over 0.24 s); the shared predictor does, to 40 ms in 99 of 100
three-second pieces (docs/experiments.md). A low score means music, a dubbed voice or a hidden mouth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from sosie.lips.shape import ASPECT, JAW, OPENING, WIDTH
from sosie.types import FPS, Floats

WIDEST_LAG_SECONDS = 0.32
LAG_STEP_SECONDS = 0.01
DRIFT_SECONDS = 3.0
"""Slower movement is posture, not speech, and is taken out before comparing."""
CLEAR_SCORE = 0.35
"""Under this the sound does not explain the lips: with 12 s of another's speech one piece in twenty reaches .27, none .34; people
who are heard are at .5 to .8, the sample presenter, whose lips are a rule, at .35 to .45 (docs/experiments.md)."""
_COMPARED = (OPENING, WIDTH, JAW, ASPECT)


@dataclass(frozen=True, slots=True)
class Sync:
    lag_seconds: float
    """How late the lips are against the sound; negative is early. The lips of sound at t are seen at t + lag."""
    score: float
    """Mean correlation of opening, width, jaw and aspect with what is expected, at that lag."""


def find_sync(expected: Floats, tracked: Floats) -> Sync:
    """``expected`` from the sound and ``tracked`` from the pictures, both float32, (n, 16), frame by frame."""
    lags = np.arange(-WIDEST_LAG_SECONDS, WIDEST_LAG_SECONDS + LAG_STEP_SECONDS / 2, LAG_STEP_SECONDS)
    scores = [score_of(expected, tracked, float(lag)) for lag in lags]
    best = int(np.argmax(scores))
    return Sync(round(float(lags[best]), 3), round(scores[best], 4))


def score_of(expected: Floats, tracked: Floats, lag_seconds: float) -> float:
    margin = round(WIDEST_LAG_SECONDS * FPS)
    one, other = without_drift(expected), without_drift(shifted(tracked, lag_seconds))
    if len(one) > 4 * margin:  # rows that were repeated at the ends say nothing
        one, other = one[margin:-margin], other[margin:-margin]
    return float(np.mean([correlation(one[:, column], other[:, column]) for column in _COMPARED]))


def shifted(rows: Floats, lag_seconds: float) -> Floats:
    """Row k becomes what was at frame k + lag, interpolated; the ends are repeated."""
    at = np.clip(np.arange(len(rows)) + lag_seconds * FPS, 0, len(rows) - 1)
    low = np.floor(at).astype(int)
    share = (at - low).astype(np.float32).reshape(-1, *[1] * (rows.ndim - 1))
    moved: Floats = rows[low] * (1 - share) + rows[np.minimum(low + 1, len(rows) - 1)] * share
    return moved


def without_drift(rows: Floats) -> Floats:
    steady: Floats = rows - uniform_filter1d(rows, round(DRIFT_SECONDS * FPS), axis=0, mode="nearest")
    return steady


def correlation(one: Floats, other: Floats) -> float:
    """Pearson's; 0 when one of them does not move."""
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one * one).sum() * (other * other).sum()))
    return float((one * other).sum()) / size if size > 0 else 0.0
