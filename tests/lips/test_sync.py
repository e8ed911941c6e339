from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from sosie.lips.sync import CLEAR_SCORE, find_sync, shifted
from sosie.types import Floats


def speech(n: int = 250, seed: int = 0) -> Floats:
    rng = np.random.default_rng(seed)
    return gaussian_filter1d(rng.normal(size=(n, 16)), 1.5, axis=0).astype(np.float32)


@pytest.mark.parametrize("lag_seconds", [-0.2, -0.04, 0.0, 0.05, 0.24])
def test_a_lag_is_found_and_taken_out(lag_seconds: float) -> None:
    expected = speech()
    late = shifted(expected, -lag_seconds)
    sync = find_sync(expected, late)
    assert sync.lag_seconds == pytest.approx(lag_seconds, abs=0.011)
    assert sync.score > 0.8
    inside = slice(10, -10)
    again = shifted(late, sync.lag_seconds)[inside]
    assert np.corrcoef(again[:, 0], expected[inside, 0])[0, 1] > 0.9


def test_drifting_posture_does_not_hide_it() -> None:
    expected = speech()
    drift = 3 * np.sin(np.arange(250) / 60)[:, None].astype(np.float32)
    assert find_sync(expected, shifted(expected, -0.12) + drift).lag_seconds == pytest.approx(0.12, abs=0.011)


def test_another_sound_scores_low() -> None:
    assert find_sync(speech(500), speech(500, seed=1)).score < CLEAR_SCORE


def test_still_lips_score_nothing() -> None:
    assert find_sync(speech(), np.zeros((250, 16), np.float32)).score == 0
