"""Answers into Twitch's chat, each as a reply to its question.

Document: dev.twitch.tv/docs/api/reference#send-chat-message: POST /helix/chat/messages with broadcaster_id, sender_id,
message of at most 500 letters and reply_parent_message_id; a user token with user:write:chat. Rate: dev.twitch.tv/docs/chat
(20 messages in 30 seconds for an account that is no moderator, and one in a second). What the chat's rules hold back is told
by is_sent and drop_reason.
"""

from __future__ import annotations

import json

from sosie.chat.backoff import Pace, TryLater
from sosie.chat.fields import at, list_at, text_at
from sosie.chat.post import MarkedPost
from sosie.chat.sources import SourceKit
from sosie.chat.sources.twitch import API
from sosie.errors import Theirs, YourInput

PACE = Pace(20, 30.0, 500)


class TwitchPosts:
    def __init__(self, kit: SourceKit, *, api: str = API) -> None:
        """``api``: another for tests only."""
        self._kit, self._api = kit, api

    @property
    def name(self) -> str:
        return self._kit.room.name

    @property
    def destination(self) -> str:
        return self._api

    @property
    def pace(self) -> Pace:
        return PACE

    async def post(self, post: MarkedPost) -> str:
        room = self._kit.room
        assert self._kit.secrets.token is not None
        message = {"broadcaster_id": room.room, "sender_id": room.user_id, "message": post.within(PACE.longest)}
        if post.reply_to:
            message["reply_parent_message_id"] = post.reply_to
        reply = await self._kit.wire.ask(
            "POST",
            f"{self._api}/chat/messages",
            headers={
                "Authorization": f"Bearer {self._kit.secrets.token.reveal()}",
                "Client-Id": room.client_id,
                "Content-Type": "application/json",
            },
            body=json.dumps(message).encode(),
        )
        if reply.status == 429:
            raise TryLater("Twitch had too many posts", PACE.seconds)
        if reply.status in (401, 403):
            raise YourInput(
                f"Twitch does not let us post in room {room.room} (status {reply.status})",
                wanted=f"in {room.token_env} a token of user {room.user_id} with user:write:chat",
            )
        if reply.status != 200:
            raise Theirs(f"Twitch did not take a post (status {reply.status})")
        for sent in list_at(reply.json, "data"):
            if at(sent, "is_sent") is False:
                raise Theirs(f"Twitch held a post back ({text_at(sent, 'drop_reason', 'code')[:60]})")
            return text_at(sent, "message_id")
        return ""


def make(kit: SourceKit) -> TwitchPosts:
    return TwitchPosts(kit)
