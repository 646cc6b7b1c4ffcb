"""Roles: (parents + grants, closed under `implies`) less `except`, checked for what they require."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Related, Report, Span, did_you_mean
from rolegate.documents.models import RoleBody
from rolegate.documents.text import Text
from rolegate.encoding import readable
from rolegate.grants.domains import Domain, Domains
from rolegate.grants.expand import Entry, Take, give, look_up, read_entry, take
from rolegate.grants.rights import Held, Need, Right, implied, need, shown

_ENOUGH = 12
"""More circles than this, or more steps of one, tell nobody more."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Why a right is held: the grant that says so in `role` (None: a binding), or the right implying it."""

    text: str
    span: Span
    role: str | None = None
    implied_by: Right | None = None
    because: Origin | None = None

    @property
    def written(self) -> Span:
        """Where the grant stands that this goes back to."""
        first = self
        while first.because is not None:
            first = first.because
        return first.span


Rights = Mapping[Right, Origin]


@dataclass(frozen=True, slots=True)
class Role:
    """A resolved role; `domain` is None for a default role.

    Of a role that is not `sound` something was reported, so that what it lacks is no further news.
    """

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
    sound: bool = True

    @property
    def key(self) -> RoleKey:
        return (self.domain, self.name)


RoleKey = tuple[str | None, str]
Roles = Mapping[RoleKey, Role]


def visible(
    roles: Mapping[RoleKey, object], name: str, domain: str | None, domains: Domains
) -> RoleKey | None:
    """The role called *name* as seen from *domain*: a default one, or one of it or of an outer domain."""
    if (None, name) in roles:
        return (None, name)
    outer = domains.outward(domain) if domain is not None else ()
    return next(((each, name) for each in outer if (each, name) in roles), None)


def role_help(roles: Mapping[RoleKey, object], name: str, domain: str | None, domains: Domains) -> str:
    """What to write instead of *name*, which is no role as seen from *domain*."""
    elsewhere = [f"`{each}`" for each, other in roles if other == name and each is not None]
    if elsewhere:
        return f"`{name}` is a custom role of " + ", ".join(elsewhere[:5]) + ", and can be used only there"
    outer = domains.outward(domain) if domain is not None else ()
    names = [other for each, other in roles if each is None or each in outer]
    return did_you_mean(name, names) or "declare it in a file under roles/"


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
        found = [roles[p] for p in parents[key] if p in roles]
        whole = len(found) == len(body.extends) and all(parent.sound for parent in found)
        roles[key] = _resolve(key, name, body, found, catalog, report, whole, domains.declared)
        if key[0] is not None:
            _check_custom(roles[key], body, domains[key[0]], catalog, never, report)
    return dict(sorted(roles.items(), key=lambda item: (item[0][0] or "", item[0][1])))


Declared = dict[RoleKey, tuple[Text, RoleBody]]


def _declared(bodies: Iterable[tuple[Text, RoleBody]], domains: Domains, report: Report) -> Declared:
    declared: Declared = {}
    by_name: dict[str, list[RoleKey]] = {}
    for name, body in bodies:
        domain = None if body.domain is None else str(body.domain)
        if domain is not None and domain not in domains:
            assert body.domain is not None  # noqa: S101
            report.add("RG401", body.domain.span, f"unknown domain `{domain}`", domains.help(domain))
            continue
        namesakes = by_name.setdefault(name, [])
        clash = next((key for key in namesakes if _meet(key[0], domain, domains)), None)
        if clash is not None:
            other = "a default role" if clash[0] is None else f"a role of domain `{clash[0]}`"
            help = (
                "choose another name"
                if clash[0] == domain
                else "choose another name: no role shadows another"
            )
            report.add(
                "RG319",
                name.span,
                f"there is already {other} called `{name}`",
                help,
                [Related(declared[clash][0].span, f"`{name}` is declared here")],
            )
        else:
            declared[(domain, str(name))] = (name, body)
            namesakes.append((domain, str(name)))
    return declared


def _meet(one: str | None, other: str | None, domains: Domains) -> bool:
    """Whether two roles of one name could be meant by the same binding."""
    if one is None or other is None:
        return True
    return one in domains.outward(other) or other in domains.outward(one)


def _parents(
    key: RoleKey, body: RoleBody, declared: Declared, domains: Domains, report: Report
) -> list[RoleKey]:
    domain = key[0]
    found = []
    for parent in (*body.extends, *([body.clone_of] if body.clone_of is not None else [])):
        target = visible(declared, parent, domain, domains)
        if parent is body.clone_of and target == key:
            report.add(
                "RG318",
                parent.span,
                f"role `{parent}` is a clone of itself",
                "name the role it was copied from, or remove `clone_of`",
            )
        elif target is None and domain is None and any(name == parent for _, name in declared):
            report.add(
                "RG324",
                parent.span,
                f"`{parent}` is a custom role; a default role cannot build on it",
                "name a default role, or give this role the same `domain`",
            )
        elif target is None:
            report.add(
                "RG317", parent.span, f"unknown role `{parent}`", role_help(declared, parent, domain, domains)
            )
        elif parent is not body.clone_of:
            found.append(target)
    return found


def _parents_first(
    declared: Declared, parents: Mapping[RoleKey, list[RoleKey]], report: Report
) -> list[RoleKey]:
    graph = {key: list(found) for key, found in parents.items()}
    for _ in range(_ENOUGH):
        try:
            return list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            around: list[RoleKey] = error.args[1][:0:-1]
            _report_cycle(around, declared, report)
            graph[around[0]] = [key for key in graph[around[0]] if key != around[1 % len(around)]]
    return list(graph)


def _report_cycle(around: list[RoleKey], declared: Declared, report: Report) -> None:
    """Tell the circle from the role of it that is declared first."""
    first = min(range(len(around)), key=lambda i: declared[around[i]][0].span)
    keys = [*around[first:], *around[: first + 1]]
    entries = [
        next(each for each in declared[key][1].extends if each == parent[1]) for key, parent in pairwise(keys)
    ]
    through = ", ".join(f"`{name}`" for _, name in keys[1:-1][:5])
    report.add(
        "RG318",
        entries[0].span,
        f"role `{keys[0][1]}` extends itself" + (f" through {through}" if through else ""),
        "remove one of the `extends` entries",
        [
            Related(entry.span, f"`{key[1]}` extends `{entry}` here")
            for key, entry in zip(keys[1:_ENOUGH], entries[1:_ENOUGH], strict=False)
        ],
    )


def _resolve(
    key: RoleKey,
    name: Text,
    body: RoleBody,
    parents: list[Role],
    catalog: Catalog,
    report: Report,
    whole: bool,
    shared: bool,
) -> Role:
    before = len(report.diagnostics)
    grants = _entries(body.grants, catalog, report)
    excepted = _entries(body.excepted, catalog, report)
    rights: dict[Right, Origin] = {}
    for parent in parents:
        for right, origin in parent.rights.items():
            rights.setdefault(right, origin)
    inherited = Held(rights)
    bring(grants, rights, catalog, report, key[1])
    if key[0] is None and shared:
        _warn_of_instances(grants, report)
    close(rights, catalog)
    taken = _except(rights, excepted, catalog, report, whole)
    sound = whole and not any(each.severity == "error" for each in report.diagnostics[before:])
    sound = sound and not unclear(grants, catalog)
    role = Role(
        name=key[1],
        domain=key[0],
        title=str(body.title or name),
        span=name.span,
        rights=rights,
        description=str(body.description or ""),
        parents=tuple(parent.key for parent in parents),
        clone_of=None if body.clone_of is None else str(body.clone_of),
        locked=body.locked,
        grants=grants,
        excepted=excepted,
        sound=sound,
    )
    if sound:
        _check_dependencies(role, inherited, taken, catalog, report)
        if not rights:
            report.add("RG325", name.span, f"role `{name}` holds nothing", "give it `grants`, or remove it")
    return role


def unclear(entries: Iterable[Entry], catalog: Catalog) -> bool:
    """Whether it is not known what *entries* bring, because of what was reported of the catalog."""
    return bool(catalog.unclear) and any(
        permission.path in catalog.unclear
        for entry in entries
        for permission in (
            catalog.below(entry.grant.path) if entry.grant.star else [catalog.permission(entry.grant.path)]
        )
    )


def _entries(texts: Iterable[Text], catalog: Catalog, report: Report) -> tuple[Entry, ...]:
    return tuple(entry for text in texts if (entry := read_entry(text, catalog, report)) is not None)


def bring(
    entries: Iterable[Entry],
    rights: dict[Right, Origin],
    catalog: Catalog,
    report: Report,
    role: str | None = None,
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
                    rights[each] = Origin(
                        f"{right.path} implies {entry.text}", entry.span, why.role, right, why
                    )
                    waiting.append(each)


def _except(
    rights: dict[Right, Origin], entries: tuple[Entry, ...], catalog: Catalog, report: Report, whole: bool
) -> dict[Right, Entry]:
    taken: dict[Right, Entry] = {}
    by_path: dict[str, list[Right]] = {}
    for right in rights if entries else ():
        by_path.setdefault(right.path, []).append(right)
    for entry in entries:
        before, errors = len(taken), len(report.diagnostics)
        for each in take(entry, catalog, report):
            for right in [right for right in by_path.get(each.permission.path, ()) if each.hits(right)]:
                if right not in rights:
                    continue
                if each.takes(right):
                    taken[right] = entry
                    del rights[right]
                else:
                    report.add(
                        "RG313",
                        entry.span,
                        f"`{entry.text}` cannot be excepted from `{right.path}[{readable(right.obj)}]`",
                        "grant the instances to keep by name, or restrict the user or team in bindings.yaml",
                        [Related(rights[right].written, f"`{rights[right].text}` is granted here")],
                    )
        if len(taken) == before and len(report.diagnostics) == errors and whole:
            report.add(
                "RG323",
                entry.span,
                f"`{entry.text}` takes nothing away",
                "the role holds nothing of it: remove the entry",
            )
    return taken


def _warn_of_instances(entries: Iterable[Entry], report: Report) -> None:
    for entry in entries:
        if any(part != "*" for part in (entry.grant.instance or "*").split("/")):
            report.add(
                "RG322",
                entry.span,
                f"`{entry.text}` names an instance in a role that all domains share",
                "give the role a `domain`, or grant the instance in a binding",
            )


def _check_dependencies(
    role: Role, inherited: Held, taken: Mapping[Right, Entry], catalog: Catalog, report: Report
) -> None:
    held, removed = Held(role.rights), Held(taken)
    # The broadest scope of each grant stands for the rest.
    said: set[tuple[str, str, Span]] = set()
    needed: dict[tuple[Span, str, str], list[tuple[Entry, Right, Need]]] = {}
    for right, origin in role.rights.items():
        permission = catalog.permission(right.path)
        for entry in (*permission.requires, *permission.implies):
            wanted = need(catalog, right, entry)
            if held.meets(wanted):
                continue
            by = next((e for r, e in taken.items() if wanted.met_by(r)), None)
            if by is not None and removed.meets(wanted):
                needed.setdefault((by.span, right.path, entry.text), []).append((by, right, wanted))
            elif (right.path, entry.text, origin.written) not in said and not (
                inherited.covers(right) and not inherited.meets(wanted)
            ):
                said.add((right.path, entry.text, origin.written))
                report.add(
                    "RG315",
                    origin.written,
                    f"role `{role.name}` holds {held_by(right, origin)} without `{shown(wanted)}`,"
                    " which it requires",
                    missing_help(catalog, wanted, right, origin),
                )
        for entry in permission.recommends:
            wanted = need(catalog, right, entry)
            if not held.meets(wanted) and (right.path, entry.path, origin.written) not in said:
                said.add((right.path, entry.path, origin.written))
                report.add(
                    "RG316",
                    origin.written,
                    f"`{shown(right)}` is of little use without `{shown(wanted)}`",
                    f"add a grant of `{shown(wanted)}`",
                )
    for found in needed.values():
        (by, right, wanted), (_, narrowest, _) = found[0], found[-1]
        report.add(
            "RG314",
            by.span,
            f"`{by.text}` is excepted, but `{shown(right)}` still needs `{shown(wanted)}`",
            f"except `{shown(narrowest)}`, too",
            [Related(role.rights[right].written, f"`{right.path}` is granted here")],
        )


def held_by(right: Right, origin: Origin) -> str:
    """*right* in words, and what brings it where it is not granted by itself."""
    implied_by = f", which `{origin.implied_by.path}` implies," if origin.implied_by is not None else ""
    return f"`{shown(right)}`{implied_by}"


def missing_help(catalog: Catalog, wanted: Need, right: Right, origin: Origin) -> str:
    """How to mend that *wanted* is missing, which *right* requires."""
    holder = right
    while origin.implied_by is not None and origin.because is not None:
        holder, origin = origin.implied_by, origin.because
    permission = catalog.permission(wanted.path)
    if permission.hidden:
        return f"`{wanted.path}` is hidden: grant what implies it, or remove `{shown(holder)}`"
    some = ""
    if permission.chain and wanted.obj is None:
        some = f" on some {permission.chain[-1]}"
    elif permission.ladder is not None and wanted.scope is None:
        some = " at some scope"
    return f"add a grant of `{shown(wanted)}`{some}, or remove `{shown(holder)}`"


def _never(catalog: Catalog, report: Report) -> list[tuple[Take, Entry]]:
    """What no custom role may hold."""
    read = (look_up(grant, text, span, catalog, report) for grant, text, span in catalog.custom_roles.never)
    return [(each, entry) for entry in read if entry is not None for each in take(entry, catalog, report)]


def _check_custom(
    role: Role,
    body: RoleBody,
    domain: Domain,
    catalog: Catalog,
    never: list[tuple[Take, Entry]],
    report: Report,
) -> None:
    gate = catalog.custom_roles.gate
    if not domain.all_open and not gate.passes(domain.plan, domain.addons):
        where = body.domain.span if body.domain is not None else role.span
        report.add(
            "RG320",
            where,
            f"domain `{domain.name}` has no custom roles",
            f"custom roles need {gate.in_words}: change the domain, or make it a default role",
        )
    for each, entry in never:
        hit = next((right for right in role.rights if each.hits(right)), None)
        if hit is not None:
            report.add(
                "RG321",
                role.rights[hit].written,
                f"custom role `{role.name}` holds `{shown(hit)}`, which no custom role may",
                f"leave it out, or except `{shown(hit)}`",
                [Related(entry.span, f"`{entry.text}` is ruled out here")],
            )
