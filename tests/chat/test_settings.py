"""[[chat]] tables: what each platform needs is asked for by name, and no secret is ever in the file, a message or a repr."""

from __future__ import annotations

from pathlib import Path

import pytest

from sosie.chat.doorway import Doorway
from sosie.chat.settings import NEEDS, ChatRoom, secrets_of
from sosie.chat.sources import GROUP, SourceKit, make_source
from sosie.chat.wire import Wire
from sosie.errors import YourInput
from sosie.show.rundown import Rundown, read_rundown
from sosie.web.pushes import PushPorts

SAMPLE = Path(__file__).parents[2] / "src/sosie/sample/shop/show.toml"
TWITCH = """
[[chat]]
platform = "twitch"
room = "1234"
client_id = "abc"
user_id = "99"
token_env = "TWITCH_TOKEN"
answers = true
"""
BRIDGE = """
[[chat]]
platform = "webhook"
room = "own"
port = 8010
secret_env = ["NEW_SECRET", "OLD_SECRET"]
"""


def rundown(tmp_path: Path, chat: str) -> Rundown:
    """The sample show with other chat settings."""
    head, _, rest = SAMPLE.read_text("utf-8").partition("chat = true\n")
    (tmp_path / "show.toml").write_text(
        f"{head}{rest}{chat}" if "[[chat]]" in chat else f"{head}{chat}\n{rest}", "utf-8"
    )
    return read_rundown(tmp_path / "show.toml")


def test_a_switch_or_rooms(tmp_path: Path) -> None:
    assert (rundown(tmp_path, "chat = false").chat, rundown(tmp_path, "chat = true").chat) == (False, True)
    assert rundown(tmp_path, "chat = true").chat_rooms == ()
    read = rundown(tmp_path, TWITCH + BRIDGE)
    assert read.chat
    assert read.chat_rooms == (
        ChatRoom("twitch", "1234", client_id="abc", user_id="99", token_env="TWITCH_TOKEN", answers=True),
        ChatRoom("webhook", "own", port=8010, secret_env=("NEW_SECRET", "OLD_SECRET")),
    )


@pytest.mark.parametrize(
    ("chat", "says"),
    [
        ('chat = "yes"', "chat"),
        (TWITCH.replace("platform", "plattform"), "plattform"),
        (TWITCH.replace('token_env = "TWITCH_TOKEN"', ""), "token_env"),
        (TWITCH.replace("TWITCH_TOKEN", "oauth:abcdef123"), "NAME of an environment variable"),
        (BRIDGE.replace('"OLD_SECRET"', '"hunter2"'), "NAME of an environment variable"),
        (TWITCH + "port = 80", "port"),
        (TWITCH.replace('"1234"', '"12 34"'), "room"),
        (BRIDGE.replace("8010", "0"), "port"),
        (BRIDGE + "answers = true", "answers_env"),
        (TWITCH + TWITCH, "twice"),
        (BRIDGE + BRIDGE.replace("own", "other"), "both have port 8010"),
        (TWITCH.replace('"twitch"', '"Twitch"'), "platform"),
        ('[[chat]]\nplatform = "youtube"\nroom = "v"\nkey_env = "K"\nanswers = true', "token_env"),
        ('[[chat]]\nplatform = "youtube"\nroom = "v"', "token_env or key_env"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, chat: str, says: str) -> None:
    with pytest.raises(YourInput) as problem:
        rundown(tmp_path, chat)
    assert "show.toml" in str(problem.value)
    assert says in str(problem.value)


def test_secrets_come_from_the_environment_and_are_told_to_nobody() -> None:
    room = ChatRoom("twitch", "1234", client_id="abc", user_id="99", token_env="TWITCH_TOKEN")
    held = secrets_of(room, {"TWITCH_TOKEN": " abc-123 "})
    assert held.token is not None
    assert held.token.reveal() == "abc-123"
    assert "abc-123" not in repr(held)
    for environment in ({}, {"TWITCH_TOKEN": "  "}):
        with pytest.raises(YourInput, match="TWITCH_TOKEN"):
            secrets_of(room, environment)


class Plugged:
    name = "from outside"


class Point:
    name = "mychat"

    def load(self) -> object:
        return lambda kit: Plugged() if isinstance(kit, SourceKit) else None


def kit(platform: str) -> SourceKit:
    room = ChatRoom(platform, "r", options={"colour": "red"})
    door = Doorway(platform, "r", b"a salt of sixteen")
    return SourceKit(room, secrets_of(room, {}), door, Wire(), PushPorts([]), lambda: 0.0, lambda seconds: None)  # type: ignore[arg-type, return-value]


def test_a_plug_in_comes_in_by_its_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sosie.chat.sources.entry_points", lambda group: [Point()] if group == GROUP else [])
    read = rundown(tmp_path, '[[chat]]\nplatform = "mychat"\nroom = "r"\noptions = { colour = "red" }\ntoken_env = "T"')
    assert read.chat_rooms[0].options == {"colour": "red"}
    assert make_source(kit("mychat")).name == "from outside"
    with pytest.raises(YourInput, match="mychat") as problem:
        make_source(kit("elsewhere"))
    assert all(platform in str(problem.value) for platform in NEEDS)


def test_the_document_explains_every_platform_and_key() -> None:
    text = (Path(__file__).parents[2] / "docs/chat.md").read_text("utf-8")
    for platform, groups in NEEDS.items():
        assert f'platform = "{platform}"' in text
        for group in groups:
            assert any(key in text for key in group)
