"""A small set in two languages, with something of everything that a reason can name."""

from __future__ import annotations

from pathlib import Path

import rolegate
from reading import write

CATALOG = """\
catalog: desk
title: Desk
plans: {pro: Professional, free: Free}
scopes: {reach: {all: All, team: {title: Team, within: all}, my: {title: Mine, within: team}}}
resources: {inbox: Inbox}
restrictions: {quiet: {title: No replies, restrict: tickets.reply}}
permissions:
  tickets:
    title: Tickets
    permissions:
      show: {title: Show, scopes: reach}
      reply: {title: Reply, scopes: reach, requires: tickets.show}
      export: {title: Export, plans: [pro]}
  inboxes:
    title: Inboxes
    permissions:
      access: {title: 'Open "{inbox}"', per: inbox, every: Open each inbox}
"""
FRENCH = """\
locale: fr
title: Assistance
plans: {pro: Professionnel}
scopes: {reach: {all: Tous, team: Équipe, my: Les miens}}
resources: {inbox: boîte}
restrictions: {quiet: Sans réponse}
roles: {agent: Agent d'assistance}
instances: {acme: {inbox: {sales: Ventes}}}
permissions:
  tickets: Tickets
  tickets.show: Afficher
  tickets.reply: Répondre
  tickets.export: Exporter
  inboxes: Boîtes
  inboxes.access: {title: 'Ouvrir « {inbox} »', every: Ouvrir chaque boîte}
"""
BINDINGS = """\
bindings:
  - {user: ann, role: agent, domain: acme, only: {inbox: [sales]}, rest: keep}
  - {team: night, grants: ["tickets.show@team"], domain: acme, until: 2026-01-01}
  - {team: night, role: agent, domain: acme, from: 2027-01-01}
  - {user: bo, role: agent, domain: acme}
  - {user: bo, restrictions: quiet, domain: acme}
  - {user: bo, restrict: "tickets.show@all", domain: acme}
"""
FILES = {
    "catalog.yaml": CATALOG,
    "labels/fr.yaml": FRENCH,
    "domains.yaml": "domains: {acme: {title: Acme, plan: free, teams: {night: [nia]},"
    " instances: {inbox: {sales: Sales, hr: Staff}}}}\n",
    "roles/agent.yaml": "role: agent\ntitle: Agent\ngrants: ['tickets.*', 'inboxes.access[*]']\n",
    "bindings.yaml": BINDINGS,
}


def bilingual(folder: Path) -> rolegate.Policy:
    """The set, written to *folder*."""
    return rolegate.load(write(folder, FILES))
