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
from sosie.voice.accent import with_accents
from sosie.voice.align import WORST_COST, Clip, Told, align, clip_of, cut_at_pauses
from sosie.voice.likeness import VoiceFit, pitch_of, split
from sosie.voice.likeness_judge import Judge, Say, at_listen_rate, is_understood, mean_likeness
from sosie.voice.likeness_space import StockVoices
from sosie.voice.style import VoiceStyle

LEAST_CLIPS_SECONDS = 4.0
"""Of aligned speech; less teaches the loop the sounds it holds and not the voice."""
SHARES = (0.75, 1.0)
"""Of the way from the voice to begin with to the fitted one with biases."""
WORTH_MORE_WAY = 0.03
"""Likeness that the last quarter must gain: it costs clearness, more than the judge hears (docs/experiments.md)."""

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
    part_of_the_way: Callable[[VoiceStyle, VoiceStyle, float], VoiceStyle],
    say_as: Callable[[VoiceStyle], Say],
    judge: Judge,
    stock: StockVoices,
) -> VoiceFit:
    """Goes on from ``begin``, a voice for the same ``talk``; keeps its style, and says so, unless a result is liker and clear.

    ``read`` gives Kokoro's phonemes of a text in a language, empty where nothing reads it; ``say_as`` opens a voice with its
    biases; ``judge`` holds ``split(talk)[1]``; ``part_of_the_way`` gives the style at a share of the way between two.
    """
    clips = clips_of(talk, begin.style, listener=listener, read=read, tell=tell, features=features)
    seconds = sum(len(clip.samples) for clip in clips) / VOICE_HZ
    if seconds < LEAST_CLIPS_SECONDS:
        note = f"Only {seconds:.1f} s of the speech could be aligned with its transcript, which is too little for the full fit."
        return replace(begin, note=note)
    best = replace(begin, note="The full fit was no better than the voice it began with.")
    pitch_hz = pitch_of(split(talk)[0])
    alone, with_biases = train(clips, begin.style)
    ways = [(part_of_the_way(begin.style, with_biases, share), share) for share in SHARES]
    for trained, share in [(alone, 0.0), *ways]:
        say = say_as(trained)
        style, scores = with_accents(
            trained, judge.scores(trained, say), judge=judge, say=say, stock=stock, pitch_hz=pitch_hz
        )
        more = WORTH_MORE_WAY if share == 1 and best.style is not begin.style else 0.0
        if mean_likeness(scores) > mean_likeness(best.fitted) + more and is_understood(scores, begin.stock):
            kind = "without biases" if not share else "with biases" if share == 1 else f"with biases at {share:.0%}"
            note = f"The full fit is kept, {kind}: {seconds:.0f} s of aligned speech."
            best = replace(best, style=style, fitted=scores, note=note)
    return best


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
