"""Footage made by the tests: no camera, no weights, no person."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

MakeVideo = Callable[..., Path]


def colour_bars(height: int, width: int, shift: int) -> np.ndarray:
    """uint8 RGB: four quadrants (red top left, green top right, blue bottom left, grey bottom right) and a moving stripe."""
    picture = np.full((height, width, 3), 128, np.uint8)
    picture[: height // 2, : width // 2] = (200, 30, 30)
    picture[: height // 2, width // 2 :] = (30, 200, 30)
    picture[height // 2 :, : width // 2] = (30, 30, 200)
    x = shift % (width - 8)
    picture[height // 2 - 8 : height // 2 + 8, x : x + 8] = 255
    return picture


@pytest.fixture
def make_video(tmp_path: Path) -> MakeVideo:
    """Writes a small video with a click at each full second; every keyword changes one thing about it."""

    def make(
        name: str = "in.mp4",
        *,
        seconds: float = 10.4,
        size: tuple[int, int] = (256, 384),
        fps: int = 25,
        times: list[float] | None = None,
        audio_hz: int = 48_000,
        layout: str = "stereo",
        sound: bool = True,
        sound_starts: float = 0.0,
        pix_fmt: str = "yuv420p",
        matrix: int = 1,
        picture: Callable[[int, int, int], np.ndarray] = colour_bars,
    ) -> Path:
        path = tmp_path / name
        width, height = size
        times = times or [n / fps for n in range(round(seconds * fps))]
        with av.open(str(path), "w") as container:
            video = container.add_stream("libx264", rate=fps, options={"crf": "10", "preset": "ultrafast"})
            video.width, video.height, video.pix_fmt = width, height, pix_fmt
            video.time_base = video.codec_context.time_base = Fraction(1, 12_800)
            video.codec_context.colorspace = matrix
            video.codec_context.color_range = 2 if pix_fmt.startswith("yuvj") else 1
            audio = container.add_stream("aac", rate=audio_hz, layout=layout) if sound else None
            for n, time in enumerate(times):
                frame = av.VideoFrame.from_ndarray(picture(height, width, n), format="rgb24").reformat(
                    format=pix_fmt,
                    dst_colorspace=matrix,
                    src_color_range=2,
                    dst_color_range=2 if pix_fmt.startswith("yuvj") else 1,
                )
                frame.pts, frame.time_base = round(time * 12_800), Fraction(1, 12_800)
                container.mux(video.encode(frame))
            container.mux(video.encode(None))
            if audio is not None:
                samples = clicks(seconds, audio_hz)
                for at in range(0, len(samples), 1024):
                    piece = np.stack([samples[at : at + 1024]] * audio.channels)
                    sent = av.AudioFrame.from_ndarray(piece, format="fltp", layout=layout)
                    sent.rate, sent.pts = audio_hz, at + round(sound_starts * audio_hz)
                    sent.time_base = Fraction(1, audio_hz)
                    container.mux(audio.encode(sent))
                container.mux(audio.encode(None))
        return path

    return make


def clicks(seconds: float, rate: int) -> np.ndarray:
    """Silence with a 10 ms burst of 1 kHz at each full second from 1 on."""
    samples = np.zeros(round(seconds * rate), np.float32)
    burst = 0.8 * np.sin(2 * np.pi * 1000 * np.arange(rate // 100) / rate)
    for second in range(1, int(seconds)):
        samples[second * rate : second * rate + len(burst)] = burst
    return samples
