"""A desk with something of all that the language has, changes of it, and what a diff tells of each."""

from __future__ import annotations

CATALOG = """\
catalog: desk
plans: [free, pro]
addons: [audit]
scopes:
  reach:
    all: {title: All}
    team: {within: all, team_id: {in: user.teams}}
    my: {within: team, assignee_id: user.id}
resources: {inbox: Inbox}
permissions:
  tickets:
    title: Tickets
    permissions:
      show: {title: Show, scopes: reach}
      export: {title: Export, plans: [pro]}
      log: {title: Log, addons: [audit]}
  inboxes: {title: Inboxes, permissions: {access: {title: Access, per: inbox}}}
  contacts: {title: Contacts, permissions: {record: {title: Record, fields: [phone, card]}}}
  billing:
    title: Billing
    permissions:
      pay: {title: Pay, aliases: [money], implies: [billing.see]}
      refund: Refund
      see: {title: See, hidden: true}
"""
ROLES = """\
roles:
  viewer: {grants: [tickets.show@my, contacts.record.fields.*@view]}
  chief: {grants: [tickets.show@all]}
  agent: {grants: [tickets.*@team, tickets.export, tickets.log, 'inboxes.access[*]']}
  clerk: {grants: [billing.pay]}
"""
DOMAINS = """\
domains:
  acme:
    plan: pro
    addons: [audit]
    teams: {sales: [bo, cy], emea: [eve]}
    instances: {inbox: [Support, Complaints]}
"""
BINDINGS = """\
bindings:
  - {team: sales, role: agent, domain: acme}
  - {user: dan, role: viewer, domain: acme}
  - {user: ann, role: chief, domain: acme}
  - {user: pia, role: clerk, domain: acme}
"""
FILES = {
    "catalog.yaml": CATALOG,
    "roles/all.yaml": ROLES,
    "domains.yaml": DOMAINS,
    "bindings.yaml": BINDINGS,
}

CHANGES: dict[str, tuple[str, str, str, list[str]]] = {
    "a scope above all": (
        "catalog.yaml",
        "all: {title: All}",
        "world: {title: World}\n    all: {within: world}",
        [
            "~ records of tickets.show @all  every record → not said  (more or fewer records: not known)",
            "    for role chief",
            "role chief",
            "user ann in acme",
            "  ↓ tickets.show  @all with @world → @all without @world",
        ],
    ),
    "fewer records": (
        "catalog.yaml",
        "assignee_id: user.id",
        "where: {assignee_id: user.id, status: 'open'}",
        [
            '↓ records of tickets.show @my  {assignee_id: user.id} → {assignee_id: user.id, status: "open"}',
            "    for role agent, role chief, role viewer",
        ],
    ),
    "an alias of another": (
        "catalog.yaml",
        "aliases: [money], implies: [billing.see]}\n      refund: Refund",
        "implies: [billing.see]}\n      refund: {title: Refund, aliases: [money]}",
        ["role clerk", "user pia in acme", "  - alias `money`"],
    ),
    "what is implied": (
        "catalog.yaml",
        ", implies: [billing.see]",
        "",
        ["role clerk", "user pia in acme", "  - billing.see"],
    ),
    "a field": (
        "roles/all.yaml",
        "fields.*@view",
        "fields.*@view, contacts.record.fields.phone@edit",
        [
            "role viewer",
            "user dan in acme",
            "  ↑ contacts.record.fields.phone  @view → @edit",
        ],
    ),
    "a role with another name": (
        "roles/all.yaml",
        "agent: {",
        "worker: {renamed_from: [agent], ",
        ["nobody's access changes"],
    ),
    "a team in a team": (
        "domains.yaml",
        "[bo, cy]",
        "[bo, cy, {team: emea}]",
        [
            "team emea in acme",
            "user eve in acme",
            "  + tickets.show  @team",
            "  + tickets.{export, log}",
            "  + inboxes.access  [*]",
        ],
    ),
    "a plan": (
        "domains.yaml",
        "plan: pro",
        "plan: free",
        [
            "role agent in acme",
            "team sales in acme",
            "2 users: bo, cy in acme",
            "  - tickets.export",
        ],
    ),
    "an add-on": (
        "domains.yaml",
        "    addons: [audit]\n",
        "",
        [
            "role agent in acme",
            "team sales in acme",
            "2 users: bo, cy in acme",
            "  - tickets.log",
        ],
    ),
    "an instance that is removed": (
        "domains.yaml",
        "[Support, Complaints]}",
        "[Support]}\n    removed: {inbox: [Complaints]}",
        [
            "role agent in acme",
            "team sales in acme",
            "2 users: bo, cy in acme",
            "  ↓ inboxes.access  [*] → [* but Complaints]",
        ],
    ),
    "everybody": (
        "bindings.yaml",
        "bindings:",
        "bindings:\n  - {everyone: true, role: viewer, domain: acme}",
        [
            "3 users: ann, bo, cy in acme",
            "  + contacts.record.fields.{phone, card}  @view",
            "2 users: eve, pia in acme",
            "everybody else in acme",
            "  + tickets.show  @my",
            "  + contacts.record.fields.{phone, card}  @view",
        ],
    ),
}
"""What is written in the place of what in which file, and what is told of it."""
