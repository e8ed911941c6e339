"""Reads a TOML file that a person wrote, and says where exactly it is wrong."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from sosie.errors import YourInput


class Table(BaseModel):
    """A table of a file of ours: unknown keys are errors, for a misspelt key is one that does nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


T = TypeVar("T", bound=Table)


def read_toml(path: Path, model: type[T]) -> T:
    """The file as a checked table. Raises YourInput naming the file, the place, what was found and what is known."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise YourInput(f"there is no file {path}", wanted="a TOML file") from None
    except OSError as problem:
        raise YourInput(f"{path} cannot be read ({problem.strerror})") from problem
    except UnicodeDecodeError:
        raise YourInput(f"{path} is not UTF-8 text", wanted="a TOML file") from None
    except tomllib.TOMLDecodeError as problem:
        raise YourInput(f"{path} is not TOML: {problem}") from None
    try:
        return model.model_validate(data)
    except ValidationError as problem:
        # A misspelt key is also a missing one; the first is what its writer has to know.
        errors = sorted(problem.errors(), key=lambda error: error["type"] != "extra_forbidden")
        raise _explained(path, data, model, errors[0]) from None


def _explained(path: Path, data: object, model: type[Table], error: ErrorDetails) -> YourInput:
    *above, last = error["loc"] or ("the file",)
    place = place_of(data, tuple(above))
    where = f"{path.name}: {place}{last}"
    match error["type"]:
        case "extra_forbidden":
            known = _known_keys(model, tuple(above))
            close = difflib.get_close_matches(str(last), known, n=1)
            return YourInput(
                f"{path.name}: {place}the key {last!r} is unknown",
                wanted=f"one of {', '.join(known)}",
                try_this=close[0] if close else "",
            )
        case "missing":
            return YourInput(f"{where} is missing", wanted=_hint(error))
        case _:
            return YourInput(f"{where} is {str(error['input'])[:60]!r}", wanted=_hint(error))


def _hint(error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return "a value for it"
    return str(error["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")


def place_of(data: object, above: tuple[int | str, ...]) -> str:
    """Makes "product 'mug', name, " of ("product", 0, "name"): entries of a list go by their id where they have one."""
    text = ""
    for step in above:
        try:
            data = data[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            data = None
        if isinstance(step, int):
            name = (
                data.get("id", data.get("product", data.get("topic", data.get("written"))))
                if isinstance(data, dict)
                else None
            )
            text = text.removesuffix(", ") + (f" {name!r}, " if isinstance(name, str) else f" {step + 1}, ")
        else:
            text += f"{step}, "
    return text


def _known_keys(model: type[Table], above: tuple[int | str, ...]) -> list[str]:
    """The keys of the table at that place, found by walking the model's fields."""
    for step in above:
        if isinstance(step, str) and step in model.model_fields:
            inner = _table_in(model.model_fields[step].annotation)
            if inner is not None:
                model = inner
    return list(model.model_fields)


def _table_in(annotation: object) -> type[Table] | None:
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if found := _table_in(argument):
            return found
    return None
