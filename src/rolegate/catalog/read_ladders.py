"""Ladders of scopes as the catalog declares them, and those that are gone."""

from __future__ import annotations

from collections.abc import Mapping

from rolegate.catalog import problems
from rolegate.catalog.circles import circles
from rolegate.catalog.condition_reader import HeldGrants, read_condition
from rolegate.catalog.former_names import FormerNames, former_names, refuse_removed, unknown
from rolegate.catalog.ladders import FIELD_LADDER, Ladder, Scope
from rolegate.catalog.removed_names import RemovedWord, words
from rolegate.diagnostics import Report
from rolegate.documents.catalog_file import CatalogShape, ScopeShape
from rolegate.documents.text import Text, span_of

_SCOPE = 30
"""Steps for each scope of a ladder: it is compared, ordered and compiled into lines."""


def read_ladders(
    shape: CatalogShape, former: FormerNames, user: Mapping[str, str], held: HeldGrants, report: Report
) -> dict[str, Ladder]:
    """The ladders of *shape*, and the built-in one of fields."""
    gone = _removed_scopes(shape, former, report)
    ladders = (
        _ladder(name, ladder.scopes, gone.get(name, {}), user, held, report)
        for name, ladder in shape.scopes.items()
    )
    return {FIELD_LADDER.name: FIELD_LADDER} | {one.name: one for one in ladders if one is not None}


def _removed_scopes(
    shape: CatalogShape, former: FormerNames, report: Report
) -> dict[str, dict[str, RemovedWord]]:
    """The scopes that are gone, by the name of their ladder today."""
    given = shape.removed_names.scopes if shape.removed_names is not None else {}
    found: dict[str, dict[str, RemovedWord]] = {}
    for written, scopes in given.items():
        ladder = former.today("ladder of scopes", written, report)
        unknown(ladder, shape.scopes, "RG202", "ladder of scopes", written.span, report)
        found.setdefault(str(ladder), {}).update(words(scopes))
    return found


def _ladder(
    name: Text,
    shapes: Mapping[Text, ScopeShape],
    gone: Mapping[str, RemovedWord],
    user: Mapping[str, str],
    held: HeldGrants,
    report: Report,
) -> Ladder | None:
    if name == FIELD_LADDER.name:
        problems.field_ladder_declared(report, name.span)
        return None
    if not shapes:
        problems.ladder_empty(report, name.span, name)
        return None
    report.steps(_SCOPE * len(shapes), f"the scopes of `{name}`", name.span)
    given = {scope: shape.renamed_from for scope, shape in shapes.items()}
    refuse_removed("scope", given, gone, report)
    former = FormerNames(dict([former_names("scope", given, report)]), {"scope": gone})
    outer: Mapping[Text, Text | None] = {
        scope: None if shape.within is None else former.today("scope", shape.within, report)
        for scope, shape in shapes.items()
    }
    if _is_one_tree(name, outer, former, report):
        ordered = _broadest_first(outer)
    else:  # whatever is wrong with the tree, the names of the scopes are known: a straight ladder will do
        ordered = list(shapes)
        outer = dict.fromkeys(shapes)
    scopes = (_scope(scope, shapes[scope], outer[scope], user, held, report) for scope in ordered)
    for word in gone.values():
        if word.becomes is not None:
            now = former.today("scope", word.becomes, report)
            unknown(now, shapes, "RG202", "scope", word.span, report, former)
    return Ladder(str(name), {scope.name: scope for scope in scopes}, former.of("scope"), gone)


def _scope(
    name: Text,
    shape: ScopeShape,
    within: Text | None,
    user: Mapping[str, str],
    held: HeldGrants,
    report: Report,
) -> Scope:
    return Scope(
        name=str(name),
        title=str(shape.title or name),
        description=str(shape.description or ""),
        within=None if within is None else str(within),
        condition=read_condition(shape.where, shape.at("where"), user, held, report),
        span=name.span,
    )


def _is_one_tree(
    ladder: Text, outer: Mapping[Text, Text | None], former: FormerNames, report: Report
) -> bool:
    """Whether each scope lies within a declared one, and all of them within the one broadest."""
    known = [
        within is None or not unknown(within, outer, "RG202", "scope", ladder.span, report, former)
        for within in outer.values()
    ]
    around = circles(outer)
    for circle in around:
        problems.scope_in_circle(report, span_of(outer[circle[0]], circle[0].span), circle)
    if around or not all(known):
        return False
    broadest = [scope for scope, within in outer.items() if within is None]
    if len(broadest) > 1:
        problems.several_broadest_scopes(report, broadest[1].span, ladder, broadest)
    return len(broadest) == 1


def _broadest_first(outer: Mapping[Text, Text | None]) -> list[Text]:
    """The scopes of one tree, each before those directly within it."""
    inside: dict[str | None, list[Text]] = {}
    for scope, within in outer.items():
        inside.setdefault(within, []).append(scope)
    ordered, waiting = [], inside[None]
    while waiting:
        scope = waiting.pop()
        ordered.append(scope)
        waiting += reversed(inside.get(scope, []))
    return ordered
