"""JSON Schemas of the files of a set, with the grants and the names that it knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from rolegate.catalog.ladders import FIELD_LADDER
from rolegate.catalog.model import Catalog, Permission
from rolegate.documents.schema_names import SetNames
from rolegate.encoding import readable
from rolegate.grants.domains import Domain
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import Role, name_in, visible


def schemas_with_names(resolved: Resolved, users: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """A JSON Schema for each kind of file, in which editors find what the set declares."""
    from rolegate.documents.schema import GrantTexts, schema_for  # brings pydantic's schema generator

    catalog = resolved.catalog
    texts = GrantTexts(
        grants=tuple(_granted(catalog)),
        taken=tuple(_taken(catalog)),
        paths=tuple(node.path for node in catalog.permissions),
        known=tuple(_known(catalog)),
        open=tuple(_open(catalog)),
    )
    return schema_for(texts, resolved.restrictions, catalog.role_kinds, names=_names(resolved, users))


def _granted(catalog: Catalog) -> Iterator[str]:
    """What a role or a line may grant as it is: a limited permission with its limits."""
    for permission in catalog.permissions:
        if not (permission.hidden or permission.deprecated):
            instance = "[*]" if permission.chain else ""
            scopes = [f"@{scope}" for scope in permission.ladder.scopes] if permission.ladder else [""]
            yield from (f"{permission.path}{instance}{scope}" for scope in scopes)
    yield from _stars(catalog)
    for alias, path in catalog.aliases.items():
        node = catalog.nodes[path]
        if isinstance(node, Permission) and not (node.limited or node.hidden or node.deprecated):
            yield alias


def _taken(catalog: Catalog) -> Iterator[str]:
    """What may be excepted or restricted: a path takes all of it."""
    for permission in catalog.permissions:
        if not permission.hidden:
            yield permission.path
            if permission.ladder is not None:
                yield from (f"{permission.path}@{scope}" for scope in permission.ladder.scopes)
    yield from _stars(catalog)


def _stars(catalog: Catalog) -> Iterator[str]:
    for path in catalog.nodes:
        if any(permission.starred for permission in catalog.below(path)):
            yield f"{path}.*" if path else "*"


def _known(catalog: Catalog) -> Iterator[str]:
    """Every text that may begin a grant: paths, aliases, former paths, and stars of groups."""
    yield "*"
    for text, _ in catalog.texts:
        yield text
    groups = [path for path, node in catalog.nodes.items() if path and not isinstance(node, Permission)]
    yield from (f"{path}.*" for path in groups)
    for text, path in (*catalog.aliases.items(), *catalog.renamed.items()):
        if not isinstance(catalog.nodes.get(path), Permission):
            yield f"{text}.*"
            inner = (group for group in groups if group.startswith(f"{path}."))
            yield from (f"{text}{group[len(path) :]}.*" for group in inner)


def _open(catalog: Catalog) -> Iterator[str]:
    """The names, former ones too, of each renamed group in which something is called by a former name.

    `find` knows whatever can be written below them, and `texts` does not list it.
    """
    inside = {
        path
        for former in catalog.renamed
        for end in re.finditer(r"\.", former)
        if (group := catalog.find(former[: end.start()])) is not None
        for path in (group.path, *(group.path[: dot.start()] for dot in re.finditer(r"\.", group.path)))
    }
    for former, path in catalog.renamed.items():
        if path in inside:
            yield from (former, path)


def _names(resolved: Resolved, users: tuple[str, ...]) -> SetNames:
    catalog, domains = resolved.catalog, resolved.domains
    shared = [role for role in resolved.roles.values() if role.domain is None]
    named = {role.name: None for role in resolved.roles.values()}
    former = dict.fromkeys(was for _, was in resolved.roles.former if was not in named)
    bindable = [role.name for role in shared if role.kind is None or role.kind.availability.kinds is None]
    declared = tuple(domains.names) if domains.declared else ()
    used = {p.ladder.name: tuple(p.ladder.scopes) for p in catalog.permissions if p.ladder is not None}
    return SetNames(
        roles=tuple(bindable),
        other_roles=tuple(name for name in named if name not in set(bindable)),
        replaceable=tuple(role.name for role in shared),
        roles_in={name: tuple(_roles_in(domains[name], resolved)) for name in declared},
        former_roles=tuple(former),
        other_roles_in={name: tuple(_accepted_in(name, {**named, **former}, resolved)) for name in declared},
        teams_in={name: tuple(_teams_in(name, resolved)) for name in domains.names},
        domains=declared,
        dark=tuple(domains.dark),
        users=users,
        locales=tuple(resolved.labels.by_locale),
        instances={name: _ids(domains[name]) for name in domains.names},
        ladders={name: tuple(ladder.scopes) for name, ladder in catalog.ladders.items()},
        labelled={
            "permissions": tuple(path for path in catalog.nodes if path),
            "resources": tuple(catalog.resources),
            "roles": tuple(named),
            "restrictions": tuple(resolved.restrictions),
            "domain_kinds": tuple(catalog.domain_kinds),
            "role_kinds": tuple(catalog.role_kinds),
            "plans": tuple(catalog.plans),
            "addons": tuple(catalog.addons),
        },
        labelled_scopes={name: tuple(ladder.scopes) for name, ladder in catalog.ladders.items()}
        | ({FIELD_LADDER.name: tuple(FIELD_LADDER.scopes)} if FIELD_LADDER.name in used else {}),
    )


def _roles_in(domain: Domain, resolved: Resolved) -> Iterator[str]:
    """The roles that a line of a domain may give, each by one name that it has there."""
    for role in resolved.roles.values():
        name = name_in(role, domain.name, resolved.roles, resolved.domains)
        if name is not None and _exists_in(role, domain):
            yield name


def _accepted_in(domain: str, names: Iterable[str], resolved: Resolved) -> Iterator[str]:
    """Every name that means a role in a domain, also a second one or one of a kind that is not there."""
    for name in names:
        if visible(resolved.roles, name, domain, resolved.domains) is not None:
            yield name


def _exists_in(role: Role, domain: Domain) -> bool:
    return role.kind is None or role.kind.availability.exists_in(domain.kind)


def _teams_in(domain: str, resolved: Resolved) -> Iterator[str]:
    domains = resolved.domains
    yield from dict.fromkeys(team for outer in domains.outward(domain) for team in domains[outer].teams)


def _ids(domain: Domain) -> dict[str, tuple[str, ...]]:
    return {kind: tuple(map(readable, paths)) for kind, paths in domain.instances.items()}
