"""Why a file or a folder cannot be read, in words."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from rolegate.documents.limits import Limits

MAX_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class UnreadableReason:
    """Why the bytes of a file are missing; kept in their place until somebody reports it."""

    code: str
    message: str
    help: str
    ends: bool = False
    """Whether nothing of the set is read because of it."""


LEADS_OUT = UnreadableReason(
    "RG121",
    "the link leads out of the policy set",
    "put a copy of what it leads to in its place, or link to something inside the set",
)
OTHER_NAME = UnreadableReason(
    "RG715",
    "this leads to its file by another name, so its owners are not asked when that changes",
    "put the file itself in its place",
)
A_FOLDER = UnreadableReason("RG101", "this is a folder, not a file", "rename the folder")
NOT_REGULAR = UnreadableReason("RG101", "this is not a regular file", "put a plain file in its place")
TOO_LARGE = UnreadableReason(
    "RG102",
    f"the file is larger than {MAX_BYTES // 1024 // 1024} MB",
    "make it smaller: roles, domains and lines can be split over several files, such as"
    " bindings/<domain>.yaml for the lines of one domain, or bindings/<domain>/*.yaml",
)

_CAUSES = {
    errno.ENOENT: (
        "the file is not there",
        "it may have been removed or renamed, or be a link to such a file",
    ),
    errno.EACCES: ("there is no permission to read the file", "give yourself permission to read it"),
    errno.EPERM: ("there is no permission to read the file", "give yourself permission to read it"),
    errno.ELOOP: ("the file is a link that leads back to itself", "replace the link with the file"),
    errno.ENOTDIR: ("the file is not there", "a part of its path is not a folder"),
    errno.ENAMETOOLONG: ("the name of the file is too long", "give it a shorter name"),
}


def all_too_large(limits: Limits) -> UnreadableReason:
    """The files together are larger than the limit."""
    most = f"{limits.size // 1024 // 1024} MB" if limits.size >= 1024 * 1024 else f"{limits.size:,} bytes"
    message = f"the files of the set are larger than {most} together"
    return UnreadableReason("RG102", message, "split the policy set into two", ends=True)


def too_many(limits: Limits) -> UnreadableReason:
    """There are more files than the limit; those that are not part of a set count."""
    help = "put several roles, domains or lines into one file, or split the policy set into two"
    return UnreadableReason("RG102", f"the set has more than {limits.files:,} files", help, ends=True)


def file_failed(error: OSError | ValueError) -> UnreadableReason:
    """Why a file cannot be opened or read."""
    number = error.errno if isinstance(error, OSError) else None
    message, help = _CAUSES.get(number or 0, ("the file cannot be read", _words_of(error)))
    return UnreadableReason("RG101", message, help)


def folder_failed(error: OSError | ValueError) -> UnreadableReason:
    """Why a folder cannot be listed."""
    return UnreadableReason("RG101", "the folder cannot be read", _words_of(error))


def _words_of(error: OSError | ValueError) -> str:
    """The words of the system for *error*."""
    return (error.strerror or "try again").lower() if isinstance(error, OSError) else "its name holds a NUL"
