"""From declared roles to resolved ones: parents and grants, with all they imply, less what `except` names."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

from rolegate.catalog.model import Catalog
from rolegate.catalog.worded import Worded
from rolegate.diagnostics import Diagnostic, Report, Span
from rolegate.documents.roles_file import RoleBody
from rolegate.documents.text import Text
from rolegate.grants import problems
from rolegate.grants.blame import Blame
from rolegate.grants.check_dependencies import check_dependencies
from rolegate.grants.declared_roles import Declared, declared_roles
from rolegate.grants.domains import Domains
from rolegate.grants.excepted_rights import take_excepted
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.grant_warnings import warn_of_instances, warn_of_unavailable
from rolegate.grants.known_roles import KnownRoles
from rolegate.grants.masked_rights import MaskedRights
from rolegate.grants.masked_roles import MaskedRoles
from rolegate.grants.rights import Right
from rolegate.grants.role_kinds import KindRules, check_kind, kind_of
from rolegate.grants.role_order import Parents, parents_first
from rolegate.grants.roles import (
    Brought,
    Faults,
    Origin,
    Owner,
    Role,
    RoleKey,
    Roles,
    RoleTable,
    close,
    unclear,
    visible,
)


def resolve_roles(
    bodies: Iterable[tuple[Text, RoleBody]],
    catalog: Catalog,
    domains: Domains,
    report: Report,
    aside: Mapping[Owner, Diagnostic] = MappingProxyType({}),
    faults: Faults | None = None,
    known: KnownRoles | None = None,
) -> Roles:
    """Every role with its rights; parents come first.

    Roles *aside*, those that extend one of them, and custom roles of a domain that may not have any are there
    without rights. What is wrong with custom roles is added to *faults* as well. Those that are *known* are
    there as they are, and *bodies* has others.
    """
    blame = Blame(report, {} if faults is None else faults)
    before = known or KnownRoles.none(catalog, report)
    bodies, removed = (*before.bodies, *bodies), catalog.former.gone("role")
    declared = declared_roles(bodies, domains, report, blame, aside, removed)
    custom = {name for domain, name in declared if domain is not None}
    parents: dict[RoleKey, Parents] = {}
    for key, (_, body) in declared.items():
        if key not in before.roles:
            with blame.on(*key):
                parents[key] = _parents(key, body, declared, custom, domains, report)
    entries = before.entries if known is None else before.entries.beside()
    masked = MaskedRoles(catalog, entries, alike=known is None)
    roles: dict[RoleKey, Role] = dict(before.roles)
    resolving = _Resolving(catalog, domains, report, masked, before.rules)
    for key in parents_first(declared, parents, report, blame, before.roles):
        name, body = declared[key]
        extended = [(entry, roles[parent]) for parent, entry in parents[key] if parent in roles]
        default = None if body.replaces is None else roles.get((None, str(body.replaces)))
        fault = aside.get((key[0], key[1])) if key[0] is not None else None
        one = partial(resolving.role, key, name, body, extended, default, fault)
        of = (name, body, domains, default, *(parent for _, parent in extended))
        with blame.on(*key):
            own = fault is None and key[0] is not None
            roles[key] = report.recall(("role", *key), of, one, "a role", name.span) if own else one()
    made = sorted(roles.keys() - before.roles.keys(), key=lambda key: (key[0] or "", key[1]))
    in_order = {key: roles[key] for key in (*before.roles, *made)}
    return RoleTable(in_order, declared.versions, declared.former, declared.removed)


@dataclass(frozen=True, slots=True)
class _Resolving:
    """What every role is resolved with."""

    catalog: Catalog
    domains: Domains
    report: Report
    masked: MaskedRoles
    rules: KindRules

    def role(
        self,
        key: RoleKey,
        name: Text,
        body: RoleBody,
        extended: Sequence[tuple[Text, Role]],
        default: Role | None,
        fault: Diagnostic | None,
    ) -> Role:
        """A role with its rights, whose parents are resolved; without rights where it has a *fault*."""
        found = [parent for _, parent in extended]
        whole = len(found) == len(body.extends) and all(parent.sound for parent in found)
        own = self.report if fault is None else Report()  # what is wrong with it was reported
        role = _resolve(key, name, body, found, self.catalog, own, whole, self.domains, self.masked)
        if default is not None:
            title = role.title if body.title is not None else default.title
            role = replace(role, kind=default.kind, title=title)
        why = check_kind(role, default, extended, body.domain, self.catalog, self.domains, self.rules, own)
        if role.domain is not None:
            why = _aside(name, fault, self.report) or why
            why = why or _extends_aside(name, found, self.report)
            role = role if why is None else role.set_aside(why)
        return role


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


def _parents(
    key: RoleKey, body: RoleBody, declared: Declared, custom: Container[str], domains: Domains, report: Report
) -> Parents:
    domain = key[0]
    found = []
    for parent in (*body.extends, *([body.clone_of] if body.clone_of is not None else [])):
        # What a role replaces means, in that role itself, what it meant without it.
        own = domain is not None and parent == body.replaces
        target = visible(declared, parent, domains[domain].within if own and domain else domain, domains)
        if parent is body.clone_of and target == key:
            problems.clone_of_itself(report, parent)
        elif target is None and domain is None and parent in custom:
            problems.default_role_on_custom(report, parent)
        elif target is None:
            problems.role_unknown(report, parent, declared, domain, domains)
        elif parent is not body.clone_of:
            found.append((target, parent))
    return found


def _resolve(
    key: RoleKey,
    name: Text,
    body: RoleBody,
    parents: list[Role],
    catalog: Catalog,
    report: Report,
    whole: bool,
    domains: Domains,
    masked: MaskedRoles,
) -> Role:
    before = len(report.diagnostics)
    grants = masked.known.read(body.grants, report)
    rights, brought = _brought(key, name, parents, grants, masked, report)
    if key[0] is None and domains.declared:
        warn_of_instances(grants, report)
    if isinstance(rights, dict):
        close(rights, catalog, report, f"role `{name}`", name.span)
    # Of a grant that could not be read, nobody can say that an exception takes nothing.
    complete = whole and not report.failed_since(before)
    excepted = masked.known.read(body.excepted, report, "takes away")
    taken: Mapping[Right, GrantEntry] = {}
    if isinstance(rights, dict) or not masked.take(rights, excepted, report, complete):
        rights = rights if isinstance(rights, dict) else dict(rights)
        taken = take_excepted(rights, excepted, catalog, report, complete)
    sound = whole and not report.failed_since(before) and not unclear(grants, catalog)
    role = Role(
        name=key[1],
        domain=key[0],
        title=Worded.of(body.title or name, body.labels, "title"),
        span=name.span,
        rights=rights,
        description=Worded.of(body.description or "", body.labels, "description"),
        parents=tuple(parent.key for parent in parents),
        clone_of=None if body.clone_of is None else str(body.clone_of),
        locked=body.locked,
        replaces=body.replaces,
        kind=kind_of(body, catalog, report),
        grants=grants,
        excepted=excepted,
        sound=sound,
    )
    if sound:
        check_dependencies(role, parents, taken, catalog, report)
        if role.domain is not None:  # a default role may be ready before the first domain has the plan
            warn_of_unavailable(brought, role.domain, domains, report)
        if not role.rights:
            problems.role_empty(report, name)
    return role


def _brought(
    key: RoleKey,
    name: Text,
    parents: list[Role],
    grants: Sequence[GrantEntry],
    masked: MaskedRoles,
    report: Report,
) -> tuple[dict[Right, Origin] | MaskedRights, Brought]:
    """What a role holds of its parents and grants; and what each of these touches, if it is a custom role."""
    bits = masked.begin(parents, grants, key[1])
    if bits is not None:
        masked.bring(bits, report, name)
        return bits, masked.touched(grants) if key[0] is not None else []
    rights: dict[Right, Origin] = {}
    _inherit(rights, parents, report, f"role `{name}`", name.span)
    return rights, masked.known.bring(grants, rights, report, key[1])


def _inherit(
    rights: dict[Right, Origin], parents: Iterable[Role], report: Report, what: str, at: Span
) -> None:
    """Add the rights of *parents* to *rights*; of two that have one, the first says why it is held."""
    for parent in parents:
        report.steps(len(parent.rights), what, at)
        held = len(rights)
        if rights:
            for right, origin in parent.rights.items():
                rights.setdefault(right, origin)
        else:
            rights.update(parent.rights)
        report.lines(len(rights) - held, what, at)
