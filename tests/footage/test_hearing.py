"""What `sosie check` says about sound: each fault by its own name, and none about clean speech."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import fftconvolve

from footage.speech import talk
from sosie.footage.finding import Finding
from sosie.footage.hearing import of_sound, somebody_else
from sosie.types import LISTEN_HZ, VOICE_HZ, Audio, Floats

SPEECH = [(0.2, 2.2), (2.7, 4.7), (5.2, 7.2), (7.7, 9.7), (10.2, 12.0)]


def hear(audio: Audio, voices: object = None) -> dict[str, Finding]:
    return {finding.name: finding for finding in of_sound(audio, SPEECH, voices)}  # type: ignore[arg-type]


def of(samples: np.ndarray) -> Audio:
    return Audio(np.clip(samples, -1, 1).astype(np.float32), VOICE_HZ)


def in_a_room(audio: Audio, seconds: float) -> Audio:
    chance = np.random.default_rng(3)
    n = round(1.2 * seconds * VOICE_HZ)
    tail = chance.normal(size=n) * 10 ** (-3 * np.arange(n) / VOICE_HZ / seconds)
    tail[:120] = 0
    tail /= np.sqrt((tail**2).sum())
    tail[0] = 1
    return of(0.5 * fftconvolve(audio.samples, tail)[: len(audio.samples)])


def repeated(audio: Audio, seconds: float) -> Audio:
    late = round(seconds * VOICE_HZ)
    return of(0.6 * (audio.samples + 0.5 * np.pad(audio.samples, (late, 0))[: len(audio.samples)]))


def with_chords(audio: Audio, height: float = 0.02) -> Audio:
    time = np.arange(len(audio.samples)) / VOICE_HZ
    beat = np.exp(-2 * (time % 1.0))
    music = sum(np.sin(2 * np.pi * hz * time) for hz in (220, 277.2, 329.6, 440, 554.4)) * beat
    return of(audio.samples + height * music)


def clipped(audio: Audio, turned_down: float = 1.0) -> Audio:
    return of(turned_down * np.clip(audio.samples / np.percentile(np.abs(audio.samples), 95), -1, 1))


TALK = talk(12.0)


def test_clean_speech_raises_no_alarm_about_its_sound() -> None:
    found = hear(TALK)
    assert {name for name, finding in found.items() if finding.verdict != "good"} <= {"speech"}


@pytest.mark.parametrize(
    ("audio", "name"),
    [
        (talk(12.0, level=0.008), "sound level"),
        (talk(12.0, noise=0.02), "noise"),
        (clipped(TALK), "clipping"),
        (clipped(TALK, turned_down=0.3), "clipping"),
        (in_a_room(TALK, 0.9), "echo"),
        (in_a_room(TALK, 0.4), "echo"),
        (repeated(TALK, 0.25), "echo"),
        (with_chords(TALK), "music"),
    ],
    ids=["quiet", "noise", "clipped", "clipped and turned down", "hall", "bare room", "one repeat", "music"],
)
def test_a_fault_is_named(audio: Audio, name: str) -> None:
    found = hear(audio)
    assert found[name].verdict != "good"
    assert found[name].advice


def test_noise_is_not_called_echo_or_music() -> None:
    found = hear(talk(12.0, noise=0.03))
    assert found["noise"].verdict != "good"
    assert found["echo"].verdict == found["music"].verdict == "good"


def test_an_echo_that_is_told_with_its_delay_has_that_delay() -> None:
    assert "after 0.25 s" in hear(repeated(TALK, 0.25))["echo"].found


def test_moments_lie_where_the_fault_is() -> None:
    samples = TALK.samples.copy()
    part = slice(5 * VOICE_HZ, 7 * VOICE_HZ)
    samples[part] = clipped(TALK).samples[part]
    clipping = hear(of(samples))["clipping"]
    assert clipping.verdict != "good"
    assert clipping.moments
    assert all(5 <= moment <= 7 for moment in clipping.moments)
    assert clipping.sense == "heard"


def test_silence_is_a_missing_microphone() -> None:
    assert [f.name for f in of_sound(Audio(np.zeros(8 * VOICE_HZ, np.float32), VOICE_HZ), [])] == ["sound"]


class _ByPitch:
    """A voice encoder that hears only whether a window is loud at 1 kHz: enough to test what is made of it."""

    def embed(self, audio: Audio) -> Floats:
        assert audio.rate_hz == LISTEN_HZ
        spectrum = np.abs(np.fft.rfft(audio.samples))
        share = float(spectrum[round(1000 * audio.seconds)] / np.sqrt((spectrum**2).sum()))
        angle = np.pi / 2 * min(1.0, 4 * share)
        return np.array([np.cos(angle), np.sin(angle)], np.float32)


def test_another_voice_is_named_with_its_moments() -> None:
    samples = TALK.samples.copy()
    part = slice(5 * VOICE_HZ, 8 * VOICE_HZ)
    samples[part] += (0.3 * np.sin(2 * np.pi * 1000 * np.arange(3 * VOICE_HZ) / VOICE_HZ)).astype(np.float32)
    assert hear(TALK, _ByPitch())["one voice"].verdict == "good"
    found = hear(of(samples), _ByPitch())["one voice"]
    assert found.verdict == "fair"
    assert all(4 <= moment <= 9 for moment in found.moments)


def test_two_groups_of_windows_are_two_voices_and_one_voice_that_varies_is_one() -> None:
    chance = np.random.default_rng(0)

    def voice(n: int, spread: float, at: int) -> np.ndarray:
        rows = np.zeros((n, 32)) + spread * chance.normal(size=(n, 32)) / np.sqrt(32)
        rows[:, at] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    assert not somebody_else(voice(12, 0.8, 0).astype(np.float32)).any()
    both = np.concatenate([voice(9, 0.8, 0), voice(3, 0.8, 1)]).astype(np.float32)
    assert somebody_else(both).tolist() == [False] * 9 + [True] * 3
