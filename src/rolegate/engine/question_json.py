"""Reads the JSON object of one question, from a line of a batch or the body of a request."""

from __future__ import annotations

import json
from typing import Any

from rolegate.diagnostics import quoted
from rolegate.errors import InvalidQuestionError

LONGEST = 1 << 20
"""As many bytes or characters a question may have; none that means something comes near."""


def json_object(text: str | bytes) -> dict[str, Any]:
    """The JSON object in *text*; bytes are UTF-8.

    Raises:
        InvalidQuestionError: for more than `LONGEST`, for what is not a JSON object, and for duplicate keys.
    """
    if not isinstance(text, (str, bytes, bytearray)):
        raise InvalidQuestionError(f"a question in JSON is a text or bytes, not {type(text).__name__}")
    if len(text) > LONGEST:
        raise InvalidQuestionError("the question is longer than a megabyte")
    try:
        decoded = text if isinstance(text, str) else text.decode("utf-8")
    except UnicodeDecodeError as failure:
        raise InvalidQuestionError(f"not UTF-8 text at byte {failure.start + 1}") from None
    try:
        value = json.loads(decoded, object_pairs_hook=_without_duplicates)
    except json.JSONDecodeError as failure:
        raise InvalidQuestionError(f"not JSON: {failure.msg} at character {failure.pos + 1}") from None
    except (ValueError, RecursionError):  # a number with thousands of digits, or lists nested too deeply
        raise InvalidQuestionError("not JSON that can be a question") from None
    if not isinstance(value, dict):
        raise InvalidQuestionError("not a JSON object")
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of *pairs*. JSON readers disagree about which duplicate counts, so none does."""
    value: dict[str, Any] = {}
    for key, content in pairs:
        if key in value:
            raise InvalidQuestionError(f"duplicate key {quoted(key)}")
        value[key] = content
    return value
