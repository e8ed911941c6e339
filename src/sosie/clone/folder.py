"""Building, sealing and opening the folder of a clone.

me.sosie/
  manifest.json     what it is, with the sha256 of everything below
  consent.json      the consent record it was made under
  footage.mp4       the person's footage at 25 fps, as brought
  lips/ face/ voice/  what was fitted
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sosie.clone.manifest import MANIFEST_NAME, Manifest, SealedFile
from sosie.errors import Refused, Theirs, YourInput

CONSENT_NAME = "consent.json"


@dataclass(frozen=True, slots=True)
class Clone:
    """An opened clone: its files were all there and unchanged."""

    folder: Path
    manifest: Manifest

    @property
    def consent_file(self) -> Path:
        return self.folder / CONSENT_NAME

    @property
    def video(self) -> Path:
        """The footage as brought, 25 fps."""
        return self.folder / "footage.mp4"

    @property
    def lips(self) -> Path:
        return self.folder / "lips"

    @property
    def face(self) -> Path:
        return self.folder / "face"

    @property
    def voice(self) -> Path:
        return self.folder / "voice"


@contextmanager
def building(out: Path) -> Iterator[Path]:
    """A fresh folder that becomes ``out`` only when the block ends well; nothing half-written is left otherwise.

    Raises YourInput when ``out`` is there already and Theirs when the disk is full.
    """
    if out.exists():
        raise YourInput(
            f"{out} is there already", wanted="a name for a new clone", try_this=f"rm -r {out}, or another --out"
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = out.with_name(f".{out.name}.{os.getpid()}.making")
    try:
        fresh.mkdir()
        yield fresh
        fresh.replace(out)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Theirs(
                f"The disk of {out.parent} is full", try_this="free about 500 MB, or --out on another disk"
            ) from error
        raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def seal(folder: Path) -> tuple[SealedFile, ...]:
    """Every file under ``folder`` but the manifest, with its size and sha256, sorted by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST_NAME)
    return tuple(
        SealedFile(path.relative_to(folder).as_posix(), path.stat().st_size, sha256_of(path)) for path in files
    )


def open_clone(path: Path) -> Clone:
    """Reads and checks a clone.

    Raises YourInput when it is no clone or one of an unknown format, Refused when a file was changed since it was sealed.
    """
    manifest_file = path / MANIFEST_NAME
    if not manifest_file.is_file():
        raise YourInput(
            f"{path} is not a clone", wanted="a folder made by `sosie clone`", try_this="sosie clone me.mp4 --help"
        )
    manifest = Manifest.from_json(manifest_file.read_text(encoding="utf-8"), str(path))
    for file in manifest.files:
        if not (path / file.path).is_file() or sha256_of(path / file.path) != file.sha256:
            raise Refused(
                f"{file.path} of {path} is missing or was changed after the clone was made",
                wanted="the file that was sealed",
                try_this="make the clone again from its footage",
            )
    return Clone(path, manifest)


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
