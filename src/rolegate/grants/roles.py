"""Roles: (parents + grants, closed under `implies`) less `except`, checked for what they require."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Related, Report, Span, did_you_mean
from rolegate.documents.models import RoleBody
from rolegate.documents.text import Text
from rolegate.encoding import readable
from rolegate.grants.domains import Domain, Domains
from rolegate.grants.expand import Entry, Take, give, look_up, read_entry, take
from rolegate.grants.rights import Held, Right, implied, need


@dataclass(frozen=True, slots=True)
class Origin:
    """Why a right is held: the grant that says so in `role` (None: in a binding), or the right that implies it."""

    text: str
    span: Span
    role: str | None = None
    implied_by: Right | None = None
    because: Origin | None = None

    @property
    def written(self) -> Span:
        """Where the grant stands that this goes back to."""
        return self.span if self.because is None else self.because.written


Rights = Mapping[Right, Origin]


@dataclass(frozen=True, slots=True)
class Role:
    """A resolved role; `domain` is None for a default role."""

    name: str
    domain: str | None
    title: str
    span: Span
    rights: Rights
    description: str = ""
    parents: tuple[RoleKey, ...] = ()
    clone_of: str | None = None
    locked: bool = False
    grants: tuple[Entry, ...] = ()
    excepted: tuple[Entry, ...] = ()

    @property
    def key(self) -> RoleKey:
        return (self.domain, self.name)


RoleKey = tuple[str | None, str]
Roles = Mapping[RoleKey, Role]


def visible(roles: Iterable[RoleKey], name: str, domain: str | None, domains: Domains) -> RoleKey | None:
    """The role called *name* as seen from *domain*: a default one, or one of it or of an outer domain."""
    known = set(roles)
    if (None, name) in known:
        return (None, name)
    outer = domains.outward(domain) if domain is not None else ()
    return next(((each, name) for each in outer if (each, name) in known), None)


def resolve_roles(
    bodies: Iterable[tuple[Text, RoleBody]], catalog: Catalog, domains: Domains, report: Report
) -> Roles:
    """Every role with its rights; parents come first."""
    declared = _declared(bodies, domains, report)
    parents = {key: _parents(key, body, declared, domains, report) for key, (_, body) in declared.items()}
    never = _never(catalog, report)
    roles: dict[RoleKey, Role] = {}
    for key in _parents_first(declared, parents, report):
        name, body = declared[key]
        roles[key] = _resolve(key, name, body, [roles[p] for p in parents[key] if p in roles], catalog, report)
        if key[0] is not None:
            _check_custom(roles[key], body, domains[key[0]], catalog, never, report)
    return dict(sorted(roles.items(), key=lambda item: (item[0][0] or "", item[0][1])))


Declared = dict[RoleKey, tuple[Text, RoleBody]]


def _declared(bodies: Iterable[tuple[Text, RoleBody]], domains: Domains, report: Report) -> Declared:
    declared: Declared = {}
    for name, body in bodies:
        domain = None if body.domain is None else str(body.domain)
        if domain is not None and domain not in domains:
            assert body.domain is not None  # noqa: S101
            report.add("RG401", body.domain.span, f"unknown domain `{domain}`", did_you_mean(domain, domains.names))
            continue
        clash = next((key for key in declared if key[1] == name and _meet(key[0], domain, domains)), None)
        if clash is not None:
            report.add("RG319", name.span, f"there is already a role `{name}` here", "choose another name",
                       [Related(declared[clash][0].span, f"`{name}` is declared here")])
        else:
            declared[(domain, str(name))] = (name, body)
    return declared


def _meet(one: str | None, other: str | None, domains: Domains) -> bool:
    """Whether two roles of one name could be meant by the same binding."""
    if one is None or other is None:
        return True
    return one in domains.outward(other) or other in domains.outward(one)


def _parents(key: RoleKey, body: RoleBody, declared: Declared, domains: Domains, report: Report) -> list[RoleKey]:
    domain = key[0]
    found = []
    for parent in (*body.extends, *([body.clone_of] if body.clone_of is not None else [])):
        target = visible(declared, parent, domain, domains)
        if target is None and domain is None and any(name == parent for _, name in declared):
            report.add("RG324", parent.span, f"`{parent}` is a custom role; a default role cannot build on it",
                       "name a default role, or give this role the same `domain`")
        elif target is None:
            names = [name for each, name in declared if each is None or (domain and each in domains.outward(domain))]
            report.add("RG317", parent.span, f"unknown role `{parent}`", did_you_mean(parent, names))
        elif parent is not body.clone_of:
            found.append(target)
    return found


def _parents_first(
    declared: Declared, parents: Mapping[RoleKey, list[RoleKey]], report: Report
) -> list[RoleKey]:
    graph = {key: list(found) for key, found in parents.items()}
    while True:
        try:
            return list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            around: list[RoleKey] = error.args[1][::-1]
            name, body = declared[around[0]]
            entry = next(each for each in body.extends if each == around[1][1])
            places = [Related(declared[key][0].span, f"`{key[1]}` extends on from here") for key in around[1:-1]]
            report.add("RG318", entry.span,
                       f"role `{name}` extends itself" + (f" through `{around[1][1]}`" if len(around) > 2 else ""),
                       "remove one of the `extends` entries", places)
            graph[around[0]] = [key for key in graph[around[0]] if key != around[1]]


def _resolve(
    key: RoleKey, name: Text, body: RoleBody, parents: list[Role], catalog: Catalog, report: Report
) -> Role:
    grants = _entries(body.grants, catalog, report)
    excepted = _entries(body.excepted, catalog, report)
    rights: dict[Right, Origin] = {}
    for parent in parents:
        for right, origin in parent.rights.items():
            rights.setdefault(right, origin)
    inherited = Held(rights)
    bring(grants, rights, catalog, report, key[1])
    if key[0] is None:
        _warn_of_instances(grants, report)
    close(rights, catalog)
    taken = _except(rights, excepted, catalog, report)
    role = Role(
        name=key[1], domain=key[0], title=str(body.title or name), span=name.span, rights=rights,
        description=str(body.description or ""),
        parents=tuple(parent.key for parent in parents),
        clone_of=None if body.clone_of is None else str(body.clone_of),
        locked=body.locked, grants=grants, excepted=excepted,
    )
    _check_dependencies(role, inherited, taken, catalog, report)
    if not rights and not report.failed:
        report.add("RG325", name.span, f"role `{name}` holds nothing", "give it `grants`, or remove it")
    return role


def _entries(texts: Iterable[Text], catalog: Catalog, report: Report) -> tuple[Entry, ...]:
    return tuple(entry for text in texts if (entry := read_entry(text, catalog, report)) is not None)


def bring(
    entries: Iterable[Entry], rights: dict[Right, Origin], catalog: Catalog, report: Report, role: str | None = None
) -> None:
    """Add what *entries*, written in *role*, grant to *rights*."""
    for entry in entries:
        origin = Origin(entry.text, entry.span, role)
        for right in give(entry, catalog, report):
            rights.setdefault(right, origin)


def close(rights: dict[Right, Origin], catalog: Catalog) -> None:
    """Add what the rights imply, until nothing is left to add."""
    waiting = list(rights)
    while waiting:
        right = waiting.pop()
        for entry, brought in implied(catalog, right):
            for each in brought:
                if each not in rights:
                    why = rights[right]
                    rights[each] = Origin(f"{right.path} implies {entry.text}", entry.span, why.role, right, why)
                    waiting.append(each)


def _except(
    rights: dict[Right, Origin], entries: Iterable[Entry], catalog: Catalog, report: Report
) -> dict[Right, Entry]:
    taken: dict[Right, Entry] = {}
    for entry in entries:
        before = len(taken)
        for each in take(entry, catalog, report):
            for right in [right for right in rights if each.hits(right)]:
                if each.takes(right):
                    taken[right] = entry
                    del rights[right]
                else:
                    report.add("RG313", entry.span,
                               f"one instance cannot be excepted from `{right.path}[{readable(right.obj)}]`",
                               "grant the instances by name, or restrict the binding of the user or team",
                               [Related(rights[right].written, "granted here")])
                    before = -1
        if len(taken) == before and not report.failed:
            report.add("RG323", entry.span, f"`{entry.text}` takes nothing away", "remove the entry")
    return taken


def _warn_of_instances(entries: Iterable[Entry], report: Report) -> None:
    for entry in entries:
        if any(part != "*" for part in (entry.grant.instance or "*").split("/")):
            report.add("RG322", entry.span, f"`{entry.text}` names an instance in a role that all domains share",
                       "give the role a `domain`, or grant the instance in a binding")


def _check_dependencies(
    role: Role, inherited: Held, taken: Mapping[Right, Entry], catalog: Catalog, report: Report
) -> None:
    held, removed = Held(role.rights), Held(taken)
    advised: set[tuple[str, str]] = set()
    for right, origin in role.rights.items():
        permission = catalog.permission(right.path)
        for entry in (*permission.requires, *permission.implies):
            wanted = need(catalog, right, entry)
            if held.meets(wanted):
                continue
            by = next((e for r, e in taken.items() if wanted.met_by(r)), None)
            if by is not None and removed.meets(wanted):
                report.add("RG314", by.span, f"`{by.text}` is excepted, but `{right.path}` still needs `{entry.path}`",
                           f"except `{right.path}`, too", [Related(origin.written, f"`{right.path}` is granted here")])
            elif not (inherited.covers(right) and not inherited.meets(wanted)):
                report.add("RG315", origin.written, f"role `{role.name}` holds `{right.path}` without `{entry.text}`, which it requires",
                           f"add a grant of `{entry.path}`, or remove `{right.path}`")
        for entry in permission.recommends:
            if not held.meets(need(catalog, right, entry)) and (right.path, entry.path) not in advised:
                advised.add((right.path, entry.path))
                report.add("RG316", origin.written, f"`{right.path}` is of little use without `{entry.path}`",
                           f"add a grant of `{entry.path}`")


def _never(catalog: Catalog, report: Report) -> list[tuple[Take, Entry]]:
    """What no custom role may hold."""
    read = (look_up(grant, text, span, catalog, report) for grant, text, span in catalog.custom_roles.never)
    return [(each, entry) for entry in read if entry is not None for each in take(entry, catalog, report)]


def _check_custom(
    role: Role, body: RoleBody, domain: Domain, catalog: Catalog, never: list[tuple[Take, Entry]], report: Report
) -> None:
    gate = catalog.custom_roles.gate
    if not domain.all_open and not gate.passes(domain.plan, domain.addons):
        where = body.domain.span if body.domain is not None else role.span
        report.add("RG320", where, f"domain `{domain.name}` has no custom roles",
                   f"custom roles need {gate.in_words}")
    for each, entry in never:
        hit = next((right for right in role.rights if each.hits(right)), None)
        if hit is not None:
            report.add("RG321", role.rights[hit].written,
                       f"custom role `{role.name}` holds `{hit.path}`, which no custom role may",
                       f"except `{hit.path}`", [Related(entry.span, f"`{entry.text}` is ruled out here")])
