"""The speaker without a voice is late when it is told to be, and only then."""

from __future__ import annotations

from sosie.clock import VirtualClock
from sosie.engines.fake import ToneSpeaker
from sosie.types import Utterance


def test_latency_is_slept_on_the_clock_clause_by_clause() -> None:
    clock = VirtualClock()
    speaker = ToneSpeaker(latency_seconds=lambda clause: 0.1 * len(clause.text), clock=clock)
    speeches = speaker.speak(Utterance(1, "One. Three.", "en"))
    assert clock.now() == 0.0
    next(speeches)
    assert clock.now() == 0.5
    next(speeches)
    assert round(clock.now(), 6) == 1.1


def test_longer_words_hum_longer() -> None:
    (speech,) = ToneSpeaker().speak(Utterance(1, "A presentation", "en"))
    short, long = speech.words
    assert long.end - long.start > 3 * (short.end - short.start)
