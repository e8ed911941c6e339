"""Pictures that the stage's tests draw over, and a trip through x264."""

from __future__ import annotations

import io
from collections.abc import Sequence

import av
import numpy as np

from sosie.types import FPS, YuvFrame

Size = tuple[int, int]
SIZES: tuple[Size, ...] = ((360, 640), (720, 1280), (1080, 1920), (1920, 1080), (720, 720), (640, 480))


def plain(size: Size, luma: int = 235) -> YuvFrame:
    """A picture of one grey, white unless told otherwise."""
    width, height = size
    chroma = np.full((height // 2, width // 2), 128, np.uint8)
    return YuvFrame(np.full((height, width), luma, np.uint8), chroma, chroma.copy())


def noise(size: Size, seed: int = 0) -> YuvFrame:
    """A picture as busy as can be: the hardest for an encoder and for a label."""
    width, height = size
    rng = np.random.default_rng(seed)
    shapes = ((height, width), (height // 2, width // 2), (height // 2, width // 2))
    return YuvFrame(*(rng.integers(16, 236, shape, dtype=np.uint8) for shape in shapes))


def slope(size: Size) -> YuvFrame:
    """From black at the left to white at the right, with colour rising downwards."""
    width, height = size
    y = np.tile(np.linspace(16, 235, width).astype(np.uint8), (height, 1))
    u = np.tile(np.linspace(60, 200, height // 2).astype(np.uint8)[:, None], (1, width // 2))
    return YuvFrame(y, u, u[::-1].copy())


def encoded_and_decoded(frames: Sequence[YuvFrame], bits_per_second: int = 1_000_000) -> list[YuvFrame]:
    """What a viewer gets: x264 superfast zerolatency at a fixed rate, then decoded again."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = frames[0].width, frames[0].height, "yuv420p"
        stream.bit_rate = bits_per_second
        stream.options = {
            "preset": "superfast",
            "tune": "zerolatency",
            "threads": "1",
            "maxrate": str(bits_per_second),
            "bufsize": str(bits_per_second // 2),
        }
        for frame in frames:
            stacked = np.concatenate([plane.ravel() for plane in (frame.y, frame.u, frame.v)])
            picture = av.VideoFrame.from_ndarray(stacked.reshape(frame.height * 3 // 2, frame.width), format="yuv420p")
            out.mux(stream.encode(picture))
        out.mux(stream.encode())
    file.seek(0)
    with av.open(file) as back:
        return [_planes(picture) for picture in back.decode(video=0)]


def _planes(picture: av.VideoFrame) -> YuvFrame:
    stacked = picture.to_ndarray(format="yuv420p")
    height, width = picture.height, picture.width
    half = (height // 2, width // 2)
    u, v = (stacked[height:].reshape(2, *half))[0], (stacked[height:].reshape(2, *half))[1]
    return YuvFrame(stacked[:height].copy(), u.copy(), v.copy())
