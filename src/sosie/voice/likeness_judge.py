"""Is a fitted voice better? Judged on sentences no fit has spoken, speech no fit has heard, by an encoder no fit has used.

A speaker encoder that a fit was made with always finds the fit good (voice_fit.md: a strong loss on one encoder lowered the
likeness by all others). So likeness is taken from another one, and what is said must still be understood.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from scipy.signal import resample_poly

from sosie.ports import VoiceEncoder
from sosie.types import LANGUAGES, LISTEN_HZ, VOICE_HZ, Audio, Floats, Language
from sosie.voice.style import VoiceStyle

Say = Callable[[str, VoiceStyle, float], Audio]
"""Speaks Kokoro's phonemes in a style at a speed (1.0 is the style's own pace); the audio is at VOICE_HZ."""
Understand = Callable[[Audio, Language], str]
"""Phonemes of what was understood; the audio is at LISTEN_HZ."""

SENTENCES: dict[Language, tuple[str, ...]] = {
    "zh": (
        "ta↘ʨja→ wa↓nʂa↘ŋ xau↓, ꭧɤ↘ kʰwa↓n tʰai↗tə→ŋ kʰɤ↓i↓ ꭧɤ↗tje↗, ʨi→ntʰjɛ→n ꭧɨ↓jau↘ lja↓ŋpai↓u↓ʂɨ↗ ʨjou↓ɥɛ↗n.",
        "sa→ntʰjɛ→n ꭧɨ→nei↘ sʊ↘ŋtau↘, i↗kɤ↘ɥe↘ ꭧɨ→nei↘ kʰɤ↓i↓ mjɛ↓nfei↘ tʰwei↘xwo↘.",
    ),
    "en": (
        "həlˈO ˈɛvɹiwən, ðɪs lˈæmp fˈOldz ˌʌp, ænd tədˈA ɪt kˈɔsts θˈɜɹTifˌIv jˈʊɹOz.",
        "dəlˈɪvəɹi tˈAks θɹˈi dˈAz, ænd ju kæn sˈɛnd ɪt bˈæk fɹˈi ʌv ʧˈɑɹʤ fɔɹ ɐ mˈʌnθ.",
    ),
    "fr": (
        "bɔ̃ʒˈuʁ a tˈus, sɛt lˈɑ̃p sə plˈi e ɛl kˈut tʁˈɑ̃tsˈɛ̃k øʁˈoz oʒuʁdyˈi.",
        "la livʁɛzˈɔ̃ pʁˈɑ̃ tʁwˈa ʒˈuʁ, e lə ʁətˈuʁ ɛ ɡʁatyˈi pɑ̃dˈɑ̃ œ̃ mwˈa.",
    ),
}
"""The readings of: 大家晚上好，这款台灯可以折叠，今天只要两百五十九元。 三天之内送到，一个月之内可以免费退货。
Hello everyone, this lamp folds up, and today it costs thirty-five euros. Delivery takes three days, and you can send it back
free of charge for a month.
Bonjour à tous, cette lampe se plie et elle coûte trente-cinq euros aujourd'hui. La livraison prend trois jours, et le retour est
gratuit pendant un mois.
As long and as full of figures as what a seller says: on "Dites-nous ce que vous en pensez" men without French seem clear.
"""
WORSE_UNDERSTOOD = 0.12
"""Rise of the share of wrong phonemes that is let pass: one short word in a sentence, about what recognisers vary by."""
NEVER_UNDERSTOOD = 0.3
"""Share of wrong phonemes beyond which nobody is helped by the stock voice having been as bad (a recogniser that loops, say)."""
_MARKS = frozenset(' ˈˌ.,;:!?…—"()“”→↗↘↓ːʰʲ')


@dataclass(frozen=True, slots=True)
class Score:
    """How one style did in one language."""

    language: Language
    likeness: float
    """Cosine of the judge's embeddings to the person's unheard speech; ``Judgement.ceiling`` is the person's own."""
    fitted_likeness: float
    """The same by the encoder that the quick fit is guided by: not to be trusted for that one."""
    misunderstood: float
    """Share of phonemes that a recogniser got wrong, in [0, 1], mean of the sentences."""
    spoken: Audio = field(compare=False, repr=False)
    """What was judged: ``SENTENCES`` one after the other, at LISTEN_HZ."""


class Judge:
    """Holds the person's unheard speech and scores styles against it."""

    def __init__(
        self,
        unheard: Sequence[Audio],
        *,
        outside: VoiceEncoder,
        inside: VoiceEncoder,
        understand: Understand,
        languages: Sequence[Language] = LANGUAGES,
    ) -> None:
        """``unheard``: two or more pieces at LISTEN_HZ; ``inside`` is the fit's own encoder, ``outside`` another."""
        self._outside, self._inside, self._understand = outside, inside, understand
        self._languages = tuple(languages)
        whole = Audio(np.concatenate([piece.samples for piece in unheard]), LISTEN_HZ)
        self._by_outside, self._by_inside = outside.embed(whole), inside.embed(whole)

    def ceiling(self, heard: Audio) -> float:
        """Likeness of the person to themself: the fit's own speech (LISTEN_HZ) against the unheard one."""
        return float(self._outside.embed(heard) @ self._by_outside)

    def scores(self, style: VoiceStyle, say: Say) -> tuple[Score, ...]:
        """One for each language; about 9 s of speech are made and transcribed for each."""
        return tuple(self.score(language, style, say) for language in self._languages)

    def score(self, language: Language, style: VoiceStyle, say: Say) -> Score:
        style = style.spoken_in(language)
        spoken = [at_listen_rate(say(phonemes, style, 1.0)) for phonemes in SENTENCES[language]]
        together = Audio(np.concatenate([piece.samples for piece in spoken]), LISTEN_HZ)
        # One by one: two short sentences in one recording made Whisper go round in circles in French.
        wrong = [
            misheard(phonemes, self._understand(piece, language))
            for phonemes, piece in zip(SENTENCES[language], spoken, strict=True)
        ]
        return Score(
            language,
            likeness=float(self._outside.embed(together) @ self._by_outside),
            fitted_likeness=float(self._inside.embed(together) @ self._by_inside),
            misunderstood=float(np.mean(wrong)),
            spoken=together,
        )


def mean_likeness(scores: Sequence[Score]) -> float:
    return float(np.mean([score.likeness for score in scores]))


def is_better(scores: Sequence[Score], than: Sequence[Score]) -> bool:
    """More like the person by the outside encoder in the mean of the languages, and understood in each as before."""
    return mean_likeness(scores) > mean_likeness(than) and is_understood(scores, than)


def is_understood(scores: Sequence[Score], than: Sequence[Score]) -> bool:
    return all(
        score.misunderstood <= min(before.misunderstood, NEVER_UNDERSTOOD) + WORSE_UNDERSTOOD
        for score, before in zip(scores, than, strict=True)
    )


def misheard(said: str, understood: str) -> float:
    """Share of the phonemes said; stress, tones, length and punctuation are not counted."""
    return share_wrong(bare(said), bare(understood))


def share_wrong(said: Sequence[str], understood: Sequence[str]) -> float:
    """Edits between the two over the length of what was said, at most 1."""
    row = list(range(len(understood) + 1))
    for i, symbol in enumerate(said, start=1):
        last = [i]
        for j, ((before, above), other) in enumerate(zip(pairwise(row), understood, strict=True), start=1):
            last.append(min(above + 1, last[j - 1] + 1, before + (symbol != other)))
        row = last
    return min(row[-1] / max(len(said), 1), 1.0)


def bare(phonemes: str) -> str:
    """The sounds alone: no stress, tones, length or punctuation."""
    return "".join(symbol for symbol in phonemes if symbol not in _MARKS)


def at_listen_rate(audio: Audio) -> Audio:
    """From VOICE_HZ to LISTEN_HZ."""
    if audio.rate_hz != VOICE_HZ:
        raise ValueError(f"a voice is at {VOICE_HZ} Hz, got {audio.rate_hz} Hz")
    samples: Floats = resample_poly(audio.samples, 2, 3).astype(np.float32)
    return Audio(samples, LISTEN_HZ)
