"""The same face is like itself, a squeezed one less, and a frame's own neighbours do not count."""

from __future__ import annotations

import numpy as np
import pytest

from sosie.bench.identity import NARROWER, Faces, faces, likeness_to, narrower
from sosie.types import Bytes, Floats

A, B = np.array([1, 0, 0], np.float32), np.array([0.8, 0.6, 0], np.float32)


def test_likeness_is_the_mean_cosine() -> None:
    footage = Faces(np.stack([A, A]), (0, 100))
    assert likeness_to(footage, Faces(np.stack([B, A]), (300, 400))) == pytest.approx(0.9)


def test_a_frames_own_neighbours_do_not_count() -> None:
    footage = Faces(np.stack([A, B]), (50, 200))
    assert likeness_to(footage, Faces(A[None], (55,))) == pytest.approx(0.8)
    assert np.isnan(likeness_to(Faces(A[None], (50,)), Faces(A[None], (55,))))


def test_the_control_squeezes_the_picture_and_its_landmarks_alike() -> None:
    picture, points = np.zeros((40, 100, 3), np.uint8), np.array([[50, 20, 1]], np.float32)
    picture[20, 50] = 255
    thin, moved = narrower(picture, points)
    assert thin.shape == (40, round(100 * NARROWER), 3)
    assert moved[0, 0] == pytest.approx(50 * thin.shape[1] / 100)
    assert thin[20, round(float(moved[0, 0])), 0] > 100
    assert points[0, 0] == 50  # the caller's own are left alone


class Mean:
    """A FaceEncoder that knows colours apart."""

    def embed(self, rgb: Bytes, points: Floats) -> Floats:
        mean = rgb.mean(axis=(0, 1)).astype(np.float32)
        return mean / np.float32(np.linalg.norm(mean))


def test_faces_keeps_where_each_came_from() -> None:
    red = np.zeros((4, 4, 3), np.uint8)
    red[..., 0] = 200
    found = faces(Mean(), [(7, red, np.zeros((478, 2), np.float32))])
    assert found.frames == (7,)
    np.testing.assert_allclose(found.vectors, [[1, 0, 0]])
