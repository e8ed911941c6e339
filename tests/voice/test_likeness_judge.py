from __future__ import annotations

import numpy as np

from sosie.types import LISTEN_HZ, Audio, Language
from sosie.voice.likeness_judge import SENTENCES, Score, is_better, is_understood, misheard

SILENCE = Audio(np.zeros(160, np.float32), LISTEN_HZ)


def score(language: Language, likeness: float, misunderstood: float) -> Score:
    return Score(language, likeness, 0.5, misunderstood, SILENCE)


STOCK = (score("zh", 0.4, 0.05), score("en", 0.4, 0.0), score("fr", 0.4, 0.1))


def test_misheard_counts_sounds_not_stress_or_tones() -> None:
    assert misheard("wˌi hæv", "wi hˈæv.") == 0
    assert misheard("ta↘ʨja→", "ta↗ ʨja") == 0
    assert misheard("abcd", "abxd") == 0.25
    assert misheard("abcd", "") == 1
    assert misheard("ab", "abcd") == 1


def test_a_voice_is_better_when_it_is_liker_and_as_clear() -> None:
    assert is_better((score("zh", 0.5, 0.05), score("en", 0.6, 0.05), score("fr", 0.45, 0.15)), STOCK)
    assert not is_better((score("zh", 0.3, 0.05), score("en", 0.4, 0.0), score("fr", 0.4, 0.1)), STOCK)


def test_one_language_that_breaks_refuses_the_voice_however_alike_it_is() -> None:
    broken = (score("zh", 0.9, 0.4), score("en", 0.9, 0.0), score("fr", 0.9, 0.1))
    assert not is_understood(broken, STOCK)
    assert not is_better(broken, STOCK)


def test_there_are_sentences_in_every_language() -> None:
    assert set(SENTENCES) == {"zh", "en", "fr"}
    assert all(len(sentences) == 2 for sentences in SENTENCES.values())
