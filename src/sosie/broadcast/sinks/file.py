"""The recording: fragmented MP4, complete up to two seconds before any moment, also after kill -9 or a full disk.

It is not rewritten into a flat MP4 at the end: a twelve-hour recording would need its size again on the disk and minutes
after Ctrl-C, in which everything could be lost that is already safe. Browsers, VLC, FFmpeg and QuickTime play it as it is;
an index for seeking (mfra) is written at a clean close.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av

from sosie.broadcast.sinks import EncodedPacket, EncodedStreams, Outlet, cleared
from sosie.consent.gate import Permit
from sosie.errors import Theirs, YourInput
from sosie.mark.aigc import Aigc
from sosie.mark.read import read_back

_OPTIONS = {
    # A fragment per keyframe; the header first, with our own metadata key (FFmpeg drops it silently otherwise).
    "movflags": "frag_keyframe+empty_moov+default_base_moof+use_metadata_tags",
    # What a fragment is made of goes to the system at once instead of waiting in a 32 kB buffer for the next.
    "flush_packets": "1",
}


class FileSink:
    """Records into a new file."""

    def __init__(self, path: Path, permit: Permit, record: Aigc) -> None:
        cleared(permit, record, str(path))
        self._path = path
        self._record = record
        self._outlet: Outlet | None = None
        self._checked = False

    @property
    def name(self) -> str:
        return self._path.name

    def open(self, streams: EncodedStreams) -> None:
        """Raises YourInput where a file is in the way: a recording cannot be made again, so none is overwritten."""
        make_empty(self._path)
        with losses_of(self.name):
            self._outlet = Outlet(av.open(str(self._path), "w", format="mp4", options=_OPTIONS), streams, self._record)

    def write(self, packet: EncodedPacket) -> None:
        outlet = self._open_outlet()
        with losses_of(self.name):
            outlet.write(packet)
            if outlet.begun and not self._checked:
                # Found out at the start rather than after twelve hours.
                read_back(self._path, self._record)
                self._checked = True

    def close(self) -> None:
        outlet, self._outlet = self._open_outlet(), None
        with losses_of(self.name):
            try:
                outlet.close()
            finally:
                read_back(self._path, self._record)

    def _open_outlet(self) -> Outlet:
        if self._outlet is None:
            raise ValueError("the sink is not open")
        return self._outlet


def make_empty(path: Path, *, replace: bool = False) -> None:
    """Creates the file, so that a folder that is missing or may not be written to is told by its name."""
    try:
        path.open("wb" if replace else "xb").close()
    except FileExistsError as error:
        raise YourInput(f"{path} is there already", try_this="another name") from error
    except OSError as error:
        raise YourInput(
            f"{path} cannot be written: {error.strerror}", try_this="a folder that exists and may be written to"
        ) from error


@contextmanager
def losses_of(name: str) -> Iterator[None]:
    """What a muxer or disk raises in the block becomes Theirs."""
    try:
        yield
    except (av.FFmpegError, OSError) as error:
        raise lost(name, error) from error


def lost(name: str, error: Exception) -> Theirs:
    """The error of a muxer or disk as ours."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Theirs(f"{name} cannot be written any further: {reason}", try_this="a disk with more room")
