"""Questions about all domains of a store: the database finds what names somebody, and no more is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from rolegate.answers.who_can import PermissionHolder
from rolegate.compiled.names import user_name
from rolegate.encoding import decode
from rolegate.engine.question import Question, sound_user
from rolegate.errors import wrong_kind
from rolegate.grants.domains import DEFAULT
from rolegate.grants.ground import Ground
from rolegate.policy.policy import Policy
from rolegate.store.domains_on_demand import read_domain, read_ground
from rolegate.store.item import Document
from rolegate.store.store_snapshot import StoreSnapshot


def domains_naming(snapshot: StoreSnapshot, user: str) -> tuple[str, ...]:
    """What `Policy.domains_of` says of *user*, without a policy of the whole store.

    Documents say who is named where, so that rows which somebody else wrote do not matter. Only domains with
    a line that begins or ends are resolved: when a day begins depends on the zone of the domain.

    Raises:
        InvalidQuestionError: for a user that is not a text.
    """
    if not isinstance(user, str):
        raise wrong_kind("user")
    user_name(user)  # raises for what can be no id, as a policy does
    if not snapshot.declares_domains:
        policy = read_domain(snapshot, read_ground(snapshot), DEFAULT)
        return () if policy is None else policy.domains_of(user)
    if not sound_user(user):
        return ()
    found: set[str] = set()
    reaching: set[str] = set()
    timed: set[str] = set()
    for item in snapshot.items_about(user):
        domain = decode(item.domain)
        if item.kind != "team" and not {"from", "until"}.isdisjoint(item.document):
            timed.add(domain)
        else:
            (found if _is_limited(item.document) else reaching).add(domain)
    ground = read_ground(snapshot) if timed - reaching else None
    for domain in sorted(timed - reaching):
        assert ground is not None  # noqa: S101
        for limited in _in_force(snapshot, ground, domain, user):
            (found if limited else reaching).add(domain)
    return tuple(sorted(found | set(snapshot.inside(reaching))))


def _is_limited(document: Document) -> bool:
    """Whether a line holds in its own domain alone."""
    return "only" in document


def _in_force(snapshot: StoreSnapshot, ground: Ground, domain: str, user: str) -> Iterator[bool]:
    """For each line of *domain* about *user* that is in force now, whether it is limited."""
    policy, now = read_domain(snapshot, ground, domain), datetime.now(UTC)
    for line in () if policy is None else policy.resolved.bindings:
        about = line.subject.kind == "user" and line.subject.name == user
        if about and line.domain == domain and line.active(now):
            yield line.limited


def holders_everywhere(
    snapshot: StoreSnapshot, question: Question, locale: str | None
) -> Iterator[PermissionHolder]:
    """What `Policy.who_can` says of all domains, which are read one after the other.

    Raises:
        UnknownNameError: for an unknown permission, scope or language.
    """
    ground = read_ground(snapshot)
    if not ground.declares_domains:
        names = [DEFAULT]
    else:
        names = sorted(decode(item.key) for item in snapshot.items(kinds=["domain"]))
    for name in names:
        policy = read_domain(snapshot, ground, name)
        if policy is not None:
            yield from _holders(policy, replace(question, domain=name), locale)


def _holders(policy: Policy, question: Question, locale: str | None) -> tuple[PermissionHolder, ...]:
    return policy.who_can(
        question.permission,
        any=question.any,
        locale=locale,
        domain=question.domain,
        on=question.on,
        scope=question.scope,
    )
