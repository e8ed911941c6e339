"""A few frames of a long file, to look at: every half second of a short one, evenly spread over a long one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.stream import VideoStream

from sosie.errors import YourInput
from sosie.mark.read import LOCAL_ONLY
from sosie.types import Bytes, YuvFrame

STEP_SECONDS = 0.5
"""Between two frames looked at in a short file (rules.md L1)."""
MOST_FRAMES = 240
"""Looked at in any file: two minutes at every half second; longer files are sampled at keyframes, evenly."""


def sample_frames(path: Path) -> Iterator[YuvFrame]:
    """The first frame, then one every half second or, in long files, MOST_FRAMES in all. Raises YourInput if unreadable.

    A file without picture gives nothing; one that breaks off gives the frames before the break.
    """
    try:
        with av.open(str(path), options=LOCAL_ONLY) as container:
            if not pictures(container):
                return
            stream = pictures(container)[0]
            seconds = (container.duration or 0) / av.time_base
            if seconds <= STEP_SECONDS * MOST_FRAMES:
                yield from _every_step(container, stream)
            else:
                yield from _spread(container, stream, seconds)
    except (av.FFmpegError, OSError) as error:
        raise YourInput(f"the picture of {path.name} cannot be decoded") from error


def pictures(container: InputContainer) -> tuple[VideoStream, ...]:
    """The moving pictures of a file; the cover of a sound file is none."""
    return tuple(stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic)


def _every_step(container: InputContainer, stream: VideoStream) -> Iterator[YuvFrame]:
    due = 0.0
    start: float | None = None
    try:
        for frame in container.decode(stream):
            if frame.time is None:
                continue
            start = frame.time if start is None else start
            if frame.time - start >= due - 1e-6:
                due = frame.time - start + STEP_SECONDS
                yield to_yuv(frame)
    except av.InvalidDataError:
        # A file that breaks off is judged by the frames it has; health says that it breaks off.
        return


def _spread(container: InputContainer, stream: VideoStream, seconds: float) -> Iterator[YuvFrame]:
    seen: set[int | None] = set()
    for index in range(MOST_FRAMES):
        container.seek(int(index * seconds / MOST_FRAMES * av.time_base))
        frame = next(container.decode(stream), None)
        if frame is not None and frame.pts not in seen:
            seen.add(frame.pts)
            yield to_yuv(frame)


def to_yuv(frame: VideoFrame) -> YuvFrame:
    """A decoded frame of any format as our own copy, 4:2:0, BT.709 limited, cut to even size."""
    if frame.format.name != "yuv420p" or frame.width % 2 or frame.height % 2:
        frame = frame.reformat(frame.width & ~1, frame.height & ~1, "yuv420p", dst_colorspace="ITU709")
    y, u, v = (_plane(plane) for plane in frame.planes)
    return YuvFrame(y, u, v)


def _plane(plane: VideoPlane) -> Bytes:
    # Rows are padded to the decoder's liking (368 bytes for 360 pixels), so they are cut by the plane's own width.
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width].copy()
