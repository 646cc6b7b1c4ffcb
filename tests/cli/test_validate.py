"""`rolegate validate`: all findings at once, as text and as JSON."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import POLICIES, SMALL, Run, environment, rolegate, write_set
from repository import ROOT
from rolegate import Limits
from rolegate_cli.chosen_limits import chosen_limits

MISTAKES = {
    **SMALL,
    "roles/reader.yaml": "role: reader\ngrants: [raed]\n",
    "bindings.yaml": "bindings:\n  - {user: ana, role: raeder}\n",
}
WARNING = {**SMALL, "roles/empty.yaml": "role: empty\n"}


def keys_of(run: Run) -> set[str]:
    return set(run.json)


def test_the_policy_sets_are_clean() -> None:
    """Our own sets have no errors; all are found below one folder."""
    run = rolegate("validate", ROOT / "policies", "--format", "json")
    assert run.code == 0, run.out
    assert keys_of(run) == {"ok", "sets", "diagnostics", "accepted", "set_aside", "summary"}
    assert run.json["ok"] is True
    assert sorted(Path(folder).name for folder in run.json["sets"]) == [folder.name for folder in POLICIES]
    assert run.json["summary"]["sets"] == len(POLICIES)


def test_errors_are_findings_with_a_place_and_help(tmp_path: Path) -> None:
    """Every mistake of every file in one run, in the format of the library."""
    path = write_set(tmp_path, MISTAKES)
    run = rolegate("validate", path)
    assert (run.code, run.err) == (1, "")
    assert f"{path}/roles/reader.yaml:2:10: RG301 grant.unknown-permission: " in run.out
    assert "  help: did you mean `read`?\n" in run.out
    assert f"{path}/bindings.yaml:2:" in run.out
    assert run.out.splitlines()[-1] == "1 policy set: 2 errors, 0 warnings"


def test_the_json_has_the_documented_keys(tmp_path: Path) -> None:
    """No key is missing, and none is left out of the documentation."""
    run = rolegate("validate", write_set(tmp_path, MISTAKES), "--format", "json")
    assert run.code == 1
    assert run.json["ok"] is False
    assert run.json["summary"] == {"sets": 1, "errors": 2, "warnings": 0, "accepted": 0, "set_aside": 0}
    assert len(run.json["diagnostics"]) == 2
    for diagnostic in run.json["diagnostics"]:
        assert set(diagnostic) == {
            "code", "name", "severity", "message", "file", "line", "column", "help", "entry", "related",
        }  # fmt: skip
        assert Path(diagnostic["file"]).exists()


def test_warnings_are_findings_only_when_strict(tmp_path: Path) -> None:
    """A warning alone leaves the exit code at 0, and `--strict` does not."""
    path = write_set(tmp_path, WARNING)
    run = rolegate("validate", path)
    assert run.code == 0
    assert "RG325 role.empty: warning: " in run.out
    assert rolegate("validate", path, "--strict").code == 1
    assert rolegate("validate", path, "--format", "json").json["ok"] is True
    assert rolegate("validate", path, "--strict", "--format", "json").json["ok"] is False


def test_accepted_warnings_are_counted_and_are_no_findings(tmp_path: Path) -> None:
    """With `--strict` a set with accepted warnings is clean; the reasons are in the JSON."""
    role = "role: empty\naccept: {RG325: to be filled in May}\n"
    path = write_set(tmp_path, {**WARNING, "roles/empty.yaml": role})
    run = rolegate("validate", path, "--strict")
    assert (run.code, run.out) == (0, "1 policy set: 0 errors, 0 warnings, 1 accepted\n")
    found = rolegate("validate", path, "--format", "json").json
    assert found["diagnostics"] == []
    assert found["summary"] == {"sets": 1, "errors": 0, "warnings": 0, "accepted": 1, "set_aside": 0}
    (accepted,) = found["accepted"]
    assert (accepted["code"], accepted["line"], accepted["reason"]) == ("RG325", 1, "to be filled in May")
    assert accepted["accepted_at"] == {"file": f"{path}/roles/empty.yaml", "line": 2, "column": 10}


def test_several_paths_are_one_answer(tmp_path: Path) -> None:
    """Good and bad together are one list and one summary."""
    write_set(tmp_path / "good", SMALL)
    write_set(tmp_path / "bad", MISTAKES)
    run = rolegate("validate", tmp_path / "good", tmp_path / "bad", "--format", "json")
    assert run.code == 1
    assert run.json["summary"] == {"sets": 2, "errors": 2, "warnings": 0, "accepted": 0, "set_aside": 0}
    assert rolegate("validate", tmp_path, "--format", "json").json["summary"]["sets"] == 2


def test_without_paths_it_looks_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The current folder is the default."""
    monkeypatch.chdir(write_set(tmp_path, SMALL))
    assert rolegate("validate").code == 0


def test_paths_without_a_set_are_exit_2(tmp_path: Path) -> None:
    """A pipeline that looks in the wrong place must not be green."""
    for path in (tmp_path / "nowhere", tmp_path):
        run = rolegate("validate", path)
        assert run.code == 2
        assert "rolegate: " in run.err or "RG1" in run.out


@pytest.mark.parametrize(
    ("file", "content", "code"),
    [
        ("roles/big.yaml", b"#" * (50 * 1024 * 1024), "RG102"),
        ("roles/latin.yaml", b"role: caf\xe9\n", "RG103"),
        ("roles/nul.yaml", b"role: a\0b\n", "RG103"),
    ],
)
def test_what_cannot_be_read_is_exit_2(file: str, content: bytes, code: str, tmp_path: Path) -> None:
    """A file that is not text is not a finding about a policy."""
    path = write_set(tmp_path, SMALL)
    (path / file).write_bytes(content)
    run = rolegate("validate", path, "--format", "json")
    assert run.code == 2
    assert code in {diagnostic["code"] for diagnostic in run.json["diagnostics"]}


@pytest.mark.skipif(os.name == "nt", reason="on Windows, links need a privilege")
def test_a_link_that_leads_back_to_itself_is_exit_2(tmp_path: Path) -> None:
    """Nothing hangs, nothing crashes."""
    path = write_set(tmp_path, SMALL)
    (path / "roles" / "loop.yaml").symlink_to("loop.yaml")
    run = rolegate("validate", path, "--format", "json")
    assert run.code == 2
    assert [diagnostic["code"] for diagnostic in run.json["diagnostics"]] == ["RG101"]


def test_hostile_text_of_a_file_is_shown_harmless(tmp_path: Path) -> None:
    """A policy file cannot paint the terminal of who validates it."""
    grants = 'role: reader\ngrants: ["a\\x1b[2J\\u202e\\r\\nb: RG000 all.fine"]\n'
    run = rolegate(
        "validate", write_set(tmp_path, {**SMALL, "roles/reader.yaml": grants}), env={"FORCE_COLOR": ""}
    )
    assert run.code == 1
    assert all(line.isprintable() for line in run.out.split("\n"))
    assert "\nb: RG000" not in run.out


def on_a_terminal(*arguments: object) -> tuple[int, str]:
    """The exit code of a command that has a terminal, and what is to be seen there."""
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "rolegate_cli", *map(str, arguments)]
    env = environment({"TERM": "xterm-256color"})
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # Linux ends a terminal that nobody writes to with an error
            while part := os.read(ours, 65_536):
                shown += part
        os.close(ours)
    return process.returncode, shown.decode()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no terminals that a test can open")
def test_on_a_terminal_it_shows_the_line(tmp_path: Path) -> None:
    """People see the source line with a caret below the place, in colour."""
    code, shown = on_a_terminal("validate", write_set(tmp_path, MISTAKES))
    assert code == 1
    assert "\x1b[" in shown
    plain = "".join(
        part.partition("m")[2] if number else part for number, part in enumerate(shown.split("\x1b["))
    )
    lines = [line.rstrip() for line in plain.splitlines()]
    at = lines.index("  2 | grants: [raed]")
    assert lines[at + 1] == "    |          ^"


def test_what_is_set_aside_is_counted_and_told(tmp_path: Path) -> None:
    """The error fails the run, and the JSON says what is not in force; other commands go on, and say so."""
    path = write_set(
        tmp_path,
        {
            "catalog.yaml": "catalog: shop\npermissions: {show: Show}\n",
            "domains.yaml": "domains: {acme: {}, beta: {}}\n",
            "bindings/acme.yaml": "bindings: [{user: ana, restrict: [shwo]}]\n",
            "bindings/beta.yaml": "bindings: [{user: bo, grants: [show]}]\n",
        },
    )
    run = rolegate("validate", path)
    assert run.code == 1 and run.out.endswith("1 policy set: 1 error, 1 warning, 1 set aside\n")
    found = rolegate("validate", path, "--format", "json").json
    assert found["summary"]["set_aside"] == 1 and not found["ok"]
    (part,) = found["set_aside"]
    assert (part["domain"], part["role"], part["why"]["code"]) == ("acme", None, "RG301")
    run = rolegate("check", path, "show", "--user", "bo", "--domain", "beta")
    assert run.code == 0 and "set aside: domain `acme` answers no" in run.err
    assert rolegate("compile", path, "-o", tmp_path / "made").code == 0
    assert "set aside: acme" in rolegate("doctor", tmp_path / "made").out
    assert "1 set aside" in rolegate("doctor", path).out


def test_the_environment_chooses_the_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`large` is for sets of one's own; another value is a mistake, and nothing is read."""
    for value, limits in (("", Limits()), ("ordinary", Limits()), ("large", Limits.large())):
        monkeypatch.setenv("ROLEGATE_LIMITS", value)
        assert chosen_limits() == limits
    monkeypatch.setenv("ROLEGATE_LIMITS", "huge")
    run = rolegate("validate", write_set(tmp_path, SMALL))
    assert (run.code, run.out) == (2, "")
    assert "`large` or `ordinary`" in run.err


def test_a_text_on_stdin_is_judged_inside_its_set(tmp_path: Path) -> None:
    """In the place of the file, which may be new; what is on disk is neither used nor changed."""
    path = write_set(tmp_path / "set", SMALL)
    reader, new = path / "roles" / "reader.yaml", path / "roles" / "new.yaml"
    assert rolegate("validate", "-", "--as", reader, input=SMALL["roles/reader.yaml"]).code == 0
    run = rolegate("validate", "-", "--as", reader, input="role: reader\ngrants: [raed]\n")
    assert (1, True) == (run.code, f"{reader}:2:10: RG301" in run.out)
    run = rolegate("validate", "-", "--as", reader, input="role: other\ngrants: [read]\n")
    assert (1, True) == (run.code, "unknown role `reader`" in run.out)
    assert rolegate("validate", "-", "--as", new, input="role: new\ngrants: [read]\n").code == 0
    assert (
        f"{new}:2:10: RG301" in rolegate("validate", "-", "--as", new, input="role: new\ngrants: [x]\n").out
    )
    for first in ("tests", "bindings/acme"):
        run = rolegate("validate", "-", "--as", path / first / "new.yaml", input="x: []\n")
        assert (run.code, f"{first}/new.yaml:1:1: RG112" in run.out) == (1, True)
    assert rolegate("validate", "-", "--as", reader, input=b"x" * (5 * 1024 * 1024 + 1)).code == 2
    assert (False, 0) == (new.exists(), rolegate("validate", path).code)
    beside = rolegate("validate", "-", "--as", path.parent / "a.yaml", input="x")
    assert (2, True) == (beside.code, "a.yaml: the file is not in a policy set" in beside.err)
    for wrong in (("-",), (path, "--as", reader), ("-", "--as", path.parent / "no" / "set" / "a.yaml")):
        assert rolegate("validate", *wrong, input="").code == 2
