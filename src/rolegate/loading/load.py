"""Reads policy sets from folders: one to ask, or all of them to find what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from rolegate.diagnostics import Diagnostic, Report, cut, one_line
from rolegate.documents.acceptances import Acceptances, AcceptedFinding
from rolegate.documents.capture import Files, read_files
from rolegate.documents.file_kinds import CATALOG, is_beside
from rolegate.documents.former_domains import with_domains_of_today
from rolegate.documents.limits import Limits
from rolegate.documents.set_finder import find_sets, shown
from rolegate.documents.set_reader import read_both
from rolegate.documents.unsaved_texts import with_unsaved
from rolegate.engine.asked_moment import moment_of
from rolegate.errors import InvalidPolicyError, PolicyNotFoundError, wrong_argument
from rolegate.grants.approval_ends import warn_of_ended_approvals
from rolegate.grants.periods import warn_of_ended
from rolegate.grants.resolve import Resolved
from rolegate.grants.set_aside import SetAside
from rolegate.loading.collector import collector_held
from rolegate.loading.judged_drafts import FilesWithDrafts
from rolegate.loading.meant_findings import find_in_meant
from rolegate.loading.tenant_faults import resolve_around
from rolegate.texts.spelling import sparing

if TYPE_CHECKING:
    from rolegate.policy.policy import Policy


SetJudge = Callable[[Resolved, str, datetime, Report], None]
"""Reports what is wrong with a set in a folder at a time."""


@dataclass(frozen=True, slots=True)
class Validation:
    """What was found in one or more policy sets; `read` has each file by its name in diagnostics.

    Warnings that the files accept are in `accepted` and not in `diagnostics`. `set_aside` has what is not in
    force in sets that can be loaded; there may be errors in it.
    """

    sets: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]
    read: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    accepted: tuple[AcceptedFinding, ...] = ()
    set_aside: tuple[SetAside, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there are no errors; there may be warnings."""
        return all(found.severity != "error" for found in self.diagnostics)


def find_problems(
    sets: Iterable[Files],
    at: date | None,
    judge: SetJudge,
    unsaved: Mapping[Path | str, bytes] = MappingProxyType({}),
) -> Validation:
    """Every problem of every policy set of *sets*, and all that *judge* finds in them.

    Lines that have ended are reported as they are at the time *at*, or now. Texts that are *unsaved* are
    judged in the place of files.

    Raises:
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    moment = None if at is None else moment_of(at)
    report = Report()
    read: dict[str, bytes] = {}
    accepted: list[AcceptedFinding] = []
    aside: list[SetAside] = []
    folders: list[Path] = []
    for one in sets:
        files = with_unsaved(one, unsaved)
        folders.append(files.folder)
        with collector_held():  # what the files say is gone before it is let go
            meant, parts = _checked(files, report, moment, judge)
        accepted += meant
        aside += parts
        read |= {files.shown(name): text for name, text in files.contents.items() if isinstance(text, bytes)}
    return Validation(tuple(folders), report.sorted(), read, tuple(accepted), tuple(aside))


def _checked(
    files: Files, report: Report, at: datetime | None, judge: SetJudge
) -> tuple[tuple[AcceptedFinding, ...], tuple[SetAside, ...]]:
    """What *files* accept, and what is not in force in them."""
    resolved, meant = resolve_files(files, report, at)
    if resolved is not None:
        judge(resolved, shown(files.folder), at or datetime.now(UTC), report)
    _check_beside(files, resolved, report)
    return meant, () if resolved is None else resolved.set_aside


def _check_beside(files: Files, resolved: Resolved | None, report: Report) -> None:
    """Report what is wrong in the files that do not say what is in force."""
    if any(is_beside(name) for name in files.contents):
        # Whoever only asks a policy does not need it.
        from rolegate.expect.read_expectations import read_expectations_of
        from rolegate.policy.policy import Policy

        policy = None if resolved is None else Policy(resolved=resolved)
        read_expectations_of(files, policy, report)


def load(path: Path | str, *, at: date | None = None, limits: Limits | None = None) -> Policy:
    """The policy set in the folder *path*.

    Questions are answered for the time *at*, or for the moment they are asked. *limits* are those
    of `validate`.

    Raises:
        PolicyNotFoundError: when there is no policy set.
        InvalidPolicyError: when it has errors; every finding is in `diagnostics`.
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    if not isinstance(path, str | PathLike):
        raise wrong_argument("load", path, "the path of a folder", "write `load('policies')`")
    at = None if at is None else moment_of(at)
    return policy_of(read_files(set_at(Path(path)), limits), at)


def set_at(path: Path) -> Path:
    """The folder of the one policy set at *path*.

    Raises:
        PolicyNotFoundError: when there is none, or more than one.
    """
    found = _sets_at(path)
    if len(found) != 1:
        names = ", ".join(folder.as_posix() for folder in found)
        raise PolicyNotFoundError(cut(one_line(f"{path} holds several policy sets, name one: {names}")))
    return found[0]


def policy_of(files: Files, at: datetime | None = None) -> Policy:
    """The policy set in *files*.

    Raises:
        InvalidPolicyError: when it has errors; every finding is in `diagnostics`.
    """
    report = Report()
    resolved, _ = resolve_files(files, report, at)
    if resolved is None:
        raise InvalidPolicyError(report.sorted())
    # Only here: whoever validates asks nothing, and need not wait for trees and answers.
    from rolegate.policy.policy import Policy

    return Policy(
        resolved=resolved,
        warnings=tuple(found for found in report.sorted() if found.severity == "warning"),
        at=at,
        path=files.folder,
        files=tuple(sorted(files.contents)),
    )


def _sets_at(path: Path) -> tuple[Path, ...]:
    sets = find_sets([path])
    if not sets:
        why = f"holds no policy set (a folder with a {CATALOG.place})" if path.exists() else "does not exist"
        raise PolicyNotFoundError(cut(one_line(f"{path} {why}")))
    return sets


def resolve_files(
    files: Files, report: Report, at: datetime | None = None
) -> tuple[Resolved | None, tuple[AcceptedFinding, ...]]:
    """What the set says, if it can be told, and the warnings that it accepts; the others go to *report*.

    Lines that are over at *at*, or now, are among them.
    """
    own = Report()
    with sparing(), collector_held():
        documents, meant = read_both(files, own)
        documents = documents and with_domains_of_today(documents, own)
        resolved = resolve_around(documents, own) if documents is not None else None
        if meant is not None:
            find_in_meant(meant, own)
        if documents is not None:
            own.take(documents.beside)
    if resolved is not None:
        now = at or datetime.now(UTC)
        warn_of_ended(resolved.bindings, resolved.domains, now, own)
        warn_of_ended_approvals(resolved.approvals, now, own)
    accepted = documents.accepted if documents is not None else Acceptances()
    if resolved is not None:
        drafts = FilesWithDrafts(files, frozenset(own.diagnostics))
        resolved = replace(resolved, drafts=drafts, accepted=accepted)
    return resolved, accepted.apart(own, report)
