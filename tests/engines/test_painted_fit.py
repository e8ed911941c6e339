"""A painter taught for a few steps on a drawn person, and the graph that it leaves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from face.drawn import drawn_person
from sosie.engines.painter import OnnxPainter
from sosie.errors import YourInput
from sosie.face.fit import fit_face
from sosie.face.painted import HEIGHT, N_WANTED, WIDTH, Lessons, lessons
from sosie.footage.takes import Span

torch = pytest.importorskip("torch", reason="the extra `fit` is not installed")

from sosie.engines.painted_fit import Painter, PaintPlan, Sheets, save, teach  # noqa: E402  (it needs torch)

pytestmark = pytest.mark.slow
PLAN = PaintPlan(steps=12, pictures=8, fine=8, coarse=8)


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Lessons:
    person = drawn_person(tmp_path_factory.mktemp("drawn"), n=130)
    face = fit_face(person.footage, person.track, person.lips, (Span(0, 130),), tmp_path_factory.mktemp("face"))
    return lessons(face)


@pytest.fixture(scope="module")
def painter(taught: Lessons) -> Painter:
    return teach(taught, PLAN)


@pytest.fixture(scope="module")
def file(painter: Painter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("painter") / "painter.onnx"
    save(painter, path)
    return path


def test_it_paints_the_mouth_that_is_wanted(taught: Lessons, file: Path) -> None:
    paint = OnnxPainter(file)
    painted = [int((paint(wanted).y < 62).sum()) for wanted in taught.wanted[::5]]
    real = [int((y < 62).sum()) for y in taught.y[::5]]
    assert np.corrcoef(painted, real)[0, 1] > 0.9, "the open mouth is not as large as it was filmed"


def test_the_graph_paints_what_torch_paints(taught: Lessons, painter: Painter, file: Path) -> None:
    paint = OnnxPainter(file)
    for row in (0, 50):
        with torch.inference_mode():
            planes = Sheets(painter)(torch.from_numpy(taught.wanted[row : row + 1]))
        for got, wanted in zip(paint(taught.wanted[row]), planes, strict=True):
            assert np.abs(got - wanted[0].numpy()).max() <= 0.51, "more than the rounding to levels"


def test_a_sheet_is_whole(taught: Lessons, file: Path) -> None:
    planes = OnnxPainter(file)(taught.wanted[3])
    assert planes.y.shape == (HEIGHT, WIDTH)
    assert planes.u.shape == planes.v.shape == (HEIGHT // 2, WIDTH // 2)
    assert {plane.dtype for plane in planes} == {np.dtype(np.uint8)}


def test_what_was_never_filmed_is_painted_as_the_last_that_was(taught: Lessons, file: Path) -> None:
    paint = OnnxPainter(file)
    widest = taught.wanted.max(axis=0)
    assert np.array_equal(paint(widest).y, paint(3 * np.abs(widest) + 5).y)


def test_the_same_lessons_teach_the_same(taught: Lessons, painter: Painter) -> None:
    again = teach(taught, PLAN)
    wanted = torch.zeros(1, N_WANTED)
    with torch.inference_mode():
        assert torch.equal(painter(wanted), again(wanted))


def test_a_file_that_is_no_painter_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.onnx").write_bytes(b"no")
    with pytest.raises(YourInput, match="x.onnx cannot be read as a painter"):
        OnnxPainter(tmp_path / "x.onnx")
