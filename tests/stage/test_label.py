"""The label is big enough, plain to see, whole, and nobody's to switch off."""

from __future__ import annotations

import inspect
import math
from dataclasses import FrozenInstanceError, fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosie.errors import Refused, YourInput
from sosie.stage import compose, label, label_words
from sosie.stage.compose import Scene, Stage
from sosie.stage.label import (
    LEAST_CONTRAST,
    DrawnLabel,
    Label,
    SafeArea,
    drawn,
    ink_height,
    least_ink,
    require_ink,
    words_style,
)
from sosie.stage.label_reader import find_label, read_label
from sosie.stage.label_words import LabelKind
from sosie.stage.text import Style
from sosie.types import LANGUAGES, Language

from .pictures import SIZES, Size, noise, plain

NAMES = [
    "李明",
    "Al",
    "Camille Dupont",
    "محمد علي الحسيني",
    "Anne-Sophie 👩🏾‍🦱 de la Rochefoucauld",
    "Wolfeschlegelsteinhausenbergerdorff" * 4,
    "Zoe" + "\u0301\u0337\u035c" * 40,
]
LABELS = st.builds(
    lambda language, kind, name: Label(language, kind, "" if kind == "measurement" else name),
    st.sampled_from(LANGUAGES),
    st.sampled_from(["clone", "measurement", "fictional"]),
    st.sampled_from(NAMES),
)
PLACES = st.one_of(
    st.sampled_from(SIZES),
    st.tuples(st.integers(180, 700), st.integers(180, 700)).map(lambda half: (2 * half[0], 2 * half[1])),
)
EDGES = st.floats(0, 0.1)
SAFE = st.one_of(st.none(), st.builds(SafeArea, EDGES, EDGES, EDGES, EDGES))


@settings(max_examples=40, deadline=None)
@given(LABELS, PLACES, SAFE)
def test_every_letter_is_five_percent_tall_and_the_label_is_in_the_picture(
    wanted: Label, size: Size, safe: SafeArea | None
) -> None:
    made = drawn(wanted, size, safe)
    assert made.ink_pixels >= math.ceil(0.05 * min(size))
    assert made.box.inside(*size)
    assert made.box.left <= made.words_box.left < made.words_box.right <= made.box.right
    assert made.box.top <= made.words_box.top < made.words_box.bottom <= made.box.bottom


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_the_ink_in_the_picture_is_as_tall_as_the_rule_says(language: Language, size: Size) -> None:
    """Measured in the finished luma, independently of the code that chose the size."""
    luma = drawn(Label(language, "measurement"), size).words_luma()
    rows = np.flatnonzero((luma > 126).any(axis=1))
    assert rows[-1] - rows[0] + 1 >= 0.05 * min(size)
    style = words_style(language, size)
    assert ink_height("A", style, language) >= least_ink(size)
    assert ink_height("数", style, "zh") >= least_ink(size)


def test_a_font_of_five_percent_is_refused() -> None:
    """The measured trap of design/rules.md, finding 4: 54 px on 1080."""
    with pytest.raises(Refused, match="at least 54 px of ink"):
        require_ink("AI生成", Style(54, (255, 255, 255), bold=True), "zh", (1080, 1920))


@pytest.mark.parametrize("luma", [16, 126, 235])
@pytest.mark.parametrize("kind", ["clone", "measurement"])
def test_words_stand_out_over_black_grey_and_white(luma: int, kind: label_words.LabelKind) -> None:
    size = (720, 1280)
    frame = plain(size, luma)
    made = Stage(size, Label("en", kind, "Camille Dupont" if kind == "clone" else "")).draw(frame, Scene("en")).frame
    box = drawn(Label("en", kind, "Camille Dupont" if kind == "clone" else ""), size).words_box
    seen = made.y[box.top : box.bottom, box.left : box.right].astype(float)
    light = [(((level - 16) / 219) ** 2.4) for level in np.percentile(seen, (2, 98)).clip(16, 235)]
    assert (light[1] + 0.05) / (light[0] + 0.05) >= LEAST_CONTRAST


@given(LABELS)
@settings(max_examples=15, deadline=None)
def test_the_picture_below_does_not_shine_through(wanted: Label) -> None:
    size = (360, 640)
    box = drawn(wanted, size).box
    pictures = [Stage(size, wanted).draw(frame, Scene("en")).frame for frame in (noise(size, 1), noise(size, 2))]
    corner = 12
    inside = (slice(box.top + corner, box.bottom - corner), slice(box.left + corner, box.right - corner))
    assert np.array_equal(pictures[0].y[inside], pictures[1].y[inside])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_name_reaches_over_the_mandated_words(language: Language) -> None:
    size = (720, 1280)
    plainly = drawn(Label(language, "clone", "Li"), size).words_luma()
    for name in NAMES:
        assert np.array_equal(drawn(Label(language, "clone", name), size).words_luma(), plainly)


def test_a_very_long_name_is_cut_but_what_it_is_stays() -> None:
    long_name = drawn(Label("zh", "clone", "欧阳" * 60), (720, 1280))
    assert long_name.box.height < 200
    assert Label("zh", "clone", "欧阳" * 60).small_lines[0].startswith("数字分身")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "name"), [("clone", "Li"), ("clone", "欧阳" * 60), ("fictional", ""), ("measurement", "")]
)
@pytest.mark.parametrize("size", [(360, 640), (720, 1280), (1280, 720)])
def test_that_a_human_is_heard_stands_below_the_ai_label_and_takes_nothing_from_it(
    language: Language, kind: LabelKind, name: str, size: tuple[int, int]
) -> None:
    made, heard = Label(language, kind, name), Label(language, kind, name, human_voice=True)
    assert np.array_equal(drawn(heard, size).words_luma(), drawn(made, size).words_luma())
    assert set(made.small_lines) < set(heard.small_lines)
    frame = Stage(size, heard).draw(noise(size, 1), Scene(language)).frame
    assert find_label(frame).present
    assert find_label(frame).measurement == (kind == "measurement")
    assert read_label(frame, heard).present
    # It can be read from the picture whose voice it is.
    assert read_label(frame, heard).score > read_label(frame, made).score
    other = Stage(size, made).draw(noise(size, 1), Scene(language)).frame
    assert read_label(other, made).score > read_label(other, heard).score


def test_a_clone_has_a_name_and_a_measurement_has_none() -> None:
    with pytest.raises(YourInput, match="no name"):
        Label("en", "clone")
    with pytest.raises(YourInput, match="no name"):
        Label("en", "clone", "\u202e \n")
    with pytest.raises(Refused, match="did not consent"):
        Label("en", "measurement", "Somebody")
    with pytest.raises(YourInput, match="U\\+F0000"):
        Label("en", "clone", "\U000f0000")


def test_a_picture_too_small_for_the_label_is_no_picture() -> None:
    with pytest.raises(YourInput, match="cannot carry the AI label"):
        drawn(Label("en", "fictional"), (160, 120))
    with pytest.raises(YourInput, match="safe area"):
        SafeArea(0, 0.4, 0, 0)


# Nobody can switch it off.


@pytest.mark.parametrize("base", [Label, DrawnLabel, Stage])
def test_no_subclass_can_change_it(base: type) -> None:
    with pytest.raises(TypeError, match="cannot be subclassed"):
        type("Mine", (base,), {})


def test_nothing_in_the_stage_offers_a_way_around() -> None:
    """No parameter, no field of a scene, no environment variable is about having the label or not."""
    assert list(inspect.signature(Stage.__init__).parameters) == ["self", "size", "label", "safe"]
    assert inspect.signature(Stage.__init__).parameters["label"].default is inspect.Parameter.empty
    assert [field.name for field in fields(Scene)] == ["language", "subtitle", "card", "toast"]
    assert [field.name for field in fields(Label)] == ["language", "kind", "name", "human_voice"]
    for module in (compose, label, label_words):
        assert "environ" not in inspect.getsource(module)


def test_a_made_label_cannot_be_altered() -> None:
    made = drawn(Label("en", "fictional"), (360, 640))
    with pytest.raises(FrozenInstanceError):
        made.label.language = "fr"  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        made.layer._planes[0].keep[:] = 256
    with pytest.raises(YourInput):
        replace(made.label, kind="none")  # type: ignore[arg-type]
