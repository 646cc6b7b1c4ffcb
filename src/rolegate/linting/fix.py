"""What lint can mend without a change of anybody's access is mended in the files, and nothing else is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.capture import Files
from rolegate.documents.limits import Limits
from rolegate.documents.save_file import save_file
from rolegate.engine.asked_moment import moment_of
from rolegate.errors import EditError, InvalidPolicyError
from rolegate.grants.resolve import Resolved
from rolegate.linting.fix_text import ENTRIES, LINES, fixed_text
from rolegate.linting.lint import lint_files
from rolegate.linting.lint_levels import LintSettings
from rolegate.linting.read_settings import read_settings
from rolegate.loading.load import policy_of
from rolegate.loading.sources import Source, files_of_sets, need_list, refuse_to_change
from rolegate.review.access_diff import access_diff

_Key = tuple[str, str, str, int]
"""What tells a finding from others after lines below it are gone: how many above it say the same is in it."""


@dataclass(frozen=True, slots=True)
class LintFix:
    """What was mended in some sets: the `files` that were written, and the findings that are gone.

    `left` are those that a person has to mend; their help says why, and how.
    """

    files: tuple[Path, ...]
    fixed: tuple[Diagnostic, ...]
    left: tuple[Diagnostic, ...] = ()

    def explained(self, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """What is *found* afterwards, with the help of what was left."""
        helps = {(one.code, one.span, one.message): one.help for one in self.left}
        return tuple(
            replace(one, help=helps.get((one.code, one.span, one.message), one.help)) for one in found
        )


def lint_fix(
    sources: Sequence[Source | str] = (".",),
    *,
    at: date | None = None,
    settings: LintSettings | None = None,
    limits: Limits | None = None,
) -> LintFix:
    """Remove from the files of *sources* what lint finds that can go without a change of anybody's access.

    These are grants and exceptions that add and take away nothing, and lines that have ended or are repeated.
    What is accepted, or has the level `off`, stays, and so does what cannot go without the loss of a comment,
    and every set with errors. *limits* are those of `validate`.

    Raises:
        EditError: when a source is a revision or a store, or a file cannot be written.
        PolicyNotFoundError, InvalidQuestionError, SettingsError: as for `lint`.
    """
    settings = read_settings() if settings is None else settings
    moment = datetime.now(UTC) if at is None else moment_of(at)
    sets: dict[str, Files] = {}
    for source in need_list(sources):
        refuse_to_change(source)
        sets |= {files.folder.as_posix(): files for files in files_of_sets([source], limits=limits)}
    trials = []
    for files in sets.values():
        with suppress(InvalidPolicyError):  # `lint` has the errors
            trials.append(FixedSet.of(files, moment, settings))
    written = [path for trial in trials for path in trial.save()]
    left = tuple(found for trial in trials for found in trial.left.values())
    return LintFix(tuple(written), tuple(found for trial in trials for found in trial.fixed), left)


@dataclass(slots=True)
class FixedSet:
    """The files of one set as they were `read`, and as they are without what was `fixed`.

    `left` has what cannot go because of how it is written; its help says so.
    """

    read: Files
    at: datetime
    settings: LintSettings
    files: Files
    fixed: list[Diagnostic] = field(default_factory=list)
    left: dict[_Key, Diagnostic] = field(default_factory=dict)
    _refused: set[_Key] = field(default_factory=set)

    @classmethod
    def of(cls, files: Files, at: datetime, settings: LintSettings) -> FixedSet:
        """*files* without all that can go. INVARIANT: everybody's access is what it was, from *at* on."""
        made = cls(files, at, settings, files)
        before = -1
        while len(made.fixed) > before:  # what is gone may have been in the way of what was refused
            before = len(made.fixed)
            made._refused.clear()
            made.left.clear()
            while found := dict(made._fixable()):
                if not made._apply(found):
                    made._apply_one(found)
            if not made._refused:
                break
        return made

    def save(self) -> Iterator[Path]:
        """Write the files that are other ones now."""
        for name, text in self.files.contents.items():
            before = self.read.contents[name]
            if text != before and isinstance(text, bytes) and isinstance(before, bytes):
                save_file(self.read.folder, name, before, text)
                yield self.read.folder / name

    def _fixable(self) -> Iterator[tuple[_Key, Diagnostic]]:
        report = Report()
        resolved, _ = lint_files(self.files, self.at, self.settings, report)
        alike = Counter[tuple[str, str, str]]()
        for found in report.sorted():
            said = found.code, found.file, found.message
            key = *said, alike[said]
            alike[said] += 1
            fits = found.code in LINES or (found.code in ENTRIES and not _grows(found, resolved))
            if fits and key not in self._refused and not resolved.accepted.concern(found.span):
                yield key, found

    def _apply(self, fixable: Mapping[_Key, Diagnostic]) -> bool:
        """Remove what is *fixable*, if all of it can go at once."""
        found = fixable.values()
        contents = dict(self.files.contents)
        try:
            for name, text in self.files.contents.items():
                here = [one for one in found if one.file == self.files.shown(name)]
                if here and isinstance(text, bytes):
                    contents[name] = fixed_text(text.decode("utf-8"), name, here).encode()
            trial = replace(self.files, contents=contents)
            if trial == self.files or access_diff(policy_of(self.read), policy_of(trial), at=self.at):
                return False
        except InvalidPolicyError:
            return False
        except EditError as error:
            for key, one in fixable.items() if len(fixable) == 1 else ():
                self.left[key] = replace(one, help=self._why(one, error))
            return False
        self.files = trial
        self.fixed += found
        return True

    def _why(self, one: Diagnostic, error: EditError) -> str:
        """What *error* says, without the place if it is that of the finding."""
        why = str(error)
        for name in self.files.contents:
            if self.files.shown(name) == one.file:
                why = why.removeprefix(f"{name}:{one.line}:{one.column}: ")
        return f"mend it by hand: {why.removeprefix(f'{one.span}: ')}"

    def _apply_one(self, fixable: Mapping[_Key, Diagnostic]) -> None:
        """Remove the first that can go by itself; those before it are not tried again."""
        for key, found in fixable.items():
            if self._apply({key: found}):
                return
            self._refused.add(key)


def _grows(found: Diagnostic, resolved: Resolved) -> bool:
    """Whether *found* says of a star that it takes nothing away today: it may tomorrow."""
    return found.code == "RG323" and any(
        entry.span == found.span and entry.grant.star
        for role in resolved.roles.values()
        for entry in role.excepted
    )
