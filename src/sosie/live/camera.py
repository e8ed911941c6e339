"""The camera: clauses to pictures with their sound, each with the AI label; the clone listens where nothing is said.

Where a person speaks by microphone, the clone's lips follow them while the clone itself says nothing, and the label says so.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from sosie.film import framed
from sosie.live.lanes import Clip
from sosie.live.pieces import Piece
from sosie.live.worker import put
from sosie.ports import FaceEngine
from sosie.show.phrases import SLATE
from sosie.stage.cards import Card, Toast
from sosie.stage.compose import Scene, Stage
from sosie.stage.labelled import LabelledFrame
from sosie.stage.subtitles import Subtitle
from sosie.types import SAMPLES_PER_FRAME, Floats, Language, LipShapes, Utterance

FED_FRAMES = 9
"""Lip shapes that the face has ahead of its frame: as many as it looks ahead, so that few are left when a clause is cut off."""
FADE_FRAMES = 5
"""0.2 s, from the voice to silence."""
JOIN_SAMPLES = 120
"""5 ms."""
_QUIET = np.zeros(SAMPLES_PER_FRAME, np.float32)


@dataclass(frozen=True, slots=True)
class OnScreen:
    """What is to be seen at one moment, beside the clone."""

    language: Language
    subtitle: str = ""
    product_id: str | None = None
    segment: str | None = None
    """Product that the script is telling of; answers and notices leave it as it is."""
    utterance: Utterance | None = None
    """What is being said; None in a pause."""
    human_voice: bool = False
    """A person's own voice is heard, or would be if they did not pause."""


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A frame that waits for its time."""

    frame: LabelledFrame
    samples: Floats
    """float32, (960,)."""
    shows: OnScreen
    begun: int | None = None
    """Id of the utterance of which a clause begins with this frame."""
    finished: int | None = None
    """Id of the utterance that ends with this frame."""
    typed: bool = False
    """A person typed what is said."""


@dataclass(frozen=True, slots=True)
class Cues:
    """What the camera asks while it turns; each answers at once."""

    take: Callable[[], Clip | None]
    """The next clause to show; None is a frame of quiet."""
    is_cut: Callable[[Utterance], bool]
    """Whether what is on air of it is to end at once."""
    card: Callable[[str, Language], Card | None]
    """Of a product."""
    toast: Callable[[int], Toast | None]
    """The comment that this utterance answers."""
    piece: Callable[[], Piece | None]
    """Of a person's live voice, asked for where there is no clause."""
    speaker: Callable[[], Language | None]
    """Language of the person who speaks by microphone; None: nobody does."""


class Camera:
    """For the face thread; others only call ``slate``."""

    def __init__(
        self,
        face: FaceEngine,
        stages: Mapping[tuple[Language, bool], Stage],
        cues: Cues,
        shots: queue.Queue[Shot],
        begins_with: OnScreen,
        over: threading.Event,
    ) -> None:
        """``stages``: by language, and whether a person's own voice is heard."""
        self._face, self._stages, self._cues = face, stages, cues
        self._shots, self._begins_with, self._over = shots, begins_with, over
        self._slate = False
        self._slates: dict[Language, LabelledFrame] = {}
        self._relays = False
        self._last_sample = np.float32(0)

    def slate(self, on: bool) -> None:
        """On: neither the clone nor a product is to be seen from the next picture on."""
        self._slate = on

    def turn(self) -> None:
        shows = self._begins_with
        while not self._over.is_set():
            clip = self._cues.take()
            if clip is None:
                human = self._cues.speaker()
                language = human or shows.language
                shows = replace(shows, language=language, subtitle="", utterance=None, human_voice=human is not None)
                piece = self._cues.piece() if human else None
                if piece is None:
                    self._put(Shot(self._drawn(shows), _QUIET, shows))
                else:
                    self._relay(piece, shows)
                continue
            utterance = clip.speech.utterance
            shows = OnScreen(
                utterance.language,
                clip.speech.text,
                None if utterance.topic else utterance.product_id or shows.product_id,
                utterance.topic or utterance.product_id if utterance.kind == "line" else shows.segment,
                utterance,
            )
            self._play(clip, shows)

    def _play(self, clip: Clip, shows: OnScreen) -> None:
        """The pictures and the sound of one clause; where it is cut off, a short fade, and the lips come to rest."""
        utterance, n_frames = clip.speech.utterance, clip.speech.n_frames
        fed, faded = 0, 0
        for number, (start, samples) in enumerate(framed(clip.speech)):
            cut = self._cues.is_cut(utterance)
            if not cut and fed < (known := min(n_frames, number + FED_FRAMES)):
                self._face.prepare(LipShapes(clip.shapes.numbers[fed:known]))
                fed = known
            if cut:
                samples, faded = _fading(samples, faded), faded + 1
                # The lips that the face has been given are shown, or those of the next clause would come after them.
                shows = replace(shows, subtitle="") if faded > FADE_FRAMES else shows
            last = number + 1 >= (max(fed, number + 1) if cut else n_frames)
            ends = last and (cut or clip.speech.last)
            frame = self._drawn(shows, None if cut and faded > FADE_FRAMES else clip, start)
            typed = utterance.kind == "operator"
            self._put(
                Shot(frame, samples, shows, None if number else utterance.id, utterance.id if ends else None, typed)
            )
            if last:
                return

    def _relay(self, piece: Piece, shows: OnScreen) -> None:
        """A person's voice with the clone's lips; no subtitle, for nobody writes it down."""
        self._face.prepare(piece.shapes)
        for samples in piece.frames:
            self._put(Shot(self._drawn(shows), samples, shows), relays=True)

    def _drawn(self, shows: OnScreen, clip: Clip | None = None, start: int = 0) -> LabelledFrame:
        """The next frame of the clone with what ``shows`` names; ``start``: first sample of the clip under this frame."""
        if self._slate:
            return self._slate_in(shows.language)
        scene = Scene(
            shows.language,
            Subtitle.of(clip.speech, start) if clip else None,
            self._cues.card(shows.product_id, shows.language) if shows.product_id else None,
            self._cues.toast(clip.speech.utterance.id) if clip else None,
        )
        return self._stages[shows.language, shows.human_voice].draw(self._face.next_frame(), scene)

    def _slate_in(self, language: Language) -> LabelledFrame:
        """Nobody is on duty who must be: neither the clone nor a product is to be seen. The face goes on unseen."""
        self._face.next_frame()
        if language not in self._slates:
            self._slates[language] = self._stages[language, False].slate(SLATE[language], language)
        return self._slates[language]

    def _put(self, shot: Shot, *, relays: bool = False) -> None:
        if relays != self._relays:
            shot = replace(shot, samples=_joined(shot.samples, np.float32(0) if relays else self._last_sample, relays))
        self._relays, self._last_sample = relays, shot.samples[-1]
        put(shot, self._shots, self._over)


def _fading(samples: Floats, faded: int) -> Floats:
    """The samples of the frame after ``faded`` frames of a fade-out."""
    ramp = np.linspace(1 - faded / FADE_FRAMES, 1 - (faded + 1) / FADE_FRAMES, len(samples), dtype=np.float32)
    return np.asarray(samples * np.clip(ramp, 0, 1), np.float32)


def _joined(samples: Floats, last_sample: np.float32, rises: bool) -> Floats:
    """The first frame of a live voice, or of what comes after it: it may begin and break off anywhere, and must not click."""
    joined, ramp = samples.copy(), np.linspace(0, 1, JOIN_SAMPLES, dtype=np.float32)
    if rises:
        joined[:JOIN_SAMPLES] *= ramp
    else:
        joined[:JOIN_SAMPLES] += last_sample * (1 - ramp)
    return np.clip(joined, -1, 1)
