"""Documents in which every domain is called as it is now, wherever a file says a former name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from rolegate.diagnostics import Report, Span
from rolegate.documents import former_name_problems as problems
from rolegate.documents.documents import Documents
from rolegate.documents.domains_file import DomainsShape
from rolegate.documents.roles_file import Role
from rolegate.documents.shape import Shape
from rolegate.documents.text import Text

S = TypeVar("S", bound=Shape)


def with_domains_of_today(documents: Documents, report: Report) -> Documents:
    """*documents* with the names of today; each former name is reported once.

    INVARIANT: nothing but a file is read so. A question that names a domain as it was called is denied: the
    application may have given this id to somebody else.
    """
    former = _former(documents, report)
    if not former or documents.domains is None:
        return documents
    today = _Renaming(former, report)
    domains = {name: today.within(shape) for name, shape in documents.domains.domains.items()}
    return replace(
        documents,
        domains=DomainsShape.model_construct(domains=domains),
        roles=tuple(today.role(role) for role in documents.roles),
        told_roles=tuple(today.role(role) for role in documents.told_roles),
        bindings=tuple(today.domain(line) for line in documents.bindings),
        invariants=tuple(
            entry if entry.domains is None else entry.changed(domains=list(map(today.name, entry.domains)))
            for entry in documents.invariants
        ),
        homes={file: former.get(domain, domain) for file, domain in documents.homes.items()},
        told={file: (former.get(domain, domain), role) for file, (domain, role) in documents.told.items()},
        former_domains=former,
    )


def _former(documents: Documents, report: Report) -> dict[str, str]:
    """What each former name of a domain is called now; of two that meet, the later one is left out."""
    shapes = documents.domains.domains if documents.domains is not None else {}
    declared, first = {str(name): name for name in shapes}, dict[str, Text]()
    found: dict[str, str] = {}
    for name, shape in shapes.items():
        for former in shape.renamed_from:
            other = found.get(former)
            if former in documents.declared:
                place = declared.get(former, former).span  # it may be in a file that cannot be read
                problems.former_name_taken(report, former, "domain", str(former), place)
            elif other is not None and other != name:
                problems.former_name_taken(report, former, "domain", other, first[former].span)
            else:
                found[str(former)], first[str(former)] = str(name), former
    return found


class _Renaming:
    """Reports each place once: a file that is named after a domain says it for each of its lines."""

    def __init__(self, former: Mapping[str, str], report: Report) -> None:
        self._former = former
        self._report = report
        self._told: set[tuple[Span, str]] = set()

    def name(self, name: Text) -> Text:
        now = self._former.get(name)
        if now is None:
            return name
        if (name.span, str(name)) not in self._told:
            self._told.add((name.span, str(name)))
            help = "name the file, or its folder, after it" if name.span == Span(name.span.file) else ""
            problems.name_renamed(self._report, name, "domain", now, help)
        return Text(now, name.span)

    def domain(self, shape: S) -> S:
        name: Text | None = getattr(shape, "domain", None)
        return shape if name is None or name not in self._former else shape.changed(domain=self.name(name))

    def within(self, shape: S) -> S:
        name: Text | None = getattr(shape, "within", None)
        return shape if name is None or name not in self._former else shape.changed(within=self.name(name))

    def role(self, role: Role) -> Role:
        return role[0], self.domain(role[1])
