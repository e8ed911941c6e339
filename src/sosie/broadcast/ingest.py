"""An RTMP server's address, and whether somebody who speaks RTMP is there.

Asked with plain sockets before FFmpeg sees the address: PyAV holds the GIL while FFmpeg connects, so a server that accepts
and never answers would freeze the whole process for ever (measured, stream.md 1; PyAV issues 1053 and 2400).
"""

from __future__ import annotations

import os
import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from sosie.errors import Theirs, YourInput

ANSWER_SECONDS = 4.0
"""Within which a server must accept, and again must answer: our own choice, for who waits for a sentence."""
_PORTS = {"rtmp": 1935, "rtmps": 443}
_HANDSHAKE = 1536
"""Bytes of C1 and S1 (Adobe RTMP specification 1.0, section 5.2.3)."""


@dataclass(frozen=True, slots=True)
class Ingest:
    """Where to push to. The path holds the stream key, so it is kept out of ``repr`` and of every message."""

    scheme: Literal["rtmp", "rtmps"]
    host: str
    port: int
    path: str = field(repr=False)
    """Application and key, without the leading slash."""
    user: str = field(default="", repr=False)
    """``name:password@`` for servers that ask for it, or empty."""
    tls: ssl.SSLContext | None = field(default=None, repr=False, compare=False)
    """None: the system's trusted certificates, checked against the host's name."""

    @property
    def name(self) -> str:
        """For messages and logs."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def application_url(self) -> str:
        """What the server is told it was called by (tcUrl); split as FFmpeg does: the key is the last part of two or more."""
        parts = self.path.split("?")[0].split("/")
        application = "/".join(parts[:2]) if len(parts) > 2 else parts[0]
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}/{application}"

    def connect(self) -> socket.socket:
        """A connected socket, TLS done. Blocks at most ANSWER_SECONDS for each address of the host; raises Theirs."""
        try:
            plain = socket.create_connection((self.host, self.port), ANSWER_SECONDS)
        except OSError as error:
            raise self._unreachable(error) from error
        if self.scheme == "rtmp":
            return plain
        try:
            return (self.tls or ssl.create_default_context()).wrap_socket(plain, server_hostname=self.host)
        except OSError as error:
            plain.close()
            raise Theirs(
                f"{self.name} does not open an encrypted connection: {_reason(error)}",
                wanted="a valid certificate for that host",
                try_this="the address exactly as the platform shows it",
            ) from error

    def probe(self) -> None:
        """Makes sure that an RTMP server answers; nothing is published. Raises Theirs with a sentence, within seconds."""
        with self.connect() as link:
            try:
                link.sendall(b"\x03" + bytes(8) + os.urandom(_HANDSHAKE - 8))
                answer = _read(link, 1 + _HANDSHAKE, ANSWER_SECONDS)
            except TimeoutError as error:
                raise self.silent() from error
            except OSError as error:
                raise self._unreachable(error) from error
        if len(answer) < 1 + _HANDSHAKE or answer[0] != 3:
            raise Theirs(
                f"{self.name} answers, but not as an RTMP server does",
                wanted="an RTMP ingest",
                try_this="the server address and port from the platform's live settings",
            )

    def silent(self) -> Theirs:
        """The error of a server that accepts and says nothing."""
        return Theirs(
            f"{self.name} accepted the connection and did not answer within {ANSWER_SECONDS:.0f} s",
            wanted="an RTMP server",
            try_this="the server address and port from the platform's live settings",
        )

    def _unreachable(self, error: OSError) -> Theirs:
        return Theirs(
            f"{self.name} cannot be reached: {_reason(error)}",
            wanted="a running RTMP server",
            try_this="the server address from the platform's live settings, or starting the server",
        )


def read_ingest(url: str) -> Ingest:
    """``rtmp://host[:port]/app/key`` or ``rtmps://``. Raises YourInput, without repeating the key."""
    wanted, example = "an address with host, application and stream key", "rtmp://host/app/key"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise YourInput("the RTMP address cannot be read", wanted=wanted, try_this=example) from error
    path = parts.path.strip("/")
    if parts.scheme not in _PORTS or not host or not path or not url.isprintable():
        raise YourInput("this is not an RTMP address", wanted=wanted, try_this=example)
    if "/" not in path:
        raise YourInput("the RTMP address has no stream key", wanted=wanted, try_this=example)
    scheme: Literal["rtmp", "rtmps"] = "rtmps" if parts.scheme == "rtmps" else "rtmp"
    # A key may hold any letter, also those that mean something in web addresses.
    query = (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    user, at, _ = parts.netloc.rpartition("@")
    return Ingest(scheme, host, port or _PORTS[scheme], path + query, user + at)


def _read(link: socket.socket, n_bytes: int, seconds: float) -> bytes:
    """Up to ``n_bytes``, fewer if the other side ends; TimeoutError if they take longer than ``seconds`` in all."""
    until = time.monotonic() + seconds
    got = b""
    while len(got) < n_bytes:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        link.settimeout(left)
        piece = link.recv(n_bytes - len(got))
        if not piece:
            break
        got += piece
    return got


def _reason(error: OSError) -> str:
    match error:
        case socket.gaierror():
            return "there is no host of that name"
        case ConnectionRefusedError():
            return "nothing listens on that port"
        case TimeoutError():
            return f"no answer within {ANSWER_SECONDS:.0f} s"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted ({error.verify_message})"
        case ssl.SSLError():
            return "the other side does not speak TLS there"
        case _:
            return error.strerror or type(error).__name__
