"""Domains: tenants, nested, with their plan, teams and known instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rolegate.catalog.declarations import unknown
from rolegate.catalog.dependencies import chain_help
from rolegate.catalog.model import Catalog
from rolegate.catalog.syntax import GrantSyntaxError, parse_instance_text
from rolegate.diagnostics import Related, Report, Span, did_you_mean
from rolegate.documents.models import DomainShape, DomainsShape
from rolegate.documents.text import Text

DEFAULT = "default"
"""The one domain of a set without domains.yaml; every gate is open there."""


@dataclass(frozen=True, slots=True)
class Domain:
    """A tenant; plan and add-ons are the effective ones, outer domains taken into account."""

    name: str
    title: str
    within: str | None
    plan: str | None
    addons: frozenset[str]
    teams: Mapping[str, tuple[Text, ...]]
    instances: Mapping[str, tuple[str, ...]]
    span: Span
    all_open: bool = False


@dataclass(frozen=True, slots=True)
class Domains:
    """All domains of a set, by name."""

    by_name: Mapping[str, Domain]
    declared: bool = True

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def __getitem__(self, name: str) -> Domain:
        return self.by_name[name]

    def __iter__(self) -> Iterator[Domain]:
        return iter(self.by_name.values())

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.by_name)

    def outward(self, name: str) -> tuple[str, ...]:
        """*name* and each domain around it, innermost first; nothing for an unknown name."""
        found: list[str] = []
        outer: str | None = name
        while outer is not None and outer in self.by_name:
            found.append(outer)
            outer = self.by_name[outer].within
        return tuple(found)

    def inside(self, name: str) -> tuple[str, ...]:
        """*name* and each domain inside it, sorted."""
        return tuple(sorted(each for each in self.by_name if name in self.outward(each)))

    def team_owner(self, team: str, domain: str) -> str | None:
        """The domain that declares the team called *team* as seen from *domain*."""
        return next((each for each in self.outward(domain) if team in self.by_name[each].teams), None)


def resolve_domains(shape: DomainsShape | None, catalog: Catalog, top: Span, report: Report) -> Domains:
    """The domains of *shape*, or the one domain of a set without any."""
    if shape is None:
        only = Domain(DEFAULT, DEFAULT, None, None, frozenset(), {}, {}, top, all_open=True)
        return Domains({DEFAULT: only}, declared=False)
    shapes = shape.domains
    by_name: dict[str, Domain] = {}
    for name, each in shapes.items():
        around = _around(name, shapes, report)
        plan = next((shapes[a].plan for a in around if shapes[a].plan is not None), None)
        if each.plan is not None:
            unknown(each.plan, catalog.plans, "RG211", "plan", name.span, report)
        for addon in each.addons:
            unknown(addon, catalog.addons, "RG212", "add-on", name.span, report)
        if catalog.plans and plan is None:
            report.add("RG410", name.span, f"domain `{name}` has no plan, so nothing that needs one is available there",
                       did_you_mean("", catalog.plans) and "give it a `plan`: " + ", ".join(f"`{p}`" for p in catalog.plans))
        by_name[str(name)] = Domain(
            name=str(name), title=str(each.title or name),
            within=None if len(around) < 2 else str(around[1]),
            plan=None if plan is None else str(plan),
            addons=frozenset(str(addon) for a in around for addon in shapes[a].addons),
            teams={str(team): tuple(users) for team, users in each.teams.items()},
            instances=_instances(name, each, catalog, report), span=name.span,
        )
    domains = Domains(dict(sorted(by_name.items())))
    _warn_of_shadows(shapes, domains, report)
    return domains


def _around(name: Text, shapes: Mapping[Text, DomainShape], report: Report) -> list[Text]:
    around = [name]
    while (outer := shapes[around[-1]].within) is not None:
        if outer not in shapes:
            report.add("RG401", outer.span, f"unknown domain `{outer}`", did_you_mean(outer, shapes))
            break
        if outer in around:
            report.add("RG402", outer.span, f"domain `{name}` lies within itself", "remove one of the `within` entries",
                       [Related(each.span, f"`{each}` is declared here") for each in around[1:]])
            break
        around.append(outer)
    return around


def _instances(name: Text, shape: DomainShape, catalog: Catalog, report: Report) -> dict[str, tuple[str, ...]]:
    known: dict[str, dict[str, None]] = {}
    for kind, ids in shape.instances.items():
        if unknown(kind, catalog.resources, "RG204", "resource", name.span, report):
            continue
        chain = catalog.resources[str(kind)].chain
        for text in ids:
            path = read_instance(text, chain, report)
            parts = path.split("/") if path is not None else []
            for depth in range(1, len(parts) + 1):
                known.setdefault(chain[depth - 1], {})["/".join(parts[:depth])] = None
    return {kind: tuple(paths) for kind, paths in known.items()}


def read_instance(text: Text, chain: tuple[str, ...], report: Report) -> str | None:
    """The encoded form of one known instance of the kind at the end of *chain*."""
    try:
        path = parse_instance_text(text)
    except GrantSyntaxError as error:
        report.add("RG306", text.span, f"`{text}`: {error}", error.help)
        return None
    if path.endswith("*") or path.count("/") + 1 != len(chain):
        help = chain_help(chain).partition(",")[0] if len(chain) > 1 else "a `/` that belongs to the id is written `%2F`"
        report.add("RG306", text.span, f"`{text}` does not name one {chain[-1]}", help)
        return None
    return path


def _warn_of_shadows(shapes: Mapping[Text, DomainShape], domains: Domains, report: Report) -> None:
    for name, shape in shapes.items():
        for team in shape.teams:
            outer = next((d for d in domains.outward(name)[1:] if team in domains[d].teams), None)
            if outer is not None:
                report.add("RG409", team.span, f"team `{team}` has the name of a team of `{outer}`",
                           f"in `{name}` the name now means this team; rename one to be clear")
