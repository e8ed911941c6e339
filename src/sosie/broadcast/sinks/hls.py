"""HLS: a playlist and 2 s segments of fragmented MP4, for our own page and for CDNs.

fMP4 and not MPEG-TS: a TS segment has no place for the AIGC record; here the init segment carries it for all.
"""

from __future__ import annotations

from pathlib import Path

import av

from sosie.broadcast.sinks import EncodedPacket, EncodedStreams, Outlet, cleared
from sosie.broadcast.sinks.file import losses_of
from sosie.consent.gate import Permit
from sosie.errors import Theirs, YourInput
from sosie.mark.aigc import Aigc
from sosie.mark.boxes import mp4_boxes
from sosie.mark.read import read_back

PLAYLIST = "live.m3u8"
INIT = "init.mp4"
SEGMENT_SECONDS = 2
"""The distance of the keyframes."""


class HlsSink:
    """Writes into a folder of its own: ``live.m3u8``, ``init.mp4`` and a rolling window of ``.m4s`` segments."""

    def __init__(self, folder: Path, permit: Permit, record: Aigc, *, window: int = 6) -> None:
        """``window``: segments in the playlist; older ones are deleted. 0 keeps all (a replay)."""
        cleared(permit, record, str(folder))
        self._folder = folder
        self._record = record
        self._window = window
        self._outlet: Outlet | None = None
        self._checked = False

    @property
    def name(self) -> str:
        return f"HLS in {self._folder.name}"

    @property
    def playlist(self) -> Path:
        return self._folder / PLAYLIST

    def open(self, streams: EncodedStreams) -> None:
        """Clears the traces of an earlier stream first: its segments under the new init segment would be noise."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for old in (*self._folder.glob("*.m4s"), self.playlist, self._folder / INIT):
                old.unlink(missing_ok=True)
        except OSError as error:
            raise YourInput(f"{self._folder} cannot be written: {error.strerror}", try_this="another folder") from error
        flags = ["independent_segments", "temp_file"]
        options = {
            "hls_time": str(SEGMENT_SECONDS),
            "hls_list_size": str(self._window),
            "hls_segment_type": "fmp4",
            "hls_fmp4_init_filename": INIT,
            "hls_segment_filename": str(self._folder / "%08d.m4s"),
            "hls_segment_options": "movflags=+use_metadata_tags",
            # A player never sees half a file: each is written aside and renamed.
            "hls_flags": "+".join([*flags, "delete_segments"] if self._window else flags),
        }
        with losses_of(self.name):
            self._outlet = Outlet(
                av.open(str(self.playlist), "w", format="hls", options=options), streams, self._record
            )

    def write(self, packet: EncodedPacket) -> None:
        outlet = self._open_outlet()
        with losses_of(self.name):
            outlet.write(packet)
            if packet.keyframe and self.playlist.exists():
                self._check()

    def close(self) -> None:
        """Ends the playlist (EXT-X-ENDLIST), so that players stop asking; the last window stays playable."""
        outlet, self._outlet = self._open_outlet(), None
        with losses_of(self.name):
            outlet.close()
            if outlet.begun:
                self._checked = False
                self._check()

    def _check(self) -> None:
        """Looks at what the muxer wrote, once a segment: it drops metadata and ignores a full disk without a word."""
        segments = [line for line in self.playlist.read_text().splitlines() if line.endswith(".m4s")]
        if not self._checked:
            # The init segment is complete once the first playlist names it.
            read_back(self._folder / INIT, self._record)
            self._checked = True
        if segments and not is_whole(self._folder / segments[-1]):
            raise Theirs(f"{self.name} is cut short: {segments[-1]} is not whole", try_this="a disk with more room")

    def _open_outlet(self) -> Outlet:
        if self._outlet is None:
            raise ValueError("the sink is not open")
        return self._outlet


def is_whole(segment: Path) -> bool:
    """Does the file hold all that its boxes promise? Reads the boxes' heads only."""
    with segment.open("rb") as file:
        return all(box.whole for box in mp4_boxes(file, 0, file.seek(0, 2)))
