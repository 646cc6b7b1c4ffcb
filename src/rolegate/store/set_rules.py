"""The rules of a whole set at one moment, and what is said of them beside its domains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Connection

from rolegate.compiled.compile import compile_policy
from rolegate.compiled.lines import CompiledPolicy
from rolegate.diagnostics import Diagnostic
from rolegate.encoding import encode
from rolegate.grants.binding_moments import next_moments
from rolegate.grants.domains import DEFAULT
from rolegate.grants.resolve import Resolved
from rolegate.store.awaited import computed
from rolegate.store.domain_rows import write_domains
from rolegate.store.in_force import sound_set
from rolegate.store.store_head import StoreWriter
from rolegate.store.stored_set import StoredSet
from rolegate.store.tables import StoreTables
from rolegate.store.write_items import read_items, read_texts
from rolegate.store.write_rules import RowChanges, rows_of, write_rules


@dataclass(frozen=True, slots=True)
class SetRules:
    """What a set compiles to at one moment, and by domain the next one at which that is something else."""

    resolved: Resolved
    compiled: CompiledPolicy
    moments: Mapping[str, datetime]
    warnings: tuple[Diagnostic, ...] = ()

    @classmethod
    def of(cls, resolved: Resolved, at: datetime) -> Self:
        """The rules of *resolved* at a moment."""
        moments = next_moments(resolved.bindings, resolved.domains, at)
        return cls(resolved, computed(compile_policy, resolved, at), moments)

    @classmethod
    def stored(cls, connection: Connection, tables: StoreTables, writer: StoreWriter) -> Self:
        """The rules that the documents of a store give, as they are in force.

        Raises:
            InvalidPolicyError: when there are errors in them.
        """
        stored = StoredSet.of(read_texts(connection, tables), read_items(connection, tables))
        resolved, warnings = computed(sound_set, stored.today, Path(writer.name), writer.limits)
        return replace(cls.of(resolved, writer.at), warnings=warnings)

    @property
    def holds_until(self) -> datetime | None:
        """The next moment at which the rules are others."""
        return self.compiled.holds_until

    def write(self, connection: Connection, tables: StoreTables) -> RowChanges:
        """Make the rules of a store these, of which all domains are locked."""
        rules = write_rules(connection, tables, rows_of(self.compiled), self.moments)
        write_domains(connection, tables, self.resolved, rules.digests)
        return rules


def undeclared(resolved: Resolved) -> set[str]:
    """The one domain, encoded, that a set without domains has lines in: it has a row like any other."""
    return set() if resolved.domains.declared else {encode(DEFAULT)}
