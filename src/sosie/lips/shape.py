"""The lip space of one person: lower-face landmarks without the head's pose, and the 16 numbers that say their shape.

The **canonical frame** is this person's own: the head upright and frontal, unit length the distance of the outer eye corners,
x to the right of the picture, y down, z away from the viewer, origin in the middle of 43 points that speech does not move
(eyes, brows, forehead, temples). Every frame's **pose** is the 3D similarity that brings these points there; it is neither
smoothed nor regressed out of the lips (both were tried and lost correlation, docs/experiments.md).

The **16 numbers** are, in this order, each standardised by the person's own mean and spread:

    0 opening      mean gap of the inner lips
    1 width        distance of the outer lip corners
    2 jaw          height of the chin (larger is lower)
    3 aspect       opening / inner width
    4 pucker       blendshape mouthPucker
    5 jaw open     blendshape jawOpen
    6-15           principal components of lips and chin, shared by all people (``LipBasis``)

``decode`` goes the other way, by a ridge regression fitted on the person's own tracked lips.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sosie.errors import BadFootage, YourInput
from sosie.types import FPS, N_LIP_NUMBERS, FaceTrack, Floats

STABLE = (
    33, 133, 362, 263, 168, 6, 197, 195, 5, 8, 9, 151, 10, 107, 336, 108, 337, 69, 299, 127, 356, 162, 389, 21, 251,
    103, 332, 67, 297, 109, 338, 130, 359, 243, 463, 193, 417, 245, 465, 122, 351, 196, 419,
)  # fmt: skip
"""43 points that speech does not move: eye corners, bridge of the nose, brows, forehead, temples."""
OUTER_LIPS = (
    61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146,
)  # fmt: skip
"""From the corner at the left of the picture, over the upper lip and back under the lower one."""
INNER_LIPS = (
    78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95,
)  # fmt: skip
CHIN = (152, 148, 377, 176, 400)
SHAPED = OUTER_LIPS + INNER_LIPS + CHIN
"""The 45 points that the principal components look at."""
_REST = (
    2, 11, 12, 15, 16, 18, 19, 20, 32, 36, 38, 41, 42, 43, 50, 57, 58, 59, 60, 62, 72, 73, 74, 75, 76, 77, 83, 85,
    86, 89, 90, 92, 93, 94, 96, 97, 98, 99, 106, 123, 125, 132, 135, 136, 137, 138, 140, 141, 147, 148, 149, 150,
    152, 164, 165, 167, 169, 170, 171, 172, 175, 176, 177, 179, 180, 182, 183, 184, 186, 187, 192, 194, 199, 200,
    201, 202, 203, 204, 205, 206, 207, 208, 210, 211, 212, 213, 214, 215, 216, 235, 238, 240, 241, 242, 250, 262,
    266, 268, 271, 272, 273, 280, 287, 288, 289, 290, 292, 294, 302, 303, 304, 305, 306, 307, 313, 315, 316, 319,
    320, 322, 323, 325, 326, 327, 328, 335, 352, 354, 361, 364, 365, 366, 367, 369, 370, 376, 377, 378, 379, 391,
    393, 394, 395, 396, 397, 400, 401, 403, 404, 406, 407, 408, 410, 411, 416, 418, 421, 422, 423, 424, 425, 426,
    427, 428, 430, 431, 432, 433, 434, 435, 436, 455, 458, 460, 461, 462,
)  # fmt: skip
LOWER_FACE = OUTER_LIPS + INNER_LIPS + _REST
"""216 landmarks below the nose: first the 40 of the lips, then chin, jaw line, cheeks and base of the nose, rising."""
_PLACE = {index: place for place, index in enumerate(LOWER_FACE)}

OPENING, WIDTH, JAW, ASPECT, PUCKER, JAW_OPEN = range(6)
N_COMPONENTS = N_LIP_NUMBERS - 6
MOUTH_PUCKER_BLENDSHAPE, JAW_OPEN_BLENDSHAPE = 38, 25
"""Rows in MediaPipe's 52."""
DEPTH_WEIGHT = 0.5
"""The tracker guesses depth, so the components hear it half."""
MIN_FRAMES = FPS
"""One second: less says nothing about a mean and a spread."""
_DECODER_RIDGE = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class LipBasis:
    """What all people share; made by scripts/train_lip_pool.py, kept in data/pool.npz."""

    stable: Floats
    """float32, (43, 3): the mean place of STABLE, eye corners 1 apart. Gives everybody's canonical frame the same axes."""
    components: Floats
    """float32, (135, 10): principal directions of SHAPED, (point, axis) flattened, depth weighted by DEPTH_WEIGHT."""


@dataclass(frozen=True, slots=True, eq=False)
class Poses:
    """Where the head is, frame by frame: ``canonical = scale * rotation @ pixels + offset``."""

    scale: NDArray[np.float64]
    """(n,): canonical units a pixel; 1 / scale is the eye distance in pixels of a frontal face."""
    rotation: NDArray[np.float64]
    """(n, 3, 3), proper rotations."""
    offset: NDArray[np.float64]
    """(n, 3), canonical units."""

    def __len__(self) -> int:
        return len(self.scale)

    def __getitem__(self, rows: slice | NDArray[np.int_] | NDArray[np.bool_]) -> Poses:
        return Poses(self.scale[rows], self.rotation[rows], self.offset[rows])

    def to_canonical(self, points: Floats) -> Floats:
        """float32, (n, p, 3), canonical, from pixels of the same shape."""
        turned = np.einsum("nij,npj->npi", self.rotation, points.astype(np.float64))
        canonical: Floats = (self.scale[:, None, None] * turned + self.offset[:, None]).astype(np.float32)
        return canonical

    def to_image(self, landmarks: Floats) -> Floats:
        """The way back: float32, (n, p, 3), pixels (x, y, and depth in the same scale), from canonical landmarks."""
        centred = (landmarks.astype(np.float64) - self.offset[:, None]) / self.scale[:, None, None]
        pixels: Floats = np.einsum("nji,npj->npi", self.rotation, centred).astype(np.float32)
        return pixels


def poses_onto(target: Floats, points: Floats) -> Poses:
    """The similarities that bring ``points`` (n, p, 3) nearest to ``target`` (p, 3), least squares (Umeyama 1991)."""
    points, target = points.astype(np.float64), target.astype(np.float64)
    middle, aim = points.mean(axis=1), target.mean(axis=0)
    x, y = points - middle[:, None], target - aim
    u, spread, vt = np.linalg.svd(np.einsum("pi,npj->nij", y, x))
    signs = np.ones_like(spread)
    signs[:, 2] = np.sign(np.linalg.det(u @ vt))
    rotation = (u * signs[:, None]) @ vt
    scale = (spread * signs).sum(axis=1) / (x**2).sum(axis=(1, 2))
    return Poses(scale, rotation, aim - scale[:, None] * np.einsum("nij,nj->ni", rotation, middle))


def measures(lower: Floats) -> Floats:
    """float32, (n, 4): opening, width, jaw, aspect of canonical lower-face landmarks (n, len(LOWER_FACE), 3)."""

    def point(index: int) -> Floats:
        return lower[:, _PLACE[index]]

    def gap(a: int, b: int) -> Floats:
        distance: Floats = np.linalg.norm(point(a) - point(b), axis=1)
        return distance

    opening = (gap(82, 87) + 2 * gap(13, 14) + gap(312, 317)) / 4
    return np.stack([opening, gap(61, 291), point(152)[:, 1], opening / gap(78, 308)], axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class LipSpace:
    """One person's lips. Made by ``LipSpace.fit``; saved inside the ``LipFit``."""

    basis: LipBasis
    stable: Floats
    """float32, (43, 3): this person's STABLE points in the canonical frame."""
    rest_face: Floats
    """float32, (p, 3): mean lower-face landmarks, canonical."""
    mean: Floats
    """float32, (16,): of the numbers before they are standardised."""
    spread: Floats
    """float32, (16,)."""
    decoder: Floats
    """float32, (16, p * 3): numbers -> landmarks minus ``rest_face``."""

    @classmethod
    def fit(cls, track: FaceTrack, basis: LipBasis) -> LipSpace:
        """From all frames in which the face was seen. Raises BadFootage under a second of them."""
        rows = np.flatnonzero(track.seen)
        if len(rows) < MIN_FRAMES:
            raise BadFootage(
                f"The face was seen in {len(rows)} frames",
                wanted=f"{MIN_FRAMES} or more",
                try_this="film a minute in which the face is always in the picture",
            )
        points = track.points[rows]
        stable = _mean_stable(points[:, STABLE], basis.stable)
        lower = poses_onto(stable, points[:, STABLE]).to_canonical(points[:, LOWER_FACE])
        raw = _raw_numbers(lower, track.blendshapes[rows], basis)
        mean, spread = raw.mean(axis=0), raw.std(axis=0) + np.float32(1e-6)
        rest_face = lower.mean(axis=0)
        decoder = _ridge((raw - mean) / spread, (lower - rest_face).reshape(len(rows), -1))
        return cls(basis, stable, rest_face, mean, spread, decoder)

    def poses(self, points: Floats) -> Poses:
        """Of landmarks (n, 478, 3) in pixels, as in ``FaceTrack.points``."""
        return poses_onto(self.stable, points[:, STABLE])

    def lower_face(self, points: Floats) -> Floats:
        """float32, (n, p, 3): the LOWER_FACE landmarks of (n, 478, 3) pixels, canonical."""
        return self.poses(points).to_canonical(points[:, LOWER_FACE])

    def numbers(self, track: FaceTrack) -> Floats:
        """float32, (n, 16): what was tracked, standardised; interpolated where the face was not seen."""
        raw = _raw_numbers(self.lower_face(track.points), track.blendshapes, self.basis)
        return ((raw - self.mean) / self.spread).astype(np.float32)

    def decode(self, numbers: Floats) -> Floats:
        """float32, (n, p, 3): canonical LOWER_FACE landmarks of numbers (n, 16). Linear; n may be 0."""
        if numbers.ndim != 2 or numbers.shape[1] != N_LIP_NUMBERS:
            raise YourInput(f"Lip numbers of shape {numbers.shape}", wanted=f"(n, {N_LIP_NUMBERS})")
        moved = (numbers @ self.decoder).reshape(len(numbers), *self.rest_face.shape)
        return (self.rest_face + moved).astype(np.float32)

    def arrays(self) -> dict[str, Floats]:
        """What ``from_arrays`` takes; for saving."""
        return {
            "basis_stable": self.basis.stable,
            "basis_components": self.basis.components,
            "stable": self.stable,
            "rest_face": self.rest_face,
            "mean": self.mean,
            "spread": self.spread,
            "decoder": self.decoder,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Floats]) -> LipSpace:
        basis = LipBasis(arrays["basis_stable"], arrays["basis_components"])
        return cls(basis, *(arrays[name] for name in ("stable", "rest_face", "mean", "spread", "decoder")))


def mean_shape(shapes: Floats, start: Floats) -> Floats:
    """float32, (p, 3): the mean of shapes (n, p, 3) after each is brought onto it, with the axes of ``start`` (p, 3)."""
    mean = start
    for _ in range(3):
        fitted = poses_onto(mean, shapes).to_canonical(shapes).mean(axis=0)
        mean = poses_onto(start, fitted[None]).to_canonical(fitted[None])[0]
    return mean


def _mean_stable(stable: Floats, template: Floats) -> Floats:
    mean = mean_shape(stable, template)
    mean = mean - mean.mean(axis=0)
    eyes = np.linalg.norm(mean[STABLE.index(33)] - mean[STABLE.index(263)])
    scaled: Floats = (mean / eyes).astype(np.float32)
    return scaled


def shaped_offsets(lower: Floats) -> Floats:
    """float32, (n, 135): SHAPED points of canonical lower faces (n, p, 3), minus their mean, depth weighted."""
    shaped = lower[:, [_PLACE[index] for index in SHAPED]]
    offsets: Floats = (shaped - shaped.mean(axis=0)) * np.array([1, 1, DEPTH_WEIGHT], np.float32)
    return offsets.reshape(len(lower), -1)


def _raw_numbers(lower: Floats, blendshapes: Floats, basis: LipBasis) -> Floats:
    """float32, (n, 16), not standardised. The components need no mean taken out: the caller's mean does it."""
    shaped = lower[:, [_PLACE[index] for index in SHAPED]] * np.array([1, 1, DEPTH_WEIGHT], np.float32)
    components = shaped.reshape(len(lower), -1) @ basis.components
    scores = blendshapes[:, [MOUTH_PUCKER_BLENDSHAPE, JAW_OPEN_BLENDSHAPE]]
    return np.concatenate([measures(lower), scores, components], axis=1).astype(np.float32)


def _ridge(numbers: Floats, offsets: Floats) -> Floats:
    """float32, (16, p * 3); the penalty is relative to the mean square of a row of numbers."""
    x = numbers.astype(np.float64)
    gram = x.T @ x
    penalty = _DECODER_RIDGE * np.trace(gram) / len(x)
    weights: Floats = np.linalg.solve(gram + penalty * np.eye(len(gram)), x.T @ offsets).astype(np.float32)
    return weights
