"""`IndexedAsyncEnforcer` and `IndexedSyncedEnforcer` answer as the stock enforcers do."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import casbin
import pytest

from drawing import some
from invoices import ROWS, USUAL
from plain.asynchronous import AsyncMemoryAdapter, Waiting
from plain.casbin_models import FALLBACK, INDEXED, model_of
from plain.casbin_programs import Program
from plain.memory_adapter import MemoryAdapter, Row
from rolegate.casbin import IndexedAsyncEnforcer, IndexedEnforcer, IndexedSyncedEnforcer
from rolegate.casbin.enforcer_index import EnforcerIndex

ANA = ("ana", "acme", "invoice", "read")
SHAPES = ("the usual one", "stars", "domains in domains", "paths, denials", "a superuser with denials")


class AsyncProgram(Program):
    """Random calls, each waited for."""

    def start(self, rules: list[Row]) -> None:
        self.stock = Waiting(casbin.AsyncEnforcer(model_of(self.text), AsyncMemoryAdapter(rules)))
        self.ours: Any = Waiting(IndexedAsyncEnforcer(model_of(self.text), AsyncMemoryAdapter(rules)))
        self.stock.load_policy()
        self.ours.load_policy()


class SyncedProgram(Program):
    """Random calls, each within a lock."""

    def start(self, rules: list[Row]) -> None:
        self.stock = Waiting(casbin.SyncedEnforcer(model_of(self.text), MemoryAdapter(rules)))
        self.ours: Any = Waiting(IndexedSyncedEnforcer(model_of(self.text), MemoryAdapter(rules)))


@pytest.mark.parametrize("kind", [AsyncProgram, SyncedProgram])
@pytest.mark.parametrize("model", SHAPES)
def test_random_programs(kind: type[Program], model: str) -> None:
    """After every management call: the same decisions, explanations, lists and implicit questions."""
    for seed in range(some(12)):
        program = kind(INDEXED[model], seed)
        program.ask(10)
        for _ in range(25):
            program.step()
            program.ask(6)


class Gated(AsyncMemoryAdapter):
    """Waits until it is let through."""

    def __init__(self, rows: list[Row]) -> None:
        super().__init__(rows)
        self.asked, self.open = asyncio.Event(), asyncio.Event()
        self.open.set()

    async def called(self, name: str, *arguments: Any) -> Any:
        result = await super().called(name, *arguments)
        self.asked.set()
        await self.open.wait()
        return result


async def loaded(kind: Any, rows: list[Row], text: str = USUAL) -> tuple[Any, Gated]:
    adapter = Gated(rows)
    enforcer = kind(model_of(text), adapter)
    await enforcer.load_policy()
    return enforcer, adapter


BOTH = pytest.mark.parametrize("kind", [casbin.AsyncEnforcer, IndexedAsyncEnforcer])


@BOTH
def test_while_a_policy_is_loaded_the_one_in_force_answers(kind: Any) -> None:
    """Other calls change it meanwhile; no lock is held, for threads neither."""

    async def scenario() -> list[bool]:
        enforcer, adapter = await loaded(kind, list(ROWS))
        adapter.memory.rows = [("p", "p", ["ana", "acme", "log", "read"])]
        adapter.asked.clear()
        adapter.open.clear()
        task = asyncio.create_task(enforcer.load_policy())
        await adapter.asked.wait()
        said = [enforcer.enforce(*ANA), enforcer.enforce("ana", "acme", "log", "read")]
        enforcer.enable_auto_save(False)
        await enforcer.add_policy("eve", *ANA[1:])
        said.append(enforcer.enforce("eve", *ANA[1:]))
        other = threading.Thread(target=enforcer.get_policy().append, args=[["ben", *ANA[1:]]])
        other.start()
        await asyncio.to_thread(other.join, 10)
        said += [not other.is_alive(), enforcer.enforce("ben", *ANA[1:])]
        adapter.open.set()
        await task
        asked = [ANA, ("ana", "acme", "log", "read"), ("eve", *ANA[1:]), ("ben", *ANA[1:])]
        return said + [enforcer.enforce(*request) for request in asked]

    assert [True, False, True, True, True, False, True, False, False] == asyncio.run(scenario())


def test_tables_are_built_once_for_a_policy_that_comes_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often the adapter waits, and when somebody asks."""
    built: list[Any] = []
    build = EnforcerIndex.build

    def noted(self: EnforcerIndex) -> Any:
        built.append(self)
        return build(self)

    class Pieces(AsyncMemoryAdapter):
        async def load_policy(self, model: Any) -> None:
            for section, name, rule in self.memory.rows:
                await asyncio.sleep(0)
                model[section][name].policy.append(list(rule))

        load_filtered_policy = lambda self, model, filter: self.load_policy(model)  # noqa: E731

    async def scenario() -> None:
        ours = IndexedAsyncEnforcer(model_of(USUAL), Pieces(ROWS))
        monkeypatch.setattr(EnforcerIndex, "build", noted)
        for load in (ours.load_policy(), ours.load_filtered_policy(None)):
            built.clear()
            await load
            assert ours.enforce(*ANA)
            assert 1 == len(built)

    asyncio.run(scenario())


@BOTH
def test_a_call_that_is_cancelled_or_fails_leaves_nothing_behind(kind: Any) -> None:
    """What it has not done is not done, and others go on changing and asking."""

    async def scenario() -> list[bool]:
        enforcer, adapter = await loaded(kind, list(ROWS))
        adapter.open.clear()
        adapter.asked.clear()
        task = asyncio.create_task(enforcer.add_policies([["eve", *ANA[1:]]]))
        await adapter.asked.wait()
        task.cancel()
        said = [(await asyncio.gather(task, return_exceptions=True))[0].__class__ is asyncio.CancelledError]
        said.append(enforcer.enforce("eve", *ANA[1:]))
        adapter.memory.add_policy = None  # type: ignore[assignment]
        with pytest.raises(TypeError):
            await enforcer.add_policy("eve", *ANA[1:])
        said.append(enforcer.enforce("eve", *ANA[1:]))
        await asyncio.to_thread(enforcer.clear_policy)
        enforcer.enable_auto_save(False)
        await enforcer.add_policy(*ANA)
        return [*said, enforcer.enforce(*ANA), enforcer.enforce("clerk", *ANA[1:])]

    assert [True, False, False, True, False] == asyncio.run(scenario())


def test_watchers_are_told_the_same() -> None:
    """Those that are coroutines and those that are not."""

    class Plain:
        def __init__(self) -> None:
            self.calls: list[Any] = []

        def update(self) -> None:
            self.calls.append("update")

        def update_for_add_policy(self, section: str, name: str, rule: list[str]) -> None:
            self.calls.append((section, name, rule))

    class Coroutines(Plain):
        async def update(self) -> None:  # type: ignore[override]
            await asyncio.sleep(0)
            self.calls.append("update")

    async def scenario(kind: Any, watcher: Plain) -> list[Any]:
        enforcer, _ = await loaded(kind, list(ROWS))
        enforcer.set_watcher(watcher)
        await enforcer.add_policy("eve", *ANA[1:])
        await enforcer.update_policy(["eve", *ANA[1:]], ["eve", "acme", "log", "read"])
        await enforcer.remove_policy("eve", "acme", "log", "read")
        await enforcer.delete_user("ben")
        await enforcer.save_policy()
        return watcher.calls

    for watcher in (Plain, Coroutines):
        told = [
            asyncio.run(scenario(kind, watcher())) for kind in (casbin.AsyncEnforcer, IndexedAsyncEnforcer)
        ]
        assert told[0] == told[1]
        assert 4 < len(told[1])


def test_questions_do_not_wait_for_a_change() -> None:
    """Unless Casbin itself answers; the stock enforcer would wait here for ever."""
    ours = IndexedSyncedEnforcer(model_of(USUAL), MemoryAdapter(ROWS))
    assert isinstance(ours, casbin.SyncedEnforcer)
    assert isinstance(ours._e, IndexedEnforcer)
    assert ours.indexed
    with ours._wl:
        assert ours.enforce(*ANA)
        assert [True, False] == ours.batch_enforce([ANA, ("ana", "acme", "invoice", "void")])
    with pytest.warns(UserWarning, match="Casbin itself"):
        slow = IndexedSyncedEnforcer(model_of(FALLBACK["in"][0]), MemoryAdapter())
        assert "in (" in (slow.why_not_indexed or "")
    odd: Callable[[], Any] = lambda: ours.enforce("ana", "acme", ("invoice", 7), "read")  # noqa: E731
    for question in (lambda: slow.enforce(*ANA), odd):
        asked = threading.Thread(target=question, daemon=True)
        with slow._wl, ours._wl:
            asked.start()
            asked.join(0.05)
            assert asked.is_alive()
        asked.join(10)
        assert not asked.is_alive()


def test_an_automatic_load_is_seen() -> None:
    """As with the stock enforcer, from the next question on."""
    adapter = MemoryAdapter(ROWS)
    ours = IndexedSyncedEnforcer(model_of(USUAL), adapter)
    adapter.rows.append(("p", "p", ["ana", "acme", "log", "read"]))
    read = threading.Event()
    inner = ours._e.load_policy

    def load() -> None:
        inner()
        read.set()

    ours._e.load_policy = load
    ours.start_auto_load_policy(0.001)
    try:
        assert read.wait(10)
        assert ours.enforce("ana", "acme", "log", "read")
    finally:
        ours.stop_auto_load_policy()
