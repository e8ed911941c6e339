"""The one gate: nothing is cloned, rendered or put on air without a Permit, and only ``may`` gives one.

    permit = may(record, ToAir(language="zh", purpose="live", destination=url, platform="own"), now)

It is asked where a clone is made, where a file is rendered, and again for every segment on air, so that a consent that
ends during a show ends the show. It costs about half a millisecond: one signature and two hashes.

The seal of a Permit guards against mistakes: one that is built by hand, altered, or kept from an earlier run. It does not
guard against code that reads this module's private names; whoever may change the program can remove any check in it.

Withdrawal and evidence (video, passcode, same face) belong into ``_is_binding``, before the dates are looked at.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Never

from sosie.consent.destination import read_destination
from sosie.consent.record import (
    UNSIGNED,
    ConsentRecord,
    Kind,
    Part,
    Purpose,
    canonical,
    record_sha256,
    utc,
)
from sosie.consent.sign import is_signed
from sosie.consent.wording import text_sha256
from sosie.errors import Refused
from sosie.types import Language

_SEAL_KEY = secrets.token_bytes(32)
"""Made at import and kept nowhere: a Permit built or altered by mistake does not carry the right seal."""


@dataclass(frozen=True, slots=True)
class ToClone:
    """Measure this footage and fit a clone to it."""

    footage_sha256: str
    parts: tuple[Part, ...] = ("face", "voice", "gestures")


@dataclass(frozen=True, slots=True)
class ToRender:
    """Make a labelled file on this machine."""

    language: Language
    purpose: Purpose = "video"


@dataclass(frozen=True, slots=True)
class ToAir:
    """Send a labelled stream, or keep a recording of it."""

    language: Language
    purpose: Purpose
    destination: str
    """A path, or an address such as rtmp://127.0.0.1/live/key. The key is a secret: it is never logged or kept."""
    platform: str = "own"
    """Who runs the other end, from record.PLATFORMS."""


Use = ToClone | ToRender | ToAir


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to do one thing under one consent. Only the gate makes it; copies with changed fields do not hold."""

    consent_id: str
    record_sha256: str
    subject: str
    """The display name, for the label."""
    disclosure: str
    """The words under the label, e.g. "digital clone of Ada"."""
    kind: Kind
    expires: datetime
    """UTC; the end of the consent. The permit itself never looks at a clock: asking the gate again is what ends a show."""
    platforms: tuple[str, ...]
    """Where the record lets it go, apart from local files and loopback."""
    platform: str
    """The platform that was asked for; "own" where none was."""
    _seal: bytes = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if not hmac.compare_digest(self._seal, _sealed(self)):
            raise Refused("this permit was not given by the consent gate", try_this="sosie.consent.gate.may")

    @property
    def measurement(self) -> bool:
        """True: nobody agreed; labelled local files and loopback streams only, and everything made says so."""
        return self.kind == "measurement"

    def allows(self, destination: str) -> bool:
        """May the labelled result go there? ``destination`` is a path or an address. Never raises."""
        where = read_destination(destination)
        if where.reach in ("file", "loopback"):
            return True
        if where.reach == "unclear" or self.measurement:
            return False
        # A host that we cannot place may be a relay to the platform that was named; a known platform is only itself.
        platform = self.platform if where.platform == "own" else where.platform
        return platform in self.platforms


def may(record: ConsentRecord, use: Use, now: datetime) -> Permit:
    """Leave for this use at this moment, or Refused with what is missing. ``now`` is aware of its time zone."""
    if now.tzinfo is None:
        raise ValueError("now must carry a time zone")
    _is_binding(record)
    _is_current(record, now)
    match use:
        case ToClone():
            _covers_footage(record, use)
        case ToRender(language, purpose) | ToAir(language, purpose):
            _covers_speech(record, language, purpose)
    permit = _permit(record, use.platform if isinstance(use, ToAir) else "own")
    if isinstance(use, ToAir) and not permit.allows(use.destination):
        _refuse_destination(record, use)
    return permit


def _is_binding(record: ConsentRecord) -> None:
    name = f"consent {record.consent_id}"
    if record.text_sha256 != text_sha256(record.text):
        raise Refused(f"the text of {name} was changed", try_this="a new record, read and signed again")
    if not record.subject.adult:
        raise Refused(f"{name} does not state that its subject is 18 or older", wanted="an adult")
    if record.kind == "measurement":
        return
    if record.signature is None:
        raise Refused(
            f"{name} is not signed", try_this=f"`sosie consent sign {record.consent_id}` by the person itself"
        )
    if not is_signed(record):
        raise Refused(f"the signature of {name} does not fit the record", try_this="a new record, signed again")


def _is_current(record: ConsentRecord, now: datetime) -> None:
    name = f"consent {record.consent_id}"
    if now < record.start:
        raise Refused(f"{name} is not valid before {utc(record.start)}")
    if now >= record.end:
        raise Refused(f"{name} ended at {utc(record.end)}", try_this="asking the person for a new one")
    # A signature from the future means that a clock is wrong somewhere; neither time can be relied on.
    if record.signature is not None and now < record.signature.signed_at:
        raise Refused(
            f"{name} was signed at {utc(record.signature.signed_at)}, after now", try_this="setting the clock"
        )


def _covers_footage(record: ConsentRecord, use: ToClone) -> None:
    if use.footage_sha256 not in record.footage:
        raise Refused(
            f"consent {record.consent_id} does not name this footage (sha256 {use.footage_sha256[:12]}…)",
            wanted=f"one of its {len(record.footage)} files, unchanged",
            try_this="the original file, or a new consent that names this one",
        )
    _covers("cloning of", use.parts, record.cloned, record)


def _covers_speech(record: ConsentRecord, language: Language, purpose: Purpose) -> None:
    _covers("language", (language,), record.languages, record)
    _covers("purpose", (purpose,), record.purposes, record)


def _covers(what: str, asked: tuple[str, ...], agreed: tuple[str, ...], record: ConsentRecord) -> None:
    missing = [item for item in asked if item not in agreed]
    if missing or not asked:
        raise Refused(
            f"consent {record.consent_id} does not cover {what} {', '.join(missing) or 'nothing'}",
            wanted=f"one of {', '.join(agreed)}",
            try_this="staying within it, or asking the person for a new one",
        )


def _refuse_destination(record: ConsentRecord, use: ToAir) -> Never:
    where = read_destination(use.destination)
    if where.reach == "unclear":
        raise Refused(
            "the destination is neither a plain path nor a plain stream address",
            try_this="./name for a file, or rtmp://host/app/key",
        )
    if record.kind == "measurement":
        raise Refused(
            f"measurement record {record.consent_id} opens local files and streams to this machine only. {UNSIGNED}",
            try_this="rtmp://127.0.0.1/..., or a consent that the person signed",
        )
    platform = use.platform if where.platform == "own" else where.platform
    raise Refused(
        f"consent {record.consent_id} does not cover platform {platform}",
        wanted=f"one of {', '.join(record.platforms) or 'none: files and loopback streams only'}",
        try_this="asking the person for a new one",
    )


def _permit(record: ConsentRecord, platform: str) -> Permit:
    values = (
        record.consent_id, record_sha256(record), record.subject.display_name, record.disclosure, record.kind,
        record.end, record.platforms, platform,
    )  # fmt: skip
    return Permit(*values, _seal=_seal(values))


def _sealed(permit: Permit) -> bytes:
    return _seal(
        (
            permit.consent_id, permit.record_sha256, permit.subject, permit.disclosure, permit.kind,
            permit.expires, permit.platforms, permit.platform,
        )
    )  # fmt: skip


def _seal(values: tuple[object, ...]) -> bytes:
    return hmac.digest(_SEAL_KEY, canonical(values), "sha256")
