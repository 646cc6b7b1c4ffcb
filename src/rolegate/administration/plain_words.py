"""What a change says is texts, as in a file: who looks for the id `"5"` does not find the number 5."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from rolegate.diagnostics import short
from rolegate.encoding import encode
from rolegate.errors import ChangeError
from rolegate.wording.phrases import Phrase, SaidName

_IDS = frozenset(
    [
        "actor",
        "system",
        "addons",
        "domain",
        "holders",
        "kind",
        "member",
        "members",
        "name",
        "owner",
        "path",
        "plan",
        "role",
        "team",
        "user",
    ],
)
"""What is called so names something, and is not empty."""

_SUBJECTS = frozenset({"actor", "domain", "role", "system", "team", "user"})
"""What is called so, as in a document, names one thing."""


def refuse_unsayable(said: Any, where: str = "") -> None:
    """Refuse a change, or a part of one, that holds what no file could say; *where* is the key it is under.

    Raises:
        ChangeError: for a number, a date and the like, for half of a character, and for an empty id.
    """
    if isinstance(said, str):
        _refuse_text(said, where)
    elif isinstance(said, Mapping):
        for key, value in said.items():
            _refuse_key(key, where)
            if key in _SUBJECTS:
                _refuse_others(value, key)
            refuse_unsayable(value, key)
    elif is_dataclass(said) and not isinstance(said, type):
        for field in fields(said):
            value = getattr(said, field.name)
            if field.type == "str":
                _refuse_others(value, field.name)
            elif str(field.type).startswith("tuple["):
                given_list(field.name, value)
            refuse_unsayable(value, field.name)
    elif isinstance(said, list | tuple):
        for value in said:
            if value is None and where in _IDS:
                _refuse_others(value, where)
            refuse_unsayable(value, where)
    elif said is not None and (not isinstance(said, bool) or where in _IDS):
        _refuse_others(said, where)


def given_list(key: str, value: object) -> tuple[Any, ...]:
    """What is in the list *value* of *key*: a text is none, although it could be gone through as one.

    Raises:
        ChangeError: for a text, and for anything else that is no list.
    """
    if isinstance(value, str):
        raise ChangeError(Phrase("list_no_text", key=SaidName("code", key)))
    if not isinstance(value, Iterable) or isinstance(value, bytes | bytearray | Mapping):
        kind = SaidName("code", type(value).__name__)
        raise ChangeError(Phrase("list_not_that", key=SaidName("code", key), kind=kind))
    return tuple(value)


def _refuse_others(value: Any, where: str) -> None:
    """Refuse what is no text."""
    if not isinstance(value, str):
        kind = type(value).__name__
        shown = SaidName("code", short(str(value)))
        raise ChangeError(
            Phrase("takes_text", key=SaidName("code", where), value=shown, kind=SaidName("code", kind))
        )


def _refuse_key(key: Any, where: str) -> None:
    if not isinstance(key, str):
        shown = SaidName("code", short(str(key)))
        raise ChangeError(Phrase("takes_keys", key=SaidName("code", where), value=shown))
    _refuse_text(key, where)


def _refuse_text(text: str, where: str) -> None:
    if not text and where in _IDS:
        raise ChangeError(Phrase("is_empty", key=SaidName("code", where)))
    try:
        encode(text or "-")
    except ValueError:
        raise ChangeError(Phrase("half_character", key=SaidName("code", where))) from None
