"""The kinds of text in a policy file, each with its check and its JSON Schema."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import AfterValidator, BeforeValidator, Strict, WithJsonSchema

from rolegate.documents import count_problems, date_problems, line_problems, name_problems, problems
from rolegate.documents.problems import refusal
from rolegate.documents.text import Text, Trap
from rolegate.encoding import MAX_COLUMN, MAX_OF_DOMAIN, MAX_ROLE, MAX_USER

NAME_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]*$"
LOCALE_PATTERN = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"
ATTRIBUTE_PATTERN = r"^[A-Za-z][A-Za-z0-9_]*$"
_IS_NAME = re.compile(NAME_PATTERN[1:-1]).fullmatch
COUNT_PATTERN = r"^[1-9][0-9]{0,8}$"
KINDS_OF_VALUES = ("text", "number", "date", "flag", "list")
DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
# No `T24:00`: newer releases of Python read it, older ones do not.
MOMENT_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[-+]([01][0-9]|2[0-3]):[0-5][0-9])?)?$"
)

SCHEMA_MARK = "x-rolegate"
"""Marks, in a raw JSON Schema, the places that take a grant or a path; `schema` replaces it."""


def _name(text: Text) -> Text:
    if _IS_NAME(text):
        return text
    raise refusal(name_problems.name_invalid, text.span, text)


def _attribute(text: Text) -> Text:
    if re.fullmatch(ATTRIBUTE_PATTERN[1:-1], text):
        return text
    raise refusal(name_problems.attribute_invalid, text.span, text)


def _domain(text: Text) -> Text:
    return _encodable(text)


def _user(text: Text) -> Text:
    return _encodable(text, MAX_USER)


def _role(text: Text) -> Text:
    return _encodable(text, MAX_ROLE)


def _team(text: Text) -> Text:
    return _encodable(text, MAX_OF_DOMAIN - 1)  # a domain has one character at least


def _instance(text: Text) -> Text:
    return _encodable(text, safe="/%")


def _encodable(text: Text, most: int = MAX_COLUMN, safe: str = "") -> Text:
    if not text:
        raise refusal(problems.id_empty, text.span)
    if len(text) * (3 if text.isascii() else 12) <= most:  # no letter takes more
        return text
    length = len(quote(text, safe=safe))
    if length > most:
        raise refusal(problems.id_too_long, text.span, text, length, most)
    return text


def _locale(text: Text) -> Text:
    if re.fullmatch(LOCALE_PATTERN[1:-1], text):
        return text
    raise refusal(name_problems.locale_invalid, text.span, text)


def _unquoted_date(value: Any) -> Any:
    return Text(str(value), value.span) if isinstance(value, Trap) and value.kind == "date" else value


def _moment(text: Text) -> Text:
    if not re.fullmatch(MOMENT_PATTERN[1:-1], text):
        raise refusal(date_problems.not_a_moment, text.span, text)
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise refusal(date_problems.no_such_day, text.span, text[:10]) from None
    return text


def _count(text: Text) -> Text:
    if re.fullmatch(COUNT_PATTERN[1:-1], text):
        return text
    raise refusal(count_problems.count_invalid, text.span, text)


def _rest(text: Text) -> Text:
    if text in ("keep", "drop"):
        return text
    raise refusal(line_problems.rest_invalid, text.span, text)


def _kind(text: Text) -> Text:
    if text in KINDS_OF_VALUES:
        return text
    raise refusal(name_problems.kind_invalid, text.span, text, KINDS_OF_VALUES)


def _unquoted_flag(value: Any) -> Any:
    return value == "true" if isinstance(value, Trap) and value in ("true", "false") else value


Name = Annotated[Text, AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": NAME_PATTERN})]
_ID = WithJsonSchema({"type": ["string", "integer"], "minLength": 1})
DomainId = Annotated[Text, AfterValidator(_domain), _ID]
UserId = Annotated[Text, AfterValidator(_user), _ID]
TeamId = Annotated[Text, AfterValidator(_team), _ID]
RoleId = Annotated[Text, AfterValidator(_role), _ID]
Instance = Annotated[Text, AfterValidator(_instance), _ID]
Attribute = Annotated[
    Text, AfterValidator(_attribute), WithJsonSchema({"type": "string", "pattern": ATTRIBUTE_PATTERN})
]
KindOfValue = Annotated[Text, AfterValidator(_kind), WithJsonSchema({"enum": list(KINDS_OF_VALUES)})]
Conditions = Annotated[Any, WithJsonSchema({SCHEMA_MARK: "Condition"})]
"""Conditions on a record as they were written; the catalog reads them."""
Locale = Annotated[
    Text, AfterValidator(_locale), WithJsonSchema({"type": "string", "pattern": LOCALE_PATTERN})
]
Path = Annotated[Text, WithJsonSchema({"type": "string", SCHEMA_MARK: "Path"})]
RestrictionName = Annotated[
    Text, AfterValidator(_name), WithJsonSchema({"type": "string", SCHEMA_MARK: "RestrictionName"})
]
RoleKindName = Annotated[
    Text, AfterValidator(_name), WithJsonSchema({"type": "string", SCHEMA_MARK: "RoleKindName"})
]
RecordValues = Annotated[Any, WithJsonSchema({"type": "object", "minProperties": 1})]
"""Attributes with values as programs have them: texts, whole numbers, true, false, null, dates, lists."""
GrantText = Annotated[Text, WithJsonSchema({"type": "string", SCHEMA_MARK: "Grant"})]
TakenText = Annotated[Text, WithJsonSchema({"type": "string", SCHEMA_MARK: "Taken"})]
BoxText = Annotated[Text, WithJsonSchema({"type": "string", SCHEMA_MARK: "Box"})]
"""A grant in a place where it takes something away, or says what may be held: a path means all of it."""
Flag = Annotated[bool, Strict(), BeforeValidator(_unquoted_flag)]
MomentText = Annotated[
    Text,
    BeforeValidator(_unquoted_date),
    AfterValidator(_moment),
    WithJsonSchema({"type": "string", "pattern": MOMENT_PATTERN}),
]
"""A date, or a date with a time of day; what it means depends on the zone of a domain."""
Count = Annotated[
    Text,
    AfterValidator(_count),
    WithJsonSchema({"type": ["string", "integer"], "pattern": COUNT_PATTERN, "minimum": 1}),
]
Rest = Annotated[Text, AfterValidator(_rest), WithJsonSchema({"enum": ["keep", "drop"]})]
