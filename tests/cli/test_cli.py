"""The command line as a user meets it: help, the consent's life, and a sentence with a status for every wrong turn."""

from __future__ import annotations

import io
import json
import shutil
import socket
from pathlib import Path

import pytest

from sosie.cli import VERBS, main
from sosie.live.session import Show
from sosie.shop.feed import open_shop
from sosie.show.rundown import read_rundown
from sosie.voice.text import Pronunciation, Pronunciations

SAMPLE = Path(__file__).parents[2] / "src/sosie/sample/shop"
YOURS, THEIRS, REFUSED = 2, 3, 4


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOSIE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def footage(tmp_path: Path) -> Path:
    path = tmp_path / "me.mp4"
    path.write_bytes(b"not really a film, but a file with a sha256")
    return path


def new(footage: Path, *more: str) -> int:
    return main(
        [
            "consent", "new", str(footage), "--name", "Ada", "--legal-name", "Ada Example", "--controller", "Example Ltd",
            "--use", "presenting mugs in our own shop", *more,
        ]
    )  # fmt: skip


def drafted(footage: Path, home: Path) -> str:
    assert new(footage, "--adult") == 0
    return next((home / "consents").iterdir()).stem


@pytest.mark.parametrize("verb", [verb.__name__.rpartition(".")[2] for verb in VERBS])
def test_every_verb_explains_itself_with_an_example(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert f"example:\n  sosie {verb}" in capsys.readouterr().out


def test_a_consent_is_drafted_signed_and_shown(footage: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    consent = drafted(footage, home)
    assert main(["consent", "sign", consent, "--name", "Ada Example"]) == 0
    key = home / "keys" / f"{consent}.pem"
    assert key.stat().st_mode & 0o077 == 0
    capsys.readouterr()
    assert main(["consent", "show", consent, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["state"] == "signed"
    signature = shown["record"]["signature"]
    assert signature["signed_name"] == "Ada Example"
    assert signature["level"].endswith("key held by this installation of Sosie, for Ada Example")
    assert shown["record"]["cloned"] == ["face", "voice", "gestures"]


def test_a_spoilt_record_does_not_hide_the_others(
    footage: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    consent = drafted(footage, home)
    (home / "consents" / "notes.json").write_text("{}")
    capsys.readouterr()
    assert main(["consent", "show"]) == 1
    shown = capsys.readouterr().out
    assert f"{consent} " in shown
    assert "notes" in shown
    assert "not as it was written" in shown


def test_the_text_is_shown_also_to_who_types_the_name_beforehand(
    footage: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    consent = drafted(footage, home)
    text = capsys.readouterr().out
    assert main(["consent", "sign", consent, "--name", "Ada Example"]) == 0
    assert capsys.readouterr().out.startswith(text)


def test_who_leaves_the_question_unanswered_has_not_signed(
    footage: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    consent = drafted(footage, home)
    ended = io.StringIO("")  # Ctrl-D
    monkeypatch.setattr(ended, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin", ended)
    assert main(["consent", "sign", consent]) == YOURS
    assert "Nobody is there to sign" in capsys.readouterr().err
    assert not (home / "keys").exists()


@pytest.mark.parametrize("months", ["99999", "9" * 30, "-" + "9" * 30])
def test_months_outside_the_calendar_are_said(months: str, footage: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new(footage, "--adult", f"--months={months}") == YOURS
    assert "calendar" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "says"), [(b"", "nothing to say"), (b" \n...\n", "nothing to say"), (b"caf\xe9", "not UTF-8")]
)
def test_what_cannot_be_said_is_told_before_the_clone_is_opened(
    given: bytes, says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given)))
    as_argument = given.decode("utf-8", "surrogateescape")
    for text in ("-", as_argument):
        assert main(["say", "nothing.sosie", text, "-o", "hello.mp4"]) == YOURS
        assert says in capsys.readouterr().err


def test_nobody_signs_for_another(footage: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["consent", "sign", drafted(footage, home), "--name", "Charles Example"]) == YOURS
    assert "legal name" in capsys.readouterr().err


def test_a_measurement_record_cannot_be_signed(footage: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["consent", "measurement", str(footage), "--source", "our own test"]) == 0
    captured = capsys.readouterr()
    assert "nobody" in captured.err
    assert main(["consent", "sign", captured.out.strip(), "--name", "our own test"]) == REFUSED


def test_only_adults(footage: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new(footage) == YOURS
    assert "adult" in capsys.readouterr().err


def test_a_consent_longer_than_a_year_is_refused(footage: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new(footage, "--adult", "--months", "24") == YOURS
    assert "366 days" in capsys.readouterr().err


def test_no_clone_without_a_signature(
    footage: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    consent = drafted(footage, home)
    assert main(["clone", str(footage), "--consent", consent, "--out", str(tmp_path / "me.sosie")]) == REFUSED
    assert "not signed" in capsys.readouterr().err
    assert not (tmp_path / "me.sosie").exists()


def test_no_clone_of_footage_that_was_changed_after_the_signature(
    footage: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    consent = drafted(footage, home)
    assert main(["consent", "sign", consent, "--name", "Ada Example"]) == 0
    footage.write_bytes(b"something else")
    assert main(["clone", str(footage), "--consent", consent, "--out", str(tmp_path / "me.sosie")]) == REFUSED
    assert "does not name this footage" in capsys.readouterr().err


def test_what_is_not_a_video_makes_no_clone_and_leaves_nothing(
    footage: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    consent = drafted(footage, home)
    assert main(["consent", "sign", consent, "--name", "Ada Example"]) == 0
    before = sorted(tmp_path.iterdir())
    assert main(["clone", str(footage), "--consent", consent, "--out", str(tmp_path / "me.sosie")]) == YOURS
    assert "video" in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("clone nothing.mp4 --consent person-0 --out x.sosie", "no consent person-0"),
        ("say nothing.sosie hello -o hello.mp4", "not a clone"),
        ("say nothing.sosie hello -o hello.avi", "neither MP4 nor WAV"),
        ("say nothing.sosie hello -o hello.mp4 --say-as Xiaomi", "NAME=SOUND"),
        ("say nothing.sosie hello -o hello.mp4 --say-as Xiaomi=4", "words only"),
        ("bench voice nothing.wav --consent person-0", "no consent person-0"),
        ("live nothing.toml --port 0", "nothing.toml"),
        ("live show.toml --for 0", "20 seconds"),
        ("live show.toml --for nan", "20 seconds"),
        ("live show.toml --for inf", "20 seconds"),
        ("verify nothing.mp4", "nothing.mp4"),
        ("models fetch nothing", "kokoro"),
        ("consent show nothing-0", "no consent"),
        ("consent show ../../etc/passwd", "letters, digits and dashes"),
        ("consent new nothing.mp4 --name A --legal-name B --controller C --use D --adult", "no file"),
    ],
)
def test_a_wrong_turn_gets_a_sentence_and_a_status(
    line: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(line.split()) == YOURS
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("line", ["bench voice me.wav --engine painted", "bench likeness me.mp4 --voice full"])
def test_a_measure_takes_no_option_of_the_other(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*line.split(), "--consent", "person-0"])
    assert ended.value.code == YOURS
    assert "unrecognized arguments" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_said_before_anything_slow_is_done(
    footage: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    consent = drafted(footage, home)
    (tmp_path / "file").touch()
    out = str(tmp_path / "file" / "report")
    assert main(["bench", "likeness", str(footage), "--consent", consent, "--out", out]) == THEIRS
    assert "cannot be written to" in capsys.readouterr().err


def test_the_spoken_notice_cannot_be_made_to_sound_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    line = ["say", "nothing.sosie", "Hello", "-o", "x.wav", "--say-as", "artificial intelligence=human hands"]
    assert main(line) == REFUSED
    assert "the spoken AI notice" in capsys.readouterr().err


class _Opened(Exception):
    """Ends a command where it would load a clone; the tests below ask only with what."""


@pytest.mark.parametrize(
    ("where", "line"),
    [
        (
            "sosie.host",
            ["say", "me.sosie", "Xiaomi", "-o", "x.wav", "--say-as", "Xiaomi=shao mee", "--say-as", "Bosch=/bɔʃ/"],
        ),
        ("sosie.live.room", ["live", "show.toml", "--clone", "me.sosie", "--port", "0"]),
    ],
)
def test_the_voice_is_given_the_names_that_the_user_wrote(
    where: str, line: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(SAMPLE, tmp_path, dirs_exist_ok=True)
    say = '[[say]]\nwritten = "Xiaomi"\nspoken = "shao mee"\n[[say]]\nwritten = "Bosch"\nphonemes = "bɔʃ"\n'
    (tmp_path / "show.toml").write_text((SAMPLE / "show.toml").read_text("utf-8") + "\n" + say, "utf-8")
    monkeypatch.chdir(tmp_path)
    given: list[Pronunciations] = []

    def opened(path: Path, *, pronunciations: Pronunciations, **rest: object) -> None:
        given.append(pronunciations)
        raise _Opened

    monkeypatch.setattr(f"{where}.open_host", opened)
    monkeypatch.setattr("sosie.live.room.open_show", _without_answers)
    with pytest.raises(_Opened):
        main(line)
    (names,) = given
    assert names.entries[-2:] == (Pronunciation("Xiaomi", "shao mee"), Pronunciation("Bosch", phonemes="bɔʃ"))


def _without_answers(path: Path) -> Show:
    rundown = read_rundown(path)
    return Show(rundown, open_shop(rundown.shop), None)  # type: ignore[arg-type]


def test_a_taken_port_is_said_before_anything_slow_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["live", str(SAMPLE / "show.toml"), "--port", str(taken.getsockname()[1])]) == YOURS
    assert "taken" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("loop = true", "loop = true\nloud = true"), "loud"),
        (lambda text: text.replace('product = "mug"', 'product = "muug"'), "mug, lamp, scarf"),
        (lambda text: text.replace("loop = true", "loop = maybe"), "show.toml"),
    ],
)
def test_a_rundown_with_a_mistake_names_it(
    change, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(SAMPLE, tmp_path / "shop")
    rundown = tmp_path / "shop" / "show.toml"
    rundown.write_text(change(rundown.read_text()))
    assert main(["live", str(rundown), "--port", "0", "--clone", "x"]) == YOURS
    assert says in capsys.readouterr().err


def test_a_price_that_is_no_number_names_product_and_field(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(SAMPLE, tmp_path / "shop")
    shop = tmp_path / "shop" / "shop.toml"
    shop.write_text(shop.read_text().replace("price = 129", 'price = "cheap"'))
    assert main(["live", str(tmp_path / "shop" / "show.toml"), "--port", "0", "--clone", "x"]) == YOURS
    said = capsys.readouterr().err
    assert "mug" in said
    assert "price" in said


def test_the_doctor_names_what_is_missing_and_what_to_type(capsys: pytest.CaptureFixture[str]) -> None:
    # SOSIE_HOME is an empty folder here, so no weights are.
    assert main(["doctor", "--json"]) == 1
    signs = {sign["what"]: sign for sign in json.loads(capsys.readouterr().out)}
    assert signs["python"]["well"]
    assert not signs["kokoro"]["well"]
    assert signs["kokoro"]["try_this"] == "sosie models fetch kokoro"


def test_models_are_listed_with_licence_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert all(row["licence"] and row["sources"] and row["here"] is False for row in rows)
