"""Where a gate gets its policy from: a folder, one fixed policy, or anything else that can be read."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from rolegate.diagnostics import Report, Span
from rolegate.documents.capture import Files, Look, look_at, read_files
from rolegate.documents.domain_names import domain_of
from rolegate.documents.file_kinds import CATALOG, FileKind, guarded_gone
from rolegate.documents.limits import Limits
from rolegate.errors import InvalidPolicyError
from rolegate.gate.problems import file_gone
from rolegate.loading.load import policy_of
from rolegate.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class SourceReading:
    """What a source held at one moment.

    `look` is what the source looked like then, or None if it changed while it was read, or cannot tell.
    `build` makes the policy. It is given the policy that is to be replaced, and refuses what may have been
    lost since; given None, it takes what was read as it is.
    """

    look: object | None
    build: Callable[[Policy | None], Policy]


class PolicySource(Protocol):
    """Where a gate has its policy from."""

    def read(self) -> SourceReading:
        """What is there now, in one state."""
        ...

    def look(self) -> object:
        """What the source looks like now, at a small price; None if it cannot tell.

        Two looks are equal if nothing has changed in between. A gate that watches a source that cannot tell
        reads it at every interval, and puts the policy in force when it is another one.
        """
        ...


@dataclass(frozen=True, slots=True)
class FixedPolicy:
    """The source of a gate whose policy is in no files: a reload keeps it."""

    policy: Policy

    def read(self) -> SourceReading:
        return SourceReading(self.look(), lambda _: self.policy)

    def look(self) -> object:
        return ()


@dataclass(frozen=True, slots=True)
class PolicyFolder:
    """The folder of a policy set: its path as it was given, and where that led when the gate was made.

    `at` is the time that policies from it answer for, if they have one. A policy that replaces another keeps
    in `departed` the files of bindings that went with their domains, each with all domains that its lines
    could be about: none of these comes back without the file.
    """

    named: Path
    place: Path
    at: datetime | None = None
    limits: Limits | None = None

    @classmethod
    def of(cls, path: Path, at: datetime | None = None, limits: Limits | None = None) -> PolicyFolder:
        return cls(path, path.absolute(), at, limits)

    def read(self) -> SourceReading:
        """The files as they are now.

        Diagnostics name them by the path that was given, for as long as it leads to them.
        """
        try:
            moved = self.named.absolute() != self.place
        except OSError:  # the working directory is gone
            moved = True
        files = read_files(self.place if moved else self.named, self.limits)
        return SourceReading(None if files.changing is not None else files.look, partial(self._build, files))

    def look(self) -> Look:
        """What the files look like now; none is opened."""
        return look_at(self.place, self.limits)

    def _build(self, files: Files, replaced: Policy | None) -> Policy:
        gone = [] if replaced is None else gone_files(replaced, files)
        # First, since what is gone causes many other findings.
        _refuse(files, ((name, kind) for name, kind in gone if not _is_of_domain(kind)))
        policy = policy_of(files, self.at)
        if replaced is None or not gone:
            return policy
        # A domain may go with all its files, but not from around others, nor come back with a part of them.
        went = dict(replaced.departed)
        departed = {name: went.get(name) or _held_in(name, replaced) for name, _ in gone}
        there = frozenset(policy.domains)
        _refuse(files, ((name, kind) for name, kind in gone if not there.isdisjoint(departed[name])), went)
        return replace(policy, departed=tuple(departed.items()))


def gone_files(before: Policy, files: Files) -> list[tuple[str, FileKind[object]]]:
    """What *before* was read from and is gone, where the set would silently mean something else without it.

    Without a catalog, or while a file changes, there is no set to compare with; reading it says so.
    """
    if files.changing is not None or CATALOG.place not in files.contents:
        return []
    return guarded_gone((*before.files, *dict(before.departed)), files.contents)


def _is_of_domain(kind: FileKind[object]) -> bool:
    """Whether a file of *kind* may go with the domain that it is named after."""
    return kind.in_domain is not None and kind.each_guarded


def _held_in(name: str, before: Policy) -> frozenset[str]:
    """The domains that the lines in the file *name* could be about."""
    domain = domain_of(name, Span(name), Report())
    if domain is None:
        return frozenset()
    domains = before.resolved.domains
    aside = (name for name, around in domains.dark.items() if domain in (around or ()))
    return frozenset((domain, *domains.inside(domain), *aside))


def _refuse(
    files: Files, gone: Iterable[tuple[str, FileKind[object]]], went: Container[str] = frozenset()
) -> None:
    """Refuse *files* for what is *gone*: the file, or the folder with its last file; some *went* before."""
    report = Report()
    for name, kind in gone:
        file_gone(report, Span(files.shown(name)), name, kind.empty, name in went)
    if report.failed:
        raise InvalidPolicyError(report.sorted())
