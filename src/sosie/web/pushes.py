"""Takes what platforms and bridges push: HTTP requests and WebSocket messages, on loopback ports of their own.

They are signed, and the receiver of each port checks that over the raw bytes before anything is read from them (chat/signing.py).
The world reaches them through a server of the operator's that speaks TLS; docs/chat.md shows one.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from sosie.chat.pushes import LARGEST_PUSH, MALFORMED, UNSIGNED, Push, Receiver, Verdict
from sosie.ports import Hear
from sosie.web.serve import listen

TOO_LARGE = 413
_LOG = logging.getLogger(__name__)
_TELL_EVERY = 100
"""Unsigned pushes: the first is logged, then every so many, or whoever sends them fills the disk."""


class PushPorts:
    """The ports of a show, taken when it is opened, so that one that is taken is found before anything slow is done."""

    def __init__(self, ports: Sequence[int]) -> None:
        """Raises YourInput for a port that another program has; 0 takes any (``number``)."""
        self._taken = {port: listen(port) for port in ports}
        self._unsigned: Counter[int] = Counter()

    def number(self, port: int) -> int:
        """The number under which ``port`` is reached."""
        found: int = self._taken[port].getsockname()[1]
        return found

    def close(self) -> None:
        for taken in self._taken.values():
            taken.close()

    async def serve(self, port: int, receiver: Receiver, hear: Hear) -> None:
        async def posted(request: Request) -> Response:
            if (body := await _body(request)) is None:
                return Response(status_code=TOO_LARGE)
            push = Push(request.url.path, {name.lower(): value for name, value in request.headers.items()}, body)
            verdict = await self._heard(port, receiver.receive(push), hear)
            return Response(verdict.body or b"{}", verdict.status, media_type="application/json")

        async def connected(channel: WebSocket) -> None:
            await channel.accept()
            try:
                while True:
                    push = receiver.unwrapped((await channel.receive_text()).encode())
                    verdict = Verdict(MALFORMED) if push is None else receiver.receive(push)
                    verdict = await self._heard(port, verdict, hear)
                    await channel.send_json({"status": verdict.status})
            except (WebSocketDisconnect, KeyError):
                # KeyError: a message of bytes, where text was wanted.
                return

        app = Starlette(
            routes=[Route("/{path:path}", posted, methods=["POST"]), WebSocketRoute("/{path:path}", connected)]
        )
        # No access log: it would hold who sent what, and when.
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            ws_max_size=LARGEST_PUSH,
            timeout_graceful_shutdown=1,
            lifespan="off",
        )
        server = uvicorn.Server(config)
        # A copy: the server closes what it was given, and this port is served again after a failure.
        sockets = [self._taken[port].dup()]
        serving = asyncio.create_task(server.serve(sockets=sockets), name=f"pushes on port {port}")
        try:
            await asyncio.shield(serving)
        finally:
            server.should_exit = True
            await asyncio.wait({serving})

    async def _heard(self, port: int, verdict: Verdict, hear: Hear) -> Verdict:
        if verdict.status == UNSIGNED:
            if self._unsigned[port] % _TELL_EVERY == 0:
                _LOG.warning("chat: a push on port %d was not signed as agreed, or too long ago", port)
            self._unsigned[port] += 1
        for event in verdict.events:
            await hear(event)
        return verdict


async def _body(request: Request) -> bytes | None:
    """None when there is too much of it."""
    whole = bytearray()
    try:
        async for part in request.stream():
            whole += part
            if len(whole) > LARGEST_PUSH:
                return None
    except ClientDisconnect:
        return None
    return bytes(whole)
