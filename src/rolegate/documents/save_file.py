"""One file of a policy set is written: whole or not at all, never through a link, never over a newer text."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rolegate.diagnostics import one_line
from rolegate.documents.confined import Folder, Found, OutsideFolderError, Root
from rolegate.documents.files import read_bytes
from rolegate.errors import EditError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_CREATE = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


def save_file(folder: Path, name: str, before: bytes | None, after: bytes) -> None:
    """Write *after* as the file *name* below *folder*, in which *before* was read; None for a new file.

    Whoever reads the file meanwhile has the old text or the new one. Its permissions stay.

    Raises:
        EditError: when the file is no longer what was read, is a link or is reached through one, or when it
            cannot be written.
    """
    where = one_line(str(folder / name))
    try:
        with Root.open(folder) as root:
            if before is None:
                _save_new(root, name, after, where)
            else:
                _replace(root, name, before, after, where)
    except OutsideFolderError:
        raise _through_link(where) from None
    except FileExistsError:
        raise EditError(f"{where} is there already and is not overwritten; choose another name") from None
    except FileNotFoundError:
        raise EditError(f"{where} is gone since it was read, so nothing was written; read it again") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise EditError(f"cannot write {where}: {one_line(why).lower()}; nothing was written") from error


def _save_new(root: Root, name: str, after: bytes, where: str) -> None:
    folder, _, own = name.rpartition("/")
    with _folders(root, folder), _folder(root, folder) as found:
        if found.links:
            raise _through_link(where)
        here = found.folder
        with _beside(here, after) as new:
            try:
                os.link(_path(here, new), _path(here, own), src_dir_fd=here.handle, dst_dir_fd=here.handle)
            except OSError as error:
                if error.errno not in _NO_HARD_LINKS:
                    raise
                _write(here, own, after)  # a file system that cannot link
            _flush(here)


def _replace(root: Root, name: str, before: bytes, after: bytes, where: str) -> None:
    with root.find(name) as found:
        if found.links:
            raise _through_link(where)
        here = found.folder
        with _alone(here), _beside(here, after, found.status) as new:
            # As late as can be: what somebody wrote in the meantime is not lost.
            status = here.status(found.name)
            if stat.S_ISLNK(status.st_mode):
                raise _through_link(where)
            if read_bytes(here, found.name, status)[1] != before:
                raise EditError(f"{where} has changed since it was read, so it is not written; read it again")
            target = _path(here, found.name)
            os.replace(_path(here, new), target, src_dir_fd=here.handle, dst_dir_fd=here.handle)
            _flush(here)


@contextmanager
def _alone(folder: Folder) -> Iterator[None]:
    """Nobody else who writes with this module writes in *folder* meanwhile, where the system can say so."""
    if fcntl is None or folder.handle is None:
        yield
        return
    handle = os.open(".", os.O_RDONLY, dir_fd=folder.handle)  # its own, as locks are of what was opened
    try:
        with contextlib.suppress(OSError):  # some network drives have no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _folders(root: Root, folder: str) -> Iterator[None]:
    """Make *folder* and those around it where they are missing; they are gone again after a failure."""
    done, made = "", list[tuple[str, str]]()
    try:
        for part in folder.split("/") if folder else ():
            with _folder(root, done) as found, contextlib.suppress(FileExistsError):
                os.mkdir(_path(found.folder, part), dir_fd=found.folder.handle)
                made.append((done, part))
            done = f"{done}/{part}"
        yield
    except BaseException:
        for around, part in reversed(made):
            with contextlib.suppress(OSError), root.find(around) as found:
                os.rmdir(_path(found.folder, part), dir_fd=found.folder.handle)
        raise


@contextmanager
def _folder(root: Root, name: str) -> Iterator[Found]:
    """What *name* leads to, which is a folder: beside a file of this name nothing is written."""
    with root.find(name) as found:
        if not stat.S_ISDIR(found.status.st_mode):
            raise NotADirectoryError(errno.ENOTDIR, f"{one_line(name)} is not a folder")
        yield found


@contextmanager
def _beside(folder: Folder, text: bytes, like: os.stat_result | None = None) -> Iterator[str]:
    """The name of a new file with *text*, which is gone afterwards unless it was renamed."""
    name = f".rolegate+{secrets.token_hex(8)}"  # no name of a domain, so that nobody reads it
    try:
        _write(folder, name, text, like)
        yield name
    finally:
        with contextlib.suppress(OSError):
            os.unlink(_path(folder, name), dir_fd=folder.handle)


def _write(folder: Folder, name: str, text: bytes, like: os.stat_result | None = None) -> None:
    descriptor = os.open(_path(folder, name), _CREATE, 0o666 if like is None else 0o600, dir_fd=folder.handle)
    with open(descriptor, "wb") as file:
        file.write(text)
        file.flush()
        if like is not None and hasattr(os, "fchmod"):
            with contextlib.suppress(OSError):  # only a superuser gives files away
                os.fchown(descriptor, like.st_uid, like.st_gid)
            os.fchmod(descriptor, stat.S_IMODE(like.st_mode))
        os.fsync(descriptor)


def _path(folder: Folder, name: str) -> str:
    return name if folder.handle is not None else os.path.join(folder.path, name)


def _flush(folder: Folder) -> None:
    """Let the new name outlive a crash, where the system can."""
    if folder.handle is not None:
        with contextlib.suppress(OSError):
            os.fsync(folder.handle)


def _through_link(where: str) -> EditError:
    return EditError(f"{where} is a link, or is reached through one, so it is not written; name its target")
