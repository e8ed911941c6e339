"""Pitch, liveliness, pace and pauses of the person: measured on what the voice says, set, kept only while it stays clear."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from sosie.types import VOICE_HZ, Audio, Floats, Language
from sosie.voice.likeness import VoiceFit
from sosie.voice.likeness_judge import SENTENCES, Score, at_listen_rate, bare
from sosie.voice.manner import (
    LIVELIEST,
    Manner,
    Melody,
    in_manner,
    melody_of,
    pace_of,
    setting_for,
)
from sosie.voice.style import VoiceStyle

PACK = np.zeros((510, 256), np.float32)
PERSON = Manner(Melody(140.0, 3.0), 14.0, 0.4)
VOICE = Manner(Melody(120.0, 2.0), 12.0, 0.25)


def glide(low_hz: float, high_hz: float, seconds: float = 2.0) -> Audio:
    pitch = np.geomspace(low_hz, high_hz, round(seconds * VOICE_HZ))
    phase = 2 * np.pi * np.cumsum(pitch) / VOICE_HZ
    return Audio((sum(np.sin(k * phase) / k for k in range(1, 8)) * 0.2).astype(np.float32), VOICE_HZ)


SPOKEN = at_listen_rate(glide(110, 130))
N_SOUNDS = sum(len(bare(sentence)) for sentences in SENTENCES.values() for sentence in sentences)


def speaks(*seconds: float) -> Floats:
    """Probabilities: speech, pause, speech, ..."""
    return np.concatenate([np.full(round(s / 0.032), 1.0 - n % 2, np.float32) for n, s in enumerate(seconds)])


def test_a_melody_is_its_middle_and_its_width() -> None:
    melody = melody_of(glide(100, 200))
    assert melody.median_hz == pytest.approx(math.sqrt(100 * 200), rel=0.02)
    # 80 % of an octave lie between 10 % and 90 % of an even glide.
    assert melody.spread == pytest.approx(0.8 * 12 / 2.563, rel=0.05)
    assert math.isnan(melody_of(Audio(np.zeros(4800, np.float32), VOICE_HZ)).median_hz)


def test_pauses_are_between_words_and_neither_stops_nor_absences() -> None:
    pace = pace_of(speaks(0, 1, 1, 0.4, 1, 0.1, 1, 3, 1, 0.3, 1, 2))
    assert pace.pauses == (pytest.approx(0.4, abs=0.03), pytest.approx(0.3, abs=0.03))
    assert pace.spoken_seconds == pytest.approx(5.1, abs=0.1)
    assert pace_of(np.zeros(9, np.float32)).spoken_seconds == 0


def test_what_a_voice_is_off_by_is_put_right() -> None:
    setting = setting_for(PERSON, VOICE, 1.0)
    low, high = (setting.gain * hz + setting.shift_hz for hz in (110.0, 130.0))
    assert setting.gain * 120 + setting.shift_hz == pytest.approx(140)
    assert math.log2(high / low) / math.log2(130 / 110) == pytest.approx(1.5, rel=0.03)
    assert setting.pace == pytest.approx(14 / 12)
    assert setting.pauses == pytest.approx(0.956, abs=0.01)


def test_silence_never_gets_a_pitch_and_nothing_goes_to_extremes() -> None:
    flat = Manner(Melody(140.0, 0.5), 40.0, 9.0)
    setting = setting_for(flat, VOICE, 1.0)
    assert setting.gain * 4 + setting.shift_hz < 10
    assert setting.pace == 1.3
    assert setting.pauses == 2.5
    wild = setting_for(Manner(Melody(140.0, 20.0), 14.0, 0.4), VOICE, 1.0)
    assert wild.gain == pytest.approx(LIVELIEST * 140 / 120)


def test_what_is_not_known_of_a_person_is_left_as_it_is() -> None:
    setting = setting_for(Manner(Melody(140.0, 2.0), math.nan, math.nan), VOICE, 1.0)
    assert (setting.pace, setting.pauses) == (1.0, 1.0)


class FakeJudge:
    def __init__(self, likeness: float, misunderstood: float = 0.0) -> None:
        self._score = likeness, misunderstood

    def scores(self, style: VoiceStyle, say: object) -> tuple[Score, ...]:
        return scores(*self._score)


def scores(likeness: float, misunderstood: float = 0.0) -> tuple[Score, ...]:
    languages: tuple[Language, ...] = ("zh", "en", "fr")
    return tuple(Score(language, likeness, 0.5, misunderstood, SPOKEN) for language in languages)


def fitted(judge: FakeJudge) -> VoiceFit:
    """A fit that speaks from 110 to 130 Hz, without a pause, as many sounds as the judge's sentences have in 6 s."""
    stock = scores(0.4)
    fit = VoiceFit(
        VoiceStyle("quick", PACK, MappingProxyType({"x": np.ones(1, np.float32)})), stock, scores(0.6), 0.9, 9, "Kept."
    )
    melody: Callable[[float, float], dict[str, Floats]] = lambda gain, shift: {"melody": np.float32([gain, shift])}  # noqa: E731
    return in_manner(
        fit,
        replace(PERSON, sounds_a_second=1.2 * N_SOUNDS / 6.0),
        probabilities=lambda audio: (np.abs(audio.samples[::512]) > 0).astype(np.float32),
        melody_biases=melody,
        say_as=lambda style: lambda phonemes, _, speed: glide(110, 130),
        judge=judge,  # type: ignore[arg-type]
    )


def test_the_manner_is_kept_with_all_that_was_fitted() -> None:
    style = fitted(FakeJudge(0.59)).style
    assert set(style.biases) == {"x", "melody"}
    assert style.pace == pytest.approx(1.2, rel=0.05)
    assert style.pauses == pytest.approx(0.956, abs=0.01)


@pytest.mark.parametrize("judge", [FakeJudge(0.5), FakeJudge(0.7, misunderstood=0.4)])
def test_a_manner_that_costs_likeness_or_clarity_is_given_up_but_for_its_pauses(judge: FakeJudge) -> None:
    fit = fitted(judge)
    assert set(fit.style.biases) == {"x"}
    assert fit.style.pace == 1.0
    assert fit.style.pauses == pytest.approx(0.956, abs=0.01)
    assert "the model's own" in fit.note


def test_a_plain_melody_at_the_right_height_is_better_than_none() -> None:
    class Judge(FakeJudge):
        """Likes no melody that is as wide as the person's."""

        def scores(self, style: VoiceStyle, say: object) -> tuple[Score, ...]:
            _, shift_hz = style.biases["melody"]
            return scores(0.6 if shift_hz > -20 else 0.4)

    gain, shift_hz = fitted(Judge(0.0)).style.biases["melody"]
    assert shift_hz == pytest.approx(0, abs=0.01)
    assert gain == pytest.approx(140 / 120, rel=0.02)
