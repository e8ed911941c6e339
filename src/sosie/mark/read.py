"""Reads the AIGC record back from a file, wherever its format keeps it (rules.md 1.1, the table of places).

MP4, MOV, M4A, fragmented MP4 and HLS init segments: moov/udta/meta, our own box reader. WAV: chunk ``AIGC`` or an INFO
comment, our own chunk reader. An HLS playlist: the init segment it names. FLV, MKV, WebM, MP3 and others: the metadata
as PyAV reads it (onMetaData, tag, TXXX), so a second record under the very same key cannot be seen there.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO

import av

from sosie.errors import Theirs, YourInput
from sosie.mark.aigc import KEY, Aigc, BrokenRecord
from sosie.mark.boxes import mp4_texts, riff_texts

LOCAL_ONLY = {"protocol_whitelist": "file"}
"""A verifier opens strangers' files: a playlist or a header must not make it fetch something from the network."""


def aigc_texts(path: Path) -> tuple[str, ...]:
    """Every AIGC text of the file, unread; empty where there is none or the format is not known to us.

    Raises YourInput when there is no such file or it is not a media file at all.
    """
    try:
        with path.open("rb") as file:
            head = file.read(12)
            end = file.seek(0, 2)
            return tuple(_texts(path, file, head, end))
    except OSError as error:
        raise YourInput(f"{path.name} cannot be read: {error.strerror}", try_this="the path of a media file") from error


def _texts(path: Path, file: BinaryIO, head: bytes, end: int) -> list[str]:
    if head[4:8] in (b"ftyp", b"styp", b"moov", b"moof"):
        return mp4_texts(file, end, KEY)
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return riff_texts(file, end, KEY)
    if head[:7] == b"#EXTM3U":
        file.seek(0)
        return [text for segment in init_segments(path, file.read()) for text in aigc_texts(segment)]
    return _texts_by_pyav(path)


def init_segments(playlist: Path, content: bytes) -> list[Path]:
    """The init segments that a playlist names, as files beside it; names that lead elsewhere are left out."""
    names = dict.fromkeys(re.findall(r'#EXT-X-MAP:.*?URI="([^"]+)"', content.decode("utf-8", "replace")))
    beside = [playlist.parent / name for name in names if "/" not in name and "\\" not in name]
    return [path for path in beside if path.is_file()]


def _texts_by_pyav(path: Path) -> list[str]:
    try:
        with av.open(str(path), options=LOCAL_ONLY) as container:
            # Ogg keeps its comments with the stream.
            places = [container.metadata, *(stream.metadata for stream in container.streams)]
            return [value for place in places for key, value in place.items() if KEY in key.upper()]
    except (av.FFmpegError, OSError, ValueError) as error:
        raise YourInput(
            f"{path.name} is not a media file that can be read",
            wanted="MP4, MOV, M4A, MKV, WebM, FLV, MP3, WAV or an HLS playlist",
        ) from error


def read_aigc(path: Path) -> Aigc | None:
    """The one AIGC record of a file; None where there is none.

    Raises BrokenRecord where there is something else than exactly one whole record, YourInput for no media file.
    """
    texts = aigc_texts(path)
    if not texts:
        return None
    if len(texts) > 1:
        raise BrokenRecord(f"{path.name} carries {len(texts)} AIGC records", wanted="exactly one")
    return Aigc.from_json(_cut_json(texts[0]))


def _cut_json(text: str) -> str:
    """The JSON in a comment that may have words around it."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def read_back(path: Path, written: Aigc) -> None:
    """Makes sure that ``path`` carries ``written`` and nothing else; otherwise removes the file and raises Theirs.

    A muxer that drops metadata says nothing about it (rules.md, finding 5), so every file is read after it is closed.
    """
    try:
        found = read_aigc(path)
    except YourInput:
        found = None
    if found == written:
        return
    path.unlink(missing_ok=True)
    raise Theirs(
        f"the AIGC record did not arrive in {path.name}, so the file was removed",
        wanted="the record that was to be written, read back from the file",
        try_this="`sosie doctor`: the installed PyAV may be one that drops metadata",
    )
