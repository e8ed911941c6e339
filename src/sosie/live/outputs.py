"""Which outputs a show has, and how each stands. Each is asked for at the gate in every language before anything is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sosie.broadcast.encode import Encoder, SinkLost
from sosie.broadcast.sinks import Sink, record_for
from sosie.broadcast.sinks.file import FileSink
from sosie.broadcast.sinks.hls import HlsSink
from sosie.broadcast.sinks.rtmp import RtmpSink
from sosie.consent.gate import Permit, ToAir, may
from sosie.consent.record import ConsentRecord
from sosie.errors import SosieError
from sosie.live.state import Output
from sosie.types import Language


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the show is to go; None or () leaves one out."""

    record: Path | None = None
    """MP4 file."""
    hls: Path | None = None
    """Folder; the preview page plays it."""
    rtmp: tuple[str, ...] = ()
    """Addresses; they hold stream keys, so they appear in no message."""
    platform: str = "own"
    """Who runs the other end of the RTMP addresses."""


@dataclass(frozen=True, slots=True)
class NamedSink:
    name: str
    """For people: "recording", "preview", "rtmp 1"."""
    sink: Sink


def sinks_for(
    outputs: Outputs, record: ConsentRecord, languages: Sequence[Language], now: datetime
) -> tuple[NamedSink, ...]:
    """Unopened sinks, pushes first: when a server refuses, no file has been begun.

    Raises Refused when the consent does not cover a destination or a language.
    """

    def cleared(destination: str, platform: str = "own") -> Permit:
        permits = [may(record, ToAir(language, "live", destination, platform), now) for language in languages]
        return permits[0]

    made = []
    for number, address in enumerate(outputs.rtmp, 1):
        permit = cleared(address, outputs.platform)
        made.append(NamedSink(f"rtmp {number}", RtmpSink(address, permit, record_for(permit))))
    if outputs.hls is not None:
        permit = cleared(str(outputs.hls))
        made.append(NamedSink("preview", HlsSink(outputs.hls, permit, record_for(permit))))
    if outputs.record is not None:
        permit = cleared(str(outputs.record))
        made.append(NamedSink("recording", FileSink(outputs.record, permit, record_for(permit))))
    return tuple(made)


class OutputBoard:
    """How every output stands. For the air thread; others read ``shown``, which is replaced as a whole."""

    def __init__(self, sinks: Sequence[NamedSink]) -> None:
        self._sinks = tuple(sinks)
        self._states = {named.name: Output(named.name, "connecting", "") for named in self._sinks}
        self._failures: dict[str, SosieError] = {}

    def open(self, encoder: Encoder) -> None:
        """Raises what the first sink that cannot be opened raises; those before it stay open, for the encoder to close."""
        for named in self._sinks:
            encoder.add(named.sink)
            self._states[named.name] = Output(named.name, "running", "")

    def lose(self, lost: SinkLost) -> None:
        """One output is gone for good; raises its error when no other is left."""
        for named in self._sinks:
            if named.sink is lost.sink:
                self._failures[named.name] = lost.error
                self._states[named.name] = Output(named.name, "closed", str(lost.error))
        if len(self._failures) == len(self._sinks):
            raise lost.error

    def watch(self) -> bool:
        """Looks how the pushes stand; True if one came back after a break, so that new viewers may be there."""
        back = False
        for named in self._sinks:
            if isinstance(named.sink, RtmpSink) and named.name not in self._failures:
                connection = named.sink.connection
                before = self._states[named.name].state
                state = Output(
                    named.name, "running" if connection.state == "live" else connection.state, connection.says
                )
                back = back or (before == "failing" and state.state == "running")
                self._states[named.name] = state
        return back

    def close(self) -> None:
        """After the encoder closed them."""
        for name, state in self._states.items():
            self._states[name] = Output(name, "closed", state.says)

    @property
    def shown(self) -> tuple[Output, ...]:
        return tuple(self._states.values())

    @property
    def failures(self) -> tuple[tuple[str, SosieError], ...]:
        """(name, why) of the outputs that were lost."""
        return tuple(self._failures.items())
