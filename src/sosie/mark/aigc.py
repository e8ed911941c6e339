"""The AIGC record of GB 45438-2025, appendix E: who made this content with a machine, and under which number.

    {"AIGC": {"Label": "1", "ContentProducer": "...", "ProduceID": "...", "ReservedCode1": "...",
              "ContentPropagator": "...", "PropagateID": "...", "ReservedCode2": ""}}

Exactly one record goes into every file and into the metadata of every stream. ``ReservedCode1`` is free "for the
producer's own integrity data": there we name the consent record the content was made under.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, fields
from typing import Literal

from sosie.errors import YourInput

KEY = "AIGC"
"""The metadata key; the standard asks that it contains these letters."""
DEFAULT_PRODUCER = "Sosie"
"""A plain name: the 27-character producer code needs a Chinese unified credit code, which an open-source project has not."""

ConsentKind = Literal["person", "fictional", "measurement"]
CONSENT_KINDS: tuple[ConsentKind, ...] = ("person", "fictional", "measurement")
Label = Literal["1", "2", "3"]
"""1: made by a machine; 2: may be; 3: suspected. Everything that Sosie makes is "1"."""

_LABELS = ("1", "2", "3")
# "Single-byte printable characters of GB 18030": 0x20-0x7E. The quote and the backslash are forbidden by the standard,
# because the values travel inside JSON that other software cuts by hand.
_PLAIN = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]*")
_NAMES = {
    "label": "Label",
    "producer": "ContentProducer",
    "produce_id": "ProduceID",
    "reserved1": "ReservedCode1",
    "propagator": "ContentPropagator",
    "propagate_id": "PropagateID",
    "reserved2": "ReservedCode2",
}


class BrokenRecord(YourInput):
    """A text that says AIGC but is not a record of appendix E."""


@dataclass(frozen=True, slots=True)
class ConsentReference:
    """Which consent record a content was made under. Names nobody: the record itself stays with its keeper."""

    consent_id: str
    """Letters, digits, dot, dash, underscore; 1 to 64."""
    record_sha256: str
    """64 lower-case hexadecimal digits, of the record."""
    kind: ConsentKind

    def __post_init__(self) -> None:
        if ConsentReference._parse(self.to_text()) is None:
            raise ValueError("a consent reference needs a plain id, a sha256 in lower case and a known kind")

    @property
    def measurement(self) -> bool:
        """True: nobody signed; made for measuring on one machine."""
        return self.kind == "measurement"

    def to_text(self) -> str:
        return f"sosie-consent {self.consent_id} {self.kind} sha256 {self.record_sha256}"

    @classmethod
    def from_text(cls, text: str) -> ConsentReference | None:
        """None for a text that is not ours; BrokenRecord for one that begins like ours and is not whole."""
        if not text.startswith("sosie-consent"):
            return None
        found = cls._parse(text)
        if found is None:
            raise BrokenRecord("the consent reference in ReservedCode1 is damaged")
        return cls(*found)

    @staticmethod
    def _parse(text: str) -> tuple[str, str, ConsentKind] | None:
        match = re.fullmatch(r"sosie-consent ([A-Za-z0-9._-]{1,64}) (\w+) sha256 ([0-9a-f]{64})", text)
        kinds = [kind for kind in CONSENT_KINDS if match is not None and kind == match[2]]
        return (match[1], match[3], kinds[0]) if match is not None and kinds else None


@dataclass(frozen=True, slots=True)
class Aigc:
    """One record. Values are printable ASCII without ``"`` and ``\\``; a record that cannot be written cannot be built."""

    label: Label
    producer: str
    """Name or code of who made the content; not empty."""
    produce_id: str
    """Number of the content, unique at its producer; not empty."""
    reserved1: str
    """The producer's integrity data; ours is ``ConsentReference.to_text()``."""
    propagator: str
    """Who published it; the producer at first writing."""
    propagate_id: str
    """Its number there; ``produce_id`` at first writing."""
    reserved2: str = ""

    def __post_init__(self) -> None:
        if self.label not in _LABELS:
            raise BrokenRecord(f"AIGC Label is {self.label!r}", wanted=f"one of {', '.join(_LABELS)}")
        for name, key in _NAMES.items():
            value = getattr(self, name)
            if not isinstance(value, str) or not _PLAIN.fullmatch(value):
                raise BrokenRecord(
                    f"AIGC {key} is {value!r}",
                    wanted='printable ASCII without " and \\ (GB 45438-2025, appendix E)',
                    try_this="a name in Latin letters, or the producer code of your registration",
                )
            if not value.strip() and name in ("producer", "produce_id", "propagator", "propagate_id"):
                raise BrokenRecord(f"AIGC {key} is empty", wanted="a name or number")

    @classmethod
    def first(cls, consent: ConsentReference, *, producer: str = DEFAULT_PRODUCER, produce_id: str = "") -> Aigc:
        """The record at first writing; ``produce_id`` is drawn fresh unless given."""
        number = produce_id or f"sosie-{secrets.token_hex(12)}"
        return cls("1", producer, number, consent.to_text(), producer, number)

    def consent(self) -> ConsentReference | None:
        """The consent reference that a Sosie file carries; None in records of other makers."""
        return ConsentReference.from_text(self.reserved1)

    def to_json(self) -> str:
        inside = {key: getattr(self, name) for name, key in _NAMES.items()}
        return json.dumps({KEY: inside}, ensure_ascii=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Aigc:
        """Reads any maker's record, with or without the outer ``AIGC``; raises BrokenRecord."""
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BrokenRecord("the AIGC record is not JSON", wanted="the JSON of GB 45438-2025, appendix E") from error
        inside = found.get(KEY, found) if isinstance(found, dict) else None
        if not isinstance(inside, dict):
            raise BrokenRecord("the AIGC record has no fields", wanted="the JSON of GB 45438-2025, appendix E")
        missing = [key for name, key in _NAMES.items() if key not in inside and not name.startswith("reserved")]
        if missing:
            raise BrokenRecord(f"the AIGC record lacks {', '.join(missing)}")
        return cls(**{name: inside.get(key, "") for name, key in _NAMES.items()})


assert {field.name for field in fields(Aigc)} == set(_NAMES)
