"""How somebody speaks, apart from the sound of the voice: how high and how lively, how fast, with what pauses.

All of it can be set exactly, so none of it is searched for: what the voice is off by in the sentences that it was judged by is
put right, and it is judged again.

    the person's talk ─────────────► manner ─┐
    the voice's judged sentences ──► manner ─┴► a straight line for its pitch, a pace, a factor on its pauses
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from sosie.types import Audio, Floats
from sosie.voice.likeness import VoiceFit, joined
from sosie.voice.likeness_judge import SENTENCES, Judge, Say, bare, is_understood, mean_likeness
from sosie.voice.pitch import pitch_curve
from sosie.voice.style import VoiceStyle

LIKENESS_GIVEN = 0.03
"""Of the judge's likeness, about what it varies by from sentence to sentence: a right manner may cost as much."""

SHORTEST_PAUSE, LONGEST_PAUSE = 0.19, 1.5
"""Seconds: shorter ones are stops inside words, longer ones are no part of speaking."""
PROBABILITY = 0.5
"""Of speech, above which a moment is speech."""
PROBABILITY_SECONDS = 0.032
LEAST_PAUSES = 3
"""Fewer say nothing about a person."""
_TEN_TO_NINETY = 2.563
"""Standard deviations of a bell curve between its 10 % and its 90 %."""
PACES = (0.75, 1.3)
"""What a voice may be asked for: beyond, it is no longer clear."""
LIVELIEST = 1.5
"""Times as wide a melody as the model's own."""
LIVELINESS = (1.0, 0.0)
"""Shares of the missing liveliness that are tried until the voice is as clear and as like as before."""
MEAN_PAUSES = ((0.5, 0.248), (0.75, 0.328), (1.0, 0.416), (1.4, 0.563), (1.9, 0.746), (2.5, 0.965))
"""(factor on the pauses behind clauses, mean seconds of all pauses that are then heard): four stock voices making small talk in
three languages, alike to .07 s at a factor of 1."""
SILENT_HZ = 4.0
"""What the model predicts for the pitch of silence; from about 10 Hz on it makes a tone."""
MOST_SILENT_HZ = 8.0


@dataclass(frozen=True, slots=True)
class Melody:
    median_hz: float
    spread: float
    """Semitones, as a standard deviation: the distance from 10 % to 90 % over 2.563, which a wrong octave here and there does
    not change. nan without voiced sound, as the median."""


def melody_of(audio: Audio) -> Melody:
    curve = pitch_curve(audio)
    voiced = curve[curve > 0]
    if not len(voiced):
        return Melody(float("nan"), float("nan"))
    low, middle, high = np.percentile(12 * np.log2(voiced), [10, 50, 90])
    return Melody(float(2 ** (middle / 12)), float(high - low) / _TEN_TO_NINETY)


@dataclass(frozen=True, slots=True)
class Pace:
    spoken_seconds: float
    """Pauses of ``SHORTEST_PAUSE`` or more not counted."""
    pauses: tuple[float, ...]
    """Seconds each, in order; none before the first word or behind the last."""

    @property
    def mean_pause(self) -> float:
        """nan without a pause."""
        return float(np.mean(self.pauses)) if self.pauses else float("nan")


def pace_of(probabilities: Floats) -> Pace:
    """``probabilities`` (n,): of speech, every 32 ms."""
    speaks = np.flatnonzero(probabilities > PROBABILITY)
    if not len(speaks):
        return Pace(0.0, ())
    gaps = (np.diff(speaks) - 1) * PROBABILITY_SECONDS
    pauses = gaps[gaps >= SHORTEST_PAUSE]
    whole = (speaks[-1] - speaks[0] + 1) * PROBABILITY_SECONDS
    return Pace(float(whole - pauses.sum()), tuple(float(pause) for pause in pauses if pause <= LONGEST_PAUSE))


@dataclass(frozen=True, slots=True)
class Manner:
    """Of a person or of a voice."""

    melody: Melody
    sounds_a_second: float
    """Phonemes over the time spoken, pauses not counted; nan where nothing was understood."""
    pause_seconds: float
    """Mean; nan with fewer than ``LEAST_PAUSES``."""


def manner_of(audio: Audio, n_sounds: int, probabilities: Floats) -> Manner:
    """``audio`` at any rate, with its pauses; ``n_sounds`` phonemes are said in it; ``probabilities`` as for ``pace_of``."""
    pace = pace_of(probabilities)
    rate = n_sounds / pace.spoken_seconds if n_sounds and pace.spoken_seconds else float("nan")
    pause = pace.mean_pause if len(pace.pauses) >= LEAST_PAUSES else float("nan")
    return Manner(melody_of(audio), rate, pause)


@dataclass(frozen=True, slots=True)
class Setting:
    """What makes a voice speak in somebody's manner."""

    gain: float = 1.0
    shift_hz: float = 0.0
    """Pitch said = gain * the model's own + shift."""
    pace: float = 1.0
    pauses: float = 1.0
    """Times the usual pause behind a clause."""


def setting_for(person: Manner, voice: Manner, liveliness: float) -> Setting:
    """What ``voice`` is off by, put right; ``liveliness`` is the share of the missing width of the melody that is given.

    A melody can be made wider, and hardly narrower: the pitch of silence would be raised to a hum.
    """
    wider = person.melody.spread / voice.melody.spread
    narrowest = 1 - (MOST_SILENT_HZ - SILENT_HZ) / person.melody.median_hz
    wider = 1 + liveliness * (min(max(wider, narrowest), LIVELIEST) - 1) if np.isfinite(wider) else 1.0
    pace = person.sounds_a_second / voice.sounds_a_second
    factors, seconds = zip(*MEAN_PAUSES, strict=True)
    pauses = float(np.interp(person.pause_seconds, seconds, factors)) if np.isfinite(person.pause_seconds) else 1.0
    return Setting(
        gain=wider * person.melody.median_hz / voice.melody.median_hz,
        shift_hz=person.melody.median_hz * (1 - wider),
        pace=float(np.clip(pace, *PACES)) if np.isfinite(pace) else 1.0,
        pauses=pauses,
    )


def in_manner(
    fit: VoiceFit,
    person: Manner,
    *,
    probabilities: Callable[[Audio], Floats],
    melody_biases: Callable[[float, float], dict[str, Floats]],
    say_as: Callable[[VoiceStyle], Say],
    judge: Judge,
) -> VoiceFit:
    """``fit`` speaking as ``person`` does, as far as it stays as clear and as like them; one or two judgings.

    ``probabilities`` of speech in audio at LISTEN_HZ, every 32 ms; ``melody_biases`` of a gain and a shift in hertz.
    """
    spoken = joined([score.spoken for score in fit.fitted])
    n_sounds = sum(len(bare(sentence)) for score in fit.fitted for sentence in SENTENCES[score.language])
    voice = manner_of(spoken, n_sounds, probabilities(spoken))
    for liveliness in LIVELINESS:
        setting = setting_for(person, voice, liveliness)
        style = replace(
            fit.style,
            biases=MappingProxyType({**fit.style.biases, **melody_biases(setting.gain, setting.shift_hz)}),
            pace=setting.pace,
            pauses=setting.pauses,
        )
        scores = judge.scores(style, say_as(style))
        if mean_likeness(scores) > mean_likeness(fit.fitted) - LIKENESS_GIVEN and is_understood(scores, fit.stock):
            return replace(fit, style=style, fitted=scores)
    # What was judged was pitch and pace; pauses cost nothing.
    style = replace(fit.style, pauses=setting.pauses)
    return replace(fit, style=style, note=f"{fit.note} Its melody and pace are the model's own.")
