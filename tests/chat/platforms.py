"""Fake platforms on loopback that speak the real protocols, as their documents have them (cited in the sources):

async with FakeTwitch() as platform:
    source = make_source(platform.kit())        # the real source, pointed at it
    await platform.connected(); await platform.say(Said("c-1", "42", "Ada", "how much is it"))
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import struct
import time
import zlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from chat.making import SALT
from sosie.chat.doorway import Doorway
from sosie.chat.settings import ChatRoom, Secrets
from sosie.chat.signing import Secret, signature
from sosie.chat.sources import SourceKit
from sosie.chat.sources import douyin as douyin_source
from sosie.chat.sources.bilibili import Bilibili
from sosie.chat.sources.douyin import Douyin
from sosie.chat.sources.twitch import Twitch
from sosie.chat.sources.twitch_irc import TwitchIrc
from sosie.chat.sources.webhook import Webhook
from sosie.chat.sources.youtube import YouTube
from sosie.chat.wire import Wire
from sosie.ports import ChatSource
from sosie.web.pushes import PushPorts

SECRET = "tok-en-0123456789"
SILENT = logging.getLogger("chat.platforms.silent")
SILENT.setLevel(logging.CRITICAL + 1)
"""What the platforms' own servers log is not ours."""
PATIENCE = 30.0
"""Seconds that a test waits for what must come at once; nothing sleeps so long."""


@dataclass(frozen=True)
class Said:
    id: str
    user: str
    name: str
    text: str
    seconds: float = field(default_factory=time.time)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


Answer = tuple[int, bytes | AsyncIterator[bytes]]


class FakeHttp:
    """HTTP/1.1 enough for a client that is not in doubt: one request a connection."""

    def __init__(self, answer: Callable[[Request], Awaitable[Answer]]) -> None:
        self._answer = answer
        self.requests: list[Request] = []

    async def __aenter__(self) -> FakeHttp:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            method, target, _ = head[0].split(" ")
            headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            split = urlsplit(target)
            query = {key: values[0] for key, values in parse_qs(split.query).items()}
            request = Request(method, split.path, query, headers, body)
            self.requests.append(request)
            status, content = await self._answer(request)
            if isinstance(content, bytes):
                head_out = f"HTTP/1.1 {status} x\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
                writer.write(head_out.encode() + content)
            else:
                writer.write(f"HTTP/1.1 {status} x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n".encode())
                async for part in content:
                    writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
                    await writer.drain()
                writer.write(b"0\r\n\r\n")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


class Platform(ABC):
    """What the contract asks of a fake platform."""

    room: ChatRoom
    secrets: Secrets
    refuses = False
    """Whether it takes our credentials for wrong ones (or, for pushes, signs with a wrong secret)."""
    deletes = True
    """Whether comments can be deleted there."""

    def __init__(self) -> None:
        self.stack = AsyncExitStack()
        self.rested: list[float] = []
        self._connected = asyncio.Event()

    async def __aenter__(self) -> Platform:
        self.wire = await self.stack.enter_async_context(Wire())
        self.ports = PushPorts([0])
        self.stack.callback(self.ports.close)
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stack.aclose()

    async def open(self) -> None:
        """Servers that must run before a source connects, where there are some."""
        return

    def kit(self) -> SourceKit:
        door = Doorway(self.room.platform, self.room.room, SALT)
        return SourceKit(self.room, self.secrets, door, self.wire, self.ports, time.time, self.rest)

    async def rest(self, seconds: float) -> None:
        """Time passes as fast as it may, but others have their turn."""
        self.rested.append(seconds)
        await asyncio.sleep(0.001)

    @abstractmethod
    def source(self) -> ChatSource: ...

    async def connected(self) -> None:
        """Until the source listens; ready for another connection afterwards."""
        await asyncio.wait_for(self._connected.wait(), PATIENCE)
        self._connected.clear()

    @abstractmethod
    async def say(self, *said: Said) -> None: ...

    async def delete(self, comment_id: str) -> None:
        """For those that tell of deleted comments; Bilibili and Douyin tell of none."""
        raise AssertionError(f"{self.room.platform} tells of no deleted comments")

    @abstractmethod
    async def garbage(self) -> None:
        """Whatever a broken server or an attacker might send, that is not the end of a connection."""

    @abstractmethod
    async def hang_up(self) -> None: ...


class _Sockets:
    """The WebSocket side of a platform: the newest connection is the one."""

    def __init__(self, talk: Callable[[ServerConnection], Awaitable[None]]) -> None:
        self._talk = talk
        self.connections: list[ServerConnection] = []

    async def open(self, stack: AsyncExitStack) -> None:
        server = await stack.enter_async_context(serve(self._serve, "127.0.0.1", 0, logger=SILENT))
        self.address = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/ws"

    async def _serve(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        try:
            await self._talk(connection)
        except ConnectionClosed:
            return

    async def send(self, message: str | bytes) -> None:
        await self.connections[-1].send(message)

    async def hang_up(self) -> None:
        # Without a closing handshake, as a network that breaks.
        self.connections[-1].transport.abort()


class FakeTwitch(Platform):
    room = ChatRoom("twitch", "1234", client_id="client", user_id="99", token_env="TWITCH_TOKEN", answers=True)
    secrets = Secrets(token=Secret(SECRET))
    optional_status = 202

    async def open(self) -> None:
        self.sockets = _Sockets(self._talk)
        await self.sockets.open(self.stack)
        self.http = await self.stack.enter_async_context(FakeHttp(self._answer))
        self._n = 0
        self.posted: list[dict[str, str]] = []
        self.moving: asyncio.Event | None = None

    def source(self) -> ChatSource:
        return Twitch(self.kit(), socket=self.sockets.address, api=self.http.address)

    async def _talk(self, connection: ServerConnection) -> None:
        if self.moving is not None:
            await self.moving.wait()
        session = {"id": "s-1", "status": "connected", "keepalive_timeout_seconds": 10, "reconnect_url": None}
        await connection.send(self._message("session_welcome", {"session": session}))
        if self.moving is not None:
            self._connected.set()
        async for _ in connection:
            raise AssertionError("Twitch closes connections of clients that send anything")

    async def _answer(self, request: Request) -> Answer:
        if request.headers["authorization"] != f"Bearer {SECRET}" or request.headers["client-id"] != "client":
            return 401, b"{}"
        asked = json.loads(request.body)
        if request.path == "/chat/messages":
            self.posted.append(asked)
            return 200, json.dumps({"data": [{"message_id": "m-1", "is_sent": True, "drop_reason": None}]}).encode()
        assert request.path == "/eventsub/subscriptions"
        assert asked["transport"] == {"method": "websocket", "session_id": "s-1"}
        assert asked["condition"]["broadcaster_user_id"] == "1234"
        if self.refuses:
            return 401, json.dumps({"message": f"invalid token {SECRET}"}).encode()
        if asked["type"] == "stream.offline":
            self._connected.set()
        return (202 if asked["type"].startswith("channel.chat") else self.optional_status), b"{}"

    def _message(self, kind: str, payload: object, subscription: str = "") -> str:
        self._n += 1
        metadata = {
            "message_id": f"m-{self._n}",
            "message_type": kind,
            "message_timestamp": "2026-11-23T02:00:00.123456789Z",
        }
        if subscription:
            metadata |= {"subscription_type": subscription, "subscription_version": "1"}
        return json.dumps({"metadata": metadata, "payload": payload})

    async def notify(self, subscription: str, event: dict[str, object], *, over: int = -1) -> None:
        message = self._message("notification", {"event": event}, subscription)
        await self.sockets.connections[over].send(message)

    async def say(self, *said: Said, over: int = -1) -> None:
        for each in said:
            event = {"message_id": each.id, "chatter_user_id": each.user, "chatter_user_name": each.name}
            await self.notify("channel.chat.message", {**event, "message": {"text": each.text}}, over=over)

    async def delete(self, comment_id: str) -> None:
        await self.notify("channel.chat.message_delete", {"message_id": comment_id, "target_user_id": "1"})

    async def garbage(self) -> None:
        for text in ("", "{", "[]", "null", '"x"', '{"metadata": 7}', '{"metadata": {"message_type": "notification"}}'):
            await self.sockets.send(text)
        await self.sockets.send(self._message("session_keepalive", {}))
        await self.notify("channel.chat.message", {"message_id": "", "chatter_user_id": "1", "message": {"text": "x"}})
        await self.notify("channel.chat.message", {"message": []})
        await self.notify("channel.what", {"x": 1})

    async def move(self) -> None:
        """Asks for a reconnection; the new server welcomes when ``moving`` is set."""
        self.moving = asyncio.Event()
        session = {"id": "s-1", "status": "reconnecting", "reconnect_url": self.sockets.address + "?move=1"}
        await self.sockets.send(self._message("session_reconnect", {"session": session}))

    async def hang_up(self) -> None:
        await self.sockets.hang_up()


class FakeTwitchIrc(Platform):
    room = ChatRoom("twitch-irc", "Room", user_id="reader", token_env="TWITCH_TOKEN")
    secrets = Secrets(token=Secret(SECRET))

    async def open(self) -> None:
        self.sockets = _Sockets(self._talk)
        await self.sockets.open(self.stack)
        self.said_to_us: list[str] = []

    def source(self) -> ChatSource:
        return TwitchIrc(self.kit(), socket=self.sockets.address)

    async def _talk(self, connection: ServerConnection) -> None:
        async for message in connection:
            for line in str(message).splitlines():
                self.said_to_us.append(line)
                if line.startswith("PASS") and (self.refuses or line != f"PASS oauth:{SECRET}"):
                    await connection.send(":tmi.twitch.tv NOTICE * :Login authentication failed\r\n")
                if line == "JOIN #room":
                    await connection.send(
                        ":tmi.twitch.tv 001 reader :Welcome, GLHF!\r\n:tmi.twitch.tv 376 reader :>\r\n"
                    )
                    self._connected.set()

    async def line(self, line: str) -> None:
        await self.sockets.send(line + "\r\n")

    async def say(self, *said: Said) -> None:
        # Several lines in one message, as the real server does.
        lines = [
            f"@id={each.id};user-id={each.user};display-name={each.name};tmi-sent-ts={int(each.seconds * 1000)} "
            f":{each.name.lower()}!x@x.tmi.twitch.tv PRIVMSG #room :{each.text}\r\n"
            for each in said
        ]
        for begin in range(0, len(lines), 7):
            await self.sockets.send("".join(lines[begin : begin + 7]))

    async def delete(self, comment_id: str) -> None:
        await self.line(f"@login=x;target-msg-id={comment_id};tmi-sent-ts=1 :tmi.twitch.tv CLEARMSG #room :words")

    async def garbage(self) -> None:
        for line in (
            "",
            "@",
            ":",
            "@;;;= : :",
            "PRIVMSG",
            "@id= :x PRIVMSG #room",
            ":x PRIVMSG #room :no tags",
            "\x00\xff",
        ):
            await self.line(line)
        await self.sockets.send(b"\xff\xfe\r\n")

    async def hang_up(self) -> None:
        await self.sockets.hang_up()


class FakeYouTube(Platform):
    room = ChatRoom("youtube", "video-1", key_env="YOUTUBE_KEY", token_env="YOUTUBE_TOKEN", answers=True)
    secrets = Secrets(key=Secret(SECRET))
    streams = True

    async def open(self) -> None:
        self.http = await self.stack.enter_async_context(FakeHttp(self._answer))
        self.items: list[dict[str, object]] = []
        self.changed = asyncio.Condition()
        self.generation = 0
        self.posted: list[dict[str, object]] = []
        self.error: tuple[int, str] | None = None

    def source(self) -> ChatSource:
        return YouTube(self.kit(), api=self.http.address)

    async def _answer(self, request: Request) -> Answer:
        key, bearer = request.headers.get("x-goog-api-key"), request.headers.get("authorization")
        assert "key" not in request.query
        if self.refuses or SECRET not in (key, (bearer or "").removeprefix("Bearer ")):
            return 403, json.dumps(
                {"error": {"code": 403, "errors": [{"reason": "forbidden"}], "message": SECRET}}
            ).encode()
        if self.error:
            status, reason = self.error
            return status, json.dumps({"error": {"code": status, "errors": [{"reason": reason}]}}).encode()
        if request.path == "/videos":
            details = {"activeLiveChatId": "chat-1"}
            return 200, json.dumps({"items": [{"id": "video-1", "liveStreamingDetails": details}]}).encode()
        if request.method == "POST":
            self.posted.append(json.loads(request.body)["snippet"])
            return 200, b'{"id": "posted-1"}'
        assert request.query["liveChatId"] == "chat-1"
        begin = int(request.query.get("pageToken", "p0")[1:])
        if request.path == "/liveChat/messages/stream":
            return (200, self._pushed(begin)) if self.streams else (404, b"<html>not found</html>")
        assert request.path == "/liveChat/messages"
        self._connected.set()
        return 200, json.dumps({"pollingIntervalMillis": 3000, **self._page(begin)}).encode()

    def _page(self, begin: int) -> dict[str, object]:
        return {"items": self.items[begin:], "nextPageToken": f"p{len(self.items)}"}

    async def _pushed(self, begin: int) -> AsyncIterator[bytes]:
        generation = self.generation
        first = True
        while True:
            text = ("[" if first else ",\r\n") + json.dumps(self._page(begin), ensure_ascii=False)
            begin, first = len(self.items), False
            raw = text.encode()
            # In pieces that end anywhere, in a letter too.
            for start in range(0, len(raw), 1001):
                yield raw[start : start + 1001]
            self._connected.set()
            async with self.changed:
                await self.changed.wait_for(lambda: len(self.items) > begin or self.generation != generation)  # noqa: B023
            if self.generation != generation:
                raise ConnectionResetError

    async def tell(self, *items: dict[str, object]) -> None:
        async with self.changed:
            self.items.extend(items)
            self.changed.notify_all()

    def item(self, said: Said, kind: str, **details: object) -> dict[str, object]:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(said.seconds)) + ".123456+00:00"
        return {
            "id": said.id,
            "snippet": {"type": kind, "publishedAt": moment, "displayMessage": said.text, **details},
            "authorDetails": {"channelId": said.user, "displayName": said.name},
        }

    async def say(self, *said: Said) -> None:
        await self.tell(
            *(self.item(each, "textMessageEvent", textMessageDetails={"messageText": each.text}) for each in said)
        )

    async def delete(self, comment_id: str) -> None:
        said = Said(f"del-{comment_id}", "owner", "", "")
        await self.tell(self.item(said, "messageDeletedEvent", messageDeletedDetails={"deletedMessageId": comment_id}))

    async def garbage(self) -> None:
        await self.tell({}, {"id": 7}, {"id": "x", "snippet": None}, {"id": "y", "snippet": {"type": "pollEvent"}}, [])  # type: ignore[arg-type]
        await self.tell({"id": "z", "snippet": {"type": "textMessageEvent", "publishedAt": "}]{ yesterday \\"}})

    async def hang_up(self) -> None:
        async with self.changed:
            self.generation += 1
            self.changed.notify_all()


class FakeBilibili(Platform):
    room = ChatRoom(
        "bilibili", "5050", app_id=77, key_env="BILI_KEY", secret_env=("BILI_SECRET",), code_env="BILI_CODE"
    )
    secrets = Secrets(key=Secret("access-key"), signing=(Secret(SECRET),), code=Secret("identity-code"))

    async def open(self) -> None:
        self.sockets = _Sockets(self._talk)
        await self.sockets.open(self.stack)
        self.http = await self.stack.enter_async_context(FakeHttp(self._answer))
        self.asked: list[str] = []
        self.beats = 0
        self.start_code = 0

    def source(self) -> ChatSource:
        return Bilibili(self.kit(), api=self.http.address)

    async def _answer(self, request: Request) -> Answer:
        names = sorted(name for name in request.headers if name.startswith("x-bili-"))
        assert len(names) == 6
        written = "\n".join(f"{name}:{request.headers[name]}" for name in names)
        right = hmac.new(SECRET.encode(), written.encode(), hashlib.sha256).hexdigest()
        md5 = hashlib.md5(request.body).hexdigest()
        if self.refuses or (request.headers["authorization"], request.headers["x-bili-content-md5"]) != (right, md5):
            return 200, json.dumps({"code": 4002, "message": f"sign {SECRET}", "data": None}).encode()
        self.asked.append(request.path)
        if request.path != "/v2/app/start":
            assert json.loads(request.body)["game_id"] == "game-1"
            return 200, b'{"code": 0, "message": "0", "data": {}}'
        assert json.loads(request.body) == {"code": "identity-code", "app_id": 77}
        data = {
            "game_info": {"game_id": "game-1"},
            "websocket_info": {"auth_body": '{"key": "ticket"}', "wss_link": [self.sockets.address]},
            "anchor_info": {"room_id": 5050},
        }
        return 200, json.dumps({"code": self.start_code, "message": "", "data": data}).encode()

    async def _talk(self, connection: ServerConnection) -> None:
        async for message in connection:
            assert isinstance(message, bytes)
            length, head, _, operation, _ = struct.unpack_from(">IHHII", message)
            assert (length, head) == (len(message), 16)
            if operation == 7:
                assert json.loads(message[16:]) == {"key": "ticket"}
                await connection.send(self.packet(8, b'{"code":0}'))
                self._connected.set()
            elif operation == 2:
                self.beats += 1
                await connection.send(self.packet(3, struct.pack(">I", 1234)))

    @staticmethod
    def packet(operation: int, body: bytes, version: int = 0) -> bytes:
        return struct.pack(">IHHII", 16 + len(body), 16, version, operation, 0) + body

    def command(self, name: str, data: object) -> bytes:
        return self.packet(5, json.dumps({"cmd": f"LIVE_OPEN_PLATFORM_{name}", "data": data}).encode())

    async def tell(self, name: str, data: object) -> None:
        await self.sockets.send(self.command(name, data))

    async def say(self, *said: Said) -> None:
        packets = [
            self.command(
                "DM",
                {
                    "msg_id": each.id,
                    "open_id": each.user,
                    "uname": each.name,
                    "msg": each.text,
                    "timestamp": int(each.seconds),
                    "dm_type": 0,
                },
            )
            for each in said
        ]
        # Many in one message, squeezed, as a busy room sends them.
        for begin in range(0, len(packets), 10):
            squeezed = zlib.compress(b"".join(packets[begin : begin + 10]))
            await self.sockets.send(self.packet(5, squeezed, version=2))

    deletes = False  # of plain comments nothing is told; paid ones have a test of their own

    async def garbage(self) -> None:
        for body in (b"", b"{", b"null", b'{"cmd": 5}', b'{"cmd": "LIVE_OPEN_PLATFORM_DM", "data": {"open_id": "x"}}'):
            await self.sockets.send(self.packet(5, body))
        await self.sockets.send(self.packet(99, b"?"))
        await self.tell("INTERACTION_END", {"game_id": "another"})

    async def hang_up(self) -> None:
        await self.sockets.hang_up()


async def post(port: int, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    """One HTTP request to loopback."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [f"POST {path} HTTP/1.1", "Host: x", "Connection: close", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(), PATIENCE)
    writer.close()
    head, _, content = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), content


class _Pushing(Platform):
    """A platform that comes to us."""

    @property
    def port(self) -> int:
        return self.ports.number(0)

    async def connected(self) -> None:
        """The port was listening before its server ran: whoever comes early waits in its queue."""

    async def hang_up(self) -> None:
        """There is no connection between two pushes."""


class FakeBridge(_Pushing):
    """A bridge of the operator's own that posts."""

    room = ChatRoom("webhook", "own", secret_env=("CHAT_SECRET",))
    secrets = Secrets(signing=(Secret("an old secret"), Secret(SECRET)))

    def source(self) -> ChatSource:
        return Webhook(self.kit())

    def signed(self, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))
        secret = Secret("a wrong secret" if self.refuses else SECRET)
        return {"X-Sosie-Timestamp": stamp, "X-Sosie-Signature": signature(secret, stamp, body)}

    async def push(self, *events: object) -> int:
        body = json.dumps({"events": events}, ensure_ascii=False).encode()
        return (await post(self.port, "/events", self.signed(body), body))[0]

    @staticmethod
    def form(said: Said) -> dict[str, object]:
        user = {"id": said.user, "name": said.name}
        return {"type": "comment", "id": said.id, "at": said.seconds, "user": user, "text": said.text}

    async def say(self, *said: Said) -> None:
        for begin in range(0, len(said), 100):
            status = await self.push(*(self.form(each) for each in said[begin : begin + 100]))
            assert status == (401 if self.refuses else 202)

    async def delete(self, comment_id: str) -> None:
        assert await self.push({"type": "delete", "id": f"del-{comment_id}", "comments": [comment_id]}) == 202

    async def garbage(self) -> None:
        for body in (b"", b"{", b"[]", b'{"events": []}', b'{"events": [{"type": "comment"}]}', b'{"events": [7]}'):
            assert (await post(self.port, "/events", self.signed(body), body))[0] == 400
        assert (await post(self.port, "/elsewhere", {}, b"{}"))[0] == 404
        assert (await post(self.port, "/events", {}, b"x" * ((1 << 20) + 1)))[0] == 413


class FakeSocketBridge(FakeBridge):
    """The same over a WebSocket."""

    async def open(self) -> None:
        self.socket = None

    async def push(self, *events: object) -> int:
        if self.socket is None:
            self.socket = await connect(f"ws://127.0.0.1:{self.port}/socket", logger=SILENT)
            self.stack.push_async_callback(self.socket.close)
        body = json.dumps({"events": events}, ensure_ascii=False)
        headers = self.signed(body.encode())
        message = {
            "timestamp": headers["X-Sosie-Timestamp"],
            "signature": headers["X-Sosie-Signature"],
            "body": body,
        }
        await self.socket.send(json.dumps(message))
        return int(json.loads(await asyncio.wait_for(self.socket.recv(), PATIENCE))["status"])

    async def garbage(self) -> None:
        await self.push()
        for text in ("", "{", "[]", '{"body": 7}', '{"body": "x", "timestamp": [], "signature": null}'):
            await self.socket.send(text)
            assert json.loads(await asyncio.wait_for(self.socket.recv(), PATIENCE))["status"] in (400, 401)

    async def hang_up(self) -> None:
        self.socket.transport.abort()
        self.socket = None


class FakeDouyin(_Pushing):
    room = ChatRoom("douyin", "7001", secret_env=("DOUYIN_COMMENTS", "DOUYIN_GIFTS"))
    secrets = Secrets(signing=(Secret("another secret"), Secret(SECRET)))
    deletes = False  # nothing is told of it

    def source(self) -> ChatSource:
        return Douyin(self.kit())

    async def push(self, kind: str, items: object, *, room: str = "7001", at: float | None = None) -> int:
        stamp = str(int((time.time() if at is None else at) * 1000))
        headers = {"x-nonce-str": "nonce", "x-timestamp": stamp, "x-roomid": room, "x-msg-type": kind}
        body = items if isinstance(items, bytes) else json.dumps(items, ensure_ascii=False).encode()
        secret = Secret("a wrong secret" if self.refuses else SECRET)
        signed = {**headers, "x-signature": douyin_source.signature(headers, body, secret)}
        return (await post(self.port, "/douyin", signed, body))[0]

    async def say(self, *said: Said) -> None:
        items = [
            {
                "msg_id": each.id,
                "sec_openid": each.user,
                "nickname": each.name,
                "content": each.text,
                "timestamp": int(each.seconds * 1000),
                "avatar_url": "",
            }
            for each in said
        ]
        for begin in range(0, len(items), 50):
            assert await self.push("live_comment", items[begin : begin + 50]) == (401 if self.refuses else 200)

    async def garbage(self) -> None:
        assert await self.push("live_comment", b"{") == 400
        assert await self.push("live_comment", [{}, 7, None, {"sec_openid": "x"}]) == 200
        assert await self.push("live_what", [{"sec_openid": "x", "msg_id": "1"}]) == 200
        assert await self.push("live_comment", [], room="another") == 404
        assert await self.push("live_comment", [], at=time.time() - 1000) == 401


PLATFORMS: dict[str, type[Platform]] = {
    "webhook": FakeBridge,
    "websocket": FakeSocketBridge,
    "twitch": FakeTwitch,
    "twitch-irc": FakeTwitchIrc,
    "youtube": FakeYouTube,
    "bilibili": FakeBilibili,
    "douyin": FakeDouyin,
}
