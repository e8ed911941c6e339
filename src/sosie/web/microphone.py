"""The operator's microphone: one WebSocket, from the words "this is my own voice" to the last sound.

    page ─► {"token", "own_voice": true, "language", "rate_hz"}      first and at once, or it is closed
    page ◄─ {"hindered": null}                                       or why not, and it is closed
    page ─► 16-bit little-endian mono, at most MOST_BYTES a message
    page ◄─ {"heard", "late_frames"}                                 once a second
    page ─► {"bye": true}                                            the clone goes on, unless the show had been taken over before

A page cannot set headers of a WebSocket, and an address stands in histories: so the token is in the first message. Sound that
stops without a goodbye is a person who is gone: after LOST_SECONDS the clone takes the show over again, whatever was ordered.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from typing import Literal, Protocol

from fastapi import APIRouter, WebSocket
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocketDisconnect, WebSocketState

from sosie.errors import YourInput
from sosie.live.line_in import HIGHEST_HZ, LOWEST_HZ
from sosie.show.events import TellOperator
from sosie.types import Language

OWN_VOICE = "This is my own voice."
"""What is confirmed on the page, and kept in the record."""
HELLO_SECONDS = 5.0
LOST_SECONDS = 2.0
"""Without a sound from the page; it sends some every 20 to 50 ms, of silence too."""
MOST_BYTES = 65_536
"""Of a message: a third of a second at the highest rate."""
BURST_SECONDS = 2.0
"""Of sound that may come at once, after a network's pause."""
FASTEST = 1.2
"""Seconds of sound a second, for longer. Whoever sends faster is no microphone."""
MALFORMED, NO_TOKEN, IN_USE, LOST, TOO_FAST, TOO_LARGE, HANDED_BACK, NOT_DONE = (
    4400, 4401, 4409, 4408, 4429, 4413, 4410, 4403,
)  # fmt: skip
"""Why it was closed."""


class Microphone(Protocol):
    """What the route needs of live.microphone.Microphone."""

    def open(self, language: Language, rate_hz: int) -> TellOperator: ...

    def push(self, pcm: bytes) -> None: ...

    def close(self, *, lost: bool) -> None: ...

    @property
    def is_heard(self) -> bool: ...

    @property
    def late_frames(self) -> int: ...


class Duty(Protocol):
    """What it needs of the show."""

    @property
    def microphone(self) -> Microphone: ...

    def own_voice(self, said: str, token_sha256: str) -> None: ...

    def operator_seen(self) -> None: ...


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Hello(_Said):
    token: str = Field(max_length=200)
    own_voice: Literal[True]
    language: Language
    rate_hz: int = Field(ge=LOWEST_HZ, le=HIGHEST_HZ)


class Bye(_Said):
    bye: Literal[True]


class _Closed(Exception):
    """The conversation is over, for this reason."""

    def __init__(self, code: int, *, lost: bool = True) -> None:
        super().__init__(code)
        self.code, self.lost = code, lost


def microphone_route(
    duty: Duty, token: str, *, hello_seconds: float = HELLO_SECONDS, lost_seconds: float = LOST_SECONDS
) -> APIRouter:
    """/operator/microphone. ``token``: the operator's (web/operator.py)."""
    routes = APIRouter(prefix="/operator")

    @routes.websocket("/microphone")
    async def microphone(channel: WebSocket) -> None:
        await channel.accept()
        try:
            hello = await _hello(channel, token, hello_seconds)
            await _speak(channel, duty, hello, lost_seconds)
        except _Closed as closed:
            if channel.client_state is WebSocketState.CONNECTED:
                await channel.close(closed.code)
        except WebSocketDisconnect:
            return  # while something was being told; the microphone is closed

    return routes


async def _hello(channel: WebSocket, token: str, within_seconds: float) -> Hello:
    """Raises _Closed for whoever says nothing, something else, or does not have the token."""
    try:
        said = await _heard(channel, within_seconds)
        hello = Hello.model_validate_json(said if isinstance(said, str) else b"")
    except ValidationError:
        raise _Closed(MALFORMED) from None
    if not secrets.compare_digest(hello.token.encode(), token.encode()):
        raise _Closed(NO_TOKEN)
    return hello


async def _heard(channel: WebSocket, within_seconds: float) -> str | bytes:
    """One message. Raises _Closed when none comes in time, the other end is gone, or it is too large."""
    try:
        message = await asyncio.wait_for(channel.receive(), within_seconds)
    except TimeoutError:
        raise _Closed(LOST) from None
    if message["type"] == "websocket.disconnect":
        raise _Closed(LOST)
    said: str | bytes = message.get("text") or message.get("bytes") or b""
    if len(said) > MOST_BYTES:
        raise _Closed(TOO_LARGE)
    return said


async def _speak(channel: WebSocket, duty: Duty, hello: Hello, lost_seconds: float) -> None:
    microphone = duty.microphone
    # Said before it is heard: there is no voice on air of which nobody said whose it is.
    duty.own_voice(OWN_VOICE, hashlib.sha256(hello.token.encode()).hexdigest())
    told = await run_in_threadpool(microphone.open, hello.language, hello.rate_hz)
    if told.hindered is not None:
        await channel.send_json({"hindered": told.hindered})
        raise _Closed(IN_USE if told.hindered == "microphone in use" else NOT_DONE)
    lost = True
    try:
        await channel.send_json({"hindered": None})
        await _listen(channel, duty, _Allowance(hello.rate_hz, asyncio.get_running_loop().time), lost_seconds)
    except _Closed as closed:
        lost = closed.lost
        raise
    finally:
        # At once and without waiting, however this ended: cancelled, too.
        microphone.close(lost=lost)


async def _listen(channel: WebSocket, duty: Duty, allowance: _Allowance, lost_seconds: float) -> None:
    microphone, told_at = duty.microphone, float("-inf")
    while True:
        said = await _heard(channel, lost_seconds)
        if isinstance(said, str):
            try:
                Bye.model_validate_json(said)
            except ValidationError:
                raise _Closed(MALFORMED) from None
            raise _Closed(1000, lost=False)
        now = allowance.take(len(said))
        try:
            microphone.push(said)
        except YourInput:
            raise _Closed(MALFORMED) from None
        if now - told_at >= 1:
            told_at = now
            duty.operator_seen()
            await channel.send_json({"heard": microphone.is_heard, "late_frames": microphone.late_frames})
        if not microphone.is_heard:
            # Handed back by an order, or the show is closing.
            raise _Closed(HANDED_BACK, lost=False)


class _Allowance:
    """How much sound may come: a little more than time goes by, for no two clocks are alike, and a burst after a pause."""

    def __init__(self, rate_hz: int, clock: Callable[[], float]) -> None:
        self._rate_hz, self._clock = rate_hz, clock
        self._left, self._at = BURST_SECONDS, clock()

    def take(self, n_bytes: int) -> float:
        """The time, in seconds. Raises _Closed when it is too much."""
        now = self._clock()
        self._left = min(BURST_SECONDS, self._left + FASTEST * (now - self._at)) - n_bytes / (2 * self._rate_hz)
        self._at = now
        if self._left < 0:
            raise _Closed(TOO_FAST)
        return now
