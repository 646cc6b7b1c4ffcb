"""A file beside a policy set, as a source has it: on disk, or at a revision."""

from __future__ import annotations

import os
from pathlib import Path

from rolegate.diagnostics import quoted
from rolegate.documents.ask_git import ask_git, top_folder
from rolegate.documents.git_revision import tree_id
from rolegate.documents.route_lock import GuardedRoute, read_lock
from rolegate.errors import RevisionError, RouteLockError
from rolegate.loading.sources import RevisionSource, Source


def routes_at(file: str, source: Source) -> dict[str, GuardedRoute] | None:
    """The routes of a lock file, seen from the current directory, as *source* has it; None without the file.

    At a revision, a link is no file: it is not followed.

    Raises:
        RouteLockError: when it is not a file of routes.
        RevisionError: when the revision cannot be read.
    """
    if not isinstance(source, RevisionSource):
        try:
            contents = Path(file).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            why = (error.strerror or "it failed").lower()
            raise RouteLockError(f"{quoted(file)} cannot be read: {why}") from None
        return _routes(contents, file)
    here = top_folder()
    tree, place = tree_id(source.id, here), _place(file, here)
    listed = ask_git(["--literal-pathspecs", "ls-tree", "-z", "--full-tree", tree, "--", place], here)
    mode, _, rest = listed.partition(b"\t")[0].decode().partition(" ")
    if not mode.startswith("100"):
        return None
    contents = ask_git(["cat-file", "blob", rest.split()[1]], here)
    return _routes(contents, f"{source.revision}:{place}")


def _place(file: str, top: Path) -> str:
    """*file* as seen from the top of the repository.

    INVARIANT: no link in the repository leads to it. Otherwise a change could make one out of a folder, and
    nothing that was there before would count.
    """
    path, written = Path(file), Path(os.path.abspath(file))
    try:
        is_folder = path.name in ("", "..")
        real = (path.resolve() if is_folder else path.parent.resolve() / path.name).relative_to(top)
        above = (*reversed(written.parents), written)
        around = next((folder for folder in above if _is_inside(folder, top)), None)
    except (OSError, RuntimeError, ValueError):
        raise RevisionError(f"{quoted(file)} lies outside the repository; name a file in it") from None
    if around is None or around.resolve().relative_to(top) / written.relative_to(around) != real:
        raise RevisionError(
            f"a link in the repository is a part of {quoted(file)}, and a change may lead it elsewhere; "
            "name the file without it"
        )
    return real.as_posix()


def _is_inside(path: Path, top: Path) -> bool:
    return path.resolve().is_relative_to(top)


def _routes(contents: bytes, name: str) -> dict[str, GuardedRoute]:
    try:
        return dict(read_lock(contents.decode("utf-8"), name))
    except UnicodeDecodeError:
        raise RouteLockError(f"{quoted(name)} is not UTF-8 text, so it is not a file of routes") from None
