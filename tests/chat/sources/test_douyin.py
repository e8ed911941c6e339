"""Douyin's pushes: its own signature, its rooms and kinds, and replays."""

from __future__ import annotations

import time
from decimal import Decimal

from chat.listening import Listening, listening, told
from chat.platforms import FakeDouyin
from sosie.chat.events import Followed, Gifted, Liked, Paid, Subscribed
from sosie.chat.signing import REPLAY_SECONDS, Secret
from sosie.chat.sources.douyin import signature

EVE = {"sec_openid": "5", "nickname": "Eve", "timestamp": 1795399200123}


def test_the_platforms_own_example() -> None:
    """From the document that sources/douyin.py names."""
    headers = {"x-nonce-str": "123456", "x-timestamp": "456789", "x-roomid": "268", "x-msg-type": "live_gift"}
    assert signature(headers, "abc123你好".encode(), Secret("123abc")) == "PDcKhdlsrKEJif6uMKD2dw=="


def test_what_the_pushes_become() -> None:
    async def story(douyin: FakeDouyin) -> None:
        ears = Listening()
        async with listening(douyin, douyin.source(), ears.hear):
            gift = {**EVE, "sec_gift_id": "g", "gift_num": 3, "gift_value": 450}
            assert (
                await douyin.push("live_gift", [{**gift, "msg_id": "1"}, {**gift, "msg_id": "2", "test": True}]) == 200
            )
            assert await douyin.push("live_like", [{**EVE, "msg_id": "3", "like_num": 6}]) == 200
            joined = {**EVE, "fansclub_reason_type": 2, "fansclub_level": 1}
            assert await douyin.push("live_fansclub", [{**joined, "msg_id": "4"}]) == 200
            assert await douyin.push("live_fansclub", [{**joined, "msg_id": "5", "fansclub_reason_type": 1}]) == 200
            assert await douyin.push("live_follow", [{**EVE, "msg_id": "6", "user_follow_action": 1}]) == 200
            assert await douyin.push("live_follow", [{**EVE, "msg_id": "7", "user_follow_action": 2}]) == 200
        gifted, liked, subscribed, followed = ears.heard
        assert isinstance(gifted, Gifted)
        assert (gifted.count, gifted.paid, gifted.origin.at) == (3, Paid(Decimal("4.5"), "CNY"), 1795399200.123)
        assert isinstance(liked, Liked)
        assert liked.count == 6
        assert isinstance(subscribed, Subscribed)
        assert isinstance(followed, Followed)

    told(FakeDouyin, story)


def test_a_replay_and_a_push_for_another_room_are_refused() -> None:
    async def story(douyin: FakeDouyin) -> None:
        ears = Listening()
        comment = [{**EVE, "msg_id": "1", "content": "多少钱"}]
        async with listening(douyin, douyin.source(), ears.hear):
            assert await douyin.push("live_comment", comment, at=time.time() - REPLAY_SECONDS - 5) == 401
            assert await douyin.push("live_comment", comment, room="7002") == 404
        assert ears.heard == []

    told(FakeDouyin, story)
