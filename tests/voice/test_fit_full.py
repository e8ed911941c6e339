from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
import pytest

from sosie.types import LISTEN_HZ, VOICE_HZ, Audio, Language, Transcript, Word
from sosie.voice.accent import NATIVES
from sosie.voice.align import Clip, Told
from sosie.voice.fit_full import fit_full
from sosie.voice.likeness import VoiceFit
from sosie.voice.likeness_judge import Say, Score
from sosie.voice.likeness_space import StockVoices
from sosie.voice.style import VoiceStyle

from .test_align import spectrum_rows, tones

UNITS = (4, 20, 18, 20, 18, 20, 4)
PACK = np.zeros((510, 256), np.float32)
SILENCE = Audio(np.zeros(160, np.float32), LISTEN_HZ)
QUICK = VoiceStyle("quick", PACK)
ALONE = VoiceStyle("full", PACK)
WITH_BIASES = VoiceStyle("full", PACK, MappingProxyType({"x": np.zeros(3, np.float32)}))


def stock_voices() -> StockVoices:
    """Every native there is, at 120 Hz or 220 Hz."""
    names = tuple(name for sexes in NATIVES.values() for sex in sexes for name in sex)
    men = {name for sexes in NATIVES.values() for name in sexes[0]}
    pitches = np.array([[120.0 if name in men else 220.0] * 3 for name in names], np.float32)
    packs = np.stack([np.full((510, 256), number, np.float32) for number in range(len(names))])
    return StockVoices(
        names, packs, np.ones((len(names), 3, 4), np.float32) / 2, pitches, np.ones((len(names), 3, 4), np.float32) / 2
    )


def scores(likeness: float, misunderstood: float = 0.0) -> tuple[Score, ...]:
    languages: tuple[Language, ...] = ("zh", "en", "fr")
    return tuple(Score(language, likeness, 0.5, misunderstood, SILENCE) for language in languages)


QUICK_FIT = VoiceFit(QUICK, scores(0.4), scores(0.6), 0.9, 50, "quick")


class FakeJudge:
    """``shorter``: scores by the share of the way that a language goes, for those who ask; as at its end unless given."""

    def __init__(
        self,
        alone: tuple[Score, ...],
        with_biases: tuple[Score, ...],
        shorter: dict[tuple[Language, float], Score] | None = None,
    ) -> None:
        self._alone, self._with_biases, self._shorter = alone, with_biases, shorter or {}

    def scores(self, style: VoiceStyle, say: Say) -> tuple[Score, ...]:
        return self._with_biases if style.biases else self._alone

    def score(self, language: Language, style: VoiceStyle, say: Say) -> Score:
        """A native's colour changes nothing."""
        whole = next(score for score in self.scores(style, say) if score.language == language)
        return self._shorter.get((language, style.spoken_in(language).bias_share), whole)


class FakeListener:
    """Hears "abcde" in every stretch of tones."""

    def __init__(self, language: str = "en", gap_seconds: float = 2.6) -> None:
        self._language, self._gap = language, gap_seconds

    def transcribe(self, audio: Audio, language: Language | None = None) -> Transcript:
        step = round(self._gap * LISTEN_HZ)
        starts = range(0, len(audio.samples) - step + 1, step)
        words = tuple(Word("abcde.", start + 1600, start + step - 1600) for start in starts)
        return Transcript(" ".join(word.text for word in words), self._language, words)


def full(judge: FakeJudge, trained: list[Sequence[Clip]] | None = None, **options: object) -> VoiceFit:
    talk = [tones(UNITS) for _ in range(5)]

    def train(clips: Sequence[Clip], start: VoiceStyle) -> tuple[VoiceStyle, VoiceStyle]:
        if trained is not None:
            trained.append(clips)
        return ALONE, WITH_BIASES

    arguments: dict[str, object] = {
        "listener": FakeListener(),
        "read": lambda text, language: "abcde",
        "tell": lambda phonemes, style: Told(tones(UNITS, 0.1), np.array(UNITS)),
        "features": spectrum_rows,
        "train": train,
        "say_as": lambda style: lambda phonemes, style, speed: Audio(np.zeros(10, np.float32), VOICE_HZ),
        "judge": judge,
        "stock": stock_voices(),
    }
    return fit_full(talk, QUICK_FIT, **{**arguments, **options})  # type: ignore[arg-type]


def test_the_likest_of_the_three_is_kept() -> None:
    kept = full(FakeJudge(scores(0.7), scores(0.8)))
    assert kept.style is WITH_BIASES
    assert kept.stock == QUICK_FIT.stock
    assert "with biases" in kept.note
    assert full(FakeJudge(scores(0.8), scores(0.7))).style is ALONE


def test_a_language_that_became_unclear_goes_a_shorter_way_and_holds_no_other_back() -> None:
    judge = FakeJudge(
        scores(0.5),
        (Score("zh", 0.9, 0.5, 0.4, SILENCE), *scores(0.9)[1:]),
        {("zh", 0.75): Score("zh", 0.8, 0.5, 0.0, SILENCE), ("en", 0.75): Score("en", 0.8, 0.5, 0.0, SILENCE)},
    )
    kept = full(judge)
    assert kept.style.spoken_in("en").bias_share == 1
    assert kept.style.spoken_in("zh").bias_share == 0.75
    nearer = QUICK.pack + np.float32(0.75) * (WITH_BIASES.pack - QUICK.pack)
    assert np.allclose(kept.style.spoken_in("zh").pack, nearer, atol=1e-6)
    assert [score.misunderstood for score in kept.fitted] == [0, 0, 0]
    assert "zh at 75%" in kept.note


def test_a_voice_that_became_unclear_steps_back() -> None:
    assert full(FakeJudge(scores(0.7), scores(0.9, misunderstood=0.3))).style is ALONE
    kept = full(FakeJudge(scores(0.7, misunderstood=0.3), scores(0.9, misunderstood=0.3)))
    assert kept.style is QUICK
    assert "no better" in kept.note


def test_a_fit_that_is_no_better_leaves_the_voice_it_began_with() -> None:
    kept = full(FakeJudge(scores(0.5), scores(0.59)))
    assert kept.style is QUICK
    assert kept.fitted == QUICK_FIT.fitted


def test_only_the_part_of_the_talk_that_is_not_for_judging_is_learned_from() -> None:
    trained: list[Sequence[Clip]] = []
    full(FakeJudge(scores(0.7), scores(0.8)), trained)
    seconds = sum(len(clip.samples) for clip in trained[0]) / VOICE_HZ
    whole = 5 * sum(UNITS) * 0.025
    assert 0.5 * whole < seconds <= 0.8 * whole
    assert all(clip.units.sum() * 600 == len(clip.samples) for clip in trained[0])


def test_speech_in_a_language_that_cannot_be_read_is_not_learned_from() -> None:
    kept = full(FakeJudge(scores(0.9), scores(0.9)), read=lambda text, language: "")
    assert kept.style is QUICK
    assert kept.note.startswith("Only 0.0 s")


def test_without_torch_the_extra_is_named() -> None:
    code = """
import sys
from sosie.errors import YourInput

class NoTorch:
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")

sys.meta_path.insert(0, NoTorch())
try:
    import sosie.engines.kokoro_fit
except YourInput as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "pip install 'sosie[fit]'" in said
    assert "--voice quick" in said


@pytest.mark.parametrize("language", ["zh", "en", "fr", "pt", "ru"])
def test_every_language_that_can_be_read_can_be_learned_from(language: str) -> None:
    assert full(FakeJudge(scores(0.7), scores(0.8)), listener=FakeListener(language)).style is WITH_BIASES
