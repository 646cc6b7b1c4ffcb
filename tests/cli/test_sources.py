"""Every command that reads a policy set reads it from a folder, or from one at a revision of git."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from command_line import Run, rolegate
from git_desk import Repository, repository
from rolegate.documents.limits import Limits
from rolegate_cli.app import cli

THEN = "role: viewer\ngrants: [tickets.show@my, tickets.show@my]\n"
NOW = "role: viewer\ngrants: [tickets.shwo@my]\n"
DAN = ("--user", "dan", "--domain", "beta")
READING = {
    "validate": ("validate", "SOURCE"),
    "lint": ("lint", "SOURCE"),
    "fmt": ("fmt", "SOURCE", "--check"),
    "check": ("check", "SOURCE", "tickets.show", *DAN, "--scope", "my"),
    "check --batch": ("check", "SOURCE", "--batch", "-"),
    "explain": ("explain", "SOURCE", "tickets.show", *DAN, "--scope", "my"),
    "who-can": ("who-can", "SOURCE", "tickets.show"),
    "who-can without a permission": ("who-can", "SOURCE"),
    "check --list": ("check", "SOURCE", "inboxes.access", "--list", "--user", "bo", "--domain", "acme"),
    "tree": ("tree", "SOURCE"),
    "tree PATH": ("tree", "SOURCE", "contacts.fields", *DAN),
    "matrix": ("matrix", "SOURCE"),
    "lint --labels": ("lint", "SOURCE", "--labels", "en"),
    "schema": ("schema", "--policy", "SOURCE"),
    "report": ("report", "SOURCE", "--at", "2030-01-01"),
    "diff": ("diff", "SOURCE", "SOURCE"),
    "test": ("test", "SOURCE"),
    "compile": ("compile", "SOURCE"),
    "doctor": ("doctor", "SOURCE"),
}
SAID = {"doctor": 1}
"""What cannot be read is a finding of `doctor`, whatever it is; for every other command it ends the run."""
QUESTION = '{"permission": "tickets.show", "user": "dan", "domain": "beta", "scope": "my"}\n'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository whose last commit can be read; the files as they are now have an error."""
    desk = repository(tmp_path_factory.mktemp("sources") / "top")
    catalog = (desk.folder / "catalog.yaml").read_text("utf-8")
    contacts = "  contacts: {title: Contacts, fields: {phone: Phone}}\n"
    expected = "access:\n  - {name: dan reads, domain: beta, user: dan, allow: tickets.show@my}\n"
    desk.write(catalog=catalog + contacts, roles__viewer=THEN, tests__dan=expected)
    desk.commit("Twice")
    desk.git("worktree", "add", "--quiet", "--detach", "../then", "HEAD")
    desk.write(roles__viewer=NOW)
    return desk


@pytest.fixture
def desk(made: Repository, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """The same, with its top as the current folder."""
    monkeypatch.chdir(made.top)
    return made


def run(command: str, source: str) -> Run:
    """A run of *command* on *source*."""
    return rolegate(*(source if word == "SOURCE" else word for word in READING[command]), input=QUESTION)


@pytest.mark.parametrize("command", READING)
def test_a_revision_is_read_as_it_was(command: str, desk: Repository) -> None:
    """The command ends as it does on that folder checked out, and prints the same."""
    there = run(command, "HEAD:policies/desk")
    out = run(command, "../then/policies/desk")
    assert there.code in (0, 1), there
    assert there.code == out.code
    assert there.out == out.out.replace("../then/policies/desk", "HEAD:policies/desk")
    assert there.err == out.err


@pytest.mark.parametrize("command", READING)
@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("HEAD~9:policies/desk", "there is no revision `HEAD~9` in this repository"),
        ("HEAD:nowhere", "in `nowhere` at `HEAD`; there are policy sets in `policies/desk`"),
        ("HEAD:../../away", "lies outside the repository"),
        ("\0:policies", "not usable text"),
    ],
)
def test_what_a_revision_does_not_have_is_said(
    command: str, source: str, said: str, desk: Repository
) -> None:
    """In one line, with exit code 2, and nothing of an answer."""
    refused = run(command, source)
    assert said in refused.err + refused.out
    assert refused.code == SAID.get(command, 2)
    assert not refused.out or command == "doctor"


NAMELESS = {
    **{name: (words, words.index("SOURCE")) for name, words in READING.items()},
    "diff to": (READING["diff"], 2),
    "log": (("log", "SOURCE"), 1),
    "role clone": (("role", "clone", "SOURCE", "viewer", "reader"), 2),
}


@pytest.mark.parametrize("command", NAMELESS)
def test_a_variable_that_is_not_set_is_no_source(command: str, desk: Repository) -> None:
    """Read as the current folder, a set would be compared with itself, and a gate would let it pass."""
    words, place = NAMELESS[command]
    asked = [str(desk.folder) if word == "SOURCE" else word for word in words]
    asked[place] = ""
    run = rolegate(*asked)
    assert (run.code, run.out) == (2, "")
    assert "an empty text names no policy set" in run.err


def test_a_range_of_revisions_says_from_where(desk: Repository) -> None:
    """`$BASE..HEAD` without a BASE would be a comparison of HEAD with itself."""
    run = rolegate("diff", "..HEAD", str(desk.folder), "--gate")
    assert (run.code, run.out) == (2, "")
    assert "write a revision before the dots" in run.err


@pytest.mark.parametrize("command", READING)
def test_without_git_a_revision_is_refused(
    command: str, desk: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without git says that, and one with it, outside of a repository, says that."""
    monkeypatch.chdir(tmp_path)
    outside = run(command, "HEAD:policies/desk")
    assert "this is not in a git repository" in outside.err + outside.out
    monkeypatch.setenv("PATH", str(tmp_path))
    without = run(command, "HEAD:policies/desk")
    assert "git is not installed" in without.err + without.out
    assert outside.code == without.code == SAID.get(command, 2)


def test_places_name_the_revision(desk: Repository) -> None:
    """A finding, a step and an answer in JSON say `REVISION:path:line:column`."""
    place = "HEAD:policies/desk/roles/viewer.yaml:2:"
    assert place + "27: RG800" in run("lint", "HEAD:policies/desk").out
    assert place in run("explain", "HEAD:policies/desk").out
    desk.write(roles__viewer=NOW)
    desk.git("stash")  # what is not committed is a commit as well
    for command in ("validate", "check", "tree", "diff"):
        broken = run(command, "stash@{0}:policies/desk")
        assert "stash@{0}:policies/desk/roles/viewer.yaml:2:10: RG301" in broken.err + broken.out
    desk.git("stash", "pop")


def test_a_folder_at_a_revision_may_contain_sets(desk: Repository) -> None:
    """Commands that take many sets look for them below, as in a folder that is checked out."""
    found = rolegate("validate", "HEAD:policies", "HEAD:./", "HEAD:", "--format", "json").json
    assert found["sets"] == ["HEAD:policies/desk"]
    assert rolegate("test", "HEAD:policies").code == 0


def test_a_time_in_a_revision_has_colons(desk: Repository) -> None:
    """What is in braces belongs to the revision, as it does for git."""
    assert rolegate("tree", "HEAD@{2099-01-01 10:30:00}:policies/desk").code == 0
    assert "no revision `HEAD^{/a: b}`" in rolegate("tree", "HEAD^{/a: b}:policies/desk").err


@pytest.mark.parametrize("command", ["tree", "diff", "validate", "doctor", "test", "report", "log"])
def test_a_shell_completes_the_sets_of_a_revision(command: str, desk: Repository) -> None:
    """After a colon; before one it looks for folders, and where nothing can be read it offers nothing."""
    shell = ShellComplete(cli, {}, "rolegate", "_ROLEGATE_COMPLETE")
    offered = [
        [(item.value, item.type) for item in shell.get_completions([command], typed)]
        for typed in ("HEAD:", "HEAD:pol", "HEAD:x", "nowhere:", "pol")
    ]
    sets = [("HEAD:policies/desk", "plain")]
    assert offered == [sets, sets, [], [], [("pol", "dir")]]


@pytest.mark.parametrize("command", READING)
def test_compiled_files_are_a_source_where_lines_say_enough(
    command: str, desk: Repository, tmp_path: Path
) -> None:
    """Every other command says what to name instead; `doctor` looks at them as what they are."""
    assert rolegate("compile", "HEAD:policies/desk", "-o", tmp_path / "built").code == 0
    found = run(command, str(tmp_path / "built"))
    if command == "doctor":
        assert (found.code, "are a pair" in found.out) == (0, True)
    elif command in ("check", "check --batch", "explain", "matrix", "diff"):
        assert (found.code, found.out != "") == (0, True)
    elif command == "who-can":
        assert "do not say which scope lies within which" in found.err
    else:
        assert (found.code, found.out) == (2, "")
        assert "it has compiled files, which have lines alone, and no catalog, no titles" in found.err
        assert "with a permission, `explain`, `matrix` and `diff` read compiled files" in found.err


def test_names_of_a_revision_are_completed(desk: Repository) -> None:
    """The roles are those that the revision has."""
    shell = ShellComplete(cli, {}, "rolegate", "_ROLEGATE_COMPLETE")
    items = shell.get_completions(["tree", "HEAD:policies/desk", "--role"], "")
    assert [item.value for item in items] == ["agent", "boss", "viewer"]


def test_every_command_reads_within_the_limits_of_the_environment(
    desk: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A set that is larger than they allow is refused by each; `large` stands here for one file alone."""
    desk.write(roles__viewer=THEN)
    monkeypatch.setenv("ROLEGATE_LIMITS", "large")
    sentence = "never billing.pay for role:viewer"
    commands = {
        **READING,
        "test --prove": ("test", "SOURCE", "--prove", sentence),
        "test --write": ("test", "SOURCE", "--write"),
        "lint --fix": ("lint", "SOURCE", "--fix"),
        "fmt": ("fmt", "SOURCE"),
        "role clone": ("role", "clone", "SOURCE", "viewer", "reader"),
        "diff REV": ("diff", "HEAD~1"),
        "diff --gate": ("diff", "HEAD~1..HEAD", "--gate"),
        "log": ("log", "SOURCE", "tickets.show"),
    }
    del commands["check --batch"]  # it has the same source as `check`
    monkeypatch.setattr(Limits, "large", classmethod(lambda kind: kind(files=1)))
    answers = {
        name: rolegate(*(str(desk.folder) if word == "SOURCE" else word for word in words))
        for name, words in commands.items()
    }
    desk.write(roles__viewer=NOW)
    codes = {name: run.code for name, run in answers.items()}
    # A state that cannot be read is told in a history.
    assert codes == {name: {**SAID, "log": 0}.get(name, 2) for name in commands}
    unsaid = {name for name, run in answers.items() if "1 file" not in run.out + run.err}
    assert unsaid == {"doctor"}  # which counts what `validate` says


@pytest.mark.parametrize("command", [*READING, "log"])
def test_a_folder_with_the_name_of_a_revision_is_refused(
    command: str, desk: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may commit a folder does not choose what is read; `./` names the folder, `^0` the revision."""
    monkeypatch.setitem(READING, "log", ("log", "SOURCE"))
    planted = desk.top / "main:." / "desk"
    planted.parent.mkdir(exist_ok=True)
    if not planted.exists():
        planted.symlink_to(desk.folder)
    refused = run(command, "main:./desk")
    assert (refused.code, refused.out) == (2, "")
    assert "`main:./desk` is a folder and a revision: write `./main:./desk` for the folder" in refused.err
    assert "`main^0:./desk` for the revision" in refused.err


def test_what_only_looks_like_a_revision_is_a_folder(desk: Repository) -> None:
    """If git does not know it, or the text begins as a path."""
    for name in ("odd:name", "main:odd"):
        folder = desk.top / name
        folder.mkdir()
        (folder / "catalog.yaml").write_text("catalog: odd\npermissions: {open: Open}\n", "utf-8")
    for source in ("odd:name", "./odd:name", "./main:odd", str(desk.top / "main:odd")):
        assert "Open" in rolegate("matrix", source).out
    assert rolegate("matrix", "main^0:policies/desk").code == 0


@pytest.mark.parametrize("command", [name for name in READING if name != "diff"])
def test_a_revision_without_a_folder_says_how_to_name_one(
    command: str, desk: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no folder, and which of the sets is meant is not guessed."""
    monkeypatch.chdir(desk.top)
    run = rolegate(*(word.replace("SOURCE", "HEAD~0") for word in READING[command]), input=QUESTION)
    assert (run.code, run.out) == (2, "")
    assert "`HEAD~0` is a revision: write `HEAD~0:FOLDER`" in run.err
