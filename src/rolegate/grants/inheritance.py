"""From declared roles to resolved ones: parents and grants, with all they imply, less what `except` names."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.roles_file import RoleBody
from rolegate.documents.text import Text
from rolegate.grants import problems
from rolegate.grants.blame import Blame
from rolegate.grants.domain_problems import domain_unknown
from rolegate.grants.domains import Domains
from rolegate.grants.entries import Verb, read_entry
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right, patterns
from rolegate.grants.role_checks import (
    check_dependencies,
    warn_of_instances,
    warn_of_unavailable,
)
from rolegate.grants.role_kinds import check_kind, kind_of, kind_rules
from rolegate.grants.roles import Faults, Origin, Owner, Role, RoleKey, Roles, bring, close, unclear, visible
from rolegate.grants.takes import check_fields, take

_ENOUGH = 12
"""So many circles are reported, with so many steps of each: more would tell nobody more."""


def resolve_roles(
    bodies: Iterable[tuple[Text, RoleBody]],
    catalog: Catalog,
    domains: Domains,
    report: Report,
    aside: Mapping[Owner, Diagnostic] = MappingProxyType({}),
    faults: Faults | None = None,
) -> Roles:
    """Every role with its rights; parents come first.

    Roles *aside*, those that extend one of them, and custom roles of a domain that may not have any are there
    without rights. What is wrong with custom roles is added to *faults* as well.
    """
    blame = Blame(report, {} if faults is None else faults)
    declared = _declared(bodies, domains, report, blame)
    custom = {name for domain, name in declared if domain is not None}
    parents: dict[RoleKey, list[RoleKey]] = {}
    for key, (_, body) in declared.items():
        with blame.on(*key):
            parents[key] = _parents(key, body, declared, custom, domains, report)
    rules = kind_rules(catalog, report)
    roles: dict[RoleKey, Role] = {}
    for key in _parents_first(declared, parents, report, blame):
        name, body = declared[key]
        found = [roles[p] for p in parents[key] if p in roles]
        whole = len(found) == len(body.extends) and all(parent.sound for parent in found)
        with blame.on(*key):
            role = _resolve(key, name, body, found, catalog, report, whole, domains)
            why = check_kind(role, body.domain, catalog, domains, rules, report)
            if role.domain is not None:
                why = _aside(name, aside.get((role.domain, role.name)), report) or why
                why = why or _extends_aside(name, found, report)
                role = role if why is None else role.set_aside(why)
        roles[key] = role
    return dict(sorted(roles.items(), key=lambda item: (item[0][0] or "", item[0][1])))


def _aside(name: Text, why: Diagnostic | None, report: Report) -> Diagnostic | None:
    """Report that a role is set aside, if it is."""
    if why is not None:
        problems.role_set_aside(report, name, why)
    return why


def _extends_aside(name: Text, parents: Iterable[Role], report: Report) -> Diagnostic | None:
    """Report that a role extends one that is set aside."""
    for parent in parents:
        if parent.aside is not None:
            return problems.extends_set_aside(report, name, parent.name, parent.aside)
    return None


Declared = dict[RoleKey, tuple[Text, RoleBody]]


def _declared(
    bodies: Iterable[tuple[Text, RoleBody]], domains: Domains, report: Report, blame: Blame
) -> Declared:
    declared: Declared = {}
    by_name: dict[str, _Namesakes] = {}
    # From the outermost inwards: a name that is taken is the fault of the inner role.
    for name, body in sorted(bodies, key=lambda role: len(domains.outward(role[1].domain or ""))):
        if body.domain is not None and body.domain not in domains:
            domain_unknown(report, body.domain, domains)
            continue
        domain = None if body.domain is None else str(body.domain)
        outward = domains.outward(domain) if domain is not None else ()
        report.steps(len(outward) // 4, f"role `{name}`", name.span)
        namesakes = by_name.setdefault(name, _Namesakes())
        clash = namesakes.meeting(domain, outward)
        if clash is not None:
            with blame.on(domain, None):
                problems.role_name_taken(report, name, domain, clash, declared[clash][0].span)
        else:
            declared[(domain, str(name))] = (name, body)
            namesakes.add((domain, str(name)), outward)
    return declared


@dataclass(slots=True)
class _Namesakes:
    """The roles of one name; no two of them may be seen from the same domain."""

    first: RoleKey | None = None
    of: dict[str | None, RoleKey] = field(default_factory=dict)
    around: dict[str, RoleKey] = field(default_factory=dict)

    def add(self, key: RoleKey, outward: Iterable[str]) -> None:
        self.first = self.first or key
        self.of[key[0]] = key
        for domain in outward:
            self.around.setdefault(domain, key)

    def meeting(self, domain: str | None, outward: Iterable[str]) -> RoleKey | None:
        """The role that a new one of *domain* would clash with; *outward* has it and those around it."""
        if domain is None:
            return self.first
        keys = (self.of.get(outer) for outer in (None, *outward))
        return next((key for key in keys if key is not None), self.around.get(domain))


def _parents(
    key: RoleKey, body: RoleBody, declared: Declared, custom: Container[str], domains: Domains, report: Report
) -> list[RoleKey]:
    domain = key[0]
    found = []
    for parent in (*body.extends, *([body.clone_of] if body.clone_of is not None else [])):
        target = visible(declared, parent, domain, domains)
        if parent is body.clone_of and target == key:
            problems.clone_of_itself(report, parent)
        elif target is None and domain is None and parent in custom:
            problems.default_role_on_custom(report, parent)
        elif target is None:
            problems.role_unknown(report, parent, declared, domain, domains)
        elif parent is not body.clone_of:
            found.append(target)
    return found


def _parents_first(
    declared: Declared, parents: Mapping[RoleKey, list[RoleKey]], report: Report, blame: Blame
) -> list[RoleKey]:
    """Every role after those it extends; one walk, and of circles the first few are reported."""
    order: dict[RoleKey, None] = {}
    told = 0
    for start in parents:
        path: dict[RoleKey, Iterator[RoleKey]] = {} if start in order else {start: iter(parents[start])}
        while path:
            here = next(reversed(path))
            step = next(path[here], None)
            if step is None:
                order[here] = None
                del path[here]
            elif step in path:
                told += 1
                walked = list(path) if told <= _ENOUGH else []
                with blame.on(*step):
                    if walked:
                        _report_cycle(walked[walked.index(step) :], declared, report)
            elif step not in order:
                path[step] = iter(parents[step])
    return list(order)


def _report_cycle(around: list[RoleKey], declared: Declared, report: Report) -> None:
    """Report the circle *around*, from the role in it that is declared first."""
    first = min(range(len(around)), key=lambda i: declared[around[i]][0].span)
    keys = [*around[first:], *around[: first + 1]]
    entries = [
        next(entry for entry in declared[key][1].extends if entry == parent)
        for key, (_, parent) in pairwise(keys)
    ]
    problems.role_in_circle(report, [name for _, name in keys], entries, _ENOUGH)


def _resolve(
    key: RoleKey,
    name: Text,
    body: RoleBody,
    parents: list[Role],
    catalog: Catalog,
    report: Report,
    whole: bool,
    domains: Domains,
) -> Role:
    before = len(report.diagnostics)
    grants = _entries(body.grants, catalog, report)
    excepted = _entries(body.excepted, catalog, report, "takes away")
    rights: dict[Right, Origin] = {}
    what = f"role `{name}`"
    for parent in parents:
        report.steps(len(parent.rights), what, name.span)
        held = len(rights)
        for right, origin in parent.rights.items():
            rights.setdefault(right, origin)
        report.lines(len(rights) - held, what, name.span)
    brought = bring(grants, rights, catalog, report, key[1])
    if key[0] is None and domains.declared:
        warn_of_instances(grants, report)
    close(rights, catalog, report, what, name.span)
    taken = _except(rights, excepted, catalog, report, whole)
    sound = whole and not report.failed_since(before) and not unclear(grants, catalog)
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
        kind=kind_of(body, catalog, report),
        grants=grants,
        excepted=excepted,
        sound=sound,
    )
    if sound:
        check_dependencies(role, parents, taken, catalog, report)
        if role.domain is not None:  # a default role may be ready before the first domain has the plan
            warn_of_unavailable(brought, role.domain, domains, report)
        if not rights:
            problems.role_empty(report, name)
    return role


def _entries(
    texts: Iterable[Text], catalog: Catalog, report: Report, verb: Verb = "brings"
) -> tuple[GrantEntry, ...]:
    read = (read_entry(text, catalog, report, verb) for text in texts)
    return tuple(entry for entry in read if entry is not None)


def _except(
    rights: dict[Right, Origin],
    entries: tuple[GrantEntry, ...],
    catalog: Catalog,
    report: Report,
    whole: bool,
) -> dict[Right, GrantEntry]:
    """Remove from *rights* what *entries* of `except` take; what was taken, and by which entry.

    An entry that takes nothing is reported only when the *whole* role is known.
    """
    taken: dict[Right, GrantEntry] = {}
    by_path: dict[str, dict[str, list[Right]]] = {}
    for right in rights if entries else ():
        by_path.setdefault(right.path, {}).setdefault(right.obj, []).append(right)
    for entry in entries:
        before, findings = len(taken), len(report.diagnostics)
        for taking in take(entry, catalog, report):
            held = by_path.get(taking.permission.path)
            if held is None:
                continue
            named = taking.obj is not None and not taking.obj.endswith("*")
            objs = [obj for obj in patterns(taking.obj or "") if obj in held] if named else list(held)
            report.steps(sum(len(held[obj]) for obj in objs) * 2, f"`{entry.text}`", entry.span)
            for right in (right for obj in objs for right in held[obj]):
                if right not in rights or not taking.hits(right):
                    continue
                if taking.takes(right):
                    taken[right] = entry
                    del rights[right]
                else:
                    problems.instance_excepted_from_star(report, entry, right, rights[right])
        if len(taken) == before and len(report.diagnostics) == findings and whole:
            problems.nothing_excepted(report, entry)
    if entries:
        check_fields(entries, (), catalog, report, held={right.path for right in rights})
    return taken
