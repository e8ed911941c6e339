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
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sosie.clone.manifest import MANIFEST_NAME, Manifest, SealedFile
from sosie.errors import Refused, Theirs, YourInput

CONSENT_NAME = "consent.json"
VIDEO_NAME = "footage.mp4"
FITTED = ("lips", "face", "voice")
"""Folders; each holds at least one file."""


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
        return self.folder / VIDEO_NAME

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

    Raises YourInput when ``out`` is there already or cannot be made, Theirs when the disk is full or fails meanwhile.
    """
    fresh = _fresh_folder(out)
    try:
        yield fresh
        fresh.replace(out)
    except OSError as error:
        if _is_full(error):
            raise _full(out) from error
        raise Theirs(
            f"{out} could not be finished ({error})", try_this="the same again, or --out on another disk"
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _fresh_folder(out: Path) -> Path:
    try:
        if out.exists():
            raise YourInput(
                f"{out} is there already", wanted="a name for a new clone", try_this=f"rm -r {out}, or another --out"
            )
        out.parent.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        fresh = out.with_name(f".{out.name}.{os.getpid()}.making")
        fresh.mkdir()
    except OSError as error:
        if _is_full(error):
            raise _full(out) from error
        raise YourInput(
            f"{out} cannot be made ({error.strerror})", wanted="a name in a folder that may be written to"
        ) from error
    return fresh


def _sweep(out: Path) -> None:
    """Removes what makings of ``out`` left behind that were killed; in a container the next one has the same pid."""
    name = re.compile(re.escape(f".{out.name}.") + r"(\d{1,9})\.making")
    for path in out.parent.iterdir():
        if (making := name.fullmatch(path.name)) and not _is_another_at_work(int(making[1])):
            shutil.rmtree(path)


def _is_another_at_work(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's process
    return pid != os.getpid()


def _is_full(error: OSError) -> bool:
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def _full(out: Path) -> Theirs:
    return Theirs(f"The disk of {out.parent} is full", try_this="free about 500 MB, or --out on another disk")


def seal(folder: Path) -> tuple[SealedFile, ...]:
    """Every file under ``folder`` but the manifest, with its size and sha256, sorted by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST_NAME)
    return tuple(
        SealedFile(path.relative_to(folder).as_posix(), path.stat().st_size, sha256_of(path)) for path in files
    )


def open_clone(path: Path) -> Clone:
    """Reads and checks a clone.

    Raises YourInput when it is no clone, a damaged one or one of an unknown format, Refused when a file was changed since
    it was sealed.
    """
    try:
        manifest = _read_manifest(path)
        _check_files(path, manifest)
    except OSError as error:
        raise YourInput(f"{path} cannot be read ({error.strerror})", wanted="a clone that you may read") from error
    return Clone(path, manifest)


def _read_manifest(path: Path) -> Manifest:
    manifest_file = path / MANIFEST_NAME
    if not manifest_file.is_file():
        raise YourInput(
            f"{path} is not a clone", wanted="a folder made by `sosie clone`", try_this="sosie clone me.mp4 --help"
        )
    try:
        return Manifest.from_json(manifest_file.read_text(encoding="utf-8"), str(path))
    except UnicodeDecodeError:
        raise _damaged(path, f"{MANIFEST_NAME} is not text") from None


def _check_files(path: Path, manifest: Manifest) -> None:
    sealed = [file.path for file in manifest.files]
    for wanted in (CONSENT_NAME, VIDEO_NAME, *FITTED):
        if not any(name.startswith(f"{wanted}/") if wanted in FITTED else name == wanted for name in sealed):
            raise _damaged(path, f"its manifest names no {wanted}")
    for file in manifest.files:
        if not (path / file.path).is_file() or sha256_of(path / file.path) != file.sha256:
            raise Refused(
                f"{file.path} of {path} is missing or was changed after the clone was made",
                wanted="the file that was sealed",
                try_this="make the clone again from its footage",
            )


def _damaged(path: Path, why: str) -> YourInput:
    return YourInput(f"{path} is damaged ({why})", try_this="make the clone again from its footage")


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
