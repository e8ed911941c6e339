from __future__ import annotations

import numpy as np
import pytest

from sosie.engines.whisper_encoder import WhisperEncoder
from sosie.lips.fit import LipFit, fit_lips
from sosie.lips.predict import LipPredictor
from sosie.lips.shape import OPENING
from sosie.types import SAMPLES_PER_FRAME, VOICE_HZ, Audio, Phone, Speech, Utterance

from .made_person import MadeEncoder, made_person


@pytest.fixture(scope="module")
def fit() -> LipFit:
    person = made_person(14.0, pause=(6.0, 7.0))
    return fit_lips(person.track, person.audio, MadeEncoder())


@pytest.fixture(scope="module")
def lips(fit: LipFit) -> LipPredictor:
    return LipPredictor(fit, MadeEncoder())


def speech(n_samples: int, *phones: Phone, pause: tuple[float, float] = (0, 0)) -> Speech:
    samples = (0.1 * np.sin(2 * np.pi * 200 * np.arange(n_samples) / VOICE_HZ)).astype(np.float32)
    samples[round(pause[0] * VOICE_HZ) : round(pause[1] * VOICE_HZ)] = 0
    return Speech(Utterance(1, "Hello.", "en"), "Hello.", Audio(samples, VOICE_HZ), phones, (), last=True)


@pytest.mark.parametrize("n_samples", [0, 1, 959, 960, 961, 24_000, 50_001])
def test_exactly_one_row_for_each_frame_of_the_clause(lips: LipPredictor, n_samples: int) -> None:
    said = speech(n_samples)
    shapes = lips.shapes(said)
    assert len(shapes) == said.n_frames
    assert np.isfinite(shapes.numbers).all()


def test_the_same_clause_gives_the_same_shapes(lips: LipPredictor) -> None:
    first = lips.shapes(speech(48_000)).numbers
    lips.shapes(speech(30_000))
    np.testing.assert_array_equal(lips.shapes(speech(48_000)).numbers, first)


def test_the_lips_move_and_stay_the_persons(lips: LipPredictor, fit: LipFit) -> None:
    numbers = lips.shapes(speech(4 * VOICE_HZ)).numbers
    assert numbers[:, OPENING].std() > 0.3
    assert (numbers >= fit.low - 1e-5).all()
    assert (numbers <= fit.high + 1e-5).all()


def test_p_b_and_m_close_the_lips(lips: LipPredictor, fit: LipFit) -> None:
    without = lips.shapes(speech(4 * VOICE_HZ)).numbers[:, OPENING]
    widest = int(without[10:-10].argmax()) + 10
    at = widest * SAMPLES_PER_FRAME
    shut = lips.shapes(speech(4 * VOICE_HZ, Phone("m", at, at + 1))).numbers[:, OPENING]
    near = slice(widest - 2, widest + 3)
    way = (without[near].min() - shut[near].min()) / (without[near].min() - fit.closed[OPENING])
    assert way > 0.6


def test_in_a_pause_the_lips_rest(lips: LipPredictor, fit: LipFit) -> None:
    numbers = lips.shapes(speech(4 * VOICE_HZ, pause=(1.0, 2.0))).numbers
    np.testing.assert_allclose(numbers[28:47], np.repeat(fit.rest[None], 19, axis=0), atol=1e-5)
    assert np.abs(numbers[10:20] - fit.rest).max() > 0.1


def test_a_silent_clause_is_rest(lips: LipPredictor, fit: LipFit) -> None:
    numbers = lips.shapes(speech(24_000, pause=(0, 1))).numbers
    np.testing.assert_allclose(numbers, np.repeat(fit.rest[None], 25, axis=0), atol=1e-5)


@pytest.mark.weights
def test_with_the_real_encoder(fit: LipFit) -> None:
    from sosie.models import weights

    said = speech(2 * VOICE_HZ)
    shapes = LipPredictor(fit, WhisperEncoder(weights("whisper-base"))).shapes(said)
    assert len(shapes) == said.n_frames
    assert np.isfinite(shapes.numbers).all()
