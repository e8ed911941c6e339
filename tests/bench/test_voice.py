"""The pure parts of `sosie bench voice`; the whole is run in tests/whole/test_voice.py."""

from __future__ import annotations

import numpy as np
import pytest

from sosie.bench.voice import TABLE, TEXTS, ebu_r128, letters, parted
from sosie.engines.voice_fit import TEXTS as LOOP_TEXTS
from sosie.errors import BadFootage
from sosie.types import LISTEN_HZ, VOICE_HZ, Audio
from sosie.voice.likeness_judge import share_wrong
from sosie.voice.likeness_space import TABLE as GUIDES_TABLE


def test_four_fifths_of_the_speech_are_fitted_wherever_the_pauses_are() -> None:
    spans = [(0, 4 * LISTEN_HZ), (10 * LISTEN_HZ, 16 * LISTEN_HZ)]
    assert parted(spans) == 14 * LISTEN_HZ
    with pytest.raises(BadFootage, match=r"5\.0 s of speech"):
        parted([(0, 5 * LISTEN_HZ)])


def test_loudness_is_what_the_recommendation_says_of_a_sine() -> None:
    """EBU Tech 3341: a sine of 1 kHz at -23 dBFS in both channels has -23 LUFS; in one of them 3 dB less."""
    t = np.arange(round(5.013 * VOICE_HZ)) / VOICE_HZ
    lufs, peak = ebu_r128(Audio((10 ** (-20 / 20) * np.sin(2 * np.pi * 1000 * t)).astype(np.float32), VOICE_HZ))
    assert lufs == pytest.approx(-23.0, abs=0.1)
    assert peak == pytest.approx(-20.0, abs=0.1)


def test_letters_are_those_that_are_heard() -> None:
    assert letters("Shall I, then?") == list("shallithen")
    assert letters("這個價錢") == letters("这个价钱") == ["zhe", "ge", "jia", "qian"]
    assert share_wrong(letters("很结实"), letters("很結實。")) == 0
    assert share_wrong(letters("abcd"), letters("abxd")) == 0.25


def test_nothing_that_is_measured_was_said_before() -> None:
    for language, texts in TEXTS.items():
        assert not set(texts) & set(LOOP_TEXTS[language])


def test_the_reporter_knows_the_same_voices_as_the_guide() -> None:
    with np.load(TABLE, allow_pickle=False) as reporter, np.load(GUIDES_TABLE, allow_pickle=False) as guide:
        assert list(reporter["names"]) == list(guide["names"])
        assert reporter["embeddings"].shape == (54, 3, 256)
