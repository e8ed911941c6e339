"""The clone on screen: one call, one frame. Talks while it has shapes, listens otherwise; never waits, never ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

import numpy as np

from sosie.face.body import Body
from sosie.face.fit import FaceFit
from sosie.face.layin import LayIn, Mouth
from sosie.face.motion import BodyStep, Walk
from sosie.face.picked import LOOK_AHEAD, PickedMouths
from sosie.types import Floats, LipShapes, YuvFrame

_START_FRAMES, _END_FRAMES = 3, 7
"""From the body's own lips to the wanted ones, and back."""
_TO_REST = 0.3
"""Share of the way to rest that the lips go in each frame when there is nothing left to say."""


class Mouths(Protocol):
    """Where the mouths come from: real ones are picked (face/picked.py), others are painted (face/painted.py)."""

    def next(
        self, lips: Floats, ease: float, step: BodyStep, coming: Sequence[tuple[Floats, BodyStep]]
    ) -> tuple[Floats, list[Mouth]]:
        """The lips that this frame shows, float32 (16,), and the mouths that show them; their shares sum to 1.

        ``lips`` (16,) are wanted over the body frame of ``step``, ``ease`` in [0, 1] says how far they already are those of
        the speech, and ``coming`` are the next frames as far as they are known, LOOK_AHEAD - 1 of them at most.
        """
        ...

    def restart(self) -> None:
        """The mouths were not shown for a while: nothing goes on from the last one."""
        ...


class Performer:
    """A ``FaceEngine`` (ports.py) over one ``FaceFit``. The same seed and the same calls give the same frames.

    Without ``mouths`` they are the person's own, picked.

    About 12 ms of one busy core for a frame of 1080x1920 and 9 ms for 720x1280, decoding included: 0.9 and 1.2 times a bare x264
    superfast encode (benchmarks/face.py). The six frames of a cut in the body cost 40 ms each at 1080x1920.
    """

    def __init__(self, fit: FaceFit, *, seed: int = 0, mouths: Mouths | None = None) -> None:
        self._fit = fit
        self._mouths = PickedMouths(fit) if mouths is None else mouths
        self._body = Body(fit.video)
        self._walk = Walk(fit.graph, seed)
        self._lay_in = LayIn()
        self._queue: deque[Floats] = deque()
        self._lips = fit.rest.copy()
        self._driven = 0.0

    @property
    def size(self) -> tuple[int, int]:
        """(width, height), pixels."""
        return self._fit.size

    def prepare(self, shapes: LipShapes) -> None:
        """Queues shapes; they are shown by the next ``len(shapes)`` calls of ``next_frame`` after those already queued."""
        self._queue.extend(shapes.numbers)

    def close(self) -> None:
        """Closes the decoders; the performer cannot be used afterwards."""
        self._body.close()

    def next_frame(self) -> YuvFrame:
        """The next picture; the caller owns its planes."""
        step = self._walk.next("talking" if self._queue else "still")
        frame = self._body.picture(step, self._walk.planned)
        own = _Own.of(self._fit, step)
        self._advance(own, quiet=own.quiet and self._stays_quiet())
        if self._driven > 0:
            self._speak(frame, own, step)
        else:
            self._mouths.restart()
        return frame

    def _stays_quiet(self) -> bool:
        """The body's own lips stay quiet for as long as it takes to cover them."""
        still = self._fit.graph.still
        coming = islice(self._walk.planned, _START_FRAMES)
        return all(still[step.frame] and (step.other is None or still[step.other]) for step in coming)

    def _advance(self, own: _Own, *, quiet: bool) -> None:
        """The wanted lips of this frame, and how far the body's own lips have given way to them."""
        if self._queue:
            self._lips = self._queue.popleft()
            self._driven = min(1.0, self._driven + 1 / _START_FRAMES)
            return
        self._lips = self._lips + np.float32(_TO_REST) * (self._fit.rest - self._lips)
        if quiet:
            self._driven = max(0.0, self._driven - 1 / _END_FRAMES)
        else:
            self._driven = min(1.0, self._driven + 1 / _START_FRAMES)

    def _speak(self, frame: YuvFrame, own: _Own, step: BodyStep) -> None:
        ease = self._driven**2 * (3 - 2 * self._driven)
        lips = own.numbers + np.float32(ease) * (self._lips - own.numbers)
        ahead = islice(self._queue, LOOK_AHEAD - 1)
        numbers, mouths = self._mouths.next(lips, ease, step, list(zip(ahead, self._walk.planned, strict=False)))
        places = self._fit.places
        moves = np.einsum("k,kpa->pa", numbers - own.numbers, places.by_numbers)
        target = own.points + places.in_picture(step.main, moves)
        presence = min(1.0, 2 * self._driven) * (1 - own.covered)
        if presence > 0:
            self._lay_in(frame, own.points, target, own.eyes, mouths, presence)


@dataclass(frozen=True, slots=True, eq=False)
class _Own:
    """The face of the body's picture as it is, both sides of a cut mixed."""

    points: Floats
    numbers: Floats
    eyes: float
    quiet: bool
    """The body's own lips may be shown to a listener."""
    covered: float
    """Share of the picture in which something is in front of the mouth."""

    @classmethod
    def of(cls, fit: FaceFit, step: BodyStep) -> _Own:
        places, graph = fit.places, fit.graph
        sides = [(step.frame, 1 - step.mix)] + ([(step.other, step.mix)] if step.other is not None else [])
        frames = np.array([frame for frame, _ in sides])
        shares = np.array([share for _, share in sides], np.float32)
        return cls(
            points=np.einsum("s,spa->pa", shares, places.points[frames]),
            numbers=shares @ fit.numbers[frames],
            eyes=float(shares @ places.eyes[frames]),
            quiet=bool(graph.still[frames].all()),
            covered=float(shares @ graph.covered[frames]),
        )
