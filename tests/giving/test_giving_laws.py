"""Random people make random changes: nobody comes to hold what nobody gave them who held it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

import pytest

from drawing import some
from rolegate.giving import may_give as giving
from rolegate.giving.may_give import AccessEffect, GivenRole, Giver
from rolegate.giving.timed_rights import TimedRight, TimedRights
from rolegate.grants.rights import Right, covers

MANAGE = Right("access.manage", "-", "-")
RIGHTS = (
    MANAGE,
    Right("tickets.show", "-", "all"),
    Right("tickets.show", "-", "team"),
    Right("inboxes.access", "*", "-"),
    Right("inboxes.access", "Support", "-"),
    Right("inboxes.access", "Sales", "-"),
    Right("contacts.phone", "-", "edit"),
    Right("contacts.phone", "-", "view"),
    Right("payments.refund", "-", "-"),
)
ASKED = tuple(right._replace(obj="New") if right.obj == "*" else right for right in RIGHTS)
"""What is looked at: an instance that no line names stands for all others, as they are held one by one."""
WITHIN = {"all": ("all", "team"), "edit": ("edit", "view")}
ENDS = (None, datetime(2027, 6, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC))
PEOPLE = ("ana", "bo", "cy", "dan")
INSIDE = {"outer": ("outer", "inner"), "inner": ("inner",)}
PLANLESS = "outer"
"""This domain has no custom roles; people are given rights there all the same."""


@dataclass
class World:
    """Who is given and denied what in which domain, and the custom roles with those who have them."""

    granted: dict[tuple[str, str], set[TimedRight]] = field(default_factory=dict)
    denied: dict[tuple[str, str], set[TimedRight]] = field(default_factory=dict)
    roles: dict[str, frozenset[TimedRight]] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)

    def held(self, who: str, domain: str) -> TimedRights:
        """What lines of the domain and of the one around it say; roles are those of the inner domain."""
        around = [name for name, inside in INSIDE.items() if domain in inside]
        allowed = {one for name in around for one in self.granted.get((who, name), ())}
        if domain != PLANLESS:
            allowed |= {one for role, held in self.roles.items() if who in self.members[role] for one in held}
        denied = {one for name in around for one in self.denied.get((who, name), ())}
        return timed(allowed, denied)

    def copy(self) -> World:
        return World(
            {key: set(found) for key, found in self.granted.items()},
            {key: set(found) for key, found in self.denied.items()},
            dict(self.roles),
            {key: set(found) for key, found in self.members.items()},
        )


def timed(allowed: Iterable[TimedRight], denied: Iterable[TimedRight] = ()) -> TimedRights:
    return _timed(frozenset(allowed), frozenset(denied))


@lru_cache(1 << 14)
def _timed(allowed: frozenset[TimedRight], denied: frozenset[TimedRight]) -> TimedRights:
    """What lines say: a grant is held at each scope within its own, a restriction takes each broader one."""
    held = (TimedRight(right, one.until) for one in allowed for right in expanded(one.right))
    taken = (TimedRight(right, one.until) for one in denied for right in narrowed(one.right))
    return TimedRights(frozenset(held), frozenset(taken))


Atom = tuple[Right, int]
"""A right on one instance or on all, at one scope, in one of three spans of time."""


@lru_cache(1 << 14)
def atoms(held: TimedRights) -> frozenset[Atom]:
    """Everything that somebody holds, by the meaning of the words: a law of its own beside `covers`."""
    found = set()
    for right in ASKED:
        for span in range(3):
            allowed = any(_is_in(right, one.right) and _holds_in(one, span) for one in held.allowed)
            denied = any(_meets(right, one.right) and _holds_in(one, span) for one in held.denied)
            if allowed and not denied:
                found.add((right, span))
    return frozenset(found)


def _holds_in(one: TimedRight, span: int) -> bool:
    """Spans are: until the summer, until the winter, and for ever."""
    return ENDS.index(one.until) in ((0, 1, 2), (0, 2), (0,))[span]


def _is_in(inner: Right, outer: Right) -> bool:
    scopes = WITHIN.get(outer.scope, (outer.scope,))
    return inner.path == outer.path and covers(outer.obj, inner.obj) and inner.scope in scopes


def _meets(one: Right, denied: Right) -> bool:
    """Whether a restriction takes it: on a part of its instances, at its scope or at one within it."""
    objects = covers(one.obj, denied.obj) or covers(denied.obj, one.obj)
    return one.path == denied.path and objects and denied.scope == one.scope


def expanded(right: Right) -> Iterator[Right]:
    """What a line of grants is in `TimedRights`: the right at each scope within its own."""
    yield from (right._replace(scope=scope) for scope in WITHIN.get(right.scope, (right.scope,)))


def narrowed(right: Right) -> Iterator[Right]:
    """What a restriction is: the right at each scope that is at least as broad."""
    outer = {"team": ("team", "all"), "view": ("view", "edit")}.get(right.scope, (right.scope,))
    yield from (right._replace(scope=scope) for scope in outer)


def begun(pick: random.Random) -> World:
    """Somebody manages and holds a few things; others hold other things."""
    world = World()
    for who in PEOPLE:
        for domain in INSIDE:
            rights = [right for right in RIGHTS[1:] if pick.random() < 0.25]
            rights += [MANAGE] if pick.random() < 0.5 else []
            end = pick.choice(ENDS) if pick.random() < 0.4 else None
            world.granted[who, domain] = {TimedRight(right, end) for right in rights}
            if pick.random() < 0.2:
                world.denied[who, domain] = {TimedRight(pick.choice(RIGHTS), end)}
    return world


@dataclass
class Change:
    """A world after a change, whose changes are judged, and the role before and after if it is about one."""

    after: World
    domain: str
    roles: tuple[GivenRole | None, GivenRole | None] | None = None
    adds: bool = True


def drawn_change(world: World, pick: random.Random) -> Change:
    """A line more or less, a role that is made, edited, given or taken; it may be one that is refused."""
    after, domain, who = world.copy(), pick.choice(list(INSIDE)), pick.choice(PEOPLE)
    end = pick.choice(ENDS)
    way = pick.choice(["grant", "grant", "take", "restrict", "lift", "prolong", "role", "give", "leave"])
    lines = after.granted.setdefault((who, domain), set())
    bans = after.denied.setdefault((who, domain), set())
    if way == "grant":
        lines.add(TimedRight(pick.choice(RIGHTS), end))
    elif way == "restrict":
        bans.add(TimedRight(pick.choice(RIGHTS), end))
    elif way in ("take", "prolong") and lines:
        gone = pick.choice(sorted(lines, key=str))
        lines.discard(gone)
        if way == "prolong":
            lines.add(gone._replace(until=None))
    elif way == "lift" and bans:
        bans.discard(pick.choice(sorted(bans, key=str)))
    elif way in ("role", "give", "leave"):
        return _role_change(after, way, who, pick)
    return Change(after, domain, adds=way not in ("take", "restrict"))


def _role_change(after: World, way: str, who: str, pick: random.Random) -> Change:
    name = pick.choice(["night", "floor"])
    before = after.roles.get(name)
    if way == "role" or before is None:
        rights = [right for right in RIGHTS if pick.random() < 0.3]
        end = pick.choice(ENDS)
        held = frozenset(TimedRight(right, end) for right in rights)
        after.roles[name] = held
        after.members.setdefault(name, set())
        old = None if before is None else GivenRole("inner", timed(before), MANAGE)
        return Change(after, "inner", (old, GivenRole("inner", timed(held), MANAGE)))
    if way == "give":
        after.members[name].add(who)
    else:
        after.members[name].discard(who)
    return Change(after, "inner", adds=way == "give")


def judged(world: World, change: Change, actor: str) -> bool:
    """Whether *actor* may make a change."""
    giver = Giver(actor, {domain: world.held(actor, domain) for domain in INSIDE})
    everybody = [
        AccessEffect(who, name, world.held(who, name), change.after.held(who, name))
        for who in PEOPLE
        for name in INSIDE
    ]
    effects = [one for one in everybody if one.before != one.after]
    if change.roles is not None:
        return not giving.may_edit(giver, *change.roles, effects, everybody)
    return not giving.may_give(giver, effects, MANAGE, everybody)


def walked(seed: int, steps: int) -> Iterator[tuple[World, World, str, Change]]:
    """A walk of changes that may be made, each by somebody who is drawn."""
    pick = random.Random(seed)
    world = begun(pick)
    for number in range(steps):
        if number % 50 == 49:
            world = begun(pick)
        actor, change = pick.choice(PEOPLE), drawn_change(world, pick)
        if judged(world, change, actor):
            yield world, change.after, actor, change
            world = change.after


def stolen(steps: int, seed: int = 7) -> list[tuple[str, str, frozenset[Atom]]]:
    """What somebody gained that whoever gave it did not hold, or while they did not manage."""
    found = []
    for before, after, actor, _ in walked(seed, steps):
        for domain in INSIDE:
            held = atoms(before.held(actor, domain))
            manages = (MANAGE, 0) in held
            for who in PEOPLE:
                gained = atoms(after.held(who, domain)) - atoms(before.held(who, domain))
                beyond = gained if not manages else gained - held
                if beyond:
                    found.append((actor, who, beyond))
    return found


def test_nobody_comes_to_hold_what_they_were_not_given_by_somebody_who_held_it() -> None:
    """At each scope and end, on each instance, in the domain and inside it, by lines and by roles."""
    steps = some(30_000, 40)
    assert stolen(steps) == []
    assert sum(1 for _ in walked(7, min(steps, 1000))) > 100  # many changes are made


def test_somebody_is_left_who_manages() -> None:
    """Where somebody managed without end before a change, somebody does after it."""
    last = len(ENDS) - 1
    for before, after, _, _ in walked(11, some(10_000, 30)):
        for domain in INSIDE:
            managed, kept = (
                any((MANAGE, last) in atoms(world.held(who, domain)) for who in PEOPLE)
                for world in (before, after)
            )
            assert kept or not managed


def test_taking_away_stays_possible_for_whoever_manages() -> None:
    """From stronger people as well, unless nobody would be left who manages now and without end."""
    pick, tried = random.Random(5), 0
    for _ in range(some(6000, 20)):
        world, actor = begun(pick), pick.choice(PEOPLE)
        change = drawn_change(world, pick)
        manages = all((MANAGE, 0) in atoms(world.held(actor, name)) for name in INSIDE[change.domain])
        if change.adds or not manages:
            continue
        always = {(MANAGE, 0), (MANAGE, len(ENDS) - 1)}
        lost = any(
            any(always <= atoms(world.held(who, name)) for who in PEOPLE)
            and not any(always <= atoms(change.after.held(who, name)) for who in PEOPLE)
            for name in INSIDE
        )
        tried += 1
        assert judged(world, change, actor) is not lost
    assert tried > 10


FAULTS: dict[str, tuple[object, str, object]] = {
    "what is gained is not looked at": (AccessEffect, "gained", property(lambda self: iter(()))),
    "whoever does not manage gives": (giving, "_manages", lambda giver, domain, manage: True),
    "ends are not looked at": (TimedRight, "lasts", lambda self, until: True),
    "what the giver is denied counts as held": (
        TimedRights,
        "_lacking",
        lambda self, wanted, without: iter(()),
    ),
    "a part of the instances counts as all": (
        TimedRights,
        "covers",
        lambda self, wanted, without=(): any(one.right.path == wanted.right.path for one in self.allowed),
    ),
    "what the giver holds elsewhere counts here": (
        Giver,
        "at",
        lambda self, domain: max(self.held.values(), key=lambda one: len(one.allowed)),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_planted_in_giving_is_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody comes to hold what nobody gave them who held it."""
    owner, name, wrong = FAULTS[fault]
    monkeypatch.setattr(owner, name, wrong)
    assert stolen(700) != []
