"""Posting answers, one file for each platform that allows it. A sink takes a MarkedPost only: begun with the AI mark."""

from __future__ import annotations

from importlib import import_module

from sosie.chat.sources import SourceKit
from sosie.ports import ChatSink

PLATFORMS = ("twitch", "webhook", "youtube")


def make_sink(kit: SourceKit) -> ChatSink | None:
    """None where the room does not ask for answers (a platform without a sink has no such key)."""
    if not kit.room.answers or kit.room.platform not in PLATFORMS:
        return None
    made: ChatSink = import_module(f"{__name__}.{kit.room.platform}").make(kit)
    return made
