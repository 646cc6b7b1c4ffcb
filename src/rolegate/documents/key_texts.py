"""What each key of the language takes, as a message says it."""

from __future__ import annotations

from typing import Literal

Kind = Literal["text", "list", "mapping", "flag"]

_GRANTS = "a list of grants such as `tickets.show@my`"
_PATHS = "a permission, or a list of them"
_USERS = "a user, or a list of them"

TAKES: dict[tuple[str, Kind], str] = {
    ("grants", "list"): _GRANTS,
    ("except", "list"): _GRANTS,
    ("restrict", "list"): _GRANTS,
    ("never", "list"): _GRANTS,
    ("may", "list"): _GRANTS,
    ("gains", "list"): "a list of gains such as `tickets.show@my`",
    ("approvals", "list"): "a list of approvals such as `{role: agent, gains: [tickets.show@my], …}`",
    ("only", "list"): _GRANTS,
    ("reach", "list"): _GRANTS,
    ("includes", "list"): _GRANTS,
    ("separate", "list"): _GRANTS,
    ("with", "list"): _GRANTS,
    ("of", "list"): _GRANTS,
    (
        "for",
        "list",
    ): "`role:…`, `team:…`, `user:…`, `roles`, `custom_roles`, `teams`, `users`, or a list",
    ("in", "list"): "a domain, or a list of them",
    ("invariants", "list"): "a list of invariants such as `{never: payments.refund, for: custom_roles}`",
    ("restrictions", "list"): "the name of a restriction, or a list of them",
    ("restrictions", "mapping"): "a mapping from restriction to what it takes away",
    ("requires", "list"): _PATHS,
    ("implies", "list"): _PATHS,
    ("recommends", "list"): _PATHS,
    ("aliases", "list"): "a text, or a list of them",
    ("renamed_from", "list"): "a former name, or a list of them",
    ("becomes", "list"): _GRANTS,
    ("extends", "list"): "a role, or a list of them",
    ("assumed", "list"): "a text, or a list of them",
    ("domain_kinds", "list"): "a list of kinds of domains",
    ("plans", "list"): "a list of plans",
    ("addons", "list"): "a list of add-ons, each a name or `{any_of: […]}`",
    ("any_of", "list"): "a list of add-ons",
    ("domain_kinds", "mapping"): "a list of kinds of domains, or a mapping from kind to title",
    ("plans", "mapping"): "a list of plans, or a mapping from plan to title",
    ("addons", "mapping"): "a list of add-ons, or a mapping from add-on to title",
    ("fields", "mapping"): "a list of fields, or a mapping from field to title",
    ("records", "mapping"): "a mapping with `domain`, such as `{domain: account_id}`, or `{separate: true}`",
    ("user", "mapping"): "a mapping from an attribute of the user to its kind, such as `{region: text}`",
    ("permissions", "mapping"): "a mapping from name to permission",
    ("scopes", "mapping"): "a mapping from ladder to its scopes, broadest first",
    ("scopes", "text"): "the name of one ladder of scopes",
    ("per", "text"): "the name of one resource kind",
    ("header", "text"): "the name of one permission of the group",
    ("resources", "mapping"): "a mapping from kind to title",
    ("custom_roles", "mapping"): "a mapping with `domain_kinds`, `plans`, `addons`, `manage`, `may`, `never`",
    ("role_kinds", "mapping"): "a mapping from kind to what such a role may hold",
    ("roles", "mapping"): "a mapping from role to its grants",
    ("domains", "mapping"): "a mapping from domain to what it has",
    ("teams", "mapping"): "a mapping from team to its members",
    ("instances", "mapping"): "a mapping from resource kind to the known ids",
    ("removed", "mapping"): "a mapping from resource kind to the ids that are gone",
    ("only", "mapping"): "a mapping from resource kind to ids, such as `{inbox: [Default]}`",
    ("bindings", "list"): "a list of lines such as `{user: ana, role: agent, domain: acme}`",
    (
        "accept",
        "mapping",
    ): "a mapping from the code of a warning to the reason, such as `{RG117: two people}`",
}
"""What the value of a key is, by the key and the kind of value it should have."""

ENTRIES: dict[tuple[str, Kind], str] = {
    ("permissions", "mapping"): "a permission is its title, or a mapping",
    ("fields", "mapping"): "a field is its title, or a mapping",
    (
        "scopes",
        "mapping",
    ): "a ladder is a list of scopes, broadest first, such as `[all, team, my]`, or a mapping",
    ("resources", "mapping"): "a resource kind is its title, or a mapping",
    ("plans", "mapping"): "a plan is its title, or a mapping",
    ("domain_kinds", "mapping"): "a kind of domain is its title, or a mapping",
    ("addons", "mapping"): "an add-on is one text, or a mapping",
    ("role_kinds", "mapping"): "a kind of role is its title, or a mapping",
    (
        "restrictions",
        "mapping",
    ): "a restriction is a mapping such as `{restrict: [contacts.delete]}`",
    ("roles", "mapping"): "a role is a mapping",
    ("domains", "mapping"): "a domain is a mapping (`{}` if there is nothing to say about it)",
    ("bindings", "mapping"): "a line is a mapping such as `{user: ana, role: agent, domain: acme}`",
    ("approvals", "mapping"): "an approval is a mapping such as `{role: agent, gains: [tickets.show@my], …}`",
    (
        "invariants",
        "mapping",
    ): "an invariant is a mapping such as `{never: billing.*, for: custom_roles}`",
    ("teams", "list"): f"a team is {_USERS}",
    ("teams", "mapping"): "a member is a user, or `{team: …}`",
    ("instances", "mapping"): "the known instances are an id, a list of ids, or a mapping from id to title",
    ("removed", "list"): "the instances that are gone are an id, or a list of them",
    ("only", "list"): "the instances are an id, or a list of them",
    ("removed", "mapping"): "what was removed is a mapping such as `{becomes: [tickets.change]}`, or `{}`",
    ("becomes", "text"): "a grant is one text",
    ("accept", "mapping"): "what is accepted is a reason, or a mapping from an entry to the reason",
    ("grants", "text"): "a grant is one text",
    ("except", "text"): "a grant is one text",
    ("restrict", "text"): "a grant is one text",
    ("never", "text"): "a grant is one text",
    ("may", "text"): "a grant is one text",
}
"""What an entry of a collection is, by the key of the collection."""

OF_KINDS = (("only",), ("instances",), ("removed",))
"""Where the keys are kinds of resources."""

CHOICES: dict[tuple[int | str, ...], str] = {
    ("rest",): "write `keep` or `drop`",
    ("zone",): "write a place such as `Europe/Paris`, or `UTC`",
}
"""What to write for a key that takes one of few words."""

MISSING = {
    "catalog": "add `catalog:` with the name of the policy set",
    "permissions": "add `permissions:`, a mapping from name to permission",
    "restrict": "add `restrict:`, a list of what it takes away",
    "role": "add `role:` with the name of the role, or put several roles under `roles:`",
    "domains": "put the domains under `domains:`",
    "bindings": "put the lines under `bindings:`",
    "approvals": "put the approvals under `approvals:`",
    "reason": "add `reason:`, why this is right",
    "until": "add `until:`, the date on which the approval ends",
    "invariants": "put the invariants under `invariants:`",
    "locale": "add `locale:`, the language as in the name of the file",
}
"""What to add for a key that is required."""

PLAIN: dict[Kind, str] = {
    "text": "one text",
    "list": "a list",
    "mapping": "a mapping",
    "flag": "`true` or `false`",
}
