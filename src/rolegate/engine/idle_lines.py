"""Lines that have ended or have not begun: whom they are about, and what they would give or take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from rolegate.compiled.names import of_subject
from rolegate.engine.request import Request
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domain, Domains
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right, overlap
from rolegate.grants.roles import Role


class IdleLines:
    """The lines that do not hold at a time, by whom they are about."""

    __slots__ = ("_coming", "_ended", "_resolved")

    def __init__(self, resolved: Resolved, at: datetime) -> None:
        self._resolved = resolved
        ended = [(b.until, b) for b in resolved.bindings if b.until is not None and b.until <= at]
        coming = [(b.begins, b) for b in resolved.bindings if b.begins is not None and at < b.begins]
        self._ended = _by_subject(b for _, b in sorted(ended, key=lambda pair: pair[0], reverse=True))
        self._coming = _by_subject(b for _, b in sorted(coming, key=lambda pair: pair[0]))

    def ended(self, subjects: Iterable[str], domain: str) -> Iterator[Binding]:
        """The lines that held for *subjects*, in compiled words, in *domain*; the last to end comes first."""
        return self._about(self._ended, subjects, domain)

    def coming(self, subjects: Iterable[str], domain: str) -> Iterator[Binding]:
        """The lines that will hold for *subjects* in *domain*; the first to begin comes first."""
        return self._about(self._coming, subjects, domain)

    def _about(
        self, lines: Mapping[str, list[Binding]], subjects: Iterable[str], domain: str
    ) -> Iterator[Binding]:
        if not lines:
            return
        outward = self._resolved.domains.outward(domain)
        for sub in subjects:
            for binding in lines.get(sub, ()):
                here = binding.domain == domain or (binding.domain in outward and not binding.limited)
                if here and of_subject(binding.subject_in(domain, self._resolved.domains)) == sub:
                    yield binding


def _by_subject(lines: Iterable[Binding]) -> Mapping[str, list[Binding]]:
    found: dict[str, list[Binding]] = {}
    for binding in lines:
        for subject in binding.subjects():
            found.setdefault(of_subject(subject), []).append(binding)
    return found


def would_give(binding: Binding, requests: Iterable[Request], domain: Domain, domains: Domains) -> bool:
    """Whether one of *requests* is in what *binding* gives in *domain* while it holds."""
    by_path: dict[str, list[Request]] = {}
    for request in requests:
        by_path.setdefault(request.permission.path, []).append(request)
    for right in _rights(binding, binding.role_in(domain.name, domains)):
        for request in by_path.get(right.path, ()):
            if right.scope in request.scopes and request.touches(right.obj):
                obj = overlap(right.obj, request.region) if request.some else request.obj
                if obj is not None and not domain.has_lost(request.permission.chain, obj):
                    return True
    return False


def would_take(binding: Binding, request: Request) -> bool:
    """Whether *request* is in what *binding* takes while it holds."""
    rights = [Right(request.permission.path, request.region, scope) for scope in request.scopes]
    return any(taken.hits(right) for taken, _ in binding.takes for right in rights)


def _rights(binding: Binding, role: Role | None) -> Iterator[Right]:
    if binding.rights is not None:
        yield from binding.rights
    if binding.limited:
        for copy in binding.copies:
            yield from copy.rights
    elif role is not None:
        yield from role.rights
