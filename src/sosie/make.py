"""Footage in, clone out: the left half of README.md's picture, top to bottom. The gate comes before any fitting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from sosie import __version__
from sosie.clone.folder import CONSENT_NAME, Clone, building, open_clone, seal, sha256_of
from sosie.clone.manifest import MANIFEST_NAME, Manifest, Scores, stamp
from sosie.consent.gate import ToClone, may
from sosie.consent.record import ConsentRecord
from sosie.consent.store import write_record
from sosie.engines.campplus import CamPlusPlus
from sosie.engines.litert_face import LiteRtFaceTracker
from sosie.engines.silero import SpeechFound, speech_spans
from sosie.engines.voice_fit import full_voice, quick_voice, stock_voice, voice_in_manner
from sosie.engines.whisper import FasterWhisper
from sosie.engines.whisper_encoder import WhisperEncoder
from sosie.errors import YourInput
from sosie.face.fit import fit_face
from sosie.footage.checks import check, refuse_if_bad
from sosie.footage.finding import Finding
from sosie.footage.forecast import Forecast, forecast
from sosie.footage.ingest import Footage, bring
from sosie.footage.takes import talking_spans
from sosie.footage.track import track_footage
from sosie.host import VOICE_NAME
from sosie.lips.fit import LipFit, fit_lips
from sosie.models import weights
from sosie.types import LISTEN_HZ, VOICE_HZ, Audio, FaceTrack, Language
from sosie.voice.likeness import VoiceFit
from sosie.voice.likeness_judge import at_listen_rate, mean_likeness

Progress = Callable[[str, float], None]
"""(step, share of it that is done, in [0, 1])."""
VoiceMethod = Literal["quick", "full"]


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """What was found in a piece of footage; `sosie check` stops here."""

    footage: Footage
    hearing: SpeechFound
    track: FaceTrack
    lips: LipFit
    findings: tuple[Finding, ...]
    forecast: Forecast


def make_clone(
    source: Path,
    record: ConsentRecord,
    out: Path,
    *,
    now: datetime,
    voice: VoiceMethod = "quick",
    progress: Progress = lambda step, share: None,
) -> Clone:
    """Makes the clone of the person in ``source`` in the folder ``out``: about two minutes for a minute of footage.

    Raises Refused (consent), BadFootage (what `sosie check` says), YourInput, Theirs; then nothing is left of ``out``.
    """
    may(record, ToClone(sha256_of(_existing(source))), now)
    _check_voice(voice)
    with building(out) as folder:
        looked = look_at(source, folder, progress)
        # The file may have been changed while it was read: what counts is what was brought in.
        permit = may(record, ToClone(looked.footage.source_sha256), now)
        refuse_if_bad(looked.findings)
        looked.lips.save(folder / "lips")
        talking = talking_spans(_seconds(looked.hearing), looked.footage.n_frames)
        fit_face(
            looked.footage,
            looked.track,
            looked.lips,
            talking,
            folder / "face",
            lambda share: progress("Fitting the face", share),
        )
        fitted = fit_voice(looked.footage.audio, looked.hearing, record.languages, voice, progress)
        (folder / "voice").mkdir()
        fitted.style.save(folder / "voice" / VOICE_NAME)
        write_record(record, folder / CONSENT_NAME)
        manifest = Manifest(
            created=stamp(now),
            sosie_version=__version__,
            consent_id=permit.consent_id,
            consent_sha256=permit.record_sha256,
            consent_kind=permit.kind,
            footage_sha256=looked.footage.source_sha256,
            width=looked.footage.width,
            height=looked.footage.height,
            n_frames=looked.footage.n_frames,
            voice=voice,
            scores=_scores(looked.lips, fitted),
            files=seal(folder),
        )
        (folder / MANIFEST_NAME).write_text(manifest.to_json(), encoding="utf-8")
    return open_clone(out)


def look_at(source: Path, folder: Path, progress: Progress) -> Looked:
    """Brings the footage into ``folder`` and measures it. Raises BadFootage when there is no one face, or no sound."""
    footage = bring(source, folder, lambda share: progress("Bringing the footage in", share))
    track = track_footage(
        footage, LiteRtFaceTracker(weights("face-landmarker")), lambda share: progress("Following the face", share)
    )
    return judge(footage, track, progress)


def judge(footage: Footage, track: FaceTrack, progress: Progress) -> Looked:
    """The rest of ``look_at``, once the face is followed: listens, fits the lips, checks, and foretells."""
    progress("Listening", 0.0)
    heard = at_listen_rate(footage.audio)
    hearing = speech_spans(heard)
    progress("Fitting the lips", 0.0)
    lips = fit_lips(track, heard, WhisperEncoder(weights("whisper-base")))
    findings = check(
        footage,
        track,
        _seconds(hearing),
        lip_score=lips.score,
        lip_lag_seconds=lips.lag_seconds,
        voices=CamPlusPlus(weights("campplus")),
        progress=lambda share: progress("Checking the footage", share),
    )
    return Looked(footage, hearing, track, lips, findings, forecast(findings, lips, hearing.n_samples / LISTEN_HZ))


def talk_of(audio: Audio, hearing: SpeechFound) -> list[Audio]:
    """The stretches in which somebody speaks, at VOICE_HZ; ``hearing`` counts in LISTEN_HZ samples."""
    return [
        Audio(audio.samples[start * VOICE_HZ // LISTEN_HZ : end * VOICE_HZ // LISTEN_HZ], VOICE_HZ)
        for start, end in hearing.spans
    ]


def fit_voice(
    audio: Audio,
    hearing: SpeechFound,
    languages: Sequence[Language],
    method: VoiceMethod,
    progress: Progress,
    *,
    threads: int = 2,
) -> VoiceFit:
    """The person's voice for Kokoro, in their own manner. Raises BadFootage when there is too little speech."""
    listener, talk = FasterWhisper(threads=threads), talk_of(audio, hearing)
    fit = None
    if method == "full":
        progress("Fitting the voice closely", 0.0)
        begin = stock_voice(talk, listener, languages=languages, threads=threads)
        full = full_voice(
            talk,
            begin,
            listener,
            languages=languages,
            threads=threads,
            progress=lambda share: progress("Fitting the voice closely", share),
        )
        fit = full if full.style is not begin.style else None
    # The quick fit needs no transcript, so it is also what is left when the full one found nothing.
    if fit is None:
        fit = quick_voice(
            talk,
            listener,
            languages=languages,
            threads=threads,
            progress=lambda share: progress("Fitting the voice", share),
        )
    progress("Fitting pitch, pace and pauses", 0.0)
    return voice_in_manner(fit, audio, talk, listener, languages=languages, threads=threads)


def _existing(source: Path) -> Path:
    if not source.is_file():
        raise YourInput(f"There is no file {source}", wanted="a video of one person talking to the camera")
    return source


def _check_voice(method: VoiceMethod) -> None:
    """Before minutes are spent on the face."""
    if method == "full" and find_spec("torch") is None:
        raise YourInput(
            "--voice full needs torch, which is not installed", try_this="make setup FIT=1, or --voice quick"
        )


def _seconds(hearing: SpeechFound) -> list[tuple[float, float]]:
    return [(start / LISTEN_HZ, end / LISTEN_HZ) for start, end in hearing.spans]


def _scores(lips: LipFit, voice: VoiceFit) -> Scores:
    return Scores(
        lag_seconds=round(lips.lag_seconds, 3),
        lip_score=round(lips.score, 3),
        voice_likeness=round(mean_likeness(voice.fitted), 3),
        voice_ceiling=round(voice.ceiling, 3),
        misunderstood={score.language: round(score.misunderstood, 3) for score in voice.fitted},
        voice_note=voice.note,
    )
