"""What every chat source does, whatever its platform: everything, in order, again after a break, and no secret told."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

import pytest

from chat.listening import Listening, listening, told
from chat.platforms import PATIENCE, PLATFORMS, SECRET, FakeYouTube, Platform, Said
from sosie.chat.events import Commented, RoomEvent
from sosie.chat.intake import Intake
from sosie.chat.wire import Wire
from sosie.clock import VirtualClock
from sosie.errors import YourInput
from sosie.live.chats import Chats, OpenRoom

pytestmark = pytest.mark.parametrize("platform_name", PLATFORMS)
BURST = 500


def comments(n: int, first: int = 0) -> list[Said]:
    return [
        Said(f"c-{number}", str(number % 7), "Ada", f"question {number}, 多少钱?") for number in range(first, first + n)
    ]


def run(platform_name: str, story: Callable[[Platform], Awaitable[None]]) -> None:
    told(PLATFORMS[platform_name], story)


def test_a_burst_arrives_whole_and_in_order_though_nobody_hurries(platform_name: str) -> None:
    async def story(platform: Platform) -> None:
        ears = Listening()
        source = platform.source()
        async with listening(platform, source, ears.hear):
            await platform.say(*comments(BURST))
            await ears.until(lambda: len(ears.ids()) >= BURST)
            assert ears.ids() == [f"c-{number}" for number in range(BURST)]
            ears.pause = 0.002
            await platform.say(*comments(30, first=BURST))
            await ears.until(lambda: len(ears.ids()) >= BURST + 30)
        first = ears.heard[0]
        assert isinstance(first, Commented)
        assert (first.text, first.viewer.name) == ("question 0, 多少钱?", "Ada")
        assert (first.origin.platform, first.origin.room) == (platform.room.platform, platform.room.room)
        assert ears.heard[7].viewer == first.viewer != ears.heard[8].viewer  # type: ignore[union-attr]
        assert len(first.viewer.user_hash) == 16

    run(platform_name, story)


def test_what_comes_twice_is_heard_once(platform_name: str) -> None:
    async def story(platform: Platform) -> None:
        intake, ears = Intake(), Listening()

        async def hear(event: RoomEvent) -> None:
            intake.offer(event, 0.0)
            await ears.hear(event)

        async with listening(platform, platform.source(), hear):
            await platform.say(*comments(5))
            await platform.say(*comments(6))
            await ears.until(lambda: "c-5" in ears.ids())
        assert (intake.heard["comment"], intake.repeated) == (6, len(ears.ids()) - 6)

    run(platform_name, story)


def test_a_deletion_that_comes_before_its_comment_holds(platform_name: str) -> None:
    async def story(platform: Platform) -> None:
        if not platform.deletes:
            return
        intake, ears = Intake(), Listening()

        async def hear(event: RoomEvent) -> None:
            intake.offer(event, 0.0)
            await ears.hear(event)

        async with listening(platform, platform.source(), hear):
            await platform.say(*comments(2))
            await platform.delete("c-0")
            await platform.delete("c-2")
            await platform.say(*comments(2, first=2))
            await ears.until(lambda: "c-3" in ears.ids())
        waiting = []
        while (event := intake.take(0.0)) is not None:
            waiting.append(event.origin.event_id)
        assert [each for each in waiting if each.startswith("c-")] == ["c-1", "c-3"]
        assert intake.deleted == 2

    run(platform_name, story)


def test_nonsense_is_survived(platform_name: str) -> None:
    async def story(platform: Platform) -> None:
        ears = Listening()
        async with listening(platform, platform.source(), ears.hear) as task:
            await platform.garbage()
            await platform.say(*comments(1))
            await ears.until(lambda: ears.ids() == ["c-0"])
            assert not task.done()

    run(platform_name, story)


def test_after_a_break_it_connects_again_and_goes_on(platform_name: str) -> None:
    async def story(platform: Platform) -> None:
        source, waits = platform.source(), []
        chats = Chats([OpenRoom("x/", source, None)], Wire(), clock=VirtualClock(), chance=random.Random(1))

        async def rest(seconds: float) -> None:
            waits.append(seconds)
            await asyncio.sleep(0)

        keeping = asyncio.ensure_future(chats.keep(source, rest))
        try:
            for turn in range(3):
                await platform.connected()
                await platform.say(*comments(2, first=2 * turn))
                async with asyncio.timeout(PATIENCE):
                    while chats.intake.heard["comment"] < 2 * (turn + 1):  # noqa: ASYNC110 - the intake tells nobody
                        await asyncio.sleep(0)
                await platform.hang_up()
        finally:
            keeping.cancel()
            await asyncio.wait({keeping}, timeout=PATIENCE)
        assert chats.intake.heard["comment"] == 6
        # What brought something is not punished with longer waits.
        assert all(0.5 <= wait <= 1.0 for wait in waits)

    run(platform_name, story)


def test_who_is_refused_is_told_so_and_no_secret_with_it(platform_name: str, caplog: pytest.LogCaptureFixture) -> None:
    async def story(platform: Platform) -> None:
        platform.refuses = True
        ears, source = Listening(), platform.source()
        async with listening(platform, source, ears.hear) as task:
            if platform_name in ("webhook", "websocket", "douyin"):
                await platform.say(*comments(1))
                assert not task.done()
            else:
                with pytest.raises(YourInput) as problem:
                    await asyncio.wait_for(asyncio.shield(task), PATIENCE)
                assert platform.room.room in str(problem.value)
                assert SECRET not in str(problem.value)
        assert ears.heard == []

    with caplog.at_level(logging.DEBUG):
        run(platform_name, story)
    assert SECRET not in caplog.text


def test_nothing_of_what_viewers_write_is_logged(platform_name: str, caplog: pytest.LogCaptureFixture) -> None:
    async def story(platform: Platform) -> None:
        ears = Listening()
        async with listening(platform, platform.source(), ears.hear):
            await platform.say(Said("c-0", "user-4711", "Adalovelace", "a question of mine"))
            await ears.until(lambda: len(ears.ids()) == 1)

    with caplog.at_level(logging.DEBUG):
        run(platform_name, story)
    for private in ("user-4711", "Adalovelace", "question of mine", SECRET):
        assert private not in caplog.text


def test_youtube_by_polling_keeps_the_contract_too(platform_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if platform_name != "youtube":
        return
    monkeypatch.setattr(FakeYouTube, "streams", False)
    test_a_burst_arrives_whole_and_in_order_though_nobody_hurries("youtube")
    test_what_comes_twice_is_heard_once("youtube")
    test_nonsense_is_survived("youtube")
