"""What a clone says of itself: made from which footage, under which consent, of which files.

The manifest is the seal: it names every file of the clone with its sha256, so that a changed file is noticed when the clone is
opened, and it holds no personal data besides the consent's id and hash (the record itself lies beside it).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError

from sosie.errors import YourInput
from sosie.types import Language

FORMAT = 1
"""Rises when a newer Sosie writes clones that an older one cannot read."""
MANIFEST_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class SealedFile:
    path: str
    """Relative to the clone's folder, with ``/``."""
    n_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Scores:
    """How well the parts fitted; measured while the clone was made."""

    lag_seconds: float
    """How early the footage's lips were before its sound; corrected."""
    lip_score: float
    """Correlation of predicted and tracked lip opening at that lag, on the footage itself, in [-1, 1]."""
    voice_likeness: float
    """Cosine of the speaker embeddings of clone and person."""
    voice_ceiling: float
    """The same between two parts of the person's own speech."""
    misunderstood: dict[Language, float]
    """Share of sounds that a recogniser got wrong, for each language that the clone speaks; natives are at .02 to .06."""
    voice_note: str
    """What was kept of the voice fit and why, one sentence; it holds no name."""


@dataclass(frozen=True, slots=True)
class Manifest:
    created: str
    """ISO 8601, UTC."""
    sosie_version: str
    consent_id: str
    consent_sha256: str
    consent_kind: str
    """"person", "fictional" or "measurement"."""
    footage_sha256: str
    width: int
    height: int
    n_frames: int
    voice: str
    """"quick" or "full": how the voice was fitted."""
    scores: Scores
    files: tuple[SealedFile, ...]
    format: int = FORMAT

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str, where: str) -> Manifest:
        """``where`` is named in the error. Raises YourInput for anything that is not a manifest of this format."""
        try:
            raw = json.loads(text)
            found = raw["format"]
        except (ValueError, KeyError, TypeError):
            raise YourInput(f"{where} is not a clone's manifest", wanted="a folder made by `sosie clone`") from None
        if found != FORMAT:
            raise YourInput(
                f"{where} is a clone of format {found!r}",
                wanted=f"format {FORMAT}",
                try_this="a newer Sosie, or make the clone again from its footage",
            )
        again = "make the clone again from its footage"
        try:
            manifest = _READER.validate_python(raw)
        except ValidationError as error:
            fields = ", ".join(sorted({".".join(map(str, fault["loc"])) for fault in error.errors()}))
            raise YourInput(f"{where} is damaged ({fields})", try_this=again) from None
        if json.loads(manifest.to_json()) != raw:
            raise YourInput(f"{where} holds what no manifest holds", try_this=again)
        return manifest


_READER = TypeAdapter(Manifest)


def stamp(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")
