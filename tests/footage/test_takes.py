from __future__ import annotations

import pytest

from sosie.footage.takes import Span, still_spans, talking_spans


def test_breaths_belong_to_the_talking_and_pauses_do_not() -> None:
    talking = talking_spans([(1.0, 2.0), (2.5, 4.0), (8.0, 9.0)], 300)
    assert talking == (Span(21, 104), Span(196, 229))


def test_what_is_left_is_still_where_it_is_long_enough() -> None:
    talking = talking_spans([(0.0, 2.0), (3.0, 4.0), (8.0, 9.0)], 300)
    assert [span.start for span in still_spans(talking, 300)] == [104, 229]


def test_no_speech_is_all_still_and_all_speech_is_none() -> None:
    assert talking_spans([], 250) == ()
    assert still_spans((), 250) == (Span(0, 250),)
    assert still_spans(talking_spans([(0, 10)], 250), 250) == ()


def test_speech_past_the_end_is_cut_off() -> None:
    assert talking_spans([(9.5, 11.0), (12.0, 13.0)], 250) == (Span(233, 250),)


def test_an_empty_span_is_refused() -> None:
    with pytest.raises(ValueError, match="0 <= start < end"):
        Span(3, 3)
