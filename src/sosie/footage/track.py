"""Follow the one face of the footage, frame by frame, and refuse footage in which there is not exactly one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sosie.errors import BadFootage
from sosie.footage.colour import to_rgb
from sosie.footage.ingest import Footage
from sosie.ports import FaceTracker
from sosie.types import N_BLENDSHAPES, N_LANDMARKS, FaceSeen, FaceTrack, Floats

OUTER_EYES = (33, 263)
"""Landmarks of the outer corners of the two eyes; their distance is the unit of size everywhere."""
SMALLEST_EYES_PIXELS = 45.0
"""Below this the mouth is about 30 pixels wide: nothing to show."""
_HALF_FROM_EYES_PIXELS = 110.0
"""From here on the tracker's 256-pixel crop holds less detail than the half-size picture, which is cheaper to make."""
_LEAST_SEEN = 0.8
"""Share of frames in which the face must be found."""
_OTHERS_ALLOWED = 0.05
"""Share of frames in which a second face may be found: trackers see one in a curtain now and then."""
_OTHER_COUNTS_FROM = 0.35
"""Size of a second face against the first, from which it is somebody and not a picture on a far wall."""


def track_footage(footage: Footage, tracker: FaceTracker, progress: Callable[[float], None] | None = None) -> FaceTrack:
    """The face in every frame; frames without one are filled by interpolation and marked. About 12 ms a frame.

    Raises BadFootage: no face, two faces, face too small, face lost too often.
    """
    half = _large_enough_for_half_size(footage, tracker)
    tracker.reset()
    seen: list[FaceSeen | None] = []
    frames_with_others = 0
    for n, frame in enumerate(footage.frames()):
        faces = tracker.faces(to_rgb(frame, half=half))
        face = _same_as_before(faces, seen)
        frames_with_others += _somebody_else(face, faces)
        seen.append(face)
        if progress is not None and n % 5 == 4:
            progress((n + 1) / footage.n_frames)
    _refuse_if_unusable(seen, frames_with_others, 2.0 if half else 1.0)
    return _filled(seen, 2.0 if half else 1.0)


def eye_distance(points: Floats) -> NDArray[np.float32]:
    """Pixels between the outer eye corners; ``points`` (..., 478, 3)."""
    left, right = (points[..., index, :2] for index in OUTER_EYES)
    return np.asarray(np.linalg.norm(left - right, axis=-1), np.float32)


def _large_enough_for_half_size(footage: Footage, tracker: FaceTracker) -> bool:
    tracker.reset()
    for n, frame in enumerate(footage.frames()):
        faces = tracker.faces(to_rgb(frame))
        if faces:
            return bool(eye_distance(faces[0].points) >= _HALF_FROM_EYES_PIXELS)
        if n >= 50:
            break
    return False


def _same_as_before(faces: tuple[FaceSeen, ...], seen: list[FaceSeen | None]) -> FaceSeen | None:
    """The face nearest to where it was last; the largest at the start (trackers give the largest first)."""
    if not faces:
        return None
    last = next((face for face in reversed(seen) if face is not None), None)
    if last is None:
        return faces[0]
    centre = last.points[:, :2].mean(0)
    near = min(faces, key=lambda face: float(np.linalg.norm(face.points[:, :2].mean(0) - centre)))
    return near if np.linalg.norm(near.points[:, :2].mean(0) - centre) < 3 * eye_distance(last.points) else faces[0]


def _somebody_else(face: FaceSeen | None, faces: tuple[FaceSeen, ...]) -> bool:
    if face is None:
        return False
    size = eye_distance(face.points)
    return any(other is not face and eye_distance(other.points) > _OTHER_COUNTS_FROM * size for other in faces)


def _refuse_if_unusable(seen: list[FaceSeen | None], frames_with_others: int, scale: float) -> None:
    found = [face for face in seen if face is not None]
    share = len(found) / len(seen)
    if share < 0.1:
        raise BadFootage(
            "no face was found in the footage" if not found else f"a face was found in only {share:.0%} of the footage",
            wanted="one person who looks into the camera",
            try_this="film from the front, with light on the face",
        )
    if frames_with_others > _OTHERS_ALLOWED * len(seen):
        raise BadFootage(
            f"two faces were found in {frames_with_others / len(seen):.0%} of the footage",
            wanted="exactly one person in the picture",
            try_this="film alone, with no posters, mirrors or screens with faces behind you",
        )
    if share < _LEAST_SEEN:
        raise BadFootage(
            f"the face is lost in {1 - share:.0%} of the footage",
            wanted="the whole face in the picture all the time",
            try_this="stay in the picture, do not turn away, keep hands and objects off the face",
        )
    eyes = scale * float(np.median([eye_distance(face.points) for face in found]))
    if eyes < SMALLEST_EYES_PIXELS:
        raise BadFootage(
            f"the face is too small: {eyes:.0f} pixels between the outer corners of the eyes",
            wanted=f"at least {SMALLEST_EYES_PIXELS:.0f}, better 120 or more",
            try_this="come nearer to the camera or film at a higher resolution",
        )


def _filled(seen: list[FaceSeen | None], scale: float) -> FaceTrack:
    """Gaps become straight lines between their neighbours, so that every frame has a place to look at."""
    at = np.array([n for n, face in enumerate(seen) if face is not None])
    faces = [face for face in seen if face is not None]
    points = np.stack([face.points for face in faces]).reshape(len(faces), -1) * scale
    blendshapes = np.stack([face.blendshapes for face in faces])
    everywhere = np.arange(len(seen))
    return FaceTrack(
        points=_interpolated(everywhere, at, points).reshape(-1, N_LANDMARKS, 3),
        blendshapes=_interpolated(everywhere, at, blendshapes).reshape(-1, N_BLENDSHAPES),
        seen=np.isin(everywhere, at),
    )


def _interpolated(everywhere: NDArray[np.int64], at: NDArray[np.int64], rows: Floats) -> Floats:
    after = np.clip(np.searchsorted(at, everywhere), 0, len(at) - 1)
    before = np.clip(np.searchsorted(at, everywhere, side="right") - 1, 0, len(at) - 1)
    span = np.maximum(at[after] - at[before], 1)
    share = np.clip((everywhere - at[before]) / span, 0, 1)[:, None].astype(np.float32)
    return np.asarray(rows[before] * (1 - share) + rows[after] * share, np.float32)
