"""Compiled files in the place of SOURCE: answered where lines say enough, else refused with what to do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from command_line import rolegate
from git_desk import FILES, repository
from reading import write


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The desk and its compiled files, in `set` and `built`."""
    top = tmp_path_factory.mktemp("compiled")
    write(top / "set", dict(FILES))
    assert rolegate("compile", top / "set", "-o", top / "built").code == 0
    return top / "built"


SAID = "compiled files have names alone: no titles, no places, and nothing that nobody holds"
DAN = ("--user", "dan", "--domain", "beta")


def test_check_says_yes_and_no(built: Path) -> None:
    """With the role of the line, and once what cannot be known."""
    yes = rolegate("check", built, "tickets.show", *DAN, "--scope", "my")
    assert (yes.code, yes.out) == (0, "allowed: role `viewer` grants `tickets.show@my`\n")
    assert yes.err.count(SAID) == 1
    no = rolegate("check", built, "tickets.show", *DAN, "--scope", "all", "--format", "json")
    assert (no.code, json.loads(no.out)["allowed"]) == (1, False)


@pytest.mark.parametrize(
    ("options", "help"),
    [
        ((), "name a scope; lines have `all`, `my`, `team`"),
        (("--scope", "my", "--at", "2026-01-01"), "leave out the time"),
        (("--scope", "my", "--locale", "en"), "leave out the language"),
    ],
)
def test_what_lines_do_not_say_is_not_guessed(built: Path, options: tuple[str, ...], help: str) -> None:
    """The broadest scope, another time, titles: each is refused with what to ask instead."""
    run = rolegate("check", built, "tickets.show", *DAN, *options)
    assert (run.code, run.out) == (2, "")
    assert help in run.err


def test_who_can_lists_holders(built: Path) -> None:
    """The users are those of the set."""
    lines = rolegate("who-can", built, "tickets.show", "--scope", "my", "--format", "json")
    asked = rolegate("who-can", built.parent / "set", "tickets.show", "--scope", "my", "--format", "json")
    found, known = (
        {(h["name"], h["domain"]) for h in json.loads(run.out)["holders"] if h["kind"] == "user"}
        for run in (lines, asked)
    )
    assert found == known != set()


@pytest.mark.parametrize("format", ["text", "markdown", "json", "html"])
def test_diff_compares_them_with_the_set(built: Path, tmp_path: Path, format: str) -> None:
    """What is deployed and what would be: the first thing to look at before a deployment."""
    same = rolegate("diff", built, built.parent / "set", "--exit-code", "--format", format)
    assert same.code == 0
    assert "no conditions on records" in same.out
    files = {name: text.replace("@team", "@all") for name, text in FILES.items()}
    wider = rolegate("diff", built, write(tmp_path, files), "--exit-code", "--format", format)
    assert wider.code == 1
    assert "agent" in wider.out


def test_the_matrix_has_what_lines_give_each_role(built: Path) -> None:
    """Roles by their names, and permissions that somebody holds; in one domain, those that it has."""
    run = rolegate("matrix", built, "--format", "json")
    assert (run.code, run.err.count(SAID)) == (0, 1)
    shown = json.loads(run.out)
    known = json.loads(rolegate("matrix", built.parent / "set", "--format", "json").out)
    assert {row["path"] for row in shown["rows"]} <= {row["path"] for row in known["rows"]}
    held = {
        (row["path"], id) for row in shown["rows"] for id, state in row["states"].items() if state != "off"
    }
    rows = (row for row in known["rows"] if not row["group"])
    assert held == {
        (row["path"], id) for row in rows for id, state in row["states"].items() if state != "off"
    }
    for form in ("text", "markdown", "csv", "html"):
        assert "tickets.show" in rolegate("matrix", built, "--domain", "beta", "--format", form).out
    for option in (("--depth", "1"), ("--locale", "en"), ("--at", "2026-01-01"), ("--role", "nobody")):
        refused = rolegate("matrix", built, *option)
        assert (refused.code, refused.out) == (2, "")


def test_explain_names_the_lines(built: Path) -> None:
    """Each step is a line of policy.csv; what would change a no is not in lines."""
    yes = rolegate("explain", built, "tickets.show", *DAN, "--scope", "my")
    assert (yes.code, yes.err.count(SAID)) == (0, 1)
    assert "role `viewer` grants `tickets.show@my`  " in yes.out
    assert f"{built.as_posix()}/policy.csv:" in yes.out
    no = rolegate("explain", built, "tickets.show", *DAN, "--scope", "all")
    assert (no.code, no.out) == (1, "denied: no grant covers it\n")


def test_a_gate_and_routes_are_refused(built: Path) -> None:
    """Both need more than lines."""
    for option in (("--gate",), ("--routes", "routes.yaml")):
        run = rolegate("diff", built, built.parent / "set", *option)
        assert (run.code, run.out) == (2, "")
        assert "compiled files" in run.err


def test_compiled_files_of_a_revision_are_read(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As those on disk are: what was deployed last month is in git, and perhaps nowhere else."""
    desk = repository(tmp_path / "top")
    shutil.copytree(built, desk.top / "build")
    id = desk.commit("Compiled")
    shutil.rmtree(desk.top / "build")
    monkeypatch.chdir(desk.top)
    for asked in (
        ("check", "tickets.show", *DAN, "--scope", "my"),
        ("check", "tickets.show", *DAN, "--scope", "all", "--format", "json"),
        ("check", "tickets.show", *DAN),
        ("who-can", "tickets.show", "--scope", "my"),
    ):
        runs = [rolegate(asked[0], source, *asked[1:]) for source in (built, f"{id}:build", f"{id}:./build")]
        assert runs[0].code == runs[1].code == runs[2].code
        assert runs[0].out == runs[1].out == runs[2].out
    assert rolegate("diff", f"{id}:build", "policies/desk", "--exit-code").code == 0
    assert rolegate("diff", f"{id}:build", f"{id}:build", "--exit-code").code == 0
    desk.write(roles__viewer="role: viewer\ngrants: [tickets.show@all]\n")
    assert "dan in beta" in rolegate("diff", f"{id}:build", "policies/desk").out
    (desk.top / "build").mkdir()
    (desk.top / "build" / "policy.csv").symlink_to("../policies/desk/catalog.yaml")
    desk.commit("A link")
    assert "there is no policy set" in rolegate("check", "HEAD:build", "tickets.show", *DAN).err


def test_compiled_files_of_a_revision_are_refused_as_those_on_disk(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model that is not there, a file that was cut off, two in one; each by the name that was given."""
    desk = repository(tmp_path / "top")
    shutil.copytree(built, desk.top / "build")
    policy, model = desk.top / "build" / "policy.csv", desk.top / "build" / "model.conf"
    text = policy.read_text()
    monkeypatch.chdir(desk.top)
    for written, message in (
        (text + text, "HEAD:build/policy.csv:"),
        (text[:-9], "HEAD:build/policy.csv: the last line"),
        ("", "HEAD:build/policy.csv: `rolegate compile` did not write this file"),
    ):
        policy.write_text(written)
        desk.commit("Changed")
        run = rolegate("check", "HEAD:build", "tickets.show", *DAN)
        assert (run.code, run.out) == (2, "")
        assert message in run.err
    model.unlink()
    policy.write_text(text)
    desk.commit("No model")
    run = rolegate("check", "HEAD:build", "tickets.show", *DAN)
    assert (run.code, run.out) == (2, "")
    assert "HEAD:build: `model.conf` cannot be read" in run.err


@pytest.mark.parametrize("command", ["tree", "report", "log", "lint", "test", "validate", "compile"])
@pytest.mark.parametrize("at_revision", [False, True])
def test_what_needs_a_catalog_says_which_commands_do_not(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, at_revision: bool
) -> None:
    """Whether the files are on disk or at a revision."""
    desk = repository(tmp_path / "top")
    shutil.copytree(built, desk.top / "build")
    desk.commit("Compiled")
    monkeypatch.chdir(desk.top)
    source = "HEAD:build" if at_revision else "build"
    run = rolegate(command, source)
    assert (run.code, run.out) == (2, "")
    assert "lines alone, and no catalog, no titles and no files to look at" in run.err
    assert "with a permission, `explain`, `matrix` and `diff` read compiled files" in run.err


def test_what_is_not_a_file_is_not_called_compiled_files(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link that a revision has, and a folder with the name of lines: the message is about that."""
    desk = repository(tmp_path / "top")
    shutil.copytree(built, desk.top / "build")
    (desk.top / "linked").mkdir()
    for name in ("policy.csv", "model.conf"):
        (desk.top / "linked" / name).symlink_to(f"../build/{name}")
    (desk.top / "folder" / "policy.csv").mkdir(parents=True)
    (desk.top / "folder" / "policy.csv" / "kept").write_text("")
    desk.commit("Links")
    monkeypatch.chdir(desk.top)
    asked = ("tickets.show", *DAN, "--scope", "my")
    assert rolegate("check", "linked", *asked).code == 0
    for source, says in (
        ("HEAD:linked", "`policy.csv` is a link there, and links to compiled files are not followed"),
        ("HEAD:folder", "there are policy sets in `policies/desk`"),
        ("folder", "`policy.csv` is there, but it is not a file"),
    ):
        for command in ("check", "who-can", "diff"):
            run = rolegate(
                command, source, *({"check": asked, "who-can": asked[:1]}.get(command, ("build",)))
            )
            assert (run.code, run.out) == (2, ""), run
            assert says in run.err
            assert "read compiled files" not in run.err
