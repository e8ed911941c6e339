"""The stage keeps its layers apart, the label on top, and its costs low."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosie.errors import YourInput
from sosie.stage.canvas import Box
from sosie.stage.cards import Card, Toast
from sosie.stage.compose import Scene, Stage
from sosie.stage.label import Label, LabelKind, SafeArea
from sosie.stage.label_reader import find_label
from sosie.stage.subtitles import Subtitle
from sosie.types import LANGUAGES, Language, Word, YuvFrame

from .pictures import SIZES, Size, noise, plain

CARD = Card("Thermal steel bottle 750 ml 保温杯", Decimal("29.99"), "USD", Decimal("19.99"), stock=3)
TOAST = Toast("Does it fit? 👍🏽 مرحبا", "Mia")
SUBTITLE = Subtitle("Hot for hours, 保温十二小时", (Word("Hot", 0, 9), Word("for", 9, 20)), 10)
FULL = Scene("en", SUBTITLE, CARD, TOAST)
LABEL = Label("en", "clone", "Camille Dupont")


def _changed(before: YuvFrame, after: YuvFrame) -> np.ndarray:
    return before.y != after.y


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(120, 1000), st.integers(120, 1000)).map(lambda half: (2 * half[0], 2 * half[1])),
    st.sampled_from(LANGUAGES),
    st.sampled_from(["clone", "measurement", "fictional"]),
)
def test_no_two_zones_meet_at_any_size(size: Size, language: Language, kind: LabelKind) -> None:
    zones = Stage(size, Label(language, kind, "Jo " * 60 if kind == "clone" else "")).zones
    boxes = [zones.label, zones.card, zones.subtitle, zones.toast]
    for index, box in enumerate(boxes):
        assert box.inside(*size)
        assert not any(box.meets(other) for other in boxes[index + 1 :])


@pytest.mark.parametrize("size", SIZES)
def test_a_show_that_sells_nothing_leaves_no_empty_place_for_a_card(size: Size) -> None:
    with_card, without = (Stage(size, LABEL, cards=cards) for cards in (True, False))
    assert without.zones.card is None
    bare = plain(size, 120)
    changed = _changed(bare, without.draw(bare.copy(), Scene("en", SUBTITLE, None, TOAST)).frame)
    for box in (without.zones.label, without.zones.subtitle, without.zones.toast):
        inside = changed[box.top : box.bottom, box.left : box.right]
        assert inside.mean() > 0.1
        inside[:] = False
    assert not changed.any()
    if size[1] > size[0]:
        assert without.zones.subtitle.bottom == with_card.zones.card.bottom
    with pytest.raises(ValueError, match="a card on a stage that was made without"):
        without.draw(plain(size, 120), FULL)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_drawn_in_its_own_zone(size: Size, language: Language) -> None:
    stage = Stage(size, Label(language, "measurement"))
    bare = plain(size, 120)
    frame = stage.draw(bare.copy(), Scene(language, SUBTITLE, CARD, TOAST)).frame
    changed = _changed(bare, frame)
    zones = stage.zones
    for box in (zones.label, zones.card, zones.subtitle, zones.toast):
        inside = changed[box.top : box.bottom, box.left : box.right]
        assert inside.mean() > 0.1
        inside[:] = False
    assert not changed.any(), "something was drawn outside the zones"


@pytest.mark.parametrize("size", SIZES)
def test_the_label_is_the_same_under_any_scene(size: Size) -> None:
    stage = Stage(size, LABEL)
    box = stage.label.box
    plainly, full = (stage.draw(noise(size), scene).frame for scene in (Scene("en"), FULL))
    for one, two in ((plainly.y, full.y), (plainly.u, full.u), (plainly.v, full.v)):
        step = 1 if one.shape[0] == size[1] else 2
        area = (slice(box.top // step, box.bottom // step), slice(box.left // step, box.right // step))
        assert np.array_equal(one[area], two[area])


def test_a_layer_that_would_touch_the_label_never_reaches_the_picture() -> None:
    """Were the layout wrong one day, the frame would fail rather than go out with its label touched."""
    stage = Stage((720, 1280), LABEL)
    box = stage.zones.label
    moved = Box(box.left, box.top, box.right, box.bottom + 60)
    object.__setattr__(stage.zones, "card", moved)
    with pytest.raises(ValueError, match="touch the AI label"):
        stage.draw(plain((720, 1280)), FULL)


def test_a_safe_area_that_leaves_no_room_is_refused() -> None:
    with pytest.raises(YourInput, match="safe area"):
        Stage((720, 720), LABEL, SafeArea(0, 0.25, 0, 0.25))


def test_a_slate_has_the_label_too() -> None:
    stage = Stage((720, 1280), LABEL)
    slate = stage.slate("Back in a moment", "en").frame
    assert find_label(slate).present
    assert slate.y[500:780].max() > 200


def test_a_layer_is_drawn_anew_only_when_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    from sosie.stage import compose

    real = compose.card_layer
    monkeypatch.setattr(compose, "card_layer", lambda *a: (drawn.append("card"), real(*a))[1])
    stage = Stage((360, 640), LABEL)
    for position in range(5):
        same = Card("Cup", Decimal(5), "EUR")
        stage.draw(plain((360, 640)), Scene("en", Subtitle("Hi", (), position), same))
    assert drawn == ["card"], "an equal card is the same card"
    stage.draw(plain((360, 640)), Scene("en", card=Card("Cup", Decimal(4), "EUR")))
    assert drawn == ["card", "card"], "a new price is on air with the next frame"


def test_a_frame_of_another_size_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="the stage is 720x1280"):
        Stage((720, 1280), LABEL).draw(plain((360, 640)), Scene("en"))
