"""Twitch by EventSub over WebSocket.

Documents: dev.twitch.tv/docs/eventsub/handling-websocket-events (welcome, keepalive, reconnect, close codes),
.../eventsub/websocket-reference, .../eventsub/eventsub-subscription-types, .../api/reference#create-eventsub-subscription.

Twitch tells of a lost connection nothing afterwards ("There is no replay of events that are lost"), so what is said between two
connections is not heard. It may send an event twice, under the same id. We send nothing on the socket, as it demands.
The token is a user's, with user:read:chat; follows need moderator:read:followers, subscriptions channel:read:subscriptions of the
broadcaster's own token: without them those events do not come, and the chat goes on.
Cheers come as comments with bits (channel.chat.message), so channel.cheer is not asked for: it would be the same twice.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from sosie.chat.backoff import TryLater
from sosie.chat.doorway import at_least_one, paid
from sosie.chat.events import Deleted, Followed, RoomEvent, StreamState, Subscribed
from sosie.chat.fields import Json, at, number_at, read, seconds_at, text_at
from sosie.chat.signing import Secret
from sosie.chat.sources import SourceKit
from sosie.chat.wire import Lost, Socket
from sosie.errors import Theirs, YourInput
from sosie.ports import Hear

SOCKET = "wss://eventsub.wss.twitch.tv/ws"
API = "https://api.twitch.tv/helix"
WELCOME_SECONDS = 15.0
KEEPALIVE_MARGIN = 5.0
"""Seconds of silence beyond what the welcome names, before the connection is taken for dead."""
CHAT: tuple[tuple[str, str], ...] = (
    ("channel.chat.message", "1"),
    ("channel.chat.message_delete", "1"),
    ("channel.chat.clear_user_messages", "1"),
    ("channel.chat.clear", "1"),
)
"""(type, version); without these there is no chat."""
MORE: tuple[tuple[str, str], ...] = (
    ("channel.follow", "2"),
    ("channel.subscribe", "1"),
    ("channel.subscription.message", "1"),
    ("channel.subscription.gift", "1"),
    ("stream.online", "1"),
    ("stream.offline", "1"),
)


class Twitch:
    def __init__(self, kit: SourceKit, *, socket: str = SOCKET, api: str = API) -> None:
        """``socket``, ``api``: others for tests only."""
        self._kit, self._socket, self._api = kit, socket, api
        assert kit.secrets.token is not None
        self._token: Secret = kit.secrets.token

    @property
    def name(self) -> str:
        return self._kit.room.name

    async def listen(self, hear: Hear) -> None:
        async with AsyncExitStack() as stack:
            socket, welcome = await stack.enter_async_context(self._welcomed(self._socket))
            await self._subscribe(text_at(welcome, "payload", "session", "id"))
            patience = _patience(welcome)
            while True:
                message = read(await socket.receive(patience))
                match text_at(message, "metadata", "message_type"):
                    case "notification":
                        if (event := self._event(message)) is not None:
                            await hear(event)
                    case "session_reconnect":
                        socket, welcome = await self._moved(message, socket, hear, stack)
                        patience = _patience(welcome)
                    case "revocation":
                        self._revoked(message)

    @asynccontextmanager
    async def _welcomed(self, url: str) -> AsyncIterator[tuple[Socket, Json]]:
        async with self._kit.wire.socket(url) as socket:
            welcome = read(await socket.receive(WELCOME_SECONDS))
            if text_at(welcome, "metadata", "message_type") != "session_welcome":
                raise Theirs("Twitch did not begin with a welcome")
            yield socket, welcome

    async def _moved(self, message: Json, old: Socket, hear: Hear, stack: AsyncExitStack) -> tuple[Socket, Json]:
        """The new connection. Subscriptions move with it; until its welcome, events still come over the old one."""
        url = text_at(message, "payload", "session", "reconnect_url")
        if url.split(":", 1)[0] != self._socket.split(":", 1)[0]:
            raise Theirs("Twitch wants a new connection and names no address for it")
        opening = asyncio.create_task(stack.enter_async_context(self._welcomed(url)), name="twitch moves")
        try:
            while not opening.done():
                late = asyncio.create_task(old.receive(WELCOME_SECONDS), name="twitch's old connection")
                await asyncio.wait({opening, late}, return_when=asyncio.FIRST_COMPLETED)
                if not late.done():
                    late.cancel()
                    await asyncio.wait({late})
                    break
                try:
                    event = self._event(read(late.result()))
                except Lost:
                    break
                if event is not None:
                    await hear(event)
            return await opening
        finally:
            opening.cancel()

    async def _subscribe(self, session: str) -> None:
        for kind, version in (*CHAT, *MORE):
            reply = await self._kit.wire.ask(
                "POST",
                f"{self._api}/eventsub/subscriptions",
                headers={
                    "Authorization": f"Bearer {self._token.reveal()}",
                    "Client-Id": self._kit.room.client_id,
                    "Content-Type": "application/json",
                },
                body=json.dumps(
                    {
                        "type": kind,
                        "version": version,
                        "condition": self._condition(kind),
                        "transport": {"method": "websocket", "session_id": session},
                    }
                ).encode(),
            )
            # 202: accepted; 409: there is one already.
            if reply.status in (202, 409):
                continue
            if reply.status == 401 or (reply.status in (400, 403) and (kind, version) in CHAT):
                raise YourInput(
                    f"Twitch refused to tell of {kind} in room {self._kit.room.room} (status {reply.status})",
                    wanted=f"in {self._kit.room.token_env} a token of user {self._kit.room.user_id} with user:read:chat",
                )
            if reply.status == 429:
                raise TryLater("Twitch had too many requests", 60.0)
            if reply.status >= 500:
                raise Theirs(f"Twitch could not answer (status {reply.status})")

    def _condition(self, kind: str) -> dict[str, str]:
        room, user = self._kit.room.room, self._kit.room.user_id
        condition = {"broadcaster_user_id": room}
        if (kind, "1") in CHAT:
            condition["user_id"] = user
        if kind == "channel.follow":
            condition["moderator_user_id"] = user
        return condition

    def _revoked(self, message: Json) -> None:
        kind = text_at(message, "payload", "subscription", "type")
        status = text_at(message, "payload", "subscription", "status")
        if (kind, "1") in CHAT:
            raise YourInput(
                f"Twitch tells no more of {kind} in room {self._kit.room.room} ({status[:60]})",
                wanted=f"a token in {self._kit.room.token_env} that is still allowed to read the chat",
            )

    def _event(self, message: Json) -> RoomEvent | None:
        """None for what we have no form for, or what is malformed."""
        try:
            return self._understood(message)
        except YourInput:
            return None

    def _understood(self, message: Json) -> RoomEvent | None:
        door = self._kit.door
        moment = seconds_at(message, "metadata", "message_timestamp", otherwise=self._kit.now())
        origin = door.origin(text_at(message, "metadata", "message_id"), moment)
        told = at(message, "payload", "event")
        match text_at(message, "metadata", "subscription_type"):
            case "channel.chat.message":
                if text_at(told, "chatter_user_id") == self._kit.room.user_id:
                    return None
                # The chat's own id, by which deletions name it and IRC knows it.
                origin = door.origin(text_at(told, "message_id"), moment)
                viewer = door.viewer(text_at(told, "chatter_user_id"), text_at(told, "chatter_user_name"))
                if (bits := paid(number_at(told, "cheer", "bits"), "BITS")) is not None:
                    return door.paid_message(origin, viewer, text_at(told, "message", "text"), bits)
                return door.commented(origin, viewer, text_at(told, "message", "text"))
            case "channel.chat.message_delete":
                return Deleted(origin, (text_at(told, "message_id"),))
            case "channel.chat.clear_user_messages":
                return Deleted(origin, user_hash=door.viewer(text_at(told, "target_user_id"), "").user_hash)
            case "channel.chat.clear":
                return Deleted(origin, everything=True)
            case "stream.online" | "stream.offline" as kind:
                return StreamState(origin, kind == "stream.online")
            case "channel.follow":
                return Followed(origin, door.viewer(text_at(told, "user_id"), text_at(told, "user_name")))
            case "channel.subscribe" | "channel.subscription.message" | "channel.subscription.gift" as kind:
                # A subscription that was given away is told twice: by who gave it, and by who got it.
                if kind == "channel.subscribe" and at(told, "is_gift") is True:
                    return None
                anonymous = at(told, "is_anonymous") is True
                viewer = door.viewer("anonymous" if anonymous else text_at(told, "user_id"), text_at(told, "user_name"))
                given = at_least_one(number_at(told, "total")) if kind == "channel.subscription.gift" else 0
                return Subscribed(origin, viewer, at_least_one(number_at(told, "cumulative_months")), given)
        return None


def _patience(welcome: Json) -> float:
    """Seconds of silence after which the connection is dead."""
    return at_least_one(number_at(welcome, "payload", "session", "keepalive_timeout_seconds")) + KEEPALIVE_MARGIN


def make(kit: SourceKit) -> Twitch:
    return Twitch(kit)
