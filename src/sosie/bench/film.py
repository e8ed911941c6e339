"""The films that are measured: the clone speaking, and the same body as it was filmed. Labelled, as all that is written."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sosie.broadcast.encode import Encoder
from sosie.broadcast.sinks import record_for
from sosie.broadcast.sinks.mp4 import Mp4Sink
from sosie.consent.gate import Permit
from sosie.face.body import Body
from sosie.face.fit import FaceFit
from sosie.face.motion import BodyStep, Walk
from sosie.face.perform import Mouths, Performer
from sosie.face.warp import Box, box_around
from sosie.film import framed, label_for
from sosie.stage.compose import Scene, Stage
from sosie.types import FPS, SAMPLES_PER_FRAME, Floats, LipShapes, Speech, YuvFrame

GAP_FRAMES = FPS
"""Of silence between two speeches and at the ends."""
SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Something that the clone says in the film."""

    speech: Speech
    shapes: LipShapes


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One frame of the films."""

    step: BodyStep
    """The body frame it shows; ``step.other`` is there while two are mixed."""
    line: int | None
    """Which line is being said."""
    head: Box
    """Where the head is, roughly."""


@dataclass(frozen=True, slots=True, eq=False)
class Films:
    made: Path
    """The clone says the lines."""
    body: Path
    """The same body frames as they were filmed, with the same sound: the control whose lips say something else."""
    beside: Path
    """Both, side by side."""
    shots: tuple[Shot, ...]
    starts: tuple[int, ...]
    """First frame of each line."""
    render_ms: float
    """CPU milliseconds a frame of the face alone, on one thread."""


def make_films(face: FaceFit, mouths: Mouths, lines: Iterable[Line], permit: Permit, folder: Path) -> Films:
    """Writes made.mp4, body.mp4 and beside.mp4. Raises Refused or Theirs as the sinks do; then nothing is left of them."""
    width, height = face.size
    paths = {name: folder / f"{name}.mp4" for name in ("made", "body", "beside")}
    sizes = {"made": face.size, "body": face.size, "beside": (2 * width, height)}
    shots: list[Shot] = []
    starts: list[int] = []
    spent: list[float] = []
    with ExitStack() as open_files:
        outs = {name: open_files.enter_context(_Film(paths[name], sizes[name], permit)) for name in paths}
        for line, begins, samples, step, made, body, seconds in _acted(face, mouths, list(lines)):
            if begins:
                starts.append(len(shots))
            shots.append(Shot(step, line, _head(face, step)))
            spent.append(seconds)
            outs["beside"].write(_beside(made, body), samples)
            outs["made"].write(made, samples)
            outs["body"].write(body, samples)
    return Films(
        paths["made"], paths["body"], paths["beside"], tuple(shots), tuple(starts), 1000 * float(np.median(spent))
    )


_Acted = tuple[int | None, bool, Floats, BodyStep, YuvFrame, YuvFrame, float]
"""(line, whether it begins here, samples, body step, made, body, CPU seconds)"""


def _acted(face: FaceFit, mouths: Mouths, lines: list[Line]) -> Iterator[_Acted]:
    performer, walk, body = Performer(face, seed=SEED, mouths=mouths), Walk(face.graph, SEED), Body(face.video)
    quiet = np.zeros(SAMPLES_PER_FRAME, np.float32)
    waiting: deque[tuple[int | None, bool, Floats]] = deque()
    for number, line in enumerate(lines):
        waiting.extend((None, False, quiet) for _ in range(GAP_FRAMES))
        waiting.extend((number, start == 0, samples) for start, samples in framed(line.speech))
    waiting.extend((None, False, quiet) for _ in range(GAP_FRAMES))
    for said, begins, samples in waiting:
        if begins and said is not None:
            performer.prepare(lines[said].shapes)
        # The second walk makes the same steps as the performer's own, from the same seed and the same states.
        step = walk.next("talking" if said is not None else "still")
        started = time.process_time()
        made = performer.next_frame()
        seconds = time.process_time() - started
        yield said, begins, samples, step, made, body.picture(step, walk.planned), seconds
    performer.close()
    body.close()


def _head(face: FaceFit, step: BodyStep) -> Box:
    points, eyes = face.places.points[step.main], float(face.places.eyes[step.main])
    return box_around(points.mean(axis=0) - np.array([0, 0.35 * eyes], np.float32), 2.8 * eyes, 2.8 * eyes, face.size)


def _beside(left: YuvFrame, right: YuvFrame) -> YuvFrame:
    return YuvFrame(*(np.hstack(pair) for pair in ((left.y, right.y), (left.u, right.u), (left.v, right.v))))


class _Film:
    """One labelled file, whole or not there."""

    def __init__(self, path: Path, size: tuple[int, int], permit: Permit) -> None:
        self._stage = Stage(size, label_for(permit, "en"))
        self._encoder = Encoder(size)
        self._sink = Mp4Sink(path, permit, record_for(permit))

    def __enter__(self) -> _Film:
        self._encoder.add(self._sink)
        return self

    def write(self, picture: YuvFrame, samples: Floats) -> None:
        for lost in self._encoder.push(self._stage.draw(picture, Scene("en")), samples):
            raise lost.error

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is not None:
            self._sink.abandon()
        for lost in self._encoder.close():
            if error is None:
                raise lost.error
