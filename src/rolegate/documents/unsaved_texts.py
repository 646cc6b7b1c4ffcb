"""Files of a set with texts in their place that nobody has saved yet, as an editor holds them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rolegate.documents.capture import Files
from rolegate.documents.file_kinds import is_beside, is_known, is_reported
from rolegate.documents.unreadable import MAX_BYTES, TOO_LARGE, UnreadableReason


def with_unsaved(files: Files, unsaved: Mapping[Path | str, bytes]) -> Files:
    """*files* with the texts *unsaved* that are of this set; a text of another file changes nothing."""
    contents: dict[str, bytes | UnreadableReason | None] = {}
    top = os.path.realpath(files.folder)
    for path, text in unsaved.items():
        parent, name = os.path.split(os.path.abspath(path))
        seen = os.path.relpath(os.path.join(os.path.realpath(parent), name), top).replace(os.sep, "/")
        if seen == ".." or seen.startswith("../"):
            continue
        if is_known(seen) or is_beside(seen):
            contents[seen] = text if len(text) <= MAX_BYTES else TOO_LARGE
        elif is_reported(seen):
            contents[seen] = None
    merged = {**files.contents, **contents}
    return replace(files, contents=dict(sorted(merged.items()))) if contents else files
