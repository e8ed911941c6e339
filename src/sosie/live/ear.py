"""The show listens to itself: what really left the encoder is decoded, written down and held against what was to be said.

    air thread: encoder ──packets──► Tap          what goes out, kept for ``KEPT_SECONDS``
                   │ frame by frame: whose words ► Passages ──passage──► queue of QUEUE ──► ear thread: decode, Listener, Comparer
                   ▼                                                                            │ WentWrong
               the director says a correction  ◄────────────────────────────────────────────────┘

What is heard is the encoder's own output, decoded again: what a viewer's player gets. That costs a hundredth of a core; to take
the samples before the encoder would be cheaper by that and would not hear what the encoder does to them.

Recognition costs about a second and a half of one core for every passage, however short, so not all is heard at once. First come
passages with numbers, answers before lines; then words that were not heard before; then the rest, which the voice says as it did
the last time. The thread is nicer than all others, so it falls behind and never the show; what has waited ``TOO_LATE_SECONDS`` or
finds the queue full of what matters more goes unheard, and is counted. Prices that change while they are said need no ear.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median_low
from typing import Literal

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from scipy.signal import resample_poly

from sosie.broadcast.resample import DELAY
from sosie.broadcast.sinks import SOUND_HZ, EncodedPacket, EncodedStreams
from sosie.claims import NOWHERE, Barred
from sosie.claims.fold import fold
from sosie.claims.numbers import numbers
from sosie.live.camera import Shot
from sosie.ports import Listener
from sosie.shop.catalogue import Catalogue
from sosie.show.correction import MOST_MISHEARD, Aired, Comparer, Sounds, What, Wrong
from sosie.types import FPS, LISTEN_HZ, Audio, Floats, Language, Utterance

EAR = 10
"""Niceness: whatever makes the show comes first."""
QUEUE = 6
"""Passages that may wait; one more, and the one that matters least goes unheard."""
TOO_LATE_SECONDS = 20.0
"""After so long nobody knows what a correction is about."""
PART_SECONDS = 8.0
"""A passage as long as this ends with its clause, so that what is wrong in a long line is not heard at its end only."""
PAUSE_SECONDS = 1.0
"""A pause within an utterance that does not end a passage: the voice was late."""
KEPT_SECONDS = 40.0
"""Of encoded sound: longer than anything may wait."""
BEFORE_SECONDS = 1.0
"""Words of a passage are made that long before it goes out, at least: ten pictures wait, and the clause before."""
MOST_KNOWN = 2000
"""Passages whose words are remembered as heard and right."""
LAST_HEARD = 9
"""Passages of one language by which it is known whether the recogniser follows this voice in it: in the middle one no more than
MOST_MISHEARD may be misheard, or nothing that is heard in that language is corrected."""
MOST_FAILURES = 3
"""Failures of the recogniser in a row after which the show is deaf, and says so."""
REST = 3.0
"""What need not be heard is followed by a rest of so many times as long as it took."""
SLOWER = (21, 20)
"""What was heard wrong is heard once more, a twentieth slower: only what is wrong both times is."""
_AAC_SAMPLES = 1024
_WARM_UP = 2
"""Packets that a decoder wants before the first that it gives back right."""
_POLL_SECONDS = 0.25
_LISTENED = ("line", "answer", "operator")
"""Kinds of what is heard. A notice and a thanks hold no fact; names of viewers are not written down."""
_LOG = logging.getLogger(__name__)

_OVERTAKEN, _ANSWER, _NUMBERS, _WORDS, _KNOWN = range(5)
"""What is listened to first; from ``_WORDS`` on only as there is time."""

Unheard = Literal["queue full", "too late", "not clear", "deaf"]


@dataclass(frozen=True, slots=True)
class Passage:
    """What went out in one piece."""

    aired: Aired
    first_frame: int
    end_frame: int
    """Half-open range of frames of the show."""

    @property
    def seconds(self) -> float:
        return (self.end_frame - self.first_frame) / FPS


@dataclass(frozen=True, slots=True)
class EarFigures:
    """What the ear did in a show."""

    heard: int
    """Passages."""
    heard_seconds: float
    again: int
    """Of them heard a second time, because something seemed wrong."""
    unheard: Mapping[Unheard, int]
    wrong: Mapping[What, int]
    corrected: int
    """Corrections whose first word left the encoder."""
    correction_seconds: tuple[float, ...]
    """From the end of the wrong passage to that word, newest last, at most 100."""
    working_seconds: float
    """Spent on decoding, recognising and comparing."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What became of one passage."""

    wrong: Wrong | None
    misheard: float
    """As ``Comparer.misheard``."""
    again: bool
    """Heard once more, a little slower, because something seemed to be wrong."""


def heard_wrong(sound: Audio, aired: Aired, listener: Listener, comparer: Comparer, now: Catalogue) -> Hearing:
    heard = listener.transcribe(sound, aired.language)
    misheard, wrong = comparer.misheard(aired, heard), comparer.wrong(aired, heard, now)
    if wrong is None:
        return Hearing(None, misheard, again=False)
    slower = Audio(resample_poly(sound.samples, *SLOWER).astype(np.float32), LISTEN_HZ)
    again = comparer.wrong(aired, listener.transcribe(slower, aired.language), now)
    return Hearing(again if again is not None and again.what == wrong.what else None, misheard, again=True)


class Passages:
    """Cuts what goes out, frame by frame, into passages. Pure."""

    def __init__(self) -> None:
        self._utterance: Utterance | None = None
        self._texts: list[str] = []
        self._first = self._last = 0
        self._product_id: str | None = None
        self._then: Catalogue | None = None
        self._changed_at = 0
        self._catalogues: tuple[Catalogue, Catalogue] | None = None

    def push(
        self,
        frame: int,
        utterance: Utterance | None,
        clause: str | None,
        product_id: str | None,
        catalogue: Catalogue,
        *,
        finished: bool,
    ) -> list[Passage]:
        """``clause``: the text of the one that begins with this frame; ``finished``: the utterance ends with it."""
        if self._catalogues is None:
            self._catalogues = catalogue, catalogue
        elif self._catalogues[1] is not catalogue:
            self._catalogues, self._changed_at = (self._catalogues[1], catalogue), frame
        ended: list[Passage] = []
        if utterance is None:
            late = self._utterance is not None and frame - self._last > PAUSE_SECONDS * FPS
            return self._end(self._last + 1) if late else []
        if self._utterance is not None and utterance.id != self._utterance.id:
            ended += self._end(frame)
        if clause is not None and self._utterance is not None and frame - self._first >= PART_SECONDS * FPS:
            ended += self._end(frame)
        if self._utterance is None:
            just_changed = frame - self._changed_at < BEFORE_SECONDS * FPS
            self._utterance, self._first, self._texts = utterance, frame, []
            self._then = self._catalogues[0 if just_changed else 1]
        if clause is not None:
            self._texts.append(clause)
        self._last, self._product_id = frame, utterance.product_id or product_id
        return ended + (self._end(frame + 1) if finished else [])

    def _end(self, frame: int) -> list[Passage]:
        utterance, self._utterance = self._utterance, None
        joint = "" if utterance is not None and utterance.language == "zh" else " "
        text = joint.join(part.strip() for part in self._texts).strip()
        if utterance is None or self._then is None or not text:
            return []
        return [Passage(Aired(utterance, text, self._product_id, self._then), self._first, frame)]


class Tap:
    """Keeps the last of the encoded sound. A sink (broadcast/sinks) that writes nowhere: nothing leaves the process by it,
    so there is no destination that consent could be asked for.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._packets: deque[tuple[int, bytes]] = deque(maxlen=round(KEPT_SECONDS * SOUND_HZ / _AAC_SAMPLES))
        self._extradata = b""

    @property
    def name(self) -> str:
        return "the show's own ear"

    def open(self, streams: EncodedStreams) -> None:
        self._extradata = streams.audio.codec_context.extradata or b""

    def write(self, packet: EncodedPacket) -> None:
        if not packet.is_video:
            with self._lock:
                self._packets.append((packet.pts, bytes(packet.packet)))

    def close(self) -> None:
        """What was kept may still be heard."""

    def sound(self, first_frame: int, end_frame: int) -> Audio | None:
        """What a viewer hears under these frames, at LISTEN_HZ; None when it is kept no more."""
        start, end = (frame * SOUND_HZ // FPS + DELAY for frame in (first_frame, end_frame))
        with self._lock:
            kept = [
                (pts, data)
                for pts, data in self._packets
                if start - _WARM_UP * _AAC_SAMPLES <= pts - _AAC_SAMPLES < end
            ]
            oldest = self._packets[0][0] if self._packets else end
        if not kept or oldest > start:
            return None
        decoded = _decode(kept, self._extradata)
        first = kept[0][0]
        samples = decoded[max(0, start - first) : max(0, end - first)]
        if not len(samples):
            return None
        slow: Floats = resample_poly(samples, 1, SOUND_HZ // LISTEN_HZ).astype(np.float32)
        return Audio(slow, LISTEN_HZ)


def _decode(packets: Sequence[tuple[int, bytes]], extradata: bytes) -> Floats:
    """float32, (n,), at SOUND_HZ, from the first packet's time on."""
    decoder = av.CodecContext.create("aac", "r")
    assert isinstance(decoder, AudioCodecContext)
    decoder.extradata = extradata
    blocks: list[Floats] = []
    for pts, data in packets:
        packet = av.Packet(data)
        packet.pts, packet.time_base = pts, Fraction(1, SOUND_HZ)
        blocks += [_first_channel(frame) for frame in decoder.decode(packet)]
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)


def _first_channel(frame: AudioFrame) -> Floats:
    return np.asarray(frame.to_ndarray()[0], np.float32)


@dataclass(slots=True, eq=False)
class _Waiting:
    passage: Passage
    rank: int
    put_at: float
    """Seconds of the show."""
    now: Catalogue
    """As it was when the passage ended."""


@dataclass(slots=True)
class _Counts:
    heard: int = 0
    heard_seconds: float = 0.0
    again: int = 0
    unheard: Counter[Unheard] = field(default_factory=Counter)
    wrong: Counter[What] = field(default_factory=Counter)
    corrected: int = 0
    delays: deque[float] = field(default_factory=lambda: deque(maxlen=100))
    working_seconds: float = 0.0


class Ear:
    """One show's. ``played`` and the tap belong to the air thread, ``listen`` to the ear's own."""

    def __init__(
        self,
        open_listener: Callable[[], Listener],
        open_sounds: Callable[[], Sounds],
        languages: Sequence[Language],
        *,
        timer: Callable[[], float],
        barred: Barred = NOWHERE,
    ) -> None:
        """Both are opened on the ear's own thread, so that the threads they start are as nice as it. ``timer``: seconds, for
        what listening takes. ``barred``: as the firewall of the show has it.
        """
        self._barred = barred
        self._open_listener, self._open_sounds, self._languages = open_listener, open_sounds, languages
        self._timer = timer
        self.tap = Tap()
        self._passages = Passages()
        self._shared = threading.Condition()
        self._queue: list[_Waiting] = []
        self._known: OrderedDict[tuple[Language, str], None] = OrderedDict()
        self._now = 0.0
        self._deaf = False
        self._to_be_corrected: deque[int] = deque(maxlen=100)
        self._misheard: dict[Language, deque[float]] = {}
        """Of the last passages; the ear's own thread only."""
        """End frames of what was reported and not corrected yet."""
        self._reported: deque[int] = deque(maxlen=100)
        """Utterances, each of which is corrected once."""
        self._correcting: int | None = None
        self._counts = _Counts()

    @property
    def figures(self) -> EarFigures:
        with self._shared:
            counts = self._counts
            return EarFigures(
                counts.heard,
                round(counts.heard_seconds, 2),
                counts.again,
                dict(counts.unheard),
                dict(counts.wrong),
                counts.corrected,
                tuple(counts.delays),
                round(counts.working_seconds, 2),
            )

    def played(self, shot: Shot, now: float, catalogue: Catalogue) -> None:
        """This shot has left the encoder, and ``now`` seconds are on air with it. Costs microseconds, and less than one
        millisecond at the end of a passage: it is called on air.
        """
        frame, utterance = round(now * FPS) - 1, shot.shows.utterance
        clause = None if shot.begun is None else shot.shows.subtitle
        product_id, finished = shot.shows.product_id, shot.finished is not None
        with self._shared:
            self._now = frame / FPS
            if utterance is not None and utterance.kind == "correction" and utterance.id != self._correcting:
                self._correcting = utterance.id
                if self._to_be_corrected:
                    self._counts.corrected += 1
                    self._counts.delays.append((frame - self._to_be_corrected.popleft()) / FPS)
            listened = utterance if utterance is not None and utterance.kind in _LISTENED else None
            for passage in self._passages.push(frame, listened, clause, product_id, catalogue, finished=finished):
                self._put(passage, catalogue)
                self._shared.notify_all()

    def _put(self, passage: Passage, now: Catalogue) -> None:
        rank = self._rank(passage.aired, now)
        if self._deaf and rank != _OVERTAKEN:
            self._counts.unheard["deaf"] += 1
            return
        self._queue.append(_Waiting(passage, rank, self._now, now))
        if len(self._queue) > QUEUE:
            least = max(self._queue, key=lambda waiting: (waiting.rank, -waiting.put_at))
            self._queue.remove(least)
            self._counts.unheard["queue full"] += 1

    def _rank(self, aired: Aired, now: Catalogue) -> int:
        """What comes first: what a new price may have overtaken, answers with numbers, lines with numbers, what is new."""
        if aired.then is not now:
            return _OVERTAKEN
        if (aired.language, aired.text) in self._known:
            return _KNOWN
        if not numbers(fold(aired.text).text, aired.language):
            return _WORDS
        return _ANSWER if aired.utterance.kind == "answer" else _NUMBERS

    # The ear's own thread

    def listen(self, over: threading.Event, report: Callable[[int, Wrong], None]) -> None:
        """Until the show is over. ``report`` takes the id of an utterance and what was wrong with it."""
        listener, sounds = self._opened()
        comparer: Comparer | None = None
        failures, rest_until = 0, 0.0
        while not over.is_set():
            waiting = self._next(self._timer() < rest_until)
            if waiting is None:
                continue
            if comparer is None:
                comparer = Comparer(waiting.passage.aired.then, sounds, self._barred)
                comparer.prepare(self._languages)
            begun = self._timer()
            try:
                wrong = self._hear(waiting, None if self._deaf else listener, comparer)
                failures = 0
            except Exception as error:  # whatever the recogniser raises: the show goes on without it, and says so
                failures += 1
                _LOG.warning("ear: a passage could not be heard (%s)", type(error).__name__)
                if failures >= MOST_FAILURES:
                    self._go_deaf(error)
                continue
            took = self._timer() - begun
            if waiting.rank >= _WORDS:
                rest_until = begun + took * (1 + REST)
            self._note(waiting.passage, wrong, took)
            if wrong is not None:
                report(waiting.passage.aired.utterance.id, wrong)

    def _opened(self) -> tuple[Listener | None, Sounds]:
        try:
            return self._open_listener(), self._open_sounds()
        except Exception as error:  # no weights, no espeak-ng: new prices are looked at all the same
            self._go_deaf(error)
            return None, lambda text, language: ""

    def _next(self, resting: bool) -> _Waiting | None:
        with self._shared:
            self._shared.wait_for(lambda: bool(self._queue), _POLL_SECONDS)
            late = [waiting for waiting in self._queue if self._now - waiting.put_at > TOO_LATE_SECONDS]
            for waiting in late:
                self._queue.remove(waiting)
                self._counts.unheard["too late"] += 1
            first = min(self._queue, key=lambda waiting: (waiting.rank, waiting.put_at), default=None)
            if first is None:
                return None
            if resting and first.rank >= _WORDS:
                self._shared.wait(_POLL_SECONDS)
                return None
            self._queue.remove(first)
            return first

    def _hear(self, waiting: _Waiting, listener: Listener | None, comparer: Comparer) -> Wrong | None:
        passage, now = waiting.passage, waiting.now
        overtaken = comparer.overtaken(passage.aired, now)
        if overtaken is not None or listener is None:
            return overtaken
        sound = self.tap.sound(passage.first_frame, passage.end_frame)
        if sound is None:
            raise LookupError("the sound of a passage was kept no more")
        hearing = heard_wrong(sound, passage.aired, listener, comparer, now)
        recent = self._misheard.setdefault(passage.aired.language, deque(maxlen=LAST_HEARD))
        recent.append(hearing.misheard)
        not_clear = median_low(recent) > MOST_MISHEARD
        with self._shared:
            self._counts.again += hearing.again
            self._counts.unheard["not clear"] += not_clear
        return None if not_clear else hearing.wrong

    def _note(self, passage: Passage, wrong: Wrong | None, took: float) -> None:
        with self._shared:
            self._counts.heard += 1
            self._counts.heard_seconds += passage.seconds
            self._counts.working_seconds += took
            if wrong is None:
                self._known[passage.aired.language, passage.aired.text] = None
                while len(self._known) > MOST_KNOWN:
                    self._known.popitem(last=False)
                return
            self._counts.wrong[wrong.what] += 1
            if passage.aired.utterance.id not in self._reported:
                self._reported.append(passage.aired.utterance.id)
                self._to_be_corrected.append(passage.end_frame)
        _LOG.warning("ear: utterance %d went out wrong: %s", passage.aired.utterance.id, wrong.what)

    def _go_deaf(self, error: Exception) -> None:
        _LOG.warning("ear: nothing is heard any more (%s): only changed prices are corrected", type(error).__name__)
        with self._shared:
            self._deaf = True
            kept = [waiting for waiting in self._queue if waiting.rank == _OVERTAKEN]
            self._counts.unheard["deaf"] += len(self._queue) - len(kept)
            self._queue = kept
