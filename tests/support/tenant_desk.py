"""A store with a set in it, and a tenant that administers itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from rolegate.store.admin import StoreAdmin
from rolegate.store.store import Store

FILES = {
    "catalog.yaml": """\
catalog: desk
plans: [free, pro]
scopes: {reach: [all, team, my]}
resources: {inbox: Inbox}
custom_roles: {plans: [pro], manage: access.manage}
permissions:
  access: {title: Access, permissions: {manage: Manage}}
  tickets: {title: Tickets, permissions: {show: {title: Show, scopes: reach}}}
  inboxes: {title: Inboxes, permissions: {access: {title: Access, per: inbox}}}
  refund: Refund
""",
    "roles/owner.yaml": 'role: owner\ngrants: ["*"]\n',
    "roles/agent.yaml": "role: agent\ngrants: [tickets.show@all]\n",
    "domains.yaml": "domains: {house: {plan: pro}}\n",
    "bindings.yaml": "bindings: [{user: root, role: owner, domain: house}]\n",
}


def begun_desk(store: Store, folder: Path) -> Store:
    """A store with a set in it, and a tenant `acme` of which `olga` is the owner."""
    for name, said in FILES.items():
        path = folder / "set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(said, encoding="utf-8")
    store.create()
    store.apply(folder / "set")
    store.admin(system="sign-up", domain="acme").create_domain("olga", plan="pro")
    return store


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Store:
    """Such a store, in one of the databases."""
    return begun_desk(store, tmp_path)


def by(desk: Store, user: str, domain: str = "acme") -> StoreAdmin:
    return desk.admin(user, domain=domain)


def can(store: Store, user: str, permission: str, domain: str = "acme", **details: str) -> bool:
    question: Mapping[str, str] = details
    return store.policy().check(user, permission, domain=domain, **question).allowed  # type: ignore[arg-type]


def same_as_documents(store: Store) -> None:
    """The rows are those of the documents, whatever wrote them."""
    assert store.status().is_sound
    with store.reading() as snapshot:
        rules = snapshot.rules()
    assert len(rules) == len(store.policy().compile().lines)
