"""A person's own voice on its way to the air: sound comes in from the operator's page, pieces with lips go out to the camera.

    web thread: push(pcm) ──► frames ──► microphone thread: lips ──► pieces ──► face thread: take()

Both queues are bounded, and late sound is dropped in whole frames of 40 ms, and counted: a live voice that is late stays late
for ever otherwise. Where lips cannot be made fast enough, all frames that wait go at once: one gap in a sentence, not crumbs.
While the clone says something of its own (its AI notice), the person is not heard, and what they say meanwhile is late.
No sound is kept.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from sosie.live.line_in import LineIn
from sosie.live.pieces import PIECE_FRAMES, Piece, Pieces
from sosie.live.worker import taken
from sosie.ports import LipEngine
from sosie.show.events import TellOperator
from sosie.show.operator import Command, HandBack, Hush, Speak
from sosie.types import Floats, Language

FRAMES_WAITING = 25
"""Frames that wait for their lips: 1 s."""
PIECES_WAITING = 3
"""Pieces that wait for the camera: 0.6 s."""
HEAD_FRAMES = 2
"""The first piece, and one after a gap, waits so long for its turn: a network may be late by so much without a second gap."""


class Microphone:
    """One person at a time. Each method says whose it is; all are safe together."""

    def __init__(
        self,
        lips: LipEngine,
        *,
        order: Callable[[Command], TellOperator],
        give: Callable[[Command], None],
        over: threading.Event,
    ) -> None:
        """``order`` waits for what becomes of an order, ``give`` does not. ``lips`` are used beside the voice thread."""
        self._lips, self._order, self._give, self._over = lips, order, give, over
        self._lock = threading.Lock()
        self._line: LineIn | None = None
        self._language: Language | None = None
        self._turn = 0
        """Number of the time that somebody speaks: sound of an older one is dropped where it is met."""
        self._frames: queue.Queue[tuple[int, Language, Floats]] = queue.Queue(FRAMES_WAITING)
        self._pieces: deque[Piece] = deque()
        self._waited = 0
        self._late_frames = 0

    # The web's

    def open(self, language: Language, rate_hz: int) -> TellOperator:
        """Takes the show over for a voice that comes as 16-bit mono at ``rate_hz``. Raises YourInput for an unheard-of rate."""
        line = LineIn(rate_hz)
        with self._lock:
            if self._line is not None:
                return TellOperator(0, "microphone in use")
            self._line = line
        told = self._order(Speak(language))
        if told.hindered is not None:
            # An order that came late may still be carried out.
            self.close(lost=False)
        return told

    def push(self, pcm: bytes) -> None:
        """Sound as it came; before the show is this person's, and after, it is not heard. Raises YourInput for half a sample."""
        line = self._line
        for frame in line.push(pcm) if line else ():
            with self._lock:
                language, turn = self._language, self._turn
            if language is None:
                continue
            if self._frames.full():
                self._drop_waiting()
            self._frames.put((turn, language, frame))

    def _drop_waiting(self) -> None:
        with suppress(queue.Empty):
            while True:
                self._frames.get_nowait()
                self._frames.task_done()
                self._late(1)

    def close(self, *, lost: bool) -> None:
        """Nothing more is heard. ``lost``: the person is gone, so the clone goes on whether they had taken over before or not."""
        with self._lock:
            self._line = None
        self.speaks(None)
        self._give(HandBack() if lost else Hush())

    @property
    def is_heard(self) -> bool:
        return self._language is not None

    @property
    def late_frames(self) -> int:
        """Dropped so far, of 40 ms each."""
        return self._late_frames

    # The show thread's

    def speaks(self, language: Language | None) -> None:
        """From now on the person is heard, or no longer."""
        with self._lock:
            self._language = language
            self._turn += 1
            self._pieces.clear()

    # The microphone thread

    def listen(self) -> None:
        pieces, of_turn = None, -1
        for turn, language, frame in taken(self._frames, self._over):
            if turn == self._turn:
                if pieces is None or turn != of_turn:
                    pieces, of_turn = Pieces(self._lips, language), turn
                if (piece := pieces.push(frame)) is not None:
                    self._hand_on(piece, turn)
            self._frames.task_done()

    def _hand_on(self, piece: Piece, turn: int) -> None:
        with self._lock:
            if turn != self._turn:
                return
            self._pieces.append(piece)
            late = len(self._pieces) > PIECES_WAITING
            if late:
                self._pieces.popleft()
        self._late(PIECE_FRAMES if late else 0)

    def _late(self, frames: int) -> None:
        with self._lock:
            self._late_frames += frames

    # The face thread's

    def take(self) -> Piece | None:
        """What is heard next, asked for whenever the clone itself says nothing; None: nothing (yet)."""
        with self._lock:
            if not self._pieces:
                self._waited = 0
                return None
            if self._waited < HEAD_FRAMES:
                self._waited += 1
                return None
            return self._pieces.popleft()

    @property
    def language(self) -> Language | None:
        """Of the person who speaks; None where nobody does."""
        return self._language
