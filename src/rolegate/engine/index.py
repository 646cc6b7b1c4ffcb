"""The decision index: dictionaries and bit sets that answer what Casbin answers on the same lines.

Every subject that policy lines name has a bit; a user is the mask of the bits it acts for in a domain, a
permission the mask of the bits that may use it.

INVARIANT: readers take no lock, writers take one. A published table changes only by replacing one whole
value in a dictionary, so a reader sees the state before a change or after it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Protocol

from rolegate.compiled.lines import Lines
from rolegate.compiled.names import FULL, is_user, parse_object, user_of
from rolegate.encoding import decode
from rolegate.engine.domain_table import DomainTable
from rolegate.engine.hidden_masks import HiddenNames
from rolegate.engine.index_builder import tables
from rolegate.engine.views import view_key
from rolegate.engine.vocabulary import Vocabulary


class Decider(Protocol):
    """Answers requests that are written as in compiled lines; a faster decider gives the same answers."""

    def allows(self, sub: str, dom: str, obj: str, act: str, scope: str) -> bool:
        """Whether the policy allows the request."""
        ...


Plain = tuple[dict[str, int], dict[str, int], dict[str, int] | None]
"""Users, and who may use which permission, of one domain: for questions without scope and instance.

The last says who is denied what; it is None where nothing is denied and no line will end.
"""


class Index:
    """A compiled policy, ready for questions; *compiled* is read once and not kept.

    `tables` has a table per domain, by the domain's own name; `full` is the pseudo-domain that offers
    everything. With a `vocabulary`, the views of each table answer to aliases, without a scope, and about the
    permissions in `hidden`. `unnamed` is the domain that questions without one mean. With `ends`, some
    line will begin or end: the clock has to be looked at before an answer, so `plain` has denials everywhere
    and nobody skips that.
    """

    __slots__ = ("_ends", "_linking", "_unnamed", "depth", "full", "hidden", "plain", "tables")

    def __init__(
        self,
        compiled: Lines,
        vocabulary: Vocabulary | None = None,
        unnamed: str | None = None,
        *,
        ends: bool = False,
    ) -> None:
        found = tables(compiled, vocabulary)
        full = found.pop(FULL)
        self._begin({decode(dom): table for dom, table in found.items()}, full, vocabulary, unnamed, ends)

    @classmethod
    def of_tables(
        cls,
        tables: Mapping[str, DomainTable],
        full: DomainTable,
        vocabulary: Vocabulary,
        unnamed: str | None = None,
        *,
        ends: bool = False,
    ) -> Index:
        """The index of domains whose *tables* are there."""
        made = cls.__new__(cls)
        made._begin(tables, full, vocabulary, unnamed, ends)
        return made

    def _begin(
        self,
        tables: Mapping[str, DomainTable],
        full: DomainTable,
        vocabulary: Vocabulary | None,
        unnamed: str | None,
        ends: bool,
    ) -> None:
        self._unnamed = unnamed
        self._ends = ends
        self._linking = threading.Lock()
        self.depth: Mapping[str, int] = vocabulary.depth if vocabulary is not None else {}
        self.hidden: HiddenNames = vocabulary.hidden if vocabulary is not None else {}
        self.full = full
        self.tables: dict[str | None, DomainTable] = {name: table for name, table in tables.items()}  # noqa: C416 - of other keys
        self.plain: dict[str | None, Plain] = {}
        for domain in tables:
            self._publish(domain)

    def allows(self, sub: str, dom: str, obj: str, act: str, scope: str) -> bool:
        table = self.table(dom)
        view = table.views.get(view_key(scope)) if table is not None else None
        if table is None or view is None or act not in view.allow or act in self.hidden:
            return False
        return view.decide(act, parse_object(obj).ids, self.mask(sub, table))

    def allows_some(self, sub: str, dom: str, region: str, act: str, scope: str) -> bool:
        """Whether a request about some instance of the pattern *region* is allowed."""
        table = self.table(dom)
        view = table.views.get(view_key(scope)) if table is not None else None
        if table is None or view is None or act not in view.allow or act in self.hidden:
            return False
        return view.some(act, parse_object(region).ids, self.mask(sub, table))

    def granted(self, sub: str, dom: str, obj: str, act: str, scope: str) -> bool:
        """Whether a request would be allowed if nothing were denied."""
        table = self.table(dom)
        view = table.views.get(view_key(scope)) if table is not None else None
        if table is None or view is None or act not in view.allow or act in self.hidden:
            return False
        return view.granted(act, parse_object(obj).ids, self.mask(sub, table))

    def table(self, dom: str) -> DomainTable | None:
        """The table of an encoded domain."""
        return self.full if dom == FULL else self.tables.get(decode(dom))

    def mask(self, sub: str, table: DomainTable) -> int:
        """The bits that *sub*, in the words of the compiled policy, acts for."""
        return table.user_mask(user_of(sub)) if is_user(sub) else table.mask(sub)

    def link(self, sub: str, role: str, domain: str) -> None:
        """Give *sub* the role or team *role* in one domain, for the readers that come next."""
        with self._linking:
            table = self.tables[domain]
            table.links[sub] = (*(other for other in table.links.get(sub, ()) if other != role), role)
            self._changed(sub, domain)

    def unlink(self, sub: str, role: str, domain: str) -> None:
        """Take *role* from *sub* again."""
        with self._linking:
            table = self.tables[domain]
            table.links[sub] = tuple(other for other in table.links.get(sub, ()) if other != role)
            self._changed(sub, domain)

    def _changed(self, sub: str, domain: str) -> None:
        self.tables[domain].refresh(sub)
        if not is_user(sub):
            self._publish(domain)

    def _publish(self, domain: str | None) -> None:
        table = self.tables[domain]
        view = table.views.get(None)
        for name in (domain, None) if domain == self._unnamed else (domain,):
            self.tables[name] = table
            if view is not None:
                deny = view.deny if view.deny or self._ends else None
                self.plain[name] = (table.users, view.allow, deny)
