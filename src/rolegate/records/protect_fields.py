"""Fields of a record: which of them may be seen, and which may be written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rolegate.diagnostics import short
from rolegate.records.errors import RecordError

States = Mapping[str, str]
"""For each field of a group `edit`, `view` or `hidden`; anything else counts as hidden."""


_VISIBLE = ("edit", "view")
_LISTS = frozenset((tuple, list, set, frozenset))
_WRONG = (None,)
_MISSING = object()


class KnownStates(dict[str, Any]):
    """States that stay as they are; the names of the visible fields are picked out once."""

    __slots__ = ("shown",)

    def __init__(self, states: States) -> None:
        super().__init__(states)
        self.shown = tuple(name for name, state in states.items() if state in _VISIBLE)


class ForeignStates(dict[str, Any]):
    """States in a record of another domain: nothing of it is shown, whatever is to be kept."""

    __slots__ = ()


def is_visible(state: str) -> bool:
    """Whether a field in *state* is seen."""
    return state in _VISIBLE


def mask(states: States, record: Any, *, keep: Collection[str] = ()) -> dict[str, Any]:
    """The visible fields of *record*, as a dictionary of its own.

    *record* is a mapping, or an object with attributes: a dataclass, an ORM object, a row, a model of any
    kind. It is not changed, and of an object only the visible fields are read. A field that the catalog
    does not declare is not visible unless *keep* names it, such as `id`: a column that is added later stays
    invisible. *keep* never uncovers a field that the catalog declares. Values are passed on as they are, not
    copied and not searched.

    Raises:
        RecordError: for a value that is not a record, such as a list or an iterator of records, and for an
            object that does not have any of the fields; also when *keep* is not a list of texts.

    >>> mask({"name": "view", "card": "hidden"}, {"id": 1, "name": "Ana", "card": "4111"}, keep=["id"])
    {'id': 1, 'name': 'Ana'}
    """
    if keep != ():
        for name in keep if type(keep) in _LISTS else _WRONG:
            if type(name) is not str:
                _check_keep(keep)
                break
    if type(states) is ForeignStates:
        return {}
    kind: Any = type(record)
    if kind is dict:
        return _visible(states, record.items(), keep)
    mapped = hasattr(kind, "_sa_class_manager")
    if not mapped:  # an object of SQLAlchemy is read by its attributes
        if isinstance(record, Mapping):
            return _visible(states, record.items(), keep)
        if isinstance(record, tuple) and hasattr(record, "_asdict"):
            return _visible(states, record._asdict().items(), keep)
        refuse_no_record(record)
    names = _to_read(states, keep)
    if mapped and _are_columns(kind, names):
        loaded = vars(record)
        found = {name: loaded[name] for name in names if name in loaded}
        if len(found) == len(names):
            return found  # or else something has to be loaded first
    found = {}
    for name in names:
        value = getattr(record, name, _MISSING)
        if value is not _MISSING:
            found[name] = value
    if not found and states and not any(_declares(record, name) for name in states):
        raise RecordError(f"a record of type {kind.__name__} has none of the fields: {', '.join(states)}")
    return found


def _to_read(states: States, keep: Collection[str]) -> tuple[str, ...]:
    """The names to read of an object: those that are kept, then the visible fields of the catalog."""
    if type(states) is KnownStates:
        for name in keep:
            if name in states:
                break
        else:
            return (*keep, *states.shown)
    fields = [name for name, state in states.items() if state in _VISIBLE]
    return (*(name for name in keep if name not in states), *fields)


@lru_cache(maxsize=1024)
def _are_columns(kind: Any, names: tuple[str, ...]) -> bool:
    """Whether each of *names* of a mapped class is an attribute that only reads what has been loaded."""
    from rolegate.records.loaded import is_stored

    return all(is_stored(kind, name) for name in names)


def refuse_no_record(value: object) -> None:
    """Refuse a value that is no record, such as a number, a text, a list or a class.

    Raises:
        RecordError: for each of them.
    """
    kind = type(value)
    if (
        kind is dict
        or hasattr(kind, "_sa_class_manager")
        or isinstance(value, Mapping)
        or hasattr(value, "_asdict")
    ):
        return
    if isinstance(value, tuple | type | Iterator) or kind.__module__ == "builtins":
        raise RecordError(f"fields belong to one record, not to a value of type {kind.__name__}")


def _check_keep(keep: object) -> None:
    if isinstance(keep, (str, bytes)):
        raise RecordError(f"`keep` takes a list of names, not a text; write `keep=[{short(repr(keep))}]`")
    if not isinstance(keep, Collection) or not all(isinstance(name, str) for name in keep):
        raise RecordError("`keep` takes a list of names")


def _visible(states: States, items: Iterable[tuple[Any, Any]], keep: Collection[str]) -> dict[str, Any]:
    return {
        name: value for name, value in items if (states[name] in _VISIBLE if name in states else name in keep)
    }


def _declares(record: Any, name: str) -> bool:
    """Whether *record* has *name*, without reading it."""
    return hasattr(type(record), name) or name in getattr(record, "__dict__", ())


@dataclass(frozen=True, slots=True)
class WriteCheck:
    """Whether a change may be written: true when no field of it is refused."""

    refused: tuple[str, ...]
    allowed: tuple[str, ...]

    def __bool__(self) -> bool:
        return not self.refused


def may_write(states: States, changes: Mapping[str, Any] | Iterable[str]) -> WriteCheck:
    """Which fields of *changes*, a mapping or the names alone, are editable; in their order, each once.

    A field the catalog does not declare is refused.

    >>> may_write({"name": "edit", "card": "view"}, {"name": "Ana", "card": "4111"})
    WriteCheck(refused=('card',), allowed=('name',))
    """
    if isinstance(changes, (str, bytes)) or not isinstance(changes, Iterable):
        raise RecordError("changes are a mapping from fields to values, or a list of fields")
    given = tuple(changes)
    if not all(isinstance(name, str) for name in given):
        raise RecordError("the names of fields are texts")
    names = tuple(dict.fromkeys(given))
    allowed = tuple(name for name in names if states.get(name) == "edit")
    return WriteCheck(tuple(name for name in names if name not in allowed), allowed)
