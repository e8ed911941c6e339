"""What happens in a room, in one form that cannot be wrong, and that keeps nobody's id and tells nobody's name."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chat.making import DOOR, commented, deleted, gifted, ordered, origin, paid_message
from sosie.chat.doorway import MOST_AT_ONCE, Doorway, at_least_one, paid
from sosie.chat.events import KINDS, Commented, Deleted, Liked, Origin, Paid, RoomEvent, Viewer
from sosie.chat.message import LONGEST_COMMENT, LONGEST_NAME
from sosie.errors import YourInput


def test_every_kind_of_the_rules_has_a_form() -> None:
    assert {form.kind for form in RoomEvent.__args__} == set(KINDS)
    assert len(KINDS) == 12


@pytest.mark.parametrize(
    "event", [commented(text="my secret words"), gifted("g"), paid_message(text="my secret words")]
)
def test_neither_name_nor_words_are_in_what_a_log_would_show(event: RoomEvent) -> None:
    assert "Ada" not in repr(event)
    assert "secret" not in repr(event)
    assert "rose" not in repr(event)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Origin("Twitch!", "room", "1", 0),
        lambda: Origin("twitch", "", "1", 0),
        lambda: Origin("twitch", "room", "", 0),
        lambda: Origin("twitch", "room", "x" * 201, 0),
        lambda: Origin("twitch", "room", "a\nb", 0),
        lambda: Origin("twitch", "room", "1", float("nan")),
        lambda: Viewer("Ada Example", "Ada"),
        lambda: Viewer("0" * 16, "Ada\n"),
        lambda: Viewer("0" * 16, "A" * (LONGEST_NAME + 1)),
        lambda: Paid(Decimal(0), "EUR"),
        lambda: Paid(Decimal("NaN"), "EUR"),
        lambda: Paid(Decimal(1), "euro"),
        lambda: Commented(origin(), DOOR.viewer("1", ""), ""),
        lambda: Commented(origin(), DOOR.viewer("1", ""), "two\nlines"),
        lambda: Commented(origin(), DOOR.viewer("1", ""), "a" * (LONGEST_COMMENT + 1)),
        lambda: Liked(origin(), None, 0),
        lambda: Deleted(origin()),
        lambda: Deleted(origin(), ("1",), everything=True),
        lambda: Deleted(origin(), user_hash="Ada"),
    ],
)
def test_what_is_wrong_is_refused_without_being_repeated(wrong: object) -> None:
    with pytest.raises(YourInput) as problem:
        wrong()
    assert "Ada" not in str(problem.value)


def test_a_deletion_covers_its_own_room_only() -> None:
    said = commented("c-1", user="42")
    assert deleted("c-1").covers(said)
    assert not deleted("c-2").covers(said)
    assert Deleted(origin("d"), user_hash=DOOR.viewer("42", "").user_hash).covers(said)
    assert not Deleted(origin("d"), user_hash=DOOR.viewer("43", "").user_hash).covers(said)
    assert Deleted(origin("d"), everything=True).covers(said)
    assert not Deleted(origin("d", room="another"), everything=True).covers(said)


def test_a_viewer_is_known_again_by_id_and_in_no_other_show() -> None:
    again = Doorway("own", "room", b"a salt of sixteen")
    another_show = Doorway("own", "room", b"another salt of n")
    elsewhere = Doorway("twitch", "room", b"a salt of sixteen")
    assert DOOR.viewer("42", "Ada").user_hash == again.viewer("42", "Ada, renamed").user_hash
    hashes = {door.viewer("42", "Ada").user_hash for door in (DOOR, another_show, elsewhere)}
    assert len(hashes) == 3


def test_a_short_salt_is_none() -> None:
    with pytest.raises(YourInput, match="at least 16"):
        Doorway("own", "room", b"short")


def test_what_nobody_can_answer_is_counted_and_not_let_in() -> None:
    door = Doorway("own", "room", b"a salt of sixteen")
    viewer = door.viewer("1", "x" * 500)
    assert len(viewer.name) <= LONGEST_NAME
    assert door.commented(origin(), viewer, "😀😀") is None
    assert door.commented(origin(), viewer, "a" * 201) is None
    assert door.commented(origin(), viewer, "[AI] It is 99 yuan.") is None
    assert door.commented(origin(), viewer, " ［AI生成］这款99元") is None
    assert door.commented(origin(), viewer, "ｈｏｗ much?") == Commented(origin(), viewer, "how much?")
    assert door.passed_by == {"says nothing we can read": 2, "written by a machine": 2}


def test_a_payment_stays_one_when_its_words_cannot_be_read() -> None:
    amount = paid("5000000", "eur", units_in_one=1_000_000)
    assert amount == Paid(Decimal(5), "EUR")
    assert DOOR.paid_message(origin(), DOOR.viewer("1", ""), "🎉" * 300, amount).text == ""


@pytest.mark.parametrize(
    ("amount", "currency"), [("0", "EUR"), ("-1", "EUR"), ("much", "EUR"), ("1", ""), ("inf", "EUR")]
)
def test_no_amount_is_no_payment(amount: str, currency: str) -> None:
    assert paid(amount, currency) is None


def test_counts_are_believed_within_reason() -> None:
    assert [at_least_one(n) for n in (-5, 0, 7, 10**12)] == [1, 1, 7, MOST_AT_ONCE]
    assert ordered("o").kind == "order"
