"""What `sosie check` says about pictures: blur, shake, cuts, hidden and turned faces, with the seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from face.drawn import EYES, HEIGHT, WIDTH, Drawn, drawn_person
from sosie.face.places import places
from sosie.footage.finding import Finding
from sosie.footage.ingest import KeptVideo
from sosie.footage.sight import look, of_camera, of_face, of_focus, of_light, of_mouth, out_of_line, sharpness_of
from sosie.types import FaceTrack, Floats, YuvFrame

Redraw = Callable[[YuvFrame, int], YuvFrame]


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    return drawn_person(tmp_path_factory.mktemp("seen"), n=200)


def see(person: Drawn) -> dict[str, Finding]:
    space = person.lips.space
    numbers = space.numbers(person.track)
    where = places(person.track, space, numbers)
    sight = look(person.footage, where, lambda share: None)
    found = [
        *of_light(sight),
        *of_focus(sight),
        *of_camera(sight, person.track, person.footage.source.fps),
        of_mouth(sight, person.track, numbers, where),
    ]
    return {finding.name: finding for finding in [*found, *of_face(person.track, space)]}


def redrawn(person: Drawn, folder: Path, draw: Redraw, keep: slice | list[int] = slice(None)) -> Drawn:
    """The same film with its pictures drawn anew; ``keep``: which frames of it are left."""
    video = folder / "redrawn.mp4"
    rows = np.arange(person.footage.n_frames)[keep]
    with KeptVideo(video) as kept:
        for n, frame in enumerate(person.footage.frames()):
            if n in rows:
                kept.write(draw(frame, n))
    track = person.track
    short = FaceTrack(track.points[rows], track.blendshapes[rows], track.seen[rows])
    return replace(person, footage=replace(person.footage, video=video, n_frames=len(rows)), track=short)


def moved(frame: YuvFrame, across: float, down: float) -> YuvFrame:
    def move(plane: np.ndarray, smaller: int) -> np.ndarray:
        matrix = np.float32([[1, 0, across / smaller], [0, 1, down / smaller]])
        return cv2.warpAffine(plane, matrix, (plane.shape[1], plane.shape[0]), borderMode=cv2.BORDER_REFLECT)

    return YuvFrame(move(frame.y, 1), move(frame.u, 2), move(frame.v, 2))


def with_marks(frame: YuvFrame, n: int) -> YuvFrame:
    """Things on the wall: a camera cannot be followed by a plain one."""
    copy = frame.copy()
    for x, y in ((20, 30), (50, 100), (30, 180), (280, 40), (300, 130), (265, 90), (60, 50), (290, 200), (15, 240)):
        cv2.rectangle(copy.y, (x, y), (x + 14, y + 9), 180, -1)
    return copy


def test_a_steady_sharp_take_raises_no_alarm_about_its_pictures(person: Drawn, tmp_path: Path) -> None:
    found = see(redrawn(person, tmp_path, with_marks))
    assert [f.name for f in found.values() if f.verdict != "good"] == ["face size"]  # it is drawn small


def test_a_trembling_hand_is_named_apart_from_the_heads_own_sway(person: Drawn, tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    walk = 0.06 * EYES * chance.normal(size=(200, 2))
    track = person.track
    shaken = redrawn(person, tmp_path, lambda frame, n: moved(with_marks(frame, n), *walk[n]))
    points = track.points + np.concatenate([walk, np.zeros((200, 1))], axis=1)[:, None].astype(np.float32)
    found = see(replace(shaken, track=replace(track, points=points)))
    assert found["steady camera"].verdict == "fair"
    assert found["steady camera"].moments
    assert found["one take"].verdict == "good"


def test_a_cut_is_named_where_it_is(person: Drawn, tmp_path: Path) -> None:
    keep = [n for n in range(200) if not 75 <= n < 125]
    found = see(redrawn(person, tmp_path, lambda frame, n: frame, keep))["one take"]
    assert found.verdict == "fair"
    assert found.moments == (3.0,)
    assert "at 0:03" in found.places


def test_out_of_focus_and_blur_of_movement_are_told_apart(person: Drawn, tmp_path: Path) -> None:
    def soft(frame: YuvFrame, n: int) -> YuvFrame:
        return YuvFrame(cv2.GaussianBlur(frame.y, (0, 0), 0.04 * EYES), frame.u, frame.v)

    def smeared(frame: YuvFrame, n: int) -> YuvFrame:
        moving = cv2.filter2D(frame.y, -1, np.full((1, 13), 1 / 13, np.float32))
        return YuvFrame(moving, frame.u, frame.v) if 60 <= n < 140 else frame

    assert see(redrawn(person, tmp_path, soft))["sharpness"].verdict == "fair"
    found = see(redrawn(person, tmp_path, smeared))
    assert found["sharpness"].verdict == "good"
    assert found["blurred moments"].verdict == "fair"
    assert all(60 / 25 <= moment < 140 / 25 for moment in found["blurred moments"].moments)


def test_sharpness_falls_with_blur_and_not_with_light() -> None:
    chance = np.random.default_rng(2)
    sharp = np.clip(110 + cv2.GaussianBlur(chance.normal(0, 40, (400, 400)), (0, 0), 1.2), 0, 255).astype(np.uint8)
    points: Floats = np.array([[100, 100], [300, 300]], np.float32)
    usual = sharpness_of(sharp, points, 120.0)
    assert sharpness_of((sharp * 0.4).astype(np.uint8), points, 120.0) == pytest.approx(usual, rel=0.1)
    blurred = sharpness_of(cv2.GaussianBlur(sharp, (0, 0), 6), points, 120.0)
    assert all(value < 0.6 * good for value, good in zip(blurred, usual, strict=True))


def test_a_dark_picture_is_dark_and_not_blurred(person: Drawn, tmp_path: Path) -> None:
    dark = see(redrawn(person, tmp_path, lambda frame, n: YuvFrame(frame.y // 3 + 11, frame.u, frame.v)))
    assert dark["light"].verdict != "good"
    assert "more light" in dark["light"].advice
    assert dark["sharpness"].verdict == "good"


def test_a_hand_before_the_mouth_is_named_where_it_is(tmp_path: Path) -> None:
    person = drawn_person(tmp_path, n=120, hand=(40, 66))
    found = see(person)["mouth free"]
    assert found.verdict == "fair"
    assert found.moments
    assert all(36 / 25 <= moment <= 70 / 25 for moment in found.moments)


def test_a_head_that_turns_away_and_a_face_that_is_lost_are_named(person: Drawn) -> None:
    track, space = person.track, person.lips.space
    turn = np.zeros(200)
    turn[100:150] = 40
    middle = np.array([WIDTH / 2, HEIGHT / 3, 0])
    rotated = np.einsum(
        "nij,npj->npi", Rotation.from_euler("Y", turn[:, None], degrees=True).as_matrix(), track.points - middle
    )
    seen = np.ones(200, bool)
    seen[20:40] = False
    found = {
        f.name: f for f in of_face(FaceTrack((rotated + middle).astype(np.float32), track.blendshapes, seen), space)
    }
    assert found["head turns"].verdict == "fair"
    assert all(4 <= moment < 6 for moment in found["head turns"].moments)
    assert found["face in the picture"].verdict == "fair"
    assert all(0.8 <= moment < 1.6 for moment in found["face in the picture"].moments)


def test_movement_goes_on_and_a_cut_does_not() -> None:
    steps = np.ones(50, np.float32)
    steps[20:25] = 6
    steps[40] = 6
    assert np.flatnonzero(out_of_line(steps, 0.1) > 2).tolist() == [40]


def test_frames_left_out_to_reach_our_rate_are_no_cuts(person: Drawn, tmp_path: Path) -> None:
    kept = redrawn(person, tmp_path, lambda frame, n: frame, [n for n in range(200) if n % 6 != 5])
    facts = replace(kept.footage.source, fps=30.0)
    assert see(replace(kept, footage=replace(kept.footage, source=facts)))["one take"].verdict == "good"


def test_a_face_that_is_partly_white_has_too_much_light(person: Drawn, tmp_path: Path) -> None:
    def glaring(frame: YuvFrame, n: int) -> YuvFrame:
        luma = frame.y.copy()
        luma[:, : WIDTH // 2] = np.minimum(luma[:, : WIDTH // 2].astype(int) * 2, 235)
        return YuvFrame(luma, frame.u, frame.v)

    light = see(redrawn(person, tmp_path, glaring))["light"]
    assert light.verdict == "fair"
    assert "blown out" in light.found
    assert "less light" in light.advice
