"""What a record must say, and what it may not leave open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from sosie.consent.record import SCHEMA_VERSION, ConsentRecord, Kind, Subject, record_sha256, utc
from sosie.errors import YourInput

from .making import END, START, signed, unsigned

YEAR = timedelta(days=366)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("consent_id", "../../etc/passwd"),
        ("consent_id", ""),
        ("kind", "robot"),
        ("controller", " "),
        ("cloned", ()),
        ("cloned", ("face", "soul")),
        ("cloned", ("face", "face")),
        ("purposes", ()),
        ("languages", ("de",)),
        ("platforms", ("everywhere",)),
        ("intended_use", "marketing"),
        ("start", datetime(2026, 1, 1)),
        ("start", datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=8)))),
        ("end", START),
        ("end", START + YEAR + timedelta(seconds=1)),
        ("footage", ()),
        ("footage", ("AB" * 32,)),
        ("footage", ("ab" * 31,)),
        ("disclosure", ""),
        ("text_language", "de"),
        ("schema_version", SCHEMA_VERSION + 1),
    ],
)
def test_a_field_that_cannot_be_used_is_named(field: str, value: object) -> None:
    with pytest.raises(YourInput, match=field):
        replace(unsigned(), **{field: value})  # type: ignore[arg-type]


def test_a_person_consents_for_a_year_at_most() -> None:
    assert unsigned(end=START + YEAR).end == START + YEAR


def test_ten_chinese_characters_are_a_specific_use() -> None:
    assert unsigned(intended_use="在自有网店直播中介绍杯子和围巾")


@pytest.mark.parametrize("name", ["", "  ", "Ada\nLovelace", "A" * 201, "Ada\u202e"])
def test_a_name_is_one_line_of_letters(name: str) -> None:
    with pytest.raises(YourInput, match="display_name"):
        Subject(display_name=name, legal_name="Ada Example", adult=True)


def test_a_measurement_record_has_neither_signature_nor_platform() -> None:
    record = unsigned("measurement")
    with pytest.raises(YourInput, match="signature"):
        record.signed_with(signed().signature)  # type: ignore[arg-type]
    with pytest.raises(YourInput, match="platforms"):
        replace(record, platforms=("own",))


@pytest.mark.parametrize("kind", ["person", "fictional"])
def test_the_hash_names_this_record_and_no_other(kind: Kind) -> None:
    record: ConsentRecord = signed(unsigned(kind))
    assert record_sha256(record) == record_sha256(replace(record))
    assert record_sha256(record) != record_sha256(replace(record, end=END - timedelta(seconds=1)))


def test_times_are_written_one_way() -> None:
    paris = timezone(timedelta(hours=1))
    assert utc(datetime(2026, 1, 1, 1, tzinfo=paris)) == utc(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00Z"
