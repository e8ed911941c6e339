"""Can a small classifier tell rendered mouths from real ones? It learns on other people and is tested on this one. Pure.

What it looks at is what betrays a render: fine detail in each part of the mouth region, detail against coarse shape, colour and
brightness, and change since the frame before. Each number is first standardised over this person's frames, real and rendered
together, so that it need not know the face. Half of all answers are right by guessing: .5 is perfect, 1 is found out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from sosie.face.survey import mouth_box
from sosie.types import Bytes, Floats, YuvFrame

WIDTH, HEIGHT = 192, 144
"""Pixels to which the mouth region is brought: about what it has in a close-up at 1080x1920."""
_COLUMNS, _ROWS = 4, 3
_LEVELS = 4
_PENALTY = 30.0
"""Of the squared weights, against a sum over frames: set so that the painted control is found at 90 % and more."""

Mouth = tuple[Bytes, Bytes, Bytes]
"""Y, U, V of the mouth region: (HEIGHT, WIDTH) and twice half of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Mouths:
    """What the classifier sees of one person: float32, (n, d) each."""

    real: Floats
    made: Floats
    painted: Floats
    """The control: the same as made, through a face of 160 pixels."""


def mouth(picture: YuvFrame, points: Floats, eyes: float) -> Mouth:
    """``points`` (c, 2) are the CONTROLS, pixels; ``eyes`` the distance of the outer eye corners."""
    box = mouth_box(points, eyes, (picture.width, picture.height))
    sizes = ((WIDTH, HEIGHT), (WIDTH // 2, HEIGHT // 2), (WIDTH // 2, HEIGHT // 2))
    planes = (picture.y[box.luma], picture.u[box.chroma], picture.v[box.chroma])
    luma, u, v = (
        np.asarray(cv2.resize(plane, size, interpolation=_resampling(plane, size)), np.uint8)
        for plane, size in zip(planes, sizes, strict=True)
    )
    return luma, u, v


def _resampling(plane: Bytes, size: tuple[int, int]) -> int:
    return cv2.INTER_AREA if plane.shape[1] > size[0] else cv2.INTER_CUBIC


def features(now: Mouth, before: Mouth) -> Floats:
    """float32, (d,): of one frame and the one before it."""
    luma, last = now[0].astype(np.float32), before[0].astype(np.float32)
    flicker = np.log(np.abs(_cells(luma - last)) + 0.5)
    colours = [_cells(plane.astype(np.float32)) for plane in now]
    parts = [*_bands(luma), *_bands(luma - last), flicker, *colours, _spectrum(luma)]
    return np.concatenate(parts).astype(np.float32)


def _bands(picture: Floats) -> list[Floats]:
    """Log energy of each octave in each cell."""
    found = []
    for _ in range(_LEVELS):
        smaller = cv2.pyrDown(picture)
        detail = picture - cv2.pyrUp(smaller, dstsize=picture.shape[::-1])
        found.append(np.log(_cells(np.square(detail)) + 0.1))
        picture = np.asarray(smaller, np.float32)
    return found


def _cells(plane: Floats) -> Floats:
    return np.asarray(cv2.resize(plane, (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA), np.float32).ravel()


def _spectrum(luma: Floats) -> Floats:
    """Log energy of each of the 63 patterns of an 8 x 8 cosine transform, where a codec and a warp leave their traces."""
    blocks = luma.reshape(HEIGHT // 8, 8, WIDTH // 8, 8).transpose(0, 2, 1, 3).reshape(-1, 8, 8)
    energy = np.mean([np.square(cv2.dct(block)) for block in blocks[::2]], axis=0)
    return np.asarray(np.log(energy.ravel()[1:] + 0.1), np.float32)


def told_apart(others: Sequence[tuple[Floats, Floats]], real: Floats, fake: Floats) -> float:
    """Share of right answers about one person, real and fake counted alike, by what others' (real, fake) taught.

    nan without others.
    """
    if not others:
        return float("nan")
    lessons = [_standardised(*pair) for pair in others]
    # Every person counts the same, however long their clip.
    weights = np.concatenate([np.full(len(x), 1000.0 / len(x)) for x, _ in lessons])
    x, is_fake = (np.concatenate(rows) for rows in zip(*lessons, strict=True))
    slopes = _logistic(x, is_fake, weights)
    tested, truth = _standardised(real, fake)
    says_fake = tested @ slopes > 0
    return float((says_fake[truth].mean() + (~says_fake[~truth]).mean()) / 2)


def _standardised(real: Floats, fake: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    # Equal shares: with more of one kind the middle would lie nearer to it.
    n = min(len(real), len(fake))
    x = np.concatenate([real[:n], fake[:n]])
    x = np.clip((x - x.mean(axis=0)) / (x.std(axis=0) + 1e-6), -4, 4)
    return x, np.repeat([False, True], n)


def _logistic(x: Floats, is_fake: NDArray[np.bool_], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    sign = np.where(is_fake, 1.0, -1.0)

    def loss(slopes: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = sign * (x @ slopes)
        value = weights @ np.logaddexp(0, -margins) + _PENALTY * (slopes @ slopes)
        gradient = x.T @ (-weights * sign * expit(-margins)) + 2 * _PENALTY * slopes
        return float(value), np.asarray(gradient, np.float64)

    return np.asarray(minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x, np.float64)
