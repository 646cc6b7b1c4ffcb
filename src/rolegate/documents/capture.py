"""The files of a policy set as they were at one moment: seen the same twice, or not used at all."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path

from rolegate.documents.confined import Folder, OutsideFolderError, Root
from rolegate.documents.file_kinds import (
    is_beside,
    is_folder_of_set,
    is_judging,
    is_known,
    is_reported,
    is_skipped,
    is_under_other_name,
    like_a_folder,
)
from rolegate.documents.files import read_bytes
from rolegate.documents.limits import ORDINARY, Limits, chosen
from rolegate.documents.set_finder import shown
from rolegate.documents.unreadable import (
    LEADS_OUT,
    MAX_BYTES,
    OTHER_NAME,
    UnreadableReason,
    all_too_large,
    file_failed,
    folder_failed,
    too_many,
)

Seen = tuple[object, ...]
Look = tuple[Seen, ...]
"""What the files of a set look like: each name with what it leads to, its identity, size and times."""

PAUSES = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32)
"""How many seconds to wait before files that changed in the meantime are read again."""


@dataclass(frozen=True, slots=True)
class Files:
    """The YAML files of one policy set, by their names seen from its folder, and what they looked like.

    A file that is not part of a set has None in place of its bytes. `changing` is a file that was never the
    same twice, however often it was read; `beyond` is the file with which the set became larger than a set
    can be, and why. With either of them, there is nothing else here. `limits` are those of whoever reads.
    """

    folder: Path
    contents: Mapping[str, bytes | UnreadableReason | None] = field(repr=False)
    look: Look = field(default=(), repr=False)
    changing: str | None = None
    beyond: tuple[str, UnreadableReason] | None = None
    limits: Limits = ORDINARY

    def shown(self, name: str) -> str:
        """*name* as diagnostics have it."""
        return shown(self.folder, name)


def read_files(folder: Path, limits: Limits | None = None, *, beside: bool = False) -> Files:
    """The files below *folder*, in one state: none of them changed between two looks that saw the same.

    With *beside*, also those that do not say what is in force, such as expectations.

    INVARIANT: the first look has ended before the second begins, and both have read every byte. Times alone
    do not show two changes within one tick of the clock.
    """
    limits = chosen(limits)
    changing: str | None = None
    for pause in (*PAUSES, None):
        first = tuple(_entries(folder, limits, read=True, beside=beside))
        changing = next(
            (
                (one or other or first[0]).name
                for one, other in zip_longest(first, _entries(folder, limits, read=True, beside=beside))
                if one != other
            ),
            None,
        )
        if changing is None:
            last = first[-1]
            if isinstance(last.content, UnreadableReason) and last.content.ends:
                return Files(folder, {}, _look(first), beyond=(last.name, last.content), limits=limits)
            contents = {entry.name: entry.content for entry in first if entry.listed}
            return Files(folder, contents, _look(first), limits=limits)
        if pause is not None:
            time.sleep(pause)
    return Files(folder, {}, changing=changing, limits=limits)


def look_at(folder: Path, limits: Limits | None = None) -> Look:
    """What the files below *folder* look like now; none is opened."""
    return _look(_entries(folder, chosen(limits), read=False))


def _look(entries: Iterable[_Entry]) -> Look:
    return tuple(entry.seen for entry in entries if entry.seen)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A name, what it leads to, and what is in it; `listed` unless it is a folder with nothing wrong.

    `times` are those of a folder: they show that a name came and went between two lists. They are not part of
    a look, because other programs keep their own files in there.
    """

    name: str
    seen: Seen
    content: bytes | UnreadableReason | None = None
    listed: bool = True
    times: tuple[int, int] | None = None


def _entries(folder: Path, limits: Limits, *, read: bool, beside: bool = False) -> Iterator[_Entry]:
    """Each file below *folder* that is read or reported, up to one too many; see `is_skipped`."""
    try:
        with Root.open(folder) as root:
            yield _Entry("", root.folder.identity, listed=False)
            yield from _until_too_large(_Walk(root, read, beside, limits).entries(), limits)
    except (OSError, ValueError) as error:
        yield _unreadable("", error)


def _until_too_large(entries: Iterable[_Entry], limits: Limits) -> Iterator[_Entry]:
    """*entries* up to the one with which the set has more text, or more files, than a set can have."""
    files = 0
    for entry in entries:
        files += entry.listed
        many = files > limits.files
        yield replace(entry, content=too_many(limits)) if many else entry
        if many or (isinstance(entry.content, UnreadableReason) and entry.content.ends):
            return


def _unreadable(name: str, error: OSError | ValueError) -> _Entry:
    refused = folder_failed(error)
    return _Entry(name, (name, refused.help), refused)


class _Walk:
    """Goes through the folders below *root*; those that the language knows come first."""

    def __init__(self, root: Root, read: bool, beside: bool, limits: Limits) -> None:
        self.root = root
        self.limits = limits
        self.read = read
        self.beside = beside
        self.total = 0
        self.visited: set[tuple[int, int]] = set()

    def entries(self) -> Iterator[_Entry]:
        waiting = [""]
        while waiting:
            prefix = waiting.pop(0)
            try:
                with self.root.find(prefix) as found:
                    known = is_folder_of_set(prefix.rstrip("/"))
                    if found.folder.identity in self.visited and not known:
                        continue  # it is in the set under another name
                    self.visited.add(found.folder.identity)
                    times = found.folder.opened.st_mtime_ns, found.folder.opened.st_ctime_ns
                    yield _Entry(prefix, (), listed=False, times=times)
                    for name in found.folder.names():
                        if not is_skipped(prefix + name) and (self.beside or not is_beside(prefix + name)):
                            yield from self._entry(found.folder, name, prefix, waiting)
            except OutsideFolderError:
                yield _Entry(prefix.rstrip("/"), (prefix, "outside"), LEADS_OUT)
            except (OSError, ValueError) as error:
                yield _unreadable(prefix.rstrip("/"), error)

    def _entry(self, folder: Folder, name: str, prefix: str, waiting: list[str]) -> Iterator[_Entry]:
        relative = prefix + name
        try:
            status = folder.status(name)
            if not stat.S_ISLNK(status.st_mode):
                yield from self._file(folder, name, status, relative, (), waiting)
                return
            with self.root.find(relative) as found:
                if any(is_under_other_name(relative, name) for name in found.names):
                    yield _Entry(relative, (relative, "other name"), OTHER_NAME)
                    return
                yield from self._file(found.folder, found.name, found.status, relative, found.links, waiting)
        except OutsideFolderError:
            if is_reported(relative) or like_a_folder(relative):
                content = LEADS_OUT if is_known(relative) or not is_reported(relative) else None
                yield _Entry(relative, (relative, "outside"), content)
        except (OSError, ValueError) as error:
            if is_reported(relative) or is_folder_of_set(relative):
                refused = file_failed(error)
                known = is_known(relative) or not is_reported(relative)
                yield _Entry(relative, (relative, str(refused)), refused if known else None)

    def _file(
        self,
        folder: Folder,
        name: str,
        status: os.stat_result,
        relative: str,
        links: tuple[str, ...],
        waiting: list[str],
    ) -> Iterator[_Entry]:
        known = is_known(relative)
        if stat.S_ISDIR(status.st_mode) and not known:
            if is_folder_of_set(relative):
                waiting.insert(0, f"{relative}/")
            elif "/." not in relative:
                waiting.append(f"{relative}/")
        elif known:
            content: bytes | UnreadableReason | None = None
            if self.read:
                status, content = read_bytes(folder, name, status)
            # The same in every look: what a file is said to hold counts, and while it grows, what it holds.
            held = len(content) if isinstance(content, bytes) else 0
            if not is_judging(relative):
                self.total += max(held, status.st_size if status.st_size <= MAX_BYTES else 0)
            if self.total > self.limits.size:
                content = all_too_large(self.limits)
            identity = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            yield _Entry(relative, (relative, *links, *identity), content)
        elif is_reported(relative):
            yield _Entry(relative, (relative,))
