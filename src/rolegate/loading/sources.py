"""Sources: where a policy is read from, written as one text: a folder, or a folder at a revision of git."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rolegate.documents.capture import Files, read_files
from rolegate.documents.git_revision import revision_files
from rolegate.documents.limits import Limits
from rolegate.engine.asked_moment import moment_of
from rolegate.loading.load import policy_of, set_at
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
    return policy_of(source_files(source, limits=limits), None if at is None else moment_of(at))


def source_files(source: str | Source, *, beside: bool = False, limits: Limits | None = None) -> Files:
    """The files that a source holds; with *beside*, also those that do not say what is in force.

    Raises:
        PolicyNotFoundError: when there is no policy set.
        RevisionError: when a revision cannot be read, or does not have the folder.
    """
    if isinstance(source, str):
        source = parse_source(source)
    if isinstance(source, Path):
        return read_files(set_at(source), limits, beside=beside)
    return revision_files(source.revision, source.folder, beside=beside, limits=limits)
