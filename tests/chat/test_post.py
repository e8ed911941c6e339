"""There is no way to post without the AI mark (rules.md L7)."""

from __future__ import annotations

import dataclasses
import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosie.chat.post import MARKS, MarkedPost, begins_with_mark
from sosie.chat.sinks import PLATFORMS
from sosie.chat.sinks.twitch import TwitchPosts
from sosie.chat.sinks.webhook import WebhookPosts
from sosie.chat.sinks.youtube import YouTubePosts
from sosie.errors import Refused
from sosie.show.events import Say
from sosie.show.phrases import AI_MARK
from sosie.types import LANGUAGES, Language, Utterance


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_host_says_can_be_posted_in_every_language(language: Language) -> None:
    said = Say(Utterance(1, "99", language, "answer"))
    assert MarkedPost(said.post).text.startswith(AI_MARK[language])
    assert AI_MARK[language].strip() in MARKS


@pytest.mark.parametrize(
    "text",
    [
        "It is 99 yuan.",
        "",
        " [AI] hello",
        "AI: hello",
        "[ai] hello",
        "[AI]",
        "[AI]  ",
        "[AI] two\nlines",
        "/ban [AI] x",
    ],
)
def test_nothing_else_is_a_post(text: str) -> None:
    with pytest.raises(Refused, match="AI mark"):
        MarkedPost(text)


def test_nor_does_a_change_make_one() -> None:
    post = MarkedPost("[AI] It is 99 yuan.")
    with pytest.raises(Refused):
        dataclasses.replace(post, text="It is 99 yuan.")
    with pytest.raises(dataclasses.FrozenInstanceError):
        post.text = "It is 99 yuan."  # type: ignore[misc]


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=900), st.integers(50, 500))
def test_cutting_keeps_the_mark(words: str, longest: int) -> None:
    cut = MarkedPost(f"[AI生成] {words}").within(longest)
    assert len(cut) <= longest
    assert begins_with_mark(cut)


@pytest.mark.parametrize("sink", [TwitchPosts, YouTubePosts, WebhookPosts])
def test_sinks_take_marked_posts_only(sink: type) -> None:
    assert inspect.signature(sink.post).parameters["post"].annotation == "MarkedPost"
    assert sink.__module__.rpartition(".")[2] in PLATFORMS
