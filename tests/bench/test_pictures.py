"""Blur, seams and flicker are seen, and an untouched mouth is like itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from face.drawn import drawn_person
from sosie.bench.pictures import (
    Look,
    MouthLooks,
    MouthWatch,
    apart_from_each_other,
    blurred,
    flicker,
    painted_small,
    worst_frames,
)
from sosie.face.layin import laid_in_box, masks
from sosie.face.places import CONTROLS
from sosie.footage.track import eye_distance
from sosie.types import YuvFrame

Change = Callable[[Look, int], YuvFrame]


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> list[Look]:
    """Two seconds of a drawn person who talks."""
    person = drawn_person(tmp_path_factory.mktemp("drawn"))
    points = person.track.points[:50, list(CONTROLS), :2]
    eyes = eye_distance(person.track.points[:50])
    speeds = np.abs(np.diff(person.opening[:51]))
    return [
        Look(picture, points[i], float(eyes[i]), float(speeds[i]))
        for i, picture in zip(range(50), person.footage.frames(), strict=False)
    ]


def watched(looks: list[Look], change: Change = lambda look, number: look.picture) -> MouthLooks:
    watch = MouthWatch()
    for number, look in enumerate(looks):
        watch.push(replace(look, picture=change(look, number)))
    return watch.looks()


def speckled(look: Look, number: int) -> YuvFrame:
    """New noise in every frame."""
    noise = np.random.default_rng(number).normal(0, 12, look.picture.y.shape)
    return YuvFrame(np.clip(look.picture.y + noise, 0, 255).astype(np.uint8), look.picture.u, look.picture.v)


def patched(look: Look, number: int) -> YuvFrame:
    """What is laid in is darker, with a hard edge."""
    size = (look.picture.width, look.picture.height)
    box = laid_in_box(look.points, look.eyes, size)
    mask = cv2.resize(masks(look.points, box, look.eyes)[0], (box.width, box.height))
    luma = look.picture.y.copy()
    luma[box.luma] = np.where(mask > 0.5, luma[box.luma] // 2, luma[box.luma])
    return YuvFrame(luma, look.picture.u, look.picture.v)


def test_the_same_film_is_like_itself(filmed: list[Look]) -> None:
    once, again = watched(filmed), watched(filmed)
    assert once.sharpness == again.sharpness
    assert once.seam == again.seam
    assert flicker(once, again) == pytest.approx(1.0)


def test_a_blurred_and_a_small_mouth_are_less_sharp(filmed: list[Look]) -> None:
    real = watched(filmed)
    assert watched(filmed, lambda look, _: blurred(look)).sharpness < 0.8 * real.sharpness
    assert watched(filmed, lambda look, _: painted_small(look, side=40)).sharpness < 0.8 * real.sharpness


def test_noise_flickers(filmed: list[Look]) -> None:
    assert flicker(watched(filmed, speckled), watched(filmed)) > 1.5


def test_a_patch_has_a_seam(filmed: list[Look]) -> None:
    assert watched(filmed, patched).seam > 1.5 * watched(filmed).seam


def test_nothing_is_said_of_a_film_without_two_frames(filmed: list[Look]) -> None:
    with pytest.raises(ValueError, match="two frames"):
        watched(filmed[:1])


def test_the_worst_frames_are_those_that_were_spoilt(filmed: list[Look]) -> None:
    spoilt = watched(filmed, lambda look, number: blurred(look) if number == 30 else look.picture)
    found = worst_frames(spoilt, watched(filmed), 1, 10)
    assert found["blur"] == (30,)
    assert found["flicker"][0] in (30, 31)
    patch = watched(filmed, lambda look, number: patched(look, number) if number == 12 else look.picture)
    assert worst_frames(patch, watched(filmed), 1, 10)["seam"] == (12,)


def test_neighbours_of_a_worst_frame_are_left_out() -> None:
    frames, scores = np.arange(5, 15), np.array([1, 2, 9, 8, 7, 1, 1, 1, 6, np.nan], np.float32)
    assert apart_from_each_other(frames, scores, 2, 4) == (7, 13)
    assert len(apart_from_each_other(frames, scores, 9, 4)) < 4
