"""sosie check as people use it: what it prints, the page it writes, and that the sample presenter passes."""

from __future__ import annotations

import json
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from sosie.cli import main
from sosie.cli.check import PAGE, foretold, told
from sosie.footage.finding import judged
from sosie.footage.forecast import Expected, Forecast

PRESENTER = Path(__file__).parents[2] / "src/sosie/sample/presenter/presenter.mp4"
SECONDS = 20
WANTING_IN_SHORT_CLIPS = {"length", "speech", "listening"}
"""What is truly wanting in a piece of twenty seconds."""


def test_what_is_not_good_is_told_last_with_what_to_do_and_where() -> None:
    lines = told(
        (
            judged("sound", False, False, "silence only", "a voice", "film again with the microphone on"),
            judged(
                "light", False, True, "face brightness 38 of 255", "75 to 200", "put more light on the face", (7.0,)
            ),
            judged("noise", True, True, "speech is 40 dB above", "25 dB or more", "film in a quiet room"),
        )
    )
    assert lines[0].startswith("good  noise")
    assert lines[-2].startswith("BAD   sound")
    assert "wanted 75 to 200, worst at 0:07: put more light on the face" in lines[2]


def test_the_forecast_is_told_with_its_spread() -> None:
    lines = foretold(Forecast("will do", "Too short.", (Expected("lips driven by speech", 0.5, 0.06, "loose"),)))
    assert lines[0] == "What to expect of the clone: will do. Too short."
    assert "0.50 ± 0.06, loose" in lines[1]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first seconds of the bundled presenter."""
    out = tmp_path_factory.mktemp("clip") / "presenter.mp4"
    with av.open(str(PRESENTER)) as source, av.open(str(out), "w") as target:
        picture, sound = source.streams.video[0], source.streams.audio[0]
        copied = target.add_stream_from_template(picture)
        coded = target.add_stream("aac", rate=sound.rate, layout="mono")
        resampler = av.AudioResampler("fltp", "mono", sound.rate)
        for packet in source.demux(picture, sound):
            if packet.dts is None or packet.dts * packet.time_base >= SECONDS:
                continue
            if packet.stream is picture:
                packet.stream = copied
                target.mux(packet)
                continue
            for frame in packet.decode():
                for piece in resampler.resample(frame):
                    target.mux(coded.encode(piece))
        target.mux(coded.encode(None))
    return out


@pytest.mark.slow
@pytest.mark.weights
def test_the_sample_presenter_raises_no_alarm_and_nothing_is_kept(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(path.name for path in clip.parent.iterdir())
    assert main(["check", str(clip), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    alarms = {one["name"] for one in found["findings"] if one["verdict"] != "good"}
    assert alarms <= WANTING_IN_SHORT_CLIPS
    assert found["forecast"]["word"] == "will do"
    assert sorted(path.name for path in clip.parent.iterdir()) == before


@pytest.mark.slow
@pytest.mark.weights
def test_a_spoiled_clip_is_named_on_a_page_with_pictures(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dark = tmp_path / "dark.mp4"
    with av.open(str(clip)) as source, av.open(str(dark), "w") as target:
        picture, sound = source.streams.video[0], source.streams.audio[0]
        coded = target.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        coded.width, coded.height, coded.pix_fmt = picture.width, picture.height, "yuv420p"
        copied = target.add_stream_from_template(sound)
        for packet in source.demux(picture, sound):
            if packet.stream is sound:
                if packet.dts is not None:
                    packet.stream = copied
                    target.mux(packet)
                continue
            for frame in packet.decode():
                rgb = frame.to_ndarray(format="rgb24")
                shown = av.VideoFrame.from_ndarray((rgb * 0.3).astype(np.uint8), format="rgb24")
                shown.pts, shown.time_base = frame.pts, frame.time_base
                target.mux(coded.encode(shown))
        target.mux(coded.encode(None))
    folder = tmp_path / "page"
    main(["check", str(dark), "--pictures", str(folder)])
    printed = capsys.readouterr().out
    assert "put more light on the face" in printed
    assert str(folder / PAGE) in printed
    page = (folder / PAGE).read_text(encoding="utf-8")
    pictures = sorted(folder.glob("light-*.png"))
    assert pictures
    assert all(picture.name in page for picture in folder.glob("*.png"))
    assert "nothing in them is made by AI" in page
    assert cv2.imread(str(pictures[0])).mean() < 90
