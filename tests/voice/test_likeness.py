from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from sosie.clock import VirtualClock
from sosie.errors import BadFootage
from sosie.types import LANGUAGES, LISTEN_HZ, VOICE_HZ, Audio, Floats, Language
from sosie.voice.accent import NATIVES, WAYS
from sosie.voice.likeness import VoiceFit, fit_quick, likest_stock, split
from sosie.voice.likeness_judge import SENTENCES, at_listen_rate
from sosie.voice.likeness_space import PHRASES, StockVoices, StyleSpace
from sosie.voice.pitch import median_pitch, pitch_curve
from sosie.voice.style import VoiceStyle

N_TONES = 24
STEP_HZ = 150.0
_MEASURED: dict[int, StockVoices] = {}


@dataclass
class ToneVoices:
    """Voices that are chords: the style says how loud each of 24 harmonics is. The encoder measures just that."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    said: list[str] = field(default_factory=list)
    seconds_a_phrase: float = 1.0

    def __post_init__(self) -> None:
        self._directions = np.random.default_rng(5).standard_normal((256, N_TONES)).astype(np.float32) / 16

    def say(self, phonemes: str, style: VoiceStyle, speed: float) -> Audio:
        self.said.append(phonemes)
        self.clock.advance(self.seconds_a_phrase)
        loudness = np.exp(np.tanh(style.row(len(phonemes))[0] @ self._directions) * 1.5)
        return self.chord(loudness, 1.5)

    @staticmethod
    def chord(loudness: Floats, seconds: float) -> Audio:
        t = np.arange(round(seconds * VOICE_HZ)) / VOICE_HZ
        waves = np.sin(2 * np.pi * STEP_HZ * np.arange(1, N_TONES + 1)[:, None] * t)
        return Audio((loudness / loudness.sum() @ waves * 0.5).astype(np.float32), VOICE_HZ)

    def embed(self, audio: Audio) -> Floats:
        spectrum = np.abs(np.fft.rfft(audio.samples))
        bins = np.rint(STEP_HZ * np.arange(1, N_TONES + 1) * len(audio.samples) / LISTEN_HZ).astype(int)
        loudness = np.log(spectrum[bins[:, None] + np.arange(-3, 4)].max(axis=1) + 1e-6)
        loudness = loudness - loudness.mean()
        embedding: Floats = (loudness / np.linalg.norm(loudness)).astype(np.float32)
        return embedding

    def stock(self, n: int = 30) -> StockVoices:
        """All fakes speak alike, so the stock voices are measured once for all tests."""
        if n not in _MEASURED:
            _MEASURED[n] = self._measured(n)
        return _MEASURED[n]

    def _measured(self, n: int) -> StockVoices:
        rng = np.random.default_rng(6)
        # As with the true packs, a few directions hold nearly all of what makes voices differ.
        spread = 1 / (1 + np.arange(n) / 4)[:, None]
        rows = rng.standard_normal((n, n)) @ (spread * rng.standard_normal((n, 256)))
        packs = np.repeat(rows[:, None], 510, axis=1).astype(np.float32)
        embeddings = np.zeros((n, 3, N_TONES), np.float32)
        pitches = np.zeros((n, 3), np.float32)
        for i, pack in enumerate(packs):
            audio = at_listen_rate(ToneVoices().say("a", VoiceStyle("stock", pack), 1.0))
            embeddings[i] = self.embed(audio)
            pitches[i] = median_pitch(pitch_curve(audio)) or 0.0
        judged = embeddings
        natives = [name for sexes in NATIVES.values() for sex in sexes for name in sex]
        return StockVoices(
            (*natives, *(f"voice {i}" for i in range(len(natives), n))), packs, embeddings, pitches, judged
        )


def person(voices: ToneVoices, stock: StockVoices) -> list[Audio]:
    """Talks for 12 s with a voice between the stock voices."""
    mixed = VoiceStyle("person", stock.packs[[2, 3, 7]].mean(axis=0))
    talk = [voices.say("person", mixed, 1.0) for _ in range(8)]
    voices.said.clear()
    return talk


class Ear:
    """A recogniser that gets every sentence right, except in some rounds of judging; round 0 is the stock voice.

    What it gets wrong comes again with every accent.
    """

    def __init__(self, misses: Sequence[int] = ()) -> None:
        self._misses, self._heard, self._round, self._left = misses, 0, -1, 0

    def __call__(self, audio: Audio, language: Language) -> str:
        sentences = SENTENCES[language]
        if not self._left:
            self._round += 1
            once = len(sentences) * len(LANGUAGES)
            self._left = once * (1 + len(WAYS)) if self._round in self._misses else once
        self._left -= 1
        self._heard += 1
        return "" if self._round in self._misses else sentences[(self._heard - 1) % len(sentences)]


def fit(voices: ToneVoices, stock: StockVoices, talk: Sequence[Audio], **options: object) -> VoiceFit:
    arguments: dict[str, object] = {
        "say": voices.say,
        "encoder": voices,
        "judge": voices,
        "understand": Ear(),
        "now": voices.clock.now,
        "budget_seconds": 1000.0,
        "most_tries": 30,
    }
    return fit_quick(talk, stock, **{**arguments, **options})  # type: ignore[arg-type]


def test_the_full_fit_begins_with_the_likest_stock_voice_and_nothing_is_searched() -> None:
    voices = ToneVoices()
    stock = voices.stock()
    person_style = VoiceStyle("person", stock.packs[4])
    talk = [voices.say("person", person_style, 1.0) for _ in range(8)]
    voices.said.clear()
    begin = likest_stock(talk, stock, say=voices.say, encoder=voices, judge=voices, understand=Ear())
    np.testing.assert_array_equal(begin.style.pack, stock.packs[4])
    assert begin.fitted == begin.stock
    assert set(voices.said) == {sentence for sentences in SENTENCES.values() for sentence in sentences}


def test_a_voice_of_unknown_pitch_may_be_the_likest_and_one_an_octave_off_may_not() -> None:
    voices = ToneVoices()
    stock = voices.stock()
    talk = [voices.say("person", VoiceStyle("person", stock.packs[4]), 1.0) for _ in range(8)]
    for pitch_hz, likest in ((0.0, True), (300.0, False)):
        pitches = np.full_like(stock.pitches_hz, 150.0)
        pitches[4] = pitch_hz
        begin = likest_stock(
            talk, replace(stock, pitches_hz=pitches), say=voices.say, encoder=voices, judge=voices, understand=Ear()
        )
        assert np.array_equal(begin.style.pack, stock.packs[4]) == likest


def mean_likeness(scores: object) -> float:
    return float(np.mean([score.likeness for score in scores]))  # type: ignore[attr-defined]


def test_a_voice_between_the_stock_voices_is_found_again() -> None:
    voices = ToneVoices()
    stock = voices.stock()
    result = fit(voices, stock, person(voices, stock))
    assert mean_likeness(result.fitted) > mean_likeness(result.stock) + 0.05
    assert mean_likeness(result.fitted) > 0.97
    assert result.style.name == "fitted from 10 s of speech"
    assert [score.language for score in result.fitted] == list(LANGUAGES)


def test_the_search_stops_when_its_share_of_the_time_is_used() -> None:
    voices = ToneVoices(seconds_a_phrase=1.0)
    stock = voices.stock()
    talk = person(voices, stock)
    shares: list[float] = []
    result = fit(voices, stock, talk, budget_seconds=20.0, progress=shares.append)
    # Two fifths of 20 s at a second a phrase.
    assert result.tries == 8
    assert sum(phonemes in PHRASES.values() for phonemes in voices.said) == 8
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_it_is_judged_on_sentences_that_it_never_tried() -> None:
    assert not set(PHRASES.values()) & {sentence for sentences in SENTENCES.values() for sentence in sentences}


def test_a_voice_that_is_not_understood_goes_half_way_back() -> None:
    voices = ToneVoices()
    stock = voices.stock()
    talk = person(voices, stock)
    result = fit(voices, stock, talk, understand=Ear(misses=(1,)))
    assert "50%" in result.note
    assert result.fitted != result.stock


def test_a_voice_that_is_never_understood_leaves_the_stock_voice() -> None:
    voices = ToneVoices()
    stock = voices.stock()
    talk = person(voices, stock)
    result = fit(voices, stock, talk, understand=Ear(misses=(1, 2)), most_tries=5)
    assert result.fitted == result.stock
    assert result.style.name.startswith("stock ")
    assert result.note.startswith("No fitted voice was better")


def test_the_end_of_the_talk_is_kept_out_of_the_fit() -> None:
    voices = ToneVoices()
    stock = voices.stock()
    talk = person(voices, stock)
    fitted, unheard = split(talk)
    whole = np.concatenate([piece.samples for piece in (*fitted, *unheard)])
    assert sum(len(piece.samples) for piece in unheard) == pytest.approx(0.2 * len(whole), rel=0.01)
    np.testing.assert_array_equal(unheard[-1].samples, whole[-len(unheard[-1].samples) :])


def test_too_little_speech_and_no_voice_are_said() -> None:
    voices = ToneVoices()
    stock = voices.stock()
    with pytest.raises(BadFootage, match=r"3\.0 s of speech"):
        fit(voices, stock, person(voices, stock)[:2])
    noise = np.random.default_rng(0).standard_normal(8 * VOICE_HZ).astype(np.float32) * np.float32(0.05)
    with pytest.raises(BadFootage, match="no pitch"):
        fit(voices, stock, [Audio(noise, VOICE_HZ)])


def test_a_place_and_its_style_are_the_same_thing() -> None:
    stock = ToneVoices().stock()
    base = stock.packs[4]
    space = StyleSpace(stock.packs, base)
    np.testing.assert_allclose(space.style(space.start, "x").pack, base, atol=1e-5)
    place = np.random.default_rng(0).standard_normal(space.n).astype(np.float32)
    np.testing.assert_allclose(space.place(space.style(place, "x").pack), place, atol=1e-4)
