"""A speaker of your own: here the stock tones an octave lower. It says hello into a list of clauses.

.venv/bin/python examples/03_my_own_speaker.py
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sosie.engines.fake import ToneSpeaker
from sosie.types import VOICE_HZ, Audio, Language, Speech, Utterance


class DeepSpeaker:
    """Implements ports.Speaker on top of another one."""

    def __init__(self) -> None:
        self._other = ToneSpeaker()

    @property
    def languages(self) -> tuple[Language, ...]:
        return self._other.languages

    def speak(self, utterance: Utterance) -> Iterator[Speech]:
        for speech in self._other.speak(utterance):
            envelope = np.abs(speech.audio.samples)
            hum = np.sin(2 * np.pi * 80 * np.arange(len(envelope)) / VOICE_HZ).astype(np.float32)
            yield replace(speech, audio=Audio((envelope * hum).astype(np.float32), VOICE_HZ))


for clause in DeepSpeaker().speak(Utterance(1, "Good evening, and welcome to the show.", "en")):
    print(f"{clause.text!r}: {clause.audio}, {len(clause.words)} words")
