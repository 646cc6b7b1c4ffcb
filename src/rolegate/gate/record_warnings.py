"""What is wrong with questions about records as they are asked; the log says it, once for each state."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import lru_cache

from rolegate.diagnostics import quoted
from rolegate.gate.state import GateState

_log = logging.getLogger("rolegate")


def warn_if_mixed(state: GateState) -> None:
    """Warn if nothing tells the records of several domains apart."""
    policy = state.policy
    if policy.catalog.records is None and len(policy.domains) > 1:
        _mixed(state.revision, len(policy.domains))


def warn_of_undeclared(state: GateState, attributes: Iterable[str]) -> None:
    """Warn of *attributes* of a user that the catalog does not declare, and no condition asks for."""
    known = state.policy.catalog.user
    for name in attributes:
        if known and name not in known:
            _undeclared(state.revision, str(name))


@lru_cache(maxsize=1024)
def _mixed(revision: str, domains: int) -> None:
    _log.warning(
        "RG224 policy revision %s has %d domains and does not say which of them a record belongs to, so rows "
        "of each are allowed in every one; add `records: {domain: …}` to the catalog, or `{separate: true}`",
        revision,
        domains,
    )


@lru_cache(maxsize=1024)
def _undeclared(revision: str, name: str) -> None:
    _log.warning(
        "RG223 the application gives the attribute %s of a user, which policy revision %s does not declare; "
        "declare it in the catalog under `user`, or leave it out",
        quoted(name),
        revision,
    )
