"""Everything around a painter: the sheet it learns on, and the way of its pictures into the frame."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from sosie.face.fit import FaceFit
from sosie.face.layin import LayIn
from sosie.face.motion import BodyStep
from sosie.face.painted import EYES, HEIGHT, N_WANTED, WIDTH, Lessons, PaintedMouths, lessons
from sosie.face.perform import Performer
from sosie.face.places import OUTER_LIPS, PLACE, rows
from sosie.face.warp import Planes
from sosie.footage.reel import Reel
from sosie.types import Floats, LipShapes

from .drawn import Drawn
from .painting import nearest
from .test_perform import Openness


@pytest.fixture(scope="module")
def taught(face: FaceFit) -> Lessons:
    return lessons(face)


def test_lessons_are_the_free_and_sharp_mouths(face: FaceFit, taught: Lessons) -> None:
    n = len(face.exemplars)
    assert taught.wanted.shape == (n, N_WANTED)
    assert taught.y.shape == (n, HEIGHT, WIDTH)
    assert taught.u.shape == taught.v.shape == (n, HEIGHT // 2, WIDTH // 2)


def test_the_skin_holds_still_on_the_sheet(person: Drawn, face: FaceFit, taught: Lessons) -> None:
    """The edge of the chin, which the drawn jaw moves by a tenth of an eye distance."""
    x, y = np.round(taught.sheet.held[PLACE[152]]).astype(int)
    columns = cv2.GaussianBlur(taught.y[:, y - 24 : y + 24, x - 2 : x + 3].mean(axis=2), (1, 5), 0)
    edges = np.abs(np.diff(columns.astype(float), axis=1)).argmax(axis=1)
    assert np.percentile(edges, 90) - np.percentile(edges, 10) <= 0.04 * EYES


def test_the_sheet_knows_where_the_lips_of_each_lesson_are(taught: Lessons) -> None:
    for number in range(0, len(taught), 25):
        ring = taught.sheet.points(taught.wanted[number, :16])[rows(OUTER_LIPS)]
        red = 2 * np.argwhere(taught.v[number] > 160)[:, ::-1] + 0.5
        assert np.abs(red.min(axis=0) - ring.min(axis=0)).max() < 0.03 * EYES
        assert np.abs(red.max(axis=0) - ring.max(axis=0)).max() < 0.03 * EYES


def test_a_frames_own_sheet_laid_in_again_is_the_frame(face: FaceFit, taught: Lessons) -> None:
    mouths = PaintedMouths(face, taught.sheet, nearest(taught))
    for row in (10, 60):
        number = int(face.exemplars.frames[row])
        lips, laid = mouths.next(face.numbers[number], 1.0, BodyStep(number), [])
        assert np.array_equal(lips, face.numbers[number])
        with Reel(face.video) as reel:
            reel.seek(number)
            frame = reel.read()
        before = frame.copy()
        points = face.places.points[number]
        LayIn()(frame, points, points, float(face.places.eyes[number]), laid)
        for got, given in ((frame.y, before.y), (frame.u, before.u), (frame.v, before.v)):
            assert cv2.PSNR(got, given) > 36


def test_the_painted_mouth_opens_when_the_shapes_say_so(person: Drawn, face: FaceFit, taught: Lessons) -> None:
    wide, shut = (face.numbers[person.opening[:80].argsort()[k]] for k in (-4, 3))
    numbers = np.concatenate([np.repeat(shape[None], 12, axis=0) for shape in (wide, shut, wide, shut)])
    performer = Performer(face, seed=4, mouths=PaintedMouths(face, taught.sheet, nearest(taught)))
    openness = Openness(person, face, 4)
    performer.prepare(LipShapes(numbers))
    opened = [openness.of(performer.next_frame(), "talking") for _ in range(48)]
    assert min(np.median(opened[4:12]), np.median(opened[26:36])) > 0.75
    assert max(np.median(opened[14:24]), np.median(opened[38:48])) < 0.25


def test_the_painter_is_asked_for_the_lips_and_the_turn_of_the_body(face: FaceFit, taught: Lessons) -> None:
    asked: list[Floats] = []

    def paint(wanted: Floats) -> Planes:
        asked.append(wanted)
        return Planes(taught.y[0], taught.u[0], taught.v[0])

    step = BodyStep(50, 120, 0.8)
    PaintedMouths(face, taught.sheet, paint).next(face.numbers[7], 1.0, step, [])
    assert np.allclose(asked[0][:16], face.numbers[7])
    assert np.allclose(asked[0][16:], face.places.angles[120] * 10)
