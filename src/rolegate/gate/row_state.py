"""A state of a gate that follows a store: domains answer from their rows, and documents give the reasons."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from rolegate.encoding import encode
from rolegate.engine.domain_table import DomainTable
from rolegate.engine.index import Plain
from rolegate.engine.row_tables import RowTables
from rolegate.engine.vocabulary import Vocabulary
from rolegate.gate.bound_state import BoundState, keys_of
from rolegate.gate.state import GateState
from rolegate.gate.state_reasons import ReasonsToRead, StateReasons
from rolegate.grants.domains import DEFAULT
from rolegate.policy.policy import Policy

if TYPE_CHECKING:
    from rolegate.grants.ground import Ground
    from rolegate.store.domain_rules import DomainRows

StoredRows = Mapping[str, "DomainRows"]
"""The rows of domains by name, with what tells whether they may be honoured."""


def names_in(rows: StoredRows) -> list[str]:
    """The names of the domains that there are, sorted."""
    return sorted(name for name, own in rows.items() if own.names_a_domain)


class StoredGround:
    """What all domains of a store have in common: the catalog, and the lines of default roles.

    INVARIANT: it is of documents. Rows that domains share are not read, so nobody can change what they say.
    """

    __slots__ = ("ground", "state", "tables")

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.state = GateState.of(Policy(resolved=ground.resolved))
        self.tables = RowTables(self.state.snapshot.compiled, Vocabulary.of(ground.catalog))

    def state_of(self, name: str, rows: DomainRows, read: Callable[[], StateReasons]) -> GateState:
        """The state of a domain by its *rows*; *read* gives the reasons."""
        unnamed = None if self.ground.declares_domains else DEFAULT
        index = self.tables.index(name, rows.rows, unnamed, ends=rows.ends is not None)
        return GateState.of_index(index, self.state.common, ReasonsToRead(read), rows.ends)


@dataclass(frozen=True, slots=True, repr=False)
class RowState(BoundState):
    """The states of the domains that were asked about, of one revision of a store.

    `rows` has the rows of every domain, or is None if they are read one domain at a time; `whole` is the
    policy with all domains, which is read when somebody asks for what only documents say.

    INVARIANT: domains are added while others read. Each entry is put in as a whole, and all of them say what
    the store held at that revision.
    """

    plain: dict[str | None, Plain]
    tables: dict[str | None, DomainTable]
    domains: dict[str, GateState]
    rows: StoredRows | None
    whole: Policy | None
    names: list[str] = field(default_factory=list, compare=False)
    """The name of the state, once it was worked out."""

    @classmethod
    def holding(
        cls,
        files: GateState,
        domains: Mapping[str, GateState],
        rows: StoredRows | None = None,
        whole: Policy | None = None,
        at: datetime | None = None,
    ) -> RowState:
        """The state with these domains, *at* a moment or now."""
        at = at or datetime.now(UTC)
        moments = [one.ends for one in (rows or {}).values() if one.ends is not None and one.ends > at]
        ends = [moment.timestamp() for moment in moments]
        ends += [state.ends for state in domains.values() if state.ends is not None]
        return cls(
            common=files.common,
            reasons=files.reasons,
            index=files.index,
            plain={key: state.plain[name] for name, state in domains.items() for key in keys_of(name, state)},
            tables={
                key: state.tables[name] for name, state in domains.items() for key in keys_of(name, state)
            },
            ends=min(ends, default=None),
            since=at,
            kept=files.kept,
            given=files.given,
            files=files,
            domains={**domains},
            rows=rows,
            whole=whole,
        )

    def at_time(self, at: datetime, fresh: Mapping[str, GateState] = MappingProxyType({})) -> RowState:
        """The state at another time; *fresh* are states for then."""
        now = at.timestamp()
        kept = {name: state for name, state in dict(self.domains).items() if not state.over(now)}
        return RowState.holding(self.files, {**kept, **fresh}, self.rows, self.whole, at)

    @property
    def next_domains(self) -> list[str]:
        """The domains in which something begins or ends when the state does."""
        rows = {} if self.rows is None else self.rows
        return [n for n, own in rows.items() if own.ends is not None and own.ends.timestamp() == self.ends]

    def with_domain(self, name: str, state: GateState, most: int | None) -> RowState:
        """This state with a domain more, or with another state of it; of all, *most* are kept.

        It is the same one unless something in the domain ends earlier than all else.
        """
        found = self
        if state.ends is not None and (self.ends is None or state.ends < self.ends):
            domains = {**self.domains, name: state}
            found = RowState.holding(self.files, domains, self.rows, self.whole)
        else:
            self.domains[name] = state
            for key in keys_of(name, state):
                self.tables[key] = state.tables[name]
                self.plain[key] = state.plain[name]
        while most is not None and len(found.domains) > most:
            found._forget(next(iter(found.domains)))
        return found

    def _forget(self, name: str) -> None:
        for key in keys_of(name, self.domains.pop(name)):
            self.plain.pop(key, None)
            self.tables.pop(key, None)

    @property
    def revision(self) -> str:
        """The name of the state: equal for equal digests, where the rows of all domains are there."""
        if self.rows is None:
            return self.files.revision
        if self.names:
            return self.names[0]
        digest = hashlib.sha256(self.files.revision.encode())
        for name, rows in sorted(self.rows.items()):
            digest.update(f"\n{encode(name)} {rows.digest}".encode())
        self.names.append(digest.hexdigest()[:12])
        return self.names[0]

    def __repr__(self) -> str:
        return f"<RowState of {self.common!r} since {self.since.isoformat()}>"
