"""Random calls of a stock and an indexed enforcer on one table, beside plain sets of what has to be there."""

from __future__ import annotations

from collections import Counter
from itertools import product
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from hypothesis import example, given
from hypothesis import strategies as st

from adapter_tables import (
    DisconnectedError,
    disconnected,
    empty,
    enforcer,
    indexed,
    nothing_collected,
    stored,
)
from drawing import examples
from rolegate.casbin import Adapter, AdapterError

Rule = tuple[str, ...]

PEOPLE, TENANTS, ROLES = ("ana", "bob, admin, t"), ("t", " t"), ("admin", "")
REQUESTS = list(product(PEOPLE, TENANTS, ("ticket)",), ("read",)))
LINES: dict[str, list[Rule]] = {
    "p": list(product((*ROLES, PEOPLE[0]), TENANTS, ("ticket)",), ("read",), ("allow", "deny"))),
    "g": list(product(PEOPLE, ROLES, TENANTS)),
}

section = st.sampled_from(["p", "p", "g"])
place = st.integers(0, 1000)
columns = st.tuples(
    st.integers(0, 2), st.lists(st.sampled_from(["", "ana", "t", "read"]), min_size=1, max_size=3)
)
filters = st.one_of(
    st.tuples(st.just(0), st.lists(st.sampled_from(["ana", "admin", ""]), min_size=1, max_size=1)), columns
)
calls = st.one_of(
    st.tuples(st.just("add"), section, place),
    st.tuples(st.just("add_many"), section, st.lists(place, min_size=1, max_size=3)),
    st.tuples(st.just("remove"), section, place),
    st.tuples(st.just("remove_many"), section, st.lists(place, min_size=1, max_size=3, unique=True)),
    st.tuples(st.just("remove_filtered"), section, filters),
    st.tuples(st.just("update"), st.just("p"), st.lists(st.tuples(place, place), min_size=1, max_size=2)),
    st.tuples(st.just("update_filtered"), st.just("p"), filters, st.lists(place, max_size=2)),
    st.tuples(st.just("load")),
    st.tuples(st.just("load_filtered"), st.lists(st.sampled_from([*PEOPLE, *ROLES]), min_size=1, max_size=2)),
    st.tuples(st.just("save"), st.lists(place, max_size=2), st.lists(place, max_size=2)),
)
steps = st.lists(st.tuples(st.integers(0, 1), calls, st.sampled_from([False, False, True])), max_size=25)
SAVE: Any = ("save", [0], [])
SAVED_ANEW = [(1, SAVE, True), (1, SAVE, False), (1, ("update_filtered", "p", (1, ["t"]), [2]), False)]
ROLES_TWICE: list[Any] = [("add", "p", 0), ("add", "g", 8), ("add_many", "g", [0, 1])]
REFUSED_BATCH = [(0, what, False) for what in ROLES_TWICE]
TWO_TO_ONE = [(0, ("add_many", "p", [0, 2]), False), (0, ("update", "p", [(1, 1), (3, 1)]), False)]


class Table:
    """What is in the table."""

    def __init__(self) -> None:
        self.rules: set[Rule] = set()


class Memory:
    """What an enforcer has in memory, and what each of its calls has to do to it and to the table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rules: set[Rule] = set()
        self.linked: set[Rule] = set()
        """Rules of roles that hold until the next load though they are not there: those of refused batches.

        Casbin adds none of several if one is there already, and asks no adapter, but links the roles of all.
        """
        self.whole = True

    def load(self) -> None:
        self.rules, self.linked, self.whole = set(self.table.rules), set(), True

    def load_filtered(self, names: list[str]) -> None:
        self.rules, self.linked, self.whole = {r for r in self.table.rules if r[1] in names}, set(), False

    def matching(self, rules: set[Rule], ptype: str, chosen: Any) -> set[Rule]:
        start, values = chosen
        wanted = [(start + number + 1, value) for number, value in enumerate(values) if value]
        return {r for r in rules if r[0] == ptype and all(r[number] == value for number, value in wanted)}

    def add(self, new: set[Rule]) -> Any:
        if new & self.rules:
            self.linked |= {rule for rule in new - self.rules if rule[0] == "g"}
            return False
        self.rules |= new
        self.linked -= new
        self.table.rules |= new
        return True

    def remove(self, old: set[Rule]) -> Any:
        if not old <= self.rules:
            return False
        self.rules -= old
        self.table.rules -= old
        return True

    def remove_filtered(self, ptype: str, chosen: Any) -> Any:
        gone = self.matching(self.rules, ptype, chosen)
        if not gone:
            return False
        if not any(chosen[1]):
            return AdapterError
        self.rules -= gone
        self.table.rules -= self.matching(self.table.rules, ptype, chosen)
        return True

    def update(self, pairs: list[tuple[Rule, Rule]]) -> Any:
        old, new = {before for before, _ in pairs}, {after for _, after in pairs}
        if not old <= self.rules:
            return False
        if len(old) < len(pairs) or len(new) < len(pairs) or (new - old) & self.rules:
            return AdapterError
        there = self.table.rules
        done = old - new and new <= there and not (old - new) & there
        if not done:
            if not old <= there or (new - old) & there:
                return AdapterError
            self.table.rules = there - old | new
        self.rules = self.rules - old | new
        return True

    def update_filtered(self, chosen: Any, new: set[Rule]) -> Any:
        old = self.matching(self.rules, "p", chosen)
        if not any(chosen[1]) or not new or old != self.matching(self.table.rules, "p", chosen):
            return AdapterError
        if not old:
            return False
        if (new - old) & (self.rules | self.table.rules):
            return AdapterError
        self.rules = self.rules - old | new
        self.table.rules = self.table.rules - old | new
        return True

    def save(self, new: set[Rule], old: set[Rule]) -> Any:
        """After changes that were made in memory alone; the policy is loaded again if that is refused."""
        if not self.whole:
            self.load()
            return RuntimeError
        wanted = (self.rules | new) - old
        if self.table.rules not in (self.rules, wanted):
            self.load()
            return AdapterError
        self.rules, self.table.rules = set(wanted), wanted
        return None


def lines(ptype: str, places: list[int], memory: Memory) -> list[Rule]:
    """The lines at *places*: every second one is in memory, if any is."""
    known = sorted(rule[1:] for rule in memory.rules if rule[0] == ptype)
    chosen: list[list[Rule]] = [known if known and number % 2 else LINES[ptype] for number in places]
    return [rules[number // 2 % len(rules)] for number, rules in zip(places, chosen, strict=True)]


def named(ptype: str, rules: list[Rule]) -> set[Rule]:
    return {(ptype, *rule) for rule in rules}


def save(asked: Any, new: list[Rule], old: list[Rule]) -> Any:
    """Change memory alone, and save it; load it again where that is refused."""
    asked.enable_auto_save(False)
    for rule in new:
        asked.add_policy(*rule)
    for rule in old:
        asked.remove_policy(*rule)
    asked.enable_auto_save(True)
    try:
        return asked.save_policy()
    except BaseException:
        asked.load_policy()
        raise


def call(asked: Any, memory: Memory, what: tuple[Any, ...]) -> tuple[Any, Any]:
    """A call of the enforcer *asked*, and what it has to do."""
    name: str = what[0]
    args: list[Any] = list(what[1:])
    if name.endswith("e_filtered"):  # Casbin asks no rule for a column that it does not have.
        start, values = args[1]
        args[1] = start, values[: (5 if args[0] == "p" else 3) - start]
    if name == "load":
        return asked.load_policy, memory.load
    if name == "load_filtered":
        wanted = SimpleNamespace(v0=args[0])
        return lambda: asked.load_filtered_policy(wanted), lambda: memory.load_filtered(args[0])
    if name == "save":
        new, old = lines("p", args[0], memory), lines("p", args[1], memory)
        return lambda: save(asked, new, old), lambda: memory.save(named("p", new), named("p", old))
    ptype = args[0]
    kind = "policy" if ptype == "p" else "grouping_policy"
    if name in ("add", "remove"):
        rule = lines(ptype, [args[1]], memory)
        of_memory = getattr(memory, name)
        return lambda: getattr(asked, f"{name}_{kind}")(*rule[0]), lambda: of_memory(named(ptype, rule))
    many = "policies" if ptype == "p" else "grouping_policies"
    if name in ("add_many", "remove_many"):
        rules = list(dict.fromkeys(lines(ptype, args[1], memory)))
        verb = name.removesuffix("_many")
        if verb == "remove" and not named(ptype, rules) <= memory.rules:
            return lambda: False, lambda: False  # Casbin forgets some before it says no.
        listed = [list(rule) for rule in rules]
        return (
            lambda: getattr(asked, f"{verb}_{many}")(listed),
            lambda: getattr(memory, verb)(named(ptype, rules)),
        )
    if name == "remove_filtered":
        start, values = args[1]
        return (
            lambda: bool(getattr(asked, f"remove_filtered_{kind}")(start, *values)),
            lambda: memory.remove_filtered(ptype, args[1]),
        )
    if name == "update":
        before, after = (lines("p", [pair[side] for pair in args[1]], memory) for side in (0, 1))
        pairs = list(zip(before, after, strict=True))
        old_rules, new_rules = [list(before) for before, _ in pairs], [list(after) for _, after in pairs]
        return (
            lambda: asked.update_policies(old_rules, new_rules),
            lambda: memory.update([(("p", *before), ("p", *after)) for before, after in pairs]),
        )
    start, values = args[1]
    new_lines = list(dict.fromkeys(lines("p", args[2], memory)))
    return (
        lambda: asked.update_filtered_policies([list(rule) for rule in new_lines], start, *values),
        lambda: memory.update_filtered(args[1], named("p", new_lines)),
    )


def answer_of(made: Any) -> Any:
    try:
        return made()
    except (AdapterError, DisconnectedError, RuntimeError) as error:
        return AdapterError if isinstance(error, AdapterError) else type(error)


def in_memory(asked: Any) -> Counter[Rule]:
    return Counter(
        [("p", *rule) for rule in asked.get_policy()] + [("g", *rule) for rule in asked.get_grouping_policy()]
    )


def allowed(rules: set[Rule], who: str, tenant: str, what: str, how: str) -> bool:
    """What the model says, in three lines."""
    names = {who} | {r[2] for r in rules if r[0] == "g" and (r[1], r[3]) == (who, tenant)}
    efts = {r[5] for r in rules if r[0] == "p" and r[1] in names and r[2:5] == (tenant, what, how)}
    return efts == {"allow"}


@given(steps=steps)
@example(steps=SAVED_ANEW)
@example(steps=REFUSED_BATCH)
@example(steps=TWO_TO_ONE)
@examples(80, 10)
def test_the_table_and_each_memory_are_what_sets_say(engine: sa.Engine, steps: list[Any]) -> None:
    """After each call of either enforcer, whether it was made, refused, or failed at its commit."""
    empty(engine)
    with nothing_collected():
        run(engine, steps)


def run(engine: sa.Engine, steps: list[Any]) -> None:
    table = Table()
    both = [(made, Memory(table)) for made in (enforcer(Adapter(engine)), indexed(Adapter(engine)))]
    for which, what, fails in steps:
        asked, memory = both[which]
        made, meant = call(asked, memory, what)
        if fails and not what[0].startswith("load"):
            before = set(memory.rules), set(table.rules)
            with disconnected(engine):
                answer = answer_of(made)
            if answer is DisconnectedError:
                memory.rules, table.rules = before
                if what[0] == "save":
                    memory.load()
            else:
                assert answer == meant()
                assert answer is not True
        else:
            assert meant() == answer_of(made), what
        assert sorted(table.rules) == stored(engine)
        assert Counter(memory.rules) == in_memory(asked), what
        fresh = enforcer(Adapter(engine))
        for request in REQUESTS:
            assert allowed(table.rules, *request) == fresh.enforce(*request)
            assert allowed(memory.rules | memory.linked, *request) == asked.enforce(*request), what
