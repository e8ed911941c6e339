"""From a chat elsewhere to the host's mouth and back: asked, answered with the AI mark, deleted, and what nobody acts on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chat.making import commented, deleted, gifted, liked, origin, paid_message
from consent.making import DURING, signed, unsigned
from live.test_chats import Posts, Scripted
from live.test_session import session
from sosie.chat.events import Deleted, RoomEvent, Watched
from sosie.chat.wire import Wire
from sosie.clock import WallClock
from sosie.engines.fake import ToneSpeaker
from sosie.errors import Refused
from sosie.live.chats import Chats, OpenRoom
from sosie.live.desk import COMMENTS_WAITING, CommentDesk
from sosie.live.room import RoomEvents, may_post
from sosie.live.session import Session
from sosie.types import Speech, Utterance


class Remembering(ToneSpeaker):
    """Remembers what it was asked to say."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[Utterance] = []

    def speak(self, utterance: Utterance) -> Iterator[Speech]:
        self.said.append(utterance)
        return super().speak(utterance)


def on_air(tmp_path: Path, *events: RoomEvent) -> tuple[Session, RoomEvents, list[tuple[str, str]]]:
    """A show in which this happened before its first word; what was posted."""
    posted: list[tuple[str, str]] = []
    show = session(tmp_path, post=lambda comment_id, text: posted.append((comment_id, text)))
    arriving = RoomEvents(show)
    for event in events:
        arriving.hear(event)
    show.run()
    return show, arriving, posted


def test_a_question_asked_elsewhere_is_answered_aloud_and_posted_there(tmp_path: Path) -> None:
    show, _, posted = on_air(tmp_path, commented("c-1", "How much is the mug?"))
    (comment,) = show.state().comments
    assert (comment.id, comment.name, comment.state) == ("own/room/c-1", "Ada", "answered")
    ((comment_id, text),) = posted
    assert comment_id == "own/room/c-1"
    assert text == comment.answer
    assert text.startswith("[AI] ")
    assert "99 yuan" in text
    assert len(show.answer_delays) == 1


def test_a_question_that_is_deleted_before_its_answer_is_not_answered(tmp_path: Path) -> None:
    show, _, posted = on_air(tmp_path, commented("c-1", "How much is the mug?"), deleted("c-1"))
    assert show.state().comments == ()
    assert posted == []
    assert show.answer_delays == ()
    # The show went on to its end all the same.
    assert show.state().seconds > 20


def test_an_answer_on_its_way_is_withdrawn_with_its_question(tmp_path: Path) -> None:
    posted: list[tuple[str, str]] = []
    speaker = Remembering()
    show = session(tmp_path, speaker=speaker, post=lambda comment_id, text: posted.append((comment_id, text)))
    found = show._show.answers.find

    def find_and_delete(text: str, product_id: str | None) -> object:
        # Deleted while the answer is looked up: after the director has the comment, before it has the answer.
        show.withdraw(deleted("c-1"))
        return found(text, product_id)

    show._show.answers.find = find_and_delete  # type: ignore[method-assign]
    RoomEvents(show).hear(commented("c-1", "How much is the mug?"))
    show.run()
    assert posted == []
    assert show.answer_delays == ()
    assert show.state().comments == ()
    assert show.state().seconds > 20
    assert not [said for said in speaker.said if said.kind == "answer" and "99 yuan" in said.text]


def test_guests_are_thanked_and_what_is_never_spoken_of_is_counted(tmp_path: Path) -> None:
    speaker = Remembering()
    show = session(tmp_path, speaker=speaker)
    arriving = RoomEvents(show)
    for event in (gifted("g-1"), liked("l-1"), liked("l-2")):
        arriving.hear(event)
    show.run()
    assert arriving.not_acted_on == {"like": 2}
    assert [said for said in speaker.said if said.kind == "thanks"]


def test_how_many_watch_in_all_rooms_together_reaches_the_show(tmp_path: Path) -> None:
    show = session(tmp_path)
    told: list[int] = []
    show.watched = told.append  # type: ignore[method-assign]
    arriving = RoomEvents(show)
    for room, count in (("one", 10), ("two", 5), ("one", 7), ("two", 0)):
        arriving.hear(Watched(origin(room=room), count))
    assert told == [10, 15, 12, 7]
    assert not arriving.not_acted_on


def test_what_was_paid_to_be_read_is_answered_where_it_was_asked(tmp_path: Path) -> None:
    show, arriving, posted = on_air(tmp_path, paid_message("p-1", "How much is it?"))
    assert not arriving.not_acted_on
    assert [key for key, _ in posted] == ["own/room/p-1"]
    assert [comment.state for comment in show.state().comments] == ["answered"]


def test_a_chat_leaves_places_for_those_on_the_page() -> None:
    desk = CommentDesk(lambda: 0.0)
    for number in range(COMMENTS_WAITING // 2):
        assert desk.has_room
        assert desk.take_said(commented(f"c-{number}"), 0.0) is not None
    assert not desk.has_room
    assert desk.take("How much is it?", "Ada", 0.0) is not None


def test_rude_names_are_not_shown_and_a_ban_takes_all_of_a_viewer() -> None:
    desk = CommentDesk(lambda: 0.0)
    said = commented("c-1", user="7")
    for event in (said, commented("c-2", user="7"), commented("c-3", user="8")):
        desk.take_said(event, 0.0)
    desk.withdraw(Deleted(origin("d-1"), user_hash=said.viewer.user_hash))
    assert [shown.id for shown in desk.shown] == ["own/room/c-3"]
    assert desk.is_withdrawn("own/room/c-1")
    assert not desk.is_withdrawn("own/room/c-3")


@pytest.mark.parametrize(
    ("platform", "address", "covered"),
    [
        ("webhook", "http://127.0.0.1:9000/answers", True),
        ("webhook", "https://bridge.example.org/answers", True),
        ("twitch", "https://api.twitch.tv/helix", False),
        ("youtube", "https://youtube.googleapis.com/youtube/v3", False),
        ("webhook", "https://api.twitch.tv/helix", False),
    ],
)
def test_answers_are_posted_only_where_the_consent_lets_them_go(platform: str, address: str, covered: bool) -> None:
    sink = Posts()
    sink.destination = address
    room = Chats([OpenRoom(f"{platform}/room/", Scripted(), sink)], Wire(), clock=WallClock())
    record = signed(unsigned(platforms=("own",)))
    if covered:
        may_post(room, record, ("zh", "en"), DURING)
    else:
        with pytest.raises(Refused, match="platform"):
            may_post(room, record, ("zh", "en"), DURING)
    may_post(room, signed(unsigned(platforms=("own", "twitch", "youtube"))), ("zh",), DURING)
    with pytest.raises(Refused, match="purpose chat"):
        may_post(room, signed(unsigned(platforms=("own", "twitch", "youtube"), purposes=("live",))), ("zh",), DURING)
