"""Superusers and other conditions about a request, roles of fixed domains, and lines with patterns."""

from __future__ import annotations

import sys
import threading
from itertools import product
from typing import Any

import pytest

from drawing import some
from plain.casbin_models import BOTH, DENY, DOMAIN, FLAT, INDEXED, ROLES, both, indexed, outcome, text
from plain.memory_adapter import MemoryAdapter, Row
from rolegate.casbin import NotIndexedWarning

LINES: list[Row] = [
    ("p", "p", ["clerk", "/data/:id", "read", "allow"]),
    ("p", "p", ["clerk", "log", "write", "deny"]),
    ("p", "p", ["*", "log", "read", "allow"]),
    ("g", "g", ["ana", "clerk"]),
    ("g", "g", ["eve", "admin"]),
    ("g", "g", ["admin", "boss"]),
]
ASKED = list(product(("ana", "eve", "root", "ben", "clerk"), ("log", "/data/7", "x"), ("read", "write")))
REST = f"{ROLES} && keyMatch2(r.obj, p.obj) && r.act == p.act"


@pytest.mark.parametrize("effect", [BOTH, DENY])
@pytest.mark.parametrize(
    "matcher",
    [
        f'r.sub == "root" || {REST}',
        f'{REST} || r.sub == "root" || "ben" == r.sub',
        f'g(r.sub, "boss") || {REST}',
        f'{REST} || g(r.sub, "boss") && r.act == "read"',
        f'{REST} || !(r.sub != "root") && (r.act == "read" || r.obj == "x")',
        f'!(r.sub == "ana") && {REST}',
        f'{REST} && r.obj != "log" && !g(r.sub, "boss")',
        f'{REST} && (r.sub == "ana" || r.obj == r.act)',
        f'keyMatch2(r.obj, "/data/:id") && r.act == "read" || {REST}',
        f'{REST} || regexMatch(r.sub, "(root)|(ben)")',
        f'g("eve", "boss") && {REST}',
        f'{REST} || g(r.sub, "boss", "somewhere")',
    ],
)
def test_conditions_about_the_request(matcher: str, effect: str) -> None:
    """The stock enforcer's answer, and the line it stops at."""
    stock, ours = both(text(matcher, effect, r=FLAT, g="_, _"), LINES)
    assert ours.indexed
    for change in (lambda e: None, lambda e: e.delete_user("eve"), lambda e: e.remove_policy(*LINES[1][2])):
        change(stock)
        change(ours)
        for asked in ASKED:
            assert stock.enforce_ex(*asked) == ours.enforce_ex(*asked)
            assert stock.enforce(*asked) == ours.enforce(*asked)
    odd: list[tuple[Any, ...]] = [("root", 5, "read"), (5, "x", "read"), ("root", "x"), ()]
    for request in odd:
        assert outcome(lambda: stock.enforce(*request)) == outcome(lambda: ours.enforce(*request))  # noqa: B023
        assert outcome(lambda: stock.enforce_ex(*request)) == outcome(lambda: ours.enforce_ex(*request))  # noqa: B023


def test_roles_of_a_fixed_domain_change_everywhere() -> None:
    """In domains that are known and in those that are not."""
    model = text(f'({DOMAIN} || g(r.sub, p.sub, "*")) && r.obj == p.obj && r.act == p.act', p="sub, obj, act")
    ours = indexed(
        model, MemoryAdapter([("p", "p", ["boss", "log", "read"]), ("g", "g", ["x", "y", "acme"])])
    )
    asked = [("ana", dom, "log", "read") for dom in ("acme", "beta", "*")]
    assert [False] * 3 == ours.batch_enforce(asked)
    ours.add_grouping_policy("ana", "boss", "*")
    assert [True] * 3 == ours.batch_enforce(asked)
    ours.remove_grouping_policy("ana", "boss", "*")
    ours.add_grouping_policy("ana", "boss", "acme")
    assert [True, False, False] == ours.batch_enforce(asked)


@pytest.mark.parametrize("act", ['(p.act == "*" || regexMatch(r.act, p.act))', "keyMatch(r.act, p.act)"])
def test_a_word_that_is_no_pattern(act: str) -> None:
    """It may stand before the function that cannot read it, and is a value of other functions."""
    rows: list[Row] = [("p", "p", ["ana", "log", "*", "allow"])]
    stock, ours = both(text(f"{ROLES} && r.obj == p.obj && {act}", r=FLAT, g="_, _"), rows)
    for enforcer in (stock, ours):
        assert enforcer.enforce("ana", "log", "read")
        assert not enforcer.enforce("ana", "x", "read")
    assert ours.indexed


@pytest.mark.parametrize("act", ['(regexMatch(r.act, p.act) || p.act == "*")', "regexMatch(r.act, p.act)"])
def test_a_pattern_that_casbin_cannot_read(act: str) -> None:
    """While such a line is there, Casbin raises its exception where it comes to it."""
    stock, ours = both(text(f"{ROLES} && r.obj == p.obj && {act}", r=FLAT, g="_, _"), LINES[1:])
    for enforcer in (stock, ours):
        enforcer.add_policy("ben", "log", "*", "allow")
    with pytest.warns(NotIndexedWarning, match="`regexMatch` cannot read the pattern of a line"):
        for asked in ASKED:
            assert outcome(lambda: stock.enforce(*asked)) == outcome(lambda: ours.enforce(*asked))  # noqa: B023
    assert isinstance(outcome(lambda: ours.enforce("ben", "log", "read")), type)
    ours.remove_policy("ben", "log", "*", "allow")
    assert ours.indexed
    assert not ours.enforce("ben", "log", "read")


def test_lines_with_patterns_that_stand_twice() -> None:
    """One removal takes one copy; lines that differ and match the same are two."""
    line = ["ana", "/data/:id", "read", "allow"]
    rows: list[Row] = [
        ("p", "p", line),
        ("p", "p", line),
        ("p", "p", ["ana", "/data/:other", "read", "allow"]),
    ]
    rows += [("p", "p", ["ana", "/data", "read", "allow"]), ("p", "p", ["ana", "/data\n", "read", "allow"])]
    for enforcer in both(text(REST, BOTH, r=FLAT, g="_, _"), rows):
        for step in range(4):
            assert enforcer.enforce("ana", "/data/7", "read") is (step < 3)
            enforcer.remove_policy(*(line if step < 2 else rows[2][2]))
        assert enforcer.enforce("ana", "/data\n", "read")
        enforcer.remove_policy("ana", "/data", "read", "allow")
        assert enforcer.enforce("ana", "/data\n", "read")
        assert not enforcer.enforce("ana", "/data", "read")


def test_a_denial_with_a_pattern_beside_a_value() -> None:
    """It is looked at even where all columns are patterns."""
    rows: list[Row] = [
        ("p", "p", ["ana", "^log$", "^read$", "allow"]),
        ("p", "p", ["ana", "l.g", "r.*", "deny"]),
    ]
    model = INDEXED["expressions alone"].replace("e = some(where (p.eft == allow))", f"e = {BOTH}")
    ours = indexed(model, MemoryAdapter(rows))
    assert not ours.enforce("ana", "log", "read")
    ours.remove_policy(*rows[1][2])
    assert ours.enforce("ana", "log", "read")


def test_patterns_come_and_go_while_others_ask() -> None:
    """No exception, and no wrong answer about a line that stays."""
    rows: list[Row] = [("p", "p", ["ana", "/data/:id", "read", "allow"])]
    ours = indexed(text(REST, BOTH, r=FLAT, g="_, _"), MemoryAdapter(rows))
    wrong: list[Any] = []
    over = threading.Event()

    def ask() -> None:
        try:
            while not over.is_set():
                wrong.extend([False] if not ours.enforce("ana", "/data/7", "read") else [])
                wrong.extend([True] if ours.enforce("ana", "/data/7/x", "read") else [])
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for n in range(some(300, 5)):
            lines = [
                ["ana", f"/data/:id/{n}/{m}", "read", effect]
                for m in range(3)
                for effect in ("allow", "deny")
            ]
            ours.add_policies(lines)
            ours.remove_policies(lines)
    finally:
        sys.setswitchinterval(interval)
        over.set()
        for thread in threads:
            thread.join()
    assert [] == wrong
