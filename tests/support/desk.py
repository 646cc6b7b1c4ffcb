"""A small policy set for the tests of the framework glue, and who is who in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from reading import write
from rolegate.gate.gate import Gate

FILES = {
    "catalog.yaml": """
        catalog: desk
        scopes:
          reach: {all: {}, team: {within: all, team: {in: user.teams}}, my: {within: team, owner: user.id}}
        resources: {inbox: Inbox, integration: Integration, account: {title: Account, within: integration}}
        permissions:
          tickets:
            permissions:
              show: {title: Show, scopes: reach}
              edit: {title: Edit, scopes: reach}
          inboxes: {permissions: {access: {title: Access, per: inbox}}}
          accounts: {permissions: {open: {title: Open, per: account}}}
          contacts: {fields: [name, phone], permissions: {show: Show}}
          settings: {permissions: {edit: Edit}}
    """,
    "domains.yaml": """
        domains:
          acme: {instances: {inbox: [Support, Sales]}}
    """,
    "roles/agent.yaml": """
        role: agent
        grants: ["tickets.*@my", contacts.show, contacts.fields.name@view]
    """,
    "roles/lead.yaml": """
        role: lead
        extends: agent
        grants: ["tickets.*@all", "inboxes.access[*]", settings.edit]
    """,
    "bindings.yaml": """
        bindings:
          - {user: ana, role: agent, domain: acme}
          - {user: ana, grants: ["inboxes.access[Support]", "accounts.open[allegro/7]"], domain: acme}
          - {user: bo, role: lead, domain: acme}
    """,
}
"""`ana` is an agent with one inbox and one account, `bo` leads, everybody else is a stranger."""


def desk(folder: Path, more: Mapping[str, str] = MappingProxyType({})) -> Gate:
    """The gate of the small set, written to *folder*, with *more* files in the place of its own."""
    return Gate.from_path(write(folder, {name: _flush(text) for name, text in {**FILES, **more}.items()}))


def _flush(text: str) -> str:
    from textwrap import dedent

    return dedent(text).lstrip("\n")
