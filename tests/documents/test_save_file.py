"""Files are written whole or not at all, and only over what was read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from rolegate.documents import confined
from rolegate.documents import save_file as module
from rolegate.documents.capture import read_files
from rolegate.documents.save_file import save_file
from rolegate.errors import EditError


@pytest.fixture(params=["handles", "paths"], autouse=True)
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With open folders, and as on systems that do not have them."""
    if request.param == "paths":
        monkeypatch.setattr(confined, "HANDLES", False)


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    """Nothing is left beside it, and a reader of the old file still has the old text."""
    file = tmp_path / "roles" / "a.yaml"
    file.parent.mkdir()
    file.write_bytes(b"old")
    file.chmod(0o640)
    with file.open("rb") as reader:
        save_file(tmp_path, "roles/a.yaml", b"old", b"new")
        assert reader.read() == b"old"
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert names(tmp_path) == ["roles", "roles/a.yaml"]


def test_a_new_file_comes_with_its_folders(tmp_path: Path) -> None:
    """It has the permissions that new files have."""
    mask = os.umask(0o027)
    try:
        save_file(tmp_path, "roles/acme/a.yaml", None, b"new")
    finally:
        os.umask(mask)
    file = tmp_path / "roles" / "acme" / "a.yaml"
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", 0o640)
    assert names(tmp_path) == ["roles", "roles/acme", "roles/acme/a.yaml"]


@pytest.mark.parametrize("name", ["roles/acme/a.yaml", "roles/acme/inner/a.yaml"])
def test_a_file_in_the_place_of_a_folder_is_left_alone(name: str, tmp_path: Path) -> None:
    """And nothing is written beside it: there a role of a domain would be one of all domains."""
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles" / "acme").write_bytes(b"theirs")
    with pytest.raises(EditError, match=r"`?roles/acme.* is not a folder"):
        save_file(tmp_path, name, None, b"mine")
    assert names(tmp_path) == ["roles", "roles/acme"]
    assert (tmp_path / "roles" / "acme").read_bytes() == b"theirs"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Not a file in the place of a new one, nor one that has changed or is gone."""
    file = tmp_path / "a.yaml"
    file.write_bytes(b"theirs")
    with pytest.raises(EditError, match="is there already"):
        save_file(tmp_path, "a.yaml", None, b"mine")
    with pytest.raises(EditError, match="has changed since it was read"):
        save_file(tmp_path, "a.yaml", b"read", b"mine")
    with pytest.raises(EditError, match="is gone since it was read"):
        save_file(tmp_path, "b.yaml", b"read", b"mine")
    assert (names(tmp_path), file.read_bytes()) == (["a.yaml"], b"theirs")


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    """Neither the file nor a folder around it may be a link, inside the set or out of it."""
    inside, outside = tmp_path / "set", tmp_path / "outside"
    (inside / "there").mkdir(parents=True)
    outside.mkdir()
    for folder in (inside / "there", outside):
        (folder / "a.yaml").write_bytes(b"old")
    (inside / "roles").symlink_to("there")
    (inside / "out").symlink_to(outside)
    (inside / "there" / "link.yaml").symlink_to("a.yaml")
    (inside / "there" / "out.yaml").symlink_to(outside / "a.yaml")
    for name in ("roles/a.yaml", "out/a.yaml", "there/link.yaml", "there/out.yaml"):
        with pytest.raises(EditError, match="is a link, or is reached through one"):
            save_file(inside, name, b"old", b"new")
    for name in ("roles/new.yaml", "out/new.yaml"):
        with pytest.raises(EditError, match="is a link, or is reached through one"):
            save_file(inside, name, None, b"new")
    assert [path.read_bytes() for path in sorted(tmp_path.rglob("a.yaml"))] == [b"old", b"old"]
    assert [name for name in names(tmp_path) if "new" in name or "+" in name] == []


def test_a_link_that_is_put_in_place_meanwhile_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last look is right before the file is replaced."""
    file, other = tmp_path / "a.yaml", tmp_path / "other"
    file.write_bytes(b"old")
    other.write_bytes(b"old")
    write = module._write

    def swap(*args: object) -> None:
        write(*args)  # type: ignore[arg-type]
        file.unlink()
        file.symlink_to(other)

    monkeypatch.setattr(module, "_write", swap)
    with pytest.raises(EditError, match="is a link"):
        save_file(tmp_path, "a.yaml", b"old", b"new")
    assert other.read_bytes() == b"old"


@pytest.mark.parametrize("fails", ["fsync", "replace", "write"])
def test_a_failure_leaves_the_old_file(fails: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, say: the error says so, and there is nothing beside the file."""
    file = tmp_path / "a.yaml"
    file.write_bytes(b"old")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module if fails == "write" else os, "_write" if fails == "write" else fails, full)
    with pytest.raises(EditError, match=r"cannot write .*a\.yaml: no space left on device"):
        save_file(tmp_path, "a.yaml", b"old", b"new")
    assert (names(tmp_path), file.read_bytes()) == (["a.yaml"], b"old")


def test_a_failure_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that were there stay."""
    (tmp_path / "roles").mkdir()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    with pytest.raises(EditError, match="no space left on device"):
        save_file(tmp_path, "roles/acme/a.yaml", None, b"new")
    assert names(tmp_path) == ["roles"]


def test_a_file_system_without_hard_links_takes_new_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And still overwrites none."""

    def cannot(*_: object, **__: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", cannot)
    save_file(tmp_path, "a.yaml", None, b"new")
    with pytest.raises(EditError, match="is there already"):
        save_file(tmp_path, "a.yaml", None, b"newer")
    assert (names(tmp_path), (tmp_path / "a.yaml").read_bytes()) == (["a.yaml"], b"new")


def test_what_is_beside_a_file_for_a_moment_is_no_part_of_a_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads the set meanwhile finds the same files as before, in every folder."""
    seen = []
    for name in (
        "catalog.yaml",
        "roles/a.yaml",
        "roles/acme/b.yaml",
        "bindings/acme.yaml",
        "domains/acme.yaml",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(b"old")
    flush = os.fsync

    def look(descriptor: int) -> None:
        seen.append(sorted(read_files(tmp_path).contents))
        flush(descriptor)

    before = sorted(read_files(tmp_path).contents)
    monkeypatch.setattr(os, "fsync", look)
    for name in before:
        save_file(tmp_path, name, b"old", b"new")
    assert len(seen) >= len(before) == 5
    assert all(found == before for found in seen)
