"""Watchers are told and decisions are logged as a stock enforcer does it."""

import logging
import threading
from typing import Any

import casbin
import pytest

from invoices import ROWS, USUAL
from plain.casbin_models import both, indexed, model_of
from plain.memory_adapter import MemoryAdapter
from rolegate.casbin import IndexedEnforcer


class Watcher:
    """Notes what it is told, and that nobody has to wait for us meanwhile."""

    def __init__(self) -> None:
        self.enforcer: Any = None
        self.calls: list[Any] = []

    def update(self) -> None:
        self.calls.append("update")
        if isinstance(self.enforcer, IndexedEnforcer):
            other = threading.Thread(target=self.enforcer.load_policy, daemon=True)
            other.start()
            other.join(10)
            assert not other.is_alive(), "a reload in another thread waits for ever"

    def update_for_add_policy(self, section: str, name: str, rule: list[str]) -> None:
        self.calls.append((section, name, rule))
        self.update()


def test_watchers_are_told_the_same() -> None:
    """And without a lock held: a watcher may wait for another thread that reloads."""
    calls = []
    for enforcer in both(USUAL, ROWS):
        watcher = Watcher()
        watcher.enforcer = enforcer
        enforcer.set_watcher(watcher)
        enforcer.add_policy("eve", "acme", "invoice", "read")
        enforcer.add_policies([["eve", "acme", "log", "read"]])
        enforcer.remove_policy("eve", "acme", "invoice", "read")
        enforcer.add_grouping_policy("eve", "boss", "acme")
        enforcer.delete_user("eve")
        enforcer.save_policy()
        assert enforcer.watcher is watcher
        enforcer.enable_auto_notify_watcher(False)
        enforcer.add_policy("eve", "acme", "invoice", "read")
        calls.append(watcher.calls)
    assert calls[0] == calls[1]


@pytest.mark.parametrize("later", [False, True])
def test_decisions_are_logged_where_that_was_asked_for(later: bool) -> None:
    """In Casbin's words and levels, also if it was asked for when the enforcer was there."""
    logs = []
    try:
        for kind in (casbin.Enforcer, IndexedEnforcer):
            heard: list[str] = []
            enforcer = kind(model_of(USUAL), MemoryAdapter(ROWS), enable_log=not later)
            enforcer.enforce("ana", "acme", "invoice", "read")
            if later:
                enforcer.configure_logging()
            handler = logging.Handler()
            handler.emit = lambda record: heard.append(f"{record.levelname} {record.getMessage()}")  # type: ignore[method-assign]  # noqa: B023
            enforcer.logger.addHandler(handler)
            enforcer.logger.disabled = False
            enforcer.logger.setLevel(logging.INFO)
            enforcer.enforce("ana", "acme", "invoice", "read")
            enforcer.enforce("ana", "acme", "invoice", "void")
            enforcer.logger.removeHandler(handler)
            logs.append(heard)
    finally:
        casbin.util.log.disabled_logging()
    assert logs[0] == logs[1]
    assert 2 == len(logs[1])


def test_watchers_that_are_false_are_not_told() -> None:
    """A stock enforcer asks whether there is one by asking whether it is true."""

    class Silent(Watcher):
        def __bool__(self) -> bool:
            return False

    for enforcer in both(USUAL, ROWS):
        watcher = Silent()
        enforcer.set_watcher(watcher)
        enforcer.add_policy("eve", "acme", "invoice", "read")
        assert [] == watcher.calls


def test_watchers_are_told_when_the_change_is_there() -> None:
    """Whatever the change is."""
    ours = indexed(USUAL, MemoryAdapter(ROWS))
    seen = []

    class Looking(Watcher):
        def update(self) -> None:
            seen.append(ours.enforce("eve", "acme", "invoice", "read"))

    ours.set_watcher(Looking())
    ours.add_policy("eve", "acme", "invoice", "read")
    ours.remove_policies([["eve", "acme", "invoice", "read"]])
    ours.add_policies([["eve", "acme", "invoice", "read"]])
    ours.delete_user("eve")
    assert [True, False, True, False] == seen
