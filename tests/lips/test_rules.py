from __future__ import annotations

import numpy as np
import pytest

from sosie.lips.rules import PARTED, PRESSED, close_lips, part_lips, pauses, rest_in_pauses
from sosie.lips.shape import OPENING
from sosie.types import VOICE_HZ, Audio, Floats, Phone

FRAME = VOICE_HZ // 25


def open_mouth(n: int = 50) -> Floats:
    return np.ones((n, 16), np.float32)


CLOSED = np.full(16, -1, np.float32)
REST = np.full(16, 0.25, np.float32)


def sound(*pieces: tuple[float, float]) -> Audio:
    """Pieces of (seconds, loudness)."""
    rng = np.random.default_rng(0)
    parts = [loud * rng.normal(size=round(seconds * VOICE_HZ)) for seconds, loud in pieces]
    return Audio(np.clip(np.concatenate(parts), -1, 1).astype(np.float32), VOICE_HZ)


@pytest.mark.parametrize("symbol", ["p", "b", "m", "pʰ", "mʲ"])
def test_lips_shut_at_p_b_m_where_they_are_narrowest(symbol: str) -> None:
    numbers = open_mouth()
    numbers[21, OPENING] = 0.8
    shut = close_lips(numbers, [Phone(symbol, 20 * FRAME, 22 * FRAME)], CLOSED)
    assert shut[:, OPENING].argmin() == 21
    assert shut[21, OPENING] == pytest.approx(-PRESSED)
    np.testing.assert_array_equal(shut[:18], numbers[:18])
    np.testing.assert_array_equal(shut[25:], numbers[25:])


@pytest.mark.parametrize("symbol", ["f", "v", "n", "ɑ", "", " "])
def test_other_sounds_change_nothing(symbol: str) -> None:
    np.testing.assert_array_equal(close_lips(open_mouth(), [Phone(symbol, 9600, 11520)], CLOSED), open_mouth())


def test_lips_that_are_tighter_already_are_left_alone() -> None:
    tight = -2 * open_mouth()
    np.testing.assert_array_equal(close_lips(tight, [Phone("m", 9600, 11520)], CLOSED), tight)


def test_a_phone_outside_the_frames_is_no_error() -> None:
    np.testing.assert_array_equal(close_lips(open_mouth(5), [Phone("p", 96_000, 97_000)], CLOSED), open_mouth(5))
    assert close_lips(open_mouth(0), [Phone("p", 0, 100)], CLOSED).shape == (0, 16)


@pytest.mark.parametrize("symbol", ["a", "ɔ̃", "ə", "I", "uː"])
def test_lips_are_parted_in_the_middle_of_a_vowel(symbol: str) -> None:
    narrow = -2 * open_mouth()
    shown = part_lips(narrow, [Phone(symbol, 20 * FRAME, 26 * FRAME)], CLOSED)
    assert shown[22:25, OPENING] == pytest.approx(-PARTED)
    np.testing.assert_array_equal(shown[:21], narrow[:21])
    np.testing.assert_array_equal(shown[26:], narrow[26:])


def test_a_vowel_shorter_than_a_frame_parts_the_lips_too() -> None:
    shown = part_lips(-2 * open_mouth(), [Phone("a", 20 * FRAME + 300, 20 * FRAME + 900)], CLOSED)
    assert shown[:, OPENING].max() == pytest.approx(-PARTED)


def test_open_vowels_and_other_sounds_are_left_alone() -> None:
    phones = [Phone("a", 9600, 11520), Phone("s", 0, 9600)]
    np.testing.assert_array_equal(part_lips(open_mouth(), phones, CLOSED), open_mouth())
    np.testing.assert_array_equal(part_lips(-2 * open_mouth(), phones[1:], CLOSED), -2 * open_mouth())


def test_in_a_pause_the_lips_go_to_the_persons_rest_and_come_back() -> None:
    shown = rest_in_pauses(open_mouth(), [(0.4, 0.8)], REST)[:, OPENING]
    assert shown[:11] == pytest.approx(1)
    assert shown[11] == pytest.approx(0.625)
    assert shown[12:19] == pytest.approx(0.25)
    assert shown[20:] == pytest.approx(1)


def test_pauses_are_silences_of_160_ms_and_more() -> None:
    heard = pauses(sound((0.5, 0.1), (0.3, 0.0), (0.5, 0.1), (0.1, 0.0), (0.4, 0.1)), silent_outside=True)
    assert len(heard) == 1
    assert heard[0] == pytest.approx((0.5, 0.8), abs=0.025)


def test_a_noisy_room_has_pauses_too() -> None:
    heard = pauses(sound((1.0, 0.1), (0.4, 0.002), (1.0, 0.1)), silent_outside=False)
    assert heard[0] == pytest.approx((1.0, 1.4), abs=0.04)


def test_silence_at_the_edge_of_a_clause_goes_on_outside() -> None:
    audio = sound((0.08, 0.0), (0.6, 0.1), (0.08, 0.0))
    first, last = pauses(audio, silent_outside=True)
    assert first[0] < 0 < first[1]
    assert last[1] > audio.seconds > last[0]
    assert pauses(audio, silent_outside=False) == []


def test_silence_alone_is_one_pause() -> None:
    ((start, end),) = pauses(sound((0.5, 0.0)), silent_outside=True)
    assert start < 0
    assert end > 0.5
    assert pauses(Audio(np.zeros(0, np.float32), VOICE_HZ), silent_outside=True) == []
