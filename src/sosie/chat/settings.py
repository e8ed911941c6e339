"""The [[chat]] tables of show.toml: which rooms are read and posted to. Secrets are named there, never written there.

    [[chat]]
    platform = "twitch"
    room = "1234567"            # the channel's number
    client_id = "..."
    user_id = "7654321"         # the account that reads and posts
    token_env = "TWITCH_TOKEN"  # the NAME of an environment variable
    answers = true              # answers are posted, too

docs/chat.md says for each platform what to set.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BeforeValidator, Discriminator, Field, Tag

from sosie.chat.events import LONGEST_ID
from sosie.chat.signing import Secret
from sosie.errors import YourInput
from sosie.shop.toml_file import Table

NEEDS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "webhook": (("port",), ("secret_env",)),
    "twitch": (("client_id",), ("user_id",), ("token_env",)),
    "twitch-irc": (("user_id",), ("token_env",)),
    "youtube": (("token_env", "key_env"),),
    "bilibili": (("app_id",), ("key_env",), ("secret_env",), ("code_env",)),
    "douyin": (("port",), ("secret_env",)),
}
"""For each platform that comes with Sosie: of every group at least one must be set."""
MAY: Mapping[str, tuple[str, ...]] = {
    "webhook": ("answers", "answers_env"),
    "twitch": ("answers",),
    "twitch-irc": (),
    "youtube": ("answers",),
    "bilibili": (),
    "douyin": (),
}
_ALL = (
    "port", "client_id", "user_id", "app_id", "token_env", "key_env", "secret_env", "code_env", "answers", "answers_env",
    "options",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChatRoom:
    """One room, as written."""

    platform: str
    room: str
    port: int = 0
    """On which pushes are taken, on loopback; 0 for rooms that we connect to."""
    client_id: str = ""
    user_id: str = ""
    app_id: int = 0
    token_env: str = ""
    key_env: str = ""
    secret_env: tuple[str, ...] = ()
    """Several while one takes the place of another, or where a platform has one for each kind of event."""
    code_env: str = ""
    answers: bool = False
    answers_env: str = ""
    """Holds the address that answers are posted to, for a webhook."""
    options: Mapping[str, str] = field(default_factory=dict)
    """For plug-ins (docs/chat.md): whatever they ask for."""

    @property
    def name(self) -> str:
        return f"{self.platform} {self.room}"


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the environment variables of one room hold."""

    token: Secret | None = None
    key: Secret | None = None
    signing: tuple[Secret, ...] = ()
    code: Secret | None = None
    answers_address: Secret | None = None


def _env_name(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[A-Z_][A-Z0-9_]*", value):
        raise ValueError(
            "the NAME of an environment variable such as TWITCH_TOKEN: the secret itself is not written here"
        )
    return value


def _env_names(value: object) -> object:
    names = (value,) if isinstance(value, str) else value
    if isinstance(names, list | tuple):
        for name in names:
            _env_name(name)
    return names


def _platform(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", value):
        raise ValueError(f"one of {', '.join(NEEDS)}, or the name of an installed plug-in")
    return value


def _room_name(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[^\s/]+", value):
        raise ValueError("the platform's name or number of the room, without spaces and slashes")
    return value


_EnvName = Annotated[str, BeforeValidator(_env_name)]


class ChatTable(Table):
    """One [[chat]]."""

    platform: Annotated[str, BeforeValidator(_platform)]
    room: Annotated[str, BeforeValidator(_room_name), Field(max_length=LONGEST_ID)]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    client_id: Annotated[str, Field(min_length=1)] | None = None
    user_id: Annotated[str, Field(min_length=1)] | None = None
    app_id: Annotated[int, Field(ge=1)] | None = None
    token_env: _EnvName | None = None
    key_env: _EnvName | None = None
    secret_env: Annotated[tuple[str, ...], BeforeValidator(_env_names), Field(min_length=1)] | None = None
    code_env: _EnvName | None = None
    answers: bool = False
    answers_env: _EnvName | None = None
    options: Annotated[dict[str, str], Field(default_factory=dict)]


def _is_switch(value: object) -> str:
    return "rooms" if isinstance(value, list | tuple) else "switch"


ChatSwitch = Annotated[
    Annotated[bool, Field(strict=True), Tag("switch")] | Annotated[tuple[ChatTable, ...], Tag("rooms")],
    Discriminator(_is_switch),
]
"""``chat = true``, ``chat = false``, or [[chat]] tables, which mean that there is a chat."""


def chat_rooms(chat: bool | tuple[ChatTable, ...], file: str) -> tuple[ChatRoom, ...]:
    """Every room, checked for what its platform needs. Raises YourInput naming ``file``, room and key."""
    if isinstance(chat, bool):
        return ()
    rooms = tuple(_room(table, file) for table in chat)
    for number, room in enumerate(rooms):
        for other in rooms[:number]:
            if room.name == other.name:
                raise YourInput(f"{file}: chat {room.name!r} is there twice", wanted="each room once")
            if room.port and room.port == other.port:
                raise YourInput(
                    f"{file}: chats {other.name!r} and {room.name!r} both have port {room.port}",
                    wanted="a port for each",
                )
    return rooms


def _room(table: ChatTable, file: str) -> ChatRoom:
    where = f"{file}: chat {f'{table.platform} {table.room}'!r}"
    written = [key for key in _ALL if getattr(table, key)]
    if table.platform in NEEDS:
        for group in NEEDS[table.platform]:
            if not set(group) & set(written):
                raise YourInput(f"{where} lacks {' or '.join(group)}", try_this="docs/chat.md, which explains each")
        known = {*(key for group in NEEDS[table.platform] for key in group), *MAY[table.platform]}
        for key in written:
            if key not in known:
                raise YourInput(f"{where} has {key}, which does nothing there", wanted=f"of {', '.join(sorted(known))}")
        if table.answers and "token_env" not in written and table.platform == "youtube":
            raise YourInput(f"{where} has answers = true and no token_env: a key may read, but not post")
        if table.platform == "webhook" and table.answers != (table.answers_env is not None):
            raise YourInput(
                f"{where} has one of answers and answers_env",
                wanted="both, or neither: that answers are wanted, and where to",
            )
    return ChatRoom(
        table.platform,
        table.room,
        table.port or 0,
        table.client_id or "",
        table.user_id or "",
        table.app_id or 0,
        table.token_env or "",
        table.key_env or "",
        table.secret_env or (),
        table.code_env or "",
        table.answers,
        table.answers_env or "",
        table.options,
    )


def secrets_of(room: ChatRoom, environment: Mapping[str, str]) -> Secrets:
    """Raises YourInput naming the variable that is not set."""

    def held(name: str) -> Secret:
        value = environment.get(name, "").strip()
        if not value:
            raise YourInput(
                f"The chat {room.name!r} needs what is in {name}, which is not set",
                try_this=f"{name}=... sosie live ...",
            )
        return Secret(value)

    def maybe(name: str) -> Secret | None:
        return held(name) if name else None

    return Secrets(
        maybe(room.token_env),
        maybe(room.key_env),
        tuple(held(name) for name in room.secret_env),
        maybe(room.code_env),
        maybe(room.answers_env),
    )
