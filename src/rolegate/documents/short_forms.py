"""The short forms of the language, written out: one text for a list, a list of names for a mapping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rolegate.diagnostics import Span
from rolegate.documents import problems
from rolegate.documents.condition_words import AROUND
from rolegate.documents.problems import refusal
from rolegate.documents.text import Keyed, Listed, Quoted, Text, span_of

_NOWHERE = Span("")
SCOPES = "[scopes]"
"""Where a ladder, once it is read, has its scopes: no key of a file is called so."""
# Words for conditions in other policy languages: whoever writes them means `where`.
_MEANT = ("condition", "conditions", "when", "if")
_SCOPE_KEYS = frozenset({"within", "title", "description", "renamed_from", "where", "accept", *_MEANT})


def as_list(value: Any) -> Any:
    """One text is a list of one."""
    return Listed(span_of(value, _NOWHERE), [value]) if isinstance(value, str) else value


def as_titled(value: Any) -> Any:
    """One text is the title."""
    return Keyed(span_of(value, _NOWHERE), [("title", value)]) if isinstance(value, str) else value


def as_members(value: Any) -> Any:
    """One member is a list of one."""
    return Listed(value.span, [value]) if isinstance(value, Keyed) else as_list(value)


def as_any_of(value: Any) -> Any:
    """One text is a choice of one."""
    if not isinstance(value, str):
        return value
    at = span_of(value, _NOWHERE)
    return Keyed(at, [("any_of", Listed(at, [value]))])


def as_scope(value: Any) -> Any:
    """One text is the title; keys whose values can only be conditions move below `where`."""
    if not isinstance(value, Keyed):
        return as_titled(value)
    short = {key: test for key, test in value.items() if is_short_condition(key, test)}
    if not short:
        return value
    first = next(iter(short))
    written = Keyed(span_of(first, _NOWHERE), short.items())
    rest = [(key, other) for key, other in value.items() if key not in short and key != "where"]
    both = [written, value["where"]] if "where" in value else [written]
    scope = Keyed(value.span, [*rest, (Text("where", written.span), Both(both))])
    scope.partial = value.partial
    return scope


class Both(tuple[Any, ...]):
    """The conditions of a scope that were written in the short form, and those under `where`."""

    __slots__ = ()


def is_short_condition(key: str, value: Any) -> bool:
    """Whether `key: value` in a scope is a condition on the attribute *key* and cannot be anything else."""
    if key in _SCOPE_KEYS or not isinstance(key, Text):
        return False
    if key in AROUND:
        return True
    asks_user = isinstance(value, Text) and not isinstance(value, Quoted) and value.startswith("user.")
    return asks_user or isinstance(value, Keyed)


def as_instances(value: Any) -> Any:
    """One id, or ids in a list, are instances without titles."""
    if isinstance(value, str):
        return Keyed(span_of(value, _NOWHERE), [(value, None)])
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return Keyed(span_of(value, _NOWHERE), [(item, None) for item in value])
    return value


def as_titles(value: Any) -> Any:
    """Names in a list are their own titles."""
    return _keyed(value, lambda name, _: name)


def as_ladder(value: Any) -> Any:
    """In a list of scopes, each lies within the one before it; of a mapping, one key is no scope."""
    if isinstance(value, Keyed):
        own = [(key, given) for key, given in value.items() if key == "renamed_from"]
        scopes = Keyed(value.span, [(key, given) for key, given in value.items() if key != "renamed_from"])
        scopes.partial = value.partial
        return Keyed(value.span, [*own, (Text(SCOPES, value.span), scopes)])
    if not isinstance(value, list):
        return value
    return Keyed(span_of(value, _NOWHERE), [(Text(SCOPES, span_of(value, _NOWHERE)), _one_by_one(value))])


def _one_by_one(value: Any) -> Any:
    return _keyed(
        value,
        lambda name, before: Keyed(
            span_of(name, _NOWHERE), [("within", before)] if before is not None else []
        ),
    )


def as_fields(value: Any) -> Any:
    """Fields in a list have nothing but their names."""
    return _keyed(value, lambda name, _: Keyed(span_of(name, _NOWHERE)))


def _keyed(value: Any, entry: Callable[[str, str | None], Any]) -> Any:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return value
    keyed = Keyed(span_of(value, _NOWHERE))
    first: dict[str, str] = {}
    before: str | None = None
    for name in value:
        if name in first:
            again, before_it = span_of(name, _NOWHERE), span_of(first[name], _NOWHERE)
            raise refusal(problems.listed_twice, again, name, before_it)
        first[name] = name
        keyed[name] = entry(name, before)
        before = name
    return keyed
