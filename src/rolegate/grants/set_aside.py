"""What of a policy set is not in force, so that a tenant's fault stays with the tenant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rolegate.diagnostics import Diagnostic, quoted
from rolegate.grants.roles import Role


@dataclass(frozen=True, slots=True)
class SetAside:
    """A custom role that grants nothing; or, where `role` is None, a domain that answers no to everything.

    `why` is the finding it is set aside for.
    """

    domain: str
    role: str | None
    why: Diagnostic

    @property
    def is_fault(self) -> bool:
        """Whether something is wrong; there may also be no such roles in the domain, as after a downgrade."""
        return self.why.code not in ("RG320", "RG340")

    def to_dict(self) -> dict[str, Any]:
        """The documented JSON form."""
        return {"domain": self.domain, "role": self.role, "why": self.why.to_dict()}

    def __str__(self) -> str:
        what = f"domain {quoted(self.domain)} answers no"
        if self.role is not None:
            what = f"role {quoted(self.role)} of domain {quoted(self.domain)} grants nothing"
        return f"{what}: {self.why.span}: {self.why.code} {self.why.name}: {self.why.message}"


def roles_aside(roles: Iterable[Role]) -> Iterator[SetAside]:
    """Those of *roles* that are set aside."""
    for role in roles:
        if role.aside is not None and role.domain is not None:
            yield SetAside(role.domain, role.name, role.aside)
