"""The text of a file, whatever stands under its name: nothing blocks, nothing fills the memory."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

from rolegate.diagnostics import Report, Span

MAX_BYTES = 5 * 1024 * 1024

# What YAML forbids, and the line ends that editors and YAML count differently.
_REFUSED = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_OPENING = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
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


def read_text(path: Path, file: str, report: Report) -> str | None:
    """The text of *path*, without a byte order mark; None when it cannot be had, which is reported."""
    content = read_bytes(path, file, report)
    return None if content is None else decode(content, file, report)


def read_bytes(path: Path, file: str, report: Report) -> bytes | None:
    """The bytes of a regular file of at most `MAX_BYTES`."""
    top = Span(file)
    try:
        # Looked at before it is opened: opening a device may do something.
        if not _regular(os.stat(path), top, report):
            return None
        descriptor = os.open(path, _OPENING)
        with os.fdopen(descriptor, "rb") as stream:
            if not _regular(os.fstat(stream.fileno()), top, report):
                return None
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        number = error.errno if isinstance(error, OSError) else None
        message, help = _CAUSES.get(number or 0, ("the file cannot be read", _reason(error)))
        report.add("RG101", top, message, help)
        return None
    if len(content) > MAX_BYTES:
        _too_large(top, report)
        return None
    return content


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


def _regular(status: os.stat_result, top: Span, report: Report) -> bool:
    if stat.S_ISDIR(status.st_mode):
        report.add("RG101", top, "this is a folder, not a file", "rename the folder")
        return False
    if not stat.S_ISREG(status.st_mode):
        report.add("RG101", top, "this is no regular file", "put a plain file in its place")
        return False
    if status.st_size > MAX_BYTES:
        _too_large(top, report)
        return False
    return True


def _too_large(top: Span, report: Report) -> None:
    report.add(
        "RG102", top, f"the file is larger than {MAX_BYTES // 1024 // 1024} MB", "split it, or remove it"
    )


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or "try again").lower() if isinstance(error, OSError) else "its name holds a NUL"


def _place(before: str, file: str) -> Span:
    """The place right after *before*."""
    lines = re.split(r"\r\n|\r|\n", before)
    return Span(file, len(lines), len(lines[-1]) + 1)


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
