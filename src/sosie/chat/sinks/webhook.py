"""Answers to a bridge of your own: POST to the address in ``answers_env``, signed as sources/webhook.py is.

{"type": "answer", "text": "[AI] It is 99 yuan.", "reply_to": "c-1"}
"""

from __future__ import annotations

import json

from sosie.chat.backoff import Pace, TryLater
from sosie.chat.fields import text_at
from sosie.chat.post import MarkedPost
from sosie.chat.signing import Secret, signature
from sosie.chat.sources import SourceKit
from sosie.errors import Theirs, YourInput

PACE = Pace(5, 5.0, 500)
"""Ours; a bridge knows its own platform's and may answer 429."""


class WebhookPosts:
    def __init__(self, kit: SourceKit) -> None:
        self._kit = kit
        assert kit.secrets.answers_address is not None
        self._address: Secret = kit.secrets.answers_address

    @property
    def name(self) -> str:
        return self._kit.room.name

    @property
    def destination(self) -> str:
        return self._address.reveal()

    @property
    def pace(self) -> Pace:
        return PACE

    async def post(self, post: MarkedPost) -> str:
        body = json.dumps(
            {"type": "answer", "text": post.within(PACE.longest), "reply_to": post.reply_to}, ensure_ascii=False
        ).encode()
        timestamp = str(int(self._kit.now()))
        headers = {
            "Content-Type": "application/json",
            "X-Sosie-Timestamp": timestamp,
            "X-Sosie-Signature": signature(self._kit.secrets.signing[0], timestamp, body),
        }
        reply = await self._kit.wire.ask("POST", self._address.reveal(), headers=headers, body=body)
        if reply.status == 429:
            raise TryLater("The bridge had too many posts", PACE.seconds)
        if reply.status in (401, 403, 404):
            raise YourInput(f"The bridge refuses our posts (status {reply.status})", wanted="2xx")
        if not 200 <= reply.status < 300:
            raise Theirs(f"The bridge did not take a post (status {reply.status})")
        return text_at(reply.json, "id")


def make(kit: SourceKit) -> WebhookPosts:
    return WebhookPosts(kit)
