"""`init`, `compile`, `schema` and `doctor`: what is written, and what is found."""

from __future__ import annotations

import json
import os
import stat
from importlib import metadata
from pathlib import Path

import casbin
import jsonschema
import pytest
import yaml

from command_line import SMALL, rolegate, starter, write_set

KINDS = (
    "catalog",
    "role",
    "domains",
    "domain",
    "bindings",
    "labels",
    "review",
    "approvals",
    "invariants",
    "expectations",
)


def test_init_writes_a_set_that_is_clean_and_complete(tmp_path: Path) -> None:
    """Every kind of file, no finding even when strict, and the next steps, which all work."""
    path = tmp_path / "new" / "set"
    run = rolegate("init", path)
    assert (run.code, run.err) == (0, "")
    written = {file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()}
    assert written == {
        "README.md",
        "bindings.yaml",
        "catalog.yaml",
        "domains.yaml",
        "labels/fr.yaml",
        "roles/admin.yaml",
        "roles/agent.yaml",
        "roles/viewer.yaml",
    }
    clean = rolegate("validate", path, "--strict")
    assert (clean.code, clean.out) == (0, "1 policy set: 0 errors, 0 warnings\n")
    steps = [
        line.partition("#")[0].split()[1:] for line in run.out.splitlines() if line.startswith("  rolegate ")
    ]
    assert [step[0] for step in steps] == ["validate", "tree", "check", "explain", "compile"]
    codes = [rolegate(*step).code for step in steps[:4]]
    assert codes == [0, 0, 0, 1]


@pytest.mark.parametrize("there", ["catalog.yaml", "unrelated.txt", ".git"])
def test_init_overwrites_nothing(there: str, tmp_path: Path) -> None:
    """A folder with anything in it is left as it is."""
    (tmp_path / there).write_text("mine")
    run = rolegate("init", tmp_path)
    assert (run.code, run.out) == (2, "")
    assert "not empty" in run.err
    assert [file.name for file in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "mine"


def test_init_takes_an_empty_folder_and_no_file(tmp_path: Path) -> None:
    """An empty folder is fine; a file is wrong usage."""
    assert rolegate("init", tmp_path).code == 0
    assert rolegate("init", tmp_path / "catalog.yaml").code == 2


def test_compile_writes_what_casbin_reads(tmp_path: Path) -> None:
    """The two files, as they are, answer in a stock enforcer."""
    out = tmp_path / "build" / "casbin"
    run = rolegate("compile", starter(tmp_path), "-o", out, "--at", "2027-01-01")
    assert (run.code, run.err) == (0, "")
    assert sorted(file.name for file in out.iterdir()) == ["model.conf", "policy.csv"]
    assert "until 2099-01-01T00:00:00Z" in run.out
    enforcer = casbin.Enforcer(str(out / "model.conf"), str(out / "policy.csv"))
    assert enforcer.enforce("user:bo", "acme", "-", "tickets.reply", "team")
    assert not enforcer.enforce("user:bo", "acme", "-", "tickets.reply", "all")


def test_compile_without_a_folder_prints_the_policy(tmp_path: Path) -> None:
    """The policy goes to stdout, and with JSON the model as well; both equal the files."""
    path = starter(tmp_path)
    rolegate("compile", path, "-o", tmp_path / "out", "--at", "2027-01-01")
    text = rolegate("compile", path, "--at", "2027-01-01")
    assert text.code == 0
    assert text.out == (tmp_path / "out" / "policy.csv").read_text()
    assert text.out.startswith("# rolegate policy 2\n# holds until 2099-01-01T00:00:00Z\n")
    as_json = rolegate("compile", path, "--at", "2027-01-01", "--format", "json").json
    assert as_json == {
        "model": (tmp_path / "out" / "model.conf").read_text(),
        "policy": text.out,
        "holds_until": "2099-01-01T00:00:00Z",
    }
    written = rolegate("compile", path, "-o", tmp_path / "out", "--format", "json").json
    assert set(written) == {"written", "lines", "holds_until"}
    assert all(Path(file).exists() for file in written["written"])


def test_compile_is_asked_for_a_time(tmp_path: Path) -> None:
    """After the end of a binding its lines are gone, and nothing ends any more."""
    path = starter(tmp_path)
    assert "user:dan, role:viewer" in rolegate("compile", path, "--at", "2098-12-31T23:59:59Z").out
    late = rolegate("compile", path, "--at", "2099-01-01").out
    assert "user:dan, role:viewer" not in late
    assert late.startswith("# rolegate policy 2\n# holds without end\n")


def test_compile_into_what_is_no_folder_is_exit_2(tmp_path: Path) -> None:
    """The message names the place, and nothing is half written."""
    path = starter(tmp_path)
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        run = rolegate("compile", path, "-o", place)
        assert (run.code, run.out) == (2, "")
        assert "file" in run.err
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("name", ["model.conf", "policy.csv"])
def test_compile_where_it_may_not_write_is_exit_2(name: str, tmp_path: Path) -> None:
    """What the system refuses becomes a message, not a crash; here a folder has the name of the file.

    Permissions would not do: root may write anywhere.
    """
    path, out = starter(tmp_path), tmp_path / "out"
    (out / name / "mine").mkdir(parents=True)
    run = rolegate("compile", path, "-o", out)
    assert (run.code, run.out) == (2, "")
    assert f"cannot write {out}" in run.err
    assert name in run.err
    assert [file.name for file in out.iterdir() if file.name.startswith(".")] == []


def test_a_compile_leaves_no_other_file(tmp_path: Path) -> None:
    """Files are swapped in whole; what was there before is replaced, what else is there stays."""
    path, out = starter(tmp_path), tmp_path / "out"
    out.mkdir()
    (out / "policy.csv").write_text("old")
    (out / "notes.txt").write_text("mine")
    assert rolegate("compile", path, "-o", out).code == 0
    assert sorted(file.name for file in out.iterdir()) == ["model.conf", "notes.txt", "policy.csv"]
    assert (out / "policy.csv").read_text().startswith("# rolegate policy 2\n")


def test_schemas_are_printed_and_written(tmp_path: Path) -> None:
    """One by kind, all as one object, or as files."""
    everything = rolegate("schema").json
    assert tuple(everything) == KINDS
    for kind in KINDS:
        jsonschema.validators.validator_for(everything[kind]).check_schema(everything[kind])
        assert rolegate("schema", kind).json == everything[kind]
    run = rolegate("schema", "-o", tmp_path / "out")
    assert run.code == 0
    for kind in KINDS:
        assert json.loads((tmp_path / "out" / f"{kind}.schema.json").read_text()) == everything[kind]
    assert rolegate("schema", "role", "-o", tmp_path / "one").code == 0
    assert [file.name for file in (tmp_path / "one").iterdir()] == ["role.schema.json"]
    assert rolegate("schema", "rolls").code == 2


def test_the_starter_set_fits_the_schemas(tmp_path: Path) -> None:
    """An editor that uses the schemas finds nothing wrong in it, with its own names completed or not."""
    path = starter(tmp_path)
    kinds = {
        "catalog": "catalog.yaml",
        "domains": "domains.yaml",
        "bindings": "bindings.yaml",
        "labels": "labels/fr.yaml",
    }
    files = [*kinds.items(), *(("role", f"roles/{name}.yaml") for name in ("admin", "agent", "viewer"))]
    for run in (rolegate("schema"), rolegate("schema", "--policy", path)):
        schemas = run.json
        for kind, file in files:
            document = json.loads(json.dumps(yaml.safe_load((path / file).read_text()), default=str))
            jsonschema.validate(document, schemas[kind])


def test_the_schema_of_a_set_completes_its_permissions(tmp_path: Path) -> None:
    """The grants an editor offers are those of the set."""
    text = rolegate("schema", "role", "--policy", starter(tmp_path)).out
    for grant in ("tickets.show@team", "inboxes.access[*]", "tickets.*", "contacts.fields.phone@view"):
        assert json.dumps(grant) in text
    assert '"tickets.show@team"' not in rolegate("schema", "role").out


def test_a_healthy_installation_has_no_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything the doctor looks at is named, and a set is validated on the way."""
    installed(monkeypatch, casbin=None, casbin_sqlalchemy_adapter=None)
    path = starter(tmp_path)
    run = rolegate("doctor", path, "--format", "json")
    assert run.code == 0, run.out
    assert run.json["ok"] is True
    assert {"Python", "pycasbin", "libyaml", "model.conf", "policy set"} <= {
        check["name"] for check in run.json["checks"]
    }
    assert all(set(check) == {"name", "ok", "found", "help"} for check in run.json["checks"])
    assert "✓ Python" in rolegate("doctor").out


def installed(monkeypatch: pytest.MonkeyPatch, **versions: str | None) -> None:
    """Make the metadata speak of distributions that are not here."""
    real = metadata.version

    def version(name: str) -> str:
        found = versions.get(name.replace("-", "_"), real)
        if found is None:
            raise metadata.PackageNotFoundError(name)
        return real(name) if callable(found) else found

    monkeypatch.setattr("rolegate_cli.commands.doctor.version", version)


@pytest.mark.parametrize(
    ("versions", "says"),
    [
        ({"casbin": "1.43.0"}, "pip uninstall -y casbin"),
        ({"casbin": None, "casbin_sqlalchemy_adapter": "1.4.0"}, "sqlalchemy-adapter"),
        ({"casbin": None, "pydantic": None}, "pip install pydantic"),
    ],
    ids=["two casbins", "the frozen adapter", "a package missing"],
)
def test_what_ails_an_installation_is_a_finding(
    versions: dict[str, str | None], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each finding says what to do, and the exit code is 1."""
    import rolegate_cli.commands.doctor  # noqa: F401  # patched below

    installed(monkeypatch, **versions)
    run = rolegate("doctor")
    assert run.code == 1
    assert "✗" in run.out
    assert says in run.out
    assert rolegate("doctor", "--format", "json").json["ok"] is False


def test_a_set_with_errors_is_a_finding(tmp_path: Path) -> None:
    """The doctor says that it is, and how to see more; a missing one is a finding as well."""
    path = write_set(tmp_path, {**SMALL, "roles/reader.yaml": "role: reader\ngrants: [raed]\n"})
    run = rolegate("doctor", path)
    assert run.code == 1
    assert f"rolegate validate {path}" in run.out
    assert rolegate("doctor", tmp_path / "nowhere").code == 1


def test_the_set_that_init_writes_says_everything_in_french(tmp_path: Path) -> None:
    """Its labels are an example, so no title and no description is missing."""
    assert rolegate("init", tmp_path / "desk").code == 0
    run = rolegate("lint", tmp_path / "desk", "--labels", "fr")
    assert (run.code, run.out) == (0, "no label is missing\n")
    assert "RG810" not in rolegate("lint", tmp_path / "desk").out


def test_output_goes_into_a_pipe_and_through_a_link(tmp_path: Path) -> None:
    """A device stays a device, whoever asks, a link a link, and a file keeps who may read it."""
    pipe, file, link = tmp_path / "pipe", tmp_path / "file", tmp_path / "link"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert rolegate("explain", "RG422", "-o", pipe).code == 0
    assert b"RG422" in os.read(reader, 4096)
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    file.write_text("old")
    file.chmod(0o600)
    link.symlink_to(file)
    assert rolegate("explain", "RG422", "-o", link).code == 0
    assert link.is_symlink()
    assert "RG422" in file.read_text()
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
