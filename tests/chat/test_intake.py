"""One bounded queue: everything once, likes dropped first, orders and deletions never, deleted comments gone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.making import DOOR, commented, deleted, gifted, liked, ordered, origin, paid_message
from sosie.chat.events import Deleted, RoomEvent, Viewer
from sosie.chat.intake import GREETING_SECONDS, SEEN, Intake
from sosie.errors import YourInput


def taken(intake: Intake, now: float = 0.0) -> list[str]:
    out = []
    while (event := intake.take(now)) is not None:
        out.append(event.origin.event_id)
    return out


def test_every_event_comes_out_once_however_often_it_came_in() -> None:
    intake = Intake()
    assert [intake.offer(commented("c-1"), 0.0) for _ in range(3)] == ["waits", "repeated", "repeated"]
    assert taken(intake) == ["c-1"]
    assert intake.offer(commented("c-1"), 9.0) == "repeated"
    assert (intake.heard["comment"], intake.repeated) == (1, 3)


def test_a_flood_of_likes_does_not_make_an_order_look_new() -> None:
    intake = Intake()
    intake.offer(ordered("o-1"), 0.0)
    for number in range(2 * SEEN):
        intake.offer(liked(f"l-{number}"), 0.0)
    assert intake.offer(ordered("o-1"), 1.0) == "repeated"


def test_likes_go_first_then_the_oldest_comment_and_never_an_order() -> None:
    intake = Intake(capacity=4)
    for event in (liked("l-1"), commented("c-1"), commented("c-2"), gifted("g-1")):
        assert intake.offer(event, 0.0) == "waits"
    assert intake.offer(ordered("o-1"), 0.0) == "waits"
    assert intake.dropped == {"like": 1}
    assert intake.offer(liked("l-2"), 0.0) == "dropped"
    assert intake.offer(commented("c-3"), 0.0) == "waits"
    assert intake.dropped == {"like": 2, "comment": 1}
    assert taken(intake) == ["o-1", "g-1", "c-2", "c-3"]


def test_when_it_is_full_of_orders_whoever_brings_one_waits() -> None:
    intake = Intake(capacity=2)
    assert [intake.offer(ordered(f"o-{n}"), 0.0) for n in range(3)] == ["waits", "waits", "full"]
    assert intake.take(0.0) is not None
    assert intake.offer(ordered("o-2"), 0.0) == "waits"
    assert taken(intake) == ["o-1", "o-2"]


def test_what_is_deleted_leaves_the_queue_or_never_enters_it() -> None:
    intake = Intake()
    intake.offer(commented("c-1"), 0.0)
    intake.offer(paid_message("p-1"), 0.0)
    intake.offer(deleted("c-1", "p-1", "c-late"), 0.0)
    assert intake.offer(commented("c-late"), 1.0) == "deleted"
    assert taken(intake) == ["d-1"]
    assert intake.deleted == 3


def test_who_was_sent_away_is_silent_until_they_come_back() -> None:
    intake = Intake()
    intake.offer(commented("c-1", user="7", at=90.0), 0.0)
    intake.offer(commented("c-2", user="8", at=90.0), 0.0)
    intake.offer(Deleted(origin("d-1", at=100.0), user_hash=DOOR.viewer("7", "").user_hash), 0.0)
    assert intake.offer(commented("c-3", user="7", at=99.0), 0.0) == "deleted"
    assert intake.offer(commented("c-4", user="7", at=500.0), 0.0) == "waits"
    assert taken(intake) == ["d-1", "c-2", "c-4"]


def test_a_wiped_room_begins_anew() -> None:
    intake = Intake()
    intake.offer(commented("c-1"), 0.0)
    intake.offer(Deleted(origin("d-1"), everything=True), 0.0)
    assert intake.offer(commented("c-2"), 0.0) == "waits"
    assert taken(intake) == ["d-1", "c-2"]


def test_a_name_is_forgotten_when_a_greeting_would_come_too_late() -> None:
    intake = Intake()
    intake.offer(commented("c-1"), 0.0)
    intake.offer(commented("c-2"), 20.0)
    late, soon = intake.take(GREETING_SECONDS + 1), intake.take(GREETING_SECONDS + 1)
    assert (late.viewer.name, soon.viewer.name) == ("", "Ada")
    assert late.viewer == Viewer(soon.viewer.user_hash, "")


EVENTS = st.lists(
    st.tuples(st.sampled_from(["like", "comment", "gift", "order", "paid", "take"]), st.integers(0, 40)), max_size=200
)
MADE = {"like": liked, "comment": commented, "gift": gifted, "order": ordered, "paid": paid_message}


@given(EVENTS, st.integers(1, 12))
def test_nothing_is_lost_without_being_counted(steps: list[tuple[str, int]], capacity: int) -> None:
    intake, out, refused = Intake(capacity), 0, 0
    for kind, number in steps:
        if kind == "take":
            out += intake.take(0.0) is not None
        else:
            event: RoomEvent = MADE[kind](f"{kind}-{number}")
            refused += intake.offer(event, 0.0) == "full"
        assert len(intake) <= capacity
    assert sum(intake.heard.values()) == out + len(intake) + sum(intake.dropped.values())
    assert intake.dropped["order"] == 0
    assert sum(kind != "take" for kind, _ in steps) == sum(intake.heard.values()) + intake.repeated + refused


def test_an_intake_holds_something() -> None:
    with pytest.raises(YourInput, match="1 or more"):
        Intake(0)
