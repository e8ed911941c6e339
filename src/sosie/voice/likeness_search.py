"""Finding the place of a voice: a speaker encoder hears each try, and all 192 numbers that it says are used.

A search that keeps only the similarity (CMA-ES in the design notes) learns one number a try and needed 360 tries of 3.3 s of
computing. Here a straight line from place to embedding is fitted to everything heard so far, nearer tries counting more, the
stock voices being heard beforehand; the next try is where that line comes closest to the person. Ninety tries of 1.3 s of
computing came as close on one recording, by encoders in no objective (docs/experiments.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sosie.types import Floats

Numbers = NDArray[np.float64]

PITCH_WEIGHT = 0.6
"""An octave beside the person's pitch costs as much as .36 of similarity."""
STRAY_COST = 0.001
FREE_DEVIATIONS = 1.5
"""Standard deviations of the stock voices within which a place may lie at no cost: farther out the speech breaks."""
NEAR, NEARER = 2.0, 1.0
"""Standard deviations at which a try counts about half: for finding the next try, and for comparing two places."""
FIRST_STEP, SHORTEST_STEP, LONGEST_STEP = 1.0, 0.3, 2.5
SPREAD = 0.15
"""Standard deviation of the chance added to each number of a try, so that the line is learned in all directions."""


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """How the person sounds."""

    embedding: Floats
    """(n,), unit length."""
    pitch_hz: float
    """Median."""

    def heard(self, embedding: Floats, pitch_hz: float) -> Numbers:
        """(n + 1,): what a try sounded like; the last number is how far its pitch is off, 0 for not at all."""
        return np.append(embedding, PITCH_WEIGHT * np.log2(max(pitch_hz, 1.0) / self.pitch_hz)).astype(np.float64)

    def score(self, heard: Numbers) -> float:
        """1 for the person; ``heard`` (n + 1,)."""
        voice = heard[:-1]
        return float(voice @ self.embedding / np.linalg.norm(voice) - heard[-1] ** 2)

    def uphill(self, heard: Numbers) -> Numbers:
        """(n + 1,): gradient of ``score``."""
        voice = heard[:-1]
        length = np.linalg.norm(voice)
        towards = self.embedding / length - voice * (voice @ self.embedding) / length**3
        return np.append(towards, -2 * heard[-1])


class Heard:
    """All tries so far. Phrases sound different by themselves, so each has its own offset; the slopes are shared."""

    def __init__(self, n_phrases: int) -> None:
        self._n_phrases = n_phrases
        self._places: list[Numbers] = []
        self._phrases: list[int] = []
        self._heard: list[Numbers] = []

    def add(self, place: Floats, phrase: int, heard: Numbers) -> None:
        self._places.append(place.astype(np.float64))
        self._phrases.append(phrase)
        self._heard.append(heard)

    def line(self, place: Floats, reach: float) -> Line:
        """The straight line around ``place``; tries count by a bell curve of ``reach`` standard deviations."""
        away = np.array(self._places) - place
        inputs = np.concatenate([away, np.eye(self._n_phrases)[self._phrases]], axis=1)
        heard = np.array(self._heard)
        nearness = np.exp(-(away**2).sum(axis=1) / (2 * reach**2)) + 1e-3
        n = away.shape[1]
        coefficients = np.zeros((inputs.shape[1], heard.shape[1]))
        # First over everything, evenly; then near the place, held to the first where little was heard.
        for weight, hold in ((np.full(len(away), 0.2), 3.0), (nearness, 0.3)):
            ridge = np.diag([hold] * n + [1e-3] * self._n_phrases)
            missed = heard - inputs @ coefficients
            weighted = inputs.T * weight
            coefficients = coefficients + np.linalg.solve(weighted @ inputs + ridge, weighted @ missed)
        return Line(place.astype(np.float64), coefficients[:n], coefficients[n:])


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """What is heard near a place, as a straight line for each phrase."""

    middle: Numbers
    """(n_numbers,)."""
    slopes: Numbers
    """(n_numbers, n + 1)."""
    offsets: Numbers
    """(n_phrases, n + 1): what is heard at the middle."""

    def score(self, target: Target) -> float:
        """At the middle, mean of all phrases."""
        return float(np.mean([target.score(offset) for offset in self.offsets]))

    def best(self, target: Target, start: Floats, radius: float) -> Floats:
        """The place within ``radius`` of the middle where the score, less the cost of straying, is highest."""
        place = self.middle.copy()
        for _ in range(60):
            here = self.offsets + (place - self.middle) @ self.slopes
            uphill = np.mean([self.slopes @ target.uphill(heard) for heard in here], axis=0)
            beyond = np.sign(place) * np.maximum(np.abs(place) - FREE_DEVIATIONS, 0)
            place = place + 3.0 * (uphill - STRAY_COST * (2 * beyond + 2 * (place - start) / len(place) * 10))
            step = place - self.middle
            place = self.middle + step * min(1.0, radius / max(float(np.linalg.norm(step)), 1e-9))
        return place.astype(np.float32)


def search(
    known: Heard,
    target: Target,
    start: Floats,
    hear: Callable[[Floats, int], Numbers],
    more: Callable[[int], bool],
    *,
    n_phrases: int,
    seed: int = 0,
) -> Floats:
    """The best place found, (n_numbers,), from ``start`` on.

    ``hear(place, phrase)`` makes one try and gives ``Target.heard``; ``more(tries)`` says whether there is time for another.
    The same seed and the same number of tries give the same place. ``known`` grows by the tries.
    """
    chance = np.random.default_rng(seed)
    centre, step, tries = start, FIRST_STEP, 0
    while more(tries):
        phrase = tries % n_phrases
        place = start
        if tries >= n_phrases:
            place = known.line(centre, NEAR).best(target, start, step)
            place = (place + SPREAD * chance.standard_normal(len(place))).astype(np.float32)
        known.add(place, phrase, hear(place, phrase))
        tries += 1
        # Two tries of different phrases cannot be compared by what was heard; the lines through them can.
        if known.line(place, NEARER).score(target) > known.line(centre, NEARER).score(target):
            centre, step = place, min(step * 1.15, LONGEST_STEP)
        else:
            step = max(step * 0.85, SHORTEST_STEP)
    return centre
