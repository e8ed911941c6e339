"""Douyin's data push for live mini-games (直播玩法): the platform posts comments, gifts, likes and the fan club's members to us.

Document: developer.open-douyin.com/docs/resource/zh-CN/interaction/develop/server/live-room-scope/data-open/data-open-desc.
It asks for an answer within 2 s (gifts 3 s), sends up to 100 requests a second, stops for some seconds after ten failures in
a row, may send a message twice under the same msg_id, and in no strict order. Signature, from
.../live-room-scope/gift-effects/viewer-data-query-dev (with an example that tests/chat holds): the headers x-msg-type,
x-nonce-str, x-roomid, x-timestamp in the order of their names as key=value joined by &, then the body, then the secret, md5,
base64. md5 is the platform's choice; the replay window and the ids are ours. The fields of the bodies are those of public
servers that receive them; the document's tables were NOT at hand. gift_value is taken for the worth of all gifts of one
message in hundredths of a yuan (分).

Pushes come only while the game is mounted and its tasks were started (/api/live_data/task/start), which your game's server
does: not here.
"""

from __future__ import annotations

import base64
import hashlib

from sosie.chat.doorway import at_least_one, paid
from sosie.chat.events import Followed, Liked, RoomEvent, Subscribed
from sosie.chat.fields import Json, at, number_at, read, text_at
from sosie.chat.pushes import MALFORMED, UNKNOWN, UNSIGNED, Push, Verdict
from sosie.chat.signing import Secret, is_recent, matches
from sosie.chat.sources import SourceKit
from sosie.errors import YourInput
from sosie.ports import Hear

PATH = "/douyin"
SIGNED_HEADERS = ("x-msg-type", "x-nonce-str", "x-roomid", "x-timestamp")
OK = 200
"""The document wants 2xx."""


class Douyin:
    def __init__(self, kit: SourceKit) -> None:
        self._kit = kit

    @property
    def name(self) -> str:
        return self._kit.room.name

    async def listen(self, hear: Hear) -> None:
        await self._kit.listener.serve(self._kit.room.port, self, hear)

    def receive(self, push: Push) -> Verdict:
        if push.path != PATH:
            return Verdict(UNKNOWN)
        headers = {name: push.headers.get(name, "") for name in SIGNED_HEADERS}
        expected = (signature(headers, push.body, secret) for secret in self._kit.secrets.signing)
        recent = is_recent(headers["x-timestamp"], self._kit.now(), units_in_second=1000)
        if not (matches(expected, push.headers.get("x-signature", "")) and recent):
            return Verdict(UNSIGNED)
        if headers["x-roomid"] != self._kit.room.room:
            return Verdict(UNKNOWN)
        written = read(push.body)
        if not isinstance(written, list):
            return Verdict(MALFORMED)
        found = (self._event(headers["x-msg-type"], data) for data in written)
        return Verdict(OK, tuple(event for event in found if event is not None))

    def unwrapped(self, message: bytes) -> Push | None:
        return None

    def _event(self, kind: str, data: Json) -> RoomEvent | None:
        """What is malformed is passed by: the platform would only send the same again."""
        try:
            return self._understood(kind, data)
        except YourInput:
            return None

    def _understood(self, kind: str, data: Json) -> RoomEvent | None:
        door = self._kit.door
        if not text_at(data, "sec_openid"):
            return None
        origin = door.origin(text_at(data, "msg_id"), number_at(data, "timestamp") / 1000 or self._kit.now())
        viewer = door.viewer(text_at(data, "sec_openid"), text_at(data, "nickname"))
        match kind:
            case "live_comment":
                return door.commented(origin, viewer, text_at(data, "content"))
            case "live_gift" if at(data, "test") is not True:
                amount = paid(number_at(data, "gift_value"), "CNY", units_in_one=100)
                # The document names gifts by an id that no viewer would understand.
                return door.gifted(origin, viewer, "", number_at(data, "gift_num"), amount)
            case "live_like":
                return Liked(origin, viewer, at_least_one(number_at(data, "like_num")))
            case "live_fansclub" if number_at(data, "fansclub_reason_type") == 2:
                return Subscribed(origin, viewer, 1)
            case "live_follow" if number_at(data, "user_follow_action") == 1:
                return Followed(origin, viewer)
        return None


def signature(headers: dict[str, str], body: bytes, secret: Secret) -> str:
    """``headers``: those of SIGNED_HEADERS, and no other."""
    written = "&".join(f"{name}={headers[name]}" for name in sorted(headers))
    digest = hashlib.md5(written.encode() + body + secret.reveal().encode(), usedforsecurity=False)
    return base64.b64encode(digest.digest()).decode()


def make(kit: SourceKit) -> Douyin:
    return Douyin(kit)
