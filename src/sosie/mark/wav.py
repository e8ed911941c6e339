"""WAV with the AIGC record in a RIFF chunk of its own: the format has no field for it and FFmpeg drops it."""

from __future__ import annotations

import struct

import numpy as np

from sosie.mark.aigc import KEY, Aigc
from sosie.types import Audio


def wav_bytes(audio: Audio, record: Aigc) -> bytes:
    """A whole WAV file: 16-bit PCM, mono, the audio's own rate, the record before the sound so that a cut file keeps it."""
    pcm = np.round(np.clip(audio.samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()
    rate = audio.rate_hz
    chunks = [
        (b"fmt ", struct.pack("<HHIIHH", 1, 1, rate, 2 * rate, 2, 16)),
        (KEY.encode("ascii"), record.to_json().encode("ascii")),
        (b"data", pcm),
    ]
    body = b"WAVE" + b"".join(_chunk(kind, content) for kind, content in chunks)
    if len(body) >= 1 << 32:
        raise ValueError(f"a WAV file holds less than 4 GiB, got {len(body)} bytes")
    return struct.pack("<4sI", b"RIFF", len(body)) + body


def _chunk(kind: bytes, content: bytes) -> bytes:
    # RIFF chunks begin at even positions.
    return struct.pack("<4sI", kind, len(content)) + content + b"\0" * (len(content) % 2)
