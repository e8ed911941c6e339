"""What cannot be read for certain is not local."""

from __future__ import annotations

import pytest

from sosie.consent.destination import read_destination


@pytest.mark.parametrize(
    "text", ["hello.mp4", "/srv/show/rec.mp4", "./a:b.mp4", "C:\\clips\\a.mp4", "直播.mp4", "file:///a.mp4"]
)
def test_paths_stay_here(text: str) -> None:
    assert read_destination(text).reach == "file"


@pytest.mark.parametrize(
    "text",
    [
        "rtmp://127.0.0.1/live/k",
        "rtmp://localhost:1935/live/k",
        "RTMP://LOCALHOST/x",
        "srt://[::1]:9000",
        "http://127.9.9.9:8000/",
    ],
)
def test_loopback_stays_here(text: str) -> None:
    assert read_destination(text).reach == "loopback"


@pytest.mark.parametrize(
    "text",
    [
        "rtmp://127.0.0.1@evil.example/live", "rtmp://localhost.evil.example/live", "rtmp://127.0.0.1.nip.io/live",
        "http://0.0.0.0:8000/", "rtmp://192.168.1.4/live", "rtmp://2130706433/live", "rtmp://[::]/live",
    ],
)  # fmt: skip
def test_what_only_looks_like_loopback_is_a_network(text: str) -> None:
    assert read_destination(text).reach == "network"


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "a\nb", "tee:a.mp4|rtmp://evil.example/x", "concat:a|b", "pipe:1", "rtmp:", "rtmp://", "//host/share/a.mp4",
        "\\\\host\\share\\a.mp4", "file://host/a.mp4", "gopher://127.0.0.1/", "rtmp://[::1/live",
        "rtmp://127.0.0.1\\@evil.example/live", " rtmp://127.0.0.1/x", "ipfs:127.0.0.1",
    ],
)  # fmt: skip
def test_the_doubtful_is_unclear(text: str) -> None:
    assert read_destination(text).reach == "unclear"


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("rtmps://a.rtmps.youtube.com/live2/k", "youtube"),
        ("rtmp://live.twitch.tv/app/k", "twitch"),
        ("rtmp://live-push.bilivideo.com/live-bvc/k", "bilibili"),
        ("rtmp://notyoutube.com/live", "own"),
        ("rtmp://media.example.org/live", "own"),
    ],
)
def test_a_platform_cannot_pass_for_an_own_server(text: str, platform: str) -> None:
    assert read_destination(text).platform == platform
