"""Where policy sets are, and which of a set's files the language knows."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rolegate.diagnostics import Report, Span, one_line
from rolegate.errors import PolicyNotFound
from rolegate.spelling import nearest

CATALOG, DOMAINS, BINDINGS = "catalog.yaml", "domains.yaml", "bindings.yaml"
ROLES, LABELS = "roles", "labels"

_TOP = frozenset({CATALOG, DOMAINS, BINDINGS})
_FOLDERS = frozenset({ROLES, LABELS})
_ALL = "a policy set has catalog.yaml, roles/*.yaml, domains.yaml, bindings.yaml, labels/<locale>.yaml"


@dataclass(slots=True)
class Files:
    """The known files of one set, by kind and sorted by name."""

    catalog: Path | None = None
    domains: Path | None = None
    bindings: Path | None = None
    roles: list[Path] = field(default_factory=list)
    labels: list[Path] = field(default_factory=list)


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


def list_files(folder: Path, report: Report) -> Files:
    """The known files under *folder*; other YAML files are reported, so that none is read in vain."""
    files = Files()
    unknown: list[str] = []
    for path, relative in _walk(folder, report):
        match relative.split("/"):
            case ["catalog.yaml"]:
                files.catalog = path
            case ["domains.yaml"]:
                files.domains = path
            case ["bindings.yaml"]:
                files.bindings = path
            case ["roles", name] if name.endswith(".yaml"):
                files.roles.append(path)
            case ["labels", name] if name.endswith(".yaml"):
                files.labels.append(path)
            case _:
                unknown.append(relative)
                meant = _meant(relative)
                help = f"did you mean `{meant}`?" if meant else _ALL
                report.add("RG111", Span(shown(path)), f"no part of a policy set reads `{relative}`", help)
    if files.catalog is None and not any(_meant(each) == CATALOG for each in unknown):
        help = "every policy set has one, with at least `catalog:` and `permissions:`"
        report.add("RG120", Span(shown(folder / CATALOG)), "the policy set has no catalog.yaml", help)
    return files


def _sets_of(path: Path) -> list[Path]:
    try:
        if not path.exists() and not path.is_symlink():
            raise PolicyNotFound(f"{shown(path)}: there is no such file or folder")
        if not path.is_dir():
            holder = next((each for each in _above(path, 2) if _is_set(each)), None)
            if holder is None:
                raise PolicyNotFound(f"{shown(path)}: the file does not lie in a policy set")
            return [holder]
        outer = next(iter(_above(path, 1)))
        if not _is_set(path) and _name(path) in _FOLDERS and _is_set(outer):
            return [outer]
        below = list(_sets_below(path, set()))
    except (OSError, ValueError) as error:
        raise PolicyNotFound(f"{shown(path)}: {_reason(error)}") from error
    if not below:
        raise PolicyNotFound(f"{shown(path)}: there is no catalog.yaml here or below, so no policy set")
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
    inner = (folder / each for each in _FOLDERS)
    return any(each.is_dir() and any(_is_yaml(name) for name in os.listdir(each)) for each in inner)


def _sets_below(folder: Path, seen: set[str]) -> Iterator[Path]:
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    if _is_set(folder):
        yield folder
        return
    for each in sorted(folder.iterdir()):
        if not each.name.startswith(".") and each.name != "node_modules" and each.is_dir():
            yield from _sets_below(each, seen)


def _walk(folder: Path, report: Report) -> Iterator[tuple[Path, str]]:
    """The YAML files under *folder* with their relative names; what begins with a dot is passed over."""
    waiting: list[tuple[Path, str, frozenset[str]]] = [(folder, "", frozenset())]
    while waiting:
        current, prefix, around = waiting.pop()
        real = os.path.realpath(current)
        if real in around:
            continue
        try:
            names = sorted(os.listdir(current))
        except OSError as error:
            report.add("RG101", Span(shown(current)), "the folder cannot be read", _reason(error))
            continue
        for name in names:
            path, relative = current / name, f"{prefix}{name}"
            if name.startswith("."):
                continue
            if _is_yaml(name) and (_known(relative) or not path.is_dir()):
                yield path, relative
            elif path.is_dir():
                waiting.append((path, f"{relative}/", around | {real}))


def _is_yaml(name: str) -> bool:
    return name.lower().endswith((".yaml", ".yml"))


def _known(relative: str) -> bool:
    folder, _, name = relative.rpartition("/")
    return relative in _TOP or (folder in _FOLDERS and name.endswith(".yaml"))


def _meant(relative: str) -> str:
    """The known file that *relative* may be a misspelling of; empty when it is like none."""
    folder, _, name = relative.rpartition("/")
    stem = name.rpartition(".")[0]
    if not folder:
        close = nearest(stem, (each.removesuffix(".yaml") for each in _TOP), 1)
        return f"{close[0]}.yaml" if close else ""
    close = nearest(folder, _FOLDERS, 1)
    return f"{close[0]}/{stem}.yaml" if close else ""


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or "it cannot be read").lower() if isinstance(error, OSError) else "no usable name"
