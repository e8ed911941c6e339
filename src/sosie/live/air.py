"""The air: each picture waits for its time, is encoded once for all outputs, and what was really played is told."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from sosie.broadcast.encode import Encoder
from sosie.broadcast.timeline import Slip, Timeline, Wait
from sosie.clock import Clock
from sosie.live.camera import OnScreen, Shot
from sosie.live.desk import CommentDesk
from sosie.live.duty import Duty
from sosie.live.outputs import OutputBoard
from sosie.live.state import Health
from sosie.live.worker import taken
from sosie.show.events import Event, Finished, Reconnected, Stop, Tick
from sosie.types import FPS

CLOSING_SECONDS = 10.0
"""How long before the end of a show with a given length the closing words begin."""
OVERTIME_SECONDS = 12.0
"""A show with a given length ends this much later at the latest, whatever is being said."""


class Air:
    """``send`` is the air thread; what it shows may be read from any."""

    def __init__(
        self,
        encoder: Encoder,
        board: OutputBoard,
        clock: Clock,
        begins_with: OnScreen,
        *,
        for_seconds: float | None,
        over: threading.Event,
    ) -> None:
        self._encoder, self._board, self._clock = encoder, board, clock
        self._for_seconds, self._over = for_seconds, over
        self._frames = 0
        self._late = 0
        self._standstill_seconds = 0.0
        self.on_screen = begins_with
        """What viewers see now."""

    @property
    def seconds(self) -> float:
        """The media clock: of what was really played."""
        return self._frames / FPS

    @property
    def health(self) -> Health:
        return Health(self._frames, self._late, self._standstill_seconds, _resident_mb())

    def send(
        self, shots: queue.Queue[Shot], played: Callable[[Shot, float], None], tell: Callable[[Event], None]
    ) -> None:
        """Until the end. ``played``: takes each shot that has left the encoder, and the seconds on air after it."""
        timeline: Timeline | None = None
        for shot in taken(shots, self._over):
            if timeline is None:
                timeline = Timeline(self._clock.now())
            if self._ended():
                return
            match timeline.step(self._frames, self._clock.now()):
                case Wait(until):
                    self._clock.sleep_until(until)
                case Slip(later, lost_seconds):
                    timeline = later
                    self._standstill_seconds += lost_seconds
                    self._late += 1
            self._late += timeline.lateness(self._frames, self._clock.now()) > 1 / FPS
            for lost in self._encoder.push(shot.frame, shot.samples):
                self._board.lose(lost)
            self._frames += 1
            self.on_screen = shot.shows
            played(shot, self.seconds)
            self._keep_time(tell)

    def _keep_time(self, tell: Callable[[Event], None]) -> None:
        now = self.seconds
        if self._frames % FPS == 0:
            if self._board.watch():
                tell(Reconnected(now))
            tell(Tick(now))
        if (
            self._for_seconds is not None
            and self._frames == round(max(0.0, self._for_seconds - CLOSING_SECONDS) * FPS) + 1
        ):
            tell(Stop(now))

    def _ended(self) -> bool:
        overtime = self._for_seconds is not None and self.seconds >= self._for_seconds + OVERTIME_SECONDS
        return self._over.is_set() or overtime


class Played:
    """What was really played, told to those who count on it: comments answered, seconds of a person, and the show."""

    def __init__(
        self, desk: CommentDesk, duty: Duty, tell: Callable[[Event], None], post: Callable[[str, str], None] | None
    ) -> None:
        """``post``: takes (comment id, answer with the AI mark) at an answer's first word; must not block."""
        self._desk, self._duty, self._tell, self._post = desk, duty, tell, post

    def __call__(self, sent: Shot, now: float) -> None:
        self._duty.heard(sent.shows.human_voice, now - 1 / FPS)
        if sent.begun is not None:
            answer = self._desk.begun(sent.begun)
            if answer is not None and self._post is not None:
                self._post(*answer)
            if sent.typed:
                self._duty.begun(sent.begun, now - 1 / FPS)
        if sent.finished is not None:
            self._desk.finished(sent.finished)
            self._duty.finished(sent.finished, now)
            self._tell(Finished(now, sent.finished))


def _resident_mb() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 // 1_000_000
