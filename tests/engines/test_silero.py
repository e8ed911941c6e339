"""Speech is told from silence, noise and music."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest
import soxr

from sosie.engines.silero import speech_probability, speech_spans
from sosie.types import LISTEN_HZ, Audio


def audio(samples: np.ndarray) -> Audio:
    return Audio(samples.astype(np.float32), LISTEN_HZ)


def spoken(text: str) -> np.ndarray:
    """A robot's voice from espeak-ng, which is on every machine that speaks French."""
    program = shutil.which("espeak-ng")
    assert program, "sudo apt install espeak-ng"
    wav = subprocess.run([program, "-v", "en", "--stdout", text], capture_output=True, check=True).stdout
    return soxr.resample(np.frombuffer(wav[44:], "<i2").astype(np.float32) / 32768, 22_050, LISTEN_HZ)


def test_speech_is_found_where_it_is() -> None:
    speech = spoken("Good evening everyone, this is a fairly long sentence for the detector.")
    pause = np.zeros(2 * LISTEN_HZ)
    found = speech_spans(audio(np.concatenate([pause, speech, pause])))
    assert found.hearing == "speech"
    assert found.spans[0][0] == pytest.approx(2 * LISTEN_HZ, abs=0.3 * LISTEN_HZ)
    assert found.spans[-1][1] == pytest.approx(2 * LISTEN_HZ + len(speech), abs=0.5 * LISTEN_HZ)
    assert found.n_samples > 0.6 * len(speech)


def test_silence_noise_and_music_are_not_speech() -> None:
    random = np.random.default_rng(0)
    notes = random.choice([220, 262, 294, 330, 392], 32)
    t = np.arange(4000) / LISTEN_HZ
    melody = np.concatenate([0.3 * np.sign(np.sin(2 * np.pi * hz * t)) * np.exp(-t * 10) for hz in notes])
    assert speech_spans(audio(np.zeros(2 * LISTEN_HZ))).hearing == "silence"
    assert speech_spans(audio(0.1 * random.normal(size=4 * LISTEN_HZ))).hearing == "no speech"
    found = speech_spans(audio(melody))
    assert (found.hearing, found.spans) == ("no speech", ())
    assert found.mean_probability < 0.2


def test_every_32_ms_has_a_probability_and_any_length_will_do() -> None:
    assert len(speech_probability(audio(np.zeros(1025)))) == 3
    assert speech_spans(audio(np.zeros(0))).hearing == "silence"
