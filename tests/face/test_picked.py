"""Picked mouths are the person's own, and are not pulled wider open than they can bear."""

from __future__ import annotations

import numpy as np
import pytest

from sosie.face.fit import FaceFit
from sosie.face.motion import BodyStep
from sosie.face.picked import PickedMouths
from sosie.lips.shape import OPENING

FARTHEST = 0.7
"""Spreads of opening; a little more than the rule's own figure."""


def test_lips_open_only_a_little_farther_than_the_mouths_that_show_them(face: FaceFit) -> None:
    widest = float(face.numbers[face.exemplars.frames, OPENING].max())
    lips = face.numbers[10].copy()
    lips[OPENING] = widest + 3
    shown, mouths = PickedMouths(face).next(lips, 1.0, BodyStep(10), [])
    assert sum(mouth.share for mouth in mouths) == pytest.approx(1)
    assert shown[OPENING] < widest + FARTHEST


def test_lips_still_close_and_move_freely_within_reach(face: FaceFit) -> None:
    lips = face.numbers[10].copy()
    lips[OPENING] = face.numbers[:, OPENING].min() - 1
    shown, _ = PickedMouths(face).next(lips, 1.0, BodyStep(10), [])
    assert shown[OPENING] < lips[OPENING] + 0.5
    wanted = face.numbers[30]
    near, _ = PickedMouths(face).next(wanted, 1.0, BodyStep(30), [])
    assert np.abs(near - wanted).max() < 0.5
