"""Answers into YouTube's live chat.

Document: developers.google.com/youtube/v3/live/docs/liveChatMessages/insert: POST liveChat/messages?part=snippet with
liveChatId, type "textMessageEvent" and textMessageDetails.messageText; an OAuth token (scope youtube.force-ssl). No document
names a rate; it is told by rateLimitExceeded. What is counted is the project's quota, 10,000 units a day by default, of which
a post takes 50 by the documents' table of costs: 200 posts a day, so they are paced, too. 200 letters at most, as in
YouTube's own box.
"""

from __future__ import annotations

import json

from sosie.chat.backoff import Pace
from sosie.chat.fields import text_at
from sosie.chat.post import MarkedPost
from sosie.chat.sources import SourceKit
from sosie.chat.sources.youtube import API, authorised, live_chat_id, raise_for

PACE = Pace(6, 60.0, 200)


class YouTubePosts:
    def __init__(self, kit: SourceKit, *, api: str = API) -> None:
        """``api``: another for tests only."""
        self._kit, self._api, self._chat = kit, api, ""

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
        room, held, wire = self._kit.room, self._kit.secrets, self._kit.wire
        self._chat = self._chat or await live_chat_id(room, held, wire, self._api)
        snippet = {
            "liveChatId": self._chat,
            "type": "textMessageEvent",
            "textMessageDetails": {"messageText": post.within(PACE.longest)},
        }
        reply = await wire.ask(
            "POST",
            f"{self._api}/liveChat/messages",
            headers={**authorised(room, held), "Content-Type": "application/json"},
            params={"part": "snippet"},
            body=json.dumps({"snippet": snippet}).encode(),
        )
        if reply.status != 200:
            raise_for(reply, room)
        return text_at(reply.json, "id")


def make(kit: SourceKit) -> YouTubePosts:
    return YouTubePosts(kit)
