"""Declared roles by domain and name, and what each of them replaces, before they are resolved."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rolegate.catalog.former_names import refuse_removed
from rolegate.catalog.removed_names import RemovedWord
from rolegate.diagnostics import Report, Span
from rolegate.documents.former_name_problems import former_name_taken
from rolegate.documents.roles_file import RoleBody
from rolegate.documents.text import Text
from rolegate.grants import problems
from rolegate.grants.blame import Blame
from rolegate.grants.domain_problems import domain_unknown
from rolegate.grants.domains import Domains
from rolegate.grants.roles import Owner, RoleKey, RoleTable, role_today, visible

Declared = RoleTable[tuple[Text, RoleBody]]
"""The name and the body of each role, as they are written."""


def declared_roles(
    bodies: Iterable[tuple[Text, RoleBody]],
    domains: Domains,
    report: Report,
    blame: Blame,
    aside: Container[Owner],
    removed: Mapping[str, RemovedWord],
) -> Declared:
    """The roles of *bodies* without those whose name is taken; what is wrong with `replaces` is reported.

    INVARIANT: no role has a name, or a former name, that is *removed*: a line that was written for that one
    would give this one.
    """
    declared: dict[RoleKey, tuple[Text, RoleBody]] = {}
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
    former = _former(declared, by_name, domains, report, blame)
    if former:
        declared = dict(_called_as_today(declared, RoleTable(declared, former=former), domains, report))
    _refuse_removed(declared, removed, report, blame)
    found = RoleTable(declared, _versions(declared, domains, report, blame, aside), former, removed)
    for gone in removed.values():
        if gone.becomes is not None and (None, gone.becomes) not in declared:
            problems.role_unknown(report, gone.becomes, found, None, domains)
    return found


def _refuse_removed(
    declared: dict[RoleKey, tuple[Text, RoleBody]],
    removed: Mapping[str, RemovedWord],
    report: Report,
    blame: Blame,
) -> None:
    for (domain, _), (name, body) in declared.items() if removed else ():
        with blame.on(domain, None):
            refuse_removed("role", {name: body.renamed_from}, removed, report)


def _called_as_today(
    declared: dict[RoleKey, tuple[Text, RoleBody]], names: RoleTable[Any], domains: Domains, report: Report
) -> Iterator[tuple[RoleKey, tuple[Text, RoleBody]]]:
    """The same roles, with names of today where they name others."""
    for key, (name, body) in declared.items():
        outer = domains.outward(key[0]) if key[0] is not None else ()
        called = {
            "extends": [role_today(parent, outer, names, report) for parent in body.extends],
            "clone_of": None if body.clone_of is None else role_today(body.clone_of, outer, names, report),
            "replaces": None if body.replaces is None else role_today(body.replaces, outer, names, report),
        }
        yield key, (name, body.changed(**called))


def _former(
    declared: dict[RoleKey, tuple[Text, RoleBody]],
    by_name: dict[str, _Namesakes],
    domains: Domains,
    report: Report,
    blame: Blame,
) -> dict[RoleKey, RoleKey]:
    """The role that each former name stands for; of two that meet, the inner one is at fault."""
    found: dict[RoleKey, RoleKey] = {}
    given: dict[RoleKey, Text] = {}
    for (domain, name), (_, body) in declared.items():
        outward = domains.outward(domain) if domain is not None and body.renamed_from else ()
        for former in body.renamed_from:
            report.steps(len(outward) // 4, f"role `{name}`", former.span)
            namesakes, key = by_name.setdefault(former, _Namesakes()), (domain, str(former))
            clash = namesakes.meeting(domain, outward)
            if clash is None:
                found[key], given[key] = (domain, name), former
                namesakes.add(key, outward)
            elif found.get(clash) != (domain, name):
                now = found.get(clash, clash)
                place = given[clash] if clash in given else declared[clash][0]
                inner = max(domain, clash[0], key=lambda owner: len(domains.outward(owner or "")))
                with blame.on(inner, None):
                    former_name_taken(report, former, "role", now[1], place.span)
    return found


def _versions(
    declared: dict[RoleKey, tuple[Text, RoleBody]],
    domains: Domains,
    report: Report,
    blame: Blame,
    aside: Container[Owner],
) -> dict[str, dict[str, RoleKey]]:
    """The roles that replace a default role, by its name and by domain.

    INVARIANT: nobody has the default role instead of one that is wrong. Where it is clear what that one is
    for, it is there all the same; otherwise its domain is at fault, and not the role alone.
    """
    versions: dict[str, dict[str, RoleKey]] = {}
    names = RoleTable(declared)
    for (domain, name), (_, body) in declared.items():
        replaced = body.replaces
        if replaced is None:
            continue
        if domain is None:
            problems.default_role_replaces(report, replaced)
            continue
        default = declared.get((None, str(replaced)))
        if default is None:
            with blame.on(domain, None):
                _not_a_default_role(replaced, domain, names, domains, report)
            continue
        with blame.on(domain, name):
            if (domain, name) not in aside:
                _check_replaced(body, default[1], default[0].span, report)
        known = versions.setdefault(str(replaced), {}).setdefault(domain, (domain, name))
        if known != (domain, name):
            with blame.on(domain, None):
                problems.role_replaced_twice(report, replaced, domain, declared[known][1].replaces)
    return versions


def _not_a_default_role(
    replaced: Text, domain: str, names: RoleTable[Any], domains: Domains, report: Report
) -> None:
    if visible(names, replaced, domain, domains) is None:
        problems.role_unknown(report, replaced, names, domain, domains)
    else:
        problems.custom_role_replaced(report, replaced)


def _check_replaced(body: RoleBody, default: RoleBody, declared: Span, report: Report) -> None:
    """Report a role that replaces *default*, which is *declared* somewhere, although nobody may."""
    assert body.replaces is not None  # noqa: S101 - callers hold a role that replaces one
    if default.locked:
        problems.locked_role_replaced(report, body.replaces, declared)
    if body.kind is not None and body.kind != default.kind:
        problems.kind_of_replaced(report, body.kind, body.replaces)


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
