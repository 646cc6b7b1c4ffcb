"""The text of a file, whatever its name leads to: nothing blocks, and nothing fills the memory."""

from __future__ import annotations

import os
import re
import stat

from rolegate.diagnostics import Report, Span
from rolegate.documents import problems
from rolegate.documents.confined import Folder
from rolegate.documents.text import span_at
from rolegate.documents.unreadable import (
    A_FOLDER,
    MAX_BYTES,
    NOT_REGULAR,
    TOO_LARGE,
    UnreadableReason,
    file_failed,
)

# What YAML forbids, and the line ends that editors and YAML count differently.
REFUSED = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def read_bytes(
    folder: Folder, name: str, status: os.stat_result
) -> tuple[os.stat_result, bytes | UnreadableReason]:
    """The bytes of *name*, a regular file of at most `MAX_BYTES`, and what was opened.

    *status* is what it was a moment ago: if that was not a regular file, it is not opened, because opening a
    device may have an effect.
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
        return status, file_failed(error)
    if refused is None and len(content) > MAX_BYTES:
        refused = TOO_LARGE
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


def decode(content: bytes, file: str, report: Report) -> str | None:
    """*content* as text; None when it is not UTF-8 or contains what no policy file needs."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        problems.utf16(report, Span(file))
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8").removeprefix("\ufeff")
        problems.not_utf8(report, span_at(before, len(before), file), content[error.start])
        return None
    text = text.removeprefix("\ufeff")
    refused = REFUSED.search(text)
    if refused is None:
        return text
    problems.character_refused(report, span_at(text, refused.start(), file), refused[0])
    return None


def _unfit(status: os.stat_result) -> UnreadableReason | None:
    if stat.S_ISDIR(status.st_mode):
        return A_FOLDER
    if not stat.S_ISREG(status.st_mode):
        return NOT_REGULAR
    return TOO_LARGE if status.st_size > MAX_BYTES else None
