"""Lint: every finding of the rules in some policy sets, with the warnings that reading them gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from rolegate.codes import is_lint
from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.acceptances import AcceptedFinding
from rolegate.documents.capture import Files
from rolegate.documents.limits import Limits
from rolegate.engine.asked_moment import moment_of
from rolegate.errors import InvalidPolicyError
from rolegate.grants.resolve import Resolved
from rolegate.linting.lint_levels import LEVELS, Level, LintSettings
from rolegate.linting.lint_rules import RULES
from rolegate.linting.linted_set import LintedSet
from rolegate.linting.read_settings import read_settings
from rolegate.loading.collector import collector_held
from rolegate.loading.load import resolve_files
from rolegate.loading.refused_sets import RefusedSet
from rolegate.loading.sources import Source, files_of_sets

_LEVEL_OF = {rule.code: rule.level for rule in RULES}


@dataclass(frozen=True, slots=True)
class LintResult:
    """What lint questions in one or more policy sets; `read` has each file by its name in diagnostics.

    The severity of each finding is its level. What the files accept is in `accepted` instead. A set with
    errors is `refused`: no rule looks at it, and it has no findings.
    """

    sets: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    accepted: tuple[AcceptedFinding, ...] = ()
    read: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    fail_level: Level = "warning"
    refused: tuple[RefusedSet, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every set was looked at, and no finding has the level at which lint fails, or more."""
        if self.refused:
            return False
        if self.fail_level == "off":
            return True
        least = LEVELS.index(self.fail_level)
        return all(LEVELS.index(found.severity) < least for found in self.diagnostics)


def lint(
    sources: Sequence[Source | str] = (".",),
    *,
    at: date | None = None,
    settings: LintSettings | None = None,
    limits: Limits | None = None,
) -> LintResult:
    """What a reviewer would question in the policy sets of *sources*, at the time *at* or now.

    Without *settings*, they are those of the project around the current folder. *limits* are those of
    `validate`.

    Raises:
        PolicyNotFoundError: when a source holds no policy set.
        RevisionError: when a revision cannot be read.
        InvalidQuestionError: when *at* is neither a date nor a time.
        SettingsError: when the settings are not valid.
    """
    settings = read_settings() if settings is None else settings
    moment = datetime.now(UTC) if at is None else moment_of(at)
    sets = {files.folder.as_posix(): files for files in files_of_sets(sources, limits=limits)}
    report, accepted, read = Report(), list[AcceptedFinding](), dict[str, bytes]()
    refused = list[RefusedSet]()
    for name, files in sets.items():
        with collector_held():  # what the files say is gone before it is let go
            try:
                accepted += lint_files(files, moment, settings, report)[1]
            except InvalidPolicyError as failure:
                refused.append(RefusedSet.of(failure, name))
        read |= {
            files.shown(place): text for place, text in files.contents.items() if isinstance(text, bytes)
        }
    looked_at = tuple(name for name in sets if all(one.source != name for one in refused))
    return LintResult(looked_at, report.sorted(), tuple(accepted), read, settings.fail_level, tuple(refused))


def lint_files(
    files: Files, at: datetime, settings: LintSettings, report: Report
) -> tuple[Resolved, tuple[AcceptedFinding, ...]]:
    """The set in *files*, and what it accepts; the other findings go to *report*, each with its level.

    Raises:
        InvalidPolicyError: when the set has errors.
    """
    own, found = Report(), Report()
    looked_for = {rule.code for rule in RULES if _looked_for(rule.code, settings)}
    with collector_held():
        resolved, accepted = resolve_files(files, own, at)
        if resolved is None:
            raise InvalidPolicyError(own.sorted())
        linted = LintedSet(resolved, at, timedelta(days=settings.ending_days))
        for rule in RULES:
            if rule.code in looked_for:
                rule.find(linted, found)
    meant = resolved.accepted.apart(found, own, lambda code: is_lint(code) and code in looked_for)
    levelled = (_levelled(diagnostic, settings) for diagnostic in own.diagnostics)
    report.take(diagnostic for diagnostic in levelled if diagnostic is not None)
    return resolved, (*accepted, *meant)


def _looked_for(code: str, settings: LintSettings) -> bool:
    """Whether *code* counts anywhere."""
    by_path = (levels[code] for levels in settings.paths.values() if code in levels)
    return any(level != "off" for level in (settings.levels.get(code, _LEVEL_OF[code]), *by_path))


def _levelled(found: Diagnostic, settings: LintSettings) -> Diagnostic | None:
    """*found* at its level; None where it is off. An error stays one."""
    if found.severity == "error":
        return found
    level = settings.level(found.code, found.file, _LEVEL_OF.get(found.code, "warning"))
    return None if level == "off" else replace(found, level=level)
