"""Boxes and chunks: just enough of MP4 and RIFF to find the AIGC text with our own eyes.

FFmpeg writes the marks; if FFmpeg also read them, one bug could hide in both. These readers are small and only look.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_META_LIMIT = 16 << 20
"""A metadata box larger than this is not read: no honest one is, and a verifier reads strangers' files."""


@dataclass(frozen=True, slots=True)
class Box:
    """One MP4 box or RIFF chunk."""

    kind: bytes
    """Four bytes."""
    start: int
    """First byte of the content, in the file."""
    size: int
    """Bytes of content that the file really holds, never more than it promises."""
    whole: bool
    """False where the file ends before the box does."""


def mp4_boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes between two byte positions; stops quietly at the first thing that is no box (a cut-off tail)."""
    while start + 8 <= end:
        file.seek(start)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            raw = file.read(8)
            if len(raw) < 8:
                return
            size, head = struct.unpack(">Q", raw)[0], 16
        elif size == 0:
            size = end - start
        if size < head:
            return
        yield Box(kind, start + head, min(size, end - start) - head, start + size <= end)
        start += size


def mp4_texts(file: BinaryIO, end: int, key: str) -> list[str]:
    """Every value stored under a key that contains ``key``, in moov/meta and moov/udta/meta (keys + ilst)."""
    return _texts_inside(file, 0, end, key, (b"moov", b"udta"))


def _texts_inside(file: BinaryIO, start: int, end: int, key: str, within: tuple[bytes, ...]) -> list[str]:
    found: list[str] = []
    for box in mp4_boxes(file, start, end):
        # Downwards only: a stranger's file may nest boxes a million deep.
        if box.kind in within:
            found += _texts_inside(file, box.start, box.start + box.size, key, within[within.index(box.kind) + 1 :])
        elif box.kind == b"meta" and box.size <= _META_LIMIT:
            found += _meta_texts(file, box, key)
    return found


def _meta_texts(file: BinaryIO, meta: Box, key: str) -> list[str]:
    # ISO files put 4 bytes of version before the children, QuickTime does not.
    file.seek(meta.start)
    skip = 0 if file.read(8)[4:8] in (b"hdlr", b"keys", b"ilst") else 4
    names: list[str] = []
    values: list[tuple[int, str]] = []
    for box in mp4_boxes(file, meta.start + skip, meta.start + meta.size):
        if box.kind == b"keys":
            # 4 bytes of version, 4 of count, then (size, "mdta", name) like boxes.
            for entry in mp4_boxes(file, box.start + 8, box.start + box.size):
                file.seek(entry.start)
                names.append(file.read(entry.size).decode("utf-8", "replace"))
        elif box.kind == b"ilst":
            for item in mp4_boxes(file, box.start, box.start + box.size):
                values.append((int.from_bytes(item.kind, "big"), _item_text(file, item)))
    return [text for index, text in values if 0 < index <= len(names) and key in names[index - 1]]


def _item_text(file: BinaryIO, item: Box) -> str:
    for box in mp4_boxes(file, item.start, item.start + item.size):
        if box.kind == b"data":
            file.seek(box.start + 8)  # 4 bytes of type, 4 of locale
            return file.read(max(0, box.size - 8)).decode("utf-8", "replace")
    return ""


def riff_chunks(file: BinaryIO, end: int) -> Iterator[Box]:
    """The chunks of a RIFF file (WAV)."""
    start = 12
    while start + 8 <= end:
        file.seek(start)
        kind, size = struct.unpack("<4sI", file.read(8))
        yield Box(kind, start + 8, min(size, end - start - 8), start + 8 + size <= end)
        start += 8 + size + size % 2


def riff_texts(file: BinaryIO, end: int, key: str) -> list[str]:
    """The texts of the chunk named ``key`` and of INFO comments that contain ``key``."""
    found: list[str] = []
    for chunk in riff_chunks(file, end):
        if chunk.size > _META_LIMIT:
            continue
        file.seek(chunk.start)
        if chunk.kind == key.encode("ascii"):
            found.append(file.read(chunk.size).rstrip(b"\0").decode("utf-8", "replace"))
        elif chunk.kind == b"LIST":
            found += [text for text in _info_texts(file.read(chunk.size)) if key in text]
    return found


def _info_texts(raw: bytes) -> list[str]:
    texts: list[str] = []
    place = 4
    while raw[:4] == b"INFO" and place + 8 <= len(raw):
        size = int.from_bytes(raw[place + 4 : place + 8], "little")
        texts.append(raw[place + 8 : place + 8 + size].rstrip(b"\0").decode("utf-8", "replace"))
        place += 8 + size + size % 2
    return texts
