"""What is kept of a store whose domains answer from their rows, beside the state in force."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from functools import partial
from time import time
from typing import TYPE_CHECKING

from rolegate.diagnostics import quoted
from rolegate.errors import StoreError
from rolegate.gate.binding_source import BindingsUnavailableError
from rolegate.gate.row_state import RowState, StoredGround, StoredRows
from rolegate.gate.state import GateState
from rolegate.gate.state_reasons import StateReasons

if TYPE_CHECKING:
    from rolegate.store.domain_rules import DomainRows, ReadRows
    from rolegate.store.store import Store
    from rolegate.store.store_snapshot import StoreSnapshot

_log = logging.getLogger("rolegate")

_UNKNOWN = 1024
"""So many names of domains that there are not are remembered where all domains are kept."""

_AHEAD = 32
"""So many domains at most are read ahead of the moment at which something begins or ends in them."""

_MANY = 500
"""If more domains than that have changed, the rows of all are read."""


class StoredDomains:
    """Makes the states of domains in a *store*, of which *most* are kept, or all.

    `unknown` are names of domains that there are not, as many as domains are kept at most. `honours_rows`
    says whether this library can answer from rows at all, and `reasons` reads the documents of a domain.
    """

    reasons: Callable[[str], StateReasons]

    def __init__(self, store: Store, ground: StoredGround, most: int | None, honours_rows: bool) -> None:
        self.store = store
        self.ground = ground
        self.most = most
        self.honours_rows = honours_rows
        self.unknown: dict[str, None] = {}
        self.failed: tuple[float, BindingsUnavailableError] | None = None

    @property
    def has_all(self) -> bool:
        """Whether the rows of all domains are kept."""
        return self.most is None

    def remember_unknown(self, name: str) -> None:
        self.unknown[name] = None
        while len(self.unknown) > (_UNKNOWN if self.most is None else self.most):
            del self.unknown[next(iter(self.unknown))]

    def forget_unknown(self, names: Iterable[str] | None) -> None:
        """Ask again about *names*, or about all, when somebody asks."""
        for name in list(self.unknown) if names is None else names:
            self.unknown.pop(name, None)

    def honours(self, name: str, rows: DomainRows) -> bool:
        """Whether *rows* answer in a domain; the log says so if somebody else has changed them."""
        if not rows.holds_at(_now()):
            return False
        if not rows.is_sound:
            _log.warning(
                "the rows about domain %s in %s are not those that its documents give, which answer instead: "
                "`rolegate store status` counts them, and `rolegate store apply` writes them again",
                quoted(name),
                self.store.name,
            )
            return False
        return True

    def by_rows(self, name: str, rows: DomainRows) -> GateState | None:
        """The state of a domain by its *rows*, which are honoured; None if there is no such domain."""
        return self.ground.state_of(name, rows, partial(self.reasons, name)) if rows.rows else None

    def by_documents(
        self, snapshot: StoreSnapshot, name: str, at: datetime | None = None
    ) -> GateState | None:
        """The state of a domain by its documents, *at* a moment or now; None if there is no such domain.

        Raises:
            InvalidPolicyError: when there are errors in them.
        """
        from rolegate.store.domains_on_demand import read_domain

        policy = read_domain(snapshot, self.ground.ground, name)
        return None if policy is None else GateState.of(policy, at or _now())

    def states(self, snapshot: StoreSnapshot, names: Collection[str]) -> dict[str, GateState]:
        """The states of those domains called *names* that there are: by rows, or else by documents.

        Raises:
            InvalidPolicyError: when there are errors in documents.
        """
        rows = snapshot.domain_rows(names) if names and snapshot.honours_rows else {}
        made: dict[str, GateState] = {}
        for name in names:
            own = rows.get(name)
            honoured = own is not None and self.honours(name, own)
            state = self.by_rows(name, own) if own and honoured else self.by_documents(snapshot, name)
            if state is not None:
                made[name] = state
        return made

    def all_rows(
        self,
        snapshot: StoreSnapshot,
        before: StoredRows | None = None,
        changed: Collection[str] | None = None,
    ) -> tuple[dict[str, DomainRows], dict[str, GateState]]:
        """The rows of every domain, and the states of those whose documents answer.

        If only some have *changed*, the others are as *before*, and states are given of the changed ones.

        Raises:
            InvalidPolicyError: when there are errors in documents.
        """
        if before is None or changed is None or len(changed) > _MANY:
            rows = fresh = snapshot.domain_rows()
        else:
            fresh = snapshot.domain_rows(changed)
            rows = {name: own for name, own in before.items() if name not in changed} | fresh
        states: dict[str, GateState] = {}
        for name in [name for name, own in fresh.items() if not self.honours(name, own)]:
            state = self.by_documents(snapshot, name)
            own = rows.pop(name)
            if state is not None:
                rows[name], states[name] = own.refused, state
        return rows, states

    def next_states(self, snapshot: StoreSnapshot, live: RowState) -> dict[str, GateState]:
        """The states of the domains in which something begins or ends when *live* does, for that moment.

        They are of documents, since the rows are those of before. If there are many, they are read when
        somebody asks.
        """
        names, at = live.next_domains, datetime.fromtimestamp(live.ends or 0, UTC)
        found = {name: self.by_documents(snapshot, name, at) for name in names if len(names) <= _AHEAD}
        return {name: state for name, state in found.items() if state is not None}

    def read_in_one(self, name: str) -> ReadRows | None:
        """The rows of a domain, had with one statement; None if they are not honoured."""
        from rolegate.store.domain_rules import read_rows_in_one

        if not self.honours_rows:
            return None
        try:
            read = read_rows_in_one(self.store.engine, self.store.tables, name)
        except StoreError:  # maybe of another layout by now: whoever looks at the rest will know
            return None
        return read if read is not None and self.honours(name, read.rows) else None


def _now() -> datetime:
    return datetime.fromtimestamp(time(), UTC)
