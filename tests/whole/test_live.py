"""A real show: pushed to a real nginx-rtmp, played in a real Chromium, asked a question, recorded, and looked at as received."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Page, sync_playwright

from broadcast.conftest import Nginx, free_port, nginx
from sosie.mark.sample import to_yuv
from sosie.stage.label_reader import find_label

from .conftest import SHOW, sosie

pytestmark = [pytest.mark.slow, pytest.mark.weights, pytest.mark.browser, pytest.mark.network]
__all__ = ["nginx"]
CHROMIUM = "/usr/bin/chromium"
SECONDS = 50
QUIET_CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
]


def on_air(clone: Path, port: int, *more: str) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "sosie",
        "live",
        str(SHOW),
        "--clone",
        str(clone),
        "--port",
        str(port),
        "--json",
        *more,
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_until_on_air(show: subprocess.Popen[str]) -> None:
    assert show.stderr is not None
    for line in show.stderr:
        if "On air" in line:
            return
    raise AssertionError("the show never went on air")


def watched(page: Page, address: str) -> dict[str, object]:
    """Opens the page, watches some seconds, asks the price, and waits for the answer."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(address)
    page.wait_for_function("document.getElementById('player').currentTime > 4", timeout=300_000)
    page.fill("#text", "How much is the mug, please?")
    page.click("#ask button")
    page.wait_for_selector("li .answer", timeout=300_000)
    played = page.evaluate(
        """() => { const v = document.getElementById('player'), q = v.getVideoPlaybackQuality();
        return {width: v.videoWidth, time: v.currentTime, dropped: q.droppedVideoFrames, shown: q.totalVideoFrames,
                answer: document.querySelector('li .answer').textContent, label: document.getElementById('label').textContent,
                product: !document.getElementById('product').hidden}; }"""
    )
    return {**played, "problems": problems}


def test_a_show_as_viewers_get_it(clone: Path, tmp_path: Path, nginx: Nginx) -> None:
    port, recording = free_port(), tmp_path / "show.mp4"
    show = on_air(clone, port, "--for", str(SECONDS), "--record", str(recording), "--rtmp", nginx.url())
    wait_until_on_air(show)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET_CHROMIUM)
        seen = watched(browser.new_page(bypass_csp=True), f"http://127.0.0.1:{port}")
        browser.close()
    output, errors = show.communicate(timeout=600)
    assert show.returncode == 0, errors
    assert seen["problems"] == []
    assert seen["width"] == 720
    assert "[AI" in str(seen["answer"])
    assert "yuan" in str(seen["answer"])
    facts = json.loads(output)
    assert facts["answers"] == 1
    assert facts["frames"] >= 25 * (SECONDS - 10)
    assert sosie("verify", str(recording)).returncode == 0
    for path in (recording, *nginx.recordings()):
        _look_at(path, facts["frames"] / 25)


def _look_at(path: Path, seconds: float) -> None:
    """Label in every sampled frame, sound throughout, no gap, picture and sound of one length."""
    with av.open(str(path)) as container:
        times = []
        for number, frame in enumerate(container.decode(video=0)):
            times.append(float(frame.time))
            if number % 25 == 0:
                assert find_label(to_yuv(frame)).present, f"no label at {frame.time} s"
    with av.open(str(path)) as container:
        sound = [(float(frame.time), frame.to_ndarray()[0]) for frame in container.decode(audio=0)]
    # The push begins with its first keyframe, so it may lack the first seconds.
    assert times[-1] - times[0] > seconds - 4
    assert max(np.diff(times)) < 0.05
    assert max(np.diff([time for time, _ in sound])) < 0.05
    assert abs(sound[-1][0] - times[-1]) < 0.15
    assert np.sqrt(np.mean(np.concatenate([part for _, part in sound]) ** 2)) > 0.01


def test_ctrl_c_ends_the_show_and_the_recording_is_complete(clone: Path, tmp_path: Path) -> None:
    recording = tmp_path / "show.mp4"
    show = on_air(clone, free_port(), "--record", str(recording))
    wait_until_on_air(show)
    # The clock starts when the first words are made, which takes longer on a busy machine.
    for _ in range(240):
        if recording.exists() and recording.stat().st_size > 500_000:
            break
        time.sleep(0.25)
    show.send_signal(signal.SIGINT)
    output, errors = show.communicate(timeout=600)
    assert show.returncode == 0, errors
    with av.open(str(recording)) as container:
        frames = sum(1 for _ in container.decode(video=0))
    assert frames == json.loads(output)["frames"] > 25
    assert sosie("verify", str(recording)).returncode == 0


def test_an_rtmp_address_that_refuses_is_a_sentence(clone: Path, tmp_path: Path) -> None:
    address = f"rtmp://127.0.0.1:{free_port()}/live/secret-key"
    show = on_air(clone, free_port(), "--rtmp", address, "--record", str(tmp_path / "show.mp4"))
    _, errors = show.communicate(timeout=600)
    assert show.returncode == 3
    assert "Traceback" not in errors
    assert "secret-key" not in errors
