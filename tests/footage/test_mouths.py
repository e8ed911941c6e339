"""What footage lacks is said before a clone is made of it."""

from __future__ import annotations

import numpy as np
import pytest

from face.drawn import Drawn, drawn_person
from sosie.footage.finding import Finding
from sosie.footage.mouths import of_mouths, of_sync
from sosie.lips.shape import OPENING, WIDTH
from sosie.types import Floats


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    return drawn_person(tmp_path_factory.mktemp("mouths"), n=100)


def mouths(person: Drawn, opening: Floats, width: Floats) -> dict[str, Finding]:
    """Found for lips that are open by so many eye distances and so wide, over their usual width."""
    space = person.lips.space
    numbers = space.numbers(person.track)
    numbers[:, OPENING] = (opening - space.mean[OPENING]) / space.spread[OPENING]
    numbers[:, WIDTH] = (0.6 * width - space.mean[WIDTH]) / space.spread[WIDTH]
    return {finding.name: finding for finding in of_mouths(person.track, space, numbers)}


TALK = np.linspace(0.0, 0.25, 100, dtype=np.float32)
LIPS = np.linspace(0.8, 1.2, 100, dtype=np.float32)


def test_a_mouth_that_opens_closes_and_rounds_lacks_nothing(person: Drawn) -> None:
    assert {f.verdict for f in mouths(person, TALK, LIPS).values()} == {"good"}


@pytest.mark.parametrize(
    ("opening", "width", "name"),
    [
        (np.clip(TALK, 0.08, None), LIPS, "closed mouth"),
        (np.clip(TALK, None, 0.09), LIPS, "open mouth"),
        (TALK, np.clip(LIPS, 0.96, None), "round and wide lips"),
        (TALK, np.clip(LIPS, None, 1.02), "round and wide lips"),
    ],
    ids=["never closed", "mumbled", "never rounded", "never wide"],
)
def test_a_mouth_that_was_never_seen_is_named(person: Drawn, opening: Floats, width: Floats, name: str) -> None:
    found = mouths(person, opening, width)
    assert [f.name for f in found.values() if f.verdict != "good"] == [name]
    assert found[name].advice


@pytest.mark.parametrize(
    ("lag", "verdict"), [(0.0, "good"), (0.06, "good"), (-0.12, "good"), (0.16, "fair"), (-0.2, "fair")]
)
def test_a_lag_that_viewers_would_see_is_named_and_said_to_be_corrected(lag: float, verdict: str) -> None:
    found = {finding.name: finding for finding in of_sync(0.6, lag)}["in step"]
    assert found.verdict == verdict
    assert "corrected" in found.found


def test_sound_that_is_not_the_lips_own_has_no_lag() -> None:
    assert [(f.name, f.verdict) for f in of_sync(0.05, 0.3)] == [("lips and sound", "bad")]
