"""Any text in any column comes back as it was, or is refused, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from adapter_tables import TENANTS, empty, enforcer, put, stored
from drawing import examples, some_of
from hostile_strings import HOSTILE_TEXTS
from rolegate.casbin import Adapter, AdapterError

OF_SQL = (
    "'; drop table casbin_rule; --",
    '" or ""="',
    "x' or '1'='1",
    "%",
    "_",
    "$1",
    "?",
    ":v0",
    ":x",
    "%(v0)s",
)
OF_CASBIN = (
    "a, b",
    "a,b",
    "(",
    ")",
    "((",
    "[x",
    "x]",
    "r.sub",
    "p2",
    "#",
    "*",
    "keyMatch(r.sub, '*')",
    "g",
    "eval(x)",
)
BLANKS = (
    " ",
    " a",
    "a ",
    "\ta\t",
    "a  b",
    "\u00a0a",
    "a\u3000",
    "\u200ba",
    "a\u0301",
    "\u00e1",
    "A",
    "a",
    "É" * 255,
)
VALUES = tuple(dict.fromkeys((*HOSTILE_TEXTS, *OF_SQL, *OF_CASBIN, *BLANKS)))


def is_stored(value: str) -> bool:
    """What the page about adapters says of a single value."""
    try:
        return len(value) <= 255 and "\0" not in value and bool(value.encode())
    except UnicodeEncodeError:
        return False


STORED = [value for value in VALUES if is_stored(value)]
ASKED = list(some_of(STORED[::12], 4))


AROUND = [(["s", "t", "o", "a"][:number], ["s", "t", "o", "a"][number + 1 :]) for number in range(4)]
"""What is before and behind a value in each column of a line."""


def test_both_kinds_of_values_are_tried() -> None:
    """Long ones, NUL and halves of characters are refused; the rest is stored."""
    assert {"a" * 10_000, "a\0b", "\ud800"} <= {*VALUES} - {*STORED}
    assert {"É" * 255, "a\nb", "a\u2028b", "a, b", " a", "\U0001f469\u200d\U0001f4bb"} <= {*STORED}


def decisions(asked: Any, values: list[str]) -> list[bool]:
    """For each value as each part of a request, with the next one in its place as well."""
    found = []
    for value, other in zip(values, [*values[1:], values[0]], strict=True):
        for number in range(4):
            request = ["s", "t", "o", "a"]
            request[number] = value
            found.append(asked.enforce(*request))
            request[number] = other + value
            found.append(asked.enforce(*request))
    return found


def test_each_value_comes_back_in_each_column(rules: sa.Engine) -> None:
    """And decides alike before and after a load; what is refused leaves no trace."""
    asked = enforcer(Adapter(rules))
    lines = [[*start, value, *rest, "allow"] for value in STORED for start, rest in AROUND]
    assert asked.add_policies(lines)
    for value in VALUES:
        for start, rest in AROUND if value not in STORED else ():
            line = [*start, value, *rest, "allow"]
            with pytest.raises(AdapterError, match=r"characters, and the column|NUL|half of a character"):
                asked.add_policy(*line)
    asked.add_grouping_policies([[value, "s", "t"] for value in STORED])
    asked.add_grouping_policies([["bob", "s", value] for value in STORED if value != "t"])
    before = asked.get_policy(), asked.get_grouping_policy(), decisions(asked, ASKED)
    assert len(before[0]) == 4 * len(STORED)
    assert {True, False} == {*before[2]}
    asked.load_policy()
    assert before == (asked.get_policy(), asked.get_grouping_policy(), decisions(asked, ASKED))
    assert len(stored(rules)) == len(before[0]) + len(before[1])


def test_each_value_can_be_removed_by_itself(rules: sa.Engine) -> None:
    """A removal, an update and a filter compare texts, and take nothing in them for more."""
    adapter = Adapter(rules)
    some = STORED[::2]
    adapter.add_policies("p", "p", [[value, value, "x"] for value in some])
    left: set[tuple[str, ...]] = {("p", value, value, "x") for value in some}
    for number, value in enumerate(some):
        if number % 3 == 0:
            adapter.remove_policy("p", "p", [value, value, "x"])
        elif number % 3 == 1:
            adapter.remove_filtered_policy("p", "p", 1, value)
        else:
            adapter.update_policy("p", "p", [value, value, "x"], [value, "moved"])
            left.add(("p", value, "moved"))
        left.remove(("p", value, value, "x"))
        if number % 10 == 0:
            assert left == {*stored(rules)}
    assert left == {*stored(rules)}


class Wanted:
    """A filter."""

    def __init__(self, **columns: list[str]) -> None:
        vars(self).update(columns)


def test_each_value_can_be_filtered_by(rules: sa.Engine) -> None:
    """A part of the table is loaded by a text as it is."""
    adapter = Adapter(rules)
    adapter.add_policies("p", "p", [["s", value, "o", "a", "allow"] for value in STORED])
    asked = enforcer(adapter)
    for value in STORED[::5]:
        asked.load_filtered_policy(Wanted(ptype=["p"], v1=[value]))
        assert asked.get_policy() == [["s", value, "o", "a", "allow"]]


def test_a_rule_that_no_index_takes_is_refused_by_both_databases(rules: sa.Engine) -> None:
    """PostgreSQL takes 2,704 bytes in an index, of texts that cannot be compressed; SQLite takes more."""
    adapter = Adapter(rules)
    texts = [
        "".join(chr(0x4E00 + (7919 * place + 131 * column) % 20_000) for place in range(255))
        for column in range(6)
    ]
    adapter.add_policy("p", "p", texts[:3])
    with pytest.raises(AdapterError, match="at most 2600 bytes"):
        adapter.add_policy("p", "p", texts)
    widest = [*texts[:3], texts[3][:100], "", ""]
    adapter.add_policy("p", "p", widest)
    assert len(stored(rules)) == 2


text = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(VALUES)


@given(lines=st.lists(st.lists(text, min_size=1, max_size=7), max_size=6))
@examples(300, 20)
def test_any_rules_come_back(engine: sa.Engine, lines: list[list[str]]) -> None:
    """Of any length: a batch is stored whole and as it is, or refused and nothing of it is stored."""
    empty(engine)
    adapter = Adapter(engine)
    values = [value for line in lines for value in line]
    wide = any(sum(len(value.encode("utf-8", "surrogatepass")) for value in line) > 2599 for line in lines)
    try:
        adapter.add_policies("p", "p", lines)
    except AdapterError:
        assert wide or not all(map(is_stored, values)) or any(len(line) == 7 for line in lines)
        assert stored(engine) == []
        return
    kept: dict[tuple[str, ...], tuple[str, ...]] = {}
    for line in lines:
        bare = tuple(line)
        while bare and bare[-1] == "":
            bare = bare[:-1]
        kept.setdefault(bare, ("p", *line))
    assert stored(engine) == sorted(kept.values())


def test_a_matcher_that_reads_policy_is_not_reached(rules: sa.Engine) -> None:
    """A value is compared and not evaluated, so rows of others decide like those of the adapter."""
    put_first = Adapter(rules)
    put(rules, [("p", "r.sub", "t", "o", "a", "allow"), ("g", "bob", "r.sub", "t")])
    asked = enforcer(put_first, TENANTS)
    assert [asked.enforce(name, "t", "o", "a") for name in ("r.sub", "bob", "ana")] == [True, True, False]
