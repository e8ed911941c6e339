"""Twitch's chat by IRC over WebSocket: comments, bits, subscriptions and deletions, with nothing but a token for reading.

Documents: dev.twitch.tv/docs/irc and its pages (capabilities, tags, commands, "about once every five minutes" for PING). Reading
without an account ("justinfan") works by hearsay and is not documented, so it is not used. There is no replay.
``room`` and ``user_id`` are login names here, in small letters.
"""

from __future__ import annotations

from dataclasses import dataclass

from sosie.chat.doorway import at_least_one, paid
from sosie.chat.events import Deleted, RoomEvent, Subscribed
from sosie.chat.fields import number_at
from sosie.chat.signing import Secret
from sosie.chat.sources import SourceKit
from sosie.chat.wire import Socket
from sosie.errors import YourInput
from sosie.ports import Hear

SOCKET = "wss://irc-ws.chat.twitch.tv:443"
SILENCE_SECONDS = 360.0
"""A PING comes about every five minutes; when even that stays away, the connection is dead."""
_UNESCAPED = {":": ";", "s": " ", "\\": "\\", "r": "\r", "n": "\n"}


@dataclass(frozen=True, slots=True)
class Line:
    """One IRC line (RFC 1459 with IRCv3 tags)."""

    tags: dict[str, str]
    command: str
    parameters: tuple[str, ...]


class TwitchIrc:
    def __init__(self, kit: SourceKit, *, socket: str = SOCKET) -> None:
        """``socket``: another for tests only."""
        self._kit, self._socket = kit, socket
        assert kit.secrets.token is not None
        self._token: Secret = kit.secrets.token

    @property
    def name(self) -> str:
        return self._kit.room.name

    async def listen(self, hear: Hear) -> None:
        async with self._kit.wire.socket(self._socket) as socket:
            await socket.send("CAP REQ :twitch.tv/tags twitch.tv/commands")
            await socket.send(f"PASS oauth:{self._token.reveal().removeprefix('oauth:')}")
            await socket.send(f"NICK {self._kit.room.user_id.lower()}")
            await socket.send(f"JOIN #{self._kit.room.room.lower()}")
            while True:
                received = await socket.receive(SILENCE_SECONDS)
                text = received if isinstance(received, str) else received.decode(errors="replace")
                # One message holds one or more lines.
                for written in text.splitlines():
                    if await self._ends(parsed(written), socket, hear):
                        return

    async def _ends(self, line: Line, socket: Socket, hear: Hear) -> bool:
        """Whether Twitch wants a new connection."""
        match line.command:
            case "PING":
                await socket.send(f"PONG :{line.parameters[-1] if line.parameters else ''}")
            case "RECONNECT":
                return True
            case "NOTICE" if line.parameters[-1:] in (
                ("Login authentication failed",),
                ("Improperly formatted auth",),
                ("Login unsuccessful",),
            ):
                raise YourInput(
                    f"Twitch refused the account {self._kit.room.user_id} for room {self._kit.room.room}",
                    wanted=f"in {self._kit.room.token_env} a token of that account with chat:read",
                )
            case _:
                if (event := self._event(line)) is not None:
                    await hear(event)
        return False

    def _event(self, line: Line) -> RoomEvent | None:
        try:
            return self._understood(line)
        except YourInput:
            return None

    def _understood(self, line: Line) -> RoomEvent | None:
        tags, door = line.tags, self._kit.door
        # CLEARCHAT has no id of its own: who, and when, is one.
        moment = number_at(tags, "tmi-sent-ts") / 1000 or self._kit.now()
        origin = door.origin(tags.get("id") or f"{line.command}-{tags.get('tmi-sent-ts', '')}", moment)
        match line.command:
            case "PRIVMSG" if len(line.parameters) == 2 and tags.get("user-id"):
                viewer = door.viewer(tags["user-id"], tags.get("display-name", ""))
                text = line.parameters[1].removeprefix("\x01ACTION ").removesuffix("\x01")
                if (bits := paid(number_at(tags, "bits"), "BITS")) is not None:
                    return door.paid_message(origin, viewer, text, bits)
                return door.commented(origin, viewer, text)
            case "CLEARMSG" if tags.get("target-msg-id"):
                return Deleted(door.origin(f"CLEARMSG-{tags['target-msg-id']}", moment), (tags["target-msg-id"],))
            case "CLEARCHAT" if tags.get("target-user-id"):
                banned = door.viewer(tags["target-user-id"], "").user_hash
                return Deleted(door.origin(f"{origin.event_id}-{banned}", moment), user_hash=banned)
            case "CLEARCHAT":
                return Deleted(origin, everything=True)
            case "USERNOTICE" if tags.get("user-id"):
                viewer = door.viewer(tags["user-id"], tags.get("display-name", ""))
                months = at_least_one(number_at(tags, "msg-param-cumulative-months"))
                match tags.get("msg-id"):
                    case "sub" | "resub":
                        return Subscribed(origin, viewer, months)
                    case "submysterygift":
                        return Subscribed(origin, viewer, 1, at_least_one(number_at(tags, "msg-param-mass-gift-count")))
                    case "subgift" if not tags.get("msg-param-community-gift-id"):
                        # Those with such an id were told together before, as a submysterygift.
                        return Subscribed(origin, viewer, 1, 1)
        return None


def parsed(written: str) -> Line:
    """Any text is a line; what makes no sense is one with a command that nobody knows."""
    tags: dict[str, str] = {}
    rest = written
    if rest.startswith("@"):
        tagged, _, rest = rest[1:].partition(" ")
        for tag in tagged.split(";"):
            key, _, value = tag.partition("=")
            tags[key] = unescaped(value)
    if rest.startswith(":"):
        rest = rest.partition(" ")[2]
    head, colon, last = rest.partition(" :")
    words = head.split()
    parameters = (*words[1:], last) if colon else tuple(words[1:])
    return Line(tags, words[0] if words else "", parameters)


def unescaped(value: str) -> str:
    """IRCv3 message tags: ``\\s`` is a space, ``\\:`` a semicolon."""
    letters, text = iter(value), ""
    for letter in letters:
        text += (
            (_UNESCAPED.get(following, following) if (following := next(letters, "")) else "")
            if letter == "\\"
            else letter
        )
    return text


def make(kit: SourceKit) -> TwitchIrc:
    return TwitchIrc(kit)
