"""The decision index: dictionaries and bit sets that answer what Casbin answers on the same lines.

Every subject that policy lines name has a bit; a user is the mask of the bits it acts for in a domain, a
permission the mask of the bits that may use it. Default roles have the same bits everywhere, so domains
that pass the same gates share one table; what a domain says by itself has bits of its own there.

INVARIANT: readers take no lock, writers take one. A published table changes only by replacing one whole
value in a dictionary, so a reader sees the state before a change or after it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from rolegate.compiled.lines import EVERY, FULL, Lines, PLine
from rolegate.encoding import decode
from rolegate.engine.tables import Instances, Names, Table, View, Views, Vocabulary, view_key


class Decider(Protocol):
    """Answers requests in the words of the compiled policy; whoever is faster only has to agree."""

    def allows(self, sub: str, dom: str, obj: str, act: str, scope: str) -> bool:
        """Whether the policy allows the request."""
        ...


Plain = tuple[dict[str, int], dict[str, int], dict[str, int] | None]
"""Users, and who may use which permission, of one domain: for questions without scope and instance.

The last is who is denied what; None where nobody is.
"""


class Index:
    """A compiled policy, ready for questions.

    `tables` has a table per domain, by the domain's own name; `full` is the pseudo-domain that passes
    every gate. With `names`, the views of each table answer to aliases and to questions without a scope;
    `unnamed` is the domain that questions without one mean.
    """

    __slots__ = ("_linking", "_shared_bits", "_unnamed", "depth", "full", "plain", "tables")

    def __init__(self, compiled: Lines, names: Names | None = None, unnamed: str | None = None) -> None:
        self._unnamed = unnamed
        self._linking = threading.Lock()
        gates: dict[str, set[str]] = {}
        for dom, gate in compiled.g2:
            gates.setdefault(dom, {"*"} if dom == FULL else set()).add(gate)
        shared: dict[str, list[PLine]] = {}
        local: dict[str, list[PLine]] = {}
        for line in compiled.p:
            dom = line[1]
            common = dom == "*" or dom.startswith("gate:")
            lines = (shared if common else local).get(dom)
            if lines is None:
                lines = (shared if common else local)[dom] = []
            lines.append(line)
        subjects = dict.fromkeys(line[0] for lines in shared.values() for line in lines)
        self._shared_bits = {sub: 1 << i for i, sub in enumerate(subjects)}
        links: dict[str, dict[str, list[str]]] = {}
        for sub, role, dom in compiled.g:
            links.setdefault(dom, {}).setdefault(sub, []).append(role)
        vocabulary = Vocabulary(names) if names is not None else None
        self.depth: Mapping[str, int] = vocabulary.depth if vocabulary is not None else {}
        builder = _Builder(self._shared_bits, shared, vocabulary)
        tables = {
            dom: builder.table(frozenset(passed), local.get(dom, ()), links.get(dom, {}))
            for dom, passed in gates.items()
        }
        self.full = tables[FULL] if FULL in tables else builder.table(frozenset(), (), {})
        self.tables: dict[str | None, Table] = {decode(dom): t for dom, t in tables.items() if dom != FULL}
        self.plain: dict[str | None, Plain] = {}
        for domain in tuple(self.tables):
            self._publish(domain)

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
            return table.user_mask(decode(sub[5:]))
        return table.others.get(sub, self._shared_bits.get(sub, 0))

    def link(self, sub: str, role: str, domain: str) -> None:
        """Give *sub* the role or team *role* in one domain, for the readers that come next."""
        with self._linking:
            table = self.tables[domain]
            table.links[sub] = (*(each for each in table.links.get(sub, ()) if each != role), role)
            self._changed(sub, domain)

    def unlink(self, sub: str, role: str, domain: str) -> None:
        """Take *role* from *sub* again."""
        with self._linking:
            table = self.tables[domain]
            table.links[sub] = tuple(each for each in table.links.get(sub, ()) if each != role)
            self._changed(sub, domain)

    def _changed(self, sub: str, domain: str) -> None:
        self.tables[domain].refresh(sub)
        if not sub.startswith("user:"):
            self._publish(domain)

    def _publish(self, domain: str | None) -> None:
        table = self.tables[domain]
        view = table.views.get(None)
        for name in (domain, None) if domain == self._unnamed else (domain,):
            self.tables[name] = table
            if view is not None:
                self.plain[name] = (table.users, view.allow, view.deny or None)


def _path(obj: str) -> tuple[str, ...]:
    """The raw ids of an object column; what stands for everything below is left away."""
    return tuple(decode(part) for part in obj.split("/") if part not in (EVERY, "*"))


class _Builder:
    """Builds tables; domains that pass the same gates share what default roles say there."""

    def __init__(
        self, bits: Mapping[str, int], shared: Mapping[str, list[PLine]], vocabulary: Vocabulary | None
    ) -> None:
        self._bits = bits
        self._shared = shared
        self._vocabulary = vocabulary
        self._places: list[int] = []
        self._raw: dict[frozenset[str], dict[str, View]] = {}
        self._finished: dict[frozenset[str], Views] = {}

    def table(self, gates: frozenset[str], local: Sequence[PLine], links: Mapping[str, list[str]]) -> Table:
        if gates not in self._raw:
            lines = [line for gate in sorted(gates) for line in self._shared.get(gate, ())]
            self._raw[gates] = filled({}, lines, self._bits)
            self._finished[gates] = self._finish(self._raw[gates])
        own: dict[str, int] = {}
        for line in local:
            if line[0] not in own:
                own[line[0]] = self._bit(len(self._bits) + len(own))
        views = self._finished[gates]
        if local:
            copies = {scope: view.copy() for scope, view in self._raw[gates].items()}
            views = self._finish(filled(copies, local, own))
        links_here = {sub: tuple(roles) for sub, roles in links.items()}
        return Table(views, self._vocabulary, own, links_here, self._bits)

    def _bit(self, place: int) -> int:
        """The number with one bit; the same object in every domain, which a cache finds again."""
        while len(self._places) <= place:
            self._places.append(1 << len(self._places))
        return self._places[place]

    def _finish(self, raw: Mapping[str, View]) -> Views:
        if self._vocabulary is None:
            return {view_key(scope): view for scope, view in raw.items()}
        return self._vocabulary.views(raw)


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
            held = masks.get(act)
            # A bit alone stays the object it is: one number for all permissions of a role.
            masks[act] = bit if not held else held | bit
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
