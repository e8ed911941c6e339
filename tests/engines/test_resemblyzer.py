from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engines.test_campplus import made_sound
from sosie.engines.resemblyzer import Resemblyzer
from sosie.errors import YourInput
from sosie.models import weights
from sosie.types import LISTEN_HZ, Audio

GOLDEN = Path(__file__).parents[1] / "golden" / "resemblyzer.json"
LENGTHS = (1.2, 2.9, 4.1)
"""Seconds: under one window of 1.6 s, a last window that is left out, and one that is filled up."""


@pytest.fixture(scope="module")
def encoder() -> Resemblyzer:
    return Resemblyzer(weights("resemblyzer"))


@pytest.mark.weights
@pytest.mark.parametrize("seconds", LENGTHS)
def test_it_answers_as_the_published_package(encoder: Resemblyzer, seconds: float) -> None:
    wanted = np.array(json.loads(GOLDEN.read_text())[str(seconds)])
    got = encoder.embed(made_sound(seconds))
    assert got.dtype == np.float32
    # Ours sums in another order and takes its powers from float64; five decimals are kept in the file.
    np.testing.assert_allclose(got, wanted, atol=1e-4)


@pytest.mark.weights
def test_soft_sound_is_raised_and_what_it_cannot_judge_is_said(encoder: Resemblyzer) -> None:
    sound = made_sound(2.0)
    soft, softer = (Audio(sound.samples * np.float32(gain), LISTEN_HZ) for gain in (0.1, 0.01))
    assert encoder.embed(soft) @ encoder.embed(softer) > 0.9999
    with pytest.raises(YourInput, match=r"only 0\.50 s of speech"):
        encoder.embed(made_sound(0.5))
    with pytest.raises(ValueError, match="16000"):
        encoder.embed(Audio(np.zeros(48_000, np.float32), 24_000))
