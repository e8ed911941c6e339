"""What we ask of engines. Small protocols with exact values; each has one contract suite in tests/contracts/.

An adapter is one file in engines/: it imports its heavy package inside, turns its exceptions into ours, and does nothing
that a stage could do (no chunking, no resampling, no queues).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Protocol

from sosie.chat.backoff import Pace
from sosie.chat.events import RoomEvent
from sosie.chat.post import MarkedPost
from sosie.types import Audio, Bytes, FaceSeen, Floats, Language, LipShapes, Speech, Transcript, Utterance, YuvFrame
from sosie.writer.task import Draft, Task


class Speaker(Protocol):
    """Turns an utterance into speech, clause by clause, so that the first clause can be on air before the last is made."""

    @property
    def languages(self) -> tuple[Language, ...]: ...

    def speak(self, utterance: Utterance) -> Iterator[Speech]:
        """Yields at least one clause; exactly the last has ``last=True``. Raises YourInput for text with nothing to say."""
        ...


class Listener(Protocol):
    """Writes down what was said."""

    def transcribe(self, audio: Audio, language: Language | None = None) -> Transcript:
        """``audio`` at LISTEN_HZ; ``language`` None means: find out."""
        ...


class VoiceEncoder(Protocol):
    """Knows voices apart."""

    def embed(self, audio: Audio) -> Floats:
        """float32, (n,), unit length; ``audio`` at LISTEN_HZ, at least 1 s of speech."""
        ...


class MeaningEncoder(Protocol):
    """Turns short texts into points whose nearness is nearness of meaning, across languages."""

    def embed(self, texts: Sequence[str]) -> Floats:
        """float32, (n_texts, n_dimensions), unit length; compare by dot product."""
        ...


class Writer(Protocol):
    """Words answers to what the built-in ones decline. Whatever it writes is checked before it is said (claims/quoted.py)."""

    def write(self, given: Task, seconds: float) -> Draft:
        """Returns within ``seconds``, with what it has by then or why there is nothing. Safe for threads; never raises."""
        ...


class FaceTracker(Protocol):
    """Finds the faces of a picture; may use where they were in the picture before (reset between clips)."""

    def faces(self, rgb: Bytes) -> tuple[FaceSeen, ...]:
        """``rgb`` uint8 (height, width, 3), RGB. All faces, largest first."""
        ...

    def reset(self) -> None: ...


class FaceEncoder(Protocol):
    """Knows faces apart."""

    def embed(self, rgb: Bytes, points: Floats) -> Floats:
        """float32, (n,), unit length, of the face whose landmarks ``points`` (478, 2 or 3) are given in pixels of ``rgb``."""
        ...


class SpeechEncoder(Protocol):
    """Hears how something is said: features for the lips, 50 a second."""

    def encode(self, audio: Audio) -> Floats:
        """float32, (ceil(n_samples / 320), 768); row i is centred at i * 20 ms. ``audio`` at LISTEN_HZ, any length."""
        ...


class LipEngine(Protocol):
    """Speech in, the person's lip shapes out: one row for each frame that the speech fills."""

    def shapes(self, speech: Speech) -> LipShapes:
        """Safe for threads: the voice's and the microphone's. A person's live speech has sound only, no phones and no words."""
        ...


class FaceEngine(Protocol):
    """The clone on screen: talks while it has shapes, listens otherwise. One call, one frame; never waits, never ends."""

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        ...

    def prepare(self, shapes: LipShapes) -> None:
        """Queues shapes; they are shown by the next ``len(shapes)`` calls of ``next_frame`` after those already queued."""
        ...

    def next_frame(self) -> YuvFrame:
        """The next picture; the caller owns its planes."""
        ...


Hear = Callable[[RoomEvent], Awaitable[None]]
"""Takes an event. Returns when it is safe with us, which may take as long as the queue is full."""


class ChatSource(Protocol):
    """The chat of one room, read over one connection after the other; live/chat.py connects again and waits in between."""

    @property
    def name(self) -> str:
        """For people and logs, such as "twitch 1234"; holds no secret."""
        ...

    async def listen(self, hear: Hear) -> None:
        """One connection from its beginning to its end. May be called again, and goes on where the last one ended.

        Awaits ``hear`` for each event before the platform is told that it arrived, so that what was not taken comes again.
        Returns when the platform wants a new connection. Raises Theirs when it broke (TryLater where the platform says when),
        YourInput when only the operator can mend it, and nothing else. May be cancelled at any time.
        """
        ...


class ChatSink(Protocol):
    """Posts into the chat of one room."""

    @property
    def name(self) -> str:
        """As of a source."""
        ...

    @property
    def destination(self) -> str:
        """The address that is posted to, for the consent gate. May hold a secret: never told."""
        ...

    @property
    def pace(self) -> Pace:
        """What the platform allows; whoever calls ``post`` keeps to it."""
        ...

    async def post(self, post: MarkedPost) -> str:
        """The id that the platform gave it, or empty. Raises Theirs (TryLater where it says when) or YourInput, as a source."""
        ...
