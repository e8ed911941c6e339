"""Pick the person's own mouths: which real frame shows the lips that are wanted, one after the other.

The cheapest path through the exemplars (Viterbi, as in unit-selection speech and Video Rewrite, Bregler 1997): each frame
pays for lips that differ from the wanted ones, for another turn of the head and for being blurrier than the body frame's;
going on to the next frame of the footage is free, a jump costs. All costs are in squared per cent of the eye distance.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sosie.face.places import INNER_LIPS, OUTER_LIPS, Places, rows
from sosie.types import Floats

_CANDIDATES = 16
_GOING_ON = 24
"""Paths that may simply go on to the next frame of the footage."""
_TURN_COST = np.array([260.0, 260.0, 60.0], np.float32)
"""A square radian of pitch, yaw, roll: 5 degrees of yaw cost 2, as much as lips that are 1.4 % off. Roll is undone exactly."""
_BLUR_COST = 40.0
"""A square of the log ratio by which the mouth is blurrier than the body frame's own: lips a fifth less sharp cost 2."""
_JUMP_COST = 8.0
_BREAK_COST = 0.5
"""For each square per cent by which the lips move at a jump that would not have moved otherwise."""
_INNER_WEIGHT = 2.0
"""The inner lips decide whether teeth show."""


def lip_metric(places: Places) -> Floats:
    """float32, (16, 16): numbers times this have distances in per cent of the eye distance (root mean square over the lips)."""
    outer = places.by_numbers[:, rows(OUTER_LIPS), :2]
    inner = places.by_numbers[:, rows(INNER_LIPS), :2] * np.sqrt(_INNER_WEIGHT)
    moves = np.concatenate([outer, inner], axis=1).reshape(len(places.by_numbers), -1).astype(np.float64) * 100
    gram = moves @ moves.T / (len(OUTER_LIPS) + len(INNER_LIPS))
    return np.linalg.cholesky(gram + 1e-6 * np.trace(gram) * np.eye(len(gram))).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Exemplars:
    """What the picking looks at."""

    frames: NDArray[np.int64]
    """(m,): rising frame numbers of the footage."""
    lips: Floats
    """float32, (m, 16): numbers times ``lip_metric``."""
    angles: Floats
    """float32, (m, 3), radians."""
    sharpness: Floats
    """float32, (m,): log."""

    def __len__(self) -> int:
        return len(self.frames)


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What one frame asks for."""

    lips: Floats
    """float32, (16,): numbers times ``lip_metric``."""
    angles: Floats
    """float32, (3,): of the body frame."""
    sharpness: float
    """Log, of the body frame."""


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    candidates: NDArray[np.int64]
    totals: Floats
    """Cheapest path to each candidate."""
    came_from: NDArray[np.int64]
    """Row in the step before."""


class Picker:
    """Streaming: push what is wanted as far as it is known, take decisions one by one."""

    def __init__(self, exemplars: Exemplars) -> None:
        self._all = exemplars
        m = len(exemplars)
        following = np.flatnonzero(np.diff(exemplars.frames) == 1)
        self._next = np.full(m, -1, np.int64)
        self._next[following] = following + 1
        self._squares = (exemplars.lips**2).sum(axis=1)
        self._steps: deque[_Step] = deque()
        self._last = -1

    def __len__(self) -> int:
        """Steps pushed and not yet taken."""
        return len(self._steps)

    def push(self, wanted: Wanted) -> None:
        """About 0.2 ms with 1,500 exemplars."""
        cost = self._costs(wanted)
        best = np.argpartition(cost, min(_CANDIDATES, len(cost) - 1))[:_CANDIDATES]
        before = self._steps[-1].candidates if self._steps else np.array([self._last] if self._last >= 0 else [], int)
        going_on = self._next[self._cheapest(before)]
        candidates = np.unique(np.concatenate([best, going_on[going_on >= 0]]))
        if not len(before):
            step = _Step(candidates, cost[candidates], np.zeros(len(candidates), np.int64))
        else:
            totals = self._steps[-1].totals if self._steps else np.zeros(1, np.float32)
            through = totals[:, None] + self._moves(before, candidates)
            came_from = through.argmin(axis=0)
            step = _Step(candidates, through[came_from, np.arange(len(candidates))] + cost[candidates], came_from)
        self._steps.append(step)

    def _cheapest(self, before: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those on the cheapest paths so far: if every candidate went on, each step would have more of them than the last."""
        if not self._steps or len(before) <= _GOING_ON:
            return before
        return before[np.argpartition(self._steps[-1].totals, _GOING_ON)[:_GOING_ON]]

    def ahead(self, n: int) -> NDArray[np.int64]:
        """The next ``n`` exemplars on the cheapest path through all that was pushed; fewer when fewer were pushed."""
        row = int(self._steps[-1].totals.argmin())
        path = []
        for step in reversed(self._steps):
            path.append(int(step.candidates[row]))
            row = int(step.came_from[row])
        return np.array(path[::-1][:n], np.int64)

    def take(self) -> int:
        """Decides the oldest step; later decisions go on from it."""
        chosen = int(self.ahead(1)[0])
        decided = self._steps.popleft()
        self._last = chosen
        alive = decided.candidates == chosen
        for step in self._steps:  # paths that do not come through the decision are closed
            alive = alive[step.came_from]
            step.totals[~alive] = np.inf
        return chosen

    def follows(self, number: int) -> int | None:
        """The exemplar of the next frame of the footage."""
        after = int(self._next[number])
        return after if after >= 0 else None

    def leads_to(self, number: int) -> int | None:
        """The exemplar of the frame of the footage before."""
        return number - 1 if number > 0 and self._next[number - 1] == number else None

    def restart(self) -> None:
        self._steps.clear()
        self._last = -1

    def _costs(self, wanted: Wanted) -> Floats:
        all_ = self._all
        lips = self._squares - 2 * (all_.lips @ wanted.lips) + float((wanted.lips**2).sum())
        turned = ((all_.angles - wanted.angles) ** 2) @ _TURN_COST
        blurred = _BLUR_COST * np.minimum(all_.sharpness - np.float32(min(wanted.sharpness, 0.1)), 0) ** 2
        return np.asarray(lips + turned + blurred, np.float32)

    def _moves(self, before: NDArray[np.int64], after: NDArray[np.int64]) -> Floats:
        going_on = self._next[before]
        expected = self._all.lips[np.where(going_on >= 0, going_on, before)]
        there = self._all.lips[after]
        apart = (expected**2).sum(1)[:, None] + (there**2).sum(1)[None] - 2 * expected @ there.T
        cost = _JUMP_COST + _BREAK_COST * np.maximum(apart, 0)
        return np.where(going_on[:, None] == after[None], 0, cost).astype(np.float32)
