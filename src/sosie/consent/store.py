"""Records as files: one folder, one JSON file for each record, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile

from pydantic import TypeAdapter, ValidationError

from sosie.consent.record import ConsentRecord, Kind, record_bytes
from sosie.errors import Refused, Theirs, YourInput

_READER = TypeAdapter(ConsentRecord)


def new_id(kind: Kind) -> str:
    """Such as "person-7f3a09c2b1d4": says the kind, tells nothing about the person."""
    return f"{kind}-{secrets.token_hex(6)}"


def _is_id(text: str) -> bool:
    return text.isascii() and text.replace("-", "").isalnum()


def path_of(consent_id: str, folder: Path) -> Path:
    if not _is_id(consent_id):
        raise YourInput(f"{consent_id[:80]!r} is not the id of a consent", wanted="letters, digits and dashes")
    return folder / f"{consent_id}.json"


def ids(folder: Path) -> tuple[str, ...]:
    """The ids of all records in the folder, sorted; a file whose name is not an id is somebody else's and left out."""
    return tuple(sorted(path.stem for path in folder.glob("*.json") if _is_id(path.stem)))


def save(record: ConsentRecord, folder: Path) -> Path:
    """Writes the record and returns its file. An existing record may only gain its signature; else Refused."""
    path = path_of(record.consent_id, folder)
    if path.exists():
        old = load(record.consent_id, folder)
        if old not in (record, replace(record, signature=None)):
            raise Refused(f"consent {record.consent_id} exists with other terms", try_this="a new record")
    write_record(record, path)
    return path


def write_record(record: ConsentRecord, path: Path) -> None:
    """Atomic: a reader sees the old file or the new one, also after a power cut."""
    body = record_bytes(record)
    whole = {"record": json.loads(body), "record_sha256": hashlib.sha256(body).hexdigest()}
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, suffix=".part", delete=False) as file:
            temporary = Path(file.name)
            json.dump(whole, file, ensure_ascii=False, indent=2, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as problem:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise Theirs(f"{path} could not be written ({problem.strerror})", try_this="a folder with room") from problem


def load(consent_id: str, folder: Path) -> ConsentRecord:
    """The record of that id. Raises YourInput if there is none, Refused if the file is not as it was written."""
    path = path_of(consent_id, folder)
    if not path.exists():
        known = ", ".join(ids(folder)) or "none yet"
        raise YourInput(f"there is no consent {consent_id}", wanted=f"one of: {known}", try_this="`sosie consent new`")
    record = read_record(path)
    if record.consent_id != consent_id:
        raise Refused(f"{path.name} holds consent {record.consent_id}", try_this="the file as it was written")
    return record


def read_record(path: Path) -> ConsentRecord:
    """A record from its file. What is read must be, byte for byte, what would be written, so nothing can hide in it.

    The checksum finds accidents and careless edits. Against intent stands the signature, which the gate checks; a
    measurement record has none, and opens nothing that would be worth forging it for.
    """
    changed = Refused(f"{path.name} is not as it was written", try_this="the original file, or a new record")
    try:
        whole = json.loads(path.read_text("utf-8"))
        record = _READER.validate_json(json.dumps(whole["record"]))
    except OSError as problem:
        raise YourInput(f"{path} cannot be read ({problem.strerror})") from problem
    except (ValueError, ValidationError, KeyError, TypeError, RecursionError, YourInput) as problem:
        raise changed from problem
    body = record_bytes(record)
    same = json.loads(body) == whole["record"] and whole.get("record_sha256") == hashlib.sha256(body).hexdigest()
    if not same or set(whole) != {"record", "record_sha256"}:
        raise changed
    return record
