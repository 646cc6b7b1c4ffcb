"""What a change no longer requires: restrictions, also those of an application, take less by that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from rolegate.catalog.dependency_entries import Dependency
from rolegate.catalog.model import Catalog, Permission
from rolegate.grants.rights import Need, shown
from rolegate.review.paired_permissions import PairedPermission, paired_permissions
from rolegate.review.sensitive_marks import is_sensitive


class _Required(NamedTuple):
    """What an entry of `requires` asks for: at the scope of its owner or not, on how many of its kinds."""

    path: str
    instance: str | None
    scope: str | None
    along: bool
    shared: int


def weaker_requirements(old: Catalog, new: Catalog, *, sensitive_only: bool = False) -> Iterator[str]:
    """Each entry of `requires` of the older side that the newer one does not have as strictly.

    With *sensitive_only*, those by which something sensitive is kept from whoever is restricted.
    """
    if old == new:
        return
    pairs = paired_permissions(old, new)
    known = [
        pair
        for pair in pairs
        if pair.old is not None and pair.new is not None and not pair.is_alias and pair.kinds_of != 0
    ]
    today: dict[str, set[str]] = {}
    for pair in known:
        was, now = pair.paths
        today.setdefault(was or "", set()).add(now or "")
    told = _needed_by_sensitive(old, known) if sensitive_only else {pair.paths[0] for pair in known}
    for pair in known:
        if pair.old is None or pair.new is None or pair.old.path not in told:
            continue
        after = _all_required(pair.new, new) if pair.old.requires else ()
        for entry in pair.old.requires:
            before = _required(pair.old, entry, old)
            scopes = _scopes_today(before, known)
            if not any(_is_as_strict(one, before, scopes, today) for one in after):
                wanted = shown(Need(before.path, before.instance, before.scope))
                yield f"{pair.new.path} requires {wanted}: gone"


def _required(owner: Permission, entry: Dependency, catalog: Catalog) -> _Required:
    target = catalog.permission(entry.path)
    along = entry.scope is None and target.ladder is not None and target.ladder is owner.ladder
    shared = 0
    while shared < min(len(owner.chain), len(target.chain)) and owner.chain[shared] == target.chain[shared]:
        shared += 1
    return _Required(target.path, entry.instance, entry.scope, along, 0 if entry.instance else shared)


def _all_required(owner: Permission, catalog: Catalog) -> list[_Required]:
    """What *owner* requires, and what that requires: it loses both with the last one."""
    found = [_required(owner, entry, catalog) for entry in owner.requires]
    for one in found:  # it grows meanwhile
        target = catalog.permission(one.path)
        for entry in target.requires:
            further = _required(target, entry, catalog)
            along, shared = one.along and further.along, min(one.shared, further.shared)
            further = further._replace(along=along, shared=shared)
            found += [] if further in found else [further]
    return found


def _is_as_strict(
    one: _Required, before: _Required, scopes: Collection[str | None], today: dict[str, set[str]]
) -> bool:
    return (
        one.path in today.get(before.path, ())
        and one.instance == before.instance
        and one.scope in scopes
        and one.along >= before.along
        and one.shared >= before.shared
    )


def _scopes_today(before: _Required, known: Iterable[PairedPermission]) -> Collection[str | None]:
    """What the scope that an entry names is called now, and those that ask for more."""
    scope = before.scope
    if scope is None:
        return (None,)
    for pair in known:
        if pair.old is not None and pair.new is not None and pair.old.path == before.path:
            name, ladder = pair.scope_names.get(scope, scope), pair.new.ladder
            return ladder.broader(name) if ladder is not None and name in ladder.scopes else (name,)
    return (scope,)


def _needed_by_sensitive(old: Catalog, known: Iterable[PairedPermission]) -> set[str | None]:
    """The permissions of the older side that are sensitive, or are required by what is."""
    waiting = [pair.old.path for pair in known if pair.old is not None and is_sensitive(pair, old)]
    found: set[str | None] = {*waiting}
    for path in waiting:
        more = {entry.path for entry in old.permission(path).requires} - found
        found |= more
        waiting += more
    return found
