"""Addresses, and the sentence for each way in which nobody is there. All on loopback, with short patience."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from sosie.broadcast import ingest
from sosie.broadcast.ingest import read_ingest
from sosie.errors import Theirs, YourInput

from .conftest import Rude, free_port


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "ANSWER_SECONDS", 0.3)


@pytest.mark.parametrize(
    ("url", "name", "application_url"),
    [
        ("rtmp://a.example/live/key", "rtmp://a.example:1935", "rtmp://a.example/live"),
        ("rtmps://a.example/rtmp/key?x=1", "rtmps://a.example:443", "rtmps://a.example/rtmp"),
        ("rtmp://me:pw@a.example:19350/live/key", "rtmp://a.example:19350", "rtmp://a.example:19350/live"),
        ("rtmp://[::1]/one/two/key", "rtmp://[::1]:1935", "rtmp://[::1]/one/two"),
        ("RTMP://A.example/live/key", "rtmp://a.example:1935", "rtmp://a.example/live"),
    ],
)
def test_addresses(url: str, name: str, application_url: str) -> None:
    read = read_ingest(url)
    assert (read.name, read.application_url) == (name, application_url)


@pytest.mark.parametrize(
    "url", ["", "live/key", "http://a/live/key", "rtmp:///live/key", "rtmp://a", "rtmp://a/key", "rtmp://a:99999/l/k"]
)
def test_what_is_no_address_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(YourInput, match="rtmp://host/app/key"):
        read_ingest(url)


def test_the_key_is_in_no_message() -> None:
    read = read_ingest(f"rtmp://me:password@127.0.0.1:{free_port()}/live/secret-key?token=secret")
    with pytest.raises(Theirs) as failure:
        read.probe()
    for text in (repr(read), read.name, read.application_url, str(failure.value)):
        assert "secret" not in text
        assert "password" not in text


def test_a_port_where_nothing_listens() -> None:
    with pytest.raises(Theirs, match="nothing listens on that port"):
        read_ingest(f"rtmp://127.0.0.1:{free_port()}/live/key").probe()


def test_a_server_that_accepts_and_never_answers_is_given_up_and_freezes_nothing(silent: Rude) -> None:
    ticks = 0
    over = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not over.wait(0.01):
            ticks += 1

    thread = threading.Thread(target=tick)
    thread.start()
    start = time.monotonic()
    with pytest.raises(Theirs, match="did not answer"):
        read_ingest(f"rtmp://127.0.0.1:{silent.port}/live/key").probe()
    took = time.monotonic() - start
    over.set()
    thread.join()
    assert took < 5
    # At least some of thirty: the other threads ran meanwhile.
    assert ticks >= 5


def test_a_web_server_is_no_rtmp_server(web: Rude) -> None:
    with pytest.raises(Theirs, match="not as an RTMP server"):
        read_ingest(f"rtmp://127.0.0.1:{web.port}/live/key").probe()


def test_a_plain_server_where_an_encrypted_one_was_wanted(web: Rude) -> None:
    with pytest.raises(Theirs, match="does not speak TLS"):
        read_ingest(f"rtmps://127.0.0.1:{web.port}/live/key").probe()


def test_an_rtmp_server_is_accepted(stops_after_hello: Rude) -> None:
    read_ingest(f"rtmp://127.0.0.1:{stops_after_hello.port}/live/key").probe()


def test_a_name_that_nobody_has(monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(Theirs, match="no host of that name"):
        read_ingest("rtmp://nobody.example/live/key").probe()
