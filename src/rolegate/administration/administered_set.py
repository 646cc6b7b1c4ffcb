"""A policy set that people change: its documents, and what they mean."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rolegate.administration.rights_at_moment import RightsAtMoment, with_every_plan
from rolegate.administration.tenant_documents import TenantDocuments
from rolegate.compiled.domain_lines import DomainLines
from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.capture import Files
from rolegate.documents.documents import Documents
from rolegate.documents.file_kinds import BINDINGS, DOMAINS, ROLES
from rolegate.documents.set_reader import read_both
from rolegate.grants.resolve import Resolved, resolve
from rolegate.loading.load import resolve_files

if TYPE_CHECKING:
    from rolegate.administration.set_over_ground import Basis

NO_SUCH_ROLES = "RG320"
"""A role is set aside because the plan of its domain has no such roles: it wakes with another plan."""

LinesOf = Callable[[Resolved, datetime], Mapping[str, DomainLines]]
"""Gives the lines of some domains at a moment, domain by domain."""


@dataclass(slots=True)
class AdministeredSet:
    """Documents with the set that they are; None where they are too wrong to tell, and `errors` says why.

    `errors` has those as well for which a part of the set is set aside. `read_again` reads the same as if
    roles of each kind were there in every plan; it is asked where some are not. `rights` tells what is held,
    and `rights_around` also in the domains around, if `rights` does not. `lines` gives those of the domains
    that change, at a moment, where they are compiled by themselves, and `basis` is what the next set may take
    of this one.
    """

    documents: TenantDocuments
    resolved: Resolved | None
    errors: tuple[Diagnostic, ...] = ()
    read_again: Callable[[], Resolved | None] = lambda: None
    rights: Callable[[Resolved, datetime], RightsAtMoment] = RightsAtMoment.at
    rights_around: Callable[[Resolved, datetime], RightsAtMoment] | None = None
    lines: LinesOf | None = None
    basis: Basis | None = None
    _held: dict[datetime, RightsAtMoment] = field(default_factory=dict, repr=False)
    _held_in_any_plan: dict[datetime, RightsAtMoment] = field(default_factory=dict, repr=False)
    _in_any_plan: Resolved | None = field(default=None, repr=False)

    def anew(self) -> AdministeredSet:
        """The same, of which nobody has asked yet what is held."""
        return replace(self, _held={}, _held_in_any_plan={})

    @property
    def known(self) -> Resolved:
        """What the documents mean, where that can be told."""
        assert self.resolved is not None  # noqa: S101 - whoever asks has looked
        return self.resolved

    def held(self, moment: datetime) -> RightsAtMoment:
        """What everybody holds at a moment."""
        if moment not in self._held:
            self._held[moment] = self.rights(self.known, moment)
        return self._held[moment]

    @property
    def in_any_plan(self) -> Resolved | None:
        """The same, in which each domain has every plan and add-on; None where that cannot be told."""
        if self._in_any_plan is None and self.resolved is not None:
            asleep = any(part.why.code == NO_SUCH_ROLES for part in self.resolved.set_aside)
            found = self.read_again() if asleep else self.resolved
            self._in_any_plan = with_every_plan(found) if found is not None and _may_differ(found) else found
        return self._in_any_plan

    def held_in_any_plan(self, moment: datetime) -> RightsAtMoment:
        """What everybody would hold if each domain had every plan and add-on."""
        if moment not in self._held_in_any_plan:
            resolved = self.in_any_plan
            assert resolved is not None  # noqa: S101 - whoever asks has looked
            self._held_in_any_plan[moment] = self.rights(resolved, moment)
        return self._held_in_any_plan[moment]

    def wide(self, moment: datetime, *, any_plan: bool = False) -> RightsAtMoment:
        """What everybody holds, or would hold in any plan; also in the domains around those that change."""
        resolved = self.in_any_plan if any_plan else self.resolved
        if self.rights_around is not None and resolved is not None:
            return self.rights_around(resolved, moment)
        return self.held_in_any_plan(moment) if any_plan else self.held(moment)


def _may_differ(resolved: Resolved) -> bool:
    """Whether a domain may have something another day that it has not today."""
    plans = resolved.catalog.plans or resolved.catalog.addons
    return bool(plans) or any(domain.removed for domain in resolved.domains)


class ReadDocuments(Protocol):
    """Gives documents their meaning, with the same catalog each time."""

    def __call__(self, documents: TenantDocuments) -> AdministeredSet: ...


@dataclass(frozen=True, slots=True)
class WholeSet:
    """Reads documents as the files of a set, beside the files in *texts*: the catalog, labels and rules."""

    texts: Mapping[str, bytes]
    folder: Path = Path("administered")

    def __call__(self, documents: TenantDocuments) -> AdministeredSet:
        return read_as_files(documents, self.files_of(documents))

    def files_of(self, documents: TenantDocuments) -> Files:
        """The set as files."""
        return Files(self.folder, {**self.texts, **dict(_files(documents))})


def read_as_files(documents: TenantDocuments, files: Files) -> AdministeredSet:
    """The set that *documents* are, which *files* say as well."""
    report = Report()
    resolved, _ = resolve_files(files, report)
    errors = tuple(found for found in report.sorted() if found.severity == "error")
    return AdministeredSet(documents, resolved, errors, lambda: _read_again(files))


def _read_again(files: Files) -> Resolved | None:
    """The set with roles in every plan. What is wrong with it then is not set aside: it would hold less."""
    documents, _ = read_both(files, Report())
    return None if documents is None else resolve(with_roles_in_every_plan(documents), Report())


def with_roles_in_every_plan(documents: Documents) -> Documents:
    """The same documents, with a catalog in which roles of each kind are there in every plan."""
    catalog = documents.catalog
    without: dict[str, Any] = {"plans": None, "addons": []}
    custom = catalog.custom_roles and catalog.custom_roles.model_copy(update=without)
    kinds = {name: kind.model_copy(update=without) for name, kind in catalog.role_kinds.items()}
    changed = catalog.model_copy(update={"custom_roles": custom, "role_kinds": kinds})
    return replace(documents, catalog=changed)


def _files(documents: TenantDocuments) -> Iterable[tuple[str, bytes]]:
    """The documents as files of a set; JSON is YAML."""
    domains = {
        str(one["domain"]): {key: value for key, value in one.items() if key != "domain"}
        for one in documents.of_kind("domain")
    }
    for team in documents.of_kind("team"):
        body = domains.setdefault(str(team["domain"]), {})
        body["teams"] = {**body.get("teams", {}), team["team"]: team["members"]}
    if domains:
        yield DOMAINS.place, _json({DOMAINS.key: domains})
    for number, role in enumerate(documents.of_kind("role")):
        yield f"{ROLES.place}/{number}.yaml", _json(role)
    yield BINDINGS.place, _json({BINDINGS.key: list(documents.of_kind("line"))})


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
