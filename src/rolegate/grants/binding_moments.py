"""The moments at which lines begin and end to hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domains


def moments_of(bindings: Iterable[Binding]) -> set[datetime]:
    """The moments at which one of *bindings* begins or ends to hold; of most there are none."""
    return {moment for line in _bounded(bindings) for moment in line.changes}


def next_moments(bindings: Iterable[Binding], domains: Domains, at: datetime) -> dict[str, datetime]:
    """By domain, the first moment after *at* at which one of *bindings* in it or around it begins or ends."""
    found: dict[str, datetime] = {}
    for line in _bounded(bindings):
        later = [moment for moment in line.changes if at < moment]
        for domain in domains.inside(line.domain) if later else ():
            found[domain] = min(*later, found.get(domain, later[0]))
    return found


def _bounded(bindings: Iterable[Binding]) -> list[Binding]:
    return [line for line in bindings if line.begins is not None or line.until is not None]
