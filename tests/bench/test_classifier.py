"""Mouths that are blurred, tinted or flickering are found out on people the classifier never saw; equal ones are not."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from sosie.bench.classifier import HEIGHT, WIDTH, Mouth, features, mouth, told_apart
from sosie.face.places import CONTROLS
from sosie.types import Bytes, Floats, YuvFrame

N = 60


def film(person: int, change: Callable[[Bytes, int], Bytes] = lambda luma, number: luma, take: int = 0) -> Floats:
    """Features of a film of moving grain, coarser and darker from person to person."""
    rng = np.random.default_rng(person)
    grain = cv2.GaussianBlur(rng.normal(0, 60, (2 * HEIGHT, 2 * WIDTH)), (0, 0), 0.8 + 0.2 * person)
    shake = np.random.default_rng(1000 * take + person)
    chroma = np.full((HEIGHT // 2, WIDTH // 2), 120 + person, np.uint8)

    def at(y: int, x: int, number: int) -> Mouth:
        noise = shake.normal(0, 1, (HEIGHT, WIDTH))
        luma = np.clip(110 + 8 * person + grain[y : y + HEIGHT, x : x + WIDTH] + noise, 0, 255).astype(np.uint8)
        return change(luma, number), chroma, chroma

    places = zip(shake.integers(1, HEIGHT, N).tolist(), shake.integers(1, WIDTH, N).tolist(), strict=True)
    return np.stack([features(at(y, x, n), at(y - 1, x - 1, n - 1)) for n, (y, x) in enumerate(places)])


def softer(luma: Bytes, number: int) -> Bytes:
    return np.asarray(cv2.GaussianBlur(luma, (0, 0), 0.7), np.uint8)


def flickering(luma: Bytes, number: int) -> Bytes:
    return np.clip(luma.astype(int) + 12 * (number % 2), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("change", [softer, flickering])
def test_a_fault_that_others_show_is_found_in_a_new_person(change: Callable[[Bytes, int], Bytes]) -> None:
    others = [(film(person), film(person, change, take=1)) for person in range(3)]
    assert told_apart(others, film(3), film(3, change, take=1)) > 0.9


def test_nothing_is_found_where_nothing_is() -> None:
    others = [(film(person), film(person, take=1)) for person in range(3)]
    assert 0.3 < told_apart(others, film(3), film(3, take=1)) < 0.7


def test_the_features_of_equal_frames_are_equal_and_of_one_length() -> None:
    one = film(0)
    np.testing.assert_array_equal(one, film(0))
    assert one.dtype == np.float32
    assert one.shape[0] == N


def test_a_classifier_needs_other_people() -> None:
    assert np.isnan(told_apart([], film(0), film(0, softer)))


def test_the_mouth_region_is_cut_out_and_brought_to_one_size() -> None:
    picture = YuvFrame(
        np.full((600, 400), 90, np.uint8), np.full((300, 200), 110, np.uint8), np.full((300, 200), 140, np.uint8)
    )
    rng = np.random.default_rng(0)
    points = (np.array([200, 400]) + rng.uniform(-40, 40, (len(CONTROLS), 2))).astype(np.float32)
    luma, u, v = mouth(picture, points, 100.0)
    assert luma.shape == (HEIGHT, WIDTH)
    assert u.shape == v.shape == (HEIGHT // 2, WIDTH // 2)
    assert (luma.min(), u.min(), v.min()) == (90, 110, 140)
