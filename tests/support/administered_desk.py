"""A help desk whose tenants change their roles: a catalog, and documents to begin with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from rolegate.administration.administered_set import AdministeredSet, WholeSet
from rolegate.administration.administration import Administration, AdministrativeChange, Judgement
from rolegate.administration.judge import Actor
from rolegate.administration.tenant_documents import Document, DocumentKind, TenantDocuments

NOW = datetime(2027, 1, 1, tzinfo=UTC)
SUMMER, WINTER = "2027-06-01", "2027-12-01"

CATALOG = b"""\
catalog: desk
plans: [free, pro]
addons: [export]
scopes: {reach: [all, team, my]}
resources: {inbox: Inbox}
custom_roles: {plans: [pro], manage: access.manage, never: [billing.close]}
role_kinds: {guest: {manage: access.guests, may: ["tickets.show@my"]}}
permissions:
  access: {title: Access, permissions: {manage: Manage, guests: Edit guests}}
  tickets:
    title: Tickets
    permissions:
      show: {title: Show, scopes: reach}
      edit: {title: Edit, scopes: reach, requires: tickets.show}
  inboxes: {title: Inboxes, permissions: {access: {title: Access, per: inbox}}}
  contacts: {title: Contacts, fields: [phone]}
  refund: {title: Refund, plans: [pro]}
  export: {title: Export, plans: [pro], addons: [export], requires: refund}
  billing: {title: Billing, permissions: {pay: Pay, close: Close}}
"""

ROLES: tuple[Document, ...] = (
    {"role": "owner", "grants": ["*"]},
    {"role": "agent", "grants": ["tickets.show@all", "contacts.fields.phone@view"]},
    {"role": "root", "locked": True, "grants": ["*"]},
    {
        "role": "lead",
        "domain": "acme",
        "grants": [
            "access.manage", "tickets.show@team", "inboxes.access[Support]", "contacts.fields.phone@view",
        ],
    },
    {"role": "boss", "domain": "acme", "grants": ["access.manage", "tickets.*", "inboxes.*", "refund"]},
)  # fmt: skip

DOMAINS: tuple[Document, ...] = (
    {"domain": "acme", "plan": "pro", "instances": {"inbox": ["Support", "Sales"]}},
    {"domain": "acme-emea", "within": "acme"},
    {"domain": "beta", "plan": "free"},
)

LINES: tuple[Document, ...] = (
    {"user": "olga", "role": "owner", "domain": "acme"},
    {"user": "lea", "role": "lead", "domain": "acme"},
    {"user": "bob", "role": "boss", "domain": "acme"},
    {"team": "chiefs", "role": "boss", "domain": "acme"},
    {"user": "bert", "role": "owner", "domain": "beta"},
)

TEAMS: tuple[Document, ...] = ({"team": "chiefs", "domain": "acme", "members": ["cy"]},)

DESK = Administration(WholeSet({"catalog.yaml": CATALOG}))


def line(*args: str, **keys: Any) -> Document:
    """A line of `acme`: `user`, `team`, or `everyone` with what it says."""
    return {**dict(zip(args[::2], args[1::2], strict=True)), "domain": "acme", **keys}


def role(name: str, *grants: str, **keys: Any) -> Document:
    """A custom role of `acme`."""
    return {"role": name, "domain": "acme", "grants": list(grants), **keys}


def documents(*more: tuple[DocumentKind, Document], without: Iterable[Document] = ()) -> TenantDocuments:
    """Those of the desk and *more*; of equal names, the last."""
    gone = list(without)
    kept: list[tuple[DocumentKind, Document]] = [
        *(("domain", one) for one in DOMAINS),
        *(("role", one) for one in ROLES),
        *(("team", one) for one in TEAMS),
        *(("line", one) for one in LINES if one not in gone),
    ]
    return TenantDocuments.of([*kept, *more])


@cache
def desk() -> AdministeredSet:
    """The desk itself."""
    return DESK.read(documents())


def desk_with(*more: tuple[DocumentKind, Document], without: Iterable[Document] = ()) -> AdministeredSet:
    found = DESK.read(documents(*more, without=without))
    assert found.errors == ()
    return found


def tried(user: str, change: AdministrativeChange, before: AdministeredSet | None = None) -> Judgement:
    """A change by a user, or by the application as `system:…`."""
    name = user.removeprefix("system:")
    return DESK.try_change(Actor(name, system=name != user), change, before or desk(), NOW)


def reasons(user: str, change: AdministrativeChange, before: AdministeredSet | None = None) -> set[str]:
    """Why a change may not be made."""
    return {refusal.reason for refusal in tried(user, change, before).refusals}


def nothing(*_: object) -> tuple[()]:
    """In the place of a check: it finds nothing."""
    return ()


def expect_notice(
    noticed_by: Callable[[], None], owner: object, name: str, wrong: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test that holds does not hold any more with something else in the place of a check."""
    noticed_by()
    monkeypatch.setattr(owner, name, wrong)
    with pytest.raises(AssertionError):
        noticed_by()
