"""Pictures, sound and permits for tests, made by the test. Nobody real is in them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import av
import numpy as np

from consent.making import DURING, signed, unsigned
from sosie.broadcast.encode import Encoder
from sosie.consent.gate import Permit, ToAir, ToRender, may
from sosie.stage.compose import Scene, Stage
from sosie.stage.label import Label
from sosie.stage.labelled import LabelledFrame
from sosie.types import SAMPLES_PER_FRAME, VOICE_HZ, Bytes, Floats, YuvFrame

SIZE = (240, 320)
"""The smallest that carries the AI label, and with chroma rows of 120 bytes, which the codec pads."""
PERIOD = 60
"""Frames after which the bar is where it began."""
TONE_HZ = 440


@cache
def permit() -> Permit:
    """For files, loopback, and servers of one's own."""
    return may(signed(), ToAir("en", "live", "rtmp://media.example.org/live/key", "own"), DURING)


@cache
def measurement_permit() -> Permit:
    return may(unsigned("measurement"), ToRender("en"), DURING)


@cache
def stage() -> Stage:
    return Stage(SIZE, Label("en", "fictional"))


def labelled(luma: Bytes) -> LabelledFrame:
    """``luma``: uint8 (height, width) of SIZE; copied, in one colour, and labelled as a fictional figure."""
    half = (SIZE[1] // 2, SIZE[0] // 2)
    frame = YuvFrame(luma.copy(), np.full(half, 110, np.uint8), np.full(half, 150, np.uint8))
    return stage().draw(frame, Scene("en"))


@cache
def _picture(start: int) -> LabelledFrame:
    width, height = SIZE
    y = np.tile(np.linspace(40, 120, width).astype(np.uint8), (height, 1))
    y[:, start : start + 8] = 235
    return labelled(y)


def picture(n: int) -> LabelledFrame:
    """A white bar that stands at column ``4 n`` of a grey ramp, so that every frame tells its number; labelled."""
    return _picture(4 * (n % PERIOD))


def tone(n: int) -> Floats:
    """The sound under frame ``n`` of one unbroken tone."""
    when = np.arange(n * SAMPLES_PER_FRAME, (n + 1) * SAMPLES_PER_FRAME) / VOICE_HZ
    return (0.3 * np.sin(2 * np.pi * TONE_HZ * when)).astype(np.float32)


def push(encoder: Encoder, n_frames: int) -> None:
    for _ in range(n_frames):
        n = encoder.frames
        assert encoder.push(picture(n), tone(n)) == ()


def frames_of(path: Path, *, cut: bool) -> Iterator[av.VideoFrame | av.AudioFrame]:
    with av.open(str(path)) as container:
        try:
            yield from container.decode(video=0, audio=0)
        except av.InvalidDataError:
            # Half a packet at the end of a cut file; a player shows what came before it.
            if not cut:
                raise


def decode(path: Path, *, cut: bool = False) -> tuple[list[int], Floats, list[float], list[float]]:
    """Bar column of each picture, sound of one channel, times of pictures and of sound packets in seconds."""
    columns, picture_times, sound, sound_times = [], [], [], []
    for frame in frames_of(path, cut=cut):
        assert frame.time is not None
        if isinstance(frame, av.VideoFrame):
            luma = frame.to_ndarray(format="gray")
            # The lower half, because the words of the label are as white as the bar.
            columns.append(int(luma[SIZE[1] // 2 :].mean(0).argmax()))
            picture_times.append(frame.time)
        else:
            sound.append(frame.to_ndarray()[0])
            sound_times.append(frame.time)
    return columns, np.concatenate(sound).astype(np.float32), picture_times, sound_times


def packet_times(path: Path) -> tuple[list[float], list[float]]:
    """Times of the picture and of the sound packets, in seconds, without decoding."""
    times: dict[str, list[float]] = {"video": [], "audio": []}
    with av.open(str(path)) as container:
        for packet in container.demux():
            if packet.dts is not None:
                times[packet.stream.type].append(float(packet.dts * packet.time_base))
    return times["video"], times["audio"]
