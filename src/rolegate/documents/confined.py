"""Opens files and folders below one folder without ever leaving it, whatever its links say."""

from __future__ import annotations

import errno
import os
import stat
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rolegate.errors import RolegateError

MAX_LINKS = 40

HANDLES = (
    {os.open, os.stat, os.readlink} <= os.supports_dir_fd
    and os.scandir in os.supports_fd
    and hasattr(os, "O_NOFOLLOW")
)
"""Whether the system opens names relative to an open folder.

If not, a link that is put in place at the wrong moment is followed.
"""

_CLOEXEC = getattr(os, "O_CLOEXEC", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _CLOEXEC
_FILE = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _CLOEXEC | getattr(os, "O_BINARY", 0)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


class OutsideFolderError(RolegateError):
    """A link leads out of the folder."""


@dataclass(frozen=True, slots=True)
class Folder:
    """An open folder; on systems without handles of folders, its path."""

    path: str
    handle: int | None
    opened: os.stat_result

    @property
    def identity(self) -> tuple[int, int]:
        return self.opened.st_dev, self.opened.st_ino

    def names(self) -> list[str]:
        return sorted(os.listdir(self.path if self.handle is None else self.handle))

    def status(self, name: str) -> os.stat_result:
        """What *name* is; a link is not followed."""
        if self.handle is None:
            return os.lstat(os.path.join(self.path, name))
        return os.stat(name, dir_fd=self.handle, follow_symlinks=False)

    def link(self, name: str) -> str:
        if self.handle is None:
            return os.readlink(os.path.join(self.path, name))
        return os.readlink(name, dir_fd=self.handle)

    def open_file(self, name: str) -> int:
        """The descriptor of *name*, which is not a link."""
        if self.handle is None:
            return os.open(os.path.join(self.path, name), _FILE)
        return os.open(name, _FILE | _NOFOLLOW, dir_fd=self.handle)

    @contextmanager
    def folder(self, name: str) -> Iterator[Folder]:
        """The folder *name*, which is not a link."""
        path = os.path.join(self.path, name)
        if self.handle is None:
            yield Folder(path, None, os.lstat(path))
            return
        handle = os.open(name, _FOLDER | _NOFOLLOW, dir_fd=self.handle)
        try:
            yield Folder(path, handle, os.fstat(handle))
        finally:
            os.close(handle)


@dataclass(frozen=True, slots=True)
class Found:
    """What a name leads to: `name` in `folder`, or that folder itself; `links` is the way there.

    `names` are what each link on this way, and the file, are called.
    """

    folder: Folder
    name: str
    status: os.stat_result
    links: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Root:
    """The folder that is never left. It may itself have been reached through links."""

    folder: Folder
    paths: tuple[str, ...]

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Root]:
        """*path*, opened; raises an `OSError` when that fails."""
        paths = (os.path.abspath(path), os.path.realpath(path))
        if not HANDLES:
            yield cls(Folder(paths[1], None, os.stat(path)), paths)
            return
        handle = os.open(path, _FOLDER)
        try:
            yield cls(Folder(str(path), handle, os.fstat(handle)), paths)
        finally:
            os.close(handle)

    @contextmanager
    def find(self, relative: str) -> Iterator[Found]:
        """What *relative* leads to, link by link.

        Each part is looked up in the open folder before it, so nothing that is swapped meanwhile leads
        out.
        Raises `OutsideFolderError`, or an `OSError` as opening it would.
        """
        todo = deque(relative.split("/"))
        links: list[str] = []
        names: list[str] = []
        last: tuple[str, os.stat_result] | None = None
        with ExitStack() as opened:
            around = [self.folder]
            while todo:
                part = todo.popleft()
                if last is not None:
                    raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
                if part == "..":
                    around.pop()
                    if not around:
                        raise OutsideFolderError
                elif part not in ("", "."):
                    status = around[-1].status(part)
                    is_link = stat.S_ISLNK(status.st_mode)
                    names += [part] if is_link or not todo else []
                    if is_link:
                        links.append(around[-1].link(part))
                        if len(links) > MAX_LINKS:
                            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
                        target = links[-1]
                        if os.path.isabs(target):
                            around, target = [self.folder], self._inner(target)
                        todo.extendleft(reversed(target.replace(os.sep, "/").split("/")))
                    elif stat.S_ISDIR(status.st_mode):
                        around.append(opened.enter_context(around[-1].folder(part)))
                    else:
                        last = part, status
            name, status = last or (".", around[-1].opened)
            yield Found(around[-1], name, status, tuple(links), tuple(names))

    def _inner(self, target: str) -> str:
        """The absolute *target* as seen from the root."""
        for path in self.paths:
            if target == path or target.startswith(path.rstrip(os.sep) + os.sep):
                return target[len(path) :].lstrip(os.sep)
        raise OutsideFolderError
