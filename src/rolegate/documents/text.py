"""Values of a policy file that remember where they were written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from rolegate.diagnostics import Span

TrapKind = Literal["null", "boolean", "number", "sexagesimal", "date", "merge", "default"]


class Text(str):
    """A scalar of a policy file: equal to its text, with the place it came from.

    INVARIANT: the span is set when the text is read and stays with it; nothing searches the file later.
    """

    __slots__ = ("span",)
    span: Span

    def __new__(cls, value: str, span: Span) -> Text:
        text = str.__new__(cls, value)
        text.span = span
        return text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.is_instance_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        # An editor reads an unquoted 42 as a number; here it is the text `42`.
        return {"type": ["string", "integer"]}


class Quoted(Text):
    """A scalar in quotes: always the text itself, never a name such as `user.id`."""

    __slots__ = ()


class Trap(str):
    """An unquoted scalar that YAML tools read as something other than text.

    It is not a `Text`, so that no shape takes it for one; a shape that wants a boolean or a date may take it.
    """

    __slots__ = ("kind", "span")
    kind: TrapKind
    span: Span

    def __new__(cls, value: str, span: Span, kind: TrapKind) -> Trap:
        trap = super().__new__(cls, value)
        trap.span = span
        trap.kind = kind
        return trap


class Keyed(dict[str, Any]):
    """A mapping with `Text` or `Trap` keys; `partial` when an entry was reported and left out."""

    __slots__ = ("partial", "span")

    def __init__(self, span: Span, entries: Iterable[tuple[str, Any]] = ()) -> None:
        if entries:
            super().__init__(entries)
        self.span = span
        self.partial = False


class Listed(list[Any]):
    """A list, with the place where it begins."""

    __slots__ = ("span",)

    def __init__(self, span: Span, items: Iterable[Any] = ()) -> None:
        super().__init__(items)
        self.span = span


class Broken:
    """Takes the place of a value that was reported already, so that nobody reports it again."""

    __slots__ = ("span",)

    def __init__(self, span: Span) -> None:
        self.span = span


Value = Text | Trap | Keyed | Listed | Broken


def span_of(value: object, otherwise: Span) -> Span:
    """Where *value* was written, or *otherwise* for a value that did not come from a file."""
    found = getattr(value, "span", None)
    return found if isinstance(found, Span) else otherwise


def span_at(text: str, index: int, file: str) -> Span:
    """The line and the column of *index*."""
    lines = re.split(r"\r\n|\r|\n", text[:index])
    return Span(file, len(lines), len(lines[-1]) + 1)
