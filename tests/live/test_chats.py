"""The chats of a show on their thread: bursts are dropped by order and counted, failures tried again, answers go home."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable

import pytest

from chat.making import commented, liked, ordered
from sosie.chat.backoff import Pace, TryLater
from sosie.chat.events import RoomEvent
from sosie.chat.intake import CAPACITY, Intake
from sosie.chat.post import MarkedPost
from sosie.chat.wire import Wire
from sosie.clock import VirtualClock, WallClock
from sosie.errors import Refused, SosieError, Theirs, YourInput
from sosie.live.chats import PER_BEAT, POSTS_WAITING, Chats, OpenRoom
from sosie.ports import Hear

PATIENCE = 30.0


class Scripted:
    """A source that plays one turn after the other, and then listens for ever."""

    def __init__(self, *turns: Callable[[Hear], Awaitable[None]], name: str = "own room") -> None:
        self._turns = list(turns)
        self.name = name
        self.silent = threading.Event()

    async def listen(self, hear: Hear) -> None:
        if self._turns:
            await self._turns.pop(0)(hear)
            return
        self.silent.set()
        await asyncio.Event().wait()


class Posts:
    """A sink that keeps what it was given, and raises what it is told to."""

    name = "own room"
    destination = "http://127.0.0.1/answers"

    def __init__(self, pace: Pace | None = None, *errors: SosieError) -> None:
        self.pace = pace or Pace(100, 1.0, 500)
        self.posted: list[MarkedPost] = []
        self.errors = list(errors)
        self.changed = threading.Event()

    async def post(self, post: MarkedPost) -> str:
        self.changed.set()
        if self.errors:
            raise self.errors.pop(0)
        self.posted.append(post)
        return "m-1"


def chats(source: Scripted, sink: Posts | None = None) -> Chats:
    room = OpenRoom("own/room/", source, sink)
    return Chats([room], Wire(), clock=WallClock(), chance=random.Random(1))


def saying(*events: RoomEvent) -> Callable[[Hear], Awaitable[None]]:
    async def turn(hear: Hear) -> None:
        for event in events:
            await hear(event)

    return turn


def failing(error: Exception) -> Callable[[Hear], Awaitable[None]]:
    async def turn(hear: Hear) -> None:
        raise error

    return turn


def test_what_happens_reaches_the_show_and_the_thread_ends(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []
    done = threading.Event()

    def deliver(event: RoomEvent) -> None:
        heard.append(event.origin.event_id)
        if len(heard) == 3 * PER_BEAT:
            done.set()

    source = Scripted(saying(*(commented(f"c-{n}") for n in range(3 * PER_BEAT))))
    running = chats(source)
    running.start(deliver, lambda: True)
    assert done.wait(PATIENCE)
    running.stop()
    assert heard == [f"c-{n}" for n in range(3 * PER_BEAT)]
    assert running.figures.heard == {"comment": 3 * PER_BEAT}
    assert running.states == {"own room": "closed"}
    assert not [thread for thread in threading.enumerate() if thread.name == "chats"]
    assert "how much" not in caplog.text


def test_a_burst_that_the_show_cannot_hear_is_dropped_likes_first_and_no_order_is() -> None:
    flood: list[RoomEvent] = [liked(f"l-{n}") for n in range(CAPACITY)]
    flood += [commented(f"c-{n}") for n in range(CAPACITY - 10)]
    flood += [ordered(f"o-{n}") for n in range(50)]
    source = Scripted(saying(*flood))
    running = chats(source)
    ready, heard, orders = threading.Event(), [], threading.Event()

    def deliver(event: RoomEvent) -> None:
        heard.append(event)
        if sum(each.kind == "order" for each in heard) == 50:
            orders.set()

    running.start(deliver, ready.is_set)
    # The source said all it had and was not held up, though nobody listened.
    assert source.silent.wait(PATIENCE)
    assert heard == []
    figures = running.figures
    assert figures.dropped == {"like": CAPACITY, "comment": 40}
    ready.set()
    assert orders.wait(PATIENCE)
    running.stop()
    assert [each.kind for each in heard[:50]] == ["order"] * 50


def test_when_only_orders_wait_their_source_is_held_up_and_none_is_lost() -> None:
    source = Scripted(saying(*(ordered(f"o-{n}") for n in range(30))))
    running = chats(source)
    running.intake = Intake(capacity=5)
    ready, heard, all_there = threading.Event(), [], threading.Event()

    def deliver(event: RoomEvent) -> None:
        heard.append(event.origin.event_id)
        if len(heard) == 30:
            all_there.set()

    running.start(deliver, ready.is_set)
    assert not source.silent.wait(0.1)
    ready.set()
    assert all_there.wait(PATIENCE)
    running.stop()
    assert heard == [f"o-{n}" for n in range(30)]


def kept(*turns: Callable[[Hear], Awaitable[None]], most: int = 20) -> tuple[Chats, list[float]]:
    """Keeps a source until it listens in silence or is let go; the waits between its connections."""
    source, waits = Scripted(*turns), []
    room = OpenRoom("own/room/", source, None)
    made = Chats([room], Wire(), clock=VirtualClock(), chance=random.Random(1))

    async def playing() -> None:
        async def rest(seconds: float) -> None:
            waits.append(seconds)
            await asyncio.sleep(0)

        keeping = asyncio.ensure_future(made.keep(source, rest))
        for _ in range(200):
            if source.silent.is_set() or keeping.done():
                break
            await asyncio.sleep(0)
        keeping.cancel()
        await asyncio.wait({keeping})

    asyncio.run(playing())
    return made, waits


def test_waits_grow_while_nothing_comes_and_begin_anew_after_something_did() -> None:
    broken = [failing(Theirs("it broke")) for _ in range(4)]
    _, waits = kept(*broken, saying(commented("c-1")), failing(Theirs("it broke")))
    longest = [1, 2, 4, 8, 1, 2]
    assert len(waits) == len(longest)
    assert all(most / 2 <= wait <= most for wait, most in zip(waits, longest, strict=True))


def test_a_platform_that_names_a_time_is_believed() -> None:
    _, waits = kept(failing(TryLater("the quota is spent", 1800.0)), failing(Theirs("it broke")))
    assert waits[0] == 1800.0
    assert waits[1] <= 2.0


@pytest.mark.parametrize("error", [YourInput("the token is refused"), Refused("a rule says no")])
def test_what_only_the_operator_can_mend_is_let_go_and_said(
    error: SosieError, caplog: pytest.LogCaptureFixture
) -> None:
    made, waits = kept(failing(error))
    assert waits == []
    assert made.figures.lost == ("own room",)
    assert str(error) in caplog.text


def test_a_plug_ins_fault_ends_neither_the_show_nor_tells_what_it_read(caplog: pytest.LogCaptureFixture) -> None:
    made, waits = kept(failing(ValueError("cannot parse: Ada says how much")), saying(commented("c-1")))
    assert made.figures.heard == {"comment": 1}
    assert len(waits) == 2
    assert "ValueError" in caplog.text
    assert "Ada" not in caplog.text


def answered(sink: Posts, *posts: tuple[str, str]) -> Chats:
    """Chats that were asked to post, and were stopped when the last one was tried."""
    source = Scripted()
    running = chats(source, sink)
    running.start(lambda event: None, lambda: True)
    assert source.silent.wait(PATIENCE)
    for key, text in posts:
        running.post(key, text)
    return running


def until(holds: Callable[[], bool], changed: threading.Event) -> None:
    for _ in range(1000):
        if holds():
            return
        changed.wait(0.01)
        changed.clear()
    raise AssertionError("it never came")


def test_an_answer_goes_to_the_room_of_its_question_and_nowhere_else() -> None:
    sink = Posts()
    running = answered(
        sink, ("page-1", "[AI] On the page."), ("own/other/c-1", "[AI] Elsewhere."), ("own/room/c-9", "[AI] 99.")
    )
    until(lambda: len(sink.posted) == 1, sink.changed)
    running.stop()
    assert sink.posted == [MarkedPost("[AI] 99.", "c-9")]
    assert running.figures.posted == 1


def test_an_answer_without_the_mark_cannot_be_posted() -> None:
    sink = Posts()
    running = answered(sink)
    with pytest.raises(Refused):
        running.post("own/room/c-1", "It is 99 yuan.")
    running.stop()
    assert sink.posted == []


def test_posts_that_fail_are_counted_and_the_next_are_tried() -> None:
    sink = Posts(None, Theirs("it broke"))
    running = answered(sink, ("own/room/c-1", "[AI] one"), ("own/room/c-2", "[AI] two"))
    until(lambda: len(sink.posted) == 1, sink.changed)
    running.stop()
    assert [post.text for post in sink.posted] == ["[AI] two"]
    assert (running.figures.posted, running.figures.posts_dropped) == (1, 1)


def test_a_sink_that_is_refused_posts_no_more() -> None:
    sink = Posts(None, YourInput("no scope"))
    running = answered(sink, ("own/room/c-1", "[AI] one"))
    until(lambda: not sink.errors, sink.changed)
    running.post("own/room/c-2", "[AI] two")
    running.stop()
    assert sink.posted == []


def test_posts_keep_to_the_platforms_pace_and_the_oldest_give_way() -> None:
    sink = Posts(Pace(2, 3600.0, 500))
    running = answered(sink, *((f"own/room/c-{n}", f"[AI] {n}") for n in range(POSTS_WAITING + 5)))
    until(lambda: len(sink.posted) == 2 and running.figures.posts_dropped > 0, sink.changed)
    running.stop()
    assert len(sink.posted) == 2
    assert running.figures.posts_dropped == 5 - sum(post.text in ("[AI] 0", "[AI] 1") for post in sink.posted)
