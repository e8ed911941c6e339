"""The label is found in what a viewer receives, and not found where it is not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from sosie.stage.compose import Scene, Stage
from sosie.stage.label import Label, SafeArea
from sosie.stage.label_reader import LEAST_SCORE, find_label, read_label
from sosie.types import LANGUAGES, Language, YuvFrame

from .pictures import SIZES, Size, encoded_and_decoded, noise, plain, slope

CAMILLE = "Camille Dupont"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_label_survives_one_megabit(size: Size, language: Language) -> None:
    label = Label(language, "clone", "李明" if language == "zh" else CAMILLE)
    stage = Stage(size, label)
    received = encoded_and_decoded([stage.draw(frame, Scene(language)).frame for frame in (slope(size), slope(size))])
    for frame in received:
        assert read_label(frame, label).score >= LEAST_SCORE
        found = find_label(frame)
        assert (found.present, found.language, found.measurement) == (True, language, False)


@pytest.mark.parametrize("size", SIZES[:2])
def test_even_under_noise_that_starves_the_encoder(size: Size) -> None:
    label = Label("zh", "clone", "李明")
    stage = Stage(size, label)
    received = encoded_and_decoded([stage.draw(noise(size, seed), Scene("zh")).frame for seed in range(4)])
    assert all(read_label(frame, label).present for frame in received)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_measurement_is_told_from_a_clone(language: Language) -> None:
    size = (720, 1280)
    stage = Stage(size, Label(language, "measurement"))
    received = encoded_and_decoded([stage.draw(slope(size), Scene(language)).frame])[0]
    assert find_label(received).measurement


@pytest.mark.parametrize("picture", [plain, slope, noise])
def test_without_a_label_the_reader_says_no(picture: object) -> None:
    """The mutation: the same pictures through the same encoder, the overlay left out."""
    assert callable(picture)
    for frame in encoded_and_decoded([picture((720, 1280))] * 2):
        assert not find_label(frame).present
        assert not read_label(frame, Label("en", "clone", CAMILLE)).present


def _labelled() -> YuvFrame:
    """To be tampered with, so a copy."""
    size = (720, 1280)
    return Stage(size, Label("en", "clone", CAMILLE)).draw(slope(size), Scene("en")).frame.copy()


def test_a_label_covered_or_smeared_is_no_label() -> None:
    box = Stage((720, 1280), Label("en", "clone", CAMILLE)).label.box
    half_hidden = _labelled()
    half_hidden.y[box.top : box.bottom, box.left : box.left + box.width // 2] = 90
    assert not find_label(half_hidden).present
    smeared = _labelled()
    smeared.y[: box.bottom + 60] = cv2.GaussianBlur(smeared.y[: box.bottom + 60], (0, 0), 14)
    assert not find_label(smeared).present


def test_a_label_that_only_shimmers_is_no_label() -> None:
    """It correlates perfectly over a flat picture, and no viewer would see it."""
    size = (720, 1280)
    frame = Stage(size, Label("en", "clone", CAMILLE)).draw(plain(size, 126), Scene("en")).frame
    ghost = YuvFrame((126 + (frame.y.astype(float) - 126) * 0.08).astype(np.uint8), frame.u, frame.v)
    reading = find_label(ghost)
    assert reading.score > 0.8
    assert not reading.present


def test_another_language_or_name_is_told_apart() -> None:
    frame = _labelled()
    assert find_label(frame).language == "en"
    assert not read_label(frame, Label("zh", "clone", CAMILLE)).present
    assert read_label(frame, Label("en", "clone", CAMILLE)).score > read_label(frame, Label("en", "clone", "Xu")).score


def test_a_file_scaled_by_a_hair_or_with_other_edges_still_reads() -> None:
    frame = _labelled()
    wider = cv2.resize(frame.y, (740, 1316), interpolation=cv2.INTER_AREA)[:1280, -720:]
    assert find_label(YuvFrame(np.ascontiguousarray(wider), frame.u, frame.v)).present
    moved = Stage((720, 1280), Label("en", "clone", CAMILLE), SafeArea(0.04, 0.2, 0.1, 0.04))
    assert find_label(moved.draw(slope((720, 1280)), Scene("en")).frame).present
