"""What everything behind a Speaker relies on. Add your engine to ``speaker`` below and it is held to the same."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sosie.engines.fake import ToneSpeaker
from sosie.errors import YourInput
from sosie.ports import Speaker
from sosie.types import SAMPLES_PER_FRAME, VOICE_HZ, Language, Speech, Utterance

TEXTS: dict[Language, str] = {
    "zh": "大家好！这款iPhone原价299元👍，只要149.5元。",
    "en": "Hello everyone! Only $19.99 today.",
    "fr": "Bonjour à tous ! Seulement 24,50 €.",
}


def tone_speaker() -> Speaker:
    return ToneSpeaker()


def kokoro() -> Speaker:
    from sosie.engines.kokoro import Kokoro
    from sosie.models import weights
    from sosie.voice.style import stock_style

    return Kokoro(stock_style(weights("kokoro-voices"), "zf_xiaoxiao"))


@pytest.fixture(
    scope="module", params=[tone_speaker, pytest.param(kokoro, marks=[pytest.mark.weights, pytest.mark.slow])]
)
def speaker(request: pytest.FixtureRequest) -> Speaker:
    made: Speaker = request.param()
    return made


@pytest.fixture(scope="module", params=list(TEXTS))
def speeches(request: pytest.FixtureRequest, speaker: Speaker) -> list[Speech]:
    assert request.param in speaker.languages
    return list(speaker.speak(Utterance(7, TEXTS[request.param], request.param)))


def test_clauses_come_in_the_order_of_the_text_and_hold_all_of_it(speeches: list[Speech]) -> None:
    utterance = speeches[0].utterance
    assert utterance.id == 7
    joined = "".join("".join(speech.text.split()) for speech in speeches)
    assert joined == "".join(utterance.text.split())


def test_exactly_the_last_clause_says_so(speeches: list[Speech]) -> None:
    assert [speech.last for speech in speeches] == [False] * (len(speeches) - 1) + [True]


def test_audio_is_finite_within_range_and_whole_frames(speeches: list[Speech]) -> None:
    for speech in speeches:
        samples = speech.audio.samples
        assert speech.audio.rate_hz == VOICE_HZ
        assert np.abs(samples).max() <= 1.0
        assert len(samples) % SAMPLES_PER_FRAME == 0
        assert np.sqrt(np.mean(samples**2)) > 0.01


def test_no_click_where_clauses_meet(speeches: list[Speech]) -> None:
    for speech in speeches:
        assert abs(float(speech.audio.samples[0])) < 0.005
        assert abs(float(speech.audio.samples[-1])) < 0.005


def test_phones_fill_the_audio_without_a_gap(speeches: list[Speech]) -> None:
    for speech in speeches:
        assert speech.phones[0].start == 0
        assert speech.phones[-1].end == len(speech.audio.samples)
        assert all(a.end == b.start for a, b in itertools.pairwise(speech.phones))
        assert any(phone.symbol.strip() for phone in speech.phones)


def test_word_times_rise_within_the_audio(speeches: list[Speech]) -> None:
    for speech in speeches:
        assert speech.words
        assert all(a.end <= b.start for a, b in itertools.pairwise(speech.words))
        assert speech.words[-1].end <= len(speech.audio.samples)


def test_words_are_written_as_in_the_text_and_in_its_order(speeches: list[Speech]) -> None:
    for speech in speeches:
        position = 0
        for word in speech.words:
            position = speech.text.index(word.text, position) + len(word.text)


def test_a_price_is_one_word_that_takes_its_time(speeches: list[Speech]) -> None:
    prices = {"149.5元", "$19.99", "24,50 €", "149.5"}
    (price,) = [word for speech in speeches for word in speech.words if word.text in prices]
    assert price.end - price.start > 0.5 * VOICE_HZ


@pytest.mark.parametrize("text", ["😀😀", "مرحبا", "!?"])
def test_nothing_to_say_is_refused_when_asked_not_when_played(speaker: Speaker, text: str) -> None:
    with pytest.raises(YourInput):
        speaker.speak(Utterance(1, text, "en"))


def test_the_same_text_gives_the_same_samples(speaker: Speaker) -> None:
    first, second = (next(speaker.speak(Utterance(1, "你好！", "zh"))) for _ in range(2))
    np.testing.assert_array_equal(first.audio.samples, second.audio.samples)
