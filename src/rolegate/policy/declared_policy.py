"""What a policy set declares, and its state at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from rolegate.answers.build_matrix import shown_name
from rolegate.answers.inventory import check_domain, roles_of
from rolegate.answers.managed_by import managed_by
from rolegate.answers.role_texts import RoleText, role_texts
from rolegate.catalog.labels import words_of
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Diagnostic
from rolegate.engine.asked_moment import moment_of
from rolegate.engine.snapshot import Snapshot
from rolegate.engine.times import Snapshots
from rolegate.grants.resolve import Resolved
from rolegate.grants.set_aside import SetAside


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DeclaredPolicy:
    """A policy set that was read, with the names it declares; `Policy` is asked questions."""

    resolved: Resolved
    warnings: tuple[Diagnostic, ...] = ()
    at: datetime | None = None
    path: Path | None = None
    files: tuple[str, ...] = ()
    departed: tuple[tuple[str, frozenset[str]], ...] = field(default=(), compare=False)
    _snapshots: Snapshots = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", None if self.at is None else moment_of(self.at))
        object.__setattr__(self, "_snapshots", Snapshots(self.resolved))

    def __repr__(self) -> str:
        place = "" if self.path is None else f" from {self.path.as_posix()!r}"
        return f"<Policy {self.name!r}{place}>"

    @property
    def name(self) -> str:
        return self.catalog.name

    @property
    def title(self) -> str:
        return self.catalog.title

    @property
    def catalog(self) -> Catalog:
        return self.resolved.catalog

    @property
    def locales(self) -> tuple[str, ...]:
        """The languages of the set, the catalog's own first."""
        return self.resolved.labels.locales

    @property
    def domains(self) -> tuple[str, ...]:
        return self.resolved.domains.names

    @property
    def needs_domain(self) -> bool:
        """Whether questions about users and teams have to name a domain."""
        return self.resolved.domains.declared

    @property
    def users(self) -> tuple[str, ...]:
        """Every user the files name, sorted."""
        bound = {b.subject.name for b in self.resolved.bindings if b.subject.kind == "user"}
        members = {str(u) for d in self.resolved.domains for users in d.teams.values() for u in users}
        return tuple(sorted(bound | members))

    @property
    def teams(self) -> tuple[str, ...]:
        """The name of every team, sorted; teams of several domains may share one."""
        return tuple(sorted({team for domain in self.resolved.domains for team in domain.teams}))

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role; a custom one as `domain/role`."""
        return tuple(shown_name(role) for role in self.resolved.roles.values())

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """What is declared and not in force: custom roles that grant nothing, domains that answer no."""
        return self.resolved.set_aside

    def roles_of(self, domain: str) -> tuple[str, ...]:
        """The roles that a domain can use, by the names they have there, sorted.

        These are the default roles, those of the domain, and those of the domains around it.

        Raises:
            UnknownNameError: for an unknown domain.
            InvalidQuestionError: for a domain that is not a text.
        """
        check_domain(domain, self.resolved.domains)
        return roles_of(domain, self.resolved)

    def role_texts(self, domain: str | None = None, *, locale: str | None = None) -> tuple[RoleText, ...]:
        """The title and description of each role that a domain can use; without a domain, of every role.

        Raises:
            UnknownNameError: for an unknown domain or language.
            InvalidQuestionError: for a domain that is not a text.
        """
        check_domain(domain, self.resolved.domains)
        return role_texts(self.resolved, words_of(self.resolved.labels, locale), domain)

    def managed_by(
        self, role: str | None = None, *, domain: str | None = None, kind: str | None = None
    ) -> str | None:
        """The permission whose holders in a domain edit a role of it, or make a new role of *kind* there.

        None where nobody there may: a role that is locked, shared by all domains or of another domain, a kind
        without `manage`, and a domain without such roles. Without *role* and *kind*, a new custom role.

        Raises:
            UnknownNameError: for an unknown role, kind or domain.
            InvalidQuestionError: for a role and a kind at once, and for values of the wrong kind.
        """
        return managed_by(self.resolved, role, domain, kind)

    def snapshot(self, at: date | None = None) -> Snapshot:
        """The policy compiled for *at*; left out, for the time the policy was loaded for, or for now.

        A date begins at 00:00 UTC, and a time without a zone is in UTC. Until the next binding begins
        or ends, the same snapshot is given, as long as it is kept.

        Raises:
            InvalidQuestionError: when *at* is neither a date nor a time.
        """
        given = self.at if at is None else at
        return self._snapshots.at(datetime.now(UTC) if given is None else moment_of(given))
