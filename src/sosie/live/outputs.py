"""Which outputs a show has. Each is asked for at the gate in every language of the show before anything is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sosie.broadcast.sinks import Sink, record_for
from sosie.broadcast.sinks.file import FileSink
from sosie.broadcast.sinks.hls import HlsSink
from sosie.broadcast.sinks.rtmp import RtmpSink
from sosie.consent.gate import Permit, ToAir, may
from sosie.consent.record import ConsentRecord
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
    """Unopened sinks. Raises Refused when the consent does not cover a destination or a language."""

    def cleared(destination: str, platform: str = "own") -> Permit:
        permits = [may(record, ToAir(language, "live", destination, platform), now) for language in languages]
        return permits[0]

    made = []
    if outputs.record is not None:
        permit = cleared(str(outputs.record))
        made.append(NamedSink("recording", FileSink(outputs.record, permit, record_for(permit))))
    if outputs.hls is not None:
        permit = cleared(str(outputs.hls))
        made.append(NamedSink("preview", HlsSink(outputs.hls, permit, record_for(permit))))
    for number, address in enumerate(outputs.rtmp, 1):
        permit = cleared(address, outputs.platform)
        made.append(NamedSink(f"rtmp {number}", RtmpSink(address, permit, record_for(permit))))
    return tuple(made)
