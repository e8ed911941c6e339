"""The preview over HTTP: what it serves, and what it refuses."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from sosie.errors import YourInput
from sosie.live.state import Health, RoomState
from sosie.web.app import create_app


class QuietRoom:
    """A room in which nothing happens."""

    def __init__(self, folder: Path) -> None:
        self.hls_folder = folder / "hls"
        self.hls_folder.mkdir()
        self.comments: list[tuple[str, str]] = []
        self.full = False

    def state(self) -> RoomState:
        return RoomState(
            True, 3.0, "Shop", "AI GENERATED", "fictional person", "", True, None, (), (), Health(75, 0, 0, 200)
        )

    def comment(self, text: str, name: str) -> str | None:
        if text == "😀":
            raise YourInput("a comment without a word in it")
        self.comments.append((text, name))
        return None if self.full else "c1"

    def picture(self, product_id: str) -> Path | None:
        return None


@pytest.fixture
def room(tmp_path: Path) -> QuietRoom:
    return QuietRoom(tmp_path)


@pytest.fixture
def client(room: QuietRoom) -> TestClient:
    return TestClient(create_app(room), base_url="http://127.0.0.1:8000")


def test_the_page_and_its_parts_are_served(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    for part in ("preview.js", "preview.css", "vendor/hls.light-1.7.4.min.js"):
        assert f"/static/{part}" in page.text
        assert client.get(f"/static/{part}").status_code == 200


def test_no_script_from_elsewhere_may_run(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_state_says_what_is_on(client: TestClient) -> None:
    state = client.get("/api/state").json()
    assert (state["on_air"], state["label"], state["health"]["frames"]) == (True, "AI GENERATED", 75)


def test_a_comment_reaches_the_room(client: TestClient, room: QuietRoom) -> None:
    answer = client.post("/api/comments", json={"text": "多少钱?"})
    assert (answer.status_code, answer.json()) == (202, {"id": "c1"})
    assert room.comments == [("多少钱?", "guest")]


@pytest.mark.parametrize("body", [{}, {"text": "😀"}, {"text": ""}, {"text": "x" * 201}, {"text": "hi", "admin": True}])
def test_a_comment_of_another_shape_is_refused(client: TestClient, room: QuietRoom, body: dict[str, object]) -> None:
    assert client.post("/api/comments", json=body).status_code == 422
    assert room.comments == []


def test_a_form_of_another_site_cannot_post(client: TestClient, room: QuietRoom) -> None:
    assert (
        client.post("/api/comments", content='{"text": "hi"}', headers={"Content-Type": "text/plain"}).status_code
        == 422
    )
    assert room.comments == []


def test_too_many_comments_are_told_to_wait(client: TestClient, room: QuietRoom) -> None:
    room.full = True
    assert client.post("/api/comments", json={"text": "hi"}).status_code == 429


def test_only_our_own_host_name_is_answered(client: TestClient) -> None:
    assert client.get("/api/state", headers={"host": "evil.example"}).status_code == 400


def test_segments_come_from_their_folder_only(client: TestClient, room: QuietRoom) -> None:
    (room.hls_folder / "live.m3u8").write_text("#EXTM3U")
    (room.hls_folder.parent / "secret").write_text("secret")
    assert client.get("/hls/live.m3u8").headers["cache-control"] == "no-store"
    for name in ("..%2Fsecret", "%2e%2e/secret", "nothing.m4s"):
        assert client.get(f"/hls/{name}").status_code == 404
