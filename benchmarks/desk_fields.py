"""A help desk of which fields of a ticket are seen and edited by whose ticket it is, and in which inbox."""

from __future__ import annotations

from pathlib import Path

from rolegate.gate.gate import Gate

CATALOG = """
catalog: desk
records: {domain: account}
scopes:
  reach: {all: {}, team: {within: all, team: {in: user.teams}}, my: {within: team, assignee: user.id}}
resources: {inbox: {title: Inbox, attribute: inbox}}
permissions:
  tickets:
    fields: {subject: Subject, phone: {scopes: reach}, email: {scopes: reach}, price: {scopes: reach}}
  letters:
    per: inbox
    fields: {subject: Subject, phone: {scopes: reach}, email: {scopes: reach}, notes: Notes}
"""
DOMAINS = """
domains:
  acme: {teams: {sales: [ana]}, instances: {inbox: [Support, Sales]}}
"""
BINDINGS = """
bindings:
  - user: ana
    domain: acme
    grants:
      - tickets.fields.subject@edit
      - tickets.fields.phone.view@team
      - tickets.fields.phone.edit@my
      - tickets.fields.email.view@team
      - tickets.fields.email.edit@my
      - tickets.fields.price.view@my
      - letters.fields.subject[*]@edit
      - letters.fields.notes[Sales]@view
      - letters.fields.phone.view[Support]@team
      - letters.fields.email.edit[Support]@my
"""


def desk_of_fields(folder: Path) -> Gate:
    """The gate of this desk, written in *folder*."""
    for name, text in (("catalog", CATALOG), ("domains", DOMAINS), ("bindings", BINDINGS)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Gate.from_path(folder)
