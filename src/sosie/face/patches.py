"""The person's mouths on disk: one small picture for each exemplar, to be read in any order while live.

Each is the I420 cut-out of the mouth as one grey JPEG at quality 97 (about 45 dB against the cut-out and 60 kB at
1080x1920, 1 ms to read). Raw planes would take five times the room, and video frames cannot be read in any order.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sosie.errors import BadFootage
from sosie.face.warp import Planes

_QUALITY = 97
_KEPT_IN_MEMORY = 24
"""Decoded cut-outs; a cross-fade needs the same ones for a few frames."""


class PatchWriter:
    """Appends cut-outs to a file; ``ends`` says where each one ends."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self.ends: list[int] = []

    def add(self, planes: Planes) -> None:
        stacked = np.vstack([planes.y, np.hstack([planes.u, planes.v])])
        done, data = cv2.imencode(".jpg", stacked, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        if not done:
            raise RuntimeError("OpenCV could not encode a grey picture")
        self._file.write(data.tobytes())
        self.ends.append(self._file.tell())

    def close(self) -> None:
        self._file.close()


@contextmanager
def writing(path: Path) -> Iterator[PatchWriter]:
    writer = PatchWriter(path)
    try:
        yield writer
    finally:
        writer.close()


class Patches:
    """Reads cut-outs by number. The file is mapped, not loaded: what is not used costs no memory."""

    def __init__(self, path: Path, ends: NDArray[np.int64]) -> None:
        if not path.is_file() or path.stat().st_size != int(ends[-1]):
            raise BadFootage(
                f"{path.name} of the clone is missing or was changed",
                wanted=f"{int(ends[-1])} bytes",
                try_this="make the clone again",
            )
        self._data = np.memmap(path, np.uint8, mode="r")
        self._ends = ends
        self._recent: OrderedDict[int, Planes] = OrderedDict()

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> Planes:
        planes = self._recent.pop(number, None) or self._read(number)
        self._recent[number] = planes
        if len(self._recent) > _KEPT_IN_MEMORY:
            self._recent.popitem(last=False)
        return planes

    def _read(self, number: int) -> Planes:
        start = int(self._ends[number - 1]) if number else 0
        stacked = cv2.imdecode(np.asarray(self._data[start : int(self._ends[number])]), cv2.IMREAD_GRAYSCALE)
        if stacked is None:
            raise BadFootage(f"mouth picture {number} of the clone is damaged", try_this="make the clone again")
        height, width = stacked.shape[0] * 2 // 3, stacked.shape[1]
        return Planes(
            np.asarray(stacked[:height], np.uint8),
            np.ascontiguousarray(stacked[height:, : width // 2]),
            np.ascontiguousarray(stacked[height:, width // 2 :]),
        )
