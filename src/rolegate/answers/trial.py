"""Tries a change of a policy set, with the findings that `validate` would give for the changed files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from rolegate.compiled.check_limits import check_columns, check_compiled
from rolegate.compiled.compile import compile_policy
from rolegate.compiled.lines import CompiledPolicy
from rolegate.compiled.unwritten_lines import UnwrittenLines
from rolegate.diagnostics import Report
from rolegate.documents.set_reader import read_lines
from rolegate.engine.question import Question
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.changed_roles import body_of, with_roles
from rolegate.grants.kind_holders import check_holders
from rolegate.grants.resolve import Resolved
from rolegate.grants.resolve_bindings import resolve_bindings
from rolegate.grants.roles import RoleKey
from rolegate.grants.size import SetTooLargeError, Sized
from rolegate.texts.spelling import sparing


@dataclass(frozen=True, slots=True)
class Trial:
    """A changed set without errors, and the codes of the warnings that are new in it."""

    resolved: Resolved
    warnings: tuple[str, ...] = ()


def with_line(line: str, resolved: Resolved) -> Trial | None:
    """The set with *line*, the text of a binding, added; None if that has errors."""

    def changed(report: Report) -> Resolved:
        shapes = read_lines(f"bindings:\n- {line}\n", report)
        added = resolve_bindings(
            shapes, resolved.catalog, resolved.domains, resolved.roles, resolved.restrictions, report
        )
        return replace(resolved, bindings=(*resolved.bindings, *added))

    return _judged(lambda _: resolved, changed)


def with_grants(key: RoleKey, texts: Iterable[str], resolved: Resolved) -> Trial | None:
    """The set with grants added to a role, and so to the roles that extend it; None if that has errors."""
    return _judged(
        lambda report: _again({}, resolved, report), lambda report: _again({key: texts}, resolved, report)
    )


def allows(trial: Trial, question: Question, dom: str, at: datetime) -> bool:
    """Whether the changed set allows *question* in the domain *dom*, and stays within the limits."""
    report = Sized(limits=trial.resolved.limits)
    try:
        compiled = compile_policy(trial.resolved, at, report)
    except SetTooLargeError:
        return False
    check_columns(compiled, report)
    if report.failed or not Snapshot.of(trial.resolved, _about(dom, compiled), at).allowed(question):
        return False
    # The limits count the lines that have ended as well.
    return all(binding.active(at) for binding in trial.resolved.bindings) or _fits(trial.resolved)


def _about(dom: str, compiled: CompiledPolicy) -> CompiledPolicy:
    """The lines that can speak about a request in one domain: no others decide about it."""
    lines = compiled.p
    passed = {"*", dom, *(gate for domain, gate in compiled.g2 if domain == dom)}
    return replace(
        compiled,
        p=lines.about(passed)
        if isinstance(lines, UnwrittenLines)
        else {line: source for line, source in lines.items() if line.dom in passed},
        g={link: source for link, source in compiled.g.items() if link.dom == dom},
        g2=tuple(link for link in compiled.g2 if link[0] == dom),
    )


def _fits(resolved: Resolved) -> bool:
    report = Report()
    check_compiled(resolved, report)
    return not report.failed


def _judged(before: Callable[[Report], Resolved], after: Callable[[Report], Resolved]) -> Trial | None:
    old, new = Report(), Report()
    with sparing(0):  # without near names, so that help is the same in both; nobody reads it
        for make, report in ((before, old), (after, new)):
            made = make(report)
            if report.failed:
                return None
            check_holders(made.bindings, made.catalog, made.domains, report)
    known = set(old.diagnostics)
    added = [finding for finding in new.diagnostics if finding not in known]
    if any(finding.severity == "error" for finding in added):
        return None
    return Trial(made, tuple(sorted({finding.code for finding in added})))


def _again(more: dict[RoleKey, Iterable[str]], resolved: Resolved, report: Report) -> Resolved:
    """The set with its roles resolved again, some of them with *more* grants."""
    bodies = [body_of(role, more.get(role.key, ())) for role in resolved.roles.values()]
    return with_roles(bodies, resolved, report)
