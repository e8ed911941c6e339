"""The sound of a video file as one steady mono track that starts with the first picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from scipy.signal import resample_poly

from sosie.errors import BadFootage
from sosie.types import VOICE_HZ, Audio, Floats

_GAP_SECONDS = 0.04
"""A jump of the sound's own clock that is larger than this is a hole and is filled with silence; smaller ones are
rounding in the container."""


@dataclass(frozen=True, slots=True)
class _Piece:
    start_seconds: float
    samples: Floats


def sound_of(source: Path) -> Audio:
    """At ``VOICE_HZ``; sample 0 is at the first picture's own time, silence where the sound starts later or has a hole.

    Raises BadFootage when there is no sound track.
    """
    with av.open(str(source)) as container:
        if not container.streams.audio:
            raise BadFootage(
                f"{source.name} has no sound",
                wanted="a video with the person's own voice",
                try_this="film again with the microphone on",
            )
        stream = container.streams.audio[0]
        rate = stream.rate
        pieces = _pieces(container, stream)
        first_picture = _first_picture_seconds(source)
    if not pieces:
        raise BadFootage(f"the sound of {source.name} cannot be decoded", try_this="export it again as AAC in .mp4")
    track = _laid_out(pieces, rate, first_picture)
    return Audio(_resampled(track, rate), VOICE_HZ)


def _first_picture_seconds(source: Path) -> float:
    with av.open(str(source)) as container:
        for stream in container.streams.video:
            if stream.disposition & av.stream.Disposition.attached_pic:
                continue
            for frame in container.decode(stream):
                return float(frame.time or 0.0)
    return 0.0


def _pieces(container: av.container.InputContainer, stream: av.audio.stream.AudioStream) -> list[_Piece]:
    # Only the format is changed here: letting the resampler change the rate would smear its own delay over the start.
    to_mono = av.AudioResampler(format="flt", layout="mono")
    pieces: list[_Piece] = []
    expected = 0.0
    try:
        for frame in container.decode(stream):
            start = expected if frame.time is None else float(frame.time)
            for flat in to_mono.resample(frame):
                samples = flat.to_ndarray().reshape(-1).astype(np.float32)
                pieces.append(_Piece(start, samples))
                start += len(samples) / flat.sample_rate
            expected = start
    except av.error.InvalidDataError:
        if not pieces:
            raise
    return pieces


def _laid_out(pieces: list[_Piece], rate: int, first_picture: float) -> Floats:
    """The pieces on one time line that starts at the first picture; the clock of the file decides only about holes."""
    end = pieces[-1].start_seconds + len(pieces[-1].samples) / rate
    track = np.zeros(max(1, round((end - first_picture) * rate) + rate), np.float32)
    at = round((pieces[0].start_seconds - first_picture) * rate)
    for piece in pieces:
        said = round((piece.start_seconds - first_picture) * rate)
        if abs(said - at) > _GAP_SECONDS * rate:
            at = said
        samples = piece.samples[max(0, -at) :]
        start = max(0, at)
        room = len(track) - start
        track[start : start + len(samples)] = samples[: max(0, room)]
        at += len(piece.samples)
    return np.asarray(np.nan_to_num(track[: max(1, at)]), np.float32)


def _resampled(track: Floats, rate: int) -> Floats:
    if rate == VOICE_HZ:
        return np.asarray(np.clip(track, -1, 1), np.float32)
    divisor = int(np.gcd(rate, VOICE_HZ))
    out = resample_poly(track, VOICE_HZ // divisor, rate // divisor).astype(np.float32)
    return np.asarray(np.clip(out, -1, 1), np.float32)
