"""What every chat sink does: posts what begins with the AI mark, at the platform's pace; tells no secret when refused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest

from chat.making import SALT
from chat.platforms import PATIENCE, SECRET, FakeHttp, Request
from sosie.chat.backoff import TryLater
from sosie.chat.doorway import Doorway
from sosie.chat.post import MarkedPost, begins_with_mark
from sosie.chat.settings import ChatRoom, Secrets
from sosie.chat.signing import Secret, is_signed
from sosie.chat.sinks import PLATFORMS, make_sink
from sosie.chat.sinks.twitch import TwitchPosts
from sosie.chat.sinks.webhook import WebhookPosts
from sosie.chat.sinks.youtube import YouTubePosts
from sosie.chat.sources import SourceKit
from sosie.chat.wire import Wire
from sosie.errors import SosieError, Theirs, YourInput
from sosie.ports import ChatSink
from sosie.web.pushes import PushPorts

NOW = 1_790_000_000.0
ROOMS = {
    "twitch": ChatRoom("twitch", "1234", client_id="client", user_id="99", token_env="TOKEN", answers=True),
    "youtube": ChatRoom("youtube", "video-1", token_env="TOKEN", answers=True),
    "webhook": ChatRoom("webhook", "own", port=8010, secret_env=("SECRET",), answers=True, answers_env="ADDRESS"),
}
ACCEPTED = {
    "twitch": b'{"data": [{"message_id": "m-1", "is_sent": true, "drop_reason": null}]}',
    "youtube": b'{"id": "m-1", "items": [{"liveStreamingDetails": {"activeLiveChatId": "chat-1"}}]}',
    "webhook": b'{"id": "m-1"}',
}


def words(request: Request) -> str:
    """What would be read in the chat."""
    body = json.loads(request.body)
    text: str = body.get("message") or body.get("text") or body["snippet"]["textMessageDetails"]["messageText"]
    return text


def posting(platform: str, story: Callable[[ChatSink, FakeHttp], Awaitable[None]], status: int, answer: bytes) -> None:
    async def answered(request: Request) -> tuple[int, bytes]:
        return (200, ACCEPTED["youtube"]) if request.path == "/videos" else (status, answer)

    async def playing() -> None:
        async with asyncio.timeout(PATIENCE), Wire() as wire, FakeHttp(answered) as http:
            room = ROOMS[platform]
            held = Secrets(
                token=Secret(SECRET), signing=(Secret(SECRET),), answers_address=Secret(f"{http.address}/{SECRET}")
            )
            door = Doorway(room.platform, room.room, SALT)
            kit = SourceKit(room, held, door, wire, PushPorts([]), lambda: NOW, asyncio.sleep)
            assert make_sink(kit) is not None
            api = http.address
            sinks = {
                "twitch": lambda: TwitchPosts(kit, api=api),
                "youtube": lambda: YouTubePosts(kit, api=api),
                "webhook": lambda: WebhookPosts(kit),
            }
            await story(sinks[platform](), http)

    asyncio.run(playing())


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_answer_is_posted_with_its_mark_and_within_the_platforms_length(platform: str) -> None:
    async def story(sink: ChatSink, http: FakeHttp) -> None:
        assert await sink.post(MarkedPost("[AI生成] 这款99元。", "c-1")) == "m-1"
        await sink.post(MarkedPost("[AI] " + "It is 99 yuan. " * 80, "c-2"))
        short, long = (words(request) for request in http.requests if request.method == "POST")
        assert short == "[AI生成] 这款99元。"
        assert begins_with_mark(long)
        assert len(long) <= sink.pace.longest

    posting(platform, story, 200, ACCEPTED[platform])


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(("status", "error"), [(401, YourInput), (403, YourInput), (429, TryLater), (500, Theirs)])
def test_a_refusal_is_told_without_the_secret(platform: str, status: int, error: type[SosieError]) -> None:
    async def story(sink: ChatSink, http: FakeHttp) -> None:
        with pytest.raises(error) as problem:
            await sink.post(MarkedPost("[AI] It is 99 yuan."))
        assert SECRET not in str(problem.value)

    posting(platform, story, status, json.dumps({"message": f"no {SECRET}"}).encode())


def test_what_twitch_holds_back_is_no_success() -> None:
    async def story(sink: ChatSink, http: FakeHttp) -> None:
        with pytest.raises(Theirs, match="msg_rejected"):
            await sink.post(MarkedPost("[AI] It is 99 yuan."))

    held = {"message_id": "", "is_sent": False, "drop_reason": {"code": "msg_rejected", "message": "no"}}
    posting("twitch", story, 200, json.dumps({"data": [held]}).encode())


def test_twitch_sees_which_question_it_answers() -> None:
    async def story(sink: ChatSink, http: FakeHttp) -> None:
        await sink.post(MarkedPost("[AI] It is 99 yuan.", "c-1"))
        asked = json.loads(http.requests[-1].body)
        assert (asked["broadcaster_id"], asked["sender_id"], asked["reply_parent_message_id"]) == ("1234", "99", "c-1")

    posting("twitch", story, 200, ACCEPTED["twitch"])


def test_a_bridge_can_tell_that_it_was_us() -> None:
    async def story(sink: ChatSink, http: FakeHttp) -> None:
        await sink.post(MarkedPost("[AI] It is 99 yuan.", "c-1"))
        sent = http.requests[-1]
        stamp, signed = sent.headers["x-sosie-timestamp"], sent.headers["x-sosie-signature"]
        assert is_signed((Secret(SECRET),), stamp, sent.body, signed, NOW)
        assert json.loads(sent.body) == {"type": "answer", "text": "[AI] It is 99 yuan.", "reply_to": "c-1"}

    posting("webhook", story, 202, b"")


def test_a_room_that_wants_no_answers_has_no_sink() -> None:
    room = ChatRoom("twitch-irc", "room", user_id="a", token_env="T")
    kit = SourceKit(
        room, Secrets(), Doorway("twitch-irc", "room", SALT), Wire(), PushPorts([]), lambda: NOW, asyncio.sleep
    )
    assert make_sink(kit) is None
