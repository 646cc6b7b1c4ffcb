"""What lines that do not hold now would say to a question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rolegate.compiled.names import is_domain, unlimited
from rolegate.encoding import decode
from rolegate.engine.idle_lines import would_give, would_take
from rolegate.engine.question import Asked
from rolegate.engine.request import Request
from rolegate.grants.bindings import Binding

if TYPE_CHECKING:
    from rolegate.engine.snapshot import Snapshot


def ended_grants(
    asked: Asked, snapshot: Snapshot, requests: Iterable[Request] | None = None
) -> Iterator[Binding]:
    """The lines that have ended and would allow what was asked, or one of *requests*, where the plan does."""
    lines = snapshot.idle.ended(_subjects(asked, snapshot), decode(asked.dom))
    return _giving(asked, snapshot, requests, lines)


def coming_grants(
    asked: Asked, snapshot: Snapshot, requests: Iterable[Request] | None = None
) -> Iterator[Binding]:
    """The same for the lines that have not begun and will allow it."""
    lines = snapshot.idle.coming(_subjects(asked, snapshot), decode(asked.dom))
    return _giving(asked, snapshot, requests, lines)


def ended_restrictions(asked: Asked, request: Request, snapshot: Snapshot) -> Iterator[Binding]:
    """The restrictions that have ended and would deny *request*."""
    ended = snapshot.idle.ended(_subjects(asked, snapshot), decode(asked.dom))
    return (line for line in ended if would_take(line, request))


def _giving(
    asked: Asked, snapshot: Snapshot, requests: Iterable[Request] | None, lines: Iterator[Binding]
) -> Iterator[Binding]:
    offered = [
        request
        for request in (asked.requests if requests is None else requests)
        if not snapshot.unavailable(request.permission, asked.dom)
    ]
    domains, here = snapshot.resolved.domains, decode(asked.dom)  # no domain has no lines
    return (line for line in lines if would_give(line, offered, domains[here], domains))


def _subjects(asked: Asked, snapshot: Snapshot) -> list[str]:
    """Whom the question is about, with their teams and roles; nobody without a domain."""
    if not is_domain(asked.dom):
        return []
    return list(dict.fromkeys(map(unlimited, snapshot.lookup.subjects(asked.sub, asked.dom))))
