"""Records for tests, made by the test; nobody real is in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sosie.consent.record import ConsentRecord, Kind, Part, Purpose, Subject
from sosie.consent.sign import new_key, sign
from sosie.consent.wording import draft
from sosie.types import Language

START = datetime(2026, 1, 1, tzinfo=UTC)
END = START + timedelta(days=180)
DURING = START + timedelta(days=30)
FOOTAGE = "ab" * 32
OTHER_FOOTAGE = "cd" * 32


def unsigned(
    kind: Kind = "person",
    *,
    cloned: tuple[Part, ...] = ("face", "voice", "gestures"),
    purposes: tuple[Purpose, ...] = ("live", "video", "chat"),
    platforms: tuple[str, ...] = ("own",),
    languages: tuple[Language, ...] = ("zh", "en"),
    start: datetime = START,
    end: datetime = END,
    footage: tuple[str, ...] = (FOOTAGE,),
    intended_use: str = "Presenting the shop's mugs, lamps and scarves.",
    text_language: Language = "en",
    adult: bool = True,
) -> ConsentRecord:
    return draft(
        consent_id=f"{kind}-0001",
        kind=kind,
        subject=Subject(display_name="Ada", legal_name="Ada Example", adult=adult),
        controller="Example Shop Ltd",
        cloned=cloned,
        purposes=purposes,
        intended_use=intended_use,
        platforms=() if kind == "measurement" else platforms,
        languages=languages,
        start=start,
        end=end,
        footage=footage,
        text_language=text_language,
    )


def signed(record: ConsentRecord | None = None, now: datetime = START) -> ConsentRecord:
    record = record or unsigned()
    return sign(record, new_key(), typed_name="Ada Example", key_held_by="Ada Example", now=now)
