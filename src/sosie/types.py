"""The nouns that travel between the stages.

All are frozen and check their own shape when built. Positions are integers: samples at ``VOICE_HZ`` or frames at
``FPS``; audio is the clock, and one frame is always ``SAMPLES_PER_FRAME`` samples. Ranges are half-open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FPS = 25
"""Frames a second of everything that Sosie makes."""
VOICE_HZ = 24_000
"""Samples a second of every voice and of the show's own sound track (mono)."""
LISTEN_HZ = 16_000
"""Samples a second of what recognisers and speaker encoders hear (mono)."""
SAMPLES_PER_FRAME = VOICE_HZ // FPS
"""Samples of voice under one frame: 960."""
N_LANDMARKS = 478
N_BLENDSHAPES = 52
N_LIP_NUMBERS = 16
"""6 measures (opening, width, jaw, aspect, pucker, jaw blendshape) + 10 principal components; see lips/shape.py."""

Language = Literal["zh", "en", "fr"]
LANGUAGES: tuple[Language, ...] = ("zh", "en", "fr")

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


def _want(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """Mono sound."""

    samples: Floats
    """float32, (n_samples,), in [-1, 1], finite."""
    rate_hz: int
    """Samples a second."""

    def __post_init__(self) -> None:
        _want(self.samples.ndim == 1, f"samples must be (n_samples,), got {self.samples.shape = }")
        _want(self.samples.dtype == np.float32, f"samples must be float32, got {self.samples.dtype}")
        _want(self.rate_hz > 0, f"rate_hz must be positive, got {self.rate_hz}")
        # One NaN makes the AAC encoder refuse the whole stream, so it is stopped where it is made.
        _want(bool(np.isfinite(self.samples).all()), "samples must be finite, got NaN or infinity")

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate_hz

    def __repr__(self) -> str:
        return f"Audio({self.seconds:.3f} s at {self.rate_hz} Hz)"


@dataclass(frozen=True, slots=True, eq=False)
class YuvFrame:
    """One picture, planar 4:2:0, BT.709, limited range (luma 16-235, chroma 16-240).

    The planes may be written by the one stage that holds the frame; the dataclass is frozen, the pixels are not.
    """

    y: Bytes
    """uint8, (height, width); both even."""
    u: Bytes
    """uint8, (height / 2, width / 2): Cb."""
    v: Bytes
    """uint8, (height / 2, width / 2): Cr."""

    def __post_init__(self) -> None:
        height, width = self.y.shape
        _want(height % 2 == 0 and width % 2 == 0, f"width and height must be even, got {width}x{height}")
        half = (height // 2, width // 2)
        _want(
            self.u.shape == half and self.v.shape == half, f"chroma must be {half}, got {self.u.shape}, {self.v.shape}"
        )
        for plane in (self.y, self.u, self.v):
            _want(plane.dtype == np.uint8, f"planes must be uint8, got {plane.dtype}")

    @property
    def width(self) -> int:
        return int(self.y.shape[1])

    @property
    def height(self) -> int:
        return int(self.y.shape[0])

    def copy(self) -> YuvFrame:
        return YuvFrame(self.y.copy(), self.u.copy(), self.v.copy())

    def __repr__(self) -> str:
        return f"YuvFrame({self.width}x{self.height})"


@dataclass(frozen=True, slots=True, eq=False)
class FaceSeen:
    """One face found in one picture."""

    points: Floats
    """float32, (478, 3): x, y in pixels of the picture, z in the same scale, smaller is nearer."""
    blendshapes: Floats
    """float32, (52,), in [0, 1], in the order of MediaPipe's face blendshapes."""
    score: float
    """Confidence in [0, 1] that this is a face."""

    def __post_init__(self) -> None:
        _want(self.points.shape == (N_LANDMARKS, 3), f"points must be (478, 3), got {self.points.shape}")
        _want(self.blendshapes.shape == (N_BLENDSHAPES,), f"blendshapes must be (52,), got {self.blendshapes.shape}")


@dataclass(frozen=True, slots=True, eq=False)
class FaceTrack:
    """The one face of a piece of footage, frame by frame at ``FPS``."""

    points: Floats
    """float32, (n_frames, 478, 3), pixels of the brought footage; gaps are filled by interpolation."""
    blendshapes: Floats
    """float32, (n_frames, 52), in [0, 1]."""
    seen: NDArray[np.bool_]
    """bool, (n_frames,): False where the face was not found and the row was interpolated."""

    def __post_init__(self) -> None:
        n = len(self.points)
        _want(self.points.shape == (n, N_LANDMARKS, 3), f"points must be (n, 478, 3), got {self.points.shape}")
        _want(
            self.blendshapes.shape == (n, N_BLENDSHAPES), f"blendshapes must be (n, 52), got {self.blendshapes.shape}"
        )
        _want(self.seen.shape == (n,), f"seen must be ({n},), got {self.seen.shape}")

    def __len__(self) -> int:
        return len(self.points)


@dataclass(frozen=True, slots=True)
class Phone:
    """One sound of a speech, as the voice made it."""

    symbol: str
    """IPA or Kokoro symbol; "" or a space is silence between words."""
    start: int
    """First sample, at the rate of the speech's audio."""
    end: int
    """One past the last sample."""

    def __post_init__(self) -> None:
        _want(0 <= self.start <= self.end, f"a phone must have 0 <= start <= end, got {self.start}, {self.end}")


@dataclass(frozen=True, slots=True)
class Word:
    """One word (or Chinese character) of a speech or transcript, with its time."""

    text: str
    start: int
    """First sample, at the rate of the audio it belongs to."""
    end: int
    """One past the last sample."""

    def __post_init__(self) -> None:
        _want(0 <= self.start <= self.end, f"a word must have 0 <= start <= end, got {self.start}, {self.end}")


UtteranceKind = Literal["notice", "correction", "operator", "answer", "thanks", "line"]
"""``correction``: of something wrong that went out; ``operator``: a line that a person typed during the show; ``thanks``: words
to those who came, followed, gave or ordered."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something the host is to say."""

    id: int
    """Unique in a show, rising."""
    text: str
    """What is to be said, as it is shown in the subtitles."""
    language: Language
    kind: UtteranceKind = "line"
    product_id: str | None = None
    """The product card to show meanwhile; None leaves the card as it is."""
    generation: int = 0
    """Interruption number: work of an older generation than the session's is dropped where it is met."""
    topic: str | None = None
    """Id of the segment without a product that it belongs to; no card is shown meanwhile."""

    def __post_init__(self) -> None:
        _want(bool(self.text.strip()), "an utterance needs text")
        _want(self.language in LANGUAGES, f"language must be one of {LANGUAGES}, got {self.language!r}")
        _want(self.product_id is None or self.topic is None, "an utterance is of a product or of a topic, not of both")


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """One spoken clause of an utterance."""

    utterance: Utterance
    text: str
    """The clause, as written."""
    audio: Audio
    """At ``VOICE_HZ``."""
    phones: tuple[Phone, ...]
    words: tuple[Word, ...]
    last: bool
    """True for the last clause of its utterance."""

    def __post_init__(self) -> None:
        _want(self.audio.rate_hz == VOICE_HZ, f"speech must be at {VOICE_HZ} Hz, got {self.audio.rate_hz}")

    @property
    def n_frames(self) -> int:
        """Frames that this clause fills, the last one padded with silence."""
        return -(-len(self.audio.samples) // SAMPLES_PER_FRAME)


@dataclass(frozen=True, slots=True, eq=False)
class LipShapes:
    """Lip shapes for a run of frames at ``FPS``, in one person's own lip space."""

    numbers: Floats
    """float32, (n_frames, 16): standardised by the person's own mean and spread, so about [-4, 4]."""

    def __post_init__(self) -> None:
        n = len(self.numbers)
        _want(
            self.numbers.shape == (n, N_LIP_NUMBERS), f"numbers must be (n, {N_LIP_NUMBERS}), got {self.numbers.shape}"
        )
        _want(self.numbers.dtype == np.float32, f"numbers must be float32, got {self.numbers.dtype}")

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard in a piece of audio."""

    text: str
    language: str
    """Two-letter code, as recognised."""
    words: tuple[Word, ...]
    """Times at the rate of the audio that was given."""
