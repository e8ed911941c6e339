"""What everything behind a FaceEngine relies on. Add your engine to ``ENGINES`` below and it is held to the same."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from face.drawn import drawn_person
from face.painting import nearest
from sosie.engines.fake import GreyFace
from sosie.face.fit import FaceFit, fit_face
from sosie.face.painted import PaintedMouths, lessons
from sosie.face.perform import Performer
from sosie.footage.takes import Span
from sosie.ports import FaceEngine
from sosie.types import LipShapes, YuvFrame


def painted(face: FaceFit) -> FaceEngine:
    taught = lessons(face)
    return Performer(face, mouths=PaintedMouths(face, taught.sheet, nearest(taught)))


ENGINES: dict[str, Callable[[FaceFit], FaceEngine]] = {
    "grey": lambda face: GreyFace(),
    "picked mouths": Performer,
    "painted mouths": painted,
}
Make = Callable[[], FaceEngine]


@pytest.fixture(scope="module")
def face(tmp_path_factory: pytest.TempPathFactory) -> FaceFit:
    person = drawn_person(tmp_path_factory.mktemp("drawn"), still=(200, 300))
    return fit_face(person.footage, person.track, person.lips, (Span(0, 200),), tmp_path_factory.mktemp("face"))


@pytest.fixture(params=list(ENGINES))
def make(request: pytest.FixtureRequest, face: FaceFit) -> Make:
    return lambda: ENGINES[request.param](face)


def shapes(face: FaceFit, start: int, end: int) -> LipShapes:
    return LipShapes(face.numbers[start:end])


def shown(engine: FaceEngine, n: int) -> list[YuvFrame]:
    return [engine.next_frame() for _ in range(n)]


def same(one: list[YuvFrame], other: list[YuvFrame]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for a, b in pairs for name in "yuv")


def test_every_frame_has_the_size_that_is_declared(make: Make, face: FaceFit) -> None:
    engine = make()
    engine.prepare(shapes(face, 0, 5))
    assert {(frame.width, frame.height) for frame in shown(engine, 10)} == {engine.size}


def test_it_goes_on_without_shapes_and_takes_none_at_all(make: Make, face: FaceFit) -> None:
    engine = make()
    engine.prepare(shapes(face, 0, 0))
    assert len(shown(engine, 30)) == 30


def test_the_caller_owns_the_planes(make: Make, face: FaceFit) -> None:
    touched, left_alone = make(), make()
    for engine in (touched, left_alone):
        engine.prepare(shapes(face, 0, 12))
    first = touched.next_frame()
    for plane in (first.y, first.u, first.v):
        plane[:] = 0
    left_alone.next_frame()
    assert same(shown(touched, 15), shown(left_alone, 15))


def test_shapes_in_pieces_are_shown_as_shapes_at_once(make: Make, face: FaceFit) -> None:
    whole, pieces = make(), make()
    whole.prepare(shapes(face, 20, 50))
    for start in (20, 30, 40):
        pieces.prepare(shapes(face, start, start + 10))
    assert same(shown(whole, 45), shown(pieces, 45))
