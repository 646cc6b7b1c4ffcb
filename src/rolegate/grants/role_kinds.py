"""Kinds of roles: what a role holds that its kind does not allow, and where its kind does not exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rolegate.catalog.model import Catalog
from rolegate.catalog.role_kind import Patterns, RoleKind
from rolegate.diagnostics import Diagnostic, Report, Span
from rolegate.documents.roles_file import RoleBody
from rolegate.documents.text import Text
from rolegate.grants import role_kind_problems as problems
from rolegate.grants.domains import Domains
from rolegate.grants.entries import given, look_up, rights_of
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right, RightSet
from rolegate.grants.roles import Origin, Role, close
from rolegate.grants.takes import Take, check_fields, take

_COVERED = 2
"""Steps to look up whether a right is among those that a kind may hold."""


@dataclass(frozen=True, slots=True)
class KindRule:
    """What a role of `kind` may hold (None: anything), and by permission what it may never hold."""

    kind: RoleKind
    may: RightSet | None
    never: Mapping[str, list[tuple[Take, GrantEntry]]]

    def first_ruled_out(self, rights: Iterable[Right]) -> tuple[Right, GrantEntry] | None:
        """The first of *rights* that no role of the kind may ever hold, and what rules it out."""
        for right in rights:
            for taken, entry in self.never.get(right.path, ()):
                if taken.hits(right):
                    return right, entry
        return None


KindRules = Mapping[str | None, KindRule]
"""By the name of the kind; None is that of custom roles."""

Extended = Sequence[tuple[Text, Role]]
"""The roles that one extends, each with the entry that names it."""


def kind_rules(catalog: Catalog, report: Report) -> KindRules:
    """What each kind of role may hold and may never hold."""
    return {kind.name: kind_rule(kind, catalog, report) for kind in catalog.kinds_of_roles}


def kind_rule(kind: RoleKind, catalog: Catalog, report: Report) -> KindRule:
    """What a role of *kind* may hold and may never hold, as *catalog* reads its words."""
    return KindRule(kind, _may(kind.may, catalog, report), _never(kind.never, catalog, report))


def _may(patterns: Patterns | None, catalog: Catalog, report: Report) -> RightSet | None:
    if patterns is None:
        return None
    errors = len(report.diagnostics)
    rights: dict[Right, None] = {}
    for grant, text, span in patterns:
        entry = look_up(grant, text, span, catalog, report)
        if entry is None:
            continue
        for permission in given(entry, catalog, report):
            before = len(rights)
            rights |= dict.fromkeys(rights_of(entry.grant, permission, rights))
            report.steps(1 + len(rights) - before, f"`{text}`", span)
    if report.failed_since(errors):
        return None  # an entry that cannot be read might allow what a role holds
    return RightSet(rights)


def _never(
    patterns: Patterns, catalog: Catalog, report: Report
) -> Mapping[str, list[tuple[Take, GrantEntry]]]:
    found: dict[str, list[tuple[Take, GrantEntry]]] = {}
    read = (look_up(grant, text, span, catalog, report, "takes away") for grant, text, span in patterns)
    entries = [entry for entry in read if entry is not None]
    for entry in entries:
        for taken in take(entry, catalog, report, hidden=True):
            found.setdefault(taken.permission.path, []).append((taken, entry))
    check_fields(entries, (taken for takes in found.values() for taken, _ in takes), catalog, report)
    return found


def kind_of(body: RoleBody, catalog: Catalog, report: Report) -> RoleKind | None:
    """The kind that a role names, or else the kind of custom roles; None for a default role without one."""
    if body.kind is None:
        return None if body.domain is None else catalog.custom_roles
    found = catalog.role_kinds.get(body.kind)
    if found is None:
        problems.role_kind_unknown(report, body.kind, catalog.role_kinds)
    return found


def check_kind(
    role: Role,
    default: Role | None,
    extended: Extended,
    written: Text | None,
    catalog: Catalog,
    domains: Domains,
    rules: KindRules,
    report: Report,
) -> Diagnostic | None:
    """Report a role where its kind does not exist, and what it holds that its kind does not allow.

    *extended* are the roles it extends, and *written* names its domain. A default role is in no domain until
    it is bound. A role that replaces *default* is of the same kind, and what it holds beyond that one is
    judged as a custom role is. Where the domain has no roles of the kind, the finding that says so is given
    back.
    """
    found = _check(role, extended, written, catalog, domains, rules, report)
    if default is None or role.domain is None:
        return found
    known = RightSet(default.rights)
    report.steps(_COVERED * len(role.rights), f"role `{role.name}`", role.span)
    added = {right: origin for right, origin in role.rights.items() if not known.covers(right)}
    if not added:
        return found
    hidden = close(dict(default.rights), catalog, report, f"role `{default.name}`", default.span)
    beyond = replace(role, kind=catalog.custom_roles, rights=added)
    return _check(beyond, extended, written, catalog, domains, rules, report, RightSet(hidden)) or found


def _check(
    role: Role,
    extended: Extended,
    written: Text | None,
    catalog: Catalog,
    domains: Domains,
    rules: KindRules,
    report: Report,
    known: RightSet | None = None,
) -> Diagnostic | None:
    """Judge *role* by its kind; hidden rights that are *known* are let pass."""
    if role.kind is None:
        return None
    unavailable = None
    if role.domain is not None and not domains[role.domain].offers(role.kind.availability):
        where = role.span if written is None else written.span
        unavailable = problems.kind_unavailable(report, where, role, domains[role.domain], role.kind)
    rule = rules[role.kind.name]
    _check_may(role, extended, rule, catalog, report)
    _check_never(role, rule, catalog, report, known)
    return unavailable


def _check_may(role: Role, extended: Extended, rule: KindRule, catalog: Catalog, report: Report) -> None:
    said: set[tuple[str, Span]] = set()
    if rule.may is None:
        return
    report.steps(_COVERED * len(role.rights), f"role `{role.name}`", role.span)
    inherited: dict[Text, list[tuple[Right, Origin]]] = {}
    for right, origin in role.rights.items():
        if rule.may.covers(right) or (right.path, origin.written) in said:
            continue
        said.add((right.path, origin.written))  # the broadest scope of each grant stands for the rest
        report.steps(len(extended), f"role `{role.name}`", role.span)
        by = next((entry for entry, parent in extended if _brings(parent, right, origin)), None)
        if by is None:
            way = _way(right, origin, catalog, report, role)
            problems.right_beyond_kind(report, role, right, origin, way)
        else:
            inherited.setdefault(by, []).append((right, origin))
    for entry, beyond in inherited.items():
        problems.rights_beyond_kind_inherited(report, role, entry, beyond)


def _brings(parent: Role, right: Right, origin: Origin) -> bool:
    """Whether *right* is held by a grant of *parent*."""
    brought = parent.rights.get(right)
    return brought is not None and brought.written == origin.written


def _check_never(
    role: Role, rule: KindRule, catalog: Catalog, report: Report, known: RightSet | None
) -> None:
    never = rule.never
    what = f"role `{role.name}`"
    hidden = close(dict(role.rights), catalog, report, what, role.span) if never else {}
    held: dict[str, dict[Right, Origin]] = {}
    for right, origin in (*role.rights.items(), *hidden.items()) if never else ():
        if right.path in never and not (known is not None and known.covers(right)):
            held.setdefault(right.path, {})[right] = origin
    for taken, entry in (found for path in held for found in never[path]):
        rights = held[taken.permission.path]
        report.steps(2 * len(rights), what, role.span)
        hit = next((right for right in rights if taken.hits(right)), None)
        if hit is not None:
            origin = rights[hit]
            way = _way(hit, origin, catalog, report, role)
            problems.ruled_out_right_held(report, role, hit, origin, way, entry)


def _way(right: Right, origin: Origin, catalog: Catalog, report: Report, role: Role) -> list[Right]:
    """The visible rights by which *right* is held: itself, what implies it, up to what is granted."""
    way = [right]
    while origin.implied_by is not None and origin.because is not None:
        report.steps(1, f"role `{role.name}`", role.span)
        way.append(origin.implied_by)
        origin = origin.because
    return [step for step in way if not catalog.permission(step.path).hidden]
