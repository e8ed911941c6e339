"""A person speaks through the clone: how soon they are heard, what picture and record say, and that the clone comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from consent.making import DURING
from sosie.clock import VirtualClock
from sosie.consent.gate import ToAir, may
from sosie.engines.fake import GreyFace, RestingLips
from sosie.errors import YourInput
from sosie.film import label_for
from sosie.live.camera import Shot
from sosie.live.microphone import FRAMES_WAITING, PIECES_WAITING, Microphone
from sosie.live.outputs import Outputs, sinks_for
from sosie.live.pieces import DELAY_FRAMES, PIECE_FRAMES
from sosie.live.session import Session
from sosie.mark.sample import to_yuv
from sosie.show.events import TellOperator
from sosie.show.operator import Command, HandBack, Hush, Resume, Speak
from sosie.stage.label_reader import LEAST_SCORE, find_label, read_label
from sosie.types import FPS, YuvFrame

from .test_line_in import pcm
from .test_session import RECORD, cast, decoded, show

RATE_HZ = 48_000
FRAME = pcm(RATE_HZ, 1 / FPS)


class Acting(GreyFace):
    """Does something before each picture that is made; so what happens has its place in the show, however fast that runs."""

    def __init__(self) -> None:
        super().__init__()
        self.n = 0
        self.act: Callable[[int], None] = lambda n: None

    def next_frame(self) -> YuvFrame:
        self.act(self.n)
        self.n += 1
        return super().next_frame()


class Told:
    """A show in which a person speaks from one picture to another."""

    def __init__(self, folder: Path, begin: int, end: int, *, lost: bool) -> None:
        face = Acting()
        sinks = sinks_for(Outputs(record=folder / "show.mp4"), RECORD, ("zh", "en", "fr"), DURING)
        self.on_air = Session(
            replace(cast(), face=face), show(), sinks, clock=VirtualClock(), today=lambda: DURING, for_seconds=24
        )
        self.sent: list[Shot] = []
        self.ordered_at = self.closed_at = 0
        self.begin, self.end, self.lost = begin, end, lost
        played = self.on_air._played
        self.on_air._played = lambda shot, now: (self.sent.append(shot), played(shot, now))[1]  # type: ignore[assignment]
        face.act = self.act
        self.on_air.run()

    def act(self, n: int) -> None:
        microphone = self.on_air.microphone
        if n == self.begin:
            assert microphone.open("en", RATE_HZ).hindered is None
            self.ordered_at = len(self.sent)
        if self.begin <= n < self.end:
            microphone.push(FRAME)
            # The machine's own time is not the show's: the lips are there before the next picture.
            microphone._frames.join()
        if n == self.end:
            self.closed_at = len(self.sent)
            microphone.close(lost=self.lost)
            assert self.on_air.operate(Resume()).hindered is None
            while not self.on_air._booth._lanes.script_clips:
                threading.Event().wait(0.001)

    def frames(self, when: Callable[[Shot], bool], since: int = 0) -> list[int]:
        return [n for n, shot in enumerate(self.sent) if n >= since and when(shot)]


def is_loud(shot: Shot) -> bool:
    return bool(np.abs(shot.samples).max() > 0.01)


@pytest.mark.parametrize("lost", [False, True])
def test_who_speaks_is_heard_within_a_second_and_so_is_the_clone_after_them(tmp_path: Path, lost: bool) -> None:
    told = Told(tmp_path, 8 * FPS, 14 * FPS, lost=lost)
    human = told.frames(lambda shot: shot.shows.human_voice)
    heard = told.frames(lambda shot: shot.shows.human_voice and is_loud(shot))
    # In media time: pictures that went out between the order and the first sound of the person.
    assert heard[0] - told.ordered_at < FPS
    # And none of their sound is missing in between.
    assert heard == list(range(heard[0], heard[-1] + 1))
    assert heard[-1] - heard[0] > 4 * FPS
    back = told.frames(lambda shot: not shot.shows.human_voice and is_loud(shot), since=told.closed_at)
    assert back[0] > heard[-1]
    assert back[0] - told.closed_at < FPS
    # The record has the very seconds in which the picture said so.
    (span,) = [span for span in told.on_air.human_spans if span.what == "voice"]
    assert (span.start_seconds, span.end_seconds) == pytest.approx((human[0] / FPS, (human[-1] + 1) / FPS))
    assert [span.what for span in told.on_air.human_spans].count("held") == 1
    assert told.on_air.microphone.late_frames == 0
    assert not any(told.sent[n].shows.subtitle for n in human)


def test_the_picture_says_whose_voice_it_is_and_that_it_is_ai_all_the_same(tmp_path: Path) -> None:
    told = Told(tmp_path, 6 * FPS, 10 * FPS, lost=False)
    made = label_for(may(RECORD, ToAir("en", "live", "show", "own"), DURING), "en")
    frames, _ = decoded(tmp_path / "show.mp4")
    human = told.frames(lambda shot: shot.shows.human_voice)

    def heard_and_made(n: int) -> tuple[float, float]:
        picture, language = to_yuv(frames[n]), told.sent[n].shows.language
        assert find_label(picture).present
        label = replace(made, language=language)
        return read_label(picture, replace(label, human_voice=True)).score, read_label(picture, label).score

    for n in (human[0], human[len(human) // 2], human[-1]):
        heard, plain = heard_and_made(n)
        assert heard > max(plain, LEAST_SCORE)
    for n in (human[0] - 1, human[-1] + 1):
        heard, plain = heard_and_made(n)
        assert plain > max(heard, LEAST_SCORE)


class Orders:
    """Takes orders as a show would, at once."""

    def __init__(self, hindered: str | None = None) -> None:
        self.hindered = hindered
        self.given: list[Command] = []
        self.over = threading.Event()
        self.microphone = Microphone(RestingLips(), order=self.order, give=self.given.append, over=self.over)

    def order(self, order: Command) -> TellOperator:
        self.given.append(order)
        if self.hindered is None and isinstance(order, Speak):
            self.microphone.speaks(order.language)
        return TellOperator(1, self.hindered)  # type: ignore[arg-type]


def test_late_sound_goes_in_one_gap_of_whole_frames_and_is_counted() -> None:
    orders = Orders()
    orders.microphone.open("en", RATE_HZ)
    for _ in range(2 * FRAMES_WAITING):
        orders.microphone.push(FRAME)
    waiting, dropped = orders.microphone._frames.qsize(), orders.microphone.late_frames
    # All that waited, in one gap; nothing is lost that is not counted, but for what the resampler still holds.
    assert dropped == FRAMES_WAITING
    assert 2 * FRAMES_WAITING - 2 <= waiting + dropped <= 2 * FRAMES_WAITING


def test_what_the_clone_speaks_over_is_late_too_and_never_heard_afterwards() -> None:
    orders = Orders()
    microphone = orders.microphone
    listening = threading.Thread(target=microphone.listen)
    listening.start()
    microphone.open("en", RATE_HZ)
    for _ in range(100):
        microphone.push(FRAME)
        microphone._frames.join()
    assert len(microphone._pieces) == PIECES_WAITING
    assert microphone.late_frames >= 100 - DELAY_FRAMES - (PIECES_WAITING + 1) * PIECE_FRAMES
    microphone.close(lost=False)
    assert microphone.take() is None
    orders.over.set()
    listening.join()


def test_before_the_show_is_theirs_and_after_nobody_is_heard() -> None:
    orders = Orders()
    orders.microphone.push(FRAME)
    orders.microphone.open("en", RATE_HZ)
    orders.microphone.speaks(None)
    orders.microphone.push(FRAME)
    assert orders.microphone._frames.empty()
    assert not orders.microphone.is_heard


def test_one_person_speaks_at_a_time_and_the_next_one_may_afterwards() -> None:
    orders = Orders()
    assert orders.microphone.open("en", RATE_HZ).hindered is None
    assert orders.microphone.open("en", RATE_HZ).hindered == "microphone in use"
    orders.microphone.close(lost=False)
    assert orders.microphone.open("fr", RATE_HZ).hindered is None
    orders.microphone.close(lost=True)
    assert orders.given == [Speak("en"), Hush(), Speak("fr"), HandBack()]


def test_who_is_hindered_holds_nothing() -> None:
    orders = Orders("late")
    assert orders.microphone.open("en", RATE_HZ).hindered == "late"
    assert orders.given == [Speak("en"), Hush()]
    with pytest.raises(YourInput):
        orders.microphone.open("en", 1)
    orders.hindered = None
    assert orders.microphone.open("en", RATE_HZ).hindered is None
