"""Reads JSON that comes from outside: whatever is wrong with it is one error, with a reason to show."""

from __future__ import annotations

import json
from typing import Any

from rolegate.diagnostics import quoted
from rolegate.errors import RolegateError

DEEPEST = 100
"""So many lists and objects may be in each other: nothing that we write comes near."""


class NotJsonError(RolegateError, ValueError):
    """A text is not JSON that can be read in one way alone."""


def read_json(text: str | bytes | bytearray) -> Any:
    """What *text* says in JSON; bytes are UTF-8.

    Raises:
        NotJsonError: for what is no JSON, lists that are too deep, numbers that are too long, and
            duplicate keys.
    """
    try:
        decoded = text if isinstance(text, str) else text.decode("utf-8")
        value = json.loads(decoded, object_pairs_hook=_without_duplicates, parse_constant=_no_number)
    except NotJsonError:
        raise
    except UnicodeDecodeError as failure:
        raise NotJsonError(f"not UTF-8 text at byte {failure.start + 1}") from None
    except json.JSONDecodeError as failure:
        raise NotJsonError(f"not JSON: {failure.msg} at character {failure.pos + 1}") from None
    except RecursionError:
        raise NotJsonError("not JSON: its lists and objects are too deep in each other") from None
    except (TypeError, AttributeError):
        raise NotJsonError("not JSON: it is no text") from None
    except ValueError:
        raise NotJsonError("not JSON: a number has too many digits") from None
    if decoded.count("[") + decoded.count("{") > DEEPEST and _is_deep(value):
        raise NotJsonError("not JSON: its lists and objects are too deep in each other")
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of *pairs*. JSON readers disagree about which duplicate counts, so none does."""
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        raise NotJsonError(f"duplicate key {quoted(next(name for name in names if names.count(name) > 1))}")
    return value


def _no_number(name: str) -> Any:
    raise NotJsonError(f"not JSON: `{name}` is not a valid number")


def _is_deep(value: Any) -> bool:
    """Whether lists and objects are so deep in each other that whoever walks through them might fail."""
    level = [value]
    for _ in range(DEEPEST):
        parts = [part for part in level if isinstance(part, list | dict)]
        level = [one for part in parts for one in (part.values() if isinstance(part, dict) else part)]
        if not level:
            return False
    return True
