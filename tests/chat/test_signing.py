"""Who sent this: the raw bytes, a shared secret, and not long ago."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from sosie.chat.signing import REPLAY_SECONDS, Secret, is_recent, is_signed, signature

OLD, NEW = Secret("the old one"), Secret("the new one")
BODY = b'{"events": [1,  2]}'
NOW = 1_790_000_000.0
STAMP = "1790000000"


def test_it_is_the_usual_hmac() -> None:
    usual = hmac.new(b"the old one", STAMP.encode() + b"." + BODY, hashlib.sha256).hexdigest()
    assert signature(OLD, STAMP, BODY) == usual


def test_while_one_secret_takes_the_place_of_another_both_are_good() -> None:
    for secret in (OLD, NEW):
        assert is_signed((OLD, NEW), STAMP, BODY, signature(secret, STAMP, BODY), NOW)
    assert not is_signed((NEW,), STAMP, BODY, signature(OLD, STAMP, BODY), NOW)
    assert not is_signed((), STAMP, BODY, signature(OLD, STAMP, BODY), NOW)


def test_the_same_json_written_otherwise_is_another_body() -> None:
    again = json.dumps(json.loads(BODY)).encode()
    assert again != BODY
    assert not is_signed((OLD,), STAMP, again, signature(OLD, STAMP, BODY), NOW)


@pytest.mark.parametrize("signed", ["", "0" * 64, "é", "\udc80"])
def test_nonsense_is_no_signature(signed: str) -> None:
    assert not is_signed((OLD,), STAMP, BODY, signed, NOW)


def test_a_signature_of_another_time_is_a_replay() -> None:
    for now, good in (
        (NOW + REPLAY_SECONDS, True),
        (NOW + REPLAY_SECONDS + 1, False),
        (NOW - REPLAY_SECONDS - 1, False),
    ):
        assert is_signed((OLD,), STAMP, BODY, signature(OLD, STAMP, BODY), now) is good
    for stamp in ("", "-1790000000", "1.79e9", "１７９", "9" * 40):
        assert not is_recent(stamp, NOW)


def test_a_secret_is_not_printed() -> None:
    assert "old one" not in f"{OLD} {OLD!r}"
