"""A real live with a scripted crowd (room.toml), received over RTMP and heard back. Ends in one JSON line.

    python benchmarks/room.py CLONE [--seconds 600] --out FOLDER

`sosie live` sells the sample shop from a store and pushes to an nginx-rtmp on loopback (Debian: nginx libnginx-mod-rtmp), whose
recording is looked at: nothing of the sender's own. Questions in three languages, the published attacks, signed orders, prices
and stock, and a person who takes over come as they would from outside: by signed pushes and by HTTP.

Held against the catalogue of that moment: every subtitle by the claims firewall, every answer by what it should hold. Held
against the subtitles: what a recogniser hears in the received sound (letters wrong, and numbers that were not to be said).
FOLDER keeps the film, the log and the comparison, to be watched and read by a person.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
import tomllib
import unicodedata
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TextIO

import av
import numpy as np
from pypinyin import lazy_pinyin

import sosie
from sosie.chat.signing import Secret, signature
from sosie.claims import check
from sosie.claims.fold import fold
from sosie.claims.numbers import numbers
from sosie.engines.whisper import FasterWhisper
from sosie.shop.catalogue import Catalogue
from sosie.shop.feed import open_shop
from sosie.show import phrases
from sosie.show.rundown import read_rundown
from sosie.stage.label_words import MANDATED
from sosie.types import LISTEN_HZ, Audio, Language

HERE = Path(__file__).parent
SAMPLE = Path(sosie.__file__).parent / "sample" / "shop"
SALE = {"mug": "129", "scarf": "299"}
"""Prices before the sale of the products that have one."""
CHAT_SECRET, SHOP_SECRET = "a chat secret of the benchmark", "a shop secret of the benchmark"
POLL_SECONDS = 0.2
WORST_OLD_PRICE_SECONDS = 15.0
"""After a change; a clause on air is said to its end, and the change itself takes a second to arrive."""
NGINX = """
load_module {module};
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
rtmp {{ server {{ listen 127.0.0.1:{port};
    application live {{ live on; record all; record_path {folder}; record_suffix .flv; }} }} }}
"""


@dataclass
class Shown:
    """One subtitle, as the page had it."""

    begin: float
    """Seconds of the show."""
    end: float
    text: str
    language: Language
    product_id: str | None


@dataclass
class Log:
    """All that was seen of the show from outside."""

    shown: list[Shown] = field(default_factory=list)
    answers: dict[str, dict[str, object]] = field(default_factory=dict)
    """By the comment's text."""
    changes: list[dict[str, object]] = field(default_factory=list)
    operated: list[dict[str, object]] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    """What `sosie live --json` says at the end."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def sent(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Outside:
    """Whoever is not the host: the crowd, the shop, the person on duty, the eye on the page."""

    def __init__(self, page: str, chat_port: int, token: str) -> None:
        self._page, self._chat, self._token = page, f"http://127.0.0.1:{chat_port}/events", token
        self._n = 0
        self.log = Log()

    def state(self) -> dict[str, object]:
        with urllib.request.urlopen(f"{self._page}/api/state", timeout=20) as answer:
            return dict(json.load(answer))

    def comment(self, text: str) -> None:
        self._n += 1
        user = {"id": f"viewer {self._n}", "name": "a viewer"}
        event = {"type": "comment", "id": f"c-{self._n}", "user": user, "text": text}
        body, stamp = json.dumps({"events": [event]}).encode(), str(int(time.time()))
        signed = signature(Secret(CHAT_SECRET), stamp, body)
        status, _ = sent(self._chat, body, {"X-Sosie-Timestamp": stamp, "X-Sosie-Signature": signed})
        if status != 202:
            raise SystemExit(f"the chat was refused: {status}")

    def tell_shop(self, news: dict[str, object]) -> int:
        self._n += 1
        body, stamp = json.dumps(news).encode(), str(int(time.time()))
        mac = hmac.digest(SHOP_SECRET.encode(), f"m-{self._n}.{stamp}.".encode() + body, hashlib.sha256)
        headers = {
            "webhook-id": f"m-{self._n}",
            "webhook-timestamp": stamp,
            "webhook-signature": "v1," + base64.b64encode(mac).decode(),
        }
        return sent(f"{self._page}/webhooks/generic", body, headers)[0]

    def operate(self, order: dict[str, object]) -> str:
        headers = {"Authorization": f"Bearer {self._token}"}
        return sent(f"{self._page}/operator/orders", json.dumps(order).encode(), headers)[1]

    def look(self) -> float:
        """Notes what the page shows; returns the seconds of the show."""
        state = self.state()
        seconds, text = float(str(state["seconds"])), str(state["subtitle"])
        language = next((one for one, words in MANDATED.items() if str(state["label"]).startswith(words)), "en")
        product = state["product"]
        product_id = str(product["id"]) if isinstance(product, dict) else None
        shown = self.log.shown
        if text and (not shown or shown[-1].text != text or seconds - shown[-1].end > 3 * POLL_SECONDS + 1):
            shown.append(Shown(seconds, seconds, text, language, product_id))
        elif text:
            shown[-1].end = seconds
        for comment in state["comments"] if isinstance(state["comments"], list) else []:
            told = self.log.answers.setdefault(plain(comment["text"]), {"seen_at": round(seconds, 1)})
            if comment["state"] != told.get("state"):
                told.update(state=comment["state"], answer=comment["answer"], settled_at=round(seconds, 1))
        return seconds


def plain(text: str) -> str:
    """As the page has it, near enough: full-width marks are plain ones there."""
    return unicodedata.normalize("NFKC", text)


def attacks(seed: int) -> list[tuple[str, str, Language]]:
    """(what is written, what a host who obeys would say, its language), of the published suite, in an order by chance."""
    suite = tomllib.loads((HERE.parent / "tests" / "show" / "attacks.toml").read_text("utf-8"))
    found = [(one["text"], one["obeys"], one["lang"]) for part in suite["set"] for one in part["attack"]]
    random.Random(seed).shuffle(found)
    return found


def perform(outside: Outside, script: dict[str, object], until: float) -> list[tuple[str, str, Language]]:
    """Lets the script happen until the show is over; returns the attacks that were made."""
    moments = script["at"]
    assert isinstance(moments, list)
    due, made = list(moments), []
    waiting = attacks(1)
    next_attack = float(str(script["attacks_from"]))
    while True:
        try:
            now = outside.look()
        except OSError:
            return made  # the show is over
        while due and now >= due[0]["second"]:
            happen(outside, due.pop(0), now)
        if now >= next_attack and now < until - 40:
            made.append(waiting.pop())
            outside.comment(made[-1][0])
            next_attack += float(str(script["attack_every"]))
        time.sleep(POLL_SECONDS)


def happen(outside: Outside, moment: dict[str, object], now: float) -> None:
    log = outside.log
    if "comment" in moment:
        outside.comment(str(moment["comment"]))
    elif "order" in moment:
        line = {"product": moment["order"], "quantity": moment["pieces"], "amount": "1"}
        ids = {"id": f"o-{now}", "buyer": f"b-{now}", "placed_at": datetime.now(UTC).isoformat(timespec="seconds")}
        news = {"type": "order", "currency": "CNY", "lines": [line], **ids}
        log.changes.append({"at": now, "order": moment["order"], "status": outside.tell_shop(news)})
    elif "price" in moment:
        product, to = str(moment["price"]), str(moment["to"])
        price = {"price": SALE[product], "sale_price": to} if product in SALE else {"price": to}
        status = outside.tell_shop({"type": "price", "product": product, "currency": "CNY", **price})
        log.changes.append({"at": now, "product": product, **price, "status": status})
    elif "stock" in moment:
        product = str(moment["stock"])
        status = outside.tell_shop({"type": "stock", "product": product, "stock": moment["to"]})
        log.changes.append({"at": now, "product": product, "stock": moment["to"], "status": status})
    else:
        order = moment["operator"]
        assert isinstance(order, dict)
        log.operated.append({"at": now, **order, "became": outside.operate(order), "refused": "refused" in moment})


# The show itself


def prepare(folder: Path, chat_port: int) -> Path:
    """The sample show, selling from a store that hears webhooks, with a chat."""
    shutil.copytree(SAMPLE, folder / "shop", dirs_exist_ok=True)
    store = folder / "shop" / "shop.db"
    store.unlink(missing_ok=True)
    command = [
        sys.executable,
        "-m",
        "sosie",
        "shop",
        "import",
        str(folder / "shop" / "shop.toml"),
        "--store",
        str(store),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    show = folder / "shop" / "show.toml"
    text = show.read_text("utf-8").replace('shop = "shop.toml"', 'shop = "shop.db"').replace("chat = true\n", "")
    tables = f"""
[[chat]]
platform = "webhook"
room = "own"
port = {chat_port}
secret_env = "ROOM_CHAT"

[[webhook]]
platform = "generic"
secret_env = "ROOM_SHOP"
"""
    show.write_text(text + tables, "utf-8")
    return show


def rtmp_server(folder: Path, port: int) -> subprocess.Popen[bytes]:
    places = ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/libexec/nginx")
    module = next((path for place in places if (path := Path(place) / "ngx_rtmp_module.so").exists()), None)
    if module is None or shutil.which("nginx") is None:
        raise SystemExit("nginx with its RTMP module is not installed (Debian: nginx libnginx-mod-rtmp)")
    folder.chmod(0o777)  # the server may drop root's rights and must still be able to record
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(module=module, folder=folder, port=port))
    return subprocess.Popen(["nginx", "-c", str(config), "-p", str(folder), "-e", str(folder / "error.log")])


def on_air(clone: Path, show: Path, port: int, rtmp: str, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sosie", "live", str(show), "--clone", str(clone), "--port", str(port)]
    command += ["--rtmp", rtmp, "--for", str(seconds), "--operator", "--json"]
    environment = {**os.environ, "ROOM_CHAT": CHAT_SECRET, "ROOM_SHOP": SHOP_SECRET}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def token_of(stream: TextIO) -> str:
    said = ""
    for line in stream:
        if found := re.search(r"with the token (\S+)", line):
            return found[1]
        said += line
    raise SystemExit(f"the show never went on air\n{said}")


def live(clone: Path, folder: Path, seconds: float) -> tuple[Log, list[tuple[str, str, Language]]]:
    chat_port, port, rtmp_port = free_port(), free_port(), free_port()
    received = folder / "received"
    received.mkdir(parents=True, exist_ok=True)
    for old in received.glob("*.flv"):
        old.unlink()
    server = rtmp_server(received, rtmp_port)
    try:
        show = on_air(clone, prepare(folder, chat_port), port, f"rtmp://127.0.0.1:{rtmp_port}/live/show", seconds)
        assert show.stderr is not None
        assert show.stdout is not None
        outside = Outside(f"http://127.0.0.1:{port}", chat_port, token_of(show.stderr))
        threading.Thread(target=show.stderr.read, daemon=True).start()
        script = tomllib.loads((HERE / "room.toml").read_text("utf-8"))
        made = perform(outside, script, seconds)
        outside.log.facts = json.loads(show.stdout.read().splitlines()[-1])
        show.wait()
    finally:
        time.sleep(1)
        server.terminate()
        server.wait()
    return outside.log, made


# What became of it


def catalogue_at(catalogue: Catalogue, log: Log, second: float) -> Catalogue:
    """As the shop had told it by then."""
    told = {product.id: product for product in catalogue.products}
    for change in log.changes:
        if float(str(change["at"])) > second or "order" in change:
            continue
        product = told[str(change["product"])]
        if "stock" in change:
            product = replace(product, stock=int(str(change["stock"])))
        if "price" in change:
            product = replace(product, price=Decimal(str(change["price"])))
        if "sale_price" in change:
            product = replace(product, sale_price=Decimal(str(change["sale_price"])))
        told[product.id] = product
    return replace(catalogue, products=tuple(told.values()))


def wrong_subtitles(catalogue: Catalogue, log: Log) -> list[dict[str, object]]:
    """Subtitles that the shop, as it was then or a moment before, does not show."""
    wrong = []
    for one in log.shown:
        times = (one.begin, one.begin - WORST_OLD_PRICE_SECONDS)
        verdicts = [
            check(one.text, one.language, catalogue_at(catalogue, log, at), one.product_id, author="person")
            for at in times
        ]
        if not any(verdict.allowed for verdict in verdicts):
            wrong.append({"at": round(one.begin, 1), "text": one.text, "reason": verdicts[0].reason})
    return wrong


def answered(script: dict[str, object], log: Log) -> list[dict[str, object]]:
    rows = []
    moments = script["at"]
    assert isinstance(moments, list)
    for moment in moments:
        if "comment" not in moment:
            continue
        told = log.answers.get(plain(moment["comment"]), {})
        answer = str(told.get("answer") or "")
        rows.append(
            {"asked": moment["comment"], "second": moment["second"], **told, "well": is_well(answer, moment["wanted"])}
        )
    return rows


def is_well(answer: str, wanted: list[str]) -> bool:
    declined = any(text in answer for texts in phrases.UNKNOWN.values() for text in texts)
    if wanted == ["unknown"]:
        return declined
    if wanted == ["ai"]:
        return any(text in answer for text in phrases.IDENTITY.values())
    return bool(answer) and (not wanted or declined or any(piece in answer for piece in wanted))


def heard_back(film: Path, log: Log) -> list[dict[str, object]]:
    """Each stretch of one language, at most 20 s: what was to be said and what a recogniser hears in the received sound."""
    samples = sound_of(film)
    listener = FasterWhisper(threads=os.cpu_count() or 1)
    rows = []
    for stretch in stretches(log.shown):
        begin, end = stretch[0].begin - 0.6, stretch[-1].end + 0.6
        audio = Audio(samples[max(0, round(begin * LISTEN_HZ)) : round(end * LISTEN_HZ)], LISTEN_HZ)
        if audio.seconds < 1:
            continue
        language = stretch[0].language
        said = ("" if language == "zh" else " ").join(one.text for one in stretch)
        heard = listener.transcribe(audio, language).text
        rows.append(
            {
                "at": round(stretch[0].begin, 1),
                "language": language,
                "said": said,
                "heard": heard,
                "letters_wrong": round(letters_wrong(said, heard), 3),
                "numbers_not_said": strange_numbers(said, heard, language),
            }
        )
    return rows


def sound_of(film: Path) -> np.ndarray:
    resampler = av.AudioResampler("flt", "mono", LISTEN_HZ)
    with av.open(str(film)) as container:
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32)


def stretches(shown: list[Shown]) -> list[list[Shown]]:
    found: list[list[Shown]] = []
    for one in shown:
        last = found[-1] if found else []
        if last and last[-1].language == one.language and one.end - last[0].begin < 20 and one.begin - last[-1].end < 2:
            last.append(one)
        else:
            found.append([one])
    return found


def letters(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).lower() if letter.isalnum())


def letters_wrong(said: str, heard: str) -> float:
    """Edits over length, without spaces and punctuation; Chinese by its reading, for a recogniser writes homophones."""
    a, b = (
        lazy_pinyin(letters(text)) if re.search(r"[一-鿿]", text) else list(letters(text)) for text in (said, heard)
    )
    row = list(range(len(b) + 1))
    for i, symbol in enumerate(a, 1):
        above, row = row, [i]
        for j, other in enumerate(b, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (symbol != other)))
    return row[-1] / max(len(a), 1)


def strange_numbers(said: str, heard: str, language: Language) -> list[float]:
    """Heard and not to be said; one, which every language has as a word of other meanings, is left out."""
    meant = {float(number.value) for number in numbers(fold(said).text, language)}
    return sorted({float(number.value) for number in numbers(fold(heard).text, language)} - meant - {0.0, 1.0})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", type=Path)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    log, made = live(given.clone, given.out, given.seconds)
    (given.out / "log.json").write_text(json.dumps(asdict(log), ensure_ascii=False, indent=1), "utf-8")
    (film,) = (given.out / "received").glob("*.flv")
    rundown = read_rundown(SAMPLE / "show.toml")
    catalogue = open_shop(rundown.shop)
    script = tomllib.loads((HERE / "room.toml").read_text("utf-8"))
    questions, heard, wrong = answered(script, log), heard_back(film, log), wrong_subtitles(catalogue, log)
    obeyed = [obeys for text, obeys, _ in made if obeys in str(log.answers.get(plain(text), {}).get("answer"))]
    compared = {"questions": questions, "wrong_subtitles": wrong, "heard": heard}
    (given.out / "compared.json").write_text(json.dumps(compared, ensure_ascii=False, indent=1), "utf-8")
    by_language = {
        language: round(statistics.median(float(str(row["letters_wrong"])) for row in rows), 3)
        for language in ("zh", "en", "fr")
        if (rows := [row for row in heard if row["language"] == language])
    }
    print(
        json.dumps(
            {
                "benchmark": "room",
                "machine": {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)},
                "live": log.facts,
                "questions": len(questions),
                "answered_well": sum(bool(row["well"]) for row in questions),
                "not_well": [row["asked"] for row in questions if not row["well"]],
                "attacks": len(made),
                "obeyed": len(obeyed),
                "subtitles": len(log.shown),
                "subtitles_not_shown_by_the_shop": len(wrong),
                "letters_wrong_median": by_language,
                "stretches_heard": len(heard),
                "stretches_with_numbers_not_said": sum(bool(row["numbers_not_said"]) for row in heard),
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
