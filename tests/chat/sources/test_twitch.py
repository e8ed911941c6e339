"""Twitch by EventSub: what each notification becomes, moves without a gap, and what its refusals mean."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal

import pytest

from chat.listening import Listening, listening, told
from chat.platforms import PATIENCE, FakeTwitch, Said
from sosie.chat.events import Commented, Deleted, Followed, Paid, PaidMessage, StreamState, Subscribed
from sosie.chat.wire import Lost
from sosie.errors import Theirs, YourInput


def test_every_notification_becomes_one_event() -> None:
    async def story(twitch: FakeTwitch) -> None:
        ears = Listening()
        async with listening(twitch, twitch.source(), ears.hear):
            user = {"user_id": "5", "user_name": "Eve"}
            chatter = {"chatter_user_id": "5", "chatter_user_name": "Eve", "message": {"text": "Cheer100 how much?"}}
            await twitch.notify("channel.chat.message", {"message_id": "b-1", **chatter, "cheer": {"bits": 100}})
            await twitch.notify("channel.follow", user)
            await twitch.notify("channel.subscribe", {**user, "is_gift": False})
            await twitch.notify("channel.subscribe", {**user, "is_gift": True})
            await twitch.notify("channel.subscription.message", {**user, "cumulative_months": 7})
            await twitch.notify("channel.subscription.gift", {"is_anonymous": True, "total": 5, "user_id": None})
            await twitch.notify("channel.chat.clear_user_messages", {"target_user_id": "5"})
            await twitch.notify("channel.chat.clear", {})
            await twitch.notify("stream.online", {"type": "live"})
            await twitch.notify("stream.offline", {})
            await ears.until(lambda: len(ears.heard) == 9)
        cheer, follow, sub, resub, gift, gone, cleared, online, offline = ears.heard
        assert isinstance(cheer, PaidMessage)
        assert (cheer.paid, cheer.text, cheer.origin.event_id) == (
            Paid(Decimal(100), "BITS"),
            "Cheer100 how much?",
            "b-1",
        )
        assert isinstance(follow, Followed)
        assert (sub.months, resub.months, gift.given) == (1, 7, 5)  # type: ignore[union-attr]
        assert isinstance(gift, Subscribed)
        assert isinstance(gone, Deleted)
        assert gone.covers(Commented(cheer.origin, cheer.viewer, "x"))
        assert cleared == Deleted(cleared.origin, everything=True)
        assert [each.live for each in (online, offline) if isinstance(each, StreamState)] == [True, False]
        # 2026-11-23T02:00:00.123456789Z
        assert follow.origin.at == pytest.approx(1795399200.123456)

    told(FakeTwitch, story)


def test_what_we_post_ourselves_is_not_heard() -> None:
    async def story(twitch: FakeTwitch) -> None:
        ears = Listening()
        async with listening(twitch, twitch.source(), ears.hear):
            await twitch.say(Said("c-1", "99", "our own account", "hello"), Said("c-2", "5", "Eve", "hello"))
            await ears.until(lambda: ears.ids() == ["c-2"])

    told(FakeTwitch, story)


def test_it_moves_to_another_server_without_losing_a_word() -> None:
    async def story(twitch: FakeTwitch) -> None:
        ears = Listening()
        async with listening(twitch, twitch.source(), ears.hear) as task:
            await twitch.move()
            # The new server is slow: meanwhile people talk on the old one.
            await twitch.say(Said("c-1", "5", "Eve", "one"), over=0)
            await ears.until(lambda: ears.ids() == ["c-1"])
            await twitch.say(Said("c-2", "5", "Eve", "two"), over=0)
            await ears.until(lambda: ears.ids() == ["c-1", "c-2"])
            twitch.moving.set()
            await twitch.connected()
            await twitch.say(Said("c-3", "5", "Eve", "three"), over=1)
            await ears.until(lambda: ears.ids() == ["c-1", "c-2", "c-3"])
            assert not task.done()
        # It subscribed once: subscriptions move along.
        assert len([r for r in twitch.http.requests if r.path == "/eventsub/subscriptions"]) == 10

    told(FakeTwitch, story)


def test_events_that_the_token_does_not_allow_are_done_without() -> None:
    async def story(twitch: FakeTwitch) -> None:
        twitch.optional_status = 403
        ears = Listening()
        async with listening(twitch, twitch.source(), ears.hear):
            await twitch.say(Said("c-1", "5", "Eve", "hello"))
            await ears.until(lambda: ears.ids() == ["c-1"])

    told(FakeTwitch, story)


def test_a_revoked_chat_is_the_operators_to_mend_and_says_which_variable() -> None:
    async def story(twitch: FakeTwitch) -> None:
        async with listening(twitch, twitch.source(), Listening().hear) as task:
            revoked = {"subscription": {"type": "channel.chat.message", "status": "authorization_revoked"}}
            await twitch.sockets.send(twitch._message("revocation", revoked))
            with pytest.raises(YourInput, match="TWITCH_TOKEN"):
                await asyncio.wait_for(asyncio.shield(task), PATIENCE)

    told(FakeTwitch, story)


def test_a_dead_connection_is_noticed() -> None:
    async def story(twitch: FakeTwitch) -> None:
        async with twitch.wire.socket(twitch.sockets.address) as socket:
            await socket.receive(PATIENCE)
            with pytest.raises(Lost, match="nothing came"):
                await socket.receive(0.01)

    told(FakeTwitch, story)


@pytest.mark.parametrize("code", [4003, 4007, 1011])
def test_a_close_says_its_code_and_is_tried_again(code: int) -> None:
    async def story(twitch: FakeTwitch) -> None:
        async with listening(twitch, twitch.source(), Listening().hear) as task:
            await twitch.sockets.connections[-1].close(code)
            with pytest.raises(Theirs, match=str(code)):
                await asyncio.wait_for(asyncio.shield(task), PATIENCE)

    told(FakeTwitch, story)


def test_a_first_word_that_is_no_welcome_is_no_twitch() -> None:
    async def story(twitch: FakeTwitch) -> None:
        twitch._message = lambda kind, payload, subscription="": json.dumps({"metadata": {}})  # type: ignore[method-assign]
        with pytest.raises(Theirs, match="welcome"):
            await twitch.source().listen(Listening().hear)

    told(FakeTwitch, story)
