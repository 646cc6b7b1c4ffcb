"""The value of a key as text: on lines of its own, or between brackets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rolegate.documents.scalar_writer import written

NewValue = str | bool | Sequence[str] | Mapping[str, object] | None
"""What a key is to have; None and a list of nothing say that it is not there."""


def value_lines(key: str, value: NewValue, column: int) -> list[str]:
    """`key: value` as lines that begin at *column*; a list of several texts has one a line."""
    margin = " " * column
    if isinstance(value, bool):
        return [f"{margin}{written(key)}: {str(value).lower()}"]
    if isinstance(value, str):
        return [f"{margin}{written(key)}: {written(value)}"]
    lines = [f"{margin}{written(key)}:"]
    if isinstance(value, Mapping):
        for name, inner in value.items():
            lines += value_lines(name, inner, column + 2)  # type: ignore[arg-type]
        return lines
    return lines + [f"{margin}  - {written(text)}" for text in value or ()]


def value_between_brackets(value: NewValue) -> str:
    """*value* on one line, as it is written between brackets."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return written(value, flow=True)
    if isinstance(value, Mapping):
        inner = (f"{written(k, flow=True)}: {value_between_brackets(v)}" for k, v in value.items())  # type: ignore[arg-type]
        return "{" + ", ".join(inner) + "}"
    return "[" + ", ".join(written(text, flow=True) for text in value or ()) + "]"
