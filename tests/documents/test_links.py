"""Links inside a policy set are followed, and none leads out of it: nothing out there is read or quoted."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import rolegate
from reading import findings, read, sound, write
from rolegate.documents import confined
from rolegate.documents.capture import read_files
from rolegate.documents.set_finder import find_sets
from rolegate.errors import PolicyNotFoundError
from rolegate_cli.app import cli

SECRET = "root:x:0:0:top-secret:/root:/bin/sh\n"
ROLE = "role: r\ngrants: [a]\n"


@pytest.fixture(params=[True, False], ids=["handles", "paths"], autouse=True)
def handles(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same holds where a system cannot open what is in an open folder."""
    monkeypatch.setattr(confined, "HANDLES", request.param and confined.HANDLES)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the set, with files nobody should see."""
    names = ["secret.yaml", "roles/r.yaml", "labels/fr.yaml", "catalog.yaml"]
    return write(tmp_path / "elsewhere", dict.fromkeys(names, SECRET))


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("roles/x.yaml", "../../elsewhere/secret.yaml"),
        ("roles/x.yaml", "/etc/passwd"),
        ("roles/x.yaml", "/dev/zero"),
        ("roles/x.yaml", "/no/such/file"),
        ("roles/x.yaml", "../../set/catalog.yaml"),
        ("labels/fr.yaml", "../../elsewhere/labels/fr.yaml"),
        ("bindings.yaml", "../elsewhere/secret.yaml"),
        ("domains.yaml", "/"),
        ("catalog.yaml", "../elsewhere/catalog.yaml"),
        ("roles", "../elsewhere/roles"),
        ("labels", "../elsewhere/labels"),
        ("role", "../elsewhere/roles"),
        ("roles", ".one"),
        ("roles/x.yaml", "../.one/secret.yaml"),
    ],
)
def test_a_link_that_leads_out_is_refused(tmp_path: Path, outside: Path, name: str, target: str) -> None:
    """One finding at the link, whatever it leads to, by itself or through a second one."""
    folder = write(tmp_path / "set", {"roles/r.yaml": ROLE} if "/" in name else {})
    (folder / ".one").symlink_to("../elsewhere")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(target)
    _, found = read(folder)
    assert [f"{name}:1:1 RG121"] == [finding for finding in findings(folder) if not finding.endswith("RG120")]
    said = " ".join(finding.message + finding.help for finding in found)
    assert not any(part in said for part in (SECRET[:4], "secret", outside.name))


def test_nothing_of_the_target_is_shown(
    tmp_path: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither as text nor with the line of the file that a terminal shows."""
    folder = write(tmp_path / "set", {"roles/r.yaml": "role: ~\n"})
    (folder / "roles/x.yaml").symlink_to(outside / "secret.yaml")
    runner = CliRunner()
    for terminal, more in ((False, []), (False, ["--format", "json"]), (True, [])):
        monkeypatch.setattr("rolegate_cli.output.Output.terminal", terminal)
        found = runner.invoke(cli, ["validate", str(folder), *more])
        assert ("  1 | role: ~" in found.output) == terminal
        assert (2, True) == (found.exit_code, "RG121" in found.output)
        assert "secret" not in found.output and "root:" not in found.output


def test_the_line_that_is_shown_is_the_one_that_was_read(tmp_path: Path) -> None:
    """Not what stands there by the time it is shown."""
    from rolegate_cli.render.diagnostics_text import diagnostic_text

    folder = write(tmp_path / "set", {"roles/r.yaml": "role: ~\n"})
    result = rolegate.validate([folder])
    (folder / "roles/r.yaml").write_text(SECRET)
    (finding,) = result.diagnostics
    shown = diagnostic_text(finding, source=result.read[finding.file])
    assert "  1 | role: ~\n" in shown and "secret" not in shown


@pytest.mark.parametrize("absolute", [False, True])
def test_links_inside_are_followed(tmp_path: Path, absolute: bool) -> None:
    """The layout of Kubernetes: files, and folders, through `..data` into the folder of a version."""
    folder = tmp_path / "set"
    write(folder / "..2026_11", {"a.yaml": ROLE, "bindings.yaml": "bindings: [{user: ana, role: r}]\n"})
    write(folder / "..2026_11/labels", {"fr.yaml": "locale: fr\npermissions: {a: L'A}\n"})
    (folder / "..2026_11/labels/catalog.yaml").unlink()
    start = f"{folder}/" if absolute else ""
    (folder / "..data").symlink_to(f"{start}..2026_11")
    (folder / "roles").mkdir()
    (folder / "roles/a.yaml").symlink_to(f"{start or '../'}..data/a.yaml")
    for name in ("catalog.yaml", "bindings.yaml", "labels"):
        (folder / name).symlink_to(f"{start}..data/{name}")
    found = sound(folder)
    assert (["r"], 1, ["fr"]) == (
        [name for name, _ in found.roles],
        len(found.bindings),
        [labels.locale for labels in found.labels],
    )


def test_a_set_that_is_reached_through_a_link(tmp_path: Path) -> None:
    """What counts is what lies in the folder that it leads to."""
    write(tmp_path / "releases/7", {"roles/r.yaml": ROLE})
    (tmp_path / "current").symlink_to("releases/7")
    assert ["r"] == [name for name, _ in sound(tmp_path / "current").roles]
    assert tmp_path / "current" == rolegate.load(tmp_path / "current").path


def test_files_of_other_kinds_may_lead_anywhere(tmp_path: Path, outside: Path) -> None:
    """A README that is shared is not looked at, nor a folder that is like none of a set."""
    folder = write(tmp_path / "set", {})
    (folder / "README.md").symlink_to(outside / "secret.yaml")
    (folder / "shared").symlink_to(outside)
    assert [] == findings(folder)


def test_an_unknown_file_that_leads_out_is_an_unknown_file(tmp_path: Path, outside: Path) -> None:
    """It would not be read anyway."""
    folder = write(tmp_path / "set", {})
    (folder / "binding.yaml").symlink_to(outside / "secret.yaml")
    assert ["binding.yaml:1:1 RG111"] == findings(folder)


def test_chains_of_links_end(tmp_path: Path) -> None:
    """41 links are too many, as they are for the system."""
    folder = write(tmp_path / "set", {"roles/r.yaml": ROLE})
    for number in range(41):
        (folder / f".l{number}").symlink_to(f".l{number + 1}" if number < 40 else "roles/r.yaml")
    (folder / "roles/x.yaml").symlink_to("../.l0")
    assert ["roles/x.yaml:1:1 RG101"] == findings(folder)
    (folder / "roles/x.yaml").unlink()
    (folder / "roles/x.yaml").symlink_to("../.l10")
    assert [b"role: r\ngrants: [a]\n"] * 2 == [
        read_files(folder).contents[f"roles/{name}.yaml"] for name in "rx"
    ]


def test_folders_that_are_linked_crosswise_are_walked_once(tmp_path: Path) -> None:
    """Twenty folders with links to each other are twenty folders, not as many as there are ways."""
    folder = write(tmp_path / "set", {f"d{number}/x.yaml": "x" for number in range(20)})
    for one in range(20):
        for other in range(20):
            (folder / f"d{one}/to{other}").symlink_to(f"../d{other}")
    assert 20 == len(findings(folder))


def test_sets_are_not_looked_for_outside(tmp_path: Path, outside: Path) -> None:
    """A link below the folder that was named is followed only as long as it stays below."""
    top = tmp_path / "policies"
    write(top / "one", {})
    write(top / "..data/two", {})
    (top / "two").symlink_to("..data/two")
    (top / "away").symlink_to(tmp_path)
    assert [top / "one", top / "two"] == list(find_sets([top]))
    (top / "three").symlink_to(outside)
    with pytest.raises(PolicyNotFoundError, match="policies/three: the link leads out"):
        find_sets([top])
