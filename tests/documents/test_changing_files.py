"""Files that change while they are read: what comes of it is one state that they were in, or nothing."""

from __future__ import annotations

import os
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import rolegate
from drawing import some
from reading import CATALOG, write
from rolegate import Gate, InvalidPolicyError, Policy
from rolegate.documents import capture, files
from rolegate.documents.capture import read_files
from waiting import happens

ROLES = 120
State = dict[str, str]


def version(number: int, roles: int = ROLES) -> State:
    """A sound set whose every role grants `a` or `b`; halves of two versions are a sound set as well."""
    letter = "ab"[number % 2]
    files = {f"roles/r{role:03}.yaml": f"role: r{role}\ngrants: [{letter}]\n" for role in range(roles)}
    lines = "".join(f"  - {{user: u{role}, role: r{role}}}\n" for role in range(roles))
    return {**files, "bindings.yaml": f"bindings:\n{lines}"}


def at_odds(number: int) -> State:
    """A sound version, of which no half fits to one of the other."""
    letter = "ab"[number % 2]
    ends = {"roles/a.yaml": f"role: {letter}\n", "roles/z.yaml": f"role: z\nextends: {letter}\n"}
    return version(number) | {name: text + "grants: [a]\n" for name, text in ends.items()}


def held(policy: Policy) -> set[str]:
    """What the users of *policy* may do, as each of them has it."""
    return {
        "".join(p for p in "ab" if policy.decide(rolegate.Question(p, user=user)).allowed)
        for user in policy.users
    }


def mounted(folder: Path, state: State, number: int) -> None:
    """Put *state* into *folder* as Kubernetes does: links through `..data`, which is swapped in one step."""
    stamped = folder / f"..{number}"
    write(stamped, state)
    (folder / "next").symlink_to(stamped.name, target_is_directory=True)
    os.replace(folder / "next", folder / "..data")
    for name in ("catalog.yaml", "bindings.yaml", "roles"):
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(f"..data/{name}")


def replaced(link: Path, state: State, number: int) -> None:
    """Put *state* in place of what *link*, the set itself, leads to."""
    target = write(link.parent / f"release-{number}", state)
    (link.parent / "next").symlink_to(target.name, target_is_directory=True)
    os.replace(link.parent / "next", link)


@contextmanager
def meanwhile(step: Callable[[], object], pause: tuple[float, float], seed: int = 7) -> Iterator[None]:
    """Another thread that does *step* again and again, with pauses between two lengths."""
    done, drawn, failed = threading.Event(), random.Random(seed), []

    def run() -> None:
        try:
            while not done.wait(drawn.uniform(*pause)):
                step()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
    assert [] == failed


def until(enough: Callable[[], bool], least: float) -> Iterator[None]:
    """Rounds for at least *least* seconds, and on a busy machine for as long as it takes to have *enough*.

    A quick run goes on for a fifth of it.
    """
    begin, least = time.monotonic(), some(round(1000 * least), 5) / 1000
    while (gone := time.monotonic() - begin) < least or (gone < 20 and not enough()):
        yield


def swapping(
    put: Callable[[Path, State, int], None], folder: Path, make: Callable[[int], State]
) -> Callable[[], None]:
    """Puts one version in place of the other at every call; both are there already."""
    count = iter(range(10_000))

    def swap() -> None:
        number = next(count)
        put(folder, make(number), number)
        old = number - 2
        for leftover in (folder / f"..{old}", folder.parent / f"release-{old}"):
            shutil.rmtree(leftover, ignore_errors=True)

    swap()
    return swap


@pytest.fixture(params=[mounted, replaced], ids=["links through a folder", "a link to the set"])
def swap(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], None]:
    """Swaps the version of the set in `tmp_path/set`."""
    if request.param is mounted:
        (tmp_path / "set").mkdir()
    make = at_odds if "validated" in request.node.name else version
    return swapping(request.param, tmp_path / "set", make)


def test_what_is_loaded_is_one_version(tmp_path: Path, swap: Callable[[], None]) -> None:
    """With two sound versions swapped all the time, `load` gives one of them or says that they change."""
    seen: list[set[str]] = []
    with meanwhile(swap, (0.0, 0.06)):
        for _ in until(lambda: len(seen) >= 3, 1):
            try:
                seen.append(held(rolegate.load(tmp_path / "set")))
            except InvalidPolicyError as error:
                assert ["RG123"] == [finding.code for finding in error.diagnostics]
    assert [] == [roles for roles in seen if roles not in ({"a"}, {"b"})]
    assert len(seen) >= 3


def test_what_is_validated_is_one_version(tmp_path: Path, swap: Callable[[], None]) -> None:
    """Neither version has a finding, so nothing is found in what a set was between them."""
    found: list[tuple[rolegate.Diagnostic, ...]] = []
    with meanwhile(swap, (0.0, 0.06)):
        for _ in until(lambda: () in found, 1):
            found.append(rolegate.validate([tmp_path / "set"]).diagnostics)
    assert {"RG123"} >= {finding.code for diagnostics in found for finding in diagnostics}
    assert () in found


def test_what_a_reload_puts_in_force_is_one_version(tmp_path: Path, swap: Callable[[], None]) -> None:
    """A reload that says yes has put a version in force that was there as a whole."""
    gate = Gate.from_path(tmp_path / "set")
    seen: list[set[str]] = []
    with meanwhile(swap, (0.0, 0.06)):
        for _ in until(lambda: len(seen) >= 3, 1):
            done = gate.reload()
            assert done != gate.status().stale
            seen.append(held(gate.policy))
    assert [] == [roles for roles in seen if roles not in ({"a"}, {"b"})]
    assert gate.reload() and not gate.status().stale


def test_what_a_watcher_puts_in_force_is_one_version(tmp_path: Path, swap: Callable[[], None]) -> None:
    """It is never half of one, and in the end it is the last one."""
    gate = Gate.from_path(tmp_path / "set", watch=True, interval=0.01)
    policies = {id(gate.policy): gate.policy}
    try:
        with meanwhile(swap, (0.05, 0.3)):
            for _ in until(lambda: len(policies) > 2, 1.5):
                policies.setdefault(id(gate.policy), gate.policy)
                time.sleep(0.001)
        assert [] == [found for policy in policies.values() if (found := held(policy)) not in ({"a"}, {"b"})]
        expected = held(rolegate.load(tmp_path / "set"))
        assert happens(lambda: held(gate.policy) == expected and not gate.status().stale)
        assert len(policies) > 2
    finally:
        gate.close()


class Writer:
    """Does one indivisible thing to the files of a set at a time, and remembers each state they were in."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.drawn = folder, random.Random(seed)
        self.files: State = {f"roles/r{number}.yaml": self._role(number) for number in range(12)}
        self.states = [dict(self.files)]
        write(folder, self.files)

    def _role(self, number: int) -> str:
        grants = self.drawn.choice(["a", "b", "a, b"])
        return f"role: r{number}\ntitle: {self.drawn.random()}x\ngrants: [{grants}]\n"

    def step(self) -> None:
        """Replace, remove, add or rename one file."""
        names = sorted(self.files)
        name, after = self.drawn.choice(names), dict(self.files)
        free = self.folder / f"roles/r{100 + len(self.states)}.yaml"
        do = self.drawn.choice(["replace", "replace", "rename", "add", "remove"])
        if do in ("replace", "add"):
            target = self.folder / name if do == "replace" else free
            text = self._role(int(target.stem[1:]))
            after[f"roles/{target.name}"] = text
            beside = self.folder / ".beside"
            beside.write_text(text)
            self.states.append(after)
            os.replace(beside, target)
        elif len(names) > 8:
            text = after.pop(name)
            if do == "rename":
                after[f"roles/{free.name}"] = text
            self.states.append(after)
            if do == "rename":
                os.rename(self.folder / name, free)
            else:
                os.unlink(self.folder / name)
        self.files = after


@pytest.mark.parametrize("seed", range(3))
def test_what_is_read_is_a_state_that_was(tmp_path: Path, seed: int) -> None:
    """Under files that are replaced, renamed, added and removed one by one, nothing else is ever read."""
    writer = Writer(tmp_path / "set", seed)
    read: list[object] = []
    with meanwhile(writer.step, (0.0, 0.012), seed):
        for _ in until(lambda: len(read) > 3 and len(writer.states) > 20, 1.5):
            first = max(0, len(writer.states) - 2)  # the last may not have come yet
            files = read_files(writer.folder)
            if files.changing is None:
                found = {name: text for name, text in files.contents.items() if name != "catalog.yaml"}
                possible = writer.states[first : len(writer.states)]
                assert found in [{k: v.encode() for k, v in state.items()} for state in possible]
                read.append(found)
    assert len(read) > 3 and len(writer.states) > 20


def test_files_that_never_rest_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is written at each look is given up, in a bounded time, with its name."""
    folder = write(tmp_path / "set", {"roles/r.yaml": "role: r\ngrants: [a]\n"})
    gate = Gate.from_path(folder)
    monkeypatch.setattr(capture, "PAUSES", (0.001,) * 3)
    real, written = files.read_bytes, []

    def writing(inside: object, name: str, status: os.stat_result) -> object:
        if name == "r.yaml":
            written.append(name)
            (folder / "roles/r.yaml").write_text(f"role: r\ntitle: T{len(written)}\ngrants: [a]\n")
        return real(inside, name, status)  # type: ignore[arg-type]

    monkeypatch.setattr(capture, "read_bytes", writing)
    with pytest.raises(InvalidPolicyError) as caught:
        rolegate.load(folder)
    assert [("RG123", f"{folder}/roles/r.yaml")] == [(d.code, d.file) for d in caught.value.diagnostics]
    assert 8 == len(written)
    assert not gate.reload()
    assert "RG123" in (gate.status().error or "")
    monkeypatch.setattr(capture, "read_bytes", real)
    assert gate.reload() and not gate.status().stale


def test_the_same_size_within_one_tick_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is written in place, its times put back, is another file by its bytes."""
    folder = write(tmp_path / "set", {"roles/r.yaml": "role: r\ngrants: [a]\n", "roles/s.yaml": "role: s\n"})
    real, status = files.read_bytes, os.fstat
    fixed = {file.stat().st_ino: file.stat() for file in folder.rglob("*.yaml")}
    monkeypatch.setattr(
        "rolegate.documents.files.os.fstat", lambda fd: fixed.get(status(fd).st_ino, status(fd))
    )
    done: list[str] = []

    def writing(inside: object, name: str, before: os.stat_result) -> object:
        if name == "s.yaml" and not done:
            done.append(name)
            (folder / "roles/r.yaml").write_text("role: r\ngrants: [b]\n")
        return real(inside, name, before)  # type: ignore[arg-type]

    monkeypatch.setattr(capture, "read_bytes", writing)
    assert b"role: r\ngrants: [b]\n" == read_files(folder).contents["roles/r.yaml"]


def test_a_watcher_waits_for_files_to_rest(tmp_path: Path) -> None:
    """Files that differ at each look are not read; the status says so, until they have come to rest."""
    folder = write(tmp_path / "set", {})
    gate = Gate.from_path(folder, watch=True, interval=0.005)
    count = iter(range(100_000))

    def write_on() -> None:
        (folder / ".beside").write_text(f"bindings: [{{user: u{next(count)}, grants: [a]}}]\n")
        os.replace(folder / ".beside", folder / "bindings.yaml")

    try:
        with meanwhile(write_on, (0.0, 0.001)):
            assert happens(lambda: "looks in a row" in (gate.status().error or ""))
        assert happens(lambda: gate.check(f"u{next(count) - 1}", "a") or not gate.status().stale)
        assert happens(lambda: len(gate.policy.users) == 1 and not gate.status().stale)
    finally:
        gate.close()


GONE = {
    "bindings.yaml": "bindings: [{user: ana, grants: [a]}]\n",
    "domains.yaml": "domains: {acme: {}}\n",
    "roles/r.yaml": "role: r\ngrants: [a]\n",
}


@pytest.fixture(params=[False, True], ids=["reload", "watch"])
def again(request: pytest.FixtureRequest) -> Iterator[Callable[[Path], tuple[Gate, Callable[[], bool]]]]:
    """Makes a gate and a way to have it look at its files again, which says whether it has refused them."""
    gates: list[Gate] = []

    def make(folder: Path) -> tuple[Gate, Callable[[], bool]]:
        gate = Gate.from_path(folder, watch=request.param, interval=0.01)
        gates.append(gate)
        if request.param:
            return gate, lambda: happens(lambda: gate.status().stale)
        return gate, lambda: not gate.reload()

    yield make
    for gate in gates:
        gate.close()


Again = Callable[[Path], tuple[Gate, Callable[[], bool]]]


@pytest.mark.parametrize("name", ["bindings.yaml", "domains.yaml", "roles/r.yaml"])
def test_a_file_that_is_gone_is_not_an_empty_one(tmp_path: Path, again: Again, name: str) -> None:
    """The last good policy stays in force and the status says why, until the file is back."""
    files = {name: text for name, text in GONE.items() if name != "domains.yaml"}
    folder = write(tmp_path / "set", files if name != "domains.yaml" else {name: GONE[name]})
    gate, refuses = again(folder)
    before = gate.policy
    os.rename(folder / name, folder / "kept")
    assert refuses()
    assert before is gate.policy
    what = "roles" if name == "roles/r.yaml" else name
    assert f"set/{what}:1:1: RG122" in (gate.status().error or "")
    os.rename(folder / "kept", folder / name)
    assert happens(lambda: gate._watcher is not None or gate.reload())
    assert happens(lambda: not gate.status().stale)


@pytest.mark.parametrize("how", ["folder", "roles", "dangling", "outside", "unreadable", "catalog"])
def test_what_cannot_be_read_any_more_is_not_empty(tmp_path: Path, again: Again, how: str) -> None:
    """Nor is a folder that is gone, or a file in whose place something else has come."""
    folder = write(tmp_path / "set", {name: text for name, text in GONE.items() if name != "domains.yaml"})
    gate, refuses = again(folder)
    assert gate.check("ana", "a")
    if how == "folder":
        folder.rename(tmp_path / "away")
    elif how == "roles":
        shutil.rmtree(folder / "roles")
    elif how == "catalog":
        (folder / "catalog.yaml").unlink()
    else:
        (folder / "bindings.yaml").unlink()
        if how == "unreadable":
            (folder / "bindings.yaml").mkdir()
        else:
            (folder / "bindings.yaml").symlink_to("nowhere" if how == "dangling" else "../bindings.yaml")
    assert refuses()
    assert gate.check("ana", "a")


def test_files_may_be_removed_on_purpose(tmp_path: Path) -> None:
    """By an explicit word, by an empty file, or by a gate that is made anew."""
    folder = write(tmp_path / "set", {"bindings.yaml": GONE["bindings.yaml"]})
    one, other = Gate.from_path(folder), Gate.from_path(folder)
    (folder / "bindings.yaml").unlink()
    assert not Gate.from_path(folder).check("ana", "a")
    assert [False, True, True] == [one.reload(), one.reload(removals=True), one.reload()]
    assert not one.status().stale and not one.check("ana", "a")
    assert other.check("ana", "a")
    (folder / "bindings.yaml").write_text("bindings: []\n")
    assert other.reload() and not other.check("ana", "a")


def test_one_role_of_several_may_go(tmp_path: Path) -> None:
    """A role that somebody is bound to is missed there; one that nobody is bound to is missed by nobody."""
    folder = write(tmp_path / "set", {"roles/r.yaml": GONE["roles/r.yaml"], "roles/s.yaml": "role: s\n"})
    gate = Gate.from_path(folder)
    (folder / "roles/s.yaml").unlink()
    assert gate.reload()


SECRET = b"root:x:0:0:top-secret:/root:/bin/sh\n"
ROLE = b"role: r\ngrants: [a]\n"


def exchange(name: Path, target: Path) -> None:
    """Have *name* be a link to *target* for a moment."""
    os.rename(name, name.parent / ".aside")
    name.symlink_to(target)
    name.unlink()
    os.rename(name.parent / ".aside", name)


def test_what_turns_into_a_link_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A role file, and the folder of roles, lead out for moments: nothing out there is read."""
    elsewhere = write(tmp_path / "elsewhere", {"roles/r.yaml": SECRET})
    folder = write(tmp_path / "set", {"roles/r.yaml": ROLE})
    monkeypatch.setattr(capture, "PAUSES", (0.0001,) * 3)

    def step() -> None:
        exchange(folder / "roles/r.yaml", elsewhere / "roles/r.yaml")
        exchange(folder / "roles", elsewhere / "roles")

    contents: set[bytes] = set()
    with meanwhile(step, (0.0, 0.001)):
        for _ in until(lambda: ROLE in contents, 1):
            found = read_files(folder).contents.values()
            contents.update(text for text in found if isinstance(text, bytes))
    assert {ROLE, CATALOG.encode()} == contents
