"""The kinds of text in a policy file, each with its check and its JSON Schema."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import AfterValidator, BeforeValidator, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError

from rolegate.documents.text import Text, Trap
from rolegate.encoding import MAX_COLUMN, MAX_OF_DOMAIN, MAX_ROLE, MAX_USER

NAME_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]*$"
LOCALE_PATTERN = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"
ATTRIBUTE_PATTERN = r"^[A-Za-z][A-Za-z0-9_]*$"
_IS_NAME = re.compile(NAME_PATTERN[1:-1]).fullmatch
DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

SHORTER = "use a shorter id; letters other than A-Z count three to twelve times"
"""What to do about an id that is too long."""

SCHEMA_MARK = "x-rolegate"
"""Marks, in a raw JSON Schema, the places that take a grant or a path; `schema.py` replaces it."""


def problem(code: str, message: str, help: str, **places: Any) -> PydanticCustomError:
    """A finding of a shape; `shape.py` turns it into the diagnostic *code*.

    *places* may hold `at`, a span in place of the value's own, and `related`.
    """
    context = {"message": message, "help": help, **places}
    return PydanticCustomError(code, "{message}", context)


def _name(text: Text) -> Text:
    if _IS_NAME(text):
        return text
    raise problem(
        "RG116",
        "an empty name" if not text else f"`{short(text)}` is no name",
        "a name begins with a letter A-Z and holds letters, digits, `_` and `-`",
    )


def _attribute(text: Text) -> Text:
    if re.fullmatch(ATTRIBUTE_PATTERN[1:-1], text):
        return text
    raise problem(
        "RG116",
        f"`{short(text)}` is no name of an attribute",
        "name one attribute of the records: letters, digits and `_`, a letter first",
    )


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
        raise problem("RG115", "an empty id", "write the id, or leave the entry out")
    if len(text) * (3 if text.isascii() else 12) <= most:  # no letter takes more
        return text
    length = len(quote(text, safe=safe))
    if length > most:
        message = f"`{short(text)}` is {length} characters long once encoded; {most} is the most"
        raise problem("RG115", message, SHORTER)
    return text


def _locale(text: Text) -> Text:
    if re.fullmatch(LOCALE_PATTERN[1:-1], text):
        return text
    raise problem("RG116", f"`{short(text)}` is no locale", "write a locale such as `en`, `fr` or `fr-CA`")


def _unquoted_date(value: Any) -> Any:
    return Text(str(value), value.span) if isinstance(value, Trap) and value.kind == "date" else value


def _date(text: Text) -> Text:
    help = "write a day as `2027-01-31`; the line ends when that day begins, at 00:00 UTC"
    if not re.fullmatch(DATE_PATTERN[1:-1], text):
        raise problem("RG405", f"`{short(text)}` is no date of the form YYYY-MM-DD", help)
    try:
        date.fromisoformat(text)
    except ValueError:
        raise problem("RG405", f"there is no day `{text}`", help) from None
    return text


def _rest(text: Text) -> Text:
    if text in ("keep", "drop"):
        return text
    help = "`keep` leaves the rights that `only` does not limit as they are, `drop` takes them away"
    raise problem("RG406", f"`rest` is `keep` or `drop`, not `{short(text)}`", help)


def _unquoted_flag(value: Any) -> Any:
    return value == "true" if isinstance(value, Trap) and value in ("true", "false") else value


def short(text: str) -> str:
    """As much of *text* as a message can hold."""
    return text if len(text) <= 80 else f"{text[:77]}..."


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
Conditions = Annotated[Any, WithJsonSchema({SCHEMA_MARK: "Condition"})]
"""Conditions on a record as they were written; the catalog reads them."""
Locale = Annotated[
    Text, AfterValidator(_locale), WithJsonSchema({"type": "string", "pattern": LOCALE_PATTERN})
]
Path = Annotated[Text, WithJsonSchema({"type": "string", SCHEMA_MARK: "Path"})]
GrantText = Annotated[Text, WithJsonSchema({"type": "string", SCHEMA_MARK: "Grant"})]
Flag = Annotated[bool, Strict(), BeforeValidator(_unquoted_flag)]
Until = Annotated[
    Text,
    BeforeValidator(_unquoted_date),
    AfterValidator(_date),
    WithJsonSchema({"type": "string", "format": "date", "pattern": DATE_PATTERN}),
]
Rest = Annotated[Text, AfterValidator(_rest), WithJsonSchema({"enum": ["keep", "drop"]})]
