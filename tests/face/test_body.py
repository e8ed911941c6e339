from __future__ import annotations

import numpy as np
import pytest

from sosie.face.body import Body, Morph
from sosie.face.fit import FaceFit
from sosie.face.motion import Walk
from sosie.footage.reel import Reel
from sosie.types import YuvFrame

from .drawn import Drawn


def disc(x: float, y: float) -> YuvFrame:
    rows, columns = np.mgrid[:240, :160]
    rng = np.random.default_rng(1)
    grain = rng.integers(-8, 8, (240, 160))
    inside = (columns - x) ** 2 + (rows - y) ** 2 < 30**2
    luma = np.where(inside, 200 + np.roll(grain, (round(y), round(x)), (0, 1)), 80 + grain).astype(np.uint8)
    chroma = np.full((120, 80), 128, np.uint8)
    return YuvFrame(luma, chroma, chroma.copy())


def test_a_morph_begins_and_ends_with_the_pictures_themselves() -> None:
    old, new = disc(70, 100), disc(80, 104)
    assert np.abs(Morph()(old, new, 0.0).y.astype(int) - old.y).mean() < 0.5
    assert np.abs(Morph()(old, new, 1.0).y.astype(int) - new.y).mean() < 0.5


def test_half_way_through_a_morph_things_are_half_way_and_not_twice_there() -> None:
    middle = Morph()(disc(70, 100), disc(80, 104), 0.5).y.astype(int)
    half_seen = (middle > 120) & (middle < 160)
    assert half_seen.sum() < 150  # a plain cross-fade shows two crescents of 600 pixels
    columns = np.flatnonzero(middle[102] > 140)
    assert abs(columns.mean() - 75) < 1.5


@pytest.mark.slow
def test_the_walks_pictures_are_the_footages_also_after_cuts(person: Drawn, face: FaceFit) -> None:
    walk, body = Walk(face.graph, 3), Body(person.footage.video)
    through = [frame.y for frame in person.footage.frames()]
    cuts = 0
    for n in range(900):
        step = walk.next("talking" if n // 200 % 2 else "still")
        picture = body.picture(step, walk.planned)
        if step.other is None:
            assert np.array_equal(picture.y, through[step.frame])
        else:
            cuts += 1
    assert cuts > 12
    body.close()


def test_an_end_of_footage_is_no_end(person: Drawn) -> None:
    with Reel(person.footage.video) as reel:
        reel.seek(299)
        reel.read()
        reel.seek(0)
        assert reel.read().width == 320
