"""Where policy sets are, and which names of files the language knows."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from rolegate.diagnostics import one_line
from rolegate.errors import PolicyNotFoundError
from rolegate.spelling import nearest

CATALOG, DOMAINS, BINDINGS = "catalog.yaml", "domains.yaml", "bindings.yaml"
ROLES, LABELS = "roles", "labels"

_TOP = frozenset({CATALOG, DOMAINS, BINDINGS})
FOLDERS = frozenset({ROLES, LABELS})
ALL_FILES = "a policy set has catalog.yaml, roles/*.yaml, domains.yaml, bindings.yaml, labels/<locale>.yaml"


def shown(path: Path) -> str:
    """*path* as diagnostics name it: as the user gave it, with `/`, on one line."""
    return one_line(path.as_posix())


def find_sets(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The policy sets that *paths* name, lie in, or hold; sorted, each once.

    Raises:
        PolicyNotFound: for a path that does not exist or has nothing to do with a policy set.
    """
    found: dict[str, Path] = {}
    for path in paths:
        for each in _sets_of(path):
            found.setdefault(os.path.realpath(each), each)
    return tuple(sorted(found.values(), key=lambda each: each.as_posix()))


def _sets_of(path: Path) -> list[Path]:
    try:
        if not path.exists() and not path.is_symlink():
            raise PolicyNotFoundError(f"{shown(path)}: there is no such file or folder")
        if not path.is_dir():
            holder = next((each for each in _above(path, 2) if _is_set(each)), None)
            if holder is None:
                raise PolicyNotFoundError(f"{shown(path)}: the file does not lie in a policy set")
            return [holder]
        outer = next(iter(_above(path, 1)))
        if not _is_set(path) and _name(path) in FOLDERS and _is_set(outer):
            return [outer]
        below = list(_sets_below(path, os.path.realpath(path), set()))
    except (OSError, ValueError) as error:
        raise PolicyNotFoundError(f"{shown(path)}: {_reason(error)}") from error
    if not below:
        raise PolicyNotFoundError(f"{shown(path)}: there is no catalog.yaml here or below, so no policy set")
    return below


def _above(path: Path, levels: int) -> Iterator[Path]:
    for _ in range(levels):
        # `.` and `..` have no name of their own to take away.
        path = path.parent if path.name not in ("", "..") else path / ".."
        yield path


def _name(path: Path) -> str:
    return os.path.basename(os.path.abspath(path))


def _is_set(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    if _TOP & set(os.listdir(folder)):
        return True
    inner = (folder / each for each in FOLDERS)
    return any(each.is_dir() and any(is_yaml(name) for name in os.listdir(each)) for each in inner)


def _sets_below(folder: Path, top: str, seen: set[str]) -> Iterator[Path]:
    """The sets in *folder*; links that lead out of *top* are not followed."""
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    if _is_set(folder):
        yield folder
        return
    for each in sorted(folder.iterdir()):
        if not each.name.startswith(".") and each.name != "node_modules" and each.is_dir():
            if each.is_symlink() and os.path.commonpath([top, os.path.realpath(each)]) != top:
                if _is_set(each):
                    why = "the link leads out of the folder that was named; name what it leads to"
                    raise PolicyNotFoundError(f"{shown(each)}: {why}")
                continue
            yield from _sets_below(each, top, seen)


def is_yaml(name: str) -> bool:
    """Whether *name* is that of a YAML file."""
    return name.lower().endswith((".yaml", ".yml"))


def like_a_folder(relative: str) -> bool:
    """Whether *relative* is the name of a folder that a set has, or looks like a misspelling of one."""
    return bool(nearest(relative, FOLDERS, 1))


def is_known(relative: str) -> bool:
    """Whether a part of a policy set reads the file *relative*."""
    folder, _, name = relative.rpartition("/")
    return relative in _TOP or (folder in FOLDERS and name.endswith(".yaml"))


def meant(relative: str) -> str:
    """The known file that *relative* may be a misspelling of; empty when it is like none."""
    folder, _, name = relative.rpartition("/")
    stem = name.rpartition(".")[0]
    if not folder:
        close = nearest(stem, (each.removesuffix(".yaml") for each in _TOP), 1)
        return f"{close[0]}.yaml" if close else ""
    close = nearest(folder, FOLDERS, 1)
    return f"{close[0]}/{stem}.yaml" if close else ""


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or "it cannot be read").lower() if isinstance(error, OSError) else "no usable name"
