"""Any chat, by a bridge of your own: signed JSON by POST, or by messages of a WebSocket. The form is ours; docs/chat.md shows it.

    POST /events
    X-Sosie-Timestamp: 1790000000            Unix seconds, at most 300 from ours
    X-Sosie-Signature: 64 hex digits         HMAC-SHA256(secret, timestamp + "." + body)
    {"events": [{"type": "comment", "id": "c-1", "user": {"id": "42", "name": "Ada"}, "text": "How much is it?"}]}

202 says that all are safe with us; anything else: send the same again. A WebSocket of /socket takes the same as messages
{"timestamp": "...", "signature": "...", "body": "..."} where ``body`` is the JSON above as one string, and answers each with
{"status": 202}, in their order.
"""

from __future__ import annotations

from collections.abc import Callable

from sosie.chat.doorway import at_least_one, paid
from sosie.chat.events import (
    Deleted,
    Entered,
    Followed,
    Liked,
    Ordered,
    Origin,
    Paid,
    RoomEvent,
    Shared,
    StreamState,
    Subscribed,
    Viewer,
    Watched,
)
from sosie.chat.fields import Json, at, list_at, number_at, read, text_at
from sosie.chat.pushes import ACCEPTED, MALFORMED, UNKNOWN, UNSIGNED, Push, Verdict
from sosie.chat.signing import is_signed
from sosie.chat.sources import SourceKit
from sosie.errors import YourInput
from sosie.ports import Hear

PATH, SOCKET_PATH = "/events", "/socket"
MOST_EVENTS = 500
"""In one push."""


class Webhook:
    def __init__(self, kit: SourceKit) -> None:
        self._kit = kit
        self._of: dict[str, Callable[[Origin, Viewer, Json], RoomEvent | None]] = {
            "comment": lambda origin, viewer, data: self._kit.door.commented(origin, viewer, text_at(data, "text")),
            "gift": self._gift,
            "paid_message": self._paid_message,
            "follow": lambda origin, viewer, data: Followed(origin, viewer),
            "subscribe": lambda origin, viewer, data: Subscribed(
                origin, viewer, at_least_one(number_at(data, "months")), max(0, number_at(data, "given"))
            ),
            "like": lambda origin, viewer, data: Liked(origin, viewer, at_least_one(number_at(data, "count"))),
            "share": lambda origin, viewer, data: Shared(origin, viewer),
            "enter": lambda origin, viewer, data: Entered(origin, viewer),
        }

    @property
    def name(self) -> str:
        return self._kit.room.name

    async def listen(self, hear: Hear) -> None:
        await self._kit.listener.serve(self._kit.room.port, self, hear)

    def receive(self, push: Push) -> Verdict:
        if push.path not in (PATH, SOCKET_PATH):
            return Verdict(UNKNOWN)
        timestamp, signed = push.headers.get("x-sosie-timestamp", ""), push.headers.get("x-sosie-signature", "")
        if not is_signed(self._kit.secrets.signing, timestamp, push.body, signed, self._kit.now()):
            return Verdict(UNSIGNED)
        written = list_at(read(push.body), "events")
        if not 1 <= len(written) <= MOST_EVENTS:
            return Verdict(MALFORMED, body=b'{"wanted": "1 to 500 events"}')
        events = []
        for number, data in enumerate(written):
            try:
                event = self._event(data)
            except YourInput:
                # Which one, not what it says: the answer may be logged by the bridge.
                return Verdict(MALFORMED, body=b'{"malformed": %d}' % number)
            if event is not None:
                events.append(event)
        return Verdict(ACCEPTED, tuple(events))

    def unwrapped(self, message: bytes) -> Push | None:
        data = read(message)
        if not isinstance(at(data, "body"), str):
            return None
        headers = {"x-sosie-timestamp": text_at(data, "timestamp"), "x-sosie-signature": text_at(data, "signature")}
        return Push(SOCKET_PATH, headers, text_at(data, "body").encode())

    def _event(self, data: Json) -> RoomEvent | None:
        """None for a comment that says nothing. Raises YourInput for what is no event."""
        kind, written_at = text_at(data, "type"), at(data, "at")
        moment = float(written_at) if isinstance(written_at, int | float) else self._kit.now()
        origin = self._kit.door.origin(text_at(data, "id"), moment)
        match kind:
            case "viewers":
                return Watched(origin, max(0, number_at(data, "count")))
            case "stream_state":
                return StreamState(origin, text_at(data, "state") == "live")
            case "delete":
                return self._deletion(origin, data)
            case "order":
                viewer = self._viewer(data) if text_at(data, "user", "id") else None
                count = at_least_one(number_at(data, "count"))
                return Ordered(origin, viewer, text_at(data, "product_id"), count, _paid(data))
        if kind not in self._of:
            raise YourInput("an event of a kind that is unknown")
        return self._of[kind](origin, self._viewer(data), data)

    def _viewer(self, data: Json) -> Viewer:
        if not text_at(data, "user", "id"):
            raise YourInput("an event of nobody")
        return self._kit.door.viewer(text_at(data, "user", "id"), text_at(data, "user", "name"))

    def _deletion(self, origin: Origin, data: Json) -> Deleted:
        ids = tuple(found for each in list_at(data, "comments") if isinstance(found := each, str))
        banned = text_at(data, "user", "id")
        return Deleted(
            origin, ids, self._kit.door.viewer(banned, "").user_hash if banned else "", at(data, "everything") is True
        )

    def _gift(self, origin: Origin, viewer: Viewer, data: Json) -> RoomEvent:
        return self._kit.door.gifted(origin, viewer, text_at(data, "gift"), number_at(data, "count"), _paid(data))

    def _paid_message(self, origin: Origin, viewer: Viewer, data: Json) -> RoomEvent:
        if (amount := _paid(data)) is None:
            raise YourInput("a paid message without amount and currency")
        return self._kit.door.paid_message(origin, viewer, text_at(data, "text"), amount)


def _paid(data: Json) -> Paid | None:
    return paid(text_at(data, "amount"), text_at(data, "currency")) if at(data, "amount") is not None else None


def make(kit: SourceKit) -> Webhook:
    return Webhook(kit)
