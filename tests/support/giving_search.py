"""Searches all sequences of calls of `may_give` for what somebody comes to hold, on small sets of lines."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from rolegate.giving.may_give import AccessEffect, Giver, may_give
from rolegate.giving.timed_rights import TimedRights
from rolegate.grants.rights import Right

MANAGE, PAY = "access.manage", "pay"
NOBODY = "somebody-else"
RIGHTS = {path: Right(path, "-", "-") for path in (MANAGE, PAY)}

Line = tuple[str, str, str]
"""A user, a domain and a permission."""


class GivenLines(NamedTuple):
    """What is granted and what is restricted, each line by itself."""

    granted: frozenset[Line]
    restricted: frozenset[Line]


class SmallSet(NamedTuple):
    """Domains, each with the one around it, what each offers, and the lines to begin with."""

    within: dict[str, str | None]
    offered: dict[str, frozenset[str]]
    users: tuple[str, ...]
    start: GivenLines

    def outward(self, domain: str | None) -> Iterator[str]:
        while domain is not None:
            yield domain
            domain = self.within[domain]

    def inside(self, domain: str) -> list[str]:
        return [name for name in self.within if domain in self.outward(name)]

    def rights(self, lines: GivenLines, user: str, domain: str) -> TimedRights:
        """What somebody holds in a domain by these lines."""
        around = list(self.outward(domain))
        held, denied = (
            tuple(path for path in RIGHTS if any((user, name, path) in kind for name in around))
            for kind in lines
        )
        return _rights(tuple(path for path in held if path in self.offered[domain]), denied)

    def holds(self, lines: GivenLines, user: str, domain: str, path: str) -> bool:
        found = self.rights(lines, user, domain)
        right = {one.right for one in found.allowed} - {one.right for one in found.denied}
        return RIGHTS[path] in right

    def files(self) -> dict[str, str]:
        """The set as policy files."""
        lines = [
            f"  - {{user: {user}, domain: {domain}, {key}: [{path}]}}\n"
            for key, kind in zip(("grants", "restrict"), self.start, strict=True)
            for user, domain, path in sorted(kind)
        ]
        domains = [
            f"  {name}: {{plan: {'pro' if PAY in self.offered[name] else 'free'}, "
            f"kind: {'open' if MANAGE in self.offered[name] else 'closed'}"
            + (f", within: {outer}" if outer else "")
            + "}\n"
            for name, outer in self.within.items()
        ]
        return {
            "catalog.yaml": CATALOG,
            "domains.yaml": "domains:\n" + "".join(domains),
            "bindings.yaml": "bindings:\n" + "".join(lines) if lines else "bindings: []\n",
        }


@cache
def _rights(held: tuple[str, ...], denied: tuple[str, ...]) -> TimedRights:
    return TimedRights.of([RIGHTS[path] for path in held], denied=[RIGHTS[path] for path in denied])


CATALOG = """\
catalog: small
plans: [free, pro]
domain_kinds: {open: Open, closed: Closed}
custom_roles: {manage: access.manage}
permissions:
  access: {title: Access, permissions: {manage: {title: Manage, domain_kinds: [open]}}}
  pay: {title: Pay, plans: [pro]}
"""


def drawn_set(pick: random.Random) -> SmallSet:
    """Two or three domains, two users, and some lines; a domain may offer less than the one around it."""
    names = ["outer", "inner", "beside"][: pick.choice([2, 2, 3])]
    within = {"outer": None, "inner": "outer", "beside": pick.choice([None, "outer", "inner"])}
    offered = {
        name: frozenset(path for path in RIGHTS if pick.random() < 0.8 or (path == PAY and name == "outer"))
        for name in names
    }
    users = ("ana", "bo")
    lines = [(user, name, path) for user in users for name in names for path in RIGHTS]
    found = [{line for line in lines if pick.random() < share} for share in (0.45, 0.12)]
    # A line that gives nothing anywhere is an error of its own.
    start = SmallSet(
        {name: within[name] for name in names}, offered, users, GivenLines(frozenset(), frozenset())
    )
    kept = [
        frozenset(line for line in kind if any(line[2] in offered[name] for name in start.inside(line[1])))
        for kind in found
    ]
    return start._replace(start=GivenLines(*kept))


def come_to_hold(small: SmallSet, actors: list[str], target: str, most: int) -> set[str] | None:
    """Where *target* comes to hold the payment; None where that takes more states than *most*.

    What others hold is never taken from them: that takes from what there is to give.
    """
    goals = {domain for domain in small.within if not small.holds(small.start, target, domain, PAY)}
    found: set[str] = set()
    waiting, seen = [small.start], {small.start}
    for lines in waiting:
        found |= {domain for domain in goals - found if small.holds(lines, target, domain, PAY)}
        if found == goals:
            break
        for after in (after for actor in actors for after in _changes(small, lines, actor, actors, target)):
            if after not in seen:
                seen.add(after)
                waiting.append(after)
        if len(seen) > most:
            return None
    return found


def _changes(
    small: SmallSet, lines: GivenLines, actor: str, actors: list[str], target: str
) -> Iterator[GivenLines]:
    """The lines after each change of one line that *actor* may make."""
    held = {name: small.rights(lines, actor, name) for name in small.within}
    giver = Giver(actor, held)
    for domain in small.within:
        if not held[domain].allowed:
            continue
        for user, path in ((user, path) for user in {*actors, target} for path in RIGHTS):
            line = frozenset({(user, domain, path)})
            tried = [GivenLines(lines.granted | line, lines.restricted)]
            tried.append(GivenLines(lines.granted, lines.restricted - line))
            if user == target:
                tried = [
                    GivenLines(lines.granted ^ line, lines.restricted),
                    GivenLines(lines.granted, lines.restricted ^ line),
                ]
            for after in tried:
                if after != lines and not may_give(giver, *_effects(small, lines, after, user, domain)):
                    yield after


def _effects(
    small: SmallSet, before: GivenLines, after: GivenLines, user: str, domain: str
) -> tuple[list[AccessEffect], Right, list[AccessEffect]]:
    """What a change of a line does: to its user there, and wherever else their access is another one."""

    def effect(who: str, name: str) -> AccessEffect:
        return AccessEffect(who, name, small.rights(before, who, name), small.rights(after, who, name))

    changed = [
        effect(user, name)
        for name in small.inside(domain)
        if name == domain
        or any(
            small.holds(before, user, name, path) != small.holds(after, user, name, path) for path in RIGHTS
        )
    ]
    people = [effect(who, name) for who in (*small.users, NOBODY) for name in small.within]
    return changed, RIGHTS[MANAGE], people
