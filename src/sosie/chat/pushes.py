"""Chats that come to us: a platform or a bridge sends requests, and each is answered. Deciding is pure; web/pushes.py listens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sosie.chat.events import RoomEvent
from sosie.ports import Hear

LARGEST_PUSH = 1 << 20
"""Bytes of one request or message."""
ACCEPTED, MALFORMED, UNSIGNED, UNKNOWN = 202, 400, 401, 404


@dataclass(frozen=True, slots=True)
class Push:
    """One request, or one message of a WebSocket."""

    path: str
    headers: Mapping[str, str]
    """Names in small letters."""
    body: bytes
    """As it arrived."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be answered once ``events`` are safe with us."""

    status: int
    events: tuple[RoomEvent, ...] = ()
    body: bytes = b""
    """JSON."""


class Receiver(Protocol):
    def receive(self, push: Push) -> Verdict: ...

    def unwrapped(self, message: bytes) -> Push | None:
        """A message of a WebSocket as a push; None where it is none, or where WebSockets are not spoken."""
        ...


class Listener(Protocol):
    """Takes pushes on a port of loopback; whoever offers the chat to the world puts a server with TLS before it."""

    async def serve(self, port: int, receiver: Receiver, hear: Hear) -> None:
        """Until cancelled; ``hear`` is awaited for every event before its push is answered. Raises YourInput for a taken port."""
        ...
