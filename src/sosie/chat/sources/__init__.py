"""One file for each platform. Plug-ins come in by the same door: an entry point of the group ``sosie.chat_sources``.

[project.entry-points."sosie.chat_sources"]
mychat = "my_package.chat:make"      # make(kit: SourceKit) -> ChatSource; [[chat]] platform = "mychat"
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points

from sosie.chat.doorway import Doorway
from sosie.chat.pushes import Listener
from sosie.chat.settings import NEEDS, ChatRoom, Secrets
from sosie.chat.wire import Wire
from sosie.errors import YourInput
from sosie.ports import ChatSource

GROUP = "sosie.chat_sources"


@dataclass(frozen=True, slots=True)
class SourceKit:
    """All that a source needs; it reads no environment, no file and no clock of its own."""

    room: ChatRoom
    secrets: Secrets
    door: Doorway
    wire: Wire
    listener: Listener
    now: Callable[[], float]
    """Unix seconds."""
    rest: Callable[[float], Awaitable[None]]
    """Waits so many seconds."""


def make_source(kit: SourceKit) -> ChatSource:
    """Raises YourInput for a platform that is unknown, or a plug-in that cannot be loaded."""
    platform = kit.room.platform
    if platform in NEEDS:
        module = import_module(f"{__name__}.{platform.replace('-', '_')}")
        made: ChatSource = module.make(kit)
        return made
    plugins = {point.name: point for point in entry_points(group=GROUP)}
    if platform not in plugins:
        raise YourInput(
            f"There is no chat {platform!r}",
            wanted=f"one of {', '.join((*NEEDS, *sorted(plugins)))}",
            try_this="installing its plug-in; docs/chat.md",
        )
    try:
        plugged: ChatSource = plugins[platform].load()(kit)
    except (ImportError, AttributeError) as error:
        raise YourInput(f"The plug-in for the chat {platform!r} cannot be loaded ({error})") from error
    return plugged
