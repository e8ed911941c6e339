"""The generic webhook and WebSocket: every kind by hand, signed over the raw bytes, answered only when it is safe."""

from __future__ import annotations

import asyncio
import json
import time
from decimal import Decimal

import pytest

from chat.listening import Listening, listening, told
from chat.platforms import PATIENCE, SECRET, FakeBridge, FakeSocketBridge, post
from sosie.chat.events import KINDS, Gifted, Ordered, Paid, PaidMessage, StreamState, Watched
from sosie.chat.signing import REPLAY_SECONDS, Secret, signature
from sosie.chat.sources.webhook import MOST_EVENTS
from sosie.errors import YourInput
from sosie.web.pushes import PushPorts

EVE = {"id": "5", "name": "Eve"}


def test_every_kind_can_be_told() -> None:
    async def story(bridge: FakeBridge) -> None:
        ears = Listening()
        events = [
            {"type": "comment", "id": "1", "user": EVE, "text": "how much?"},
            {"type": "gift", "id": "2", "user": EVE, "gift": "a rose", "count": 2, "amount": "1.50", "currency": "EUR"},
            {"type": "paid_message", "id": "3", "user": EVE, "text": "hello", "amount": 5, "currency": "usd"},
            {"type": "follow", "id": "4", "user": EVE},
            {"type": "subscribe", "id": "5", "user": EVE, "months": 3},
            {"type": "like", "id": "6", "user": EVE, "count": 9},
            {"type": "share", "id": "7", "user": EVE},
            {"type": "enter", "id": "8", "user": EVE},
            {"type": "viewers", "id": "9", "count": 120},
            {"type": "order", "id": "10", "product_id": "mug", "count": 2, "amount": "198", "currency": "CNY"},
            {"type": "delete", "id": "11", "user": EVE},
            {"type": "stream_state", "id": "12", "state": "live"},
        ]
        async with listening(bridge, bridge.source(), ears.hear):
            assert await bridge.push(*events) == 202
        assert [event.kind for event in ears.heard] == [event["type"] for event in events]
        assert {event.kind for event in ears.heard} == set(KINDS)
        gift, paid, order = ears.heard[1], ears.heard[2], ears.heard[9]
        assert isinstance(gift, Gifted)
        assert gift.paid == Paid(Decimal("1.50"), "EUR")
        assert isinstance(paid, PaidMessage)
        assert paid.paid == Paid(Decimal(5), "USD")
        assert isinstance(order, Ordered)
        assert (order.viewer, order.product_id, order.count) == (None, "mug", 2)
        assert ears.heard[8] == Watched(ears.heard[8].origin, 120)
        assert ears.heard[11] == StreamState(ears.heard[11].origin, live=True)

    told(FakeBridge, story)


@pytest.mark.parametrize(
    "event",
    [
        {"type": "comment", "id": "1", "text": "by nobody"},
        {"type": "comment", "user": EVE, "text": "without an id"},
        {"type": "paid_message", "id": "1", "user": EVE, "text": "of nothing"},
        {"type": "delete", "id": "1"},
        {"type": "delete", "id": "1", "comments": ["a"], "everything": True},
        {"type": "dance", "id": "1", "user": EVE},
        {"id": "1"},
    ],
)
def test_an_event_that_is_none_is_named_by_its_number(event: dict[str, object]) -> None:
    async def story(bridge: FakeBridge) -> None:
        ears = Listening()
        good = {"type": "follow", "id": "0", "user": EVE}
        async with listening(bridge, bridge.source(), ears.hear):
            body = json.dumps({"events": [good, event]}).encode()
            assert await post(bridge.port, "/events", bridge.signed(body), body) == (400, b'{"malformed": 1}')
        # All or nothing: whoever mends it sends the same push again.
        assert ears.heard == []

    told(FakeBridge, story)


def test_only_what_was_signed_and_not_long_ago() -> None:
    async def story(bridge: FakeBridge) -> None:
        ears = Listening()
        body = json.dumps({"events": [{"type": "follow", "id": "1", "user": EVE}]}).encode()
        async with listening(bridge, bridge.source(), ears.hear):
            for name, value in (
                ("X-Sosie-Signature", "0" * 64),
                ("X-Sosie-Timestamp", "1"),
                ("X-Sosie-Signature", "é"),
            ):
                headers = {**bridge.signed(body), name: value}
                assert (await post(bridge.port, "/events", headers, body))[0] == 401
            again = body.replace(b": ", b":")
            assert (await post(bridge.port, "/events", bridge.signed(body), again))[0] == 401
            stamp = str(int(time.time() - REPLAY_SECONDS - 2))
            old = {"X-Sosie-Timestamp": stamp, "X-Sosie-Signature": signature(Secret(SECRET), stamp, body)}
            assert (await post(bridge.port, "/events", old, body))[0] == 401
            assert ears.heard == []
            assert (await post(bridge.port, "/events", bridge.signed(body), body))[0] == 202

    told(FakeBridge, story)


@pytest.mark.parametrize("form", [FakeBridge, FakeSocketBridge])
def test_it_is_answered_only_when_all_of_it_is_safe(form: type[FakeBridge]) -> None:
    async def story(bridge: FakeBridge) -> None:
        gate, heard = asyncio.Event(), Listening()

        async def hear(event: object) -> None:
            await gate.wait()
            await heard.hear(event)  # type: ignore[arg-type]

        async with listening(bridge, bridge.source(), hear):
            pushing = asyncio.ensure_future(bridge.push({"type": "order", "id": "1", "product_id": "mug", "count": 1}))
            done, _ = await asyncio.wait({pushing}, timeout=0.05)
            assert not done
            gate.set()
            assert await asyncio.wait_for(pushing, PATIENCE) == 202
            assert len(heard.heard) == 1

    told(form, story)


def test_a_push_holds_so_many_events_and_no_more() -> None:
    async def story(bridge: FakeBridge) -> None:
        ears = Listening()
        async with listening(bridge, bridge.source(), ears.hear):
            likes = [{"type": "like", "id": str(n), "user": EVE} for n in range(MOST_EVENTS + 1)]
            assert await bridge.push(*likes) == 400
            assert await bridge.push(*likes[:-1]) == 202
        assert len(ears.heard) == MOST_EVENTS

    told(FakeBridge, story)


def test_a_taken_port_is_named_before_anything_is_opened() -> None:
    first = PushPorts([0])
    try:
        with pytest.raises(YourInput, match=f"Port {first.number(0)} is taken"):
            PushPorts([first.number(0)])
    finally:
        first.close()
