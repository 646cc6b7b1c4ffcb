"""Ladders of scopes, resource kinds, kinds of domains, plans and add-ons, as the catalog declares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

from rolegate.catalog import problems
from rolegate.catalog.circles import circles, some_circles
from rolegate.catalog.condition_reader import Held, HeldGrants
from rolegate.catalog.conditions import OWN_ATTRIBUTES
from rolegate.catalog.dependency_problems import addons_in_circle
from rolegate.catalog.former_names import FormerNames, Noun, former_names, refuse_removed, unknown
from rolegate.catalog.ladders import Ladder
from rolegate.catalog.model import Resource
from rolegate.catalog.read_ladders import read_ladders
from rolegate.catalog.removed_names import removed_words
from rolegate.diagnostics import RelatedSpan, Report
from rolegate.documents.catalog_file import CatalogShape
from rolegate.documents.lookalikes import warn_of_lookalikes
from rolegate.documents.text import Text, span_of
from rolegate.encoding import MAX_COLUMN

T = TypeVar("T", bound=str)

_SHOWN = 12
_CODES: Mapping[Noun, str] = {
    "plan": "RG211",
    "add-on": "RG212",
    "kind of domain": "RG230",
    "ladder of scopes": "RG202",
    "resource": "RG204",
}
_DEEPEST = MAX_COLUMN // 2
"""The path of more instances is longer than a column in any case."""


@dataclass(frozen=True, slots=True)
class Declarations:
    """What the permission tree refers to."""

    ladders: Mapping[str, Ladder]
    resources: Mapping[str, Resource]
    domain_kinds: Mapping[str, str]
    plans: Mapping[str, str]
    addons: Mapping[str, str]
    user: Mapping[str, str]
    held: Sequence[Held]
    addon_needs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """For an add-on that needs others: these, what they need in turn, and itself."""
    former: FormerNames = field(default_factory=FormerNames)


def declare(shape: CatalogShape, marked: frozenset[str], report: Report) -> Declarations:
    """Read what the permissions of the catalog refer to; *marked* are the aliases with marks in them."""
    warn_of_lookalikes("kind of domain", shape.domain_kinds, report)
    warn_of_lookalikes("kind of role", shape.role_kinds, report)
    warn_of_lookalikes("plan", shape.plans, report)
    warn_of_lookalikes("add-on", shape.addons, report)
    warn_of_lookalikes("resource", shape.resources, report)
    warn_of_lookalikes("ladder of scopes", shape.scopes, report)
    for ladder in shape.scopes.values():
        warn_of_lookalikes("scope", ladder.scopes, report)
    former = _former(shape, report)
    user, held = _user(shape, report), HeldGrants(marked)
    return Declarations(
        read_ladders(shape, former, user, held, report),
        _resources(shape, former, report),
        {str(name): str(kind.title or name) for name, kind in shape.domain_kinds.items()},
        {str(name): str(plan.title or name) for name, plan in shape.plans.items()},
        {str(name): str(addon.title or name) for name, addon in shape.addons.items()},
        user,
        held,
        _addon_needs(shape, former, report),
        former,
    )


def _former(shape: CatalogShape, report: Report) -> FormerNames:
    given: dict[Noun, dict[Text, list[Text]]] = {
        "plan": {name: plan.renamed_from for name, plan in shape.plans.items()},
        "add-on": {name: addon.renamed_from for name, addon in shape.addons.items()},
        "kind of domain": {name: kind.renamed_from for name, kind in shape.domain_kinds.items()},
        "ladder of scopes": {name: ladder.renamed_from for name, ladder in shape.scopes.items()},
        "resource": {name: kind.renamed_from for name, kind in shape.resources.items()},
    }
    gone = removed_words(shape)
    for noun, names in given.items():
        refuse_removed(noun, names, gone.get(noun, {}), report)
    found = FormerNames(dict(former_names(noun, names, report) for noun, names in given.items()), gone)
    for noun, names in given.items():
        for word in gone.get(noun, {}).values():
            if word.becomes is not None:
                now = found.today(noun, word.becomes, report)
                unknown(now, names, _CODES[noun], noun, word.span, report, found)
    return found


def _addon_needs(shape: CatalogShape, former: FormerNames, report: Report) -> dict[str, frozenset[str]]:
    requires = {
        name: former.all_today("add-on", addon.requires, report) for name, addon in shape.addons.items()
    }
    for owner, addon in shape.addons.items():
        for name in requires[owner]:
            unknown(name, shape.addons, "RG212", "add-on", addon.at("requires"), report, former)
    needs: dict[str, frozenset[str]] = {}
    for name in shape.addons:
        found = {str(name): None}
        waiting = list(requires[name])
        while waiting:
            needed = waiting.pop()
            if needed not in found and needed in shape.addons:
                found[str(needed)] = None
                waiting += requires[needed]
                report.steps(1 + len(requires[needed]), f"the add-on `{name}`", name.span)
        if requires[name]:
            needs[str(name)] = frozenset(found)
    _refuse_addon_circles(shape, requires, report)
    return needs


def _refuse_addon_circles(shape: CatalogShape, requires: Mapping[Text, list[Text]], report: Report) -> None:
    order = {name: i for i, name in enumerate(shape.addons)}
    for around in some_circles(requires):
        first = min(range(len(around)), key=lambda i: order[around[i]])
        steps = [*around[first:], *around[: first + 1]]
        places = []
        for addon, other in pairwise(steps):
            entry = next(name for name in requires[addon] if name == other)
            span = span_of(entry, shape.addons[addon].at("requires"))
            places.append(RelatedSpan(span, f"`{addon}` requires `{other}` here"))
        shown = steps if len(steps) <= _SHOWN else [*steps[:4], "…", *steps[-2:]]
        addons_in_circle(report, places[0].span, shown, places[1:_SHOWN])


def _user(shape: CatalogShape, report: Report) -> dict[str, str]:
    """What conditions may ask of a user beside what is known of each, by its kind."""
    warn_of_lookalikes("attribute of the user", shape.user, report)
    for name in shape.user:
        if name in OWN_ATTRIBUTES:
            problems.user_attribute_known(report, name.span, name)
    return {str(name): str(kind) for name, kind in shape.user.items()}


def _resources(shape: CatalogShape, former: FormerNames, report: Report) -> dict[str, Resource]:
    outer = {
        kind: None if resource.within is None else former.today("resource", resource.within, report)
        for kind, resource in shape.resources.items()
    }
    for circle in circles(outer):
        problems.resource_in_circle(report, span_of(outer[circle[0]], circle[0].span), circle)
    resources: dict[str, Resource] = {}
    reported = False
    for kind, resource in shape.resources.items():
        within = outer[kind]
        if within is not None:
            unknown(within, outer, "RG204", "resource", kind.span, report, former)
        chain = _chain(kind, outer)
        if len(chain) > _DEEPEST and not reported:
            reported = True
            problems.resource_too_deep(report, kind.span, kind, _DEEPEST)
        attribute = None if resource.attribute is None else str(resource.attribute)
        resources[str(kind)] = Resource(str(kind), str(resource.title or kind), chain, attribute)
    return resources


def _chain(kind: Text, outer: Mapping[Text, Text | None]) -> tuple[str, ...]:
    """The kinds that *kind* lies within, the outermost first, and then itself; no more than are of use."""
    chain = {str(kind): None}
    within = outer[kind]
    while within is not None and within in outer and within not in chain and len(chain) <= _DEEPEST:
        chain[str(within)] = None
        within = outer[within]
    return tuple(chain)[::-1]
