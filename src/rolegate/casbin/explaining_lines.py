"""Which line explains an answer: the one that Casbin's own search stops at."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from casbin.util import key_match

from rolegate.casbin.enforcer_tables import EnforcerTables
from rolegate.casbin.model_layout import ModelLayout
from rolegate.casbin.policy_lists import PolicyLines, Rule


def matching_lines(tables: EnforcerTables, rules: PolicyLines, request: tuple[Any, ...]) -> list[Rule]:
    """The lines of *rules* that match *request*.

    Raises:
        TypeError: when something in the request is not a text.
        IndexError: when a line has just become too short.
    """
    layout = tables.layout
    _, names = tables.names(request)
    visible = tables.visible_from(request)
    return [
        rule
        for name in names
        for rule in list(rules.by(layout.psub).get(name, ()))
        if (layout.pdom is None or rule[layout.pdom] in visible) and _agrees(layout, rule, request)
    ]


def _agrees(layout: ModelLayout, rule: Rule, request: tuple[Any, ...]) -> bool:
    """Whether every other field of *rule* matches."""
    for field in (*layout.topics, *layout.keys):
        asked, value = request[field.asked], rule[field.column]
        if not (asked == value or value == field.anything or (field.prefix and key_match(asked, value))):
            return False
    return True


def deciding_line(layout: ModelLayout, rules: PolicyLines, lines: list[Rule]) -> Rule:
    """The line among *lines* that Casbin reaches last; an empty line if all have been removed meanwhile.

    All of *lines* match. Casbin stops at the first one that settles the answer, or else reaches them all.
    """
    decisive = "allow" if layout.effect == "allow" else "deny"
    stops = [line for line in lines if layout.eft is not None and line[layout.eft] == decisive]
    if layout.eft is None and decisive == "allow":
        stops = lines
    numbers = rules.numbers()
    if stops:
        numbered = [(number, line) for line in stops if (number := numbers.first(line)) is not None]
        return min(numbered, key=itemgetter(0))[1] if numbered else []
    numbered = [(number, line) for line in lines if (number := numbers.last(line)) is not None]
    return max(numbered, key=itemgetter(0))[1] if numbered else []
