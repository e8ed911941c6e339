"""Bilibili's open live platform: an app is started for a room, which gives an address and a ticket for a long connection.

Documents: open-live.bilibili.com/document (项目开启 /v2/app/start, 项目心跳 /v2/app/heartbeat every 20 s, 项目关闭
/v2/app/end; 签名: the x-bili-* headers in order, HMAC-SHA256; 长连: packets, operations, zlib; 长连CMD: the fields). They
were not at hand: what is here follows their copies in the MIT-licensed client xfgryujk/blivedm and was NOT confirmed against
the real server. So are the names of commands: where its older and newer versions differ, both are understood.

A packet: length uint32, header length uint16 (16), version uint16, operation uint32, sequence uint32, big endian, then the
body. Version 0 and 1 are plain, 2 is zlib and holds packets again. 3 is brotli: the open platform is not known to send it,
and it is not read here. ``code_env`` holds the streamer's identity code (身份码): whoever has it can read the room, so it is
a secret.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import struct
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from sosie.chat.backoff import TryLater
from sosie.chat.doorway import at_least_one, paid
from sosie.chat.events import Deleted, Entered, Liked, RoomEvent, StreamState, Subscribed
from sosie.chat.fields import Json, at, list_at, number_at, read, text_at
from sosie.chat.signing import Secret
from sosie.chat.sources import SourceKit
from sosie.chat.wire import Socket
from sosie.errors import SosieError, Theirs, YourInput
from sosie.ports import Hear

API = "https://live-open.biliapi.com"
HEARTBEAT, HEARTBEAT_REPLY, MESSAGE, AUTH, AUTH_REPLY = 2, 3, 5, 7, 8
"""Operations."""
BEAT_SECONDS = 30.0
APP_BEAT_SECONDS = 20.0
SILENCE_SECONDS = 70.0
"""Every heartbeat is answered, so that two missed answers mean a dead connection."""
_HEAD = struct.Struct(">IHHII")
_PREFIX = "LIVE_OPEN_PLATFORM_"
LARGEST_UNPACKED = 8 << 20
_NOT_YET = {7001, 7002, 7010}
"""Of a start: asked too soon after the last, the room runs already, too many connections. All others of a start are the
operator's to mend, but for the platform's own faults (5000 to 5999). The numbers are copies, too."""


@dataclass(frozen=True, slots=True)
class Packet:
    operation: int
    version: int
    body: bytes


class Bilibili:
    def __init__(
        self,
        kit: SourceKit,
        *,
        api: str = API,
    ) -> None:
        """``api``: another for tests only."""
        self._kit, self._api = kit, api
        held = kit.secrets
        assert held.key is not None
        assert held.code is not None
        self._key: Secret = held.key
        self._signing: Secret = held.signing[0]
        self._code: Secret = held.code
        self._tries = 0

    @property
    def name(self) -> str:
        return self._kit.room.name

    async def listen(self, hear: Hear) -> None:
        async with self._started() as (game, links, ticket):
            link = links[self._tries % len(links)]
            self._tries += 1
            async with self._kit.wire.socket(link) as socket:
                await socket.send(packed(AUTH, ticket.encode()))
                beats = [
                    asyncio.create_task(self._beat(socket), name="bilibili's heartbeat"),
                    asyncio.create_task(self._beat_app(game), name="bilibili's app heartbeat"),
                ]
                reading = asyncio.create_task(self._read(socket, game, hear), name="bilibili's room")
                try:
                    await asyncio.wait({reading, *beats}, return_when=asyncio.FIRST_COMPLETED)
                    for task in (reading, *beats):
                        if task.done():
                            task.result()
                finally:
                    for task in (reading, *beats):
                        task.cancel()
                    await asyncio.gather(reading, *beats, return_exceptions=True)

    async def _read(self, socket: Socket, game: str, hear: Hear) -> None:
        """Returns when the platform ended the app, which wants a new start."""
        while True:
            received = await socket.receive(SILENCE_SECONDS)
            for packet in unpacked(received if isinstance(received, bytes) else received.encode()):
                if packet.operation == AUTH_REPLY and number_at(read(packet.body), "code") != 0:
                    raise Theirs("Bilibili refused the ticket that it had given")
                if packet.operation != MESSAGE:
                    continue
                command = read(packet.body)
                name = text_at(command, "cmd").removeprefix(_PREFIX)
                if name == "INTERACTION_END" and text_at(command, "data", "game_id") == game:
                    return
                if (event := self._event(name, at(command, "data"))) is not None:
                    await hear(event)

    async def _beat(self, socket: Socket) -> None:
        while True:
            await socket.send(packed(HEARTBEAT, b""))
            await self._kit.rest(BEAT_SECONDS)

    async def _beat_app(self, game: str) -> None:
        """Without these the platform ends the app after a minute. One that fails is not the end: the next may do."""
        while game:
            await self._kit.rest(APP_BEAT_SECONDS)
            try:
                await self._ask("/v2/app/heartbeat", {"game_id": game})
            except Theirs:
                continue
        await asyncio.Event().wait()

    @asynccontextmanager
    async def _started(self) -> AsyncIterator[tuple[str, list[str], str]]:
        """(id of the running app, addresses, ticket). Ended at the end, or the room could not be started again soon."""
        told = await self._ask("/v2/app/start", {"code": self._code.reveal(), "app_id": self._kit.room.app_id})
        game = text_at(told, "game_info", "game_id")
        links = [link for link in list_at(told, "websocket_info", "wss_link") if isinstance(link, str)]
        ticket = text_at(told, "websocket_info", "auth_body")
        if not links or not ticket:
            raise Theirs("Bilibili started the app and named no address")
        try:
            yield game, links, ticket
        finally:
            if game:
                # It ends by itself, too, when no heartbeat comes.
                with suppress(SosieError):
                    await self._ask("/v2/app/end", {"app_id": self._kit.room.app_id, "game_id": game})

    async def _ask(self, path: str, body: dict[str, str | int]) -> Json:
        """The ``data`` of the answer."""
        raw = json.dumps(body).encode()
        headers = signed_headers(self._key, self._signing, raw, str(int(self._kit.now())), secrets.token_hex(16))
        reply = await self._kit.wire.ask("POST", self._api + path, headers=headers, body=raw)
        known = reply.status == 200 and isinstance(at(reply.json, "code"), int)
        code = number_at(reply.json, "code")
        if known and code == 0:
            return at(reply.json, "data")
        if not known or path != "/v2/app/start" or 5000 <= code < 6000:
            raise Theirs(f"Bilibili could not answer {path} (status {reply.status}, code {code})")
        if code in _NOT_YET:
            raise TryLater(f"Bilibili does not start the room now (code {code})", 30.0)
        raise YourInput(
            f"Bilibili refused the room {self._kit.room.room} (code {code})",
            wanted=f"the right app_id, {self._kit.room.key_env}, {', '.join(self._kit.room.secret_env)} and a current "
            f"identity code in {self._kit.room.code_env}",
        )

    def _event(self, command: str, data: Json) -> RoomEvent | None:
        try:
            return self._understood(command, data)
        except YourInput:
            return None

    def _understood(self, command: str, data: Json) -> RoomEvent | None:
        door = self._kit.door
        moment = float(number_at(data, "timestamp")) or self._kit.now()
        # Not every command is documented with an id; who and when are one, for each kind.
        event_id = text_at(data, "msg_id") or f"{text_at(data, 'open_id')}-{text_at(data, 'timestamp')}"
        origin = door.origin(event_id, moment)
        if command == "SUPER_CHAT_DEL":
            # Deletions name the message's number, which is another than its id.
            return Deleted(
                origin, tuple(f"sc-{each}" for each in list_at(data, "message_ids") if isinstance(each, int))
            )
        if command in ("LIVE_START", "START", "LIVE_END", "END"):
            return StreamState(origin, command.endswith("START"))
        person = at(data, "user_info") if command == "GUARD" else data
        if not text_at(person, "open_id"):
            return None
        viewer = door.viewer(text_at(person, "open_id"), text_at(person, "uname"))
        match command:
            case "DM":
                # 1 is a picture, which is named in the text in brackets: nothing to answer.
                return None if number_at(data, "dm_type") == 1 else door.commented(origin, viewer, text_at(data, "msg"))
            case "SEND_GIFT":
                count = at_least_one(number_at(data, "gift_num"))
                # Thousandths of a yuan for one; of free gifts too, in another coin, which is no payment.
                price = (number_at(data, "r_price") or number_at(data, "price")) if at(data, "paid") is True else 0
                amount = paid(price * count, "CNY", units_in_one=1000)
                return door.gifted(origin, viewer, text_at(data, "gift_name"), count, amount)
            case "SUPER_CHAT":
                amount = paid(number_at(data, "rmb"), "CNY")
                origin = door.origin(f"sc-{text_at(data, 'message_id')}", moment)
                return None if amount is None else door.paid_message(origin, viewer, text_at(data, "message"), amount)
            case "GUARD":
                return Subscribed(origin, viewer, at_least_one(number_at(data, "guard_num")))
            case "LIKE":
                return Liked(origin, viewer, at_least_one(number_at(data, "like_count")))
            case "LIVE_ROOM_ENTER" | "USER_ENTER":
                return Entered(origin, viewer)
        return None


def signed_headers(key: Secret, signing: Secret, body: bytes, timestamp: str, nonce: str) -> dict[str, str]:
    """``timestamp``: Unix seconds; ``nonce``: another one for every request."""
    headers = {
        "x-bili-accesskeyid": key.reveal(),
        "x-bili-content-md5": hashlib.md5(body, usedforsecurity=False).hexdigest(),
        "x-bili-signature-method": "HMAC-SHA256",
        "x-bili-signature-nonce": nonce,
        "x-bili-signature-version": "1.0",
        "x-bili-timestamp": timestamp,
    }
    written = "\n".join(f"{name}:{value}" for name, value in headers.items())
    signature = hmac.new(signing.reveal().encode(), written.encode(), hashlib.sha256).hexdigest()
    return {**headers, "Authorization": signature, "Content-Type": "application/json", "Accept": "application/json"}


def packed(operation: int, body: bytes) -> bytes:
    return _HEAD.pack(_HEAD.size + len(body), _HEAD.size, 1, operation, 1) + body


def unpacked(message: bytes, *, nested: bool = False) -> Iterator[Packet]:
    """The packets of one message, compressed ones opened. Raises Theirs for what is none."""
    offset = 0
    while offset < len(message):
        if len(message) - offset < _HEAD.size:
            raise Theirs("Bilibili sent a packet that is cut off")
        length, head, version, operation, _ = _HEAD.unpack_from(message, offset)
        if head < _HEAD.size or length < head or offset + length > len(message):
            raise Theirs("Bilibili sent a packet whose length is wrong")
        body = message[offset + head : offset + length]
        if version == 2 and not nested:
            yield from unpacked(_inflated(body), nested=True)
        elif version > 1:
            raise Theirs(f"Bilibili sent a packet of version {version}, which is not read here (2, zlib, is)")
        else:
            yield Packet(operation, version, body)
        offset += length


def _inflated(body: bytes) -> bytes:
    engine = zlib.decompressobj()
    try:
        text = engine.decompress(body, LARGEST_UNPACKED)
    except zlib.error:
        raise Theirs("Bilibili sent a packet that cannot be unpacked") from None
    if engine.unconsumed_tail:
        raise Theirs(f"Bilibili sent a packet of more than {LARGEST_UNPACKED >> 20} MB")
    if not engine.eof:
        raise Theirs("Bilibili sent a packet that cannot be unpacked to its end")
    return text


def make(kit: SourceKit) -> Bilibili:
    return Bilibili(kit)
