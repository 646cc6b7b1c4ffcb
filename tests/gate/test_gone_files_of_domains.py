"""Files of bindings that are gone do not take restrictions with them; a whole domain may go."""

from __future__ import annotations

from pathlib import Path

import pytest

from reading import write
from rolegate import Gate
from waiting import happens

FILES = {
    "domains/acme.yaml": "{}\n",
    "domains/beta.yaml": "{}\n",
    "domains/emea.yaml": "within: acme\n",
    "bindings/acme.yaml": "bindings: [{user: ana, grants: [a, b]}, {user: bo, grants: [a]}]\n",
    "bindings/beta.yaml": "bindings: [{user: cy, grants: [a]}]\n",
    "bindings/emea/grants.yaml": "bindings: [{user: bo, grants: [b]}]\n",
    "bindings/emea/restrictions.yaml": "bindings: [{user: ana, restrict: [a]}]\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set in which ana may `a` in acme, and not in emea inside it."""
    return write(tmp_path / "set", FILES)


@pytest.mark.parametrize("name", ["bindings/beta.yaml", "bindings/emea/restrictions.yaml"])
@pytest.mark.parametrize("watch", [False, True], ids=["reload", "watch"])
def test_each_file_of_bindings_counts(folder: Path, watch: bool, name: str) -> None:
    """The last good policy stays in force, and the status names the file until it is back."""
    gate = Gate.from_path(folder, watch=watch, interval=0.01)
    try:
        text = (folder / name).read_text()
        (folder / name).unlink()
        assert happens(lambda: gate.status().stale) if watch else not gate.reload()
        assert f"set/{name}:1:1: RG122" in (gate.status().error or "")
        assert not gate.check("ana", "a", domain="emea")
        (folder / name).write_text(text)
        assert happens(lambda: not gate.status().stale) if watch else gate.reload()
    finally:
        gate.close()


def test_a_file_may_go_when_it_is_said(folder: Path) -> None:
    """With `removals`, or when nothing is written in it first."""
    gate = Gate.from_path(folder)
    name = folder / "bindings/emea/restrictions.yaml"
    name.unlink()
    assert not gate.reload()
    assert gate.reload(removals=True)
    assert gate.check("ana", "a", domain="emea")


def test_a_domain_may_go_with_its_files(folder: Path) -> None:
    """A tenant who leaves holds up nobody: nothing of it is left that could be widened."""
    gate = Gate.from_path(folder)
    (folder / "bindings/beta.yaml").unlink()
    (folder / "domains/beta.yaml").unlink()
    (folder / "bindings/acme.yaml").write_text("bindings: [{user: dora, grants: [a]}]\n")
    assert gate.reload()
    assert gate.policy.domains == ("acme", "emea")
    assert gate.check("dora", "a", domain="acme")
    assert not gate.check("cy", "a", domain="beta")


def test_a_domain_does_not_go_without_those_inside(folder: Path) -> None:
    """What is inside it is reported, and nothing changes."""
    gate = Gate.from_path(folder)
    (folder / "bindings/acme.yaml").unlink()
    (folder / "domains/acme.yaml").unlink()
    assert not gate.reload()
    assert "RG401" in (gate.status().error or "")
    assert not gate.check("ana", "a", domain="emea")


def test_the_last_domain_does_not_go(folder: Path) -> None:
    """Without any, the set would be one domain with every plan."""
    gate = Gate.from_path(folder)
    for path in (*folder.glob("domains/*"), *folder.glob("bindings/**/*.yaml")):
        path.unlink()
    assert not gate.reload()
    assert "set/domains:1:1: RG122" in (gate.status().error or "")


def test_a_new_file_is_seen(folder: Path) -> None:
    """A watching gate notices a file in a folder that was not there."""
    gate = Gate.from_path(folder, watch=True, interval=0.01)
    try:
        (folder / "domains/gamma.yaml").write_text("{}\n")
        write(folder, {"bindings/gamma/x.yaml": "bindings: [{user: dan, grants: a}]\n"})
        assert happens(lambda: gate.check("dan", "a", domain="gamma"))
    finally:
        gate.close()
