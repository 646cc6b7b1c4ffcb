"""The policy sets that a command is about, with a word on stderr about what is not in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from rolegate_cli.chosen_limits import chosen_limits
from rolegate_cli.stderr import complain

if TYPE_CHECKING:
    from rolegate import Policy
    from rolegate.loading.refused_sets import RefusedSet
    from rolegate.loading.sources import Source

_TOLD = 3
"""So many parts that are set aside are told by name."""


def read_policy(source: Source, at: datetime | None = None) -> Policy:
    """The policy set of *source*; errors in parts that are set aside are told."""
    import rolegate

    policy = rolegate.load_source(source, at=at, limits=chosen_limits())
    tell_set_aside(policy)
    return policy


def read_policy_or_lines(source: Source, at: datetime | None = None) -> Policy:
    """The same, or compiled files: what nobody knows from them is told."""
    from rolegate.loading.compiled_source import LinesPolicy
    from rolegate.loading.load_compiled import load_source_or_lines

    policy = load_source_or_lines(source, at=at, limits=chosen_limits())
    if isinstance(policy, LinesPolicy):
        for line in policy.said:
            complain(line)
    tell_set_aside(policy)
    return policy


def read_each(
    sources: Iterable[Source], at: datetime | None = None
) -> tuple[list[tuple[Source, Policy]], list[RefusedSet]]:
    """Each policy set with its source, and those that have errors."""
    import rolegate
    from rolegate.loading.refused_sets import RefusedSet

    read, refused = list[tuple["Source", "Policy"]](), list[RefusedSet]()
    for source in sources:
        try:
            read.append((source, rolegate.load_source(source, at=at, limits=chosen_limits())))
        except rolegate.InvalidPolicyError as failure:
            refused.append(RefusedSet.of(failure, str(source)))
    return read, refused


def tell_set_aside(policy: Policy) -> None:
    """Say on stderr which errors there are in parts of *policy* that are set aside."""
    broken = [part for part in policy.set_aside if part.why.severity == "error"]
    for part in broken[:_TOLD]:
        complain(f"set aside: {part}")
    if len(broken) > _TOLD:
        complain(f"set aside: {len(broken) - _TOLD} more; `rolegate validate` shows all errors")
