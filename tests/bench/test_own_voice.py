"""A voice that says the same in another time costs little; the control, another phrase, much; what does not align is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from lips.made_person import MadeEncoder, MadePerson, made_person
from sosie.bench.own_voice import OwnVoice, own_voice
from sosie.lips.fit import LipFit, fit_lips
from sosie.types import LISTEN_HZ, Audio, Floats, Word

ROW = LISTEN_HZ // 50
SECONDS = 16


class ReadingEncoder:
    """Knows by the loudness of 20 ms which row of the made speech is being said, wherever and however fast."""

    def __init__(self) -> None:
        n = SECONDS * 50
        self._speech = MadeEncoder().encode(Audio(np.full(n * ROW, 0.1, np.float32), LISTEN_HZ))

    def encode(self, audio: Audio) -> Floats:
        rows = np.rint(audio.samples[::ROW] * 1000).astype(int)
        return self._speech[rows]


def said(rows: np.ndarray) -> Audio:
    return Audio(np.repeat(rows.astype(np.float32) / 1000, ROW), LISTEN_HZ)


@pytest.fixture(scope="module")
def person() -> MadePerson:
    return made_person(SECONDS)


def words() -> list[Word]:
    """Four a second, ending a sentence every three seconds."""
    step = LISTEN_HZ // 4
    return [Word("word." if i % 12 == 11 else "word", i * step, (i + 1) * step - 100) for i in range(4 * SECONDS)]


@pytest.fixture(scope="module")
def lips(person: MadePerson) -> LipFit:
    return fit_lips(person.track, person.audio, MadeEncoder())


def measured(person: MadePerson, lips: LipFit, rows_of: Callable[[int, int], np.ndarray | None]) -> OwnVoice:
    def speak(phrase: Sequence[Word]) -> Audio | None:
        rows = rows_of(phrase[0].start // ROW, phrase[-1].end // ROW)
        return None if rows is None else said(rows)

    encoder = ReadingEncoder()
    return own_voice(person.track, said(np.arange(SECONDS * 50)), lips, encoder, words(), speak, encoder.encode)


def slower(first: int, last: int) -> np.ndarray:
    return np.rint(np.linspace(first, last - 1, round(1.3 * (last - first)))).astype(int)


def test_another_pace_costs_little_and_another_phrase_much(person: MadePerson, lips: LipFit) -> None:
    found = measured(person, lips, slower)
    assert found.seconds > 12
    assert found.real["opening"] > 0.8
    assert found.fall < 0.1
    assert found.fall_elsewhere > 0.5


def test_a_phrase_that_does_not_belong_to_the_sound_is_left_out(person: MadePerson, lips: LipFit) -> None:
    found = measured(
        person, lips, lambda first, last: np.arange(first, last) if first < 300 else np.full(last - first, 799)
    )
    assert 4 < found.seconds < 10


def test_nothing_is_said_of_too_little_speech(person: MadePerson, lips: LipFit) -> None:
    found = measured(person, lips, lambda first, last: None)
    assert found.seconds == 0
    assert np.isnan(found.fall)
