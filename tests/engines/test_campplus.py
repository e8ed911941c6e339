from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from sosie.engines.campplus import CamPlusPlus, mel_bands
from sosie.errors import YourInput
from sosie.models import weights
from sosie.types import LISTEN_HZ, Audio

GOLDEN = Path(__file__).parents[1] / "golden" / "campplus.json"
LENGTHS = (0.75, 1.5, 4.1)
"""Seconds: less than one context window of 2 s, nearly one, and two and a bit."""


def made_sound(seconds: float, seed: int = 0) -> Audio:
    """A buzz with moving resonances: not speech, but it moves every part of the network."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * LISTEN_HZ)) / LISTEN_HZ
    pitch = 120 + 30 * np.sin(2 * np.pi * 0.7 * t)
    buzz = np.sign(np.sin(2 * np.pi * np.cumsum(pitch) / LISTEN_HZ)) * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * t))
    return Audio((0.1 * buzz + 0.01 * rng.standard_normal(len(t))).astype(np.float32), LISTEN_HZ)


@pytest.fixture(scope="module")
def encoder() -> CamPlusPlus:
    return CamPlusPlus(weights("campplus"))


@pytest.mark.weights
@pytest.mark.parametrize("seconds", LENGTHS)
def test_it_answers_as_the_published_torch_model(encoder: CamPlusPlus, seconds: float) -> None:
    wanted = np.array(json.loads(GOLDEN.read_text())[str(seconds)])
    got = encoder.embed(made_sound(seconds))
    assert got.dtype == np.float32
    # Folding the normalisations reorders float32 sums; five decimals are kept in the file.
    np.testing.assert_allclose(got, wanted, atol=1e-4)


@pytest.mark.weights
def test_loudness_is_not_a_voice(encoder: CamPlusPlus) -> None:
    sound = made_sound(2.0)
    quieter = Audio(sound.samples * np.float32(0.25), LISTEN_HZ)
    assert encoder.embed(sound) @ encoder.embed(quieter) > 0.999


@pytest.mark.weights
def test_what_it_cannot_judge_is_said(encoder: CamPlusPlus) -> None:
    with pytest.raises(YourInput, match=r"only 0\.20 s of speech"):
        encoder.embed(made_sound(0.2))
    with pytest.raises(ValueError, match="16000"):
        encoder.embed(Audio(np.zeros(48_000, np.float32), 24_000))


def test_mel_bands_are_centred_and_ten_milliseconds_apart() -> None:
    bands = mel_bands(made_sound(1.0))
    assert bands.shape == (98, 80)
    np.testing.assert_allclose(bands.mean(axis=0), 0, atol=1e-4)
