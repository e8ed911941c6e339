"""The tracker is tried on a drawn face: it is found like a real one, and it is nobody's."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from sosie.engines.litert_face import (
    SEARCH_EVERY,
    Box,
    LiteRtFaceTracker,
    Region,
    best_of_each,
    box_around,
    region_around,
)
from sosie.errors import WeightsUnavailable, YourInput
from sosie.types import Bytes

SKIN, HAIR, LIP, DARK = (224, 180, 155), (60, 40, 30), (180, 80, 80), (110, 40, 45)


def draw_face(picture: Bytes, x: float, y: float, size: float = 1.0, open_mouth: float = 0.0) -> None:
    """A front view, 176 x 236 pixels at size 1, centred at (x, y)."""

    def at(dx: float, dy: float) -> tuple[int, int]:
        return int(x + dx * size), int(y + dy * size)

    def blob(dx: float, dy: float, rx: float, ry: float, colour: tuple[int, int, int]) -> None:
        cv2.ellipse(picture, at(dx, dy), (int(rx * size), int(ry * size)), 0, 0, 360, colour, -1, cv2.LINE_AA)

    blob(0, -10, 105, 140, HAIR)
    blob(0, 10, 88, 118, SKIN)
    for side in (-1, 1):
        blob(side * 36, -18, 18, 9, (245, 245, 245))
        blob(side * 36, -18, 8, 8, HAIR)
        blob(side * 36, -42, 24, 4, HAIR)
        blob(side * 9, 32, 5, 4, (170, 120, 100))
    cv2.line(picture, at(0, -10), at(-3, 24), (200, 155, 130), max(1, int(4 * size)), cv2.LINE_AA)
    blob(0, 68, 32, 9 + 12 * open_mouth, LIP)
    blob(0, 68, 26, 1 + 12 * open_mouth, DARK)


def scene(*faces: tuple[float, float, float], open_mouth: float = 0.0) -> Bytes:
    picture = np.full((640, 960, 3), (90, 110, 120), np.uint8)
    for x, y, size in faces:
        draw_face(picture, x, y, size, open_mouth)
    return cv2.GaussianBlur(picture, (0, 0), 2)


@pytest.fixture(scope="module")
def tracker_file() -> Path:
    from sosie.models import weights

    return weights("face-landmarker")


@pytest.fixture
def tracker(tracker_file: Path) -> LiteRtFaceTracker:
    return LiteRtFaceTracker(tracker_file)


def test_the_surest_box_of_each_face_is_kept() -> None:
    sure, same, other = Box(50, 50, 40, 40, 0, 0.9), Box(54, 50, 40, 40, 0, 0.8), Box(150, 50, 40, 40, 0, 0.7)
    assert best_of_each([other, same, sure]) == [sure, other]


def test_a_crop_sets_the_eyes_level() -> None:
    region = Region(100, 80, 64, np.pi / 6)
    to_crop = region.to_crop()
    along = np.array([np.cos(region.angle), np.sin(region.angle)])
    left, right = (to_crop @ [100 + d * along[0], 80 + d * along[1], 1] for d in (-10, 10))
    assert left[1] == pytest.approx(128)
    assert right[1] == pytest.approx(128)
    assert right[0] - left[0] == pytest.approx(20 * 256 / 64)


def test_the_next_region_turns_with_the_eyes() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(478, 3)).astype(np.float32)
    points[33, :2], points[263, :2] = (-1, 0), (1, 0)
    flat = region_around(points)
    turn = np.deg2rad(20)
    turned = points.copy()
    turned[:, :2] = points[:, :2] @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    region = region_around(turned)
    assert region.angle == pytest.approx(turn, abs=1e-5)
    assert region.side == pytest.approx(flat.side, rel=1e-5)


def test_a_file_that_is_no_landmarker_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.task"
    wrong.write_bytes(b"no zip")
    with pytest.raises(WeightsUnavailable, match=r"wrong\.task"):
        LiteRtFaceTracker(wrong)


@pytest.mark.weights
class TestWithWeights:
    def test_the_face_is_where_it_was_drawn(self, tracker: LiteRtFaceTracker) -> None:
        (face,) = tracker.faces(scene((480, 320, 1.0)))
        assert face.score > 0.9
        eyes = face.points[[33, 263], :2].mean(axis=0)
        assert eyes == pytest.approx([480, 302], abs=12)
        assert box_around(face.points, face.score).width == pytest.approx(176, abs=30)

    def test_an_open_mouth_is_seen(self, tracker: LiteRtFaceTracker) -> None:
        (shut,) = tracker.faces(scene((480, 320, 1.0)))
        tracker.reset()
        (wide,) = tracker.faces(scene((480, 320, 1.0), open_mouth=1.0))
        gap = [np.linalg.norm(face.points[13] - face.points[14]) for face in (shut, wide)]
        assert gap[1] > gap[0] + 8

    def test_two_faces_come_largest_first(self, tracker: LiteRtFaceTracker) -> None:
        faces = tracker.faces(scene((250, 320, 0.7), (680, 320, 1.1)))
        assert [float(face.points[:, 0].mean()) for face in faces] == pytest.approx([680, 250], abs=15)

    def test_who_comes_in_is_noticed_within_half_a_second(self, tracker: LiteRtFaceTracker) -> None:
        assert len(tracker.faces(scene((250, 320, 1.0)))) == 1
        counts = [len(tracker.faces(scene((250, 320, 1.0), (700, 320, 0.8)))) for _ in range(SEARCH_EVERY)]
        assert counts[-1] == 2

    def test_who_leaves_is_let_go(self, tracker: LiteRtFaceTracker) -> None:
        assert len(tracker.faces(scene((480, 320, 1.0)))) == 1
        assert tracker.faces(scene()) == ()
        assert len(tracker.faces(scene((200, 300, 1.0)))) == 1

    def test_reset_forgets_the_clip_before(self, tracker: LiteRtFaceTracker, tracker_file: Path) -> None:
        tracker.faces(scene((250, 320, 1.0)))
        tracker.reset()
        picture = scene((500, 330, 1.0))
        (again,), (fresh,) = tracker.faces(picture), LiteRtFaceTracker(tracker_file).faces(picture)
        assert np.array_equal(again.points, fresh.points)

    @pytest.mark.parametrize("picture", [np.zeros((64, 64), np.uint8), np.zeros((64, 64, 3), np.float32)])
    def test_another_array_is_refused(self, tracker: LiteRtFaceTracker, picture: Bytes) -> None:
        with pytest.raises(YourInput, match="uint8"):
            tracker.faces(picture)
