"""Grants that a change leaves unread: in a later one, the same text may be about something else.

An application may still have them. While each change reads them on both sides, what they give is compared;
once they are not read, nobody can tell what they gave. A longer path of instances needs no rule: by the time
a text of before is read again, the path is shorter, which is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rolegate.catalog.ladders import Ladder
from rolegate.catalog.model import Catalog, Permission
from rolegate.review.owned_names import in_quotes
from rolegate.review.paired_permissions import PairedPermission


def grants_of_before(pairs: Iterable[PairedPermission], new: Catalog) -> Iterator[str]:
    """What grants of the older side named of a permission and cannot name any more, as rules of the gate.

    What gave all of it is left out, since it can never give more. A scope that its ladder lists as removed is
    not used again.
    """
    ladders = new.former.of("ladder of scopes")
    for pair in pairs:
        if pair.old is None or pair.new is None:
            continue
        said = f"alias {in_quotes(pair.name)}" if pair.is_alias else f"permission {pair.path}"
        if len(pair.new.chain) < len(pair.old.chain):
            yield f"{said}: {_per(pair.new)} (was {_per(pair.old)})"
        was, now = pair.old.ladder, pair.new.ladder
        if was is None:
            continue
        yield from (f"{said}: scope {name} is gone" for name in _unread(was, now))
        if now is None or now.name != ladders.get(was.name, was.name):
            kept = () if now is None else now.removed
            for name in was.removed:
                if name not in kept:
                    yield f"{said}: removed scope {name} is gone"


def _per(permission: Permission) -> str:
    return f"per {'/'.join(permission.chain)}" if permission.chain else "not per instance"


def _unread(was: Ladder, now: Ladder | None) -> Iterator[str]:
    """The scopes of *was*, of part of the records, that *now* neither has nor keeps as removed."""
    for name, scope in was.scopes.items():
        whole = name == was.broadest and scope.condition is None
        if not whole and (now is None or not (now.has(name) or name in now.removed)):
            yield name
