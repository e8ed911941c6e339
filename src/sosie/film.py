"""`sosie say`: one text, one labelled file. The same parts as on air, without a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import numpy as np

from sosie.broadcast.encode import Encoder
from sosie.broadcast.sinks import record_for
from sosie.broadcast.sinks.mp4 import Mp4Sink
from sosie.broadcast.sinks.wav import write_wav
from sosie.consent.gate import Permit, ToRender, may
from sosie.host import Host
from sosie.show.phrases import NOTICE
from sosie.stage.compose import Scene, Stage
from sosie.stage.label import Label
from sosie.stage.label_words import LabelKind
from sosie.stage.labelled import LabelledFrame
from sosie.stage.subtitles import Subtitle
from sosie.types import FPS, SAMPLES_PER_FRAME, VOICE_HZ, Audio, Floats, Language, Speech, Utterance

BEFORE_FRAMES, AFTER_FRAMES = 10, 15
"""Quiet around the speech: 0.4 s to look at the face, 0.6 s for the lips to come to rest."""
LABEL_KINDS: dict[str, LabelKind] = {"person": "clone", "fictional": "fictional", "measurement": "measurement"}
"""The label that belongs to each kind of consent record."""

Progress = Callable[[float], None]
"""Seconds of the result so far."""


def label_for(permit: Permit, language: Language) -> Label:
    """The label that this permit asks for; a measurement shows no name, because nobody agreed to be named."""
    kind = LABEL_KINDS[permit.kind]
    return Label(language, kind, "" if kind == "measurement" else permit.subject)


def say_video(host: Host, text: str, language: Language, out: Path, now: datetime, progress: Progress) -> None:
    """Writes an MP4 in which the clone says ``text``; nothing is left when it fails.

    Raises Refused (the consent does not cover it), YourInput (text that cannot be spoken), Theirs (disk).
    """
    permit = may(host.record, ToRender(language), now)
    utterance = Utterance(1, text, language)
    stage = Stage(host.face.size, label_for(permit, language))
    speeches = host.speaker.speak(utterance)
    encoder = Encoder(host.face.size)
    sink = Mp4Sink(out, permit, record_for(permit))
    encoder.add(sink)
    try:
        for number, (frame, samples) in enumerate(_pictures(host, stage, speeches, language)):
            for lost in encoder.push(frame, samples):
                raise lost.error
            if number % FPS == 0:
                progress(number / FPS)
    except BaseException:
        sink.abandon()
        encoder.close()
        raise
    for lost in encoder.close():
        raise lost.error


def say_sound(host: Host, text: str, language: Language, out: Path, now: datetime) -> None:
    """Writes a WAV; it begins with the spoken AI notice, because a sound has no picture to carry a label (rules.md L4)."""
    permit = may(host.record, ToRender(language), now)
    notice = host.speaker.speak(Utterance(1, NOTICE[language], language, "notice"))
    spoken = [*notice, *host.speaker.speak(Utterance(2, text, language))]
    pause = np.zeros(VOICE_HZ // 2, np.float32)
    samples = [
        part
        for speech in spoken
        for part in ((speech.audio.samples, pause) if speech.last else (speech.audio.samples,))
    ]
    write_wav(out, Audio(np.concatenate(samples), VOICE_HZ), permit, record_for(permit))


def _pictures(
    host: Host, stage: Stage, speeches: Iterator[Speech], language: Language
) -> Iterator[tuple[LabelledFrame, Floats]]:
    """Every frame with its samples, float32 (960,)."""
    quiet = np.zeros(SAMPLES_PER_FRAME, np.float32)
    for _ in range(BEFORE_FRAMES):
        yield stage.draw(host.face.next_frame(), Scene(language)), quiet
    for speech in speeches:
        host.face.prepare(host.lips.shapes(speech))
        for start, samples in framed(speech):
            scene = Scene(language, Subtitle.of(speech, start))
            yield stage.draw(host.face.next_frame(), scene), samples
    for _ in range(AFTER_FRAMES):
        yield stage.draw(host.face.next_frame(), Scene(language)), quiet


def framed(speech: Speech) -> Iterator[tuple[int, Floats]]:
    """(first sample, float32 (960,)) for each frame of a clause; the last one is filled with silence."""
    samples = np.pad(speech.audio.samples, (0, speech.n_frames * SAMPLES_PER_FRAME - len(speech.audio.samples)))
    for start in range(0, len(samples), SAMPLES_PER_FRAME):
        yield start, samples[start : start + SAMPLES_PER_FRAME]
