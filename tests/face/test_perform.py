"""The face engine as the live session uses it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sosie.errors import BadFootage, YourInput
from sosie.face.fit import FaceFit, fit_face
from sosie.face.motion import State, Walk
from sosie.face.perform import Performer
from sosie.footage.reel import Reel
from sosie.footage.takes import Span
from sosie.ports import FaceEngine
from sosie.types import LipShapes, YuvFrame

from .conftest import STILL
from .drawn import Drawn
from .test_layin import dark


def frames(performer: FaceEngine, n: int) -> list[YuvFrame]:
    return [performer.next_frame() for _ in range(n)]


class Openness:
    """0 is the drawn person's shut mouth, 1 the widest; follows the same walk as a performer with the same seed."""

    def __init__(self, person: Drawn, face: FaceFit, seed: int = 0) -> None:
        self._points, self._walk = face.places.points, Walk(face.graph, seed)
        order = np.argsort(person.opening[:80])
        with Reel(person.footage.video) as reel:
            seen = []
            for n in (int(order[3]), int(order[-4])):
                reel.seek(n)
                seen.append(dark(reel.read(), self._points[n]))
        self._shut, self._wide = seen

    def of(self, picture: YuvFrame, state: State) -> float:
        step = self._walk.next(state)
        points = self._points[step.frame]
        if step.other is not None:
            points = (1 - step.mix) * points + step.mix * self._points[step.other]
        return (dark(picture, points) - self._shut) / (self._wide - self._shut)


def same(one: list[YuvFrame], other: list[YuvFrame]) -> bool:
    return all(np.array_equal(a.y, b.y) and np.array_equal(a.u, b.u) for a, b in zip(one, other, strict=True))


def test_the_mouth_opens_when_the_shapes_say_so(person: Drawn, face: FaceFit) -> None:
    wide, shut = (face.numbers[person.opening[:80].argsort()[k]] for k in (-4, 3))
    numbers = np.concatenate([np.repeat(shape[None], 12, axis=0) for shape in (wide, shut, wide, shut)])
    performer, openness = Performer(face, seed=4), Openness(person, face, 4)
    performer.prepare(LipShapes(numbers))
    opened = [openness.of(picture, "talking") for picture in frames(performer, 48)]
    assert min(np.median(opened[4:12]), np.median(opened[26:36])) > 0.75
    assert max(np.median(opened[14:24]), np.median(opened[38:48])) < 0.25


def test_shapes_are_shown_in_the_very_next_frames(person: Drawn, face: FaceFit) -> None:
    wide = face.numbers[person.opening[:80].argsort()[-4]]
    performer, openness = Performer(face), Openness(person, face)
    opened = []
    for n in range(120):
        if n == 60:
            performer.prepare(LipShapes(np.repeat(wide[None], 10, axis=0)))
        opened.append(openness.of(performer.next_frame(), "talking" if 60 <= n < 70 else "still"))
    assert max(opened[40:60]) < 0.45
    assert min(opened[62:70]) > 0.7
    assert max(opened[85:]) < 0.45, "the lips did not go back to rest"


def test_while_listening_the_persons_own_pictures_are_shown_untouched(person: Drawn, face: FaceFit) -> None:
    performer, walk = Performer(face, seed=1), Walk(face.graph, 1)
    shown = frames(performer, 60)
    steps = [walk.next("still") for _ in range(60)]
    with Reel(person.footage.video) as reel:
        for picture, step in list(zip(shown, steps, strict=True))[20:]:
            if step.other is None and STILL[0] <= step.frame < STILL[1]:
                reel.seek(step.frame)
                assert np.array_equal(picture.y, reel.read().y)


def test_the_same_seed_and_calls_give_the_same_frames(face: FaceFit) -> None:
    def show(seed: int) -> list[YuvFrame]:
        performer = Performer(face, seed=seed)
        performer.prepare(LipShapes(face.numbers[:30]))
        return frames(performer, 45)

    assert same(show(2), show(2))


def test_clauses_one_by_one_look_like_all_at_once_but_for_the_joint(face: FaceFit) -> None:
    numbers = face.numbers[20:80]
    whole, parts = Performer(face), Performer(face)
    whole.prepare(LipShapes(numbers))
    for start in range(0, 60, 20):
        parts.prepare(LipShapes(numbers[start : start + 20]))
    assert same(frames(whole, 70), frames(parts, 70))


def test_the_lips_rest_within_half_a_second_of_the_last_shape(person: Drawn, face: FaceFit) -> None:
    wide = face.numbers[person.opening[:80].argsort()[-4]]
    performer, openness = Performer(face), Openness(person, face)
    performer.prepare(LipShapes(np.repeat(wide[None], 20, axis=0)))
    for picture in frames(performer, 20):
        openness.of(picture, "talking")
    opened = [openness.of(performer.next_frame(), "still") for _ in range(40)]
    assert max(opened[13:]) < 0.45


def test_it_never_ends_and_the_caller_owns_the_picture(face: FaceFit) -> None:
    performer = Performer(face)
    performer.prepare(LipShapes(face.numbers[:150]))
    first = performer.next_frame()
    first.y[:] = 0
    first.u[:] = 0
    for picture in frames(performer, 400):
        assert picture.y.shape == (480, 320)
        assert picture.y.mean() > 60
    assert performer.size == (320, 480)


def test_no_shapes_are_no_error(face: FaceFit) -> None:
    performer = Performer(face)
    performer.prepare(LipShapes(np.zeros((0, 16), np.float32)))
    assert performer.next_frame().width == 320


def test_what_is_loaded_performs_as_what_was_fitted(face: FaceFit, face_folder: Path) -> None:
    loaded = FaceFit.load(face_folder, face.video)
    one, other = Performer(face), Performer(loaded)
    for performer in (one, other):
        performer.prepare(LipShapes(face.numbers[:20]))
    assert same(frames(one, 25), frames(other, 25))


def test_a_folder_without_a_face_is_named(tmp_path: Path, face: FaceFit) -> None:
    with pytest.raises(YourInput, match="cannot be read"):
        FaceFit.load(tmp_path, face.video)


def test_footage_without_a_free_sharp_mouth_is_refused(person: Drawn, tmp_path: Path) -> None:
    unseen = replace(person.track, seen=np.arange(len(person.track)) < 60)
    with pytest.raises(BadFootage, match=r"free and sharp in only 2\.\d s"):
        fit_face(person.footage, unseen, person.lips, (Span(0, 300),), tmp_path)
