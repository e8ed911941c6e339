"""The model's sound becomes a clause: trimmed, timed, joined."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sosie.types import SAMPLES_PER_FRAME, VOICE_HZ
from sosie.voice.speak import (
    BEFORE_SAMPLES,
    BEHIND_SAMPLES,
    LEAD_SAMPLES,
    finished,
    has_sound,
    placed,
    tidied,
    within_limit,
)
from sosie.voice.text import clauses

UNIT = 600


def test_spaces_stand_only_between_words() -> None:
    assert "".join(symbol for symbol, _ in tidied([(c, 0) for c in "  a  b , c ! "])) == "a b, c!"


def test_a_clause_of_punctuation_has_no_sound() -> None:
    assert not has_sound([(",", 0), (" ", 0)])
    assert has_sound([(",", 0), ("a", 0)])


@given(text=st.text(alphabet="ab ", max_size=400), limit=st.integers(1, 60))
def test_parts_are_within_the_limit_and_nothing_is_lost(text: str, limit: int) -> None:
    parts = list(within_limit([(char, 0) for char in text], limit))
    assert all(1 <= len(part) <= limit for part in parts)
    assert "".join(symbol for part in parts for symbol, _ in part) == text


def a_clause_of(symbols: str, owners: list[int], durations: list[int]) -> tuple[object, np.ndarray]:
    """Half a second of tone where the symbols are heard, which is LEAD_SAMPLES before the model's durations say."""
    (clause,) = clauses("ni hao.", "en")
    sound = (0.3 * np.sin(np.arange(sum(durations[1:-1])) / 10)).astype(np.float32)
    before, behind = durations[0] - LEAD_SAMPLES, durations[-1] + LEAD_SAMPLES
    samples = np.concatenate([np.zeros(before, np.float32), sound, np.zeros(behind, np.float32)])
    part = placed(samples, list(zip(symbols, owners, strict=True)), np.array(durations))
    return finished([part], clause), samples


def test_phones_follow_the_model_and_words_follow_phones() -> None:
    made, _ = a_clause_of("nˈi hːa", [0, 0, 0, 1, 2, 2, 2], [20 * UNIT, *[4 * UNIT] * 7, 20 * UNIT])
    assert [phone.symbol for phone in made.phones] == ["", "n", "i", " ", "hː", "a", ""]
    assert made.phones[0].start == 0
    assert made.phones[0].end < 0.05 * VOICE_HZ, "the silence before is trimmed"
    assert all(a.end == b.start for a, b in itertools.pairwise(made.phones))
    n, i = made.phones[1], made.phones[2]
    assert (n.end - n.start, i.end - i.start) == (4 * UNIT, 8 * UNIT), "stress belongs to the vowel behind it"
    first, second = made.words
    assert (first.text, first.start, first.end) == ("ni", n.start, i.end)
    assert (second.text, second.start) == ("hao", made.phones[4].start)


def test_noise_where_the_model_means_silence_is_trimmed_as_silence_is() -> None:
    """A fitted voice has the noise of its recording in it."""
    durations = [40 * UNIT, *[4 * UNIT] * 4, 20 * UNIT, 20 * UNIT]
    samples = (0.3 * np.sin(np.arange(sum(durations)) / 10)).astype(np.float32)
    part = placed(samples, [(symbol, 0) for symbol in "niha."], np.array(durations))
    assert len(part.samples) == BEFORE_SAMPLES + 16 * UNIT + BEHIND_SAMPLES
    assert part.timed[1].start == BEFORE_SAMPLES


def test_the_clause_ends_with_its_pause_on_a_whole_frame() -> None:
    made, _ = a_clause_of("ni", [0, 0], [4 * UNIT, 8 * UNIT, 8 * UNIT, 4 * UNIT])
    (clause,) = clauses("ni hao.", "en")
    assert len(made.samples) % SAMPLES_PER_FRAME == 0
    assert not made.samples[-round(clause.pause_seconds * VOICE_HZ) :].any()
    assert made.phones[-1].end == len(made.samples)
