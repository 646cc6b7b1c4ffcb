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
