"""Small media files with an AIGC text in them, written by PyAV."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

VIDEO = {
    "a.mp4": {"movflags": "use_metadata_tags"},
    "a.mov": {"movflags": "use_metadata_tags"},
    "fragmented.mp4": {"movflags": "frag_keyframe+empty_moov+use_metadata_tags"},
    "a.mkv": {},
    "a.webm": {},
    "a.flv": {},
}
SOUND = {"a.m4a": {"movflags": "use_metadata_tags"}, "a.mp3": {}, "a.flac": {}, "a.ogg": {}}
CODECS = {".webm": ("libvpx", "libopus"), ".mp3": ("", "libmp3lame"), ".flac": ("", "flac"), ".ogg": ("", "libopus")}


def make(
    path: Path,
    metadata: Mapping[str, str],
    *,
    picture: bool = True,
    sound: bool = True,
    options: dict[str, str] | None = None,
    seconds: int = 1,
    hole: tuple[int, int] = (0, 0),
) -> Path:
    """A grey picture at 25 fps that gets lighter, and noise at 48 kHz; frames in ``hole`` (half-open) are left out."""
    video_codec, audio_codec = CODECS.get(path.suffix, ("libx264", "aac"))
    kind = {".m4a": "ipod", ".ogg": "ogg", ".mkv": "matroska"}.get(path.suffix)
    with av.open(str(path), "w", format=kind, options=options or {}) as container:
        container.metadata.update(metadata)
        video = container.add_stream(video_codec, rate=25, width=64, height=64) if picture else None
        audio = container.add_stream(audio_codec, rate=48_000) if sound else None
        if video is not None:
            video.pix_fmt = "yuv420p"
            video.codec_context.time_base = Fraction(1, 25)
        for n in range(25 * seconds):
            if video is not None and not hole[0] <= n < hole[1]:
                frame = av.VideoFrame.from_ndarray(np.full((96, 64), 60 + n % 100, np.uint8), format="yuv420p")
                frame.pts = n
                frame.time_base = Fraction(1, 25)
                container.mux(video.encode(frame))
            if audio is not None:
                noise = np.random.default_rng(n).integers(-3000, 3000, (1, 2 * 1920), dtype=np.int16)
                block = av.AudioFrame.from_ndarray(noise, format="s16", layout="stereo")
                block.sample_rate = 48_000
                block.pts = n * 1920
                block.time_base = Fraction(1, 48_000)
                container.mux(audio.encode(block))
        for stream in (video, audio):
            if stream is not None:
                container.mux(stream.encode(None))
    return path
