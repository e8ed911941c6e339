"""A clone that was opened and can speak and be seen: which engine does what is decided here and in make.py, nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sosie.clone.folder import Clone, open_clone
from sosie.consent.record import ConsentRecord, record_sha256
from sosie.consent.store import ids, load, read_record
from sosie.errors import Refused
from sosie.models import home, weights
from sosie.ports import FaceEngine, LipEngine, Speaker
from sosie.show.phrases import check_notice_is_said
from sosie.types import LANGUAGES, Language
from sosie.voice.text import NAMES, Pronunciations

VOICE_NAME = "voice.npz"
NONE = Pronunciations()
"""A user's list without a name."""


@dataclass(frozen=True, slots=True, eq=False)
class Host:
    """Someone who can be put on screen. The speaker belongs to one thread, the face to another; the lips are safe for all."""

    clone: Clone
    record: ConsentRecord
    """The consent that the gate is asked about, each time."""
    speaker: Speaker
    lips: LipEngine
    face: FaceEngine


def consents() -> Path:
    """Where this installation keeps its consent records."""
    return home() / "consents"


def consent_of(clone: Clone) -> ConsentRecord:
    """The record as this installation knows it now, else the copy that was sealed into the clone.

    Raises Refused when that copy is not the record that the clone was made under.
    """
    if clone.manifest.consent_id in ids(consents()):
        record = load(clone.manifest.consent_id, consents())
    else:
        record = read_record(clone.consent_file)
        if record_sha256(record) != clone.manifest.consent_sha256:
            raise Refused(f"The consent record in {clone.folder} is not the one that this clone was made under")
    if clone.manifest.footage_sha256 not in record.footage:
        raise Refused(
            f"Consent {record.consent_id} does not name the footage that {clone.folder} was made of",
            try_this="make the clone again under a consent that names it",
        )
    return record


def open_host(
    path: Path,
    *,
    languages: Sequence[Language] = LANGUAGES,
    threads: int = 2,
    pronunciations: Pronunciations = NONE,
) -> Host:
    """Opens the clone and loads its engines: about 6 s, 700 MB. ``threads``: of the voice; the face takes one.

    ``pronunciations``: the user's own, which come before ours. Raises YourInput for what is no clone or a sound that the voice
    does not have, Refused for a changed clone, one without its consent, or a pronunciation that would change the spoken notice.
    """
    check_notice_is_said(pronunciations)
    from sosie.engines.kokoro import Kokoro
    from sosie.engines.whisper_encoder import WhisperEncoder
    from sosie.face.fit import FaceFit
    from sosie.face.perform import Performer
    from sosie.lips.fit import LipFit
    from sosie.lips.predict import LipPredictor
    from sosie.voice.style import VoiceStyle

    clone = open_clone(path)
    return Host(
        clone=clone,
        record=consent_of(clone),
        speaker=Kokoro(
            VoiceStyle.load(clone.voice / VOICE_NAME),
            threads=threads,
            languages=languages,
            names=pronunciations.over(NAMES),
        ),
        lips=LipPredictor(LipFit.load(clone.lips), WhisperEncoder(weights("whisper-base"))),
        face=Performer(FaceFit.load(clone.face, clone.video)),
    )
