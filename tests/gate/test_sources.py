"""Gates whose policy does not come from a folder."""

import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from rolegate import Gate, InvalidPolicyError, Policy
from rolegate.documents.capture import Files
from rolegate.gate.source import PolicySource, SourceReading
from rolegate.loading.load import policy_of
from waiting import happens

CATALOG = b"catalog: notes\npermissions: {read: Read, write: Write}\n"
ROLES = b"role: reader\ngrants: [read]\n"


def policy_with(bindings: str) -> Policy:
    """A policy made in memory."""
    contents = {"catalog.yaml": CATALOG, "roles/reader.yaml": ROLES, "bindings.yaml": bindings.encode()}
    made = policy_of(Files(Path("memory"), contents))
    return Policy(resolved=made.resolved)


@dataclass
class Table:
    """Bindings in a table, with a version that each change counts up."""

    bindings: str
    version: int = 1
    replaced: list[Policy | None] = field(default_factory=list)

    def read(self) -> SourceReading:
        bindings = self.bindings

        def build(replaced: Policy | None) -> Policy:
            self.replaced.append(replaced)
            return policy_with(bindings)

        return SourceReading(self.version, build)

    def look(self) -> object:
        return self.version

    def put(self, bindings: str) -> None:
        self.bindings = bindings
        self.version += 1


ANA = "bindings: [{user: ana, role: reader}]\n"
BO = "bindings: [{user: bo, role: reader}]\n"
BROKEN = "bindings: [{user: bo, role: raeder}]\n"


def test_a_policy_in_memory_answers_and_stays() -> None:
    """It has no folder; a reload keeps it, and says that it is in force."""
    policy = policy_with(ANA)
    assert policy.path is None and () == policy.files
    gate = Gate(policy)
    assert (True, False) == (gate.check("ana", "read"), gate.check("bo", "read"))
    before = gate.status().revision
    assert gate.reload() and gate.reload(removals=True)
    assert (True, before) == (gate.check("ana", "read"), gate.status().revision)
    assert policy is gate.policy


def test_a_gate_reads_its_source_again() -> None:
    """What is broken there leaves the last good policy in force."""
    table = Table(ANA)
    source: PolicySource = table
    gate = Gate.from_source(source)
    assert gate.check("ana", "read")
    table.put(BO)
    assert gate.reload()
    assert (False, True) == (gate.check("ana", "read"), gate.check("bo", "read"))
    table.put(BROKEN)
    assert not gate.reload()
    assert gate.status().stale and gate.check("bo", "read")


def test_a_source_is_told_what_would_be_replaced() -> None:
    """It can refuse a loss then; not when the gate begins, and not when removals are allowed."""
    table = Table(ANA)
    gate = Gate.from_source(table)
    first = gate.policy
    gate.reload()
    gate.reload(removals=True)
    assert [None, first, None] == table.replaced


def test_a_source_is_watched() -> None:
    """A change of what `look` gives is read; the watcher begins with what the gate has read."""
    table = Table(ANA)
    gate = Gate.from_source(table, watch=True, interval=0.01)
    try:
        table.put(BO)
        assert happens(lambda: gate.check("bo", "read"))
        assert not gate.check("ana", "read")
    finally:
        gate.close()


def test_a_source_that_changes_while_it_is_read_is_read_again() -> None:
    """Its reading has no look, so the watcher does not take it for what was seen."""
    table = Table(ANA)
    gate = Gate.from_source(table, watch=True, interval=3600)
    try:
        assert gate._watcher is not None
        table.put(BO)
        seen = gate._watcher.seen
        changing = SourceReading(None, table.read().build)
        table.read = lambda: changing  # type: ignore[method-assign]  # as if somebody wrote meanwhile
        gate._changed(table.look())
        assert (seen, False) == (gate._watcher.seen, gate.check("bo", "read"))
    finally:
        gate.close()


def test_a_gate_does_not_start_with_a_broken_source() -> None:
    """There is no policy yet that could stay in force."""
    with pytest.raises(InvalidPolicyError):
        Gate.from_source(Table(BROKEN))


def test_a_source_that_fails_for_a_moment_is_tried_again() -> None:
    """A locked database is not a broken policy: the watcher does not wait for the next change."""
    table = Table(ANA)
    failing = [False]

    class Locked(Table):
        def read(self) -> SourceReading:
            reading = table.read()
            if failing:
                failing.pop()

                def locked(replaced: Policy | None) -> Policy:
                    raise RuntimeError("the database is locked")

                return SourceReading(reading.look, locked)
            return reading

        def look(self) -> object:
            return table.version

    failing.clear()
    gate = Gate.from_source(Locked(ANA), watch=True, interval=0.02)
    try:
        failing.append(True)
        table.put(BO)
        assert happens(lambda: gate.check("bo", "read"))
        assert not gate.check("ana", "read")
    finally:
        gate.close()


class Unknown(Table):
    """It cannot tell at a small price whether it has changed."""

    def read(self) -> SourceReading:
        return SourceReading(None, Table.read(self).build)

    def look(self) -> object:
        return None


def test_a_source_that_cannot_tell_is_read_at_every_interval(caplog: pytest.LogCaptureFixture) -> None:
    """What is read is put in force when it is something else; the log has that, and a failure, once."""
    caplog.set_level(logging.INFO, "rolegate")
    source = Unknown(ANA)
    gate = Gate.from_source(source, watch=True, interval=0.01)
    try:
        before, since, reads = gate.policy, gate.status().loaded_at, len(source.replaced)
        assert happens(lambda: len(source.replaced) > reads + 3)
        assert (before, since) == (gate.policy, gate.status().loaded_at)
        assert "in force" not in caplog.text
        source.put(BROKEN)
        assert happens(lambda: gate.status().stale)
        reads = len(source.replaced)
        assert happens(lambda: len(source.replaced) > reads + 3)
        assert gate.check("ana", "read") and caplog.text.count("policy not reloaded") == 1
        source.put(BO)
        assert happens(lambda: gate.check("bo", "read"))
        assert not gate.status().stale and not gate.check("ana", "read")
    finally:
        gate.close()


@pytest.mark.parametrize("interval", [0, -1, float("nan"), float("inf"), 1e300, True, "1", None])
@pytest.mark.parametrize("watch", [True, False])
def test_an_interval_is_a_time_to_wait(interval: Any, watch: bool) -> None:
    """Anything else is refused before a thread waits for it, watched or not."""
    table = Table(ANA)
    with pytest.raises(ValueError, match="`interval` is a number of seconds above 0"):
        Gate.from_source(table, watch=watch, interval=interval)
    assert [] == table.replaced


class Odd(Exception):
    """An exception of a source, which has no text."""

    def __str__(self) -> str:
        raise RuntimeError


ESCAPING = [
    RuntimeError("the database is locked"),
    KeyError("bindings"),
    RecursionError(),
    Odd(),
    SystemExit(1),
]


@pytest.mark.parametrize("error", ESCAPING, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("where", ["read", "build"])
def test_whatever_a_source_raises_the_last_good_policy_stays(error: BaseException, where: str) -> None:
    """`reload` says no, the status says why, and the watcher goes on until the source is well again."""
    table = Table(ANA)
    well, failed = threading.Event(), list[bool]()

    class Failing(Table):
        def read(self) -> SourceReading:
            def fail(replaced: Policy | None) -> Policy:
                failed.append(True)
                raise error

            if well.is_set():
                return table.read()
            return SourceReading(table.version, fail) if where == "build" else fail(None)  # type: ignore[return-value]  # it raises

        def look(self) -> object:
            return table.version

    well.set()
    gate = Gate.from_source(Failing(ANA), watch=True, interval=0.01)
    try:
        well.clear()
        if isinstance(error, Exception):
            assert not gate.reload()
        else:  # somebody wants to end the process
            with pytest.raises(SystemExit):
                gate.reload()
        status = gate.status()
        assert status.stale and type(error).__name__ in (status.error or "")
        assert gate.check("ana", "read")
        table.put(BO)
        tries = len(failed)
        assert happens(lambda: len(failed) > tries + 3)
        well.set()
        assert happens(lambda: gate.check("bo", "read"))
        assert happens(lambda: not gate.status().stale)
    finally:
        gate.close()


class Array:
    """What looks of some libraries are: whether two are equal is not said in one word."""

    def __eq__(self, other: object) -> Any:
        raise ValueError("the truth value of an array is ambiguous")

    __hash__ = None  # type: ignore[assignment]  # as those have it


def test_a_look_that_cannot_be_compared_shows_in_the_status() -> None:
    """The watcher says that changes go unnoticed, and goes on."""
    table = Table(ANA)
    looks: list[Any] = [Array()]

    class Strange(Table):
        def look(self) -> object:
            return looks[0] if looks else table.version

        def read(self) -> SourceReading:
            return table.read()

    gate = Gate.from_source(Strange(ANA), watch=True, interval=0.01)
    try:
        assert happens(lambda: "ambiguous" in (gate.status().error or ""))
        looks.clear()
        table.put(BO)
        assert happens(lambda: gate.check("bo", "read"))
        assert happens(lambda: not gate.status().stale)
    finally:
        gate.close()
