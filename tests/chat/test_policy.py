"""Who is heard: everyone a little, nobody all the time."""

from __future__ import annotations

import pytest

from sosie.chat.message import comment
from sosie.chat.policy import PER_SECOND, PER_USER, SAME_WINDOW, USER_WINDOW, ChatPolicy, is_rude


def judge(policy: ChatPolicy, text: str, user: str, now: float) -> str:
    return policy.judge(comment(f"{user}{now}{text}", text, user, now), now)


def test_one_viewer_has_three_questions_a_minute() -> None:
    policy = ChatPolicy()
    verdicts = [judge(policy, f"question {number}", "ann", float(number)) for number in range(PER_USER + 1)]
    assert verdicts == ["take"] * PER_USER + ["too many"]
    assert judge(policy, "another", "bob", 4.0) == "take"
    assert judge(policy, "again", "ann", USER_WINDOW + 1) == "take"


def test_the_same_question_counts_once_for_all() -> None:
    policy = ChatPolicy()
    assert judge(policy, "How much?", "ann", 0.0) == "take"
    assert judge(policy, "how MUCH??", "bob", SAME_WINDOW - 1) == "repeated"
    assert judge(policy, "how much", "bob", SAME_WINDOW + 1) == "take"


def test_a_comment_delivered_twice_is_one() -> None:
    policy = ChatPolicy()
    one = comment("id-1", "how much", "ann", 0.0)
    assert policy.judge(one, 0.0) == "take"
    assert policy.judge(one, 1000.0) == "repeated"


def test_a_raid_is_cut_to_what_can_be_understood() -> None:
    policy = ChatPolicy()
    taken = [judge(policy, f"q {number}", f"u{number}", number / 1000) for number in range(1000)].count("take")
    assert taken == PER_SECOND


@pytest.mark.parametrize("text", ["fuck you", "what a shit lamp", "傻逼主播", "操你妈", "ta gueule connard", "FUCK"])
def test_rude(text: str) -> None:
    assert is_rude(text)
    assert judge(ChatPolicy(), text, "ann", 0.0) == "rude"


@pytest.mark.parametrize(
    "text",
    ["is it made in Scunthorpe", "操作简单吗", "Shiitake?", "la pute... pardon, l'ampoule", "assistez-moi", "computer"],
)
def test_not_rude(text: str) -> None:
    assert not is_rude(text)
