"""Small pictures of the moments that findings name, so that a person sees and hears where to look.

They are pieces of the footage as it was filmed: nothing in them is made by AI, so they carry no AI label, and they are written
only into a folder that the user named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from sosie.footage.colour import to_rgb
from sosie.footage.finding import Finding
from sosie.footage.ingest import Footage
from sosie.footage.reel import Reel
from sosie.footage.track import eye_distance
from sosie.types import FPS, Audio, Bytes, FaceTrack

HEIGHT = 320
"""Pixels, of what is seen."""
STRIP_WIDTH, STRIP_HEIGHT = 300, 150
"""Pixels, of what is heard."""
STRIP_SECONDS = 3.0
"""Of sound around the moment."""
_WHOLE = ("face size", "steady camera", "face in the picture")
"""What only the whole picture shows."""
_BEFORE_AND_AFTER = ("one take", "steady camera")
_PAPER, _INK, _MARK = (246, 246, 242), (70, 82, 96), (200, 60, 40)
"""RGB."""


def moment_pictures(
    footage: Footage, track: FaceTrack, findings: Sequence[Finding]
) -> Iterator[tuple[Finding, float, Bytes]]:
    """(finding, seconds, picture) for every moment named; pictures are uint8 RGB."""
    with Reel(footage.video) as reel:
        for finding in findings:
            for seconds in finding.moments:
                if finding.sense == "heard":
                    yield finding, seconds, sound_strip(footage.audio, seconds)
                else:
                    yield finding, seconds, _seen(reel, footage, track, finding.name, seconds)


def _seen(reel: Reel, footage: Footage, track: FaceTrack, name: str, seconds: float) -> Bytes:
    frame = min(round(seconds * FPS), footage.n_frames - 1)
    first = max(0, frame - 1) if name in _BEFORE_AND_AFTER else frame
    reel.seek(first)
    pictures = [to_rgb(reel.read()) for _ in range(first, frame + 1)]
    if name not in _WHOLE:
        left, top, right, bottom = head_box(track, frame, (footage.width, footage.height))
        pictures = [picture[top:bottom, left:right] for picture in pictures]
    return np.hstack([_high(picture) for picture in pictures])


def head_box(track: FaceTrack, frame: int, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in pixels, inside the picture of ``size``: the head with some room around."""
    points = track.points[frame, :, :2]
    middle, room = (points.min(axis=0) + points.max(axis=0)) / 2, 1.6 * float(eye_distance(track.points[frame]))
    left, top = (int(np.clip(middle[axis] - room, 0, size[axis] - 2)) for axis in (0, 1))
    right, bottom = (int(np.clip(middle[axis] + room, low + 2, size[axis])) for axis, low in ((0, left), (1, top)))
    return left, top, right, bottom


def _high(picture: Bytes) -> Bytes:
    scale = HEIGHT / picture.shape[0]
    size = (max(1, round(picture.shape[1] * scale)), HEIGHT)
    return np.asarray(
        cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC), np.uint8
    )


def sound_strip(audio: Audio, seconds: float) -> Bytes:
    """uint8 RGB, (STRIP_HEIGHT, STRIP_WIDTH, 3): the wave, as high as the loudest of all the sound, a mark at the moment."""
    start = float(np.clip(seconds - STRIP_SECONDS / 2, 0, max(0.0, audio.seconds - STRIP_SECONDS)))
    piece = audio.samples[round(start * audio.rate_hz) : round((start + STRIP_SECONDS) * audio.rate_hz)]
    strip = np.full((STRIP_HEIGHT, STRIP_WIDTH, 3), _PAPER, np.uint8)
    top = max(float(np.abs(audio.samples).max(initial=0)), 1e-6)
    for x, column in enumerate(np.array_split(piece, STRIP_WIDTH)):
        low, high = (
            int(STRIP_HEIGHT / 2 * (1 - 0.95 * value / top)) for value in (column.max(initial=0), column.min(initial=0))
        )
        strip[low : high + 1, x] = _INK
    mark = min(STRIP_WIDTH - 2, round((seconds - start) / STRIP_SECONDS * STRIP_WIDTH))
    strip[:, mark : mark + 2] = _MARK
    return strip
