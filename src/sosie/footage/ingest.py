"""Bring footage in: whatever a camera wrote becomes one kind of video.

25 frames a second, at most 1080x1920 or 1920x1080, even sizes, upright, BT.709 limited range, kept as x264 that decodes
cheaply from anywhere (0.6 MB a second and 2 ms a frame at 1080x1920, 52 dB in the face; docs/experiments.md).
The sound becomes 24 kHz mono, sample 0 at the first picture, exactly as long as the pictures.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter

from sosie.errors import BadFootage, SosieError, Theirs, YourInput
from sosie.footage.reel import KEY_EVERY, Reel, planes
from sosie.footage.sound import sound_of
from sosie.types import FPS, SAMPLES_PER_FRAME, VOICE_HZ, Audio, YuvFrame

SHORTEST_SECONDS = 10
LONGEST_SECONDS = 300
ASKED_SECONDS = 60
"""What we ask people to film."""
LONG_SIDE, SHORT_SIDE = 1920, 1080
_SLACK_SECONDS = 0.25
"""A clip cut to "10 s" is often a few frames short."""
_SMALLEST_SIDE = 240

Progress = Callable[[float], None]
"""Called now and then with the share done, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the file was before it was brought in."""

    container: str
    codec: str
    width: int
    """Pixels, as stored, before it was turned upright."""
    height: int
    rotation: int
    """Degrees counter-clockwise that set the picture upright: 0, 90, 180 or 270."""
    fps: float
    """Mean frames a second."""
    seconds: float
    audio_codec: str
    audio_hz: int
    channels: int
    high_dynamic_range: bool
    """True for HLG or PQ footage, which was converted to standard range."""


@dataclass(frozen=True, slots=True, eq=False)
class Footage:
    """Footage as Sosie keeps it."""

    video: Path
    """H.264, yuv420p, BT.709 limited range, ``FPS``, no sound."""
    audio: Audio
    """At ``VOICE_HZ``; ``n_frames * SAMPLES_PER_FRAME`` samples, the first one at the first picture."""
    n_frames: int
    width: int
    """Pixels, even."""
    height: int
    source_sha256: str
    """Of the file as given, lower-case hex: what a consent record names."""
    source: SourceFacts

    @property
    def seconds(self) -> float:
        return self.n_frames / FPS

    def frames(self) -> Iterator[YuvFrame]:
        """Every picture in order; the caller owns the planes."""
        with Reel(self.video) as reel:
            for _ in range(self.n_frames):
                yield reel.read()

    def __repr__(self) -> str:
        return f"Footage({self.seconds:.2f} s, {self.width}x{self.height})"


def bring(source: Path, folder: Path, progress: Progress | None = None) -> Footage:
    """Writes ``folder``/footage.mp4 and returns what was brought; 60 s of 1080x1920 take about 30 s on two cores.

    On failure nothing is left in ``folder``, and the folder itself goes if it was made here.
    Raises YourInput (no such file), BadFootage (not a video, damaged, too short, too long, no sound), Theirs (disk full).
    """
    if not source.is_file():
        raise YourInput(
            f"there is no file {source.name!r} in {source.parent}", wanted="a video file", try_this="check the path"
        )
    made_folder = not folder.exists()
    part = folder / "footage.part.mp4"
    target = folder / "footage.mp4"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        digest = _sha256(source)
        audio = sound_of(source)
        facts, n_frames, width, height = _write_pictures(source, part, progress or (lambda share: None))
        part.replace(target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
            if made_folder:
                folder.rmdir()
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Theirs(
                f"the disk that holds {folder} is full",
                wanted="about 2 MB for each second of footage",
                try_this="free some space, or choose another folder",
            ) from error
        if isinstance(error, (OSError, av.error.FFmpegError)) and not isinstance(error, SosieError):
            raise _unreadable(source, error) from error
        raise
    return Footage(
        video=target,
        audio=_cut_to(audio, n_frames * SAMPLES_PER_FRAME),
        n_frames=n_frames,
        width=width,
        height=height,
        source_sha256=digest,
        source=facts,
    )


def kept_size(width: int, height: int) -> tuple[int, int]:
    """The size (pixels, even) at which an upright picture is kept: never larger than it was."""
    scale = min(1.0, LONG_SIDE / max(width, height), SHORT_SIDE / min(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _cut_to(audio: Audio, n_samples: int) -> Audio:
    samples = audio.samples[:n_samples]
    return Audio(np.pad(samples, (0, n_samples - len(samples))), VOICE_HZ)


def _unreadable(source: Path, error: Exception) -> BadFootage:
    return BadFootage(
        f"{source.name} cannot be read as a video: it is of another kind, damaged or not completely copied"
        f" ({error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__})",
        wanted="a video file such as .mp4, .mov, .mkv or .webm",
        try_this="play it to its end in a video player, then copy or export it again",
    )


def picture_stream(container: av.container.InputContainer, source: Path) -> av.video.stream.VideoStream:
    """The film of a file. A cover picture in a music file is not one."""
    for stream in container.streams.video:
        if not stream.disposition & av.stream.Disposition.attached_pic:
            return stream
    raise BadFootage(f"{source.name} has no moving pictures", wanted="a video of a person speaking")


def _write_pictures(source: Path, part: Path, progress: Progress) -> tuple[SourceFacts, int, int, int]:
    with av.open(str(source)) as container:
        stream = picture_stream(container, source)
        stream.thread_type = "AUTO"
        declared = _declared_seconds(container, stream)
        if declared is not None and declared > LONGEST_SECONDS + 1:
            raise _too_long(declared)
        upright = Upright(Fraction(stream.sample_aspect_ratio or 1) or Fraction(1))
        timing = _Timing()
        n_frames = 0
        with KeptVideo(part) as writer:
            for frame in _steady(container, stream, source, timing):
                if n_frames >= LONGEST_SECONDS * FPS + FPS:
                    raise _too_long(n_frames / FPS)
                writer.write(upright(frame))
                n_frames += 1
                if declared and n_frames % FPS == 0:
                    progress(min(1.0, n_frames / FPS / declared))
        if n_frames / FPS < SHORTEST_SECONDS - _SLACK_SECONDS and not _is_cut_short(timing, declared):
            raise BadFootage(
                f"the footage lasts {n_frames / FPS:.1f} s",
                wanted=f"at least {SHORTEST_SECONDS} s, better {ASKED_SECONDS} s",
                try_this="film a longer piece in one go",
            )
        if _is_cut_short(timing, declared):
            raise BadFootage(
                f"{source.name} says that it lasts {declared:.1f} s, but only {n_frames / FPS:.1f} s can be read",
                wanted="a complete file",
                try_this="copy or download it again",
            )
        progress(1.0)
        return _facts(container, stream, upright, timing), n_frames, writer.width, writer.height


def _too_long(seconds: float) -> BadFootage:
    return BadFootage(
        f"the footage lasts {seconds:.0f} s" if seconds < 3600 else f"the footage lasts {seconds / 3600:.1f} hours",
        wanted=f"at most {LONGEST_SECONDS} s",
        try_this=f"cut out the best {ASKED_SECONDS} s",
    )


def _declared_seconds(container: av.container.InputContainer, stream: av.video.stream.VideoStream) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1e6 if container.duration else None


class _Timing:
    """What the decoder met: how many pictures, over what time."""

    def __init__(self) -> None:
        self.pictures = 0
        self.seconds = 0.0
        self.broken = False


def _is_cut_short(timing: _Timing, declared: float | None) -> bool:
    missing = (declared or 0.0) - timing.seconds
    return timing.broken or missing > max(1.0, 0.05 * (declared or 0.0))


def _steady(
    container: av.container.InputContainer, stream: av.video.stream.VideoStream, source: Path, timing: _Timing
) -> Iterator[av.VideoFrame]:
    """Pictures at exactly ``FPS``: for each moment n / FPS the source picture nearest in time, from the first one on."""
    period = 1 / stream.average_rate if stream.average_rate else Fraction(1, FPS)
    base: Fraction | None = None
    held: av.VideoFrame | None = None
    held_at = Fraction(0)
    n = 0
    for frame in _decoded(container, stream, timing):
        raw = frame.pts * frame.time_base if frame.pts is not None and frame.time_base else None
        base = raw if base is None else base
        at = raw - base if raw is not None and base is not None else held_at + period
        if held is not None:
            if at <= held_at:  # clocks of some recorders step back for a frame
                continue
            while Fraction(n, FPS) - held_at <= at - Fraction(n, FPS):
                yield held
                n += 1
        held, held_at = frame, at
        timing.pictures += 1
        timing.seconds = float(held_at + period)
    if held is None:
        raise BadFootage(f"no picture of {source.name} can be decoded", try_this="export it again as H.264 .mp4")
    while Fraction(n, FPS) < held_at + period / 2:
        yield held
        n += 1


def _decoded(
    container: av.container.InputContainer, stream: av.video.stream.VideoStream, timing: _Timing
) -> Iterator[av.VideoFrame]:
    try:
        yield from container.decode(stream)
    except av.error.InvalidDataError:
        if not timing.pictures:
            raise
        timing.broken = True


class Upright:
    """Turns a decoded picture of any format upright, to the kept size, BT.709 limited range yuv420p."""

    def __init__(self, pixel_shape: Fraction = Fraction(1)) -> None:
        """``pixel_shape`` is width / height of one stored pixel (anamorphic video has others than 1)."""
        self._pixel_shape = pixel_shape
        self._reformatter = VideoReformatter()
        self.rotation = 0
        self.high_dynamic_range = False

    def __call__(self, frame: av.VideoFrame) -> YuvFrame:
        turns = round(frame.rotation / 90) % 4
        self.rotation = turns * 90
        width, height = round(frame.width * self._pixel_shape), frame.height
        if turns % 2:
            width, height = height, width
        width, height = kept_size(width, height)
        if min(width, height) < _SMALLEST_SIDE:
            raise BadFootage(
                f"the picture is {frame.width}x{frame.height} pixels",
                wanted="at least 640x480, better 1080x1920",
                try_this="use the file as the camera wrote it, not a preview",
            )
        if turns % 2:
            width, height = height, width
        flat = planes(self._convert(frame, width, height))
        if not turns:
            return flat
        y, u, v = (np.ascontiguousarray(np.rot90(plane, turns)) for plane in (flat.y, flat.u, flat.v))
        return YuvFrame(y, u, v)

    def _convert(self, frame: av.VideoFrame, width: int, height: int) -> av.VideoFrame:
        hdr = frame.color_trc in (ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67)
        self.high_dynamic_range |= hdr
        resized = (width, height) != (frame.width, frame.height)
        return self._reformatter.reformat(
            frame,
            width=width,
            height=height,
            format="yuv420p",
            src_colorspace=source_matrix(frame),
            dst_colorspace=Colorspace.ITU709,
            src_color_range=source_range(frame),
            dst_color_range=ColorRange.MPEG,
            dst_color_trc=ColorTrc.BT709 if hdr else None,
            dst_color_primaries=ColorPrimaries.BT709 if hdr else None,
            interpolation=Interpolation.AREA if resized and width < frame.width / 2 else Interpolation.BICUBIC,
        )


def source_matrix(frame: av.VideoFrame) -> Colorspace:
    """The matrix that the picture was coded with; files that do not say follow the usual rule (small is 601)."""
    said = int(frame.colorspace)
    if said in (1, 4, 7):
        return Colorspace(said)
    if said in (5, 6):
        return Colorspace.ITU601
    if said in (9, 10):
        return Colorspace.BT2020
    return Colorspace.ITU709 if max(frame.width, frame.height) >= 1280 else Colorspace.ITU601


def source_range(frame: av.VideoFrame) -> ColorRange:
    full = frame.format.name.startswith("yuvj") or int(frame.color_range) == int(ColorRange.JPEG)
    return ColorRange.JPEG if full else ColorRange.MPEG


def _facts(
    container: av.container.InputContainer, stream: av.video.stream.VideoStream, upright: Upright, timing: _Timing
) -> SourceFacts:
    sound = container.streams.audio[0]
    return SourceFacts(
        container=container.format.name,
        codec=stream.codec_context.name,
        width=stream.width,
        height=stream.height,
        rotation=upright.rotation,
        fps=round(timing.pictures / timing.seconds, 3),
        seconds=round(timing.seconds, 3),
        audio_codec=sound.codec_context.name,
        audio_hz=sound.rate,
        channels=sound.channels,
        high_dynamic_range=upright.high_dynamic_range,
    )


class KeptVideo:
    """Kept footage, being written: push pictures of one size, leave the `with` block to finish the file."""

    def __init__(self, path: Path) -> None:
        self._container = av.open(str(path), "w", format="mp4")
        self._stream: av.video.stream.VideoStream | None = None
        self._n = 0
        self.width = self.height = 0

    def write(self, picture: YuvFrame) -> None:
        if self._stream is None:
            self._stream = self._open_stream(picture)
        if (picture.width, picture.height) != (self.width, self.height):
            raise BadFootage(
                f"the picture changes size at {self._n / FPS:.1f} s",
                wanted="one take, filmed in one go",
                try_this="cut out the part before or after",
            )
        frame = frame_of(picture)
        frame.pts = self._n
        frame.time_base = Fraction(1, FPS)
        self._container.mux(self._stream.encode(frame))
        self._n += 1

    def _open_stream(self, picture: YuvFrame) -> av.video.stream.VideoStream:
        self.width, self.height = picture.width, picture.height
        stream = self._container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, "yuv420p"
        stream.time_base = Fraction(1, FPS)
        context = stream.codec_context
        context.colorspace, context.color_range = 1, int(ColorRange.MPEG)
        context.color_primaries, context.color_trc = 1, 1
        # No B frames: pictures come out in order with no delay, so a seek is a few decodes and nothing more.
        stream.options = {
            "crf": "18", "preset": "veryfast", "tune": "fastdecode", "bf": "0",
            "g": str(KEY_EVERY), "keyint_min": str(KEY_EVERY), "sc_threshold": "0",
        }  # fmt: skip
        return stream

    def __enter__(self) -> KeptVideo:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind is None:
            if self._stream is not None:
                self._container.mux(self._stream.encode(None))
            self._container.close()
            return
        with contextlib.suppress(Exception):  # the first failure is the one to tell
            self._container.close()


def frame_of(picture: YuvFrame) -> av.VideoFrame:
    """A PyAV frame with a copy of the planes, marked BT.709 limited range."""
    frame = av.VideoFrame(picture.width, picture.height, "yuv420p")
    for plane, values in zip(frame.planes, (picture.y, picture.u, picture.v), strict=True):
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        rows[: values.shape[0], : values.shape[1]] = values
    frame.colorspace, frame.color_range = 1, int(ColorRange.MPEG)
    return frame
