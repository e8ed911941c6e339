"""Bilibili's long connection: packets, signature, heartbeats, gifts and paid messages."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import struct
import zlib
from decimal import Decimal

import pytest

from chat.listening import Listening, listening, told
from chat.platforms import PATIENCE, FakeBilibili
from sosie.chat.backoff import TryLater
from sosie.chat.events import Deleted, Entered, Gifted, Liked, Paid, PaidMessage, StreamState, Subscribed
from sosie.chat.signing import Secret
from sosie.chat.sources.bilibili import LARGEST_UNPACKED, Packet, packed, signed_headers, unpacked
from sosie.errors import SosieError, Theirs, YourInput

EVE = {"open_id": "5", "uname": "Eve", "timestamp": 1795399200}


def test_a_packet_is_a_head_of_sixteen_bytes_and_a_body() -> None:
    assert packed(7, b"{}") == bytes.fromhex("00000012 0010 0001 00000007 00000001") + b"{}"
    assert list(unpacked(packed(5, b"a") + packed(3, b"bc"))) == [Packet(5, 1, b"a"), Packet(3, 1, b"bc")]
    squeezed = zlib.compress(packed(5, b"a") + packed(5, b"b"))
    outer = struct.pack(">IHHII", 16 + len(squeezed), 16, 2, 5, 0) + squeezed
    assert [packet.body for packet in unpacked(outer)] == [b"a", b"b"]


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (b"\0" * 15, "cut off"),
        (struct.pack(">IHHII", 99, 16, 0, 5, 0), "length"),
        (struct.pack(">IHHII", 16, 0, 0, 5, 0), "length"),
        (struct.pack(">IHHII", 17, 16, 3, 5, 0) + b"x", "version 3"),
        (struct.pack(">IHHII", 17, 16, 2, 5, 0) + b"x", "unpacked"),
    ],
)
def test_a_packet_that_is_none_ends_the_connection(message: bytes, says: str) -> None:
    with pytest.raises(Theirs, match=says):
        list(unpacked(message))


def test_a_packet_that_blows_up_is_not_blown_up() -> None:
    squeezed = zlib.compress(b"\0" * (LARGEST_UNPACKED + 1))
    with pytest.raises(Theirs, match="more than"):
        list(unpacked(struct.pack(">IHHII", 16 + len(squeezed), 16, 2, 5, 0) + squeezed))


def test_the_signature_is_over_the_headers_in_their_order() -> None:
    headers = signed_headers(Secret("key"), Secret("secret"), b"{}", "1795399200", "nonce")
    written = (
        f"x-bili-accesskeyid:key\nx-bili-content-md5:{hashlib.md5(b'{}').hexdigest()}\n"
        "x-bili-signature-method:HMAC-SHA256\nx-bili-signature-nonce:nonce\nx-bili-signature-version:1.0\n"
        "x-bili-timestamp:1795399200"
    )
    assert headers["Authorization"] == hmac.new(b"secret", written.encode(), hashlib.sha256).hexdigest()


def test_what_the_commands_become() -> None:
    async def story(bilibili: FakeBilibili) -> None:
        ears = Listening()
        async with listening(bilibili, bilibili.source(), ears.hear):
            gift = {**EVE, "gift_name": "小心心", "gift_num": 3, "price": 1000, "r_price": 500}
            await bilibili.tell("SEND_GIFT", {**gift, "msg_id": "g-1", "paid": True})
            await bilibili.tell("SEND_GIFT", {**gift, "msg_id": "g-2", "paid": False})
            await bilibili.tell("SUPER_CHAT", {**EVE, "msg_id": "x", "message_id": 77, "message": "多少钱", "rmb": 30})
            await bilibili.tell("SUPER_CHAT_DEL", {"msg_id": "y", "message_ids": [77]})
            await bilibili.tell("GUARD", {"user_info": EVE, "guard_num": 2, "msg_id": "z", "timestamp": 1795399200})
            await bilibili.tell("LIKE", {**EVE, "like_count": 9, "msg_id": "l"})
            await bilibili.tell("LIVE_ROOM_ENTER", {**EVE})
            await bilibili.tell("DM", {**EVE, "msg_id": "pic", "msg": "[笑]", "dm_type": 1})
            await bilibili.tell("LIVE_END", {"open_id": "host", "timestamp": 1795399201})
            await ears.until(lambda: len(ears.heard) == 8)
        paid, free, asked, unsaid, guard, like, enter, ended = ears.heard
        assert isinstance(paid, Gifted)
        assert (paid.gift, paid.count, paid.paid) == ("小心心", 3, Paid(Decimal("1.5"), "CNY"))
        assert isinstance(free, Gifted)
        assert free.paid is None
        assert isinstance(asked, PaidMessage)
        assert asked.paid == Paid(Decimal(30), "CNY")
        assert isinstance(unsaid, Deleted)
        assert unsaid.covers(asked)
        assert isinstance(guard, Subscribed)
        assert guard.months == 2
        assert isinstance(like, Liked)
        assert like.count == 9
        assert isinstance(enter, Entered)
        assert ended == StreamState(ended.origin, live=False)

    told(FakeBilibili, story)


def test_both_hearts_beat_and_the_app_is_ended() -> None:
    async def story(bilibili: FakeBilibili) -> None:
        async with listening(bilibili, bilibili.source(), Listening().hear):
            async with asyncio.timeout(PATIENCE):
                while bilibili.beats < 3 or "/v2/app/heartbeat" not in bilibili.asked:  # noqa: ASYNC110 - a fake tells nobody
                    await asyncio.sleep(0)
        assert {20.0, 30.0} == set(bilibili.rested)
        assert bilibili.asked[0] == "/v2/app/start"
        assert bilibili.asked[-1] == "/v2/app/end"

    told(FakeBilibili, story)


def test_when_the_platform_ends_the_app_it_is_started_again() -> None:
    async def story(bilibili: FakeBilibili) -> None:
        async with listening(bilibili, bilibili.source(), Listening().hear) as task:
            await bilibili.tell("INTERACTION_END", {"game_id": "game-1", "timestamp": 1})
            await asyncio.wait_for(asyncio.shield(task), PATIENCE)

    told(FakeBilibili, story)


@pytest.mark.parametrize(("code", "error"), [(7001, TryLater), (7002, TryLater), (7007, YourInput), (5000, Theirs)])
def test_what_a_refused_start_means(code: int, error: type[SosieError]) -> None:
    async def story(bilibili: FakeBilibili) -> None:
        bilibili.start_code = code
        with pytest.raises(error) as problem:
            await bilibili.source().listen(Listening().hear)
        assert type(problem.value) is error
        assert str(code) in str(problem.value)
        assert "identity-code" not in str(problem.value)

    told(FakeBilibili, story)


def test_a_ticket_that_is_refused_is_another_try() -> None:
    async def story(bilibili: FakeBilibili) -> None:
        async with listening(bilibili, bilibili.source(), Listening().hear) as task:
            await bilibili.sockets.send(bilibili.packet(8, json.dumps({"code": -1}).encode()))
            # -1 is no number that we read, so that it is the missing 0 that matters.
            await bilibili.sockets.send(bilibili.packet(8, json.dumps({"code": 1}).encode()))
            with pytest.raises(Theirs, match="ticket"):
                await asyncio.wait_for(asyncio.shield(task), PATIENCE)

    told(FakeBilibili, story)
