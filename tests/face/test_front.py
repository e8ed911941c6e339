"""A hand before the mouth is seen; speech, turns and light are not taken for one."""

from __future__ import annotations

import numpy as np

from sosie.face.fit import FaceFit

from .conftest import HAND
from .drawn import Drawn


def test_the_hand_is_found_where_it_was_and_nowhere_else(face: FaceFit) -> None:
    covered = np.flatnonzero(face.graph.covered)
    assert set(range(*HAND)) <= set(covered)
    assert covered.min() >= HAND[0] - 4
    assert covered.max() < HAND[1] + 4


def test_no_exemplar_shows_the_hand(face: FaceFit, person: Drawn) -> None:
    assert not set(face.exemplars.frames) & set(range(*HAND))
    assert len(face.exemplars) > 0.85 * len(person.track)
