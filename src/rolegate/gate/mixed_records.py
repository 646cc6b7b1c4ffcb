"""Questions about records where nothing tells the records of several domains apart: the log says so."""

from __future__ import annotations

import logging
from functools import lru_cache

from rolegate.gate.state import GateState

_log = logging.getLogger("rolegate")


def warn_if_mixed(state: GateState) -> None:
    """Warn, once for each state of a policy, if a record may be of any of its domains."""
    policy = state.policy
    if policy.catalog.records is None and len(policy.domains) > 1:
        _warn(state.revision, len(policy.domains))


@lru_cache(maxsize=1024)
def _warn(revision: str, domains: int) -> None:
    _log.warning(
        "RG224 policy revision %s has %d domains and does not say which of them a record belongs to, so rows "
        "of each are allowed in every one; add `records: {domain: …}` to the catalog, or `{separate: true}`",
        revision,
        domains,
    )
