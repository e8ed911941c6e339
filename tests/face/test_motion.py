"""A body that never stops, never stutters, listens while listening, and shows no loop."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from sosie.face.motion import FADE_FRAMES, BodyStep, MotionGraph, Walk, motion_graph


def graph(n: int = 1500, still: slice = slice(1000, 1500), covered: slice = slice(0, 0), seed: int = 1) -> MotionGraph:
    rng = np.random.default_rng(seed)
    kernel = np.hanning(25) / np.hanning(25).sum()
    looks = np.stack([np.convolve(c, kernel, "same") for c in rng.normal(size=(4, n))], axis=1).astype(np.float32) * 2
    marks = [np.zeros(n, bool), np.zeros(n, bool)]
    marks[0][still] = True
    marks[1][covered] = True
    return motion_graph(looks, *marks)


def walk(of: MotionGraph, n: int, state: str = "talking", seed: int = 0) -> list[BodyStep]:
    on = Walk(of, seed)
    return [on.next(state) for _ in range(n)]  # type: ignore[arg-type]


@pytest.mark.parametrize("n", [250, 300, 1500])
def test_it_never_runs_off_the_footage_and_moves_frame_by_frame(n: int) -> None:
    steps = walk(graph(n, still=slice(0, 0)), 4000)
    assert all(0 <= step.frame < n and (step.other is None or 0 <= step.other < n) for step in steps)
    for before, after in pairwise(steps):
        if after.other is None:
            assert after.frame == (before.frame if before.other is None else before.other) + 1
        elif before.other is None:
            assert after.frame == before.frame + 1
            assert 0 < after.mix < 0.5
        else:
            assert (after.frame, after.other) == (before.frame + 1, before.other + 1)
            assert after.mix > before.mix


def test_every_cut_is_faded_in_full() -> None:
    fading = [step.other is not None for step in walk(graph(), 3000)]
    edges = np.flatnonzero(np.diff(np.array([0, *fading, 0], int)))
    lengths = edges[1::2] - edges[::2]
    assert len(lengths) > 3
    assert set(lengths[:-1]) == {FADE_FRAMES}


def test_it_listens_in_still_frames_and_talks_in_talking_ones() -> None:
    of = graph()
    on = Walk(of, 0)
    listening = [on.next("still") for _ in range(1000)][150:]
    talking = [on.next("talking") for _ in range(1000)][150:]
    assert np.mean([of.still[step.main] for step in listening]) > 0.9
    assert np.mean([of.still[step.main] for step in talking]) < 0.1


def test_while_talking_it_keeps_away_from_a_hand_before_the_mouth() -> None:
    steps = walk(graph(still=slice(0, 0), covered=slice(600, 640)), 5000)
    shown = np.mean([600 <= step.main < 640 for step in steps])
    assert shown < 0.2 * 40 / 1500


def test_no_cut_leads_to_where_it_just_is() -> None:
    of = graph()
    rows = np.arange(len(of))[:, None]
    kept = of.cuts >= 0
    assert np.abs(of.cuts - rows)[kept].min() >= 25


def test_cuts_join_what_looks_alike() -> None:
    rng = np.random.default_rng(2)
    one = np.cumsum(rng.normal(0, 0.2, (100, 3)), axis=0).astype(np.float32)
    looks = np.concatenate([one, one + 50, one, one + 90])
    of = motion_graph(looks, np.zeros(400, bool), np.zeros(400, bool))
    assert of.cuts[40, 0] == 241
    assert of.costs[40, 0] < 0.01


def test_the_same_seed_walks_the_same_way_and_another_another() -> None:
    of = graph()
    assert walk(of, 800, seed=5) == walk(of, 800, seed=5)
    assert walk(of, 800, seed=5) != walk(of, 800, seed=6)


def test_no_period_is_seen_in_ten_minutes() -> None:
    shown = np.array([step.main for step in walk(graph(still=slice(0, 0)), 15_000)])
    again = [np.mean(shown[lag:] == shown[:-lag]) for lag in range(50, 7_500, 1)]
    assert max(again) < 0.5
