"""Which clause is spoken next: urgent ones before the script, always at the end of a clause.

Two lanes wait side by side. The script's lane holds the line that is being told; the urgent lane holds notices and answers.
An urgent utterance that is promised but not yet made holds the script back, so that the answer comes right after the clause
that was on air and not one clause later; words that can open any answer cover the wait. Then the line goes on.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from sosie.types import LipShapes, Speech, Utterance

OPENER_AFTER_FRAMES = 5
"""An answer that is there 0.2 s after the last clause needs no opening words."""
PATIENCE_FRAMES = 45
"""How long the script is held back for a promised answer: 1.8 s. At 1.2 s it went on a moment too early, as a rule."""
OPENED_PATIENCE_FRAMES = 100
"""The same once the opening words were said: to go on with something else then would be odd."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A clause ready to be shown."""

    speech: Speech
    shapes: LipShapes
    """One row for each frame of the speech."""

    def __post_init__(self) -> None:
        if len(self.shapes) != self.speech.n_frames:
            raise ValueError(f"a clip needs {self.speech.n_frames} shapes for its speech, got {len(self.shapes)}")


@dataclass(frozen=True, slots=True, eq=False)
class _Promise:
    generation: int
    opener: Clip | None
    """What can be said until the first clause is there; None once it was said, or when there is nothing to say."""
    patience_frames: int = PATIENCE_FRAMES


class Lanes:
    """Not safe for threads by itself: the session holds its lock around each call."""

    def __init__(self) -> None:
        self._urgent: deque[Clip] = deque()
        self._script: deque[Clip] = deque()
        self._promised: dict[int, _Promise] = {}
        self._held_frames = 0

    def promise(self, utterance: Utterance, opener: Clip | None = None) -> None:
        """An urgent utterance is being made. ``opener`` belongs to it and is said if the wait for it can be heard."""
        self._promised[utterance.id] = _Promise(utterance.generation, opener)
        self._held_frames = 0

    def withdraw(self, utterance_id: int) -> None:
        """A promised utterance will not come (any more): it was made whole, or it could not be spoken."""
        self._promised.pop(utterance_id, None)

    def put(self, clip: Clip) -> None:
        utterance = clip.speech.utterance
        urgent = utterance.kind != "line"
        if utterance.kind == "correction":
            # Before the rest of an answer: after that nobody would know what it is about.
            place = next((n for n, other in enumerate(self._urgent) if not _comes_first(other)), len(self._urgent))
            self._urgent.insert(place, clip)
        else:
            (self._urgent if urgent else self._script).append(clip)
        if urgent and clip.speech.last:
            self.withdraw(utterance.id)
        elif utterance.id in self._promised:
            self._promised[utterance.id] = replace(self._promised[utterance.id], opener=None)

    def take(self) -> Clip | None:
        """The next clause, asked for once a frame while nothing is spoken; None is a frame of quiet."""
        if self._urgent:
            self._held_frames = 0
            return self._urgent.popleft()
        first = next(iter(self._promised), None)
        if first is not None and self._held_frames < self._promised[first].patience_frames:
            self._held_frames += 1
            return self._opened(first) if self._held_frames > OPENER_AFTER_FRAMES else None
        return self._script.popleft() if self._script else None

    def _opened(self, utterance_id: int) -> Clip | None:
        """Its opening words, once."""
        promised = self._promised[utterance_id]
        if promised.opener is not None:
            self._promised[utterance_id] = _Promise(promised.generation, None, OPENED_PATIENCE_FRAMES)
        return promised.opener

    def drop(self, generation: int, spared: frozenset[int] = frozenset()) -> None:
        """Forgets the clauses of an older generation than this (an interruption), but for utterances with a ``spared`` id."""
        for lane in (self._urgent, self._script):
            said_by = [(clip, clip.speech.utterance) for clip in lane]
            kept = [clip for clip, utterance in said_by if utterance.generation >= generation or utterance.id in spared]
            lane.clear()
            lane.extend(kept)
        self._promised = {
            key: made for key, made in self._promised.items() if made.generation >= generation or key in spared
        }

    @property
    def script_clips(self) -> int:
        """Clauses of the script that wait; the voice makes no more while there are enough."""
        return len(self._script)

    @property
    def can_open(self) -> bool:
        """Whether a show may begin: there is something to say, and more of it while that is said."""
        return len(self._urgent) >= 2 or (bool(self._urgent) and not self._promised)


def _comes_first(clip: Clip) -> bool:
    return clip.speech.utterance.kind in ("notice", "correction")
