"""Which clause is spoken next: urgent ones before the script, always at the end of a clause.

Two lanes wait side by side. The script's lane holds the line that is being told; the urgent lane holds notices
and answers. An urgent utterance that has been promised but is not yet made holds the script back a moment, so that the answer
comes right after the clause that was on air and not one clause later; the rest of the interrupted line follows afterwards.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from sosie.types import LipShapes, Speech, Utterance

PATIENCE_FRAMES = 30
"""How long the script is held back for a promised answer: 1.2 s, about a natural pause before an answer."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A clause ready to be shown."""

    speech: Speech
    shapes: LipShapes
    """One row for each frame of the speech."""

    def __post_init__(self) -> None:
        if len(self.shapes) != self.speech.n_frames:
            raise ValueError(f"a clip needs {self.speech.n_frames} shapes for its speech, got {len(self.shapes)}")


class Lanes:
    """Not safe for threads by itself: the session holds its lock around each call."""

    def __init__(self) -> None:
        self._urgent: deque[Clip] = deque()
        self._script: deque[Clip] = deque()
        self._promised: dict[int, int] = {}
        self._held_frames = 0

    def promise(self, utterance: Utterance) -> None:
        """An urgent utterance is being made."""
        self._promised[utterance.id] = utterance.generation
        self._held_frames = 0

    def withdraw(self, utterance_id: int) -> None:
        """A promised utterance will not come (any more): it was made whole, or it could not be spoken."""
        self._promised.pop(utterance_id, None)

    def put(self, clip: Clip) -> None:
        urgent = clip.speech.utterance.kind != "line"
        (self._urgent if urgent else self._script).append(clip)
        if urgent and clip.speech.last:
            self.withdraw(clip.speech.utterance.id)

    def take(self) -> Clip | None:
        """The next clause, asked for once a frame while nothing is spoken; None is a frame of quiet."""
        if self._urgent:
            self._held_frames = 0
            return self._urgent.popleft()
        if self._promised and self._held_frames < PATIENCE_FRAMES:
            self._held_frames += 1
            return None
        return self._script.popleft() if self._script else None

    def drop(self, generation: int) -> None:
        """Forgets the clauses of an older generation than this (an interruption)."""
        for lane in (self._urgent, self._script):
            kept = [clip for clip in lane if clip.speech.utterance.generation >= generation]
            lane.clear()
            lane.extend(kept)
        self._promised = {key: made for key, made in self._promised.items() if made >= generation}

    @property
    def script_clips(self) -> int:
        """Clauses of the script that wait; the voice makes no more while there are enough."""
        return len(self._script)

    @property
    def can_open(self) -> bool:
        """Whether a show may begin: there is something to say, and more of it while that is said."""
        return len(self._urgent) >= 2 or (bool(self._urgent) and not self._promised)
