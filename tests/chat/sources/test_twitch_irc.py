"""Twitch by IRC: lines, tags, and what they become."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.listening import Listening, listening, told
from chat.platforms import PATIENCE, FakeTwitchIrc
from sosie.chat.events import Commented, Deleted, Paid, PaidMessage, Subscribed
from sosie.chat.sources.twitch_irc import Line, parsed, unescaped


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("PING :tmi.twitch.tv", Line({}, "PING", ("tmi.twitch.tv",))),
        (":a!b@c PRIVMSG #room :it is : fine", Line({}, "PRIVMSG", ("#room", "it is : fine"))),
        (
            "@id=1;name=a\\sb\\:c;flag :x CLEARCHAT #room",
            Line({"id": "1", "name": "a b;c", "flag": ""}, "CLEARCHAT", ("#room",)),
        ),
        ("", Line({}, "", ())),
    ],
)
def test_lines(written: str, line: Line) -> None:
    assert parsed(written) == line


@given(st.text(max_size=300))
def test_no_line_is_too_odd(written: str) -> None:
    assert isinstance(parsed(written), Line)
    assert isinstance(unescaped(written), str)


def test_what_the_lines_become() -> None:
    async def story(twitch: FakeTwitchIrc) -> None:
        ears = Listening()
        async with listening(twitch, twitch.source(), ears.hear):
            who = "user-id=5;display-name=Eve;tmi-sent-ts=1795399200500"
            await twitch.line(f"@id=a;{who};bits=300 :e!e@e PRIVMSG #room :cheer300 how much?")
            await twitch.line(f"@id=b;{who} :e!e@e PRIVMSG #room :\x01ACTION waves and asks\x01")
            await twitch.line(
                f"@id=c;{who};msg-id=resub;msg-param-cumulative-months=9 :tmi.twitch.tv USERNOTICE #room :hi"
            )
            await twitch.line(f"@id=d;{who};msg-id=submysterygift;msg-param-mass-gift-count=5 :t USERNOTICE #room")
            await twitch.line(f"@id=e;{who};msg-id=subgift;msg-param-community-gift-id=1 :t USERNOTICE #room")
            await twitch.line(f"@id=f;{who};msg-id=subgift :t USERNOTICE #room")
            await twitch.line(f"@id=g;{who};msg-id=raid :t USERNOTICE #room")
            await twitch.line("@target-user-id=5;tmi-sent-ts=1795399201000 :t CLEARCHAT #room :eve")
            await twitch.line("@tmi-sent-ts=1795399202000 :t CLEARCHAT #room")
            await ears.until(lambda: len(ears.heard) == 7)
        bits, action, resub, mystery, gift, banned, cleared = ears.heard
        assert isinstance(bits, PaidMessage)
        assert bits.paid == Paid(Decimal(300), "BITS")
        assert bits.origin.at == 1795399200.5
        assert isinstance(action, Commented)
        assert action.text == "waves and asks"
        given = [(each.months, each.given) for each in (resub, mystery, gift) if isinstance(each, Subscribed)]
        assert given == [(9, 0), (1, 5), (1, 1)]
        assert isinstance(banned, Deleted)
        assert banned.covers(action)
        assert isinstance(cleared, Deleted)
        assert cleared.everything

    told(FakeTwitchIrc, story)


def test_it_answers_pings_says_who_it_is_and_leaves_when_asked() -> None:
    async def story(twitch: FakeTwitchIrc) -> None:
        async with listening(twitch, twitch.source(), Listening().hear) as task:
            await twitch.line("PING :tmi.twitch.tv")
            await twitch.line(":tmi.twitch.tv RECONNECT")
            await asyncio.wait_for(asyncio.shield(task), PATIENCE)
        said = twitch.said_to_us
        assert said[0] == "CAP REQ :twitch.tv/tags twitch.tv/commands"
        assert said[2:4] == ["NICK reader", "JOIN #room"]
        assert "PONG :tmi.twitch.tv" in said

    told(FakeTwitchIrc, story)
