"""A signature closes the record: change one letter and it is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sosie.consent.record import ConsentRecord, Subject
from sosie.consent.sign import is_signed, new_key, sign, write_key
from sosie.errors import Refused, YourInput

from .making import END, OTHER_FOOTAGE, START, signed, unsigned


def test_a_draft_is_not_signed_and_a_signed_one_is() -> None:
    assert not is_signed(unsigned())
    assert is_signed(signed())


CHANGES: list[dict[str, object]] = [
    {"consent_id": "person-0002"},
    {"kind": "fictional"},
    {"subject": Subject("Ada", "Ada Exampel", True)},
    {"controller": "Another Shop Ltd"},
    {"cloned": ("face",)},
    {"purposes": ("live",)},
    {"intended_use": "Presenting whatever pays best tonight."},
    {"platforms": ("own", "youtube")},
    {"languages": ("zh", "en", "fr")},
    {"start": START - timedelta(days=1)},
    {"end": END + timedelta(seconds=1)},
    {"footage": (OTHER_FOOTAGE,)},
    {"disclosure": "Ada, live"},
    {"text_language": "fr"},
    {"text": "I agree to everything."},
    {"text_sha256": "00" * 32},
    {"wording_version": 2},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_every_field_is_under_the_signature(change: dict[str, object]) -> None:
    assert not is_signed(replace(signed(), **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"level": "qualified electronic signature"},
        {"signed_name": "Someone Else"},
        {"signed_at": START + timedelta(days=1)},
        {"public_key": "00" * 32},
        {"public_key": "not hex"},
        {"value": "00" * 64},
        {"value": ""},
    ],
)
def test_how_by_whom_and_when_are_under_the_signature_too(change: dict[str, object]) -> None:
    record = signed()
    assert record.signature is not None
    assert not is_signed(record.signed_with(replace(record.signature, **change)))  # type: ignore[arg-type]


def test_the_level_is_not_overstated() -> None:
    block = signed().signature
    assert block is not None
    assert block.level == "simple electronic signature, key held by Ada Example"
    assert (block.signed_name, block.signed_at) == ("Ada Example", START)


def _sign(record: ConsentRecord, typed_name: str = "Ada Example") -> ConsentRecord:
    return sign(record, new_key(), typed_name=typed_name, key_held_by="Ada Example", now=START)


def test_nobody_signs_for_another_or_twice_or_for_a_measurement() -> None:
    with pytest.raises(YourInput, match="name typed"):
        _sign(unsigned(), "Grace Example")
    with pytest.raises(Refused, match="signed already"):
        _sign(signed())
    with pytest.raises(Refused, match="cannot be signed"):
        _sign(unsigned("measurement"))
    assert is_signed(_sign(unsigned(), "  ada   EXAMPLE "))


def test_a_text_that_says_something_else_is_not_signed() -> None:
    with pytest.raises(YourInput, match="differ"):
        _sign(replace(unsigned(), text="I agree to nothing in particular."))


def test_a_key_is_kept_for_its_owner_only_and_never_overwritten(tmp_path: Path) -> None:
    key, path = new_key(), tmp_path / "keys" / "ada.pem"
    write_key(key, path)
    assert path.stat().st_mode & 0o777 == 0o600
    kept = load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(kept, Ed25519PrivateKey)
    assert kept.private_bytes_raw() == key.private_bytes_raw()
    with pytest.raises(YourInput, match="exists"):
        write_key(new_key(), path)
