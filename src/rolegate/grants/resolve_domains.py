"""From domains.yaml to domains: plans, add-ons, teams and instances are looked up and checked."""

from __future__ import annotations

from collections.abc import Mapping

from rolegate.catalog.declarations import circles, unknown
from rolegate.catalog.grant_syntax import GrantSyntaxError, parse_instance_text
from rolegate.catalog.model import Catalog
from rolegate.catalog.problems import records_not_told_apart, through
from rolegate.diagnostics import RelatedSpan, Report, Span, did_you_mean
from rolegate.documents.domains_file import DomainShape, DomainsShape
from rolegate.documents.text import Text, span_of
from rolegate.grants.domains import DEFAULT, Domain, Domains, outermost_first


def resolve_domains(shape: DomainsShape | None, catalog: Catalog, top: Span, report: Report) -> Domains:
    """The domains of *shape*, or the one domain of a set without any."""
    if shape is None:
        only = Domain(DEFAULT, DEFAULT, None, None, frozenset(), {}, {}, top, offers_everything=True)
        return Domains({DEFAULT: only}, declared=False)
    shapes = shape.domains
    outer, unsure = _outer(shapes, report)
    wants_plan = any(node.availability.plans is not None for node in catalog.permissions)
    by_name: dict[str, Domain] = {}
    depth: dict[str, int] = {}
    for name in outermost_first(outer):
        each, within = shapes[name], outer[name]
        depth[name] = depth[within] + 1 if within is not None else 1
        report.steps((depth[name] + len(each.teams) * depth[name]) // 4, f"domain `{name}`", name.span)
        around = by_name[within] if within is not None else None
        plan = around.plan if around is not None else None
        if each.plan is not None:
            unknown(each.plan, catalog.plans, "RG211", "plan", name.span, report)
            plan = str(each.plan)
        for addon in each.addons:
            unknown(addon, catalog.addons, "RG212", "add-on", name.span, report)
        if wants_plan and plan is None and within is None and name not in unsure:
            report.add(
                "RG410",
                name.span,
                f"domain `{name}` has no plan, so nothing that needs one is available there",
                "give it a `plan`: " + ", ".join(f"`{plan}`" for plan in catalog.plans),
            )
        addons = around.addons if around is not None else frozenset()
        known = _instances(name, each.instances, catalog, report)
        gone = _removed(name, each.removed, known, catalog, report)
        by_name[str(name)] = Domain(
            name=str(name),
            title=str(each.title or name),
            within=None if within is None else str(within),
            plan=plan,
            addons=addons | {str(addon) for addon in each.addons} if each.addons else addons,
            teams={str(team): tuple(users) for team, users in each.teams.items()},
            instances=known,
            span=name.span,
            removed=gone,
            named=_named(known, gone, catalog),
        )
    if len(by_name) > 1 and catalog.records is None and _is_about_records(catalog):
        records_not_told_apart(report, top, len(by_name))
    domains = Domains(dict(sorted(by_name.items())), sound=not report.failed)
    _warn_of_shadows(shapes, domains, report)
    return domains


def _is_about_records(catalog: Catalog) -> bool:
    """Whether the catalog says anything of records; others never ask about one."""
    scopes = (scope for ladder in catalog.ladders.values() for scope in ladder.scopes.values())
    resources = catalog.resources.values()
    return any(scope.condition is not None for scope in scopes) or any(one.attribute for one in resources)


def _outer(shapes: Mapping[Text, DomainShape], report: Report) -> tuple[dict[Text, Text | None], set[str]]:
    """The domain around each, and those of which it is not known: that was reported."""
    outer: dict[Text, Text | None] = {name: shape.within for name, shape in shapes.items()}
    unsure: set[str] = set()
    for name, within in outer.items():
        if within is not None and within not in shapes:
            unsure.add(name)
            help = did_you_mean(within, shapes) or "declare it here, or leave `within` out"
            report.add("RG401", within.span, f"unknown domain `{within}`", help)
    for around in circles(outer):
        report.add(
            "RG402",
            span_of(outer[around[0]], around[0].span),
            f"domain `{around[0]}` lies within itself{through(around)}",
            "remove one of the `within` entries",
            [
                RelatedSpan(span_of(outer[each], each.span), f"`{each}` lies within `{outer[each]}` here")
                for each in around[1:6]
            ],
        )
        unsure.add(around[0])
    return {name: None if name in unsure else within for name, within in outer.items()}, unsure


def _removed(
    name: Text,
    shape: Mapping[Text, list[Text]],
    known: Mapping[str, tuple[str, ...]],
    catalog: Catalog,
    report: Report,
) -> dict[str, tuple[str, ...]]:
    gone: dict[str, dict[str, None]] = {}
    for kind, ids in shape.items():
        if unknown(kind, catalog.resources, "RG204", "resource", name.span, report):
            continue
        present = frozenset(known.get(str(kind), ()))
        for text in ids:
            path = read_instance(text, catalog.resources[str(kind)].chain, report)
            if path in present:
                report.add(
                    "RG413",
                    text.span,
                    f"the {kind} `{text}` of domain `{name}` is listed as removed, and as an instance",
                    "leave it out of `removed`, or of `instances` together with what lies within it",
                )
            elif path is not None:
                gone.setdefault(str(kind), {})[path] = None
    return {kind: tuple(paths) for kind, paths in gone.items()}


def _instances(
    name: Text, shape: Mapping[Text, list[Text]], catalog: Catalog, report: Report
) -> dict[str, tuple[str, ...]]:
    known: dict[str, dict[str, None]] = {}
    for kind, ids in shape.items():
        if unknown(kind, catalog.resources, "RG204", "resource", name.span, report):
            continue
        chain = catalog.resources[str(kind)].chain
        for text in ids:
            path = read_instance(text, chain, report)
            parts = path.split("/") if path is not None else []
            for depth in range(1, len(parts) + 1):
                known.setdefault(chain[depth - 1], {})["/".join(parts[:depth])] = None
    return {kind: tuple(paths) for kind, paths in known.items()}


def _named(
    known: Mapping[str, tuple[str, ...]], gone: Mapping[str, tuple[str, ...]], catalog: Catalog
) -> dict[str, frozenset[str]]:
    named = {kind: set(paths) for kind, paths in known.items()}
    for kind, paths in gone.items():
        for path in paths:
            parts = path.split("/")
            for depth, outer in enumerate(catalog.resources[kind].chain, 1):
                named.setdefault(outer, set()).add("/".join(parts[:depth]))
    return {kind: frozenset(paths) for kind, paths in named.items()}


def read_instance(text: Text, chain: tuple[str, ...], report: Report) -> str | None:
    """The encoded form of one known instance of the kind at the end of *chain*."""
    try:
        path = parse_instance_text(text)
    except GrantSyntaxError as error:
        report.add("RG306", text.span, f"`{text}`: {error}", error.help)
        return None
    if path.endswith("*") or path.count("/") + 1 != len(chain):
        help = "name one by one what is meant; a star of an id is written `%2A`"
        if not path.endswith("*"):
            help = f"write `{'/'.join(chain)}`; a `/` that belongs to an id is written `%2F`"
        report.add("RG306", text.span, f"`{text}` does not name one {chain[-1]}", help)
        return None
    return path


def _warn_of_shadows(shapes: Mapping[Text, DomainShape], domains: Domains, report: Report) -> None:
    for name, shape in shapes.items():
        within = domains[name].within
        for team in shape.teams if within is not None else ():
            outer = domains.team_owner(team, within or "")
            if outer is not None:
                report.add(
                    "RG409",
                    team.span,
                    f"team `{team}` has the name of a team of `{outer}`",
                    f"in `{name}` the name now means this team; rename one to be clear",
                )
