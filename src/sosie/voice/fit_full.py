"""The full voice: from the likest stock voice on, Kokoro says the person's own sentences again and learns from the difference.

    talk ─► words (recogniser) ─► phonemes ─► aligned clips (align.py) ─► the loop (engines/kokoro_fit.py)
                                                                                         │
                        the best that is clear ◄─ judged like the quick fit ◄─ style, style + biases

Decided as for the quick voice, by an encoder in no loss, on speech in no fit, and with every language as clear as before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from sosie.ports import Listener
from sosie.types import LISTEN_HZ, VOICE_HZ, Audio, Floats, Word
from sosie.voice.accent import CLEAR, with_accents
from sosie.voice.align import WORST_COST, Clip, Told, align, clip_of, cut_at_pauses
from sosie.voice.likeness import VoiceFit, pitch_of, split
from sosie.voice.likeness_judge import Judge, Say, Score, at_listen_rate, is_understood, mean_likeness
from sosie.voice.likeness_space import StockVoices
from sosie.voice.style import Accent, VoiceStyle

LEAST_CLIPS_SECONDS = 4.0
"""Of aligned speech; less teaches the loop the sounds it holds and not the voice."""
SHORTER = 0.75
"""Of the way from the voice to begin with to the fitted one: how far a language goes that is unclear at the end of it. A native's
accent on top of it costs less likeness than half of the way does (docs/experiments.md)."""

Tell = Callable[[str, VoiceStyle], Told]
"""Speaks phonemes and says how long each symbol is."""


class Train(Protocol):
    """The loop: (style alone, style with biases) from clips and a start."""

    def __call__(self, clips: Sequence[Clip], start: VoiceStyle) -> tuple[VoiceStyle, VoiceStyle]: ...


def fit_full(
    talk: Sequence[Audio],
    begin: VoiceFit,
    *,
    listener: Listener,
    read: Callable[[str, str], str],
    tell: Tell,
    features: Callable[[Audio], Floats],
    train: Train,
    say_as: Callable[[VoiceStyle], Say],
    judge: Judge,
    stock: StockVoices,
) -> VoiceFit:
    """Goes on from ``begin``, a voice for the same ``talk``; keeps its style, and says so, unless a result is liker and clear.

    ``read`` gives Kokoro's phonemes of a text in a language, empty where nothing reads it; ``say_as`` opens a voice with its
    biases; ``judge`` holds ``split(talk)[1]``.
    """
    clips = clips_of(talk, begin.style, listener=listener, read=read, tell=tell, features=features)
    seconds = sum(len(clip.samples) for clip in clips) / VOICE_HZ
    if seconds < LEAST_CLIPS_SECONDS:
        note = f"Only {seconds:.1f} s of the speech could be aligned with its transcript, which is too little for the full fit."
        return replace(begin, note=note)
    best = replace(begin, note="The full fit was no better than the voice it began with.")
    pitch_hz = pitch_of(split(talk)[0])
    for trained in train(clips, begin.style):
        say = say_as(trained)
        style, scores = as_far_as_clear(begin.style, trained, judge=judge, say=say)
        style, scores = with_accents(style, scores, judge=judge, say=say, stock=stock, pitch_hz=pitch_hz)
        if mean_likeness(scores) > mean_likeness(best.fitted) and is_understood(scores, begin.stock):
            best = replace(best, style=style, fitted=scores, note=_note(style, seconds))
    return best


def as_far_as_clear(
    begin: VoiceStyle, end: VoiceStyle, *, judge: Judge, say: Say
) -> tuple[VoiceStyle, tuple[Score, ...]]:
    """``end``, with a shorter way from ``begin`` for each language that is unclear at the end of it, and the scores it has then.

    One language does not hold the others back: Chinese of a German woman is unclear where her English and French still come
    nearer to her (docs/experiments.md).
    """
    style, found = end, []
    for whole in judge.scores(end, say):
        best, language = whole, whole.language
        if whole.misunderstood > CLEAR:
            accent = Accent(begin.pack + np.float32(SHORTER) * (end.pack - begin.pack), SHORTER)
            judged = judge.score(language, end.with_accent(language, accent), say)
            if judged.misunderstood < best.misunderstood:
                best, style = judged, style.with_accent(language, accent)
        found.append(best)
    return style, tuple(found)


def _note(style: VoiceStyle, seconds: float) -> str:
    kind = "with biases" if style.biases else "without biases"
    shorter = [
        f"{language} at {accent.bias_share:.0%}" for language, accent in style.accents.items() if accent.bias_share < 1
    ]
    return f"The full fit is kept, {', '.join([kind, *shorter])}: {seconds:.0f} s of aligned speech."


def clips_of(
    talk: Sequence[Audio],
    style: VoiceStyle,
    *,
    listener: Listener,
    read: Callable[[str, str], str],
    tell: Tell,
    features: Callable[[Audio], Floats],
) -> tuple[Clip, ...]:
    """The part of the talk that may be fitted, as aligned clips; what cannot be read or aligned well is left out."""
    speech = _fitted_part(talk)
    heard = listener.transcribe(at_listen_rate(speech))
    found = []
    for words, start, end in cut_at_pauses(heard.words, round(speech.seconds * LISTEN_HZ), LISTEN_HZ):
        phonemes = read(written(words), heard.language)
        sound = Audio(speech.samples[start * 3 // 2 : end * 3 // 2], VOICE_HZ)
        if not phonemes or sound.seconds < 1:
            continue
        told = tell(phonemes, style)
        aligned = align(phonemes, sound, told, features)
        if aligned is not None and aligned[1] < WORST_COST:
            found.append((phonemes, sound, told, aligned[0]))
    if not found:
        return ()
    gain = _loudness([told.audio for _, _, told, _ in found]) / _loudness([sound for _, sound, _, _ in found])
    return tuple(clip_of(phonemes, sound, units, gain) for phonemes, sound, _, units in found)


def written(words: Sequence[Word]) -> str:
    """With spaces where the script has them: a recogniser cuts Chinese, and words that begin with an apostrophe, anywhere."""
    text = " ".join(word.text for word in words)
    return re.sub(r"(?<=[\u3000-\u9fff\d]) (?=[\u3000-\u9fff\d])| (?=['’])", "", text)


def _fitted_part(talk: Sequence[Audio]) -> Audio:
    """At VOICE_HZ; just what ``split`` gives to fits, so that nothing of the judging part is learned."""
    fitted = sum(len(piece.samples) for piece in split(talk)[0])
    whole = np.concatenate([stretch.samples for stretch in talk])
    return Audio(whole[: fitted * VOICE_HZ // LISTEN_HZ], VOICE_HZ)


def _loudness(sounds: Sequence[Audio]) -> float:
    return float(np.sqrt(np.mean(np.concatenate([sound.samples for sound in sounds]) ** 2)))
