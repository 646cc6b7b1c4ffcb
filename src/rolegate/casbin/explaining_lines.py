"""Which line explains an answer: the one that Casbin's own search stops at."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from rolegate.casbin.enforcer_tables import EnforcerTables
from rolegate.casbin.model_layout import ModelLayout
from rolegate.casbin.policy_lists import PolicyLines, Rule


def explaining_line(tables: EnforcerTables, rules: PolicyLines, request: tuple[Any, ...]) -> Rule:
    """The line of *rules* that Casbin reaches last with *request*; an empty line if there is none.

    Raises:
        TypeError: when something in the request is not a text.
        IndexError: when a line has just become too short.
    """
    layout = tables.layout
    match tables.all_match(request):
        case True:
            lines = list(rules)
            return next((line for line in lines if settles(layout, line)), lines[-1] if lines else [])
        case False:
            return []
    return deciding_line(layout, rules, matching_lines(tables, rules, request))


def matching_lines(tables: EnforcerTables, rules: PolicyLines, request: tuple[Any, ...]) -> list[Rule]:
    """The lines of *rules* that match *request* by what they say.

    Raises:
        TypeError: when something in the request is not a text.
        IndexError: when a line has just become too short.
    """
    layout = tables.layout
    _, names = tables.names(request)
    visible = tables.visible_from(request)
    fields = (*layout.topics, *layout.keys)
    return [
        rule
        for name in names
        for rule in list(rules.by(layout.psub).get(name, ()))
        if (layout.pdom is None or rule[layout.pdom] in visible)
        and all(field.matches(request[field.asked], rule[field.column]) for field in fields)
    ]


def settles(layout: ModelLayout, line: Rule) -> bool:
    """Whether Casbin stops at *line* if it matches."""
    return layout.effect_of(line) == ("allow" if layout.effect == "allow" else "deny")


def deciding_line(layout: ModelLayout, rules: PolicyLines, lines: list[Rule]) -> Rule:
    """The line among *lines* that Casbin reaches last; an empty line if all have been removed meanwhile.

    All of *lines* match. Casbin stops at the first one that settles the answer, or else reaches them all.
    """
    stops = [line for line in lines if settles(layout, line)]
    numbers = rules.numbers()
    if stops:
        numbered = [(number, line) for line in stops if (number := numbers.first(line)) is not None]
        return min(numbered, key=itemgetter(0))[1] if numbered else []
    numbered = [(number, line) for line in lines if (number := numbers.last(line)) is not None]
    return max(numbered, key=itemgetter(0))[1] if numbered else []
