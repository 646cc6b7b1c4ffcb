"""What restrictions of the older side take away in the words of the newer one, and whether others take it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rolegate.catalog.model import Catalog
from rolegate.compiled.names import ALL, NONE
from rolegate.compiled.restrict import Cost, Denied, named, take_along
from rolegate.diagnostics import Report, Span
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right, patterns
from rolegate.grants.takes import Take
from rolegate.review.paired_permissions import PairedPermission, paired_permissions

Taken = tuple[Take, GrantEntry]
"""A part of what a line or a restriction takes, and the entry that names it."""


class TakenPart(NamedTuple):
    """What is taken of one permission, on some instances and at one scope, as a compiled line says it."""

    path: str
    obj: str = NONE
    scope: str = NONE


LATER = TakenPart("")
"""What is added later, which a star takes."""


@dataclass(frozen=True, slots=True)
class Taking:
    """What is taken on the newer side: the entries, and the rights, with all that requires them."""

    entries: tuple[GrantEntry, ...]
    denied: Denied


@dataclass(slots=True)
class ComparedTakes:
    """Compares what entries of two sides take away, and what that takes along."""

    old: Catalog
    new: Catalog
    _pairs: dict[str, list[PairedPermission]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for pair in paired_permissions(self.old, self.new):
            if pair.old is not None and pair.new is not None and not pair.is_alias:
                self._pairs.setdefault(pair.old.path, []).append(pair)

    def taking(self, taken: Sequence[Taken]) -> Taking:
        """What *taken*, of the newer side, takes."""
        return Taking(tuple(dict.fromkeys(entry for _, entry in taken)), _denied(taken, self.new))

    def parts(self, entry: GrantEntry, taken: Iterable[Taken]) -> Iterator[TakenPart]:
        """What *entry* of the older side, which has *taken*, takes of what is on both sides.

        A star takes what is added later as well, which only a star does.
        """
        scopes: dict[tuple[PairedPermission, str], set[str]] = {}
        for right in _denied(taken, self.old):
            for pair in self._pairs.get(right.path, ()):
                known = scopes.setdefault((pair, _object(pair, right.obj)), set())
                known.add(pair.scope_names.get(right.scope, right.scope))
        for (pair, obj), wanted in scopes.items():
            names = () if pair.new is None else pair.new.scope_names
            for scope in [name for name in names if name in wanted] or names:
                yield TakenPart(pair.paths[1] or "", obj, scope)
        if self._star(entry) is not None:
            yield LATER

    def has(self, taking: Taking, part: TakenPart, entry: GrantEntry) -> bool:
        """Whether *taking* has all of a *part* of *entry*."""
        if part == LATER:
            return any(self._is_star_of(other, entry) for other in taking.entries)
        return any(Right(part.path, obj, part.scope) in taking.denied for obj in patterns(part.obj))

    def _star(self, entry: GrantEntry) -> str | None:
        """The group of which *entry* is a star, as it is called now; None for what is none, or is gone."""
        node = self.new.find(entry.grant.path) if entry.grant.path else self.new.nodes[""]
        return node.path if entry.grant.star and node is not None else None

    def _is_star_of(self, other: GrantEntry, entry: GrantEntry) -> bool:
        grant, wanted, path = other.grant, entry.grant, self._star(entry) or ""
        scopes = {wanted.scope, None}
        if wanted.scope is not None:
            scopes |= {ladder.today(wanted.scope) for ladder in self.new.ladders.values()}
        around = grant.path in ("", path) or path.startswith(f"{grant.path}.")
        return grant.star and around and grant.instance in (None, wanted.instance) and grant.scope in scopes


def _denied(taken: Iterable[Taken], catalog: Catalog) -> Denied:
    denied = named(take for take, _ in taken)
    take_along(denied, catalog, Cost(Report(), "what is restricted", Span("")))
    return denied


def _object(pair: PairedPermission, obj: str) -> str:
    """*obj* as the newer side has it, where the permission may take more kinds of instances, or fewer.

    Instances of another kind are other things: nothing of these was held by whoever lacked one of the former.
    """
    if pair.kinds_of is not None and obj != NONE:
        return ALL
    depth = 0 if pair.new is None else len(pair.new.chain)
    steps = () if obj in (ALL, NONE) else tuple(obj.removesuffix("/*").split("/"))[:depth]
    return "/".join(steps if len(steps) == depth else (*steps, ALL)) or NONE
