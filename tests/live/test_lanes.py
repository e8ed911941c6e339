"""Urgent clauses go first, at a clause's end; the interrupted line goes on afterwards."""

import numpy as np
import pytest

from sosie.live.lanes import OPENED_PATIENCE_FRAMES, OPENER_AFTER_FRAMES, PATIENCE_FRAMES, Clip, Lanes
from sosie.types import VOICE_HZ, Audio, LipShapes, Speech, Utterance, UtteranceKind


def clip(text: str, kind: UtteranceKind = "line", identity: int = 1, last: bool = False, generation: int = 0) -> Clip:
    utterance = Utterance(identity, text, "en", kind, generation=generation)
    speech = Speech(utterance, text, Audio(np.zeros(960 * 5, np.float32), VOICE_HZ), (), (), last)
    return Clip(speech, LipShapes(np.zeros((5, 16), np.float32)))


def taken(lanes: Lanes, frames: int = 10) -> list[str]:
    return [found.speech.text for found in (lanes.take() for _ in range(frames)) if found]


def test_the_script_is_told_in_order() -> None:
    lanes = Lanes()
    for text in ("one", "two", "three"):
        lanes.put(clip(text))
    assert taken(lanes) == ["one", "two", "three"]


def test_an_answer_goes_before_the_rest_of_the_line_which_then_goes_on() -> None:
    lanes = Lanes()
    lanes.put(clip("one"))
    lanes.put(clip("two"))
    assert taken(lanes, frames=1) == ["one"]
    lanes.put(clip("answer a", "answer", identity=2))
    lanes.put(clip("answer b", "answer", identity=2, last=True))
    assert taken(lanes) == ["answer a", "answer b", "two"]


def test_a_promised_answer_holds_the_script_back_until_it_comes() -> None:
    lanes = Lanes()
    lanes.put(clip("two"))
    lanes.promise(Utterance(2, "answer", "en", "answer"))
    assert lanes.take() is None
    lanes.put(clip("answer", "answer", identity=2, last=True))
    assert taken(lanes) == ["answer", "two"]


def test_a_promise_that_takes_too_long_does_not_silence_the_host() -> None:
    lanes = Lanes()
    lanes.promise(Utterance(2, "answer", "en", "answer"))
    lanes.put(clip("two"))
    quiet = [lanes.take() for _ in range(PATIENCE_FRAMES)]
    assert quiet == [None] * PATIENCE_FRAMES
    assert taken(lanes) == ["two"]


def test_opening_words_cover_the_wait_once_and_the_script_waits_longer_behind_them() -> None:
    lanes = Lanes()
    lanes.promise(Utterance(2, "answer", "en", "answer"), clip("opener", "answer", identity=2))
    lanes.put(clip("two"))
    assert taken(lanes, frames=OPENER_AFTER_FRAMES) == []
    assert taken(lanes, frames=1) == ["opener"]
    assert taken(lanes, frames=PATIENCE_FRAMES) == []
    lanes.put(clip("answer", "answer", identity=2, last=True))
    assert taken(lanes, frames=OPENED_PATIENCE_FRAMES) == ["answer", "two"]


def test_an_answer_that_is_there_in_time_has_no_opening_words() -> None:
    lanes = Lanes()
    lanes.promise(Utterance(2, "answer", "en", "answer"), clip("opener", "answer", identity=2))
    lanes.put(clip("answer a", "answer", identity=2))
    assert taken(lanes, frames=PATIENCE_FRAMES) == ["answer a"]
    lanes.put(clip("answer b", "answer", identity=2, last=True))
    assert taken(lanes, frames=PATIENCE_FRAMES) == ["answer b"]


def test_an_answer_that_cannot_be_spoken_releases_the_script() -> None:
    lanes = Lanes()
    lanes.promise(Utterance(2, "answer", "en", "answer"))
    lanes.put(clip("two"))
    lanes.withdraw(2)
    assert taken(lanes, frames=1) == ["two"]


def test_an_interruption_forgets_older_clauses_only() -> None:
    lanes = Lanes()
    lanes.put(clip("old", generation=0))
    lanes.put(clip("new", generation=1))
    lanes.drop(generation=1)
    assert taken(lanes) == ["new"]


def test_an_answer_is_not_split_by_the_script() -> None:
    lanes = Lanes()
    lanes.promise(Utterance(2, "answer", "en", "answer"))
    lanes.put(clip("two"))
    assert [lanes.take() for _ in range(PATIENCE_FRAMES - 1)] == [None] * (PATIENCE_FRAMES - 1)
    lanes.put(clip("answer a", "answer", identity=2))
    assert taken(lanes, frames=PATIENCE_FRAMES) == ["answer a"]
    lanes.put(clip("answer b", "answer", identity=2, last=True))
    assert taken(lanes) == ["answer b", "two"]


def test_an_interruption_waits_for_no_older_answer() -> None:
    lanes = Lanes()
    lanes.promise(Utterance(2, "answer", "en", "answer"))
    lanes.drop(generation=1)
    lanes.put(clip("closing", generation=1))
    assert taken(lanes, frames=1) == ["closing"]


def test_a_clip_has_a_shape_for_every_frame() -> None:
    speech = clip("x").speech
    with pytest.raises(ValueError, match="needs 5 shapes"):
        Clip(speech, LipShapes(np.zeros((4, 16), np.float32)))


def test_what_is_spared_goes_on_though_it_is_of_an_older_generation() -> None:
    lanes = Lanes()
    spared, gone = clip("one", identity=1), clip("two", identity=2)
    lanes.put(spared)
    lanes.put(gone)
    lanes.drop(1, frozenset({1}))
    assert lanes.take() is spared
    assert lanes.take() is None
