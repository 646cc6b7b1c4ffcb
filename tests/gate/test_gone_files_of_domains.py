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


def test_a_domain_that_goes_without_those_inside_takes_them_along(folder: Path) -> None:
    """What is inside it answers no, since nobody knows what it is in."""
    gate = Gate.from_path(folder)
    (folder / "bindings/acme.yaml").unlink()
    (folder / "domains/acme.yaml").unlink()
    assert gate.check("ana", "b", domain="emea") and gate.reload()
    assert [("emea", "RG401")] == [(part.domain, part.why.code) for part in gate.status().set_aside]
    assert not gate.check("ana", "b", domain="emea") and gate.check("cy", "a", domain="beta")


def test_a_domain_does_not_go_from_around_another(folder: Path) -> None:
    """What its file takes away inside it stays taken away, even if the inner domain is put elsewhere."""
    line = "{user: bo, restrict: [b], domain: emea}"
    (folder / "bindings/acme.yaml").write_text(f"bindings: [{line}]\n")
    gate = Gate.from_path(folder)
    (folder / "bindings/acme.yaml").unlink()
    (folder / "domains/acme.yaml").unlink()
    (folder / "domains/emea.yaml").write_text("title: EMEA\n")
    assert not gate.reload()
    assert "set/bindings/acme.yaml:1:1: RG122" in (gate.status().error or "")
    assert not gate.check("bo", "b", domain="emea")
    assert gate.reload(removals=True)
    assert gate.check("bo", "b", domain="emea")


def test_a_domain_comes_back_with_all_its_files(folder: Path) -> None:
    """Whoever puts back what grants puts back what restricts, or says that it is meant so."""
    gate = Gate.from_path(folder)
    names = ("domains/emea.yaml", "bindings/emea/grants.yaml", "bindings/emea/restrictions.yaml")
    texts = {name: (folder / name).read_text() for name in names}
    for name in names:
        (folder / name).unlink()
    assert gate.reload()
    (folder / "domains/beta.yaml").write_text("title: Beta\n")
    assert gate.reload()
    *part, last = names
    write(folder, {name: texts[name] for name in part})
    assert not gate.reload()
    says = f"RG122 file.gone: `{last}` is gone, but it went with a domain that is back"
    assert f"set/{last}:1:1: {says}" in (gate.status().error or "")
    assert not gate.check("ana", "a", domain="emea")
    write(folder, texts)
    assert gate.reload() and not gate.check("ana", "a", domain="emea")
    (folder / last).unlink()
    assert not gate.reload() and gate.reload(removals=True)
    assert gate.check("ana", "a", domain="emea")


def test_what_is_said_to_be_gone_is_forgotten(folder: Path) -> None:
    """A domain that went with `removals` may come back with other files."""
    gate = Gate.from_path(folder)
    for name in ("domains/beta.yaml", "bindings/beta.yaml"):
        (folder / name).unlink()
    assert gate.reload() and gate.policy.departed == (("bindings/beta.yaml", frozenset({"beta"})),)
    assert gate.reload(removals=True) and not any(gate.policy.departed)
    (folder / "domains/beta.yaml").write_text("{}\n")
    assert gate.reload()


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
