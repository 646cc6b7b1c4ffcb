"""Reads the JSON object of one question, from a line of a batch or the body of a request."""

from __future__ import annotations

from typing import Any

from rolegate.documents.json_text import NotJsonError, read_json
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
        value = read_json(text)
    except NotJsonError as failure:
        raise InvalidQuestionError(str(failure)) from None
    if not isinstance(value, dict):
        raise InvalidQuestionError("not a JSON object")
    return value
