"""What others see of an `IndexedEnforcer` while a call changes it."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import pytest

from drawing import some
from plain.asynchronous import AsyncMemoryAdapter, Waiting
from plain.casbin_models import INDEXED, indexed, model_of, outcome
from plain.memory_adapter import MemoryAdapter, Row
from rolegate.casbin import IndexedAsyncEnforcer, IndexedEnforcer
from rolegate.casbin import explaining_lines as module
from rolegate.casbin.enforcer_index import EnforcerIndex
from rolegate.casbin.enforcer_tables import EnforcerTables
from rolegate.casbin.explaining_lines import deciding_line

STARS = INDEXED["stars"]
SUBJECTS, OBJECTS, ACTIONS = ("ana", "bob", "clerk", "banned"), ("invoice", "log"), ("read", "void")
ASKED = list(product(SUBJECTS, ["acme"], OBJECTS, ACTIONS))
ALLOW = ["bob", "acme", "invoice", "*", "allow"]
DENY = ["bob", "acme", "invoice", "void", "deny"]
OTHER = ["bob", "acme", "*", "void", "deny"]
ROWS: list[Row] = [
    ("p", "p", DENY),
    ("p", "p", ALLOW),
    ("p", "p", ["clerk", "acme", "invoice", "*", "allow"]),
    ("p", "p", ["banned", "acme", "invoice", "*", "deny"]),
    ("p", "p", ["keep", "acme", "invoice", "*", "allow"]),
    ("g", "g", ["ana", "banned", "acme"]),
    ("g", "g", ["ana", "clerk", "acme"]),
]

Seen = list[set[Any]]


def allowed(enforcer: IndexedEnforcer) -> set[Any]:
    """What anybody would be told, in another thread, too."""
    return {asked for asked in ASKED if enforcer._index.decide(*asked)}


def steps(patch: pytest.MonkeyPatch, enforcer: IndexedEnforcer, change: Callable[[Any], Any]) -> Seen:
    """What is allowed before, between any two steps of *change*, and at its end."""
    seen = [allowed(enforcer)]

    def watched(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            seen.append(allowed(enforcer))
            result = method(*arguments)
            seen.append(allowed(enforcer))
            return result

        return call

    with patch.context() as patched:
        for name in ("add", "remove", "link_changed"):
            patched.setattr(EnforcerTables, name, watched(getattr(EnforcerTables, name)))
        outcome(lambda: change(enforcer))
    seen.append(allowed(enforcer))
    return seen


def made(kind: type, text: str, rows: list[Row]) -> Any:
    """An enforcer of *kind* that answers from the index; one whose calls are waited for if it has to be."""
    if kind is IndexedEnforcer:
        return indexed(text, MemoryAdapter(rows))
    enforcer = Waiting(kind(model_of(text), AsyncMemoryAdapter(rows)))
    enforcer.load_policy()
    assert enforcer.indexed
    return enforcer


@pytest.mark.parametrize("kind", [IndexedEnforcer, IndexedAsyncEnforcer])
@pytest.mark.parametrize(
    "change",
    [
        lambda e: e.update_policy(DENY, OTHER),
        lambda e: e.update_policy(ALLOW, OTHER),
        lambda e: e.update_policies([DENY, ALLOW], [OTHER, ["bob", "acme", "*", "*", "allow"]]),
        lambda e: e.update_filtered_policies([["bob", "acme", "*", "*", "allow"], OTHER], 0, "bob"),
        lambda e: e.remove_filtered_policy(0, "bob"),
        lambda e: e.remove_policies([DENY, ALLOW]),
        lambda e: e.add_policies(
            [["banned", "acme", "log", "*", "allow"], ["banned", "acme", "log", "void", "deny"]]
        ),
        lambda e: e.get_policy().extend(
            [["banned", "acme", "log", "*", "allow"], ["banned", "acme", "log", "void", "deny"]]
        ),
        lambda e: e.remove_filtered_grouping_policy(0, "ana"),
        lambda e: e.remove_grouping_policies([["ana", "banned", "acme"], ["ana", "clerk", "acme"]]),
        lambda e: e.add_grouping_policies([["bob", "clerk", "acme"], ["bob", "banned", "acme"]]),
    ],
)
def test_nothing_is_allowed_on_the_way_only(
    change: Callable[[Any], Any], kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is denied before a call and after it is denied all the while."""
    seen = steps(monkeypatch, made(kind, STARS, ROWS), change)
    assert 3 < len(seen)
    assert set() == set().union(*seen) - seen[0] - seen[-1]


@pytest.mark.parametrize(
    "change",
    [
        lambda e: e.delete_user("bob"),
        lambda e: e.delete_user("ana"),
        lambda e: e.delete_role("banned"),
        lambda e: e.add_policies_ex(
            [["banned", "acme", "log", "*", "allow"], ["banned", "acme", "log", "void", "deny"]]
        ),
    ],
)
def test_several_calls_in_one_allow_nothing_on_the_way(
    change: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An asynchronous enforcer does them one after the other, as the stock one, or does not have them."""
    seen = steps(monkeypatch, made(IndexedEnforcer, STARS, ROWS), change)
    assert 3 < len(seen)
    assert set() == set().union(*seen) - seen[0] - seen[-1]


def test_a_subject_with_lines_and_roles_goes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A denial of her own covers what her roles allow, one of her roles what she is allowed herself."""
    for own, role in product(("allow", "deny"), repeat=2):
        rows: list[Row] = [
            ("p", "p", ["ana", "acme", "invoice", "*", own]),
            ("p", "p", ["boss", "acme", "invoice", "*", role]),
            ("p", "p", ["keep", "acme", "invoice", "*", "allow"]),
            ("g", "g", ["ana", "boss", "acme"]),
        ]
        seen = steps(monkeypatch, indexed(STARS, MemoryAdapter(rows)), lambda e: e.delete_user("ana"))
        assert 3 < len(seen)
        assert set() == set().union(*seen) - seen[0] - seen[-1]


@pytest.mark.parametrize(
    "model",
    [
        "stars",
        "only denials",
        "no spaces",
        "paths and expressions",
        "a role of superusers with denials",
        "a superuser, only denials",
    ],
)
def test_random_calls_allow_nothing_on_the_way_only(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever lines take the place of whatever others."""
    draw = random.Random(7)

    def line() -> list[str]:
        effect = draw.choice(("allow", "deny"))
        return [
            draw.choice(SUBJECTS),
            "acme",
            draw.choice(("invoice", "log", "*", ":any")),
            draw.choice(ACTIONS),
            effect,
        ]

    between = 0
    for _ in range(60):
        lines = [line() for _ in range(8)]
        rows: list[Row] = [("p", "p", rule) for rule in lines]
        rows += [("g", "g", ["bob", "clerk", "acme"])]
        rows += [("g", "g", [name, "admin", "acme"]) for name in draw.sample(SUBJECTS, 2)]
        ours = indexed(INDEXED[model], MemoryAdapter(rows))
        old, new = draw.sample(lines, 3), [line() for _ in range(3)]
        changes: list[Callable[[Any], Any]] = [
            partial(IndexedEnforcer.update_policies, old_rules=old, new_rules=new),
            partial(IndexedEnforcer.remove_policies, rules=old),
            partial(IndexedEnforcer.add_policies_ex, rules=new),
            lambda e: e.remove_filtered_policy(0, draw.choice(SUBJECTS)),
            lambda e: e.delete_user(draw.choice(SUBJECTS)),
            lambda e: e.delete_role("admin"),
            lambda e: e.update_filtered_policies([line() for _ in range(3)], 0, draw.choice(SUBJECTS)),
        ]
        change = draw.choice(changes)
        seen = steps(monkeypatch, ours, change)
        between += len(seen) - 2
        assert set() == set().union(*seen) - seen[0] - seen[-1]
    assert 60 < between


def test_another_thread_sees_no_denial_go_while_it_is_exchanged() -> None:
    """Between the two steps, where a switch of threads does harm."""
    ours = indexed(STARS, MemoryAdapter(ROWS))
    wrong: list[Any] = []
    one, other = DENY, OTHER
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            wrong.extend(filter(None, [ours.enforce("bob", "acme", "invoice", "void")]))

    thread = threading.Thread(target=ask)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        thread.start()
        for _ in range(some(400, 5)):
            assert ours.update_policy(one, other)
            one, other = other, one
    finally:
        sys.setswitchinterval(interval)
        over.set()
        thread.join()
    assert [] == wrong


def test_a_line_that_goes_while_it_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no explanation any more; the answer stands."""
    ours = indexed(STARS, MemoryAdapter(ROWS))
    stop = deciding_line

    def removed_first(*arguments: Any) -> Any:
        ours.remove_policy(*ALLOW)
        return stop(*arguments)

    monkeypatch.setattr(module, "deciding_line", removed_first)
    assert (True, []) == ours.enforce_ex("bob", "acme", "invoice", "read")
    assert (False, []) == ours.enforce_ex("bob", "acme", "invoice", "read")


def test_asking_for_lines_while_others_come_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """No exception, no wrong answer, and the tables stay."""
    rows: list[Row] = [("p", "p", [f"r{n % 5}", "acme", f"o{n}", "read", "allow"]) for n in range(2000)]
    ours = indexed(STARS, MemoryAdapter(rows))
    wrong: list[Any] = []
    built: list[Any] = []
    over = threading.Event()
    refresh = EnforcerIndex.refresh

    def noted(self: EnforcerIndex) -> None:
        built.append(self)
        refresh(self)

    monkeypatch.setattr(EnforcerIndex, "refresh", noted)

    def ask(question: Callable[[], Any], expected: Any) -> None:
        try:
            while not over.is_set():
                answer = question()
                if expected is not None and answer != expected:
                    wrong.append(answer)
        except Exception as error:
            wrong.append(error)

    line = ["r1", "acme", "o1001", "read", "allow"]
    asked: list[tuple[Callable[[], Any], Any]] = [
        (lambda: ours.has_policy(*line), True),
        (lambda: ours.enforce_ex(*line[:4]), (True, line)),
        (lambda: ours.has_policy("z", "acme", "x", "read", "allow"), None),
        (lambda: ours.enforce_ex("z", "acme", "x", "read"), None),
    ]
    threads = [threading.Thread(target=ask, args=call) for call in asked]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for n in range(some(300, 5)):
            ours.add_policy("z", "acme", "x", "read", "allow")
            ours.remove_policy("r0", "acme", f"o{n * 5}", "read", "allow")
            ours.remove_policy("z", "acme", "x", "read", "allow")
            ours.add_policy("r0", "acme", f"o{n * 5}", "read", "allow")
    finally:
        sys.setswitchinterval(interval)
        over.set()
        for thread in threads:
            thread.join()
    assert [] == wrong
    assert [] == built
