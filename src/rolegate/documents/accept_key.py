"""The key `accept`: warnings that are meant so, by code, each with its reason."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from rolegate.codes import CODES
from rolegate.diagnostics import Span
from rolegate.documents import accept_problems as problems
from rolegate.documents.problems import refusal
from rolegate.documents.text import Keyed, Text, span_of
from rolegate.texts.invisible import all_seen

UNUSED = "RG125"
"""The finding that an acceptance accepts nothing, which nothing accepts."""

ACCEPTABLE = tuple(
    sorted(code for code, about in CODES.items() if about.severity == "warning" and code != UNUSED)
)

THING = ""
"""In place of an entry: the thing itself that has the key `accept`."""

_NOWHERE = Span("")


def _code(text: Text) -> Text:
    if text in ACCEPTABLE:
        return text
    if text not in CODES:
        raise refusal(problems.code_unknown, text.span, text, ACCEPTABLE)
    raise refusal(problems.code_not_accepted, text.span, text)


def _reason(text: Text) -> Text:
    if any(all_seen(character) and not character.isspace() for character in text):
        return text
    raise refusal(problems.reason_empty, text.span)


def _reasons(value: Any) -> Any:
    """One text is the reason for the thing itself."""
    if isinstance(value, str):
        place = span_of(value, _NOWHERE)
        return Keyed(place, [(Text(THING, place), value)])
    if isinstance(value, Keyed) and (THING in value or not (value or value.partial)):
        raise refusal(problems.acceptance_of_no_entry, value.span)
    return value


_Reason = Annotated[Text, AfterValidator(_reason), WithJsonSchema({"type": "string", "pattern": r"\S"})]
_Entries = Annotated[dict[Text, _Reason], Field(min_length=1)]
_Code = Annotated[Text, AfterValidator(_code), WithJsonSchema({"type": "string", "enum": list(ACCEPTABLE)})]
Accepted = Annotated[
    dict[
        _Code,
        Annotated[dict[Text, _Reason], BeforeValidator(_reasons, json_schema_input_type=_Reason | _Entries)],
    ],
    Field(description="Warnings that are meant so, by code, and why: `{RG117: two people}`."),
]


def accepting() -> Any:
    """The field of a shape that may accept what is found of it."""
    return Field(default_factory=dict)
