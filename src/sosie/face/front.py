"""Things in front of the mouth: a hand, a microphone, a cup. Such frames are neither exemplars nor written over.

The lower face of each frame is compared with what this person's lower face usually looks like with these lips and this turn
of the head (a linear prediction from both). Something in front differs in a whole patch, not in a line here and there.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from sosie.face.places import PLACE
from sosie.types import Bytes, Floats, YuvFrame

CHIP = 32
"""Side of the small upright picture of the lower face, pixels."""
_BLOCK = 4
_SPAN = 1.05
"""Side of the chip in eye distances: it must not reach the wall behind a turned head."""
_BLOCKS_AT_LEAST = 8
"""Of the 64: a finger is two blocks wide and long; the corner of a jaw before a wall is fewer."""
_UNUSUAL = 7.0
"""Times the usual deviation. With nothing in front 375 pictures of two real clips reach 6.6; painted over them, a microphone
reached 7.3 or more, a cup 13; a flat hand of exactly the skin's colour 8.7 on one clip and, unseen, 3.8 on the other."""
_LEVELS = 1.0
"""Added to the usual deviation, of 256 levels: the camera's noise."""
_RIDGE = 0.2
_MARGIN_FRAMES = 3


def chip(frame: YuvFrame, points: Floats, eyes: float) -> Bytes:
    """uint8, (3, CHIP, CHIP): Y, U, V of the lower face, upright. ``points`` (c, 2) are the CONTROLS, pixels."""
    right = points[PLACE[454]] - points[PLACE[234]]
    angle = float(np.arctan2(right[1], right[0]))
    middle = (points[PLACE[2]] + points[PLACE[152]]) / 2
    step = _SPAN * eyes / CHIP
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * step
    corner = middle - turn @ np.full(2, (CHIP - 1) / 2)
    return np.stack([_cut(frame.y, turn, corner, 1), _cut(frame.u, turn, corner, 2), _cut(frame.v, turn, corner, 2)])


def _cut(plane: Bytes, turn: NDArray[np.float64], corner: NDArray[np.float64], shrunk: int) -> Bytes:
    # One sample would be one pixel of a much finer plane; the mean of 4 x 4 samples is what the chip needs.
    fine = 4
    to_plane = np.hstack([turn / fine / shrunk, (corner / shrunk)[:, None]])
    dense = cv2.warpAffine(
        plane, to_plane, (CHIP * fine, CHIP * fine), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return np.asarray(cv2.resize(dense, (CHIP, CHIP), interpolation=cv2.INTER_AREA), np.uint8)


def covered(chips: Bytes, numbers: Floats, angles: Floats) -> NDArray[np.bool_]:
    """bool, (n,): where something is in front of the mouth.

    ``chips`` (n, 3, CHIP, CHIP), ``numbers`` (n, 16), ``angles`` (n, 3).
    """
    strange = strangeness(chips, numbers, angles) > _UNUSUAL
    return np.asarray(binary_dilation(strange, iterations=_MARGIN_FRAMES), np.bool_)


def strangeness(chips: Bytes, numbers: Floats, angles: Floats) -> Floats:
    """float32, (n,): how unusual the _BLOCKS_AT_LEAST most unusual blocks of each chip are, in their usual deviations."""
    looks = _blocks(chips)
    known = np.concatenate([np.ones((len(numbers), 1)), np.clip(numbers[:, :6], -2, 2), angles * 10], axis=1)
    penalties = np.diag([1e-6] + [_RIDGE] * (known.shape[1] - 1))
    usual = np.ones(len(looks), bool)
    score = np.zeros(len(looks), np.float32)
    for _ in range(4):  # what is strange must not teach what is usual
        gram = known[usual].T @ known[usual] + usual.sum() * penalties
        weights = np.linalg.solve(gram, known[usual].T @ looks[usual])
        off = np.abs(looks - known @ weights)
        spread = 1.48 * np.median(off[usual], axis=0) + _LEVELS
        by_block = (off / spread).reshape(len(looks), 3, -1).max(axis=1)
        score = np.sort(by_block, axis=1)[:, -_BLOCKS_AT_LEAST].astype(np.float32)
        usual = score <= max(1.0, float(np.quantile(score, 0.7)))
    return score


def _blocks(chips: Bytes) -> Floats:
    n, planes, side, _ = chips.shape
    cells = side // _BLOCK
    means = chips.reshape(n, planes, cells, _BLOCK, cells, _BLOCK).mean(axis=(3, 5), dtype=np.float32)
    # The whole chip's own tone is the light of the moment, not an object.
    means -= np.median(means, axis=(2, 3), keepdims=True)
    return np.asarray(means.reshape(n, -1), np.float32)
