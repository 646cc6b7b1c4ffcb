"""What other systems call the keys of the language, by the mapping that they are in."""

from __future__ import annotations

from collections.abc import Mapping

_TITLE = {
    "title": "name label display_name displayName verbose_name",
    "description": "desc info help text summary",
}

_WORDS: Mapping[str, Mapping[str, str]] = {
    "catalog": {
        "catalog": "name id",
        "permissions": "actions privileges rights capabilities",
        "scopes": "ladders levels",
        "resources": "objects types resource_types",
        "plans": "tiers editions subscriptions",
        "addons": "features modules",
        "domain_kinds": "tenant_types",
    },
    "role": {
        "title": "label display_name displayName",
        "description": _TITLE["description"],
        "grants": "permissions permission privileges privilege rights access actions abilities can"
        " capabilities policies policy rules statements scopes Statement Statements",
        "extends": "parent inherit inherits_from include includes base based_on roles"
        " parentRoles derivedRoles parent_roles derived_roles aggregationRule",
        "except": "not notAction notActions NotAction without minus"
        " exclude excludes excluding exceptions revoke revokes",
        "domain": "tenant org organization organisation workspace company customer",
        "kind": "type category",
        "locked": "readonly read_only system builtin protected",
        "assumed": "todo",
    },
    "file of labels": {"locale": "language lang languages"},
    "kind of role": {**_TITLE, "may": "only grants permissions allowed", "never": "except without not"},
    "line of bindings": {
        "user": "subject principal who sub member email person account username userId user_id"
        " serviceAccount service_account",
        "role": "role_ref roleRef role_id",
        "domain": "tenant org organization organisation workspace dom company customer project site namespace"
        " tenant_id domain_id account_id",
        "team": "group groups teams",
        "everyone": "everybody anyone anybody all public",
        "grants": "permission permissions privileges rights actions can user_permissions act action",
        "restrict": "except without revoke",
        "only": "instance instances resource resources on limit limit_to objects",
        "note": "comment comments reason description title why",
        "from": "since start starts begin begins valid_from not_before",
        "until": "expires expiry expires_at expire ends end valid_until valid_to to through",
    },
    "file of expectations": {"access": "tests expect expectations checks cases"},
    "expectation of access": {
        "allow": "can allowed may permit yes true",
        "deny": "cannot can_not denied forbid no false",
    },
    "expectation of a tree": {
        "ticked": "checked on full",
        "partly": "partial indeterminate mixed",
        "unticked": "unchecked off empty",
    },
    "invariant": {
        "never": "not forbid forbidden cannot",
        "includes": "always must has holds",
        "separate": "conflict conflicts exclusive separation",
        "for": "who whom subject subjects",
        "note": "comment description reason why",
    },
    "approval": {"gains": "allow allows grants access", "reason": "why because comment note"},
    "restriction": {**_TITLE, "restrict": "except revoke takes permissions"},
    "removed name": {"becomes": "became replaced_by successor successors instead by"},
    "permission": {
        **_TITLE,
        "permissions": "children items actions nested sub subpermissions",
        "fields": "columns attributes",
        "per": "resource instance object each",
        "scopes": "ladder levels reach",
        "requires": "depends depends_on needs dependencies",
        "implies": "includes gives grants",
        "plans": "plan tier tiers edition editions",
        "addons": "feature features module",
        "renamed_from": "previously former old_name formerly",
        "deprecated": "obsolete",
        "hidden": "internal private",
    },
    "domain": {
        **_TITLE,
        "within": "parent inside",
        "kind": "type",
        "zone": "timezone time_zone tz",
        "plan": "tier edition subscription plans",
        "addons": "features modules",
        "teams": "groups",
        "instances": "resources objects",
    },
    "resource": {**_TITLE, "within": "parent inside", "attribute": "column field key id_column"},
    "scope": {**_TITLE, "within": "parent inside", "where": "condition conditions when if filter match"},
}

_ONE_LINE_EACH = "write `user`, and one line for each of them, or bind a team of them"
_NO_OBJECTS = "what a line gives is a `role`, or `grants` such as `inboxes.access[Default]`"
_NO_LEVELS = "permissions have no levels; `scopes` says how far a right reaches, and `requires` what it needs"
_A_TEAM = "a team is a list of users, such as `night: [ana, bo]`; who leads it is said by a role of its own"
_OTHERS: Mapping[tuple[str, str], str] = {
    ("role", "name"): "`role` names it, `title` has the words people see",
    ("role", "id"): "`role` names it, `title` has the words people see",
    ("role", "level"): "there is no order between roles: what each one holds is in its `grants`",
    ("role", "scope"): "a scope is a part of a grant, such as `tickets.show@my`",
    ("role", "resourceNames"): "an instance is a part of a grant, such as `inboxes.access[Default]`",
    (
        "role",
        "boundary",
    ): "what no role may hold is under `never` of `custom_roles`, or of a kind of role",
    ("permission", "default_permissions"): "name each permission under `permissions`",
    ("line of bindings", "for_each"): _ONE_LINE_EACH,
    ("line of bindings", "eft"): "leave it out: `role` and `grants` allow, and `restrict` takes away",
    ("line of bindings", "obj"): _NO_OBJECTS,
    ("line of bindings", "object"): _NO_OBJECTS,
    ("line of bindings", "is_superuser"): 'bind a role with `grants: ["*"]`: it holds everything',
    ("line of bindings", "roles"): "write `role`, and one line for each role",
    ("line of bindings", "users"): _ONE_LINE_EACH,
    ("line of bindings", "members"): _ONE_LINE_EACH,
    ("line of bindings", "subjects"): _ONE_LINE_EACH,
    ("line of bindings", "domains"): "write `domain`, and one line for each domain",
    ("line of bindings", "scope"): "a scope is a part of a grant, such as `tickets.show@my`",
    ("expectation of access", "users"): "write `user`, which takes a list of them as well",
    ("approval", "by"): "leave it out: git says who wrote the line",
    ("invariant", "role"): "write `for: role:NAME`",
    ("invariant", "team"): "write `for: team:NAME`",
    ("invariant", "user"): "write `for: user:NAME`",
    ("permission", "level"): _NO_LEVELS,
    ("permission", "where"): "`where` belongs to a scope, and `scopes` names the ladder of the permission",
    ("permission", "visible"): "a permission is shown, unless it says `hidden: true`",
    ("permission", "default"): "nobody holds anything by default: give it to `everyone` in bindings.yaml",
    ("permission", "id"): "the key of a permission names it, and `aliases` has its names in other systems",
    ("permission", "roles"): "a role says in its `grants` what it holds, in roles/*.yaml",
    ("member of a team", "members"): _A_TEAM,
    ("member of a team", "lead"): _A_TEAM,
    ("domain", "domains"): "no domain is written in another one: it says `within`; a file that is named after"
    " a domain has the keys of that one",
    ("domain", "domain"): "the name of a domain is its key, or the name of its file",
    ("domain", "id"): "the name of a domain is its key, or the name of its file",
    ("domain", "bindings"): "who has which role is in bindings.yaml, or in bindings/<domain>.yaml",
    ("domain", "users"): "who has which role is in bindings.yaml; `teams` are lists of users",
    ("domain", "roles"): "roles of a domain are in roles/*.yaml, with the key `domain`",
    ("catalog", "roles"): "each role has a file in roles/, such as roles/agent.yaml",
    ("catalog", "domains"): "domains are in a file of their own, domains.yaml",
    ("catalog", "bindings"): "lines of bindings are in a file of their own, bindings.yaml",
    ("catalog", "kind"): "policy files have no version and no envelope: leave it out",
    ("catalog", "fields"): "`fields` belong to a group of permissions",
}

_ANYWHERE: Mapping[str, str] = {
    **dict.fromkeys(
        ("apiVersion", "version", "Version", "metadata", "spec", "schema_version"),
        "policy files have no version and no envelope: leave it out",
    ),
    "renamed_to": "write the new name, and beside it `renamed_from` with the former one",
    "$schema": "leave it out; an editor takes `# yaml-language-server: $schema=…` from a comment",
}


def other_word(noun: str, key: str) -> str | None:
    """What to write for *key*, which is unknown in a *noun*, where other systems have a key of that name."""
    for meant, words in _WORDS.get(noun, {}).items():
        if key in words.split():
            return f"here it is called `{meant}`"
    return _OTHERS.get((noun, key)) or _ANYWHERE.get(key)
