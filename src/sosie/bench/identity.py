"""Is it the same face? Frames of the film against the footage, and the footage against itself. Pure but for the encoder port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from sosie.ports import FaceEncoder
from sosie.types import FPS, Bytes, Floats

NARROWER = 0.65
"""Control: the face squeezed to this share of its width. Three faces keep .90 to .95 of their
likeness then; strangers have .5."""
_APART_FRAMES = FPS
"""A frame of the footage is not compared with its own neighbours: those are alike for free."""


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """Embeddings and where in the footage their body frames come from."""

    vectors: Floats
    """float32, (n, d), unit length."""
    frames: tuple[int, ...]


def narrower(rgb: Bytes, points: Floats) -> tuple[Bytes, Floats]:
    """The control's picture and landmarks."""
    width = round(NARROWER * rgb.shape[1])
    squeezed = points.copy()
    squeezed[:, 0] *= width / rgb.shape[1]
    return np.asarray(cv2.resize(rgb, (width, rgb.shape[0]), interpolation=cv2.INTER_AREA), np.uint8), squeezed


def faces(encoder: FaceEncoder, seen: Sequence[tuple[int, Bytes, Floats]]) -> Faces:
    """Of (frame of the footage, picture RGB, landmarks in its pixels)."""
    return Faces(
        np.stack([encoder.embed(rgb, points) for _, rgb, points in seen]), tuple(frame for frame, _, _ in seen)
    )


def likeness_to(footage: Faces, film: Faces) -> float:
    """Mean cosine of the film's faces and the footage's of other moments; nan when there are no other moments."""
    far = np.abs(np.subtract.outer(film.frames, footage.frames)) >= _APART_FRAMES
    return float((film.vectors @ footage.vectors.T)[far].mean()) if far.any() else float("nan")
