"""Files as seen from the top of their repository, which is how GitHub, GitLab and editors find them."""

from __future__ import annotations

import contextlib
import os
import posixpath
from functools import lru_cache
from pathlib import Path, PurePosixPath
from urllib.parse import quote


def repository_path(file: str) -> str:
    """*file* as seen from the top of the repository of the current folder; from this folder without one.

    A file that is somewhere else keeps its absolute path. One of a revision, `HEAD~1:policies/roles/a.yaml`,
    is where the repository has it: no host finds a file by the name of a revision.
    """
    inner = _at_revision(file)
    if inner is not None and not inner.startswith(("./", "../")):
        return posixpath.normpath(inner)
    file = file if inner is None else inner
    top = _top(os.getcwd())
    absolute = os.path.abspath(file.replace("\0", "\\0"))
    seen = _inside(absolute, top)
    if seen is None:
        with contextlib.suppress(OSError, ValueError):
            seen = _inside(os.path.realpath(absolute), os.path.realpath(top))
    return Path(seen or absolute).as_posix()


def repository_uri(file: str) -> str:
    """The path of `repository_path` as a relative URI; an absolute one for a file that is somewhere else."""
    path = repository_path(file)
    quoted = quote(os.fsencode(path) if _from_bytes(path) else path.encode("utf-8", "backslashreplace"))
    return f"file://{quoted}" if PurePosixPath(path).is_absolute() else quoted


def _at_revision(file: str) -> str | None:
    """The path of *file* in its revision; None for a file on disk, whose name may have a colon as well."""
    from rolegate.errors import RevisionError
    from rolegate.loading.sources import RevisionSource, parse_source

    if ":" not in file:
        return None
    try:
        source = parse_source(file)
    except (RevisionError, ValueError):
        return None
    return source.folder if isinstance(source, RevisionSource) else None


def _inside(path: str, top: str) -> str | None:
    seen = os.path.relpath(path, top)
    return None if seen == os.pardir or seen.startswith(os.pardir + os.sep) else seen


@lru_cache(maxsize=8)
def _top(folder: str) -> str:
    """The folder that has the repository of *folder*; a `.git` may be a file there."""
    here = Path(folder)
    return str(next((above for above in (here, *here.parents) if (above / ".git").exists()), here))


def _from_bytes(path: str) -> bool:
    """Whether what is not text in *path* is a byte of the name of a file."""
    return all("\udc80" <= char <= "\udcff" for char in path if "\ud800" <= char <= "\udfff")
