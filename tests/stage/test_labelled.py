"""Only a stage makes a labelled frame, and what is on it stays on it: tried as somebody would who wants it off."""

from __future__ import annotations

import copy
import gc
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sosie
from sosie.errors import Refused
from sosie.stage.canvas import Box
from sosie.stage.compose import Scene, Stage
from sosie.stage.label import Label
from sosie.stage.label_reader import find_label
from sosie.stage.labelled import LabelledFrame, _drawn_by_stages
from sosie.types import YuvFrame

from .pictures import plain

SIZE = (240, 320)
BOX = Box(102, 20, 230, 60)


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage(SIZE, Label("en", "fictional"))


@pytest.fixture
def labelled(stage: Stage) -> LabelledFrame:
    return stage.draw(plain(SIZE, 120), Scene("en"))


def received(frame: LabelledFrame) -> YuvFrame:
    """What an encoder gets."""
    planes = plain(SIZE, 0)
    frame.copy_into(planes.y, planes.u, planes.v)
    return planes


def test_the_encoder_gets_the_picture_with_its_label(labelled: LabelledFrame) -> None:
    assert labelled.size == SIZE
    assert repr(labelled) == "LabelledFrame(240x320)"
    got = received(labelled)
    assert find_label(got, ["en"]).present
    assert np.array_equal(got.y, labelled.frame.y)
    assert np.array_equal(got.u, labelled.frame.u)


@pytest.mark.parametrize("plane", ["y", "u", "v"])
def test_its_planes_cannot_be_written(plane: str, labelled: LabelledFrame) -> None:
    with pytest.raises(ValueError, match="read-only"):
        getattr(labelled.frame, plane)[30:50] = 16


def test_the_frame_that_was_given_cannot_be_drawn_on_either(stage: Stage) -> None:
    frame = plain(SIZE)
    stage.draw(frame, Scene("en"))
    with pytest.raises(ValueError, match="read-only"):
        frame.y[0, 0] = 16
    with pytest.raises(ValueError, match="read-only"):
        stage.draw(frame, Scene("en"))


@pytest.mark.parametrize("seal", [None, object(), True, "stage"])
def test_nobody_but_a_stage_builds_one(seal: object) -> None:
    with pytest.raises(Refused, match="outside the stage"):
        LabelledFrame(plain(SIZE), BOX, seal=seal)


def test_only_the_stage_holds_the_seal() -> None:
    source = Path(sosie.__file__).parent
    holders = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if "LabelledFrame(" in (text := path.read_text()) or "labelled import _" in text
    }
    assert holders == {"stage/labelled.py", "stage/compose.py"}


def test_there_are_no_subclasses() -> None:
    with pytest.raises(TypeError, match="cannot be subclassed"):
        type("Bare", (LabelledFrame,), {"copy_into": lambda *planes: None})


class Lookalike:
    __slots__ = ("__weakref__",)


def dressed_up() -> LabelledFrame:
    lookalike = Lookalike()
    lookalike.__class__ = LabelledFrame  # type: ignore[assignment]
    return lookalike  # type: ignore[return-value]


FORGERIES: dict[str, Callable[[LabelledFrame], LabelledFrame]] = {
    "made without its constructor": lambda genuine: object.__new__(LabelledFrame),
    "copied": copy.copy,
    "copied deeply": copy.deepcopy,
    "pickled and back": lambda genuine: pickle.loads(pickle.dumps(genuine)),
    "another class dressed up": lambda genuine: dressed_up(),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_what_no_stage_has_made_shows_nothing(name: str, labelled: LabelledFrame) -> None:
    forged = FORGERIES[name](labelled)
    assert type(forged) is LabelledFrame
    with pytest.raises(Refused, match="without its AI label"):
        received(forged)
    with pytest.raises(Refused, match="without its AI label"):
        _ = forged.frame


@pytest.mark.parametrize("name", ["frame", "size", "copy_into", "_frame", "label"])
def test_nothing_on_it_can_be_replaced(name: str, labelled: LabelledFrame) -> None:
    with pytest.raises(AttributeError):
        object.__setattr__(labelled, name, plain(SIZE))
    with pytest.raises(TypeError):
        replace(labelled, frame=plain(SIZE))  # type: ignore[type-var]


def with_an_earlier_view(stage: Stage) -> LabelledFrame:
    frame = plain(SIZE, 120)
    earlier = frame.y[:]
    made = stage.draw(frame, Scene("en"))
    earlier[:] = 120
    return made


def with_the_flag_set_back(stage: Stage) -> LabelledFrame:
    made = stage.draw(plain(SIZE, 120), Scene("en"))
    made.frame.u.setflags(write=True)
    made.frame.u[10:30] = 90
    return made


def with_another_plane(stage: Stage) -> LabelledFrame:
    made = stage.draw(plain(SIZE, 120), Scene("en"))
    object.__setattr__(made.frame, "y", plain(SIZE, 120).y)
    return made


@pytest.mark.parametrize("tampered", [with_an_earlier_view, with_the_flag_set_back, with_another_plane])
def test_a_label_that_was_drawn_over_does_not_reach_the_encoder(
    tampered: Callable[[Stage], LabelledFrame], stage: Stage
) -> None:
    with pytest.raises(Refused, match="drawn over"):
        received(tampered(stage))


class TwoFaced(YuvFrame):
    """Gives other planes each time it is asked."""

    def __getattribute__(self, name: str) -> object:
        value = super().__getattribute__(name)
        return value.copy() if isinstance(value, np.ndarray) else value


def test_a_frame_with_two_faces_is_labelled_on_the_one_that_goes_out(stage: Stage) -> None:
    bare = plain(SIZE, 120)
    made = stage.draw(TwoFaced(bare.y, bare.u, bare.v), Scene("en"))
    assert find_label(received(made), ["en"]).present


def test_planes_of_another_size_are_a_mistake(labelled: LabelledFrame) -> None:
    other = plain((320, 240))
    with pytest.raises(ValueError, match="planes must be"):
        labelled.copy_into(other.y, other.u, other.v)


def test_a_frame_that_is_gone_is_forgotten(stage: Stage) -> None:
    gc.collect()
    before = len(_drawn_by_stages)
    for _ in range(5):
        stage.draw(plain(SIZE), Scene("en"))
    assert len(_drawn_by_stages) <= before


def test_naming_the_type_loads_no_drawing() -> None:
    code = "import sys, sosie.broadcast.encode; sys.exit('skia' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
