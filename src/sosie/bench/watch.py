"""A film of the bench, decoded and tracked anew: lips, looks of the mouth, what the classifier and the face encoder see of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sosie.bench.classifier import Mouth, features, mouth
from sosie.bench.film import Films
from sosie.bench.identity import Faces, faces, narrower
from sosie.bench.pictures import Look, MouthLooks, MouthWatch, blurred, painted_small
from sosie.errors import BadFootage
from sosie.face.places import CONTROLS
from sosie.footage.colour import to_rgb
from sosie.footage.reel import Reel
from sosie.footage.track import eye_distance
from sosie.lips.shape import LipSpace
from sosie.ports import FaceEncoder, FaceTracker
from sosie.types import FPS, Bytes, FaceTrack, Floats, YuvFrame

FACES = 24
"""Pictures of the footage, and as many or fewer of the film, whose identity is compared."""
MOUTH_EVERY = 2
"""The classifier sees one frame in so many."""
HALF_VIEW_FROM = 110.0
"""Eye distance in pixels from which the tracker sees enough in the half-size picture."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, eq=False)
class Watcher:
    """Who looks at the films."""

    tracker: FaceTracker
    face_encoder: FaceEncoder
    space: LipSpace
    """The person's, fitted on the footage."""
    eyes: float
    """Usual distance of the outer eye corners in the footage, pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """One film, decoded and tracked."""

    numbers: Floats
    """float32, (n, 16)."""
    looks: MouthLooks
    blurred: MouthLooks
    painted: MouthLooks
    mouths: Floats
    """What the classifier sees, (k, d)."""
    painted_mouths: Floats
    faces: Faces
    narrower: Faces

    @classmethod
    def of(cls, path: Path, films: Films, watcher: Watcher, progress: Progress) -> Watched:
        track = _tracked(path, len(films.shots), watcher, progress)
        numbers = watcher.space.numbers(track)
        shapes = watcher.space.lower_face(track.points)
        speeds = np.concatenate([[0.0], np.linalg.norm(np.diff(shapes[:, :40], axis=0), axis=2).mean(axis=1)])
        eyes = eye_distance(track.points)
        watches = [MouthWatch() for _ in range(3)]
        mouths, painted_mouths = _MouthsSeen(), _MouthsSeen()
        speaking = [number for number, shot in enumerate(films.shots) if shot.line is not None]
        faced = {speaking[round(at)] for at in np.linspace(0, len(speaking) - 1, FACES)}
        heads: list[tuple[int, Bytes, Floats]] = []
        with Reel(path) as reel:
            for number, shot in enumerate(films.shots):
                points = track.points[number][list(CONTROLS), :2]
                look = Look(reel.read(), points, float(eyes[number]), float(speeds[number]))
                # What is laid in is measured where the clone speaks; elsewhere the body's own mouth may be seen.
                at_cut = shot.step.other is not None or shot.line is None
                pictures = (look.picture, blurred(look), painted_small(look))
                for watch, picture in zip(watches, pictures, strict=True):
                    watch.push(replace(look, picture=picture), at_cut=at_cut)
                for mouths_seen, picture in ((mouths, pictures[0]), (painted_mouths, pictures[2])):
                    mouths_seen.push(number, replace(look, picture=picture), at_cut=at_cut)
                if number in faced:
                    heads.append((shot.step.main, to_rgb(look.picture), track.points[number]))
        thin = [(frame, *narrower(rgb, points)) for frame, rgb, points in heads]
        return cls(
            numbers,
            watches[0].looks(),
            watches[1].looks(),
            watches[2].looks(),
            mouths.all(),
            painted_mouths.all(),
            faces(watcher.face_encoder, heads),
            faces(watcher.face_encoder, thin),
        )


class _MouthsSeen:
    """Collects what the classifier is shown of one film."""

    def __init__(self) -> None:
        self._rows: list[Floats] = []
        self._before: Mouth | None = None

    def push(self, number: int, look: Look, *, at_cut: bool) -> None:
        now = mouth(look.picture, look.points, look.eyes)
        if self._before is not None and not at_cut and number % MOUTH_EVERY == 0:
            self._rows.append(features(now, self._before))
        self._before = now

    def all(self) -> Floats:
        return np.stack(self._rows)


def _tracked(path: Path, n_frames: int, watcher: Watcher, progress: Progress) -> FaceTrack:
    half = watcher.eyes > HALF_VIEW_FROM
    scale = np.float32(2.0 if half else 1.0)
    watcher.tracker.reset()
    points, blendshapes = [], []
    for number, picture in enumerate(_pictures(path, n_frames)):
        faces = watcher.tracker.faces(to_rgb(picture, half=half))
        if not faces:
            raise BadFootage(f"no face is found in frame {number} of the film {path.name}")
        points.append(faces[0].points * scale)
        blendshapes.append(faces[0].blendshapes)
        if number % FPS == 0:
            progress(f"Watching {path.name}", number / n_frames)
    return FaceTrack(np.stack(points), np.stack(blendshapes), np.ones(n_frames, bool))


def _pictures(path: Path, n_frames: int) -> Iterator[YuvFrame]:
    with Reel(path) as reel:
        for _ in range(n_frames):
            yield reel.read()
