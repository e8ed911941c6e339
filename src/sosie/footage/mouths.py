"""What the footage lacks: mouths that were never seen, silence to listen in, sound that belongs to the lips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sosie.footage.finding import Finding, judged
from sosie.footage.takes import still_spans, talking_spans
from sosie.lips.shape import OPENING, WIDTH, LipSpace
from sosie.types import FPS, FaceTrack, Floats

_SHUT, _OPEN = 0.05, 0.13
"""Gap of the inner lips in eye distances. In 17 clips of talk the narrowest 2 % are under .05 in all, the widest over .15."""
_ROUND, _SPREAD = 0.92, 1.05
"""Width of the mouth over its usual width: .62 to .90 at its narrowest, 1.07 to 1.37 at its widest, in the same clips."""
_EARLIEST, _LATEST = -0.125, 0.09
"""Seconds that lips may come after the sound. Viewers notice sound that is 125 ms late, and accept it 90 ms early (ITU-R
BT.1359-1). It is taken out of the fit anyway, and ten of 17 real clips were 30 to 130 ms off."""


def of_mouths(track: FaceTrack, space: LipSpace, numbers: Floats) -> Iterator[Finding]:
    """The face is made of mouths that were really seen; what was never seen cannot be shown. ``numbers`` (n, 16)."""
    raw = (numbers * space.spread + space.mean)[track.seen]
    opening, width = raw[:, OPENING], raw[:, WIDTH] / np.median(raw[:, WIDTH])
    narrow, wide = (float(value) for value in np.percentile(opening, [2, 98]))
    yield judged(
        "closed mouth", narrow <= _SHUT, True, f"lips {narrow:.0%} of the eye distance apart at their closest", "closed lips",
        "close the mouth between sentences, and say words with p, b and m: my mum bought a big apple",
    )  # fmt: skip
    yield judged(
        "open mouth", wide >= _OPEN, True, f"lips {wide:.0%} of the eye distance apart at their widest", f"{_OPEN:.0%}",
        "speak up and open the mouth as to somebody across a table: ah, wow, far, fine, my",
    )  # fmt: skip
    small, large = (float(value) for value in np.percentile(width, [2, 98]))
    yield judged(
        "round and wide lips", small <= _ROUND and large >= _SPREAD, True,
        f"{small:.0%} to {large:.0%} of the usual width", f"{_ROUND:.0%} or less to {_SPREAD:.0%} or more",
        "say words with oo, o and w (two, go, would you), and some with ee (cheese, please); smile now and then",
    )  # fmt: skip


def of_listening(n_frames: int, speech: Sequence[tuple[float, float]]) -> Finding:
    still = still_spans(talking_spans(speech, n_frames), n_frames)
    seconds = sum(span.end - span.start for span in still) / FPS
    return judged(
        "listening", seconds >= 3, True, f"{seconds:.1f} s without speech", "3 s or more",
        "look into the camera in silence for some seconds: it is what viewers see between two lines",
    )  # fmt: skip


def of_sync(score: float, lag_seconds: float) -> Iterator[Finding]:
    """``score`` and ``lag_seconds`` as in ``LipFit``. Without agreement there is no lag to speak of."""
    yield judged(
        "lips and sound", score >= 0.4, score >= 0.15, f"agreement {score:.2f}", "agreement 0.40 or more",
        "the voice must be the one of the person in the picture: no dubbing, no music over it, nothing before the mouth",
        (), "heard",
    )  # fmt: skip
    if score < 0.15:
        return
    where = "after" if lag_seconds > 0 else "before"
    yield judged(
        "in step", _EARLIEST <= lag_seconds <= _LATEST, True,
        f"lips {abs(lag_seconds) * 1000:.0f} ms {where} the sound, which is corrected",
        f"{-_EARLIEST * 1000:.0f} ms before to {_LATEST * 1000:.0f} ms after",
        "record with a cable or the camera's own microphone (wireless ones lag), and do not move the sound while cutting",
        (), "heard",
    )  # fmt: skip
