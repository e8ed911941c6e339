"""Any OpenAI-compatible chat endpoint as a writer: streamed, within a time that is kept to, its cost counted.

``POST {base_url}/chat/completions`` with ``stream``; server-sent events come back, one piece of text each, then ``[DONE]``. An
endpoint that is slow, gone, broken or lying gives a draft that says which, never an error: the show has its own answer.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from concurrent.futures import TimeoutError as StillWaiting

import httpx2

from sosie.errors import YourInput
from sosie.writer.task import Draft, Failure, Task, Usage, messages, sentences_of

MOST_TOKENS = 120
MOST_BYTES = 64_000
"""Of one answer; an endpoint that sends more is not listened to."""
GRACE_SECONDS = 0.1
"""How much longer than its time a call may take, for the thread to give up waiting."""
NOTHING = Usage(0, 0, told=False)


class ChatEndpoint:
    """Implements ports.Writer. One connection is kept open; ``write`` may be called from several threads."""

    def __init__(self, base_url: str, model: str, key: str = "") -> None:
        """``key`` goes into the authorisation header and nowhere else."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        try:
            # Proxies of the environment are not taken: who is to read what viewers write is named in show.toml.
            self._client = httpx2.AsyncClient(
                base_url=base_url.rstrip("/") + "/", headers=headers, trust_env=False, timeout=None
            )
        except (ValueError, httpx2.InvalidURL) as problem:
            raise YourInput(
                "The writer's base_url or key cannot be used", wanted="https://host/v1 and a plain key"
            ) from problem
        self._model = model
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="writer endpoint", daemon=True)
        self._thread.start()

    def write(self, given: Task, seconds: float) -> Draft:
        """Returns within ``seconds`` (and GRACE_SECONDS), whatever the endpoint does. Never raises for what it does."""
        waiting = asyncio.run_coroutine_threadsafe(self._write(given, seconds), self._loop)
        try:
            return waiting.result(seconds + GRACE_SECONDS)
        except StillWaiting:
            waiting.cancel()
            return Draft((), "late", NOTHING)

    def close(self) -> None:
        """Gives up what is under way and the connection."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _hang_up(self) -> None:
        under_way = asyncio.all_tasks() - {asyncio.current_task()}
        for call in under_way:
            call.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._client.aclose()

    async def _write(self, given: Task, seconds: float) -> Draft:
        heard = _Heard()
        failure: Failure | None = None
        try:
            async with asyncio.timeout(seconds):
                failure = await self._listen(given, heard)
        except TimeoutError:
            failure = "late"
        except (httpx2.HTTPError, httpx2.StreamError):
            failure = "unreachable"
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
            # JSON that is none, or is another shape than the interface's.
            failure = "not understood"
        # Sentences that were whole when the time was over or the line broke are as good as others: all are checked.
        said = sentences_of(heard.text, whole=failure is None)
        if said:
            return Draft(said, None, heard.usage)
        return Draft((), failure or "empty", heard.usage)

    async def _listen(self, given: Task, heard: _Heard) -> Failure | None:
        body = {
            "model": self._model,
            "messages": messages(given),
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": MOST_TOKENS,
            "temperature": 0.2,
        }
        async with self._client.stream("POST", "chat/completions", json=body) as response:
            if response.status_code != httpx2.codes.OK:
                return "turned away"
            async for line in _lines(response):
                if not line.startswith("data:"):
                    continue
                data = line.removeprefix("data:").strip()
                if data == "[DONE]":
                    return None
                heard.take(json.loads(data))
        return None if heard.text else "not understood"


class _Heard:
    """What came so far."""

    def __init__(self) -> None:
        self.text = ""
        self.usage = NOTHING

    def take(self, event: dict[str, object]) -> None:
        usage = event.get("usage")
        if isinstance(usage, dict):
            self.usage = Usage(int(usage["prompt_tokens"]), int(usage["completion_tokens"]), told=True)
        choices = event["choices"]
        if not isinstance(choices, list):
            raise TypeError("choices")
        for choice in choices[:1]:
            piece = choice["delta"].get("content")
            if isinstance(piece, str) and piece:
                self.text += piece
                if not self.usage.told:
                    self.usage = Usage(0, self.usage.written + 1, told=False)


async def _lines(response: httpx2.Response) -> AsyncIterator[str]:
    """Lines as they come; a line, or an answer, without end is cut off (httpx2 would keep all of it)."""
    rest, n_bytes = b"", 0
    async for part in response.aiter_bytes():
        n_bytes += len(part)
        if n_bytes > MOST_BYTES:
            raise ValueError("more than anybody says")
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", "replace").strip()
    if rest:
        yield rest.decode("utf-8", "replace").strip()
