"""One pass over the footage: what each frame looks like, for the picking, the cuts and the things in front."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sosie.face.front import chip
from sosie.face.patches import writing
from sosie.face.places import JAW, OUTER_LIPS, Places, rows
from sosie.face.warp import Box, Planes, box_around
from sosie.types import FPS, Bytes, FaceTrack, Floats, YuvFrame

MOST_MOUTHS = 3_000
"""Two minutes of mouths; more would only make the clone larger."""

_AROUND = rows((*JAW, 2, 132, 361))
_LIPS = rows(OUTER_LIPS)
_MARGIN = 0.16
"""Of the cut-out around the points that it must hold, in eye distances."""


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    chips: Bytes
    """uint8, (n, 3, CHIP, CHIP): see face/front.py."""
    sharpness: Floats
    """float32, (n,): log of the mean absolute Laplacian of the lips, luma levels."""
    looks: Floats
    """float32, (n, d): luma of the whole picture, very small, levels."""
    in_face: NDArray[np.bool_]
    """(d,): samples that lie on the lower face in most frames."""
    mouths: NDArray[np.int64]
    """(m,): the frames whose cut-outs were written, rising."""
    corners: NDArray[np.int32]
    """(m, 2): where each cut-out was, x and y, pixels."""
    ends: NDArray[np.int64]
    """(m,): where each cut-out ends in the file."""


def survey(
    frames: Iterator[YuvFrame],
    places: Places,
    size: tuple[int, int],
    mouths_file: Path,
    progress: Callable[[float], None],
) -> Survey:
    """About 7 ms a frame at 1080x1920. Writes the cut-outs of the mouths to ``mouths_file``."""
    n = len(places)
    kept = _kept(n)
    chips, sharpness, looks, corners = [], [], [], []
    look_size = (max(8, size[0] * 48 // max(size)), max(8, size[1] * 48 // max(size)))
    with writing(mouths_file) as mouths:
        for i, frame in enumerate(frames):
            box = mouth_box(places.points[i], float(places.eyes[i]), size)
            chips.append(chip(frame, places.points[i], float(places.eyes[i])))
            sharpness.append(_sharpness(frame.y, places.points[i]))
            looks.append(cv2.resize(frame.y, look_size, interpolation=cv2.INTER_AREA).reshape(-1))
            if kept[i]:
                mouths.add(Planes(frame.y[box.luma], frame.u[box.chroma], frame.v[box.chroma]))
                corners.append((box.x, box.y))
            if i % 10 == 9:
                progress((i + 1) / n)
        ends = np.array(mouths.ends, np.int64)
    return Survey(
        chips=np.stack(chips),
        sharpness=np.array(sharpness, np.float32),
        looks=np.stack(looks).astype(np.float32),
        in_face=_in_face(places, size, look_size),
        mouths=np.flatnonzero(kept),
        corners=np.array(corners, np.int32).reshape(-1, 2),
        ends=ends,
    )


def mouth_box(points: Floats, eyes: float, size: tuple[int, int]) -> Box:
    """What must be cut out so that the mouth can be laid in elsewhere. ``points`` (c, 2): the CONTROLS, pixels."""
    low, high = points[_AROUND].min(axis=0), points[_AROUND].max(axis=0)
    width, height = high - low + 2 * _MARGIN * eyes
    return box_around((low + high) / 2, float(width), float(height), size)


def _kept(n: int) -> NDArray[np.bool_]:
    """Whole pieces of two seconds, spread evenly: mouths are used in runs."""
    piece = np.arange(n) // (2 * FPS)
    share = min(1.0, MOST_MOUTHS / n)
    return np.asarray(np.floor((piece + 1) * share) > np.floor(piece * share))


def _sharpness(luma: Bytes, points: Floats) -> float:
    # The lips alone: they blur when they move fast while a beard around them stays sharp. At half size the sensor's noise
    # is gone and that blur is not.
    low, high = points[_LIPS].min(axis=0), points[_LIPS].max(axis=0)
    x, y = np.maximum(low, 0).astype(int)
    lips = luma[y : max(y + 8, int(high[1]) + 1), x : max(x + 8, int(high[0]) + 1)]
    half = cv2.resize(lips, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return float(np.log(np.abs(cv2.Laplacian(half, cv2.CV_16S)).mean() + 0.1))


def _in_face(places: Places, size: tuple[int, int], look_size: tuple[int, int]) -> NDArray[np.bool_]:
    low = np.median(places.points[:, _AROUND].min(axis=1), axis=0)
    high = np.median(places.points[:, _AROUND].max(axis=1), axis=0)
    x = (np.arange(look_size[0]) + 0.5) * size[0] / look_size[0]
    y = (np.arange(look_size[1]) + 0.5) * size[1] / look_size[1]
    inside = (y[:, None] >= low[1]) & (y[:, None] <= high[1]) & (x[None] >= low[0]) & (x[None] <= high[0])
    return np.asarray(inside.reshape(-1), np.bool_)


def cut_features(survey: Survey, places: Places, track: FaceTrack) -> Floats:
    """float32, (n, d): what must agree at a cut; a distance of 1 is a cut that is just acceptable (face/motion.py)."""
    picture = survey.looks[:, ~survey.in_face]
    picture = picture - picture.mean(axis=0)
    if len(picture) > 40:  # distances live in few directions; the rest is noise and cost
        _, _, axes = np.linalg.svd(picture[:: max(1, len(picture) // 400)], full_matrices=False)
        picture = picture @ axes[:32].T
    picture = picture / np.sqrt(survey.looks.shape[1]) / _PICTURE_LEVELS
    eyes = float(np.median(places.eyes))
    where = places.points[:, rows((1, 2, 234, 454))].reshape(len(places), -1) / 2 / eyes / _HEAD_EYES
    turn = places.angles / _TURN
    lids = track.blendshapes[:, [9, 10]] / _LIDS
    gaze = track.blendshapes[:, 11:19] / _GAZE
    return np.concatenate([picture, where, turn, lids, gaze], axis=1).astype(np.float32)


_PICTURE_LEVELS = 6.0
"""Luma levels (root mean square over the small picture) that still fade well."""
_HEAD_EYES = 0.10
"""Way of the head, in eye distances, that the morph hides."""
_TURN = 0.09
"""Radians, about 5 degrees."""
_LIDS = 0.6
"""Blink scores: an open eye must not meet a closed one."""
_GAZE = 1.0
