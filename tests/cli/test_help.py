"""`rolegate --help`, versions, completion: what answers before any policy is read."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from command_line import SMALL, environment, process, rolegate, starter, write_set
from rolegate_cli.app import COMMANDS, cli

HEAVY = ("yaml", "pydantic", "casbin", "rich", "sqlalchemy", "rolegate")


def test_help_names_every_command_and_exit_code() -> None:
    """The help of the group is the map of the tool."""
    run = rolegate("--help")
    assert run.code == 0
    for name, text in COMMANDS.items():
        assert name in run.out
        assert text in run.out
    for line in ("0  yes", "1  no", "2  wrong usage", "3  internal error"):
        assert line in run.out


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_what_the_table_says(name: str) -> None:
    """The table that makes `--help` fast cannot drift from the commands."""
    import click

    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.name == name
    assert (command.help or "").splitlines()[0] == COMMANDS[name]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_its_exit_codes(name: str) -> None:
    """Exit codes are part of the interface, so each help has them."""
    run = rolegate(name, "-h")
    assert run.code == 0
    assert "Exit codes: 0" in " ".join(run.out.split())


def commands(command: Any, names: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each command that does something, with its names, those of a group as well."""
    import click

    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            inner = command.get_command(click.Context(command), name)
            yield from commands(inner, (*names, name))
    else:
        yield names, command


@pytest.mark.parametrize("names", [names for names, _ in commands(cli)], ids=" ".join)
def test_each_help_says_what_its_arguments_are_and_fits_a_terminal(names: tuple[str, ...]) -> None:
    """Whoever sees SOURCE for the first time reads there what it is; no line is broken by a terminal."""
    import click

    command = dict(commands(cli))[names]
    usage, _, told = rolegate(*names, "--help").out.partition("\n")
    for argument in command.params:
        if isinstance(argument, click.Argument):
            word = re.sub(r"[\[\]. ]", "", argument.human_readable_name)
            if not isinstance(argument.type, click.Choice):  # that lists what can be written
                assert re.search(rf"\b{word}S?\b(?! *\|)", told), word
    assert [line for line in told.splitlines() if len(line) > 80] == []
    assert usage.startswith("Usage: ")


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_that_answers_takes_a_time(name: str) -> None:
    """All that read a set to answer, and none that writes files or looks at this installation."""
    timeless = {"init", "fmt", "schema", "role", "import", "completion", "doctor", "store"}
    assert ("--at TIME" in rolegate(name, "--help").out) is (name not in timeless)
    if name not in timeless:
        run = rolegate(name, "policies", "--at", "soon")
        assert (run.code, run.out) == (2, "")
        assert "is not a valid time" in run.err


@pytest.mark.parametrize(
    "name",
    ["check", "explain", "who-can", "tree", "matrix", "compile"],
)
def test_where_a_policy_set_is_read_from_is_called_source(name: str) -> None:
    """Each command that asks a policy set calls where it is by the same word, first on the line."""
    assert f"Usage: rolegate {name} [OPTIONS] SOURCE" in rolegate(name, "--help").out


def test_help_imports_no_library() -> None:
    """`rolegate --help` loads click, and nothing that costs time."""
    script = (
        "import sys\n"
        "from rolegate_cli.__main__ import main\n"
        "sys.argv = ['rolegate', '--help']\n"
        "try: main()\n"
        "except SystemExit as done: assert not done.code\n"
        f"heavy = [module for module in {HEAVY!r} if module in sys.modules]\n"
        "commands = [module for module in sys.modules if module.startswith('rolegate_cli.commands')]\n"
        "print(heavy + commands, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, check=True, text=True
    )
    assert done.stderr.strip() == "[]"
    assert "Usage: rolegate" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="counts the processor time of a child")
def test_help_starts_at_once() -> None:
    """At most 0.15 s over the bare interpreter, in processor time: other tests may run at the same time."""
    import resource

    def spent() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    def best(*command: str) -> float:
        times = []
        for _ in range(5):
            before = spent()
            subprocess.run([sys.executable, *command], env=environment(), capture_output=True, check=True)
            times.append(spent() - before)
        return min(times)

    assert best("-m", "rolegate_cli", "--help") - best("-c", "pass") <= 0.15


def test_without_arguments_it_is_wrong_usage() -> None:
    """Nothing asked is nothing answered: the help goes to stderr."""
    run = rolegate()
    assert (run.code, run.out) == (2, "")
    assert "Usage: rolegate" in run.err


def test_a_misspelt_command_gets_the_nearest() -> None:
    """As with every other name, the nearest is named."""
    run = rolegate("vaildate")
    assert (run.code, run.out) == (2, "")
    assert "did you mean `validate`?" in run.err


def test_an_unknown_command_gets_all_of_them() -> None:
    """Where no name is near, the message lists what there is."""
    run = rolegate("bogus")
    assert (run.code, run.out) == (2, "")
    assert run.err.endswith(
        f"rolegate: there is no command `bogus`; the commands are {', '.join(COMMANDS)}\n"
    )


def test_control_characters_of_arguments_do_not_reach_the_terminal() -> None:
    """What is echoed from the command line is made visible first."""
    run = rolegate("x\x1b[2J\u202e")
    assert run.code == 2
    assert "\x1b" not in run.err
    assert "\u202e" not in run.err


def test_version_and_module() -> None:
    """`python -m rolegate_cli` is `rolegate`."""
    run = process("--version")
    assert run.code == 0
    assert run.out.startswith("rolegate ")
    assert "Usage: rolegate [OPTIONS]" in process("--help").out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_the_script(shell: str) -> None:
    """The script asks rolegate itself for completions."""
    run = rolegate("completion", shell)
    assert run.code == 0
    assert "_ROLEGATE_COMPLETE" in run.out


def test_an_unknown_shell_is_wrong_usage() -> None:
    """Only what click can do is offered."""
    assert rolegate("completion", "nu").code == 2


def variables_of(line: str) -> dict[str, str]:
    """What a bash tells a command whose *line* it completes."""
    count = len(line.split(" ")) - 1
    return {"_ROLEGATE_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(count)}


def completed(line: str) -> list[str]:
    """What is completed in the folder we are in, by this process: the answer is that of a new one."""
    run = rolegate(env=variables_of(line))
    assert (0, "") == (run.code, run.err)
    return [offer.partition(",")[2] for offer in run.out.split()]


def test_a_new_process_completes(tmp_path: Path) -> None:
    """A shell starts the command with what is on the line in variables."""
    starter(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "rolegate_cli"],
        env=environment(variables_of("rolegate check set tickets.show --domain acme-")),
        cwd=tmp_path,
        capture_output=True,
        check=True,
        text=True,
    )
    assert ("plain,acme-emea\n", "") == (done.stdout, done.stderr)


def test_names_of_the_set_are_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permissions, roles, domains, scopes and groups come from the set on the line."""
    monkeypatch.chdir(tmp_path)
    starter(tmp_path)
    assert completed("rolegate va") == ["validate"]
    assert completed("rolegate check set tickets.d") == ["tickets.delete"]
    assert completed("rolegate check set tickets.show --role ag") == ["agent"]
    assert completed("rolegate check set tickets.show --domain acme-") == ["acme-emea"]
    assert completed("rolegate check set tickets.show --scope t") == ["team"]
    assert completed("rolegate check set tickets.show --user b") == ["bo"]
    assert completed("rolegate check set tickets.show --team s") == ["sales"]
    fields = ["contacts.fields", *(f"contacts.fields.{name}" for name in ("card_number", "name", "phone"))]
    assert completed("rolegate tree set contacts.f") == fields
    assert completed("rolegate who-can set tickets.d") == ["tickets.delete"]
    assert completed("rolegate lint set --labels f") == ["fr"]


def test_completion_is_silent_where_it_knows_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A set with errors, or none, completes nothing and says nothing."""
    monkeypatch.chdir(tmp_path)
    write_set(tmp_path / "bad", {"catalog.yaml": "catalog: [\n"})
    assert completed("rolegate check bad t") == []
    assert completed("rolegate check nowhere t") == []


def test_names_a_shell_would_expand_are_not_completed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """click's bash script does not quote what it inserts."""
    monkeypatch.chdir(tmp_path)
    roles = "roles:\n" + "".join(
        f"  {name!r}: {{grants: [read]}}\n" for name in ("$(touch x)", "a b", "*", "ok")
    )
    write_set(tmp_path / "set", {"catalog.yaml": SMALL["catalog.yaml"], "roles/all.yaml": roles})
    assert completed("rolegate check set read --role ") == ["ok"]
