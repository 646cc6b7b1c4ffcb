"""The documents of a few domains as a set, over a ground that is kept: what a change means in a millisecond.

What is found, held and refused is what it is when the whole set is read; see `resolve_domain`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from rolegate.administration.administered_set import AdministeredSet, with_roles_in_every_plan
from rolegate.administration.rights_at_moment import KnownRights, RightsAtMoment
from rolegate.administration.tenant_documents import TenantDocuments
from rolegate.administration.written_documents import WrittenDocuments
from rolegate.compiled.domain_lines import DefaultLines, DomainLines, compile_domain
from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.documents import Documents
from rolegate.grants.ground import Ground
from rolegate.grants.remembered import Remembered
from rolegate.grants.resolve import Resolved
from rolegate.grants.resolve_domain import resolve_domain
from rolegate.grants.roles import Owner

_MOMENTS = 20
"""The lines of so many moments are kept."""

_ROUNDS = 10
"""Faults may hide others, so a set is tried again without those found; so often, and then nothing is told."""


@dataclass(slots=True)
class TenantGround:
    """What the documents of all tenants rest on. It never changes, and is made again for another catalog."""

    documents: Documents
    ground: Ground
    default: DefaultLines
    rights: KnownRights = field(init=False)
    _in_every_plan: Ground | None = None

    def __post_init__(self) -> None:
        self.rights = KnownRights(self.default)

    @classmethod
    def of(cls, documents: Documents, report: Report) -> TenantGround | None:
        """That of a set, without what its domains say; None where there are errors in it."""
        ground = Ground.of(documents, report)
        return None if ground is None else cls(documents, ground, DefaultLines.of(ground.resolved))

    @property
    def in_every_plan(self) -> Ground | None:
        """The same, as if roles of each kind were there in every plan."""
        if self._in_every_plan is None:
            self._in_every_plan = Ground.of(with_roles_in_every_plan(self.documents), Report())
        return self._in_every_plan


@dataclass(frozen=True, slots=True)
class SetOverGround:
    """Reads the documents of *domains*, and of those around and inside them; default roles are known.

    INVARIANT: what is not a document of a domain is as it is in the ground.
    """

    ground: TenantGround
    domains: frozenset[str]
    folder: str = "administered"

    def __call__(self, documents: TenantDocuments, last: AdministeredSet | None = None) -> AdministeredSet:
        """The set that *documents* are; of the *last* one it takes what is the same in both."""
        report = Report()
        basis = None if last is None else last.basis
        written = WrittenDocuments.of(
            documents, self.folder, report, None if basis is None else basis.written
        )
        here = frozenset(name for name in self.domains if name in written.by_domain)
        lines = _KnownLines(self.ground.rights, here)
        remembered = Remembered() if basis is None else Remembered(basis.remembered.now)
        resolved = _resolved(self.ground.ground, written, lines, report, remembered)
        errors = tuple(one for one in report.sorted() if one.severity == "error")

        def again() -> Resolved | None:
            ground = self.ground.in_every_plan
            return None if ground is None else resolve_domain(ground, here, written.by_domain, Report())

        around = _KnownLines(lines.default, frozenset(written.by_domain)).rights
        if resolved is not None and not resolved.domains.partial:
            around = lines.rights  # nothing is around them
        found = AdministeredSet(documents, resolved, errors, again, lines.rights, around, lines.lines)
        return found if errors else replace(found, basis=Basis(written, remembered))


@dataclass(frozen=True, slots=True)
class Basis:
    """What a set without errors was read from, and what came of each part of it."""

    written: WrittenDocuments
    remembered: Remembered


class _Made(NamedTuple):
    """The lines of a side at a moment, and what they give."""

    side: Resolved
    at: datetime | None
    lines: Mapping[str, DomainLines]
    rights: RightsAtMoment


@dataclass(slots=True)
class _KnownLines:
    """The lines of some domains, compiled once where no line begins or ends: they are those of any time."""

    default: KnownRights
    domains: Collection[str]
    _made: list[_Made] = field(default_factory=list)

    def rights(self, side: Resolved, moment: datetime) -> RightsAtMoment:
        return self._at(side, moment).rights

    def lines(self, side: Resolved, moment: datetime) -> Mapping[str, DomainLines]:
        return self._at(side, moment).lines

    def _at(self, side: Resolved, moment: datetime) -> _Made:
        timed = any(line.begins is not None or line.until is not None for line in side.bindings)
        return self.compiled(side, moment if timed else None, Report())

    def compiled(self, side: Resolved, at: datetime | None, report: Report) -> _Made:
        for known in self._made:
            if known.side is side and known.at == at:
                return known
        lines = compile_domain(side, self.default.lines, self.domains, at, report)
        made = _Made(side, at, lines, RightsAtMoment.in_domains(lines, self.default))
        self._made = [*self._made[-_MOMENTS:], made]
        return made


def _resolved(
    ground: Ground, written: WrittenDocuments, lines: _KnownLines, report: Report, remembered: Remembered
) -> Resolved | None:
    """The set without the roles that are at fault; None where something else is."""
    aside: dict[Owner, Diagnostic] = {}
    for number in range(0 if report.failed else _ROUNDS):
        own, faults = Report(), dict[Diagnostic, Owner]()
        known = None if number else remembered
        resolved = resolve_domain(ground, lines.domains, written.without(aside), own, aside, faults, known)
        if resolved is not None and not own.failed:
            lines.compiled(resolved, None, own)
        errors = [one for one in own.sorted() if one.severity == "error"]
        report.take(errors)
        if not errors:
            return resolved
        for error in errors:
            owner = faults.get(error) or written.owners.get(error.span.file)
            if owner is None or owner[1] is None or owner in aside:
                return None
            aside[owner] = error
    return None
