"""Sources: where a policy is read from, written as one text: a folder, or a folder at a revision of git."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rolegate.documents.git_revision import revision_files
from rolegate.documents.limits import Limits
from rolegate.engine.asked_moment import moment_of
from rolegate.loading.load import load, policy_of
from rolegate.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class RevisionSource:
    """A folder at a revision, as `HEAD~1:policies/helpdesk` names it."""

    revision: str
    folder: str

    def __str__(self) -> str:
        return f"{self.revision}:{self.folder}"


Source = Path | RevisionSource

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def parse_source(text: str) -> Source:
    """The source that *text* names.

    What exists is a folder, whatever is in its name; otherwise, what is before a colon is a revision.
    """
    revision, colon, folder = text.partition(":")
    if not colon or not revision or os.path.lexists(text) or _DRIVE.match(text):
        return Path(text)
    return RevisionSource(revision, folder or ".")


def load_source(source: str | Source, *, at: date | None = None, limits: Limits | None = None) -> Policy:
    """The policy that a source holds; *limits* are those of `validate`.

    Raises:
        PolicyNotFoundError: when there is no policy set.
        RevisionError: when a revision cannot be read, or does not have the folder.
        InvalidPolicyError: when the set has errors.
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    if isinstance(source, str):
        source = parse_source(source)
    if isinstance(source, Path):
        return load(source, at=at, limits=limits)
    files = revision_files(source.revision, source.folder, limits=limits)
    return policy_of(files, None if at is None else moment_of(at))
