"""`sosie bench likeness`: one piece of footage, fitted on its first 80 %, filmed saying what it never heard, and measured.

    footage ─► track ─► first 80 % ─► lips, face ─┐
                        last 20 % ──── speech ────┴─► films (film.py) ─► decoded, tracked again ─► rows (report.py)

Everything about the picture is read from the encoded film, next to the same body frames as they were filmed, encoded alike. The
speech is the person's own held-out speech and sentences in the clone's voice, whose phones are known.
"""

from __future__ import annotations

import os
import platform
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from sosie.bench.classifier import Mouths, told_apart
from sosie.bench.film import Films, Line, make_films
from sosie.bench.identity import Faces, faces, likeness_to
from sosie.bench.motion import LONG_SECONDS, Repetition, repetition, there_and_back, walked
from sosie.bench.own_voice import OwnVoice, own_voice
from sosie.bench.pictures import (
    MouthLooks,
    apart_from_each_other,
    flicker,
    worst_frames,
)
from sosie.bench.sheet import N_HEADS
from sosie.bench.speaking import (
    COLUMNS,
    Closures,
    Correlation,
    FiveBlocks,
    closed_below,
    closures,
    correlations,
    five_blocks,
    pause_movement,
)
from sosie.bench.watch import FACES, Progress, Watched, Watcher
from sosie.clone.folder import sha256_of
from sosie.consent.gate import ToClone, ToRender, may
from sosie.consent.record import ConsentRecord
from sosie.engines.faceres import FaceRes
from sosie.engines.kokoro import Kokoro, KokoroModel
from sosie.engines.litert_face import LiteRtFaceTracker
from sosie.engines.reader import Reader
from sosie.engines.silero import SpeechFound, speech_spans
from sosie.engines.whisper import FasterWhisper
from sosie.engines.whisper_encoder import WhisperEncoder
from sosie.errors import YourInput
from sosie.face.fit import FaceFit, fit_face
from sosie.face.painted import PaintedMouths, lessons
from sosie.face.perform import Mouths as MouthSource
from sosie.face.picked import PickedMouths
from sosie.footage.colour import to_rgb
from sosie.footage.ingest import Footage, bring
from sosie.footage.takes import talking_spans
from sosie.footage.track import eye_distance, track_footage
from sosie.lips.fit import LipFit, fit_lips, sync_of
from sosie.lips.pool import lip_pool
from sosie.lips.predict import LipPredictor
from sosie.lips.rules import pauses
from sosie.lips.shape import OPENING
from sosie.lips.sync import shifted, without_drift
from sosie.make import fit_voice
from sosie.models import weights
from sosie.types import (
    FPS,
    LISTEN_HZ,
    VOICE_HZ,
    Audio,
    Bytes,
    FaceTrack,
    Floats,
    Language,
    Phone,
    Speech,
    Utterance,
    Word,
)
from sosie.voice.fit_full import written
from sosie.voice.likeness_judge import at_listen_rate
from sosie.voice.style import VoiceStyle

FITTED = 0.8
"""Share of the footage that fits hear and see."""
TEXTS: dict[Language, tuple[str, ...]] = {
    "en": (
        "Maybe you have been looking for a better mug. Pick it up, press the button, and it opens. Simple, isn't it?",
        "Please remember, both boxes must be back by Monday.",
    ),
    "zh": ("大家好，欢迎来到我们的直播间。这把宝贝一般卖八百八，明天便宜一百。", "买不买没关系，慢慢看。"),
    "fr": ("Bonjour ! Prenez un peu de temps. Ce beau bol bleu ne bouge pas, même plein.", "Combien ? Moins de vingt."),
}
"""Many p, b and m, some open vowels, pauses at the sentences' ends."""
Engine = Literal["picked", "painted"]
"""Where the mouths come from: the footage's own (what clones use), or a painter taught on it (decisions/0007)."""


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """What was measured on one piece of footage; nan where the footage has nothing to measure it by."""

    name: str
    engine: Engine
    taught_seconds: float
    """CPU seconds that teaching a painter took; 0 for picked mouths."""
    seconds: float
    size: tuple[int, int]
    fitted_seconds: float
    made: MouthLooks
    body: MouthLooks
    blurred: MouthLooks
    painted: MouthLooks
    flicker: float
    same_face: float
    """Likeness of the film's faces to the footage over that of the footage to itself."""
    same_face_narrower: float
    """Control: the film's faces squeezed."""
    mouths: Mouths
    held_out: dict[str, Correlation]
    """Lips tracked in the film against the person's own, at the same held-out sound."""
    held_out_of_body: dict[str, Correlation]
    """Control: the lips of the unmodified body."""
    blocks: FiveBlocks
    own_voice: OwnVoice
    closed: Closures
    closed_of_body: Closures
    pauses: float
    """Lip movement in the film's pauses over the person's own in theirs."""
    offset_seconds: float
    offset_of_shifted_seconds: float
    """Control: the same film with the sound 80 ms later."""
    repeats: Repetition | None
    """Of a walk through all of the footage; None where it is much shorter than the minute that is asked for."""
    repeats_there_and_back: Repetition
    render_ms: float
    films: Films
    worst: dict[str, tuple[int, ...]]
    """Frames of the films to look at first, by fault."""
    machine: dict[str, object]
    told_apart: float = float("nan")
    """Share of this person's mouths, real and made, that a classifier taught on the other clips tells right."""
    told_apart_painted: float = float("nan")
    """Control: the same of real and painted mouths."""


def with_classifier(found: Sequence[Likeness]) -> list[Likeness]:
    """Each with what a classifier says of it that learned on all others; as they were when there is only one."""
    return [
        replace(
            one,
            told_apart=told_apart(
                [(o.mouths.real, o.mouths.made) for o in found if o is not one], one.mouths.real, one.mouths.made
            ),
            told_apart_painted=told_apart(
                [(o.mouths.real, o.mouths.painted) for o in found if o is not one], one.mouths.real, one.mouths.painted
            ),
        )
        for one in found
    ]


def measure(
    source: Path,
    record: ConsentRecord,
    folder: Path,
    *,
    engine: Engine = "picked",
    now: datetime,
    voice: VoiceStyle | None = None,
    progress: Progress = lambda step, share: None,
) -> Likeness:
    """Writes the films into ``folder``; ``voice`` speaks, or a quick one fitted to the first part of the footage.

    Raises Refused (consent), BadFootage, YourInput, Theirs.
    """
    if not source.is_file():
        raise YourInput(f"There is no file {source}", wanted="a video of one person talking to the camera")
    may(record, ToClone(sha256_of(source)), now)
    if engine == "painted":
        import_module("sosie.engines.painted_fit")  # a missing torch is said now, not after minutes of work
    # Nothing is said in a language that the consent leaves out.
    permits = [may(record, ToRender(language), now) for language in record.languages]
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory(prefix="sosie-bench-") as scratch:
        seen = _look(source, Path(scratch), progress)
        may(record, ToClone(seen.footage.source_sha256), now)
        style = voice or fit_voice(*_first_part(seen), record.languages, "quick", progress).style
        lines = _lines(seen, style, record.languages, progress)
        mouths, taught_seconds = _mouth_source(engine, seen.face, Path(scratch), progress)
        progress("Filming", 0.0)
        folder.mkdir(parents=True, exist_ok=True)
        films = make_films(seen.face, mouths, lines, permits[0], folder)
        found = _measured(folder.name, seen, style, lines, films, progress)
        return replace(found, engine=engine, taught_seconds=taught_seconds)


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """The footage, and what was fitted on its first part."""

    footage: Footage
    audio: Audio
    """At LISTEN_HZ."""
    track: FaceTrack
    n_fitted: int
    hearing: SpeechFound
    lips: LipFit
    face: FaceFit
    whole: FaceFit
    """Of all the footage: how a body repeats itself is no question of what was held out."""
    encoder: WhisperEncoder
    tracker: LiteRtFaceTracker
    face_encoder: FaceRes
    faces: Faces
    """Of the footage, evenly spread."""


def _look(source: Path, scratch: Path, progress: Progress) -> _Seen:
    footage = bring(source, scratch / "footage", lambda share: progress("Bringing the footage in", share))
    audio = at_listen_rate(footage.audio)
    tracker, encoder = LiteRtFaceTracker(weights("face-landmarker")), WhisperEncoder(weights("whisper-base"))
    track = track_footage(footage, tracker, lambda share: progress("Following the face", share))
    n = int(FITTED * len(track))
    first = FaceTrack(track.points[:n], track.blendshapes[:n], track.seen[:n])
    lips = fit_lips(first, Audio(audio.samples[: n * LISTEN_HZ // FPS], LISTEN_HZ), encoder)
    hearing = speech_spans(audio)
    heard = [(start / LISTEN_HZ, end / LISTEN_HZ) for start, end in hearing.spans]
    face = fit_face(
        replace(footage, n_frames=n),
        first,
        lips,
        talking_spans([span for span in heard if span[0] * FPS < n], n),
        scratch / "face",
        lambda share: progress("Fitting the face", share),
    )
    whole = fit_face(
        footage,
        track,
        lips,
        talking_spans(heard, footage.n_frames),
        scratch / "whole",
        lambda share: progress("Fitting the face to all of it", share),
    )
    face_encoder = FaceRes(weights("faceres"))
    known = faces(face_encoder, list(_spread(footage, track)))
    return _Seen(footage, audio, track, n, hearing, lips, face, whole, encoder, tracker, face_encoder, known)


def _mouth_source(engine: Engine, face: FaceFit, scratch: Path, progress: Progress) -> tuple[MouthSource, float]:
    """The source, and the CPU seconds it took to teach it. Raises YourInput when a painter is wanted and torch is missing."""
    if engine == "picked":
        return PickedMouths(face), 0.0
    from sosie.engines.painted_fit import PaintPlan, save, teach
    from sosie.engines.painter import OnnxPainter

    started = time.process_time()
    taught = lessons(face)
    save(teach(taught, PaintPlan(), lambda share: progress("Teaching the painter", share)), scratch / "painter.onnx")
    spent = time.process_time() - started
    return PaintedMouths(face, taught.sheet, OnnxPainter(scratch / "painter.onnx")), spent


def _spread(footage: Footage, track: FaceTrack) -> Iterator[tuple[int, Bytes, Floats]]:
    wanted = {round(at) for at in np.linspace(0, len(track) - 1, FACES)}
    for number, picture in enumerate(footage.frames()):
        if number in wanted:
            yield number, to_rgb(picture), track.points[number]


def _first_part(seen: _Seen) -> tuple[Audio, SpeechFound]:
    """What the voice may be fitted on: the sound up to where the held-out part begins, and where speech is in it."""
    end = seen.n_fitted * LISTEN_HZ // FPS
    spans = tuple((start, min(stop, end)) for start, stop in seen.hearing.spans if start < end)
    sound = Audio(seen.footage.audio.samples[: seen.n_fitted * VOICE_HZ // FPS], VOICE_HZ)
    return sound, replace(seen.hearing, spans=spans)


def _lines(seen: _Seen, style: VoiceStyle, languages: Sequence[Language], progress: Progress) -> list[Line]:
    """The held-out speech first, then the sentences."""
    progress("Speaking", 0.0)
    engine = LipPredictor(seen.lips, seen.encoder)
    audio = seen.footage.audio
    held_out = audio.samples[seen.n_fitted * VOICE_HZ // FPS : len(seen.track) * VOICE_HZ // FPS]
    spoken = [Speech(Utterance(0, "held-out speech", "en"), "", Audio(held_out, VOICE_HZ), (), (), last=True)]
    speaker = Kokoro(style, languages=languages)
    for language in languages:
        for text in TEXTS[language]:
            spoken.extend(speaker.speak(Utterance(len(spoken), text, language)))
    return [Line(speech, engine.shapes(speech)) for speech in spoken]


def _said_again(seen: _Seen, style: VoiceStyle, progress: Progress) -> OwnVoice:
    """The footage's own words in the clone's voice. No film is made of it, and the sound is not kept."""
    progress("Saying the footage's words", 0.0)
    listener = FasterWhisper(threads=1)
    heard = listener.transcribe(seen.audio)
    model, reader = KokoroModel(style.biases, threads=1), Reader()

    def speak(words: Sequence[Word]) -> Audio | None:
        phonemes = model.sayable(reader.phonemes(written(words), heard.language))
        return (
            at_listen_rate(Audio(model.synthesise(phonemes, style, style.pace).samples, VOICE_HZ)) if phonemes else None
        )

    return own_voice(seen.track, seen.audio, seen.lips, seen.encoder, heard.words, speak, listener.encode)


def _measured(
    name: str, seen: _Seen, style: VoiceStyle, lines: list[Line], films: Films, progress: Progress
) -> Likeness:
    eyes = float(np.median(eye_distance(seen.track.points)))
    watcher = Watcher(seen.tracker, seen.face_encoder, seen.lips.space, eyes)
    made, body = (Watched.of(path, films, watcher, progress) for path in (films.made, films.body))
    start, end = films.starts[0], films.starts[0] + lines[0].speech.n_frames
    # The footage's own lag was taken out of what the clone says, so the truth is shifted alike.
    truth = shifted(seen.lips.space.numbers(seen.track), seen.lips.lag_seconds)[seen.n_fitted :][: end - start]
    truth = without_drift(truth)
    phones, opening, opening_of_body = _said(lines[1:], films.starts[1:], made.numbers, body.numbers)
    own = seen.lips.space.numbers(seen.track)[: seen.n_fitted]
    below = closed_below(own[:, OPENING])
    sound = _sound(lines, films)
    features = seen.encoder.encode(sound)
    later = Audio(np.concatenate([np.zeros(round(0.08 * LISTEN_HZ), np.float32), sound.samples]), LISTEN_HZ)
    poses = seen.whole.places
    itself = likeness_to(seen.faces, body.faces)
    return Likeness(
        name=name,
        engine="picked",
        taught_seconds=0.0,
        seconds=seen.footage.seconds,
        size=seen.face.size,
        fitted_seconds=seen.n_fitted / FPS,
        made=made.looks,
        body=body.looks,
        blurred=made.blurred,
        painted=made.painted,
        flicker=flicker(made.looks, body.looks),
        same_face=likeness_to(seen.faces, made.faces) / itself,
        same_face_narrower=likeness_to(seen.faces, made.narrower) / itself,
        mouths=Mouths(body.mouths, made.mouths, made.painted_mouths),
        held_out=correlations(without_drift(made.numbers[start:end]), truth),
        held_out_of_body=correlations(without_drift(body.numbers[start:end]), truth),
        blocks=five_blocks(seen.track, seen.audio, seen.encoder),
        own_voice=_said_again(seen, style, progress),
        closed=closures(opening, phones, below),
        closed_of_body=closures(opening_of_body, phones, below),
        pauses=pause_movement(made.numbers, pauses(sound, silent_outside=False))
        / pause_movement(own, pauses(seen.audio, silent_outside=False)),
        offset_seconds=sync_of(lip_pool(), features, made.numbers).lag_seconds,
        offset_of_shifted_seconds=sync_of(lip_pool(), seen.encoder.encode(later), made.numbers).lag_seconds,
        repeats=repetition(walked(seen.whole.graph, poses)) if seen.footage.seconds >= LONG_SECONDS else None,
        repeats_there_and_back=repetition(there_and_back(poses)),
        render_ms=films.render_ms,
        films=films,
        worst=worst_frames(made.looks, body.looks, N_HEADS, FPS)
        | {"lips": _unlike_asked(lines, films.starts, made.numbers)},
        machine={
            "cpu": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
        },
    )


def _unlike_asked(lines: list[Line], starts: tuple[int, ...], numbers: Floats) -> tuple[int, ...]:
    """Frames in which opening, width and jaw, as tracked in the film, are farthest from what was asked for."""
    frames = np.concatenate([np.arange(len(line.shapes)) + start for line, start in zip(lines, starts, strict=True)])
    asked = np.concatenate([line.shapes.numbers for line in lines])
    columns = list(COLUMNS.values())
    missed = without_drift(numbers[frames])[:, columns] - without_drift(asked)[:, columns]
    return apart_from_each_other(frames, np.linalg.norm(missed, axis=1), N_HEADS, FPS)


def _said(
    lines: list[Line], starts: tuple[int, ...], numbers: Floats, others: Floats
) -> tuple[list[Phone], Floats, Floats]:
    """Phones and openings of the spoken lines one after the other, as if there were no gaps between them."""
    phones: list[Phone] = []
    rows: list[np.ndarray] = []
    before = 0
    for line, start in zip(lines, starts, strict=True):
        offset = before * VOICE_HZ // FPS
        phones.extend(Phone(phone.symbol, phone.start + offset, phone.end + offset) for phone in line.speech.phones)
        rows.append(np.arange(start, start + line.speech.n_frames))
        before += line.speech.n_frames
    at = np.concatenate(rows)
    return phones, numbers[at, OPENING], others[at, OPENING]


def _sound(lines: list[Line], films: Films) -> Audio:
    """The film's sound at LISTEN_HZ."""
    samples = np.zeros(len(films.shots) * VOICE_HZ // FPS, np.float32)
    for line, start in zip(lines, films.starts, strict=True):
        at = start * VOICE_HZ // FPS
        spoken = line.speech.audio.samples[: len(samples) - at]
        samples[at : at + len(spoken)] = spoken
    return at_listen_rate(Audio(samples, VOICE_HZ))
