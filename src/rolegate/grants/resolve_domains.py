"""From domains.yaml to domains: their plans, add-ons, teams and instances are looked up and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rolegate.catalog.circles import circles
from rolegate.catalog.former_names import FormerNames, refuse_removed, unknown
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report, Span
from rolegate.documents.domains_file import DomainShape, DomainsShape, MemberTeamShape
from rolegate.documents.text import Text
from rolegate.grants import domain_problems
from rolegate.grants.domain_instances import list_instances
from rolegate.grants.domains import DEFAULT, Domain, Domains
from rolegate.grants.missing_plans import MissingPlans
from rolegate.grants.moment_problems import zone_unknown
from rolegate.grants.nesting import outermost_first
from rolegate.grants.team_members import with_inner_teams
from rolegate.grants.zones import NO_ZONE, zone_names


def resolve_domains(shape: DomainsShape | None, catalog: Catalog, top: Span, report: Report) -> Domains:
    """The domains of *shape*, or the one domain of a set that does not declare any."""
    if shape is None:
        only = Domain(DEFAULT, DEFAULT, None, None, frozenset(), {}, {}, top, offers_everything=True)
        return Domains({DEFAULT: only}, declared=False)
    shapes, gone = shape.domains, catalog.former.gone("domain")
    refuse_removed("domain", {name: own.renamed_from for name, own in shapes.items()}, gone, report)
    outer, unsure = _outer(shapes, catalog.former, report)
    plans = MissingPlans(catalog, unsure, report)
    by_name: dict[str, Domain] = {}
    depth: dict[str, int] = {}
    for name in outermost_first(outer):
        own, within = shapes[name], outer[name]
        depth[name] = depth[within] + 1 if within is not None else 1
        report.steps((depth[name] + len(own.teams) * depth[name]) // 4, f"domain `{name}`", name.span)
        around = by_name[within] if within is not None else None
        plan = around.plan if around is not None else None
        if own.plan is not None:
            today = catalog.former.today("plan", own.plan, report)
            unknown(today, catalog.plans, "RG211", "plan", name.span, report, catalog.former)
            plan = str(today)
        kind = _kind(name, own, catalog, report)
        plans.check(name, within, kind, plan)
        addons = _addons(name, own, around, catalog, report)
        listed = list_instances(name, own, around, catalog, report)
        by_name[str(name)] = Domain(
            name=str(name),
            title=str(own.title or name),
            within=None if within is None else str(within),
            plan=plan,
            addons=addons,
            teams={str(team): _users(members) for team, members in own.teams.items()},
            instances=listed.known,
            span=name.span,
            removed=listed.removed,
            titles=listed.titles,
            named=listed.named,
            kind=kind,
            zone=_zone(own, around, report),
        )
    if len(by_name) > 1 and catalog.records is None and _is_about_records(catalog):
        domain_problems.records_not_told_apart(report, top, len(by_name))
    domains = with_inner_teams(
        shapes, Domains(dict(sorted(by_name.items())), sound=not report.failed, removed=gone), report
    )
    _warn_of_shadows(shapes, domains, report)
    return domains


def check_removed_domains(domains: Domains, report: Report) -> None:
    """Report domains that are gone and became one that is not there."""
    for one in domains.removed.values():
        if one.becomes is not None and one.becomes not in domains:
            domain_problems.domain_unknown(report, one.becomes, domains)


def _addons(
    name: Text, shape: DomainShape, around: Domain | None, catalog: Catalog, report: Report
) -> frozenset[str]:
    """The add-ons of a domain and of those around it; what one of its own needs has to be among them."""
    addons = around.addons if around is not None else frozenset()
    if not shape.addons:
        return addons
    own = catalog.former.all_today("add-on", shape.addons, report)
    for addon in own:
        unknown(addon, catalog.addons, "RG212", "add-on", name.span, report, catalog.former)
    addons |= {str(addon) for addon in own}
    for addon in own:
        needs = catalog.addon_needs.get(str(addon), frozenset())
        report.steps(len(needs), f"the add-ons of domain `{name}`", name.span)
        if not needs <= addons:
            domain_problems.addon_needed(report, addon, name, needs - addons)
    return addons


def _is_about_records(catalog: Catalog) -> bool:
    """Whether the catalog says anything of records; others never ask about one."""
    scopes = (scope for ladder in catalog.ladders.values() for scope in ladder.scopes.values())
    resources = catalog.resources.values()
    return any(scope.condition is not None for scope in scopes) or any(one.attribute for one in resources)


def _kind(name: Text, shape: DomainShape, catalog: Catalog, report: Report) -> str | None:
    """The kind of a domain, which each has itself where the catalog has kinds."""
    if shape.kind is None:
        if catalog.domain_kinds:
            domain_problems.kind_missing(report, name, catalog.domain_kinds)
        return None
    kind = catalog.former.today("kind of domain", shape.kind, report)
    unknown(kind, catalog.domain_kinds, "RG230", "kind of domain", name.span, report, catalog.former)
    return str(kind)


def _users(members: Iterable[Text | MemberTeamShape]) -> tuple[Text, ...]:
    return tuple(member for member in members if isinstance(member, Text))


def _zone(own: DomainShape, around: Domain | None, report: Report) -> str:
    """The zone of a domain: its own, or that of the domain around it."""
    if own.zone is not None:
        if own.zone in zone_names():
            return str(own.zone)
        zone_unknown(report, own.zone, zone_names())
    return around.zone if around is not None else NO_ZONE


def _outer(
    shapes: Mapping[Text, DomainShape], former: FormerNames, report: Report
) -> tuple[dict[Text, Text | None], set[str]]:
    """The domain around each one, and those for which it is not known, since something was reported."""
    outer: dict[Text, Text | None] = {name: shape.within for name, shape in shapes.items()}
    unsure: set[str] = set()
    for name, within in outer.items():
        if within is not None and within not in shapes:
            unsure.add(name)
            domain_problems.outer_domain_unknown(report, within, shapes, former.fate("domain", within))
    for circle in circles(outer):
        domain_problems.domain_in_circle(report, circle, outer)
        unsure.add(circle[0])
    return {name: None if name in unsure else within for name, within in outer.items()}, unsure


def _warn_of_shadows(shapes: Mapping[Text, DomainShape], domains: Domains, report: Report) -> None:
    for name, shape in shapes.items():
        within = domains[name].within
        for team in shape.teams if within is not None else ():
            outer = domains.team_owner(team, within or "")
            if outer is not None:
                domain_problems.team_name_shadows(report, team, name, outer)
