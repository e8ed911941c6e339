"""Is the file whole? Sound and picture there, time never going back, no hole, both ending together."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
from av.packet import Packet
from av.stream import Stream

from sosie.errors import YourInput
from sosie.mark.read import LOCAL_ONLY
from sosie.mark.sample import pictures

LONGEST_GAP = Fraction(1, 4)
"""Seconds between two packets of one track from which on a viewer sees or hears a hole. Ours are 0.040 and 0.021 apart."""
LONGEST_SKEW = Fraction(1, 2)
"""Seconds that one track may outlast the other."""


@dataclass(frozen=True, slots=True)
class TrackHealth:
    """One track, measured on its packets without decoding."""

    packets: int
    seconds: Fraction
    """From its first packet to the end of its last."""
    end: Fraction
    """Seconds on the file's clock."""
    longest_gap: Fraction
    """Seconds between the starts of two neighbouring packets, at most."""
    steps_back: int
    """Packets whose time is not after the one before."""


@dataclass(frozen=True, slots=True)
class Health:
    """Both tracks; None where the file has no such track."""

    picture: TrackHealth | None
    sound: TrackHealth | None
    broken_off: bool
    """True: reading stopped at a damaged place before the end."""

    @property
    def pictures(self) -> bool:
        return self.picture is not None

    def faults(self) -> tuple[str, ...]:
        """What is wrong, one clause each; empty for a good file."""
        faults = ["the file breaks off or is damaged"] if self.broken_off else []
        if self.picture is None and self.sound is None:
            faults.append("neither picture nor sound")
        for name, track in (("picture", self.picture), ("sound", self.sound)):
            if track is not None and track.steps_back:
                faults.append(f"the time of the {name} goes back {track.steps_back} times")
            if track is not None and track.longest_gap > LONGEST_GAP:
                faults.append(f"the {name} has a gap of {float(track.longest_gap):.2f} s")
        if self.picture is not None and self.sound is not None:
            skew = self.picture.end - self.sound.end
            if abs(skew) > LONGEST_SKEW:
                longer = "picture" if skew > 0 else "sound"
                faults.append(f"the {longer} goes on {float(abs(skew)):.2f} s after the other")
        return tuple(faults)

    def says(self) -> str:
        parts = [
            f"{name} {float(track.seconds):.2f} s" if track is not None else f"no {name}"
            for name, track in (("picture", self.picture), ("sound", self.sound))
        ]
        return f"{', '.join(parts)}; time runs forward without gaps"


@dataclass(slots=True)
class _Measuring:
    time_base: Fraction
    packets: int = 0
    first: int = 0
    last: int = 0
    end: int = 0
    longest_gap: int = 0
    steps_back: int = field(default=0)

    def add(self, packet: Packet[Stream]) -> None:
        dts = packet.dts
        if dts is None:
            return
        if self.packets == 0:
            self.first = dts
        else:
            self.longest_gap = max(self.longest_gap, dts - self.last)
            self.steps_back += dts <= self.last
        self.packets += 1
        self.last = dts
        self.end = max(self.end, dts + (packet.duration or 0))

    def result(self) -> TrackHealth | None:
        if self.packets == 0:
            return None
        unit = self.time_base
        return TrackHealth(
            self.packets, (self.end - self.first) * unit, self.end * unit, self.longest_gap * unit, self.steps_back
        )


def measure_health(path: Path) -> Health:
    """Reads all packets once, decodes none. Raises YourInput when the file cannot be opened as media."""
    try:
        with av.open(str(path), options=LOCAL_ONLY) as container:
            streams = [*pictures(container)[:1], *container.streams.audio[:1]]
            tracks = {stream.index: _Measuring(stream.time_base or Fraction(1)) for stream in streams}
            kinds = {stream.index: stream.type for stream in streams}
            broken_off = False
            try:
                for packet in container.demux(streams) if streams else ():
                    broken_off = broken_off or packet.is_corrupt
                    tracks[packet.stream.index].add(packet)
            except av.FFmpegError:
                broken_off = True
    except (av.FFmpegError, OSError) as error:
        raise YourInput(f"{path.name} cannot be opened as media: it is damaged or cut off") from error
    found = {kinds[index]: track.result() for index, track in tracks.items()}
    return Health(found.get("video"), found.get("audio"), broken_off)
