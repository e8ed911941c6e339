"""An accent is given where a voice is unclear, no more of it than is needed, and nowhere else."""

from __future__ import annotations

import numpy as np

from sosie.types import VOICE_HZ, Audio, Floats, Language
from sosie.voice.accent import CLEAR, WAYS, accented, with_accents
from sosie.voice.likeness_judge import Say, Score
from sosie.voice.style import VoiceStyle

from .test_fit_full import SILENCE, stock_voices

PACK = np.full((510, 256), -1, np.float32)
STOCK = stock_voices()


def colour(pack: Floats) -> float:
    return float(pack[0, 0])


def melody(pack: Floats) -> float:
    return float(pack[0, -1])


def silence(phonemes: str, style: VoiceStyle, speed: float) -> Audio:
    return Audio(np.zeros(10, np.float32), VOICE_HZ)


class Listening:
    """Understands the better, the nearer the colour is to the natives'."""

    def __init__(self, clear_from: float) -> None:
        self._clear_from = clear_from

    def score(self, language: Language, style: VoiceStyle, say: Say) -> Score:
        near = colour(style.spoken_in(language).pack)
        return Score(language, 0.5, 0.5, CLEAR if near >= self._clear_from else 0.4 - near / 1000, SILENCE)


def told(clear_from: float, misunderstood: float = 0.4) -> tuple[VoiceStyle, tuple[Score, ...]]:
    scores = (Score("en", 0.6, 0.5, CLEAR, SILENCE), Score("fr", 0.6, 0.5, misunderstood, SILENCE))
    style = VoiceStyle("fitted", PACK)
    listening = Listening(clear_from)
    return with_accents(style, scores, judge=listening, say=silence, stock=STOCK, pitch_hz=120.0)  # type: ignore[arg-type]


def natives_colour(language: Language) -> float:
    return colour(accented(PACK, language, 1.0, STOCK, 120.0, with_melody=False))


def test_a_clear_voice_is_left_alone() -> None:
    style, scores = told(clear_from=0.0, misunderstood=CLEAR)
    assert not style.accents
    assert scores[1].misunderstood == CLEAR


def test_the_least_accent_that_is_clear_is_kept() -> None:
    middle = -1 + (natives_colour("fr") + 1) * WAYS[1][0]
    style, scores = told(clear_from=middle - 1e-3)
    assert list(style.accents) == ["fr"]
    assert colour(style.spoken_in("fr").pack) == np.float32(middle)
    assert melody(style.spoken_in("fr").pack) == -1, "the melody is the person's where the colour is enough"
    assert colour(style.spoken_in("en").pack) == -1
    assert scores[1].misunderstood == CLEAR


def test_where_nothing_makes_it_clear_the_clearest_is_kept() -> None:
    style, scores = told(clear_from=1000)
    assert colour(style.spoken_in("fr").pack) == np.float32(-1 + (natives_colour("fr") + 1) * WAYS[-1][0])
    assert melody(style.spoken_in("fr").pack) > -1
    assert CLEAR < scores[1].misunderstood < 0.4


def test_the_melody_is_of_natives_of_the_same_pitch() -> None:
    low, between, high = (melody(accented(PACK, "fr", 0.2, STOCK, hz, with_melody=True)) for hz in (90.0, 160.0, 300.0))
    assert low == melody(accented(PACK, "fr", 0.5, STOCK, 120.0, with_melody=True))
    assert low < between < high
