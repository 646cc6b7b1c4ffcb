"""Documents in which every domain is called as it is now, wherever a file says a former name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
    shapes = documents.domains.domains if documents.domains is not None else {}
    if not any(shape.renamed_from for shape in shapes.values()):
        return documents
    claims = _Claims.of(documents, report)
    today = _Renaming(claims, documents.homes, report)
    return replace(
        documents,
        domains=DomainsShape.model_construct(
            domains={name: today.within(shape) for name, shape in shapes.items()}
        ),
        roles=tuple(today.role(role) for role in documents.roles),
        told_roles=tuple(today.role(role) for role in documents.told_roles),
        bindings=tuple(today.domain(line) for line in documents.bindings),
        invariants=tuple(
            entry if entry.domains is None else entry.changed(domains=list(map(today.name, entry.domains)))
            for entry in documents.invariants
        ),
        homes={file: claims.followed.get(domain, domain) for file, domain in documents.homes.items()},
        told={
            file: (claims.followed.get(domain, domain), role)
            for file, (domain, role) in documents.told.items()
        },
        former_domains=claims.followed,
        unfollowed_domains={**claims.inside, **claims.void},
    )


@dataclass(frozen=True, slots=True)
class _Claims:
    """What former names of domains stand for.

    Names that are `followed` have the domain of today; those followed `inside` its own files alone as well;
    those that stand for nobody are `void`, each with the first domain that says it.
    """

    followed: dict[str, str] = field(default_factory=dict)
    inside: dict[str, str] = field(default_factory=dict)
    void: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, documents: Documents, report: Report) -> _Claims:
        """What the domains of *documents* were called; names that stand for something else are reported.

        INVARIANT: no tenant takes the former name of another one, or takes it from it. What the file that all
        tenants share says comes before what a tenant says of itself; of tenants, all who say a name lose it.
        A domain whose file cannot be read may say any name.
        """
        shapes = documents.domains.domains if documents.domains is not None else {}
        declared, claims = {str(name): name for name in shapes}, cls()
        given: dict[str, dict[str, Text]] = {}
        names = documents.catalog.removed_names
        gone = {} if names is None else names.domains
        for name, shape in shapes.items():
            for former in shape.renamed_from:
                if former in gone:
                    continue  # it stands for nobody, and is reported where domains are resolved
                if former in documents.declared:
                    place = declared.get(str(former), former).span  # it may be in a file that cannot be read
                    problems.former_name_taken(report, former, "domain", str(former), place)
                else:
                    given.setdefault(str(former), {}).setdefault(str(name), former)
        own = {str(name) for name in shapes if name.span.file in documents.homes}
        unread = bool(documents.in_files - own)
        for was, by in given.items():
            shared = {name: text for name, text in by.items() if text.span.file not in documents.homes}
            found = claims.inside if unread and not shared else claims.followed
            if len(shared) > 1 or (len(by) > 1 and not shared):
                found = claims.void
            found[was] = next(iter(shared or by))
            _report_others(by, shared, report)
        return claims


def _report_others(by: Mapping[str, Text], shared: Mapping[str, Text], report: Report) -> None:
    """Report whoever else says one former name than the first of those in files that are *shared*.

    Where none is, nobody is at fault: a warning, so that no tenant makes another one answer no.
    """
    first = next(iter(shared or by))
    for name, text in by.items() if len(by) > 1 else ():
        if shared and name != first:
            problems.former_name_taken(report, text, "domain", first, by[first].span)
        elif not shared:
            other = first if name != first else list(by)[1]
            problems.former_name_of_several(report, text, "domain", other, by[other].span)


class _Renaming:
    """Reports each place once: a file that is named after a domain says it for each of its lines."""

    def __init__(self, claims: _Claims, homes: Mapping[str, str], report: Report) -> None:
        self._claims = claims
        self._homes = homes
        self._report = report
        self._told: set[tuple[Span, str]] = set()

    def name(self, name: Text) -> Text:
        now = self._claims.followed.get(name)
        own = self._claims.inside.get(name) if now is None else None
        if own is not None and self._homes.get(name.span.file) == own:
            now = own
        if now is None:
            return name
        if (name.span, str(name)) not in self._told:
            self._told.add((name.span, str(name)))
            help = "name the file, or its folder, after it" if name.span == Span(name.span.file) else ""
            problems.name_renamed(self._report, name, "domain", now, help)
        return Text(now, name.span)

    def domain(self, shape: S) -> S:
        name: Text | None = getattr(shape, "domain", None)
        now = name if name is None else self.name(name)
        return shape if now is name else shape.changed(domain=now)

    def within(self, shape: S) -> S:
        name: Text | None = getattr(shape, "within", None)
        now = name if name is None else self.name(name)
        return shape if now is name else shape.changed(within=now)

    def role(self, role: Role) -> Role:
        return role[0], self.domain(role[1])
