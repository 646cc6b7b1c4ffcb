"""`rolegate store`, and `store:` as a source of the other commands."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest

from command_line import rolegate
from plain.writer import write_set
from repository import ROOT
from rolegate.store.store import Store

RESPONSO = str(ROOT / "policies/responso")
SECRET = "s3cret"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which `store:` is a file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROLEGATE_STORE", f"sqlite:///{tmp_path}/store.db")
    monkeypatch.setenv("ROLEGATE_STORE_EU", f"sqlite:///{tmp_path}/store.db?prefix=eu_")
    return tmp_path


@pytest.fixture(scope="module")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store with a policy set in it."""
    file = tmp_path_factory.mktemp("filled") / "store.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROLEGATE_STORE", f"sqlite:///{file}")
        done("store", "init")
        done("store", "apply", RESPONSO)
    return file


@pytest.fixture
def filled(place: Path, filled_once: Path) -> Path:
    """A folder in which `store:` is a file with a policy set in it."""
    shutil.copy(filled_once, place)
    return place


def done(*args: str) -> str:
    """What a command prints that ends with 0."""
    run = rolegate(*args)
    assert (0, "") == (run.code, run.err)
    return run.out


def test_a_store_is_made_once_and_filled(place: Path) -> None:
    """To repeat a command changes nothing."""
    assert done("store", "init").startswith("store: is made, and empty: `rolegate store apply SOURCE`")
    assert done("store", "init") == "store: is there already: its revision is 0\n"
    assert done("store", "upgrade") == "store: has the tables and the rules of this release already\n"
    assert done("store", "status").endswith(
        "it is empty: `rolegate store apply SOURCE` writes a policy set into it\n"
    )
    assert done("store", "apply", RESPONSO).startswith("store: is at revision 1\n  items: 29 added")
    assert "store: has this already: its revision is still 1\n" == done("store", "apply", RESPONSO)
    assert "store: has this already: its revision is still 1\n" == done("store", "refresh")
    told = json.loads(done("store", "status", "--format", "json"))
    assert (1, 1, 0, 0) == tuple(
        told[key] for key in ("revision", "files_revision", "missing_rules", "foreign_rules")
    )
    assert "policies/responso" in told["source"]  # with the commit, where the project is in git
    assert {"files": 7} == told["items"]["role"]


def test_each_name_has_a_store_of_its_own(place: Path) -> None:
    """`store:eu` reads another variable than `store:`."""
    done("store", "init", "--store", "store:eu")
    done("store", "apply", RESPONSO, "--store", "store:eu")
    assert "store:eu is at revision 1" in done("store", "status", "--store", "store:eu")
    run = rolegate("store", "status")
    assert 2 == run.code
    assert "store.db" in run.err


READING = (
    "validate SOURCE",
    "lint SOURCE",
    "check SOURCE tickets.edit --user olga --domain acme --scope my",
    "explain SOURCE tickets.edit --user olga --domain acme --scope my",
    "who-can SOURCE tickets.edit --domain acme --scope my",
    "tree SOURCE --user olga --domain acme",
    "matrix SOURCE --domain acme",
    "compile SOURCE",
    "schema role --policy SOURCE",
    "report SOURCE",
    "doctor SOURCE",
)


@pytest.mark.parametrize("command", READING, ids=lambda command: command.partition(" ")[0])
def test_every_reading_command_takes_a_store(command: str, filled: Path) -> None:
    """It says of the store what it says of the files, but for places in it."""
    of_files, of_store = (
        rolegate(*(source if word == "SOURCE" else word for word in command.split()))
        for source in (RESPONSO, "store:")
    )
    assert (of_files.code, "", "") == (of_store.code, of_files.err, of_store.err)
    if command.partition(" ")[0] not in ("explain", "report", "doctor"):
        assert of_files.out == of_store.out


def test_what_is_different_is_drift(filled: Path) -> None:
    """`diff` compares git with a store; where nothing is different it says so."""
    assert "nobody's access changes\n" == done("diff", RESPONSO, "store:")
    assert "allowed by the rules from before" in done("diff", "store:", RESPONSO, "--gate")
    with Store.open(f"sqlite:///{filled}/store.db").engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM rolegate_item WHERE kind = 'restriction'")
    changed = rolegate("diff", RESPONSO, "store:", "--exit-code")
    assert 1 == changed.code
    assert "hugo" in changed.out
    assert (1, True) == (rolegate("store", "status").code, "drift: " in rolegate("store", "status").out)
    done("store", "apply", RESPONSO)
    assert "as the documents say" in done("store", "status")


def test_a_dump_is_a_source_and_is_loaded(filled: Path) -> None:
    """It has everything, for its owner alone, and a store that was filled with it says the same."""
    assert "wrote dump: 17 files, revision 1 of store:\n" == done("store", "dump", "dump")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (filled / "dump").rglob("*") if path.is_file()}
    assert {0o600} == modes
    assert "1 policy set: 0 errors, 0 warnings\n" == done("validate", "dump")
    assert "nobody's access changes\n" == done("diff", "dump", "store:")
    done("store", "init", "--store", "store:eu", "--load", "dump")
    assert "nobody's access changes\n" == done("diff", "store:", "store:eu")
    catalog = (ROOT / "policies/responso/catalog.yaml").read_bytes()
    assert catalog == (filled / "dump/catalog.yaml").read_bytes()


@pytest.mark.parametrize(
    "fault", ["changed", "removed", "added", "no list", "no JSON", "a full store", "a full folder"]
)
def test_a_dump_that_is_not_whole_is_refused(fault: str, filled: Path) -> None:
    """Nothing is loaded of it (RG906), and nothing is overwritten by it."""
    done("store", "dump", "dump")
    role = filled / "dump/roles/agent.yaml"
    match fault:
        case "changed":
            role.write_text(role.read_text() + "locked: true\n")
        case "removed":
            role.unlink()
        case "added":
            (filled / "dump/roles/more.yaml").write_text("role: more\ngrants: [tags.display_all]\n")
        case "no list":
            (filled / "dump/dump.json").unlink()
        case "no JSON":
            (filled / "dump/dump.json").write_text('{"dump": 1, "files": {}}')
        case "a full folder":
            run = rolegate("store", "dump", "dump")
            assert (2, "") == (run.code, run.out)
            assert "dump is not empty, and nothing in it is overwritten" in run.err
            return
    named = "store:" if fault == "a full store" else "store:eu"
    run = rolegate("store", "init", "--store", named, "--load", "dump")
    assert (2, "") == (run.code, run.out)
    assert "(RG906)" in run.err
    if fault != "a full store":
        assert "its revision is 0" in done("store", "init", "--store", "store:eu")


def test_nobody_says_where_a_store_is(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable that is missing is named (RG903); an empty one is missing."""
    for value in (None, ""):
        monkeypatch.delenv("ROLEGATE_STORE_US", raising=False)
        if value is not None:
            monkeypatch.setenv("ROLEGATE_STORE_US", value)
        for command in (("validate", "store:us"), ("store", "status", "--store", "store:us")):
            run = rolegate(*command)
            assert (2, "") == (run.code, run.out)
            assert "set ROLEGATE_STORE_US to the URL of its database" in run.err
            assert "(RG903)" in run.err


@pytest.mark.parametrize("source", ["store:a/b", "store:./x", "store:1", "store:a b"])
def test_what_can_be_no_store_says_what_is_meant(source: str, place: Path) -> None:
    """A revision that is called `store` is written in another way."""
    run = rolegate("validate", source)
    assert 2 == run.code
    assert (
        "names no store: write `store:` or `store:NAME`; a revision that is called `store` is `store^0:"
        in run.err
    )


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://ana:{SECRET}@127.0.0.1:1/roles",
        f"postgresql://127.0.0.1:1/roles?user=ana&password={SECRET}",
        f"mysql://ana:{SECRET}@db/roles",
        f"ana:{SECRET}@db",
        f"sqlite:////nowhere/{'x' * 3}.db?schema={SECRET}",
        f"postgresql://ana:{SECRET}@db/roles?schema=a-b",
    ],
)
def test_a_password_is_never_shown(url: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is wrong with a URL, it is said without its secrets."""
    monkeypatch.setenv("ROLEGATE_STORE", url)
    for command in (
        ("store", "status"),
        ("store", "init"),
        ("validate", "store:"),
        ("diff", RESPONSO, "store:"),
    ):
        run = rolegate(*command)
        assert 2 == run.code, run.err
        if "schema=" + SECRET not in url:
            assert SECRET not in run.out + run.err
        assert "Traceback" not in run.err
        assert "internal error" not in run.err


def test_a_name_that_nothing_can_have_is_refused(filled: Path) -> None:
    """It is a mistake of whoever writes it, and no bug."""
    for args in (
        ("forget", ""),
        ("adopt", "domain", ""),
        ("release", "role", "admin", "--domain", ""),
        ("apply", RESPONSO, "--by", ""),
    ):
        run = rolegate("store", *args)
        assert (2, "") == (run.code, run.out)
        assert "has a name that is not empty" in run.err


def test_commands_that_need_files_refuse_a_store(filled: Path) -> None:
    """They say what they take instead."""
    assert "is a store, whose history is not in git" in rolegate("log", "store:").err
    for command in (("lint", "--fix", "store:"), ("fmt", "store:"), ("test", "store:", "--write")):
        run = rolegate(*command)
        assert (2, "") == (run.code, run.out)
        assert "`store:` is a store, which is not changed; name a folder" in run.err


def test_a_folder_that_is_called_like_a_store_is_written_as_a_path(place: Path) -> None:
    """Whoever may commit a folder does not choose what is read."""
    write_set({"catalog.yaml": {"catalog": "odd", "permissions": {"a": "A"}}}, place / "store:")
    assert "1 policy set" in done("validate", "./store:")
    assert 2 == rolegate("validate", "store:").code
