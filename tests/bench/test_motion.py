"""The walk does not repeat itself, and a loop is caught."""

from __future__ import annotations

import numpy as np
import pytest

from sosie.bench.motion import SHORTEST_LAG, repetition
from sosie.types import FPS


def test_a_loop_is_caught_with_its_period() -> None:
    rng = np.random.default_rng(0)
    once = np.cumsum(rng.normal(size=(30 * FPS, 5)), axis=0).astype(np.float32)
    found = repetition(np.tile(once, (8, 1)))
    assert found.worst > 0.95
    assert found.lag_seconds % 30 == pytest.approx(0, abs=0.04)


def test_movement_that_never_comes_back_is_not_like_itself() -> None:
    rng = np.random.default_rng(1)
    smooth = np.apply_along_axis(
        lambda column: np.convolve(column, np.ones(25) / 25, mode="same"), 0, rng.normal(size=(1800 * FPS, 5))
    )
    assert repetition(smooth.astype(np.float32)).worst < 0.1


def test_too_short_a_walk_says_nothing() -> None:
    with pytest.raises(ValueError, match="more than 80 s"):
        repetition(np.zeros((4 * SHORTEST_LAG, 5), np.float32))
