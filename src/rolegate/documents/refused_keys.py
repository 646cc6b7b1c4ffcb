"""The keys that the language refuses on purpose, and what to write instead."""

from __future__ import annotations

_NO_ORDER = "there is no order between rules: roles only grant, and a `restrict` line always wins"
_RESTRICT = (
    "roles only grant; `except` takes rights away within a role, a `restrict` line from a user or team"
)
_NO_CONDITION = (
    "limit a grant with `@scope` and `[instance]`; `where` in the catalog says which records a scope has"
)
_NO_OVERRIDE = (
    "nothing overrides a grant: leave it out of the role, or take it away with `except` or a `restrict` line"
)
_NO_RELATION = "relations between records stay in the application; it asks with the scope of the record"
_BIND = "bindings.yaml says who has a role: `{user: …, role: …}`; a domain says who is in its `teams`"

REFUSED: dict[str, str] = {
    "priority": _NO_ORDER,
    "override": _NO_OVERRIDE,
    "overrides": _NO_OVERRIDE,
    "order": _NO_ORDER,
    "rank": _NO_ORDER,
    "effect": _RESTRICT,
    "deny": _RESTRICT,
    "denies": _RESTRICT,
    "forbid": _RESTRICT,
    "allow": "write `grants`; roles only ever grant",
    "allows": "write `grants`; roles only ever grant",
    "inherits": "write `extends`",
    "parents": "write `extends`",
    "condition": _NO_CONDITION,
    "conditions": _NO_CONDITION,
    "when": _NO_CONDITION,
    "if": _NO_CONDITION,
    "relation": _NO_RELATION,
    "relations": _NO_RELATION,
    "members": _BIND,
    "users": _BIND,
}
"""What to write instead of a key the language refuses on purpose."""
