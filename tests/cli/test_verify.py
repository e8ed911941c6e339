"""`sosie verify` reads the picture too: what the record says and what a viewer sees must agree."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest

from broadcast.media import SIZE, measurement_permit, permit, tone
from sosie.broadcast.encode import Encoder
from sosie.broadcast.sinks import record_for
from sosie.broadcast.sinks.mp4 import Mp4Sink
from sosie.cli.verify import run
from sosie.consent.gate import Permit
from sosie.stage.compose import Stage
from sosie.stage.label import Label
from sosie.stage.label_words import LabelKind


def recorded(path: Path, allowed: Permit, kind: LabelKind) -> Path:
    slate = Stage(SIZE, Label("en", kind, "Ada" if kind == "clone" else "")).slate("Back soon", "en")
    encoder = Encoder(SIZE)
    encoder.add(Mp4Sink(path, allowed, record_for(allowed)))
    for n in range(25):
        assert encoder.push(slate, tone(n)) == ()
    assert encoder.close() == ()
    return path


@pytest.mark.parametrize(
    ("allowed", "kind", "label"),
    [
        (permit, "clone", "present"),
        (measurement_permit, "measurement", "present"),
        (measurement_permit, "clone", "broken"),
        (measurement_permit, "fictional", "broken"),
        (permit, "measurement", "broken"),
    ],
)
def test_record_and_picture_must_agree(
    allowed: Callable[[], Permit], kind: LabelKind, label: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run(Namespace(file=recorded(tmp_path / "a.mp4", allowed(), kind), json=True))
    states = {layer["name"]: layer["state"] for layer in json.loads(capsys.readouterr().out)["layers"]}
    assert states == {"aigc": "present", "consent": "present", "label": label, "health": "present"}
    assert status == (0 if label == "present" else 1)
