"""Where policy sets are."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from rolegate.diagnostics import cut, one_line
from rolegate.documents.file_kinds import (
    CATALOG,
    DEEPEST,
    FILE_KINDS,
    SINGLE_FILES,
    is_folder_of_set,
    is_yaml,
)
from rolegate.errors import NothingHereError, PolicyNotFoundError
from rolegate.texts.spelling import nearest

COMPILED = "policy.csv"
HAS_LINES = (
    "it has compiled files, which have lines alone, and no catalog, no titles and no files to look at: name "
    "the folder that they were compiled from; `check` without `--list`, `who-can` with a permission, "
    "`explain`, `matrix` and `diff` read compiled files"
)
"""What is wrong with a folder that has compiled files in the place of a policy set."""
NO_LINES = f"`{COMPILED}` is there, but it is not a file, so there are no compiled files either"
LINES_LINKED = (
    f"`{COMPILED}` is a link there, and links to compiled files are not followed at a revision: "
    "name the folder that has the file itself"
)


def shown(path: Path, inner: str = "") -> str:
    """*path* as diagnostics name it: as the user gave it, with `/`, on one line.

    *inner* is the name of a file as it is seen from there.
    """
    outer = path.as_posix()
    if inner:  # joined as text, since there may be thousands of names
        outer = inner if outer == "." else f"{outer.removesuffix('/')}/{inner}"
    return cut(one_line(outer))


def find_sets(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The policy sets that *paths* name, are in, or contain; sorted, each once.

    Raises:
        PolicyNotFoundError: for a path that does not exist or has nothing to do with a policy set.
    """
    found: dict[str, Path] = {}
    for path in paths:
        for folder in _sets_of(path):
            found.setdefault(os.path.realpath(folder), folder)
    return tuple(sorted(found.values(), key=Path.as_posix))


def _sets_of(path: Path) -> list[Path]:
    try:
        if not path.exists() and not path.is_symlink():
            raise NothingHereError(f"{shown(path)}: there is no such file or folder{_meant(path)}")
        if not path.is_dir():
            around = next((folder for folder in _above(path, DEEPEST + 1) if is_set(folder)), None)
            if around is None:
                raise PolicyNotFoundError(f"{shown(path)}: the file is not in a policy set")
            return [around]
        named = os.path.abspath(path).split(os.sep)
        for levels, outer in enumerate(_above(path, DEEPEST), 1):
            inside = is_folder_of_set("/".join(named[-levels:]))
            if inside and not is_set(path) and is_set(outer):
                return [outer]
        below = list(_sets_below(path, os.path.realpath(path), set()))
    except (OSError, ValueError) as error:
        raise PolicyNotFoundError(f"{shown(path)}: {_reason(error)}") from error
    if not below:
        raise NothingHereError(f"{shown(path)}: there is no policy set here or below; {_instead(path)}")
    return below


def _instead(folder: Path) -> str:
    """What makes a policy set of *folder*, which is none."""
    stem = CATALOG.place.partition(".")[0]
    inside = os.listdir(folder)
    if COMPILED in inside:
        return HAS_LINES if (folder / COMPILED).is_file() else NO_LINES
    names = sorted(name for name in inside if name.casefold().startswith(f"{stem}."))
    if names:
        kind = " (JSON is read as well)" if names[0].casefold().endswith(".json") else ""
        return f"rename `{one_line(names[0])}` to `{CATALOG.place}`{kind}"
    return f"a set is a folder with a {CATALOG.place}, and `rolegate init` writes one"


def _meant(path: Path) -> str:
    """What is to be written instead of *path*, which is not there."""
    text = str(path)
    if text.startswith("store:"):
        return (
            f"; a store is none: write `rolegate.load_source({text!r})`, or give its URL to `Gate.from_store`"
        )
    near = "store:" if text == "store" else _near(path)
    if near:
        return f"; did you mean `{near}`?"
    return "; the current folder is a policy set: write `.`" if is_set(Path()) else ""


def _near(path: Path) -> str:
    """The file or folder beside *path* whose name is most like its own; of others nothing is said."""
    around = path.parent
    if not around.is_dir():
        return ""
    names = [name for name in os.listdir(around) if is_yaml(name) or os.path.isdir(around / name)]
    close = nearest(path.name, names, 1)
    return shown(around / close[0]) if close else ""


def _above(path: Path, levels: int) -> Iterator[Path]:
    for _ in range(levels):
        # `.` and `..` have no name of their own that could be dropped.
        path = path.parent if path.name not in ("", "..") else path / ".."
        yield path


def is_set(folder: Path) -> bool:
    """Whether *folder* is a policy set, complete or not."""
    if not folder.is_dir():
        return False
    if SINGLE_FILES & set(os.listdir(folder)):
        return True
    folders = (kind for kind in FILE_KINDS if kind.is_folder and kind.in_force)
    return any(_has_files(folder / kind.place, kind.depth) for kind in folders)


def _has_files(folder: Path, depth: int) -> bool:
    """Whether there are YAML files in *folder*, or deeper; what is in a set of its own is not counted."""
    names = os.listdir(folder) if folder.is_dir() else []
    if CATALOG.place in names:
        return False
    if depth == 1:
        return any(is_yaml(name) for name in names)
    return any(_has_files(folder / name, depth - 1) for name in names if not name.startswith("."))


def _sets_below(folder: Path, top: str, seen: set[str]) -> Iterator[Path]:
    """The sets in *folder*; links that lead out of *top* are not followed."""
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    if is_set(folder):
        yield folder
        return
    for inner in sorted(folder.iterdir()):
        if not inner.name.startswith(".") and inner.name != "node_modules" and inner.is_dir():
            if inner.is_symlink() and os.path.commonpath([top, os.path.realpath(inner)]) != top:
                if is_set(inner):
                    why = "the link leads out of the folder that was named; name what it leads to"
                    raise PolicyNotFoundError(f"{shown(inner)}: {why}")
                continue
            yield from _sets_below(inner, top, seen)


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return (error.strerror or "it cannot be read").lower()
    return "this is not a usable name"
