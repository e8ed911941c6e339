"""POST /webhooks/NAME: the raw body as it came, and the till's answer. Beside the preview, and under none of its rules.

The preview is for this machine alone and checks the host's name. Deliveries come from outside, through a server of the operator's
that speaks TLS, under whatever name that has; what vouches for them is their signature.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from sosie.live.till import STATUS, Outcome, Taken

MOST_BYTES = 4 << 20
"""Of a delivery. A product of Shopify's with a hundred variants has about 100 kB."""
MOST_UNSIGNED_BYTES = 100
"""Of one without a signature: WooCommerce asks so whether anybody is there."""
MOST_SECONDS = 10.0
"""For a body to arrive; whoever sends more slowly holds a place that others need."""


class Counter(Protocol):
    """What the routes need of live.till.Till."""

    def signature_of(self, name: str) -> str | None: ...

    def take(self, name: str, headers: Mapping[str, str], body: bytes) -> Taken: ...

    def count(self, name: str, outcome: Outcome) -> None: ...


def with_webhooks(preview: ASGIApp, till: Counter) -> Starlette:
    """The preview, with the webhooks before it."""

    async def delivered(request: Request) -> Response:
        name = str(request.path_params["name"])
        signature = till.signature_of(name)
        if signature is None:
            return _answer(till, name, "unknown address")
        signed = signature in request.headers
        try:
            async with asyncio.timeout(MOST_SECONDS):
                body = await _body(request, MOST_BYTES if signed else MOST_UNSIGNED_BYTES)
        except (TimeoutError, ClientDisconnect):
            return _answer(till, name, "unreadable")
        if body is None:
            return _answer(till, name, "too large" if signed else "bad signature")
        headers = {key.lower(): value for key, value in request.headers.items()}
        # The store waits for the disk, and for whoever else writes.
        taken = await run_in_threadpool(till.take, name, headers, body)
        return _told(taken)

    return Starlette(routes=[Route("/webhooks/{name}", delivered, methods=["POST"]), Mount("/", app=preview)])


async def _body(request: Request, most: int) -> bytes | None:
    """The very bytes that came, for they are what is signed; None where there are too many."""
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and int(told[:20]) > most:
        return None
    whole = bytearray()
    async for part in request.stream():
        whole += part
        if len(whole) > most:
            return None
    return bytes(whole)


def _answer(till: Counter, name: str, outcome: Outcome) -> Response:
    till.count(name, outcome)
    return _told(Taken(outcome))


def _told(taken: Taken) -> Response:
    content = {"outcome": taken.outcome} | ({"why": taken.why} if taken.why else {})
    return JSONResponse(content, STATUS[taken.outcome])
