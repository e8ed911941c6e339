"""YouTube's live chat: the stream of liveChatMessages over HTTPS and JSON, and polling where that is not to be had.

Documents: developers.google.com/youtube/v3/live/docs/liveChatMessages (the resource), .../liveChatMessages/streamList (pushed
messages, ``nextPageToken`` to go on where one left off), .../liveChatMessages/list (``pollingIntervalMillis``), and
developers.google.com/youtube/v3/docs/videos (``liveStreamingDetails.activeLiveChatId``).

Why not gRPC: Google's guide (.../live/streaming-live-chat) shows streamList by gRPC only, which would bring grpcio into every
installation. The same method has an HTTP form in Google's own generated clients (youtube.v3.liveChat.messages.stream: GET
youtube/v3/liveChat/messages/stream). Its answer is one JSON array whose objects arrive one by one: so say several public clients
that read it, not a document of Google's, and it is UNCONFIRMED against the real server. A stream that is refused as unknown (404,
405, 501), or whose answer is no array, sends us to ``list`` for good, which is documented.

``room`` is the video's id. A key may read public chats; an OAuth token reads and posts. The key travels in a header, because
addresses end up in logs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from sosie.chat.backoff import TryLater
from sosie.chat.doorway import at_least_one, paid
from sosie.chat.events import Deleted, Origin, Paid, RoomEvent, StreamState, Subscribed, Viewer
from sosie.chat.fields import Json, at, list_at, number_at, read, seconds_at, text_at
from sosie.chat.settings import ChatRoom, Secrets
from sosie.chat.sources import SourceKit
from sosie.chat.wire import Reply, Wire
from sosie.errors import Theirs, YourInput
from sosie.ports import Hear

API = "https://youtube.googleapis.com/youtube/v3"
SILENCE_SECONDS = 120.0
"""Our own choice: no document says how long the stream may be silent. It goes on with the page token afterwards."""
LEAST_POLL_SECONDS = 2.0
QUOTA_SECONDS = 1800.0
"""A spent quota comes back once a day, at midnight in California; asking costs quota too."""
OLD_SECONDS = 10.0
"""The first answer holds the chat's history: what is so much older than our coming is not heard."""
LARGEST_OBJECT = 8 << 20
_GONE = {"liveChatEnded", "liveChatNotFound", "liveChatDisabled", "videoNotFound", "notFound"}
_LATER = {"rateLimitExceeded", "userRateLimitExceeded"}


class NoStream(Exception):
    """Stays in this file: the stream is not to be had here, the list may be."""


class YouTube:
    def __init__(
        self,
        kit: SourceKit,
        *,
        api: str = API,
    ) -> None:
        """``api``: another for tests only."""
        self._kit, self._api = kit, api
        self._chat = ""
        self._page = ""
        self._streams = True
        self._since = kit.now() - OLD_SECONDS

    @property
    def name(self) -> str:
        return self._kit.room.name

    async def listen(self, hear: Hear) -> None:
        self._chat = self._chat or await live_chat_id(self._kit.room, self._kit.secrets, self._kit.wire, self._api)
        if self._streams:
            try:
                await self._stream(hear)
                return
            except NoStream:
                self._streams, self._page = False, ""
        await self._poll(hear)

    async def _stream(self, hear: Hear) -> None:
        headers = authorised(self._kit.room, self._kit.secrets)
        url = f"{self._api}/liveChat/messages/stream"
        asked = self._kit.wire.stream("GET", url, headers=headers, params=self._asking(), seconds=SILENCE_SECONDS)
        async with asked as (status, parts):
            if status != 200:
                body = b"".join([part async for part in parts])
                if status in (404, 405, 501) and reason_of(read(body)) not in _GONE:
                    raise NoStream
                raise_for(Reply(status, body), self._kit.room)
            async for page in objects_of(parts):
                if await self._heard(page, hear):
                    return

    async def _poll(self, hear: Hear) -> None:
        while True:
            headers = authorised(self._kit.room, self._kit.secrets)
            reply = await self._kit.wire.ask(
                "GET", f"{self._api}/liveChat/messages", headers=headers, params=self._asking()
            )
            if reply.status != 200:
                raise_for(reply, self._kit.room)
            if await self._heard(reply.json, hear):
                return
            await self._kit.rest(max(LEAST_POLL_SECONDS, number_at(reply.json, "pollingIntervalMillis") / 1000))

    def _asking(self) -> dict[str, str]:
        asking = {"liveChatId": self._chat, "part": "id,snippet,authorDetails"}
        return {**asking, "pageToken": self._page} if self._page else asking

    async def _heard(self, page: Json, hear: Hear) -> bool:
        """Whether the chat ended with this page. The token moves on only when all of the page is safe with us."""
        ended = False
        for item in list_at(page, "items"):
            event = self._event(item)
            if event is not None and event.origin.at >= self._since:
                await hear(event)
            ended = ended or isinstance(event, StreamState)
        self._page = text_at(page, "nextPageToken") or self._page
        return ended

    def _event(self, item: Json) -> RoomEvent | None:
        try:
            return self._understood(item)
        except YourInput:
            return None

    def _understood(self, item: Json) -> RoomEvent | None:
        door, snippet = self._kit.door, at(item, "snippet")
        origin = door.origin(text_at(item, "id"), seconds_at(snippet, "publishedAt", otherwise=self._kit.now()))
        match text_at(snippet, "type"):
            case "chatEndedEvent":
                return StreamState(origin, live=False)
            case "messageDeletedEvent":
                return Deleted(origin, (text_at(snippet, "messageDeletedDetails", "deletedMessageId"),))
            case "userBannedEvent":
                banned = text_at(snippet, "userBannedDetails", "bannedUserDetails", "channelId")
                return Deleted(origin, user_hash=door.viewer(banned, "").user_hash)
        if not (channel := text_at(item, "authorDetails", "channelId") or text_at(snippet, "authorChannelId")):
            return None
        viewer = door.viewer(channel, text_at(item, "authorDetails", "displayName").removeprefix("@"))
        match text_at(snippet, "type"):
            case "textMessageEvent":
                text = text_at(snippet, "textMessageDetails", "messageText") or text_at(snippet, "displayMessage")
                return door.commented(origin, viewer, text)
            case "superChatEvent":
                details = at(snippet, "superChatDetails")
                return self._paid(origin, viewer, text_at(details, "userComment"), details)
            case "superStickerEvent":
                details = at(snippet, "superStickerDetails")
                sticker = text_at(details, "superStickerMetadata", "altText")
                return door.gifted(origin, viewer, sticker, 1, _amount(details))
            case "newSponsorEvent":
                return Subscribed(origin, viewer, 1)
            case "memberMilestoneChatEvent":
                months = number_at(snippet, "memberMilestoneChatDetails", "memberMonth")
                return Subscribed(origin, viewer, at_least_one(months))
            case "membershipGiftingEvent":
                given = number_at(snippet, "membershipGiftingDetails", "giftMembershipsCount")
                return Subscribed(origin, viewer, 1, at_least_one(given))
        return None

    def _paid(self, origin: Origin, viewer: Viewer, text: str, details: Json) -> RoomEvent | None:
        amount = _amount(details)
        return None if amount is None else self._kit.door.paid_message(origin, viewer, text, amount)


def _amount(details: Json) -> Paid | None:
    return paid(text_at(details, "amountMicros") or "0", text_at(details, "currency"), units_in_one=1_000_000)


def authorised(room: ChatRoom, secrets: Secrets) -> dict[str, str]:
    """The headers that say who asks."""
    if secrets.token is not None:
        return {"Authorization": f"Bearer {secrets.token.reveal()}"}
    if secrets.key is not None:
        return {"X-Goog-Api-Key": secrets.key.reveal()}
    raise YourInput(f"The chat {room.name!r} has neither token nor key", wanted="token_env or key_env")


async def live_chat_id(room: ChatRoom, secrets: Secrets, wire: Wire, api: str) -> str:
    """Of the video that is live. Raises YourInput when it has no chat, now or ever."""
    params = {"part": "liveStreamingDetails", "id": room.room}
    reply = await wire.ask("GET", f"{api}/videos", headers=authorised(room, secrets), params=params)
    if reply.status != 200:
        raise_for(reply, room)
    for video in list_at(reply.json, "items"):
        if found := text_at(video, "liveStreamingDetails", "activeLiveChatId"):
            return found
    # It may be that the stream has not begun to arrive: so again later, not never.
    raise TryLater(f"The video {room.room} has no live chat yet", 15.0)


def reason_of(answer: Json) -> str:
    """Google's word for what went wrong, such as "quotaExceeded"."""
    return next((text_at(error, "reason") for error in list_at(answer, "error", "errors")), "")


def raise_for(reply: Reply, room: ChatRoom) -> None:
    """Raises what an answer other than 200 means; never what it says, which may repeat a key."""
    reason = reason_of(reply.json)
    if reason in _GONE:
        raise YourInput(f"The live chat of video {room.room} is not there ({reason})", wanted="a video that is live")
    if reason == "quotaExceeded":
        raise TryLater("YouTube's quota of this project is spent for today", QUOTA_SECONDS)
    if reply.status == 429 or reason in _LATER:
        raise TryLater("YouTube had too many requests", 60.0)
    if reply.status in (401, 403):
        raise YourInput(
            f"YouTube refused us the chat of video {room.room} (status {reply.status})",
            wanted=f"in {room.token_env or room.key_env} what is allowed to read it",
        )
    raise Theirs(f"YouTube could not answer (status {reply.status})")


async def objects_of(parts: AsyncIterator[bytes]) -> AsyncIterator[Json]:
    """The objects of one JSON array, each as soon as it is whole. Raises NoStream for what is no array."""
    splitter = ArraySplitter()
    async for part in parts:
        for whole in splitter.push(part):
            yield read(whole)


class ArraySplitter:
    """Finds where the objects of a JSON array begin and end, by counting braces outside of strings."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._looked = 0
        self._depth = 0
        self._in_string = False
        self._escaped = False
        self._begun = False

    def push(self, part: bytes) -> list[bytes]:
        found = []
        self._held += part
        if len(self._held) > LARGEST_OBJECT:
            raise Theirs(f"YouTube sent one object of more than {LARGEST_OBJECT >> 20} MB")
        begin = 0
        for index in range(self._looked, len(self._held)):
            letter = self._held[index]
            if self._in_string:
                if self._escaped:
                    self._escaped = False
                elif letter == ord("\\"):
                    self._escaped = True
                elif letter == ord('"'):
                    self._in_string = False
            elif letter == ord('"'):
                self._in_string = True
            elif letter == ord("{"):
                if self._depth == 0:
                    begin = index
                    if not self._begun:
                        raise NoStream
                self._depth += 1
            elif letter == ord("}"):
                self._depth -= 1
                if self._depth == 0:
                    found.append(bytes(self._held[begin : index + 1]))
                    begin = index + 1
            elif letter == ord("[") and self._depth == 0:
                self._begun = True
        if self._depth == 0:
            begin = len(self._held)
        del self._held[:begin]
        self._looked = len(self._held)
        return found


def make(kit: SourceKit) -> YouTube:
    return YouTube(kit)
