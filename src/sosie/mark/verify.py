"""`sosie verify FILE`: what a file says about itself, layer by layer. Offline, free, for anybody's files.

A mark that is there says something. A mark that is not there says nothing: it may have been removed, so its absence reads
"no claim" and never "real" or "authentic" (rules.md 2; California SB 942 and the EU Code of Practice ask for a free
detector, not for a verdict).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sosie.errors import YourInput
from sosie.mark.aigc import Aigc, BrokenRecord, ConsentReference
from sosie.mark.health import Health, measure_health
from sosie.mark.read import read_aigc
from sosie.mark.sample import sample_frames
from sosie.types import YuvFrame

State = Literal["present", "absent", "broken"]
LayerName = Literal["aigc", "consent", "label", "health"]
LABEL_THERE = 0.9
"""Least likeness of a frame that shows the label (rules.md L1)."""
NO_CLAIM = "no claim"


@dataclass(frozen=True, slots=True)
class LabelSeen:
    """What a reader saw of the AI label in one frame."""

    score: float
    """Likeness to the AI label, in [-1, 1]; below LABEL_THERE also where a viewer would not see it."""
    measurement: bool
    """True if the label warns that this was made for measuring only, without consent."""

    @property
    def there(self) -> bool:
        return self.score >= LABEL_THERE


LabelReader = Callable[[YuvFrame], LabelSeen]
"""From ``sosie.stage.label_reader``, given as an argument because marks know nothing of the stage."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer and what was found in it."""

    name: LayerName
    state: State
    says: str
    """One sentence for a person; "no claim" begins it where a mark is absent."""


@dataclass(frozen=True, slots=True)
class Report:
    """What `verify` found."""

    aigc: Layer
    consent: Layer
    label: Layer | None
    """None: not looked for, because there is no picture or no reader was given."""
    health: Layer
    record: Aigc | None
    """The AIGC record, where one whole record was found."""
    measured: Health | None
    """None where the file could not be read to the end."""

    @property
    def layers(self) -> tuple[Layer, ...]:
        return tuple(layer for layer in (self.aigc, self.consent, self.label, self.health) if layer is not None)

    @property
    def broken(self) -> bool:
        """True: some layer contradicts itself; the file was damaged or tampered with."""
        return any(layer.state == "broken" for layer in self.layers)

    def to_text(self) -> str:
        return "\n".join(f"{layer.name:8} {layer.state:8} {layer.says}" for layer in self.layers)


def verify(path: Path, label_reader: LabelReader | None = None) -> Report:
    """Looks at every layer of a media file or HLS playlist. Raises YourInput when it is not one.

    Costs one pass over the packets and, with a reader, the decoding of at most a few hundred frames.
    """
    aigc, record = _aigc_layer(path)
    consent, reference = _consent_layer(record, aigc)
    health, measured = _health_layer(path)
    label = None
    if label_reader is not None and (measured is None or measured.pictures):
        label = _label_layer(path, label_reader, reference)
    return Report(aigc, consent, label, health, record, measured)


def _aigc_layer(path: Path) -> tuple[Layer, Aigc | None]:
    try:
        record = read_aigc(path)
    except BrokenRecord as error:
        return Layer("aigc", "broken", str(error)), None
    if record is None:
        return Layer("aigc", "absent", f"{NO_CLAIM}: no AIGC record; it may never have been there or was removed"), None
    says = {"1": "made by a machine", "2": "may be made by a machine", "3": "suspected to be made by a machine"}
    return Layer("aigc", "present", f"{says[record.label]}, says {record.producer}; number {record.produce_id}"), record


def _consent_layer(record: Aigc | None, aigc: Layer) -> tuple[Layer, ConsentReference | None]:
    if record is None:
        return Layer("consent", "absent", f"{NO_CLAIM}: {aigc.state} AIGC record, so no consent is named"), None
    try:
        consent = record.consent()
    except BrokenRecord as error:
        return Layer("consent", "broken", str(error)), None
    if consent is None:
        return Layer("consent", "absent", f"{NO_CLAIM}: the AIGC record names no consent record"), None
    what = {
        "person": "made under the consent record",
        "fictional": "shows a fictional figure; record",
        "measurement": "MEASUREMENT ONLY, nobody consented, not for publication; record",
    }[consent.kind]
    return Layer("consent", "present", f"{what} {consent.consent_id}, sha256 {consent.record_sha256}"), consent


def _label_layer(path: Path, reader: LabelReader, consent: ConsentReference | None) -> Layer:
    try:
        looked_at = [reader(frame) for frame in sample_frames(path)]
    except YourInput:
        looked_at = []  # that the file is damaged is for the health layer to say
    if not looked_at:
        return Layer("label", "absent", f"{NO_CLAIM}: no frame could be decoded")
    n, there = len(looked_at), sum(seen.there for seen in looked_at)
    warnings = sum(seen.there and seen.measurement for seen in looked_at)
    if consent is not None and consent.measurement and warnings < n:
        says = f"the record says measurement only, but its warning is seen in {warnings} of {n} frames looked at"
        return Layer("label", "broken", says)
    if consent is not None and not consent.measurement and warnings:
        says = f"the record names consent, but {warnings} of {n} frames looked at warn of a measurement without any"
        return Layer("label", "broken", says)
    if there == 0:
        return Layer("label", "absent", f"{NO_CLAIM}: AI label seen in none of {n} frames looked at")
    if there < n:
        return Layer("label", "broken", f"AI label seen in only {there} of {n} frames looked at")
    if 0 < warnings < n:
        return Layer("label", "broken", f"the measurement warning is seen in only {warnings} of {n} frames looked at")
    warns = ", and the warning of a measurement to which nobody consented" if warnings else ""
    return Layer("label", "present", f"AI label seen in all {n} frames looked at{warns}")


def _health_layer(path: Path) -> tuple[Layer, Health | None]:
    try:
        measured = measure_health(path)
    except YourInput as error:
        return Layer("health", "broken", str(error)), None
    faults = measured.faults()
    if faults:
        return Layer("health", "broken", "; ".join(faults)), measured
    return Layer("health", "present", measured.says()), measured
