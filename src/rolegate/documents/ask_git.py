"""One process of git, asked for what is there: it changes nothing, fetches nothing and asks nobody."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from rolegate.errors import RevisionError

_ASK_NOBODY = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
"""git neither fetches, nor writes, nor asks, nor shows other contents than were committed; in English."""
_AS_WRITTEN = ("-c", "core.ignoreCase=false")
"""Names that differ in case are two, whatever the settings of the repository say."""
NOT_FETCHED = b"lazy fetching disabled"
PARTIAL = (
    "this clone is partial, and does not have all of the revision; write `git fetch --refetch --no-filter`"
)
_PLACES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY")


def ask_git(arguments: Sequence[str], here: Path, given: bytes | None = None, *, own: bool = False) -> bytes:
    """What git answers; with *own*, of the repository in which *here* is, whatever a hook says of another.

    Raises:
        RevisionError: when it refuses, with its own words.
    """
    found = run_git(arguments, here, given, own=own)
    if found.returncode:
        if NOT_FETCHED in found.stderr:
            raise RevisionError(PARTIAL)
        lines = found.stderr.decode(errors="replace").strip().splitlines() or ["it does not say why"]
        if "not a git repository" in lines[0]:
            raise RevisionError("this is not in a git repository; name a folder, or change to the repository")
        raise RevisionError(f"git cannot read the revision: {lines[0].removeprefix('fatal: ')}")
    return found.stdout


def run_git(
    arguments: Sequence[str], here: Path, given: bytes | None = None, *, own: bool = False
) -> subprocess.CompletedProcess[bytes]:
    """What a process of git in the folder *here* answers, and whether it refuses.

    Raises:
        RevisionError: when there is no git.
    """
    try:
        return subprocess.run(  # noqa: S603
            ["git", *_AS_WRITTEN, *arguments],  # noqa: S607
            cwd=here,
            env=_environment(here, own),
            input=b"" if given is None else given,
            capture_output=True,
            check=False,
        )
    except ValueError as error:  # a NUL, or half a character
        raise RevisionError("the name of a revision or of a folder is not usable text") from error
    except FileNotFoundError:
        raise RevisionError(
            "git is not installed, or not on the PATH, so a revision cannot be read"
        ) from None
    except OSError as error:
        raise RevisionError(f"git cannot be run: {(error.strerror or 'it failed').lower()}") from error


def _environment(here: Path, own: bool) -> dict[str, str]:
    """What git is told. A hook says where the repository is as it is seen from the current directory."""
    told = os.environ | _ASK_NOBODY
    if own:
        return {name: value for name, value in told.items() if name not in _PLACES}
    if "GIT_DIR" in told and here.resolve() != Path().resolve():
        told.setdefault("GIT_WORK_TREE", ".")
    for name in _PLACES:
        if told.get(name):
            told[name] = os.path.abspath(told[name])
    return told


def top_folder(here: Path | None = None) -> Path:
    """The top of the checkout of the current directory, or of *here*.

    Raises:
        RevisionError: when there is none.
    """
    here = here or Path()
    try:
        top = ask_git(["rev-parse", "--show-toplevel"], here)
    except RevisionError:
        if has_checkout(here):
            raise
        raise RevisionError("no files are checked out here: name revisions, as in `HEAD~1..HEAD`") from None
    return Path(os.fsdecode(top.removesuffix(b"\n"))).resolve()


def has_checkout(here: Path) -> bool:
    """Whether *here* is in the files of a repository, and not in a bare one.

    Raises:
        RevisionError: when there is no repository.
    """
    return ask_git(["rev-parse", "--is-inside-work-tree"], here).strip() == b"true"
