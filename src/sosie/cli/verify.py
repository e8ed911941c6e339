"""sosie verify: what a file says about itself, layer by layer; offline, for anybody's files."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from sosie.cli.verb import Verbs, declare
from sosie.types import YuvFrame

if TYPE_CHECKING:
    from sosie.mark.verify import LabelSeen


def add(verbs: Verbs[argparse.ArgumentParser]) -> None:
    verb = declare(
        verbs,
        "verify",
        run,
        what="read the AI marks of a video, sound or playlist: label, AIGC record, consent, health",
        example="sosie verify hello.mp4",
    )
    verb.add_argument("file", type=Path, help="MP4, MOV, MKV, FLV, MP3, WAV, HLS playlist ...")
    verb.add_argument("--json", action="store_true", help="for programs")


def run(options: argparse.Namespace) -> int:
    """0 when the marks are there and whole; 1 when one is absent ("no claim") or contradicts itself."""
    from sosie.mark.verify import verify

    report = verify(options.file, _label_seen)
    layers = [asdict(layer) for layer in report.layers]
    if options.json:
        print(json.dumps({"file": str(options.file), "layers": layers}, indent=1, ensure_ascii=False))
    else:
        print(report.to_text())
    return 0 if all(layer.state == "present" for layer in report.layers) else 1


def _label_seen(frame: YuvFrame) -> LabelSeen:
    """A label that is there but too faint for a viewer counts as none."""
    from sosie.mark.verify import LabelSeen
    from sosie.stage.label_reader import find_label

    reading = find_label(frame)
    return LabelSeen(reading.score if reading.present else min(reading.score, 0.0), reading.measurement)
