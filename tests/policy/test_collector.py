"""While a set is read, the collector of Python does not run; afterwards it is as the host had it."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Iterator
from types import FrameType

import pytest

import rolegate
from repository import ROOT
from rolegate.loading.collector import collector_held


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The collector is on before each test, and after it."""
    assert gc.isenabled()
    threshold = gc.get_threshold()
    yield
    gc.enable()
    gc.set_threshold(*threshold)


def _callers(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        yield frame.f_code.co_name
        frame = frame.f_back


def test_nothing_is_collected_while_a_set_is_read() -> None:
    """However often the host lets the collector look, it does not look within `resolve`."""
    seen: list[bool] = []

    def look(phase: str, _: dict[str, int]) -> None:
        if phase == "start":
            seen.append("read_both" in _callers(sys._getframe()))

    gc.callbacks.append(look)
    try:
        gc.set_threshold(50)
        assert rolegate.validate([ROOT / "policies/livechat"]).ok
    finally:
        gc.callbacks.remove(look)
    assert seen and not any(seen)
    assert gc.isenabled()


def test_a_host_without_the_collector_keeps_it_off() -> None:
    """Whoever switched it off does not find it on."""
    gc.disable()
    rolegate.load(ROOT / "policies/livechat")
    assert not gc.isenabled()


def test_an_error_lets_go() -> None:
    """The collector is on again after an exception."""
    with pytest.raises(KeyboardInterrupt), collector_held():
        raise KeyboardInterrupt
    assert gc.isenabled()


def test_the_last_of_several_threads_lets_go() -> None:
    """A thread that is done earlier does not switch the collector on for the others."""
    inside, done = threading.Event(), threading.Event()

    def read() -> None:
        with collector_held():
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=read)
    thread.start()
    assert inside.wait(10)
    with collector_held():
        pass
    assert not gc.isenabled()
    done.set()
    thread.join()
    assert gc.isenabled()


def test_a_child_has_the_collector() -> None:
    """A process that is forked while another thread reads does not stay without the collector."""
    with collector_held():
        child = os.fork()
        if not child:
            with collector_held():
                pass
            os._exit(0 if gc.isenabled() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
