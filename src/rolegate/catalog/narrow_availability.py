"""Narrows where something is available by the kinds of domains, plans and add-ons that its keys name."""

from __future__ import annotations

from rolegate.catalog import problems
from rolegate.catalog.availability import Availability
from rolegate.catalog.declarations import Declarations
from rolegate.catalog.former_names import Noun, unknown
from rolegate.diagnostics import Report
from rolegate.documents.catalog_file import CustomRolesShape, NodeShape
from rolegate.documents.text import Text, span_of
from rolegate.encoding import MAX_COLUMN

_DEEPEST = MAX_COLUMN // 2
"""An availability of more names is longer than a column in any case."""

Limits = NodeShape | CustomRolesShape
"""What has `domain_kinds`, `plans` and `addons`."""


def narrowed(outer: Availability, shape: Limits, declared: Declarations, report: Report) -> Availability:
    """*outer* narrowed by the kinds of domains, the plans and the add-ons that *shape* names."""
    at = shape.at("plans")
    kinds = _among(outer.kinds, shape, "domain_kinds", declared, report)
    plans = _among(outer.plans, shape, "plans", declared, report)
    addons, choices = _needed(shape, declared, report)
    addons, choices = outer.addons | addons, outer.choices | choices
    number = len(kinds or ()) + len(plans or ()) + len(addons) + sum(map(len, choices))
    if number > _DEEPEST and (addons, choices, kinds, plans) != (
        outer.addons,
        outer.choices,
        outer.kinds,
        outer.plans,
    ):
        problems.availability_too_long(report, at, _DEEPEST)
        return outer
    if choices and shape.addons:
        report.steps(len(choices) ** 2, "one of several add-ons", at)
        choices = _without_repetition(addons, choices)
    inner = Availability(plans, addons, kinds, choices)
    return outer if inner == outer else inner


def _among(
    outer: frozenset[str] | None, shape: Limits, key: str, declared: Declarations, report: Report
) -> frozenset[str] | None:
    """*outer*, the names under *key* that the groups above leave, narrowed by those of *shape*."""
    names: list[Text] | None = getattr(shape, key)
    if names is None:
        return outer
    at = shape.at(key)
    noun: Noun = "plan" if key == "plans" else "kind of domain"
    known, code, nouns = {
        "plans": (declared.plans, "RG211", "plans"),
        "domain_kinds": (declared.domain_kinds, "RG230", "kinds of domains"),
    }[key]
    names = declared.former.all_today(noun, names, report)
    sound = [name for name in names if not unknown(name, known, code, noun, at, report, declared.former)]
    if len(sound) != len(names):
        return outer
    own = frozenset(str(name) for name in names)
    both = own if outer is None else outer & own
    if not own:
        problems.availability_empty(report, at, key, noun)
    elif not both:
        problems.availability_disjoint(report, span_of(names[0], at), nouns, outer or ())
    return both


def _needed(
    shape: Limits, declared: Declarations, report: Report
) -> tuple[frozenset[str], frozenset[frozenset[str]]]:
    """The add-ons that *shape* needs, and those of which it needs one."""
    addons: set[str] = set()
    choices: set[frozenset[str]] = set()
    for entry in shape.addons:
        at = entry.at("any_of")
        wanted = declared.former.all_today("add-on", entry.any_of, report)
        for name in wanted:
            unknown(name, declared.addons, "RG212", "add-on", at, report, declared.former)
        names = frozenset(str(name) for name in wanted)
        if len(names) > 1:
            choices.add(names)
        else:
            addons |= names
        if not names:
            problems.choice_empty(report, at)
    return frozenset(addons), frozenset(choices)


def _without_repetition(
    addons: frozenset[str], choices: frozenset[frozenset[str]]
) -> frozenset[frozenset[str]]:
    """*choices* without those that are met where *addons* and the others are."""
    return frozenset(
        choice
        for choice in choices
        if choice.isdisjoint(addons) and not any(other < choice for other in choices)
    )
