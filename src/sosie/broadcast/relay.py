"""Between FFmpeg's RTMP client and the server: a thread that passes the bytes on and knows how it stands.

FFmpeg's fifo muxer keeps the producer going when a server dies, but it tells nobody whether it is connected or why not,
does not check certificates, and is joined with the GIL held when it is closed. So it talks to this relay on loopback: that
always answers, and what happens on the far side is seen here, byte by byte, in a thread that Python may interrupt.
"""

from __future__ import annotations

import contextlib
import re
import selectors
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from selectors import EVENT_READ, EVENT_WRITE
from typing import Literal

from sosie.broadcast.ingest import ANSWER_SECONDS, Ingest
from sosie.errors import Theirs

PENDING_BYTES = 256 << 10
"""Read ahead of a slow server; beyond it FFmpeg's queue fills and drops up to the next keyframe."""
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 16.0
"""Seconds before the next attempt: one after a live stream was lost, then doubling; a wrong key must not knock every second
for hours."""
STEADY_SECONDS = 1.0
"""That a server must keep taking the stream before it counts as live: some say "Publish.Start" and hang up at once."""
_MEDIA_BYTES = 32 << 10
"""More than handshake and commands take: who accepts so much receives the stream, whatever it answered."""
_CODES = re.compile(rb"Net(?:Connection\.Connect|Stream\.Publish)\.[A-Za-z]+")
_GOOD_CODES = {b"NetConnection.Connect.Success", b"NetStream.Publish.Start"}
_TALK_BYTES = 64 << 10
"""Of the server's answers, searched for codes; the negotiation is a few hundred bytes."""
_TICK = 0.1
_LATER = (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError)


@dataclass(frozen=True, slots=True)
class Connection:
    """How a push stands at this moment."""

    state: Literal["connecting", "live", "failing"]
    says: str
    """One sentence for the person in charge; never the stream key."""


class Relay:
    """Listens on loopback for one client at a time and passes it on to the ingest. One thread, named ``rtmp-relay``."""

    def __init__(self, ingest: Ingest) -> None:
        self._ingest = ingest
        self._connection = Connection("connecting", f"connecting to {ingest.name}")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(_TICK)
        self._client: socket.socket | None = None
        self._hang_up = threading.Event()
        self._last_call = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rtmp-relay", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def connection(self) -> Connection:
        return self._connection

    def hang_up(self) -> None:
        """Lets go of both sides at once."""
        self._hang_up.set()
        # Shutting down wakes whoever waits on these sockets, also FFmpeg's thread on its end of the client's.
        for link in (self._listener, self._client):
            if link is not None:
                with contextlib.suppress(OSError):
                    link.shutdown(socket.SHUT_RDWR)
        self._thread.join(2 * _TICK)

    def finish(self, seconds: float) -> None:
        """Passes on what the client has sent, then ends; for at most ``seconds``. Call after the client has closed."""
        self._last_call.set()
        self._thread.join(seconds)
        self.hang_up()

    def _run(self) -> None:
        pause, not_before = SHORTEST_PAUSE, 0.0
        with self._listener:
            while not self._hang_up.is_set():
                try:
                    client, _ = self._listener.accept()
                except TimeoutError:
                    if self._last_call.is_set():
                        return
                    continue
                except OSError:
                    return  # hung up
                with client:
                    if time.monotonic() < not_before:
                        continue
                    self._client = client
                    was_live = self._serve(client)
                    self._client = None
                pause = SHORTEST_PAUSE if was_live else min(2 * pause, LONGEST_PAUSE)
                not_before = time.monotonic() + pause

    def _serve(self, client: socket.socket) -> bool:
        """One connection from beginning to end. True if the stream was live."""
        try:
            server = self._ingest.connect()
        except Theirs as error:
            self._connection = Connection("failing", str(error))
            return False
        with server:
            link = _Link(client, server, self._ingest)
            try:
                while not self._hang_up.is_set() and link.turn(time.monotonic()):
                    if link.live and self._connection.state != "live":
                        self._connection = Connection("live", f"{self._ingest.name} receives the stream")
            except Theirs as error:
                self._connection = Connection("failing", str(error))
        return link.live


class _Link:
    """One client, one server, and the bytes between them."""

    def __init__(self, client: socket.socket, server: socket.socket, ingest: Ingest) -> None:
        client.setblocking(False)
        server.setblocking(False)
        self._client, self._server, self._ingest = client, server, ingest
        self._up = bytearray()
        self._down = bytearray()
        self._talk = bytearray()
        self._sent = 0
        self._client_ended = False
        self._progress: float | None = None
        self._taken_since: float | None = None
        self.live = False

    def turn(self, now: float) -> bool:
        """Passes on what can be passed on now, waiting a tick at most. False when done; Theirs when the server fails."""
        self._progress = now if self._progress is None else self._progress
        self._wait()
        before = self._sent + len(self._talk)
        server_ended = self._from_server()
        self._from_client()
        self._to_server()
        self._to_client()
        if self._sent + len(self._talk) > before or (self._taken_since is not None and not self._up):
            self._progress = now
        if server_ended:
            raise self._why_ended()
        if self._taken_since is None and (b"NetStream.Publish.Start" in self._talk or self._sent > _MEDIA_BYTES):
            self._taken_since = now
        self.live = self._taken_since is not None and now - self._taken_since >= STEADY_SECONDS
        if now - self._progress > ANSWER_SECONDS:
            raise self._why_stuck()
        if self._client_ended and not self._up:
            if not self.live:
                raise self._why_ended()
            return False
        return True

    def _wait(self) -> None:
        if isinstance(self._server, ssl.SSLSocket) and self._server.pending():
            return
        read_client = not self._client_ended and len(self._up) < PENDING_BYTES
        with selectors.DefaultSelector() as selector:
            selector.register(self._server, EVENT_READ | (EVENT_WRITE if self._up else 0))
            events = (EVENT_READ if read_client else 0) | (EVENT_WRITE if self._down else 0)
            if events:
                selector.register(self._client, events)
            selector.select(_TICK)

    def _from_server(self) -> bool:
        """True when the server has ended the connection."""
        piece = _receive(self._server)
        if piece:
            self._down += piece
            if len(self._talk) < _TALK_BYTES:
                self._talk += piece
        return piece == b""

    def _from_client(self) -> None:
        if not self._client_ended and len(self._up) < PENDING_BYTES:
            piece = _receive(self._client)
            self._up += piece or b""
            self._client_ended = piece == b""

    def _to_server(self) -> None:
        sent = _send(self._server, self._up)
        if sent is None:
            raise self._why_ended()
        del self._up[:sent]
        self._sent += sent

    def _to_client(self) -> None:
        sent = _send(self._client, self._down)
        # Where nobody is there to hear it, the rest is dropped.
        del self._down[: len(self._down) if sent is None else sent]

    def _why_ended(self) -> Theirs:
        refusals = [code.decode() for code in _CODES.findall(self._talk) if code not in _GOOD_CODES]
        if refusals and not self.live:
            return Theirs(
                f"{self._ingest.name} refuses the stream ({refusals[-1]})",
                wanted="an application and stream key that it knows and that are not in use",
                try_this="a fresh stream key from the platform's live settings",
            )
        if self.live:
            return Theirs(
                f"{self._ingest.name} ended the connection", try_this="nothing: it is connected again by itself"
            )
        return Theirs(
            f"{self._ingest.name} hung up before the stream began",
            wanted="an application and stream key that it knows",
            try_this="a fresh stream key from the platform's live settings",
        )

    def _why_stuck(self) -> Theirs:
        if not self._talk:
            return self._ingest.silent()
        return Theirs(
            f"{self._ingest.name} took no data for {ANSWER_SECONDS:.0f} s", try_this="a faster or steadier connection"
        )


def _receive(link: socket.socket) -> bytes | None:
    """What has come in; None when nothing has yet, empty when the other side has ended."""
    try:
        return link.recv(PENDING_BYTES)
    except _LATER:
        return None
    except OSError:
        return b""


def _send(link: socket.socket, waiting: bytearray) -> int | None:
    """How many bytes went out; None when the other side has ended."""
    try:
        return link.send(waiting) if waiting else 0
    except _LATER:
        return 0
    except OSError:
        return None
