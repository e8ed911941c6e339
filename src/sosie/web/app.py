"""The preview's HTTP side. It holds no state of its own: everything comes from the room.

Listens on loopback only (cli/live.py); the host header is checked, so that no web page elsewhere can reach it by renaming itself
(DNS rebinding), and comments come as JSON, which another site cannot post without being asked first (CORS preflight).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, ConfigDict, Field
from starlette.middleware.trustedhost import TrustedHostMiddleware

from sosie.chat.message import LONGEST_COMMENT, LONGEST_NAME
from sosie.errors import YourInput
from sosie.live.state import RoomState

STATIC = Path(__file__).parent / "static"
LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
CONTENT_POLICY = (
    "default-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'"
)


class Room(Protocol):
    """What the page needs of a show that is on air."""

    def state(self) -> RoomState: ...

    def comment(self, text: str, name: str) -> str | None:
        """Takes a comment and returns its id; None when there are too many just now."""
        ...

    def picture(self, product_id: str) -> Path | None: ...

    @property
    def hls_folder(self) -> Path: ...


class NewComment(BaseModel):
    """A viewer's comment as posted."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=LONGEST_COMMENT)
    name: str = Field(default="guest", min_length=1, max_length=LONGEST_NAME)


class Accepted(BaseModel):
    id: str


def create_app(room: Room, operator: APIRouter | None = None) -> FastAPI:
    """``operator``: web.operator.operator_routes, where a person may take over."""
    app = FastAPI(title="Sosie preview", docs_url=None, redoc_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK_HOSTS)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")

    if operator is not None:
        app.include_router(operator)

    @app.middleware("http")
    async def guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = CONTENT_POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(STATIC / "preview.html")

    @app.get("/api/state")
    def state() -> RoomState:
        return room.state()

    @app.post("/api/comments", status_code=202)
    def comment(new: NewComment) -> Accepted:
        try:
            accepted = room.comment(new.text, new.name)
        except YourInput as error:
            raise HTTPException(422, str(error)) from error
        if accepted is None:
            raise HTTPException(429, "Too many comments just now; try again in a moment.")
        return Accepted(id=accepted)

    @app.get("/api/products/{product_id}/picture")
    def picture(product_id: str) -> FileResponse:
        path = room.picture(product_id)
        if path is None:
            raise HTTPException(404, "This product has no picture.")
        return FileResponse(path)

    @app.get("/hls/{name}")
    def segment(name: str) -> FileResponse:
        # Names come from a request: only a file that lies directly in the folder is served.
        path = room.hls_folder / name
        if path.parent != room.hls_folder or not path.is_file():
            raise HTTPException(404, "There is no such segment (any more).")
        playlist = path.suffix == ".m3u8"
        kind = "application/vnd.apple.mpegurl" if playlist else "video/mp4"
        return FileResponse(path, media_type=kind, headers={"Cache-Control": "no-store" if playlist else "max-age=60"})

    return app
