"""What is wrong with questions about records as they are asked; the log says it, once for each state."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from rolegate.diagnostics import quoted
from rolegate.gate.state import GateState
from rolegate.gate.state_reasons import ReasonsToRead

_log = logging.getLogger("rolegate")


_MANY = 1024
"""So many things are said of one state at most."""


def warn_if_mixed(state: GateState) -> None:
    """Warn if nothing tells the records of several domains apart."""
    policy = state.common
    if policy.catalog.records is None and _has_several(state) and _first(state, "mixed"):
        _log.warning(
            "RG224 policy %s has several domains and does not say which of them a record belongs to, so rows "
            "of each are allowed in every one; add `records: {domain: …}` to the catalog, or "
            "`{separate: true}`",
            quoted(policy.name),
        )


def _has_several(state: GateState) -> bool:
    """Whether there are several domains; where a state has only one of a store, there may be others."""
    others = isinstance(state.reasons, ReasonsToRead) and state.common.needs_domain
    return others or sum(name is not None for name in state.tables) > 1


def warn_of_undeclared(state: GateState, attributes: Iterable[str]) -> None:
    """Warn of *attributes* of a user that the catalog does not declare, and no condition asks for."""
    known = state.common.catalog.user
    for name in attributes:
        if known and name not in known and _first(state, ("undeclared", str(name))):
            _log.warning(
                "RG223 the application gives the attribute %s of a user, which policy %s does not declare; "
                "declare it in the catalog under `user`, or leave it out",
                quoted(str(name)),
                quoted(state.common.name),
            )


def _first(state: GateState, said: object) -> bool:
    """Whether this is said for the first time of *state*."""
    told = state.kept.told
    if said in told or len(told) >= _MANY:
        return False
    told[said] = None
    return True
