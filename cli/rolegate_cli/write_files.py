"""Writes the files that a user asked for; each is written whole or not at all."""

from __future__ import annotations

import contextlib
import os
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


def _swap(target: Path, text: str) -> None:
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_bytes(text.encode())
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
