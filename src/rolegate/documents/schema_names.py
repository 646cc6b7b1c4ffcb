"""JSON Schemas with the names of one policy set, so that an editor offers them where they fit.

What is offered is accepted by the set as it is. What the set accepts besides, such as a role of a tenant
where the schema cannot tell the tenant, is not offered, and not marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rolegate.documents.invariants_file import SORTS

Schema = dict[str, Any]

MOST_DOMAINS = 100
"""In how many domains an editor tells roles and teams of one from those of another."""

MOST_IDS = 1000
"""How many ids of users or of instances are offered; nobody looks through more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetNames:
    """What a policy set declares, as its files may name it.

    `roles` are the default roles that every domain may bind, `other_roles` all others; `former_roles` are
    accepted, and not offered. `roles_in` and `teams_in` have what a line of a domain may name, and
    `other_roles_in` all that it accepts besides.
    """

    roles: Sequence[str] = ()
    other_roles: Sequence[str] = ()
    replaceable: Sequence[str] = ()
    former_roles: Sequence[str] = ()
    roles_in: Mapping[str, Sequence[str]] = field(default_factory=dict)
    other_roles_in: Mapping[str, Sequence[str]] = field(default_factory=dict)
    teams_in: Mapping[str, Sequence[str]] = field(default_factory=dict)
    domains: Sequence[str] = ()
    dark: Sequence[str] = ()
    users: Sequence[str] = ()
    locales: Sequence[str] = ()
    instances: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    labelled: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By section of a file of labels, with the paths of permissions and groups under `permissions`."""
    ladders: Mapping[str, Sequence[str]] = field(default_factory=dict)
    labelled_scopes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def listed(self, section: str) -> Sequence[str]:
        """The plans, the add-ons, and whatever else has a section of labels."""
        return self.labelled.get(section, ())


def offer_names(schemas: Mapping[str, Schema], names: SetNames) -> None:
    """Change *schemas* so that editors offer *names*."""
    _in_catalog(schemas["catalog"], names)
    for shape in ("Role", "RoleBody"):
        _in_role(schemas["role"]["$defs"][shape]["properties"], names)
    _in_domain(schemas["domains"]["$defs"]["Domain"]["properties"], names)
    _in_domain(schemas["domain"]["properties"], names)
    _in_line(schemas["bindings"]["$defs"]["Binding"], names)
    _in_labels(schemas["labels"]["properties"], names)
    _in_invariant(schemas["invariants"]["$defs"]["Invariant"]["properties"], names)


def _in_catalog(schema: Schema, names: SetNames) -> None:
    """Names of the catalog itself are offered, and others accepted: they may be new."""
    sections = {"plans": "plans", "addons": "addons", "domain_kinds": "domain_kinds"}
    for shape in ("Node", "Field", "CustomRoles", "RoleKind"):
        keys = schema["$defs"][shape]["properties"]
        for key, section in sections.items():
            keys[key] = _filled(keys[key], names.listed(section), keep=True)
        for key, offered in (("scopes", tuple(names.ladders)), ("per", names.listed("resources"))):
            if key in keys:
                keys[key] = _filled(keys[key], offered, keep=True)
    for shape, key, section in (
        ("Addon", "requires", "addons"),
        ("NeededAddon", "any_of", "addons"),
        ("Resource", "within", "resources"),
    ):
        keys = schema["$defs"].get(shape, {}).get("properties", {})
        if key in keys:
            keys[key] = _filled(keys[key], names.listed(section), keep=True)


def _in_role(keys: Schema, names: SetNames) -> None:
    every = (*names.roles, *names.other_roles)
    for key in ("extends", "clone_of"):
        keys[key] = _filled(keys[key], names.replaceable, (*every, *names.former_roles))
    keys["replaces"] = _filled(keys["replaces"], names.replaceable, names.former_roles)
    keys["domain"] = _filled(keys["domain"], names.domains, names.dark)


def _in_domain(keys: Schema, names: SetNames) -> None:
    keys["within"] = _filled(keys["within"], names.domains, names.dark)
    keys["kind"] = _filled(keys["kind"], names.listed("domain_kinds"))
    keys["plan"] = _filled(keys["plan"], names.listed("plans"))
    keys["addons"] = _filled(keys["addons"], names.listed("addons"))
    members = keys["teams"]["additionalProperties"]
    keys["teams"]["additionalProperties"] = _filled(members, names.users[:MOST_IDS], keep=True)
    for key in ("instances", "removed"):
        keys[key] = _keyed(keys[key], names.listed("resources"))


def _in_line(line: Schema, names: SetNames) -> None:
    keys = line["properties"]
    teams = tuple(dict.fromkeys(team for known in names.teams_in.values() for team in known))
    keys["user"] = _filled(keys["user"], names.users[:MOST_IDS], keep=True)
    keys["role"] = _filled(keys["role"], names.roles, (*names.other_roles, *names.former_roles))
    keys["team"] = _filled(keys["team"], teams if len(names.teams_in) == 1 else (), teams)
    keys["domain"] = _filled(keys["domain"], names.domains, names.dark)
    kinds = names.listed("resources")
    ids = {kind: tuple(dict.fromkeys(_ids(kind, names)))[:MOST_IDS] for kind in kinds}
    keys["only"] = _keyed(keys["only"], kinds)
    for kind, inner in keys["only"].get("properties", {}).items():
        keys["only"]["properties"][kind] = _filled(inner, ids[kind], keep=True)
    if 0 < len(names.domains) <= MOST_DOMAINS:
        line["allOf"] = [*line.get("allOf", ()), *_by_domain(names)]


def _in_invariant(keys: Schema, names: SetNames) -> None:
    """Subjects are offered as they are written there, and any user is accepted."""
    roles = dict.fromkeys((*names.roles, *names.other_roles))
    teams = dict.fromkeys(team for known in names.teams_in.values() for team in known)
    named = {"role": roles, "team": teams, "user": names.users[:MOST_IDS]}
    offered = (f"{kind}:{name}" for kind, found in named.items() for name in found)
    keys["for"] = _filled(keys["for"], (*SORTS, *offered), keep=True)
    keys["in"] = _filled(keys["in"], names.domains, names.dark)


def _ids(kind: str, names: SetNames) -> Iterator[str]:
    for known in names.instances.values():
        yield from known.get(kind, ())


def _by_domain(names: SetNames) -> Iterator[Schema]:
    """What a line of each domain may name."""
    for domain in names.domains:
        roles, others = names.roles_in.get(domain, ()), names.other_roles_in.get(domain, ())
        then: Schema = {"role": _one_of(roles, others)}
        if names.teams_in.get(domain):
            then["team"] = _among(names.teams_in[domain])
        yield {
            "if": {"properties": {"domain": _among([domain])}, "required": ["domain"]},
            "then": {"properties": then},
        }


def _in_labels(keys: Schema, names: SetNames) -> None:
    keys["locale"] = _filled(keys["locale"], names.locales, keep=True)
    for section, known in names.labelled.items():
        keys[section] = _keyed(keys[section], known)
    scopes = keys["scopes"]
    inner = scopes["additionalProperties"]
    scopes["properties"] = {ladder: _keyed(inner, known) for ladder, known in names.labelled_scopes.items()}
    keys["scopes"] = _closed(scopes)
    instances = keys["instances"]
    of_kinds = instances["additionalProperties"]
    of_ids = of_kinds["additionalProperties"]
    instances["properties"] = {
        domain: _closed(
            {**of_kinds, "properties": {kind: _keyed(of_ids, ids) for kind, ids in kinds.items() if ids}}
        )
        for domain, kinds in names.instances.items()
    }
    keys["instances"] = _closed(instances)


def _keyed(schema: Schema, names: Iterable[str]) -> Schema:
    """A mapping with these keys and no others."""
    return _closed({**schema, "properties": dict.fromkeys(names, schema["additionalProperties"])})


def _closed(schema: Schema) -> Schema:
    kept = {key: value for key, value in schema.items() if key != "propertyNames"}
    return {**kept, "additionalProperties": False}


def _filled(
    schema: Schema, offered: Sequence[str], others: Sequence[str] = (), *, keep: bool = False
) -> Schema:
    """*schema* with the texts in it *offered*, and *others* accepted; with *keep*, any it accepts now.

    Where nothing is known, it stays as it is.
    """
    if not (offered or others):
        return schema
    kind = schema.get("type")
    if "enum" not in schema and (kind == "string" or kind == ["string", "integer"]):
        described = {"description": schema["description"]} if "description" in schema else {}
        leaf = {key: value for key, value in schema.items() if key != "description"}
        if keep:
            return {**described, "anyOf": [_among(offered), leaf]} if offered else schema
        return {**described, **_one_of(offered, others)}
    filled = dict(schema)
    for key in ("anyOf", "oneOf"):
        if key in schema:
            filled[key] = [_filled(inner, offered, others, keep=keep) for inner in schema[key]]
    if "items" in schema:
        filled["items"] = _filled(schema["items"], offered, others, keep=keep)
    return filled


def _one_of(offered: Sequence[str], others: Sequence[str]) -> Schema:
    """The names that are *offered*, and *others* accepted."""
    shown = set(offered)
    unseen = [name for name in others if name not in shown]
    if not unseen:
        return _among(offered)
    # Nothing of a `not` is offered.
    hidden = {"not": {"not": _among(unseen)}}
    return {"anyOf": [*([_among(offered)] if offered else []), hidden]}


def _among(names: Iterable[str]) -> Schema:
    """These names; one that is a number may be written without quotes."""
    known = sorted(set(names))
    numbers = [int(name) for name in known if name.isascii() and name.isdecimal() and str(int(name)) == name]
    return {"enum": [*known, *numbers]}
