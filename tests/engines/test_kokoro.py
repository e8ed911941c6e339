"""The voice model itself, with its real weights."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import numpy as np
import pytest

from sosie.engines.kokoro import Kokoro, KokoroModel, kokoro_symbols, melody_biases
from sosie.errors import YourInput
from sosie.models import weights
from sosie.types import VOICE_HZ, Audio, Utterance
from sosie.voice.likeness_judge import SENTENCES
from sosie.voice.manner import Melody, melody_of
from sosie.voice.mix import TARGET_LUFS, loudness
from sosie.voice.style import VoiceStyle, stock_style
from sosie.voice.text import Pronunciation, Pronunciations

pytestmark = pytest.mark.weights
HELLO = "həlˈO ˈɛvɹiwˌʌn."


@pytest.fixture(scope="module")
def model() -> KokoroModel:
    return KokoroModel(threads=2)


@pytest.fixture(scope="module")
def heart() -> VoiceStyle:
    return stock_style(weights("kokoro-voices"), "af_heart")


def test_every_symbol_has_its_time_and_the_times_fill_the_audio(model: KokoroModel, heart: VoiceStyle) -> None:
    sound = model.synthesise(HELLO, heart)
    assert sound.symbols == HELLO
    assert sound.durations.shape == (len(HELLO) + 2,)
    assert (sound.durations > 0).all()
    assert sound.durations.sum() == len(sound.samples)
    assert 0.8 < len(sound.samples) / 24_000 < 2.5
    assert np.abs(sound.samples).max() > 0.05
    np.testing.assert_array_equal(model.synthesise(HELLO, heart).samples, sound.samples)


def test_faster_is_shorter(model: KokoroModel, heart: VoiceStyle) -> None:
    assert len(model.synthesise(HELLO, heart, 1.4).samples) < 0.85 * len(model.synthesise(HELLO, heart).samples)


def test_biases_of_a_style_change_the_voice(model: KokoroModel, heart: VoiceStyle) -> None:
    name = "decoder.decoder.generator.conv_post.bias"
    tuned = KokoroModel({name: np.full(22, 0.5, np.float32)}, threads=2)
    before, after = model.synthesise(HELLO, heart), tuned.synthesise(HELLO, heart)
    np.testing.assert_array_equal(before.durations, after.durations)
    assert np.abs(before.samples - after.samples).max() > 0.05


def test_a_melody_is_moved_by_a_straight_line(heart: VoiceStyle, model: KokoroModel) -> None:
    def melody(model: KokoroModel) -> Melody:
        return melody_of(Audio(model.synthesise(SENTENCES["en"][0], heart).samples, VOICE_HZ))

    before = melody(model)
    after = melody(KokoroModel(melody_biases(1.5, -0.4 * before.median_hz), threads=2))
    assert after.median_hz == pytest.approx(1.1 * before.median_hz, rel=0.03)
    # 1.5 / 1.1, if all frames were voiced as before.
    assert after.spread == pytest.approx(1.36 * before.spread, rel=0.1)


def test_a_bias_that_the_graph_does_not_have_is_not_taken_in_silence() -> None:
    with pytest.raises(ValueError, match="nothing named no_such_bias"):
        KokoroModel({"no_such_bias": np.zeros(3, np.float32)})


def test_a_voice_has_a_pace_and_pauses_of_its_own(heart: VoiceStyle) -> None:
    usual, slow = (Kokoro(style, languages=["en"]) for style in (heart, replace(heart, pace=0.8, pauses=2.0)))
    text = Utterance(1, "One here. Another.", "en")
    first, second = (next(iter(speaker.speak(text))) for speaker in (usual, slow))
    assert second.phones[-1].start > 1.1 * first.phones[-1].start
    pauses = [(len(s.audio.samples) - s.phones[-1].start) / VOICE_HZ for s in (first, second)]
    # Whole frames are filled, so up to 40 ms more.
    assert pauses[1] - 0.04 <= 2 * pauses[0] <= pauses[1] + 0.08


def test_the_first_millisecond_is_silent_whatever_was_fitted(heart: VoiceStyle) -> None:
    wild = KokoroModel({"decoder.decoder.generator.conv_post.bias": np.full(22, 0.5, np.float32)}, threads=2)
    assert not wild.synthesise(HELLO, heart).samples[:24].any()


def test_unknown_symbols_and_too_many_are_refused(model: KokoroModel, heart: VoiceStyle) -> None:
    with pytest.raises(ValueError, match="vocabulary"):
        model.synthesise("h€", heart)
    with pytest.raises(ValueError, match="1 to 510"):
        model.synthesise("a" * 511, heart)


@pytest.mark.slow
def test_a_chinese_notice_is_spoken_at_the_pace_that_the_rule_asks_for(heart: VoiceStyle) -> None:
    """GB 45438: 120 to 160 characters a minute (design notes, L4)."""
    speaker = Kokoro(heart, languages=("zh",))
    text = "内容由人工智能合成。"
    (speech,) = speaker.speak(Utterance(1, text, "zh", kind="notice"))
    assert 120 <= 9 / speech.audio.seconds * 60 <= 160
    with pytest.raises(YourInput, match="'fr'"):
        speaker.speak(Utterance(2, "Bonjour", "fr"))


@pytest.mark.slow
def test_clauses_are_equally_loud(heart: VoiceStyle) -> None:
    speeches = list(
        Kokoro(heart, languages=("en",)).speak(Utterance(1, "Hello everyone and welcome! Only $19.99 today.", "en"))
    )
    assert len(speeches) == 2
    for speech in speeches:
        assert loudness(speech.audio.samples, VOICE_HZ) == pytest.approx(TARGET_LUFS, abs=1.5)


def test_a_sound_that_the_voice_does_not_have_is_named_before_anything_is_said(heart: VoiceStyle) -> None:
    names = Pronunciations((Pronunciation("Xhosa", phonemes="kǁʰoːsa"),))
    with pytest.raises(YourInput, match="phonemes of 'Xhosa' have ǁ, which the voice does not know"):
        Kokoro(heart, languages=("en",), names=names)


@pytest.mark.parametrize(
    ("ipa", "symbols"),
    [("ʃaʊmiː", "ʃWmiː"), ("ˈt͡ʃeɪndʒ", "ˈʧAnʤ"), ("/gəʊ/", "ɡQ"), ("bɔ̃.ʒuʁ", "bɔ̃ʒuʁ"), ("ʨʰi→", "ʨʰi→")],
)
def test_ipa_as_people_write_it_is_understood(ipa: str, symbols: str) -> None:
    assert kokoro_symbols(ipa) == unicodedata.normalize("NFD", symbols)


@pytest.mark.slow
def test_a_name_is_spoken_as_the_list_says_and_shown_as_it_is_written(heart: VoiceStyle) -> None:
    names = Pronunciations((Pronunciation("Sosie", phonemes="sˈOzi"), Pronunciation("Zyxtra", "zick stra")))
    speaker = Kokoro(heart, languages=("en",), names=names)
    (speech,) = speaker.speak(Utterance(1, "The Sosie Zyxtra is $9.", "en"))
    heard = "".join(phone.symbol for phone in speech.phones)
    assert "sOzi" in heard
    assert "zɪkstɹɑ" in heard.replace(" ", "")
    assert speech.text == "The Sosie Zyxtra is $9."
    assert [word.text for word in speech.words] == ["The", "Sosie", "Zyxtra", "is", "$9"]


def test_a_language_may_go_a_part_of_the_way_to_the_fitted_biases(model: KokoroModel, heart: VoiceStyle) -> None:
    name = "decoder.decoder.generator.conv_post.bias"
    fitted = KokoroModel({name: np.full(22, 0.5, np.float32), **melody_biases(1.2, 0.0)}, threads=2)
    melodious = KokoroModel(melody_biases(1.2, 0.0), threads=2)
    said = {share: fitted.synthesise(HELLO, replace(heart, bias_share=share)).samples for share in (0.0, 0.5, 1.0)}
    # None of the way is the stock voice's sound; the melody, which is the person's in every language, stays.
    np.testing.assert_array_equal(said[0.0], melodious.synthesise(HELLO, heart).samples)
    assert np.abs(said[0.5] - said[0.0]).max() > 0.01
    assert np.abs(said[0.5] - said[1.0]).max() > 0.01
