"""[this|that]: many ways to say one thing, each of them written out."""

from __future__ import annotations

from pathlib import Path

import pytest

from sosie.errors import YourInput
from sosie.show.asides import texts
from sosie.show.wording import MOST_WORDINGS, in_turns, wordings
from sosie.types import LANGUAGES


def test_choices_are_written_out_and_neighbours_differ_as_much_as_they_can() -> None:
    assert wordings("No choice at all, {price}.", "here") == ("No choice at all, {price}.",)
    assert wordings("[A|The] lamp, [white|grey].", "here") == (
        "A lamp, white.", "The lamp, grey.", "A lamp, grey.", "The lamp, white.",
    )  # fmt: skip
    assert wordings("[Really, |]yes.", "here") == ("Really, yes.", "yes.")


def test_texts_take_turns() -> None:
    assert in_turns(["[a|b] one", "two", "[c|d] three"], "here") == ("a one", "two", "c three", "b one", "d three")


@pytest.mark.parametrize("text", ["[only one]", "left [open|", "right] alone", "[a|[b|c]]", "[a|b]" * 7])
def test_mistakes_are_named(text: str) -> None:
    with pytest.raises(YourInput, match="segment 'mug'"):
        wordings(text, "segment 'mug'")
    assert MOST_WORDINGS < 2**7


def test_every_choice_of_a_line_is_held_against_the_shop(tmp_path: Path) -> None:
    from sosie.show.rundown import check_rundown

    from .test_rundown import SHOW, read, sample

    for choice, fault in (("[This way|Only $9]", "by hand"), ("[This way|Was {was}]", "{was}")):
        with pytest.raises(YourInput) as problem:
            check_rundown(read(tmp_path, SHOW.replace("This way", choice)), sample()[1])
        assert fault in str(problem.value)


def test_what_is_said_between_lines_is_there_in_every_language() -> None:
    for kind, languages in texts().said.items():
        for language in LANGUAGES:
            assert len(languages[language]) >= 4, (kind, language)
    for intent, names in texts().topics.items():
        assert set(names) == set(LANGUAGES), intent
