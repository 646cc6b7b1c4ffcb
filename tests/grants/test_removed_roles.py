"""The name of a role that is removed is never used again, and says what took its place."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate import Question

FILES = {
    "catalog": "catalog: desk\ncustom_roles: {}\n"
    "removed_names: {roles: {helper: {becomes: agent}, porter: {}}}\n"
    "permissions: {show: Show}\n",
    "domains": "domains: {acme: {}, beta: {}}\n",
    "roles/agent": "role: agent\ngrants: show\n",
    "bindings": "bindings: [{user: ana, role: agent, domain: acme}]\n",
}


def desk(folder: Path, **changed: str) -> Path:
    files = {**FILES, **{key.replace("__", "/"): text for key, text in changed.items()}}
    return write(folder, {f"{name}.yaml": text for name, text in files.items()})


@pytest.mark.parametrize(
    ("named", "help"),
    [
        ("helper", "`helper` was removed and has become `agent`"),
        ("porter", "`porter` was removed, and nothing took its place"),
    ],
)
def test_a_line_or_a_question_that_names_it_is_told(tmp_path: Path, named: str, help: str) -> None:
    """What took its place may hold more, so it is proposed and not taken."""
    line = FILES["bindings"].replace("agent", named)
    (found,) = rolegate.validate([desk(tmp_path, bindings=line)]).diagnostics
    assert (found.code, found.help) == ("RG317", help)
    decision = rolegate.load(desk(tmp_path)).decide(Question("show", role=named))
    assert (decision.allowed, [note.help for note in decision.notes]) == (False, [help])


@pytest.mark.parametrize("role", ["role: porter\n", "role: guard\nrenamed_from: porter\n"])
def test_no_role_is_called_so_again(tmp_path: Path, role: str) -> None:
    """Neither now nor before; a tenant that does it is set aside, and the others go on."""
    found = rolegate.validate([desk(tmp_path / "shared", roles__other=f"{role}grants: show\n")]).diagnostics
    assert [one.code for one in found if one.severity == "error"] == ["RG234"]
    policy = rolegate.load(desk(tmp_path / "own", roles__other=f"{role}domain: beta\ngrants: show\n"))
    assert [part.domain for part in policy.set_aside] == ["beta"]
    assert policy.check("ana", "show", domain="acme").allowed


def test_what_it_becomes_is_a_default_role(tmp_path: Path) -> None:
    """A name that no role has is reported where it is written."""
    catalog = FILES["catalog"].replace("becomes: agent", "becomes: agnt")
    (found,) = rolegate.validate([desk(tmp_path, catalog=catalog)]).diagnostics
    assert (found.code, Path(found.file).name, found.line) == ("RG317", "catalog.yaml", 3)
