"""What the footage is good for, said before a clone is made: each finding with what was wanted, what to do, and where.

``bad`` refuses a clone; ``fair`` makes a poorer one. The thresholds are ours: they come from what the face and voice fits
need and from clips and their spoiled copies (docs/check.md), not from a standard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sosie.errors import BadFootage
from sosie.face.places import places
from sosie.footage.finding import Finding, judged
from sosie.footage.hearing import of_sound
from sosie.footage.ingest import ASKED_SECONDS, Footage
from sosie.footage.mouths import of_listening, of_mouths, of_sync
from sosie.footage.sight import look, of_camera, of_face, of_focus, of_light, of_mouth
from sosie.lips.pool import lip_pool
from sosie.lips.shape import LipSpace
from sosie.ports import VoiceEncoder
from sosie.types import FaceTrack


def check(
    footage: Footage,
    track: FaceTrack,
    speech: Sequence[tuple[float, float]],
    *,
    lip_score: float | None = None,
    lip_lag_seconds: float = 0.0,
    voices: VoiceEncoder | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[Finding, ...]:
    """``speech``: where somebody speaks, (start, end) in seconds, as voice activity detection finds it in the sound.

    ``lip_score`` and ``lip_lag_seconds`` are those of the ``LipFit``; ``voices`` tells voices apart. None leaves those
    findings out. About 6 ms a frame, and 40 ms a second of speech for the voices.
    """
    space = LipSpace.fit(track, lip_pool().basis)
    numbers = space.numbers(track)
    where = places(track, space, numbers)
    seen = look(footage, where, progress or (lambda share: None))
    findings = [
        *_of_film(footage),
        *of_face(track, space),
        *of_light(seen),
        *of_focus(seen),
        *of_camera(seen, track, footage.source.fps),
        of_mouth(seen, track, numbers, where),
        *of_mouths(track, space, numbers),
        *of_sound(footage.audio, speech, voices),
        of_listening(footage.n_frames, speech),
    ]
    if lip_score is not None:
        findings.extend(of_sync(lip_score, lip_lag_seconds))
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


def _of_film(footage: Footage) -> Iterator[Finding]:
    yield judged(
        "length", footage.seconds >= 0.75 * ASKED_SECONDS, True, f"{footage.seconds:.0f} s", f"{ASKED_SECONDS} s",
        "film a full minute: more footage gives more mouths and a better voice",
    )  # fmt: skip
    short = min(footage.width, footage.height)
    yield judged(
        "size", short >= 720, short >= 360, f"{footage.width}x{footage.height}", "720 pixels or more on the short side",
        "film at 1080x1920",
    )  # fmt: skip
    fps = footage.source.fps
    yield judged(
        "frame rate", fps >= 23.9, fps >= 14, f"{fps:.1f} frames a second", "24 or more",
        "set the camera to 25 or 30 frames a second and use more light",
    )  # fmt: skip
