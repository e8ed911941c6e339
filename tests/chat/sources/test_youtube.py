"""YouTube: the stream, the list where there is no stream, and what its refusals mean."""

from __future__ import annotations

import asyncio
import json
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.listening import Listening, listening, told
from chat.platforms import PATIENCE, FakeYouTube, Said
from sosie.chat.backoff import TryLater
from sosie.chat.events import Commented, Deleted, Gifted, Paid, PaidMessage, RoomEvent, StreamState
from sosie.chat.sources.youtube import ArraySplitter, NoStream
from sosie.errors import SosieError, Theirs, YourInput


@given(
    st.lists(st.dictionaries(st.text(max_size=9), st.text(max_size=30) | st.integers(), max_size=4), max_size=6),
    st.integers(1, 40),
)
def test_objects_are_found_wherever_the_pieces_end(objects: list[dict[str, object]], size: int) -> None:
    for indent in (None, 2):
        raw = json.dumps(objects, ensure_ascii=False, indent=indent).encode()
        splitter, found = ArraySplitter(), []
        for start in range(0, len(raw), size):
            found += splitter.push(raw[start : start + size])
        assert [json.loads(each) for each in found] == objects


@pytest.mark.parametrize("text", [b'{"items": []}', b"<html>{</html>"])
def test_what_is_no_array_is_no_stream(text: bytes) -> None:
    with pytest.raises(NoStream):
        ArraySplitter().push(text)


def test_what_each_message_becomes() -> None:
    async def story(youtube: FakeYouTube) -> None:
        ears = Listening()
        money = {"amountMicros": "5000000", "currency": "EUR", "tier": 2}
        sticker = {**money, "superStickerMetadata": {"altText": "a dancing cup"}}
        async with listening(youtube, youtube.source(), ears.hear):
            await youtube.tell(
                youtube.item(
                    Said("i-1", "channel-5", "@Eve", ""),
                    "superChatEvent",
                    superChatDetails={**money, "userComment": "how much?"},
                ),
                youtube.item(Said("i-2", "channel-5", "Eve", ""), "superStickerEvent", superStickerDetails=sticker),
                youtube.item(Said("i-3", "channel-5", "Eve", ""), "newSponsorEvent"),
                youtube.item(
                    Said("i-4", "channel-5", "Eve", ""),
                    "memberMilestoneChatEvent",
                    memberMilestoneChatDetails={"memberMonth": 6, "userComment": "hi"},
                ),
                youtube.item(
                    Said("i-5", "channel-5", "Eve", ""),
                    "membershipGiftingEvent",
                    membershipGiftingDetails={"giftMembershipsCount": 10},
                ),
                youtube.item(
                    Said("i-6", "owner", "", ""),
                    "userBannedEvent",
                    userBannedDetails={"bannedUserDetails": {"channelId": "channel-5"}, "banType": "permanent"},
                ),
                youtube.item(Said("i-7", "", "", ""), "chatEndedEvent"),
            )
            await ears.until(lambda: len(ears.heard) == 7)
        paid, sticker_sent, *subscriptions, banned, ended = ears.heard
        assert isinstance(paid, PaidMessage)
        assert (paid.paid, paid.text, paid.viewer.name) == (Paid(Decimal(5), "EUR"), "how much?", "Eve")
        assert isinstance(sticker_sent, Gifted)
        assert sticker_sent.paid == Paid(Decimal(5), "EUR")
        assert sticker_sent.gift == "a dancing cup"
        assert [(each.months, each.given) for each in subscriptions] == [(1, 0), (6, 0), (1, 10)]  # type: ignore[union-attr]
        assert isinstance(banned, Deleted)
        assert banned.covers(Commented(paid.origin, paid.viewer, "x"))
        assert ended == StreamState(ended.origin, live=False)

    told(FakeYouTube, story)


def test_the_chats_history_is_not_answered() -> None:
    async def story(youtube: FakeYouTube) -> None:
        ears = Listening()
        await youtube.say(Said("old", "5", "Eve", "from before the show", time.time() - 600))
        async with listening(youtube, youtube.source(), ears.hear):
            await youtube.say(Said("new", "5", "Eve", "how much?"))
            await ears.until(lambda: ears.ids() == ["new"])

    told(FakeYouTube, story)


def test_it_goes_on_where_it_left_off() -> None:
    async def story(youtube: FakeYouTube) -> None:
        ears, source = Listening(), youtube.source()
        async with listening(youtube, source, ears.hear) as task:
            await youtube.say(Said("c-1", "5", "Eve", "one"))
            await ears.until(lambda: ears.ids() == ["c-1"])
            await youtube.hang_up()
            with pytest.raises(Theirs):
                await asyncio.wait_for(asyncio.shield(task), PATIENCE)
        await youtube.say(Said("c-2", "5", "Eve", "while we were away"))
        async with listening(youtube, source, ears.hear):
            await ears.until(lambda: ears.ids() == ["c-1", "c-2"])

    told(FakeYouTube, story)


def test_a_page_that_was_not_wholly_taken_comes_again() -> None:
    async def story(youtube: FakeYouTube) -> None:
        ears, source = Listening(), youtube.source()

        async def only_one(event: RoomEvent) -> None:
            await (asyncio.Event().wait() if ears.heard else ears.hear(event))

        async with listening(youtube, source, only_one):
            await youtube.say(Said("c-1", "5", "Eve", "one"), Said("c-2", "5", "Eve", "two"))
            await ears.until(lambda: ears.ids() == ["c-1"])
        async with listening(youtube, source, ears.hear):
            await ears.until(lambda: ears.ids() == ["c-1", "c-1", "c-2"])

    told(FakeYouTube, story)


def test_without_a_stream_it_polls_as_slowly_as_it_is_told() -> None:
    async def story(youtube: FakeYouTube) -> None:
        youtube.streams = False
        ears = Listening()
        async with listening(youtube, youtube.source(), ears.hear):
            await youtube.say(Said("c-1", "5", "Eve", "one"))
            await ears.until(lambda: ears.ids() == ["c-1"])
        assert youtube.rested
        assert set(youtube.rested) == {3.0}
        # It does not ask for the stream again and again.
        assert len([r for r in youtube.http.requests if r.path.endswith("/stream")]) == 1

    told(FakeYouTube, story)


@pytest.mark.parametrize(
    ("status", "reason", "error"),
    [
        (403, "quotaExceeded", TryLater),
        (403, "rateLimitExceeded", TryLater),
        (429, "", TryLater),
        (403, "liveChatEnded", YourInput),
        (404, "liveChatNotFound", YourInput),
        (403, "forbidden", YourInput),
        (500, "backendError", Theirs),
    ],
)
def test_what_a_refusal_means(status: int, reason: str, error: type[SosieError]) -> None:
    async def story(youtube: FakeYouTube) -> None:
        youtube.error = (status, reason)
        with pytest.raises(error) as problem:
            await youtube.source().listen(Listening().hear)
        if reason == "quotaExceeded":
            assert isinstance(problem.value, TryLater)
            assert problem.value.seconds >= 600

    told(FakeYouTube, story)
