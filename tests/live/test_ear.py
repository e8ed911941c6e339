"""The show hears what its viewers hear, in the order that matters, and corrects what went out wrong."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import resample_poly

from consent.making import DURING, signed, unsigned
from show.playbook import sample
from sosie.broadcast.encode import Encoder
from sosie.clock import VirtualClock
from sosie.engines.fake import GreyFace, RestingLips, ToneSpeaker
from sosie.errors import Theirs
from sosie.live.ear import PART_SECONDS, PAUSE_SECONDS, QUEUE, TOO_LATE_SECONDS, Ear, Passage, Passages, Tap
from sosie.live.session import Cast, Session, Show
from sosie.show.answers import Answer
from sosie.show.correction import Comparer, Wrong
from sosie.types import FPS, LISTEN_HZ, SAMPLES_PER_FRAME, VOICE_HZ, Audio, Language, Transcript, Utterance

RUNDOWN, CATALOGUE = sample()
RECORD = signed(unsigned(languages=("zh", "en", "fr")))


def sounds(text: str, language: Language) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def utterance(number: int, text: str = "The mug costs 99 yuan.", kind: str = "line") -> Utterance:
    return Utterance(number, text, "en", kind, "mug")  # type: ignore[arg-type]


# Passages


def cut(frames: list[tuple[Utterance | None, str | None, bool]]) -> list[Passage]:
    passages = Passages()
    return [
        passage
        for frame, (said, clause, finished) in enumerate(frames)
        for passage in passages.push(frame, said, clause, None, CATALOGUE, finished=finished)
    ]


def spoken(
    said: Utterance, clause: str, n_frames: int, *, last: bool = True
) -> list[tuple[Utterance | None, str | None, bool]]:
    return [(said, None if n else clause, last and n == n_frames - 1) for n in range(n_frames)]


def test_an_utterance_of_two_clauses_is_one_passage_also_over_a_short_pause() -> None:
    said = utterance(1, "One, two.")
    pause = [(None, None, False)] * 10
    (passage,) = cut([*spoken(said, "One,", 20, last=False), *pause, *spoken(said, "two.", 20)])
    assert passage.aired.text == "One, two."
    assert (passage.first_frame, passage.end_frame) == (0, 50)


def test_a_line_that_an_answer_interrupts_is_two_passages() -> None:
    line, answer = utterance(1), utterance(2, kind="answer")
    first, second, third = cut(
        [*spoken(line, "One,", 20, last=False), *spoken(answer, "Yes.", 20), *spoken(line, "two.", 20)]
    )
    assert [one.aired.text for one in (first, second, third)] == ["One,", "Yes.", "two."]
    assert (second.first_frame, second.end_frame) == (20, 40)


def test_a_long_line_is_heard_before_its_end_and_a_broken_one_after_a_pause() -> None:
    said = utterance(1)
    n = round(PART_SECONDS * FPS)
    first, second = cut([*spoken(said, "One,", n, last=False), *spoken(said, "two.", 20)])
    assert (first.end_frame, second.first_frame) == (n, n)
    (broken,) = cut([*spoken(said, "One,", 20, last=False), *[(None, None, False)] * round(PAUSE_SECONDS * FPS + 2)])
    assert broken.end_frame == 20


def test_words_made_just_before_a_new_price_are_held_against_the_old_one() -> None:
    newer = replace(CATALOGUE, products=tuple(replace(each, stock=5) for each in CATALOGUE.products))
    passages = Passages()
    passages.push(0, None, None, None, CATALOGUE, finished=False)
    passages.push(100, None, None, None, newer, finished=False)
    (soon,) = passages.push(110, utterance(1), "One.", None, newer, finished=True)
    (later,) = passages.push(300, utterance(2), "Two.", None, newer, finished=True)
    assert soon.aired.then is CATALOGUE
    assert later.aired.then is newer


# The tap


def test_what_is_heard_is_what_left_the_encoder_at_the_right_time() -> None:
    encoder, tap = Encoder((64, 64)), Tap()
    encoder.add(tap)
    chance = np.random.default_rng(1)
    n_frames = 150
    voice = resample_poly(0.1 * chance.normal(size=n_frames * SAMPLES_PER_FRAME // 4), 4, 1).astype(np.float32)
    for frame in range(n_frames):
        encoder._hand_out(encoder._encode_sound(voice[frame * SAMPLES_PER_FRAME : (frame + 1) * SAMPLES_PER_FRAME]))
    heard = tap.sound(50, 100)
    assert heard is not None
    assert heard.rate_hz == LISTEN_HZ
    assert heard.seconds == pytest.approx(2.0)
    said = resample_poly(voice[50 * SAMPLES_PER_FRAME : 100 * SAMPLES_PER_FRAME], LISTEN_HZ, VOICE_HZ)
    # The same to the sample, less what AAC takes away; a frame earlier or later has nothing in common.
    assert np.corrcoef(heard.samples[500:-500], said[500:-500])[0, 1] > 0.99
    assert abs(np.corrcoef(heard.samples[640:-500], said[0 : -500 - 640])[0, 1]) < 0.2
    assert Tap().sound(0, 10) is None


# What is heard first


def test_answers_with_numbers_come_first_what_was_heard_before_last_and_too_much_is_counted() -> None:
    ear = Ear(lambda: Scripted(), lambda: sounds, ("en",), timer=lambda: 0.0)
    plain, priced = utterance(1, "Welcome."), utterance(2)
    answer = utterance(3, "It is 99 yuan.", "answer")
    for said in (plain, priced, answer):
        ear._put(passage_of(said), CATALOGUE)
    order = [waiting.passage.aired.utterance.id for waiting in (ear._next(False), ear._next(False)) if waiting]
    assert order == [3, 2]
    # Resting, what need not be heard waits.
    assert ear._next(True) is None
    for number in range(10, 10 + QUEUE):
        ear._put(passage_of(utterance(number, f"It is {number} yuan.")), CATALOGUE)
    assert ear.figures.unheard == {"queue full": 1}
    assert all(waiting.passage.aired.utterance.id >= 10 for waiting in ear._queue)
    ear._now = TOO_LATE_SECONDS + 1
    assert ear._next(False) is None
    assert ear.figures.unheard == {"queue full": 1, "too late": QUEUE}


def test_what_a_new_price_overtakes_comes_before_all_and_needs_no_ear() -> None:
    ear = Ear(Scripted, lambda: sounds, ("en",), timer=lambda: 0.0)
    ear._go_deaf(RuntimeError())
    dearer = replace(CATALOGUE, products=tuple(replace(each, sale_price=each.price - 1) for each in CATALOGUE.products))
    ear._put(passage_of(utterance(1)), CATALOGUE)
    ear._put(passage_of(utterance(2)), dearer)
    waiting = ear._next(False)
    assert waiting is not None
    assert waiting.passage.aired.utterance.id == 2
    assert ear._hear(waiting, None, Comparer(CATALOGUE, sounds)) == Wrong("price changed", "en", "mug")
    assert ear.figures.unheard == {"deaf": 1}


class Kept:
    """Stands in for the Tap: has the sound of everything."""

    def sound(self, first_frame: int, end_frame: int) -> Audio:
        return Audio(np.zeros((end_frame - first_frame) * 640, np.float32), LISTEN_HZ)


def test_a_voice_that_the_recogniser_does_not_follow_is_not_corrected_by_it() -> None:
    ear = Ear(Scripted, lambda: sounds, ("en",), timer=lambda: 0.0)
    ear.tap = Kept()  # type: ignore[assignment]
    comparer, price = Comparer(CATALOGUE, sounds), "It costs 99 yuan at the moment."
    ear._put(passage_of(utterance(1, price)), CATALOGUE)
    waiting = ear._next(False)
    assert waiting is not None
    followed = Scripted({"en": price.replace("99", "59")})
    assert ear._hear(waiting, followed, comparer) == Wrong("price", "en", "mug", price)
    # The middle of the last passages decides: one blur among clear ones does not make an ear deaf, many do.
    blurred = Scripted({"en": "I wear it myself every day, eat cars to fit nine Jaan"})
    assert ear._hear(waiting, blurred, comparer) is not None
    assert ear._hear(waiting, blurred, comparer) is None
    assert ear.figures.unheard == {"not clear": 1}


def passage_of(said: Utterance) -> Passage:
    (passage,) = cut(spoken(said, said.text, 25))
    return passage


# A whole show


class Scripted:
    """Implements ports.Listener: writes down the same whatever it hears."""

    def __init__(self, texts: dict[str, str] | None = None) -> None:
        self.texts = texts or {}
        self.heard: list[Audio] = []

    def transcribe(self, audio: Audio, language: Language | None = None) -> Transcript:
        self.heard.append(audio)
        return Transcript(self.texts.get(language or "", ""), language or "en", ())


class Broken:
    def transcribe(self, audio: Audio, language: Language | None = None) -> Transcript:
        raise RuntimeError("no ears")


class NoAnswers:
    def find(self, text: str, product_id: str | None) -> Answer:
        return Answer("unknown", "en", None)


def on_air(ear: Ear, seconds: float = 60.0) -> Session:
    return Session(
        Cast(RECORD, ToneSpeaker(), RestingLips(), GreyFace()),
        Show(RUNDOWN, CATALOGUE, NoAnswers()),  # type: ignore[arg-type]
        (),
        clock=Patient(),
        today=today,
        for_seconds=seconds,
        ear=ear,
    )


def today() -> datetime:
    return DURING


class Patient(VirtualClock):
    """Lets other threads have a turn now and then: the show must not be over before its ear has heard anything."""

    def sleep_until(self, then: float) -> None:
        super().sleep_until(then)
        threading.Event().wait(0.0005)


def test_a_price_that_was_said_wrong_is_corrected_on_air_and_counted(tmp_path: Path) -> None:
    listener = Scripted({"zh": "现在九元", "en": "now 9 yuan", "fr": "9 yuans"})
    ear = Ear(lambda: listener, lambda: sounds, ("zh", "en", "fr"), timer=lambda: 0.0)
    session = on_air(ear)
    session.run()
    figures = session.ear
    assert figures is not None
    assert figures.wrong
    assert figures.corrected >= 1
    assert len(figures.correction_seconds) == figures.corrected
    assert figures.again >= sum(figures.wrong.values())
    # It has really heard the tones of the fake voice.
    assert all(np.abs(audio.samples).max() > 0.05 for audio in listener.heard)


def test_a_show_that_says_what_it_should_corrects_nothing() -> None:
    ear = Ear(Scripted, lambda: sounds, ("zh", "en", "fr"), timer=lambda: 0.0)
    session = on_air(ear, 30)
    session.run()
    assert session.ear is not None
    assert session.ear.heard > 0
    assert not session.ear.wrong
    assert session.ear.corrected == 0


def test_an_ear_that_fails_ends_no_show_and_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    ear = Ear(Broken, lambda: sounds, ("zh", "en", "fr"), timer=lambda: 0.0)
    session = on_air(ear)
    session.run()
    assert session.ear is not None
    assert session.ear.unheard.get("deaf", 0) > 0
    assert "nothing is heard any more" in caplog.text


def test_an_ear_that_cannot_be_opened_ends_no_show_either() -> None:
    def missing() -> Scripted:
        raise Theirs("the weights are not there")

    ear = Ear(missing, lambda: sounds, ("zh", "en", "fr"), timer=lambda: 0.0)
    session = on_air(ear, 30)
    session.run()
    assert session.ear is not None
    assert session.ear.again == 0


def test_no_words_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    ear = Ear(Scripted, lambda: sounds, ("en",), timer=lambda: 0.0)
    ear._note(passage_of(utterance(5, "It costs 99 yuan.")), Wrong("price", "en", "mug", "It costs 99 yuan."), 0.1)
    assert "utterance 5 went out wrong: price" in caplog.text
    assert "99" not in caplog.text
