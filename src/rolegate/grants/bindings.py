"""Bindings: each line gives a user or a team a role or grants, or takes something away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rolegate.diagnostics import Span
from rolegate.documents.bindings_file import BindingShape
from rolegate.grants.domains import Domains
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.only import Copy
from rolegate.grants.roles import Rights, Role
from rolegate.grants.takes import Take


@dataclass(frozen=True, slots=True)
class BindingSubject:
    """Whom a line is about: a user, a team, everyone, or the holders of a role.

    `domain` declares the team or the custom role. Everyone has no name.
    """

    kind: str
    name: str
    domain: str | None = None

    @property
    def words(self) -> str:
        return "everyone" if self.kind == "everyone" else f"{self.kind} `{self.name}`"


@dataclass(frozen=True, slots=True)
class Binding:
    """A resolved line; exactly one of `role`, `rights` and `takes` says something.

    Where the line names a default role, `versions` has the roles that domains have in its place, by domain;
    `role`, and a `subject` that is a role, are those of the line's own domain.
    """

    subject: BindingSubject
    domain: str
    span: Span
    until: datetime | None = None
    role: Role | None = None
    copies: tuple[Copy, ...] = field(default=(), repr=False)
    limited: bool = False
    shape: BindingShape | None = field(default=None, repr=False, compare=False)
    """A limited line as it is written, since what it gives changes with its role."""
    rights: Rights | None = field(default=None, repr=False)
    entries: tuple[GrantEntry, ...] = field(default=(), repr=False)
    takes: tuple[tuple[Take, GrantEntry], ...] = field(default=(), repr=False)
    begins: datetime | None = None
    versions: Mapping[str, Role] = field(default_factory=dict, repr=False)

    @property
    def role_named(self) -> str:
        """The name of the role in the file."""
        if self.role is None:
            return ""
        return str(self.role.replaces) if self.versions and self.role.replaces else self.role.name

    def role_in(self, domain: str, domains: Domains) -> Role | None:
        """The role that the line gives in *domain*."""
        if self.role is None or not self.versions:
            return self.role
        return self._version(domain, domains) or self.role

    def subject_in(self, domain: str, domains: Domains) -> BindingSubject:
        """Whom the line is about in *domain*."""
        version = self._version(domain, domains) if self.versions and self.subject.kind == "role" else None
        return self.subject if version is None else BindingSubject("role", version.name, version.domain)

    def subjects(self) -> tuple[BindingSubject, ...]:
        """Whom the line is about, in whichever domain."""
        if self.subject.kind != "role":
            return (self.subject,)
        own = (self.subject.domain, self.subject.name)
        others = (version for version in self.versions.values() if version.key != own)
        return (self.subject, *(BindingSubject("role", other.name, other.domain) for other in others))

    def _version(self, domain: str, domains: Domains) -> Role | None:
        outward = domains.outward(domain)
        return next((self.versions[outer] for outer in outward if outer in self.versions), None)

    @property
    def named(self) -> tuple[GrantEntry, ...]:
        """What the line names under `grants` or `restrict`."""
        return (*self.entries, *(entry for _, entry in self.takes if entry.by is None))

    @property
    def restrictions(self) -> tuple[str, ...]:
        """The named restrictions that the line switches on."""
        return tuple(dict.fromkeys(str(entry.by) for _, entry in self.takes if entry.by is not None))

    @property
    def changes(self) -> tuple[datetime, ...]:
        """The moments at which the line begins and ends to hold."""
        return tuple(moment for moment in (self.begins, self.until) if moment is not None)

    def active(self, at: datetime) -> bool:
        begun = self.begins is None or self.begins <= at
        return begun and (self.until is None or at < self.until)
