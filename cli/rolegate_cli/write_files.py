"""Writes the files that a user asked for; each is written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from rolegate_cli.exit_codes import UnreadableInputError


def write_all(folder: Path, files: Mapping[str, str], *, replace: bool) -> tuple[Path, ...]:
    """Write *files* below *folder*; whoever reads one meanwhile sees the old text or the new, never half."""
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if replace:
                _swap(target, text)
            else:
                with target.open("xb") as new:
                    new.write(text.encode())
            written.append(target)
    except OSError as failure:
        raise UnreadableInputError(
            f"cannot write {failure.filename or folder}: {failure.strerror}"
        ) from failure
    return tuple(written)


def occupied(folder: Path) -> bool:
    """Whether there is something in *folder*."""
    try:
        return any(os.scandir(folder))
    except FileNotFoundError:
        return False
    except OSError as failure:
        raise UnreadableInputError(f"cannot write {folder}: {failure.strerror}") from failure


def _swap(named: Path, text: str) -> None:
    """Write *text* where *named* leads: into a device or a pipe, and in the place of a file."""
    target = Path(os.path.realpath(named))
    status = target.stat() if target.exists() else None
    if status is None and named.exists():  # such as /dev/stdout, which leads to what has no name
        status = named.stat()
    if status is not None and not stat.S_ISREG(status.st_mode):
        with named.open("wb") as there:
            there.write(text.encode())
        return
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_bytes(text.encode())
        if status is not None:
            beside.chmod(stat.S_IMODE(status.st_mode))
        os.replace(beside, target)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def write_secret(folder: Path, files: Mapping[str, str]) -> None:
    """Write *files* below *folder*, which is new or empty, so that nobody else can read them."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UnreadableInputError(f"{folder} is not empty, and nothing in it is overwritten")
        for name, text in files.items():
            target = folder / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as new:
                new.write(text.encode())
    except OSError as failure:
        raise UnreadableInputError(
            f"cannot write {failure.filename or folder}: {failure.strerror}"
        ) from failure
