"""Signing: the person types their name, and an Ed25519 key made for them closes the record.

Level: a simple electronic signature (eIDAS art. 3(10)). A key that one made oneself shows that nothing was changed since
the signing; it does not show who signed. So the level is written out with who holds the key, and never called more.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from sosie.consent.record import UNSIGNED, ConsentRecord, Signature, signed_bytes
from sosie.consent.wording import consent_text
from sosie.errors import Refused, YourInput


def new_key() -> Ed25519PrivateKey:
    """A key for one signer; keep it with ``write_key``, for withdrawing is signed with the same one."""
    return Ed25519PrivateKey.generate()


def write_key(key: Ed25519PrivateKey, path: Path) -> None:
    """PEM (PKCS 8), readable by its owner only. Never overwrites a key."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise YourInput(f"{path} exists", wanted="a new file for the key", try_this="another place") from None
    with os.fdopen(handle, "wb") as file:
        file.write(pem)


def sign(
    record: ConsentRecord, key: Ed25519PrivateKey, *, typed_name: str, key_held_by: str, now: datetime
) -> ConsentRecord:
    """The record with its signature.

    ``typed_name`` is what the signer typed; it has to be the record's legal name, so that nobody signs for another by
    mistake. Raises Refused for a measurement record or a signed one, YourInput for another name or an altered text.
    """
    if record.kind == "measurement":
        raise Refused(f"a measurement record cannot be signed. {UNSIGNED}")
    if record.signature is not None:
        raise Refused(f"consent {record.consent_id} is signed already", try_this="a new record for new terms")
    if not key_held_by.strip():
        raise YourInput("nobody is named as holding the key", wanted="who keeps the signing key")
    if _folded(typed_name) != _folded(record.subject.legal_name):
        raise YourInput("the name typed is not the legal name in the record", wanted="the signer's own legal name")
    if record.text != consent_text(record):
        raise YourInput("the text and the fields of this record differ", try_this="`sosie consent new` again")
    level = f"simple electronic signature, key held by {key_held_by.strip()}"
    signed_at = now.astimezone(UTC).replace(microsecond=0)
    value = key.sign(signed_bytes(record, level, typed_name, signed_at))
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return record.signed_with(Signature(level, typed_name, signed_at, public.hex(), value.hex()))


def is_signed(record: ConsentRecord) -> bool:
    """True if the record carries a signature that covers it as it is now. A changed letter anywhere gives False."""
    block = record.signature
    if block is None:
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(block.public_key))
        public.verify(bytes.fromhex(block.value), signed_bytes(record, block.level, block.signed_name, block.signed_at))
    except (InvalidSignature, ValueError):
        return False
    return True


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
