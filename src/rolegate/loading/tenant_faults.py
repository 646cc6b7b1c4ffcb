"""Faults in the parts of single tenants: what is at fault is set aside, and the rest of the set holds.

INVARIANT: what comes out is a set without errors, in which custom roles grant less and domains have no lines.
So no answer becomes a yes, and whoever reads the same files sets aside the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from rolegate.compiled.check_limits import check_compiled
from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.documents import Documents
from rolegate.grants.domain_problems import domain_set_aside
from rolegate.grants.resolve import Resolved, resolve
from rolegate.grants.roles import Faults, Owner
from rolegate.grants.set_aside import SetAside
from rolegate.loading.without_parts import Reduced

_ROUNDS = 10
"""Faults may hide others, so a set is tried again without those found; so often, and then it is refused."""

_OF_ALL = ("RG502", "RG503")
"""What all tenants bring together: who brings most is named, and need not be at fault."""

_ASIDE = ("RG340",)
"""Findings that only a set without the parts at fault has."""


def resolve_around(documents: Documents, report: Report) -> Resolved | None:
    """What *documents* say without the parts at fault; None where a fault is not that of one tenant.

    *report* has what was found while the files were read; all errors are added to it, and what is set aside.
    """
    unread = _errors(report.diagnostics)
    first = _Attempt.at(documents)
    report.take(first.report.diagnostics)
    if not report.failed:
        return first.resolved
    errors = unread or _first(first.errors, documents)
    aside: dict[Owner, Diagnostic] = {}
    for _ in range(_ROUNDS):
        blamed = dict(_blamed(errors, documents, first.faults))
        if None in blamed or not blamed.keys() - aside.keys():
            return None
        aside |= {owner: why for owner, why in blamed.items() if owner is not None and owner not in aside}
        reduced = Reduced.of(documents, aside)
        first = _Attempt.at(reduced.documents, reduced.roles)
        errors = _first(first.errors, documents)
        report.take(first.errors)
        if not errors and first.resolved is not None:
            report.take(found for found in first.report.diagnostics if found.code in _ASIDE)
            return _with_domains(first.resolved, reduced.domains, documents, report)
    return None


@dataclass(slots=True)
class _Attempt:
    """A set resolved once: what was found, and who is at fault where the files do not tell it."""

    resolved: Resolved | None = None
    report: Report = field(default_factory=Report)
    faults: Faults = field(default_factory=dict)

    @classmethod
    def at(cls, documents: Documents, aside: Mapping[Owner, Diagnostic] | None = None) -> _Attempt:
        attempt = cls()
        attempt.resolved = resolve(documents, attempt.report, aside or {}, attempt.faults)
        if attempt.resolved is not None and not attempt.report.failed:
            check_compiled(attempt.resolved, attempt.report)
        return attempt

    @property
    def errors(self) -> list[Diagnostic]:
        return _errors(self.report.diagnostics)


def _errors(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    errors = (finding for finding in found if finding.severity == "error")
    return sorted(errors, key=lambda error: (error.span, error.code))


def _first(errors: list[Diagnostic], documents: Documents) -> list[Diagnostic]:
    """Those of *errors* that may be the reason of the others, which are found again if they are not.

    Where a domain lies, and what it knows, decides what lines around it may say.
    """
    files = {name.span.file for name in documents.domains.domains} if documents.domains is not None else set()
    return [error for error in errors if error.span.file in files & documents.homes.keys()] or errors


def _blamed(
    errors: Iterable[Diagnostic], documents: Documents, faults: Mapping[Diagnostic, Owner]
) -> Iterator[tuple[Owner | None, Diagnostic]]:
    """Each part at fault with the first error in it; None stands for what is not the fault of one tenant."""
    owners = documents.owners
    seen: set[Owner | None] = set()
    for error in errors:
        if error.code == "RG107" and error.span == documents.top:
            continue  # that there are too many errors is said beside those that count
        owner = None if error.code in _OF_ALL else faults.get(error) or owners.get(error.span.file)
        if error.code == "RG105" and any(owners.get(place.span.file) != owner for place in error.related):
            owner = None  # of which tenant such a file is differs from one system to the next
        if owner is not None and owner[0] not in documents.declared:
            owner = None  # nobody knows whom it would concern
        if owner not in seen:
            seen.add(owner)
            yield owner, error


def _with_domains(
    resolved: Resolved, dark: Mapping[str, Diagnostic], documents: Documents, report: Report
) -> Resolved:
    """*resolved*, with the domains that answer no among what is set aside."""
    inside: dict[Diagnostic, list[str]] = {}
    owners, errors = documents.owners, _errors(report.diagnostics)
    for name, why in dark.items():
        inside.setdefault(why, []).append(name)
    for why, names in inside.items():
        own = [error for error in errors if owners.get(error.span.file) == (names[0], None)]
        domain_set_aside(report, why, names, alone=own in ([], [why]))
    domains = (SetAside(name, None, why) for name, why in sorted(dark.items()))
    return replace(resolved, set_aside=(*domains, *resolved.set_aside))
