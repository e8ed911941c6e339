"""Records on disk: whole or not at all, and refused when they are not as they were written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sosie.consent.record import KINDS, Kind
from sosie.consent.store import ids, load, new_id, read_record, save
from sosie.errors import Refused, Theirs, YourInput

from .making import signed, unsigned


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_saved_comes_back(kind: Kind, tmp_path: Path) -> None:
    record = unsigned(kind) if kind == "measurement" else signed(unsigned(kind))
    path = save(record, tmp_path / "consents")
    assert load(record.consent_id, path.parent) == record
    assert [file.name for file in path.parent.iterdir()] == [f"{record.consent_id}.json"]
    assert ids(path.parent) == (record.consent_id,)


def test_ids_are_new_each_time_and_say_the_kind() -> None:
    assert new_id("person").startswith("person-")
    assert new_id("person") != new_id("person")


def test_a_stray_file_does_not_hide_the_records(tmp_path: Path) -> None:
    save(signed(), tmp_path)
    (tmp_path / "my notes.json").write_text("{}")
    assert ids(tmp_path) == ("person-0001",)


def test_a_missing_record_lists_the_known_ones(tmp_path: Path) -> None:
    save(signed(), tmp_path)
    with pytest.raises(YourInput, match="person-0001"):
        load("person-9999", tmp_path)
    with pytest.raises(YourInput, match="not the id"):
        load("../person-0001", tmp_path)


def test_a_record_gains_its_signature_and_changes_in_no_other_way(tmp_path: Path) -> None:
    draft = unsigned()
    save(draft, tmp_path)
    record = signed(draft)
    save(record, tmp_path)
    assert load("person-0001", tmp_path) == record
    for other in (draft, signed(draft), replace(record, controller="Another Shop Ltd")):
        if other == record:
            continue
        with pytest.raises(Refused, match="other terms"):
            save(other, tmp_path)


def _edit(path: Path, **fields: object) -> None:
    whole = json.loads(path.read_text("utf-8"))
    whole["record"] |= fields
    path.write_text(json.dumps(whole), "utf-8")


@pytest.mark.parametrize(
    "fields",
    [
        {"controller": "Somebody Else"},
        {"end": "2036-01-01T00:00:00Z"},
        {"end": "2026-06-30T00:00:00+00:00"},
        {"note": "anything may be hidden here"},
        {"kind": "robot"},
        {"languages": "zh"},
        {"subject": None},
    ],
)
def test_an_edited_file_is_refused(fields: dict[str, object], tmp_path: Path) -> None:
    path = save(signed(), tmp_path)
    _edit(path, **fields)
    with pytest.raises(Refused, match="not as it was written"):
        read_record(path)


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", "null", '{"record": {}}', "[" * 100_000])
def test_a_file_that_is_no_record_is_refused(body: str, tmp_path: Path) -> None:
    path = tmp_path / "person-0001.json"
    path.write_text(body)
    with pytest.raises(Refused, match="not as it was written"):
        read_record(path)


def test_a_record_under_another_name_is_refused(tmp_path: Path) -> None:
    path = save(signed(), tmp_path)
    path.rename(tmp_path / "person-0002.json")
    with pytest.raises(Refused, match="holds consent person-0001"):
        load("person-0002", tmp_path)


def test_a_place_that_cannot_be_written_is_named_and_left_clean(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(Theirs, match="could not be written"):
        save(signed(), blocked)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
