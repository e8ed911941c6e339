"""The person on duty, over HTTP: orders and signs of presence, behind a token, with the preview's server.

The token is made anew for each show and printed once (cli/live.py). It comes in the Authorization header, never in an address,
so it stands in no log and no history.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated, Literal, Protocol

from fastapi import APIRouter, Depends, Header, HTTPException
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from sosie.live.duty import HumanSpan, VoiceStatement
from sosie.show.events import TellOperator
from sosie.show.operator import Command, HandBack, JumpTo, Pause, Resume, Skip, TakeOver, TypeLine
from sosie.show.rundown import LONGEST_LINE
from sosie.types import Language
from sosie.web import microphone


class Duty(microphone.Duty, Protocol):
    """What the route needs of a show that is on air (live.session.Session)."""

    def operate(self, order: Command) -> TellOperator: ...

    @property
    def human_spans(self) -> tuple[HumanSpan, ...]: ...

    @property
    def voice_statements(self) -> tuple[VoiceStatement, ...]: ...


STATIC = Path(__file__).parent / "static"


class _Posted(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PostedPlain(_Posted):
    order: Literal["pause", "resume", "skip", "take over", "hand back"]


class PostedJump(_Posted):
    order: Literal["jump"]
    product_id: Annotated[str, Field(min_length=1, max_length=200)]


class PostedLine(_Posted):
    order: Literal["say"]
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_LINE)]
    language: Language


Posted = Annotated[PostedPlain | PostedJump | PostedLine, Field(discriminator="order")]


class Done(BaseModel):
    """What became of an order."""

    done: bool
    hindered: str | None
    """A reason of docs/claims.md, or what is missing."""
    refused_words: str | None
    """Of a line: what the firewall would not let be said."""


def new_token() -> str:
    return secrets.token_urlsafe(24)


def operator_routes(duty: Duty, token: str) -> APIRouter:
    """POST orders and presence, GET record and statements, and the microphone, under /operator; GET /operator itself is the page.

    ``token``: see new_token; at least 16 letters.
    """
    if len(token) < 16:
        raise ValueError("a token needs 16 letters or more, or it can be guessed")

    def on_duty(authorization: Annotated[str, Header()] = "") -> None:
        if not secrets.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            raise HTTPException(401, "Wanted: the operator's token, as 'Authorization: Bearer ...'.")

    routes = APIRouter(prefix="/operator", dependencies=[Depends(on_duty)])

    @routes.post("/orders")
    def order(posted: Posted) -> Done:
        told = duty.operate(_order(posted))
        words = posted.text.strip()[told.start : told.end] if isinstance(posted, PostedLine) and told.end else None
        return Done(done=told.hindered is None, hindered=told.hindered, refused_words=words)

    @routes.post("/presence", status_code=204)
    def presence() -> None:
        duty.operator_seen()

    @routes.get("/record")
    def record() -> tuple[HumanSpan, ...]:
        return duty.human_spans

    @routes.get("/statements")
    def statements() -> tuple[VoiceStatement, ...]:
        return duty.voice_statements

    # The page holds nothing of the show; the token is typed into it. The microphone's token comes as its first message.
    page = APIRouter()
    page.add_api_route("/operator", lambda: FileResponse(STATIC / "operator.html"), include_in_schema=False)
    page.include_router(routes)
    page.include_router(microphone.microphone_route(duty, token))
    return page


def _order(posted: PostedPlain | PostedJump | PostedLine) -> Command:
    match posted:
        case PostedJump(product_id=product_id):
            return JumpTo(product_id)
        case PostedLine(text=text, language=language):
            return TypeLine(text, language)
        case PostedPlain(order=order):
            plain: dict[str, Command] = {
                "pause": Pause(), "resume": Resume(), "skip": Skip(), "take over": TakeOver(), "hand back": HandBack(),
            }  # fmt: skip
            return plain[order]
