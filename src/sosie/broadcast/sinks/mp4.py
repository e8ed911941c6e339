"""A finished short video (`sosie say`): a flat MP4 with its index in front, as platforms and phones like it best.

It appears under its name only when it is whole and its AIGC record was read back; before that it is ``.<name>.part``.
"""

from __future__ import annotations

import os
from pathlib import Path

import av

from sosie.broadcast.sinks import EncodedPacket, EncodedStreams, Outlet, cleared
from sosie.broadcast.sinks.file import losses_of, make_empty
from sosie.consent.gate import Permit
from sosie.mark.aigc import Aigc
from sosie.mark.read import read_back

_OPTIONS = {"movflags": "faststart+use_metadata_tags"}


class Mp4Sink:
    """Makes one video file; replaces a file of that name, but only with a whole one."""

    def __init__(self, path: Path, permit: Permit, record: Aigc) -> None:
        cleared(permit, record, str(path))
        self._path = path
        self._part = path.with_name(f".{path.name}.part")
        self._record = record
        self._outlet: Outlet | None = None
        self._failed = False

    @property
    def name(self) -> str:
        return self._path.name

    def open(self, streams: EncodedStreams) -> None:
        make_empty(self._part, replace=True)
        with losses_of(self.name):
            try:
                container = av.open(str(self._part), "w", format="mp4", options=_OPTIONS)
                self._outlet = Outlet(container, streams, self._record)
            except (av.FFmpegError, OSError):
                self._part.unlink(missing_ok=True)
                raise

    def write(self, packet: EncodedPacket) -> None:
        if self._outlet is None:
            raise ValueError("the sink is not open")
        with losses_of(self.name):
            try:
                self._outlet.write(packet)
            except (av.FFmpegError, OSError):
                self._failed = True
                raise

    def close(self) -> None:
        """Puts the file in its place; after a failure removes what there is of it."""
        outlet, self._outlet = self._outlet, None
        if outlet is None:
            raise ValueError("the sink is not open")
        with losses_of(self.name):
            try:
                outlet.close()
                if not self._failed:
                    read_back(self._part, self._record)
                    os.replace(self._part, self._path)
            finally:
                self._part.unlink(missing_ok=True)

    def abandon(self) -> None:
        """The work was interrupted: closing will leave nothing behind, and a file that was there before stays."""
        self._failed = True
