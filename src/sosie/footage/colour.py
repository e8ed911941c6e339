"""BT.709 limited range between our planes and RGB. OpenCV's own YUV conversions are BT.601: skin of 153,111,153 becomes
157,109,154 with them, a visible patch (``shared/design/stream.md``, trap a).
"""

from __future__ import annotations

import cv2
import numpy as np

from sosie.types import Bytes, YuvFrame

# ITU-R BT.709: Kr = 0.2126, Kb = 0.0722; luma 16-235, chroma 16-240 around 128.
_TO_RGB = np.array([[1.164384, 0.0, 1.792741], [1.164384, -0.213249, -0.532909], [1.164384, 2.112402, 0.0]], np.float64)
_OFFSET = -_TO_RGB @ np.array([16.0, 128.0, 128.0])
_TO_RGB_AFFINE = np.hstack([_TO_RGB, _OFFSET[:, None]])


def to_rgb(frame: YuvFrame, *, half: bool = False) -> Bytes:
    """uint8, (height, width, 3), RGB; with ``half`` at half the width and height, for a quarter of the cost."""
    height, width = frame.y.shape
    if half:
        parts = [cv2.resize(frame.y, (width // 2, height // 2), interpolation=cv2.INTER_AREA), frame.u, frame.v]
    else:
        chroma = (cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR) for plane in (frame.u, frame.v))
        parts = [frame.y, *chroma]
    return np.asarray(cv2.transform(cv2.merge(parts), _TO_RGB_AFFINE), np.uint8)
