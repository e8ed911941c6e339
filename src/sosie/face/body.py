"""The pictures of the walk: kept footage decoded on the fly, and both sides of a cut moved onto each other while they fade."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from sosie.face.motion import BodyStep
from sosie.face.warp import pulled
from sosie.footage.reel import KEY_EVERY, Reel
from sosie.types import Bytes, Floats, YuvFrame

_FLOW_SIDE = 320
"""The longer side of the picture in which the motion between both sides of a cut is looked for, pixels."""


class Body:
    """Two decoders: one plays, the other rolls up to where the next cut lands, one picture a call, so that no call waits."""

    def __init__(self, video: Path) -> None:
        self._playing, self._rolling = Reel(video), Reel(video)
        self._rolls_to: int | None = None
        self._morph = Morph()

    def picture(self, step: BodyStep, planned: Iterable[BodyStep]) -> YuvFrame:
        """``planned`` are the steps that follow, so that the next cut is met prepared."""
        if step.other is None:
            if step.frame != self._playing.position and step.frame == self._rolling.position:
                self._swap()
            frame = self._read(self._playing, step.frame)
        else:
            old = self._read(self._playing, step.frame)
            frame = self._morph(old, self._read(self._rolling, step.other), step.mix)
            if self._rolls_to is not None and step.other >= self._rolls_to:
                self._rolls_to = None
        self._roll(step, planned)
        return frame

    def _swap(self) -> None:
        self._playing, self._rolling = self._rolling, self._playing
        self._rolls_to = None

    def _read(self, reel: Reel, frame: int) -> YuvFrame:
        reel.seek(frame)
        return reel.read()

    def _roll(self, step: BodyStep, planned: Iterable[BodyStep]) -> None:
        if step.other is not None:
            return
        landing = next((later.other for later in planned if later.other is not None), None)
        if landing is None:
            return
        if self._rolls_to != landing:
            self._rolls_to = landing
            self._rolling.seek(landing - landing % KEY_EVERY)
        elif self._rolling.position < landing:
            self._rolling.skip()

    def close(self) -> None:
        self._playing.close()
        self._rolling.close()


class Morph:
    """A cross-fade along the motion between two pictures (dense inverse search, Kroeger 2016), so that nothing is seen twice."""

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)

    def __call__(self, old: YuvFrame, new: YuvFrame, mix: float) -> YuvFrame:
        """``mix`` is the share of ``new``, in [0, 1]. About 35 ms at 1080x1920, for the six frames of a cut."""
        shrink = max(2, 2 * round(max(old.width, old.height) / _FLOW_SIDE / 2))
        size = (-(-old.width // shrink), -(-old.height // shrink))
        small = [cv2.resize(frame.y, size, interpolation=cv2.INTER_AREA) for frame in (old, new)]
        nothing = np.empty(0, np.float32)
        forth = np.asarray(self._flow.calc(small[0], small[1], nothing), np.float32)
        back = np.asarray(self._flow.calc(small[1], small[0], nothing), np.float32)
        planes = []
        for a, b in zip((old.y, old.u, old.v), (new.y, new.u, new.v), strict=True):
            a_moved, b_moved = _pulled(a, mix * back), _pulled(b, (1 - mix) * forth)
            planes.append(np.asarray(cv2.addWeighted(a_moved, 1 - mix, b_moved, mix, 0), np.uint8))
        return YuvFrame(*planes)


def _pulled(plane: Bytes, flow: Floats) -> Bytes:
    """``flow`` is much smaller than the plane and in its own pixels."""
    height, width = plane.shape
    small_height, small_width = flow.shape[:2]
    across, down = width / small_width, height / small_height
    # Where each pixel comes from, on the small grid with one cell more on each side: enlarged linearly it is exact, and
    # adding a full-size grid afterwards would cost more than everything else.
    x = (np.arange(-1, small_width + 1, dtype=np.float32) + 0.5) * across - 0.5
    y = (np.arange(-1, small_height + 1, dtype=np.float32) + 0.5) * down - 0.5
    where = np.pad(flow, ((1, 1), (1, 1), (0, 0)), mode="edge") * np.array([across, down], np.float32)
    where += np.stack(np.meshgrid(x, y), axis=-1)
    rim_x, rim_y = round(across), round(down)
    size = (width + 2 * rim_x, height + 2 * rim_y)
    whole = np.asarray(cv2.resize(where, size, interpolation=cv2.INTER_LINEAR), np.float32)
    return pulled(plane, whole[rim_y : rim_y + height, rim_x : rim_x + width], cv2.INTER_LINEAR)
