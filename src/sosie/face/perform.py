"""The clone on screen: one call, one frame. Talks while it has shapes, listens otherwise; never waits, never ends."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import islice

import numpy as np

from sosie.face.body import Body
from sosie.face.exemplars import Picker, Wanted, lip_metric
from sosie.face.fit import FaceFit
from sosie.face.layin import LayIn, Mouth
from sosie.face.motion import BodyStep, Walk
from sosie.types import Floats, LipShapes, YuvFrame

LOOK_AHEAD = 8
"""Frames of wanted lips that a choice of mouth looks at, itself included."""
_START_FRAMES, _END_FRAMES = 3, 7
"""From the body's own lips to the wanted ones, and back."""
_TO_REST = 0.3
"""Share of the way to rest that the lips go in each frame when there is nothing left to say."""
_OWN_SHAPE = 0.1
"""How far the lips follow the chosen mouths themselves, and not only the wanted numbers: real mouths are better mouths than
numbers can say, and the less they are bent the better they look."""
_FADE_WEIGHTS = (0.25, 0.5, 0.25)
"""Of the mouths chosen for the frame before, this one and the next: a cross-fade of two frames at each jump, none elsewhere."""


class Performer:
    """A ``FaceEngine`` (ports.py) over one ``FaceFit``. The same seed and the same calls give the same frames.

    About 12 ms of one busy core for a frame of 1080x1920 and 9 ms for 720x1280, decoding included: 0.9 and 1.2 times a bare x264
    superfast encode (benchmarks/face.py). The six frames of a cut in the body cost 40 ms each at 1080x1920.
    """

    def __init__(self, fit: FaceFit, *, seed: int = 0) -> None:
        self._fit = fit
        self._patches = fit.patches()
        self._body = Body(fit.video)
        self._walk = Walk(fit.graph, seed)
        self._picker = Picker(fit.exemplars)
        self._metric = lip_metric(fit.places)
        self._lay_in = LayIn()
        self._queue: deque[Floats] = deque()
        self._lips = fit.rest.copy()
        self._driven = 0.0
        self._before: int | None = None

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
            self._before = None
            self._picker.restart()
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
        chosen = self._choose(lips, step)
        fit, places = self._fit, self._fit.places
        frames = np.array([int(fit.exemplars.frames[number]) for number in chosen])
        shares = np.array(list(chosen.values()), np.float32)
        theirs = shares @ fit.numbers[frames]
        numbers = lips + np.float32(_OWN_SHAPE * ease) * (theirs - lips)
        moves = np.einsum("k,kpa->pa", numbers - own.numbers, places.by_numbers)
        target = own.points + places.in_picture(step.main, moves)
        mouths = [self._mouth(number, share) for number, share in chosen.items()]
        presence = min(1.0, 2 * self._driven) * (1 - own.covered)
        if presence > 0:
            self._lay_in(frame, own.points, target, own.eyes, mouths, presence)

    def _mouth(self, number: int, share: float) -> Mouth:
        fit = self._fit
        patch = int(fit.patch[number])
        x, y = fit.corners[patch]
        points = fit.places.points[fit.exemplars.frames[number]]
        return Mouth(self._patches[patch], (int(x), int(y)), points, share)

    def _choose(self, lips: Floats, step: BodyStep) -> dict[int, float]:
        """Exemplars and their shares, which sum to 1. Pushes what is known of the frames ahead, then decides this one."""
        picker = self._picker
        if len(picker) == 0:
            self._push(lips, step)
        for k in range(len(picker), min(LOOK_AHEAD, len(self._queue) + 1)):
            self._push(self._queue[k - 1], self._walk.planned[k - 1])
        ahead = picker.ahead(2)
        this = picker.take()
        from_before = this if self._before is None else picker.follows(self._before)
        to_after = picker.leads_to(int(ahead[1])) if len(ahead) > 1 else this
        self._before = this
        shares: dict[int, float] = {}
        for number, share in zip((from_before, this, to_after), _FADE_WEIGHTS, strict=True):
            number = this if number is None else number
            shares[number] = shares.get(number, 0.0) + share
        return shares

    def _push(self, lips: Floats, step: BodyStep) -> None:
        fit = self._fit
        main = step.main
        self._picker.push(Wanted(lips @ self._metric, fit.places.angles[main], float(fit.sharpness[main])))


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
