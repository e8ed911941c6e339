from __future__ import annotations

import numpy as np
import pytest

from sosie.errors import BadFootage, YourInput
from sosie.lips.pool import lip_pool
from sosie.lips.shape import (
    INNER_LIPS,
    LOWER_FACE,
    OPENING,
    OUTER_LIPS,
    STABLE,
    LipSpace,
    measures,
    poses_onto,
)
from sosie.types import FaceTrack

from .made_person import in_pixels, made_person, still_face


@pytest.fixture(scope="module")
def track() -> FaceTrack:
    return made_person(8.0).track


@pytest.fixture(scope="module")
def space(track: FaceTrack) -> LipSpace:
    return LipSpace.fit(track, lip_pool().basis)


def test_the_lower_face_begins_with_the_lips_and_holds_no_still_point() -> None:
    assert LOWER_FACE[:40] == OUTER_LIPS + INNER_LIPS
    assert len(set(LOWER_FACE)) == len(LOWER_FACE)
    assert not set(LOWER_FACE) & set(STABLE)
    assert {152, 172, 397, 205, 425} < set(LOWER_FACE)  # chin, jaw line, cheeks


def test_a_known_pose_is_found_again() -> None:
    face = still_face()
    pixels = in_pixels(np.repeat(face[None], 20, axis=0), np.random.default_rng(3))
    poses = poses_onto(face, pixels)
    np.testing.assert_allclose(poses.to_canonical(pixels), np.repeat(face[None], 20, axis=0), atol=1e-4)
    np.testing.assert_allclose(poses.to_image(poses.to_canonical(pixels)), pixels, atol=0.01)
    np.testing.assert_allclose(np.linalg.det(poses.rotation), 1)
    assert len(poses[3:7]) == 4


def test_the_canonical_frame_has_the_eyes_one_apart_and_level(space: LipSpace) -> None:
    right, left = space.stable[STABLE.index(33)], space.stable[STABLE.index(263)]
    assert np.linalg.norm(left - right) == pytest.approx(1, abs=1e-5)
    assert abs(left[1] - right[1]) < 0.02
    assert left[0] > right[0]
    assert space.rest_face[:, 1].mean() > 0.3  # y points down


def test_a_moving_head_does_not_move_the_lips(space: LipSpace) -> None:
    still = np.repeat(still_face()[None], 50, axis=0)
    shown = space.lower_face(in_pixels(still, np.random.default_rng(5)))
    assert shown.std(axis=0).max() < 1e-3


def test_numbers_are_standardised_and_say_how_wide_the_mouth_is_open(space: LipSpace) -> None:
    person = made_person(8.0)
    numbers = space.numbers(person.track)
    np.testing.assert_allclose(numbers.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(numbers.std(axis=0), 1, atol=1e-2)
    assert np.corrcoef(numbers[:, OPENING], person.opening)[0, 1] > 0.99


def test_numbers_lead_back_to_the_landmarks(space: LipSpace, track: FaceTrack) -> None:
    shown = space.lower_face(track.points)
    decoded = space.decode(space.numbers(track))
    assert np.abs(decoded - shown).mean() < 0.002  # of an eye distance
    opened = [measures(rows)[:, OPENING] for rows in (shown, decoded)]
    assert np.corrcoef(*opened)[0, 1] > 0.99
    in_picture = space.poses(track.points).to_image(decoded)
    assert np.abs(in_picture - track.points[:, LOWER_FACE])[..., :2].mean() < 0.5  # pixels


def test_frames_without_a_face_teach_nothing(track: FaceTrack, space: LipSpace) -> None:
    points = np.concatenate([track.points, 0 * track.points[:30]])
    seen = np.arange(len(points)) < len(track)
    blendshapes = np.concatenate([track.blendshapes, np.ones((30, 52), np.float32)])
    again = LipSpace.fit(FaceTrack(points, blendshapes, seen), lip_pool().basis)
    np.testing.assert_array_equal(again.decoder, space.decoder)


def test_half_a_second_is_not_enough(track: FaceTrack) -> None:
    seen = np.arange(len(track)) < 12
    with pytest.raises(BadFootage, match="12 frames"):
        LipSpace.fit(FaceTrack(track.points, track.blendshapes, seen), lip_pool().basis)


def test_what_is_saved_is_what_was_fitted(space: LipSpace, track: FaceTrack) -> None:
    again = LipSpace.from_arrays(space.arrays())
    np.testing.assert_array_equal(again.numbers(track), space.numbers(track))
    np.testing.assert_array_equal(again.decode(again.numbers(track)), space.decode(space.numbers(track)))


def test_other_numbers_are_refused(space: LipSpace) -> None:
    with pytest.raises(YourInput, match="16"):
        space.decode(np.zeros((3, 15), np.float32))
    assert space.decode(np.zeros((0, 16), np.float32)).shape == (0, len(LOWER_FACE), 3)
