"""Ladders of scopes, resource kinds, plans and add-ons, as the catalog declares them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from rolegate.catalog.availability import Availability
from rolegate.catalog.condition_reader import read_condition
from rolegate.catalog.ladders import FIELD_LADDER, Ladder, Scope
from rolegate.catalog.model import Resource
from rolegate.diagnostics import Report, Span, did_you_mean
from rolegate.documents.catalog_file import CatalogShape, ScopeShape
from rolegate.documents.lookalikes import warn_of_lookalikes
from rolegate.documents.text import Text, span_of
from rolegate.encoding import MAX_COLUMN

T = TypeVar("T", bound=str)

_DEEPEST = MAX_COLUMN // 2
"""A path of more instances, or a condition of more names, is longer than a column, however short they are."""


@dataclass(frozen=True, slots=True)
class Declarations:
    """What the permission tree refers to."""

    ladders: Mapping[str, Ladder]
    resources: Mapping[str, Resource]
    plans: Mapping[str, str]
    addons: Mapping[str, str]

    def availability(
        self, outer: Availability, plans: list[Text] | None, addons: list[Text], at: Span, report: Report
    ) -> Availability:
        """*outer* narrowed by the plans and add-ons of one node; its `plans` stand at *at*."""
        sound = [name for name in plans or () if not unknown(name, self.plans, "RG211", "plan", at, report)]
        for name in addons:
            unknown(name, self.addons, "RG212", "add-on", at, report)
        both = outer.plans
        if plans is not None and len(sound) == len(plans):
            own = frozenset(str(name) for name in plans)
            both = own if both is None else both & own
            if not own:
                report.add(
                    "RG213",
                    at,
                    "`plans` is empty, so nothing here is available anywhere",
                    "name a plan, or leave `plans` out for every plan",
                )
            elif not both:
                above = ", ".join(f"`{name}`" for name in sorted(outer.plans or ()))
                report.add(
                    "RG213",
                    span_of(plans[0], at),
                    "none of these plans is a plan of the group above",
                    f"the group above is on {above}: name one of them, or move this out of the group",
                )
        every = outer.addons.union(map(str, addons)) if addons else outer.addons
        if both is outer.plans and every is outer.addons:
            return outer
        if len(both or ()) + len(every) > _DEEPEST:
            report.add(
                "RG501",
                at,
                f"more than {_DEEPEST} plans and add-ons are named here and in the groups above",
                f"the condition stands in one column of {MAX_COLUMN} characters: name fewer of them",
            )
            return outer
        return Availability(both, every)


def unknown(name: Text, names: Collection[str], code: str, noun: str, at: Span, report: Report) -> bool:
    """Report *name* unless it is one of *names*."""
    if name in names:
        return False
    missing = "" if names else f"the catalog declares no {noun}"
    report.add(code, span_of(name, at), f"unknown {noun} `{name}`", did_you_mean(name, names, missing))
    return True


def circles(outer: Mapping[T, T | None]) -> list[list[T]]:
    """The circles among things that each lie within at most one other, each from its first member on."""
    found: list[list[T]] = []
    order = {name: i for i, name in enumerate(outer)}
    done: set[T] = set()
    for name in outer:
        steps: dict[T, int] = {}
        here: T | None = name
        while here is not None and here in outer and here not in done and here not in steps:
            steps[here] = len(steps)
            here = outer[here]
        done.update(steps)
        if here in steps:
            around = list(steps)[steps[here] :]
            first = min(range(len(around)), key=lambda i: order[around[i]])
            found.append(around[first:] + around[:first])
    return found


def through(around: list[Text]) -> str:
    """How a circle comes back to where it begins."""
    return "" if len(around) < 2 else " through " + ", ".join(f"`{each}`" for each in around[1:6])


def declare(shape: CatalogShape, report: Report) -> Declarations:
    """Read what the permissions of the catalog refer to."""
    warn_of_lookalikes("plan", shape.plans, report)
    warn_of_lookalikes("add-on", shape.addons, report)
    warn_of_lookalikes("resource", shape.resources, report)
    warn_of_lookalikes("ladder of scopes", shape.scopes, report)
    for scopes in shape.scopes.values():
        warn_of_lookalikes("scope", scopes, report)
    ladders = {
        str(name): ladder
        for name, scopes in shape.scopes.items()
        if (ladder := _ladder(name, scopes, report)) is not None
    }
    return Declarations(
        {FIELD_LADDER.name: FIELD_LADDER, **ladders},
        _resources(shape, report),
        {str(name): str(title) for name, title in shape.plans.items()},
        {str(name): str(title) for name, title in shape.addons.items()},
    )


def _ladder(name: Text, shapes: Mapping[Text, ScopeShape], report: Report) -> Ladder | None:
    if name == FIELD_LADDER.name:
        report.add(
            "RG203", name.span, "the ladder `field` is built in (`edit`, `view`)", "choose another name"
        )
        return None
    if not shapes:
        report.add(
            "RG203", name.span, f"the ladder `{name}` has no scopes", "list its scopes, broadest first"
        )
        return None
    outer = {scope: shape.within for scope, shape in shapes.items()}
    known = [
        within is None or not unknown(within, shapes, "RG202", "scope", name.span, report)
        for within in outer.values()
    ]
    around = circles(outer)
    for circle in around:
        within = outer[circle[0]]
        report.add(
            "RG203",
            span_of(within, circle[0].span),
            f"the scope `{circle[0]}` lies within itself{through(circle)}",
            "`within` names the next broader scope; the broadest scope has none",
        )
    roots = [scope for scope, within in outer.items() if within is None]
    if all(known) and not around and len(roots) > 1:
        report.add(
            "RG203",
            roots[1].span,
            f"the ladder `{name}` has several broadest scopes: {' and '.join(f'`{root}`' for root in roots)}",
            f"let all but one of them say which broader scope they lie in, e.g. `within: {roots[0]}`",
        )
    # Whatever is wrong with the tree, the names of the scopes are known: a straight ladder of them will do.
    sound = all(known) and not around and len(roots) == 1
    ordered = _broadest_first(outer, roots[0]) if sound else list(shapes)
    conditions = {
        scope: read_condition(each.where, each.at("where"), report) for scope, each in shapes.items()
    }
    return Ladder(
        str(name),
        {
            str(scope): Scope(
                str(scope),
                str(shapes[scope].title or scope),
                str(shapes[scope].description or ""),
                str(outer[scope]) if sound and outer[scope] is not None else None,
                conditions[scope],
                scope.span,
            )
            for scope in ordered
        },
    )


def _broadest_first(outer: Mapping[Text, Text | None], root: Text) -> list[Text]:
    inside: dict[str, list[Text]] = {}
    for scope, within in outer.items():
        if within is not None:
            inside.setdefault(within, []).append(scope)
    ordered, waiting = [], [root]
    while waiting:
        scope = waiting.pop()
        ordered.append(scope)
        waiting += reversed(inside.get(scope, []))
    return ordered


def _resources(shape: CatalogShape, report: Report) -> dict[str, Resource]:
    outer = {kind: resource.within for kind, resource in shape.resources.items()}
    for around in circles(outer):
        report.add(
            "RG205",
            span_of(outer[around[0]], around[0].span),
            f"the resource `{around[0]}` lies within itself{through(around)}",
            "remove one of the `within` entries",
        )
    resources: dict[str, Resource] = {}
    reported = False
    for kind, resource in shape.resources.items():
        chain = {str(kind): None}
        within = outer[kind]
        if within is not None:
            unknown(within, outer, "RG204", "resource", kind.span, report)
        while within is not None and within in outer and within not in chain and len(chain) <= _DEEPEST:
            chain[str(within)] = None
            within = outer[within]
        if len(chain) > _DEEPEST and not reported:
            reported = True
            report.add(
                "RG501",
                kind.span,
                f"the resource `{kind}` lies within {_DEEPEST} others or more",
                f"the instances in a path stand in one column of {MAX_COLUMN} characters: nest fewer kinds",
            )
        attribute = None if resource.attribute is None else str(resource.attribute)
        title = str(resource.title or kind)
        resources[str(kind)] = Resource(str(kind), title, tuple(chain)[::-1], attribute)
    return resources
