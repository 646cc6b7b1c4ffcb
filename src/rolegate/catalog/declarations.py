"""Ladders of scopes, resource kinds, plans and add-ons, as the catalog declares them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rolegate.catalog.model import FIELD_LADDER, Gate, Ladder, Resource, Scope
from rolegate.diagnostics import Report, Span, did_you_mean
from rolegate.documents.models import CatalogShape, ScopeShape
from rolegate.documents.text import Text, span_of


@dataclass(frozen=True, slots=True)
class Declarations:
    """What the permission tree refers to."""

    ladders: Mapping[str, Ladder]
    resources: Mapping[str, Resource]
    plans: Mapping[str, str]
    addons: Mapping[str, str]

    def gate(self, outer: Gate, plans: list[Text] | None, addons: list[Text], at: Span, report: Report) -> Gate:
        """*outer* narrowed by the plans and add-ons of one node."""
        for name in plans or ():
            unknown(name, self.plans, "RG211", "plan", at, report)
        for name in addons:
            unknown(name, self.addons, "RG212", "add-on", at, report)
        both = outer.plans
        if plans is not None:
            own = frozenset(str(name) for name in plans)
            both = own if both is None else both & own
            if not both:
                where = span_of(plans[0], at) if plans else at
                report.add("RG213", where, "no plan is left on which this is available",
                           "name plans that the groups above are available on, too")
        return Gate(both, outer.addons | frozenset(str(name) for name in addons))


def unknown(name: Text, names: Iterable[str], code: str, noun: str, at: Span, report: Report) -> bool:
    """Report *name* unless it is one of *names*."""
    known = tuple(names)
    if name in known:
        return False
    missing = "" if known else f"the catalog declares no {noun}"
    report.add(code, span_of(name, at), f"unknown {noun} `{name}`", did_you_mean(name, known, missing))
    return True


def declare(shape: CatalogShape, report: Report) -> Declarations:
    """Read what the permissions of the catalog refer to."""
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
        report.add("RG203", name.span, "the ladder `field` is built in (`edit`, `view`)", "choose another name")
        return None
    if not shapes:
        report.add("RG203", name.span, f"the ladder `{name}` has no scopes", "list its scopes, broadest first")
        return None
    sound = True
    for scope, shape in shapes.items():
        if shape.within is not None and shape.within not in shapes:
            sound = not unknown(shape.within, shapes, "RG202", "scope", scope.span, report)
    roots = [scope for scope, shape in shapes.items() if shape.within is None]
    if sound and len(roots) != 1:
        found = "none" if not roots else " and ".join(f"`{root}`" for root in roots)
        report.add("RG203", name.span, f"the ladder `{name}` needs one broadest scope; it has {found}",
                   "let each scope but one say `within:` which broader scope it lies")
        sound = False
    ordered = _broadest_first(shapes) if sound else []
    if sound and len(ordered) < len(shapes):
        stuck = next(scope for scope in shapes if scope not in ordered)
        report.add("RG203", stuck.span, f"the scope `{stuck}` lies within itself",
                   "`within` names the next broader scope")
        sound = False
    if not sound:
        return None
    scopes = {
        str(scope): Scope(
            str(scope), str(shapes[scope].title or scope), str(shapes[scope].description or ""),
            None if shapes[scope].within is None else str(shapes[scope].within),
        )
        for scope in ordered
    }
    return Ladder(str(name), scopes)


def _broadest_first(shapes: Mapping[Text, ScopeShape]) -> list[Text]:
    ordered: list[Text] = []
    waiting = [scope for scope, shape in shapes.items() if shape.within is None]
    while waiting:
        scope = waiting.pop(0)
        ordered.append(scope)
        waiting = [each for each, shape in shapes.items() if shape.within == scope] + waiting
    return ordered


def _resources(shape: CatalogShape, report: Report) -> dict[str, Resource]:
    resources: dict[str, Resource] = {}
    for kind, resource in shape.resources.items():
        chain: list[str] = [str(kind)]
        outer = resource.within
        while outer is not None:
            if unknown(outer, shape.resources, "RG204", "resource", kind.span, report):
                break
            if outer in chain:
                report.add("RG205", kind.span, f"the resource `{kind}` lies within itself through `{outer}`",
                           "remove one of the `within` entries")
                break
            chain.insert(0, str(outer))
            outer = next(each for name, each in shape.resources.items() if name == outer).within
        resources[str(kind)] = Resource(str(kind), str(resource.title or kind), tuple(chain))
    return resources
