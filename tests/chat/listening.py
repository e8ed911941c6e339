"""Runs a source against its fake platform and keeps what it hears."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from chat.platforms import PATIENCE, Platform
from sosie.chat.events import Commented, RoomEvent
from sosie.ports import ChatSource, Hear

P = TypeVar("P", bound=Platform)


class Listening:
    """What a source was heard to say."""

    def __init__(self) -> None:
        self.heard: list[RoomEvent] = []
        self.changed = asyncio.Event()
        self.pause = 0.0

    async def hear(self, event: RoomEvent) -> None:
        if self.pause:
            await asyncio.sleep(self.pause)
        self.heard.append(event)
        self.changed.set()

    def ids(self) -> list[str]:
        return [event.origin.event_id for event in self.heard if isinstance(event, Commented)]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                self.changed.clear()
                await self.changed.wait()


@asynccontextmanager
async def listening(platform: Platform, source: ChatSource, hear: Hear) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.ensure_future(source.listen(hear))
    try:
        connected = asyncio.ensure_future(platform.connected())
        await asyncio.wait({task, connected}, return_when=asyncio.FIRST_COMPLETED)
        connected.cancel()
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task}, timeout=PATIENCE)
        assert task.done(), "a source ends when it is cancelled"


def told(platform: type[P], story: Callable[[P], Awaitable[None]]) -> None:
    """Plays a story against a platform."""

    async def playing() -> None:
        async with asyncio.timeout(3 * PATIENCE), platform() as opened:
            await story(opened)  # type: ignore[arg-type]

    asyncio.run(playing())
