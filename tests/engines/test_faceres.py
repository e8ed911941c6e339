from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from sosie.engines.faceres import N_EMBEDDING, SIDE, FaceRes, read_tensors, upright
from sosie.errors import WeightsUnavailable
from sosie.models import weights
from sosie.types import N_LANDMARKS, Bytes, Floats

GOLDEN = Path(__file__).parents[1] / "golden" / "faceres.json"


def drawn_picture() -> Bytes:
    """A head of three ellipses before a slope, with grain: not a person, but it moves every part of the network."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    picture = np.stack([120 + 60 * x, 130 + 40 * y, 150 - 50 * x * y], axis=2)
    for middle, radii, colour in (
        ((0.5, 0.5), (0.3, 0.4), (205, 160, 140)),
        ((0.4, 0.42), (0.05, 0.03), (40, 30, 30)),
        ((0.6, 0.42), (0.05, 0.03), (40, 30, 30)),
        ((0.5, 0.7), (0.1, 0.03), (150, 60, 70)),
    ):
        inside = ((x - middle[0]) / radii[0]) ** 2 + ((y - middle[1]) / radii[1]) ** 2 < 1
        picture[inside] = colour
    grain = 6 * np.sin(np.arange(SIDE * SIDE * 3) * 12.9898).reshape(SIDE, SIDE, 3)
    return np.clip(np.rint(picture + grain), 0, 255).astype(np.uint8)


def eyes_at(left: tuple[float, float], right: tuple[float, float]) -> Floats:
    points = np.zeros((N_LANDMARKS, 2), np.float32)
    points[33], points[263] = left, right
    return points


FILLING = eyes_at((SIDE / 2 - SIDE / 5.2, 77.3), (SIDE / 2 + SIDE / 5.2, 77.3))
"""Eyes so that the drawn picture is taken nearly as it is."""


@pytest.fixture(scope="module")
def encoder() -> FaceRes:
    return FaceRes(weights("faceres"))


@pytest.mark.weights
def test_it_answers_as_tensorflow_js_does(encoder: FaceRes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sosie.engines.faceres.upright", lambda rgb, points: rgb)
    wanted = np.array(json.loads(GOLDEN.read_text()))
    got = encoder.embed(drawn_picture(), FILLING)
    assert got.shape == (N_EMBEDDING,)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got[: len(wanted)], wanted, atol=2e-5)
    assert np.std(wanted) > 0.005


@pytest.mark.weights
def test_size_place_and_tilt_of_a_face_are_not_its_identity(encoder: FaceRes) -> None:
    face = drawn_picture()
    whole = encoder.embed(face, FILLING)
    larger = np.pad(np.kron(face, np.ones((2, 2, 1), np.uint8)), ((80, 10), (60, 20), (0, 0)), mode="edge")
    moved = eyes_at(
        (FILLING[33, 0] * 2 + 60, FILLING[33, 1] * 2 + 80), (FILLING[263, 0] * 2 + 60, FILLING[263, 1] * 2 + 80)
    )
    assert whole @ encoder.embed(larger, moved) > 0.95
    turned = np.ascontiguousarray(np.rot90(face))  # what was at (x, y) is at (y, SIDE - 1 - x)
    tilted = eyes_at((FILLING[33, 1], SIDE - 1 - FILLING[33, 0]), (FILLING[263, 1], SIDE - 1 - FILLING[263, 0]))
    assert whole @ encoder.embed(turned, tilted) > 0.95


@pytest.mark.weights
def test_people_are_known_apart(encoder: FaceRes) -> None:
    """The presenter against itself elsewhere on its clip, and against a drawing: far apart, as same and other are."""
    import av

    from sosie.engines.litert_face import LiteRtFaceTracker
    from whole.conftest import PRESENTER

    tracker = LiteRtFaceTracker(weights("face-landmarker"))
    found = []
    with av.open(str(PRESENTER / "presenter.mp4")) as media:
        for number, frame in enumerate(media.decode(video=0)):
            if number in (10, 240):
                rgb = frame.to_ndarray(format="rgb24")
                found.append(encoder.embed(rgb, tracker.faces(rgb)[0].points))
            if len(found) == 2:
                break
    assert found[0] @ found[1] > found[0] @ encoder.embed(drawn_picture(), FILLING) + 0.3


def test_the_face_is_cut_out_upright() -> None:
    picture = np.zeros((400, 300, 3), np.uint8)
    picture[100, 100] = picture[100, 200] = 255
    cut = upright(picture, eyes_at((100, 100), (200, 100)))
    bright = np.argwhere(cut[..., 0] > 60)
    left, right = bright[:, 1].min(), bright[:, 1].max()
    assert right - left == pytest.approx(SIDE / 2.6, abs=2)
    assert (left + right) / 2 == pytest.approx(SIDE / 2, abs=1.5)


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "faceres.json").write_text("{}")
    (tmp_path / "faceres.bin").write_bytes(b"")
    with pytest.raises(WeightsUnavailable, match="FaceRes"):
        read_tensors(tmp_path)
