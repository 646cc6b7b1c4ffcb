"""`only`: what a line of bindings leaves of a role, in one copy for each instance it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report, Span
from rolegate.encoding import readable
from rolegate.grants.rights import Right, RightSet, overlap
from rolegate.grants.roles import Origin, Rights, Role, RoleKey, close

_FEW = 12
_COPY = 20
"""Steps for each instance that leaves a copy of a role: it is checked, compiled and bound by itself."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What one instance of `only` leaves of a role, or what is kept of its rest."""

    label: str
    rights: Rights = field(repr=False)


NOTHING_LEFT = Copy("@", {})
"""A copy without rights: whoever is bound to it is a holder of the role all the same."""


class Beyond(NamedTuple):
    """A right, implied by one that is kept, on more of *kind* than `only` names; `origin` says by which."""

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
    kinds: Mapping[str, Mapping[str, object]]
    catalog: Catalog
    on: Mapping[str, Rights]
    """By `kind/instance`."""
    rest: Rights

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
        """What the *copies* imply on more of a named kind than the instances that are named."""
        for copy in copies:
            for right, origin in copy.rights.items():
                limit = None if origin.implied_by is None else _limit(right, self.kinds, self.catalog)
                if limit is None:
                    continue
                depth = self.catalog.permission(right.path).chain.index(limit) + 1
                if _outer(right.obj, depth) not in self.kinds[limit]:
                    yield Beyond(right, limit, origin)

    def nothing_left(self, kind: str) -> str:
        """What to do about an instance of *kind* for which `only` leaves nothing."""
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
        return _beside(kind, self.kinds, self.catalog)


def _beside(kind: str, kinds: Iterable[str], catalog: Catalog) -> str:
    """The named kinds inside *kind*, whose rights are in copies of their own and not in those of *kind*.

    INVARIANT: the name of a copy says what it holds. Lines that name other kinds leave something else, and
    must not share a name; no encoded id has a `:`.
    """
    inner = (other for other in kinds if other != kind and kind in catalog.resources[other].chain)
    return "".join(f":{other}" for other in sorted(inner))


@dataclass(slots=True)
class Narrowing:
    """Narrows roles; what is the same for several lines is worked out once."""

    catalog: Catalog
    report: Report
    _parts: dict[tuple[RoleKey, tuple[str, ...]], _Parts] = field(default_factory=dict)

    def of(self, role: Role, kinds: Mapping[str, Mapping[str, object]], at: Span) -> Narrowed:
        """What is left of *role* on the encoded instances in *kinds*, by kind, named *at* some place."""
        key = role.key, tuple(sorted(kinds))
        parts = self._parts.get(key)
        if parts is None:
            parts = self._parts[key] = _Parts.of(role, kinds, self.catalog, self.report, at)
        for kind, paths in kinds.items():
            fresh = [path for path in paths if f"{kind}/{path}" not in parts.on]
            if fresh:
                parts.narrow(kind, fresh, self.catalog, self.report, at)
        on = {f"{kind}/{path}": parts.on[f"{kind}/{path}"] for kind, paths in kinds.items() for path in paths}
        return Narrowed(role, kinds, self.catalog, on, parts.rest)


@dataclass(slots=True)
class _Parts:
    """The rights of a role, by the kind that limits them, and what is left of them on each instance."""

    what: str
    held: RightSet
    by_kind: Mapping[str, list[tuple[Right, Origin]]]
    rest: Rights
    on: dict[str, Rights] = field(default_factory=dict)

    @classmethod
    def of(
        cls, role: Role, kinds: Mapping[str, object], catalog: Catalog, report: Report, at: Span
    ) -> _Parts:
        what = f"role `{role.name}` limited by `only`"
        report.steps(len(role.rights), what, at)
        by_kind: dict[str, list[tuple[Right, Origin]]] = {kind: [] for kind in kinds}
        rest: dict[Right, Origin] = {}
        for right, origin in role.rights.items():
            limit = _limit(right, kinds, catalog)
            if limit is None:
                rest[right] = origin
            else:
                by_kind[limit].append((right, origin))
        held = RightSet(role.rights)
        report.lines(len(rest), what, at)
        return cls(what, held, by_kind, _closed(rest, held, catalog, report, what, at))

    def narrow(self, kind: str, paths: list[str], catalog: Catalog, report: Report, at: Span) -> None:
        """Work out what is left on the instances *paths* of *kind*."""
        on: dict[str, dict[Right, Origin]] = {path: {} for path in paths}
        report.steps(4 * len(self.by_kind[kind]) + _COPY * len(paths), self.what, at)
        for right, origin in self.by_kind[kind]:
            chain = catalog.permission(right.path).chain
            depth = chain.index(kind) + 1
            outer = _outer(right.obj, depth)
            among = [path for path in (outer,) if path in on] if outer is not None else paths
            report.lines(len(among), self.what, at)
            for path in among:
                common = overlap(right.obj, path if depth == len(chain) else f"{path}/*")
                if common is not None:
                    on[path][right._replace(obj=common)] = origin
        for path, rights in on.items():
            self.on[f"{kind}/{path}"] = _closed(rights, self.held, catalog, report, self.what, at)


def _outer(obj: str, depth: int) -> str | None:
    """The first *depth* ids of the pattern *obj*; None when it names fewer."""
    parts = obj.split("/", depth)[:depth]
    return None if len(parts) < depth or parts[-1] == "*" else "/".join(parts)


def _limit(right: Right, kinds: Mapping[str, object], catalog: Catalog) -> str | None:
    """The innermost of *kinds* that *right* is granted per."""
    chain = catalog.permission(right.path).chain
    return next((kind for kind in reversed(chain) if kind in kinds), None)


def _closed(rights: Rights, held: RightSet, catalog: Catalog, report: Report, what: str, at: Span) -> Rights:
    """*rights* with what they imply, as far as that is *held* by the role."""
    if not catalog.entries("implies"):
        return rights
    closed = dict(rights)
    close(closed, catalog, report, what, at)
    return {right: origin for right, origin in closed.items() if right in rights or held.covers(right)}
