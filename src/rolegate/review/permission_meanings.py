"""What a text of a gain means on the newer side, where the older side does not say it alike.

INVARIANT: it belongs to what an approval has to name. What the older side says is the same for every change
of it; what only the newer side says may be otherwise in another change. A ladder or a kind of instances that
no permission of the older side has says nothing there: nobody had to approve what it means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rolegate.catalog.availability import EVERYWHERE
from rolegate.catalog.condition_writer import written
from rolegate.catalog.ladders import Ladder
from rolegate.catalog.model import Catalog, Permission
from rolegate.compiled.names import availability_name, needs_of
from rolegate.review.paired_permissions import PairedPermission


@dataclass(frozen=True, slots=True)
class PermissionMeanings:
    """The catalogs of two sides, by which the meanings of permissions are told apart."""

    old: Catalog
    new: Catalog
    _ladders: tuple[Ladder, ...] = field(init=False, repr=False)
    _kinds: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        used = {permission.ladder.name for permission in self.old.permissions if permission.ladder}
        ladders = tuple(ladder for ladder in self.old.ladders.values() if ladder.name in used)
        kinds = (kind for permission in self.old.permissions for kind in permission.chain)
        object.__setattr__(self, "_ladders", ladders)
        object.__setattr__(self, "_kinds", frozenset(kinds))

    def otherwise(self, pair: PairedPermission, part: str) -> str:
        """How a *part* of a permission means another thing than before; empty where it means what it did."""
        old, new = pair.old, pair.new
        if new is None:
            return ""
        if old is None:
            return "".join(self._of_new(new, part))
        said = (
            (pair.is_alias, f" (alias of {new.path}, of {old.path} before)"),
            (old.path != new.path and not pair.is_alias, f" (was {old.path})"),
            (_nesting(old) != _nesting(new), _scope_said(new, part)),
            (old.chain != new.chain, self._chain_said(new)),
        )
        return "".join(text for differs, text in said if differs)

    def offered(self, pair: PairedPermission) -> str:
        """Which domains have a permission, where they are other ones than before: roles hold it in these."""
        before = EVERYWHERE if pair.old is None else pair.old.availability
        if pair.new is None or pair.new.availability == before:
            return ""
        here = pair.new.availability
        return " (in every domain)" if here.everywhere else f" (where {needs_of(availability_name(here))})"

    def _of_new(self, permission: Permission, part: str) -> Iterator[str]:
        """The meaning of one that only the newer side has, as far as names of the older do not say it."""
        if permission.ladder is not None and not self._is_known_scope(permission.ladder, part):
            yield _scope_said(permission, part)
        if permission.chain and not self._is_known_chain(permission.chain):
            yield self._chain_said(permission)
        column = None if self.new.records is None else self.new.records.domain
        if column != (None if self.old.records is None else self.old.records.domain):
            yield f" (domain of a record: {column})"

    def _is_known_scope(self, ladder: Ladder, part: str) -> bool:
        """Whether each ladder in use on the older side that has the scope of *part* means the same by it."""
        name = _scope_of(ladder, part)
        mine = _meaning(ladder, name)
        others = [_meaning(other, name) for other in self._ladders if name in other.scopes]
        return all(other == mine for other in others) and (bool(others) or mine == _EVERYTHING)

    def _is_known_chain(self, chain: tuple[str, ...]) -> bool:
        """Whether an instance path of this length can only be of these kinds on the older side."""
        known = {kind.chain for kind in self.old.resources.values() if len(kind.chain) == len(chain)}
        return known == {chain} and self._kinds.issuperset(chain) and not any(map(self._attribute, chain))

    def _chain_said(self, permission: Permission) -> str:
        kinds = "/".join(f"{kind}{self._attribute(kind)}" for kind in permission.chain)
        return f" (per {kinds})" if kinds else " (not per instance)"

    def _attribute(self, kind: str) -> str:
        """What of a record is the instance of a *kind*, where that is not as before."""
        here, before = self.new.resources[kind].attribute, self.old.resources.get(kind)
        known = before.attribute if before is not None and kind in self._kinds else None
        return "" if here == known else f"={here}"


_Meaning = tuple[tuple[str, str], ...]
"""A scope and those within it, and the broadest one that bounds them, each with its condition."""

_EVERYTHING: _Meaning = ()


def _scope_of(ladder: Ladder, part: str) -> str:
    name = part.rpartition("@")[2]
    return name if name in ladder.scopes else ladder.broadest


def _meaning(ladder: Ladder, name: str) -> _Meaning:
    """What is held at a scope: whoever holds every record holds each part of them."""
    top = ladder.scopes[ladder.broadest]
    if name == top.name and top.condition is None:
        return _EVERYTHING
    names = (*ladder.within(name), *([] if name == top.name or top.condition is None else [top.name]))
    conditions = (ladder.scopes[scope].condition for scope in names)
    return tuple(
        (scope, "" if condition is None else f" {written(condition)}")
        for scope, condition in zip(names, conditions, strict=True)
    )


def _scope_said(permission: Permission, part: str) -> str:
    if permission.ladder is None:
        return " (no scopes)"
    name = _scope_of(permission.ladder, part)
    meaning = _meaning(permission.ladder, name)
    said = "; ".join(f"{scope}{condition}" for scope, condition in meaning)
    return f" (scope {said or f'{name}: every record'})"


def _nesting(permission: Permission) -> dict[str, str | None] | None:
    """Each scope with the one that it is within; None without scopes."""
    if permission.ladder is None:
        return None
    return {name: scope.within for name, scope in permission.ladder.scopes.items()}
