"""Mutants: which mistakes are made in files, and which of them are noticed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import rolegate
from command_line import POLICIES
from command_line import rolegate as run
from reading import write
from rolegate.diagnostics import Report
from rolegate.documents.capture import read_files
from rolegate.documents.composer import compose
from rolegate.review.mutants import mutants

SET = {
    "catalog.yaml": "catalog: x\nscopes: {reach: [all, team, my]}\n"
    "permissions: {a: {title: A, scopes: reach}, b: B, c: C}\n",
    "roles/x.yaml": "roles:\n"
    "  low: {grants: [a@my, b]}\n"
    "  high:\n    extends: low\n    grants:\n    - c  # why\n    - a@team\n    except: b\n",
    "bindings.yaml": "bindings:\n"
    "  - {user: ana, role: high}\n"
    "  - user: ana\n    restrict: [c, b]\n    until: 2030-01-01\n"
    "  - {user: bo, grants: b, from: 2020-02-01, until: 2030-01-01T12:00Z}\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "set", SET)


def test_each_mistake_is_made_once(folder: Path) -> None:
    """At its place, and the rest of the files is as it was."""
    files = read_files(folder)
    made = list(mutants(files, rolegate.load(folder).catalog))
    said = [f"{m.span.file.rpartition('/')[2]}:{m.span.line}:{m.span.column} {m.what}" for m in made]
    assert said == [
        "bindings.yaml:2:5 drop the line `{user: ana, role: high}`",
        "bindings.yaml:3:5 drop the line `user: ana restrict: [c, b] until: 2030-01-01`",
        "bindings.yaml:6:5 drop the line `{user: bo, grants: b, from: 2020-02-01, until: 2030-01-01T12:00Z}`",
        "bindings.yaml:4:16 drop the restriction `c`",
        "bindings.yaml:4:19 drop the restriction `b`",
        "bindings.yaml:5:12 end a day later than `2030-01-01`",
        "bindings.yaml:6:33 begin a day earlier than `2020-02-01`",
        "bindings.yaml:6:52 end a day later than `2030-01-01T12:00Z`",
        "x.yaml:2:18 drop the grant `a@my`",
        "x.yaml:2:18 widen `a@my` to `a@team`",
        "x.yaml:2:24 drop the grant `b`",
        "x.yaml:4:14 drop the parent `low`",
        "x.yaml:6:7 drop the grant `c`",
        "x.yaml:7:7 drop the grant `a@team`",
        "x.yaml:7:7 widen `a@team` to `a@all`",
        "x.yaml:8:13 drop the exception `b`",
    ]
    texts = {m.what: "".join(str(m.files.contents[name]) for name in SET) for m in made}
    assert "until: 2030-01-02T12:00Z" in texts["end a day later than `2030-01-01T12:00Z`"]
    assert 'from: "2020-01-31"' in texts["begin a day earlier than `2020-02-01`"]
    for mutant in made:
        changed = [name for name in SET if files.contents[name] != mutant.files.contents[name]]
        assert changed == [mutant.span.file.removeprefix(f"{folder.as_posix()}/")]


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_a_mutant_is_yaml(path: Path) -> None:
    """What is refused is refused for what it says, and not for how it is written."""
    files, found = read_files(path), 0
    for mutant in mutants(files, rolegate.load(path).catalog):
        for name, content in mutant.files.contents.items():
            if isinstance(content, bytes) and content is not files.contents[name]:
                report = Report()
                assert compose(content.decode(), name, report) is not None, mutant.span
                assert report.diagnostics == [], mutant.span
                found += 1
    assert found > 30


def test_what_becomes_of_them(folder: Path) -> None:
    """Killed, equivalent or survived; the last is shown with its place, and the run fails."""
    text = "access:\n  - {name: low, role: low, allow: [a@my, b], deny: a@team}\n"
    write(folder, {**SET, "tests/x.yaml": text})
    found = rolegate.run_expectations(folder, mutants=True)
    outcomes = {f"{m.what} {m.by}".strip(): m.outcome for m in found.mutants or ()}
    assert outcomes["widen `a@my` to `a@team` low"] == "killed"
    assert outcomes["drop the grant `b` low"] == "killed"
    assert outcomes["drop the restriction `b`"] == "equivalent"
    assert outcomes["drop the exception `b`"] == "survived"
    assert Counter(m.outcome for m in found.mutants or ())["refused"] == 0
    assert not found.ok
    shown = run("test", folder, "--mutate")
    assert shown.code == 1
    place = f"{folder.as_posix()}/roles/x.yaml"
    assert f"{place}:8:13: survived: drop the exception `b`" in shown.out.splitlines()
    (one,) = run("test", folder, "--mutate", "--format", "json").json["sets"]
    assert [m["outcome"] for m in one["mutants"]] == [m.outcome for m in found.mutants or ()]
