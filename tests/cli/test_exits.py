"""Exit codes and streams: whatever happens there is one code for it, and never a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

import rolegate as library
from command_line import SMALL, environment, process, rolegate, starter, write_set

QUESTION = ("tickets.show", "--role", "agent", "--scope", "team")


def test_a_bug_of_ours_is_exit_3_and_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An internal error is not an answer, and says how to report it."""

    def broken(*_: object, **__: object) -> None:
        raise TypeError("first\nsecond \x1b[31m")

    monkeypatch.setattr(library, "load_source", broken)
    run = rolegate("tree", tmp_path)
    assert (run.code, run.out) == (3, "")
    assert run.err.startswith("rolegate: internal error: TypeError: first second \\x1b[31m; ")
    assert "report" in run.err
    assert run.err.count("\n") == 1


def test_running_out_of_stack_is_exit_3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even the errors that are rarely caught have their code."""

    def broken(*_: object, **__: object) -> None:
        raise RecursionError("maximum recursion depth exceeded")

    monkeypatch.setattr(library, "load_source", broken)
    assert rolegate("tree", tmp_path).code == 3


@pytest.mark.parametrize("command", ["check", "explain", "who-can", "tree", "matrix", "compile"])
def test_a_set_with_errors_answers_nothing(command: str, tmp_path: Path) -> None:
    """Its diagnostics go to stderr, and the exit code is not `no`."""
    path = write_set(tmp_path, {**SMALL, "roles/reader.yaml": "role: reader\ngrants: [raed]\n"})
    more = {
        "check": ["read", "--role", "reader"],
        "explain": ["read", "--role", "reader"],
        "who-can": ["read"],
    }
    run = rolegate(command, path, *more.get(command, []))
    assert (run.code, run.out) == (2, "")
    assert "RG301 grant.unknown-permission" in run.err
    assert "help: did you mean `read`?" in run.err


@pytest.mark.parametrize("command", ["check", "explain", "who-can", "tree", "matrix", "compile"])
def test_a_set_that_is_not_there_is_exit_2(command: str, tmp_path: Path) -> None:
    """A wrong path is wrong usage, and the message names it."""
    more = {"tree": [], "matrix": [], "compile": [], "who-can": ["read"]}
    run = rolegate(command, tmp_path / "nowhere", *more.get(command, ["read", "--role", "reader"]))
    assert (run.code, run.out) == (2, "")
    assert "nowhere" in run.err


def test_arguments_that_are_no_text_are_exit_2(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 arrive as lone surrogates; they are refused before anything else."""
    run = process("check", tmp_path, "tickets.show", "--user", b"an\xffa", "--domain", "acme")
    assert (run.code, run.out) == (2, "")
    assert "argument 5 is not UTF-8 text: 'an\\xffa'" in run.err
    run = rolegate("check", tmp_path, "tickets.show", "--user", "an\ud800a")
    assert run.code == 2
    assert "argument 5" in run.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "PERMISSION is missing; write `rolegate explain SOURCE PERMISSION`"),
        (("tickets.show",), "--user, --team or --role"),
        (("tickets.show", "--user", "ana", "--role", "agent"), "give only one of --user, --team and --role"),
        (("tickets.show", "--user", "ana"), "its domains are `acme`, `acme-emea`, `beta`"),
        (("tickets.show", "--team", "sales"), "its domains are `acme`, `acme-emea`, `beta`"),
        (("tickets.show", "--role", "agent", "--at", "soon"), "`soon` is not a valid time"),
        (("tickets.show", "--role", "agent", "--at", "2027-02-30"), "`2027-02-30` is not a valid time"),
        (("tickets.show", "--role", "agent", "--on", "a%zz"), "%"),
        (("tickets.show", "--role", "agent", "--format", "xml"), "xml"),
        (("tickets.show", "--role", "agent", "--unknown"), "--unknown"),
    ],
)
def test_wrong_usage_is_exit_2(arguments: tuple[str, ...], says: str, tmp_path: Path) -> None:
    """Every way to ask wrongly says what is wrong."""
    run = rolegate("explain", starter(tmp_path), *arguments)
    assert (run.code, run.out) == (2, "")
    assert says in run.err


def answering(folder: Path) -> subprocess.Popen[bytes]:
    """A command that answers the questions that it is sent, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "rolegate_cli", "check", starter(folder), "--batch", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        # A shell that runs the tests in the background has them ignore Ctrl-C, and a child inherits that.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )


def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    """`rolegate … | head -1` prints a line and no complaint."""
    child = answering(tmp_path)
    assert child.stdin and child.stdout and child.stderr
    child.stdin.write(b'{"permission": "tickets.show", "role": "agent"}\n')
    child.stdin.flush()
    assert child.stdout.readline().startswith(b"{")
    child.stdout.close()
    child.stdin.write(b'{"permission": "tickets.show", "role": "agent"}\n' * 100)
    child.stdin.close()
    assert child.wait(30) == 141
    assert child.stderr.read() == b""
    child.stderr.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_an_interrupt_is_exit_130(tmp_path: Path) -> None:
    """Ctrl-C ends a command at once, without a traceback."""
    child = answering(tmp_path)
    assert child.stdin and child.stdout and child.stderr
    child.stdin.write(b'{"permission": "tickets.show", "role": "agent"}\n')
    child.stdin.flush()
    child.stdout.readline()
    time.sleep(0.1)
    child.send_signal(signal.SIGINT)
    assert child.wait(30) == 130
    assert child.stderr.read() == b""
    for stream in (child.stdin, child.stdout, child.stderr):
        stream.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_disk_is_no_answer(tmp_path: Path) -> None:
    """What could not be written was not answered."""
    path = starter(tmp_path)
    for arguments in (("check", path, *QUESTION), ("--help",), ("matrix", path, "--format", "html")):
        with open("/dev/full", "wb") as full:
            run = process(*arguments, stdout=full)
        assert run.code == 3
        assert run.err == "rolegate: cannot write the output: No space left on device\n"


def test_colour_is_for_terminals_only(tmp_path: Path) -> None:
    """A pipe gets plain text; FORCE_COLOR brings colour; NO_COLOR has the last word."""
    path = starter(tmp_path)
    for arguments in (
        ("check", path, *QUESTION),
        ("tree", path, "--role", "agent"),
        ("matrix", path),
        ("validate", path),
    ):
        assert "\x1b" not in rolegate(*arguments).out
        assert "\x1b[" in rolegate(*arguments, env={"FORCE_COLOR": "1"}).out
        assert "\x1b" not in rolegate(*arguments, env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).out


def test_a_narrow_encoding_gets_letters(tmp_path: Path) -> None:
    """Where the marks cannot be written, `[x]`, `[ ]` and `[~]` replace them."""
    path = starter(tmp_path)
    run = process("tree", path, "--role", "agent", env={"PYTHONIOENCODING": "ascii"})
    assert run.code == 0
    assert run.out.isascii()
    for mark in ("[x]", "[ ]", "[~]"):
        assert mark in run.out
    french = process("tree", path, "--locale", "fr", "--format", "json", env={"PYTHONIOENCODING": "ascii"})
    assert french.out.isascii()
    assert french.json["children"]


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("catalog.json", "rename `catalog.json` to `catalog.yaml` (JSON is read as well)"),
        ("Catalog.YAML", "rename `Catalog.YAML` to `catalog.yaml`"),
        ("notes.txt", "a set is a folder with a catalog.yaml, and `rolegate init` writes one"),
    ],
)
def test_a_folder_that_is_no_set_says_what_is_expected(name: str, help: str, tmp_path: Path) -> None:
    """What the file of the catalog is called is told, by the name of the file that is there."""
    (tmp_path / name).write_text("{}")
    run = rolegate("validate", tmp_path)
    assert (2, f"rolegate: {tmp_path}: there is no policy set here or below; {help}\n") == (run.code, run.err)
