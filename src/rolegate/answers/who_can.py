"""Everybody who may use a permission: users, teams and roles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rolegate.answers.explain import explain
from rolegate.engine.question import Question
from rolegate.engine.snapshot import Snapshot

SubjectKind = Literal["user", "team", "role"]


@dataclass(frozen=True, slots=True)
class PermissionHolder:
    """A subject that is allowed in `domain`; `via` says why, and `grant` is the grant that it leads to.

    If several grants allow it, this is one of them. `until` is when the subject is denied again, if that is
    known.
    """

    kind: SubjectKind
    name: str
    domain: str
    via: str
    grant: str
    until: datetime | None = None

    def to_dict(self) -> dict[str, str]:
        return {
            "kind": self.kind,
            "name": self.name,
            "domain": self.domain,
            "via": self.via,
            "grant": self.grant,
            **({} if self.until is None else {"until": self.until.isoformat()}),
        }


def who_can(question: Question, snapshot: Snapshot) -> tuple[PermissionHolder, ...]:
    """Every user, team and role for which the answer to *question* is yes, whatever its own subject is."""
    domains = snapshot.resolved.domains
    found = []
    for domain in domains.names if question.domain is None else (question.domain,):
        for kind, name in _subjects(domain, snapshot):
            asked = question.about(kind, name, domain)
            if snapshot.decide(asked).allowed:
                why = explain(asked, snapshot)
                via = "; ".join(step.text for step in why.chain)
                found.append(PermissionHolder(kind, name, domain, via, why.grant or "", why.until))
    return tuple(found)


def _subjects(domain: str, snapshot: Snapshot) -> Iterator[tuple[SubjectKind, str]]:
    """Every subject that can be asked about in *domain*."""
    resolved = snapshot.resolved
    outward = resolved.domains.outward(domain)
    for user in sorted(snapshot.index.tables[domain].users):  # nobody else has a binding there
        yield "user", user
    for team in sorted({team for outer in outward for team in resolved.domains[outer].teams}):
        yield "team", team
    for role in sorted({name for owner, name in resolved.roles if owner is None or owner in outward}):
        yield "role", role
