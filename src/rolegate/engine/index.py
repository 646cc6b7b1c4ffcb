"""The decision index: dictionaries and bit sets that answer what Casbin answers on the same lines.

Every subject that policy lines name has a bit; a user is the mask of the bits it acts for in a domain, a
permission the mask of the bits that may use it. Default roles have the same bits everywhere, so domains
that pass the same gates share one table; what a domain says by itself has bits of its own there.

INVARIANT: readers take no lock. A published table changes only by replacing one whole value in a
dictionary, so a reader sees the state before a change or after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from rolegate.compiled.lines import EVERY, FULL, Compiled, PLine
from rolegate.encoding import decode
from rolegate.engine.tables import Instances, Names, Scope, Table, View, named_views, view_key


class Decider(Protocol):
    """Answers requests in the words of the compiled policy; whoever is faster only has to agree."""

    def allows(self, sub: str, dom: str, obj: str, act: str, scope: str) -> bool:
        """Whether the policy allows the request."""
        ...


class Index:
    """A compiled policy, ready for questions.

    `tables` has a table per domain, by the domain's own name; `full` is the pseudo-domain that passes
    every gate. With `names`, the views of each table answer to aliases and to questions without a scope.
    """

    __slots__ = ("_shared_bits", "full", "tables")

    def __init__(self, compiled: Compiled, names: Names | None = None) -> None:
        gates: dict[str, set[str]] = {}
        for dom, gate in compiled.g2:
            gates.setdefault(dom, {"*"} if dom == FULL else set()).add(gate)
        shared: dict[str, list[PLine]] = {}
        local: dict[str, list[PLine]] = {}
        for line in compiled.p:
            common = line.dom == "*" or line.dom.startswith("gate:")
            (shared if common else local).setdefault(line.dom, []).append(line)
        subjects = dict.fromkeys(line.sub for lines in shared.values() for line in lines)
        self._shared_bits = {sub: 1 << i for i, sub in enumerate(subjects)}
        links: dict[str, dict[str, list[str]]] = {}
        for sub, role, dom in compiled.g:
            links.setdefault(dom, {}).setdefault(sub, []).append(role)
        builder = _Builder(self._shared_bits, shared, names)
        tables = {
            dom: builder.table(frozenset(passed), local.get(dom, ()), links.get(dom, {}))
            for dom, passed in gates.items()
        }
        self.full = tables[FULL] if FULL in tables else builder.table(frozenset(), (), {})
        self.tables = {decode(dom): table for dom, table in tables.items() if dom != FULL}

    def allows(self, sub: str, dom: str, obj: str, act: str, scope: str) -> bool:
        table = self.table(dom)
        view = table.views.get(view_key(scope)) if table is not None else None
        if table is None or view is None or act not in view.allow:
            return False
        return view.decide(act, None if obj in ("-", EVERY) else _path(obj), self.mask(sub, table))

    def allows_some(self, sub: str, dom: str, region: str, act: str, scope: str) -> bool:
        """Whether a request about some instance of the pattern *region* is allowed."""
        table = self.table(dom)
        view = table.views.get(view_key(scope)) if table is not None else None
        if table is None or view is None or act not in view.allow:
            return False
        return view.some(act, None if region in ("-", "*") else _path(region), self.mask(sub, table))

    def table(self, dom: str) -> Table | None:
        """The table of an encoded domain."""
        return self.full if dom == FULL else self.tables.get(decode(dom))

    def mask(self, sub: str, table: Table) -> int:
        """The bits that *sub*, in the words of the compiled policy, acts for."""
        if sub.startswith("user:"):
            return table.users.get(decode(sub[5:]), 0)
        return table.others.get(sub, self._shared_bits.get(sub, 0))

    def link(self, sub: str, role: str, domain: str) -> None:
        """Give *sub* the role or team *role* in one domain, for the readers that come next."""
        table = self.tables[domain]
        table.links[sub] = (*(each for each in table.links.get(sub, ()) if each != role), role)
        table.refresh(sub, self._shared_bits)

    def unlink(self, sub: str, role: str, domain: str) -> None:
        """Take *role* from *sub* again."""
        table = self.tables[domain]
        table.links[sub] = tuple(each for each in table.links.get(sub, ()) if each != role)
        table.refresh(sub, self._shared_bits)


def _path(obj: str) -> tuple[str, ...]:
    """The raw ids of an object column; what stands for everything below is left away."""
    return tuple(decode(part) for part in obj.split("/") if part not in (EVERY, "*"))


class _Builder:
    """Builds tables; domains that pass the same gates share what default roles say there."""

    def __init__(self, bits: Mapping[str, int], shared: Mapping[str, list[PLine]], names: Names | None) -> None:
        self._bits = bits
        self._shared = shared
        self._names = names
        self._views: dict[frozenset[str], dict[str, View]] = {}
        self._finished: dict[frozenset[str], dict[Scope, View]] = {}

    def table(
        self, gates: frozenset[str], local: Iterable[PLine], links: Mapping[str, list[str]]
    ) -> Table:
        local = list(local)
        if gates not in self._views:
            lines = [line for gate in sorted(gates) for line in self._shared.get(gate, ())]
            self._views[gates] = filled({}, lines, self._bits)
            self._finished[gates] = named_views(self._views[gates], self._names)
        own: dict[str, int] = {}
        for line in local:
            if line.sub not in own:
                own[line.sub] = 1 << (len(self._bits) + len(own))
        views = self._finished[gates]
        if local:
            copies = {scope: view.copy() for scope, view in self._views[gates].items()}
            views = named_views(filled(copies, local, own), self._names)
        return Table(views, own, {sub: tuple(roles) for sub, roles in links.items()}, self._bits)


def filled(views: dict[str, View], lines: Iterable[PLine], bits: Mapping[str, int]) -> dict[str, View]:
    """*views* by scope with *lines* put in."""
    for sub, _, obj, act, scope, eft in lines:
        if act == "-":
            continue  # the constant line that denies the empty request
        view = views.get(scope)
        if view is None:
            view = views[scope] = View()
        bit = bits[sub]
        if obj == "-" or obj == "*":
            masks = view.allow if eft == "allow" else view.deny
            masks[act] = masks.get(act, 0) | bit
            if eft == "deny":
                view.allow.setdefault(act, 0)
                if act in view.at:
                    view.at[act].deny_all |= bit
                else:
                    view.deny_all[act] = view.deny_all.get(act, 0) | bit
            continue
        view.allow.setdefault(act, 0)
        at = view.at.get(act)
        if at is None:
            at = view.at[act] = Instances(view.deny_all.get(act, 0))
        at.put(obj, bit, eft)
        if obj == EVERY:
            view.deny[act] = view.deny.get(act, 0) | bit
    return views
