"""The text of a file, whatever stands under its name: nothing blocks, nothing fills the memory."""

from __future__ import annotations

import errno
import os
import re
import stat
from dataclasses import dataclass

from rolegate.diagnostics import Report, Span
from rolegate.documents.confined import Folder

MAX_BYTES = 5 * 1024 * 1024

# What YAML forbids, and the line ends that editors and YAML count differently.
_REFUSED = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_CAUSES = {
    errno.ENOENT: (
        "the file is not there",
        "it may have been removed or renamed, or be a link to such a file",
    ),
    errno.EACCES: ("the file may not be read", "give yourself permission to read it"),
    errno.EPERM: ("the file may not be read", "give yourself permission to read it"),
    errno.ELOOP: ("the file is a link that leads back to itself", "replace the link by the file"),
    errno.ENOTDIR: ("the file is not there", "a part of its path is no folder"),
    errno.ENAMETOOLONG: ("the name of the file is too long", "give it a shorter name"),
}


@dataclass(frozen=True, slots=True)
class UnreadableReason:
    """Why the bytes of a file cannot be had."""

    code: str
    message: str
    help: str


LEAVES = UnreadableReason(
    "RG121",
    "the link leads out of the policy set",
    "put a copy of what it leads to in its place, or link to something inside the set",
)


def read_bytes(
    folder: Folder, name: str, status: os.stat_result
) -> tuple[os.stat_result, bytes | UnreadableReason]:
    """The bytes of *name*, a regular file of at most `MAX_BYTES`, and what was opened.

    *status* is what it was a moment ago: it is not opened if that is something else, as opening a device may
    do something.
    """
    refused = _unfit(status)
    if refused is not None:
        return status, refused
    try:
        descriptor = folder.open_file(name)
        try:
            status = os.fstat(descriptor)
            refused = _unfit(status)
            content = b"" if refused is not None else _all_of(descriptor, status.st_size)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        return status, cause(error)
    if refused is None and len(content) > MAX_BYTES:
        refused = _TOO_LARGE
    return status, refused or content


def _all_of(descriptor: int, size: int) -> bytes:
    """What can be read, up to one byte more than a file may have."""
    content = os.read(descriptor, min(size, MAX_BYTES) + 1)
    while size < len(content) <= MAX_BYTES:  # it has grown
        more = os.read(descriptor, MAX_BYTES + 1 - len(content))
        if not more:
            break
        content += more
    return content


def cause(error: OSError | ValueError) -> UnreadableReason:
    """Why something cannot be opened or read."""
    number = error.errno if isinstance(error, OSError) else None
    message, help = _CAUSES.get(number or 0, ("the file cannot be read", reason(error)))
    return UnreadableReason("RG101", message, help)


def decode(content: bytes, file: str, report: Report) -> str | None:
    """*content* as text; None when it is not UTF-8 or holds what no policy file needs."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        report.add("RG103", Span(file), "the file is UTF-16, not UTF-8", "save it as UTF-8")
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8").removeprefix("\ufeff")
        report.add(
            "RG103",
            _place(before, file),
            f"the byte 0x{content[error.start]:02X} is not UTF-8",
            "save the file as UTF-8",
        )
        return None
    text = text.removeprefix("\ufeff")
    refused = _REFUSED.search(text)
    if refused is None:
        return text
    code = f"U+{ord(refused[0]):04X}"
    message = "a NUL byte" if refused[0] == "\0" else f"the invisible character {code}"
    help = f'remove it; if it is meant, write it as an escape between double quotes: "{_escape(refused[0])}"'
    report.add("RG103", _place(text[: refused.start()], file), message, help)
    return None


def _unfit(status: os.stat_result) -> UnreadableReason | None:
    if stat.S_ISDIR(status.st_mode):
        return UnreadableReason("RG101", "this is a folder, not a file", "rename the folder")
    if not stat.S_ISREG(status.st_mode):
        return UnreadableReason("RG101", "this is no regular file", "put a plain file in its place")
    return _TOO_LARGE if status.st_size > MAX_BYTES else None


_TOO_LARGE = UnreadableReason(
    "RG102", f"the file is larger than {MAX_BYTES // 1024 // 1024} MB", "split it, or remove it"
)


def reason(error: OSError | ValueError) -> str:
    """The words of the system for *error*."""
    return (error.strerror or "try again").lower() if isinstance(error, OSError) else "its name holds a NUL"


def _place(before: str, file: str) -> Span:
    """The place right after *before*."""
    lines = re.split(r"\r\n|\r|\n", before)
    return Span(file, len(lines), len(lines[-1]) + 1)


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
