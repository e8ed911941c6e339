"""A consent record: one person, one written agreement, with its limits spelled out.

The fields follow ISO/IEC TS 27560 and the Kantara receipt where those have a name, and add what the law asks of a replica
of a person: separate ticks for face, voice and gestures (China's Deep Synthesis Provisions, 2023-01-10, ask for separate
consent), a "reasonably specific description of intended use" (New York GOL 5-302; California AB 2602 alike), and an end.

Three kinds. A ``person`` signs. For a ``fictional`` figure whoever rendered it signs that nobody is behind it.
A ``measurement`` record is signed by nobody and says so: it opens labelled local files and loopback streams only.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from sosie.errors import YourInput
from sosie.types import LANGUAGES, Language

SCHEMA_VERSION = 1
LONGEST = {"person": timedelta(days=366), "fictional": timedelta(days=3660), "measurement": timedelta(days=366)}
"""Never open-ended. Twelve months for a person is our own cap; a figure that nobody is behind may be used for longer."""
SHORTEST_USE = 20
"""Characters of the description of the intended use; less cannot be specific."""
UNSIGNED = "No signature: nobody in this footage agreed to anything. For measuring only."
"""How a measurement record is to be shown wherever it appears."""

Kind = Literal["person", "fictional", "measurement"]
Purpose = Literal["live", "video", "chat"]
Part = Literal["face", "voice", "gestures"]
KINDS: tuple[Kind, ...] = ("person", "fictional", "measurement")
PURPOSES: tuple[Purpose, ...] = ("live", "video", "chat")
PARTS: tuple[Part, ...] = ("face", "voice", "gestures")
PLATFORMS = (
    "own", "youtube", "twitch", "bilibili", "douyin", "kuaishou", "taobao", "tiktok", "facebook", "instagram", "wechat",
)  # fmt: skip
"""``own`` is the controller's own site or server. Agreeing to a platform is not that platform's leave to stream there."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is cloned."""

    display_name: str
    """The name shown on screen: "digital clone of <name>"."""
    legal_name: str
    """The name that signs. For a fictional figure: who rendered it. For a measurement record: where the clip is from."""
    adult: bool
    """The subject states to be 18 or older (a fictional figure is made as an adult; who measures answers for it)."""

    def __post_init__(self) -> None:
        for name in ("display_name", "legal_name"):
            text = getattr(self, name)
            if not text.strip() or len(text) > 200 or not text.isprintable():
                raise YourInput(f"subject.{name} is {text[:40]!r}", wanted="1 to 200 printable characters")


@dataclass(frozen=True, slots=True)
class Signature:
    """What makes a record binding. A key of one's own proves that nothing was changed since, not who held the pen."""

    level: str
    """Said as it is, e.g. "simple electronic signature, key held by this installation of Sosie, for Ada Lovelace"; never
    "advanced" or "qualified"."""
    signed_name: str
    """As typed by the signer; part of what is signed."""
    signed_at: datetime
    """UTC; part of what is signed."""
    public_key: str
    """Ed25519, 32 bytes, hex."""
    value: str
    """Ed25519 signature over ``signed_bytes``, 64 bytes, hex."""


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """Who agreed to what, until when."""

    consent_id: str
    kind: Kind
    subject: Subject
    controller: str
    """Who may use the clone and answers for it."""
    cloned: tuple[Part, ...]
    """One tick each; what is not here may not be cloned."""
    purposes: tuple[Purpose, ...]
    """``live`` streams, ``video`` files, ``chat`` answers to viewers; separate ticks."""
    intended_use: str
    """What will be said, sold or shown: reasonably specific."""
    platforms: tuple[str, ...]
    """From ``PLATFORMS``; empty means: local files and loopback streams only."""
    languages: tuple[Language, ...]
    start: datetime
    """UTC, included."""
    end: datetime
    """UTC, excluded; at most ``LONGEST`` after the start."""
    footage: tuple[str, ...]
    """SHA-256 of every footage file that may be used, 64 lower-case hex digits."""
    disclosure: str
    """How the label names the clone, shown to viewers under the words that the law asks for."""
    text_language: Language
    text: str
    """The full text that the signer read; made by wording.consent_text."""
    text_sha256: str
    wording_version: int
    schema_version: int = SCHEMA_VERSION
    signature: Signature | None = None

    def __post_init__(self) -> None:
        _check(self)

    def signed_with(self, signature: Signature) -> ConsentRecord:
        return replace(self, signature=signature)


def _check(record: ConsentRecord) -> None:
    def want(good: bool, field: str, wanted: str) -> None:
        if not good:
            raise YourInput(f"{field} of this consent record cannot be used", wanted=wanted)

    identifier = record.consent_id
    want(
        bool(identifier) and identifier.isascii() and identifier.replace("-", "").isalnum() and len(identifier) <= 64,
        "consent_id", "letters, digits and dashes, at most 64",
    )  # fmt: skip
    want(record.schema_version == SCHEMA_VERSION, "schema_version", f"{SCHEMA_VERSION}, written by this Sosie")
    want(record.kind in KINDS, "kind", f"one of {', '.join(KINDS)}")
    want(bool(record.controller.strip()), "controller", "the name of who uses the clone")
    for field, given, known in (
        ("cloned", record.cloned, PARTS),
        ("purposes", record.purposes, PURPOSES),
        ("languages", record.languages, LANGUAGES),
        ("platforms", record.platforms, PLATFORMS),
    ):
        want(set(given) <= set(known) and len(set(given)) == len(given), field, f"each once, of {', '.join(known)}")
        want(bool(given) or field == "platforms", field, f"at least one of {', '.join(known)}")
    want(
        len(record.intended_use.strip()) >= SHORTEST_USE or _mostly_han(record.intended_use),
        "intended_use", f"a specific description, {SHORTEST_USE} characters or more",
    )  # fmt: skip
    for field, time in (("start", record.start), ("end", record.end)):
        want(time.tzinfo is not None and time.utcoffset() == timedelta(0), field, "a time in UTC")
    want(record.start < record.end, "end", "a time after the start; a consent is never open-ended")
    longest = LONGEST[record.kind]
    want(record.end - record.start <= longest, "end", f"at most {longest.days} days after the start")
    want(bool(record.footage), "footage", "the sha256 of at least one footage file")
    want(all(_is_sha256(item) for item in record.footage), "footage", "sha256 as 64 lower-case hex digits")
    want(bool(record.disclosure.strip()), "disclosure", "the words that name the clone to viewers")
    want(record.text_language in LANGUAGES, "text_language", f"one of {', '.join(LANGUAGES)}")
    if record.kind == "measurement":
        want(record.signature is None, "signature", "none: nobody signed, and no measurement record may pretend it")
        want(not record.platforms, "platforms", "none: a measurement record opens local files and loopback only")


def _mostly_han(text: str) -> bool:
    """Ten Chinese characters say as much as twenty letters."""
    return sum("\u4e00" <= letter <= "\u9fff" for letter in text) >= SHORTEST_USE // 2


def _is_sha256(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def utc(time: datetime) -> str:
    """ISO 8601 in UTC to the second, the one form in which times are signed."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no spaces, UTF-8. No floats travel in it, so there is one way to write it (RFC 8785)."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def record_bytes(record: ConsentRecord) -> bytes:
    """The whole record, signature included."""
    return canonical(asdict(record))


def record_sha256(record: ConsentRecord) -> str:
    """Names this very record in manifests and labels without telling anything about the person."""
    return hashlib.sha256(record_bytes(record)).hexdigest()


def signed_bytes(record: ConsentRecord, level: str, signed_name: str, signed_at: datetime) -> bytes:
    """What the signature covers: every field of the record, how it is signed, the name as typed, and when."""
    fields = asdict(record)
    del fields["signature"]
    return canonical({"record": fields, "level": level, "signed_name": signed_name, "signed_at": signed_at})
