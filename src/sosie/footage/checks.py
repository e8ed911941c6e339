"""What the footage is good for, said before a clone is made: each finding with what was wanted and what to do.

``bad`` refuses a clone; ``fair`` makes a poorer one. The thresholds are ours: they come from what the face and voice fits
need and from the clips at hand, not from a standard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from sosie.errors import BadFootage
from sosie.face.front import chip, covered
from sosie.face.places import Places, places
from sosie.footage.ingest import ASKED_SECONDS, Footage
from sosie.footage.takes import still_spans, talking_spans
from sosie.footage.track import eye_distance
from sosie.lips.pool import lip_pool
from sosie.lips.shape import LipSpace
from sosie.types import FPS, Audio, Bytes, FaceTrack, Floats

Verdict = Literal["good", "fair", "bad"]

_EVERY = 2
"""One picture in so many is looked at."""
_SHARP_EYES = 60.0
"""Sharpness is measured with the face at this size, pixels between the eyes, so that a 4K close-up is not favoured."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    verdict: Verdict
    found: str
    wanted: str
    advice: str
    """What to do; empty when it is good."""


def check(
    footage: Footage,
    track: FaceTrack,
    speech: Sequence[tuple[float, float]],
    *,
    lip_score: float | None = None,
    lip_lag_seconds: float = 0.0,
    progress: Callable[[float], None] | None = None,
) -> tuple[Finding, ...]:
    """``speech``: where somebody speaks, (start, end) in seconds, as voice activity detection finds it in the sound.

    ``lip_score`` and ``lip_lag_seconds`` are those of the ``LipFit``; None leaves that finding out. About 4 ms a frame.
    """
    space = LipSpace.fit(track, lip_pool().basis)
    numbers = space.numbers(track)
    where = places(track, space, numbers)
    seen = _look(footage, where, progress or (lambda share: None))
    hidden = covered(seen.chips, numbers[::_EVERY], where.angles[::_EVERY])
    findings = [
        *_of_film(footage),
        *_of_face(footage, track, space),
        *_of_light(seen),
        _of_mouth(hidden),
        *_of_sound(footage.audio, speech),
        _of_listening(footage, speech),
    ]
    if lip_score is not None:
        findings.append(_of_sync(lip_score, lip_lag_seconds))
    return tuple(findings)


def refuse_if_bad(findings: Sequence[Finding]) -> None:
    """Raises BadFootage that names every bad finding."""
    bad = [finding for finding in findings if finding.verdict == "bad"]
    if bad:
        raise BadFootage(
            "; ".join(f"{finding.name}: {finding.found}" for finding in bad),
            wanted="; ".join(finding.wanted for finding in bad),
            try_this="; ".join(finding.advice for finding in bad),
        )


def _finding(name: str, good: bool, fair: bool, found: str, wanted: str, advice: str) -> Finding:
    verdict: Verdict = "good" if good else "fair" if fair else "bad"
    return Finding(name, verdict, found, wanted, "" if good else advice)


def _of_film(footage: Footage) -> Iterator[Finding]:
    yield _finding(
        "length", footage.seconds >= 0.75 * ASKED_SECONDS, True, f"{footage.seconds:.0f} s", f"{ASKED_SECONDS} s",
        "film a full minute: more footage gives more mouths and a better voice",
    )  # fmt: skip
    short = min(footage.width, footage.height)
    yield _finding(
        "size", short >= 720, short >= 360, f"{footage.width}x{footage.height}", "720 pixels or more on the short side",
        "film at 1080x1920",
    )  # fmt: skip
    fps = footage.source.fps
    yield _finding(
        "frame rate", fps >= 23.9, fps >= 14, f"{fps:.1f} frames a second", "24 or more",
        "set the camera to 25 or 30 frames a second and use more light",
    )  # fmt: skip


def _of_face(footage: Footage, track: FaceTrack, space: LipSpace) -> Iterator[Finding]:
    eyes = float(np.median(eye_distance(track.points)))
    yield _finding(
        "face size", eyes >= 100, eyes >= 45, f"{eyes:.0f} pixels between the eyes", "100 or more",
        "come nearer to the camera: head and shoulders",
    )  # fmt: skip
    turned = Rotation.from_matrix(space.poses(track.points).rotation).as_euler("YXZ", degrees=True)
    far = float(np.percentile(np.abs(turned[:, :2]).max(axis=1), 95))
    yield _finding(
        "head turns", far <= 25, far <= 50, f"up to {far:.0f} degrees", "25 degrees or less",
        "look into the camera while you speak",
    )  # fmt: skip
    share = float(track.seen.mean())
    yield _finding(
        "face in the picture", share >= 0.98, share >= 0.8, f"{share:.0%} of the time", "all the time",
        "stay in the picture",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    chips: Bytes
    luma: Floats
    """(n,): mean of the lower face, levels."""
    contrast: Floats
    """(n,): bright cheek against dark cheek, levels."""
    sharpness: Floats
    """(n,)"""


def _look(footage: Footage, where: Places, progress: Callable[[float], None]) -> _Seen:
    chips, sharpness = [], []
    for n, frame in enumerate(footage.frames()):
        if n % _EVERY:
            continue
        eyes = float(where.eyes[n])
        chips.append(chip(frame, where.points[n], eyes))
        sharpness.append(_sharpness(frame.y, where.points[n], eyes))
        if n % 20 == 0:
            progress(n / footage.n_frames)
    progress(1.0)
    lower = np.stack(chips)
    halves = lower[:, 0, 8:24].astype(np.float32)
    return _Seen(
        chips=lower,
        luma=halves.mean(axis=(1, 2)),
        contrast=np.abs(halves[:, :, 4:14].mean(axis=(1, 2)) - halves[:, :, 18:28].mean(axis=(1, 2))),
        sharpness=np.array(sharpness, np.float32),
    )


def _sharpness(luma: Bytes, points: Floats, eyes: float) -> float:
    low, high = points.min(axis=0), points.max(axis=0)
    x, y = np.maximum(low, 0).astype(int)
    face = luma[y : int(high[1]) + 1, x : int(high[0]) + 1]
    scale = _SHARP_EYES / eyes
    small = cv2.resize(face, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    return float(np.abs(cv2.Laplacian(small, cv2.CV_16S)).mean())


def _of_light(seen: _Seen) -> Iterator[Finding]:
    luma = float(np.median(seen.luma))
    yield _finding(
        "light", 75 <= luma <= 200, 40 <= luma <= 225, f"face brightness {luma:.0f} of 255", "75 to 200",
        "put more light on the face" if luma < 75 else "use less light, or lower the camera's exposure",
    )  # fmt: skip
    uneven = float(np.median(seen.contrast))
    yield _finding(
        "even light", uneven <= 45, True, f"the cheeks differ by {uneven:.0f} levels", "45 or less",
        "turn towards the light, or put a second lamp on the dark side",
    )  # fmt: skip
    sharp = float(np.median(seen.sharpness))
    yield _finding(
        "sharpness", sharp >= _SHARP, sharp >= _BLURRED, f"{sharp:.1f}", f"{_SHARP:.1f} or more",
        "clean the lens, focus on the face, use more light, and do not use the selfie camera's beauty filter",
    )  # fmt: skip


_SHARP, _BLURRED = 4.0, 1.5
"""Mean absolute Laplacian at _SHARP_EYES; see tests/footage/test_checks.py for what blur does to it."""


def _of_mouth(hidden: NDArray[np.bool_]) -> Finding:
    share = float(hidden.mean())
    return _finding(
        "mouth free", share <= 0.1, share <= 0.5, f"something seems to be before it {share:.0%} of the time", "always free",
        "keep hands, cups and microphones off the mouth",
    )  # fmt: skip


def _of_sound(audio: Audio, speech: Sequence[tuple[float, float]]) -> Iterator[Finding]:
    level = _levels(audio)
    loud, floor = float(np.percentile(level, 95)), float(np.percentile(level, 5))
    if loud < -65:
        yield Finding("sound", "bad", "silence only", "a voice", "film again with the microphone on")
        return
    yield _finding(
        "sound level", loud >= -32, loud >= -50, f"{loud:.0f} dB below full scale".replace("-", ""), "32 dB or less",
        "speak up, or come nearer to the microphone",
    )  # fmt: skip
    clipped = float((np.abs(audio.samples) > 0.985).mean())
    yield _finding(
        "clipping", clipped < 1e-4, clipped < 0.02, f"{clipped:.2%} of the sound", "none",
        "lower the microphone's level, or speak from farther away",
    )  # fmt: skip
    seconds = sum(end - start for start, end in speech)
    yield _finding(
        "speech", seconds >= 20, seconds >= 5, f"{seconds:.0f} s of speech", "20 s or more",
        "speak for most of the footage; music and noises are not speech",
    )  # fmt: skip
    yield _finding(
        "noise", loud - floor >= 25, loud - floor >= 8, f"speech is {loud - floor:.0f} dB above the quietest moments",
        "25 dB or more", "film in a quiet room, without music, and pause now and then",
    )  # fmt: skip


def _levels(audio: Audio) -> Floats:
    """float32, dB relative to full scale of every 50 ms."""
    hop = audio.rate_hz // 20
    n = len(audio.samples) // hop
    power = (audio.samples[: n * hop].reshape(n, hop).astype(np.float64) ** 2).mean(axis=1)
    return np.asarray(10 * np.log10(power + 1e-10), np.float32)


def _of_listening(footage: Footage, speech: Sequence[tuple[float, float]]) -> Finding:
    still = still_spans(talking_spans(speech, footage.n_frames), footage.n_frames)
    seconds = sum(span.end - span.start for span in still) / FPS
    return _finding(
        "listening", seconds >= 3, True, f"{seconds:.1f} s without speech", "3 s or more",
        "look into the camera in silence for some seconds: it is what viewers see between two lines",
    )  # fmt: skip


def _of_sync(score: float, lag_seconds: float) -> Finding:
    lag = f"lips {abs(lag_seconds) * 1000:.0f} ms {'after' if lag_seconds > 0 else 'before'} the sound, which is corrected"
    return _finding(
        "lips and sound", score >= 0.4, score >= 0.15, f"agreement {score:.2f}, {lag}", "agreement 0.40 or more",
        "the voice must be the one of the person in the picture: no dubbing, no music over it",
    )  # fmt: skip
