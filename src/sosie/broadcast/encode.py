"""One encode, many outputs: H.264 and AAC made once, the packets handed to every sink.

Why in-process and these settings (stream.md 1, 2): libx264 superfast with zerolatency costs 0.14 CPU-seconds a second at
720x1280 and 0.29 at 1080x1920, and looks better at 1.5 Mb/s than ultrafast at 2.5; a pipe to an ffmpeg process costs 5 %
more and a process to watch.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.stream import VideoStream

from sosie.broadcast.resample import DELAY, Doubler
from sosie.broadcast.sinks import SOUND_HZ, EncodedPacket, EncodedStreams, Sink
from sosie.errors import SosieError
from sosie.stage.labelled import LabelledFrame
from sosie.types import FPS, SAMPLES_PER_FRAME, VOICE_HZ, Bytes, Floats

GOP_FRAMES = 2 * FPS
"""A keyframe every 2 s: what every platform asks for (rules.md 6), and one HLS segment."""
SOUND_BITS = 128_000
_AAC_SAMPLES = 1024
_BT709 = 1
"""Number of BT.709 in H.273, for colours, transfer and matrix."""
_LIMITED = 1
"""FFmpeg's AVCOL_RANGE_MPEG: luma 16-235."""

assert SOUND_HZ == 2 * VOICE_HZ


def picture_bits(width: int, height: int) -> int:
    """Bits a second for a talking head: 2.5 Mb/s at 720x1280, 4.5 Mb/s at 1080x1920 (stream.md 2), in between by area."""
    per_pixel = (4_500_000 - 2_500_000) / (1080 * 1920 - 720 * 1280)
    return max(400_000, round(2_500_000 + per_pixel * (width * height - 720 * 1280)))


@dataclass(frozen=True, slots=True)
class SinkLost:
    """A sink that failed and was let go; the others go on."""

    sink: Sink
    error: SosieError


class Encoder:
    """Takes one frame and its 960 samples at a time and feeds all sinks. Not for use from two threads at once."""

    def __init__(self, size: tuple[int, int], *, bits: int = 0, threads: int = 1) -> None:
        """``size``: (width, height), even. ``bits``: of the picture a second; 0 means ``picture_bits``."""
        width, height = size
        self._size = size
        # A container that writes nowhere owns the encoders, so that no sink's life is tied to theirs.
        self._master = av.open(os.devnull, "w", format="null")
        self._video = self._open_video(width, height, bits or picture_bits(width, height), threads)
        self._audio = self._open_audio()
        self._master.start_encoding()
        self._picture = VideoFrame(width, height, "yuv420p")
        self._doubler = Doubler()
        self._waiting: Floats = np.zeros(0, np.float32)
        self._frames = 0
        self._blocks = 0
        self._sinks: list[Sink] = []

    @property
    def frames(self) -> int:
        """Frames pushed so far."""
        return self._frames

    def add(self, sink: Sink) -> None:
        """Opens the sink; it begins at the next keyframe. Raises what ``sink.open`` raises and then is as before."""
        sink.open(EncodedStreams(self._video, self._audio))
        self._sinks.append(sink)

    def push(self, frame: LabelledFrame, samples: Floats) -> tuple[SinkLost, ...]:
        """Encodes the next 40 ms. ``samples``: float32, (960,) at VOICE_HZ, in [-1, 1], finite.

        Takes nothing but what a stage has labelled: TypeError for another type; Refused, and nothing is encoded, if
        the label was drawn over since. Returns the sinks that failed meanwhile; they are closed.
        """
        # The very type: ``isinstance`` would believe an object that only says it is one.
        if type(frame) is not LabelledFrame:
            raise TypeError(f"only frames with their AI label go out, got {type(frame).__name__}; try Stage.draw")
        if frame.size != self._size:
            raise ValueError(f"frames must be {self._size}, got {frame.size}")
        if samples.shape != (SAMPLES_PER_FRAME,) or not np.isfinite(samples).all():
            raise ValueError(f"samples must be ({SAMPLES_PER_FRAME},) and finite, got {samples.shape}")
        lost = self._hand_out(self._encode_picture(frame))
        self._frames += 1
        return lost + self._hand_out(self._encode_sound(samples))

    def remove(self, sink: Sink) -> None:
        """Closes one sink in good order, while the others go on. Raises what ``sink.close`` raises."""
        self._sinks.remove(sink)
        sink.close()

    def close(self) -> tuple[SinkLost, ...]:
        """Flushes the encoders and closes all sinks; each is closed whatever happens to the others."""
        lost = self._hand_out(self._wrap(self._video.encode(None), is_video=True))
        # What the resampler still holds, then silence to a whole block, so that no sound is cut.
        self._waiting = np.concatenate([self._waiting, self._doubler.push(np.zeros(DELAY // 2, np.float32))])
        lost += self._hand_out(self._encode_blocks())
        if len(self._waiting):
            self._waiting = np.pad(self._waiting, (0, _AAC_SAMPLES - len(self._waiting)))
        lost += self._hand_out(self._encode_blocks() + self._wrap(self._audio.encode(None), is_video=False))
        for sink in self._sinks:
            try:
                sink.close()
            except SosieError as error:
                lost += (SinkLost(sink, error),)
        self._sinks.clear()
        self._master.close()
        return lost

    def _open_video(self, width: int, height: int, bits: int, threads: int) -> VideoStream:
        # One second of buffer keeps the rate near constant; no scene cuts, so that keyframes stay 2 s apart.
        options = {
            "preset": "superfast",
            "tune": "zerolatency",
            "maxrate": str(bits),
            "bufsize": str(bits),
            "x264-params": "scenecut=0",
        }
        stream = self._master.add_stream("libx264", rate=FPS, width=width, height=height, options=options)
        context = stream.codec_context
        context.pix_fmt = "yuv420p"
        context.bit_rate = bits
        context.gop_size = GOP_FRAMES
        context.time_base = Fraction(1, FPS)
        context.thread_count = threads
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = _LIMITED
        context.flags |= Flags.global_header
        return stream

    def _open_audio(self) -> AudioStream:
        # The fast coder: 0.5 ms a frame instead of 0.8, and nearer to the voice at this rate (35.0 against 32.5 dB).
        options = {"aac_coder": "fast"}
        stream = self._master.add_stream("aac", rate=SOUND_HZ, layout="stereo", options=options)
        stream.codec_context.bit_rate = SOUND_BITS
        stream.codec_context.flags |= Flags.global_header
        return stream

    def _encode_picture(self, frame: LabelledFrame) -> list[EncodedPacket]:
        picture = self._picture
        # One frame for the whole stream; copies itself only if the encoder still held it.
        picture.make_writable()
        y, u, v = (_rows(plane) for plane in picture.planes)
        frame.copy_into(y, u, v)
        picture.pts = self._frames
        picture.time_base = Fraction(1, FPS)
        # What the encoder decided last time would otherwise be an order this time.
        picture.pict_type = 0
        return self._wrap(self._video.encode(picture), is_video=True)

    def _encode_sound(self, samples: Floats) -> list[EncodedPacket]:
        self._waiting = np.concatenate([self._waiting, self._doubler.push(samples)])
        return self._encode_blocks()

    def _encode_blocks(self) -> list[EncodedPacket]:
        packets: list[EncodedPacket] = []
        while len(self._waiting) >= _AAC_SAMPLES:
            mono, self._waiting = self._waiting[:_AAC_SAMPLES], self._waiting[_AAC_SAMPLES:]
            block = AudioFrame.from_ndarray(np.stack([mono, mono]), format="fltp", layout="stereo")
            block.sample_rate = SOUND_HZ
            block.pts = self._blocks * _AAC_SAMPLES
            block.time_base = Fraction(1, SOUND_HZ)
            self._blocks += 1
            packets += self._wrap(self._audio.encode(block), is_video=False)
        return packets

    def _wrap(self, raw: list[Packet[Stream]], *, is_video: bool) -> list[EncodedPacket]:
        # The AAC encoder's first packet lies before zero (it only warms up the decoder) and is left out, so that all
        # outputs begin at zero without an edit list.
        return [
            EncodedPacket(packet, is_video, packet.pts, is_video and packet.is_keyframe)
            for packet in raw
            if packet.pts is not None and packet.pts >= 0
        ]

    def _hand_out(self, packets: list[EncodedPacket]) -> tuple[SinkLost, ...]:
        lost: list[SinkLost] = []
        for sink in tuple(self._sinks):
            try:
                for packet in packets:
                    sink.write(packet)
            except SosieError as error:
                self._sinks.remove(sink)
                _let_go(sink)
                lost.append(SinkLost(sink, error))
        return tuple(lost)


def _rows(plane: VideoPlane) -> Bytes:
    """The plane's pixels, without the padding at the end of each row; writes go into the frame."""
    rows: Bytes = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


def _let_go(sink: Sink) -> None:
    try:
        sink.close()
    except SosieError:
        # The first failure is the one that is reported; closing after it fails for the same reason.
        return
