"""`only`: what a line of bindings leaves of a role, in one copy for each instance it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rolegate.catalog.model import Catalog
from rolegate.encoding import readable
from rolegate.grants.rights import Held, Right, covers, overlap
from rolegate.grants.roles import Origin, Rights, Role, close

_FEW = 12


@dataclass(frozen=True, slots=True)
class Copy:
    """The part of a role that one instance of `only`, or the kept rest, leaves."""

    label: str
    rights: Rights


class Beyond(NamedTuple):
    """A right on more than `only` names of *kind*, which a kept right implies; `origin` says which one."""

    right: Right
    kind: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What `only` leaves of *role*; `kinds` has the encoded instances it names, by kind.

    INVARIANT: each copy is closed under `implies` and holds nothing that the role does not hold. What it
    holds follows from the role and its label alone, since lines with the same label share the copy.
    """

    role: Role
    kinds: Mapping[str, tuple[str, ...]]
    catalog: Catalog
    on: Mapping[str, Rights]
    """By `kind/instance`."""
    rest: Rights

    @classmethod
    def of(cls, role: Role, kinds: Mapping[str, Iterable[str]], catalog: Catalog) -> Narrowed:
        found = {kind: tuple(paths) for kind, paths in kinds.items()}
        on: dict[str, dict[Right, Origin]] = {
            f"{kind}/{path}": {} for kind, paths in found.items() for path in paths
        }
        rest: dict[Right, Origin] = {}
        for right, origin in role.rights.items():
            limit = _limit(right, found, catalog)
            if limit is None:
                rest[right] = origin
                continue
            for path, below in _patterns(right, limit, found, catalog):
                common = overlap(right.obj, below)
                if common is not None:
                    on[f"{limit}/{path}"][right._replace(obj=common)] = origin
        held = Held(role.rights)
        closed = {label: _closed(rights, held, catalog) for label, rights in on.items()}
        return cls(role, found, catalog, closed, _closed(rest, held, catalog))

    def copies(self, keep: bool) -> tuple[Copy, ...]:
        """The copies that the line binds; with *keep* the rest is one of them."""
        copies = [
            Copy(f"@{label}{self._beside(label.partition('/')[0])}", rights)
            for label, rights in sorted(self.on.items())
            if rights
        ]
        if keep and self.rest:
            copies.append(Copy("@-" + "".join(f":{kind}" for kind in sorted(self.kinds)), self.rest))
        return tuple(copies)

    def beyond(self, copies: Iterable[Copy]) -> Iterator[Beyond]:
        """What is implied of a named kind on more than the instances that are named."""
        for copy in copies:
            for right, origin in copy.rights.items():
                limit = _limit(right, self.kinds, self.catalog)
                if limit is None or origin.implied_by is None:
                    continue
                patterns = _patterns(right, limit, self.kinds, self.catalog)
                if not any(covers(below, right.obj) for _, below in patterns):
                    yield Beyond(right, limit, origin)

    def nothing_left(self, kind: str) -> str:
        """What to write instead of an instance of *kind* that `only` leaves nothing for."""
        rights = [right for right in self.role.rights if kind in self.catalog.permission(right.path).chain]
        if not rights:
            return f"nothing in the role is per {kind}: leave `{kind}` out of `only`"
        named = {right.obj for right in rights if not right.obj.endswith("*")}
        shown = ", ".join(f"`{readable(obj)}`" for obj in sorted(named)[:_FEW])
        return (
            f"the role is for {shown} alone"
            if shown
            else "another kind of `only` limits the same permissions: leave one out"
        )

    def _beside(self, kind: str) -> str:
        """The named kinds inside *kind*: rights per one of them are in its copies and not in those of *kind*.

        INVARIANT: the name of a copy says what it holds. Lines that name other kinds leave other rests, and
        must not meet in one name; no id holds a `:`.
        """
        inner = (each for each in self.kinds if each != kind and kind in self.catalog.resources[each].chain)
        return "".join(f":{each}" for each in sorted(inner))


def _limit(right: Right, kinds: Mapping[str, object], catalog: Catalog) -> str | None:
    """The innermost of *kinds* that *right* is granted per."""
    chain = catalog.permission(right.path).chain
    return next((each for each in reversed(chain) if each in kinds), None)


def _patterns(
    right: Right, limit: str, kinds: Mapping[str, tuple[str, ...]], catalog: Catalog
) -> Iterator[tuple[str, str]]:
    """The named instances of *limit*, each with the pattern that *right* is narrowed to."""
    whole = catalog.permission(right.path).chain[-1] == limit
    return ((path, path if whole else f"{path}/*") for path in kinds[limit])


def _closed(rights: Rights, held: Held, catalog: Catalog) -> Rights:
    """*rights* with what they imply, as far as the role, which holds *held*, holds it too."""
    closed = dict(rights)
    close(closed, catalog)
    return {right: origin for right, origin in closed.items() if right in rights or held.covers(right)}
