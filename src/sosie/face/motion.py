"""Which body frame next: a walk through the footage that never ends, by a motion graph (video textures, Schödl 2000).

Going on to the next frame is free. A cut is good where pose, its speed, eyes and picture agree before and after. What a cut
is worth also depends on what comes later (talking spans while it talks, still ones while it listens, no dead end), so
the cost of the future is worked out once for both states, by value iteration.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sosie.types import FPS, Floats

State = Literal["talking", "still"]
FADE_FRAMES = 6
"""Frames in which both sides of a cut are seen."""
PLANNED_FRAMES = 16
"""How far ahead the walk is known: time enough to decode up to the other side of a cut, one frame a call."""

_CUTS = 12
"""Cuts kept for each frame."""
_NEAREST = FPS
"""A cut to less than a second away would look like a stutter."""
_WINDOW = np.sqrt(np.array([1, 3, 4, 3, 1], np.float32) / 12)
"""Weights of the frames around a cut: speed agrees where several frames in a row do."""
_WRONG_STATE = 0.1
"""Cost of a frame of the wrong state: ten of them pay a cut that is just acceptable, seventy a poor one."""
_COVERED = 1.0
"""Cost of a frame in which something is before the mouth: nothing may be laid in there."""
_FUTURE = 0.985
_SHORTEST_RUN = 2 * FPS
"""Frames between two cuts, unless the state changed."""
_FORCED_RUN = FPS // 2
"""Frames between two cuts in any case."""
_ROAMING = 1 / (5 * FPS)
"""Chance a frame, after the shortest run, of looking for a cut just so that no loop is seen."""
_CHANCE = 0.3
"""Mean of what chance adds to the price of a cut, as a share of its cost."""
_STALE_FRAMES = 60 * FPS
_AGAIN = 0.5
"""Cost of landing where it just was, fading over _STALE_FRAMES."""


@dataclass(frozen=True, slots=True, eq=False)
class MotionGraph:
    """Cuts of one person's footage."""

    cuts: NDArray[np.int32]
    """(n, k): after frame i the walk may go on at ``cuts[i, j]``; -1 is none."""
    costs: Floats
    """float32, (n, k): 1 is a cut that is just acceptable."""
    still: NDArray[np.bool_]
    """(n,): the person listens here, lips at rest."""
    covered: NDArray[np.bool_]
    """(n,): something is before the mouth."""
    future: Floats
    """float32, (2, n): cost of all that comes after frame i; row 0 while talking, row 1 while still."""
    landing: Floats
    """float32, (2, n): cost of landing on frame i, the frames included that must be played before the next cut."""

    def __len__(self) -> int:
        return len(self.still)


def motion_graph(looks: Floats, still: NDArray[np.bool_], covered: NDArray[np.bool_]) -> MotionGraph:
    """``looks`` (n, d): one row for each frame, scaled so that a distance of 1 is a cut that is just acceptable."""
    n = len(looks)
    padded = np.pad(looks, ((2, 2), (0, 0)), mode="edge")
    moving = np.concatenate([weight * padded[k : k + n] for k, weight in enumerate(_WINDOW)], axis=1)
    cuts = np.full((n, _CUTS), -1, np.int32)
    costs = np.full((n, _CUTS), np.inf, np.float32)
    squares = (moving**2).sum(axis=1)
    last_landing = n - 2 * FADE_FRAMES - 4 - min(FPS, n // 8)  # room for the fade, a while, and the next cut
    for first in range(0, n - FADE_FRAMES - 1, 256):
        froms = np.arange(first, min(first + 256, n - FADE_FRAMES - 1))
        after = moving[froms + 1]  # what would have come next, against where it goes instead
        apart = squares[froms + 1][:, None] + squares[None] - 2 * after @ moving.T
        apart = np.sqrt(np.maximum(apart, 0))
        apart[np.abs(froms[:, None] - np.arange(n)[None]) < _nearest(n)] = np.inf
        apart[:, max(1, last_landing) :] = np.inf
        apart[:, 0] = np.inf
        for row, i in enumerate(froms):
            cuts[i], costs[i] = _best_apart(apart[row])
    values = [_values(cuts, costs, _frame_costs(still, covered, talking)) for talking in (True, False)]
    future, landing = (np.stack(rows) for rows in zip(*values, strict=True))
    return MotionGraph(cuts, costs, still, covered, future, landing)


def _nearest(n: int) -> int:
    return min(_NEAREST, n // 4)


def _best_apart(apart: Floats) -> tuple[NDArray[np.int32], Floats]:
    """The best landings, no two within three frames: neighbours are the same cut."""
    cuts = np.full(_CUTS, -1, np.int32)
    costs = np.full(_CUTS, np.inf, np.float32)
    left = apart.copy()
    for k in range(_CUTS):
        j = int(left.argmin())
        if not np.isfinite(left[j]):
            break
        cuts[k], costs[k] = j, apart[j]
        left[max(0, j - 3) : j + 4] = np.inf
    return cuts, costs


def _frame_costs(still: NDArray[np.bool_], covered: NDArray[np.bool_], talking: bool) -> Floats:
    wrong = np.where(still, _WRONG_STATE, 0.0) if talking else np.where(still, 0.0, _WRONG_STATE)
    return np.asarray(wrong + _COVERED * covered, np.float32)


def _values(cuts: NDArray[np.int32], costs: Floats, frame_costs: Floats) -> tuple[Floats, Floats]:
    """``future`` and ``landing`` of one state."""
    n = len(cuts)
    ahead = np.minimum(np.arange(n)[:, None] + np.arange(_FORCED_RUN), n - 1)
    forced = (frame_costs[ahead] * _FUTURE ** np.arange(_FORCED_RUN)).sum(axis=1)
    price = costs**2  # two fair cuts are better than one bad one
    value = np.zeros(n, np.float32)
    landing = value
    for _ in range(300):
        landing = forced + _FUTURE**_FORCED_RUN * value[ahead[:, -1]]
        by_cut = (price + np.where(cuts >= 0, landing[cuts], np.inf)).min(axis=1)
        on = np.append((frame_costs + _FUTURE * value)[1:], np.inf)
        on[n - FADE_FRAMES - 2 :] = np.inf
        new = np.minimum(on, by_cut)
        new[~np.isfinite(new)] = 1e6  # the last frames, which the walk never reaches
        if np.abs(new - value).max() < 1e-3:
            break
        value = new
    return np.asarray(value, np.float32), np.asarray(landing, np.float32)


@dataclass(frozen=True, slots=True)
class BodyStep:
    """What one frame of the body is made of."""

    frame: int
    """Of the footage."""
    other: int | None = None
    """The frame that is coming in, during a cross-fade."""
    mix: float = 0.0
    """Share of ``other``, in (0, 1)."""

    @property
    def main(self) -> int:
        """The frame that is seen most."""
        return self.other if self.other is not None and self.mix > 0.5 else self.frame


class Walk:
    """The endless walk. The same seed and the same states give the same frames."""

    def __init__(self, graph: MotionGraph, seed: int = 0) -> None:
        self._graph = graph
        self._frame_costs = [_frame_costs(graph.still, graph.covered, talking) for talking in (True, False)]
        self._random = np.random.default_rng(seed)
        n = len(graph)
        self._shown_at = np.full(n, -10 * _STALE_FRAMES, np.int64)
        # Short or lively footage has no good cuts: there the better quarter of what there is must do.
        reachable = graph.costs[:, 0][np.isfinite(graph.costs[:, 0])]
        self._fair = max(1.0, 1.1 * float(np.quantile(reachable, 0.25))) if len(reachable) else 1.0
        self._ticks = 0
        self._since_cut = 0
        start = graph.future[1] + np.where(np.arange(n) < n - FADE_FRAMES - 2, 0, np.inf)
        self._at = int(start.argmin()) - 1
        self._fading_from: int | None = None
        self._fade = 0
        self.planned: deque[BodyStep] = deque()

    def plan(self, state: State) -> None:
        """Extends the plan to PLANNED_FRAMES."""
        while len(self.planned) < PLANNED_FRAMES:
            self.planned.append(self._step(state))

    def next(self, state: State) -> BodyStep:
        self.plan(state)
        step = self.planned.popleft()
        self.plan(state)
        return step

    def _step(self, state: State) -> BodyStep:
        self._ticks += 1
        self._since_cut += 1
        landing = None if self._fading_from is not None else self._cut(state)
        if landing is not None:
            self._fading_from, self._fade = self._at + 1, 0
            self._at = landing
            self._since_cut = 0
        else:
            self._at += 1
        self._shown_at[self._at] = self._ticks
        if self._fading_from is None:
            return BodyStep(self._at)
        self._fade += 1
        old, share = self._fading_from + self._fade - 1, self._fade / (FADE_FRAMES + 1)
        mix = share**2 * (3 - 2 * share)
        if self._fade == FADE_FRAMES:
            self._fading_from = None
        return BodyStep(old, self._at, mix)

    def _cut(self, state: State) -> int | None:
        graph, i = self._graph, self._at
        if i < 0:
            return None
        row = 0 if state == "talking" else 1
        soon = slice(i, i + PLANNED_FRAMES + FADE_FRAMES)
        wrong = bool(graph.still[i]) == (state == "talking") or bool(graph.covered[soon].any())
        cuts = graph.cuts[i]
        open_ = cuts >= 0
        age = self._ticks - self._shown_at[cuts]
        again = _AGAIN * np.exp(-age / _STALE_FRAMES)
        # A little chance between cuts that are about as good, or every turn through short footage would be the same.
        chance = self._random.exponential(_CHANCE, len(cuts)) * graph.costs[i] ** 2
        price = np.where(open_, graph.costs[i] ** 2 + again + chance + graph.landing[row][cuts], np.inf)
        best = int(price.argmin())
        must = i + FADE_FRAMES + 2 >= len(graph)
        if must:
            return int(cuts[best]) if open_[best] else 1
        if self._since_cut < (_FORCED_RUN if wrong else _SHORTEST_RUN):
            return None
        going_on = self._frame_costs[row][i + 1] + _FUTURE * graph.future[row, i + 1]
        if self._random.random() < _ROAMING and graph.costs[i, best] < self._fair:
            return int(cuts[best])
        return int(cuts[best]) if price[best] < going_on else None
