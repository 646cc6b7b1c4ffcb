"""How a gate keeps up: changed files, bindings that end, and processes that are forked."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import rolegate
import rolegate.gate.gate
import rolegate.gate.reloading
from reading import write
from rolegate import CompiledPolicy, Gate
from rolegate.gate.source import PolicyFolder, SourceReading
from rolegate.gate.state import GateState
from waiting import happens

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
ANA = f"  - {{user: ana, grants: [a], until: {TOMORROW:%Y-%m-%d}}}\n"
EVE = "  - {user: eve, grants: [b]}\n"

forking = pytest.mark.skipif(not hasattr(os, "register_at_fork"), reason="this platform does not fork")


def bind(folder: Path, *lines: str) -> None:
    """Put *lines* in place of the bindings."""
    (folder / "bindings.yaml").write_text("bindings:\n" + "".join(lines) if lines else "bindings: []\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set in which `eve` may `b`, and `ana` may `a` until tomorrow."""
    found = write(tmp_path / "set", {})
    bind(found, ANA, EVE)
    return found


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets two days pass for gates."""

    def pass_by() -> None:
        for module in (rolegate.gate.gate, rolegate.gate.reloading):
            monkeypatch.setattr(module, "time", lambda: time.time() + 2 * 86400)

    return pass_by


def in_child(fact: Callable[[], bool]) -> bool:
    """Whether *fact* is true in a forked process; one that hangs is ended, and it is not."""
    child = os.fork()
    if child == 0:
        true = False
        try:
            signal.alarm(40)
            true = fact()
        finally:
            os._exit(0 if true else 1)
    return os.waitpid(child, 0)[1] == 0


@forking
def test_a_forked_process_watches_its_files(folder: Path) -> None:
    """A gate made before the fork follows changes in each worker."""
    gate = Gate.from_path(folder, watch=True, interval=0.02)

    def revoked() -> bool:
        bind(folder, ANA)
        return happens(lambda: not gate.check("eve", "b")) and gate.status().error is None

    try:
        assert in_child(revoked)
    finally:
        gate.close()


@forking
@pytest.mark.parametrize("lock", ["_writing", "_swapping"])
def test_a_forked_process_does_not_wait_for_threads_it_has_not_got(
    folder: Path, later: Callable[[], None], lock: str
) -> None:
    """What a thread of the parent was holding is nobody's in the child."""
    gate = Gate.from_path(folder)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with getattr(gate, lock):
            held.set()
            done.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(20)
    later()
    try:
        assert in_child(lambda: gate.reload() and not gate.check("ana", "a") and gate.check("eve", "b"))
    finally:
        done.set()
        holder.join()


@forking
def test_a_forked_process_makes_the_next_state_ready(folder: Path) -> None:
    """The thread that was to do so is in the parent only."""
    gate = Gate.from_path(folder)
    assert happens(lambda: gate._coming is not None)
    gate._coming = None
    assert in_child(lambda: happens(lambda: gate._coming is not None))


@forking
def test_a_forked_process_can_explain(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though a thread of the parent was sorting lines for an explanation at that moment."""
    from rolegate.engine import lookup, snapshot

    first, second = Gate.from_path(folder), Gate.from_path(folder)
    sorting, done = threading.Event(), threading.Event()

    def slowly(compiled: CompiledPolicy) -> lookup.Lookup:
        if threading.current_thread() is asker:
            sorting.set()
            done.wait(60)
        return lookup.Lookup(compiled)

    monkeypatch.setattr(snapshot, "Lookup", slowly)
    asker = threading.Thread(target=first.explain, args=("eve", "b"))
    asker.start()
    sorting.wait(20)
    try:
        assert in_child(lambda: second.explain("eve", "b").decision.allowed)
    finally:
        done.set()
        asker.join()


def test_a_change_between_reading_and_watching_is_seen(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The watcher begins with what was read, not with what is there afterwards."""
    read = PolicyFolder.read

    def read_then_change(source: PolicyFolder) -> SourceReading:
        reading = read(source)
        bind(folder, ANA)
        return reading

    monkeypatch.setattr(PolicyFolder, "read", read_then_change)
    gate = Gate.from_path(folder, watch=True, interval=0.02)
    try:
        assert happens(lambda: not gate.check("eve", "b"))
    finally:
        gate.close()


def test_a_change_while_a_reload_reads_is_seen(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next look differs from what the reload has read."""
    gate = Gate.from_path(folder, watch=True, interval=3600)
    read = PolicyFolder.read

    def read_then_change(source: PolicyFolder) -> SourceReading:
        reading = read(source)
        bind(folder, ANA)
        return reading

    try:
        assert gate._watcher is not None
        bind(folder, EVE)
        assert gate.reload()
        assert gate._watcher.seen == gate._source.look()
        monkeypatch.setattr(PolicyFolder, "read", read_then_change)
        assert gate.reload()
        assert gate.check("eve", "b")
        assert gate._watcher.seen != gate._source.look()
    finally:
        gate.close()


def test_files_behind_links_are_watched(folder: Path) -> None:
    """The loader follows a link to a folder of the set, and so does the watcher."""
    (folder / ".shared").mkdir()
    (folder / "roles").symlink_to(".shared", target_is_directory=True)
    (folder / "roles/some.yaml").write_text("role: some\ngrants: [a]\n")
    bind(folder, "  - {user: eve, role: some}\n")
    gate = Gate.from_path(folder, watch=True, interval=0.02)
    try:
        assert not gate.check("eve", "b")
        (folder / "roles/some.yaml").write_text("role: some\ngrants: [a, b]\n")
        assert happens(lambda: gate.check("eve", "b"))
    finally:
        gate.close()


def test_a_folder_that_vanishes_and_comes_back(folder: Path) -> None:
    """The status says so while it is away; the watcher goes on."""
    gate = Gate.from_path(folder, watch=True, interval=0.02)
    try:
        folder.rename(folder.parent / "away")
        assert happens(lambda: "no such file" in (gate.status().error or ""))
        assert gate.check("eve", "b")
        (folder.parent / "away").rename(folder)
        assert happens(lambda: not gate.status().stale)
        bind(folder, ANA)
        assert happens(lambda: not gate.check("eve", "b"))
    finally:
        gate.close()


def test_a_file_that_the_loader_refuses_is_seen(folder: Path) -> None:
    """It would keep the next change from being loaded, so it is reported at once."""
    gate = Gate.from_path(folder, watch=True, interval=0.02)
    try:
        (folder / "binding.yaml").write_text("bindings: []\n")
        assert happens(lambda: "RG111" in (gate.status().error or ""))
    finally:
        gate.close()


def test_a_look_that_fails_shows_in_the_status(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change would not be noticed, so somebody has to be told; afterwards it is noticed again."""
    gate = Gate.from_path(folder, watch=True, interval=0.02)
    watcher = gate._watcher
    assert watcher is not None
    look = watcher._look

    def fail() -> tuple[str, ...]:
        raise OSError("the disk is away")

    try:
        monkeypatch.setattr(watcher, "_look", fail)
        assert happens(lambda: gate.status().stale)
        assert "the files cannot be looked at: the disk is away" == gate.status().error
        monkeypatch.setattr(watcher, "_look", look)
        assert happens(lambda: not gate.status().stale)
    finally:
        gate.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_watcher_that_has_died_shows_in_the_status(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever ended its thread."""
    gate = Gate.from_path(folder, watch=True, interval=0.02)
    watcher = gate._watcher
    assert watcher is not None

    def end(_: float) -> bool:
        raise SystemExit

    monkeypatch.setattr(watcher._stop, "wait", end)
    watcher._thread.join(20)
    status = gate.status()
    assert status.stale and "not watched" in (status.error or "")
    gate.close()
    assert not gate.status().stale


def test_a_relative_path_keeps_meaning_the_same_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another working directory is no other policy; findings name files as the user did, while they can."""
    monkeypatch.chdir(folder.parent)
    gate = Gate.from_path("set")
    other = write(folder.parent / "other/set", {})
    bind(other, "  - {user: mallory, grants: [b]}\n")
    bind(folder, "  - {user: eve, grants: [c]}\n")
    assert not gate.reload()
    assert "\nset/bindings.yaml:2:" in (gate.status().error or "")
    monkeypatch.chdir(other.parent)
    assert not gate.reload()
    assert f"\n{folder}/bindings.yaml:2:" in (gate.status().error or "")
    bind(folder, EVE)
    assert gate.reload()
    assert [True, False] == [gate.check(user, "b") for user in ("eve", "mallory")]


def test_a_reload_within_a_reload_wins(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The handler of a signal may interrupt a reload by another; what that has read is newer."""
    gate = Gate.from_path(folder)
    read = PolicyFolder.read

    def interrupted(source: PolicyFolder) -> SourceReading:
        reading = read(source)
        monkeypatch.setattr(PolicyFolder, "read", read)
        bind(folder, ANA)
        gate.reload()
        return reading

    monkeypatch.setattr(PolicyFolder, "read", interrupted)
    reloading = threading.Thread(target=gate.reload, daemon=True)
    reloading.start()
    reloading.join(20)
    assert not reloading.is_alive()
    assert not gate.check("eve", "b")


def test_no_method_holds_on_to_a_binding_that_has_ended(folder: Path, later: Callable[[], None]) -> None:
    """Each of them, asked first, answers for now; the status says since when."""
    asked: list[Callable[[Gate], bool]] = [
        lambda gate: gate.enforcer().enforce("user:ana", "default", "-", "a", "-"),
        lambda gate: gate.explain("ana", "a").decision.allowed,
        lambda gate: gate.subject("ana").can("a"),
        lambda gate: gate.check("ana", "a"),
        lambda gate: gate.check("ana", "a", on=()),
        lambda gate: gate.status().loaded_at < TOMORROW,
    ]
    gates = [Gate.from_path(folder) for _ in asked]
    assert happens(lambda: all(gate._coming is not None for gate in gates))
    assert [True] * len(asked) == [ask(gate) for ask, gate in zip(asked, gates, strict=True)]
    later()
    assert [False] * len(asked) == [ask(gate) for ask, gate in zip(asked, gates, strict=True)]
    assert [TOMORROW] * len(asked) == [gate.status().loaded_at for gate in gates]


def test_a_tree_is_built_from_the_state_of_its_subject(
    folder: Path, later: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the end of a binding, too, nothing is compiled for it."""
    gate = Gate.from_path(folder)
    assert happens(lambda: gate._coming is not None)
    later()
    subject = gate.subject("ana")

    def compiled(*_: object) -> None:
        raise AssertionError("the policy is compiled again")

    monkeypatch.setattr("rolegate.engine.times.compile_policy", compiled)
    monkeypatch.setattr("rolegate.tree.held_stars.compile_policy", compiled)
    assert "off" == subject.tree().state


def test_a_reload_is_not_undone_by_the_end_of_a_binding(folder: Path, later: Callable[[], None]) -> None:
    """Whoever puts the state made ready in force at that moment does not put the old policy back."""
    paused, go_on = threading.Event(), threading.Event()

    class Pausing(Gate):
        def __setattr__(self, name: str, value: object) -> None:
            if name == "_live" and threading.current_thread().name == "reader":
                paused.set()
                go_on.wait(20)
            super().__setattr__(name, value)

    gate = Pausing(rolegate.load(folder))
    assert happens(lambda: gate._coming is not None)
    later()
    reader = threading.Thread(target=gate.check, args=("ana", "a"), name="reader")
    reader.start()
    assert paused.wait(20)
    bind(folder, ANA)
    reloading = threading.Thread(target=gate.reload)
    reloading.start()
    reloading.join(0.5)  # it has ended by then, or waits for the reader
    go_on.set()
    reader.join()
    reloading.join()
    assert not gate.check("eve", "b")


@pytest.mark.parametrize("at", [TOMORROW, TOMORROW + timedelta(days=3)], ids=["its end", "another time"])
def test_a_state_of_another_policy_never_comes_into_force(
    folder: Path, later: Callable[[], None], at: datetime
) -> None:
    """It is ignored, and the right one is made by whoever asks."""
    gate = Gate.from_path(folder)
    assert happens(lambda: gate._coming is not None)
    bind(folder, "  - {user: mallory, grants: [b]}\n")
    gate._coming = GateState.of(rolegate.load(folder), at)
    later()
    asked = [("ana", "a"), ("eve", "b"), ("mallory", "b")]
    assert [False, True, False] == [gate.check(user, permission) for user, permission in asked]


def test_a_state_that_is_over_itself_never_comes_into_force(folder: Path, later: Callable[[], None]) -> None:
    """When nobody has asked for so long that two bindings have ended, both have."""
    bind(folder, ANA, f"  - {{user: eve, grants: [b], until: {TOMORROW + timedelta(days=1):%Y-%m-%d}}}\n")
    gate = Gate.from_path(folder)
    assert happens(lambda: gate._coming is not None)
    later()
    assert [False, False] == [gate.check("eve", "b"), gate.check("ana", "a")]
