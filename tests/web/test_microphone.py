"""The microphone's WebSocket: who may speak, what is taken for sound, and what becomes of the show when the line is cut."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from sosie.errors import YourInput
from sosie.live.duty import HumanSpan, VoiceStatement
from sosie.show.events import TellOperator
from sosie.show.operator import Command
from sosie.types import Language
from sosie.web.app import create_app
from sosie.web.microphone import (
    BURST_SECONDS,
    IN_USE,
    LOST,
    MALFORMED,
    MOST_BYTES,
    NO_TOKEN,
    NOT_DONE,
    OWN_VOICE,
    TOO_FAST,
    TOO_LARGE,
    microphone_route,
)
from sosie.web.operator import operator_routes

from .test_app import QuietRoom

TOKEN = "a-token-of-the-show"
HELLO = {"token": TOKEN, "own_voice": True, "language": "en", "rate_hz": 48_000}
FRAME = bytes(2 * 1920)


class OnDuty:
    """A show, and its microphone."""

    def __init__(self) -> None:
        self.opened: list[tuple[Language, int]] = []
        self.heard = bytearray()
        self.closed: list[bool] = []
        self.stated: list[tuple[str, str]] = []
        self.seen = 0
        self.answer = TellOperator(1)
        self.is_heard = True
        self.late_frames = 3

    @property
    def microphone(self) -> OnDuty:
        return self

    def open(self, language: Language, rate_hz: int) -> TellOperator:
        self.opened.append((language, rate_hz))
        return self.answer

    def push(self, pcm: bytes) -> None:
        if len(pcm) % 2:
            raise YourInput("half a sample")
        self.heard += pcm

    def close(self, *, lost: bool) -> None:
        self.closed.append(lost)

    def own_voice(self, said: str, token_sha256: str) -> None:
        self.stated.append((said, token_sha256))

    def operator_seen(self) -> None:
        self.seen += 1

    def operate(self, order: Command) -> TellOperator:
        return self.answer

    @property
    def human_spans(self) -> tuple[HumanSpan, ...]:
        return ()

    @property
    def voice_statements(self) -> tuple[VoiceStatement, ...]:
        return (VoiceStatement(3.0, OWN_VOICE, "ab"),)


@pytest.fixture
def duty() -> OnDuty:
    return OnDuty()


@pytest.fixture
def client(duty: OnDuty, tmp_path: Path) -> TestClient:
    app = create_app(QuietRoom(tmp_path), operator_routes(duty, TOKEN))
    return TestClient(app, base_url="http://127.0.0.1:8000")


def impatient(duty: OnDuty, tmp_path: Path) -> TestClient:
    """The same, where nobody is waited for."""
    routes = microphone_route(duty, TOKEN, hello_seconds=0.05, lost_seconds=0.05)
    return TestClient(create_app(QuietRoom(tmp_path), routes), base_url="http://127.0.0.1:8000")


def connected(client: TestClient) -> WebSocketTestSession:
    return client.websocket_connect("ws://127.0.0.1:8000/operator/microphone")


def closed_with(channel: WebSocketTestSession) -> int:
    with pytest.raises(WebSocketDisconnect) as closed:
        while True:
            channel.receive_json()
    return closed.value.code


def test_who_says_whose_voice_it_is_is_heard_until_they_say_goodbye(client: TestClient, duty: OnDuty) -> None:
    with connected(client) as channel:
        channel.send_json(HELLO)
        assert channel.receive_json() == {"hindered": None}
        for _ in range(10):
            channel.send_bytes(FRAME)
        assert channel.receive_json() == {"heard": True, "late_frames": 3}
        channel.send_json({"bye": True})
        assert closed_with(channel) == 1000
    assert duty.opened == [("en", 48_000)]
    assert len(duty.heard) == 10 * len(FRAME)
    assert duty.closed == [False]
    assert duty.seen
    ((said, token),) = duty.stated
    assert said == OWN_VOICE
    assert TOKEN not in token


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", "é" * 19])
def test_without_the_token_nobody_is_heard(client: TestClient, duty: OnDuty, token: str) -> None:
    with connected(client) as channel:
        channel.send_json({**HELLO, "token": token})
        assert closed_with(channel) == NO_TOKEN
    assert not duty.opened
    assert not duty.stated


@pytest.mark.parametrize(
    "hello",
    [
        "", "garbage", "[]", "null", json.dumps({"token": TOKEN}), json.dumps({**HELLO, "own_voice": False}),
        json.dumps({**HELLO, "own_voice": "yes"}), json.dumps({**HELLO, "language": "de"}),
        json.dumps({**HELLO, "rate_hz": 1}), json.dumps({**HELLO, "rate_hz": 10**9}), json.dumps({**HELLO, "label": False}),
        json.dumps({**HELLO, "token": "x" * 201}), b"", FRAME, json.dumps(HELLO).encode(),
    ],
)  # fmt: skip
def test_who_does_not_say_what_is_asked_is_not_heard(client: TestClient, duty: OnDuty, hello: str | bytes) -> None:
    with connected(client) as channel:
        channel.send_text(hello) if isinstance(hello, str) else channel.send_bytes(hello)
        assert closed_with(channel) == MALFORMED
    assert not duty.opened


@pytest.mark.parametrize("sound", [b"\0", FRAME[1:], "garbage", '{"bye": false}', '{"bye": true, "label": false}'])
def test_what_is_no_sound_ends_it_and_the_clone_goes_on(client: TestClient, duty: OnDuty, sound: str | bytes) -> None:
    with connected(client) as channel:
        channel.send_json(HELLO)
        channel.send_text(sound) if isinstance(sound, str) else channel.send_bytes(sound)
        assert closed_with(channel) == MALFORMED
    assert duty.closed == [True]


def test_a_flood_is_cut_off(client: TestClient, duty: OnDuty) -> None:
    with connected(client) as channel:
        channel.send_json(HELLO)
        for _ in range(10 * round(BURST_SECONDS * 25)):
            channel.send_bytes(FRAME)
        assert closed_with(channel) == TOO_FAST
    assert len(duty.heard) < 4 * BURST_SECONDS * 48_000
    assert duty.closed == [True]


@pytest.mark.parametrize("first", [True, False])
def test_a_huge_message_is_not_read(client: TestClient, duty: OnDuty, first: bool) -> None:
    with connected(client) as channel:
        if not first:
            channel.send_json(HELLO)
        channel.send_bytes(bytes(MOST_BYTES + 2))
        assert closed_with(channel) == TOO_LARGE
    assert not duty.heard


def test_a_line_that_is_cut_hands_the_show_back(client: TestClient, duty: OnDuty) -> None:
    with connected(client) as channel:
        channel.send_json(HELLO)
        channel.receive_json()
        channel.send_bytes(FRAME)
        channel.close(1006)
    assert duty.closed == [True]


def test_so_does_one_on_which_nothing_comes_any_more(duty: OnDuty, tmp_path: Path) -> None:
    with connected(impatient(duty, tmp_path)) as channel:
        channel.send_json(HELLO)
        assert closed_with(channel) == LOST
    assert duty.closed == [True]


def test_who_says_nothing_holds_no_place(duty: OnDuty, tmp_path: Path) -> None:
    with connected(impatient(duty, tmp_path)) as channel:
        assert closed_with(channel) == LOST
    assert not duty.opened


@pytest.mark.parametrize(
    ("why", "code"), [("microphone in use", IN_USE), ("language", NOT_DONE), ("not on air", NOT_DONE)]
)
def test_who_cannot_speak_now_is_told_why(client: TestClient, duty: OnDuty, why: str, code: int) -> None:
    duty.answer = TellOperator(1, why)  # type: ignore[arg-type]
    with connected(client) as channel:
        channel.send_json(HELLO)
        assert channel.receive_json() == {"hindered": why}
        assert closed_with(channel) == code
    assert not duty.closed


def test_the_page_is_there_and_holds_no_secret(client: TestClient) -> None:
    page = client.get("/operator")
    assert page.status_code == 200
    assert TOKEN not in page.text
    for part in ("operator.js", "operator.css", "microphone-worklet.js"):
        assert client.get(f"/static/{part}").status_code == 200
    # What is confirmed there is what the record says.
    assert OWN_VOICE in page.text
    assert "Nobody checks what you say" in page.text


def test_the_statements_are_behind_the_token(client: TestClient) -> None:
    assert client.get("/operator/statements").status_code == 401
    told = client.get("/operator/statements", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    assert told == [{"at_seconds": 3.0, "said": OWN_VOICE, "token_sha256": "ab"}]
