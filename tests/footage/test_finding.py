"""Findings as people read them."""

from __future__ import annotations

import numpy as np
import pytest

from sosie.footage.finding import Finding, judged, worst


def test_moments_are_told_as_a_player_shows_them() -> None:
    assert judged("light", False, True, "", "", "", (7.2, 72.0)).places == "at 0:07 and 1:12"
    assert judged("light", False, True, "", "", "", (7.2, 12.0, 72.0)).places == "at 0:07, 0:12 and 1:12"
    assert judged("light", False, True, "", "", "").places == ""


def test_what_is_good_needs_neither_advice_nor_moments() -> None:
    good = judged("light", True, True, "fine", "light", "more light", (1.0,))
    assert (good.verdict, good.advice, good.moments) == ("good", "", ())


def test_the_worst_moments_are_apart_and_in_order() -> None:
    times = np.arange(100) / 10
    badness = np.zeros(100, np.float32)
    badness[[20, 21, 80, 50]] = (3, 2.9, 2, 1)
    assert worst(badness, times, badness > 0) == (2.0, 5.0, 8.0)


@pytest.mark.parametrize("moments", [(-1.0,), (3.0, 2.0), (1.0, 2.0, 3.0, 4.0)])
def test_moments_that_no_player_could_show_are_refused(moments: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="moments|at most"):
        Finding("light", "fair", "", "", "more", moments)
