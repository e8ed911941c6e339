"""Where the packets go. One file per kind of output; all speak the small protocol below and pass tests/broadcast/test_sinks.py.

Nothing opens without a consent permit and an AIGC record that names that very consent: every sink asks ``cleared`` before
it touches a disk or a network, and there is no argument to skip it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from sosie.consent.gate import Permit
from sosie.errors import Refused
from sosie.mark.aigc import DEFAULT_PRODUCER, KEY, Aigc, ConsentReference
from sosie.types import FPS

SOUND_HZ = 48_000
"""Of the AAC track."""


@dataclass(frozen=True, slots=True)
class EncodedStreams:
    """The encoder's two streams, as templates for a container's own."""

    video: VideoStream
    """H.264, global header."""
    audio: AudioStream
    """AAC-LC, 48 kHz stereo, global header."""


@dataclass(frozen=True, slots=True, eq=False)
class EncodedPacket:
    """One packet with its times, which muxing overwrites: they are written back before each sink."""

    packet: Packet[Stream]
    """The encoder's own packet. Never a copy made from bytes: FFmpeg's fifo thread would need the GIL to free it, while
    closing holds the GIL and waits for that thread (measured: a deadlock)."""
    is_video: bool
    pts: int
    """In units of ``time_base``: frames (1/25) or samples (1/48000). No B-frames, so it is also the dts."""
    keyframe: bool
    """True for pictures that a viewer can start from; False for all sound."""

    @property
    def time_base(self) -> Fraction:
        return Fraction(1, FPS) if self.is_video else Fraction(1, SOUND_HZ)


class Sink(Protocol):
    """Takes packets in the order they are made. Opened and closed once."""

    @property
    def name(self) -> str:
        """For messages: a file name or a host, never a stream key."""
        ...

    def open(self, streams: EncodedStreams) -> None:
        """Raises YourInput or Theirs when the output cannot be opened."""
        ...

    def write(self, packet: EncodedPacket) -> None:
        """Raises Theirs when the output is lost for good; the encoder then drops this sink and goes on with the others."""
        ...

    def close(self) -> None:
        """Ends the output and reads back what can be read back; raises Theirs. After a failed ``write`` it only lets go."""
        ...


def consent_reference(permit: Permit) -> ConsentReference:
    return ConsentReference(permit.consent_id, permit.record_sha256, permit.kind)


def record_for(permit: Permit, *, producer: str = DEFAULT_PRODUCER) -> Aigc:
    """A fresh AIGC record (a number of its own) for one output made under this permit."""
    return Aigc.first(consent_reference(permit), producer=producer)


def cleared(permit: Permit, record: Aigc, destination: str) -> None:
    """Raises Refused unless the permit opens this destination and the record names the permit's consent."""
    if not permit.allows(destination):
        raise Refused(
            f"consent {permit.consent_id} does not open this output",
            wanted="local files and streams to this machine"
            if permit.measurement
            else f"a destination on one of: {', '.join(permit.platforms) or 'none'}",
            try_this="asking the person for a consent that names it",
        )
    if record.label != "1" or record.consent() != consent_reference(permit):
        raise Refused(
            "the AIGC record does not belong to this consent permit",
            wanted=f'Label "1" and consent {permit.consent_id} in ReservedCode1',
            try_this="record_for(permit)",
        )


class Outlet:
    """One open container fed with packets: begins at a keyframe and counts time from there."""

    def __init__(self, container: OutputContainer, streams: EncodedStreams, record: Aigc) -> None:
        self._container = container
        self._container.metadata[KEY] = record.to_json()
        self._video = container.add_stream_from_template(streams.video, opaque=True)
        self._audio = container.add_stream_from_template(streams.audio, opaque=True)
        self._first: int | None = None
        container.start_encoding()

    @property
    def begun(self) -> bool:
        return self._first is not None

    def write(self, packet: EncodedPacket) -> None:
        """Drops what comes before the first keyframe. Raises FFmpeg's and the system's errors."""
        if self._first is None:
            if not packet.keyframe:
                return
            self._first = packet.pts
        # The base is a frame number, and a frame is a whole number of samples, so both tracks move by the same time.
        base = self._first if packet.is_video else self._first * SOUND_HZ // FPS
        if packet.pts < base:
            return
        raw = packet.packet
        raw.stream = self._video if packet.is_video else self._audio
        raw.time_base = packet.time_base
        raw.pts = raw.dts = packet.pts - base
        raw.duration = 1 if packet.is_video else 1024
        self._container.mux(raw)

    def close(self) -> None:
        self._container.close()
