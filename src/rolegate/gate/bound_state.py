"""A state of a gate that has bindings from an application: a state of its own for each domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rolegate.gate.state import GateState


@dataclass(frozen=True, slots=True, repr=False)
class BoundState(GateState):
    """The state of the `files`, and those of the domains that have been asked about, with their bindings.

    INVARIANT: `plain` and `tables` have these domains alone. A domain whose bindings are not known does not
    answer from the files, which may lack restrictions.
    """

    files: GateState
    domains: Mapping[str, GateState]

    @classmethod
    def joining(cls, files: GateState, domains: Mapping[str, GateState] | None = None) -> BoundState:
        """The state with these domains."""
        domains = {} if domains is None else domains
        ends = [state.ends for state in (files, *domains.values()) if state.ends is not None]
        return cls(
            common=files.common,
            reasons=files.reasons,
            index=files.index,
            plain={key: state.plain[name] for name, state in domains.items() for key in keys_of(name, state)},
            tables={
                key: state.tables[name] for name, state in domains.items() for key in keys_of(name, state)
            },
            ends=min(ends, default=None),
            since=files.since,
            kept=files.kept,
            given=files.given,
            files=files,
            domains=domains,
        )

    def at_time(self, at: datetime) -> BoundState:
        now = at.timestamp()
        files = self.files.at_time(at) if self.files.over(now) else self.files
        kept = {name: state for name, state in self.domains.items() if not state.over(now)}
        return BoundState.joining(files, kept)


def keys_of(name: str, state: GateState) -> tuple[str | None, ...]:
    """By what a domain is asked about: its name, and nothing where the set declares no domains."""
    return (name, None) if None in state.tables else (name,)
