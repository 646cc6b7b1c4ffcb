"""What compiled lines name, as a policy set in which nothing but the names is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from rolegate.catalog.labels import Labels
from rolegate.catalog.ladders import Ladder, Scope
from rolegate.catalog.model import Catalog, Group, Node, Permission, Resource
from rolegate.compiled.lines import CompiledPolicy
from rolegate.compiled.names import FULL, NONE, is_subject, is_team, parse_subject
from rolegate.diagnostics import Span
from rolegate.encoding import decode
from rolegate.grants.domains import DEFAULT, Domain, Domains
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import Role, RoleKey, RoleTable

UNKNOWN_SCOPES = "of lines"
"""The ladder of scopes of which nobody knows which one lies within another."""


@dataclass(slots=True)
class _Shape:
    """How lines name a permission: its scopes, and the longest instance path."""

    scopes: set[str] = field(default_factory=set)
    depth: int = 0


def names_of_lines(compiled: CompiledPolicy, place: Span, like: Resolved | None = None) -> Resolved:
    """A policy set that has what the lines of *compiled* name.

    *like* is the set that they are compared with: it says what the names in lines mean, as far as it has
    them. Without it, the scopes of a permission are in no order.

    INVARIANT: hidden permissions are left out, since no line says what somebody may do with them.
    """
    catalog = _catalog(_shapes(compiled), place, None if like is None else like.catalog)
    subs = {sub for sub in _subjects(compiled) if is_subject(sub)}
    domains = _domains(compiled, subs, place, like)
    keys = {(name.domain, name.name) for name in map(parse_subject, subs) if name.kind == "role"}
    roles: dict[RoleKey, Role] = {}
    for domain, name in sorted(keys, key=lambda key: (key[0] or "", key[1])):
        roles[domain, name] = Role(name, domain, name, place, {})
    versions = {} if like is None else _versions(like, roles)
    return Resolved(catalog, domains, RoleTable(roles, versions), (), Labels(catalog.locale, {}))


def _shapes(compiled: CompiledPolicy) -> dict[str, _Shape]:
    found: dict[str, _Shape] = {}
    for line in compiled.p:
        if line.act == NONE:
            continue
        shape = found.setdefault(line.act, _Shape())
        if line.scope != NONE:
            shape.scopes.add(line.scope)
        shape.depth = max(shape.depth, 0 if line.obj == NONE else line.obj.count("/") + 1)
    return found


def _subjects(compiled: CompiledPolicy) -> Iterable[str]:
    for line in compiled.p:
        yield line.sub
    for link in compiled.g:
        yield link.sub
        yield link.role


def _catalog(shapes: Mapping[str, _Shape], place: Span, like: Catalog | None) -> Catalog:
    permissions: dict[str, Permission] = {}
    own: dict[str, Permission] = {}
    if like is not None:
        own = {p.path: p for p in like.permissions if not p.hidden}
        called = {now.path for path in shapes if path not in own and (now := _known(path, like))}
        permissions = {path: p for path, p in own.items() if path in shapes or path not in called}
    for path, shape in sorted(shapes.items()):
        known = None if like is None else own.get(path) or _known(path, like)
        permissions[path] = _permission(path, shape, place, known)
    nodes = _tree(permissions, place, like)
    deepest = _chain(max((shape.depth for shape in shapes.values()), default=0))
    resources = {kind: Resource(kind, kind, deepest[:depth]) for depth, kind in enumerate(deepest, 1)}
    if like is None:
        return Catalog(place.file, place.file, "en", resources=resources, nodes=nodes)
    return replace(
        like,
        resources=resources | {**like.resources},
        nodes=nodes,
        aliases={},
        renamed={},
        removed={},
        impliers={},
        path_texts=None,
    )


def _known(path: str, like: Catalog) -> Permission | None:
    node = like.find(path)
    return node if isinstance(node, Permission) and not node.hidden else None


def _permission(path: str, shape: _Shape, place: Span, known: Permission | None) -> Permission:
    if known is not None:
        chain = known.chain if len(known.chain) >= shape.depth else _chain(shape.depth)
        return replace(known, path=path, ladder=_ladder(shape, known.ladder), chain=chain)
    return Permission(path, path, place, ladder=_ladder(shape, None), chain=_chain(shape.depth))


def _chain(depth: int) -> tuple[str, ...]:
    """Kinds of instances, of which lines say how many there are and no more."""
    return tuple("instance" if number == 1 else f"instance {number}" for number in range(1, depth + 1))


def _ladder(shape: _Shape, known: Ladder | None) -> Ladder | None:
    """The ladder that is *known*, with what lines name otherwise; without one, scopes in no order."""
    if known is not None and shape.scopes <= known.scopes.keys():
        return known
    if not shape.scopes:
        return None
    scopes: dict[str, Scope] = {}
    if known is not None:
        before = {now: was for was, now in known.former.items() if was in shape.scopes}
        back = {now: was for now, was in before.items() if now not in shape.scopes}
        for name, scope in known.scopes.items():
            within = None if scope.within is None else back.get(scope.within, scope.within)
            scopes[back.get(name, name)] = replace(scope, name=back.get(name, name), within=within)
    for name in sorted(shape.scopes - scopes.keys()):
        scopes[name] = Scope(name, name)
    return Ladder(UNKNOWN_SCOPES if known is None else known.name, scopes)


def _tree(permissions: Mapping[str, Permission], place: Span, like: Catalog | None) -> dict[str, Node]:
    """*permissions* with the groups that their paths lead through."""
    children: dict[str, dict[str, None]] = {"": {}}
    for path in permissions:
        inner = path
        while inner:
            outer = inner.rpartition(".")[0]
            children.setdefault(outer, {})[inner] = None
            inner = outer
    known = {} if like is None else like.nodes
    nodes: dict[str, Node] = {}
    for group, inside in children.items():
        if group in permissions:
            continue
        found = known.get(group)
        made = found if isinstance(found, Group) else Group(group, group, place)
        nodes[group] = replace(made, children=tuple(inside), header=None)
    return {**nodes, **permissions}


def _domains(compiled: CompiledPolicy, subs: Iterable[str], place: Span, like: Resolved | None) -> Domains:
    names = sorted({decode(line.dom) for line in compiled.g2 if line.dom != FULL})
    teams: dict[str, dict[str, tuple[()]]] = {name: {} for name in names}
    for parts in map(parse_subject, filter(is_team, subs)):
        if parts.domain in teams:
            teams[parts.domain][parts.name] = ()
    by_name: dict[str, Domain] = {}
    for name in names:
        known = None if like is None else like.domains.by_name.get(name)
        within = known.within if known is not None and known.within in teams else None
        by_name[name] = Domain(
            name, name, within, None, frozenset(), teams[name], {}, place, offers_everything=True
        )
    return Domains(by_name, declared=names != [DEFAULT])


def _versions(like: Resolved, roles: Mapping[RoleKey, Role]) -> dict[str, dict[str, RoleKey]]:
    """Which roles are in the place of a default one, of those that lines name."""
    return {
        name: {domain: key for domain, key in by.items() if key in roles}
        for name, by in like.roles.versions.items()
        if (None, name) in roles
    }
