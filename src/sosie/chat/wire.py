"""HTTP and WebSocket, as the chats need them: every failure is one of ours, nothing that holds a secret is logged or told.

Addresses may hold keys and their libraries tell addresses in errors, so errors here name the host only.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import urlsplit

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from sosie.chat.fields import Json, read
from sosie.errors import Theirs

SECONDS = 15.0
"""For connecting and for an answer."""
LARGEST_MESSAGE = 1 << 20
"""Bytes of one WebSocket message; no chat has any near it."""
LARGEST_REPLY = 8 << 20
_SILENT = logging.getLogger("sosie.chat.wire.silent")
_SILENT.setLevel(logging.CRITICAL + 1)
# These log addresses and headers.
for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Lost(Theirs):
    """A connection that ended. ``code``: of the WebSocket's close frame, 0 where there was none."""

    def __init__(self, host: str, why: str, code: int = 0) -> None:
        super().__init__(f"{host}: {why}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes

    @property
    def json(self) -> Json:
        """None where it is none."""
        return read(self.body)


class Socket:
    """An open WebSocket."""

    def __init__(self, connection: ClientConnection, host: str) -> None:
        self._connection, self._host = connection, host

    async def send(self, message: str | bytes) -> None:
        try:
            # Not wait_for: on Python 3.11 it can swallow a cancellation.
            async with asyncio.timeout(SECONDS):
                await self._connection.send(message)
        except (ConnectionClosed, TimeoutError) as error:
            raise self._lost(error) from None

    async def receive(self, seconds: float) -> str | bytes:
        """The next message. Raises Lost when the connection ends, or when nothing came for so long."""
        try:
            async with asyncio.timeout(seconds):
                return await self._connection.recv()
        except TimeoutError:
            raise Lost(self._host, f"nothing came for {seconds:.0f} s") from None
        except ConnectionClosed as error:
            raise self._lost(error) from None

    def _lost(self, error: ConnectionClosed | TimeoutError) -> Lost:
        if isinstance(error, TimeoutError):
            return Lost(self._host, "nothing could be sent")
        code = error.rcvd.code if error.rcvd is not None else 0
        return Lost(self._host, f"the connection was closed, code {code}" if code else "the connection broke", code)


class Wire:
    """One for a show; an async context manager."""

    def __init__(self) -> None:
        self._http = httpx2.AsyncClient(timeout=SECONDS, follow_redirects=False)

    async def __aenter__(self) -> Wire:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Reply:
        """Raises Lost when there is no answer, or one beyond LARGEST_REPLY; any status is an answer."""
        async with self.stream(method, url, headers=headers, params=params, body=body, seconds=SECONDS) as (
            status,
            parts,
        ):
            whole = bytearray()
            async for part in parts:
                whole += part
                if len(whole) > LARGEST_REPLY:
                    raise Lost(host_of(url), f"an answer of more than {LARGEST_REPLY >> 20} MB")
            return Reply(status, bytes(whole))

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        seconds: float,
    ) -> AsyncIterator[tuple[int, AsyncIterator[bytes]]]:
        """(status, the body as it comes). ``seconds``: how long it may be silent."""
        patience = httpx2.Timeout(SECONDS, read=seconds)
        try:
            async with self._http.stream(
                method, url, headers=headers, params=params, content=body, timeout=patience
            ) as answer:
                yield answer.status_code, _parts(answer, host_of(url))
        except httpx2.HTTPError as error:
            raise Lost(host_of(url), _why(error)) from None
        except httpx2.InvalidURL:
            raise Lost(host_of(url), "its address is not one") from None

    @asynccontextmanager
    async def socket(self, url: str) -> AsyncIterator[Socket]:
        host = host_of(url)
        try:
            connection = await connect(
                url, open_timeout=SECONDS, close_timeout=2, max_size=LARGEST_MESSAGE, logger=_SILENT
            )
        except InvalidStatus as error:
            raise Lost(host, f"no WebSocket, status {error.response.status_code}") from None
        except (OSError, TimeoutError, WebSocketException, ValueError) as error:
            raise Lost(host, f"no connection ({type(error).__name__})") from None
        try:
            yield Socket(connection, host)
        finally:
            await connection.close()


def host_of(url: str) -> str:
    """For messages: an address may hold a key."""
    try:
        return urlsplit(url).hostname or "an address"
    except ValueError:
        return "an address"


async def _parts(answer: httpx2.Response, host: str) -> AsyncIterator[bytes]:
    try:
        async for part in answer.aiter_bytes():
            yield part
    except httpx2.HTTPError as error:
        raise Lost(host, _why(error)) from None


def _why(error: httpx2.HTTPError) -> str:
    if isinstance(error, httpx2.TimeoutException):
        return "no answer in time"
    return f"no answer ({type(error).__name__})"
