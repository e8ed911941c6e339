"""What a viewer would see: no seam, no colour patch, no second chin, no lost detail."""

from __future__ import annotations

import cv2
import numpy as np

from sosie.face.fit import FaceFit
from sosie.face.layin import LayIn, Mouth
from sosie.face.places import INNER_LIPS, JAW, rows
from sosie.face.survey import mouth_box
from sosie.face.warp import Planes
from sosie.footage.reel import Reel
from sosie.types import Floats, YuvFrame

from .drawn import EYES, Drawn


def frame(person: Drawn, n: int) -> YuvFrame:
    with Reel(person.footage.video) as reel:
        reel.seek(n)
        return reel.read()


def mouth(person: Drawn, face: FaceFit, n: int, share: float = 1.0) -> Mouth:
    points = face.places.points[n]
    box = mouth_box(points, EYES, face.size)
    picture = frame(person, n)
    cut = Planes(picture.y[box.luma], picture.u[box.chroma], picture.v[box.chroma])
    return Mouth(cut, (box.x, box.y), points, share)


def spoken(face: FaceFit, body: int, lips: int) -> Floats:
    """Where the CONTROLS of frame ``body`` are with the lips of frame ``lips``."""
    moves = np.einsum("k,kpa->pa", face.numbers[lips] - face.numbers[body], face.places.by_numbers)
    return face.places.points[body] + face.places.in_picture(body, moves)


def extremes(person: Drawn) -> tuple[int, int]:
    """A shut and an open mouth."""
    order = np.argsort(person.opening[:80])
    return int(order[2]), int(order[-3])


def test_a_frames_own_mouth_laid_in_again_is_the_frame(person: Drawn, face: FaceFit) -> None:
    for n in (10, 40):
        out = frame(person, n)
        LayIn()(out, face.places.points[n], face.places.points[n], EYES, [mouth(person, face, n)])
        before = frame(person, n)
        for got, given in ((out.y, before.y), (out.u, before.u), (out.v, before.v)):
            assert cv2.PSNR(got, given) > 40


def test_only_the_lower_face_and_the_neck_under_it_are_touched(person: Drawn, face: FaceFit) -> None:
    shut, wide = extremes(person)
    out, before = frame(person, shut), frame(person, shut)
    LayIn()(out, face.places.points[shut], spoken(face, shut, wide), EYES, [mouth(person, face, wide)])
    changed = np.argwhere(np.abs(out.y.astype(int) - before.y) > 3)
    eyes_y = person.track.points[shut, 33, 1]
    chin = person.track.points[shut, 152]
    assert changed[:, 0].min() > eyes_y + 0.2 * EYES
    assert changed[:, 0].max() < chin[1] + 0.6 * EYES
    assert np.abs(changed[:, 1] - chin[0]).max() < 1.1 * EYES


def test_a_shut_mouth_opens_and_an_open_one_shuts(person: Drawn, face: FaceFit) -> None:
    shut, wide = extremes(person)
    for body, lips in ((shut, wide), (wide, shut)):
        out = frame(person, body)
        target = spoken(face, body, lips)
        LayIn()(out, face.places.points[body], target, EYES, [mouth(person, face, lips)])
        assert abs(dark(out, target) - dark(frame(person, lips), face.places.points[lips])) < 0.25 * dark(
            frame(person, wide), face.places.points[wide]
        )


def test_there_is_one_chin_where_the_jaw_was_moved_to(person: Drawn, face: FaceFit) -> None:
    shut, wide = extremes(person)
    out = frame(person, shut)
    target = spoken(face, shut, wide)
    LayIn()(out, face.places.points[shut], target, EYES, [mouth(person, face, wide)])
    x = round(float(target[rows([152])[0], 0]))
    lip_y = round(float(target[rows([17])[0], 1]))
    column = cv2.GaussianBlur(out.y, (9, 3), 0)[lip_y + 6 : lip_y + 70, x].astype(int)
    edges = np.flatnonzero(np.abs(column[4:] - column[:-4]) > 9)
    assert edges.max() - edges.min() < 9, "more than one edge between lip and throat"
    chin_y = float(target[rows(JAW), 1].max())
    assert abs(lip_y + 8 + edges.mean() - chin_y) < 6


def test_another_light_leaves_no_patch(person: Drawn, face: FaceFit) -> None:
    one, other = 20, 60
    laid = mouth(person, face, other)
    tinted = Planes(
        np.clip(laid.planes.y.astype(int) + 14, 0, 255).astype(np.uint8),
        np.clip(laid.planes.u.astype(int) - 6, 0, 255).astype(np.uint8),
        np.clip(laid.planes.v.astype(int) + 8, 0, 255).astype(np.uint8),
    )
    out, before = frame(person, one), frame(person, one)
    target = spoken(face, one, other)
    LayIn()(out, face.places.points[one], target, EYES, [Mouth(tinted, laid.corner, laid.points, 1.0)])
    cheek = np.round(target[rows((212, 432, 200))]).astype(int)
    for x, y in cheek:
        for got, given, k in ((out.y, before.y, 1), (out.u, before.u, 2), (out.v, before.v, 2)):
            patch = np.s_[y // k - 3 : y // k + 4, x // k - 3 : x // k + 4]
            assert abs(float(got[patch].mean()) - float(given[patch].mean())) < 3


def test_presence_fades_the_mouth_out(person: Drawn, face: FaceFit) -> None:
    shut, wide = extremes(person)
    points = face.places.points[shut]
    out = frame(person, shut)
    LayIn()(out, points, points, EYES, [mouth(person, face, wide)], presence=0.0)
    assert cv2.PSNR(out.y, frame(person, shut).y) > 42


def dark(picture: YuvFrame, points: Floats) -> int:
    """Pixels of the open mouth."""
    x, y = points[rows(INNER_LIPS)].mean(axis=0).astype(int)
    return int((picture.y[y - 25 : y + 30, x - 30 : x + 30] < 62).sum())
