"""The table of file kinds: whatever asks about files of a policy set gets its answer from there."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from command_line import rolegate
from reading import findings, write
from rolegate import Gate, Limits
from rolegate.documents.capture import look_at, read_files
from rolegate.documents.documents import Documents
from rolegate.documents.file_kinds import FILE_KINDS, FileKind, guarded_gone, kind_of, meant
from rolegate.documents.schema import json_schemas
from rolegate.documents.set_finder import find_sets
from rolegate.errors import PolicyNotFoundError
from rolegate.loading.load import load
from rolegate.review.validate_sets import validate


def example_of(kind: FileKind[object]) -> str:
    """The name of a file of *kind*."""
    return kind.pattern.replace("*", "x").replace("<locale>", "fr").replace("<domain>", "acme")


kinds = pytest.mark.parametrize("kind", FILE_KINDS, ids=lambda kind: kind.pattern)
IN_FORCE = [kind for kind in FILE_KINDS if kind.in_force]
in_force = pytest.mark.parametrize("kind", IN_FORCE, ids=lambda kind: kind.pattern)
beside = pytest.mark.parametrize(
    "kind", [kind for kind in FILE_KINDS if not kind.in_force], ids=lambda kind: kind.pattern
)


@kinds
def test_a_file_is_of_one_kind(kind: FileKind[object]) -> None:
    """The pattern of a kind names its files, and no other kind has them."""
    assert kind_of(example_of(kind)) is kind
    assert kind_of(f"inner/{example_of(kind)}") is None
    assert kind_of(example_of(kind).removesuffix(".yaml") + ".yml") is None


@in_force
def test_a_kind_has_its_place_in_the_documents(kind: FileKind[object]) -> None:
    """What is read from it is in the field of that name."""
    assert kind.key in {field.name for field in fields(Documents)}


@in_force
def test_a_file_of_each_kind_makes_a_set_and_is_read_and_watched(
    tmp_path: Path, kind: FileKind[object]
) -> None:
    """A folder with one such file is a policy set; a change of the file changes the look of the set."""
    path = tmp_path / example_of(kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a: b\n", encoding="utf-8")
    assert find_sets([path]) == find_sets([path.parent]) == find_sets([tmp_path]) == (tmp_path,)
    assert read_files(tmp_path).contents == {example_of(kind): b"a: b\n"}
    before = look_at(tmp_path)
    path.write_text("a: bc\n", encoding="utf-8")
    assert look_at(tmp_path) != before


@kinds
def test_a_misspelt_file_is_recognized(kind: FileKind[object]) -> None:
    """A letter too many, or another ending, is not the name of something else."""
    name = example_of(kind)
    assert (
        meant(f"{kind.place.removesuffix('.yaml')}s{name[len(kind.place.removesuffix('.yaml')) :]}") == name
    )
    assert meant(name.removesuffix(".yaml") + ".yml") == name


@kinds
def test_the_last_guarded_file_does_not_go_unnoticed(kind: FileKind[object]) -> None:
    """Rights depend on every kind in force but labels, and what only judges changes."""
    assert kind.guarded == (kind.in_force and not kind.judges and kind.key != "labels")
    before = [example_of(one) for one in FILE_KINDS]
    alike = [kind] if kind.each_guarded else [one for one in FILE_KINDS if one.place == kind.place]
    now = [name for name in before if name not in [example_of(one) for one in alike]]
    gone = example_of(kind) if kind.each_guarded else kind.place
    assert [name for name, _ in guarded_gone(before, now)] == ([gone] if kind.guarded else [])
    assert guarded_gone(now, before) == []
    assert guarded_gone(before, before) == []


def test_a_folder_that_cannot_be_read_is_not_gone() -> None:
    """Its name is listed, and reading it says what is wrong; nor is one gone that still has a file."""
    assert guarded_gone(["roles/a.yaml"], ["roles"]) == []
    assert guarded_gone(["roles/a.yaml", "roles/b.yaml"], ["roles/b.yaml"]) == []
    assert guarded_gone(["bindings/acme/a.yaml"], ["bindings"]) == []
    assert guarded_gone(["bindings/acme/a.yaml"], ["bindings/acme"]) == []


def test_each_file_of_the_bindings_of_a_domain_counts() -> None:
    """A restriction may be in any of them, and the others do not say that it is missing."""
    before = ["bindings/acme/a.yaml", "bindings/acme/b.yaml", "bindings/beta.yaml"]
    found = guarded_gone(before, ["bindings/acme/a.yaml", "bindings/beta/new.yaml"])
    assert [name for name, _ in found] == ["bindings/acme/b.yaml", "bindings/beta.yaml"]


def test_each_kind_has_a_schema_that_the_command_knows() -> None:
    """The help of `rolegate schema` names each of them."""
    names = list(dict.fromkeys(kind.schema for kind in FILE_KINDS))
    assert list(json_schemas()) == names
    run = rolegate("schema", "--help")
    assert [name for name in names if name not in run.out] == []
    assert {rolegate("schema", name).code for name in names} == {0}
    assert rolegate("schema", "rolls").code == 2


@in_force
def test_what_is_in_a_file_of_each_kind_is_checked(tmp_path: Path, kind: FileKind[object]) -> None:
    """None of them is passed over: a key that no file has is reported at its place."""
    write(tmp_path, {example_of(kind): "b: c\n"})
    assert f"{example_of(kind)}:1:1 RG112" in findings(tmp_path)


@pytest.mark.parametrize("kind", [kind for kind in FILE_KINDS if kind.judges], ids=lambda kind: kind.pattern)
@pytest.mark.parametrize("text", [b"b: c\n", b"[", b"\xff", b"# x\n" * 300_000], ids=len)
def test_what_judges_changes_stops_nobody(tmp_path: Path, kind: FileKind[object], text: bytes) -> None:
    """A set with a mistake in it is used, and a gate goes on; its size takes nothing from the others."""
    name = example_of(kind)
    write(tmp_path, {"bindings.yaml": "bindings: []\n"})
    gate = Gate.from_path(tmp_path, limits=Limits(size=1_000_000))
    write(tmp_path, {name: text, "bindings.yaml": "bindings: []\n"})
    assert gate.reload()
    (tmp_path / name).unlink()
    assert gate.reload()
    assert load(tmp_path)


@beside
def test_what_is_not_in_force_stops_nobody(tmp_path: Path, kind: FileKind[object]) -> None:
    """A load does not even look at such a file, whatever is in it; `validate` reads and reports it."""
    name = example_of(kind)
    write(tmp_path, {name: "b: c\n", "bindings.yaml": "bindings: []\n"})
    assert name not in read_files(tmp_path).contents
    assert name in read_files(tmp_path, beside=True).contents
    assert not load(tmp_path).warnings
    before = look_at(tmp_path)
    (tmp_path / name).unlink()
    assert look_at(tmp_path) == before
    (tmp_path / name).mkdir()
    assert not load(tmp_path).warnings
    (tmp_path / name).rmdir()
    write(tmp_path, {name: b"\xff" * 9})
    assert not load(tmp_path).warnings
    assert [(one.file, one.code) for one in validate([tmp_path]).diagnostics] == [
        (f"{tmp_path.as_posix()}/{name}", "RG103")
    ]
    write(tmp_path, {name: "b: c\n"})
    assert [(one.file, one.code) for one in validate([tmp_path]).diagnostics] == [
        (f"{tmp_path.as_posix()}/{name}", "RG112")
    ]


@beside
def test_a_folder_with_nothing_in_force_is_no_set(tmp_path: Path, kind: FileKind[object]) -> None:
    """Every project has a folder of tests; but one of a set leads to it."""
    write(tmp_path / "set", {example_of(kind): "b: c\n"})
    assert find_sets([tmp_path / "set" / example_of(kind)]) == (tmp_path / "set",)
    (tmp_path / "set" / "catalog.yaml").unlink()
    with pytest.raises(PolicyNotFoundError):
        find_sets([tmp_path])


def test_a_folder_named_from_inside_the_set_is_told_the_dot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the current folder is a set, and the one that is named does not exist."""
    write(tmp_path, {"catalog.yaml": "catalog: desk\n"})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PolicyNotFoundError, match=r"the current folder is a policy set: write `\.`"):
        find_sets([Path("desk")])
