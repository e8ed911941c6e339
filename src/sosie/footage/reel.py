"""Reading kept footage: the pictures of a file that ``ingest.bring`` wrote, from any frame on."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np

from sosie.errors import BadFootage
from sosie.types import FPS, Bytes, YuvFrame

KEY_EVERY = 12
"""Frames between two key frames of kept footage: a jump costs at most eleven extra decodes (about 3 ms each at 1080x1920,
shared/design/stream.md 3)."""


def planes(frame: av.VideoFrame) -> YuvFrame:
    """A yuv420p frame of PyAV as ours. Copies: a decoder's own buffers are references for its next frames, and writing
    into them spoils the neighbours (frame 29 was off by 39.7 luma when 28 and 30 were written into).
    """
    y, u, v = (_plane(plane) for plane in frame.planes)
    return YuvFrame(y, u, v)


def _plane(plane: av.video.plane.VideoPlane) -> Bytes:
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height]
    return np.ascontiguousarray(rows[:, : plane.width])


class Reel:
    """Kept footage, open for reading; one decoder, one picture at a time."""

    def __init__(self, video: Path) -> None:
        try:
            self._container = av.open(str(video))
        except (OSError, av.error.FFmpegError) as error:
            raise BadFootage(
                f"the kept footage {video.name} cannot be opened",
                wanted="the file that `sosie clone` wrote",
                try_this="make the clone again",
            ) from error
        self._stream = self._container.streams.video[0]
        self._base = self._stream.time_base or Fraction(1, FPS)
        self._stream.thread_type = "NONE"  # frame threads would decode ahead, and every jump would pay for it
        self._name = video.name
        self._frames: Iterator[av.VideoFrame] = self._container.decode(self._stream)
        self._position = 0

    @property
    def position(self) -> int:
        """The frame that ``read`` gives next."""
        return self._position

    def seek(self, frame: int) -> None:
        """Makes ``frame`` the next one. Costs up to ``KEY_EVERY - 1`` decodes, at the next ``read``."""
        if frame == self._position:
            return
        pts = round(frame / (FPS * self._base))
        self._container.seek(pts, stream=self._stream, backward=True, any_frame=False)
        self._frames = self._container.decode(self._stream)
        self._position = frame

    def read(self) -> YuvFrame:
        """The next picture. Raises BadFootage past the end or when the file is damaged."""
        return planes(self._next())

    def skip(self) -> None:
        """Decodes the next picture and throws it away (half the cost of reading it)."""
        self._next()

    def _next(self) -> av.VideoFrame:
        try:
            for frame in self._frames:
                if self._index(frame) >= self._position:
                    self._position += 1
                    return frame
        except av.error.FFmpegError as error:
            raise BadFootage(f"the kept footage {self._name} is damaged", try_this="make the clone again") from error
        raise BadFootage(
            f"the kept footage {self._name} ends before frame {self._position}",
            wanted="the file that `sosie clone` wrote",
            try_this="make the clone again",
        )

    def _index(self, frame: av.VideoFrame) -> int:
        return round((frame.pts or 0) * self._base * FPS)

    def close(self) -> None:
        self._container.close()

    def __enter__(self) -> Reel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
