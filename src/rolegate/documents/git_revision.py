"""The files of a policy set as a revision of git has them; nothing is checked out."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rolegate.diagnostics import quoted
from rolegate.documents.ask_git import NOT_FETCHED, PARTIAL, ask_git, run_git
from rolegate.documents.capture import Files
from rolegate.documents.file_kinds import (
    CATALOG,
    is_beside,
    is_folder_of_set,
    is_judging,
    is_known,
    is_reported,
    is_skipped,
    is_under_other_name,
    like_a_folder,
)
from rolegate.documents.limits import Limits, chosen
from rolegate.documents.set_finder import COMPILED, HAS_LINES, LINES_LINKED
from rolegate.documents.unreadable import (
    LEADS_OUT,
    MAX_BYTES,
    OTHER_NAME,
    TOO_LARGE,
    UnreadableReason,
    all_too_large,
    too_many,
)
from rolegate.errors import RevisionError

_LINK, _SUBMODULE, _FILE = "120000", "160000", ("100644", "100755")
_LONGEST = 4096
"""Bytes of the target of a link, as a system has it."""

_NO_FOLDER = UnreadableReason(
    "RG121",
    "this is a link to a folder, or a submodule, and a revision is read without following it",
    "put a folder in its place, or compare with a folder that is checked out",
)
_NONE = (b"Needed a single revision", b"not a git repository")


@dataclass(frozen=True, slots=True)
class _Blob:
    """A file in a tree of git: its mode, the id of its contents, and how many bytes these are."""

    mode: str
    id: str
    size: int


def revision_files(
    revision: str,
    folder: str,
    *,
    within: Path | None = None,
    tree: str | None = None,
    beside: bool = False,
    limits: Limits | None = None,
    called: str | None = None,
) -> Files:
    """The files of the set in *folder* at *revision*, whatever the working tree holds.

    As in git, *folder* is seen from the top of the repository, or with `./` or `../` from the current
    directory, *within*. Who knows it says the id of the *tree* of the revision. With *beside*, also those
    that do not say what is in force. Messages have what the revision is *called*.

    Raises:
        RevisionError: when there is no git, no repository, or no such revision or folder in it.
    """
    here, limits = within or Path(), chosen(limits)
    place = place_in_tree(folder, here)
    tree = tree or tree_id(revision, here)
    blobs = dict(_blobs(tree, place, here))
    named = Path(f"{called or revision}:{folder}")
    if CATALOG.place not in blobs:
        raise RevisionError(_no_set(called or revision, place, tree, here))
    links = {name: blob.id for name, blob in blobs.items() if blob.mode == _LINK and blob.size <= _LONGEST}
    if len(links) > limits.files:
        return Files(named, {}, beyond=(min(links), too_many(limits)), limits=limits)
    targets = dict(zip(links, map(os.fsdecode, read_blobs(list(links.values()), here)), strict=True))
    wanted: dict[str, str] = {}
    contents: dict[str, bytes | UnreadableReason | None] = {}
    total = 0
    for name, target in _listed(blobs, targets, beside):
        if not isinstance(target, _Blob):
            contents[name] = target
            continue
        total += 0 if is_judging(name) else target.size
        if target.size > MAX_BYTES:
            contents[name] = TOO_LARGE
        else:
            wanted[name] = target.id
        if total > limits.size or len(contents) + len(wanted) > limits.files:
            why = all_too_large(limits) if total > limits.size else too_many(limits)
            return Files(named, {}, beyond=(name, why), limits=limits)
    ids = list(dict.fromkeys(wanted.values()))
    read = dict(zip(ids, read_blobs(ids, here), strict=True))
    contents |= {name: read[id] for name, id in wanted.items()}
    return Files(named, dict(sorted(contents.items())), (("revision", tree, place),), limits=limits)


def _listed(
    blobs: Mapping[str, _Blob], targets: Mapping[str, str], beside: bool
) -> Iterator[tuple[str, _Blob | UnreadableReason | None]]:
    """Each file with what it is, or leads to; None for one that is only reported."""
    for name, blob in blobs.items():
        if _skipped(name) or (is_beside(name) and not beside):
            continue
        if is_known(name):
            yield name, _followed(name, blobs, targets)
        elif blob.mode not in _FILE and like_a_folder(name):
            yield name, _NO_FOLDER
        elif is_reported(name):
            yield name, None


def _skipped(name: str) -> bool:
    """Whether *name*, or a folder that it is in, is left out as it is in a folder on disk."""
    parts = name.split("/")
    prefixes = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    if any(is_skipped(prefix) for prefix in prefixes):
        return True
    return any("/." in f"/{prefix}" and not is_folder_of_set(prefix) for prefix in prefixes[:-1])


def _followed(name: str, blobs: Mapping[str, _Blob], targets: Mapping[str, str]) -> _Blob | UnreadableReason:
    """The file that *name* is, or leads to inside the set."""
    seen, called = {name}, name
    blob = blobs[name]
    while blob.mode == _LINK:
        target = targets.get(name)
        name = posixpath.normpath(posixpath.join(posixpath.dirname(name), target or ".."))
        if name in seen or name not in blobs:
            return LEADS_OUT
        seen.add(name)
        blob = blobs[name]
    if any(is_under_other_name(called, posixpath.basename(one)) for one in seen):
        return OTHER_NAME
    return blob if blob.mode in _FILE else LEADS_OUT


def place_in_tree(folder: str, here: Path) -> str:
    """*folder* as seen from the top of the repository, without a slash at its ends."""
    if folder.startswith(("./", "../")) or folder in (".", ".."):
        prefix = ask_git(["rev-parse", "--show-prefix"], here).decode(errors="surrogateescape").rstrip("\n")
        folder = posixpath.join(prefix, folder)
    place = posixpath.normpath(folder.rstrip("/") or ".")
    if place.startswith(("../", "/")) or place == "..":
        raise RevisionError(f"{quoted(folder)} lies outside the repository; name a folder from its top")
    return "" if place == "." else place


def is_revision(text: str, here: Path | None = None) -> bool:
    """Whether git knows *text* as a revision, or does not say that it is none.

    Without git or a repository, nothing is one.
    """
    try:
        found = run_git(["rev-parse", "--verify", "--end-of-options", text], here or Path())
    except RevisionError:
        return False
    said = found.stderr
    if found.returncode == 0 or NOT_FETCHED in said or b"ambiguous" in said:
        return True  # whoever commits may also make a short id ambiguous
    return not any(words in said for words in _NONE)


def tree_id(revision: str, here: Path) -> str:
    """The id of the tree of *revision*."""
    found = run_git(["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{tree}}"], here)
    if found.returncode == 0:
        return found.stdout.decode().strip()
    if NOT_FETCHED in found.stderr:
        raise RevisionError(PARTIAL)
    ask_git(["rev-parse", "--git-dir"], here)  # without a repository, that is what is wrong
    shallow = ask_git(["rev-parse", "--is-shallow-repository"], here).strip() == b"true"
    help = (
        "; this clone is shallow: `git fetch --unshallow`, or check out with fetch-depth 0" if shallow else ""
    )
    if not ask_git(["rev-list", "--all", "--max-count=1"], here):
        help = ", which has no commit yet"
    raise RevisionError(f"there is no revision {quoted(revision)} in this repository{help}")


def _blobs(tree: str, place: str, here: Path) -> Iterator[tuple[str, _Blob]]:
    """Each file and link below *place*, by its name seen from there."""
    prefix = f"{place}/" if place else ""
    listed = ["--literal-pathspecs", "ls-tree", "-r", "-z", "-l", "--full-tree", "--", tree]
    found = ask_git([*listed, prefix] if prefix else listed, here)
    for entry in found.split(b"\0"):
        head, _, name = entry.partition(b"\t")
        mode, _, rest = head.decode().partition(" ")
        if mode in (_LINK, _SUBMODULE, *_FILE):
            _, id, size = rest.split()
            yield os.fsdecode(name)[len(prefix) :], _Blob(mode, id, 0 if size == "-" else int(size))


def files_in_folder(revision: str, folder: str, names: Sequence[str], here: Path) -> Mapping[str, bytes]:
    """The contents of those of the files *names* that *folder* has at *revision*; a link is no file.

    Raises:
        RevisionError: when the revision cannot be read.
    """
    place, tree = place_in_tree(folder, here), tree_id(revision, here)
    paths = [posixpath.join(place, name) for name in names]
    answer = ask_git(["--literal-pathspecs", "ls-tree", "-z", "--full-tree", tree, "--", *paths], here)
    found: dict[str, str] = {}
    for entry in answer.split(b"\0"):
        head, _, name = entry.partition(b"\t")
        mode, _, rest = head.decode().partition(" ")
        if mode in _FILE:
            found[posixpath.basename(os.fsdecode(name))] = rest.split()[1]
    return dict(zip(found, read_blobs(list(found.values()), here), strict=True))


def read_blobs(ids: Sequence[str], here: Path) -> Iterator[bytes]:
    """The contents with these ids, by one process of git."""
    if not ids:
        return
    answer = ask_git(["cat-file", "--batch"], here, "".join(f"{id}\n" for id in ids).encode())
    start = 0
    for _ in ids:
        end = answer.index(b"\n", start)
        head = answer[start:end].split()
        if len(head) != 3:
            raise RevisionError(PARTIAL)
        start = end + 1 + int(head[2])
        yield answer[end + 1 : start]
        start += 1


def _no_set(revision: str, place: str, tree: str, here: Path) -> str:
    what = f"policy set (a folder with a {CATALOG.place})"
    help = sets_elsewhere(tree, place, here)
    return f"there is no {what} in {quoted(place or '.')} at {quoted(revision)}{help}"


def sets_elsewhere(tree: str, place: str, here: Path) -> str:
    """Where *tree* has policy sets, as the end of a message that there is none in *place*."""
    blobs = dict(_blobs(tree, "", here))
    compiled = blobs.get(posixpath.join(place, COMPILED))
    if compiled is not None and compiled.mode in (_LINK, *_FILE):
        return f"; {LINES_LINKED if compiled.mode == _LINK else HAS_LINES}"
    sets = sorted(
        posixpath.dirname(name) or "." for name in blobs if posixpath.basename(name) == CATALOG.place
    )
    near = [name for name in sets if name.startswith(f"{place}/")] or sets
    return f"; there are policy sets in {', '.join(map(quoted, near[:5]))}" if near else ""
