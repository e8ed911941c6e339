"""What the host has said before, kept as it was made: a line that is told again costs no computing, and answers wait for nothing.

The voice says the same text the same way every time, so nothing is lost by keeping it. A show that runs for days tells its loop
hundreds of times; after the first, the voice is free for answers.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from sosie.live.lanes import Clip
from sosie.types import VOICE_HZ, Utterance

MOST_SECONDS = 900.0
"""Of speech: 86 MB."""


class Repertoire:
    """The clips of whole utterances, by their words."""

    def __init__(self, most_seconds: float = MOST_SECONDS) -> None:
        self._room = round(most_seconds * VOICE_HZ)
        self._kept: dict[tuple[str, str, str], tuple[Clip, ...]] = {}
        self._chance = random.Random(0)

    def find(self, utterance: Utterance) -> tuple[Clip, ...]:
        """The same words as they were made, now belonging to ``utterance``; empty when they are new."""
        clips = self._kept.get(_words(utterance), ())
        return tuple(replace(clip, speech=replace(clip.speech, utterance=utterance)) for clip in clips)

    def keep(self, clips: Sequence[Clip]) -> None:
        """All clips of one utterance. When there is no room, others go, whichever: the least recently used line of a loop
        would be the one that comes next.
        """
        size = _n_samples(clips)
        words = _words(clips[0].speech.utterance)
        if words in self._kept or size > self._room:
            return
        while sum(map(_n_samples, self._kept.values())) + size > self._room:
            del self._kept[self._chance.choice(list(self._kept))]
        self._kept[words] = tuple(clips)


def _words(utterance: Utterance) -> tuple[str, str, str]:
    """The kind counts: a notice is spoken at its own pace."""
    return utterance.kind, utterance.language, utterance.text


def _n_samples(clips: Sequence[Clip]) -> int:
    return sum(len(clip.speech.audio.samples) for clip in clips)
