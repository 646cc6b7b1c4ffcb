"""What an enforcer answers from, and what becomes of a change: the state and its transitions."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import casbin
import pytest

from plain.casbin_models import FALLBACK, INDEXED, both, indexed, model_of
from plain.memory_adapter import Filter, MemoryAdapter, Row
from rolegate.casbin import IndexedEnforcer, NotIndexedWarning
from rolegate.casbin.enforcer_tables import EnforcerTables
from rolegate.casbin.index_state import ChangeMode, IndexState

USUAL = INDEXED["the usual one"]
ROWS: list[Row] = [
    ("p", "p", ["clerk", "acme", "invoice", "read"]),
    ("g", "g", ["ana", "clerk", "acme"]),
]
ANA = ("ana", "acme", "invoice", "read")


def tables() -> EnforcerTables:
    made = indexed(USUAL, MemoryAdapter(ROWS))._index.tables
    assert made is not None
    return made


def test_a_state_has_tables_or_a_reason_or_is_stale() -> None:
    """After each transition it is one of the three."""
    state, built = IndexState(), tables()
    seen = [(state.tables, state.reason, state.stale)]
    transitions: list[Callable[[], None]] = [
        lambda: state.built(built),
        lambda: state.refused("no"),
        lambda: state.built(built),
        state.forget,
    ]
    for transition in transitions:
        transition()
        seen.append((state.tables, state.reason, state.stale))
    assert [
        (None, None, True),
        (built, None, False),
        (None, "no", False),
        (built, None, False),
        (None, None, True),
    ] == seen


def test_tables_that_are_forgotten_say_so_to_whoever_reads_them() -> None:
    """A decision that is under way is made again."""
    state, built = IndexState(), tables()
    state.built(built)
    before = built.ticks
    state.forget()
    assert built.ticks > before


def nested(draw: random.Random, state: IndexState, log: list[Any], depth: int) -> None:
    """Calls within calls; *log* has the lines that were collected, and those that were handed out."""
    for _ in range(draw.randint(1, 3)):
        if depth and draw.random() < 0.6:
            before = state.begin(draw.choice((ChangeMode.TOGETHER, ChangeMode.RELOADING)))
            nested(draw, state, log, depth - 1)
            log.append(("out", *state.end(before)))
        elif state.mode is ChangeMode.TOGETHER:
            line = [str(len(log))]
            state.collect([line], [])
            log.append(("in", line))


def test_what_is_collected_is_handed_out_once_and_at_the_end() -> None:
    """However calls are nested: the outermost one gets every line, in order, and no other gets any."""
    draw, collected = random.Random(7), 0
    for _ in range(300):
        state, log = IndexState(), list[Any]()
        before = state.begin(ChangeMode.TOGETHER)
        nested(draw, state, log, 3)
        assert all(entry == ("out", [], []) for entry in log if entry[0] == "out")
        lines = [entry[1] for entry in log if entry[0] == "in"]
        collected += len(lines)
        assert (lines, []) == state.end(before)
        assert ([], [], ChangeMode.AT_ONCE) == (state.added, state.removed, state.mode)
    assert 100 < collected


def test_a_reload_is_not_left_by_a_call_within_it() -> None:
    """Changes are ignored until the reload itself is over."""
    state = IndexState()
    before = state.begin(ChangeMode.RELOADING)
    for mode in ChangeMode:
        inner = state.begin(mode)
        assert state.reloading
        state.end(inner)
        assert state.reloading
    state.end(before)
    assert ChangeMode.AT_ONCE is state.mode


class Reloading(MemoryAdapter):
    """An adapter that has the policy reloaded while it stores lines."""

    enforcer: Any = None

    def add_policies(self, section: str, name: str, rules: Any) -> None:
        super().add_policies(section, name, rules)
        self.enforcer.load_policy()


def test_a_reload_within_a_call_with_several_lines() -> None:
    """Both enforcers say the same afterwards, and the index goes on following changes."""
    answers = []
    for kind in (casbin.Enforcer, IndexedEnforcer):
        adapter = Reloading(ROWS)
        adapter.enforcer = enforcer = kind(model_of(USUAL), adapter)
        enforcer.add_policies([["clerk", "acme", "log", "read"], ["clerk", "acme", "log", "void"]])
        asked = [("ana", "acme", "log", act) for act in ("read", "void", "write")]
        said = [enforcer.enforce(*ANA), *enforcer.batch_enforce(asked)]
        enforcer.add_policy("clerk", "acme", "log", "write")
        enforcer.remove_policy("clerk", "acme", "invoice", "read")
        answers.append([*said, enforcer.enforce(*ANA), *enforcer.batch_enforce(asked)])
    assert answers[0] == answers[1]
    assert [True, True, True, False, False, True, True, True] == answers[1]


class Asking(MemoryAdapter):
    """An adapter that asks the enforcer after it has read the lines."""

    ask: Callable[[], bool] | None = None

    def __init__(self, rows: list[Row]) -> None:
        super().__init__(rows)
        self.seen: list[bool] = []

    def load_policy(self, model: Any) -> None:
        super().load_policy(model)
        self._ask()

    def load_filtered_policy(self, model: Any, filter: Filter) -> None:
        super().load_filtered_policy(model, filter)
        self.filtered = True
        self._ask()

    def _ask(self) -> None:
        if self.ask is not None:
            self.seen.append(self.ask())


@pytest.mark.parametrize(
    "load",
    [
        lambda e: e.load_policy(),
        lambda e: e.load_filtered_policy(Filter("clerk")),
        lambda e: e.load_increment_filtered_policy(Filter("clerk")),
    ],
)
def test_the_old_policy_answers_while_lines_are_loaded(load: Callable[[Any], None]) -> None:
    """Also where Casbin loads into the model that is in force."""
    adapter = Asking([("p", "p", ["boss", "acme", "invoice", "read"]), ("g", "g", ["ana", "clerk", "acme"])])
    ours = indexed(USUAL, adapter)
    ours.load_filtered_policy(Filter("boss"))
    adapter.rows.append(("p", "p", ["clerk", "acme", "invoice", "read"]))
    adapter.ask = lambda: ours.enforce("clerk", "acme", "invoice", "read")
    load(ours)
    assert [False] == adapter.seen
    assert ours.enforce("clerk", "acme", "invoice", "read")


def test_a_model_that_cannot_be_read_is_not_answered_by_the_old_one() -> None:
    """The exception comes with the reload and with each question, until the model can be read again."""
    ours = indexed(USUAL, MemoryAdapter(ROWS))
    assert ours.enforce(*ANA)
    functions = ours.fm.get_functions

    def broken() -> Any:
        raise OSError("gone")

    ours.fm.get_functions = broken
    for call in (ours.load_policy, lambda: ours.enforce(*ANA), lambda: ours.enforce(*ANA)):
        with pytest.raises(OSError, match="gone"):
            call()
    ours.fm.get_functions = functions
    assert ours.enforce(*ANA)
    assert ours.indexed


def test_the_warning_points_at_the_line_that_called_the_enforcer() -> None:
    """Whether the enforcer is made there, loaded again, or asked after a change."""
    text = FALLBACK["in"][0]
    calls: list[Any] = [lambda: IndexedEnforcer(model_of(text))]
    loaded, asked = both(USUAL, ROWS)[1], both(USUAL, ROWS)[1]
    loaded.get_model().add_def("m", "m", "r.sub in (p.sub, p.obj)")
    asked.add_policy("too", "short")
    calls += [loaded.load_policy, lambda: asked.indexed]
    for call in calls:
        with pytest.warns(NotIndexedWarning) as seen:
            call()
        assert [__file__] == [warning.filename for warning in seen]
