"""What the voice says is what was written: spoken by Kokoro, written down by Whisper, compared sound by sound."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import soxr

from sosie.engines.kokoro import DURATION_SAMPLES, Kokoro, KokoroModel
from sosie.engines.reader import Reader
from sosie.engines.whisper import FasterWhisper
from sosie.models import weights
from sosie.types import LISTEN_HZ, VOICE_HZ, Audio, Language, Utterance
from sosie.voice.align import WORST_COST, Told, align
from sosie.voice.style import stock_style
from sosie.voice.text import clauses

pytestmark = [pytest.mark.weights, pytest.mark.slow]


@pytest.fixture(scope="module")
def listener() -> FasterWhisper:
    return FasterWhisper()


NATIVE_VOICES: dict[Language, str] = {"zh": "zf_xiaoxiao", "en": "af_heart", "fr": "ff_siwis"}


def spoken(text: str, language: Language) -> Audio:
    voice = stock_style(weights("kokoro-voices"), NATIVE_VOICES[language])
    speeches = Kokoro(voice, languages=(language,)).speak(Utterance(1, text, language))
    samples = np.concatenate([speech.audio.samples for speech in speeches])
    return Audio(soxr.resample(samples, VOICE_HZ, LISTEN_HZ).astype(np.float32), LISTEN_HZ)


def words_of(text: str, language: Language) -> str:
    """What would be said, so that 299 and 两百九十九 are the same."""
    spoken = (piece.spoken for clause in clauses(text, language) for run in clause.runs for piece in run.pieces)
    return "".join(char for char in "".join(spoken).lower() if char.isalnum())


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "These headphones were $1,299.00, today only $19.99."),
        ("zh", "这款耳机原价299元，今天只要158元。"),
        ("fr", "Cette tablette coûte 1 299 € au lieu de 1 500 €."),
    ],
)
def test_prices_are_heard_as_they_were_written(listener: FasterWhisper, language: Language, text: str) -> None:
    transcript = listener.transcribe(spoken(text, language), language)
    heard, written = words_of(transcript.text, language), words_of(text, language)
    prices = {
        "en": ("onethousandtwohundredninetynine", "nineteendollarsandninetyninecents"),
        "zh": ("两百九十九", "一百五十八"),
        "fr": ("1299euros", "1500euros"),
    }[language]
    assert all(price in heard for price in prices), f"{heard} for {written}"
    assert transcript.language == language


def test_words_have_rising_times_within_the_audio(listener: FasterWhisper) -> None:
    audio = spoken("Hello everyone, and welcome.", "en")
    transcript = listener.transcribe(audio)
    assert transcript.language == "en"
    assert [word.text.strip(",.!").lower() for word in transcript.words] == ["hello", "everyone", "and", "welcome"]
    assert all(a.end <= b.start for a, b in itertools.pairwise(transcript.words))
    assert transcript.words[-1].end <= len(audio.samples)


def test_silence_has_no_words(listener: FasterWhisper) -> None:
    assert listener.transcribe(Audio(np.zeros(3 * LISTEN_HZ, np.float32), LISTEN_HZ), "en").words == ()


def test_another_rate_is_not_guessed(listener: FasterWhisper) -> None:
    with pytest.raises(ValueError, match="16000"):
        listener.transcribe(Audio(np.zeros(24_000, np.float32), 24_000))


@pytest.mark.parametrize(
    ("language", "text", "another", "voice"),
    [
        ("fr", "Bonjour à tous, voici une petite tasse.", "La livraison prend trois jours ouvrés.", "em_alex"),
        ("zh", "大家好，今天看一款小杯子。", "三天之内送到您的家里。", "zm_yunyang"),
    ],
)
def test_what_is_said_counts_more_than_who_says_it(
    listener: FasterWhisper, language: Language, text: str, another: str, voice: str
) -> None:
    """The rows that voices are laid over each other by: far less apart for the same words than for others."""
    model = KokoroModel()
    style = stock_style(weights("kokoro-voices"), voice)
    sound = spoken(text, language)
    costs = []
    for said in (text, another):
        phonemes = model.sayable(Reader().phonemes(said, language))
        made = model.synthesise(phonemes, style)
        told = Told(Audio(made.samples, VOICE_HZ), made.durations // DURATION_SAMPLES)
        slow = soxr.resample(sound.samples, LISTEN_HZ, VOICE_HZ).astype(np.float32)
        aligned = align(phonemes, Audio(np.pad(slow, (0, VOICE_HZ)), VOICE_HZ), told, listener.encode)
        assert aligned is not None
        costs.append(aligned[1])
    assert costs[0] < WORST_COST
    assert costs[1] > costs[0] + 0.15


@pytest.mark.parametrize(("n_samples", "n_rows"), [(320, 1), (321, 2), (16_000, 50), (480_000, 1500)])
def test_there_is_a_row_for_every_20_ms_begun(listener: FasterWhisper, n_samples: int, n_rows: int) -> None:
    rows = listener.encode(Audio(np.zeros(n_samples, np.float32), LISTEN_HZ))
    assert rows.shape == (n_rows, 512)
    assert np.isfinite(rows).all()


def test_more_than_half_a_minute_or_another_rate_is_refused(listener: FasterWhisper) -> None:
    with pytest.raises(ValueError, match="31 s"):
        listener.encode(Audio(np.zeros(31 * LISTEN_HZ, np.float32), LISTEN_HZ))
    with pytest.raises(ValueError, match="24000"):
        listener.encode(Audio(np.zeros(VOICE_HZ, np.float32), VOICE_HZ))
