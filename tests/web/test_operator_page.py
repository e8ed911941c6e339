"""The operator's page in a real Chromium, with a sound file for a microphone: what is spoken there arrives at the show."""

from __future__ import annotations

import threading
import wave
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, sync_playwright

from sosie.live.line_in import LineIn
from sosie.types import VOICE_HZ
from sosie.web.operator import operator_routes
from sosie.web.serve import listen, served

from .test_app import QuietRoom
from .test_microphone import TOKEN, OnDuty

pytestmark = [pytest.mark.slow, pytest.mark.browser]
CHROMIUM = "/usr/bin/chromium"
TONE_HZ = 700


class Keeping(OnDuty):
    """A show that brings sound into its own form, as a real one does."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[np.ndarray] = []
        self.line: LineIn | None = None
        self.enough = threading.Event()

    def push(self, pcm: bytes) -> None:
        self.line = self.line or LineIn(self.opened[0][1])
        self.frames += self.line.push(pcm)
        if len(self.frames) > 75:
            self.enough.set()


def tone(path: Path) -> Path:
    samples = 0.3 * np.sin(2 * np.pi * TONE_HZ * np.arange(48_000 * 20) / 48_000) * 32767
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def speak(page: Page, address: str, problems: list[str]) -> None:
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda told: problems.append(told.text) if told.type == "error" else None)
    page.goto(f"{address}/operator")
    assert page.locator("#speak").is_disabled()
    page.fill("#token", TOKEN)
    assert page.locator("#speak").is_disabled()
    page.check("#own")
    page.click("#speak")
    page.locator("#told", has_text="on air").wait_for(timeout=60_000)


def test_a_voice_goes_from_the_page_to_the_show_until_stop_is_pressed(tmp_path: Path) -> None:
    duty, problems = Keeping(), list[str]()
    sound = tone(tmp_path / "tone.wav")
    with (
        listen(0) as listener,
        served(QuietRoom(tmp_path), listener, None, operator_routes(duty, TOKEN)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-audio-capture={sound}",
            ],
        )
        # The page's own policy stands: its scripts, its worklet and its socket are all this server's.
        page = browser.new_page(permissions=["microphone"])
        speak(page, address, problems)
        assert duty.enough.wait(60)
        page.click("#speak")
        page.locator("#told", has_text="the clone goes on").wait_for()
        page.locator("#speak", has_text="Speak").wait_for()
        browser.close()
    assert problems == []
    assert duty.closed == [False]
    assert [said for said, _ in duty.stated] == ["This is my own voice."]
    heard = np.concatenate(duty.frames[25:75])
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert abs(int(spectrum.argmax()) * VOICE_HZ / len(heard) - TONE_HZ) < 30


def test_a_page_that_is_closed_in_the_middle_of_a_word_gives_the_show_back(tmp_path: Path) -> None:
    duty, problems = Keeping(), list[str]()
    with (
        listen(0) as listener,
        served(QuietRoom(tmp_path), listener, None, operator_routes(duty, TOKEN)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
            ],
        )
        page = browser.new_page(permissions=["microphone"])
        speak(page, address, problems)
        browser.close()
    assert duty.closed == [True]
