"""All chats of a show, on one thread of their own: sources into the intake, from there to the show, and answers back out.

    source ─┐                       ┌─► deliver(event): live/room.py
    source ─┼─► intake (2000) ─pump─┤
    source ─┘                       └─► (waits while the show has too much to hear)
    post(comment, text) ─► 20 for each sink ─► turnstile ─► sink

A source that fails is tried again (backoff.delay); one that only the operator can mend is let go, and the show goes on. The
thread hands over at most PER_BEAT events every BEAT_SECONDS: a burst fills the intake, which drops by its stated order. It is no
nicer than the threads that make pictures: it is Python through and through, and who is put aside while holding the
interpreter holds up the pictures, too.
"""

from __future__ import annotations

import asyncio
import logging
import random
import threading
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Literal

from sosie.chat.backoff import STEADY_SECONDS, TryLater, Turnstile, delay
from sosie.chat.events import RoomEvent
from sosie.chat.intake import Intake
from sosie.chat.post import MarkedPost
from sosie.chat.wire import Wire
from sosie.clock import Clock
from sosie.errors import Refused, SosieError, Theirs, YourInput
from sosie.live.worker import Worker
from sosie.ports import ChatSink, ChatSource

PER_BEAT = 20
BEAT_SECONDS = 0.02
POSTS_WAITING = 20
"""For each sink; when one more comes, the oldest is dropped and counted: nobody waits for it any more."""
STOP_SECONDS = 10.0
"""How long the chats may take to say goodbye."""
_LOG = logging.getLogger(__name__)
_TURN = 20
"""After so many events in a row a source lets others have their turn."""

SourceState = Literal["open", "waiting", "lost", "closed"]


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """One [[chat]], ready to be connected."""

    prefix: str
    """Of the keys of its comments: "platform/room/"."""
    source: ChatSource
    sink: ChatSink | None

    @property
    def platform(self) -> str:
        return self.prefix.split("/", 1)[0]


@dataclass(frozen=True, slots=True)
class ChatFigures:
    """What the chats of a show came to; kinds are those of chat/events.py."""

    heard: dict[str, int]
    dropped: dict[str, int]
    """For want of room in the intake."""
    repeated: int
    deleted: int
    connections: int
    """Begun, reconnections included."""
    posted: int
    posts_dropped: int
    lost: tuple[str, ...]
    """Rooms that were let go, by name."""


class Chats:
    def __init__(self, rooms: Sequence[OpenRoom], wire: Wire, *, clock: Clock, chance: random.Random | None = None):
        self._rooms, self._wire, self._clock = tuple(rooms), wire, clock
        self._chance = chance or random.Random()
        self.intake = Intake()
        self.states: dict[str, SourceState] = {room.source.name: "waiting" for room in rooms}
        self._posts: dict[str, deque[MarkedPost]] = {room.prefix: deque() for room in rooms if room.sink}
        self._connections = self._posted = self._posts_dropped = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over = asyncio.Event()
        self._arrived = asyncio.Event()
        self._room_made = asyncio.Event()
        self._to_post = asyncio.Event()
        self._worker: Worker | None = None
        self._turns: Counter[str] = Counter()

    @property
    def posting(self) -> tuple[tuple[str, str], ...]:
        """(platform, address) of every room that is posted to, for the consent gate."""
        return tuple((room.platform, room.sink.destination) for room in self._rooms if room.sink is not None)

    # For the show's threads

    def start(self, deliver: Callable[[RoomEvent], None], ready: Callable[[], bool]) -> None:
        """``deliver`` and ``ready`` (may the show be told more?) are called on the chats' thread and must not block."""
        running = threading.Event()

        async def run() -> None:
            self._loop = asyncio.get_running_loop()
            running.set()
            await self.run(deliver, ready)

        self._worker = Worker("chats", lambda: asyncio.run(run()), self._failed)
        self._worker.start()
        running.wait(STOP_SECONDS)

    def stop(self) -> None:
        """Lets every connection go; returns when that is done."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._over.set)
        if self._worker is not None:
            self._worker.join(STOP_SECONDS)

    def post(self, comment_key: str, text: str) -> None:
        """An answer that is being said, as text with the AI mark, to where its question came from. Any thread; never waits."""
        room = next((room for room in self._rooms if room.sink and comment_key.startswith(room.prefix)), None)
        if room is None or self._loop is None or self._loop.is_closed():
            return
        post = MarkedPost(text, comment_key.removeprefix(room.prefix))
        self._loop.call_soon_threadsafe(self._put, room.prefix, post)

    @property
    def figures(self) -> ChatFigures:
        return ChatFigures(
            {str(kind): count for kind, count in self.intake.heard.items()},
            {str(kind): count for kind, count in self.intake.dropped.items()},
            self.intake.repeated,
            self.intake.deleted,
            self._connections,
            self._posted,
            self._posts_dropped,
            tuple(name for name, state in self.states.items() if state == "lost"),
        )

    # The chats' thread

    async def run(self, deliver: Callable[[RoomEvent], None], ready: Callable[[], bool]) -> None:
        """Until ``stop``."""
        jobs: list[Coroutine[None, None, None]] = [self._pump(deliver, ready)]
        for room in self._rooms:
            jobs.append(self.keep(room.source))
            if room.sink is not None:
                jobs.append(self._send(room.sink, self._posts[room.prefix]))
        async with self._wire:
            tasks = [asyncio.create_task(job, name=f"chats {number}") for number, job in enumerate(jobs)]
            try:
                over = asyncio.create_task(self._over.wait(), name="chats over")
                # Sources and sinks end by themselves only when they are lost; the pump never does, unless by a bug.
                await asyncio.wait({over, tasks[0]}, return_when=asyncio.FIRST_COMPLETED)
                over.cancel()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            if tasks[0].done() and not tasks[0].cancelled():
                tasks[0].result()

    async def keep(self, source: ChatSource, rest: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Connects again and again, with waits in between, until only the operator can mend it."""
        failures = 0
        try:
            while True:
                begun, heard = self._clock.now(), 0

                async def hear(event: RoomEvent) -> None:
                    nonlocal heard
                    heard += 1
                    await self.hear(event)

                self.states[source.name] = "open"
                self._connections += 1
                wait = 0.0
                try:
                    await source.listen(hear)
                    why = "A new connection is wanted."
                except TryLater as error:
                    why, wait = str(error), error.seconds
                except Theirs as error:
                    why = str(error)
                except (YourInput, Refused) as error:
                    _LOG.error("chat %s is let go: %s", source.name, error)
                    self.states[source.name] = "lost"
                    return
                except Exception as error:
                    # A bug of a source must not end a show. Its text is not told: it may hold what a viewer wrote.
                    why = f"A fault of ours or of a plug-in ({type(error).__name__})."
                held = heard > 0 or self._clock.now() - begun >= STEADY_SECONDS
                failures = 1 if held else failures + 1
                wait = max(wait, delay(failures, self._chance.random()))
                _LOG.warning("chat %s: %s Again in %.1f s.", source.name, why, wait)
                self.states[source.name] = "waiting"
                await rest(wait)
        finally:
            if self.states[source.name] != "lost":
                self.states[source.name] = "closed"

    async def hear(self, event: RoomEvent) -> None:
        """Returns when the event is safe with us, or was dropped by the stated order."""
        while self.intake.offer(event, self._clock.now()) == "full":
            self._room_made.clear()
            await self._room_made.wait()
        self._arrived.set()
        self._turns[event.origin.platform] += 1
        if self._turns[event.origin.platform] % _TURN == 0:
            await asyncio.sleep(0)

    async def _pump(self, deliver: Callable[[RoomEvent], None], ready: Callable[[], bool]) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while len(self.intake):
                for _ in range(PER_BEAT):
                    if not ready() or (event := self.intake.take(self._clock.now())) is None:
                        break
                    deliver(event)
                self._room_made.set()
                await asyncio.sleep(BEAT_SECONDS)

    def _put(self, prefix: str, post: MarkedPost) -> None:
        waiting = self._posts[prefix]
        if len(waiting) >= POSTS_WAITING:
            waiting.popleft()
            self._posts_dropped += 1
        waiting.append(post)
        self._to_post.set()

    async def _send(
        self, sink: ChatSink, waiting: deque[MarkedPost], rest: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        turnstile = Turnstile(sink.pace)
        while True:
            while not waiting:
                self._to_post.clear()
                await self._to_post.wait()
            if (wait := turnstile.wait(self._clock.now())) > 0:
                await rest(wait)
                continue
            try:
                await sink.post(waiting.popleft())
                self._posted += 1
            except (YourInput, Refused) as error:
                _LOG.error("chat %s: answers are posted no more: %s", sink.name, error)
                return
            except SosieError as error:
                # An answer that comes late answers nobody: it is not tried again.
                self._posts_dropped += 1
                _LOG.warning("chat %s: %s", sink.name, error)
                await rest(error.seconds if isinstance(error, TryLater) else 0.0)

    def _failed(self, error: BaseException) -> None:
        # The chats are beside the show: without them it goes on.
        _LOG.error("the chats ended: %s", type(error).__name__)
        for name in self.states:
            self.states[name] = "lost"
