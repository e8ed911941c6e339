"""The AIGC record: what cannot be written cannot be built, what was written is read back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosie.mark.aigc import Aigc, BrokenRecord, ConsentReference

CONSENT = ConsentReference("person-7f3a", "ab" * 32, "person")
RECORD = Aigc.first(CONSENT, producer="Example Shop", produce_id="n-1")
PLAIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters='"\\'), min_size=1).filter(
    str.strip
)


def test_the_json_is_that_of_appendix_e() -> None:
    assert json.loads(RECORD.to_json()) == {
        "AIGC": {
            "Label": "1",
            "ContentProducer": "Example Shop",
            "ProduceID": "n-1",
            "ReservedCode1": f"sosie-consent person-7f3a person sha256 {'ab' * 32}",
            "ContentPropagator": "Example Shop",
            "PropagateID": "n-1",
            "ReservedCode2": "",
        }
    }


@given(producer=PLAIN, number=PLAIN)
def test_every_record_that_can_be_built_comes_back(producer: str, number: str) -> None:
    record = Aigc.first(CONSENT, producer=producer, produce_id=number)
    assert Aigc.from_json(record.to_json()) == record
    assert record.consent() == CONSENT


@pytest.mark.parametrize("name", ["producer", "produce_id", "propagator", "propagate_id", "reserved1", "reserved2"])
@pytest.mark.parametrize("bad", ['a"b', "a\\b", "商店", "line\nbreak", "\x7f", "é"])
def test_values_that_the_standard_forbids_are_refused_by_field_name(name: str, bad: str) -> None:
    with pytest.raises(BrokenRecord, match="printable ASCII"):
        replace(RECORD, **{name: bad})


@pytest.mark.parametrize("name", ["producer", "produce_id", "propagator", "propagate_id"])
def test_a_record_names_who_and_which(name: str) -> None:
    with pytest.raises(BrokenRecord, match="is empty"):
        replace(RECORD, **{name: " "})


def test_the_label_is_one_of_three() -> None:
    with pytest.raises(BrokenRecord, match="Label"):
        replace(RECORD, label="0")  # type: ignore[arg-type]


def test_two_contents_never_share_a_number() -> None:
    assert len({Aigc.first(CONSENT).produce_id for _ in range(200)}) == 200


def test_a_record_of_another_maker_is_read_with_or_without_the_outer_name() -> None:
    inside = {"Label": "2", "ContentProducer": "X", "ProduceID": "1", "ContentPropagator": "Y", "PropagateID": "2"}
    bare, wrapped = Aigc.from_json(json.dumps(inside)), Aigc.from_json(json.dumps({"AIGC": inside}))
    assert bare == wrapped
    assert (bare.label, bare.propagator, bare.consent()) == ("2", "Y", None)


@pytest.mark.parametrize(
    "text", ["", "AIGC", "[]", '{"AIGC": 1}', '{"AIGC": {"Label": "1"}}', '{"Label": 1}', "[" * 100_000]
)
def test_what_is_no_record_is_said_to_be_none(text: str) -> None:
    with pytest.raises(BrokenRecord):
        Aigc.from_json(text)


@pytest.mark.parametrize("kind", ["person", "fictional", "measurement"])
def test_a_consent_reference_comes_back(kind: str) -> None:
    reference = ConsentReference("x-1", "0f" * 32, kind)  # type: ignore[arg-type]
    assert ConsentReference.from_text(reference.to_text()) == reference
    assert reference.measurement == (kind == "measurement")


def test_a_damaged_consent_reference_is_damaged_and_not_absent() -> None:
    with pytest.raises(BrokenRecord, match="consent reference"):
        ConsentReference.from_text(CONSENT.to_text()[:-1])


@pytest.mark.parametrize(
    ("consent_id", "sha256"), [("", "ab" * 32), ("a b", "ab" * 32), ("名", "ab" * 32), ("a", "AB" * 32), ("a", "ab")]
)
def test_a_consent_reference_is_plain(consent_id: str, sha256: str) -> None:
    with pytest.raises(ValueError, match="plain id"):
        ConsentReference(consent_id, sha256, "person")
