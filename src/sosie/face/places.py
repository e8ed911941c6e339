"""Where the face is in each frame: the points that the warp holds on to, in the picture and without the pose.

Only the shape is smoothed over time, not the place of the head. A hand-held clip really moves by 4 pixels a frame, and on
two clips neither smoothing the pose nor measuring the head's motion in the picture (phase correlation) followed the face
better than the tracker does (median error 0.5 pixels at 1080x1920; docs/experiments.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import savgol_filter
from scipy.spatial.transform import Rotation

from sosie.lips.shape import LOWER_FACE, LipSpace
from sosie.types import FaceTrack, Floats

OUTER_LIPS = (61, 40, 37, 0, 267, 270, 291, 321, 314, 17, 84, 91)
"""Clockwise as the viewer sees it, from the corner at the left of the picture."""
INNER_LIPS = (78, 80, 82, 13, 312, 310, 308, 318, 317, 14, 87, 88)
JAW = (58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288)
"""The contour of the jaw from the left of the picture to the right; 152 is the tip of the chin."""
CHIN = (200, 199, 208, 428, 18)
CHEEKS = (205, 425, 216, 436, 212, 432, 214, 434, 192, 416)
NOSE = (2, 98, 327, 164, 1, 129, 358)
SIDES = (234, 454, 116, 345, 132, 361, 50, 280)
"""Ears and cheek bones: they stay when the mouth moves."""
CONTROLS = OUTER_LIPS + INNER_LIPS + JAW + CHIN + CHEEKS + NOSE + SIDES
"""The landmarks that hold the warp; everything between them is interpolated."""
PLACE = {index: place for place, index in enumerate(CONTROLS)}


def rows(indices: Iterable[int]) -> NDArray[np.intp]:
    """Where these landmarks stand in CONTROLS."""
    return np.array([PLACE[index] for index in indices])


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The face in each frame of the footage."""

    points: Floats
    """float32, (n, c, 2): CONTROLS in pixels."""
    rotation: Floats
    """float32, (n, 3, 3): canonical = scale * rotation @ pixels + offset, as in lips/shape.py."""
    eyes: Floats
    """float32, (n,): pixels between the outer eye corners of the frontal face: the size of the head."""
    angles: Floats
    """float32, (n, 3): pitch, yaw and roll, radians."""
    by_pose: Floats
    """float32, (3, c, 3): how the canonical points drift with the angles: the tracker's guess of depth is not perfect."""
    by_numbers: Floats
    """float32, (16, c, 3): how the canonical points move with the lip numbers."""

    def __len__(self) -> int:
        return len(self.points)

    def in_picture(self, frame: int, canonical_moves: Floats) -> Floats:
        """float32, (c, 2): canonical displacements (c, 3), seen in this frame, pixels."""
        moved: Floats = (canonical_moves @ self.rotation[frame])[:, :2] * self.eyes[frame]
        return moved


def places(track: FaceTrack, space: LipSpace, numbers: Floats) -> Places:
    """``numbers`` (n, 16) as ``space.numbers(track)`` gives them."""
    pose = space.poses(track.points)
    canonical = pose.to_canonical(track.points[:, CONTROLS])
    canonical = savgol_filter(canonical, 5, 2, axis=0).astype(np.float32)
    rotation = Rotation.from_matrix(pose.rotation)
    angles = (rotation * rotation.mean().inv()).as_rotvec().astype(np.float32)
    by_numbers = _by_numbers(space)
    resting = canonical - np.einsum("nk,kpa->npa", numbers, by_numbers)
    return Places(
        points=pose.to_image(canonical)[..., :2],
        rotation=pose.rotation.astype(np.float32),
        eyes=(1 / pose.scale).astype(np.float32),
        angles=angles,
        by_pose=_by_pose(angles, resting),
        by_numbers=by_numbers,
    )


def _by_numbers(space: LipSpace) -> Floats:
    one_each = np.eye(space.decoder.shape[0], dtype=np.float32)
    moved = space.decode(one_each) - space.decode(np.zeros_like(one_each))
    table = np.zeros((len(one_each), len(CONTROLS), 3), np.float32)
    known = [(place, LOWER_FACE.index(index)) for place, index in enumerate(CONTROLS) if index in LOWER_FACE]
    held = {PLACE[index] for index in (*NOSE, *SIDES)}
    for place, row in known:
        if place not in held:
            table[:, place] = moved[:, row]
    return table


def _by_pose(angles: Floats, resting: Floats) -> Floats:
    """Ridge regression; the penalty is that of a hundred frames turned by 0.05 radians (3 degrees)."""
    x = (angles - angles.mean(axis=0)).astype(np.float64)
    y = (resting - resting.mean(axis=0)).reshape(len(x), -1)
    table = np.linalg.solve(x.T @ x + 100 * 0.05**2 * np.eye(3), x.T @ y)
    return table.reshape(3, len(CONTROLS), 3).astype(np.float32)
