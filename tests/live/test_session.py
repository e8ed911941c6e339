"""A whole show with fake engines and a virtual clock: what viewers get, and what ends it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np
import pytest

from consent.making import DURING, END, signed, unsigned
from show.evening import evening
from sosie.clock import VirtualClock
from sosie.consent.record import ConsentRecord
from sosie.engines.fake import TALKING_LUMA, GreyFace, RestingLips, ToneSpeaker
from sosie.errors import Refused, Theirs, YourInput
from sosie.live.camera import FADE_FRAMES, FED_FRAMES, OnScreen
from sosie.live.desk import COMMENTS_WAITING, SHOWN_COMMENTS, CommentDesk
from sosie.live.outputs import NamedSink, Outputs, sinks_for
from sosie.live.session import PICTURES, Cast, Session, Show
from sosie.mark.read import read_aigc
from sosie.mark.sample import to_yuv
from sosie.shop.catalogue import SaleTerms
from sosie.shop.feed import open_shop
from sosie.show.answers import Answer
from sosie.show.events import Drop, Refuse, TellOperator
from sosie.show.operator import HandBack, Pause, Presence, TakeOver, TypeLine
from sosie.show.phrases import OPENERS
from sosie.show.rundown import read_rundown
from sosie.stage.label_reader import find_label
from sosie.types import Speech, Utterance
from sosie.writer.task import Draft, Task, Usage

SAMPLE = Path(__file__).parents[2] / "src/sosie/sample/shop/show.toml"
RECORD = signed(unsigned(languages=("zh", "en", "fr")))
SECONDS = 30.0


class PriceAnswers:
    """Takes every question for one about the price."""

    def find(self, text: str, product_id: str | None) -> Answer:
        return Answer("price", "en", product_id or "mug")


def cast(speaker: object = None, record: ConsentRecord = RECORD) -> Cast:
    return Cast(record, speaker or ToneSpeaker(), RestingLips(), GreyFace())


def show() -> Show:
    rundown = read_rundown(SAMPLE)
    return Show(rundown, open_shop(rundown.shop), PriceAnswers())


def session(
    folder: Path,
    *,
    speaker: object = None,
    seconds: float | None = SECONDS,
    today: Callable[[], datetime] = lambda: DURING,
    sinks: tuple[NamedSink, ...] = (),
    post: Callable[[str, str], None] | None = None,
) -> Session:
    recording = sinks_for(Outputs(record=folder / "show.mp4"), RECORD, ("zh", "en", "fr"), DURING)
    outputs = (*recording, *sinks)
    return Session(cast(speaker), show(), outputs, clock=VirtualClock(), today=today, for_seconds=seconds, post=post)


def decoded(path: Path) -> tuple[list[av.VideoFrame], np.ndarray]:
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    with av.open(str(path)) as container:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    return frames, sound


def test_a_show_is_recorded_whole_labelled_and_in_sync(tmp_path: Path) -> None:
    on_air = session(tmp_path)
    on_air.run()
    frames, sound = decoded(tmp_path / "show.mp4")
    assert len(frames) == on_air.state().health.frames
    assert abs(len(sound) / 48_000 - len(frames) / 25) < 0.05
    for frame in (frames[0], *frames[:: 5 * 25], frames[-1]):
        assert find_label(to_yuv(frame)).present
    assert read_aigc(tmp_path / "show.mp4").consent().consent_id == RECORD.consent_id
    # The grey face is lighter while it talks: wherever there is sound, the picture talks, and nowhere else.
    talking = (
        np.array([np.asarray(frame.planes[0])[300 * frame.planes[0].line_size] for frame in frames]) > TALKING_LUMA - 20
    )
    loud = np.array([np.abs(part).max() > 0.05 for part in np.array_split(sound, len(frames))])
    assert (talking == loud).mean() > 0.9
    assert talking.mean() > 0.5


def test_a_comment_is_answered_aloud_with_the_ai_mark(tmp_path: Path) -> None:
    on_air = session(tmp_path)
    on_air.comment("How much is the mug?", "Ada")
    on_air.run()
    (comment,) = on_air.state().comments
    assert comment.state == "answered"
    assert comment.answer is not None
    assert comment.answer.startswith("[AI")
    assert "99 yuan" in comment.answer
    assert len(on_air.answer_delays) == 1


def test_guests_are_thanked_on_air_and_what_is_paid_for_is_answered(tmp_path: Path) -> None:
    on_air = session(tmp_path)
    assert on_air.guest("gift", "aa", "Anna")
    assert on_air.comment("How much is the mug?", "Ben", paid=True) is not None
    said: list[Utterance] = []
    floor = on_air._floor
    say = floor._say
    floor._say = lambda utterance, *more: (said.append(utterance), say(utterance, *more))[1]  # type: ignore[method-assign]
    on_air.run()
    words = [utterance.text for utterance in said if utterance.kind == "thanks"]
    # In half a minute there is time for one of the two; the paid message comes first.
    assert words
    assert "Ben" in words[0]
    assert on_air.state().comments[0].state == "answered"
    # Nobody is thanked after the end, and that is told.
    assert not on_air.guest("gift", "bb", "Ben")


class KnowsNothing:
    def find(self, text: str, product_id: str | None) -> Answer:
        return Answer("unknown", "en", None)


class Quoting:
    """Implements ports.Writer: always the same sentences."""

    def write(self, given: Task, seconds: float) -> Draft:
        return Draft(("The mug goes in the dishwasher; wash the lid by hand.",), None, Usage(40, 12, told=True))


def test_a_writer_words_what_the_answers_decline_and_its_cost_is_counted(tmp_path: Path) -> None:
    opened = replace(show(), answers=KnowsNothing(), writer=Quoting())
    on_air = Session(cast(), opened, (), clock=VirtualClock(), today=lambda: DURING, for_seconds=SECONDS)
    on_air.comment("Can the mug go with the plates?", "Ada")
    on_air.run()
    (comment,) = on_air.state().comments
    assert comment.answer is not None
    assert "dishwasher" in comment.answer
    assert comment.answer.startswith("[AI")
    assert (on_air.writer_cost.calls, on_air.writer_cost.written) == (1, 12)


def test_a_clause_that_is_cut_off_fades_and_its_lips_come_to_an_end_within_a_second(tmp_path: Path) -> None:
    on_air = session(tmp_path)
    utterance = Utterance(1, "a line that takes a good while to say, longer than a second at any rate", "en")
    clip = next(on_air._booth._clips(utterance))
    sent: list[np.ndarray] = []
    prepared: list[int] = []
    face = on_air._camera._face
    prepare = face.prepare
    face.prepare = lambda shapes: (prepared.append(len(shapes)), prepare(shapes))[1]  # type: ignore[method-assign]

    def put(picture: object) -> None:
        sent.append(picture.samples)  # type: ignore[attr-defined]
        if len(sent) == 10:
            on_air._floor.perform([Drop(1, cut=True)])

    on_air._camera._put = put  # type: ignore[method-assign]
    on_air._camera._play(clip, OnScreen("zh"))
    loud = [bool(np.abs(samples).max() > 1e-3) for samples in sent]
    assert clip.speech.n_frames > 30
    assert all(loud[:10])
    assert sum(loud[10:]) <= FADE_FRAMES
    # As many pictures as lip shapes: what is said next has its own lips.
    assert len(sent) == sum(prepared) <= 10 + FED_FRAMES
    assert (PICTURES + FED_FRAMES) / 25 < 1


def test_a_person_takes_over_has_a_line_said_and_hands_back_and_the_record_says_so(tmp_path: Path) -> None:
    on_air = session(tmp_path, seconds=60)
    told: list[TellOperator] = []

    def person() -> None:
        while on_air.state().seconds < 5:
            threading.Event().wait(0.001)
        for what in (TakeOver(), TypeLine("Hello from the team.", "en"), TypeLine("It is the best.", "en"), HandBack()):
            told.append(on_air.operate(what))

    duty = threading.Thread(target=person)
    duty.start()
    on_air.run()
    duty.join()
    assert [one.hindered for one in told] == [None, None, "absolute", None]
    spans = on_air.human_spans
    assert [span.what for span in spans].count("held") == 1
    assert all(0 <= span.start_seconds <= span.end_seconds for span in spans)
    assert on_air.operate(Pause()).hindered == "not on air"


def test_where_nobody_is_on_duty_the_clone_is_not_to_be_seen(tmp_path: Path) -> None:
    opened = show()
    rundown = replace(opened.rundown, presence=Presence(5.0))
    recording = sinks_for(Outputs(record=tmp_path / "show.mp4"), RECORD, ("zh", "en", "fr"), DURING)
    Session(
        cast(), replace(opened, rundown=rundown), recording, clock=VirtualClock(), today=lambda: DURING, for_seconds=40
    ).run()
    frames, _ = decoded(tmp_path / "show.mp4")
    slate = frames[28 * 25]
    picture = np.asarray(slate.planes[0]).reshape(-1, slate.planes[0].line_size)[:, : slate.width]
    # The slate is dark; the grey face is not.
    assert np.median(picture) < 60
    assert find_label(to_yuv(slate)).present


def test_the_page_sees_what_is_sold_and_by_whom_it_is_shown(tmp_path: Path) -> None:
    on_air = session(tmp_path, seconds=40)
    on_air.run()
    state = on_air.state()
    assert state.label == "数字人 · AI生成"
    assert "Ada" in state.disclosure
    assert state.product is not None
    assert [output.state for output in state.outputs] == ["closed"]
    assert not state.on_air


@pytest.mark.parametrize(("until", "shown"), [(END, ("129", "99")), (DURING + timedelta(minutes=1), ("129", None))])
def test_a_sale_that_ends_during_the_show_is_over_on_air(until: datetime, shown: tuple[str, str | None]) -> None:
    moment = [DURING]
    opened = show()
    products = [replace(each, sale=SaleTerms(until=until)) for each in opened.catalogue.products]
    opened = replace(opened, catalogue=replace(opened.catalogue, products=tuple(products)))
    on_air = Session(cast(), opened, (), clock=VirtualClock(), today=lambda: moment[0], for_seconds=40)
    moment[0] = DURING + timedelta(minutes=2)
    on_air.run()
    product = on_air.state().product
    assert product is not None
    assert product.id == "mug"
    price, sale_price = shown
    assert price in product.price
    assert product.sale_price == (sale_price and product.price.replace(price, sale_price))


def test_too_many_comments_are_refused_and_none_is_lost_silently(tmp_path: Path) -> None:
    on_air = session(tmp_path)
    taken = [on_air.comment(f"question {n}?", "Ada") for n in range(COMMENTS_WAITING + 1)]
    assert None not in taken[:-1]
    assert taken[-1] is None


def test_a_comment_that_says_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(YourInput):
        session(tmp_path).comment("😀😀", "Ada")


def test_a_consent_that_ends_during_the_show_ends_the_show_and_the_recording_is_whole(tmp_path: Path) -> None:
    dates = iter([DURING] * 30)
    on_air = session(tmp_path, today=lambda: next(dates, END + timedelta(seconds=1)), seconds=None)
    with pytest.raises(Refused, match="ended"):
        on_air.run()
    frames, _ = decoded(tmp_path / "show.mp4")
    assert len(frames) == on_air.state().health.frames


class SlowSpeaker(ToneSpeaker):
    """Never gets a word out until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.release = threading.Event()

    def speak(self, utterance: Utterance) -> Iterator[Speech]:
        self.release.wait()
        return super().speak(utterance)


def test_late_speech_is_covered_by_a_listening_face_and_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sosie.live.booth.OPENING_SECONDS", 0.1)
    speaker = SlowSpeaker()
    on_air = session(tmp_path, speaker=speaker, seconds=None)
    watcher = threading.Thread(target=on_air.run)
    watcher.start()
    while on_air.state().health.frames < 100:
        assert watcher.is_alive()
    on_air.stop()
    speaker.release.set()
    watcher.join()
    frames, sound = decoded(tmp_path / "show.mp4")
    assert len(frames) >= 100
    assert np.abs(sound).max() < 0.01


class DumbSpeaker(ToneSpeaker):
    """Cannot say things of one kind."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def speak(self, utterance: Utterance) -> Iterator[Speech]:
        if utterance.kind == self.kind:
            raise YourInput("no voice for that")
        return super().speak(utterance)


def test_the_first_words_are_there_when_the_stream_begins(tmp_path: Path) -> None:
    session(tmp_path, seconds=12).run()
    _, sound = decoded(tmp_path / "show.mp4")
    assert np.abs(sound[: 48_000 // 2]).max() > 0.05


def test_an_answer_that_cannot_be_spoken_is_passed_over_and_the_show_goes_on(tmp_path: Path) -> None:
    on_air = session(tmp_path, speaker=DumbSpeaker("answer"))
    on_air.comment("How much is the mug?", "Ada")
    on_air.run()
    assert on_air.state().product is not None


class CountingSpeaker(ToneSpeaker):
    def __init__(self) -> None:
        super().__init__()
        self.said: Counter[tuple[str, str, str]] = Counter()

    def speak(self, utterance: Utterance) -> Iterator[Speech]:
        self.said[utterance.kind, utterance.language, utterance.text] += 1
        return super().speak(utterance)


def test_what_is_said_again_is_not_made_again_and_openings_are_ready(tmp_path: Path) -> None:
    speaker = CountingSpeaker()
    on_air = session(tmp_path, speaker=speaker, seconds=60)
    on_air.run()
    assert set(speaker.said.values()) == {1}
    openings = {("answer", language, words) for language in OPENERS for words in OPENERS[language]}
    assert openings <= speaker.said.keys()


def test_a_show_that_cannot_say_that_it_is_ai_does_not_go_on(tmp_path: Path) -> None:
    with pytest.raises(YourInput, match="no voice"):
        session(tmp_path, speaker=DumbSpeaker("notice")).run()


class BreakingSpeaker(ToneSpeaker):
    def speak(self, utterance: Utterance) -> Iterator[Speech]:
        raise RuntimeError("a bug")


def test_a_bug_in_an_engine_ends_the_show_with_its_own_error_and_closed_outputs(tmp_path: Path) -> None:
    on_air = session(tmp_path, speaker=BreakingSpeaker(), seconds=None)
    with pytest.raises(RuntimeError, match="a bug"):
        on_air.run()
    assert [output.state for output in on_air.state().outputs] == ["closed"]


def test_a_consent_without_chat_is_said_before_the_show_and_not_by_the_first_comment(tmp_path: Path) -> None:
    quiet = signed(unsigned(languages=("zh", "en", "fr"), purposes=("live",)))
    with pytest.raises(Refused, match="purpose chat"):
        Session(cast(record=quiet), show(), (), clock=VirtualClock(), today=lambda: DURING)


def test_the_shortest_show_says_that_it_is_ai(tmp_path: Path) -> None:
    on_air = session(tmp_path, seconds=1)
    said: list[str] = []
    booth = on_air._booth
    tell = booth._tell
    booth._tell = lambda utterance: (said.append(utterance.kind), tell(utterance))[1]
    on_air.run()
    assert said[0] == "notice"
    assert said[-1] == "line"


def test_a_rude_question_is_answered_and_not_shown(tmp_path: Path) -> None:
    desk = CommentDesk(VirtualClock().now)
    rude = desk.take("are you real, bitch?", "putain", 0.0)
    assert rude is not None
    desk.answered(rude.id, 7, "[AI] No.")
    assert desk.toast(7) is None
    assert desk.shown[0].name == "guest"


def test_the_desk_forgets_what_is_done_with() -> None:
    desk = CommentDesk(VirtualClock().now)
    for n in range(300):
        taken = desk.take(f"question {n}?", "Ada", 0.0)
        assert taken is not None
        desk.handed_over()
        desk.passed_over(taken.id)
        with pytest.raises(YourInput):
            desk.take("😀", "Ada", 0.0)
    assert len(desk.shown) == SHOWN_COMMENTS
    assert not desk._arrived_at


class FailingSink:
    """Takes ten packets and is lost."""

    name = "failing"

    def __init__(self) -> None:
        self.left = 10

    def open(self, streams: object) -> None:
        pass

    def write(self, packet: object) -> None:
        self.left -= 1
        if self.left < 0:
            raise Theirs("the other end hung up")

    def close(self) -> None:
        pass


def test_an_output_that_fails_does_not_touch_the_others(tmp_path: Path) -> None:
    on_air = session(tmp_path, sinks=(NamedSink("failing", FailingSink()),), seconds=10)
    on_air.run()
    frames, _ = decoded(tmp_path / "show.mp4")
    assert len(frames) == on_air.state().health.frames > 100
    ((name, why),) = on_air.lost_outputs
    assert (name, str(why)) == ("failing", "the other end hung up.")


def test_when_the_last_output_is_lost_the_show_says_why(tmp_path: Path) -> None:
    lonely = Session(cast(), show(), (NamedSink("failing", FailingSink()),), clock=VirtualClock(), today=lambda: DURING)
    with pytest.raises(Theirs, match="hung up"):
        lonely.run()


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (unsigned(languages=("zh", "en", "fr")), "not signed"),
        (signed(unsigned(languages=("zh",))), "language"),
        (signed(unsigned(languages=("zh", "en", "fr"), purposes=("video",))), "purpose"),
    ],
)
def test_no_show_without_a_consent_that_covers_it(tmp_path: Path, record: ConsentRecord, why: str) -> None:
    with pytest.raises(Refused, match=why):
        sinks_for(Outputs(record=tmp_path / "show.mp4"), record, ("zh", "en", "fr"), DURING)
    with pytest.raises(Refused, match=why):
        Session(cast(record=record), show(), (), clock=VirtualClock(), today=lambda: DURING)
    assert list(tmp_path.iterdir()) == []


def test_what_the_firewall_refuses_is_counted_and_logged_without_its_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    on_air = session(tmp_path)
    on_air._floor.perform([Refuse("answer", "price"), Refuse("line", "price")])
    assert on_air.refused_claims == {"price": 2}
    assert [record.getMessage() for record in caplog.records] == [
        "claims: one answer was not said: price",
        "claims: one line was not said: price",
    ]


EVENING_DAY = datetime(2026, 11, 23, 20, tzinfo=UTC)
"""Its facts are true from the first of that month on."""


class ShowAnswers:
    """Takes every question for one about the day of the show."""

    def find(self, text: str, product_id: str | None) -> Answer:
        assert product_id is None
        return Answer("fact:schedule", "en", None)


def test_a_show_that_sells_nothing_has_no_card_on_the_page_and_no_place_for_one() -> None:
    on_air = Session(
        cast(
            record=signed(
                unsigned(
                    languages=("zh", "en", "fr"),
                    start=datetime(2026, 11, 1, tzinfo=UTC),
                    end=datetime(2026, 12, 1, tzinfo=UTC),
                )
            )
        ),
        Show(*evening(), ShowAnswers()),
        (),
        clock=VirtualClock(),
        today=lambda: EVENING_DAY,
        for_seconds=SECONDS,
    )
    on_air.comment("When are you live?", "Ada")
    on_air.run()
    state = on_air.state()
    assert (state.sells, state.product) == (False, None)
    assert state.title in ("窗边夜话", "Evening by the window", "Le soir à la fenêtre")
    (comment,) = state.comments
    assert comment.answer == "[AI] We are live every Friday at nine in the evening, Beijing time."
