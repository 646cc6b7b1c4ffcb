"""What a file says of one role, as plain values, and the file that says it and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields

from rolegate.documents.accept_key import THING
from rolegate.documents.roles_file import Role, RoleShape
from rolegate.documents.value_lines import NewValue, value_lines
from rolegate.errors import EditError

ORDER = RoleShape.in_order()
"""The keys of a role, in the order in which they are written."""

_LISTS = frozenset({"assumed", "extends", "renamed_from", "grants", "excepted"})

_OTHERS = frozenset({"accept", "labels", "locked"})

IN_ORDER = frozenset({"assumed"})
"""The keys of which a list has a meaning in its order; the others are sets."""


@dataclass(frozen=True, slots=True)
class RoleParts:
    """What a file says of one role, as plain values; `excepted` is the key `except`.

    `accept` has the warnings that are meant so: by code, the reason for each entry; an entry that is empty is
    the role itself.

    Raises:
        EditError: for a value of the wrong kind.
    """

    name: str
    title: str | None = None
    description: str | None = None
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    source: str | None = None
    assumed: tuple[str, ...] = ()
    domain: str | None = None
    kind: str | None = None
    extends: tuple[str, ...] = ()
    renamed_from: tuple[str, ...] = ()
    clone_of: str | None = None
    replaces: str | None = None
    locked: bool = False
    grants: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    accept: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for about in fields(self):
            value = getattr(self, about.name)
            if about.name in _LISTS:
                if isinstance(value, str) or not isinstance(value, Iterable):
                    raise _wrong_kind(about.name)
                value = tuple(value)
                object.__setattr__(self, about.name, value)
            texts = (
                value
                if about.name in _LISTS
                else ()
                if about.name in ("accept", "labels", "locked")
                else (value,)
            )
            optional = about.name not in _LISTS and about.name != "name"
            if not all(isinstance(text, str) or (text is None and optional) for text in texts):
                raise _wrong_kind(about.name)
        if not isinstance(self.locked, bool):
            raise _wrong_kind("locked")

    @classmethod
    def of(cls, role: Role) -> RoleParts:
        """The parts of a role that was read."""
        name, body = role
        texts = {
            key: None if getattr(body, key) is None else str(getattr(body, key))
            for key in ("title", "description", "source", "domain", "kind", "clone_of", "replaces")
        }
        lists = {key: tuple(map(str, getattr(body, key))) for key in sorted(_LISTS)}
        accept = {
            str(code): {str(entry): str(reason) for entry, reason in reasons.items()}
            for code, reasons in body.accept.items()
        }
        labels = {
            str(locale): {key: str(said) for key in ("title", "description") if (said := getattr(label, key))}
            for locale, label in body.labels.items()
        }
        maps = {"accept": accept, "labels": labels}
        return cls(name=str(name), **texts, **lists, **maps, locked=body.locked)  # type: ignore[arg-type]

    def values(self) -> Iterator[tuple[str, NewValue]]:
        """Each key of the role with its value, in the order in which they are written."""
        for key in ORDER:
            if key == "accept":
                yield key, {code: _reasons(entries) for code, entries in self.accept.items()}
            elif key == "role":
                yield key, self.name
            else:
                value = getattr(self, "excepted" if key == "except" else key)
                alone = key in ("extends", "assumed", "renamed_from") and len(value) == 1
                yield key, value[0] if alone else value

    def text(self) -> str:
        """The file that has this role and nothing else.

        Raises:
            EditError: for text that YAML cannot hold.
        """
        said = [(key, value) for key, value in self.values() if value not in (None, False, (), {})]
        return "".join(f"{line}\n" for key, value in said for line in value_lines(key, value, 0))


def _wrong_kind(name: str) -> EditError:
    takes = "a list of texts" if name in _LISTS else "`True` or `False`" if name == "locked" else "a text"
    return EditError(f"`{name}` of a role has a value of the wrong kind: it takes {takes}")


def _reasons(entries: Mapping[str, str]) -> NewValue:
    return entries[THING] if THING in entries else dict(entries)
