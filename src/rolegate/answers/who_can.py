"""Everybody who may use a permission: users, teams and roles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from rolegate.answers.explain import explain
from rolegate.answers.inventory import roles_of
from rolegate.engine.later import Later
from rolegate.engine.question import Question
from rolegate.engine.snapshot import Snapshot
from rolegate.engine.speaker import Speaker
from rolegate.engine.translation import translate

SubjectKind = Literal["everyone", "user", "team", "role"]


@dataclass(frozen=True, slots=True)
class PermissionHolder:
    """A subject that is allowed in `domain`; `via` says why, and `grant` is the grant that it leads to.

    If several grants allow it, this is one of them. `everyone`, which has no name, is every user but those in
    `but_not`, also users whom no file names; those whom lines of the domain name, and who are allowed, are
    holders of their own beside it. `until` is when the subject is denied again, if that is known.
    """

    kind: SubjectKind
    name: str
    domain: str
    via: str
    grant: str
    but_not: tuple[str, ...] = ()
    until: datetime | None = None

    def to_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "kind": self.kind,
            "name": self.name,
            "domain": self.domain,
            "via": self.via,
            "grant": self.grant,
            **({} if self.until is None else {"until": self.until.isoformat()}),
        }
        return found | {"but_not": list(self.but_not)} if self.but_not else found


def who_can(
    question: Question, snapshot: Snapshot, locale: str | None = None
) -> tuple[PermissionHolder, ...]:
    """Every user, team and role for which the answer to *question* is yes, whatever its own subject is.

    Raises:
        UnknownNameError: for a language that the set does not have.
    """
    speaker = None if locale is None else Speaker.of(snapshot.resolved, locale)
    domains = snapshot.resolved.domains
    found: list[PermissionHolder] = []
    for domain in domains.names if question.domain is None else (question.domain,):
        denied: list[str] = []
        here: list[tuple[SubjectKind, str, Question]] = []
        for kind, name in askable_subjects(domain, snapshot):
            asked = question.about(kind, name, domain)
            if snapshot.allowed(asked):
                here.append((kind, name, asked))
            elif kind == "user":
                denied.append(name)
        asked = question.about("user", stranger_in(domain, snapshot), domain)
        if snapshot.allowed(asked):
            here.insert(0, ("everyone", "", asked))
        seen_from = None if speaker is None else replace(speaker, domain=domain)
        found += _holders(here, tuple(denied), snapshot, seen_from)
    return tuple(found)


def _holders(
    allowed: list[tuple[SubjectKind, str, Question]],
    denied: tuple[str, ...],
    snapshot: Snapshot,
    speaker: Speaker | None,
) -> Iterator[PermissionHolder]:
    after = Later.of_all([translate(asked, snapshot.resolved) for _, _, asked in allowed], snapshot)
    for (kind, name, asked), later in zip(allowed, after, strict=True):
        why = explain(asked, snapshot, later)
        via = "; ".join(step.text if speaker is None else speaker.say(step.text) for step in why.chain)
        but_not = denied if kind == "everyone" else ()
        yield PermissionHolder(kind, name, asked.domain or "", via, why.grant or "", but_not, why.until)


def stranger_in(domain: str, snapshot: Snapshot) -> str:
    """A user whom no line of *domain* names: what is allowed to it is allowed to everyone."""
    users, number = snapshot.index.tables[domain].users, 0
    while f"{number}" in users:
        number += 1
    return f"{number}"


def askable_subjects(
    domain: str, snapshot: Snapshot
) -> Iterator[tuple[Literal["user", "team", "role"], str]]:
    """Every subject that can be asked about in *domain*."""
    resolved = snapshot.resolved
    outward = resolved.domains.outward(domain)
    for user in sorted(snapshot.index.tables[domain].users):  # nobody else has a binding there
        yield "user", user
    for team in sorted({team for outer in outward for team in resolved.domains[outer].teams}):
        yield "team", team
    for role in roles_of(domain, resolved):
        yield "role", role
