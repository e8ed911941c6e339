"""The person on duty: orders, what became of them, and the record of which seconds of a show were a human's. Safe for threads."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sosie.show.events import TellOperator
from sosie.show.operator import Command

WAIT_SECONDS = 2.0
"""For what becomes of an order; the show decides in milliseconds."""
MOST_SPANS = 10_000
"""Kept of the record; the oldest go."""


@dataclass(frozen=True, slots=True)
class HumanSpan:
    """Seconds of the show, on its media clock, that were a human's."""

    what: Literal["held", "typed", "voice"]
    """Held: the show was in a person's hands. Typed: the clone said a person's line. Voice: their own voice was on air."""
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True, slots=True)
class VoiceStatement:
    """Whoever had the token said that the voice is their own, before it was heard. No sound is kept beside it."""

    at_seconds: float
    """On the show's media clock."""
    said: str
    token_sha256: str
    """Of the show's token: who held it is for its owner to know."""


class Duty:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._n = 0
        self._waiting: dict[int, queue.SimpleQueue[TellOperator]] = {}
        self._spans: list[HumanSpan] = []
        self._held_since: float | None = None
        self._typed_since: dict[int, float] = {}
        self._voice_since: float | None = None
        self._statements: list[VoiceStatement] = []

    def order(self, order: Command, give: Callable[[int, Command], None]) -> TellOperator:
        """Gives an order with a number of its own, and waits for what becomes of it."""
        answer: queue.SimpleQueue[TellOperator] = queue.SimpleQueue()
        with self._lock:
            self._n += 1
            order_id = self._n
            self._waiting[order_id] = answer
        give(order_id, order)
        try:
            return answer.get(timeout=WAIT_SECONDS)
        except queue.Empty:
            return TellOperator(order_id, "late")
        finally:
            with self._lock:
                del self._waiting[order_id]

    def tell(self, told: TellOperator) -> None:
        with self._lock:
            if (waiting := self._waiting.get(told.order_id)) is not None:
                waiting.put(told)

    def holds(self, holds: bool, now: float) -> None:
        with self._lock:
            if holds and self._held_since is None:
                self._held_since = now
            elif not holds and self._held_since is not None:
                self._add("held", self._held_since, now)
                self._held_since = None

    def begun(self, utterance_id: int, now: float) -> None:
        """A clause of a person's line leaves the encoder."""
        with self._lock:
            self._typed_since.setdefault(utterance_id, now)

    def finished(self, utterance_id: int, now: float) -> None:
        with self._lock:
            since = self._typed_since.pop(utterance_id, None)
            if since is not None:
                self._add("typed", since, now)

    def stated(self, statement: VoiceStatement) -> None:
        with self._lock:
            self._statements.append(statement)
            del self._statements[:-MOST_SPANS]

    @property
    def statements(self) -> tuple[VoiceStatement, ...]:
        with self._lock:
            return tuple(self._statements)

    def heard(self, human: bool, start: float) -> None:
        """Of each frame that leaves the encoder: whether it was a person's own voice; ``start``: its first moment."""
        with self._lock:
            if human and self._voice_since is None:
                self._voice_since = start
            elif not human and self._voice_since is not None:
                self._add("voice", self._voice_since, start)
                self._voice_since = None

    def spans(self, now: float) -> tuple[HumanSpan, ...]:
        """In the order of their ends; what is not over yet ends ``now``."""
        with self._lock:
            still = [HumanSpan("typed", since, now) for since in self._typed_since.values()]
            if self._held_since is not None:
                still.append(HumanSpan("held", self._held_since, now))
            if self._voice_since is not None:
                still.append(HumanSpan("voice", self._voice_since, now))
            return (*self._spans, *still)

    def _add(self, what: Literal["held", "typed", "voice"], since: float, now: float) -> None:
        self._spans.append(HumanSpan(what, since, now))
        del self._spans[:-MOST_SPANS]
