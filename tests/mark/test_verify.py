"""`verify` says what is there, and "no claim" about what is not."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from sosie.errors import YourInput
from sosie.mark.aigc import Aigc, ConsentKind, ConsentReference
from sosie.mark.sample import sample_frames
from sosie.mark.verify import LABEL_THERE, LabelSeen, Report, verify
from sosie.mark.wav import wav_bytes
from sosie.types import YuvFrame

from .making import VIDEO, make
from .test_read import BEEP

RECORD = Aigc.first(ConsentReference("person-1", "ab" * 32, "person"), producer="Example Shop", produce_id="n-1")
MEASUREMENT = Aigc.first(ConsentReference("measurement-1", "ab" * 32, "measurement"))
TAGS = {"movflags": "use_metadata_tags"}
LABEL = LabelSeen(0.95, measurement=False)
WARNING = LabelSeen(0.95, measurement=True)
NOTHING = LabelSeen(0.2, measurement=False)


def marked(path: Path, record: Aigc = RECORD, seconds: int = 1) -> Path:
    return make(path, {"AIGC": record.to_json()}, options=TAGS, seconds=seconds)


def states(report: Report) -> dict[str, str]:
    return {layer.name: layer.state for layer in report.layers}


def test_a_good_file(tmp_path: Path) -> None:
    report = verify(marked(tmp_path / "a.mp4"), lambda frame: LABEL)
    assert states(report) == {"aigc": "present", "consent": "present", "label": "present", "health": "present"}
    assert not report.broken
    assert "Example Shop" in report.aigc.says
    assert "person-1" in report.consent.says
    assert "ab" * 32 in report.consent.says


def test_a_measurement_says_so_loudly(tmp_path: Path) -> None:
    report = verify(marked(tmp_path / "a.mp4", MEASUREMENT), lambda frame: WARNING)
    assert states(report) == {"aigc": "present", "consent": "present", "label": "present", "health": "present"}
    assert "MEASUREMENT ONLY, nobody consented" in report.consent.says
    assert report.label is not None
    assert "warning" in report.label.says


@pytest.mark.parametrize("seen", [LABEL, NOTHING, LabelSeen(LABEL_THERE - 0.01, measurement=True)])
def test_a_measurement_without_its_warning_in_the_picture_is_broken(seen: LabelSeen, tmp_path: Path) -> None:
    report = verify(marked(tmp_path / "a.mp4", MEASUREMENT), lambda frame: seen)
    assert states(report) == {"aigc": "present", "consent": "present", "label": "broken", "health": "present"}
    assert report.label is not None
    assert "0 of 2 frames" in report.label.says


@pytest.mark.parametrize("kind", ["person", "fictional"])
def test_a_warning_under_a_record_that_names_consent_is_broken(kind: ConsentKind, tmp_path: Path) -> None:
    """Somebody wrote another record into a measurement."""
    record = Aigc.first(ConsentReference("person-1", "ab" * 32, kind))
    label = verify(marked(tmp_path / "a.mp4", record), lambda frame: WARNING).label
    assert label is not None
    assert label.state == "broken"
    assert "without any" in label.says


def test_a_stripped_measurement_still_says_what_it_is(tmp_path: Path) -> None:
    label = verify(make(tmp_path / "a.mp4", {}), lambda frame: WARNING).label
    assert label is not None
    assert label.state == "present"
    assert "nobody consented" in label.says


def test_a_warning_that_comes_and_goes_is_broken(tmp_path: Path) -> None:
    sights = iter([WARNING, LABEL])
    label = verify(make(tmp_path / "a.mp4", {}), lambda frame: next(sights)).label
    assert label is not None
    assert (label.state, "1 of 2" in label.says) == ("broken", True)


def test_a_stripped_file_makes_no_claim_and_is_never_called_real(tmp_path: Path) -> None:
    source, copy = marked(tmp_path / "a.mp4"), tmp_path / "b.mp4"
    with av.open(str(source)) as inside, av.open(str(copy), "w") as outside:
        streams = {stream.index: outside.add_stream_from_template(stream) for stream in inside.streams}
        for packet in inside.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                outside.mux(packet)
    report = verify(copy, lambda frame: NOTHING)
    assert states(report) == {"aigc": "absent", "consent": "absent", "label": "absent", "health": "present"}
    for layer in (report.aigc, report.consent, report.label):
        assert layer is not None
        assert layer.says.startswith("no claim")
    assert not any(word in report.to_text().lower() for word in ("real", "authentic", "genuine", "human"))


def test_a_tampered_record_is_broken(tmp_path: Path) -> None:
    path = marked(tmp_path / "a.mp4")
    path.write_bytes(path.read_bytes().replace(b'"Label":"1"', b'"Label":"7"'))
    assert verify(path).aigc.state == "broken"


def test_a_tampered_consent_reference_is_broken(tmp_path: Path) -> None:
    path = marked(tmp_path / "a.mp4")
    path.write_bytes(path.read_bytes().replace(b"sha256 abab", b"sha256 zzzz"))
    report = verify(path)
    assert (report.aigc.state, report.consent.state) == ("present", "broken")


def test_a_record_of_another_maker_names_no_consent(tmp_path: Path) -> None:
    text = '{"Label":"2","ContentProducer":"X","ProduceID":"1","ContentPropagator":"X","PropagateID":"1"}'
    report = verify(make(tmp_path / "a.mp4", {"AIGC": text}, options=TAGS))
    assert (report.aigc.state, report.consent.state) == ("present", "absent")
    assert "may be made by a machine" in report.aigc.says


def test_a_label_that_comes_and_goes_is_broken(tmp_path: Path) -> None:
    seen: list[YuvFrame] = []

    def reader(frame: YuvFrame) -> LabelSeen:
        seen.append(frame)
        return LABEL if len(seen) < 3 else NOTHING

    label = verify(marked(tmp_path / "a.mp4", seconds=2), reader).label
    assert label is not None
    assert (label.state, len(seen)) == ("broken", 4)
    assert "2 of 4" in label.says


def test_frames_are_looked_at_every_half_second_from_the_first(tmp_path: Path) -> None:
    levels = [int(frame.y.mean()) for frame in sample_frames(marked(tmp_path / "a.mp4", seconds=2))]
    # Frame n is drawn at level 60 + n; x264 may move it by one.
    assert levels == pytest.approx([60, 73, 86, 99], abs=1)


def test_sound_alone_has_no_label_to_look_for(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav_bytes(BEEP, RECORD))
    report = verify(path, lambda frame: LABEL)
    assert states(report) == {"aigc": "present", "consent": "present", "health": "present"}
    assert "no picture" in report.health.says


def test_a_hole_in_the_picture_is_found(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mkv", {}, seconds=3, hole=(20, 40))
    report = verify(path)
    assert report.health.state == "broken"
    assert "picture has a gap of 0.8" in report.health.says


def test_a_picture_that_ends_early_is_found(tmp_path: Path) -> None:
    assert "sound goes on 1.0" in verify(make(tmp_path / "a.mkv", {}, seconds=2, hole=(25, 50))).health.says


def test_a_cut_flat_mp4_is_broken_and_a_cut_fragmented_one_plays_to_the_cut(tmp_path: Path) -> None:
    flat = marked(tmp_path / "flat.mp4")
    flat.write_bytes(flat.read_bytes()[:-2000])
    assert verify(flat, lambda frame: LABEL).health.state == "broken"
    fragments = make(tmp_path / "f.mp4", {"AIGC": RECORD.to_json()}, options=VIDEO["fragmented.mp4"], seconds=2)
    fragments.write_bytes(fragments.read_bytes()[:-2000])
    assert verify(fragments).aigc.state == "present"


def test_what_is_no_media_file_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("hello")
    with pytest.raises(YourInput, match="not a media file"):
        verify(path)
